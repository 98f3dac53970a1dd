package setup_test

import (
	"crypto/ed25519"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// left lists what blocks and is not done.
func (w *world) left() (out []string) {
	w.t.Helper()
	list, err := w.Missing(w.t.Context())
	w.must(err)
	for _, e := range list {
		if !e.Done && e.Blocks {
			code := e.Code
			if u, ok := e.Args["Unit"].(string); ok {
				code += " " + u
			}
			out = append(out, code)
		}
	}
	if open := len(out) == 0; setup.Open(list) != open {
		w.t.Errorf("open is %v with %q left", !open, out)
	}
	return out
}

func (w *world) wantLeft(when string, want ...string) {
	w.t.Helper()
	if d := cmp.Diff(want, w.left()); d != "" {
		w.t.Errorf("%s, left (-want +got):\n%s", when, d)
	}
}

// TestSetUp plays the whole of it: what is left goes from everything to the backup alone, with refusals on the way.
func TestSetUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.restart(func(o *setup.Options) {
			o.Sample = true
			o.Addresses = []setup.Address{{Door: "public", URL: "http://localhost:8080"}, {Door: "desk"}}
		})
		offices := []string{
			"office_key centre", "staff centre", "office_key unit-1", "staff unit-1", "office_key unit-2", "staff unit-2", "office_key unit-3", "staff unit-3",
		}
		all := slices.Concat([]string{"address_public", "address_desk", "keys", "recovery", "inspector"}, offices, []string{"categories", "numbers", "backup"})
		w.wantLeft("at the beginning", all...)
		w.restart(func(o *setup.Options) { o.Sample = true })
		w.wantLeft("with final addresses", all[2:]...)
		w.restart(func(*setup.Options) {})
		all = slices.Delete(all[2:], len(all)-4, len(all)-3)
		w.wantLeft("with a pack of its own", all...)

		fingerprint, err := w.First(ctx, admin, w.firstList(func(*ceremony.Lists) {}), w.kit)
		w.must(err)
		if root := w.keys["root"].Sign.Public().(ed25519.PublicKey); fingerprint != proof.RootFingerprint(root) {
			t.Errorf("fingerprint %q", fingerprint)
		}
		w.wantLeft("after the first list", all[2:]...)

		// The server offers another key for one member than she made: the list is refused, nothing waits.
		w.everybody()
		real := w.keys["lin"]
		w.key(seal.KeyMember, "lin")
		_, err = w.Propose(ctx, admin, w.make(w.usual()))
		want(t, "a swapped member key", err, errs.Denied, "setup.other_key")
		if _, err := w.Draft(ctx, inspector); !errs.Is(err, errs.NotFound) {
			t.Errorf("a draft waits: %v", err)
		}
		w.keys["lin"] = real

		first := w.make(w.usual())
		seen := w.propose(first)
		w.wantLeft("with a draft", all[2:]...)
		// While the inspector reads, the administrator proposes something else: the answer is for what was read.
		p := w.usual()
		w.join(setup.Custodian, "sun")
		p.custodians = append(p.custodians, "sun")
		second := w.make(p)
		now := w.propose(second)
		before := w.rows()
		_, err = w.Countersign(ctx, inspector, seen, w.countersigned(first.KeySet, "song"))
		want(t, "the draft that was read", err, errs.Conflict, "setup.draft_changed")
		_, err = w.Countersign(ctx, inspector, now, w.countersigned(first.KeySet, "song"))
		want(t, "the list that was read, under the other's name", err, errs.Conflict, "setup.draft_changed")
		if after := w.rows(); after != before {
			t.Errorf("refused, and changed:\n%s\n%s", before, after)
		}
		d, err := w.Draft(ctx, inspector)
		w.must(err)
		done, err := w.Countersign(ctx, inspector, d.ID, w.countersigned(d.KeySet, "song"))
		if err != nil || !done {
			t.Fatalf("countersigned: %v, %v", done, err)
		}
		w.wantLeft("with lists in force", "categories", "backup")
		if set := w.inForce(); set.Version != 2 || len(set.Intake) != 4 || len(set.Custodians) != 3 {
			t.Errorf("in force: version %d, %d offices", set.Version, len(set.Intake))
		}

		c := &w.pack.Categories[0]
		ap := pack.Approval{Category: c.ID, Hash: c.Hash(), By: "song", Day: today}
		w.must(w.ApproveCategory(ctx, inspector, ap, ed25519.Sign(w.keys["song"].Sign, ap.Statement())))
		w.wantLeft("with a category", "backup")
		w.must(w.RevokeCategory(ctx, inspector, c.ID))
		w.wantLeft("without it", "categories", "backup")
		w.must(w.ApproveCategory(ctx, inspector, ap, ed25519.Sign(w.keys["song"].Sign, ap.Statement())))

		// A demonstration with all of this is open.
		w.restart(func(o *setup.Options) {
			o.Demo, o.Sample, o.Addresses = true, true, []setup.Address{{Door: "public", URL: "http://localhost:8080"}}
		})
		w.wantLeft("as a demonstration")
		wantAudit := []string{
			"gu list-begun allowed", "gu list-proposed denied setup.other_key", "gu list-proposed allowed", "gu list-proposed allowed",
			"song list-countersigned denied setup.draft_changed", "song list-countersigned denied setup.draft_changed", "song list-countersigned allowed",
			"song category-approved allowed", "song category-revoked allowed", "song category-approved allowed",
		}
		if d := cmp.Diff(wantAudit, w.audited()); d != "" {
			t.Errorf("audit (-want +got):\n%s", d)
		}
		w.wantInForce(t)
	})
}

