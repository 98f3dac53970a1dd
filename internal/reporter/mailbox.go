package reporter

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/seal"
)

// Mailbox is the reporter's side of a case, opened with its code.
type Mailbox struct {
	c    *Client
	t    *Trusted
	keys *seal.MailboxKeys
}

// Mailbox opens the mailbox of a code. Nothing is sent yet. A mistyped code is Invalid, with its first wrong group or word.
func (c *Client) Mailbox(t *Trusted, code string) (*Mailbox, error) {
	if err := checkCode(code); err != nil {
		return nil, err
	}
	keys, err := seal.DeriveMailbox(t.Set.Instance, code)
	if err != nil {
		return nil, err
	}
	return &Mailbox{c: c, t: t, keys: keys}, nil
}

// Listing is what a mailbox holds, after every letter was checked.
type Listing struct {
	Number  string
	Unit    string
	State   string
	Asked   string   // answer until; "" if nothing is asked
	Proof   bool     // a checkpoint covers the report
	Readers []string // offices that read chosen documents beside Unit, as the server says
	Steps   []Step
	Letters []Letter
	Own     []Own
	Doubts  []Doubt // what does not fit; empty when all does

	caseID string
	hashes map[string]bool // of the sealed documents of both chains
	report string          // hash of the sealed report
	first  string          // the office of the report, as the server lists it
	reply  seal.ChainHead  // end of the reporter's own chain
	unit   seal.ChainHead
}

// Step is one step of the case's way as the server tells it.
type Step struct {
	Step    string `json:"step"`
	State   string `json:"state"` // done, now or later
	Done    string `json:"done"`
	Due     string `json:"due"`
	Decided string `json:"decided"`
}

// Letter is a document of the unit. Text is "" when it is erased, waits or has a doubt.
type Letter struct {
	Item    int64
	Seq     int64
	Day     string
	Unit    string
	Kind    seal.Kind
	Review  bool   // the inspector's answer to a review
	Outcome string // decisions
	Code    string // decisions
	Text    string
	Files   []seal.File
	Erased  bool
	Waiting bool // from before the owner had this mailbox: its words come when the unit seals it anew

	doc, hash string
	sealed    []byte
	next      *seal.Next // to whom it passes the case on, nil for other letters
}

// Own is a document that the reporter sent: its place, never its words.
type Own struct {
	Seq  int64
	Day  string
	Kind seal.Kind
}

// Doubt says what is wrong at a place of a chain. Key is a sentence of the catalogue.
type Doubt struct {
	Chain seal.Chain
	Seq   int64
	Key   string
}

// listed is one document as the server lists it.
type listed struct {
	Item   int64      `json:"item"`
	Doc    string     `json:"doc"`
	Chain  seal.Chain `json:"chain"`
	Kind   seal.Kind  `json:"kind"`
	Seq    int64      `json:"seq"`
	Day    string     `json:"day"`
	Unit   string     `json:"unit"`
	Hash   string     `json:"hash"`
	Sealed []byte     `json:"sealed"`
	Note   string     `json:"note"`
	Copied bool       `json:"copied"` // sealed anew, to this mailbox's keys
}

// List reads the mailbox and checks every letter: signed by a key of the unit in the list of keys, of this case, in its
// place, nothing left out. h is where the chains stood at the last visit, or nil; it is moved on when nothing is in doubt.
func (m *Mailbox) List(ctx context.Context, h *Heads) (*Listing, error) {
	var in struct {
		Case    string   `json:"case"`
		Number  string   `json:"number"`
		Unit    string   `json:"unit"`
		State   string   `json:"state"`
		Asked   string   `json:"asked"`
		Proof   bool     `json:"proof"`
		Readers []string `json:"readers"`
		Steps   []Step   `json:"steps"`
		Docs    []listed `json:"docs"`
	}
	if err := m.act(ctx, "list", struct{}{}, &in); err != nil {
		return nil, err
	}
	l := &Listing{Number: in.Number, Unit: in.Unit, State: in.State, Asked: in.Asked, Proof: in.Proof, Readers: in.Readers, Steps: in.Steps, caseID: in.Case, hashes: map[string]bool{}}
	for _, d := range in.Docs {
		l.hashes[d.Hash] = true
	}
	l.readOwn(in.Docs)
	m.readLetters(l, in.Docs)
	if h != nil {
		l.compare(h, in.Docs)
		if len(l.Doubts) == 0 {
			h.Unit, h.Reporter = Head(l.unit), Head(l.reply)
		}
	}
	return l, nil
}

