package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// inInquiry is the case of the demonstration that is being looked into.
func inInquiry(t *testing.T, w *apptest.World) (c cases.Case) {
	t.Helper()
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		all, err := tx.CasesAfter(0, 100)
		for _, x := range all {
			if x.State == cases.InInquiry {
				c = x
			}
		}
		return err
	})
	if err != nil || c.Key == 0 {
		t.Fatalf("no case in inquiry: %v", err)
	}
	return c
}

// TestSuspension: an approver suspends with or without a word to the reporter, the inspector looks, an approver resumes.
func TestSuspension(t *testing.T) {
	t.Parallel()
	everyDatabase(t, func(t *testing.T, w *apptest.World, h http.Handler) {
		c := inInquiry(t, w)
		zhao := w.Session(t, "zhao", string(c.Unit))
		act := func(kind cases.ActKind, bodies ...terminal.Body) error {
			_, err := zhao.Do(t.Context(), reopen(t, zhao, c.Number), cases.Act{Kind: kind}, bodies...)
			return err
		}
		inside := terminal.Body{Body: &seal.Note{Text: "等法院的裁定。"}}
		wantError(t, act(cases.ActSuspend), errs.Invalid, "cases.doc_missing")
		before := leavesOf(t, w, c.Key)
		if err := act(cases.ActSuspend, inside); err != nil {
			t.Fatal(err)
		}
		if got := leavesOf(t, w, c.Key); got != before {
			t.Errorf("%d leaves after %d: the reporter could read of a suspension that they were not told", got, before)
		}

		i := newInspector(t, w, h)
		var list struct {
			Cases []struct{ Number, Since, Due string }
		}
		i.get("suspended", 200, &list)
		if len(list.Cases) != 1 || list.Cases[0].Number != c.Number {
			t.Fatalf("%+v", list)
		}
		first := list.Cases[0].Due
		w.Clock.Move(10 * 24 * time.Hour)
		i = newInspector(t, w, h) // ten days end a session
		i.post("suspended/look", `{"number":"`+strings.ToLower(c.Number)+`"}`, 200, nil)
		i.get("suspended", 200, &list)
		if list.Cases[0].Due <= first {
			t.Errorf("to be looked at by %s after %s", list.Cases[0].Due, first)
		}
		i.post("suspended/look", `{"number":"`+caseOf(t, w, "unit-1").Number+`"}`, 409, nil)
		i.post("suspended/look", `{"number":"MH-0000-0000-00"}`, 404, nil)

		told := terminal.Body{Body: &seal.Reply{Text: "核查恢复。", Template: "resumed"}}
		if err := act(cases.ActResume, inside, told); err != nil {
			t.Fatal(err)
		}
		if got := leavesOf(t, w, c.Key); got != before+1 {
			t.Errorf("%d leaves after %d: the reporter was told", got, before)
		}
		if o := reopen(t, zhao, c.Number); o.Case.State != cases.InInquiry {
			t.Error(o.Case.State)
		}
		if !audited(t, w, "look", store.Allowed) || !audited(t, w, "suspend", store.Allowed) || !audited(t, w, "look", store.Refused) {
			t.Error("an act or its refusal stands in no audit log")
		}
	})
}

func leavesOf(t *testing.T, w *apptest.World, key int64) (n int) {
	t.Helper()
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Events(key)
		for _, e := range rows {
			if e.Leaf != nil {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestLookIsTheInspectors: the routes of one door are not at the other.
func TestLookIsTheInspectors(t *testing.T) {
	t.Parallel()
	w, h := deskWorld(t, "", nil)
	m := signIn(t, w, h, "zhao")
	if resp := m.do("POST", "suspended/look", `{"number":"MH-0000-0000-00"}`); resp.StatusCode != 404 && resp.StatusCode != 405 {
		t.Errorf("a member at the desk: %d", resp.StatusCode)
	}
}
