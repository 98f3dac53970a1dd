package terminal_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// TestReviewCountsFromTheDecision: a decline that waited for its approval leaves the reporter all of the thirty days.
func TestReviewCountsFromTheDecision(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *apptest.World) {
		number, code := report(t, w, "What I saw.")
		chen, zhao := w.Session(t, "chen", "unit-1"), w.Session(t, "zhao", "unit-1")
		letter(t, chen, number, terminal.Letter{})
		decide(t, chen, number, terminal.Decision{Act: cases.ActTriage})
		decide(t, chen, number, terminal.Decision{Act: cases.ActProposeDecline, Code: cases.D3, Reasons: "Another office decides this."})
		w.Clock.Move(40 * 24 * time.Hour)
		decide(t, zhao, number, terminal.Decision{Act: cases.ActApprove})
		entries := view(t, w, code).Entries
		told := entries[len(entries)-1]
		by := w.Catalog.For("en").Date(zhao.Machine.Rules.Review.Due(w.Casework.Today(), zhao.Machine.Calendar))
		if told.Kind != seal.KindDecision || !strings.Contains(told.Text, by) || !strings.Contains(told.Text, "Another office decides this.") {
			t.Errorf("the letter does not say %s:\n%s", by, told.Text)
		}
	})
}

// TestHandlerIsOnTheRoster: a case is given to a handler of the unit, never to a slip of the pen.
func TestHandlerIsOnTheRoster(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(noon)})
	number, _ := report(t, w, "What I saw.")
	chen := w.Session(t, "chen", "unit-1")
	letter(t, chen, number, terminal.Letter{})
	decide(t, chen, number, terminal.Decision{Act: cases.ActTriage})
	for _, wrong := range []terminal.Decision{
		{Act: cases.ActAccept, Handler: "lim", Reasons: "It fits."},
		{Act: cases.ActAccept, Handler: "zhao", Reasons: "It fits."}, // an approver only
	} {
		if _, err := chen.Decide(t.Context(), number, wrong); errs.KindOf(err) != errs.Invalid {
			t.Errorf("given to %s: %v", wrong.Handler, err)
		}
	}
	decide(t, chen, number, terminal.Decision{Act: cases.ActAccept, Handler: "lin", Reasons: "It fits."})
}

// TestQuestionBeforeTheFirstLetter: a question to the reporter of an unopened case is refused, not sent as a greeting.
func TestQuestionBeforeTheFirstLetter(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(noon)})
	number, code := report(t, w, "What I saw.")
	chen := w.Session(t, "chen", "unit-1")
	for _, l := range []terminal.Letter{{Text: "Which day?", Ask: true}, {Text: "We go on.", Progress: true}} {
		if _, err := chen.Reply(t.Context(), number, l); errs.KindOf(err) != errs.Conflict {
			t.Errorf("%+v: %v", l, err)
		}
	}
	letter(t, chen, number, terminal.Letter{})
	decide(t, chen, number, terminal.Decision{Act: cases.ActTriage})
	letter(t, chen, number, terminal.Letter{Text: "Which day?", Ask: true})
	if v := view(t, w, code); v.State != cases.NeedsInfo {
		t.Errorf("the mailbox says %s", v.State)
	}
}

// TestHandlersListIsWhole: a handler's case stands on the first page however many of others stand before it.
func TestHandlersListIsWhole(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *apptest.World) {
		chen, lin := w.Session(t, "chen", "unit-1"), w.Session(t, "lin", "unit-1")
		number, _ := report(t, w, "What I saw.")
		letter(t, chen, number, terminal.Letter{})
		decide(t, chen, number, terminal.Decision{Act: cases.ActTriage})
		decide(t, chen, number, terminal.Decision{Act: cases.ActSettleDanger})
		decide(t, chen, number, terminal.Decision{Act: cases.ActAccept, Handler: "lin", Reasons: "It fits."})
		for range 5 {
			report(t, w, "Something else, with danger.")
		}
		rows, _, more, err := w.Casework.List(t.Context(), lin.Who, casework.Filter{}, store.Cursor{}, 2)
		if err != nil || len(rows) != 1 || rows[0].Case.Number != number || more {
			t.Errorf("%d rows, more %v, %v", len(rows), more, err)
		}
	})
}

// TestAuditHidesTheArrival: what staff do on the day of arrival or the day after is kept to the hour, later acts to the
// second.
func TestAuditHidesTheArrival(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 23, 15, 58, 31, 0, time.UTC) // 23:58 in the unit
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(start)})
	number, _ := report(t, w, "What I saw.")
	chen := w.Session(t, "chen", "unit-1")
	w.Clock.Move(4 * time.Minute)
	letter(t, chen, number, terminal.Letter{})
	w.Clock.Move(48 * time.Hour)
	decide(t, chen, number, terminal.Decision{Act: cases.ActTriage})
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		entries, err := tx.AuditAfter(0, 100)
		late := 0
		for _, e := range entries {
			early := e.At.Before(start.Add(24 * time.Hour))
			if early && !e.Case.IsZero() && !e.At.Equal(e.At.Truncate(time.Hour)) {
				t.Errorf("%s carries %v", e.Act, e.At)
			}
			if !early && e.At.Second() == 31 {
				late++
			}
		}
		if late == 0 {
			t.Error("no later act keeps its second")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestReopening: a closed case begins anew with what one person proposed and another approved, as it was sealed.
func TestReopening(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(noon)})
	number, code := report(t, w, "What I saw.")
	chen, zhao := w.Session(t, "chen", "unit-1"), w.Session(t, "zhao", "unit-1")
	letter(t, chen, number, terminal.Letter{})
	decide(t, chen, number, terminal.Decision{Act: cases.ActTriage})
	for _, d := range []terminal.Decision{
		{Act: cases.ActProposeDecline, Code: cases.D3, Reasons: "No place is named."},
		{Act: cases.ActProposeClosing},
		{Act: cases.ActProposeReopening, Reasons: "A letter names the place."},
	} {
		decide(t, chen, number, d)
		decide(t, zhao, number, terminal.Decision{Act: cases.ActApprove})
	}
	if v := view(t, w, code); v.State != cases.Triaged {
		t.Errorf("the mailbox says %s", v.State)
	}
}

// TestExtensionIsTold: the reporter reads why it takes longer.
func TestExtensionIsTold(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(noon)})
	number, code := report(t, w, "What I saw.")
	toInquiry(t, w, number)
	zhao := w.Session(t, "zhao", "unit-1")
	decide(t, zhao, number, terminal.Decision{Act: cases.ActExtend, Clock: cases.ClockInquiry, Reasons: "A laboratory answers in April."})
	var told []string
	for _, e := range view(t, w, code).Entries {
		told = append(told, fmt.Sprintf("%s: %s", e.Kind, e.Text))
	}
	if !slices.Contains(told, "reply: A laboratory answers in April.") {
		t.Errorf("the letters are %q", told)
	}
}
