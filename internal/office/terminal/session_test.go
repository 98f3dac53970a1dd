package terminal_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"
	"time"

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
			_, _, err = w.Casework.Blob(t.Context(), c.who.Who, number, blob)
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
		_, _, err = w.Casework.Blob(t.Context(), w.Session(t, "chen", "unit-1").Who, other, blob)
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
