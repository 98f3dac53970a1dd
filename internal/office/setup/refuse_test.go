package setup_test

import (
	"bytes"
	"crypto/ed25519"
	"maps"
	"slices"
	"testing"
	"time"

	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// TestFirstRefuses: the first list is this server's own, names nobody, and comes with a kit that is one.
func TestFirstRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		same := func(*ceremony.Lists) {}
		before := w.rows()
		unit := w.key(seal.KeyUnit, "centre")
		signedBy := func(name string) []byte {
			set, err := ceremony.Assemble(ceremony.Lists{Server: w.server, Authority: w.pack.Authority.Name, Version: 1, Day: today, Root: ceremony.PublicOf(w.keys["root"])})
			w.must(err)
			signed, err := proof.SignKeySet(set, proof.SignerRoot, w.keys[name].Sign)
			w.must(err)
			file, err := signed.Marshal()
			w.must(err)
			return file
		}
		other := w.server
		other.Ack = w.otherAck()
		for _, c := range []struct {
			name string
			who  setup.Who
			list []byte
			kit  setup.Kit
			kind errs.Kind
			key  string
		}{
			{"by an inspector", inspector, w.firstList(same), w.kit, errs.Denied, "setup.role"},
			{"by nobody", setup.Who{Role: setup.Administrator}, w.firstList(same), w.kit, errs.Denied, "setup.role"},
			{"by an administrator who is none", setup.Who{Account: "chen", Role: setup.Administrator}, w.firstList(same), w.kit, errs.Denied, "setup.no_account"},
			{"nothing", admin, nil, w.kit, errs.Invalid, "setup.list_format"},
			{"changed after signing", admin, bytes.Replace(w.firstList(same), []byte("Minghe"), []byte("Minghi"), 1), w.kit, errs.Denied, "setup.list_signature"},
			{"signed by another key", admin, signedBy("gu"), w.kit, errs.Denied, "setup.list_signature"},
			{"of another server", admin, w.firstList(func(l *ceremony.Lists) { l.Server = other }), w.kit, errs.Invalid, "setup.list_origin"},
			{"the second", admin, w.firstList(func(l *ceremony.Lists) { l.Version = 2 }), w.kit, errs.Invalid, "setup.list_version"},
			{"with an office", admin, w.firstList(func(l *ceremony.Lists) {
				l.Units = []ceremony.Unit{{Key: ceremony.PublicOf(unit), Name: map[string]string{"en": "Centre"}}}
			}), w.kit, errs.Invalid, "setup.first_names"},
			{"of last year", admin, w.firstList(func(l *ceremony.Lists) { l.Day = workday.MustDay("2025-03-23") }), w.kit, errs.Invalid, "setup.list_day"},
			{"a kit of one", admin, w.firstList(same), setup.Kit{Recipient: w.kit.Recipient, K: 1, N: 3}, errs.Invalid, "setup.kit_size"},
			{"a kit of two sheets", admin, w.firstList(same), setup.Kit{Recipient: w.kit.Recipient, K: 2, N: 2}, errs.Invalid, "setup.kit_size"},
			{"a kit of ten", admin, w.firstList(same), setup.Kit{Recipient: w.kit.Recipient, K: 2, N: 10}, errs.Invalid, "setup.kit_size"},
			{"all of them", admin, w.firstList(same), setup.Kit{Recipient: w.kit.Recipient, K: 3, N: 3}, errs.Invalid, "setup.kit_size"},
			{"a kit that root did not sign", admin, w.firstList(same), setup.Kit{Recipient: w.kit.Recipient, K: 2, N: 3}, errs.Denied, "setup.kit_signature"},
			{"root's signature of another size", admin, w.firstList(same), setup.Kit{Recipient: w.kit.Recipient, K: 2, N: 4, Signature: w.kit.Signature}, errs.Denied, "setup.kit_signature"},
			{"another kit", admin, w.firstList(same), setup.Kit{Recipient: unit.Age.Recipient().String(), K: 2, N: 3, Signature: w.kit.Signature}, errs.Denied, "setup.kit_signature"},
			{"more than there are", admin, w.firstList(same), setup.Kit{Recipient: w.kit.Recipient, K: 4, N: 3}, errs.Invalid, "setup.kit_size"},
			{"no kit", admin, w.firstList(same), setup.Kit{}, errs.Invalid, "setup.kit_size"},
			{"a classic key", admin, w.firstList(same), setup.Kit{Recipient: "age1qqqq", K: 2, N: 3}, errs.Invalid, "setup.kit_key"},
		} {
			_, err := w.First(ctx, c.who, c.list, c.kit)
			want(t, c.name, err, c.kind, c.key)
		}
		if after := w.rows(); after != before || w.taken.Load() != 0 {
			t.Errorf("refused, and changed:\n%s\n%s", before, after)
		}
		w.begin()
		_, err := w.First(ctx, admin, w.firstList(same), w.kit)
		want(t, "again", err, errs.Conflict, "setup.begun")
		w.leave("desk", "gu")
		_, err = w.First(ctx, admin, w.firstList(same), w.kit)
		want(t, "by somebody who was removed", err, errs.Denied, "setup.no_account")
	})
}

