package app_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

var reporter = seal.Person{Name: "王小明 Wang Xiaoming", Reach: "139 0000 0000，晚上八点以后"}

// known makes a report of somebody who says who they are, or would like a reward, as docs/spec/api.md has it.
func (s *sender) known(contact cases.Contact, wish bool) map[string]any {
	s.t.Helper()
	r := &seal.Report{Category: "protected-documents", Region: "donggang", Unit: "unit-1", Via: "web", Lang: "zh-Hans", Contact: string(contact), Wish: wish, What: "x", Mailbox: s.keys.Public()}
	if contact == cases.Named {
		r.Reach = reporter.Reach
	}
	var who identity
	if contact != cases.Anonymous {
		who = s.identity(s.set.Custodians)
		r.Identity = seal.SealedHash(who.Box)
	}
	doc, head, sealed := s.seal(r, "unit-1")
	s.head = head
	out := s.packed(r, doc, sealed)
	if contact != cases.Anonymous {
		out["identity"] = who
	}
	if wish {
		out["claim"] = seal.EncodeKey(s.claimKey())
	}
	return out
}

func (s *sender) claimKey() ed25519.PublicKey {
	return seal.ClaimKey(s.keys.PRK, "三盏灯").Public().(ed25519.PublicKey)
}

type identity struct {
	Box    []byte  `json:"box"`
	Shares []share `json:"shares"`
}

type share struct {
	Custodian string `json:"custodian"`
	Share     []byte `json:"share"`
}

func (s *sender) identity(holders []proof.PersonKey) (out identity) {
	s.t.Helper()
	var list []seal.Custodian
	for _, p := range holders {
		to, err := seal.ParseRecipient(p.Recipient)
		if err != nil {
			s.t.Fatal(err)
		}
		list = append(list, seal.Custodian{ID: p.ID, Recipient: to})
	}
	made, err := seal.SplitIdentity(s.w.Dir.Instance, s.c.String(), reporter, list)
	if err != nil {
		s.t.Fatal(err)
	}
	out.Box = made.Box
	for _, x := range made.Shares {
		out.Shares = append(out.Shares, share{x.Custodian, x.Sealed})
	}
	return out
}

// kept is what the database holds of a sender.
func (s *sender) kept() (c cases.Case, who store.Identity, claim [32]byte) {
	s.t.Helper()
	err := s.w.Store.Read(s.t.Context(), func(tx *store.Tx) (err error) {
		if c, err = tx.Case(s.c); err != nil {
			return err
		}
		m, err := tx.MailboxOf(c.Key)
		if err != nil {
			return err
		}
		if who, err = tx.Identity(c.Key); err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		if claim, err = tx.ClaimKey(m.Key); err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return c, who, claim
}

// TestIdentityAtTheDoor: what a reporter says of themselves is stored with the report, opens with any two custodians'
// keys, and with nothing else that there is.
func TestIdentityAtTheDoor(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		for _, contact := range []cases.Contact{cases.Confidential, cases.Named} {
			s := newSender(t, w, seal.NewDigits())
			body := s.known(contact, true)
			status, first := s.send(body)
			if status != 200 {
				t.Fatalf("%s: %d %v", contact, status, first)
			}
			before := count(t, w)
			if status, again := s.send(body); status != 200 || again["acknowledgement"] != first["acknowledgement"] || again["day"] != first["day"] {
				t.Errorf("%s: the same report again: %d %v", contact, status, keyOf(again))
			}
			if after := count(t, w); after != before {
				t.Errorf("%s: a repeat stored something: %+v, then %+v", contact, before, after)
			}
			c, who, claim := s.kept()
			if c.Contact != contact || !c.Wish || !bytes.Equal(claim[:], s.claimKey()) {
				t.Errorf("%s: stored as %s, wish %v, claim %x", contact, c.Contact, c.Wish, claim)
			}
			if sent := body["identity"].(identity); !bytes.Equal(who.Box, sent.Box) || len(who.Shares) != len(sent.Shares) {
				t.Fatalf("%s: another box, or %d shares", contact, len(who.Shares))
			}
			o, err := w.Session(t, "chen", "unit-1").Open(t.Context(), c.Number)
			if err != nil {
				t.Fatal(err)
			}
			s.onlyTwoCustodiansOpen(who, o.Report.Identity)
			if len(o.Doubts) > 0 || o.Case.Contact != contact || !o.Case.Wish {
				t.Errorf("%s: the unit sees %s, wish %v, doubts %v", contact, o.Case.Contact, o.Case.Wish, o.Doubts)
			}
		}
		s := newSender(t, w, seal.NewDigits())
		if status, a := s.send(s.known(cases.Anonymous, true)); status != 200 {
			t.Fatalf("anonymous with a wish: %d %v", status, keyOf(a))
		}
		if c, who, claim := s.kept(); c.Contact != cases.Anonymous || !c.Wish || who.Box != nil || !bytes.Equal(claim[:], s.claimKey()) {
			t.Errorf("anonymous with a wish: %s, %v, %d bytes of identity, claim %x", c.Contact, c.Wish, len(who.Box), claim)
		}
	})
}

