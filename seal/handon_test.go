package seal_test

import (
	"bytes"
	"errors"
	"testing"

	"clarion.example/clarion/seal"
)

// TestHandOn gives a second office access to a sealed file: both read the same, the body stays, and no byte can be changed unseen.
func TestHandOn(t *testing.T) {
	t.Parallel()
	ours, theirs, nobody := seal.NewIdentity(), seal.NewIdentity(), seal.NewIdentity()
	plain := bytes.Repeat([]byte("门卫收钱放人进机房。"), 5000) // two chunks
	sealed, err := seal.Seal(plain, ours.Recipient(), nobody.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	key, err := seal.FileKeyOf(sealed, ours)
	if err != nil {
		t.Fatal(err)
	}
	header, err := seal.NewHeader(key, theirs.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	given, err := seal.WithHeader(sealed, header, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := seal.Open(given, theirs); err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("the other office reads %d bytes: %v", len(got), err)
	}
	if _, err := seal.Open(given, ours); !errors.Is(err, seal.ErrWrongKey) {
		t.Errorf("the old office opens the other's header: %v", err)
	}
	for at := 0; at < len(given); at += 97 {
		bad := bytes.Clone(given)
		bad[at] ^= 1
		if _, err := seal.Open(bad, theirs); err == nil {
			t.Fatalf("byte %d was changed and it opened", at)
		}
	}
	back, err := seal.WithHeader(given, sealed[:len(sealed)-len(given)+len(header)], seal.MaxRecipients)
	if err != nil || !bytes.Equal(back, sealed) {
		t.Errorf("the original's header before the copy's body: %v", err)
	}

	for name, to := range map[string][]seal.Recipient{
		"nobody": nil, "one twice": {theirs.Recipient(), theirs.Recipient()}, "no key": {{}},
		"five": {seal.NewIdentity().Recipient(), seal.NewIdentity().Recipient(), seal.NewIdentity().Recipient(), seal.NewIdentity().Recipient(), theirs.Recipient()},
	} {
		if _, err := seal.NewHeader(key, to...); !errors.Is(err, seal.ErrRecipient) {
			t.Errorf("for %s: %v", name, err)
		}
	}
	two, err := seal.NewHeader(key, theirs.Recipient(), nobody.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seal.WithHeader(sealed, two, 1); !errors.Is(err, seal.ErrRecipient) {
		t.Errorf("two where one was asked: %v", err)
	}
	for name, pair := range map[string][2][]byte{
		"more than a header": {sealed, given}, "no header": {sealed, nil}, "half a header": {sealed, header[:len(header)-1]}, "no file": {plain, header},
	} {
		if _, err := seal.WithHeader(pair[0], pair[1], 1); !errors.Is(err, seal.ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other, err := seal.NewHeader(seal.FileKey{1}, theirs.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := seal.WithHeader(sealed, other, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Open(wrong, theirs); !errors.Is(err, seal.ErrFormat) {
		t.Errorf("the header of another file: %v", err)
	}
}
