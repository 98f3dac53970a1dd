package proof

import (
	"bytes"
	"errors"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
)

func testRoster(t testing.TB) Roster {
	t.Helper()
	to, err := age.ParseHybridRecipient(recipients()[6])
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return Roster{V: 1, Instance: instance, Unit: "centre", Version: 1, Day: "2026-11-22", Members: []Member{
		{ID: "li", Name: "李 工", Roles: []string{"handler", "triage"}, Recipient: recipients()[6], Sign: publicKey(30), Key: encode64(b.Bytes())},
		{ID: "wu", Name: "Wu", Roles: []string{}, Recipient: recipients()[7], Sign: publicKey(31)},
	}}
}

func TestRoster(t *testing.T) {
	t.Parallel()
	keys, r := testKeySet(t), testRoster(t)
	s, err := SignRoster(r, SignerRoot, testKey(rootSeed))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AddSignature(SignerApprover, testKey(30)); err != nil {
		t.Fatal(err)
	}
	b, err := s.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if s, err = ParseRoster(b); err != nil {
		t.Fatal(err)
	}
	got, err := s.Verify(&keys, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&r, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !bytes.HasPrefix(got.Members[0].Wrapped(), []byte(ageStart)) || got.Members[1].Wrapped() != nil && len(got.Members[1].Wrapped()) != 0 {
		t.Error("wrapped keys")
	}
	older, other, unit := r, r, r
	older.Version, other.Day, unit.Unit = 2, "2026-11-23", "north"
	for name, tc := range map[string]struct {
		previous *Roster
		want     error
	}{"same": {&r, nil}, "older": {&older, ErrOlder}, "another of the same version": {&other, ErrOlder}, "other unit": {&unit, ErrOrigin}} {
		if _, err := s.Verify(&keys, tc.previous); !errors.Is(err, tc.want) || tc.want == nil && err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	stranger, err := SignRoster(r, SignerRoot, testKey(99))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Verify(&keys, nil); !errors.Is(err, ErrRoot) {
		t.Errorf("another root: %v", err)
	}
	foreign := otherInstance(t)
	if _, err := s.Verify(&foreign, nil); !errors.Is(err, ErrOrigin) {
		t.Errorf("another installation: %v", err)
	}
	if _, err := ParseKeySet(b); !errors.Is(err, ErrFormat) {
		t.Errorf("read as a key set: %v", err)
	}
	for i := 0; i < len(b); i += 7 {
		bad := bytes.Clone(b)
		bad[i] ^= 1
		if s, err := ParseRoster(bad); err == nil {
			if _, err = s.Verify(&keys, nil); err == nil {
				t.Fatalf("changed byte %d was accepted", i)
			}
		}
	}
}

func TestRosterRefuses(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]func(*Roster){
		"unit":            func(r *Roster) { r.Unit = "" },
		"version":         func(r *Roster) { r.Version = -1 },
		"name":            func(r *Roster) { r.Members[0].Name = "a\nb" },
		"same id":         func(r *Roster) { r.Members[1].ID = "li" },
		"same key":        func(r *Roster) { r.Members[1].Sign = r.Members[0].Sign },
		"roles unsorted":  func(r *Roster) { r.Members[0].Roles = []string{"triage", "handler"} },
		"role twice":      func(r *Roster) { r.Members[0].Roles = []string{"triage", "triage"} },
		"role spelling":   func(r *Roster) { r.Members[0].Roles = []string{"Triage"} },
		"wrapped classic": func(r *Roster) { r.Members[0].Key = encode64([]byte("age-encryption.org/v1\n-> X25519 a\n")) },
		"wrapped base64":  func(r *Roster) { r.Members[0].Key = "AB==" },
	} {
		r := testRoster(t)
		change(&r)
		if _, err := SignRoster(r, SignerRoot, testKey(rootSeed)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