// otherAck is the acknowledgement key of a server of the same name.
func (w *world) otherAck() string {
	w.t.Helper()
	k, err := proof.NewLogKey(proof.AckKeyName(instance))
	w.must(err)
	return k.Verifier()
}

// TestProposeRefuses: whatever can be known before the inspector looks is known.
func TestProposeRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, err := w.Propose(t.Context(), admin, setup.Bundle{})
		want(t, "before the first list", err, errs.Conflict, "setup.no_list")
		w.begin()
		w.everybody()
		p := w.usual()
		p.offices = []string{"centre", "unit-1"}
		w.install(w.make(p))
		w.join(setup.Member, "wu")
		w.leave("desk", "liu")
		delete(p.staff, "liu")
		p.offices = append(p.offices, "unit-2")
		before := w.rows()
		for name, c := range proposals(w) {
			q := p
			q.staff = maps.Clone(p.staff)
			q.bundle = func(b *setup.Bundle) { b.Recovery = b.Recovery[2:] }
			c.change(&q)
			_, err := w.Propose(t.Context(), admin, w.make(q))
			want(t, name, err, c.kind, c.key)
		}
		for _, who := range []setup.Who{inspector, {Account: "chen", Role: setup.Member}, {Account: "he", Role: setup.Custodian}} {
			_, err := w.Propose(t.Context(), who, w.make(p))
			want(t, "by "+string(who.Role), err, errs.Denied, "setup.role")
		}
		if after := w.rows(); after != before {
			t.Errorf("refused, and changed:\n%s\n%s", before, after)
		}
		p.bundle = nil
		w.propose(w.make(p)) // as it should be, it is taken
	})
}

type refusal struct {
	change func(*proposal)
	kind   errs.Kind
	key    string
}

