package app_test

import (
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

const (
	deskOrigin = "http://desk.localhost:8081"
	deskAPI    = deskOrigin + "/en/api/"
)

// colleague is a member who has signed in at the desk.
type colleague struct {
	t      *testing.T
	h      http.Handler
	cookie *http.Cookie
	token  string
	member string
}

// deskOf opens the desk of an installation.
func deskOf(t *testing.T, w *apptest.World) http.Handler {
	t.Helper()
	if err := w.OpenDesk(t.Context()); err != nil {
		t.Fatal(err)
	}
	h, err := w.DeskHandler()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func signIn(t *testing.T, w *apptest.World, h http.Handler, member string) *colleague {
	t.Helper()
	c := &colleague{t: t, h: h, member: member}
	c.cookie, c.token = w.MemberSignsIn(t, h, deskOrigin, member)
	return c
}

func (c *colleague) do(method, path, body string) *http.Response {
	c.t.Helper()
	return deskRequest(c.t, c.h, method, deskAPI+path, body, func(r *http.Request) {
		r.AddCookie(c.cookie)
		r.Header.Set("Clarion-Token", c.token)
	})
}

// get asks, wants a status, and reads the answer into out unless that is nil.
func (c *colleague) get(path string, status int, out any) {
	c.t.Helper()
	c.read(c.do("GET", path, ""), path, status, out)
}

func (c *colleague) post(path, body string, status int, out any) {
	c.t.Helper()
	c.read(c.do("POST", path, body), path, status, out)
}

func (c *colleague) read(resp *http.Response, path string, status int, out any) {
	c.t.Helper()
	if resp.StatusCode != status {
		c.t.Fatalf("%s: status %d, want %d", path, resp.StatusCode, status)
	}
	if out == nil {
		return
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		c.t.Fatalf("%s: %v", path, err)
	}
}

type factsAnswer struct {
	Instance, Root, Day string
	List                []byte
	Units               []struct {
		Unit, Name string
		Roles      []string
		Holds      bool
		Rosters    [][]byte
		Handed     []struct{ Sealed []byte }
	}
	Pack struct {
		Categories []struct{ ID, Name string }
		Declines   map[string]string
	}
}

// TestWorkFacts: a member's page starts from lists that it can check itself, and from nothing of other units; whoever is no
// member gets none of it, and an account whose keys the roster does not name is nobody there.
func TestWorkFacts(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	h := deskOf(t, w)
	chen := signIn(t, w, h, "chen")
	handed := store.Handed{Unit: "unit-1", Key: [32]byte{1}, Member: "chen", Sealed: []byte("former"), Giver: "lin", Day: workday.MustDay("2026-11-22")}
	other := handed
	other.Member, other.Sealed = "lin", []byte("not for chen")
	err := w.Store.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.HandOver(other); err != nil {
			return err
		}
		return tx.HandOver(handed)
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Dismiss(t, "chen", "unit-2")
	var f factsAnswer
	chen.get("work/facts", http.StatusOK, &f)
	if string(f.List) != w.NewBrowser(t).Get("/keys.json").Want(200).Body {
		t.Error("the list is another one than the public's")
	}
	signed, err := proof.ParseKeySet(f.List)
	if err != nil {
		t.Fatal(err)
	}
	set, err := signed.Verify(proof.Trust{Root: f.Root})
	if err != nil || set.Instance != f.Instance {
		t.Fatalf("the list does not verify: %v", err)
	}
	if len(f.Units) != len(w.Pack.Offices)-1 || len(f.Pack.Categories) != len(w.Pack.Categories) || f.Pack.Declines["D1"] == "" {
		t.Fatalf("facts: %+v", f)
	}
	for _, u := range f.Units {
		if u.Unit == "unit-2" || u.Name == "" || !u.Holds || len(u.Roles) != 1 || u.Roles[0] != "triage" || len(u.Rosters) != 1 {
			t.Errorf("unit: %+v", u)
		}
		if (u.Unit == "unit-1") != (len(u.Handed) == 1 && string(u.Handed[0].Sealed) == "former") {
			t.Errorf("%s: handed %v", u.Unit, u.Handed)
		}
	}
	gu, token := w.SignsIn(t, h, deskOrigin, staff.Administrator)
	(&colleague{t, h, gu, token, "gu"}).get("work/facts", http.StatusForbidden, nil)

	// Somebody else's keys under the same id are somebody else.
	w.Dismiss(t, "chen", "unit-1")
	w.Hire(t, "chen", "unit-1", "approver")
	chen.get("work/facts", http.StatusOK, &f)
	for _, u := range f.Units {
		if u.Unit == "unit-1" {
			t.Error("an account works by the name of another key")
		}
	}
	_, err = w.Casework.Member(t.Context(), accountOf(t, w, "chen"), id.Unit("unit-1"))
	if err == nil {
		t.Error("the use case lets it in")
	}
}

// accountOf is the account of a member as the rosters know it.
func accountOf(t *testing.T, w *apptest.World, member string) casework.Account {
	t.Helper()
	k := w.Key(t, member)
	return casework.Account{ID: id.Member(member), Recipient: k.Age.Recipient().String(), Sign: seal.EncodeKey(k.Sign.Public().(ed25519.PublicKey))}
}
