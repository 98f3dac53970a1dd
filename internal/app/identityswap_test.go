package app_test

import (
	"errors"
	"slices"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/seal"
)

// TestIdentitySwapped: a server, which knows the case and the custodians' keys, puts a name of its own in the place of
// the reporter's, drops it, or adds one. The unit is told, and the custodians' shares open nothing.
func TestIdentitySwapped(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		for name, c := range map[string]struct {
			sealed cases.Contact
			wish   bool
			change func(*sender, map[string]any)
			doubts []string // fields of routing; the identity's doubt comes with each
		}{
			"another name": {cases.Named, true, func(s *sender, body map[string]any) { body["identity"] = s.identity(s.set.Custodians) }, nil},
			"no name": {cases.Confidential, true, func(_ *sender, body map[string]any) {
				delete(body, "identity")
				body["contact"] = cases.Anonymous
			}, []string{"contact"}},
			"a name, and no wish": {cases.Anonymous, true, func(s *sender, body map[string]any) {
				body["identity"], body["contact"] = s.identity(s.set.Custodians), cases.Confidential
				body["wish"], body["claim"] = false, ""
			}, []string{"contact", "wish"}},
			"a name and a wish": {cases.Anonymous, false, func(s *sender, body map[string]any) {
				body["identity"], body["contact"], body["wish"] = s.identity(s.set.Custodians), cases.Named, true
			}, []string{"contact", "wish"}},
		} {
			s := newSender(t, w, seal.NewDigits())
			body := s.known(c.sealed, c.wish)
			c.change(s, body)
			if status, a := s.send(body); status != 200 {
				t.Fatalf("%s: the server cannot see it, yet %d %s", name, status, keyOf(a))
			}
			kept, who, _ := s.kept()
			o, err := w.Session(t, "chen", "unit-1").Open(t.Context(), kept.Number)
			if err != nil {
				t.Fatal(err)
			}
			var swapped int
			var fields []string
			for _, d := range o.Doubts {
				switch d.Key {
				case "terminal.identity_swapped":
					swapped++
				case "terminal.routing_differs":
					fields = append(fields, d.Args["Field"].(string))
				default:
					t.Errorf("%s: doubt %s", name, d.Key)
				}
			}
			if swapped != 1 || !slices.Equal(fields, c.doubts) {
				t.Errorf("%s: doubts %+v", name, o.Doubts)
			}
			if who.Box != nil {
				if _, err := seal.CombineIdentity(who.Box, o.Report.Identity, s.sharesOf(who)[:2]...); !errors.Is(err, seal.ErrShare) {
					t.Errorf("%s: opened for the custodians: %v", name, err)
				}
			}
		}
	})
}