// proposals are spoiled each in one place.
func proposals(w *world) map[string]refusal {
	set := func(change func(*proof.KeySet)) func(*proposal) { return func(p *proposal) { p.set = change } }
	roster := func(change func(*proof.Roster)) func(*proposal) { return func(p *proposal) { p.roster = change } }
	bundle := func(change func(*setup.Bundle)) func(*proposal) { return func(p *proposal) { p.bundle = change } }
	fresh := func(role seal.KeyRole, name string) *seal.KeyFile {
		k, err := ceremony.NewKey(role, name, name, instance, today)
		w.must(err)
		return k
	}
	another := fresh(seal.KeyMember, "another")
	text := func(k *seal.KeyFile) string { return k.Age.Recipient().String() }
	sign := func(k *seal.KeyFile) string { return seal.EncodeKey(k.Sign.Public().(ed25519.PublicKey)) }
	two, err := seal.Seal([]byte("x"), another.Age.Recipient(), w.opened.Recipient())
	w.must(err)
	member := func(r *proof.Roster, name string) *proof.Member {
		return &r.Members[slices.IndexFunc(r.Members, func(m proof.Member) bool { return m.ID == name })]
	}
	return map[string]refusal{
		"no list":             {bundle(func(b *setup.Bundle) { b.KeySet = nil }), errs.Invalid, "setup.list_format"},
		"of a number to come": {set(func(k *proof.KeySet) { k.Version++ }), errs.Conflict, "setup.list_version"},
		"the number in force": {set(func(k *proof.KeySet) { k.Version-- }), errs.Conflict, "setup.list_older"},
		"another root":        {set(func(k *proof.KeySet) { k.Root = sign(another) }), errs.Denied, "setup.list_root"},
		"other server keys":   {set(func(k *proof.KeySet) { k.Ack = w.otherAck() }), errs.Invalid, "setup.list_origin"},
		"dated ahead":         {func(p *proposal) { p.day = today.Add(30) }, errs.Invalid, "setup.list_day"},
		"dated back":          {set(func(k *proof.KeySet) { k.Day = "2026-03-22" }), errs.Invalid, "setup.list_day"},
		"nobody inspects":     {func(p *proposal) { p.inspectors, p.custodians = nil, nil }, errs.Invalid, "setup.no_inspector"},
		"signed already": {bundle(func(b *setup.Bundle) {
			b.Recovery, b.KeySet = b.Recovery[2:], w.countersigned(b.KeySet, "song")
		}), errs.Invalid, "setup.list_signature"},

		"an inspector of days that are over": {set(func(k *proof.KeySet) {
			k.Former = append(k.Former, proof.FormerKey{ID: "moon", Sign: sign(another), From: "2026-01-01", To: "2026-02-01"})
		}), errs.Invalid, "setup.inspector_history"},

		"an office of no pack": {set(func(k *proof.KeySet) {
			k.Intake = append(k.Intake, proof.UnitKey{ID: "moon", Name: map[string]string{"en": "Moon"}, Recipient: text(another), Sign: sign(another), From: k.Day})
		}), errs.Invalid, "setup.unknown_unit"},
		"a unit key forgotten":      {set(func(k *proof.KeySet) { k.Intake[0].Recipient, k.Intake[0].Sign = text(another), sign(another) }), errs.Invalid, "setup.unit_history"},
		"a unit key that began ago": {set(func(k *proof.KeySet) { k.Intake[0].From = "2026-03-01" }), errs.Invalid, "setup.unit_history"},
		"a new key from the past":   {set(func(k *proof.KeySet) { k.Intake[2].From = "2026-03-01" }), errs.Invalid, "setup.unit_history"},

		"a custodian's other key": {set(func(k *proof.KeySet) { k.Custodians[0].Sign = sign(another) }), errs.Denied, "setup.other_key"},
		"an inspector's other recipient": {set(func(k *proof.KeySet) { k.Inspectors[0].Recipient = text(another) }),
			errs.Denied, "setup.other_key"},
		"a custodian who never joined": {set(func(k *proof.KeySet) { k.Custodians[0].ID = "nobody" }), errs.Invalid, "setup.not_joined"},
		"a member as custodian":        {set(func(k *proof.KeySet) { k.Custodians[0].ID = "wu" }), errs.Invalid, "setup.not_joined"},
		"the administrator as custodian": {set(func(k *proof.KeySet) {
			k.Custodians[0] = proof.PersonKey{ID: "gu", Recipient: text(w.keys["gu"]), Sign: sign(w.keys["gu"]), From: k.Day}
		}), errs.Invalid, "setup.not_joined"},
		"somebody who was removed":    {func(p *proposal) { p.staff["liu"] = []string{"intake"} }, errs.Invalid, "setup.not_joined"},
		"the administrator in a unit": {func(p *proposal) { p.staff["gu"] = []string{"approver"} }, errs.Invalid, "setup.not_joined"},
		"a member's other key":        {roster(func(r *proof.Roster) { member(r, "lin").Recipient = text(another) }), errs.Denied, "setup.other_key"},
		"a role that is none":         {func(p *proposal) { p.staff["wu"] = []string{"king"} }, errs.Invalid, "setup.unknown_role"},
		"a handler without the key":   {roster(func(r *proof.Roster) { member(r, "lin").Key = "" }), errs.Invalid, "setup.unit_key_holder"},
		"a clerk with the key":        {roster(func(r *proof.Roster) { member(r, "lin").Roles = []string{"intake"} }), errs.Invalid, "setup.unit_key_holder"},
		"a key for two": {roster(func(r *proof.Roster) {
			member(r, "lin").Key = base64Of(two)
		}), errs.Invalid, "setup.unit_key_holder"},
		"a roster again":      {roster(func(r *proof.Roster) { r.Version = 1 }), errs.Conflict, "setup.roster_version"},
		"a roster to come":    {roster(func(r *proof.Roster) { r.Version = 7 }), errs.Conflict, "setup.roster_version"},
		"a roster of old":     {roster(func(r *proof.Roster) { r.Day = "2025-01-01" }), errs.Invalid, "setup.list_day"},
		"a roster of no unit": {roster(func(r *proof.Roster) { r.Unit = "unit-3" }), errs.Invalid, "setup.roster_unit"},
		"two rosters of one": {bundle(func(b *setup.Bundle) {
			b.Rosters = append(b.Rosters, b.Rosters[0])
		}), errs.Invalid, "setup.roster_unit"},
		"no roster for a new key": {bundle(func(b *setup.Bundle) { b.Rosters = b.Rosters[:2] }), errs.Invalid, "setup.roster_missing"},
		"a roster that is none":   {bundle(func(b *setup.Bundle) { b.Rosters[0] = b.Rosters[0][1:] }), errs.Invalid, "setup.list_format"},
		"a roster of a stranger": {bundle(func(b *setup.Bundle) {
			signed, err := proof.ParseRoster(b.Rosters[0])
			w.must(err)
			r, err := signed.Verify(w.inForce(), nil)
			w.must(err)
			foreign, err := proof.SignRoster(*r, proof.SignerRoot, another.Sign)
			w.must(err)
			b.Rosters[0], err = foreign.Marshal()
			w.must(err)
		}), errs.Denied, "setup.list_root"},

		"no recovery copy": {bundle(func(b *setup.Bundle) { b.Recovery = nil }), errs.Invalid, "setup.recovery_copy"},
		"a copy twice": {bundle(func(b *setup.Bundle) {
			b.Recovery = append(b.Recovery[2:], b.Recovery[2])
		}), errs.Invalid, "setup.recovery_copy"},
		"a copy of another office": {bundle(func(b *setup.Bundle) { b.Recovery[2].Unit = "centre" }), errs.Invalid, "setup.recovery_copy"},
		"a copy in clear":          {bundle(func(b *setup.Bundle) { b.Recovery[2].Sealed = []byte("AGE-SECRET-KEY-PQ-1") }), errs.Invalid, "setup.recovery_copy"},
		"a copy for two":           {bundle(func(b *setup.Bundle) { b.Recovery[2].Sealed = two }), errs.Invalid, "setup.recovery_copy"},
		"an empty copy":            {bundle(func(b *setup.Bundle) { b.Recovery[2].Sealed = b.Recovery[2].Sealed[:1700] }), errs.Invalid, "setup.recovery_copy"},
		"a copy that a member holds": {bundle(func(b *setup.Bundle) {
			signed, err := proof.ParseRoster(b.Rosters[2])
			w.must(err)
			r, err := signed.Verify(w.inForce(), nil)
			w.must(err)
			b.Recovery[2].Sealed = member(r, "lin").Wrapped()
		}), errs.Invalid, "setup.recovery_copy"},
		"a kit that root did not sign": {bundle(func(b *setup.Bundle) {
			b.Kit = &setup.Kit{Recipient: text(another), K: 2, N: 3, Signature: w.kit.Signature}
		}), errs.Denied, "setup.kit_signature"},
		"a kit of one": {bundle(func(b *setup.Bundle) { b.Kit = &setup.Kit{Recipient: w.kit.Recipient, K: 1, N: 1} }), errs.Invalid, "setup.kit_size"},
	}
}

