package seal

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func fileKeyWorld(t *testing.T) (unit, other *Identity, sealed, second []byte) {
	t.Helper()
	unit, other = NewIdentity(), NewIdentity()
	var err error
	if sealed, err = Seal([]byte(strings.Repeat("words ", 30000)), unit.Recipient(), other.Recipient()); err == nil {
		second, err = Seal([]byte("another"), unit.Recipient())
	}
	if err != nil {
		t.Fatal(err)
	}
	return unit, other, sealed, second
}

// TestFileKey: it opens its own file and no other, and every recipient finds the same.
func TestFileKey(t *testing.T) {
	t.Parallel()
	unit, other, sealed, second := fileKeyWorld(t)
	key, err := FileKeyOf(sealed, unit)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := FileKeyOf(sealed, NewIdentity(), other); err != nil || again != key {
		t.Errorf("of another recipient: %v", err)
	}
	want, err := Open(sealed, unit)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenWithFileKey(sealed, key); err != nil || !bytes.Equal(got, want) {
		t.Errorf("opening: %v", err)
	}
	if _, err := OpenWithFileKey(second, key); !errors.Is(err, ErrWrongKey) {
		t.Errorf("another file of the same unit: %v", err)
	}
	for _, at := range []int{1700, len(sealed) - 1} { // in the second stanza, and in the content
		bent := bytes.Clone(sealed)
		bent[at] ^= 1
		if _, err := OpenWithFileKey(bent, key); err == nil {
			t.Errorf("byte %d changed, and it opens", at)
		}
	}
	if s := fmt.Sprintf("%v %+v %#v %s", key, key, key, key); strings.Contains(s, fmt.Sprint(key[:3])) || strings.Contains(s, "0x") {
		t.Errorf("the key is printed: %s", s)
	}
}

// TestFileKeyRefuses: the faults are those of opening.
func TestFileKeyRefuses(t *testing.T) {
	t.Parallel()
	unit, _, sealed, _ := fileKeyWorld(t)
	bent := bytes.Clone(sealed)
	bent[1700] ^= 1
	for name, c := range map[string]struct {
		sealed []byte
		ids    []*Identity
		want   error
	}{
		"nobody's": {sealed, nil, ErrWrongKey}, "a stranger's": {sealed, []*Identity{NewIdentity()}, ErrWrongKey}, "no key": {sealed, []*Identity{nil}, ErrIdentity},
		"nothing": {nil, []*Identity{unit}, ErrFormat}, "cut": {sealed[:1600], []*Identity{unit}, ErrFormat}, "header changed": {bent, []*Identity{unit}, ErrFormat},
	} {
		if _, err := FileKeyOf(c.sealed, c.ids...); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := OpenWithFileKey([]byte("age"), FileKey{}); !errors.Is(err, ErrFormat) {
		t.Errorf("no file: %v", err)
	}
}

// FuzzFileKey: what is no sealed file gives an error and no panic.
func FuzzFileKey(f *testing.F) {
	id := NewIdentity()
	sealed, err := Seal([]byte("x"), id.Recipient())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add(sealed[:1700])
	f.Fuzz(func(t *testing.T, b []byte) {
		if key, err := FileKeyOf(b, id); err == nil {
			_, _ = OpenWithFileKey(b, key)
		}
	})
}
