package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"clarion.example/clarion/internal/errs"
	"golang.org/x/mod/sumdb/tlog"
)

const maxNote = 16 << 10

// Keeper keeps the last checkpoint note of each log in a directory outside the database, so that a database
// that was rolled back is noticed before anything is signed. It checks the form of a note and that sizes never
// shrink; signatures are the caller's to check. One process saves into a directory at a time; others may load.
type Keeper struct{ dir string }

// OpenKeeper uses dir, which it makes (mode 0700) if it is not there.
func OpenKeeper(dir string) (*Keeper, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("opening checkpoint directory: %w", err)
	}
	return &Keeper{dir}, nil
}

// Load returns the last note of log and its point. Kinds: NotFound when none was kept, Internal with key
// "ledger.keeper_damaged" when the file is not a checkpoint of that log.
func (k *Keeper) Load(log Log) ([]byte, Point, error) {
	f, err := os.Open(k.path(log))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Point{}, errs.New(errs.NotFound, "ledger.no_checkpoint", nil)
	}
	if err != nil {
		return nil, Point{}, fmt.Errorf("reading kept checkpoint: %w", err)
	}
	defer f.Close()
	note, err := readUpTo(f, maxNote)
	if err != nil {
		return nil, Point{}, fmt.Errorf("reading kept checkpoint: %w", err)
	}
	p, err := parseNote(log, note)
	if err != nil {
		return nil, Point{}, errs.Wrap(errs.Internal, "ledger.keeper_damaged", nil, err)
	}
	return note, p, nil
}

// Save replaces the note of log: after it returns, the new note survives a power cut, and at no instant is there
// none. A note that is smaller than the kept one, or of the same size with another root, is refused as Conflict.
func (k *Keeper) Save(log Log, note []byte) error {
	next, err := parseNote(log, note)
	if err != nil {
		return err
	}
	switch _, had, err := k.Load(log); {
	case errs.Is(err, errs.NotFound):
	case err != nil:
		return err
	case next.Size < had.Size:
		return errs.Wrap(errs.Conflict, "ledger.rolled_back",
			errs.Args{"Have": next.Size, "Had": had.Size}, &SmallerError{log, next.Size, had.Size})
	case next.Size == had.Size && next.Root != had.Root:
		return errs.Wrap(errs.Conflict, "ledger.inconsistent", errs.Args{"Size": had.Size}, &InconsistentError{log, had.Size})
	}
	return k.replace(log, note)
}

func (k *Keeper) path(log Log) string { return filepath.Join(k.dir, string(log)+".checkpoint") }

func (k *Keeper) replace(log Log, note []byte) (err error) {
	// What a loss of power left is removed here and not when opening: a command that only loads must not take away
	// the file that the server is about to rename.
	left, err := filepath.Glob(filepath.Join(k.dir, "."+string(log)+"-*.tmp"))
	if err != nil {
		return fmt.Errorf("writing checkpoint: %w", err)
	}
	for _, path := range left {
		os.Remove(path)
	}
	tmp, err := os.CreateTemp(k.dir, "."+string(log)+"-*.tmp") // mode 0600
	if err != nil {
		return fmt.Errorf("writing checkpoint: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(tmp.Name())
		}
	}()
	_, err = tmp.Write(note)
	if err == nil {
		err = tmp.Sync()
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(tmp.Name(), k.path(log))
	}
	if err == nil {
		err = syncDir(k.dir)
	}
	if err != nil {
		return fmt.Errorf("writing checkpoint: %w", err)
	}
	return nil
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// parseNote reads the head of a c2sp.org/tlog-checkpoint: origin, size, root, then at least one signature line.
func parseNote(log Log, note []byte) (Point, error) {
	text, sigs, ok := strings.Cut(string(note), "\n\n")
	lines := strings.Split(text, "\n")
	if !ok || len(lines) < 3 || len(note) > maxNote {
		return Point{}, errors.New("ledger: not a checkpoint")
	}
	if !strings.HasPrefix(sigs, "\u2014 ") || !strings.HasSuffix(sigs, "\n") {
		return Point{}, errors.New("ledger: checkpoint without a signature")
	}
	if instance, ok := strings.CutSuffix(lines[0], "/"+string(log)); !ok || instance == "" {
		return Point{}, errors.New("ledger: checkpoint of another log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Point{}, errors.New("ledger: checkpoint with a wrong size")
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize || base64.StdEncoding.EncodeToString(root) != lines[2] {
		return Point{}, errors.New("ledger: checkpoint with a wrong root")
	}
	return Point{Log: log, Size: size, Root: tlog.Hash(root)}, nil
}

// readUpTo reads all of r and refuses more than limit bytes.
func readUpTo(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = errors.New("longer than a checkpoint can be")
	}
	return b, err
}
