package seal

import (
	"crypto/ed25519"
	"errors"
	"testing"
)

// TestStaffPresence binds the bytes: neither a sign-in nor another act, door, account or installation stands in for it.
func TestStaffPresence(t *testing.T) {
	t.Parallel()
	key := testKey(9)
	public := key.Public().(ed25519.PublicKey)
	p := StaffPresence{"tips.example", "desk", "li-wei", "passphrase", [32]byte{1}}
	msg, err := p.Message()
	if want := "clarion/presence/v1\ntips.example\ndesk\nli-wei\npassphrase\n" + string(p.Challenge[:]); err != nil || string(msg) != want {
		t.Fatalf("message %q (%v)", msg, err)
	}
	sig := ed25519.Sign(key, msg)
	if err := p.Verify(public, sig); err != nil {
		t.Error(err)
	}
	in := StaffSignIn{p.Instance, p.Door, p.Account, p.Challenge}
	if err := in.Verify(public, sig); !errors.Is(err, ErrSignature) {
		t.Errorf("as a sign-in: %v", err)
	}
	for name, spoil := range map[string]func(p *StaffPresence){
		"instance":  func(p *StaffPresence) { p.Instance = "other.example" },
		"door":      func(p *StaffPresence) { p.Door = "inspect" },
		"account":   func(p *StaffPresence) { p.Account = "wang" },
		"act":       func(p *StaffPresence) { p.Act = "factor" },
		"challenge": func(p *StaffPresence) { p.Challenge[0]++ },
	} {
		other := p
		spoil(&other)
		if err := other.Verify(public, sig); !errors.Is(err, ErrSignature) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	p.Act = "a\nb"
	if err := p.Verify(public, sig); !errors.Is(err, ErrRequest) {
		t.Errorf("an act that is none: %v", err)
	}
}

// TestStaffNewPassphrase binds the bytes, and refuses the proof of anything else.
func TestStaffNewPassphrase(t *testing.T) {
	t.Parallel()
	key := testKey(9)
	public := key.Public().(ed25519.PublicKey)
	login := testKey(8).Public().(ed25519.PublicKey)
	n := StaffNewPassphrase{"tips.example", "desk", "li-wei", login, [16]byte{3}, [32]byte{1}, [32]byte{2}}
	msg, err := n.Message()
	want := "clarion/new-passphrase/v1\ntips.example\ndesk\nli-wei\n" + EncodeKey(login) + "\n" + string(n.Salt[:]) + string(n.Before[:]) + string(n.After[:])
	if err != nil || string(msg) != want {
		t.Fatalf("message %q (%v)", msg, err)
	}
	sig := ed25519.Sign(key, msg)
	if err := n.Verify(public, sig); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(n *StaffNewPassphrase){
		"instance": func(n *StaffNewPassphrase) { n.Instance = "other.example" },
		"door":     func(n *StaffNewPassphrase) { n.Door = "inspect" },
		"account":  func(n *StaffNewPassphrase) { n.Account = "wang" },
		"login":    func(n *StaffNewPassphrase) { n.Login = public },
		"salt":     func(n *StaffNewPassphrase) { n.Salt[0]++ },
		"before":   func(n *StaffNewPassphrase) { n.Before[0]++ },
		"after":    func(n *StaffNewPassphrase) { n.After[0]++ },
	} {
		other := n
		spoil(&other)
		if err := other.Verify(public, sig); !errors.Is(err, ErrSignature) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	for name, spoil := range map[string]func(n *StaffNewPassphrase){
		"account": func(n *StaffNewPassphrase) { n.Account = "li\nwei" },
		"login":   func(n *StaffNewPassphrase) { n.Login = nil },
	} {
		other := n
		spoil(&other)
		if err := other.Verify(public, sig); !errors.Is(err, ErrRequest) {
			t.Errorf("no %s: %v", name, err)
		}
	}
}
