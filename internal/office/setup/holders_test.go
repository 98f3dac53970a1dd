package setup_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

func who(name string) setup.Who { return setup.Who{Account: id.Member(name), Role: setup.Member} }

// chain is a unit's rosters, verified.
func (w *world) chain(unit string) []*proof.Roster {
	w.t.Helper()
	var files [][]byte
	w.must(w.store.Read(w.t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Rosters(id.Unit(unit))
		for _, r := range rows {
			files = append(files, r.Body)
		}
		return err
	}))
	all, err := proof.VerifyRosters(w.inForce(), files...)
	w.must(err)
	return all
}

// wrapped is the key file of a unit's key, sealed to somebody.
func (w *world) wrapped(key *seal.KeyFile, to string) []byte {
	w.t.Helper()
	var text strings.Builder
	_, err := key.WriteTo(&text)
	w.must(err)
	b, err := seal.Seal([]byte(text.String()), w.keys[to].Age.Recipient())
	w.must(err)
	return b
}

// addition is what the page of holder makes for one more in unit-1.
func (w *world) addition(holder, joins string, roles []string, change func(*proof.Roster)) setup.Addition {
	w.t.Helper()
	all := w.chain("unit-1")
	next := *all[len(all)-1]
	entry, err := ceremony.Roster(w.keys["unit-1"], 1, today, []ceremony.Holder{{Key: ceremony.PublicOf(w.keys[joins]), Roles: roles}})
	w.must(err)
	next.Version++
	next.Day = w.now.UTC().Format("2006-01-02")
	next.Members = append(slices.Clone(next.Members), entry.Members...)
	if change != nil {
		change(&next)
	}
	signed, err := proof.SignRoster(next, proof.SignerHolder, w.keys[holder].Sign)
	w.must(err)
	file, err := signed.Marshal()
	w.must(err)
	return setup.Addition{Roster: file}
}

func (w *world) approved(file []byte, by string, role proof.ListRole) []byte {
	w.t.Helper()
	signed, err := proof.ParseRoster(file)
	w.must(err)
	w.must(signed.AddSignature(role, w.keys[by].Sign))
	out, err := signed.Marshal()
	w.must(err)
	return out
}

// staffed is an installation in which chen and lin hold the keys, zhao approves, liu enters by phone, and sun has joined.
func (w *world) staffed() {
	w.begin()
	w.everybody()
	w.join(setup.Member, "sun")
	w.install(w.make(w.usual()))
}

// TestAddition: who holds the key adds, another approves, and from then on the chain names one more; nothing before.
func TestAddition(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.staffed()
		former := w.keys["unit-1"]
		w.now = w.now.Add(10 * 24 * time.Hour)
		p := w.usual()
		p.day = today.Add(10)
		w.key(seal.KeyUnit, "unit-1")
		w.install(w.make(p))
		all, err := w.Colleagues(ctx, who("chen"))
		w.must(err)
		if len(all) != 5 {
			t.Errorf("colleagues: %v", all)
		}
		if c, err := w.Change(ctx, who("chen"), "unit-1"); err != nil || c != nil {
			t.Errorf("something waits: %v, %v", c, err)
		}
		a := w.addition("chen", "sun", []string{"triage"}, nil)
		a.Handed = []setup.Handed{{Member: "sun", Key: former.Age.Recipient().String(), Sealed: w.wrapped(former, "sun")}}
		w.must(w.ProposeAddition(ctx, who("chen"), "unit-1", a))
		if n := len(w.chain("unit-1")); n != 2 {
			t.Errorf("%d rosters before the approver", n)
		}
		c, err := w.Change(ctx, who("lin"), "unit-1")
		w.must(err)
		if c.Proposer != "chen" || c.Fault != nil || string(c.Roster) != string(a.Roster) {
			t.Errorf("waits: %+v", c)
		}
		_, err = w.Change(ctx, who("sun"), "unit-1")
		want(t, "seen by who is not in the office", err, errs.NotFound, "setup.no_unit")
		changed := 0
		w.restart(func(o *setup.Options) { o.Changed = func() { changed++ } })
		w.must(w.ApproveAddition(ctx, who("zhao"), "unit-1", w.approved(c.Roster, "zhao", proof.SignerApprover)))
		if changed != 1 {
			t.Errorf("the form was asked again %d times", changed)
		}
		chain := w.chain("unit-1")
		last := chain[len(chain)-1]
		if m := last.Members[len(last.Members)-1]; last.Version != 3 || m.ID != "sun" {
			t.Errorf("in force: %d, %s", last.Version, m.ID)
		}
		w.must(w.store.Read(ctx, func(tx *store.Tx) error {
			handed, err := tx.HandedTo("unit-1", "sun")
			if len(handed) != 1 || handed[0].Giver != "chen" {
				t.Errorf("handed: %v", handed)
			}
			return err
		}))
		if c, err := w.Change(ctx, who("sun"), "unit-1"); err != nil || c != nil {
			t.Errorf("the new member: %v, %v", c, err)
		}
		log := w.audited()
		for _, entry := range []string{"chen holders-proposed allowed", "zhao holders-approved allowed"} {
			if !slices.Contains(log, entry) {
				t.Errorf("not audited: %s", entry)
			}
		}
		// The new one may add at once, and a ceremony goes on from the addition.
		w.join(setup.Member, "wu")
		w.must(w.ProposeAddition(ctx, who("sun"), "unit-1", w.addition("sun", "wu", []string{"intake"}, nil)))
		w.now = w.now.Add(24 * time.Hour)
		p.day = today.Add(11)
		w.install(w.make(p))
		if c, err := w.Change(ctx, who("chen"), "unit-1"); err != nil || c != nil {
			t.Errorf("after the ceremony something waits still: %v, %v", c, err)
		}
		if n := len(w.chain("unit-1")); n != 4 {
			t.Errorf("%d rosters", n)
		}
	})
}

