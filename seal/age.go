package seal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// Encrypt starts a sealed file to at most [MaxRecipients] recipients. What is written to the result is sealed to
// dst; Close writes the last chunk and must be called, or the file cannot be opened. The recipients must be
// different keys; otherwise the error is [ErrRecipient].
func Encrypt(dst io.Writer, to ...Recipient) (io.WriteCloser, error) {
	return EncryptUpTo(MaxRecipients, dst, to...)
}

// EncryptUpTo is [Encrypt] with another limit for the number of recipients, for files that are no documents.
func EncryptUpTo(limit int, dst io.Writer, to ...Recipient) (io.WriteCloser, error) {
	if len(to) == 0 || len(to) > limit {
		return nil, ErrRecipient
	}
	seen := make(map[Recipient]bool, len(to))
	keys := make([]age.Recipient, len(to))
	for i, r := range to {
		a, err := age.ParseHybridRecipient(r.text)
		if err != nil || seen[r] {
			return nil, ErrRecipient
		}
		seen[r], keys[i] = true, a
	}
	w, err := age.Encrypt(dst, keys...)
	if err != nil {
		return nil, fmt.Errorf("sealing: %w", err)
	}
	return w, nil
}

// Decrypt opens a sealed file of at most [MaxRecipients] recipients with whichever of ids fits. The header is
// checked as in [CheckHeader] before any key is used. Reading the result can still fail with [ErrFormat] when a
// later byte was changed; only io.EOF says that all of it is authentic. A failing src gives its own error.
func Decrypt(src io.Reader, ids ...*Identity) (io.Reader, error) {
	return DecryptUpTo(MaxRecipients, src, ids...)
}

// DecryptUpTo is [Decrypt] with another limit for the number of recipients.
func DecryptUpTo(limit int, src io.Reader, ids ...*Identity) (io.Reader, error) {
	in := &sourceReader{r: src}
	buf := bufio.NewReaderSize(in, max(headerSize(limit), 4096))
	head, err := buf.Peek(headerSize(limit))
	if err != nil && in.err != nil {
		return nil, in.err
	}
	if _, err := CheckHeader(head, limit); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, ErrWrongKey
	}
	keys := make([]age.Identity, len(ids))
	for i, id := range ids {
		if id == nil || id.k == nil {
			return nil, ErrIdentity
		}
		keys[i] = id.k().age
	}
	r, err := age.Decrypt(buf, keys...)
	if err != nil {
		return nil, in.explain(err)
	}
	return &openReader{r: r, in: in}, nil
}

// sourceReader remembers a failure of the source, to tell it from damage.
type sourceReader struct {
	r   io.Reader
	err error
}

func (s *sourceReader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

func (s *sourceReader) explain(err error) error {
	if s.err != nil {
		return s.err
	}
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return ErrWrongKey
	}
	return ErrFormat
}

type openReader struct {
	r  io.Reader
	in *sourceReader
}

func (o *openReader) Read(p []byte) (int, error) {
	n, err := o.r.Read(p)
	if err != nil && err != io.EOF {
		err = o.in.explain(err)
	}
	return n, err
}

// Seal seals plain to the recipients at once. It adds no padding.
func Seal(plain []byte, to ...Recipient) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(int(SealedSize(int64(len(plain)), len(to))))
	w, err := Encrypt(&out, to...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("sealing: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("sealing: %w", err)
	}
	return out.Bytes(), nil
}

// Open opens what [Seal] made. The errors are those of [Decrypt].
func Open(sealed []byte, ids ...*Identity) ([]byte, error) {
	r, err := Decrypt(bytes.NewReader(sealed), ids...)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
