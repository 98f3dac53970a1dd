package seal_test

import (
	"testing"

	"clarion.example/clarion/seal"
)

func TestLeads(t *testing.T) {
	t.Parallel()
	to := func(u string) *seal.Next { return &seal.Next{Unit: u} }
	l := seal.LeadsFrom("city")
	if l.Unit() != "city" || !l.End("city") || l.End("port") {
		t.Fatal("a case without letters is of the office of its report")
	}
	l.Letter("city", nil)
	l.Letter("city", to("port"))
	if l.Unit() != "port" || l.End("city") || !l.End("port") || !l.Had("city") {
		t.Fatal("a letter passes the case on")
	}
	l.Letter("port", to("city"))
	side := l.Side()
	for i, step := range []struct {
		unit string
		want bool
	}{{"city", true}, {"province", false}, {"port", true}, {"port", true}, {"city", true}, {"port", false}} {
		if got := side(step.unit); got != step.want {
			t.Errorf("document %d of %s: %v", i+1, step.unit, got)
		}
	}
	// Behind a letter that cannot be read anybody may be next, once.
	l.Lost()
	if l.Unit() != "" {
		t.Fatal("nobody can know")
	}
	l.Letter("province", nil)
	if l.Unit() != "province" || l.End("city") {
		t.Fatal("whoever wrote next has it")
	}
	l.Lost()
	if !l.End("port") || l.Unit() != "port" || !l.Had("port") {
		t.Fatal("with nothing behind it, the list counts")
	}
}