// TestAdditionRefused: nothing of what is refused changes anything, and every refusal is in the audit log.
func TestAdditionRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.staffed()
		before := w.rows()
		good := func() setup.Addition { return w.addition("chen", "sun", []string{"triage"}, nil) }
		propose := func(what string, by setup.Who, unit id.Unit, a setup.Addition, kind errs.Kind, key string) {
			t.Helper()
			want(t, what, w.ProposeAddition(ctx, by, unit, a), kind, key)
		}
		propose("an administrator", admin, "unit-1", good(), errs.Denied, "setup.role")
		propose("somebody who is not listed", who("sun"), "unit-1", good(), errs.NotFound, "setup.no_unit")
		propose("another unit", who("chen"), "unit-2", good(), errs.Invalid, "setup.list_origin")
		propose("no unit", who("chen"), "nowhere", good(), errs.NotFound, "setup.no_unit")
		propose("another's signature", who("lin"), "unit-1", good(), errs.Denied, "setup.own_signature")
		propose("without the key", who("liu"), "unit-1", w.addition("liu", "sun", []string{"triage"}, nil), errs.Denied, "setup.addition")
		propose("approved already", who("chen"), "unit-1", setup.Addition{Roster: w.approved(good().Roster, "zhao", proof.SignerApprover)}, errs.Denied, "setup.list_signature")
		propose("no roster", who("chen"), "unit-1", setup.Addition{Roster: []byte("{}")}, errs.Invalid, "setup.list_format")
		propose("a role that is none", who("chen"), "unit-1", w.addition("chen", "sun", []string{"chief"}, nil), errs.Invalid, "setup.unknown_role")
		propose("a key for who needs none", who("chen"), "unit-1", w.addition("chen", "sun", []string{"intake"}, func(r *proof.Roster) {
			r.Members[len(r.Members)-1].Key = r.Members[0].Key
		}), errs.Invalid, "setup.unit_key_holder")
		propose("no key for who needs one", who("chen"), "unit-1", w.addition("chen", "sun", []string{"triage"}, func(r *proof.Roster) { r.Members[len(r.Members)-1].Key = "" }), errs.Invalid, "setup.unit_key_holder")
		propose("an old day", who("chen"), "unit-1", w.addition("chen", "sun", []string{"triage"}, func(r *proof.Roster) { r.Day = "2026-02-01" }), errs.Denied, "setup.addition")
		propose("a day to come", who("chen"), "unit-1", w.addition("chen", "sun", []string{"triage"}, func(r *proof.Roster) { r.Day = "2026-05-01" }), errs.Invalid, "setup.list_day")
		propose("somebody taken away", who("chen"), "unit-1", w.addition("chen", "sun", []string{"triage"}, func(r *proof.Roster) { r.Members = r.Members[1:] }), errs.Denied, "setup.addition")
		real := w.keys["sun"]
		w.key(seal.KeyMember, "sun")
		propose("a key that she did not make", who("chen"), "unit-1", good(), errs.Denied, "setup.other_key")
		w.key(seal.KeyMember, "nobody")
		propose("somebody who has not joined", who("chen"), "unit-1", w.addition("chen", "nobody", []string{"triage"}, nil), errs.Invalid, "setup.not_joined")
		w.keys["sun"] = real
		handed := good()
		handed.Handed = []setup.Handed{{Member: "sun", Key: w.keys["unit-1"].Age.Recipient().String(), Sealed: w.wrapped(w.keys["unit-1"], "sun")}}
		propose("a current key as a former", who("chen"), "unit-1", handed, errs.Invalid, "setup.handed")
		_, err := w.Colleagues(ctx, who("sun"))
		want(t, "colleagues for who is in no office", err, errs.Denied, "setup.role")

		approve := func(what string, by string, file []byte, kind errs.Kind, key string) {
			t.Helper()
			want(t, what, w.ApproveAddition(ctx, who(by), "unit-1", file), kind, key)
		}
		a := w.addition("zhao", "sun", []string{"triage"}, nil)
		approve("nothing waits", "zhao", w.approved(a.Roster, "zhao", proof.SignerApprover), errs.NotFound, "setup.no_change")
		want(t, "dropped where nothing waits", w.DropAddition(ctx, who("chen"), "unit-1"), errs.NotFound, "setup.no_change")
		w.must(w.ProposeAddition(ctx, who("zhao"), "unit-1", a))
		approve("by who made it", "zhao", w.approved(a.Roster, "zhao", proof.SignerApprover), errs.Denied, "setup.second_person")
		approve("by who approves nothing", "chen", w.approved(a.Roster, "chen", proof.SignerApprover), errs.Denied, "setup.second_person")
		approve("by who is not in the office", "sun", w.approved(a.Roster, "sun", proof.SignerApprover), errs.NotFound, "setup.no_unit")
		want(t, "dropped by anybody", w.DropAddition(ctx, who("lin"), "unit-1"), errs.Denied, "setup.role")
		w.must(w.DropAddition(ctx, who("zhao"), "unit-1"))

		a = good()
		w.must(w.ProposeAddition(ctx, who("chen"), "unit-1", a))
		other := w.addition("chen", "sun", []string{"handler"}, nil)
		approve("another addition than waits", "zhao", w.approved(other.Roster, "zhao", proof.SignerApprover), errs.Conflict, "setup.change_changed")
		approve("unsigned", "zhao", a.Roster, errs.Conflict, "setup.change_changed")
		approve("signed in another role", "zhao", w.approved(a.Roster, "zhao", proof.SignerHolder), errs.Denied, "setup.own_signature")
		approve("signed with another's key", "zhao", w.approved(a.Roster, "chen", proof.SignerApprover), errs.Denied, "setup.own_signature")
		w.must(w.DropAddition(ctx, who("zhao"), "unit-1")) // an approver may refuse
		w.must(w.ProposeAddition(ctx, who("chen"), "unit-1", a))
		w.leave("desk", "sun")
		approve("who left meanwhile", "zhao", w.approved(a.Roster, "zhao", proof.SignerApprover), errs.Invalid, "setup.not_joined")
		c, err := w.Change(ctx, who("chen"), "unit-1")
		w.must(err)
		if !errs.Is(c.Fault, errs.Invalid) {
			t.Errorf("what cannot come into force is shown as if it could: %v", c.Fault)
		}
		w.leave("desk", "chen")
		propose("who was removed", who("chen"), "unit-1", a, errs.Denied, "setup.no_account")
		if after := w.rows(); after != before {
			t.Errorf("refused, and changed:\n%s\n%s", before, after)
		}
		log := w.audited()
		for _, entry := range []string{"zhao holders-approved denied setup.second_person", "chen holders-proposed denied setup.other_key", "lin holders-dropped denied setup.role"} {
			if !slices.Contains(log, entry) {
				t.Errorf("not audited: %s", entry)
			}
		}
	})
}