// wantInForce: what was installed opens with the keys that it is for, and stands in the public log.
func (w *world) wantInForce(t *testing.T) {
	t.Helper()
	w.must(w.store.Read(t.Context(), func(tx *store.Tx) error {
		copies, err := tx.UnitRecoveries()
		if err != nil || len(copies) != 4 {
			t.Errorf("%d recovery copies, %v", len(copies), err)
		}
		for _, c := range copies {
			text, err := seal.Open(c.Sealed, w.opened)
			if err != nil {
				return err
			}
			if k, err := seal.ParseKeyFile(text, nil); err != nil || k.ID != string(c.Unit) {
				t.Errorf("copy for %s: %v", c.Unit, err)
			}
		}
		if _, err := tx.Draft(); !errs.Is(err, errs.NotFound) {
			t.Errorf("the draft still waits: %v", err)
		}
		keys, err := tx.LatestKeySet()
		if err != nil {
			return err
		}
		signed, err := proof.ParseKeySet(keys.Body)
		if err != nil {
			return err
		}
		leaves, err := tx.LeafRange(ledger.Public, 0, 10)
		if err != nil {
			return err
		}
		if len(leaves) != 3 || string(leaves[2]) != string(signed.Leaf()) || keys.Leaf != 2 {
			t.Errorf("%d leaves, the list at %d", len(leaves), keys.Leaf)
		}
		for _, o := range w.pack.Offices {
			if r, err := tx.LatestRoster(o.ID); err != nil || r.Version != 1 {
				t.Errorf("roster of %s: %v", o.ID, err)
			}
		}
		return nil
	}))
}

// TestMissingStaff: a decision needs two people, one of whom approves.
func TestMissingStaff(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.begin()
		w.everybody()
		for _, c := range []struct {
			staff map[string][]string
			done  bool
		}{
			{map[string][]string{"chen": {"triage"}}, false},
			{map[string][]string{"zhao": {"approver"}}, false},
			{map[string][]string{"zhao": {"approver", "triage"}}, false},
			{map[string][]string{"zhao": {"approver"}, "liu": {"intake"}}, false},
			{map[string][]string{"zhao": {"approver", "triage"}, "chen": {"approver"}}, true},
			{map[string][]string{"zhao": {"approver"}, "lin": {"handler"}}, true},
		} {
			p := w.usual()
			p.offices, p.staff = []string{"centre"}, c.staff
			w.install(w.make(p))
			if done := !slices.Contains(w.left(), "staff centre"); done != c.done {
				t.Errorf("%v: done is %v", c.staff, done)
			}
		}
	})
}

