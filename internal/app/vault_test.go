package app_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// vaultTable says which coalitions open the identity that a reporter gave with all that their real keys open of the real database, and of
// the shares that were resealed to lin, who asked and reads: before anybody agreed, when qian has agreed, and when sun has agreed as well.
//
// These are keys alone: whoever has a copy of everything and keeps no rule. Two custodians who break every rule open it at any time, and so
// does the reader with a second custodian: that is what 2 of n means. Nobody else does.
const vaultTable = `
who                                     | before qian  both
lin                                     | .      .     opens
chen                                    | .      .     .
zhao                                    | .      .     .
wu                                      | .      .     .
unit-1                                  | .      .     .
inspector                               | .      .     .
recovery                                | .      .     .
server                                  | .      .     .
qian                                    | .      .     .
sun                                     | .      .     .
he                                      | .      .     .
qian server                             | .      .     .
qian recovery                           | .      .     .
qian recovery server                    | .      .     .
qian inspector                          | .      .     .
he unit-1                               | .      .     .
he chen                                 | .      .     .
qian lin                                | .      .     opens
sun lin                                 | .      opens opens
he lin                                  | .      opens opens
lin server                              | .      .     opens
lin inspector                           | .      .     opens
lin recovery                            | .      .     opens
chen zhao wu unit-1 inspector server    | .      .     .
chen zhao wu unit-1 inspector server he | .      .     .
chen lin zhao wu unit-1 inspector recovery server | . . opens
qian sun                                | opens  opens opens
sun he                                  | opens  opens opens
`

// TestVaultTable: every coalition that must fail fails, against real ciphertexts of a real database with everybody's real keys.
func TestVaultTable(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		s := newSender(t, w, seal.NewDigits())
		if status, a := s.send(s.known(cases.Confidential, false)); status != 200 {
			t.Fatalf("%d %v", status, keyOf(a))
		}
		c, who, _ := s.kept()
		opened, err := w.Session(t, "chen", "unit-1").Open(t.Context(), c.Number)
		if err != nil {
			t.Fatal(err)
		}
		lin := w.Key(t, "lin")
		r := seal.IdentityRequest{Instance: w.Dir.Instance, ID: id.NewDoc().String(), Case: s.c.String(), Number: c.Number, Box: opened.Report.Identity, Unit: "unit-1",
			Asker: "lin", Reader: "lin", To: lin.Age.Recipient(), Reason: "danger", Day: "2026-03-23", Until: "2026-03-30"}
		v := &vaultPlay{t: t, w: w, r: r, who: who, sig: signed(t, lin, r)}
		found := map[string][]string{}
		for stage := range 3 {
			for _, line := range v.lines() {
				found[line] = append(found[line], v.tries(strings.Fields(line)))
			}
			if stage < 2 {
				v.agrees([]string{"qian", "sun"}[stage])
			}
		}
		for _, line := range strings.Split(strings.TrimSpace(vaultTable), "\n")[1:] {
			people, cells, _ := strings.Cut(line, "|")
			if got := found[strings.TrimSpace(people)]; !slices.Equal(got, strings.Fields(cells)) {
				t.Errorf("%s: found %v, the table says %s", strings.TrimSpace(people), got, cells)
			}
		}
		if p, err := r.Combine(who.Box, opened.Report.Identity, lin.Age, v.given...); err != nil || p != reporter {
			t.Errorf("the reader reads %+v: %v", p, err)
		}
	})
}

type vaultPlay struct {
	t     *testing.T
	w     *apptest.World
	r     seal.IdentityRequest
	sig   []byte
	who   store.Identity
	given []seal.GivenShare
}

func (v *vaultPlay) lines() (out []string) {
	for _, line := range strings.Split(strings.TrimSpace(vaultTable), "\n")[1:] {
		people, _, _ := strings.Cut(line, "|")
		out = append(out, strings.TrimSpace(people))
	}
	return out
}

