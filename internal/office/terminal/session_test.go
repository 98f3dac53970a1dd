package terminal_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

// noon is when these tests play: a working Monday.
var noon = time.Date(2026, 3, 23, 4, 0, 0, 0, time.UTC)

func both(t *testing.T, fn func(t *testing.T, w *apptest.World)) {
	t.Helper()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		fn(t, apptest.Start(t, apptest.Options{DSN: fresh(t), Clock: apptest.NewClock(noon)}))
	})
}

// report sends a report to unit-1 and returns its number and its open mailbox.
func report(t *testing.T, w *apptest.World, what string) (number, code string) {
	t.Helper()
	in := intake.Sent{
		Category: "protected-documents", Danger: "yes", What: what, Region: "donggang", Lang: "en", CodeKind: "digits", How: []string{"saw"},
		Answers: map[id.Question][]string{"means": {"pay"}, "wanted": {"marked"}},
	}
	d, faults := w.Intake.Check(in)
	if len(faults) > 0 {
		t.Fatal(faults[0])
	}
	token := w.Intake.NewToken()
	if err := w.Intake.ReceiveFile(t.Context(), token, "a.txt", "text/plain", strings.NewReader("attached")); err != nil {
		t.Fatal(err)
	}
	r, err := w.Intake.Submit(t.Context(), token, d)
	if err != nil {
		t.Fatal(err)
	}
	return view(t, w, r.Code).Number, r.Code
}

