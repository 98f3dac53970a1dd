package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"clarion.example/clarion/internal/blob"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// FileInfo is a file that was received under a form and waits for it to be sent.
type FileInfo struct {
	ID   string
	Name string
	Size int64
}

// pendingEntry is what is sealed beside a waiting file: how to open it, and how it is stored.
type pendingEntry struct {
	File   seal.File `json:"file"`
	Chunks []string  `json:"chunks"` // hex SHA-256 of each stored chunk
}

// FileLimits are what one report, or one message, may carry.
type FileLimits struct {
	Count int
	Size  int64 // bytes of one file
}

// waiting is a pending file with its opened entry.
type waiting struct {
	row   store.PendingFile
	entry pendingEntry
}

// ReceiveFile seals a file while it arrives and keeps it under the form until that is sent, for a day at most.
// kind is the sender's word for its type. Errors name what to do: too many, too large, empty, no room, cut.
func (s *Service) ReceiveFile(ctx context.Context, t Token, name, kind string, src io.Reader) error {
	have, err := s.waitingFiles(ctx, t)
	if err != nil {
		return err
	}
	if len(have) >= s.o.Files.Count {
		return errs.New(errs.TooMany, "intake.too_many_files", errs.Args{"Limit": s.o.Files.Count})
	}
	if err := s.roomForFiles(ctx); err != nil {
		return err
	}
	bid := id.NewBlob()
	file, info, err := s.sealFile(ctx, bid, src)
	if err != nil {
		return err
	}
	file.Blob, file.Name, file.Type = bid.String(), fileName(name), mediaType(kind)
	if err := s.keepPending(ctx, t, bid, file, info); err != nil {
		return errors.Join(err, s.o.Blobs.Delete(ctx, bid))
	}
	return nil
}

// sealFile streams src through the seal into the blob store.
func (s *Service) sealFile(ctx context.Context, bid id.Blob, src io.Reader) (seal.File, blob.Info, error) {
	var file seal.File
	var sealErr error
	pr, pw := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		file, sealErr = seal.SealFile(pw, src, s.o.Files.Size)
		if sealErr == nil && file.Size == 0 {
			sealErr = errs.New(errs.Invalid, "intake.empty_file", nil)
		}
		pw.CloseWithError(sealErr)
	}()
	info, err := s.o.Blobs.Put(ctx, bid, pr)
	// When storing failed, the sealing side ends at its next write. It must end before the request does: it reads
	// the request's body.
	pr.CloseWithError(errPutEnded)
	<-ended
	if err == nil {
		return file, info, nil
	}
	if errors.Is(err, seal.ErrTooLarge) {
		return seal.File{}, info, errs.Wrap(errs.TooMany, "intake.file_too_large", errs.Args{"Limit": s.o.Files.Size >> 20}, err)
	}
	if errors.Is(err, seal.ErrFormat) {
		return seal.File{}, info, fmt.Errorf("sealing an attachment: %w", err)
	}
	return seal.File{}, info, err
}

var errPutEnded = errors.New("intake: storing ended")

func (s *Service) keepPending(ctx context.Context, t Token, bid id.Blob, file seal.File, info blob.Info) error {
	entry := pendingEntry{File: file}
	for _, c := range info.Chunks {
		entry.Chunks = append(entry.Chunks, hex.EncodeToString(c[:]))
	}
	manifest, err := s.sealEntry(t, entry)
	if err != nil {
		return err
	}
	return s.o.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.AddPendingFile([32]byte(t.mark()), store.PendingFile{
			Blob: bid, Manifest: manifest, Size: info.Size, Expires: s.o.Now().Add(24 * time.Hour),
		})
		return err
	})
}

func (s *Service) sealEntry(t Token, e pendingEntry) ([]byte, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	b = append(b, slices.Repeat([]byte{' '}, int(seal.PaddedLen(int64(len(b)), 1024))-len(b))...)
	key, err := t.fileKey()
	if err != nil {
		return nil, err
	}
	return seal.Seal(b, key.Recipient())
}

