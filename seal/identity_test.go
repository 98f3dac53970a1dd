package seal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hpke"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"

	"filippo.io/age"
)

func TestIdentityTextIsStockAge(t *testing.T) {
	t.Parallel()
	id := NewIdentity()
	stock, err := age.ParseHybridIdentity(id.String())
	if err != nil {
		t.Fatal(err)
	}
	if stock.String() != id.String() || stock.Recipient().String() != id.Recipient().String() {
		t.Error("stock age reads another key")
	}
	back, err := ParseIdentity(stock.String())
	if err != nil || back.Seed() != id.Seed() {
		t.Errorf("ParseIdentity: %v", err)
	}
}

func TestRecipientAgreesWithStandardLibrary(t *testing.T) {
	t.Parallel()
	id := NewIdentity()
	seed := id.Seed()
	key, err := hpke.MLKEM768X25519().NewPrivateKey(seed[:])
	if err != nil {
		t.Fatal(err)
	}
	want := bech32Encode("age1pq", key.PublicKey().Bytes())
	if got := id.Recipient().String(); got != want {
		t.Errorf("recipient %.40s…, crypto/hpke says %.40s…", got, want)
	}
}

func TestParseRefusesOtherKeys(t *testing.T) {
	t.Parallel()
	classic, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	id := NewIdentity()
	good := id.Recipient().String()
	flipped := []byte(good)
	flipped[100] ^= 1
	for name, s := range map[string]string{
		"empty": "", "classic": classic.Recipient().String(), "ssh": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA",
		"plugin": "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t",
		"tag":    "age1tagpq1qqqq", "upper": strings.ToUpper(good), "space": " " + good, "newline": good + "\n",
		"flipped": string(flipped), "cut": good[:1900], "secret": id.String(),
	} {
		if r, err := ParseRecipient(s); !errors.Is(err, ErrRecipient) || !r.IsZero() {
			t.Errorf("recipient %s: got %v", name, err)
		}
	}
	for name, s := range map[string]string{
		"empty": "", "classic": classic.String(), "lower": strings.ToLower(id.String()), "public": good,
		"cut": id.String()[:70], "newline": id.String() + "\n", "mixed": "age" + id.String()[3:],
	} {
		if _, err := ParseIdentity(s); !errors.Is(err, ErrIdentity) {
			t.Errorf("identity %s: got %v", name, err)
		} else if s != "" && strings.Contains(err.Error(), s) {
			t.Errorf("identity %s: the error repeats the key", name)
		}
	}
	if _, err := IdentityFromSeed(make([]byte, 31)); !errors.Is(err, ErrIdentity) {
		t.Errorf("short seed: %v", err)
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	keys, err := DeriveMailbox("example-instance-1", "4711 0815")
	if err != nil {
		t.Fatal(err)
	}
	id := keys.Age
	kf := &KeyFile{Role: KeyUnit, Age: id, Sign: keys.Sign}
	seed := id.Seed()
	secrets := []string{id.String(), fmt.Sprintf("%x", seed[:]), fmt.Sprint(seed[:8])[1:12], fmt.Sprintf("%x", keys.PRK[:4]),
		fmt.Sprint(keys.PRK[:4])[1:6], fmt.Sprintf("%x", keys.Sign[:4]), fmt.Sprint([]byte(keys.Sign[:4]))[1:8]}
	type inner struct{ hidden Identity }
	var out strings.Builder
	for _, v := range []any{id, *id, keys, *keys, kf, *kf, inner{*id}, []*Identity{id}, map[string]Identity{"a": *id}, struct{ K *MailboxKeys }{keys}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		log := slog.New(slog.NewJSONHandler(&out, nil))
		log.Info("key", "v", v)
		if _, isInner := v.(inner); !isInner {
			if b, err := json.Marshal(v); err == nil {
				t.Errorf("%T marshals as %s", v, b)
			}
		}
	}
	for _, s := range secrets {
		if strings.Contains(out.String(), s) {
			t.Errorf("secret %q was printed", s)
		}
	}
}

func TestRecipientIsComparableAndTextual(t *testing.T) {
	t.Parallel()
	id := NewIdentity()
	again, err := ParseRecipient(id.Recipient().String())
	if err != nil || again != id.Recipient() {
		t.Fatalf("not equal to itself: %v", err)
	}
	b, err := json.Marshal(map[string]Recipient{"to": again})
	if err != nil {
		t.Fatal(err)
	}
	var back map[string]Recipient
	if err := json.Unmarshal(b, &back); err != nil || back["to"] != again {
		t.Errorf("JSON round trip: %v", err)
	}
	if err := json.Unmarshal([]byte(`{"to":"age1abc"}`), &back); err == nil {
		t.Error("a classic recipient was read from JSON")
	}
}

func TestStockAgeOpensOursAndWeOpenStock(t *testing.T) {
	t.Parallel()
	a, b := NewIdentity(), NewIdentity()
	plain := bytes.Repeat([]byte("你好 "), 40000)
	sealed, err := Seal(plain, a.Recipient(), b.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := int64(len(sealed)), SealedSize(int64(len(plain)), 2); got != want {
		t.Errorf("sealed size %d, SealedSize says %d", got, want)
	}
	stock, err := age.ParseHybridIdentity(b.String())
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), stock)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("stock age read other bytes: %v", err)
	}
	var made bytes.Buffer
	w, err := age.Encrypt(&made, stock.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := Open(made.Bytes(), a, b); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("opening a stock file: %v", err)
	}
	if _, err := Open(made.Bytes(), a); !errors.Is(err, ErrWrongKey) {
		t.Errorf("wrong key: %v", err)
	}
	if _, err := Open(made.Bytes()); !errors.Is(err, ErrWrongKey) {
		t.Errorf("no key: %v", err)
	}
}