// TestNewKeyNeeded: an office whose roster lists somebody who was removed is named until it has a roster without them; and who
// was removed does not count as its staff.
func TestNewKeyNeeded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.staffed()
		needs := func() (out []string) {
			list, err := w.Missing(t.Context())
			w.must(err)
			for _, e := range list {
				if e.Code == setup.NeedNewKey {
					out = append(out, e.Args["Unit"].(string))
					if e.Blocks || e.Done {
						t.Errorf("entry: %+v", e)
					}
				}
			}
			return out
		}
		if got := needs(); len(got) > 0 {
			t.Errorf("before anybody left: %v", got)
		}
		w.leave("desk", "sun") // in no office
		if got := needs(); len(got) > 0 {
			t.Errorf("for who is in no office: %v", got)
		}
		w.leave("desk", "lin")
		if got := needs(); len(got) != len(w.pack.Offices) {
			t.Errorf("after somebody left: %v", got)
		}
		w.wantLeft("without lin", "categories", "backup")
		w.leave("desk", "chen")
		if !slices.Contains(w.left(), "staff unit-1") {
			t.Error("the form stays open with nobody who looks")
		}
		w.join(setup.Member, "xu")
		w.now = w.now.Add(24 * time.Hour)
		p := w.usual()
		p.day = today.Add(1)
		p.staff = map[string][]string{"xu": {"triage"}, "zhao": {"approver"}}
		for _, o := range p.offices {
			w.key(seal.KeyUnit, o)
		}
		w.install(w.make(p))
		if got := needs(); len(got) > 0 {
			t.Errorf("with new keys: %v", got)
		}
		w.wantLeft("with new keys", "categories", "backup")
	})
}

