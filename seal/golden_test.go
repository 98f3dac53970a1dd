package seal

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
)

// documentVector is a whole sealed document with everything that is needed to make its plaintext again; the
// sealed bytes are one of many possible results.
type documentVector struct {
	UnitSeed   string `json:"unit_seed"`   // identity that opens it
	SignerSeed string `json:"signer_seed"` // Ed25519, role reporter
	Plain      string `json:"plain"`       // signed JSON without the spaces
	PlainSize  int    `json:"plain_size"`
	Sealed     []byte `json:"sealed"`
	SealedHash string `json:"sealed_hash"`
}

func TestGoldenDocument(t *testing.T) {
	t.Parallel()
	if *update {
		writeGoldenDocument(t)
	}
	var v documentVector
	readVectors(t, "document.json", &v)
	id, err := IdentityFromSeed(unhex(t, v.UnitSeed))
	if err != nil {
		t.Fatal(err)
	}
	s, err := OpenDocument(v.Sealed, id)
	if err != nil {
		t.Fatal(err)
	}
	key := testKey(1)
	if err := s.VerifiedBy(RoleReporter, publicOf(key)); err != nil || s.Sealed != v.SealedHash {
		t.Errorf("%s %v", s.Sealed, err)
	}
	plain := signed(t, s.Document, Signer{RoleReporter, key})
	if len(plain) != v.PlainSize || string(plain[:len(v.Plain)]) != v.Plain {
		t.Errorf("plaintext is now written as\n%.600s", plain)
	}
}

func writeGoldenDocument(t *testing.T) {
	t.Helper()
	id, err := IdentityFromSeed(make([]byte, SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	d := testDocument(t)
	plain := signed(t, d, Signer{RoleReporter, testKey(1)})
	sealed, err := Seal(plain, id.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	end := len(plain)
	for plain[end-1] == ' ' {
		end--
	}
	b, err := json.MarshalIndent(documentVector{
		UnitSeed: hex.EncodeToString(make([]byte, SeedSize)), SignerSeed: hex.EncodeToString(testKey(1).Seed()),
		Plain: string(plain[:end]), PlainSize: len(plain), Sealed: sealed, SealedHash: SealedHash(sealed),
	}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("testdata/document.json", append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
