package browser

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"clarion.example/clarion/seal"
)

// identityAnswer is an answer as the browser writes it.
type identityAnswer struct {
	Instance  string `json:"instance"`
	Request   string `json:"request"`
	Custodian string `json:"custodian"`
	Agrees    bool   `json:"agrees"`
	Day       string `json:"day"`
	Holds     string `json:"holds"`
	Sealed    []byte `json:"sealed,omitempty"`
	Signature []byte `json:"signature,omitempty"`
}

func (a identityAnswer) inGo(t *testing.T) seal.IdentityAnswer {
	t.Helper()
	out := seal.IdentityAnswer{Instance: a.Instance, Custodian: a.Custodian, Agrees: a.Agrees, Day: a.Day}
	for to, from := range map[*[32]byte]string{&out.Request: a.Request, &out.Holds: a.Holds} {
		b, err := hex.DecodeString(from)
		if err != nil || len(b) != 32 {
			t.Fatalf("hash %q: %v", from, err)
		}
		*to = [32]byte(b)
	}
	return out
}

// TestVaultBothWays: the browser and Go sign the same bytes of requests and answers, each takes what the other's custodians agreed to, and each
// refuses what the other refuses.
func TestVaultBothWays(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	person := seal.Person{Name: "王小明", Reach: "139 0000"}
	names := []string{"qian", "sun", "he"}
	reader := testIdentity(90)
	readerSeed := reader.Seed()
	asker := ed25519.NewKeyFromSeed([]byte(repeat("l", 32)))
	var list []seal.Custodian
	var ids []*seal.Identity
	var signs []ed25519.PrivateKey
	for i, name := range names {
		ids = append(ids, testIdentity(byte(91+i)))
		signs = append(signs, ed25519.NewKeyFromSeed([]byte(repeat(string(rune('p'+i)), 32))))
		list = append(list, seal.Custodian{ID: name, Recipient: ids[i].Recipient()})
	}
	made, err := seal.SplitIdentity(testInstance, repeat("a", 26), person, list)
	if err != nil {
		t.Fatal(err)
	}
	r := seal.IdentityRequest{Instance: testInstance, ID: repeat("a", 25) + "e", Case: repeat("a", 26), Number: "TH-2026-0001", Box: seal.SealedHash(made.Box), Unit: "unit-1",
		Asker: "lin", Reader: "lin", To: reader.Recipient(), Reason: "danger", Day: "2026-03-23", Until: "2026-03-30", Words: sha256.Sum256([]byte("x"))}
	request := func(law string) map[string]any {
		return map[string]any{"instance": r.Instance, "id": r.ID, "case": r.Case, "number": r.Number, "box": r.Box, "unit": r.Unit, "asker": r.Asker, "reader": r.Reader,
			"to": r.To.String(), "reason": r.Reason, "law": law, "day": r.Day, "until": r.Until, "words": hex.EncodeToString(r.Words[:])}
	}
	msg, err := r.Message()
	if err != nil {
		t.Fatal(err)
	}
	var theirs []byte
	if err := p.call(t, "requestMessage", map[string]any{"request": request("")}, &theirs); err != nil || string(theirs) != string(msg) {
		t.Errorf("request %q, in Go %q: %v", theirs, msg, err)
	}
	sig := ed25519.Sign(asker, msg)
	agrees := func(i int, law, custodian string) (a identityAnswer, err error) {
		seed := ids[i].Seed()
		return a, p.call(t, "agree", map[string]any{"request": request(law), "signature": sig, "asker": []byte(asker.Public().(ed25519.PublicKey)), "custodian": custodian,
			"day": "2026-03-24", "share": made.Shares[i].Sealed, "seed": hex.EncodeToString(seed[:]), "sign": hex.EncodeToString(signs[i].Seed())}, &a)
	}
	var given []seal.GivenShare
	var sent []map[string]any
	for i, name := range names[:2] {
		a, err := agrees(i, "", name)
		if err != nil {
			t.Fatal(err)
		}
		given = append(given, seal.GivenShare{Answer: a.inGo(t), Key: signs[i].Public().(ed25519.PublicKey), Sig: a.Signature, Sealed: a.Sealed})

		b, sealed, err := r.Agree(sig, asker.Public().(ed25519.PublicKey), name, "2026-03-24", made.Shares[i].Sealed, ids[i])
		if err != nil {
			t.Fatal(err)
		}
		text, err := b.Message()
		if err != nil {
			t.Fatal(err)
		}
		sent = append(sent, map[string]any{"key": []byte(signs[i].Public().(ed25519.PublicKey)), "signature": ed25519.Sign(signs[i], text), "sealed": sealed,
			"answer": identityAnswer{Instance: b.Instance, Request: hex.EncodeToString(b.Request[:]), Custodian: name, Agrees: true, Day: b.Day, Holds: hex.EncodeToString(b.Holds[:])}})
	}
	if got, err := r.Combine(made.Box, r.Box, reader, given...); err != nil || got != person {
		t.Errorf("browser to Go: %+v, %v", got, err)
	}
	combine := func(law string, given ...map[string]any) (got seal.Person, err error) {
		return got, p.call(t, "combineGiven", map[string]any{"request": request(law), "box": made.Box, "named": r.Box, "seed": hex.EncodeToString(readerSeed[:]), "given": given}, &got)
	}
	if got, err := combine("", sent...); err != nil || got != person {
		t.Errorf("Go to browser: %+v, %v", got, err)
	}
	refused := func(what, want string, err error) {
		t.Helper()
		if fmt.Sprint(err) != want {
			t.Errorf("%s: %v, want %s", what, err, want)
		}
	}
	_, err = combine("", sent[0])
	refused("one custodian", "share", err)
	_, err = combine("", sent[0], sent[0])
	refused("one custodian twice", "share", err)
	_, err = combine("secrecy", sent...)
	refused("agreements to another request", "share", err)
	_, err = agrees(2, "secrecy", "he")
	refused("a request that the asker did not sign", "signature", err)
	_, err = agrees(2, "", "lin")
	refused("the asker as custodian", "share", err)
	_, err = agrees(2, "", "He")
	refused("no name", "request", err)

	var no identityAnswer
	if err := p.call(t, "refuse", map[string]any{"request": request(""), "signature": sig, "asker": []byte(asker.Public().(ed25519.PublicKey)), "custodian": "he",
		"day": "2026-03-24", "words": hex.EncodeToString(r.Words[:]), "sign": hex.EncodeToString(signs[2].Seed())}, &no); err != nil {
		t.Fatal(err)
	}
	if err := no.inGo(t).Verify(signs[2].Public().(ed25519.PublicKey), no.Signature); err != nil || no.Agrees {
		t.Errorf("a refusal from the browser: %+v, %v", no, err)
	}
}

