package proof

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is the state of a log: how many leaves it has and the hash over all of them.
type Checkpoint struct {
	Origin string
	Size   int64 // 0 to 2^53-1
	Root   tlog.Hash
}

func (c Checkpoint) text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + encode64(c.Root[:]) + "\n"
}

// SignCheckpoint signs the state of the log origin, whose name the key must bear. Whoever calls it must have
// made sure that the log never had, and will never have, another state of this size.
func SignCheckpoint(s note.Signer, origin string, size int64, root tlog.Hash) ([]byte, error) {
	if s.Name() != origin {
		return nil, ErrOrigin
	}
	if size < 0 || size > maxSafeInteger {
		return nil, fmt.Errorf("%w: tree size", ErrFormat)
	}
	return signNote(s, Checkpoint{origin, size, root}.text())
}

// ParseCheckpoint reads a signed checkpoint (c2sp.org/tlog-checkpoint) of the log origin. The first signature
// must be by v; further ones must be by the given witnesses. To read a checkpoint with signatures by unknown
// witnesses, use [TrimCheckpoint] first. Extension lines are refused.
func ParseCheckpoint(b []byte, origin string, v note.Verifier, witnesses ...note.Verifier) (Checkpoint, error) {
	if v.Name() != origin {
		return Checkpoint{}, ErrOrigin
	}
	text, err := openStrict(b, v, witnesses...)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("reading a checkpoint: %w", err)
	}
	lines := strings.Split(text, "\n")
	if len(lines) != 4 {
		return Checkpoint{}, fmt.Errorf("%w: lines of a checkpoint", ErrFormat)
	}
	if lines[0] != origin {
		return Checkpoint{}, ErrOrigin
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	root, ok := decode64(lines[2])
	if err != nil || size < 0 || size > maxSafeInteger || !ok || len(root) != tlog.HashSize {
		return Checkpoint{}, fmt.Errorf("%w: size or hash of a checkpoint", ErrFormat)
	}
	c := Checkpoint{lines[0], size, tlog.Hash(root)}
	if c.text() != text {
		return Checkpoint{}, fmt.Errorf("%w: the checkpoint is spelled differently", ErrFormat)
	}
	return c, nil
}

// TrimCheckpoint returns the checkpoint with the signature by v alone.
func TrimCheckpoint(b []byte, v note.Verifier) ([]byte, error) { return trimNote(b, v) }

// CheckConsistency checks that the log at newer still begins with all that it held at older. Anything else,
// a smaller log included, is [ErrInconsistent]; two different logs are [ErrOrigin].
func CheckConsistency(older, newer Checkpoint, p tlog.TreeProof) error {
	if older.Origin != newer.Origin {
		return ErrOrigin
	}
	if older.Size < 0 || newer.Size > maxSafeInteger || older.Size > newer.Size {
		return ErrInconsistent
	}
	if older.Size == 0 {
		empty, err := tlog.TreeHash(0, nil)
		if err != nil || older.Root != empty || len(p) != 0 || newer.Size == 0 && newer.Root != empty {
			return ErrInconsistent
		}
		return nil
	}
	if err := tlog.CheckTree(p, newer.Size, newer.Root, older.Size, older.Root); err != nil {
		return ErrInconsistent
	}
	return nil
}
