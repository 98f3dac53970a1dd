package seal

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"testing"
)

// TestStaffRewrap binds the bytes that another program signs, and refuses the proof of anything else.
func TestStaffRewrap(t *testing.T) {
	t.Parallel()
	key := testKey(9)
	r := StaffRewrap{Instance: "tips.example", Door: "desk", Account: "li-wei", Before: [32]byte{1}, After: [32]byte{2}}
	msg, err := r.Message()
	want := "clarion/rewrap/v1\ntips.example\ndesk\nli-wei\n" + string(r.Before[:]) + string(r.After[:])
	if err != nil || string(msg) != want {
		t.Fatalf("message %q (%v)", msg, err)
	}
	sig := ed25519.Sign(key, msg)
	const golden = "fdbbe8f7e519f4c7c8e24bc959c1c39c57d26d9e11a5ccc7c5a3f35c0d4a8058a2c3ffb93606ddb1066a1016efbb4dea8ccba8c6784e8bce8496890e86d1e10e"
	if got := hex.EncodeToString(sig); got != golden {
		t.Errorf("signature %s, want %s", got, golden)
	}
	public := key.Public().(ed25519.PublicKey)
	if err := r.Verify(public, sig); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(r *StaffRewrap){
		"instance": func(r *StaffRewrap) { r.Instance = "other.example" },
		"door":     func(r *StaffRewrap) { r.Door = "inspect" },
		"account":  func(r *StaffRewrap) { r.Account = "wang" },
		"before":   func(r *StaffRewrap) { r.Before[0]++ },
		"after":    func(r *StaffRewrap) { r.After[0]++ },
	} {
		other := r
		spoil(&other)
		if err := other.Verify(public, sig); !errors.Is(err, ErrSignature) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	bad := r
	bad.Account = "li\nwei"
	if err := bad.Verify(public, sig); !errors.Is(err, ErrRequest) {
		t.Errorf("an account that is none: %v", err)
	}
}
