package seal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type receiptVector struct {
	Name, Text, Canonical, Instance, Origin                            string
	PRK, AuthSeed, AgeSeed, SignSeed                                   string
	AuthPub, SignPub, Identity, Recipient                              string
	RecipientSHA256, RequestBody, RequestMessage, Challenge, Signature string
}

func receiptVectors(t testing.TB) []receiptVector {
	t.Helper()
	var v struct{ Vectors []receiptVector }
	readVectors(t, "receipt.json", &v)
	if len(v.Vectors) < 4 {
		t.Fatalf("only %d vectors", len(v.Vectors))
	}
	return v.Vectors
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReceiptVectors(t *testing.T) {
	t.Parallel()
	for _, v := range receiptVectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			if got := Canonical(v.Text); got != v.Canonical {
				t.Errorf("canonical %q, want %q", got, v.Canonical)
			}
			k, err := DeriveMailbox(v.Instance, v.Text)
			if err != nil {
				t.Fatal(err)
			}
			seed, rec := k.Age.Seed(), sha256.Sum256([]byte(k.Age.Recipient().String()))
			got := receiptVector{
				PRK: hex.EncodeToString(k.PRK[:]), AuthSeed: hex.EncodeToString(k.Auth.Seed()),
				AgeSeed: hex.EncodeToString(seed[:]), SignSeed: hex.EncodeToString(k.Sign.Seed()),
				AuthPub: hex.EncodeToString(publicOf(k.Auth)), SignPub: hex.EncodeToString(publicOf(k.Sign)),
				Identity: k.Age.String(), Recipient: k.Age.Recipient().String(), RecipientSHA256: hex.EncodeToString(rec[:]),
			}
			want := receiptVector{PRK: v.PRK, AuthSeed: v.AuthSeed, AgeSeed: v.AgeSeed, SignSeed: v.SignSeed, AuthPub: v.AuthPub,
				SignPub: v.SignPub, Identity: v.Identity, Recipient: v.Recipient, RecipientSHA256: v.RecipientSHA256}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
			again := MailboxFromPRK(k.PRK)
			if again.Public() != k.Public() {
				t.Error("MailboxFromPRK gives other keys")
			}
		})
	}
}

func vectorRequest(t testing.TB, v receiptVector) Request {
	t.Helper()
	c, err := base64.RawURLEncoding.DecodeString(v.Challenge)
	if err != nil {
		t.Fatal(err)
	}
	return Request{Instance: v.Instance, Origin: v.Origin, Method: "POST", Path: "/api/mailbox/open",
		BodyHash: sha256.Sum256([]byte(v.RequestBody)), Challenge: [32]byte(c)}
}

func TestRequestVectors(t *testing.T) {
	t.Parallel()
	for _, v := range receiptVectors(t) {
		k, err := DeriveMailbox(v.Instance, v.Text)
		if err != nil {
			t.Fatal(err)
		}
		r := vectorRequest(t, v)
		m, err := RequestMessage(r)
		if err != nil || string(m) != v.RequestMessage {
			t.Errorf("%s: message %q, %v", v.Name, m, err)
		}
		sig, err := SignRequest(k.Auth, r)
		if err != nil || hex.EncodeToString(sig) != v.Signature {
			t.Errorf("%s: signature %x, %v", v.Name, sig, err)
		}
		if err := VerifyRequest(unhex(t, v.AuthPub), r, sig); err != nil {
			t.Errorf("%s: %v", v.Name, err)
		}
	}
}

