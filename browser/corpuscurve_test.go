package browser

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"clarion.example/clarion/seal"
)

// keyCase is a public key as documents and lists write it.
type keyCase struct {
	item
	Text string `json:"text"`
}

func (c *keyCase) verdict() string {
	_, err := seal.ParseKey(c.Text)
	return kindOf(err)
}

// signatureCase is a signature over a mailbox request's bytes, judged by seal's own verification.
type signatureCase struct {
	item
	Key       string `json:"key"` // hex
	Message   string `json:"message"`
	Signature string `json:"signature"` // hex
	// Cofactored tells whether a verifier that multiplies by the cofactor might accept it: those are the cases that
	// matter.
	Cofactored bool `json:"cofactored,omitempty"`
}

func (c *signatureCase) verdict() string {
	key, sig := must(hex.DecodeString(c.Key)), must(hex.DecodeString(c.Signature))
	// seal.VerifyRequest is the one door to its verification; the request is fixed, so the message is what it says.
	if c.Message != string(must(seal.RequestMessage(fixedRequest()))) {
		return "unknown: another message"
	}
	return kindOf(seal.VerifyRequest(key, fixedRequest(), sig))
}

func fixedRequest() seal.Request {
	return seal.Request{Instance: testInstance, Origin: "https://tips.example", Method: "POST", Path: "/mailbox?q=1"}
}

func keyCases() []*keyCase {
	var out []*keyCase
	good := seal.EncodeKey(publicKey(1))
	add := func(name, text string) { out = append(out, &keyCase{named(name), text}) }
	add("good", good)
	add("good, sign bit", seal.EncodeKey(publicKey(2)))
	for name, key := range oddKeys() {
		add(name, seal.EncodeKey(key))
	}
	add("padded", good+"=")
	add("space", " "+good)
	add("line feed", good+"\n")
	add("standard alphabet", "+"+good[1:])
	add("other bits at the end", good[:42]+string(good[42]+1))
	add("short", good[:42])
	add("long", good+"A")
	add("empty", "")
	return out
}

// oddKeys are public keys on which implementations disagree.
func oddKeys() map[string]ed25519.PublicKey {
	out := map[string]ed25519.PublicKey{}
	for i := range int64(8) {
		out[fmt.Sprintf("small order %d", i)] = torsion().times(big.NewInt(i)).encode()
	}
	for i := range int64(20) { // y = p … p+19 are second spellings of 0 … 19
		y := littleBytes(new(big.Int).Add(fieldP, big.NewInt(i)))
		out[fmt.Sprintf("y = p+%d", i)] = y
		signed := slices.Clone(y)
		signed[31] |= 0x80
		out[fmt.Sprintf("y = p+%d, sign", i)] = signed
	}
	for i, y := range []int64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18} { // on the curve or not
		b := littleBytes(big.NewInt(y))
		out[fmt.Sprintf("y = %d", y)] = b
		if i%2 == 0 {
			s := slices.Clone(b)
			s[31] |= 0x80
			out[fmt.Sprintf("y = %d, sign", y)] = s
		}
	}
	minusOne := littleBytes(new(big.Int).Sub(fieldP, big.NewInt(1)))
	out["y = -1"] = minusOne
	out["all ones"] = bytes.Repeat([]byte{0xff}, 32)
	out["short"] = publicKey(1)[:31]
	mixed := decodePoint(publicKey(1)).add(torsion())
	out["mixed order"] = mixed.encode()
	return out
}

func signatureCases() []*signatureCase {
	message := must(seal.RequestMessage(fixedRequest()))
	var out []*signatureCase
	add := func(name string, key, sig []byte, cofactored bool) {
		out = append(out, &signatureCase{named(name), hex.EncodeToString(key), string(message), hex.EncodeToString(sig), cofactored})
	}
	key, pub := testKey(1), publicKey(1)
	sig := ed25519.Sign(key, message)
	add("good", pub, sig, false)
	add("good, another key", publicKey(2), ed25519.Sign(testKey(2), message), false)
	add("by another key", publicKey(2), sig, false)
	add("another message", pub, ed25519.Sign(key, append(message, ' ')), false)
	for _, bits := range []int{0, 7, 255, 256, 300, 511} {
		bad := slices.Clone(sig)
		bad[bits/8] ^= 1 << (bits % 8)
		add(fmt.Sprintf("bit %d flipped", bits), pub, bad, false)
	}
	for n := int64(1); n < 16; n++ { // S + nL: the same S for who does not look at its size
		s := new(big.Int).Add(littleInt(sig[32:]), new(big.Int).Mul(orderL, big.NewInt(n)))
		if s.BitLen() <= 256 {
			add(fmt.Sprintf("S + %dL", n), pub, slices.Concat(sig[:32], littleBytes(s)), n == 1)
		}
	}
	add("S = L", pub, slices.Concat(sig[:32], littleBytes(orderL)), false)
	add("S = 0", pub, slices.Concat(sig[:32], make([]byte, 32)), false)
	add("short", pub, sig[:63], false)
	add("long", pub, append(slices.Clone(sig), 0), false)
	add("empty", pub, nil, false)
	for name, odd := range oddKeys() {
		add("key: "+name, odd, sig, false)
		if len(odd) == 32 {
			add("R: "+name, pub, slices.Concat(odd, sig[32:]), false)
		}
	}
	return append(out, torsionCases(message)...)
}

// torsionCases are signatures with a point of small order in the key, in R, or in both. The equation with the cofactor
// holds for all of them.
func torsionCases(message []byte) []*signatureCase {
	var out []*signatureCase
	base := decodePoint(must(hex.DecodeString("5866666666666666666666666666666666666666666666666666666666666666")))
	for i := range int64(8) {
		for j := range int64(8) {
			a, r := big.NewInt(1234567+i), big.NewInt(7654321+j)
			t, u := torsion().times(big.NewInt(i)), torsion().times(big.NewInt(j))
			key, nonce := base.times(a).add(t).encode(), base.times(r).add(u).encode()
			sig := signWith(a, r, key, nonce, message)
			out = append(out, &signatureCase{named(fmt.Sprintf("key + %dT, R + %dT", i, j)),
				hex.EncodeToString(key), string(message), hex.EncodeToString(sig), true})
		}
	}
	// A key that is of small order altogether: S = r fits any message in every eighth case without the cofactor.
	for i := range int64(8) {
		r := big.NewInt(99 + i)
		nonce := base.times(r).encode()
		key := torsion().times(big.NewInt(i)).encode()
		out = append(out, &signatureCase{named(fmt.Sprintf("key %dT", i)),
			hex.EncodeToString(key), string(message), hex.EncodeToString(slices.Concat(nonce, littleBytes(r))), true})
	}
	return out
}

func TestTorsionArithmetic(t *testing.T) {
	t.Parallel()
	if got := torsion().times(big.NewInt(8)).encode(); !bytes.Equal(got, append([]byte{1}, make([]byte, 31)...)) {
		t.Errorf("8T = %x", got)
	}
	if got := decodePoint(publicKey(3)).encode(); !bytes.Equal(got, publicKey(3)) {
		t.Errorf("decoding is not encoding's inverse: %x", got)
	}
	mixed := 0
	for _, c := range torsionCases(must(seal.RequestMessage(fixedRequest()))) {
		if c.verdict() == "" {
			mixed++
		}
	}
	if mixed < 2 || mixed > 40 { // i = j = 0, and one in eight by chance
		t.Errorf("%d accepted", mixed)
	}
}