func view(t *testing.T, w *apptest.World, code string) intake.View {
	t.Helper()
	m, err := w.Intake.OpenMailbox(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	v, err := w.Intake.View(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// answer writes as the reporter.
func answer(t *testing.T, w *apptest.World, code, text string) {
	t.Helper()
	m, err := w.Intake.OpenMailbox(t.Context(), code)
	if err == nil {
		err = w.Intake.Answer(t.Context(), m, w.Intake.NewToken(), text)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, err error, kind errs.Kind, key string) {
	t.Helper()
	if e, ok := errs.Public(err); !ok || e.Kind != kind || e.Key != key {
		t.Fatalf("error %v, want %v %s", err, kind, key)
	}
}

func decide(t *testing.T, s *terminal.Session, number string, d terminal.Decision) {
	t.Helper()
	if _, err := s.Decide(t.Context(), number, d); err != nil {
		t.Fatalf("%s %s: %v", s.Who.Member, d.Act, err)
	}
}

func letter(t *testing.T, s *terminal.Session, number string, l terminal.Letter) {
	t.Helper()
	if _, err := s.Reply(t.Context(), number, l); err != nil {
		t.Fatalf("%s writes: %v", s.Who.Member, err)
	}
}

// toInquiry brings a case to lin, who looks into it.
func toInquiry(t *testing.T, w *apptest.World, number string) {
	t.Helper()
	chen, lin := w.Session(t, "chen", "unit-1"), w.Session(t, "lin", "unit-1")
	letter(t, chen, number, terminal.Letter{})
	decide(t, chen, number, terminal.Decision{Act: cases.ActTriage})
	decide(t, chen, number, terminal.Decision{Act: cases.ActAccept, Handler: "lin", Reasons: "It fits."})
	decide(t, lin, number, terminal.Decision{Act: cases.ActOpenInquiry, Reasons: "Plan."})
}

// TestWhoMaySee: other units, people who left, handlers without the case, and roles without a key see nothing.
func TestWhoMaySee(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *apptest.World) {
		number, _ := report(t, w, "What I saw.")
		clerk, mei := w.Hire(t, "gu", "unit-1", "intake"), w.Hire(t, "mei", "unit-1", "handler")
		abroad := w.Session(t, "chen", "unit-2")
		lin := w.Session(t, "lin", "unit-1")
		blob := attachment(t, w, number)
		for _, c := range []struct {
			name string
			who  *terminal.Session
			kind errs.Kind
			key  string
		}{
			{"another unit", abroad, errs.NotFound, "casework.no_case"},
			{"a clerk", clerk, errs.Denied, "casework.not_assigned"},
			{"a handler before assignment", lin, errs.Denied, "casework.not_assigned"},
			{"another handler", mei, errs.Denied, "casework.not_assigned"},
		} {
			_, err := w.Casework.Open(t.Context(), c.who.Who, number)
			refused(t, err, c.kind, c.key)
			_, err = w.Casework.Blob(t.Context(), c.who.Who, number, blob)
			refused(t, err, c.kind, c.key)
			_, err = w.Casework.Do(t.Context(), c.who.Who, casework.Work{Number: number, Act: cases.Act{Kind: cases.ActTriage}})
			refused(t, err, c.kind, c.key)
		}
		_, _, _, err := w.Casework.List(t.Context(), clerk.Who, casework.Filter{}, store.Cursor{}, 10)
		refused(t, err, errs.Denied, "casework.role")
		for name, want := range map[*terminal.Session]int{abroad: 0, lin: 0, mei: 0, w.Session(t, "chen", "unit-1"): 1, w.Session(t, "zhao", "unit-1"): 1} {
			rows, _, _, err := w.Casework.List(t.Context(), name.Who, casework.Filter{}, store.Cursor{}, 10)
			if err != nil || len(rows) != want {
				t.Errorf("%s of %s lists %d cases, want %d (%v)", name.Who.Member, name.Who.Unit, len(rows), want, err)
			}
		}
		toInquiry(t, w, number)
		if _, err := lin.Open(t.Context(), number); err != nil {
			t.Errorf("the handler of the case: %v", err)
		}
		_, err = mei.Open(t.Context(), number)
		refused(t, err, errs.Denied, "casework.not_assigned")
		for _, bad := range []string{"", "MH-000", "XX-7Q4K-2RD9-3F", number[:len(number)-1], number + "'--"} {
			_, err := w.Casework.Open(t.Context(), w.Session(t, "chen", "unit-1").Who, bad)
			refused(t, err, errs.Invalid, "casework.bad_number")
		}
		_, err = w.Casework.Open(t.Context(), w.Session(t, "chen", "unit-1").Who, cases.NewNumber("MH"))
		refused(t, err, errs.NotFound, "casework.no_case")
		other, _ := report(t, w, "Another.")
		_, err = w.Casework.Blob(t.Context(), w.Session(t, "chen", "unit-1").Who, other, blob)
		refused(t, err, errs.NotFound, "casework.no_file")
	})
}

func attachment(t *testing.T, w *apptest.World, number string) id.Blob {
	t.Helper()
	f, err := w.Casework.Open(t.Context(), w.Session(t, "chen", "unit-1").Who, number)
	if err != nil {
		t.Fatal(err)
	}
	return f.Chains[cases.FromReporter][0].Blobs[0].ID
}

// TestSignIn: only a key on the roster in force, proved, lets somebody in.
func TestSignIn(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *apptest.World) {
		unit := w.Key(t, "unit-1")
		_, stranger, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		sign := func(k ed25519.PrivateKey) func([]byte) []byte {
			return func(msg []byte) []byte { return ed25519.Sign(k, msg) }
		}
		pub := func(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }
		_, err = w.Casework.SignIn(t.Context(), "unit-1", pub(stranger), sign(stranger))
		refused(t, err, errs.Denied, "casework.not_on_roster")
		chen := w.Key(t, "chen").Sign
		_, err = w.Casework.SignIn(t.Context(), "unit-1", pub(chen), sign(stranger))
		refused(t, err, errs.Denied, "casework.key_not_proved")
		_, err = w.Casework.SignIn(t.Context(), "unit-9", pub(chen), sign(chen))
		refused(t, err, errs.Denied, "casework.no_roster")
		old := map[string]bool{}
		_, err = w.Casework.SignIn(t.Context(), "unit-1", pub(chen), func(msg []byte) []byte {
			if old[string(msg)] || !bytes.HasPrefix(msg, []byte("clarion/sign-in/v1\n"+w.Dir.Instance+"\n")) {
				t.Errorf("a challenge that could be another statement: %q", msg)
			}
			old[string(msg)] = true
			return ed25519.Sign(chen, msg)
		})
		if err != nil {
			t.Error(err)
		}
		w.Dismiss(t, "lin", "unit-1")
		_, err = w.As(t.Context(), "lin", "unit-1")
		refused(t, err, errs.Denied, "casework.not_on_roster")
		for name, k := range map[string]terminal.Keys{
			"terminal.not_unit_key":   {Unit: w.Key(t, "chen"), Member: w.Key(t, "chen")},
			"terminal.not_member_key": {Unit: unit, Member: unit},
		} {
			_, err := terminal.Start(t.Context(), w.World(), k)
			refused(t, err, errs.Invalid, name)
		}
		other := apptest.Start(t, apptest.Options{})
		_, err = terminal.Start(t.Context(), w.World(), terminal.Keys{Unit: other.Key(t, "unit-1"), Member: other.Key(t, "chen")})
		refused(t, err, errs.Invalid, "terminal.other_instance")
	})
}