// TestCountersignRefuses: one signature, by the inspector who asks, over the list that waits.
func TestCountersignRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.begin()
		w.everybody()
		w.join(setup.Inspector, "sun")
		_, err := w.Countersign(ctx, inspector, "", nil)
		want(t, "nothing", err, errs.NotFound, "setup.no_draft")
		b := w.make(w.usual())
		draft := w.propose(b)
		good := w.countersigned(b.KeySet, "song")
		before := w.rows()
		approver, err := proof.ParseKeySet(b.KeySet)
		w.must(err)
		w.must(approver.AddSignature(proof.SignerRoot, w.keys["song"].Sign))
		asRoot, err := approver.Marshal()
		w.must(err)
		for _, c := range []struct {
			name string
			who  setup.Who
			file []byte
			kind errs.Kind
			key  string
		}{
			{"by the administrator", admin, good, errs.Denied, "setup.role"},
			{"by the administrator as inspector", setup.Who{Account: "gu", Role: setup.Inspector}, good, errs.Denied, "setup.no_account"},
			{"by an inspector of no list", setup.Who{Account: "sun", Role: setup.Inspector}, w.countersigned(b.KeySet, "sun"), errs.Denied, "setup.other_inspector"},
			{"with another's signature", setup.Who{Account: "sun", Role: setup.Inspector}, good, errs.Denied, "setup.other_inspector"},
			{"with a custodian's signature", inspector, w.countersigned(b.KeySet, "he"), errs.Denied, "setup.other_inspector"},
			{"unsigned", inspector, b.KeySet, errs.Invalid, "setup.one_signature"},
			{"signed by two", inspector, w.countersigned(b.KeySet, "sun", "song"), errs.Invalid, "setup.one_signature"},
			{"as root", inspector, asRoot, errs.Denied, "setup.other_inspector"},
			{"nothing", inspector, nil, errs.Invalid, "setup.list_format"},
			{"another list", inspector, w.countersigned(w.make(func() proposal { p := w.usual(); p.custodians = nil; return p }()).KeySet, "song"), errs.Conflict, "setup.draft_changed"},
			{"a signature that does not fit", inspector, spoilt(good), errs.Denied, "setup.list_signature"},
		} {
			done, err := w.Countersign(ctx, c.who, draft, c.file)
			want(t, c.name, err, c.kind, c.key)
			if done {
				t.Errorf("%s: installed", c.name)
			}
		}
		// Whoever is on the draft and leaves before the inspector has answered is not put in force.
		w.leave("desk", "qian")
		_, err = w.Countersign(ctx, inspector, draft, good)
		want(t, "with a custodian who left", err, errs.Invalid, "setup.not_joined")
		if after := w.rows(); after != before || w.inForce().Version != 1 {
			t.Errorf("refused, and changed:\n%s\n%s", before, after)
		}
	})
}

