package seal

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
)

// MaxFile is the largest attachment that the format allows, 1 TiB; installations set their own, smaller limit.
const MaxFile = 1 << 40

// FileFault says in what an attachment differs from its description.
type FileFault string

// The faults.
const (
	FaultDescription FileFault = "description" // the description contradicts itself
	FaultSealedSize  FileFault = "sealed_size" // longer or shorter than it should be
	FaultSealedHash  FileFault = "sealed_hash" // other ciphertext
	FaultDamaged     FileFault = "damaged"     // does not open with its key, or was changed
	FaultSize        FileFault = "size"        // the content has another size
	FaultContent     FileFault = "content"     // the content has another hash
	FaultPadding     FileFault = "padding"     // something other than zero bytes follows the content
)

// FileError tells that an attachment is not what its document says.
type FileError struct{ Fault FileFault }

func (e *FileError) Error() string {
	return "seal: attachment does not fit its description: " + string(e.Fault)
}

// check tells whether the parts that [SealFile] fills agree with each other.
func (f *File) check() error {
	if f.Size < 0 || f.Size > MaxFile || !validHash(f.SHA256) || !validHash(f.Sealed) ||
		f.SealedSize != SealedSize(PaddedLen(f.Size, FloorAttachment), 1) {
		return &FileError{FaultDescription}
	}
	switch f.Cleaned {
	case "no", "yes", "original":
	default:
		return &FileError{FaultDescription}
	}
	if _, err := ParseIdentity(f.Key); err != nil {
		return &FileError{FaultDescription}
	}
	return nil
}

// IsFileSize reports whether an attachment, padded and sealed, can have n bytes.
func IsFileSize(n int64) bool {
	plain := n - SealedSize(0, 1) + tagSize // and a tag for each chunk
	plain -= (plain + chunkSize + tagSize - 1) / (chunkSize + tagSize) * tagSize
	return plain >= FloorAttachment && plain <= 2*MaxFile && SealedSize(plain, 1) == n && PaddedLen(plain, FloorAttachment) == plain
}

// SealFile seals src to dst under a fresh key of its own, followed by zero bytes up to the padded size, in
// constant memory. It fills Key, Size, SHA256, Sealed, SealedSize, and Cleaned with "no"; the caller adds the
// rest. More than limit bytes in src is [ErrTooLarge]; what dst then holds cannot be opened and must be dropped.
func SealFile(dst io.Writer, src io.Reader, limit int64) (File, error) {
	limit = min(limit, MaxFile)
	id := NewIdentity()
	sealed, content := &tally{h: sha256.New()}, &tally{h: sha256.New()}
	w, err := Encrypt(io.MultiWriter(dst, sealed), id.Recipient())
	if err != nil {
		return File{}, err
	}
	if _, err := io.Copy(w, io.TeeReader(io.LimitReader(src, limit+1), content)); err != nil {
		return File{}, fmt.Errorf("sealing a file: %w", err)
	}
	if content.n > limit {
		return File{}, ErrTooLarge
	}
	if _, err := io.CopyN(w, zeros{}, PaddedLen(content.n, FloorAttachment)-content.n); err != nil {
		return File{}, fmt.Errorf("padding a file: %w", err)
	}
	if err := w.Close(); err != nil {
		return File{}, fmt.Errorf("sealing a file: %w", err)
	}
	return File{
		Size: content.n, SHA256: content.sum(), Key: id.String(),
		Sealed: sealed.sum(), SealedSize: sealed.n, Cleaned: "no",
	}, nil
}

// OpenFile writes the content of the attachment to dst, in constant memory, and checks everything that f says
// of it. After an error dst may hold a part of the content, or all of it, and must not be used; [VerifyFile]
// checks without writing. What is wrong with the attachment is a [FileError]; other errors are those of src and
// dst.
func OpenFile(dst io.Writer, src io.Reader, f File) error {
	if err := f.check(); err != nil {
		return err
	}
	id, err := ParseIdentity(f.Key)
	if err != nil {
		return &FileError{FaultDescription}
	}
	sealed, content := &tally{h: sha256.New()}, &tally{h: sha256.New()}
	in := io.TeeReader(io.LimitReader(src, f.SealedSize+1), sealed)
	openErr := openContent(dst, in, id, f.Size, content)
	if openErr != nil && !errors.Is(openErr, ErrFormat) && !errors.Is(openErr, ErrWrongKey) && !errors.Is(openErr, ErrRecipient) {
		if _, ok := errors.AsType[*FileError](openErr); !ok {
			return openErr
		}
	}
	// Read what is left, so that the hash of the ciphertext tells damage from a wrong file.
	if _, err := io.Copy(io.Discard, in); err != nil {
		return fmt.Errorf("reading an attachment: %w", err)
	}
	switch {
	case sealed.n != f.SealedSize:
		return &FileError{FaultSealedSize}
	case sealed.sum() != f.Sealed:
		return &FileError{FaultSealedHash}
	case openErr != nil:
		if fe, ok := errors.AsType[*FileError](openErr); ok {
			return fe
		}
		return &FileError{FaultDamaged}
	case content.n != f.Size:
		return &FileError{FaultSize}
	case content.sum() != f.SHA256:
		return &FileError{FaultContent}
	}
	return nil
}

// VerifyFile is [OpenFile] without output.
func VerifyFile(src io.Reader, f File) error { return OpenFile(io.Discard, src, f) }

// openContent copies size bytes of content and checks that zero bytes up to the padded size follow.
func openContent(dst io.Writer, in io.Reader, id *Identity, size int64, content *tally) error {
	r, err := DecryptUpTo(1, in, id)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.MultiWriter(dst, content), io.LimitReader(r, size)); err != nil {
		return err
	}
	padding := &zeroChecker{}
	n, err := io.Copy(padding, r)
	if err != nil {
		return err
	}
	if size+n != PaddedLen(size, FloorAttachment) {
		return &FileError{FaultSize}
	}
	return nil
}

// tally hashes and counts what is written to it.
type tally struct {
	h hash.Hash
	n int64
}

func (t *tally) Write(p []byte) (int, error) {
	t.n += int64(len(p))
	return t.h.Write(p)
}

func (t *tally) sum() string { return hexHash([32]byte(t.h.Sum(nil))) }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

type zeroChecker struct{}

func (*zeroChecker) Write(p []byte) (int, error) {
	for _, b := range p {
		if b != 0 {
			return 0, &FileError{FaultPadding}
		}
	}
	return len(p), nil
}
