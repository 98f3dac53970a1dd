package seal

import (
	"archive/tar"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// transferPrefix is what a unit signs before the bytes of transfer.json.
const transferPrefix = "clarion/transfer/v1\n"

// The names inside a transfer besides those of its files.
const (
	TransferHead = "transfer.json"
	TransferSig  = "transfer.sig"
	TransferCopy = "copy.txt"
)

// Transfer is transfer.json: what another body is told about the text and the files beside it. No case number, no time finer than a
// day, no place or length of what was blacked out.
type Transfer struct {
	V         int            `json:"v"`
	Authority string         `json:"authority"`
	Unit      string         `json:"unit"` // its name
	Reference string         `json:"reference"`
	Day       string         `json:"day"`
	Body      string         `json:"body"`
	Basis     Basis          `json:"basis"`
	Blacked   []string       `json:"blacked,omitempty"`
	Files     []TransferFile `json:"files"` // copy.txt, and then the files in their order
}

// TransferFile is one file beside transfer.json.
type TransferFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // hex
}

// ErrTransfer says that bytes are no transfer of this format, or not all of one.
var ErrTransfer = errors.New("seal: no transfer")

// ReadTransfer reads the inside of a transfer's age file of at most limit bytes. It gives the statement, the content of every file by
// its name, and the key that signed: whose it is, the reader compares with the authority's list of keys. Anything but transfer.json,
// transfer.sig and the files that transfer.json lists, whole and in this order, is [ErrTransfer]; a signature that does not verify
// [ErrSignature].
func ReadTransfer(r io.Reader, limit int64) (t Transfer, files map[string][]byte, key ed25519.PublicKey, err error) {
	in := &io.LimitedReader{R: r, N: limit + 1}
	names, all, err := untar(in)
	switch {
	case err != nil:
		return t, nil, nil, err
	case in.N <= 0:
		return t, nil, nil, ErrTooLarge
	case len(names) < 3 || names[0] != TransferHead || names[1] != TransferSig:
		return t, nil, nil, ErrTransfer
	}
	if key, err = transferKey(all[TransferHead], all[TransferSig]); err != nil {
		return t, nil, nil, err
	}
	if err := checkJSON(all[TransferHead], 4); err != nil {
		return t, nil, nil, fmt.Errorf("%w: %w", ErrTransfer, err)
	}
	if err := decodeKnown(all[TransferHead], &t); err != nil {
		return t, nil, nil, fmt.Errorf("%w: %w", ErrTransfer, err)
	}
	if err := t.check(names[2:], all); err != nil {
		return t, nil, nil, err
	}
	delete(all, TransferHead)
	delete(all, TransferSig)
	return t, all, key, nil
}

func untar(r io.Reader) (names []string, all map[string][]byte, err error) {
	all = map[string][]byte{}
	tr := tar.NewReader(r)
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return names, all, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %w", ErrTransfer, err)
		}
		if h.Typeflag != tar.TypeReg || all[h.Name] != nil {
			return nil, nil, fmt.Errorf("%w: %q", ErrTransfer, h.Name)
		}
		b, err := io.ReadAll(tr)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %w", ErrTransfer, err)
		}
		names, all[h.Name] = append(names, h.Name), append([]byte{}, b...)
	}
}

// transferKey is the key whose signature stands beside the statement: key and signature in base64url, a line each.
func transferKey(head, sig []byte) (ed25519.PublicKey, error) {
	lines := strings.Split(string(sig), "\n")
	if len(lines) != 3 || lines[2] != "" {
		return nil, ErrTransfer
	}
	key, err := ParseKey(lines[0])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTransfer, err)
	}
	s, ok := decodeURL(lines[1], ed25519.SignatureSize)
	if !ok || !ed25519.Verify(key, append([]byte(transferPrefix), head...), s) {
		return nil, ErrSignature
	}
	return key, nil
}

func (t Transfer) check(names []string, all map[string][]byte) error {
	listed := make([]string, len(t.Files))
	for i, f := range t.Files {
		listed[i] = f.Name
		b, ok := all[f.Name]
		if h := sha256.Sum256(b); !ok || int64(len(b)) != f.Size || hex.EncodeToString(h[:]) != f.SHA256 {
			return fmt.Errorf("%w: %s", ErrTransfer, f.Name)
		}
	}
	marks := bytes.Count(all[TransferCopy], []byte(BlackMark))
	if t.V != 1 || !slices.Equal(listed, names) || names[0] != TransferCopy || !ValidReference(t.Reference) || !validDay(t.Day) || marks != len(t.Blacked) ||
		slices.ContainsFunc(t.Blacked, func(r string) bool { return !validBlack(r) }) {
		return ErrTransfer
	}
	return nil
}
