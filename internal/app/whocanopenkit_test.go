package app_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"

	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// signed is a kit that the root key vouches for.
func (p *play) signed(to seal.Recipient) setup.Kit {
	p.t.Helper()
	msg := must2(seal.RecoveryStatement{Instance: p.w.Dir.Instance, Recipient: to, Threshold: 2, Count: 3}.Message())
	return setup.Kit{Recipient: to.String(), K: 2, N: 3, Signature: base64.RawURLEncoding.EncodeToString(ed25519.Sign(p.w.Key(p.t, "root").Sign, msg))}
}

// recovery puts the kit on record, with a copy of every office's key.
func (p *play) recovery() {
	p.t.Helper()
	record := jsonOf(p.t, setup.Recovery{Kit: p.signed(p.kit), Day: p.w.Casework.Today()})
	if err := p.w.Store.Write(p.t.Context(), func(tx *store.Tx) error { return tx.SetMeta("recovery", string(record)) }); err != nil {
		p.t.Fatal(err)
	}
	for _, o := range p.w.Pack.Offices {
		p.copies(p.w.Key(p.t, string(o.ID)))
	}
}

// copies stores a copy of an office's key for the kit.
func (p *play) copies(k *seal.KeyFile) {
	p.t.Helper()
	row := store.UnitRecovery{Unit: id.Unit(k.ID), Key: sha256.Sum256([]byte(k.Age.Recipient().String())), Recovery: sha256.Sum256([]byte(p.kit.String())),
		Sealed: p.seal(k, p.kit), Day: p.w.Casework.Today()}
	if err := p.w.Store.Write(p.t.Context(), func(tx *store.Tx) error { return tx.PutUnitRecovery(row) }); err != nil {
		p.t.Fatal(err)
	}
}

// useKit gives unit-1 to somebody who was never in it, by two sheets of the kit, and judges those whom it concerns.
func (p *play) useKit() {
	t, w := p.t, p.w
	w.Clock.Move(24 * time.Hour)
	cookie, token := w.SignsIn(t, p.h, deskOrigin, staff.Administrator)
	p.gu = &colleague{t: t, h: p.h, cookie: cookie, token: token}
	bo, boKek := p.enrol("bo")
	was, err := seal.CombineRecovery(p.sheets[:2])
	if err != nil {
		t.Fatal(err)
	}
	now := seal.NewIdentity()
	var made struct{ Draft string }
	b := p.renewed(now.Recipient())
	p.gu.post("draft", string(jsonOf(t, b)), 200, &made)
	list, err := proof.ParseKeySet(b.KeySet)
	if err == nil {
		err = list.AddSignature(proof.SignerInspector, w.Key(t, "inspector").Sign)
	}
	if err != nil {
		t.Fatal(err)
	}
	song := newInspector(t, w, p.h)
	song.post("draft/countersign", string(jsonOf(t, map[string]any{"draft": made.Draft, "list": must2(list.Marshal())})), 200, nil)

	admin, _ := w.DeskPlayer(staff.Administrator)
	qian := w.Key(t, "qian").Age
	p.judge("recovery kit that was used", []*seal.Identity{was}, nil)
	p.judge("the next kit and one custodian", []*seal.Identity{now, qian}, nil)
	p.judge("triage, by the recovery kit", []*seal.Identity{boKek}, p.harvest(bo, deskOrigin))
	p.judge("administrator who used the recovery kit", []*seal.Identity{p.kek(p.gu, deskOrigin, admin.Passphrase), w.Key(t, "gu").Age}, p.harvest(p.gu, deskOrigin))
}

// renewed is what the administrator's page makes of two sheets: a new kit, a new key for unit-1, and its two former ones for bo and zhao.
func (p *play) renewed(to seal.Recipient) setup.Bundle {
	t, w := p.t, p.w
	t.Helper()
	set, err := w.Keys.Set()
	if err != nil {
		t.Fatal(err)
	}
	today := w.Casework.Today()
	fresh := p.newKey(seal.KeyUnit, "unit-1")
	next := *set
	next.Version, next.Day, next.Custodians, next.Intake = set.Version+1, today.String(), nil, slices.Clone(set.Intake)
	for i := range next.Intake {
		if u := &next.Intake[i]; u.ID == "unit-1" && u.To == "" {
			third := *u
			u.To = today.String() // a key ends on the day on which the next begins
			third.Recipient, third.Sign, third.From = ceremony.PublicOf(fresh).Recipient, ceremony.PublicOf(fresh).Sign, today.String()
			next.Intake = append(next.Intake, third)
			break
		}
	}
	kit := p.signed(to)
	b := setup.Bundle{Kit: &kit}
	former := []*seal.KeyFile{w.Key(t, "unit-1"), p.second}
	all := append([]*seal.KeyFile{fresh}, former...)
	for _, o := range w.Pack.Offices {
		if o.ID != "unit-1" {
			all = append(all, w.Key(t, string(o.ID)))
		}
	}
	for _, k := range all {
		b.Recovery = append(b.Recovery, setup.UnitRecovery{Unit: id.Unit(k.ID), Key: k.Age.Recipient().String(), Sealed: p.seal(k, to)})
	}
	var holders []ceremony.Holder
	for _, h := range [][2]string{{"bo", "triage"}, {"zhao", "approver"}} {
		holders = append(holders, ceremony.Holder{Key: ceremony.PublicOf(p.key(h[0])), Roles: []string{h[1]}})
		for _, k := range former {
			b.Handed = append(b.Handed, setup.OfficeHanded{Unit: "unit-1", Member: id.Member(h[0]), Key: k.Age.Recipient().String(), Sealed: p.seal(k, p.key(h[0]).Age.Recipient())})
		}
	}
	last, err := w.Casework.Roster(t.Context(), "unit-1")
	if err != nil {
		t.Fatal(err)
	}
	root := w.Key(t, "root").Sign
	r, err := ceremony.Roster(fresh, last.Version+1, today, holders)
	if err != nil {
		t.Fatal(err)
	}
	roster, err := proof.SignRoster(r, proof.SignerRoot, root)
	if err != nil {
		t.Fatal(err)
	}
	list, err := proof.SignKeySet(next, proof.SignerRoot, root)
	if err != nil {
		t.Fatal(err)
	}
	b.Rosters, b.KeySet = [][]byte{must2(roster.Marshal())}, must2(list.Marshal())
	return b
}
