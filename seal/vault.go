package seal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxIdentityWords is how many bytes of UTF-8 somebody may write to ask for an identity, or to refuse one. FloorIdentityWords is the least
// padded size in bytes of them.
const (
	MaxIdentityWords   = 4000
	FloorIdentityWords = 1024
)

// IdentityRequest is what a member signs who asks to know who a reporter is. It names one reader and that reader's key, so that nobody in
// between can have shares sealed to somebody else, and the box, so that a custodian's share of another case does not fit.
type IdentityRequest struct {
	Instance string
	ID       string    // of the request, as a document's
	Case     string    // id
	Number   string    // the case's number, for people: 1 to 40 of A-Z a-z 0-9 -
	Box      string    // hex SHA-256, from the case's verified report
	Unit     string    // name
	Asker    string    // name of the member who signs
	Reader   string    // name of the one member who shall read it, who may be the asker
	To       Recipient // the reader's key in the signed list of the unit
	Reason   string    // name of the reason in the law's list
	Law      string    // name of the law that forbids telling the reporter, or ""
	Day      string    // YYYY-MM-DD
	Until    string    // last day for answers, YYYY-MM-DD
	Words    [32]byte  // SHA-256 of what [NewIdentityWords] gives
}

func validNumber(s string) bool {
	return len(s) >= 1 && len(s) <= 40 && every(s, lowerDigits+"ABCDEFGHIJKLMNOPQRSTUVWXYZ-")
}

// Message gives the signed bytes, or [ErrRequest] for a field outside its grammar.
func (r IdentityRequest) Message() ([]byte, error) {
	names := validName(r.Unit) && validName(r.Asker) && validName(r.Reader) && validName(r.Reason) && (r.Law == "" || validName(r.Law))
	days := validDay(r.Day) && validDay(r.Until) && r.Day <= r.Until
	if !validInstance(r.Instance) || !validID(r.ID) || !validID(r.Case) || !validNumber(r.Number) || !validHash(r.Box) || !names || !days || r.To.IsZero() {
		return nil, ErrRequest
	}
	lines := []string{"clarion/identity-request/v1", r.Instance, r.ID, r.Case, r.Number, r.Box, r.Unit, r.Asker, r.Reader, r.To.String(),
		r.Reason, r.Law, r.Day, r.Until, hexHash(r.Words), ""}
	return []byte(strings.Join(lines, "\n")), nil
}

// Verify tells whether sig is by asker, the signing key of r.Asker in the signed list of the unit: else [ErrSignature], or [ErrRequest].
func (r IdentityRequest) Verify(asker ed25519.PublicKey, sig []byte) error {
	return verifyMessage(r, asker, sig)
}

// hash is what answers name.
func (r IdentityRequest) hash() ([32]byte, error) {
	msg, err := r.Message()
	return sha256.Sum256(msg), err
}

// IdentityAnswer is what a custodian signs about a request. Make it with [IdentityRequest.Agree] or [IdentityRequest.Refuse].
type IdentityAnswer struct {
	Instance  string
	Request   [32]byte // SHA-256 of the request's message
	Custodian string   // name of who signs
	Agrees    bool
	Day       string   // YYYY-MM-DD
	Holds     [32]byte // SHA-256 of the share that is sealed to the reader, or of the words of a refusal
}

// Message gives the signed bytes, or [ErrRequest] for a field outside its grammar.
func (a IdentityAnswer) Message() ([]byte, error) {
	if !validInstance(a.Instance) || !validName(a.Custodian) || !validDay(a.Day) {
		return nil, ErrRequest
	}
	word := "no"
	if a.Agrees {
		word = "yes"
	}
	lines := []string{"clarion/identity-answer/v1", a.Instance, hexHash(a.Request), a.Custodian, word, a.Day, hexHash(a.Holds), ""}
	return []byte(strings.Join(lines, "\n")), nil
}

// Verify tells whether sig is by custodian, the signing key of a.Custodian in the published list: else [ErrSignature], or [ErrRequest].
func (a IdentityAnswer) Verify(custodian ed25519.PublicKey, sig []byte) error {
	return verifyMessage(a, custodian, sig)
}

// Agree checks that the request is the asker's and opens and reseals a custodian's share to the one reader whom it names. It is [ErrShare]
// for a custodian who is asker or reader, by name or by key, and for a share of another case or box; [ErrRequest] for a day outside the
// request's; [ErrSignature] for a request that asker did not sign. Asker is the key that the signed list of the unit gives.
func (r IdentityRequest) Agree(sig []byte, asker ed25519.PublicKey, custodian, day string, share []byte, holder *Identity) (IdentityAnswer, []byte, error) {
	a, err := r.answer(sig, asker, custodian, day)
	if err != nil {
		return IdentityAnswer{}, nil, err
	}
	if holder.Recipient() == r.To {
		return IdentityAnswer{}, nil, fmt.Errorf("%w: to the custodian's own key", ErrShare)
	}
	s, err := OpenShare(share, holder, ShareOf{r.Instance, r.Case, r.Box})
	if err != nil {
		return IdentityAnswer{}, nil, err
	}
	sealed, err := s.Reseal(r.To)
	if err != nil {
		return IdentityAnswer{}, nil, err
	}
	a.Agrees, a.Holds = true, sha256.Sum256(sealed)
	return a, sealed, nil
}