// unlabelled hides the labels with which age keeps post-quantum and classic recipients apart, as the npm
// library does not have them.
type unlabelled struct{ age.Recipient }

func TestMixedAndForeignFilesAreRefused(t *testing.T) {
	t.Parallel()
	id := NewIdentity()
	pq, err := age.ParseHybridRecipient(id.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	classic, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	pass, err := age.NewScryptRecipient("x")
	if err != nil {
		t.Fatal(err)
	}
	pass.SetWorkFactor(1)
	for name, to := range map[string][]age.Recipient{
		"mixed, hybrid first": {unlabelled{pq}, unlabelled{classic.Recipient()}},
		"mixed, hybrid last":  {unlabelled{classic.Recipient()}, unlabelled{pq}},
		"classic":             {classic.Recipient()},
		"passphrase":          {pass},
		"passphrase beside":   {unlabelled{pq}, unlabelled{pass}},
	} {
		var b bytes.Buffer
		w, err := age.Encrypt(&b, to...)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(b.Bytes(), id); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: got %v", name, err)
		}
		if _, err := CheckHeader(b.Bytes(), 4); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: header: got %v", name, err)
		}
	}
}

func TestRecipientLimits(t *testing.T) {
	t.Parallel()
	var to []Recipient
	ids := make([]*Identity, 5)
	for i := range ids {
		ids[i] = NewIdentity()
		to = append(to, ids[i].Recipient())
	}
	for name, list := range map[string][]Recipient{
		"none": nil, "five": to, "twice": {to[0], to[0]}, "zero": {{}},
	} {
		if _, err := Seal([]byte("x"), list...); !errors.Is(err, ErrRecipient) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	var b bytes.Buffer
	w, err := EncryptUpTo(5, &b, to...)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(b.Bytes(), ids[4]); !errors.Is(err, ErrRecipient) {
		t.Errorf("five stanzas where four are allowed: %v", err)
	}
	if _, err := DecryptUpTo(5, &b, ids[4]); err != nil {
		t.Errorf("five stanzas where five are allowed: %v", err)
	}
}

func TestEveryFlippedByteAndCutIsRefused(t *testing.T) {
	t.Parallel()
	id := NewIdentity()
	sealed, err := Seal([]byte("a small document"), id.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	for i := range sealed {
		for _, mask := range []byte{0x01, 0x20, 0x80} {
			bad := bytes.Clone(sealed)
			bad[i] ^= mask
			if _, err := Open(bad, id); err == nil {
				t.Fatalf("byte %d ^ %#x was accepted", i, mask)
			} else if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrWrongKey) {
				t.Fatalf("byte %d: untyped error %v", i, err)
			}
		}
		if _, err := Open(sealed[:i], id); err == nil {
			t.Fatalf("cut at %d was accepted", i)
		}
	}
	if _, err := Open(append(bytes.Clone(sealed), 0), id); !errors.Is(err, ErrFormat) {
		t.Errorf("a byte more: %v", err)
	}
}

func TestFailingSourceIsNotDamage(t *testing.T) {
	t.Parallel()
	id := NewIdentity()
	sealed, err := Seal(make([]byte, 200<<10), id.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("disk on fire")
	for _, n := range []int{0, 100, 1700, 150 << 10} {
		src := io.MultiReader(bytes.NewReader(sealed[:n]), iotest.ErrReader(broken))
		r, err := Decrypt(src, id)
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
		if !errors.Is(err, broken) || errors.Is(err, ErrFormat) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

// A signature (R = identity, S = 0) by a key of small order fits about one message in eight: the standard
// library accepts it, this package must not.
func TestSmallOrderAndOddKeysAreRefused(t *testing.T) {
	t.Parallel()
	sig := make([]byte, ed25519.SignatureSize)
	sig[0] = 1
	for i, y := range smallOrder {
		for _, sign := range []byte{0, 0x80} {
			key := bytes.Clone(y[:])
			key[31] |= sign
			found := false
			for n := 0; n < 400 && !found; n++ {
				msg := fmt.Append(nil, n)
				if ed25519.Verify(key, msg, sig) {
					found = true
					if verify(key, "", msg, sig) {
						t.Errorf("point %d: accepted", i)
					}
				}
			}
			canonicalPoint := sign == 0 || i == 0 || i > 2 // with x = 0 there is no negative
			if canonicalPoint && !found {
				t.Errorf("point %d sign %#x: never accepted by the standard library, so not of small order", i, sign)
			}
		}
	}
	odd := fieldPrime
	odd[0] += 3 // p+3, which is 3 in another spelling
	if goodKey(odd[:]) {
		t.Error("non-canonical key accepted")
	}
	pub, _, err := ed25519.GenerateKey(nil)
	if err != nil || !goodKey(pub) {
		t.Error("an ordinary key was refused")
	}
	if _, err := ParseKey(EncodeKey(pub)); err != nil {
		t.Error(err)
	}
}