// TestVaultWordsBothWays: what one side writes as words the other reads, and both refuse words of another request.
func TestVaultWordsBothWays(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	key := testIdentity(95)
	seed := key.Seed()
	request, words := repeat("a", 25)+"e", "举报人可能有危险 \u2028 \"\\\n"
	plain, hash, err := seal.NewIdentityWords(testInstance, request, words)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := seal.Seal(plain, key.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	opens := func(request string) (got string, err error) {
		return got, p.call(t, "openWords", map[string]any{"sealed": sealed, "seed": hex.EncodeToString(seed[:]), "instance": testInstance, "request": request, "hash": hex.EncodeToString(hash[:])}, &got)
	}
	if got, err := opens(request); err != nil || got != words {
		t.Errorf("Go to browser: %q, %v", got, err)
	}
	if _, err := opens(repeat("a", 26)); fmt.Sprint(err) != "share" {
		t.Errorf("words of another request: %v", err)
	}
	var back struct {
		Plain []byte
		Hash  string
	}
	if err := p.call(t, "newWords", map[string]any{"instance": testInstance, "request": request, "words": words}, &back); err != nil {
		t.Fatal(err)
	}
	if sealed, err = seal.Seal(back.Plain, key.Recipient()); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(back.Plain)
	if got, err := seal.OpenIdentityWords(sealed, key, testInstance, request, sum); err != nil || got != words || back.Hash != hex.EncodeToString(sum[:]) || len(back.Plain) != len(plain) {
		t.Errorf("browser to Go: %q, %d bytes, %v", got, len(back.Plain), err)
	}
	if err := p.call(t, "newWords", map[string]any{"instance": testInstance, "request": request, "words": " \n"}, &back); fmt.Sprint(err) != "request" {
		t.Errorf("blank words: %v", err)
	}
}
