package setup_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// sealed is a key file sealed to somebody.
func (w *world) sealed(k *seal.KeyFile, to seal.Recipient) []byte {
	w.t.Helper()
	var text bytes.Buffer
	_, err := k.WriteTo(&text)
	w.must(err)
	b, err := seal.Seal(text.Bytes(), to)
	w.must(err)
	return b
}

// copyOfKey is a copy of any key of an office for the kit.
func (w *world) copyOfKey(office string, k *seal.KeyFile) setup.UnitRecovery {
	w.t.Helper()
	to, err := seal.ParseRecipient(w.kit.Recipient)
	w.must(err)
	return setup.UnitRecovery{Unit: id.Unit(office), Key: k.Age.Recipient().String(), Sealed: w.sealed(k, to)}
}

// handed are former keys of an office, each for each of the people named.
func (w *world) handed(office string, keys []*seal.KeyFile, names ...string) (out []setup.OfficeHanded) {
	w.t.Helper()
	for _, k := range keys {
		for _, name := range names {
			out = append(out, setup.OfficeHanded{Unit: id.Unit(office), Member: id.Member(name), Key: k.Age.Recipient().String(), Sealed: w.sealed(k, w.keys[name].Age.Recipient())})
		}
	}
	return out
}

// later is the usual proposal some days after, in which the offices named get a new key. All others keep theirs.
func (w *world) later(days int, offices ...string) proposal {
	w.t.Helper()
	w.now = w.now.Add(time.Duration(days) * 24 * time.Hour)
	p := w.usual()
	p.day = workday.DayOf(w.now, w.pack.Zone)
	for _, o := range offices {
		w.key(seal.KeyUnit, o)
	}
	p.bundle = func(b *setup.Bundle) {
		rosters, copies := b.Rosters, b.Recovery
		b.Rosters, b.Recovery = nil, nil
		for i, o := range p.offices {
			if slices.Contains(offices, o) {
				b.Rosters, b.Recovery = append(b.Rosters, rosters[i]), append(b.Recovery, copies[i])
			}
		}
	}
	return p
}

// twice is an installation in which the centre has its second key; its keys are returned, oldest first.
func (w *world) twice() []*seal.KeyFile {
	w.t.Helper()
	w.begin()
	w.everybody()
	w.install(w.make(w.usual()))
	first := w.keys["centre"]
	w.install(w.make(w.later(3, "centre")))
	return []*seal.KeyFile{first, w.keys["centre"]}
}

// recovers is what the page makes when the centre is recovered with the sheets of the kit on record.
func (w *world) recovers(former []*seal.KeyFile) setup.Bundle {
	w.t.Helper()
	w.kit = w.newKit(3, 5)
	p := w.later(2, "centre")
	inner := p.bundle
	p.bundle = func(b *setup.Bundle) {
		all := b.Recovery
		inner(b)
		b.Kit, b.Recovery = &w.kit, all
		for _, k := range former {
			b.Recovery = append(b.Recovery, w.copyOfKey("centre", k))
		}
		b.Handed = w.handed("centre", former, "chen", "lin", "zhao")
	}
	return w.make(p)
}