// TestMissingAddresses: what can be printed on a poster.
func TestMissingAddresses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for url, done := range map[string]bool{
			"https://tips.example": true, "https://tips.example:8443": true, "http://abcdefghij.onion": true, "https://abcdefghij.onion": true,
			"http://tips.example": false, "https://localhost": false, "https://desk.localhost:8081": false, "http://localhost:8080": false,
			"https://127.0.0.1": false, "https://203.0.113.7": false, "https://[2001:db8::1]": false, "https://intranet": false, "": false,
			"http://onion": false, "https://localhost.": false,
		} {
			w.restart(func(o *setup.Options) { o.Addresses = []setup.Address{{Door: "desk", URL: url}} })
			if got := !slices.Contains(w.left(), "address_desk"); got != done {
				t.Errorf("%q: done is %v", url, got)
			}
		}
	})
}

// TestCustodiansDoNotBlock: with fewer than two the form opens, and the list says what it lacks.
func TestCustodiansDoNotBlock(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.begin()
		w.everybody()
		for _, n := range []int{1, 2} {
			p := w.usual()
			p.custodians = p.custodians[:n]
			w.install(w.make(p))
			list, err := w.Missing(t.Context())
			w.must(err)
			i := slices.IndexFunc(list, func(e setup.Entry) bool { return e.Code == setup.NeedCustodians })
			if i < 0 || list[i].Blocks || list[i].Done != (n == 2) || list[i].Who != setup.ByCustodians {
				t.Errorf("with %d: %+v", n, list)
			}
		}
	})
}

// TestKitAfterTheTerminal: an installation that was begun at the terminal has no kit; one comes with a draft, and then
// every office's key needs a copy.
func TestKitAfterTheTerminal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		root := proof.RootFingerprint(w.keys["root"].Sign.Public().(ed25519.PublicKey))
		_, err := w.InstallKeys(ctx, w.firstList(func(*ceremony.Lists) {}), "")
		if !errors.Is(err, setup.ErrNoRoot) {
			t.Errorf("without a fingerprint: %v", err)
		}
		_, err = w.InstallKeys(ctx, w.firstList(func(*ceremony.Lists) {}), root)
		w.must(err)
		w.everybody()
		p := w.usual()
		_, err = w.Propose(ctx, admin, w.make(p))
		want(t, "keys without a kit", err, errs.Conflict, "setup.no_kit")
		p.offices = nil
		p.bundle = func(b *setup.Bundle) { b.Rosters, b.Recovery = nil, nil }
		w.install(w.make(p))
		if !slices.Contains(w.left(), "recovery") {
			t.Error("no kit is on record, and the list does not say so")
		}
		p = w.usual()
		p.bundle = func(b *setup.Bundle) { b.Kit = &w.kit }
		w.install(w.make(p))
		if slices.Contains(w.left(), "recovery") {
			t.Error("the kit is on record, and the list does not say so")
		}
		// A new kit takes the place of the one that was used: all copies are made again.
		w.kit = w.newKit(3, 5)
		p.bundle = func(b *setup.Bundle) { b.Kit, b.Rosters, b.Recovery = &w.kit, nil, b.Recovery[1:] }
		_, err = w.Propose(ctx, admin, w.make(p))
		want(t, "one office without a copy", err, errs.Invalid, "setup.recovery_copy")
		p.bundle = func(b *setup.Bundle) { b.Kit, b.Rosters = &w.kit, nil }
		b := w.make(p)
		w.propose(b)
		d, err := w.Draft(ctx, inspector)
		if err != nil || d.Kit == nil || *d.Kit != w.kit {
			t.Errorf("the inspector sees no new kit: %+v, %v", d, err)
		}
		w.install(b)
		if slices.Contains(w.left(), "recovery") {
			t.Error("the new kit is not on record")
		}
		basis, err := w.Basis(ctx, admin)
		if err != nil || basis.Recovery == nil || basis.Recovery.Kit != w.kit || basis.Recovery.Day != today {
			t.Errorf("basis: %+v, %v", basis, err)
		}
	})
}

