package seal

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// Body is the content of a document: [Report], [Message], [Reply], [Note], [Title], [Decision], [Proposal],
// [Approval], [Copy], [Rekey] or [EraseNote]. Empty lists are left out when written; everything else stands always.
type Body interface {
	// Kind is the kind of document that the body makes.
	Kind() Kind
	check() error
}

// Report is the first document of a case. Its routing fields repeat what the server was told in clear, so that
// the desk can compare.
type Report struct {
	Category string   `json:"category"`
	Region   string   `json:"region"` // "" is "rather not say"
	Unit     string   `json:"unit"`
	Via      string   `json:"via"`
	Lang     string   `json:"lang"`
	Contact  string   `json:"contact"` // anonymous, confidential or named
	Danger   bool     `json:"danger"`
	Wish     bool     `json:"wish"`     // wants a reward if one is due
	Reach    string   `json:"reach"`    // telephone or address, contact "named" only
	Identity string   `json:"identity"` // hex SHA-256 of the sealed [IdentityBox.Box], "" exactly when anonymous
	Answers  []Answer `json:"answers,omitempty"`
	What     string   `json:"what"`
	When     string   `json:"when"`
	Where    string   `json:"where"`
	How      []string `json:"how,omitempty"` // how it is known
	Told     string   `json:"told"`          // whom the reporter told already
	Files    []File   `json:"files,omitempty"`
	Mailbox  Mailbox  `json:"mailbox"` // all "" before a pick-up number is exchanged
	Taken    *Taken   `json:"taken,omitempty"`
}

// Taken says how somebody took down what a caller or visitor said: with their consent to a recording, or as minutes; and whether they read
// the pick-up number back.
type Taken struct {
	Consent string `json:"consent"` // recording or minutes
	Minutes int64  `json:"minutes"` // how long it took, whole minutes
	Number  bool   `json:"number"`
}

// Answer is the answer to one question of the category.
type Answer struct {
	Q      string   `json:"q"`
	Values []string `json:"values,omitempty"` // chosen options
	Text   string   `json:"text"`
}

// Mailbox is the public half of a receipt code.
type Mailbox struct {
	Auth      string `json:"auth"`      // Ed25519, base64url
	Recipient string `json:"recipient"` // age1pq1…
	Sign      string `json:"sign"`      // Ed25519, base64url
}

// File is an attachment: where its ciphertext is, what it is, and how to open it.
type File struct {
	Blob       string `json:"blob"` // the server's id of the ciphertext
	Name       string `json:"name"`
	Type       string `json:"type"`        // as the sender's device said; never to be believed
	Size       int64  `json:"size"`        // true size in bytes
	SHA256     string `json:"sha256"`      // hex, of the content without padding
	Key        string `json:"key"`         // AGE-SECRET-KEY-PQ-1…, for this file alone
	Sealed     string `json:"sealed"`      // hex SHA-256 of the ciphertext
	SealedSize int64  `json:"sealed_size"` // bytes of ciphertext
	Cleaned    string `json:"cleaned"`     // metadata: no, yes, or original (kept on purpose)
}

// Message is what a reporter adds.
type Message struct {
	Text  string `json:"text"`
	Files []File `json:"files,omitempty"`
}

// Reply is what a unit writes to a reporter. Template names the pack's text that it began from, or "". Next passes the case on: from the
// letter after this one on, that unit writes.
type Reply struct {
	Text     string  `json:"text"`
	Files    []File  `json:"files,omitempty"`
	Template string  `json:"template"`
	Letter   *Letter `json:"letter,omitempty"`
	Next     *Next   `json:"next,omitempty"`
}

// Next names the unit that a case is passed on to.
type Next struct {
	Unit string `json:"unit"`
}

// Letter says what a letter was made of, so that somebody can read it in another language: the template with its decline code or
// finding, the sentences that were chosen, what was typed besides, and what the server filled in on that day. It is worth only as much as
// the letter that comes out of it: whoever shows it makes the letter again and compares.
type Letter struct {
	Template  string     `json:"template"`
	Code      string     `json:"code"`
	Sentences []Sentence `json:"sentences,omitempty"`
	Words     string     `json:"words"`
	Days      []Filled   `json:"days,omitempty"`
}

// Sentence is one that was chosen, by its id in the pack.
type Sentence struct {
	ID    string `json:"id"`
	Picks []Pick `json:"picks,omitempty"`
}

// Pick is what was chosen for one thing that a sentence asks for.
type Pick struct {
	Name   string   `json:"name"`
	Values []string `json:"values,omitempty"`
}

// Filled is a day or number that the server filled in, such as review_by 2026-04-30.
type Filled struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Note is what a unit writes for itself.
type Note struct {
	Text  string `json:"text"`
	Files []File `json:"files,omitempty"`
}

// Title is the working title of a case, at most 80 characters.
type Title struct {
	Text string `json:"text"`
}

// Decision tells a reporter what was decided and what they can do.
type Decision struct {
	Code      string   `json:"code"`    // such as D6 or F1, or ""
	Outcome   string   `json:"outcome"` // such as accepted, declined, transferred
	Reasons   string   `json:"reasons"`
	Addresses []string `json:"addresses,omitempty"` // other offices that can help
	Review    string   `json:"review"`              // how to ask for review
	Letter    *Letter  `json:"letter,omitempty"`
}