func (s *Service) waitingFiles(ctx context.Context, t Token) (out []waiting, err error) {
	var rows []store.PendingFile
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		rows, err = tx.PendingFiles([32]byte(t.mark()))
		return err
	})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	key, err := t.fileKey()
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		b, err := seal.Open(r.Manifest, &key)
		if err != nil {
			return nil, fmt.Errorf("opening a waiting file's entry: %w", err)
		}
		w := waiting{row: r}
		if err := json.Unmarshal(b, &w.entry); err != nil {
			return nil, fmt.Errorf("reading a waiting file's entry: %w", err)
		}
		out = append(out, w)
	}
	return out, nil
}

// Files lists what waits under the form.
func (s *Service) Files(ctx context.Context, t Token) ([]FileInfo, error) {
	have, err := s.waitingFiles(ctx, t)
	var out []FileInfo
	for _, w := range have {
		out = append(out, FileInfo{w.row.Blob.String(), w.entry.File.Name, w.entry.File.Size})
	}
	return out, err
}

// RemoveFile forgets one waiting file and erases its ciphertext.
func (s *Service) RemoveFile(ctx context.Context, t Token, file string) error {
	bid, err := id.ParseBlob(file)
	if err != nil {
		return errs.Wrap(errs.NotFound, "intake.no_such_file", nil, err)
	}
	err = s.o.Store.Write(ctx, func(tx *store.Tx) error {
		return tx.RemovePendingFile([32]byte(t.mark()), bid)
	})
	if err != nil {
		return err
	}
	return s.o.Blobs.Delete(ctx, bid)
}

// claim turns the waiting files of a form into the attachments of a document, inside the transaction that stores
// it. The rows must be those that the document lists: a file that came or went meanwhile is a conflict.
func claim(tx *store.Tx, t Token, have []waiting, doc int64) error {
	rows, err := tx.ClaimPendingFiles([32]byte(t.mark()))
	if err != nil {
		return err
	}
	if len(rows) != len(have) {
		return errs.New(errs.Conflict, "intake.files_changed", nil)
	}
	for i, w := range have {
		if rows[i].Blob != w.row.Blob {
			return errs.New(errs.Conflict, "intake.files_changed", nil)
		}
		b := store.Blob{ID: w.row.Blob, Doc: doc, Direction: store.Inward, Size: w.entry.File.SealedSize}
		if b.SHA256, err = hash32(w.entry.File.Sealed); err != nil {
			return err
		}
		for _, c := range w.entry.Chunks {
			h, err := hash32(c)
			if err != nil {
				return err
			}
			b.Chunks = append(b.Chunks, h)
		}
		if err := tx.AddBlob(b); err != nil {
			return err
		}
	}
	return nil
}

func hexHash(h [32]byte) string { return hex.EncodeToString(h[:]) }

func hash32(s string) (h [sha256.Size]byte, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != sha256.Size {
		return h, fmt.Errorf("not a SHA-256: %d bytes", len(b))
	}
	return [sha256.Size]byte(b), nil
}

func manifest(have []waiting) []seal.File {
	var out []seal.File
	for _, w := range have {
		out = append(out, w.entry.File)
	}
	return out
}

// fileName keeps the last element of a claimed name, without controls, at most 120 characters: enough to recognise
// the file, and nothing that a screen would obey.
func fileName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, name)
	runes := []rune(strings.TrimSpace(name))
	if len(runes) > 120 {
		runes = append(runes[:100], runes[len(runes)-20:]...)
	}
	if len(runes) == 0 {
		return "file"
	}
	return string(runes)
}

// mediaType keeps a short ASCII claim such as image/jpeg, or says that nothing is known.
func mediaType(kind string) string {
	kind, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(kind)), ";")
	if len(kind) > 100 || strings.Count(kind, "/") != 1 || strings.Trim(kind, "abcdefghijklmnopqrstuvwxyz0123456789.+-/") != "" {
		return "application/octet-stream"
	}
	return kind
}
