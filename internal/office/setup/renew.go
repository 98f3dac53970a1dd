package setup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
)

// OfficeKey names a key of an office: the recipient, as the list has it.
type OfficeKey struct {
	Unit id.Unit `json:"unit"`
	Key  string  `json:"key"`
}

// OfficeHanded is a former key file of an office that gets a new key, sealed to a holder of the new one. Key is the recipient
// of the key inside.
type OfficeHanded struct {
	Unit   id.Unit   `json:"unit"`
	Member id.Member `json:"member"`
	Key    string    `json:"key"`
	Sealed []byte    `json:"sealed"`
}

// Renewal is what a new recovery kit does. Carried says that what the kit on record opens is sealed to the new one: enough
// of its sheets were typed. Offices are those whose former keys their new holders get by it. Left are keys whose copies stay
// with the kit before.
type Renewal struct {
	Kit     Kit
	Carried bool
	Offices []Recovered
	Left    []LeftKey
}

// Recovered is an office whose former keys are given to the holders of its new one.
type Recovered struct {
	Unit    id.Unit
	Former  int         // keys
	Holders []id.Member // who will read what is sealed to them
}

// LeftKey is a key of an office by the days of the list; To is "" while it is in force.
type LeftKey struct {
	Unit     id.Unit
	From, To string
}

// KeyCopy is a copy of an office's key for a recovery kit. Sealed is nil when it is not sealed to the kit on record.
type KeyCopy struct {
	Unit   id.Unit
	Key    string // hex SHA-256 of the recipient of the key inside
	Sealed []byte
}

// Copies hands an administrator's page what the sheets of the kit on record open. Nothing of it opens without them.
func (s *Service) Copies(ctx context.Context, who Who) ([]KeyCopy, error) {
	st, _, err := s.enter(ctx, who, Administrator)
	if err == nil && st.recovery == nil {
		err = errs.New(errs.Conflict, "setup.no_kit", nil)
	}
	if err != nil {
		return nil, s.refused(ctx, who, actCopies, err)
	}
	out, with := []KeyCopy{}, sha256.Sum256([]byte(st.recovery.Recipient))
	sealed := 0
	for _, c := range st.Copies {
		k := KeyCopy{Unit: c.Unit, Key: hex.EncodeToString(c.Key[:])}
		if c.Recovery == with {
			k.Sealed = c.Sealed
			sealed++
		}
		out = append(out, k)
	}
	return out, s.change(ctx, who, actCopies, st.facts, map[string]any{"copies": sealed}, func(*store.Tx) error { return nil })
}

// checkRenewal judges what comes with a new kit beside the copies of keys in force, which have been checked. Either all that
// the kit on record opens is sealed to the new one or named as left, and every holder of an office's new key gets those of
// its former ones; or nothing of it is, and every key is new.
func (st *state) checkRenewal(p *plan, b Bundle) error {
	r := &Renewal{Kit: *b.Kit}
	fresh := newKeys(st.set, p.set)
	var carried []proof.UnitKey
	for _, u := range p.set.Intake {
		if p.copied(u) && !isAmong(fresh, u) {
			carried = append(carried, u)
		}
	}
	r.Carried = len(carried) > 0
	if err := st.checkLeft(p, b.Left, r); err != nil {
		return err
	}
	due := map[[3]string]bool{}
	for _, u := range fresh {
		rec := Recovered{Unit: id.Unit(u.ID)}
		for _, m := range p.rosterOf(rec.Unit).Members {
			if m.Key != "" {
				rec.Holders = append(rec.Holders, id.Member(m.ID))
			}
		}
		for _, f := range carried {
			if f.ID != u.ID {
				continue
			}
			rec.Former++
			for _, who := range rec.Holders {
				due[[3]string{u.ID, string(who), f.Recipient}] = true
			}
		}
		if rec.Former > 0 {
			r.Offices = append(r.Offices, rec)
		}
	}
	p.renewal = r
	return p.checkGiven(b.Handed, due)
}

func isAmong(keys []proof.UnitKey, u proof.UnitKey) bool {
	return slices.ContainsFunc(keys, func(k proof.UnitKey) bool { return k.Recipient == u.Recipient })
}

