package browser

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"clarion.example/clarion/seal"
)

type recipientCase struct {
	item
	Text string `json:"text"`
}

func (c *recipientCase) verdict() string {
	_, err := seal.ParseRecipient(c.Text)
	return kindOf(err)
}

type identityCase struct {
	item
	Text string `json:"text"`
}

func (c *identityCase) verdict() string {
	_, err := seal.ParseIdentity(c.Text)
	return kindOf(err)
}

// sealedCase is a sealed file, to be opened with the keys that stand beside it.
type sealedCase struct {
	item
	Seeds  []string `json:"seeds"` // hex
	Sealed []byte   `json:"sealed"`
}

func (c *sealedCase) verdict() string {
	_, err := seal.Open(c.Sealed, identities(c.Seeds)...)
	return kindOf(err)
}

func identities(seeds []string) []*seal.Identity {
	var ids []*seal.Identity
	for _, s := range seeds {
		ids = append(ids, must(seal.IdentityFromSeed(must(hex.DecodeString(s)))))
	}
	return ids
}

// flipCase is a sealed document of which no bit may change. Its verdict names the bits that may.
type flipCase struct {
	item
	Seed   string `json:"seed"`
	Sealed []byte `json:"sealed"`
}

func (c *flipCase) verdict() string {
	id := identities([]string{c.Seed})[0]
	if _, err := seal.OpenDocument(c.Sealed, id); err != nil {
		return kindOf(err)
	}
	b := bytes.Clone(c.Sealed)
	for i := range 8 * len(b) {
		b[i/8] ^= 1 << (i % 8)
		if _, err := seal.OpenDocument(b, id); err == nil {
			return fmt.Sprintf("bit %d", i)
		}
		b[i/8] ^= 1 << (i % 8)
	}
	return ""
}

func recipientCases() []*recipientCase {
	good := testIdentity(1).Recipient().String()
	var out []*recipientCase
	add := func(name, text string) { out = append(out, &recipientCase{named(name), text}) }
	add("good", good)
	add("upper case", strings.ToUpper(good))
	add("mixed case", "A"+good[1:])
	add("space before", " "+good)
	add("line feed after", good+"\n")
	add("classic", must(age.GenerateX25519Identity()).Recipient().String())
	add("identity", testIdentity(1).String())
	add("cut", good[:len(good)-1])
	add("longer", good+"q")
	add("empty", "")
	add("prefix alone", "age1pq1")
	add("tag recipient", "age1tagpq1"+good[7:])
	add("no separator", strings.Replace(good, "1pq1", "pq", 1))
	for _, i := range []int{7, 100, 1000, len(good) - 1} {
		b := []byte(good)
		b[i] = map[bool]byte{true: 'p', false: 'q'}[b[i] == 'q']
		add(fmt.Sprintf("changed at %d", i), string(b))
	}
	key := recipientBytes(good)
	for name, change := range map[string]func([]byte) []byte{
		"same bytes":             func(b []byte) []byte { return b },
		"short key":              func(b []byte) []byte { return b[:1215] },
		"long key":               func(b []byte) []byte { return append(b, 0) },
		"coefficient of 3329":    func(b []byte) []byte { b[0], b[1] = 0x01, b[1]&0xf0|0x0d; return b },
		"coefficient of 3328":    func(b []byte) []byte { b[0], b[1] = 0x00, b[1]&0xf0|0x0d; return b },
		"odd coefficient of max": func(b []byte) []byte { b[1], b[2] = b[1]|0xf0, 0xff; return b },
		"last coefficient":       func(b []byte) []byte { b[1150], b[1151] = 0x1f, 0xd0; return b },
		"curve of zeros":         func(b []byte) []byte { clear(b[1184:]); return b },
		"curve above p":          func(b []byte) []byte { copy(b[1184:], bytes.Repeat([]byte{0xff}, 32)); return b },
	} {
		add(name, bech32("age1pq", change(bytes.Clone(key))))
	}
	return out
}

func identityCases() []*identityCase {
	good := testIdentity(1).String()
	var out []*identityCase
	add := func(name, text string) { out = append(out, &identityCase{named(name), text}) }
	add("good", good)
	add("good, another", testIdentity(255).String())
	add("lower case", strings.ToLower(good))
	add("mixed case", strings.ToLower(good[:5])+good[5:])
	add("space after", good+" ")
	add("classic", must(age.GenerateX25519Identity()).String())
	add("recipient", testIdentity(1).Recipient().String())
	add("cut", good[:len(good)-1])
	add("empty", "")
	add("short seed", strings.ToUpper(bech32("age-secret-key-pq-", make([]byte, 31))))
	add("long seed", strings.ToUpper(bech32("age-secret-key-pq-", make([]byte, 33))))
	add("other prefix", strings.ToUpper(bech32("age-secret-key-", make([]byte, 32))))
	for _, i := range []int{19, 40, len(good) - 1} {
		b := []byte(good)
		b[i] = map[bool]byte{true: 'P', false: 'Q'}[b[i] == 'Q']
		add(fmt.Sprintf("changed at %d", i), string(b))
	}
	return out
}

// unlabelled hides that a recipient is post-quantum, so that age lets it stand beside another.
type unlabelled struct{ age.Recipient }