// TestKitUsed: with the sheets of the kit an office gets a new key and its people its former ones; everything is sealed to a new
// kit, and the inspector is told before and after.
func TestKitUsed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		former := w.twice()
		was := w.opened
		b := w.recovers(former)
		name := w.propose(b)
		d, err := w.Draft(ctx, inspector)
		w.must(err)
		wantRenewal := &setup.Renewal{Kit: w.kit, Carried: true, Offices: []setup.Recovered{{Unit: "centre", Former: 2, Holders: []id.Member{"chen", "lin", "zhao"}}}}
		if diff := cmp.Diff(wantRenewal, d.Renewal); diff != "" || d.ID != name {
			t.Errorf("shown (-want +got):\n%s", diff)
		}
		before := w.rows()
		_, err = w.Countersign(ctx, setup.Who{Account: "he", Role: setup.Custodian}, name, w.countersigned(b.KeySet, "song"))
		want(t, "a custodian", err, errs.Denied, "setup.role")
		if after := w.rows(); after != before {
			t.Errorf("refused, and changed:\n%s\n%s", before, after)
		}
		done, err := w.Countersign(ctx, inspector, d.ID, w.countersigned(d.KeySet, "song"))
		if err != nil || !done {
			t.Fatalf("countersigned: %v, %v", done, err)
		}
		audit := w.audited()
		if diff := cmp.Diff([]string{"gu list-proposed allowed", "he list-countersigned denied setup.role", "song kit-used allowed", "song kit-used allowed", "song list-countersigned allowed"}, audit[len(audit)-5:]); diff != "" {
			t.Errorf("audit (-want +got):\n%s", diff)
		}
		w.wantKit(t, w.opened, was, 6)
		w.must(w.store.Read(ctx, func(tx *store.Tx) error {
			for _, who := range []string{"chen", "lin", "zhao"} {
				got, err := tx.HandedTo("centre", id.Member(who))
				if err != nil || len(got) != 2 || got[0].Giver != "gu" {
					t.Errorf("%s was given %d, %v", who, len(got), err)
				}
				for _, h := range got {
					if text, err := seal.Open(h.Sealed, w.keys[who].Age); err != nil {
						t.Errorf("%s: %v", who, err)
					} else if k, err := seal.ParseKeyFile(text, nil); err != nil || h.Key != sha256.Sum256([]byte(k.Age.Recipient().String())) {
						t.Errorf("%s: %v", who, err)
					}
				}
			}
			none, err := tx.HandedTo("centre", "liu")
			if len(none) > 0 {
				t.Error("somebody who holds no key was given one")
			}
			if err != nil {
				return err
			}
			changes, err := tx.KitChanges()
			wantChange := []store.KitChange{{List: 4, Kit: sha256.Sum256([]byte(w.kit.Recipient)), K: 3, N: 5, Proposer: "gu", Carried: true, Uses: []store.KitUse{{Unit: "centre", Former: 2}}}}
			if diff := cmp.Diff(wantChange, changes); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			return err
		}))
		w.wantUsedDetail(t)
		if slices.Contains(w.left(), "recovery") {
			t.Error("the kit is not on record")
		}
	})
}

// wantUsedDetail: the audit log says for which office, by whom, and who reads it now.
func (w *world) wantUsedDetail(t *testing.T) {
	t.Helper()
	type detail struct {
		By      string
		Former  int
		Holders []string
	}
	found := map[id.Unit]detail{}
	w.must(w.store.Read(t.Context(), func(tx *store.Tx) error {
		entries, err := tx.AuditAfter(0, 1000)
		for _, e := range entries {
			if e.Act == "kit-used" {
				var d detail
				w.must(json.Unmarshal(e.Detail, &d))
				found[e.Unit] = d
			}
		}
		return err
	}))
	if diff := cmp.Diff(map[id.Unit]detail{"": {By: "gu"}, "centre": {"gu", 2, []string{"chen", "lin", "zhao"}}}, found); diff != "" {
		t.Errorf("in the audit log (-want +got):\n%s", diff)
	}
}

// wantKit: all copies open with one key and none with another.
func (w *world) wantKit(t *testing.T, now, was *seal.Identity, n int) {
	t.Helper()
	copies, err := w.Copies(t.Context(), admin)
	if err != nil || len(copies) != n {
		t.Fatalf("%d copies, %v", len(copies), err)
	}
	for _, c := range copies {
		text, err := seal.Open(c.Sealed, now)
		if err != nil {
			t.Fatalf("%s: %v", c.Unit, err)
		}
		k, err := seal.ParseKeyFile(text, nil)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256([]byte(k.Age.Recipient().String())); k.ID != string(c.Unit) || hex.EncodeToString(sum[:]) != c.Key {
			t.Errorf("a copy for %s holds another key", c.Unit)
		}
		if _, err := seal.Open(c.Sealed, was); err == nil {
			t.Errorf("the kit before opens the key of %s", c.Unit)
		}
	}
}