// sharesOf opens every share with its custodian's key.
func (s *sender) sharesOf(who store.Identity) (shares []*seal.Share) {
	s.t.Helper()
	of := seal.ShareOf{Instance: s.w.Dir.Instance, Case: s.c.String(), Box: seal.SealedHash(who.Box)}
	for _, x := range who.Shares {
		got, err := seal.OpenShare(x.Share, s.w.Key(s.t, string(x.Custodian)).Age, of)
		if err != nil {
			s.t.Fatalf("share of %s: %v", x.Custodian, err)
		}
		shares = append(shares, got)
	}
	return shares
}

// onlyTwoCustodiansOpen tries every key that there is on what the database holds. Named is the hash in the report.
func (s *sender) onlyTwoCustodiansOpen(who store.Identity, named string) {
	s.t.Helper()
	shares := s.sharesOf(who)
	for _, two := range [][]*seal.Share{shares[:2], shares[1:]} {
		if got, err := seal.CombineIdentity(who.Box, named, two...); err != nil || got != reporter {
			s.t.Errorf("two custodians read %+v: %v", got, err)
		}
	}
	if _, err := seal.CombineIdentity(who.Box, named, shares[0]); !errors.Is(err, seal.ErrShare) {
		s.t.Errorf("one custodian: %v", err)
	}
	keys := map[string]*seal.Identity{"the reporter's own": s.keys.Age}
	for _, name := range []string{"unit-1", "unit-2", "unit-3", "chen", "lin", "zhao", "wu", "inspector"} {
		keys[name] = s.w.Key(s.t, name).Age
	}
	secrets := s.w.Dir.Secrets
	for name, seed := range map[string][]byte{"form": secrets.Form, "handle": secrets.Handle, "acknowledgement": secrets.Acknowledgement, "log": secrets.CaseLog, "dummies": secrets.Dummies} {
		k, err := seal.IdentityFromSeed(seed)
		if err != nil {
			s.t.Fatal(err)
		}
		keys["the server's "+name] = k
	}
	for name, k := range keys {
		for _, sealed := range append([][]byte{who.Box}, who.Shares[0].Share, who.Shares[1].Share) {
			if _, err := seal.Open(sealed, k); !errors.Is(err, seal.ErrWrongKey) {
				s.t.Errorf("%s: %v", name, err)
			}
		}
	}
	for _, x := range who.Shares {
		if _, err := seal.Open(who.Box, s.w.Key(s.t, string(x.Custodian)).Age); !errors.Is(err, seal.ErrWrongKey) {
			s.t.Errorf("the box with the key of %s: %v", x.Custodian, err)
		}
	}
}

// TestTourNamesCustodians: whoever tries the demonstration sees who keeps names, and where their keys are.
func TestTourNamesCustodians(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	b := w.NewBrowser(t)
	names := map[string]string{"/en/tour": "Qian Sun He", "/zh/tour": "钱 孙 何"}
	for path, all := range names {
		p := b.Get(path).Want(200, strings.Fields(all)...)
		for _, c := range newSender(t, w, seal.NewDigits()).set.Custodians {
			if k := w.Key(t, c.ID); k.Role != seal.KeyCustodian || !strings.Contains(p.Body, w.KeyFile(c.ID)) {
				t.Errorf("%s: the page does not lead to the key of %s, a %s", path, c.ID, k.Role)
			}
		}
	}
}
