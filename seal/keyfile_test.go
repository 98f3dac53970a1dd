package seal

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"
	"github.com/google/go-cmp/cmp"
)

func testKeyFile(role KeyRole) *KeyFile {
	k := &KeyFile{Role: role, ID: "capital", Name: "首都 办公室", Instance: "example-instance-1", Made: "2026-11-22", Sign: testKey(5)}
	if role != KeyRoot {
		id, err := IdentityFromSeed(bytes.Repeat([]byte{6}, 32))
		if err != nil {
			panic(err)
		}
		k.Age = id
	}
	return k
}

func keyText(t testing.TB, k *KeyFile) string {
	t.Helper()
	var b strings.Builder
	if _, err := k.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func sameKey(t *testing.T, name string, want, got *KeyFile) {
	t.Helper()
	if diff := cmp.Diff(keyText(t, want), keyText(t, got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestKeyFileRoundTrip(t *testing.T) {
	t.Parallel()
	for _, role := range []KeyRole{KeyRoot, KeyUnit, KeyMember, KeyCustodian, KeyInspector} {
		k := testKeyFile(role)
		text := keyText(t, k)
		for name, variant := range map[string]string{
			"as written": text, "windows lines": strings.ReplaceAll(text, "\n", "\r\n"),
			"byte order mark": "\uFEFF" + text, "no last line feed": strings.TrimSuffix(text, "\n"),
		} {
			got, err := ParseKeyFile([]byte(variant), nil)
			if err != nil {
				t.Errorf("%s, %s: %v", role, name, err)
				continue
			}
			sameKey(t, name, k, got)
		}
		if role == KeyRoot {
			continue
		}
		ids, err := age.ParseIdentities(strings.NewReader(text))
		if err != nil || len(ids) != 1 {
			t.Errorf("%s: stock age reads %d keys, %v", role, len(ids), err)
		}
	}
}

func TestKeyFileUnderPassphrase(t *testing.T) {
	t.Parallel()
	k := testKeyFile(KeyMember)
	var bin, text bytes.Buffer
	if err := k.WriteProtected(&bin, "six words of the list please"); err != nil {
		t.Fatal(err)
	}
	a := armor.NewWriter(&text)
	if _, err := a.Write(bin.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	words := func(s string) func() (string, error) { return func() (string, error) { return s, nil } }
	windows := bytes.ReplaceAll(text.Bytes(), []byte("\n"), []byte("\r\n"))
	for name, b := range map[string][]byte{"binary": bin.Bytes(), "armoured on windows": windows} {
		got, err := ParseKeyFile(b, words("six words of the list please"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sameKey(t, name, k, got)
	}
	gone := errors.New("nobody at the keyboard")
	for name, tc := range map[string]struct {
		ask  func() (string, error)
		want error
	}{
		"none at hand": {nil, ErrPassphrase}, "wrong": {words("wrong"), ErrPassphrase}, "empty": {words(""), ErrPassphrase},
		"refused": {func() (string, error) { return "", gone }, gone},
	} {
		if _, err := ParseKeyFile(bin.Bytes(), tc.ask); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := k.WriteProtected(io.Discard, ""); !errors.Is(err, ErrPassphrase) {
		t.Errorf("empty passphrase: %v", err)
	}
	if bin.Bytes()[bin.Len()-1]++; true {
		if _, err := ParseKeyFile(bin.Bytes(), words("six words of the list please")); !errors.Is(err, ErrKeyFile) {
			t.Errorf("damaged: %v", err)
		}
	}
}

// The work factor stands in the header in clear, so a stranger can ask for hours of work and all memory.
func TestKeyFileRefusesTooMuchWork(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	r, err := age.NewScryptRecipient("x")
	if err != nil {
		t.Fatal(err)
	}
	r.SetWorkFactor(2)
	w, err := age.Encrypt(&b, r)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	heavy := bytes.Replace(b.Bytes(), []byte(" 2\n"), []byte(" 21\n"), 1)
	if bytes.Equal(heavy, b.Bytes()) {
		t.Fatal("the header has another form")
	}
	if _, err := ParseKeyFile(heavy, func() (string, error) { return "x", nil }); !errors.Is(err, ErrKeyFile) {
		t.Error(err)
	}
}

func TestKeyFileRefuses(t *testing.T) {
	t.Parallel()
	text := keyText(t, testKeyFile(KeyUnit))
	root := keyText(t, testKeyFile(KeyRoot))
	lines := strings.SplitAfter(text, "\n")
	swap := func(old, new string) string { return strings.Replace(text, old, new, 1) }
	other := NewIdentity()
	cases := map[string]string{
		"empty": "", "other file": "hello\n", "version": swap("key v1", "key v2"), "role": swap("role: unit", "role: king"),
		"extra line":   text + "# note: hi\n",
		"empty line":   swap("# id", "\n# id"),
		"other key":    swap(testKeyFile(KeyUnit).Age.String(), other.String()),
		"other public": swap(testKeyFile(KeyUnit).Age.Recipient().String(), other.Recipient().String()),
		"other sign":   swap(EncodeKey(publicOf(testKey(5))), EncodeKey(publicOf(testKey(6)))),
		"two keys":     text + other.String() + "\n",
		"root and age": swap("role: unit", "role: root"),
		"unit no age":  strings.Replace(root, "role: root", "role: unit", 1),
		"bad day":      swap("2026-11-22", "2026-11-31"),
		"bidi name":    swap("首都", "首\u202e都"),
		"space":        swap("name: ", "name:  "),
		"trailing":     swap("capital\n", "capital \n"),
		"classic key":  swap(testKeyFile(KeyUnit).Age.String(), "AGE-SECRET-KEY-1QQQ"),
	}
	for i := range len(lines) - 1 {
		cases["without line "+lines[i][:8]] = strings.Join(append(append([]string{}, lines[:i]...), lines[i+1:]...), "")
		cases["twice line "+lines[i][:8]] = strings.Join(append(append([]string{}, lines[:i+1]...), lines[i:]...), "")
	}
	for name, s := range cases {
		_, err := ParseKeyFile([]byte(s), nil)
		if !errors.Is(err, ErrKeyFile) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "AGE-SECRET") {
			t.Errorf("%s: the error shows a secret: %v", name, err)
		}
	}
	if _, err := ParseKeyFile(make([]byte, maxKeyFile+1), nil); !errors.Is(err, ErrTooLarge) {
		t.Errorf("large: %v", err)
	}
	if _, err := (&KeyFile{Role: KeyUnit}).WriteTo(io.Discard); !errors.Is(err, ErrKeyFile) {
		t.Errorf("writing half a key: %v", err)
	}
}

func TestFingerprints(t *testing.T) {
	t.Parallel()
	a, b := NewIdentity().Recipient(), NewIdentity().Recipient()
	sign := publicOf(testKey(1))
	again, err := ParseRecipient(a.String())
	if err != nil {
		t.Fatal(err)
	}
	if KeyFingerprint(a, sign) != KeyFingerprint(again, sign) || KeyFingerprint(a, sign) == KeyFingerprint(b, sign) ||
		KeyFingerprint(a, sign) == KeyFingerprint(a, publicOf(testKey(2))) {
		t.Error("the fingerprint does not depend on both keys alone")
	}
	if n := len(strings.Fields(KeyFingerprint(a, sign))); n != 8 {
		t.Errorf("%d words", n)
	}
}

func FuzzParseKeyFile(f *testing.F) {
	f.Add([]byte(keyText(f, testKeyFile(KeyRoot))))
	f.Add([]byte(keyText(f, testKeyFile(KeyUnit))))
	f.Add([]byte(ageFileStart + "-> scrypt AAAAAAAAAAAAAAAAAAAAAA 30\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := ParseKeyFile(b, func() (string, error) { return "", errors.New("no") })
		if err != nil {
			return
		}
		if keyText(t, k) != normalLines(b) {
			t.Fatal("another file reads as the same key")
		}
	})
}