// TestKitRefused: what would lose a key, give one to somebody else, or leave a used kit in force.
func TestKitRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		former := w.twice()
		kit := w.kit
		good := w.recovers(former)
		before := w.rows()
		refused := func(what, key string, change func(b *setup.Bundle)) {
			t.Helper()
			b := good
			b.Recovery, b.Handed = slices.Clone(good.Recovery), slices.Clone(good.Handed)
			change(&b)
			_, err := w.Propose(ctx, admin, b)
			want(t, what, err, errs.Invalid, key)
		}
		refused("somebody without a former key", "setup.handed", func(b *setup.Bundle) { b.Handed = b.Handed[1:] })
		refused("nobody with a former key", "setup.handed", func(b *setup.Bundle) { b.Handed = nil })
		refused("a former key twice", "setup.handed", func(b *setup.Bundle) { b.Handed = append(b.Handed, b.Handed[0]) })
		refused("the same bytes for two", "setup.handed", func(b *setup.Bundle) { b.Handed[1].Sealed = b.Handed[0].Sealed })
		refused("a clerk", "setup.handed", func(b *setup.Bundle) { b.Handed = append(b.Handed, w.handed("centre", former[:1], "liu")...) })
		refused("a custodian", "setup.handed", func(b *setup.Bundle) { b.Handed = append(b.Handed, w.handed("centre", former[:1], "he")...) })
		refused("the new key", "setup.handed", func(b *setup.Bundle) {
			b.Handed = append(b.Handed, w.handed("centre", []*seal.KeyFile{w.keys["centre"]}, "chen")...)
		})
		refused("a key of an office that keeps it", "setup.handed", func(b *setup.Bundle) {
			b.Handed = append(b.Handed, w.handed("unit-1", []*seal.KeyFile{w.keys["unit-1"]}, "chen")...)
		})
		refused("no age file", "setup.handed", func(b *setup.Bundle) { b.Handed[0].Sealed = []byte("x") })
		refused("sealed to two", "setup.handed", func(b *setup.Bundle) {
			two, err := seal.Seal(bytes.Repeat([]byte("x"), 3000), w.keys["chen"].Age.Recipient(), w.keys["gu"].Age.Recipient())
			w.must(err)
			b.Handed[0].Sealed = two
		})
		refused("the copy for the kit", "setup.handed", func(b *setup.Bundle) { b.Handed[0].Sealed = b.Recovery[4].Sealed })
		refused("a former key left behind", "setup.recovery_copy", func(b *setup.Bundle) { b.Recovery = b.Recovery[:5] })
		refused("an office left behind", "setup.recovery_copy", func(b *setup.Bundle) { b.Recovery = b.Recovery[1:] })
		refused("left and copied", "setup.left", func(b *setup.Bundle) {
			b.Left = []setup.OfficeKey{{Unit: "centre", Key: former[0].Age.Recipient().String()}}
		})
		refused("left, and nobody knows it", "setup.left", func(b *setup.Bundle) { b.Left = []setup.OfficeKey{{Unit: "centre", Key: "age1"}} })
		refused("the kit that was used", "setup.kit_same", func(b *setup.Bundle) { b.Kit = &kit })
		refused("no new kit", "setup.kit_stays", func(b *setup.Bundle) { b.Kit, b.Recovery = nil, b.Recovery[:1] })
		refused("no new kit, and a key left", "setup.kit_stays", func(b *setup.Bundle) {
			b.Kit, b.Recovery, b.Handed, b.Left = nil, b.Recovery[:1], nil, []setup.OfficeKey{{Unit: "centre", Key: former[0].Age.Recipient().String()}}
		})
		if after := w.rows(); after != before {
			t.Errorf("refused, and changed:\n%s\n%s", before, after)
		}
		// A copy that does not open is left to the kit before, by name; the inspector sees which.
		b := good
		b.Recovery, b.Left = good.Recovery[:5], []setup.OfficeKey{{Unit: "centre", Key: former[1].Age.Recipient().String()}}
		b.Handed = w.handed("centre", former[:1], "chen", "lin", "zhao")
		w.propose(b)
		d, err := w.Draft(ctx, inspector)
		w.must(err)
		if diff := cmp.Diff([]setup.LeftKey{{Unit: "centre", From: "2026-03-26", To: "2026-03-28"}}, d.Renewal.Left); diff != "" {
			t.Errorf("left (-want +got):\n%s", diff)
		}
		w.install(b)
		copies, err := w.Copies(ctx, admin)
		w.must(err)
		kept := slices.IndexFunc(copies, func(c setup.KeyCopy) bool { return c.Sealed == nil })
		sum := sha256.Sum256([]byte(former[1].Age.Recipient().String()))
		if len(copies) != 6 || kept < 0 || copies[kept].Key != hex.EncodeToString(sum[:]) {
			t.Errorf("the copy that was left is gone: %d copies", len(copies))
		}
	})
}

