package seal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
)

// Limits of documents.
const (
	// MaxSealed is the size in bytes of the largest sealed document.
	MaxSealed = 1 << 20
	// MaxPlain is the largest padded document: the last Padmé size that stays within MaxSealed for four recipients.
	MaxPlain = 1008 << 10
	// MaxSignatures is how many signatures a document may carry.
	MaxSignatures = 4

	maxDepth       = 12
	documentPrefix = "clarion/document/v1\n"
)

// Chain names one of the three sequences of documents of a case.
type Chain string

// The chains.
const (
	ChainReporter Chain = "reporter" // reporter to unit
	ChainUnit     Chain = "unit"     // unit to reporter
	ChainInside   Chain = "inside"   // inside the unit
)

// Kind says what a document is; each kind has one body type and belongs to one chain.
type Kind string

// The kinds.
const (
	KindReport   Kind = "report"
	KindMessage  Kind = "message"
	KindRekey    Kind = "rekey"
	KindErase    Kind = "erase"
	KindReply    Kind = "reply"
	KindDecision Kind = "decision"
	KindNote     Kind = "note"
	KindTitle    Kind = "title"
	KindProposal Kind = "proposal"
	KindApproval Kind = "approval"
	KindCopy     Kind = "copy"
)

// Chain returns the chain that the kind belongs to, or "" for no kind.
func (k Kind) Chain() Chain {
	switch k {
	case KindReport, KindMessage, KindRekey, KindErase:
		return ChainReporter
	case KindReply, KindDecision:
		return ChainUnit
	case KindNote, KindTitle, KindProposal, KindApproval, KindCopy:
		return ChainInside
	}
	return ""
}

// Floor returns the least padded size of the kind in bytes.
func (k Kind) Floor() int {
	if k == KindReport {
		return FloorReport
	}
	return FloorMessage
}

// Role says in what capacity somebody wrote or signed.
type Role string

// The roles of authors and signers. A server signs only what it sealed itself for somebody without a key.
const (
	RoleReporter  Role = "reporter"
	RoleMember    Role = "member"
	RoleUnit      Role = "unit"
	RoleInspector Role = "inspector"
	RoleCustodian Role = "custodian"
	RoleServer    Role = "server"
)

func (r Role) valid() bool {
	switch r {
	case RoleReporter, RoleMember, RoleUnit, RoleInspector, RoleCustodian, RoleServer:
		return true
	}
	return false
}

// Author says who wrote a document. ID is "" for the reporter and a short name for everybody else.
type Author struct {
	Role Role   `json:"role"`
	ID   string `json:"id"`
}

// Document is what stands inside a seal. The fields are written in this order, all of them always.
type Document struct {
	V        int             `json:"v"`        // 1
	Instance string          `json:"instance"` // the installation
	Kind     Kind            `json:"kind"`
	Case     string          `json:"case"` // 26 base32 characters, made by the reporter's side
	Chain    Chain           `json:"chain"`
	ID       string          `json:"id"`   // 26 base32 characters
	Seq      int64           `json:"seq"`  // 1, 2, 3… within the chain
	Prev     string          `json:"prev"` // hex SHA-256 of the sealed bytes before it in the chain; "" for the first
	Unit     string          `json:"unit"` // the unit that it goes to or comes from
	Day      string          `json:"day"`  // YYYY-MM-DD
	Author   Author          `json:"author"`
	Body     json.RawMessage `json:"body"` // an object of the kind; see [EncodeBody] and [DecodeBody]
}

// check tells what breaks the format. It does not look into the body.
func (d *Document) check() error {
	bad := func(field string) error { return fmt.Errorf("%w: field %s", ErrDocument, field) }
	switch {
	case d.V != 1:
		return bad("v")
	case !validInstance(d.Instance):
		return bad("instance")
	case d.Kind.Chain() == "":
		return bad("kind")
	case !validID(d.Case):
		return bad("case")
	case d.Chain != d.Kind.Chain():
		return bad("chain")
	case !validID(d.ID):
		return bad("id")
	case d.Seq < 1 || d.Seq > maxSafeInteger:
		return bad("seq")
	case d.Seq == 1 && d.Prev != "", d.Seq > 1 && !validHash(d.Prev):
		return bad("prev")
	case !validName(d.Unit):
		return bad("unit")
	case !validDay(d.Day):
		return bad("day")
	case !d.Author.Role.valid(), d.Author.Role == RoleReporter && (d.Author.ID != "" || d.Chain != ChainReporter),
		d.Author.Role != RoleReporter && !validName(d.Author.ID):
		return bad("author")
	case len(d.Body) < 2 || d.Body[0] != '{':
		return bad("body")
	}
	return nil
}

// Signer is a key and the capacity in which it signs.
type Signer struct {
	Role Role
	Key  ed25519.PrivateKey
}

