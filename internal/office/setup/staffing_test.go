package setup_test

import (
	"slices"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/office/setup"
)

// off names the functions that lack people.
func off(all []setup.Staffed) (out []string) {
	for _, s := range all {
		if len(s.Vacant) > 0 && !s.Function.Later {
			out = append(out, s.Function.ID)
		}
	}
	return out
}

// TestStaffing: an office's functions go on as people are named and off when one is removed, members see their own offices, and
// nobody without an account sees any.
func TestStaffing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		see := func(who setup.Who) *setup.Staffing {
			t.Helper()
			s, err := w.Staffing(ctx, who)
			w.must(err)
			return s
		}
		w.begin()
		s := see(admin)
		if len(s.Offices) == 0 || len(off(s.Offices[0].Functions)) != 10 || slices.Contains(off(s.Whole), "administer") || !slices.Contains(off(s.Whole), "identity") {
			t.Fatalf("before anybody is named: %v, %v", off(s.Offices[0].Functions), off(s.Whole))
		}
		w.everybody()
		w.install(w.make(w.usual()))
		s = see(inspector)
		unit := s.Offices[slices.IndexFunc(s.Offices, func(o setup.OfficeStaff) bool { return o.Unit == "centre" })]
		for _, f := range unit.Functions {
			for _, p := range f.People {
				for _, r := range p.Roles {
					if !slices.ContainsFunc(f.Function.Seats, func(seat cases.Seat) bool { return slices.Contains(seat.Any, r) }) {
						t.Errorf("%s counts %s as %s", f.Function.ID, p.ID, r)
					}
				}
			}
		}
		if got := off(s.Whole); len(got) > 0 {
			t.Errorf("off for the authority: %v", got)
		}
		before := off(unit.Functions)
		if slices.Contains(before, "decline") || !slices.Contains(before, "review_intent") {
			t.Errorf("off in the office: %v", before)
		}
		var looks setup.Who
		for _, p := range unit.Functions[0].People {
			looks = setup.Who{Account: p.ID, Role: setup.Member}
		}
		own := see(looks)
		if own.Whole != nil || len(own.Offices) == 0 || len(own.Offices) > len(s.Offices) {
			t.Errorf("a member sees %d offices of %d, and the authority: %v", len(own.Offices), len(s.Offices), own.Whole != nil)
		}
		w.leave("desk", looks.Account)
		s = see(admin)
		i := slices.IndexFunc(s.Offices, func(o setup.OfficeStaff) bool { return o.Unit == "centre" })
		if got := off(s.Offices[i].Functions); !slices.Contains(got, "look") {
			t.Errorf("off after the only one who looks was removed: %v", got)
		}
		_, err := w.Staffing(ctx, looks)
		want(t, "somebody who was removed", err, errs.Denied, "setup.no_account")
		_, err = w.Staffing(ctx, setup.Who{Account: "qian", Role: setup.Custodian})
		want(t, "a custodian", err, errs.Denied, "setup.role")
	})
}
