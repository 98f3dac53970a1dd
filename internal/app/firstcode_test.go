package app_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/seal"
)

// withoutMailbox is a case to which staff wrote a letter before its reporter has a mailbox: as after a call.
func withoutMailbox(t *testing.T, w *apptest.World) (s *sender, c id.Case, number string) {
	t.Helper()
	s = newSender(t, w, seal.NewDigits())
	if status, a := s.send(s.report("有人按页付钱，请我拍摄标有密级的文件。")); status != 200 {
		t.Fatalf("report: %d %v", status, keyOf(a))
	}
	_, box := s.act("list", struct{}{})
	number = box["number"].(string)
	if _, err := w.Session(t, "chen", "unit-1").Reply(t.Context(), number, terminal.Letter{}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Intake.IssueFirstCode(t.Context(), s.c, store.FirstPickUp); !errs.Is(err, errs.Conflict) {
		t.Errorf("a number for a case that has a mailbox: %v", err)
	}
	if status, a := s.act("close", struct{}{}); status != 200 {
		t.Fatalf("close: %d %v", status, keyOf(a))
	}
	return s, s.c, number
}

// TestFirstCode exchanges a number once for keys that the owner made; unknown, used and old ones are one answer.
func TestFirstCode(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		w := apptest.Start(t, apptest.Options{DSN: fresh(t), Clock: apptest.NewClock(time.Date(2026, 3, 10, 2, 0, 0, 0, time.UTC)), Set: map[string]string{"codes.guesses": "6"}})
		s, c, number := withoutMailbox(t, w)
		issue := func(kind store.FirstKind) string {
			code, err := w.Intake.IssueFirstCode(t.Context(), c, kind)
			if err != nil {
				t.Fatal(err)
			}
			return code
		}
		first, link := issue(store.FirstPickUp), issue(store.FirstLink)
		if err := seal.CheckPickUpNumber(first); err != nil {
			t.Errorf("%q: %v", first, err)
		}
		exchange := func(code string, next *seal.MailboxKeys) (int, string) {
			status, a := s.call("POST", "/zh/api/exchange", nil, jsonOf(t, map[string]any{"code": code, "next": next.Public()}))
			return status, keyOf(a)
		}
		mine, other := keysOf(t, w), keysOf(t, w)
		if status, key := exchange(spoilt(first), mine); status != 404 || key != "intake.no_first_code" {
			t.Errorf("an unknown number: %d %s", status, key)
		}
		if status, key := exchange(strings.ReplaceAll(first, " ", "－"), mine); status != 200 {
			t.Fatalf("the number: %d %s", status, key)
		}
		if status, key := exchange(first, other); status != 404 || key != "intake.no_first_code" {
			t.Errorf("a second time: %d %s", status, key)
		}
		s.keys = mine
		_, box := s.act("list", struct{}{})
		var waits int
		for _, d := range box["docs"].([]any) {
			if d := d.(map[string]any); d["chain"] == "unit" && d["item"] == 0.0 && d["sealed"] == nil && d["note"] == nil {
				waits++
			}
		}
		if waits != 1 {
			t.Errorf("%d letters wait, want 1: %v", waits, box["docs"])
		}
		o, err := w.Session(t, "chen", "unit-1").Open(t.Context(), number)
		if err != nil || len(o.Doubts) != 1 || o.Doubts[0].Key != "terminal.mailbox_vouched" || o.Doubts[0].Chain != cases.FromReporter {
			t.Errorf("staff are not told who vouches: %v %v", o.Doubts, err)
		}
		if status, a := s.act("close", struct{}{}); status != 200 {
			t.Fatal(status, keyOf(a))
		}
		old := issue(store.FirstPickUp)
		w.Clock.Move(24 * 7 * time.Hour)
		if status, key := exchange(link, other); status != 404 || key != "intake.no_first_code" {
			t.Errorf("a link after a week: %d %s", status, key)
		}
		w.Clock.Move(24 * 24 * time.Hour)
		for range 6 {
			if status, key := exchange(old, other); status != 404 || key != "intake.no_first_code" {
				t.Errorf("a number after a month: %d %s", status, key)
			}
		}
		good, mail := issue(store.FirstPickUp), issue(store.FirstLink)
		if status, key := exchange(good, other); status != 503 || key != "intake.first_code_busy" {
			t.Errorf("above the limit of guesses: %d %s", status, key)
		}
		if status, key := exchange(mail, other); status != 200 {
			t.Errorf("a link, which nobody guesses, waits for numbers: %d %s", status, key)
		}
		w.Clock.Move(time.Hour)
		if status, key := exchange(good, other); status != 409 || key != "store.mailbox_moved" {
			t.Errorf("in the next hour: %d %s", status, key) // it is looked at again, and the case has its mailbox
		}
	})
}

// TestFirstCodePlain types a number at the door without scripts. The same form again shows the same code.
func TestFirstCodePlain(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		w := apptest.Start(t, apptest.Options{DSN: fresh(t)})
		_, c, number := withoutMailbox(t, w)
		first, err := w.Intake.IssueFirstCode(t.Context(), c, store.FirstPickUp)
		if err != nil {
			t.Fatal(err)
		}
		b := w.NewBrowser(t)
		b.Get("/en/mailbox/plain").Want(200).Form("f").Set("code", spoilt(first)).Press("open").Want(422, "This number opens nothing")
		form := b.Get("/en/mailbox/plain").Want(200).Form("f").Set("code", first)
		shown := form.Press("open").Want(200)
		code := shown.Code()
		if again := form.Press("open").Want(200).Code(); again != code {
			t.Errorf("the same form shows %q, then %q", code, again)
		}
		_, other, _ := withoutMailbox(t, w)
		second, err := w.Intake.IssueFirstCode(t.Context(), other, store.FirstPickUp)
		if err != nil {
			t.Fatal(err)
		}
		form.Set("code", second).Press("open").Want(422, "This number opens nothing")
		otherCode := b.Get("/en/mailbox/plain").Want(200).Form("f").Set("code", second).Press("open").Want(200).Code()
		if otherCode == code {
			t.Error("two cases have one code")
		}
		form.Press("open").Want(422, "This number opens nothing")
		shown.Form("g").Press("open").Want(200, number, "when the office next opens the case")
		b.Get("/en/mailbox/plain").Want(200).Form("f").Set("code", code).Press("open").Want(200, number)
		b.Get("/en/mailbox/plain").Want(200).Form("f").Set("code", first).Press("open").Want(422, "This number opens nothing")
		if leaked := w.Log.String(); strings.Contains(leaked, first) || strings.Contains(leaked, strings.ReplaceAll(first, " ", "")) || strings.Contains(leaked, code) {
			t.Error("the log holds a code")
		}
	})
}

// spoilt is another number of the same form.
func spoilt(number string) string {
	for {
		if other := seal.NewPickUpNumber(); other != number {
			return other
		}
	}
}

func keysOf(t *testing.T, w *apptest.World) *seal.MailboxKeys {
	t.Helper()
	k, err := seal.DeriveMailbox(w.Dir.Instance, seal.NewDigits())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func jsonOf(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
