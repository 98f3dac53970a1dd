package intake

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"io"
	"time"

	"clarion.example/clarion/internal/blob"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/work"
	"clarion.example/clarion/seal"
)

// UploadLimits bound what may be on its way.
type UploadLimits struct {
	Size      int64 // bytes of one file before it is padded and sealed
	Unclaimed int   // uploads that no document has claimed
	Requests  int   // requests with bytes that may run at once
	Rate      int64 // bytes a second for all of them together
}

// uploadLife is how long an upload waits for its document.
const uploadLife = 24 * time.Hour

// Upload is a sealed file on its way. Who knows its id may continue, erase and claim it.
type Upload struct {
	ID      id.Blob
	Size    int64 // bytes, sealed
	Offset  int64 // durable so far
	Expires time.Time
}

// Keys of errors that the tus protocol has a status of its own for.
const (
	KeyUploadLocked = "intake.upload_locked"
	KeyUploadOffset = "intake.upload_offset"
)

func errNoSuchUpload(cause error) error {
	return errs.Wrap(errs.NotFound, "intake.no_such_upload", nil, cause)
}

// MaxUpload is the largest size, sealed, in bytes.
func (s *Service) MaxUpload() int64 {
	return seal.SealedSize(seal.PaddedLen(s.o.Uploads.Size, seal.FloorAttachment), 1)
}

// UploadChallenge asks for work that grows with the size of the upload that it will pay for, with what waits for the
// database, and with how much of the room for unsent files is taken.
func (s *Service) UploadChallenge(ctx context.Context, size int64) (work.Challenge, error) {
	if err := s.checkUploadSize(size); err != nil {
		return work.Challenge{}, err
	}
	load, err := s.uploadLoad(ctx)
	if err != nil {
		return work.Challenge{}, err
	}
	return s.work.IssueUpload(work.EffortFor(size, load), size, s.o.Now())
}

func (s *Service) checkUploadSize(size int64) error {
	switch {
	case size > s.MaxUpload():
		return errs.New(errs.TooMany, "intake.file_too_large", errs.Args{"Limit": s.o.Uploads.Size >> 20})
	case !seal.IsFileSize(size):
		return errs.New(errs.Invalid, "intake.upload_size", nil)
	}
	return nil
}

// CreateUpload begins an upload of size bytes. The same work again gives the same upload while there is one, so that a
// lost answer can be asked for again; afterwards it is a Conflict with key "work.used". Unavailable when there is no room.
func (s *Service) CreateUpload(ctx context.Context, size int64, w work.Payload) (Upload, error) {
	if err := s.checkUploadSize(size); err != nil {
		return Upload{}, err
	}
	now := s.o.Now()
	mark, err := s.work.CheckUpload(w, size, now, oneInHundred())
	if err != nil {
		return Upload{}, err
	}
	free, err := s.o.Blobs.Free()
	if err != nil {
		return Upload{}, err
	}
	bid := s.uploadID(mark)
	var u store.Upload
	err = s.o.Store.Write(ctx, func(tx *store.Tx) error {
		use, err := tx.UseWork(mark, now)
		if err != nil {
			return err
		}
		if use == store.FormUsed {
			if u, err = tx.Upload(bid); errs.Is(err, errs.NotFound) {
				err = errs.New(errs.Conflict, "work.used", nil)
			}
			return err
		}
		fresh := store.Upload{ID: bid, Size: size, Expires: now.Add(uploadLife)}
		if err := s.roomToBegin(tx, free, fresh); err != nil {
			return err
		}
		if err := tx.AddUpload(fresh); err != nil {
			return err
		}
		u, err = tx.Upload(bid)
		return err
	})
	if err != nil && !errs.Is(err, errs.Conflict) {
		s.uploads.promises.drop(bid)
	}
	return uploadOf(u), err
}

// uploadID is known only to who solved the challenge with this mark.
func (s *Service) uploadID(mark [32]byte) id.Blob {
	h := hmac.New(sha256.New, s.o.FormKey)
	h.Write([]byte("clarion/upload/v1\n"))
	h.Write(mark[:])
	return id.BlobFrom([16]byte(h.Sum(nil)))
}

func uploadOf(u store.Upload) Upload {
	return Upload{ID: u.ID, Size: u.Size, Offset: u.Arrived, Expires: u.Expires}
}

// readUpload looks an upload up. One whose time is over is not there.
func (s *Service) readUpload(ctx context.Context, bid id.Blob) (u store.Upload, err error) {
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		u, err = tx.Upload(bid)
		return err
	})
	if errs.Is(err, errs.NotFound) || err == nil && !s.o.Now().Before(u.Expires) {
		return u, errNoSuchUpload(nil)
	}
	return u, err
}

