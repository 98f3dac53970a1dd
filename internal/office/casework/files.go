package casework

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"time"

	"clarion.example/clarion/internal/blob"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

const (
	uploadLife   = 24 * time.Hour
	uploadsWait  = 20 // files of one case that no document names yet
	headerLooked = 4 << 10
)

// MaxFile is the largest file that a member may attach, sealed, in bytes.
func (s *Service) MaxFile() int64 {
	return seal.SealedSize(seal.PaddedLen(int64(s.o.Pack.Limits.File)<<20, seal.FloorAttachment), 1)
}

// Upload keeps the ciphertext of a file for a case that the person may open. It belongs to the case when a document names it
// ([Document.Uploads]); one that none has named in a day is erased with those of the plain form. Errors: TooMany with key
// "casework.file_too_large" and "casework.files_wait", Invalid with "casework.not_sealed" for what is no sealed file,
// Unavailable when the disk is full. An error of src is "web.cut_upload".
func (s *Service) Upload(ctx context.Context, who *Person, number string, src io.Reader) (id.Blob, error) {
	b, c, detail := id.NewBlob(), cases.Case{}, map[string]any{}
	look := func(tx *store.Tx) error {
		found, _, err := s.open(tx, who, number)
		c = found
		if err != nil {
			return err
		}
		waiting, err := tx.PendingFiles(uploadMark(c))
		if err == nil && len(waiting) >= uploadsWait {
			err = errs.New(errs.TooMany, "casework.files_wait", errs.Args{"Limit": uploadsWait})
		}
		return err
	}
	if err := s.o.Store.Read(ctx, look); err != nil { // refused before its bytes are read
		return b, s.refusal(ctx, who, "upload", func() cases.Case { return c }, err)
	}
	info, err := s.keep(ctx, b, src)
	if err != nil {
		return b, s.refusal(ctx, who, "upload", func() cases.Case { return c }, err)
	}
	detail["blob"], detail["bytes"] = b.String(), info.Size
	err = s.guarded(ctx, who, "upload", func() cases.Case { return c }, detail, func(tx *store.Tx) error {
		if err := look(tx); err != nil { // it may have been assigned to somebody else meanwhile
			return err
		}
		manifest, err := json.Marshal(info)
		if err != nil {
			return err
		}
		_, err = tx.AddPendingFile(uploadMark(c), store.PendingFile{Blob: b, Manifest: manifest, Size: info.Size, Expires: s.o.Now().Add(uploadLife)})
		return err
	})
	if err != nil {
		return b, errors.Join(err, s.o.Blobs.Delete(context.WithoutCancel(ctx), b))
	}
	return b, nil
}

// uploadMark is under which waiting files of a case are kept, where those of the plain form have the mark of their form.
// The case's unit is in it: a file that one unit brought is nothing to another.
func uploadMark(c cases.Case) [32]byte {
	return sha256.Sum256([]byte("clarion/staff-upload/v1\n" + string(c.Unit) + "\n" + c.ID.String() + "\n"))
}

// keep stores what src brings if it can be a sealed file.
func (s *Service) keep(ctx context.Context, b id.Blob, src io.Reader) (blob.Info, error) {
	in := &incoming{src: io.LimitReader(src, s.MaxFile()+1)}
	info, err := s.o.Blobs.Put(ctx, b, in)
	switch {
	case err != nil && in.broken != nil:
		return info, errs.Wrap(errs.Invalid, "web.cut_upload", nil, in.broken)
	case err != nil:
		return info, err
	case info.Size > s.MaxFile():
		err = errs.New(errs.TooMany, "casework.file_too_large", errs.Args{"Limit": s.o.Pack.Limits.File})
	case !seal.IsFileSize(info.Size):
		err = errs.New(errs.Invalid, "casework.not_sealed", nil)
	default:
		if _, herr := seal.CheckHeader(in.head, 1); herr != nil {
			err = errs.Wrap(errs.Invalid, "casework.not_sealed", nil, herr)
		}
	}
	if err != nil {
		return info, errors.Join(err, s.o.Blobs.Delete(context.WithoutCancel(ctx), b))
	}
	return info, nil
}

// incoming keeps the beginning of what it reads, and whether the source broke off.
type incoming struct {
	src    io.Reader
	head   []byte
	broken error
}

func (r *incoming) Read(p []byte) (int, error) {
	n, err := r.src.Read(p)
	r.head = append(r.head, p[:min(n, headerLooked-len(r.head))]...)
	if err != nil && err != io.EOF {
		r.broken = err
	}
	return n, err
}

// claim takes a waiting file of the case for a document that is being committed.
func (s *Service) claim(tx *store.Tx, c cases.Case, b id.Blob) (info blob.Info, err error) {
	waiting, err := tx.PendingFiles(uploadMark(c))
	if err != nil {
		return info, err
	}
	i := slices.IndexFunc(waiting, func(f store.PendingFile) bool { return f.Blob == b && s.o.Now().Before(f.Expires) })
	if i < 0 {
		return info, errs.New(errs.NotFound, "casework.no_upload", nil)
	}
	if err := json.Unmarshal(waiting[i].Manifest, &info); err != nil {
		return info, err
	}
	return info, tx.RemovePendingFile(uploadMark(c), b)
}

// Blob hands out the ciphertext of an attachment of a case that the person may open, and its size.
func (s *Service) Blob(ctx context.Context, who *Person, number string, b id.Blob) (size int64, r io.ReadCloser, err error) {
	var c cases.Case
	var row store.Blob
	detail := map[string]any{"blob": b.String()}
	one := func() int { return 1 }
	err = s.handOut(ctx, who, "file", func() cases.Case { return c }, detail, one, func(tx *store.Tx) error {
		found, _, joined, err := s.reader(tx, who, number)
		c = found
		if err != nil {
			return err
		}
		row, err = tx.Blob(b)
		if err == nil && joined != nil { // only with the document that holds its key
			_, err = tx.Header(row.Doc, who.Unit)
		}
		if errs.Is(err, errs.NotFound) || err == nil && row.Case != c.Key {
			err = errs.New(errs.NotFound, "casework.no_file", nil)
		}
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	r, err = s.o.Blobs.Open(ctx, b, blob.Info{Size: row.Size, SHA256: row.SHA256, Chunks: row.Chunks})
	return row.Size, r, err
}
