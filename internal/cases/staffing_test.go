package cases_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
)

func staffOf(people ...string) (out []cases.Staff) {
	for i, roles := range people {
		s := cases.Staff{ID: id.Member(fmt.Sprint("p", i))}
		for r := range strings.FieldsSeq(roles) {
			s.Roles = append(s.Roles, cases.Role(r))
		}
		out = append(out, s)
	}
	return out
}

// TestFunctions: every role does something, the smallest office can do all of it, and no function that needs somebody else can be
// done by one person with every role.
func TestFunctions(t *testing.T) {
	t.Parallel()
	var used []cases.Role
	all := make([]string, 0, len(cases.Roles()))
	for _, r := range cases.Roles() {
		all = append(all, string(r))
	}
	one, office := staffOf(strings.Join(all, " ")), staffOf("triage handler intake", "approver", "approver", "approver")
	if len(office) != cases.Smallest() {
		t.Errorf("the smallest office has %d people", cases.Smallest())
	}
	for _, f := range cases.Functions() {
		for _, s := range f.Seats {
			used = append(used, s.Any...)
		}
		if off := len(f.Vacant(one)) > 0; off != (f.People() > 1) {
			t.Errorf("%s by one person with every role: off is %v", f.ID, off)
		}
		if f.Whole || f.Later {
			continue
		}
		if v := f.Vacant(office); len(v) > 0 {
			t.Errorf("%s in the smallest office lacks %v", f.ID, v)
		}
		if len(f.Vacant(office[:len(office)-1])) > 0 != (f.People() == cases.Smallest()) {
			t.Errorf("%s in an office that is smaller by one", f.ID)
		}
	}
	for _, r := range cases.Roles() {
		if !slices.Contains(used, r) {
			t.Errorf("%s has nothing to do", r)
		}
	}
}

// TestVacant: people are seated where they are needed, whatever their order, and what is missing is named.
func TestVacant(t *testing.T) {
	t.Parallel()
	find := func(name string) cases.Function {
		all := cases.Functions()
		return all[slices.IndexFunc(all, func(f cases.Function) bool { return f.ID == name })]
	}
	for _, c := range []struct {
		function string
		people   []cases.Staff
		want     string
	}{
		{"conclude", staffOf("handler approver", "handler"), ""},
		{"conclude", staffOf("handler", "handler approver"), ""},
		{"conclude", staffOf("handler approver"), "1 approver"},
		{"conclude", staffOf("approver", "approver"), "1 handler"},
		{"conclude", nil, "1 handler, 1 approver"},
		{"review", staffOf("handler approver", "approver triage", "approver"), ""},
		{"review", staffOf("triage", "approver"), "1 approver"},
		{"review_intent", staffOf("handler"), "3 approver"},
		{"identity", staffOf("custodian"), "1 custodian"},
	} {
		var have []string
		for _, s := range find(c.function).Vacant(c.people) {
			var roles []string
			for _, r := range s.Any {
				roles = append(roles, string(r))
			}
			have = append(have, fmt.Sprintf("%d %s", s.N, strings.Join(roles, "/")))
		}
		if got := strings.Join(have, ", "); got != c.want {
			t.Errorf("%s with %v lacks %q, want %q", c.function, c.people, got, c.want)
		}
	}
}