// copied reports whether the bundle has a copy of a key.
func (p *plan) copied(u proof.UnitKey) bool {
	key := sha256.Sum256([]byte(u.Recipient))
	return slices.ContainsFunc(p.copies, func(c store.UnitRecovery) bool { return string(c.Unit) == u.ID && c.Key == key })
}

// checkLeft: with the sheets of the kit on record nothing that it opens is left behind without being named.
func (st *state) checkLeft(p *plan, named []OfficeKey, r *Renewal) error {
	left := map[OfficeKey]bool{}
	for _, l := range named {
		left[l] = true
	}
	if r.Carried && st.recovery != nil {
		with := sha256.Sum256([]byte(st.recovery.Recipient))
		for _, u := range p.set.Intake {
			name, key := OfficeKey{id.Unit(u.ID), u.Recipient}, sha256.Sum256([]byte(u.Recipient))
			opens := slices.ContainsFunc(st.Copies, func(c store.UnitRecovery) bool { return c.Unit == name.Unit && c.Key == key && c.Recovery == with })
			if !opens || p.copied(u) {
				continue
			}
			if !left[name] {
				return errs.New(errs.Invalid, "setup.recovery_copy", errs.Args{"Unit": u.ID})
			}
			r.Left = append(r.Left, LeftKey{name.Unit, u.From, u.To})
		}
	}
	if len(r.Left) != len(named) {
		return errs.New(errs.Invalid, "setup.left", nil)
	}
	return nil
}

// checkGiven: of former keys, exactly what is due is sealed to holders: office, member, recipient of the key.
func (p *plan) checkGiven(handed []OfficeHanded, due map[[3]string]bool) error {
	seen := map[[32]byte]bool{}
	for _, h := range handed {
		name, sum := [3]string{string(h.Unit), string(h.Member), h.Key}, sha256.Sum256(h.Sealed)
		if !due[name] || seen[sum] || !sealedToOne(h.Sealed) || p.isWrapped(h.Sealed) {
			return errs.New(errs.Invalid, "setup.handed", errs.Args{"Person": string(h.Member)})
		}
		delete(due, name)
		seen[sum] = true
		p.handed = append(p.handed, store.Handed{Unit: h.Unit, Key: sha256.Sum256([]byte(h.Key)), Member: h.Member, Sealed: h.Sealed})
	}
	for name := range due {
		return errs.New(errs.Invalid, "setup.handed", errs.Args{"Person": name[1]})
	}
	return nil
}

// detail says for the audit log what a new kit does.
func (r *Renewal) detail(detail map[string]any) map[string]any {
	if r == nil {
		return detail
	}
	detail["kit"] = map[string]any{"k": r.Kit.K, "n": r.Kit.N, "used": r.Carried}
	if r.Carried {
		offices := []id.Unit{}
		for _, o := range r.Offices {
			offices = append(offices, o.Unit)
		}
		detail["former_keys_given"], detail["left"] = offices, len(r.Left)
	}
	return detail
}

// renew stores what a new kit brings, with an entry of the audit log for it and for each office whose former keys are given.
// who has countersigned what by proposed.
func (s *Service) renew(tx *store.Tx, p *plan, who Who, by id.Member) error {
	r := p.renewal
	if r == nil {
		return nil
	}
	change := store.KitChange{List: p.set.Version, Kit: sha256.Sum256([]byte(r.Kit.Recipient)), K: r.Kit.K, N: r.Kit.N, Proposer: by, Carried: r.Carried}
	act := actKit
	if r.Carried {
		act = actKitUsed
	}
	e, err := s.entry(who, "", act, map[string]any{"by": by, "k": r.Kit.K, "n": r.Kit.N, "left": len(r.Left)})
	if err == nil {
		err = tx.Audit(e)
	}
	for _, o := range r.Offices {
		change.Uses = append(change.Uses, store.KitUse{Unit: o.Unit, Former: o.Former})
		if err != nil {
			return err
		}
		if e, err = s.entry(who, o.Unit, actKitUsed, map[string]any{"by": by, "former": o.Former, "holders": o.Holders}); err == nil {
			err = tx.Audit(e)
		}
	}
	if err != nil {
		return err
	}
	for _, h := range p.handed {
		h.Giver, h.Day = by, s.today()
		if err := tx.HandOver(h); err != nil {
			return err
		}
	}
	return tx.AddKitChange(change)
}
