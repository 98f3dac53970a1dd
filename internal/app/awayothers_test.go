package app_test

import (
	"slices"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/store"
)

// awayOfOthers: an approver enters it for somebody who is ill, and the deputy leaves the office.
func awayOfOthers(t *testing.T, o *office, admin setup.Who) {
	t.Helper()
	if _, err := o.goes(member("zhao"), "mei", "tao", 0, 3); err != nil {
		t.Fatal(err)
	}
	if _, err := o.goes(admin, "wu", "", 2, 4); err != nil {
		t.Fatal(err)
	}
	_, err := o.goes(admin, "gu", "", 2, 4)
	wantError(t, err, errs.Invalid, "away.not_here")
	_, err = o.goes(admin, "chen", "lin", 2, 4)
	wantError(t, err, errs.Invalid, "away.no_cases")
	see := func(who setup.Who) setup.Away {
		t.Helper()
		all, err := o.w.Setup.Away(t.Context(), who)
		i := slices.IndexFunc(all, func(a setup.Away) bool { return a.Unit == o.unit })
		if err != nil || i < 0 || who.Account == "mei" && len(all) != 1 {
			t.Fatalf("%s sees %d offices, %v", who.Account, len(all), err)
		}
		return all[i]
	}
	if a := see(admin); len(a.Days) != 2 || !a.All || a.In {
		t.Errorf("the administrator: %+v", a)
	}
	if a := see(member("chen")); len(a.Days) != 0 || a.All || !a.In {
		t.Errorf("triage: %+v", a)
	}
	o.forgets(admin)
	if a := see(member("tao")); len(a.Days) != 1 || a.Days[0].Lapsed {
		t.Errorf("tao: %+v", a)
	}
	if got := o.as("tao").Who.For; !slices.Equal(got, []id.Member{"mei"}) {
		t.Errorf("tao stands in for %v", got)
	}
	o.w.Dismiss(t, "tao", string(o.unit))
	if a := see(member("mei")); len(a.Days) != 2 || !a.Days[0].Lapsed {
		t.Errorf("mei, whose deputy left: %+v", a)
	}
	if _, err := o.goes(admin, "chen", "", 2, 4); err != nil {
		t.Fatal(err)
	}
	if got, want := o.off(admin, "look"), []setup.Span{{From: o.w.Casework.Today().Add(2), To: o.w.Casework.Today().Add(4)}}; !slices.Equal(got, want) {
		t.Errorf("without the only one who looks: off on %v, want %v", got, want)
	}
	if got := o.off(admin, "inquire"); got != nil {
		t.Errorf("handlers are there, and inquiries are off on %v", got)
	}
	other := id.Unit("unit-2")
	if o.unit == other {
		other = "unit-1"
	}
	_, err = o.w.Setup.EnterAbsence(t.Context(), member("mei"), other, cases.Absence{From: o.w.Casework.Today(), To: o.w.Casework.Today()})
	wantError(t, err, errs.NotFound, "setup.no_unit")
}

// forgets: an absence that is long over is gone when another is entered.
func (o *office) forgets(by setup.Who) {
	o.t.Helper()
	old := o.w.Casework.Today().Add(-100)
	rows := func() (all []store.Absence) {
		err := o.w.Store.Read(o.t.Context(), func(tx *store.Tx) (err error) {
			all, err = tx.Absences(o.unit, old)
			return err
		})
		if err != nil {
			o.t.Fatal(err)
		}
		return all
	}
	before := len(rows())
	if err := o.w.Store.Write(o.t.Context(), func(tx *store.Tx) error {
		_, err := tx.AddAbsence(store.Absence{Absence: cases.Absence{Member: "wu", From: old, To: old}, Unit: o.unit, By: "wu", Entered: old})
		return err
	}); err != nil {
		o.t.Fatal(err)
	}
	key, err := o.goes(by, "wu", "", 30, 30)
	if err == nil {
		err = o.w.Setup.EndAbsence(o.t.Context(), by, o.unit, key)
	}
	if got := len(rows()); err != nil || got != before {
		o.t.Errorf("%d absences after %d, %v", got, before, err)
	}
}

// languages: members say for themselves in which of the site's languages they handle cases, and it is shown where a case is given to
// somebody and where nobody handles one.
func languages(t *testing.T, o *office, c cases.Case, admin setup.Who) {
	t.Helper()
	ctx := t.Context()
	silent := func() []string {
		t.Helper()
		s, err := o.w.Setup.Staffing(ctx, admin)
		if err != nil {
			t.Fatal(err)
		}
		return s.Offices[slices.IndexFunc(s.Offices, func(at setup.OfficeStaff) bool { return at.Unit == o.unit })].Silent
	}
	if got := silent(); !slices.Equal(got, []string{"zh-Hans", "en"}) {
		t.Errorf("before anybody said anything: %v", got)
	}
	wantError(t, o.w.Setup.SayTongues(ctx, member("mei"), []string{"en", "tlh"}), errs.Invalid, "tongues.unknown")
	wantError(t, o.w.Setup.SayTongues(ctx, admin, []string{"en"}), errs.Denied, "setup.role")
	for who, langs := range map[id.Member][]string{"mei": {"en", "zh-Hans", "en"}, "zhao": {"en"}, "lin": {"en"}} {
		if err := o.w.Setup.SayTongues(ctx, member(who), langs); err != nil {
			t.Fatal(err)
		}
	}
	if got := silent(); len(got) != 0 {
		t.Errorf("nobody handles cases in %v", got)
	}
	said, err := o.w.Setup.Tongues(ctx, member("mei"))
	if err != nil || !slices.Equal(said.Mine, []string{"en", "zh-Hans"}) {
		t.Errorf("%+v, %v", said, err)
	}
	for _, h := range reopen(t, o.as("chen"), c.Number).Handlers {
		if h.Reads != (c.Lang == "en" || h.ID == "mei") || h.Away.IsZero() != (h.ID != "mei") {
			t.Errorf("a case in %s: %+v", c.Lang, h)
		}
	}
	if err := o.w.Setup.SayTongues(ctx, member("mei"), nil); err != nil {
		t.Fatal(err)
	}
	if got := silent(); !slices.Equal(got, []string{"zh-Hans"}) {
		t.Errorf("after mei took hers back: %v", got)
	}
	if !audited(t, o.w, "languages-said", store.Allowed) || !audited(t, o.w, "languages-said", store.Refused) {
		t.Error("what members say stands in no audit log")
	}
}
