package apptest

import (
	"crypto/sha256"
	"os"
	"slices"
	"testing"

	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// Key reads a player's or an office's key file.
func (w *World) Key(tb testing.TB, name string) *seal.KeyFile {
	tb.Helper()
	b, err := os.ReadFile(w.KeyFile(name))
	if err != nil {
		tb.Fatal(err)
	}
	k, err := seal.ParseKeyFile(b, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

// Session starts the work of a player in an office, or fails.
func (w *World) Session(tb testing.TB, member, unit string) *terminal.Session {
	tb.Helper()
	s, err := w.As(tb.Context(), member, unit)
	if err != nil {
		tb.Fatalf("%s in %s: %v", member, unit, err)
	}
	return s
}

// Recruit is somebody new.
type Recruit struct {
	Member string
	Roles  []string      // sorted
	Key    *seal.KeyFile // a new one if nil
}

// Hire puts a new person on the roster of an office, signed by the root key, and starts their session.
func (w *World) Hire(tb testing.TB, member, unit string, roles ...string) *terminal.Session {
	tb.Helper()
	return w.HireAll(tb, unit, Recruit{Member: member, Roles: roles})[0]
}

// HireAll is [World.Hire] for many, with one new roster.
func (w *World) HireAll(tb testing.TB, unit string, people ...Recruit) (out []*terminal.Session) {
	tb.Helper()
	keys := make([]*seal.KeyFile, len(people))
	w.roster(tb, unit, func(r *proof.Roster, unitKey *seal.KeyFile) {
		for i, p := range people {
			k := p.Key
			if k == nil {
				k = w.NewKey(tb, p.Member)
			}
			one, err := ceremony.Roster(unitKey, r.Version, workday.MustDay(r.Day), []ceremony.Holder{{Key: ceremony.PublicOf(k), Roles: p.Roles}})
			if err != nil {
				tb.Fatal(err)
			}
			keys[i], r.Members = k, append(r.Members, one.Members...)
		}
	})
	for _, k := range keys {
		s, err := terminal.Start(tb.Context(), w.World(), terminal.Keys{Unit: w.Key(tb, unit), Member: k})
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// NewKey is a key for somebody new.
func (w *World) NewKey(tb testing.TB, member string) *seal.KeyFile {
	tb.Helper()
	k, err := ceremony.NewKey(seal.KeyMember, member, member, w.Dir.Instance, workday.MustDay("2026-01-05"))
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

// Dismiss takes a person off the roster of an office.
func (w *World) Dismiss(tb testing.TB, member, unit string) {
	tb.Helper()
	w.roster(tb, unit, func(r *proof.Roster, _ *seal.KeyFile) {
		r.Members = slices.DeleteFunc(r.Members, func(m proof.Member) bool { return m.ID == member })
	})
}

// Publish puts the next list of keys in force, after change, signed by the root and the inspector.
func (w *World) Publish(tb testing.TB, change func(*proof.KeySet)) {
	tb.Helper()
	set, err := w.Keys.Set()
	if err != nil {
		tb.Fatal(err)
	}
	next := *set
	next.Version++
	change(&next)
	signed, err := proof.SignKeySet(next, proof.SignerRoot, w.Key(tb, "root").Sign)
	if err == nil {
		err = signed.AddSignature(proof.SignerInspector, w.Key(tb, "inspector").Sign)
	}
	if err != nil {
		tb.Fatal(err)
	}
	file, err := signed.Marshal()
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.InstallKeys(tb.Context(), file, ""); err != nil {
		tb.Fatal(err)
	}
}

// roster installs the next version of an office's roster.
func (w *World) roster(tb testing.TB, unit string, change func(*proof.Roster, *seal.KeyFile)) {
	tb.Helper()
	now, err := w.Casework.Roster(tb.Context(), id.Unit(unit))
	if err != nil {
		tb.Fatal(err)
	}
	next := *now
	next.Version++
	next.Day = w.Casework.Today().String()
	next.Members = slices.Clone(now.Members)
	change(&next, w.Key(tb, unit))
	signed, err := proof.SignRoster(next, proof.SignerRoot, w.Key(tb, "root").Sign)
	if err != nil {
		tb.Fatal(err)
	}
	file, err := signed.Marshal()
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.InstallRoster(tb.Context(), file); err != nil {
		tb.Fatal(err)
	}
}

// Account stores an active account of a member for somebody on an office's roster, with their keys, as a finished enrolment does. It
// cannot sign in.
func (w *World) Account(tb testing.TB, member, unit string) {
	tb.Helper()
	r, err := w.Casework.Roster(tb.Context(), id.Unit(unit))
	if err != nil {
		tb.Fatal(err)
	}
	for _, m := range r.Members {
		if m.ID != member {
			continue
		}
		sign, err := seal.ParseKey(m.Sign)
		if err != nil {
			tb.Fatal(err)
		}
		a := store.Account{Door: "desk", ID: id.Member(member), Role: "member", Name: m.Name, Recipient: m.Recipient, Sign: [32]byte(sign),
			Login: sha256.Sum256([]byte(member)), TOTP: []byte("x"), Made: w.Casework.Today()}
		copy(a.Salt[:], member+unit)
		err = w.Store.Write(tb.Context(), func(tx *store.Tx) error { return tx.AddAccount(a, []byte("x")) })
		if err != nil {
			tb.Fatal(err)
		}
		return
	}
	tb.Fatalf("%s is not on the roster of %s", member, unit)
}

// Change gives somebody on the roster of an office other roles, sorted.
func (w *World) Change(tb testing.TB, member, unit string, roles ...string) {
	tb.Helper()
	w.roster(tb, unit, func(r *proof.Roster, _ *seal.KeyFile) {
		for i, m := range r.Members {
			if m.ID == member {
				r.Members[i].Roles = roles
			}
		}
	})
}