// TestWrongKey: a member with the key of another unit is told which key would open the report.
func TestWrongKey(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(noon)})
	number, _ := report(t, w, "What I saw.")
	chen := w.Session(t, "chen", "unit-1")
	f, err := w.Casework.Open(t.Context(), chen.Who, number)
	if err != nil {
		t.Fatal(err)
	}
	set, err := w.Keys.Set()
	if err != nil {
		t.Fatal(err)
	}
	o := terminal.Opener{Keys: terminal.Keys{Unit: w.Key(t, "unit-2"), Member: w.Key(t, "chen")}, Set: set, Instance: w.Dir.Instance}
	_, err = o.Open(f)
	refused(t, err, errs.Denied, "terminal.other_key")
	if e, _ := errs.Public(err); e.Args["Have"] != "unit-2" || !strings.HasPrefix(fmt.Sprint(e.Args["Unit"]), "unit-1 (") {
		t.Errorf("the sentence names %v", e.Args)
	}
}

// TestWrongRole tries acts as everybody who may not do them.
func TestWrongRole(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *apptest.World) {
		number, code := report(t, w, "What I saw.")
		chen, lin, zhao := w.Session(t, "chen", "unit-1"), w.Session(t, "lin", "unit-1"), w.Session(t, "zhao", "unit-1")
		_, err := zhao.Reply(t.Context(), number, terminal.Letter{Text: "Hello"})
		refused(t, err, errs.Denied, "cases.role")
		letter(t, chen, number, terminal.Letter{})
		_, err = zhao.Decide(t.Context(), number, terminal.Decision{Act: cases.ActTriage})
		refused(t, err, errs.Denied, "cases.role")
		decide(t, chen, number, terminal.Decision{Act: cases.ActTriage})
		for _, d := range []terminal.Decision{
			{Act: cases.ActProposeDecline, Code: cases.D1, Reasons: "x"}, {Act: cases.ActAccept, Handler: "lin", Reasons: "x"},
		} {
			_, err := zhao.Decide(t.Context(), number, d)
			refused(t, err, errs.Denied, "cases.role")
		}
		decide(t, chen, number, terminal.Decision{Act: cases.ActProposeDecline, Code: cases.D1, Reasons: "No conduct."})
		_, err = chen.Decide(t.Context(), number, terminal.Decision{Act: cases.ActApprove})
		refused(t, err, errs.Denied, "cases.role")
		_, err = zhao.Decide(t.Context(), number, terminal.Decision{Act: cases.ActWithdraw})
		refused(t, err, errs.Denied, "cases.role")
		_, err = lin.Decide(t.Context(), number, terminal.Decision{Act: cases.ActApprove})
		refused(t, err, errs.Denied, "casework.not_assigned")
		decide(t, chen, number, terminal.Decision{Act: cases.ActWithdraw})
		decide(t, chen, number, terminal.Decision{Act: cases.ActAccept, Handler: "lin", Reasons: "It fits."})
		_, err = chen.Decide(t.Context(), number, terminal.Decision{Act: cases.ActOpenInquiry, Reasons: "x"})
		refused(t, err, errs.Denied, "cases.role")
		_, err = zhao.Decide(t.Context(), number, terminal.Decision{Act: cases.ActProposeConclusion, Code: cases.F3, Reasons: "x"})
		refused(t, err, errs.Conflict, "cases.not_from_here")
		if v := view(t, w, code); len(v.Entries) != 3 || v.State != cases.Accepted {
			t.Errorf("the mailbox has %d entries in state %s", len(v.Entries), v.State)
		}
	})
}

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

// line is an audit entry without its hashes.
type line struct {
	Who, Act string
	Case     bool
	Outcome  store.Outcome
	Detail   string
}