// TestRostersChangedMeanwhile: the inspector's signature is over the list alone; the answer is for the whole draft.
func TestRostersChangedMeanwhile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.begin()
		w.everybody()
		b := w.make(w.usual())
		seen := w.propose(b)
		p := w.usual()
		p.staff["liu"] = []string{"approver"}
		changed := b
		changed.Rosters = w.make(p).Rosters
		before := w.propose(changed)
		_, err := w.Countersign(t.Context(), inspector, seen, w.countersigned(b.KeySet, "song"))
		want(t, "the same list with other rosters", err, errs.Conflict, "setup.draft_changed")
		d, err := w.Draft(t.Context(), inspector)
		if err != nil || d.ID != before || w.inForce().Version != 1 {
			t.Errorf("waiting %v, %v", d, err)
		}
	})
}

// TestListsMovedMeanwhile: a draft is for the lists that were in force; the terminal may install others.
func TestListsMovedMeanwhile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.begin()
		w.everybody()
		b := w.make(w.usual())
		draft := w.propose(b)
		other := w.usual()
		other.custodians = nil
		_, err := w.InstallKeys(ctx, w.countersigned(w.make(other).KeySet, "song"), "")
		w.must(err)
		_, err = w.Countersign(ctx, inspector, draft, w.countersigned(b.KeySet, "song"))
		want(t, "a draft for an older list", err, errs.Conflict, "setup.list_older")
		d, err := w.Draft(ctx, admin)
		w.must(err)
		want(t, "shown", d.Fault, errs.Conflict, "setup.list_older")
		r := w.roster("centre", w.usual())
		_, err = w.InstallRoster(ctx, r)
		w.must(err)
		if w.rosterVersion("centre") != 1 {
			t.Error("the roster is not in force")
		}
		again, err := w.InstallRoster(ctx, r)
		if err != nil || again.Version != 1 {
			t.Errorf("installed again: %v", err)
		}
	})
}