// agrees lets a custodian's program answer, with the keys of the signed lists.
func (v *vaultPlay) agrees(name string) {
	v.t.Helper()
	i := slices.IndexFunc(v.who.Shares, func(s store.IdentityShare) bool { return string(s.Custodian) == name })
	if i < 0 {
		v.t.Fatalf("%s holds no share", name)
	}
	roster, err := v.w.Casework.Roster(v.t.Context(), "unit-1")
	if err != nil {
		v.t.Fatal(err)
	}
	var asker ed25519.PublicKey
	for _, m := range roster.Members {
		if m.ID == v.r.Asker {
			if asker, err = seal.ParseKey(m.Sign); err != nil {
				v.t.Fatal(err)
			}
		}
	}
	k := v.w.Key(v.t, name)
	a, sealed, err := v.r.Agree(v.sig, asker, name, "2026-03-24", v.who.Shares[i].Share, k.Age)
	if err != nil {
		v.t.Fatal(err)
	}
	v.given = append(v.given, seal.GivenShare{Answer: a, Key: k.Sign.Public().(ed25519.PublicKey), Sig: signed(v.t, k, a), Sealed: sealed})
}

// tries is what people find who put all their keys together and have a copy of everything.
func (v *vaultPlay) tries(people []string) string {
	v.t.Helper()
	h := &holder{t: v.t}
	for _, name := range people {
		h.ids = append(h.ids, v.keysOf(name)...)
	}
	of := seal.ShareOf{Instance: v.r.Instance, Case: v.r.Case, Box: v.r.Box}
	all := []cipher{{class: "identity", sealed: v.who.Box}}
	for _, s := range v.who.Shares {
		all = append(all, cipher{class: "share", sealed: s.Share, of: of})
	}
	for _, g := range v.given {
		all = append(all, cipher{class: "given", sealed: g.Sealed, of: of})
	}
	h.opens(all)
	if v.alone(h.ids, all[1:]) {
		return "opens"
	}
	for i, one := range h.shares { // every two: the same share from two hands would spoil more of them together
		for _, two := range h.shares[:i] {
			if p, err := seal.CombineIdentity(v.who.Box, v.r.Box, one, two); err == nil && p == reporter {
				return "opens"
			}
		}
	}
	return "."
}

// alone tries the bytes of each single share as the key: no program of ours would, and a split with a threshold of 1 would give in.
func (v *vaultPlay) alone(ids []*seal.Identity, shares []cipher) bool {
	for _, c := range shares {
		for _, key := range ids {
			plain, err := seal.Open(c.sealed, key)
			if err != nil {
				continue
			}
			raw, err := base64.StdEncoding.DecodeString(strings.Split(string(plain), "\n")[4])
			if err != nil {
				v.t.Fatal(err)
			}
			k, err := seal.IdentityFromSeed(raw[:seal.SeedSize])
			if err != nil {
				v.t.Fatal(err)
			}
			if _, err := seal.Open(v.who.Box, k); err == nil {
				return true
			}
		}
	}
	return false
}

// keysOf are the keys of a person or of an office, those that the recovery kit gives, or all that the server has.
func (v *vaultPlay) keysOf(name string) (out []*seal.Identity) {
	v.t.Helper()
	switch name {
	case "server":
	case "recovery": // what a kit gives: every office's key (TestWhoCanOpenWhat plays the kit itself)
		for _, unit := range []string{"unit-1", "unit-2", "unit-3"} {
			out = append(out, v.w.Key(v.t, unit).Age)
		}
		return out
	default:
		return []*seal.Identity{v.w.Key(v.t, name).Age}
	}
	secrets := v.w.Dir.Secrets
	for _, seed := range [][]byte{secrets.Form, secrets.Handle, secrets.Acknowledgement, secrets.CaseLog, secrets.Dummies} {
		k, err := seal.IdentityFromSeed(seed)
		if err != nil {
			v.t.Fatal(err)
		}
		out = append(out, k)
	}
	return out
}

func signed(t *testing.T, k *seal.KeyFile, m interface{ Message() ([]byte, error) }) []byte {
	t.Helper()
	msg, err := m.Message()
	if err != nil {
		t.Fatal(err)
	}
	return ed25519.Sign(k.Sign, msg)
}