func ageFile(t *testing.T, plain string, to ...age.Recipient) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(plain)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sealedCases(t *testing.T) []*sealedCase {
	var out []*sealedCase
	seed := func(n byte) string { return hex.EncodeToString(bytes.Repeat([]byte{n}, 32)) }
	add := func(name string, sealed []byte, seeds ...byte) {
		c := &sealedCase{item: named(name), Sealed: sealed}
		for _, n := range seeds {
			c.Seeds = append(c.Seeds, seed(n))
		}
		out = append(out, c)
	}
	to := func(n ...byte) (r []seal.Recipient) {
		for _, i := range n {
			r = append(r, testIdentity(i).Recipient())
		}
		return r
	}
	one, four := must(seal.Seal([]byte("hello"), to(1)...)), must(seal.Seal([]byte("hello"), to(1, 2, 3, 4)...))
	add("one", one, 1)
	add("one, other keys tried first", one, 9, 8, 1)
	add("one, wrong key", one, 2)
	add("one, no key", one)
	add("four, first", four, 1)
	add("four, last", four, 4)
	add("four, none", four, 5)
	add("empty", must(seal.Seal(nil, to(1)...)), 1)
	hybrid := func(n byte) age.Recipient {
		return must(age.ParseHybridRecipient(testIdentity(n).Recipient().String()))
	}
	add("stock age", ageFile(t, "hello", hybrid(1)), 1)
	add("stock age, five", ageFile(t, "hello", hybrid(1), hybrid(2), hybrid(3), hybrid(4), hybrid(5)), 1)
	classic := must(age.GenerateX25519Identity()).Recipient()
	pass := must(age.NewScryptRecipient("x"))
	pass.SetWorkFactor(1)
	add("classic", ageFile(t, "hello", classic), 1)
	add("passphrase", ageFile(t, "hello", pass), 1)
	add("mixed, hybrid first", ageFile(t, "hello", unlabelled{hybrid(1)}, unlabelled{classic}), 1)
	add("mixed, hybrid last", ageFile(t, "hello", unlabelled{classic}, unlabelled{hybrid(1)}), 1)
	add("passphrase beside", ageFile(t, "hello", unlabelled{hybrid(1)}, unlabelled{pass}), 1)
	add("armoured", []byte("-----BEGIN AGE ENCRYPTED FILE-----\n"+base64.StdEncoding.EncodeToString(one)), 1)
	for _, cut := range []int{0, 1, 21, 22, 1578, 1579, 1580, 1626, 1627, 1630, 1642, 1643, 1650, len(one) - 1} {
		add(fmt.Sprintf("cut to %d", cut), one[:cut], 1)
	}
	add("longer", append(bytes.Clone(one), 0), 1)
	add("CR LF", bytes.Replace(one, []byte("\n"), []byte("\r\n"), 1), 1)
	add("stanza twice", slices.Concat(one[:22+1557], one[22:]), 1)
	add("header of another", slices.Concat(must(seal.Seal([]byte("x"), to(1)...))[:1627], one[1627:]), 1)
	add("no stanza", slices.Concat(one[:22], one[22+1557:]), 1)
	lowOrder := bytes.Clone(one)
	encapsulated := must(base64.RawStdEncoding.DecodeString(string(one[22+18 : 22+18+1494])))
	clear(encapsulated[1088:])
	copy(lowOrder[22+18:], base64.RawStdEncoding.EncodeToString(encapsulated))
	add("curve of zeros in the stanza", lowOrder, 1)
	return out
}

func flipCases(t *testing.T) []*flipCase {
	plain := must(seal.SignDocument(testDocument(t), 0, seal.Signer{Role: seal.RoleReporter, Key: testKey(1)}))
	id := testIdentity(7)
	return []*flipCase{
		{named("small document"), hex.EncodeToString(bytes.Repeat([]byte{7}, 32)), must(seal.Seal(plain, id.Recipient()))},
		{named("not to us"), hex.EncodeToString(bytes.Repeat([]byte{8}, 32)), must(seal.Seal(plain, id.Recipient()))},
	}
}

func testDocument(t *testing.T) seal.Document {
	t.Helper()
	body, err := seal.EncodeBody(&seal.Message{Text: "我看到了 <b> & \u2028"})
	if err != nil {
		t.Fatal(err)
	}
	return seal.Document{Instance: testInstance, Kind: seal.KindMessage, Case: "mfrggzdfmztwq2lknnwg23tpoa", Chain: seal.ChainReporter,
		ID: repeat("a", 26), Seq: 1, Unit: "capital", Day: "2026-11-22", Author: seal.Author{Role: seal.RoleReporter}, Body: body}
}

const bech32Letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// bech32 writes data with a sound checksum, so that the checksum is not what refuses it.
func bech32(hrp string, data []byte) string {
	var fives []byte
	acc, have := 0, 0
	for _, b := range data {
		acc, have = acc<<8|int(b), have+8
		for ; have >= 5; have -= 5 {
			fives = append(fives, byte(acc>>(have-5)&31))
		}
		acc &= 31
	}
	if have > 0 {
		fives = append(fives, byte(acc<<(5-have)&31))
	}
	values := []byte{}
	for _, c := range []byte(hrp) {
		values = append(values, c>>5)
	}
	values = append(values, 0)
	for _, c := range []byte(hrp) {
		values = append(values, c&31)
	}
	sum := 1
	for _, v := range slices.Concat(values, fives, make([]byte, 6)) {
		top := sum >> 25
		sum = (sum&0x1ffffff)<<5 ^ int(v)
		for i, g := range []int{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	sum ^= 1
	for i := range 6 {
		fives = append(fives, byte(sum>>(5*(5-i))&31))
	}
	var s strings.Builder
	for _, v := range fives {
		s.WriteByte(bech32Letters[v])
	}
	return hrp + "1" + s.String()
}

func recipientBytes(text string) []byte {
	var out []byte
	acc, have := 0, 0
	for _, c := range []byte(text[7 : len(text)-6]) {
		acc, have = (acc<<5|strings.IndexByte(bech32Letters, c))&0xfff, have+5
		if have >= 8 {
			have -= 8
			out = append(out, byte(acc>>have))
		}
	}
	return out
}
