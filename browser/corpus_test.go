package browser

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"

	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

var update = flag.Bool("update", false, "write testdata/corpus.json anew")

const corpusFile = "testdata/corpus.json"

// corpus is what both languages must judge alike: inputs, and the verdicts of the Go packages. Verdicts are "" for
// accepted, or the kind of fault.
type corpus struct {
	Long        []string          `json:"long"` // see blob
	Codes       []*codeCase       `json:"codes"`
	PickUps     []*pickUpCase     `json:"pick_ups"`
	Keys        []*keyCase        `json:"keys"`
	Signatures  []*signatureCase  `json:"signatures"`
	Recipients  []*recipientCase  `json:"recipients"`
	Identities  []*identityCase   `json:"identities"`
	Sealed      []*sealedCase     `json:"sealed"`
	Flips       []*flipCase       `json:"flips"`
	Documents   []*documentCase   `json:"documents"`
	Chains      []*chainCase      `json:"chains"`
	Requests    []*requestCase    `json:"requests"`
	Notes       []*noteCase       `json:"notes"`
	Changes     []*changeCase     `json:"changes"`
	Consistency []*consistentCase `json:"consistency"`
	Verifiers   []*verifierCase   `json:"verifiers"`
	KeySets     []*keySetCase     `json:"key_sets"`
	Rosters     []*rosterCase     `json:"rosters"`
}

// judged is one item: it computes Go's verdict and holds the one that was stored.
type judged interface {
	verdict() string
	stored() *string
}

// item is the part that all cases share.
type item struct {
	Name string `json:"name"`
	Want string `json:"want"`
}

func (i *item) stored() *string { return &i.Want }

func named(name string) item { return item{Name: name} }

// all returns every item by the name of its list.
func (c *corpus) all() map[string][]judged {
	out := map[string][]judged{}
	v := reflect.ValueOf(c).Elem()
	for i := 1; i < v.NumField(); i++ {
		name := v.Type().Field(i).Tag.Get("json")
		for j := range v.Field(i).Len() {
			out[name] = append(out[name], v.Field(i).Index(j).Interface().(judged))
		}
	}
	return out
}

// kinds pairs Go's errors with the names that the library gives them.
var kinds = []struct {
	err  error
	name string
}{
	{seal.ErrWrongKey, "wrong_key"}, {seal.ErrFormat, "format"}, {seal.ErrRecipient, "recipient"}, {seal.ErrIdentity, "identity"},
	{seal.ErrTooLarge, "too_large"}, {seal.ErrDocument, "document"}, {seal.ErrSignature, "signature"},
	{seal.ErrRequest, "request"}, {seal.ErrInstance, "instance"},
	{proof.ErrFormat, "format"}, {proof.ErrSignature, "signature"}, {proof.ErrKey, "key"}, {proof.ErrOrigin, "origin"},
	{proof.ErrOpening, "opening"}, {proof.ErrNotIncluded, "not_included"}, {proof.ErrInconsistent, "inconsistent"},
	{proof.ErrRoot, "root"}, {proof.ErrCountersignature, "countersignature"}, {proof.ErrOlder, "older"}, {proof.ErrNoProof, "no_proof"},
	{proof.ErrAddition, "addition"},
}

func kindOf(err error) string {
	if err == nil {
		return ""
	}
	for _, k := range kinds {
		if errors.Is(err, k.err) {
			return k.name
		}
	}
	return "unknown: " + err.Error()
}

// TestCorpus makes sure that the stored verdicts are those of the Go packages as they are now. What it stores is what
// the TypeScript side is held to.
func TestCorpus(t *testing.T) {
	t.Parallel()
	if *update {
		writeCorpus(t)
	}
	b, err := os.ReadFile(corpusFile)
	if err != nil {
		t.Fatal(err)
	}
	c := new(corpus)
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(c); err != nil {
		t.Fatal(err)
	}
	total := 0
	for list, items := range c.all() {
		accepted := 0
		for _, it := range items {
			if got := it.verdict(); got != *it.stored() {
				t.Errorf("%s: %s: stored %q, now %q", list, reflect.ValueOf(it).Elem().FieldByName("Name"), *it.stored(), got)
			}
			if *it.stored() == "" {
				accepted++
			}
		}
		// A list of which nothing is accepted would be passed by a program that refuses everything.
		if accepted == 0 || accepted == len(items) {
			t.Errorf("%s: %d of %d accepted", list, accepted, len(items))
		}
		total += len(items)
		t.Logf("%-12s %4d items, %4d accepted", list, len(items), accepted)
	}
	t.Logf("%d items, %d KB", total, len(b)>>10)
}

func writeCorpus(t *testing.T) {
	c := &corpus{
		Long: longTexts(), Codes: codeCases(), PickUps: pickUpCases(), Keys: keyCases(), Signatures: signatureCases(), Recipients: recipientCases(),
		Identities: identityCases(), Sealed: sealedCases(t), Flips: flipCases(t), Documents: documentCases(t),
		Chains: chainCases(), Requests: requestCases(t), Notes: noteCases(t), Changes: changeCases(t),
		Consistency: consistentCases(t), Verifiers: verifierCases(t), KeySets: keySetCases(t), Rosters: rosterCases(t),
	}
	for _, items := range c.all() {
		for _, it := range items {
			*it.stored() = it.verdict()
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(c); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(corpusFile, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func testKey(n byte) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, 32)) }

func publicKey(n byte) ed25519.PublicKey { return testKey(n).Public().(ed25519.PublicKey) }

func testIdentity(n byte) *seal.Identity {
	id, err := seal.IdentityFromSeed(bytes.Repeat([]byte{n}, 32))
	if err != nil {
		panic(err)
	}
	return id
}

const testInstance = "example-instance-1"

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func repeat(s string, n int) string { return strings.Repeat(s, n) }

func hash256(s string) [32]byte { return sha256.Sum256([]byte(s)) }
