package proof

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write golden files")

// vectors is this program's own output for fixed keys and random bytes, so that it never changes unnoticed and
// another program can compare. Keys: acknowledgement seed 03 00…, case log 01 00…, public log 02 00….
type vectors struct {
	Instance        string `json:"instance"`
	AckVerifier     string `json:"ack_verifier"`
	CaseVerifier    string `json:"case_verifier"`
	PublicVerifier  string `json:"public_verifier"`
	Random          string `json:"random"`
	Event           string `json:"event"`
	CaseLeaf        string `json:"case_leaf"`
	CaseLeafHash    string `json:"case_leaf_hash"` // of the log: SHA-256(00 ‖ leaf)
	Acknowledgement string `json:"acknowledgement"`
	Checkpoint      string `json:"checkpoint"`
	Proof           string `json:"proof"`
	RootKey         string `json:"root_key"`
	RootFingerprint string `json:"root_fingerprint"`
	KeySet          string `json:"key_set"` // without units and people
}

func makeVectors(t *testing.T) vectors {
	t.Helper()
	o := opening(t, receivedEvent())
	for i := range o.Random {
		o.Random[i] = byte(i)
	}
	m := newLog(t, CaseOrigin(instance), 1)
	m.add(t, []byte("an earlier leaf\n"))
	leaf := leafOf(t, o, EventReceived)
	at := m.add(t, leaf)
	m.add(t, []byte("a later leaf\n"))
	ackKey, ack := testAck(t, o)
	a, err := ParseAcknowledgement(ack, verifierOf(t, ackKey))
	if err != nil {
		t.Fatal(err)
	}
	k := testKeySet(t)
	k.Intake, k.Custodians, k.Inspectors = nil, nil, nil
	keys, err := signKeys(t, k).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return vectors{
		Instance: instance, AckVerifier: ackKey.Verifier(), CaseVerifier: m.key.Verifier(),
		PublicVerifier: newLog(t, PublicOrigin(instance), 2).key.Verifier(), Random: hex.EncodeToString(o.Random[:]),
		Event: string(o.Event), CaseLeaf: string(leaf), CaseLeafHash: hex.EncodeToString(a.Leaf[:]), Acknowledgement: string(ack),
		Checkpoint: string(m.checkpoint(t, 3)), Proof: string(m.proof(t, 3, at, &o)), RootKey: k.Root,
		RootFingerprint: rootTrust().Root, KeySet: string(keys),
	}
}

func TestGoldenVectors(t *testing.T) {
	t.Parallel()
	got := makeVectors(t)
	if *update {
		b, err := json.MarshalIndent(got, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("testdata/vectors.json", append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var want vectors
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