// Proposal asks another member to approve an act, such as a decision in its final words.
type Proposal struct {
	Act      string    `json:"act"`
	Code     string    `json:"code"`
	Reasons  string    `json:"reasons"`
	Decision *Decision `json:"decision,omitempty"`
}

// Approval answers a proposal. Sealed is the hex SHA-256 of the sealed proposal, so that it approves exactly
// those words.
type Approval struct {
	Proposal string `json:"proposal"` // document id
	Sealed   string `json:"sealed"`
	Approve  bool   `json:"approve"`
	Reasons  string `json:"reasons"`
}

// Rekey tells the unit the reporter's new keys. The old signing key signs it.
type Rekey struct {
	Mailbox Mailbox `json:"mailbox"`
}

// EraseNote stands for a document whose sealed bytes the reporter erased from the mailbox.
type EraseNote struct {
	Chain  Chain  `json:"chain"`
	Doc    string `json:"doc"` // id of the erased document
	Seq    int64  `json:"seq"`
	Sealed string `json:"sealed"` // hex SHA-256 of its sealed bytes
}

// Kind is [KindReport].
func (*Report) Kind() Kind { return KindReport }

// Kind is [KindMessage].
func (*Message) Kind() Kind { return KindMessage }

// Kind is [KindReply].
func (*Reply) Kind() Kind { return KindReply }

// Kind is [KindNote].
func (*Note) Kind() Kind { return KindNote }

// Kind is [KindTitle].
func (*Title) Kind() Kind { return KindTitle }

// Kind is [KindDecision].
func (*Decision) Kind() Kind { return KindDecision }

// Kind is [KindProposal].
func (*Proposal) Kind() Kind { return KindProposal }

// Kind is [KindApproval].
func (*Approval) Kind() Kind { return KindApproval }

// Kind is [KindCopy].
func (*Copy) Kind() Kind { return KindCopy }

// Kind is [KindRekey].
func (*Rekey) Kind() Kind { return KindRekey }

// Kind is [KindErase].
func (*EraseNote) Kind() Kind { return KindErase }

func badBody(field string) error { return fmt.Errorf("%w: body field %s", ErrDocument, field) }

func (r *Report) check() error {
	switch {
	case !validName(r.Category):
		return badBody("category")
	case r.Region != "" && !validName(r.Region):
		return badBody("region")
	case !validName(r.Unit):
		return badBody("unit")
	case !validName(r.Via):
		return badBody("via")
	case r.Contact != "anonymous" && r.Contact != "confidential" && r.Contact != "named":
		return badBody("contact")
	case r.Reach != "" && r.Contact != "named":
		return badBody("reach")
	case (r.Identity == "") != (r.Contact == "anonymous"), r.Identity != "" && !validHash(r.Identity):
		return badBody("identity")
	}
	if r.Mailbox != (Mailbox{}) {
		if err := r.Mailbox.check(); err != nil {
			return err
		}
	}
	if t := r.Taken; t != nil && (r.Via == "web" || t.Consent != "recording" && t.Consent != "minutes" || t.Minutes < 0 || t.Minutes > 24*60) {
		return badBody("taken")
	}
	return checkFiles(r.Files)
}

func (m Mailbox) check() error {
	if _, err := ParseKey(m.Auth); err != nil {
		return badBody("mailbox.auth")
	}
	if _, err := ParseRecipient(m.Recipient); err != nil {
		return badBody("mailbox.recipient")
	}
	if _, err := ParseKey(m.Sign); err != nil {
		return badBody("mailbox.sign")
	}
	return nil
}

func (m *Message) check() error { return checkFiles(m.Files) }
func (r *Reply) check() error {
	if r.Next != nil && !validName(r.Next.Unit) {
		return fmt.Errorf("%w: next", ErrDocument)
	}
	return checkFiles(r.Files)
}
func (n *Note) check() error     { return checkFiles(n.Files) }
func (d *Decision) check() error { return nil }
func (p *Proposal) check() error { return nil }
func (r *Rekey) check() error    { return r.Mailbox.check() }

func (t *Title) check() error {
	if utf8.RuneCountInString(t.Text) > 80 {
		return badBody("text")
	}
	return nil
}

func (a *Approval) check() error {
	if !validID(a.Proposal) || !validHash(a.Sealed) {
		return badBody("proposal")
	}
	return nil
}

func (e *EraseNote) check() error {
	switch e.Chain {
	case ChainReporter, ChainUnit, ChainInside:
	default:
		return badBody("chain")
	}
	if !validID(e.Doc) || e.Seq < 1 || !validHash(e.Sealed) {
		return badBody("doc")
	}
	return nil
}

func checkFiles(files []File) error {
	for i := range files {
		if err := files[i].check(); err != nil || !validID(files[i].Blob) {
			return badBody("files")
		}
	}
	return nil
}

// EncodeBody writes b for [Document.Body]; a body that breaks its format is [ErrDocument].
func EncodeBody(b Body) (json.RawMessage, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	return encodeJSON(b)
}

// DecodeBody reads d's body into b, whose kind must be d's. Unknown fields and values outside the format are
// [ErrDocument]. d must come from [ParseDocument], which has refused what encoding/json would let pass.
func DecodeBody(d Document, b Body) error {
	if d.Kind != b.Kind() {
		return fmt.Errorf("%w: body of kind %s wanted, %s found", ErrDocument, b.Kind(), d.Kind)
	}
	if err := decodeKnown(d.Body, b); err != nil {
		return err
	}
	return b.check()
}