// TestReplacedInspector: the sitting inspector and the new one sign, in turn; after the first nothing is in force.
func TestReplacedInspector(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.begin()
		w.everybody()
		w.install(w.make(w.usual()))
		w.join(setup.Inspector, "sun")
		successor := setup.Who{Account: "sun", Role: setup.Inspector}
		c := &w.pack.Categories[0]
		ap := pack.Approval{Category: c.ID, Hash: c.Hash(), By: "song", Day: today}
		w.must(w.ApproveCategory(ctx, inspector, ap, ed25519.Sign(w.keys["song"].Sign, ap.Statement())))

		p := w.usual()
		p.inspectors = []string{"sun"}
		p.bundle = func(b *setup.Bundle) { b.Rosters, b.Recovery = nil, nil }
		b := w.make(p)
		draft := w.propose(b)
		done, err := w.Countersign(ctx, successor, draft, w.countersigned(b.KeySet, "sun"))
		if err != nil || done || w.inForce().Version != 2 {
			t.Fatalf("the new one alone: %v, %v", done, err)
		}
		d, err := w.Draft(ctx, inspector)
		w.must(err)
		if d.ID != draft || !slices.Equal(d.Signed, []id.Member{"sun"}) {
			t.Errorf("waiting: %q signed by %q", d.ID, d.Signed)
		}
		_, err = w.Countersign(ctx, successor, draft, w.countersigned(b.KeySet, "sun"))
		want(t, "signed twice", err, errs.Invalid, "setup.one_signature")
		done, err = w.Countersign(ctx, inspector, draft, w.countersigned(d.KeySet, "song"))
		if err != nil || !done || w.inForce().Inspectors[0].ID != "sun" {
			t.Fatalf("both: %v, %v", done, err)
		}
		// What the former inspector approved counts no more; the new one approves it.
		w.wantLeft("with a new inspector", "categories", "backup")
		want(t, "the former inspector", w.ApproveCategory(ctx, inspector, ap, ed25519.Sign(w.keys["song"].Sign, ap.Statement())), errs.Denied, "setup.other_inspector")
		ap.By = "sun"
		w.must(w.ApproveCategory(ctx, successor, ap, ed25519.Sign(w.keys["sun"].Sign, ap.Statement())))
		w.wantLeft("with the new one's word", "backup")
	})
}

func TestApprovalsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := &w.pack.Categories[0]
		ap := pack.Approval{Category: c.ID, Hash: c.Hash(), By: "song", Day: today}
		w.everybody()
		sig := func(a pack.Approval, name string) []byte { return ed25519.Sign(w.keys[name].Sign, a.Statement()) }
		want(t, "before there are lists", w.ApproveCategory(ctx, inspector, ap, sig(ap, "song")), errs.Denied, "setup.other_inspector")
		w.begin()
		w.install(w.make(w.usual()))
		with := func(change func(*pack.Approval)) pack.Approval {
			other := ap
			change(&other)
			return other
		}
		sun, old, late, wrong, none := with(func(a *pack.Approval) { a.By = "sun" }), with(func(a *pack.Approval) { a.Hash = "sha256:00" }),
			with(func(a *pack.Approval) { a.Day = today.Add(-9) }), with(func(a *pack.Approval) { a.Category = w.pack.Categories[1].ID }), with(func(a *pack.Approval) { a.Category = "none" })
		for _, c := range []struct {
			name string
			who  setup.Who
			ap   pack.Approval
			sig  []byte
			kind errs.Kind
			key  string
		}{
			{"by the administrator", admin, ap, sig(ap, "song"), errs.Denied, "setup.role"},
			{"in another's name", inspector, sun, sig(sun, "song"), errs.Denied, "setup.other_inspector"},
			{"another's signature", inspector, ap, sig(ap, "he"), errs.Denied, "pack.not_approved"},
			{"no signature", inspector, ap, nil, errs.Denied, "pack.not_approved"},
			{"earlier words", inspector, old, sig(old, "song"), errs.Conflict, "pack.changed_since_approval"},
			{"dated back", inspector, late, sig(late, "song"), errs.Invalid, "setup.list_day"},
			{"another category's words", inspector, wrong, sig(wrong, "song"), errs.Conflict, "pack.changed_since_approval"},
			{"no category", inspector, none, sig(none, "song"), errs.NotFound, "pack.not_approved"},
		} {
			want(t, c.name, w.ApproveCategory(ctx, c.who, c.ap, c.sig), c.kind, c.key)
		}
		w.wantLeft("refused", "categories", "backup")
		want(t, "taking back what is not there", w.RevokeCategory(ctx, inspector, c.ID), errs.NotFound, "store.approval_absent")
		want(t, "taking back no category", w.RevokeCategory(ctx, inspector, "none"), errs.NotFound, "store.approval_absent")
		w.must(w.ApproveCategory(ctx, inspector, ap, sig(ap, "song")))
		want(t, "twice", w.ApproveCategory(ctx, inspector, ap, sig(ap, "song")), errs.Conflict, "setup.approved_already")
		want(t, "taken back by the administrator", w.RevokeCategory(ctx, admin, c.ID), errs.Denied, "setup.role")
		w.wantLeft("approved", "backup")
		w.leave("inspect", "song")
		want(t, "by an inspector who was removed", w.RevokeCategory(ctx, inspector, c.ID), errs.Denied, "setup.no_account")
	})
}

