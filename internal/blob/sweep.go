package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"clarion.example/clarion/internal/id"
	"golang.org/x/sys/unix"
)

// Delete removes a blob. Deleting what is not there changes nothing.
func (d *Dir) Delete(ctx context.Context, b id.Blob) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := os.Remove(d.path(b))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	dir := filepath.Dir(d.path(b))
	if err == nil {
		err = d.blur(dir)
	}
	if err == nil {
		err = syncDir(dir)
	}
	if err != nil {
		return fmt.Errorf("deleting blob: %w", err)
	}
	return nil
}

// Entry is a stored blob as the sweeper sees it. Day is when it was stored.
type Entry struct {
	Blob id.Blob
	Size int64
	Day  time.Time
}

// Each calls fn for every blob, in the order of ids, until fn returns an error. fn may delete the blob. Files that
// are no blobs are passed over.
func (d *Dir) Each(ctx context.Context, fn func(Entry) error) error {
	dirs, err := os.ReadDir(d.root)
	if err != nil {
		return fmt.Errorf("listing blobs: %w", err)
	}
	for _, dir := range dirs {
		if !dir.IsDir() || dir.Name() == tempDir || dir.Name() == partDir {
			continue
		}
		files, err := os.ReadDir(filepath.Join(d.root, dir.Name()))
		if err != nil {
			return fmt.Errorf("listing blobs: %w", err)
		}
		for _, f := range files {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := d.visit(dir.Name(), f, fn); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Dir) visit(prefix string, f fs.DirEntry, fn func(Entry) error) error {
	b, err := id.ParseBlob(f.Name())
	if err != nil || !strings.HasPrefix(f.Name(), prefix) {
		return nil
	}
	st, err := f.Info()
	if errors.Is(err, fs.ErrNotExist) { // deleted since it was listed
		return nil
	}
	if err != nil {
		return fmt.Errorf("listing blobs: %w", err)
	}
	return fn(Entry{b, st.Size(), st.ModTime().UTC()})
}

// SweepTemp removes what uploads that were cut off, by a crash or a loss of power, have left: temporary files that
// were not written to since before and that nobody holds.
func (d *Dir) SweepTemp(ctx context.Context, before time.Time) error {
	files, err := os.ReadDir(filepath.Join(d.root, tempDir))
	if err != nil {
		return fmt.Errorf("sweeping uploads: %w", err)
	}
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		st, err := f.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !st.ModTime().Before(before) {
			continue
		}
		if err == nil {
			err = removeUnheld(filepath.Join(d.root, tempDir, f.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("sweeping uploads: %w", err)
		}
	}
	return nil
}

// removeUnheld removes a temporary file unless somebody is writing it.
func removeUnheld(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	switch err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); {
	case errors.Is(err, unix.EWOULDBLOCK):
		return nil
	case err != nil:
		return err
	}
	return os.Remove(path)
}
