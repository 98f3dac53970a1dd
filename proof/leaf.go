package proof

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// PublicKind says what a leaf of the public log witnesses.
type PublicKind string

// The kinds of public leaves.
const (
	PublicRoot        PublicKind = "root"       // the root key and the logs' own keys; the first leaf
	PublicKeys        PublicKind = "keys"       // a key set
	PublicRelease     PublicKind = "release"    // the files of a release
	PublicCheckpoint  PublicKind = "checkpoint" // a checkpoint of the case log
	PublicArticle     PublicKind = "article"
	PublicRegistry    PublicKind = "registry"
	PublicCertificate PublicKind = "certificate"
	PublicFigures     PublicKind = "figures"
	PublicStatement   PublicKind = "statement" // anything that people sign and publish, such as what a restore lost
)

func (k PublicKind) valid() bool {
	switch k {
	case PublicRoot, PublicKeys, PublicRelease, PublicCheckpoint, PublicArticle, PublicRegistry, PublicCertificate,
		PublicFigures, PublicStatement:
		return true
	}
	return false
}

// PublicLeaf returns the text of a leaf of the public log for the object with this SHA-256. An unknown kind is
// [ErrFormat].
func PublicLeaf(kind PublicKind, object [32]byte) ([]byte, error) {
	if !kind.valid() {
		return nil, fmt.Errorf("%w: kind of public leaf", ErrFormat)
	}
	return []byte("clarion/public-leaf/v1\n" + string(kind) + "\n" + hex.EncodeToString(object[:]) + "\n"), nil
}

// EventKind says what happened to a case.
type EventKind string

// The kinds of events. EventDummy is never shown on a leaf: a dummy leaf shows another kind, drawn by the log.
const (
	EventReceived         EventKind = "received"     // a sealed report was stored
	EventOpened           EventKind = "opened"       // a clerk opened the entry of a call, letter or visit
	EventAcknowledged     EventKind = "acknowledged" // the first message with dates is in the mailbox
	EventTriaged          EventKind = "triaged"
	EventNeedsInfo        EventKind = "needs_info"
	EventAccepted         EventKind = "accepted"
	EventDeclined         EventKind = "declined"
	EventTransferred      EventKind = "transferred"
	EventLinked           EventKind = "linked"
	EventInInquiry        EventKind = "in_inquiry"
	EventSuspended        EventKind = "suspended"
	EventConcluded        EventKind = "concluded"
	EventFeedbackGiven    EventKind = "feedback_given"
	EventReward           EventKind = "reward" // a step of the reward; Code names it
	EventReview           EventKind = "review"
	EventClosed           EventKind = "closed"
	EventReopened         EventKind = "reopened"
	EventRetained         EventKind = "retained"
	EventErased           EventKind = "erased"
	EventMessage          EventKind = "message" // from the reporter
	EventReply            EventKind = "reply"   // to the reporter
	EventRekey            EventKind = "rekey"   // the reporter changed the code
	EventIdentityOpened   EventKind = "identity_opened"
	EventIdentityRefused  EventKind = "identity_refused"
	EventInspectorAsked   EventKind = "inspector_asked"   // the inspector asked for the file key of a logged ciphertext
	EventInspectorGranted EventKind = "inspector_granted" // and got it
	EventInspectorRefused EventKind = "inspector_refused" // or not
	EventHold             EventKind = "hold"              // the inspector or a court forbids erasure
	EventDummy            EventKind = "dummy"
)

// EventKinds returns every kind in a fixed order, [EventDummy] last.
func EventKinds() []EventKind {
	return []EventKind{EventReceived, EventOpened, EventAcknowledged, EventTriaged, EventNeedsInfo, EventAccepted,
		EventDeclined, EventTransferred, EventLinked, EventInInquiry, EventSuspended, EventConcluded, EventFeedbackGiven,
		EventReward, EventReview, EventClosed, EventReopened, EventRetained, EventErased, EventMessage, EventReply,
		EventRekey, EventIdentityOpened, EventIdentityRefused, EventInspectorAsked, EventInspectorGranted,
		EventInspectorRefused, EventHold, EventDummy}
}

func (k EventKind) valid() bool {
	for _, known := range EventKinds() {
		if k == known {
			return true
		}
	}
	return false
}

// MaxEventFiles is how many attachments one received event can name.
const MaxEventFiles = 100

// Event is what a leaf of the case log commits to. All fields are written, in this order; which may be filled
// depends on the kind.
type Event struct {
	V      int       `json:"v"` // 1
	Kind   EventKind `json:"kind"`
	Day    string    `json:"day"`    // YYYY-MM-DD
	Case   string    `json:"case"`   // case id; opened only
	Report string    `json:"report"` // hex SHA-256 of the sealed report; received only, and always there
	Files  []string  `json:"files"`  // hex SHA-256 of each sealed attachment, in the report's order; received only
	Doc    string    `json:"doc"`    // hex SHA-256 of the sealed document that belongs to it; not received, opened or dummy
	Code   string    `json:"code"`   // such as D6; up to 32 of A-Z a-z 0-9 _ . -; not received, opened or dummy
}