// TestKitWithoutSheets: too many sheets are lost. Every office gets a new key, nobody gets a former one, and no copy goes.
func TestKitWithoutSheets(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		former := w.twice()
		w.kit = w.newKit(2, 3)
		var all []string
		for _, o := range w.pack.Offices {
			all = append(all, string(o.ID))
		}
		p := w.later(2, all...)
		inner := p.bundle
		p.bundle = func(b *setup.Bundle) {
			inner(b)
			b.Kit = &w.kit
			b.Handed = w.handed("centre", former[:1], "chen")
		}
		_, err := w.Propose(ctx, admin, w.make(p))
		want(t, "a former key from nowhere", err, errs.Invalid, "setup.handed")
		p.bundle = func(b *setup.Bundle) {
			inner(b)
			b.Kit, b.Left = &w.kit, []setup.OfficeKey{{Unit: "centre", Key: former[0].Age.Recipient().String()}}
		}
		_, err = w.Propose(ctx, admin, w.make(p))
		want(t, "a key left without sheets", err, errs.Invalid, "setup.left")
		p.bundle = func(b *setup.Bundle) { inner(b); b.Kit = &w.kit }
		b := w.make(p)
		w.propose(b)
		d, err := w.Draft(ctx, inspector)
		w.must(err)
		if diff := cmp.Diff(&setup.Renewal{Kit: w.kit}, d.Renewal); diff != "" {
			t.Errorf("shown (-want +got):\n%s", diff)
		}
		w.install(b)
		copies, err := w.Copies(ctx, admin)
		w.must(err)
		sealed := slices.DeleteFunc(slices.Clone(copies), func(c setup.KeyCopy) bool { return c.Sealed == nil })
		if len(copies) != 9 || len(sealed) != 4 {
			t.Errorf("%d copies, %d of them for the new kit", len(copies), len(sealed))
		}
		if got := w.audited(); !slices.Contains(got, "song kit-replaced allowed") || slices.Contains(got, "song kit-used allowed") {
			t.Errorf("audit: %q", got)
		}
		// The next kit with sheets: what stays with the first one is not asked for.
		w.kit = w.newKit(2, 3)
		p = w.later(1)
		p.bundle = func(b *setup.Bundle) { b.Kit, b.Rosters = &w.kit, nil }
		w.install(w.make(p))
		if got := w.audited(); !slices.Contains(got, "song kit-used allowed") {
			t.Errorf("audit: %q", got)
		}
	})
}

// TestCopies: they are handed to an administrator, and that is written down before.
func TestCopies(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, err := w.Copies(ctx, admin)
		want(t, "without a kit", err, errs.Conflict, "setup.no_kit")
		w.twice()
		for _, who := range []setup.Who{inspector, {Account: "chen", Role: setup.Member}, {Account: "he", Role: setup.Custodian}, {Account: "xu", Role: setup.Administrator}, {}} {
			if got, err := w.Copies(ctx, who); !errs.Is(err, errs.Denied) || got != nil {
				t.Errorf("%+v: %d copies, %v", who, len(got), err)
			}
		}
		w.wantKit(t, w.opened, seal.NewIdentity(), 5)
		audit := w.audited()
		if got := audit[len(audit)-1]; got != "gu kit-copies allowed" {
			t.Errorf("audit: %q", got)
		}
	})
}