// TestAudit: every act stands in the audit log, let through or refused, and a changed log is noticed.
func TestAudit(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *apptest.World) {
		number, _ := report(t, w, "What I saw.")
		chen, zhao, lin, abroad := w.Session(t, "chen", "unit-1"), w.Session(t, "zhao", "unit-1"), w.Session(t, "lin", "unit-1"), w.Session(t, "chen", "unit-2")
		blob := attachment(t, w, number)
		if r, err := w.Casework.Blob(t.Context(), chen.Who, number, blob); err != nil {
			t.Fatal(err)
		} else {
			r.Close()
		}
		letter(t, chen, number, terminal.Letter{})
		_, _ = lin.Open(t.Context(), number)
		_, _ = abroad.Open(t.Context(), number)
		_, _, _, _ = w.Casework.List(t.Context(), chen.Who, casework.Filter{}, store.Cursor{}, 10)
		w.Clock.Move(90*time.Minute + 7*time.Second)
		decide(t, chen, number, terminal.Decision{Act: cases.ActTriage})
		decide(t, chen, number, terminal.Decision{Act: cases.ActProposeDecline, Code: cases.D3, Reasons: "No facts."})
		_, _ = zhao.Decide(t.Context(), number, terminal.Decision{Act: cases.ActTriage})
		decide(t, zhao, number, terminal.Decision{Act: cases.ActApprove})
		_, _ = w.Casework.Open(t.Context(), chen.Who, "nonsense")
		var got []line
		var entries []store.AuditEntry
		var last int64
		err := w.Store.Read(t.Context(), func(tx *store.Tx) (err error) {
			if entries, err = tx.AuditAfter(0, 100); err != nil {
				return err
			}
			last, _, err = tx.VerifyAudit()
			return err
		})
		if err != nil || last != int64(len(entries)) {
			t.Fatalf("the log has %d entries and verifies to %d: %v", len(entries), last, err)
		}
		for _, e := range entries {
			got = append(got, line{string(e.Who), e.Act, !e.Case.IsZero(), e.Outcome, string(e.Detail)})
		}
		why := func(key string) string { return `{"why":"` + key + `"}` }
		want := []line{
			{"chen", "open", true, store.Allowed, ""}, {"chen", "file", true, store.Allowed, `{"blob":"` + blob.String() + `"}`},
			{"chen", "open", true, store.Allowed, ""}, {"chen", "acknowledge", true, store.Allowed, "{}"},
			{"lin", "open", true, store.Refused, why("casework.not_assigned")}, {"chen", "open", false, store.Refused, why("casework.no_case")},
			{"chen", "list", false, store.Allowed, ""},
			{"chen", "open", true, store.Allowed, ""}, {"chen", "triage", true, store.Allowed, "{}"},
			{"chen", "open", true, store.Allowed, ""}, {"chen", "propose_decline", true, store.Allowed, `{"code":"D3"}`},
			{"zhao", "open", true, store.Allowed, ""}, {"zhao", "triage", true, store.Refused, why("cases.not_from_here")},
			{"zhao", "open", true, store.Allowed, ""}, {"zhao", "approve", true, store.Allowed, "{}"},
			{"chen", "open", false, store.Refused, why("casework.bad_number")},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("audit log (-want +got):\n%s", diff)
		}
		for _, e := range entries {
			if len(e.Detail) > 0 && !json.Valid(e.Detail) {
				t.Errorf("detail %q", e.Detail)
			}
			if early := e.Seq <= 4; early != (e.At.Equal(noon.Truncate(time.Hour)) && e.At.Minute() == 0) && early {
				t.Errorf("entry %d, on the arrival of the report, carries %v", e.Seq, e.At)
			}
		}
	})
}

// TestAuditChanged changes the audit log behind the database's back.
func TestAuditChanged(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"who": `UPDATE audit SET who = 'lin' WHERE seq = 2`, "outcome": `UPDATE audit SET outcome = 'allowed' WHERE seq = 3`, "time": `UPDATE audit SET at = at + 1 WHERE seq = 2`,
		"left out": `DELETE FROM audit WHERE seq = 2`, "detail": `UPDATE audit SET detail = '{}' WHERE seq = 3`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, db := damaged(t)
			number, _ := report(t, w, "What I saw.")
			chen, lin := w.Session(t, "chen", "unit-1"), w.Session(t, "lin", "unit-1")
			letter(t, chen, number, terminal.Letter{})
			_, _ = lin.Open(t.Context(), number)
			letter(t, chen, number, terminal.Letter{Text: "More."})
			if _, err := db.Exec(change); err == nil {
				t.Error("the database lets its audit log be changed")
			}
			for _, trigger := range triggers(t, db) {
				if _, err := db.Exec(`DROP TRIGGER ` + trigger); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := db.Exec(change); err != nil {
				t.Fatal(err)
			}
			err := w.Store.Read(context.WithoutCancel(t.Context()), func(tx *store.Tx) error { _, _, err := tx.VerifyAudit(); return err })
			if _, ok := errors.AsType[*store.AuditError](err); !ok {
				t.Errorf("a changed audit log gives %v", err)
			}
		})
	}
}

// triggers are what guards the audit log inside the database.
func triggers(t *testing.T, db *sql.DB) (out []string) {
	t.Helper()
	rows, err := db.Query(`SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		out = append(out, name)
	}
	return out
}
