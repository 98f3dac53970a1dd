// Package intake is what a reporter may do on the path without scripts: send a report with files, come back with
// the code, read, answer, erase, change the code, close, and take away proof.
//
// On this path the server sees the words for a moment. It seals them in memory with keys that it cannot open
// itself, keeps nothing else, and must never write a word, a name of a file, a code or a key to the disk, the
// database or a log. It must never reach what staff read.
package intake

import (
	"context"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"

	"clarion.example/clarion/internal/blob"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/keyring"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/work"
	"clarion.example/clarion/internal/workday"
)

// Options are everything the service stands on. All are required.
type Options struct {
	Instance   string
	Pack       *pack.Pack
	Machine    cases.Machine
	Store      *store.Store
	Blobs      *blob.Dir
	Keys       *keyring.Ring
	Ack        note.Signer // signs acknowledgements
	FormKey    []byte      // 32 bytes, outside the database
	HandleKey  []byte      // 32 bytes, outside the database
	Queue      int         // writes that may wait, for the effort of a proof of work
	Now        func() time.Time
	MinAge     time.Duration // of a form
	Life       time.Duration // of a form
	Slot       int           // forms of one ten-minute slot that may be sent
	Sealing    int           // reports in sealing at once
	HandleLife time.Duration
	First      FirstLimits
	FileShare  int // per cent of the free disk that unsent files may hold
	Files      FileLimits
	Uploads    UploadLimits
	Open       func(ctx context.Context) (bool, error)       // whether the doors are open
	Approved   func(ctx context.Context) ([]Approval, error) // the categories that are offered
}

// Approval says when the inspector approved a category. Categories without one are not offered.
type Approval struct {
	Category id.Category
	Day      workday.Day
}

// Service is the use cases. It is safe for concurrent use.
type Service struct {
	o       Options
	sealing chan struct{}
	tallies *tallies
	work    work.Keys
	uploads *uploads
}

// New makes the service.
func New(o Options) *Service {
	return &Service{o: o, sealing: make(chan struct{}, o.Sealing), tallies: newTallies(), work: work.NewKeys(o.FormKey), uploads: newUploads(o.Uploads, o.Now)}
}

// Open reports whether reports are taken: every category that is offered is approved, and the list "before the
// doors open" is green.
func (s *Service) Open(ctx context.Context) (bool, error) { return s.o.Open(ctx) }

// Approved lists the categories that are offered.
func (s *Service) Approved(ctx context.Context) ([]Approval, error) { return s.o.Approved(ctx) }

// CheckCategory refuses a category that is not offered.
func (s *Service) CheckCategory(ctx context.Context, c id.Category) error {
	approved, err := s.o.Approved(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(approved, func(a Approval) bool { return a.Category == c }) {
		return errs.New(errs.Invalid, "intake.category_unknown", nil).AtField(FieldCategory)
	}
	return nil
}

// NewToken begins a form.
func (s *Service) NewToken() Token { return newToken(s.o.Now()) }

// ParseToken reads the token of a form, whatever its age.
func (s *Service) ParseToken(text string) (Token, error) { return parseToken(s.o.FormKey, text) }

// TokenText is what the form carries.
func (s *Service) TokenText(t Token) string { return t.encode(s.o.FormKey) }

// Stale reports whether a form should be renewed at its next page, long before it is too old to be sent.
func (s *Service) Stale(t Token) bool { return t.age(s.o.Now()) > s.o.Life/4 }

// Renew gives the form a new token and ties its unsent files to it. Nothing is lost: files whose token is too old
// were erased before.
func (s *Service) Renew(ctx context.Context, old Token) (Token, error) {
	fresh := s.NewToken()
	have, err := s.waitingFiles(ctx, old)
	if err != nil || len(have) == 0 {
		return fresh, err
	}
	entries := make([][]byte, len(have))
	for i, w := range have {
		if entries[i], err = s.sealEntry(fresh, w.entry); err != nil {
			return old, err
		}
	}
	expires := s.o.Now().Add(24 * time.Hour)
	err = s.o.Store.Write(ctx, func(tx *store.Tx) error {
		rows, err := tx.ClaimPendingFiles([32]byte(old.mark()))
		if err != nil {
			return err
		}
		if len(rows) != len(have) {
			return errs.New(errs.Conflict, "intake.files_changed", nil)
		}
		for i, w := range have {
			f := store.PendingFile{Blob: w.row.Blob, Manifest: entries[i], Size: w.row.Size, Expires: expires}
			if _, err := tx.AddPendingFile([32]byte(fresh.mark()), f); err != nil {
				return err
			}
		}
		return nil
	})
	return fresh, err
}

// today is the civil day of the authority.
func (s *Service) today() workday.Day { return workday.DayOf(s.o.Now(), s.o.Pack.Zone) }
