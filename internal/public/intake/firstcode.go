package intake

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"regexp"
	"strings"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// FirstLimits bound pick-up numbers and link codes.
type FirstLimits struct {
	Guesses int           // that open nothing, in an hour, by everybody together
	PickUp  time.Duration // how long a number can be exchanged
	Link    time.Duration // how long a link code can be exchanged
}

// errNoFirstCode is the one answer for an unknown, a used and an old number or link.
func errNoFirstCode() error { return errs.New(errs.NotFound, "intake.no_first_code", nil) }

var linkForm = regexp.MustCompile(`^[a-z2-7]{26}$`)

// IsFirstCode reports whether what somebody typed has the form of a pick-up number or a link code, not of a receipt
// code. Its check digits may be wrong.
func IsFirstCode(typed string) bool {
	c, parts := firstForm(typed)
	// Some words of a receipt code can have 26 letters together; they have no digit.
	return linkForm.MatchString(c) && (parts == 1 || strings.ContainsAny(c, "234567")) || len(c) == 4*seal.PickUpGroups && strings.Trim(c, "0123456789") == ""
}

// firstForm is what was typed without its separators, and how many parts they made of it.
func firstForm(typed string) (joined string, parts int) {
	fields := strings.Fields(seal.Canonical(typed))
	return strings.Join(fields, ""), len(fields)
}

// IssueFirstCode makes a pick-up number or a link code for a case without an open mailbox, and returns it once: only its
// mark is kept. Conflict when the case has a mailbox.
func (s *Service) IssueFirstCode(ctx context.Context, c id.Case, kind store.FirstKind) (code string, err error) {
	code, life := seal.NewPickUpNumber(), s.o.First.PickUp
	if kind == store.FirstLink {
		b := make([]byte, 16)
		rand.Read(b)
		code, life = id.DocFrom([16]byte(b)).String(), s.o.First.Link
	}
	err = s.o.Store.Write(ctx, func(tx *store.Tx) error {
		row, err := tx.Case(c)
		if err != nil {
			return err
		}
		if _, err := tx.MailboxOf(row.Key); err == nil {
			return errs.New(errs.Conflict, "store.mailbox_moved", nil)
		}
		return tx.AddFirstCode(store.FirstCode{Case: row.Key, Mark: s.FirstMark(code), Kind: kind, Until: s.o.Now().Add(life)})
	})
	if err != nil {
		return "", err
	}
	return code, nil
}

// FirstMark is what is kept of a code: a MAC under a key outside the database, since forty bits could be tried out.
func (s *Service) FirstMark(typed string) [32]byte {
	key, err := hkdf.Key(sha256.New, s.o.FormKey, nil, "clarion/first-code/v1", 32)
	if err != nil {
		panic(err) // HKDF gives any 32 bytes
	}
	h := hmac.New(sha256.New, key)
	c, _ := firstForm(typed)
	h.Write([]byte(s.o.Instance + "\n" + c))
	return [32]byte(h.Sum(nil))
}

// Exchange registers the keys of a receipt code that the owner's browser made, for a pick-up number or link code, once.
// Unknown, used and old ones are the same NotFound. Numbers that open nothing count towards a limit that everybody shares: above
// it no number can be exchanged, whoever asks, until the hour is over.
func (s *Service) Exchange(ctx context.Context, code string, next seal.Mailbox) error {
	m, err := publicMailbox(next)
	if err != nil {
		return err
	}
	return s.exchange(ctx, code, m)
}

func (s *Service) exchange(ctx context.Context, code string, m store.Mailbox) error {
	if !IsFirstCode(code) {
		return errNoFirstCode()
	}
	now := s.o.Now()
	// A link holds 128 bits: nobody guesses one, so whoever guesses numbers must not keep it from being exchanged.
	joined, _ := firstForm(code)
	guessable := !linkForm.MatchString(joined)
	room := func(tx *store.Tx) error {
		if !guessable {
			return nil
		}
		tried, err := tx.FirstGuesses(now)
		if err == nil && tried >= int64(s.o.First.Guesses) {
			return errs.New(errs.Unavailable, "intake.first_code_busy", nil)
		}
		return err
	}
	count := func(tx *store.Tx) error {
		if !guessable {
			return nil
		}
		return tx.CountFirstGuess(now)
	}
	if err := s.o.Store.Read(ctx, room); err != nil { // refused early, before the queue of writes
		return err
	}
	missed := false
	err := s.o.Store.Write(ctx, func(tx *store.Tx) error {
		missed = false
		if err := room(tx); err != nil { // many may have asked at once
			return err
		}
		f, err := tx.FirstCode(s.FirstMark(code))
		if err == nil {
			err = tx.UseFirstCode(f, m, now)
		}
		if missed = errs.Is(err, errs.NotFound); missed {
			return count(tx)
		}
		return err
	})
	if err == nil && missed {
		return errNoFirstCode()
	}
	return err
}

// ExchangePlain makes the receipt code on the path without scripts. The same form again gives the same code: it follows
// from the form's bytes, which are never stored. With another number it opens nothing.
func (s *Service) ExchangePlain(ctx context.Context, t Token, typed string, words bool) (code string, m *Mailbox, err error) {
	if code, m, err = s.NewCodeOf(ctx, t, words); err == nil {
		if err := s.exchangedFor(ctx, typed, m); err != nil {
			return "", nil, err
		}
		return code, m, nil
	}
	keys, err := seal.DeriveMailbox(s.o.Instance, code)
	if err != nil {
		return "", nil, err
	}
	row := store.Mailbox{Auth: publicKey(keys.Auth), Sign: publicKey(keys.Sign), Recipient: keys.Age.Recipient().String()}
	if err := s.exchange(ctx, typed, row); err != nil {
		return "", nil, err
	}
	m, err = s.mailbox(ctx, keys)
	return code, m, err
}

// exchangedFor refuses a number or link that was not exchanged for the case of m.
func (s *Service) exchangedFor(ctx context.Context, typed string, m *Mailbox) error {
	var f store.FirstCode
	err := s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		f, err = tx.FirstCode(s.FirstMark(typed))
		return err
	})
	if errs.Is(err, errs.NotFound) || err == nil && !(f.Used && f.Case == m.c.Key) {
		return errNoFirstCode()
	}
	return err
}
