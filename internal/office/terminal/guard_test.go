package terminal_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/public/intake"
)

// TestTwoMembersAtOnce: whoever comes second is told so, and nothing of the first is lost or done twice.
func TestTwoMembersAtOnce(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *apptest.World) {
		number, code := report(t, w, "What I saw.")
		bo := w.Hire(t, "bo", "unit-1", "triage")
		chen := w.Session(t, "chen", "unit-1")
		first, err := chen.Open(t.Context(), number)
		if err != nil {
			t.Fatal(err)
		}
		second, err := bo.Open(t.Context(), number)
		if err != nil {
			t.Fatal(err)
		}
		letter(t, chen, number, terminal.Letter{Text: "From Chen."})
		for _, c := range []*terminal.Opened{first, second} {
			_, err := bo.Do(t.Context(), c, cases.Act{Kind: cases.ActSettleDanger})
			refused(t, err, errs.Conflict, "cases.moved_on")
		}
		if v := view(t, w, code); len(v.Entries) != 2 || !strings.Contains(v.Entries[0].Text, "From Chen.") {
			t.Errorf("the mailbox: %+v", v.Entries)
		}
		// The same act from many at one moment.
		var wg sync.WaitGroup
		results := make([]error, 8)
		for i := range results {
			s := []*terminal.Session{chen, bo}[i%2]
			wg.Go(func() { _, results[i] = s.Decide(t.Context(), number, terminal.Decision{Act: cases.ActTriage}) })
		}
		wg.Wait()
		won := 0
		for _, err := range results {
			if err == nil {
				won++
				continue
			}
			if e, ok := errs.Public(err); !ok || e.Kind != errs.Conflict {
				t.Errorf("the second was told %v", err)
			}
		}
		o, err := bo.Open(t.Context(), number)
		if err != nil || won != 1 || o.Case.State != cases.Triaged || len(o.Doubts) > 0 {
			t.Fatalf("%d of 8 triaged; state %s, doubts %v, %v", won, o.Case.State, o.Doubts, err)
		}
		// A reporter who writes meanwhile does not stop staff, nor they the reporter.
		for i := range 4 {
			wg.Go(func() { answer(t, w, code, fmt.Sprint("More, part ", i)) })
			wg.Go(func() {
				for {
					_, err := chen.Reply(t.Context(), number, terminal.Letter{Text: fmt.Sprint("Thank you, ", i)})
					if err == nil {
						return
					}
					if e, ok := errs.Public(err); !ok || e.Kind != errs.Conflict {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		if o, err = chen.Open(t.Context(), number); err != nil || len(o.Doubts) > 0 || len(o.Items[cases.FromReporter]) != 5 || len(o.Items[cases.FromUnit]) != 5 {
			t.Errorf("%d documents from the reporter and %d from the unit, want 5 and 5; %v, %v", len(o.Items[cases.FromReporter]), len(o.Items[cases.FromUnit]), o.Doubts, err)
		}
		if v := view(t, w, code); len(v.Entries) != 10 || slices.ContainsFunc(v.Entries, func(e intake.Entry) bool { return e.Fault != "" }) {
			t.Errorf("the mailbox has %d entries: %+v", len(v.Entries), v.Entries)
		}
	})
}

// TestProtectedDecline: a proposal that protects an activity or a trait cannot be taken back, nor overruled by one.
func TestProtectedDecline(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *apptest.World) {
		for _, code := range []cases.Code{cases.D6, cases.D7} {
			number, _ := report(t, w, "What I saw.")
			chen, zhao, wu := w.Session(t, "chen", "unit-1"), w.Session(t, "zhao", "unit-1"), w.Session(t, "wu", "unit-1")
			letter(t, chen, number, terminal.Letter{})
			decide(t, chen, number, terminal.Decision{Act: cases.ActTriage})
			decide(t, chen, number, terminal.Decision{Act: cases.ActProposeDecline, Code: code, Reasons: "Protected."})
			_, err := chen.Decide(t.Context(), number, terminal.Decision{Act: cases.ActWithdraw})
			refused(t, err, errs.Denied, "cases.protected_withdraw")
			_, err = chen.Decide(t.Context(), number, terminal.Decision{Act: cases.ActAccept, Handler: "lin", Reasons: "Never mind."})
			refused(t, err, errs.Conflict, "cases.proposal_waits")
			decide(t, zhao, number, terminal.Decision{Act: cases.ActRefuse, Reasons: "I see it otherwise."})
			_, err = zhao.Decide(t.Context(), number, terminal.Decision{Act: cases.ActRefuse, Reasons: "Again."})
			refused(t, err, errs.Denied, "cases.voted")
			_, err = chen.Decide(t.Context(), number, terminal.Decision{Act: cases.ActAccept, Handler: "lin", Reasons: "Never mind."})
			refused(t, err, errs.Conflict, "cases.proposal_waits")
			decide(t, wu, number, terminal.Decision{Act: cases.ActApprove})
			if o, err := chen.Open(t.Context(), number); err != nil || o.Case.State != cases.Declined || len(o.Doubts) > 0 {
				t.Errorf("%s: state %s, %v, %v", code, o.Case.State, o.Doubts, err)
			}
		}
	})
}

// TestFalseWithIntent: F5 needs evidence of intent, the reporter's own answer, and two approvers beside the proposer.
func TestFalseWithIntent(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *apptest.World) {
		number, code := report(t, w, "What I saw.")
		toInquiry(t, w, number)
		lin, zhao, wu := w.Session(t, "lin", "unit-1"), w.Session(t, "zhao", "unit-1"), w.Session(t, "wu", "unit-1")
		f5 := terminal.Decision{Act: cases.ActProposeConclusion, Code: cases.F5, Reasons: "Invented."}
		_, err := lin.Decide(t.Context(), number, f5)
		refused(t, err, errs.Invalid, "cases.intent_missing")
		f5.Intent = "The same picture was offered to a newspaper with another story."
		_, err = lin.Decide(t.Context(), number, f5)
		refused(t, err, errs.Invalid, "cases.answer_missing")
		letter(t, lin, number, terminal.Letter{Text: "Where was the picture taken?"})
		_, err = lin.Decide(t.Context(), number, f5)
		refused(t, err, errs.Invalid, "cases.answer_missing")
		answer(t, w, code, "I do not remember.")
		decide(t, lin, number, f5)
		decide(t, zhao, number, terminal.Decision{Act: cases.ActApprove})
		o, err := wu.Open(t.Context(), number)
		if err != nil || o.Case.State != cases.InInquiry {
			t.Fatalf("after one approval: %s, %v", o.Case.State, err)
		}
		_, err = zhao.Decide(t.Context(), number, terminal.Decision{Act: cases.ActApprove})
		refused(t, err, errs.Denied, "cases.voted")
		decide(t, wu, number, terminal.Decision{Act: cases.ActApprove})
		if o, err = wu.Open(t.Context(), number); err != nil || o.Case.State != cases.Concluded || len(o.Doubts) > 0 {
			t.Errorf("after two: %s, %v, %v", o.Case.State, o.Doubts, err)
		}
	})
}