// opens are the keys of offices that somebody gets out of everything that the database has: rosters, and what was handed over.
func (w *world) opens(name string) (out []string) {
	w.t.Helper()
	var sealed [][]byte
	for _, o := range w.pack.Offices {
		for _, r := range w.chain(string(o.ID)) {
			for _, m := range r.Members {
				sealed = append(sealed, m.Wrapped())
			}
		}
	}
	w.must(w.store.Read(w.t.Context(), func(tx *store.Tx) error {
		for _, o := range w.pack.Offices {
			for member := range w.keys {
				handed, err := tx.HandedTo(o.ID, id.Member(member))
				if err != nil {
					return err
				}
				for _, h := range handed {
					sealed = append(sealed, h.Sealed)
				}
			}
		}
		return nil
	}))
	for _, b := range sealed {
		text, err := seal.Open(b, w.keys[name].Age)
		if err != nil {
			continue
		}
		k, err := seal.ParseKeyFile(text, nil)
		w.must(err)
		out = append(out, k.Age.Recipient().String())
	}
	return out
}

// TestRotation: who was removed has nothing, with all of the database and their own key, that opens what is sealed after the
// office got its new key; who stays opens old and new, and who came later, too.
func TestRotation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.staffed()
		former := w.keys["unit-1"]
		w.leave("desk", "lin")
		w.now = w.now.Add(24 * time.Hour)
		p := w.usual()
		p.day = today.Add(1)
		delete(p.staff, "lin")
		for _, o := range p.offices {
			w.key(seal.KeyUnit, o)
		}
		w.install(w.make(p))
		a := w.addition("chen", "sun", []string{"handler"}, nil)
		a.Handed = []setup.Handed{{Member: "sun", Key: former.Age.Recipient().String(), Sealed: w.wrapped(former, "sun")}}
		w.must(w.ProposeAddition(ctx, who("chen"), "unit-1", a))
		w.must(w.ApproveAddition(ctx, who("zhao"), "unit-1", w.approved(a.Roster, "zhao", proof.SignerApprover)))
		for name, sees := range map[string][2]bool{"lin": {true, false}, "chen": {true, true}, "zhao": {true, true}, "sun": {true, true}, "liu": {false, false}} {
			got := w.opens(name)
			for i, key := range []*seal.KeyFile{former, w.keys["unit-1"]} {
				if slices.Contains(got, key.Age.Recipient().String()) != sees[i] {
					t.Errorf("%s opens what was sealed to key %d: %v", name, i, !sees[i])
				}
			}
		}
		if u, ok := w.inForce().UnitOn("unit-1", p.day.String()); !ok || u.Recipient != w.keys["unit-1"].Age.Recipient().String() {
			t.Error("reports are not sealed to the new key")
		}
	})
}