type signature struct {
	Role Role   `json:"role"`
	Key  string `json:"key"`
	Sig  string `json:"sig"`
}

type envelope struct {
	V    int         `json:"v"`
	Doc  string      `json:"doc"`
	Sigs []signature `json:"sigs"`
}

// SignDocument writes d, signs it with every signer, and pads the result with spaces to [PaddedLen] of floor
// bytes, ready to be sealed. Errors: [ErrDocument], [ErrSignature] for no, bad or double signers, [ErrTooLarge].
func SignDocument(d Document, floor int, signers ...Signer) (plain []byte, err error) {
	d.V = 1
	if err := d.check(); err != nil {
		return nil, err
	}
	if len(signers) == 0 || len(signers) > MaxSignatures {
		return nil, fmt.Errorf("%w: %d signers", ErrSignature, len(signers))
	}
	doc, err := encodeJSON(&d)
	if err != nil {
		return nil, err
	}
	env := envelope{V: 1, Doc: string(doc)}
	// What we write, we and everybody else must be able to read: the same rules as in ParseDocument, without opening
	// and verifying what was signed a moment ago.
	if err := checkJSON(doc, maxDepth); err != nil {
		return nil, err
	}
	for i, s := range signers {
		if len(s.Key) != ed25519.PrivateKeySize || !s.Role.valid() {
			return nil, fmt.Errorf("%w: not an Ed25519 key, or no role", ErrSignature)
		}
		if slices.ContainsFunc(signers[:i], func(o Signer) bool { return o.Role == s.Role && o.Key.Equal(s.Key) }) {
			return nil, fmt.Errorf("%w: signer %d is there twice", ErrSignature, i+1)
		}
		sig := ed25519.Sign(s.Key, prefixed(documentPrefix, doc))
		env.Sigs = append(env.Sigs, signature{s.Role, EncodeKey(publicOf(s.Key)), base64.RawURLEncoding.EncodeToString(sig)})
	}
	if plain, err = encodeJSON(&env); err != nil {
		return nil, err
	}
	size := PaddedLen(int64(len(plain)), int64(floor))
	if size > MaxPlain {
		return nil, ErrTooLarge
	}
	return append(plain, bytes.Repeat([]byte{' '}, int(size)-len(plain))...), nil
}

// Signed is a document whose signatures are sound. Whose they are, only [Signed.VerifiedBy] tells.
type Signed struct {
	Document Document
	Raw      []byte // the signed JSON text of the document
	Sealed   string // hex SHA-256 of the sealed bytes, when [OpenDocument] read it; else ""
	sigs     []signature
}

// ParseDocument reads what [SignDocument] wrote and refuses everything else: unknown, missing or double fields,
// anything but spaces at the end, and any signature that does not verify with the key that it names itself.
// The document's body stays raw. Errors: [ErrTooLarge], [ErrDocument], [ErrSignature].
func ParseDocument(plain []byte) (*Signed, error) {
	if len(plain) > MaxPlain {
		return nil, ErrTooLarge
	}
	text := bytes.TrimRight(plain, " ")
	if err := checkJSON(text, maxDepth); err != nil {
		return nil, err
	}
	var env envelope
	if err := decodeExact(text, &env, "v", "doc", "sigs"); err != nil {
		return nil, err
	}
	if env.V != 1 {
		return nil, fmt.Errorf("%w: version %d is unknown", ErrDocument, env.V)
	}
	s := &Signed{Raw: []byte(env.Doc), sigs: env.Sigs}
	if err := checkJSON(s.Raw, maxDepth); err != nil {
		return nil, err
	}
	if err := decodeDocument(s.Raw, &s.Document); err != nil {
		return nil, err
	}
	if err := s.checkSignatures(); err != nil {
		return nil, err
	}
	return s, nil
}

func decodeDocument(raw []byte, d *Document) error {
	err := decodeExact(raw, d, "v", "instance", "kind", "case", "chain", "id", "seq", "prev", "unit", "day", "author", "body")
	if err != nil {
		return err
	}
	var parts struct{ Author json.RawMessage }
	if err := json.Unmarshal(raw, &parts); err != nil {
		return fmt.Errorf("%w: author", ErrDocument)
	}
	if err := decodeExact(parts.Author, new(Author), "role", "id"); err != nil {
		return err
	}
	return d.check()
}

func (s *Signed) checkSignatures() error {
	if len(s.sigs) == 0 || len(s.sigs) > MaxSignatures {
		return fmt.Errorf("%w: %d signatures", ErrSignature, len(s.sigs))
	}
	for i, sig := range s.sigs {
		key, err := ParseKey(sig.Key)
		if err != nil || !sig.Role.valid() {
			return fmt.Errorf("%w: signature %d", ErrSignature, i+1)
		}
		raw, ok := decodeURL(sig.Sig, ed25519.SignatureSize)
		if !ok || !verify(key, documentPrefix, s.Raw, raw) {
			return fmt.Errorf("%w: signature %d", ErrSignature, i+1)
		}
		same := func(o signature) bool { return o.Role == sig.Role && o.Key == sig.Key }
		if slices.ContainsFunc(s.sigs[:i], same) {
			return fmt.Errorf("%w: signature %d repeats another", ErrSignature, i+1)
		}
	}
	return nil
}