// TestDraftShows: people and offices that come, go, change and stay, each with the words to compare.
func TestDraftShows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.begin()
		w.everybody()
		p := w.usual()
		p.offices = []string{"centre", "unit-1"}
		w.install(w.make(p))
		w.join(setup.Custodian, "sun")
		w.join(setup.Member, "wu")
		p.offices, p.custodians = []string{"centre", "unit-1", "unit-2"}, []string{"he", "sun"}
		p.staff = maps.Clone(p.staff)
		delete(p.staff, "liu")
		p.staff["lin"], p.staff["wu"] = []string{"approver", "handler"}, []string{"approver"}
		p.bundle = func(b *setup.Bundle) { b.Rosters, b.Recovery = b.Rosters[1:], b.Recovery[2:] }
		name := w.propose(w.make(p))
		d, err := w.Draft(ctx, inspector)
		w.must(err)
		if d.ID != name || d.Proposer != "gu" || d.Day != today || d.Version != 3 || d.Fault != nil || d.Kit != nil || len(d.Signed) != 0 {
			t.Errorf("%+v", d)
		}
		words := func(role, name string) string {
			k := w.keys[name]
			f, err := seal.StaffFingerprint(instance, role, name, k.Age.Recipient().String(), seal.EncodeKey(k.Sign.Public().(ed25519.PublicKey)))
			w.must(err)
			return f
		}
		person := func(c setup.Change, role setup.Role, name string, roles, before []string) setup.Person {
			return setup.Person{Change: c, Role: role, ID: id.Member(name), Name: name, Roles: roles, Before: before, Fingerprint: words(string(role), name)}
		}
		people := []setup.Person{
			person(setup.Stays, setup.Custodian, "he", nil, nil), person(setup.Added, setup.Custodian, "sun", nil, nil),
			person(setup.Removed, setup.Custodian, "qian", nil, nil), person(setup.Stays, setup.Inspector, "song", nil, nil),
		}
		if diff := cmp.Diff(people, d.People); diff != "" {
			t.Errorf("people (-want +got):\n%s", diff)
		}
		office := func(c setup.Change, name string, roster int64, members ...setup.Person) setup.Office {
			return setup.Office{Change: c, Unit: id.Unit(name), Name: map[string]string{"en": name}, Fingerprint: words("unit", name), Roster: roster, Members: members}
		}
		one, two := []string{"triage"}, []string{"approver"}
		both := []string{"approver", "handler"}
		offices := []setup.Office{
			office(setup.Stays, "centre", 0),
			office(setup.Stays, "unit-1", 2, person(setup.Stays, setup.Member, "chen", one, one), person(setup.Changed, setup.Member, "lin", both, []string{"handler"}),
				person(setup.Removed, setup.Member, "liu", nil, []string{"intake"}), person(setup.Added, setup.Member, "wu", two, nil), person(setup.Stays, setup.Member, "zhao", two, two)),
			office(setup.Added, "unit-2", 1, person(setup.Added, setup.Member, "chen", one, nil), person(setup.Added, setup.Member, "lin", both, nil),
				person(setup.Added, setup.Member, "wu", two, nil), person(setup.Added, setup.Member, "zhao", two, nil)),
		}
		if diff := cmp.Diff(offices, d.Offices); diff != "" {
			t.Errorf("offices (-want +got):\n%s", diff)
		}
		w.leave("desk", "wu")
		d, err = w.Draft(ctx, admin)
		w.must(err)
		want(t, "a draft whose member left", d.Fault, errs.Invalid, "setup.not_joined")
		for _, who := range []setup.Who{{Account: "he", Role: setup.Custodian}, {Account: "chen", Role: setup.Member}, {}} {
			_, err = w.Draft(ctx, who)
			want(t, "shown to "+string(who.Role), err, errs.Denied, "setup.role")
		}
		w.must(w.Withdraw(ctx, admin))
		want(t, "withdrawn twice", w.Withdraw(ctx, admin), errs.NotFound, "setup.no_draft")
	})
}
