package intake

import (
	"context"
	"slices"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
)

func errNoUpload(cause error) error { return errs.Wrap(errs.Invalid, "intake.no_upload", nil, cause) }

// prepareUploads looks at the list of a document's uploads and makes sure that those that are there are whole and lie
// where blobs are: that was begun when their last bytes came, and a crash may have been in between. Whether they are
// there is for takeUploads to say: a repeat of a document names some that it has claimed.
func (s *Service) prepareUploads(ctx context.Context, files []id.Blob) error {
	if len(files) > s.o.Files.Count {
		return errs.New(errs.TooMany, "intake.too_many_files", errs.Args{"Limit": s.o.Files.Count})
	}
	for i, f := range files {
		if slices.Contains(files[:i], f) {
			return errNoUpload(nil)
		}
		var u store.Upload
		err := s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
			u, err = tx.Upload(f) // also one whose time is over: it can be claimed until it is swept
			return err
		})
		if err == nil && !u.Whole() { // it could be whole by the time of the claim, and nobody looked where it lies
			return errNoUpload(nil)
		}
		if err == nil {
			err = s.o.Blobs.Finish(f)
		}
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		if e, ok := errs.Public(err); ok && e.Key == "blob.absent" { // the disk lost a whole upload
			return errNoUpload(err)
		}
	}
	return nil
}

// takeUploads claims the uploads of a document in the transaction that stores it. All must be there and whole.
func takeUploads(tx *store.Tx, files []id.Blob) (taken []store.Upload, err error) {
	for _, f := range files {
		u, err := tx.ClaimUpload(f)
		if errs.Is(err, errs.NotFound) {
			return nil, errNoUpload(err)
		}
		if err != nil {
			return nil, err
		}
		taken = append(taken, u)
	}
	return taken, nil
}

// attach makes claimed uploads the attachments of a document.
func attach(tx *store.Tx, taken []store.Upload, doc int64) error {
	for _, u := range taken {
		b := store.Blob{ID: u.ID, Doc: doc, Direction: store.Inward, Size: u.Size, SHA256: u.SHA256, Chunks: u.Chunks}
		if err := tx.AddBlob(b); err != nil {
			return err
		}
	}
	return nil
}