// TestUnitKeyChanges: a unit's key ends the day before its successor begins, and only so.
func TestUnitKeyChanges(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.begin()
		w.everybody()
		w.install(w.make(w.usual()))
		w.now = w.now.Add(10 * 24 * time.Hour)
		p := w.usual()
		p.day = today.Add(10)
		w.key(seal.KeyUnit, "unit-1")
		ends := func(day string) func(*proof.KeySet) {
			return func(k *proof.KeySet) {
				for i, u := range k.Intake {
					if u.ID == "unit-1" && u.To != "" {
						k.Intake[i].To = day
					}
				}
			}
		}
		p.set = ends("2026-03-24") // days on which the old key signed would be checked against none
		_, err := w.Propose(t.Context(), admin, w.make(p))
		want(t, "cut short", err, errs.Invalid, "setup.unit_history")
		p.set = nil
		w.install(w.make(p))
		set := w.inForce()
		if u, ok := set.UnitOn("unit-1", "2026-04-01"); !ok || u.Recipient == w.keys["unit-1"].Age.Recipient().String() {
			t.Errorf("on the last day of the old key: %v", ok)
		}
		if u, ok := set.UnitOn("unit-1", "2026-04-02"); !ok || u.Recipient != w.keys["unit-1"].Age.Recipient().String() {
			t.Errorf("on the first day of the new key: %v", ok)
		}
		p.set = ends("2026-03-31")
		_, err = w.Propose(t.Context(), admin, w.make(p))
		want(t, "an ended key that ends otherwise", err, errs.Invalid, "setup.unit_history")
		w.wantLeft("with a new key", "categories", "backup")
	})
}

// TestAccountsMovedMeanwhile: what the judgement rested on changes between judgement and transaction.
func TestAccountsMovedMeanwhile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.begin()
		w.everybody()
		b := w.make(w.usual())
		draft := w.propose(b)
		// The writer is held while the account goes, so that judging comes before it and the transaction after.
		held, let := make(chan struct{}), make(chan struct{})
		gone := make(chan error, 1)
		go func() {
			gone <- w.store.Write(t.Context(), func(tx *store.Tx) error {
				close(held)
				<-let
				return tx.RemoveAccount("desk", "qian")
			})
		}()
		<-held
		answer := make(chan error, 1)
		go func() {
			_, err := w.Countersign(t.Context(), inspector, draft, w.countersigned(b.KeySet, "song"))
			answer <- err
		}()
		for w.store.Waiting() == 0 {
			select {
			case err := <-answer:
				t.Fatalf("answered before its turn: %v", err)
			case <-time.After(time.Millisecond):
			}
		}
		close(let)
		w.must(<-gone)
		want(t, "with an account that went meanwhile", <-answer, errs.Conflict, "setup.moved")
		if w.inForce().Version != 1 {
			t.Error("installed")
		}
	})
}

// TestTornInstall: when a part cannot be stored, nothing is; and what was stored when taking it up fails is in force.
func TestTornInstall(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.begin()
		w.everybody()
		b := w.make(w.usual())
		draft := w.propose(b)
		before := w.rows()
		entries := len(w.audited())
		repair := w.harm(t)
		done, err := w.Countersign(ctx, inspector, draft, w.countersigned(b.KeySet, "song"))
		if err == nil || done {
			t.Fatalf("a roster could not be stored: %v, %v", done, err)
		}
		if after := w.rows(); after != before || len(w.audited()) != entries {
			t.Errorf("torn:\n%s\n%s", before, after)
		}
		repair()
		w.fault = errs.New(errs.Unavailable, "store.down", nil)
		done, err = w.Countersign(ctx, inspector, draft, w.countersigned(b.KeySet, "song"))
		if !done || !errs.Is(err, errs.Unavailable) {
			t.Errorf("installed, and not taken up: %v, %v", done, err)
		}
		w.fault = nil
		w.must(w.takeUp(ctx)) // as the next beat, or the next start
		w.wantLeft("after the fault", "categories", "backup")
		w.must(w.store.Read(ctx, func(tx *store.Tx) error {
			n, err := tx.LogSize(ledger.Public)
			if n != 3 {
				t.Errorf("%d leaves", n)
			}
			return err
		}))
	})
}