func (l *Listing) doubt(chain seal.Chain, seq int64, key string) {
	l.Doubts = append(l.Doubts, Doubt{chain, seq, key})
}

// readOwn lists the reporter's documents. Their bytes are not there to be checked, but their numbers must run on.
func (l *Listing) readOwn(docs []listed) {
	for _, d := range docs {
		if d.Chain != seal.ChainReporter {
			continue
		}
		if d.Seq != l.reply.Seq+1 {
			l.doubt(d.Chain, d.Seq, "reporter.doubt_gap")
		}
		l.reply = seal.ChainHead{Seq: d.Seq, Sealed: d.Hash}
		if d.Seq == 1 {
			l.report, l.first = d.Hash, d.Unit
		}
		l.Own = append(l.Own, Own{d.Seq, d.Day, d.Kind})
	}
	if len(l.Own) == 0 || l.Own[0].Kind != seal.KindReport {
		l.doubt(seal.ChainReporter, 1, "reporter.doubt_report")
	}
}

// Forget takes this mailbox out of a memory.
func (m *Mailbox) Forget(mem *Memory) {
	here := m.Remembered(mem)
	for name, h := range mem.Mailboxes {
		if h == here {
			delete(mem.Mailboxes, name)
		}
	}
}

// Remembered is the place of this mailbox in a memory. Its name says nothing to who does not have the code.
func (m *Mailbox) Remembered(mem *Memory) *Heads {
	name, err := hkdf.Key(sha256.New, m.keys.PRK[:], nil, "clarion/remember/v1", 16)
	if err != nil {
		panic("reporter: HKDF-SHA256 to 16 bytes always works: " + err.Error())
	}
	if mem.Mailboxes == nil {
		mem.Mailboxes = map[string]*Heads{}
	}
	at := hex.EncodeToString(name)
	if mem.Mailboxes[at] == nil {
		mem.Mailboxes[at] = &Heads{}
	}
	return mem.Mailboxes[at]
}

// act sends a signed request to the mailbox and decodes the answer.
func (m *Mailbox) act(ctx context.Context, act string, in, out any) error {
	body, header, path, err := m.signed(ctx, act, in)
	if err != nil {
		return err
	}
	return m.c.json(ctx, http.MethodPost, path, header, body, out)
}

// signed makes a request of the mailbox: challenge, body, and the headers that sign them.
func (m *Mailbox) signed(ctx context.Context, act string, in any) (body []byte, h http.Header, path string, err error) {
	var challenge struct{ Challenge string }
	if err := m.c.json(ctx, http.MethodGet, m.c.api("mailbox/challenge"), nil, nil, &challenge); err != nil {
		return nil, nil, "", err
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(challenge.Challenge)
	if err != nil || len(raw) != 32 {
		return nil, nil, "", errs.Wrap(errs.Unavailable, "reporter.not_json", errs.Args{"Path": "mailbox/challenge"}, err)
	}
	if body, err = json.Marshal(in); err != nil {
		return nil, nil, "", err
	}
	path = m.c.api("mailbox/" + act)
	sig, err := seal.SignRequest(m.keys.Auth, seal.Request{
		Instance: m.t.Set.Instance, Origin: m.c.base, Method: http.MethodPost, Path: path, BodyHash: sha256.Sum256(body), Challenge: [32]byte(raw),
	})
	if err != nil {
		return nil, nil, "", err
	}
	return body, http.Header{
		"Origin": {m.c.base}, "Clarion-Auth": {m.keys.Public().Auth}, "Clarion-Challenge": {challenge.Challenge},
		"Clarion-Signature": {base64.RawURLEncoding.EncodeToString(sig)},
	}, path, nil
}
