package keyring_test

import (
	"crypto/ed25519"
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/keyring"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// TestRing: without keys nothing can be sealed; with them the key of the authority's day counts, the one before for
// what was signed before.
func TestRing(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("CST", 8*3600)
	now := time.Date(2026, 3, 31, 15, 0, 0, 0, time.UTC) // 23:00 there
	ring := keyring.New(func() time.Time { return now }, zone)
	if _, err := ring.Set(); !errs.Is(err, errs.Unavailable) {
		t.Errorf("without keys: %v", err)
	}
	if _, err := ring.UnitRecipient("unit-1"); !errs.Is(err, errs.Unavailable) {
		t.Errorf("sealing without keys: %v", err)
	}
	if got := ring.UnitSignKeys("unit-1", "2026-03-01"); len(got) != 0 {
		t.Errorf("signing keys without keys: %v", got)
	}
	unit := func(from, until string) (proof.UnitKey, ed25519.PublicKey) {
		pub, _, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		return proof.UnitKey{ID: "unit-1", Recipient: seal.NewIdentity().Recipient().String(), Sign: seal.EncodeKey(pub), From: from, To: until}, pub
	}
	old, oldSign := unit("2026-01-01", "2026-03-31")
	fresh, freshSign := unit("2026-04-01", "")
	ring.Use(&proof.KeySet{Intake: []proof.UnitKey{old, fresh}})
	for _, c := range []struct {
		at   time.Time
		want proof.UnitKey
	}{{now, old}, {now.Add(2 * time.Hour), fresh}} {
		now = c.at
		got, err := ring.UnitRecipient("unit-1")
		if err != nil || got.String() != c.want.Recipient {
			t.Errorf("at %v: key from %s is not used (%v)", c.at, c.want.From, err)
		}
	}
	for day, want := range map[string]ed25519.PublicKey{"2026-02-01": oldSign, "2026-04-02": freshSign} {
		if got := ring.UnitSignKeys("unit-1", day); len(got) != 1 || !got[0].Equal(want) {
			t.Errorf("signing keys of %s: %v", day, got)
		}
	}
	if got := ring.UnitSignKeys("unit-1", "2025-12-31"); len(got) != 0 {
		t.Error("a day before the first key has a key")
	}
	if _, err := ring.UnitRecipient("unit-9"); !errs.Is(err, errs.Unavailable) {
		t.Errorf("an unknown unit: %v", err)
	}
}