// UploadOf says how much of an upload is durable. A request that still brings bytes to it is ended first: whoever asks
// has lost that line.
func (s *Service) UploadOf(ctx context.Context, name string) (Upload, error) {
	bid, err := id.ParseBlob(name)
	if err != nil {
		return Upload{}, errNoSuchUpload(err)
	}
	if err := s.uploads.cut(ctx, bid); err != nil {
		return Upload{}, err
	}
	u, err := s.readUpload(ctx, bid)
	return uploadOf(u), err
}

// DropUpload erases an upload that no document has claimed.
func (s *Service) DropUpload(ctx context.Context, name string) error {
	bid, err := id.ParseBlob(name)
	if err != nil {
		return errNoSuchUpload(err)
	}
	if err := s.uploads.cut(ctx, bid); err != nil {
		return err
	}
	if err := s.forgetUpload(ctx, bid); err != nil {
		return err
	}
	return s.eraseUpload(ctx, bid)
}

func (s *Service) forgetUpload(ctx context.Context, bid id.Blob) error {
	err := s.o.Store.Write(ctx, func(tx *store.Tx) error { return tx.ForgetUpload(bid) })
	if errs.Is(err, errs.NotFound) {
		return errNoSuchUpload(nil)
	}
	return err
}

// eraseUpload removes the bytes of an upload whose row is gone.
func (s *Service) eraseUpload(ctx context.Context, bid id.Blob) error {
	s.uploads.promises.drop(bid)
	return errors.Join(s.o.Blobs.DropPart(bid), s.o.Blobs.Delete(ctx, bid))
}

// Incoming is what a request brings to an upload.
type Incoming struct {
	io.Reader
	Length int64  // as announced; -1 if it was not
	Cut    func() // makes a Read that waits fail; called from another goroutine, perhaps more than once
}

// AppendUpload adds what body brings and answers when it is durable. What arrived before a body broke off counts, too.
// Errors: Conflict with [KeyUploadOffset] when the upload stands elsewhere, with [KeyUploadLocked] while another request
// brings bytes to it; TooMany when it would be longer than it was announced; Unavailable when there is no room, or when
// too many requests run; Invalid with key "intake.not_sealed" when all has come and is no sealed file: it is erased.
func (s *Service) AppendUpload(ctx context.Context, name string, offset int64, body Incoming) (Upload, error) {
	bid, err := id.ParseBlob(name)
	if err != nil {
		return Upload{}, errNoSuchUpload(err)
	}
	ctx, end, err := s.uploads.begin(ctx, bid, body.Cut)
	if err != nil {
		return Upload{}, err
	}
	defer end()
	// The row is looked at before a file is made for it, and again under the lock: another node may have written.
	u, err := s.readUpload(ctx, bid)
	if err != nil {
		return Upload{}, err
	}
	if u.Whole() {
		return uploadOf(u), fits(u, offset, body)
	}
	part, err := s.o.Blobs.OpenPart(bid)
	if errs.Is(err, errs.Conflict) {
		return Upload{}, errs.New(errs.Conflict, KeyUploadLocked, nil)
	}
	if err != nil {
		return Upload{}, err
	}
	defer part.Close()
	u, err = s.readUpload(ctx, bid)
	switch {
	case errs.Is(err, errs.NotFound): // it was claimed, or went, meanwhile, and the part was made anew
		return Upload{}, errors.Join(err, s.o.Blobs.DropPart(bid))
	case err != nil:
		return Upload{}, err
	case u.Whole():
		return uploadOf(u), errors.Join(fits(u, offset, body), s.o.Blobs.Finish(bid))
	}
	if err := fits(u, offset, body); err != nil {
		return Upload{}, err
	}
	if err := part.Resume(offset); err != nil {
		if _, lost := errors.AsType[*blob.Damage](err); lost {
			return Upload{}, errors.Join(errNoSuchUpload(err), s.forgetUpload(ctx, bid), s.eraseUpload(ctx, bid))
		}
		return Upload{}, err
	}
	if err := s.roomToGrow(ctx, u); err != nil {
		return Upload{}, err
	}
	g := &growing{s: s, u: u, part: part}
	err = g.take(ctx, body)
	return uploadOf(g.u), err
}

// fits compares what a request says with where the upload stands.
func fits(u store.Upload, offset int64, body Incoming) error {
	switch {
	case offset != u.Arrived:
		return errs.New(errs.Conflict, KeyUploadOffset, nil)
	case body.Length > u.Size-u.Arrived:
		return errs.New(errs.TooMany, "intake.upload_long", nil)
	}
	return nil
}
