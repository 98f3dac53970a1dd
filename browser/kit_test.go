package browser

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// renewed is what the administrator's page made, and the words of the new sheets.
type renewed struct {
	Typed    []string
	List     []byte
	Rosters  [][]byte
	Recovery []sealedKey
	Handed   []sealedKey
	Kit      struct {
		Recipient string
		K, N      int
		Signature []byte
	}
}

type sealedKey struct {
	Unit, Member, Key string
	Sealed            []byte
}

// TestRenewedKitOpensInGo: sheets and copies made in Go open in the browser, and what that makes of them opens in Go.
func TestRenewedKitOpensInGo(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	office := officeKey()
	set := baseKeys()
	set.Custodians = nil
	set.Inspectors[0].Recipient = recipientOf(23)
	set.Intake[0].Recipient, set.Intake[0].Sign = recipientOf(officeSeed), seedKey(officeSeed)
	signed := must(proof.SignKeySet(set, proof.SignerRoot, testKey(rootSeed)))
	if err := signed.AddSignature(proof.SignerInspector, testKey(inspectorSeed)); err != nil {
		t.Fatal(err)
	}
	kit := testIdentity(60)
	statement := seal.RecoveryStatement{Instance: testInstance, Recipient: kit.Recipient(), Threshold: 2, Count: 3}
	root := must(seal.RootSheet(testInstance, [32]byte(testKey(rootSeed).Seed())))
	sum := sha256.Sum256([]byte(recipientOf(officeSeed)))
	sheets := must(seal.SplitRecovery(testInstance, kit, 2, 3))
	person := func(id, role string, recipient, sign byte) map[string]any {
		return map[string]any{"id": id, "name": id, "role": role, "recipient": recipientOf(recipient), "sign": seedKey(sign)}
	}
	var made renewed
	err := p.call(t, "renew", map[string]any{
		"k": 3, "n": 5, "old": []string{sheets[2].Words(), sheets[0].Words()}, "instance": testInstance, "sheet": root.Words(), "list": must(signed.Marshal()), "day": "2026-11-25",
		"recovery": map[string]any{"recipient": kit.Recipient().String(), "k": 2, "n": 3, "signature": ed25519.Sign(testKey(rootSeed), must(statement.Message()))},
		"people":   []any{person("qian", "inspector", 23, inspectorSeed), person("li", "member", memberSeed, memberSeed)},
		"offices": []any{map[string]any{"id": "centre", "name": map[string]string{"en": "Centre"}, "parent": "", "roster": 0, "rosters": []string{},
			"holders": []any{map[string]any{"id": "li", "roles": []string{"handler"}}}}},
		"copies": []any{map[string]any{"unit": "centre", "key": hex.EncodeToString(sum[:]), "sealed": must(seal.Seal([]byte(textOf(t, office)), kit.Recipient()))}},
	}, &made)
	if err != nil {
		t.Fatal(err)
	}
	next := must(proof.ParseKeySet(made.List))
	if err := next.AddSignature(proof.SignerInspector, testKey(inspectorSeed)); err != nil {
		t.Fatal(err)
	}
	now := must(next.Verify(proof.Trust{Root: proof.RootFingerprint(publicKey(rootSeed)), Previous: &set}))
	key, ok := now.UnitOn("centre", "2026-11-25")
	if !ok || key.Recipient == recipientOf(officeSeed) {
		t.Fatalf("the office's key: %+v", key)
	}
	roster := must(must(proof.ParseRoster(made.Rosters[0])).Verify(now, nil))
	opens := func(what, want string, sealed []byte, with *seal.Identity) {
		t.Helper()
		plain, err := seal.Open(sealed, with)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if k, err := seal.ParseKeyFile(plain, nil); err != nil || k.Age.Recipient().String() != want {
			t.Errorf("%s: %v", what, err)
		}
	}
	opens("the new key", key.Recipient, roster.Members[0].Wrapped(), testIdentity(memberSeed))
	if len(made.Handed) != 1 || len(made.Recovery) != 2 || len(made.Typed) != 5 {
		t.Fatalf("%d handed, %d copies, %d sheets", len(made.Handed), len(made.Recovery), len(made.Typed))
	}
	opens("the former key", recipientOf(officeSeed), made.Handed[0].Sealed, testIdentity(memberSeed))
	var three []seal.Sheet
	for _, i := range []int{4, 0, 2} {
		three = append(three, must(seal.ParseSheet(testInstance, made.Typed[i])))
	}
	fresh := must(seal.CombineRecovery(three))
	for _, c := range made.Recovery {
		opens("a copy", c.Key, c.Sealed, fresh)
	}
	if three[0].Threshold != 3 || fresh.Recipient().String() != made.Kit.Recipient {
		t.Errorf("a kit of %d", three[0].Threshold)
	}
	word := seal.RecoveryStatement{Instance: testInstance, Recipient: fresh.Recipient(), Threshold: made.Kit.K, Count: made.Kit.N}
	if err := word.Verify(publicKey(rootSeed), made.Kit.Signature); err != nil {
		t.Error(err)
	}
}