// Refuse is the answer of a custodian who does not agree. Words is the hash that [NewIdentityWords] gives. The errors are those of
// [IdentityRequest.Agree].
func (r IdentityRequest) Refuse(sig []byte, asker ed25519.PublicKey, custodian, day string, words [32]byte) (IdentityAnswer, error) {
	a, err := r.answer(sig, asker, custodian, day)
	a.Holds = words
	return a, err
}

func (r IdentityRequest) answer(sig []byte, asker ed25519.PublicKey, custodian, day string) (IdentityAnswer, error) {
	if err := r.Verify(asker, sig); err != nil {
		return IdentityAnswer{}, err
	}
	if custodian == r.Asker || custodian == r.Reader {
		return IdentityAnswer{}, fmt.Errorf("%w: a custodian who asks or reads", ErrShare)
	}
	if !validName(custodian) || !validDay(day) || day < r.Day || day > r.Until {
		return IdentityAnswer{}, ErrRequest
	}
	hash, err := r.hash()
	return IdentityAnswer{Instance: r.Instance, Request: hash, Custodian: custodian, Day: day}, err
}

// GivenShare is one custodian's agreement as it reaches the reader.
type GivenShare struct {
	Answer IdentityAnswer
	Key    ed25519.PublicKey // of the custodian in the published list
	Sig    []byte
	Sealed []byte // the share, sealed to the reader
}

// Combine opens the identity for the reader. Each share must come with a custodian's signed agreement to exactly this request; two
// agreements of one custodian or under one key are one. Named is the box's hash in the case's verified report. Errors are those of
// [CombineIdentity], [ErrSignature], and [ErrShare] for an answer that is no agreement to this request.
func (r IdentityRequest) Combine(box []byte, named string, reader *Identity, given ...GivenShare) (Person, error) {
	hash, err := r.hash()
	if err != nil {
		return Person{}, err
	}
	if reader.Recipient() != r.To {
		return Person{}, fmt.Errorf("%w: for another reader", ErrShare)
	}
	var shares []*Share
	seen := map[string]bool{}
	for _, g := range given {
		if err := g.Answer.Verify(g.Key, g.Sig); err != nil {
			return Person{}, err
		}
		fits := g.Answer.Instance == r.Instance && g.Answer.Request == hash && g.Answer.Agrees && g.Answer.Holds == sha256.Sum256(g.Sealed)
		between := g.Answer.Day >= r.Day && g.Answer.Day <= r.Until
		if c := g.Answer.Custodian; !fits || !between || c == r.Asker || c == r.Reader || seen[c] || seen["key "+string(g.Key)] {
			return Person{}, fmt.Errorf("%w: no agreement to this request", ErrShare)
		}
		seen[g.Answer.Custodian], seen["key "+string(g.Key)] = true, true
		s, err := OpenShare(g.Sealed, reader, ShareOf{r.Instance, r.Case, r.Box})
		if err != nil {
			return Person{}, err
		}
		shares = append(shares, s)
	}
	return CombineIdentity(box, named, shares...)
}

// identityWords is the JSON of the words. The salt keeps whoever sees the hash from trying out what they may be.
type identityWords struct {
	V        int     `json:"v"`
	Instance string  `json:"instance"`
	Request  string  `json:"request"`
	Salt     string  `json:"salt"` // base64 of 32 random bytes
	Words    *string `json:"words"`
}

// NewIdentityWords writes why somebody asks or refuses, padded and ready to be sealed to each who shall read it, and gives the hash that the
// statement names. It is [ErrRequest] for a request or instance that is none, and for words that are blank or no UTF-8; [ErrTooLarge] above
// [MaxIdentityWords].
func NewIdentityWords(instance, request, words string) (plain []byte, hash [32]byte, err error) {
	switch {
	case !validInstance(instance) || !validID(request) || !utf8.ValidString(words) || strings.TrimSpace(words) == "":
		return nil, hash, ErrRequest
	case len(words) > MaxIdentityWords:
		return nil, hash, fmt.Errorf("%w: %d bytes of words", ErrTooLarge, len(words))
	}
	var salt [32]byte
	rand.Read(salt[:])
	text, err := encodeJSON(identityWords{1, instance, request, base64.StdEncoding.EncodeToString(salt[:]), &words})
	if err != nil {
		return nil, hash, err
	}
	fill := PaddedLen(int64(len(text)), FloorIdentityWords) - int64(len(text))
	plain = append(text, bytes.Repeat([]byte{' '}, int(fill))...)
	return plain, sha256.Sum256(plain), nil
}

// OpenIdentityWords opens words that were sealed to holder. Those of another request or other than the statement names are [ErrShare]; what
// are no words is [ErrFormat].
func OpenIdentityWords(sealed []byte, holder *Identity, instance, request string, want [32]byte) (string, error) {
	plain, err := Open(sealed, holder)
	if err != nil {
		return "", err
	}
	if sha256.Sum256(plain) != want {
		return "", fmt.Errorf("%w: other words than were signed", ErrShare)
	}
	text := bytes.TrimRight(plain, " ")
	if err := checkJSON(text, maxDepth); err != nil {
		return "", err
	}
	var w identityWords
	if err := json.Unmarshal(text, &w); err != nil || w.V != 1 || w.Words == nil {
		return "", fmt.Errorf("%w: not words of a request", ErrFormat)
	}
	if w.Instance != instance || w.Request != request {
		return "", fmt.Errorf("%w: words of another request", ErrShare)
	}
	return *w.Words, nil
}
