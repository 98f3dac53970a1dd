package app_test

import (
	"bytes"
	"net/http"
	"slices"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// office is one office at work: who is in it, as they sign in on each day.
type office struct {
	t    *testing.T
	w    *apptest.World
	unit id.Unit
	at   map[string]*terminal.Session
}

// as is somebody as the newest roster and the absences of today have them.
func (o *office) as(name string) *terminal.Session {
	o.t.Helper()
	if o.at[name] == nil {
		o.at[name] = o.w.Session(o.t, name, string(o.unit))
	}
	r, err := o.w.Casework.Roster(o.t.Context(), o.unit)
	if err != nil {
		o.t.Fatal(err)
	}
	m := r.Members[slices.IndexFunc(r.Members, func(m proof.Member) bool { return m.ID == name })]
	s := *o.at[name]
	if s.Who, err = o.w.Casework.Member(o.t.Context(), casework.Account{ID: id.Member(m.ID), Recipient: m.Recipient, Sign: m.Sign}, o.unit); err != nil {
		o.t.Fatal(err)
	}
	return &s
}

func (o *office) hire(name string, roles ...string) {
	o.at[name] = o.w.Hire(o.t, name, string(o.unit), roles...)
	o.w.Account(o.t, name, string(o.unit))
}

// goes enters an absence; days count from today.
func (o *office) goes(by setup.Who, who, deputy id.Member, from, to int) (int64, error) {
	day := o.w.Casework.Today()
	return o.w.Setup.EnterAbsence(o.t.Context(), by, o.unit, cases.Absence{Member: who, Deputy: deputy, From: day.Add(from), To: day.Add(to)})
}

// mine are the numbers of somebody's own list.
func (o *office) mine(name string) (out []string) {
	o.t.Helper()
	rows, _, _, err := o.w.Casework.List(o.t.Context(), o.as(name).Who, casework.Filter{Show: casework.ShowMine}, store.Cursor{}, 50)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, r := range rows {
		out = append(out, r.Case.Number)
	}
	return out
}

// last is what happened last in a case, apart from clocks.
func (o *office) last(c cases.Case) (last cases.Event) {
	o.t.Helper()
	for _, e := range reopen(o.t, o.as("zhao"), c.Number).Events {
		if !e.Kind.IsClock() {
			last = e
		}
	}
	return last
}

// off are the days on which a function of the office lacks people who are away.
func (o *office) off(by setup.Who, function string) []setup.Span {
	o.t.Helper()
	s, err := o.w.Setup.Staffing(o.t.Context(), by)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, at := range s.Offices {
		for _, f := range at.Functions {
			if at.Unit == o.unit && f.Function.ID == function {
				return f.Away
			}
		}
	}
	o.t.Fatalf("%s is no function of %s", function, o.unit)
	return nil
}

func member(name id.Member) setup.Who { return setup.Who{Account: name, Role: setup.Member} }

// TestMeiGoesOnHoliday: a deputy does the work of somebody who is away, in their own name, and the two are one person where
// a second one is asked for.
func TestMeiGoesOnHoliday(t *testing.T) {
	t.Parallel()
	everyDatabase(t, func(t *testing.T, w *apptest.World, _ http.Handler) {
		ctx, c := t.Context(), inInquiry(t, w)
		o := &office{t, w, c.Unit, map[string]*terminal.Session{}}
		o.hire("mei", "handler")
		o.hire("tao", "handler")
		do(t, must(o.as("chen").Decide(ctx, c.Number, terminal.Decision{Act: cases.ActAssign, Handler: "mei"})), cases.InInquiry)
		finding := terminal.Decision{Act: cases.ActProposeConclusion, Code: cases.F4, Reasons: "查不清。"}
		do(t, must(o.as("mei").Decide(ctx, c.Number, finding)), cases.InInquiry)

		// She enters it, with the mistakes that one makes.
		admin := setup.Who{Account: "gu", Role: setup.Administrator}
		refuse := func(kind errs.Kind, key string) func(int64, error) {
			return func(_ int64, err error) { t.Helper(); wantError(t, err, kind, key) }
		}
		refuse(errs.Invalid, "away.days")(o.goes(member("mei"), "", "lin", 5, 1))
		refuse(errs.Invalid, "away.self")(o.goes(member("mei"), "", "mei", 1, 5))
		refuse(errs.Invalid, "away.not_handler")(o.goes(member("mei"), "", "chen", 1, 5))
		refuse(errs.Denied, "away.role")(o.goes(member("lin"), "mei", "lin", 1, 5))
		key, err := o.goes(member("mei"), "", "lin", 1, 5)
		if err != nil {
			t.Fatal(err)
		}
		refuse(errs.Conflict, "away.twice")(o.goes(member("mei"), "", "", 5, 9))
		refuse(errs.Conflict, "away.is_deputy")(o.goes(member("lin"), "", "tao", 3, 3))
		refuse(errs.Conflict, "away.deputy_away")(o.goes(member("tao"), "", "mei", 2, 2))
		day := w.Casework.Today()
		if err := w.Setup.CorrectAbsence(ctx, member("mei"), c.Unit, key, cases.Absence{Deputy: "lin", From: day.Add(1), To: day.Add(9)}); err != nil {
			t.Fatal(err)
		}
		refuse(errs.NotFound, "store.absence_absent")(0, w.Setup.EndAbsence(ctx, member("tao"), c.Unit, key))
		if _, err := o.as("lin").Open(ctx, c.Number); !errs.Is(err, errs.Denied) || len(o.as("lin").Who.For) != 0 {
			t.Errorf("before the first day: %v, for %v", err, o.as("lin").Who.For)
		}

		o.isAway(c, finding)
		o.isBack(c, key, finding)
		awayOfOthers(t, o, admin)
		languages(t, o, c, admin)
		awayInLog(t, w, c)
	})
}

var approve = terminal.Decision{Act: cases.ActApprove, Reasons: "同意。"}

// isAway: on the first day lin has mei's case and writes the progress note, and neither is the other's second person.
func (o *office) isAway(c cases.Case, finding terminal.Decision) {
	t, w, ctx := o.t, o.w, o.t.Context()
	t.Helper()
	w.Clock.Move(24 * time.Hour)
	defer o.hears("lin", c.Number)()
	if got := o.mine("lin"); !slices.Contains(got, c.Number) {
		t.Errorf("lin's cases: %v", got)
	}
	file := reopen(t, o.as("lin"), c.Number)
	if file.Handler != "mei" || !slices.Equal(o.as("lin").Who.For, []id.Member{"mei"}) {
		t.Errorf("handler %q, lin stands in for %v", file.Handler, o.as("lin").Who.For)
	}
	if _, err := o.as("lin").Do(ctx, file, cases.Act{Kind: cases.ActProgress}, terminal.Body{Body: &seal.Note{Text: "等银行回话。"}}, terminal.Body{Body: &seal.Reply{Text: "核查继续。", Template: "progress"}}); err != nil {
		t.Fatal(err)
	}
	if e := o.last(c); e.Kind != cases.EventProgress || e.Member != "lin" || e.For != "mei" {
		t.Errorf("%+v", e)
	}
	if _, err := o.as("tao").Open(ctx, c.Number); !errs.Is(err, errs.Denied) {
		t.Errorf("another handler: %v", err)
	}

	// Both become approvers, and neither is the second person.
	w.Change(t, "lin", string(c.Unit), "approver", "handler")
	w.Change(t, "mei", string(c.Unit), "approver", "handler")
	_, err := o.as("lin").Decide(ctx, c.Number, approve)
	wantError(t, err, errs.Denied, "cases.own_proposal")
	do(t, must(o.as("lin").Decide(ctx, c.Number, terminal.Decision{Act: cases.ActWithdraw})), cases.InInquiry)
	do(t, must(o.as("lin").Decide(ctx, c.Number, finding)), cases.InInquiry)
	_, err = o.as("mei").Decide(ctx, c.Number, approve)
	wantError(t, err, errs.Denied, "cases.own_proposal")
	if n, err := w.Casework.Counts(ctx, o.as("lin").Who); err != nil || n[casework.ShowApprove] != 0 {
		t.Errorf("%d wait for lin's word, %v", n[casework.ShowApprove], err)
	}

}

// isBack: mei is back before the last day, lin sees the case no more, and what they did for each other stays.
func (o *office) isBack(c cases.Case, key int64, finding terminal.Decision) {
	t, w, ctx := o.t, o.w, o.t.Context()
	t.Helper()
	w.Change(t, "lin", string(c.Unit), "handler")
	if err := w.Setup.EndAbsence(ctx, member("mei"), c.Unit, key); err != nil {
		t.Fatal(err)
	}
	wantError(t, w.Setup.EndAbsence(ctx, member("mei"), c.Unit, key), errs.Conflict, "store.absence_over")
	_, err := o.as("lin").Open(ctx, c.Number)
	wantError(t, err, errs.Denied, "casework.not_assigned")
	if got := o.mine("lin"); slices.Contains(got, c.Number) {
		t.Errorf("lin's cases afterwards: %v", got)
	}
	_, err = o.as("mei").Decide(ctx, c.Number, approve)
	wantError(t, err, errs.Denied, "cases.own_proposal")
	do(t, must(o.as("mei").Decide(ctx, c.Number, terminal.Decision{Act: cases.ActWithdraw})), cases.InInquiry)
	do(t, must(o.as("mei").Decide(ctx, c.Number, finding)), cases.InInquiry)
	w.Change(t, "lin", string(c.Unit), "approver", "handler")
	_, err = o.as("lin").Decide(ctx, c.Number, approve)
	wantError(t, err, errs.Denied, "cases.own_proposal")
	do(t, must(o.as("zhao").Decide(ctx, c.Number, approve)), cases.Concluded)

}

// hears has somebody's page listen; what it returns waits until it was told of a case.
func (o *office) hears(name, number string) (told func()) {
	o.t.Helper()
	ear, err := o.w.Casework.Listen(o.t.Context(), o.as(name).Who)
	if err != nil {
		o.t.Fatal(err)
	}
	return func() {
		o.t.Helper()
		defer o.w.Casework.Close(ear)
		late := time.After(20 * time.Second)
		for {
			select {
			case s := <-ear.C:
				if s.Number == number {
					return
				}
			case <-late:
				o.t.Errorf("%s was not told of %s", name, number)
				return
			}
		}
	}
}

// awayInLog: the audit log says who entered what, and in whose place the deputy opened the case and acted.
func awayInLog(t *testing.T, w *apptest.World, c cases.Case) {
	t.Helper()
	said := map[string]bool{}
	if err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		entries, err := tx.AuditOfCase(c.ID)
		for _, e := range entries {
			if e.Who == "lin" && e.Outcome == store.Allowed && bytes.Contains(e.Detail, []byte(`"for":"mei"`)) {
				said[e.Act] = true
			}
		}
		return err
	}); err != nil || !said["open"] || !said[string(cases.ActProgress)] || !said[string(cases.ActWithdraw)] {
		t.Errorf("lin did for mei: %v, %v", said, err)
	}
	for _, act := range []string{"away-entered", "away-changed", "away-ended"} {
		if !audited(t, w, act, store.Allowed) {
			t.Errorf("%s is not in the audit log", act)
		}
	}
}
