package app_test

import (
	"crypto/ed25519"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// TestHolderRoutes: the doors of who holds a key are for members, and those of a unit for its members; an addition is in force
// in the running program as soon as it is approved.
func TestHolderRoutes(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	h := deskOf(t, w)
	chen, zhao := signIn(t, w, h, "chen"), signIn(t, w, h, "zhao")
	gu, token := w.SignsIn(t, h, deskOrigin, staff.Administrator)
	admin := &colleague{t: t, h: h, cookie: gu, token: token}
	admin.get("work/people", http.StatusForbidden, nil)
	admin.get("work/unit-1/change", http.StatusForbidden, nil)
	chen.get("work/nowhere/change", http.StatusNotFound, nil)
	resp := deskRequest(t, h, "GET", deskAPI+"work/people", "", nil)
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("a stranger: %d", resp.StatusCode)
	}
	var people []struct{ Account, Recipient, Sign, Role string }
	chen.get("work/people", http.StatusOK, &people)
	if len(people) < 4 || people[0].Role != "member" || people[0].Recipient == "" {
		t.Errorf("people: %+v", people)
	}

	// wu is taken off the roster with the root sheet, and comes back by two members.
	w.Dismiss(t, "wu", "unit-1")
	set, err := w.Keys.Set()
	if err != nil {
		t.Fatal(err)
	}
	before, err := w.Casework.Roster(t.Context(), "unit-1")
	if err != nil {
		t.Fatal(err)
	}
	entry, err := ceremony.Roster(w.Key(t, "unit-1"), 1, workday.MustDay(before.Day), []ceremony.Holder{{Key: ceremony.PublicOf(w.Key(t, "wu")), Roles: []string{"triage"}}})
	if err != nil {
		t.Fatal(err)
	}
	next := *before
	next.Version++
	next.Members = append(next.Members[:len(next.Members):len(next.Members)], entry.Members...)
	signed, err := proof.SignRoster(next, proof.SignerHolder, w.Key(t, "chen").Sign)
	if err != nil {
		t.Fatal(err)
	}
	file, err := signed.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	body := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	zhao.post("work/unit-1/change", body(map[string]any{"roster": file, "handed": []any{}}), http.StatusForbidden, nil)
	chen.post("work/unit-1/change", `{"roster":"AA==","handed":[],"more":1}`, http.StatusUnprocessableEntity, nil)
	chen.post("work/unit-1/change", body(map[string]any{"roster": file, "handed": []any{}}), http.StatusOK, nil)
	var waits struct {
		Change *struct {
			Roster         []byte
			By, Day, Fault string
		}
	}
	zhao.get("work/unit-1/change", http.StatusOK, &waits)
	if waits.Change == nil || waits.Change.By != "chen" || waits.Change.Fault != "" {
		t.Fatalf("waits: %+v", waits.Change)
	}
	if err := signed.AddSignature(proof.SignerApprover, w.Key(t, "zhao").Sign); err != nil {
		t.Fatal(err)
	}
	if file, err = signed.Marshal(); err != nil {
		t.Fatal(err)
	}
	chen.post("work/unit-1/change/approve", body(map[string]any{"roster": file}), http.StatusForbidden, nil)
	zhao.post("work/unit-1/change/approve", body(map[string]any{"roster": file}), http.StatusOK, nil)
	wu := signIn(t, w, h, "wu")
	var f factsAnswer
	wu.get("work/facts", http.StatusOK, &f)
	there := false
	for _, u := range f.Units {
		if u.Unit == "unit-1" {
			there = u.Holds
			if _, err := proof.VerifyRosters(set, u.Rosters...); err != nil {
				t.Errorf("the chain that wu's page gets: %v", err)
			}
		}
	}
	if !there {
		t.Errorf("who was added is not in the office: %+v", f.Units)
	}
	zhao.post("work/unit-1/change/drop", `{}`, http.StatusNotFound, nil)
}

// TestShellNamesRoot: the page of each door names the root key that it checks lists with, the same for everybody.
func TestShellNamesRoot(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	h := deskOf(t, w)
	want := `data-root="` + seal.EncodeKey(w.Key(t, "root").Sign.Public().(ed25519.PublicKey)) + `"`
	for _, origin := range []string{deskOrigin, "http://inspect.localhost:8081"} {
		resp := deskRequest(t, h, "GET", origin+"/zh/", "", nil)
		page, err := io.ReadAll(resp.Body)
		if err != nil || !strings.Contains(string(page), want) {
			t.Errorf("%s: no %s in %.400s (%v)", origin, want, page, err)
		}
	}
}