func (e *Event) check() error {
	if e.Files == nil {
		e.Files = []string{}
	}
	bad := func(field string) error { return fmt.Errorf("%w: event field %s", ErrFormat, field) }
	received, opened := e.Kind == EventReceived, e.Kind == EventOpened
	bare := received || opened || e.Kind == EventDummy
	switch {
	case e.V != 1:
		return bad("v")
	case !e.Kind.valid():
		return bad("kind")
	case !validDay(e.Day):
		return bad("day")
	case opened && !validID(e.Case), !opened && e.Case != "":
		return bad("case")
	case received && !validHash(e.Report), !received && e.Report != "":
		return bad("report")
	case !received && len(e.Files) > 0, len(e.Files) > MaxEventFiles:
		return bad("files")
	case e.Doc != "" && (bare || !validHash(e.Doc)):
		return bad("doc")
	case e.Code != "" && (bare || !validCode(e.Code)):
		return bad("code")
	}
	for _, f := range e.Files {
		if !validHash(f) {
			return bad("files")
		}
	}
	return nil
}

// validID: 26 characters of lower-case base32. Package seal checks case ids fully; here they are only shown.
func validID(s string) bool { return len(s) == 26 && every(s, "abcdefghijklmnopqrstuvwxyz234567") }

func validCode(s string) bool {
	return len(s) <= 32 && every(s, lowerDigits+"ABCDEFGHIJKLMNOPQRSTUVWXYZ_.-")
}

// ParseEvent reads the JSON of an event in its only spelling.
func ParseEvent(b []byte) (Event, error) {
	var e Event
	if err := decodeCanonical(b, &e); err != nil {
		return Event{}, err
	}
	return e, nil
}

// Opening is what shows the content of a leaf: 32 random bytes and the event's JSON. Without the random bytes
// nobody can tell what a leaf says, not even by guessing; they are erased with the case.
type Opening struct {
	Random [32]byte
	Event  []byte
}

// NewOpening writes e and draws its random bytes. An event that breaks the format is [ErrFormat].
func NewOpening(e Event) (Opening, error) {
	e.V = 1
	if err := e.check(); err != nil {
		return Opening{}, err
	}
	b, err := encodeCanonical(&e)
	if err != nil {
		return Opening{}, err
	}
	o := Opening{Event: b}
	rand.Read(o.Random[:])
	return o, nil
}

// NewLeaf is [NewOpening] with the text of the opening's leaf, which shows the event's own kind. A dummy, which shows
// another one, is [ErrOpening].
func NewLeaf(e Event) (o Opening, leaf []byte, err error) {
	if o, err = NewOpening(e); err != nil {
		return Opening{}, nil, err
	}
	if e.Kind == EventDummy {
		return Opening{}, nil, fmt.Errorf("%w: kind on the leaf", ErrOpening)
	}
	return o, CaseLeaf(e.Kind, o.Commitment()), nil
}

// Commitment is SHA-256("clarion/case-event/v1\n" ‖ random ‖ event).
func (o Opening) Commitment() [32]byte {
	return sha256.Sum256(bytes.Join([][]byte{[]byte("clarion/case-event/v1\n"), o.Random[:], o.Event}, nil))
}

// Leaf returns the text of the opening's leaf and the event. shown is the kind on the leaf: the event's own, or
// for a dummy any other one.
func (o Opening) Leaf(shown EventKind) (leaf []byte, e Event, err error) {
	if e, err = ParseEvent(o.Event); err != nil {
		return nil, Event{}, err
	}
	if !shown.valid() || shown == EventDummy || e.Kind != EventDummy && shown != e.Kind {
		return nil, Event{}, fmt.Errorf("%w: kind on the leaf", ErrOpening)
	}
	return CaseLeaf(shown, o.Commitment()), e, nil
}

// CaseLeaf returns the text of a leaf of the case log.
func CaseLeaf(shown EventKind, commitment [32]byte) []byte {
	return []byte("clarion/case-leaf/v1\n" + string(shown) + "\n" + encode64(commitment[:]) + "\n")
}

func (o Opening) encode() string { return encode64(append(o.Random[:], o.Event...)) }

func decodeOpening(s string) (Opening, error) {
	b, ok := decode64(s)
	if !ok || len(b) <= 32 {
		return Opening{}, fmt.Errorf("%w: opening", ErrFormat)
	}
	return Opening{Random: [32]byte(b), Event: b[32:]}, nil
}