func TestRequestSignatureCoversEverything(t *testing.T) {
	t.Parallel()
	k, err := DeriveMailbox("example-instance-1", "4711 0815")
	if err != nil {
		t.Fatal(err)
	}
	r := Request{Instance: "example-instance-1", Origin: "https://tips.example", Method: "POST", Path: "/api/x?y=1"}
	sig, err := SignRequest(k.Auth, r)
	if err != nil {
		t.Fatal(err)
	}
	pub := publicOf(k.Auth)
	for name, change := range map[string]func(*Request){
		"instance":  func(r *Request) { r.Instance = "example-instance-2" },
		"origin":    func(r *Request) { r.Origin = "http://tips.example" },
		"method":    func(r *Request) { r.Method = "PUT" },
		"path":      func(r *Request) { r.Path = "/api/x?y=2" },
		"body":      func(r *Request) { r.BodyHash[31] = 1 },
		"challenge": func(r *Request) { r.Challenge[0] = 1 },
	} {
		changed := r
		change(&changed)
		if err := VerifyRequest(pub, changed, sig); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range sig {
		bad := bytes.Clone(sig)
		bad[i] ^= 0x10
		if VerifyRequest(pub, r, bad) == nil {
			t.Errorf("flipped byte %d accepted", i)
		}
	}
	if VerifyRequest(publicOf(k.Sign), r, sig) == nil || VerifyRequest(nil, r, sig) == nil {
		t.Error("another key accepted")
	}
	for name, bad := range map[string]Request{
		"line in origin": {Instance: "i", Origin: "a\nPOST", Method: "GET", Path: "/"},
		"line in path":   {Instance: "i", Origin: "a", Method: "GET", Path: "/\n"},
		"space":          {Instance: "i", Origin: "a", Method: "GET /", Path: "/"},
		"no method":      {Instance: "i", Origin: "a", Path: "/"},
		"instance":       {Instance: "I", Origin: "a", Method: "GET", Path: "/"},
	} {
		if _, err := SignRequest(k.Auth, bad); !errors.Is(err, ErrRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A signature of one kind of statement must say nothing in another, even with the same key.
func TestSignaturesDoNotCrossKinds(t *testing.T) {
	t.Parallel()
	k, err := DeriveMailbox("example-instance-1", "4711 0815")
	if err != nil {
		t.Fatal(err)
	}
	r := Request{Instance: "example-instance-1", Origin: "https://tips.example", Method: "POST", Path: "/"}
	msg, err := RequestMessage(r)
	if err != nil {
		t.Fatal(err)
	}
	sig := ed25519.Sign(k.Auth, msg)
	if verify(publicOf(k.Auth), documentPrefix, msg, sig) {
		t.Error("a request's signature verifies as a document's")
	}
	if VerifyRequest(publicOf(k.Auth), r, ed25519.Sign(k.Auth, prefixed(documentPrefix, msg))) == nil {
		t.Error("a document's signature verifies as a request's")
	}
}

func TestDeriveMailboxRefusesAndSeparates(t *testing.T) {
	t.Parallel()
	if _, err := DeriveMailbox("", "4711"); !errors.Is(err, ErrInstance) {
		t.Error(err)
	}
	if _, err := DeriveMailbox("a\x00b", "4711"); !errors.Is(err, ErrInstance) {
		t.Error(err)
	}
	if _, err := DeriveMailbox("a", " 。"); !errors.Is(err, ErrCode) {
		t.Error(err)
	}
	a, err := DeriveMailbox("a", "4711")
	if err != nil {
		t.Fatal(err)
	}
	b, err := DeriveMailbox("b", "4711")
	if err != nil {
		t.Fatal(err)
	}
	if a.PRK == b.PRK || a.Public() == b.Public() {
		t.Error("two instances give one mailbox")
	}
}

func TestClaimKey(t *testing.T) {
	t.Parallel()
	prk := [32]byte{1}
	if !ClaimKey(prk, "ｐａｓｓ").Equal(ClaimKey(prk, "pass")) {
		t.Error("full-width letters give another key")
	}
	for _, other := range []ed25519.PrivateKey{ClaimKey(prk, ""), ClaimKey(prk, "pass "), ClaimKey([32]byte{2}, "pass"), MailboxFromPRK(prk).Auth} {
		if ClaimKey(prk, "pass").Equal(other) {
			t.Error("two different claims have one key")
		}
	}
	if prk != [32]byte{1} {
		t.Error("the PRK was changed")
	}
}

func TestPaddingVectors(t *testing.T) {
	t.Parallel()
	var v struct {
		Vectors [][2]int64
		Floors  map[string]int64
	}
	readVectors(t, "padding.json", &v)
	for _, p := range v.Vectors {
		if got := Padme(p[0]); got != p[1] {
			t.Errorf("Padme(%d) = %d, want %d", p[0], got, p[1])
		}
	}
	want := map[string]int64{"report": FloorReport, "message": FloorMessage, "attachment": FloorAttachment}
	if diff := cmp.Diff(v.Floors, want); diff != "" {
		t.Error(diff)
	}
	for n := int64(0); n < 5000; n++ {
		p := Padme(n)
		if p < n || Padme(p) != p || n > 16 && float64(p) > 1.12*float64(n) {
			t.Fatalf("Padme(%d) = %d", n, p)
		}
	}
	if got := Padme(1<<62 - 1); got != 1<<62 {
		t.Errorf("large: %d", got)
	}
	if PaddedLen(0, FloorReport) != FloorReport || PaddedLen(FloorReport, FloorReport) != FloorReport ||
		PaddedLen(FloorReport+1, FloorReport) != Padme(FloorReport+1) {
		t.Error("floor")
	}
}