// TestTheReporterIsTold: a decision without a letter to the reporter is refused, whatever a surface sends.
func TestTheReporterIsTold(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *apptest.World) {
		number, _ := report(t, w, "What I saw.")
		chen := w.Session(t, "chen", "unit-1")
		c, err := chen.Open(t.Context(), number)
		if err != nil {
			t.Fatal(err)
		}
		act := cases.Act{Kind: cases.ActAcknowledge, Seen: c.Case.Version, NoInterest: true}
		_, err = w.Casework.Do(t.Context(), chen.Who, casework.Work{Number: number, Act: act})
		refused(t, err, errs.Invalid, "cases.doc_missing")
		doc := casework.Document{ID: id.NewDoc(), Chain: cases.Inside, Kind: "note", Seq: 1, Sealed: c.Chains[cases.FromReporter][0].Body}
		_, err = w.Casework.Do(t.Context(), chen.Who, casework.Work{Number: number, Act: act, Docs: []casework.Document{doc}})
		refused(t, err, errs.Invalid, "casework.reporter_not_told")
		doc.Visible = true
		_, err = w.Casework.Do(t.Context(), chen.Who, casework.Work{Number: number, Act: act, Docs: []casework.Document{doc}})
		refused(t, err, errs.Invalid, "casework.wrong_chain")
		doc.Chain, doc.Kind, doc.Sealed = cases.FromUnit, "reply", []byte("in clear")
		_, err = w.Casework.Do(t.Context(), chen.Who, casework.Work{Number: number, Act: act, Docs: []casework.Document{doc}})
		refused(t, err, errs.Invalid, "casework.not_sealed")
	})
}
