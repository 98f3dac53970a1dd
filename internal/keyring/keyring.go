// Package keyring holds the key set in force, for everybody who seals to a unit or checks its signature.
//
// It is pure: it must never read a file or a database, and it holds public keys only.
package keyring

import (
	"crypto/ed25519"
	"fmt"
	"sync/atomic"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// Ring is the key set in force. It is safe for concurrent use; the set may be replaced while it is read.
type Ring struct {
	set  atomic.Pointer[proof.KeySet]
	to   atomic.Pointer[map[string]seal.Recipient] // recipients of the set, parsed once
	now  func() time.Time
	zone *time.Location
}

// New makes a ring without keys. Days are those of zone.
func New(now func() time.Time, zone *time.Location) *Ring { return &Ring{now: now, zone: zone} }

// Use puts a verified set in force.
func (r *Ring) Use(set *proof.KeySet) {
	to := map[string]seal.Recipient{}
	for _, u := range set.Intake {
		if k, err := seal.ParseRecipient(u.Recipient); err == nil {
			to[u.Recipient] = k
		}
	}
	r.to.Store(&to)
	r.set.Store(set)
}

// Set is the set in force, or Unavailable "keyring.none" when no keys were installed yet.
func (r *Ring) Set() (*proof.KeySet, error) {
	if s := r.set.Load(); s != nil {
		return s, nil
	}
	return nil, errs.New(errs.Unavailable, "keyring.none", nil)
}

// UnitRecipient is the key to which documents for a unit are sealed today.
func (r *Ring) UnitRecipient(unit id.Unit) (seal.Recipient, error) {
	set, err := r.Set()
	if err != nil {
		return seal.Recipient{}, err
	}
	u, ok := set.UnitOn(string(unit), workday.DayOf(r.now(), r.zone).String())
	if !ok {
		return seal.Recipient{}, errs.New(errs.Unavailable, "keyring.no_unit_key", errs.Args{"Unit": string(unit)})
	}
	to, ok := (*r.to.Load())[u.Recipient]
	if !ok {
		return seal.Recipient{}, fmt.Errorf("key of unit %s: %w", unit, seal.ErrRecipient)
	}
	return to, nil
}

// InspectorSignKeys are the keys with which an inspector could sign an answer to a review on day (YYYY-MM-DD), none for nobody who was
// one.
func (r *Ring) InspectorSignKeys(inspector, day string) (out []ed25519.PublicKey) {
	set := r.set.Load()
	if set == nil {
		return nil
	}
	for _, text := range set.InspectorsOn(inspector, day) {
		if k, err := seal.ParseKey(text); err == nil {
			out = append(out, k)
		}
	}
	return out
}

// UnitSignKeys are the keys with which a unit may have signed a document of day (YYYY-MM-DD): none for a unit that
// is not in the set.
func (r *Ring) UnitSignKeys(unit, day string) []ed25519.PublicKey {
	set := r.set.Load()
	if set == nil {
		return nil
	}
	var keys []ed25519.PublicKey
	for _, u := range set.UnitsOn(unit, day) {
		if k, err := seal.ParseKey(u.Sign); err == nil {
			keys = append(keys, k)
		}
	}
	return keys
}
