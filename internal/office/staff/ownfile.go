package staff

import (
	"context"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// MaxOwnFile is the most bytes of a person's own file, sealed: some thousand short texts.
const MaxOwnFile = 256 << 10

// OwnFile is what a session's person keeps for themself, sealed to their key. Version 0: they keep nothing yet.
type OwnFile struct {
	Version int64
	Sealed  []byte
}

// OwnFile hands out the person's own file.
func (s *Service) OwnFile(ctx context.Context, by *Session) (f OwnFile, err error) {
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		a, err := s.live(tx, by)
		if err != nil {
			return err
		}
		row, err := tx.OwnFile(a.Door, a.ID)
		if errs.Is(err, errs.NotFound) {
			return nil
		}
		f = OwnFile{row.Version, row.Body}
		return err
	})
	return f, err
}

// KeepOwnFile puts a file in the place of the one before it, whose version is one less. Invalid for what is not sealed to one key,
// TooMany above [MaxOwnFile], Conflict when another came first. It stands in no audit log: it is the person's own, and what it
// says nobody else can read.
func (s *Service) KeepOwnFile(ctx context.Context, by *Session, f OwnFile) error {
	if len(f.Sealed) > MaxOwnFile {
		return errs.New(errs.TooMany, "staff.own_too_large", errs.Args{"Most": MaxOwnFile >> 10})
	}
	if n, err := seal.CheckHeader(f.Sealed, 1); err != nil || n != 1 || f.Version < 1 {
		return errs.Wrap(errs.Invalid, "web.bad_form", nil, err).AtField("sealed")
	}
	return s.o.Store.Write(ctx, func(tx *store.Tx) error {
		a, err := s.live(tx, by)
		if err != nil {
			return err
		}
		return tx.PutOwnFile(a.Door, a.ID, store.OwnFile{Version: f.Version, Day: s.today(), Body: f.Sealed})
	})
}