// VerifiedBy returns nil if the document carries a signature in role by key, a key that the caller already
// trusts for that role, and [ErrSignature] otherwise.
func (s *Signed) VerifiedBy(role Role, key ed25519.PublicKey) error {
	for _, sig := range s.sigs {
		if sig.Role == role && sig.Key == EncodeKey(key) {
			return nil
		}
	}
	return fmt.Errorf("%w: nothing by this key as %s", ErrSignature, role)
}

// TypedIn returns nil if the document is a report that a member wrote down for a reporter who has no mailbox yet, signed by that member
// and by nobody else: its way in is not the web, and it names no keys. [ErrSignature] or [ErrDocument] otherwise. Whether the key is the
// member's, only a signed roster tells.
func (s *Signed) TypedIn() error {
	d := s.Document
	if d.Author.Role != RoleMember || d.Kind != KindReport || d.Seq != 1 {
		return fmt.Errorf("%w: no report of a member", ErrDocument)
	}
	var r Report
	if err := DecodeBody(d, &r); err != nil {
		return err
	}
	if r.Via == "web" || r.Mailbox != (Mailbox{}) {
		return fmt.Errorf("%w: a report of the web, or with keys", ErrDocument)
	}
	if len(s.sigs) != 1 || s.sigs[0].Role != RoleMember {
		return fmt.Errorf("%w: one member signs it", ErrSignature)
	}
	return nil
}

// The templates of a reply with which an inspector answers a review.
const (
	TemplateUpheld   = "upheld"
	TemplateSentBack = "sent_back"
)

// VerifiedReview returns nil if the document is an inspector's answer to a review, or their voice for sending a decision back, a note that
// stays inside the office; signed by key and by nobody else. [ErrSignature] or [ErrDocument] otherwise. The key is one that the caller trusts for the inspector whom the document names. There is no
// other document of an inspector: whoever had this key by force could write nothing else with it.
func (s *Signed) VerifiedReview(key ed25519.PublicKey) error {
	d := s.Document
	if d.Author.Role != RoleInspector || d.Kind != KindReply && d.Kind != KindNote {
		return fmt.Errorf("%w: no inspector's answer", ErrDocument)
	}
	if len(s.sigs) != 1 {
		return fmt.Errorf("%w: an inspector's answer has one", ErrSignature)
	}
	if err := s.VerifiedBy(RoleInspector, key); err != nil {
		return err
	}
	if d.Kind == KindNote {
		var n Note
		if err := DecodeBody(d, &n); err != nil || len(n.Files) > 0 {
			return fmt.Errorf("%w: no voice of an inspector", ErrDocument)
		}
		return nil
	}
	var r Reply
	if err := DecodeBody(d, &r); err != nil {
		return err
	}
	if len(r.Files) > 0 || r.Next != nil || r.Template != TemplateUpheld && r.Template != TemplateSentBack {
		return fmt.Errorf("%w: no answer to a review", ErrDocument)
	}
	return nil
}

// Signers lists the signatures as pairs of role and public key, for callers that look a key up in a list.
func (s *Signed) Signers() []SignedBy {
	out := make([]SignedBy, len(s.sigs))
	for i, sig := range s.sigs {
		out[i] = SignedBy{sig.Role, sig.Key}
	}
	return out
}

// SignedBy is one signature of a document: the role that it claims and the key, as [EncodeKey] writes it.
type SignedBy struct {
	Role Role
	Key  string
}

// SealDocument signs, pads and seals d to the recipients, at most [MaxRecipients].
func SealDocument(d Document, floor int, to []Recipient, signers ...Signer) (sealed []byte, err error) {
	plain, err := SignDocument(d, floor, signers...)
	if err != nil {
		return nil, err
	}
	return Seal(plain, to...)
}

// OpenDocument opens what [SealDocument] made and checks it as [ParseDocument] does.
func OpenDocument(sealed []byte, ids ...*Identity) (*Signed, error) {
	if len(sealed) > MaxSealed {
		return nil, ErrTooLarge
	}
	plain, err := Open(sealed, ids...)
	if err != nil {
		return nil, err
	}
	s, err := ParseDocument(plain)
	if err != nil {
		return nil, err
	}
	s.Sealed = SealedHash(sealed)
	return s, nil
}

// SealedHash returns the lower-case hex SHA-256 of sealed bytes, by which documents name each other.
func SealedHash(sealed []byte) string { return hexHash(sha256.Sum256(sealed)) }
