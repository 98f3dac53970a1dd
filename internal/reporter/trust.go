package reporter

import (
	"context"
	"encoding/json"
	"errors"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/proof"
)

const (
	maxKeys = 8 << 20
	maxNote = 64 << 10
)

// Memory is what a program may remember between visits, so that a server can take nothing back: the fingerprint, the last
// list of keys, the last checkpoints, and for each mailbox where its two chains stood. It holds no code and no word, but
// whoever finds it learns that somebody here dealt with this authority.
type Memory struct {
	V         int               `json:"v"`
	Root      string            `json:"root"`
	Keys      string            `json:"keys"`   // the file /keys.json
	Public    string            `json:"public"` // checkpoint of the public log
	Cases     string            `json:"cases"`  // checkpoint of the case log
	Mailboxes map[string]*Heads `json:"mailboxes,omitempty"`
}

// Heads are where the two chains of a mailbox stood.
type Heads struct {
	Unit     Head `json:"unit"`
	Reporter Head `json:"reporter"`
}

// Head is the last document of a chain that was seen.
type Head struct {
	Seq    int64  `json:"seq"`
	Sealed string `json:"sealed"` // hex SHA-256
}

// ParseMemory reads a remembered file.
func ParseMemory(b []byte) (*Memory, error) {
	m := &Memory{}
	if err := json.Unmarshal(b, m); err != nil || m.V != 1 || m.Root == "" {
		return nil, errs.Wrap(errs.Invalid, "reporter.bad_memory", nil, err)
	}
	return m, nil
}

// Bytes writes a memory.
func (m *Memory) Bytes() ([]byte, error) {
	m.V = 1
	b, err := json.MarshalIndent(m, "", "  ")
	return append(b, '\n'), err
}

// previous is the list of keys that was accepted last, or nil.
func (m *Memory) previous() (*proof.KeySet, error) {
	if m.Keys == "" {
		return nil, nil
	}
	signed, err := proof.ParseKeySet([]byte(m.Keys))
	if err == nil {
		var set *proof.KeySet
		if set, err = signed.Verify(proof.Trust{Root: m.Root, RequireProof: true}); err == nil {
			return set, nil
		}
	}
	return nil, errs.Wrap(errs.Invalid, "reporter.bad_memory", nil, err)
}

// Trusted are the keys of an authority after every check, with the state of its logs.
type Trusted struct {
	Set    *proof.KeySet
	Public proof.Checkpoint
	Cases  proof.Checkpoint
}

// Trust fetches the list of keys and the checkpoints, and accepts them only if the root key of m.Root signed them; they are
// published in the public log; no newer list stands there; and nothing that m remembers was taken back. It then
// remembers what it saw in m. Errors with [ErrDistrust] say what the server did.
func (c *Client) Trust(ctx context.Context, m *Memory) (*Trusted, error) {
	t, err := c.trust(ctx, m)
	if e, ok := errs.Public(err); ok && e.Key == keyWithheld {
		return c.trust(ctx, m) // a list that came into force between two requests is there at the second look
	}
	return t, err
}

// keyWithheld is the sentence about a list that the log has and the server does not show.
const keyWithheld = "reporter.keys_withheld"

func (c *Client) trust(ctx context.Context, m *Memory) (*Trusted, error) {
	before, err := m.previous()
	if err != nil {
		return nil, err
	}
	b, err := c.public(ctx, "/keys.json", maxKeys)
	if err != nil {
		return nil, err
	}
	set, published, err := verifyKeys(b, m.Root, before)
	if err != nil {
		return nil, err
	}
	t := &Trusted{Set: set}
	public, err := c.public(ctx, "/log/public/checkpoint", maxNote)
	if err != nil {
		return nil, err
	}
	cases, err := c.public(ctx, "/log/cases/checkpoint", maxNote)
	if err != nil {
		return nil, err
	}
	if t.Public, public, err = checkpoint(public, proof.PublicOrigin(set.Instance), set.PublicVerifier()); err != nil {
		return nil, err
	}
	if t.Cases, cases, err = checkpoint(cases, proof.CaseOrigin(set.Instance), set.CaseVerifier()); err != nil {
		return nil, err
	}
	if err := t.compare(c.logAt(ctx, t.Public), m, published, before); err != nil {
		return nil, err
	}
	m.Keys, m.Public, m.Cases = string(b), string(public), string(cases)
	return t, nil
}

// verifyKeys checks a list of keys, and returns it with the proof that it was published.
func verifyKeys(b []byte, root string, before *proof.KeySet) (*proof.KeySet, *proof.Proof, error) {
	signed, err := proof.ParseKeySet(b)
	if err != nil {
		return nil, nil, distrust("reporter.keys_format", nil, err)
	}
	set, err := signed.Verify(proof.Trust{Root: root, Previous: before, RequireProof: true})
	if err != nil {
		return nil, nil, distrust(keysFault(err), nil, err)
	}
	published, err := proof.ParseProof(signed.Proof())
	if err != nil {
		return nil, nil, distrust("reporter.keys_format", nil, err)
	}
	return set, published, nil
}

// keysFault names what is wrong with a list of keys.
func keysFault(err error) string {
	for fault, key := range map[error]string{
		proof.ErrRoot: "reporter.keys_root", proof.ErrSignature: "reporter.keys_signature", proof.ErrCountersignature: "reporter.keys_countersignature",
		proof.ErrOlder: "reporter.keys_older", proof.ErrNoProof: "reporter.keys_unpublished", proof.ErrNotIncluded: "reporter.keys_unpublished",
		proof.ErrOrigin: "reporter.keys_other",
	} {
		if errors.Is(err, fault) {
			return key
		}
	}
	return "reporter.keys_format"
}

// compare holds the present logs against the proof of the list and against what was remembered.
func (t *Trusted) compare(public *log, m *Memory, published *proof.Proof, before *proof.KeySet) error {
	at, _, err := checkpoint(published.Checkpoint, t.Public.Origin, t.Set.PublicVerifier())
	if err != nil {
		return err
	}
	if err := public.extends(at); err != nil {
		return err
	}
	from := published.Index + 1
	if m.Public != "" {
		old, _, err := checkpoint([]byte(m.Public), t.Public.Origin, t.Set.PublicVerifier())
		if err != nil {
			return err
		}
		if err := public.extends(old); err != nil {
			return err
		}
		if before != nil && before.Version == t.Set.Version {
			from = max(from, old.Size) // what came before was looked through at that visit
		}
	}
	if m.Cases != "" {
		old, _, err := checkpoint([]byte(m.Cases), t.Cases.Origin, t.Set.CaseVerifier())
		if err != nil {
			return err
		}
		if old.Size > t.Cases.Size || old.Size == t.Cases.Size && old.Root != t.Cases.Root {
			return distrust("reporter.log_rewritten", nil, nil)
		}
	}
	return public.noKeysSince(from)
}
