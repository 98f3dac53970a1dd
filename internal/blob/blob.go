// Package blob keeps the ciphertext of attachments as files, with the SHA-256 of each chunk, and hands out no byte
// whose chunk does not have its hash.
//
// It must never see plaintext, a name, a type or a key; never keep a time finer than the day; and never decide who
// may have a blob: package store knows what belongs to which document.
package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"golang.org/x/sys/unix"
)

// ChunkSize is the length of every chunk but the last.
const ChunkSize = 1 << 20

// Info describes a stored blob: bytes, their SHA-256, and the SHA-256 of each chunk of [ChunkSize] bytes.
type Info struct {
	Size   int64
	SHA256 [32]byte
	Chunks [][32]byte
}

// Damage says that the stored bytes are not those that were put: a bit has flipped, or the file was cut, grown or
// removed. Chunk counts from 0.
type Damage struct {
	Blob  id.Blob
	Chunk int
}

func (d *Damage) Error() string {
	return fmt.Sprintf("blob: %s is damaged in chunk %d", d.Blob, d.Chunk)
}

// Options bound a [Dir].
type Options struct {
	// Reserve is how many bytes of the disk stay free: uploads stop there, and text reports go on.
	Reserve int64
	// Free returns the free bytes of the disk that holds a path; the operating system's answer if nil.
	Free func(path string) (int64, error)
	// Now is the clock, for the day that files carry.
	Now func() time.Time
}

// Dir keeps blobs in a directory: two levels, by the first two characters of the id. Its methods may be called
// from many goroutines and processes. Deleted bytes are not overwritten: they are ciphertext, and their keys go.
type Dir struct {
	root string
	opt  Options
}

const tempDir = "tmp"

// OpenDir uses path, which it makes (mode 0700) if it is not there.
func OpenDir(path string, opt Options) (*Dir, error) {
	if opt.Free == nil {
		opt.Free = freeBytes
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	for _, dir := range []string{tempDir, partDir} {
		if err := os.MkdirAll(filepath.Join(path, dir), 0o700); err != nil {
			return nil, fmt.Errorf("opening blob directory: %w", err)
		}
	}
	return &Dir{path, opt}, nil
}

func freeBytes(path string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * st.Bsize, nil
}

func (d *Dir) path(b id.Blob) string {
	name := b.String()
	return filepath.Join(d.root, name[:2], name)
}

// Put stores what r gives until its end. After it returns, the blob survives a loss of power; before, it is not
// there at all. Kinds: Unavailable with key "blob.full" when the disk would fall below its reserve, Conflict when
// the blob exists. An error of r, or of ctx between chunks, is returned as it is.
func (d *Dir) Put(ctx context.Context, b id.Blob, r io.Reader) (_ Info, err error) {
	tmp, err := d.temp()
	if err != nil {
		return Info{}, full(fmt.Errorf("storing blob: %w", err))
	}
	defer func() {
		tmp.Close()
		os.Remove(tmp.Name())
		d.blur(filepath.Dir(tmp.Name())) // tidiness only: the blob is stored, or is not, without it
	}()
	info, err := d.copy(ctx, tmp, r)
	if err != nil {
		return Info{}, err
	}
	if err := d.finish(b, tmp); err != nil {
		return Info{}, full(fmt.Errorf("storing blob: %w", err))
	}
	return info, nil
}

// temp makes a temporary file, mode 0600, and holds its lock until it is closed, which also a crash does: the sweeper
// leaves alone what is locked. The file's age cannot tell it, because its times are set to the day before it is linked.
func (d *Dir) temp() (*os.File, error) {
	for {
		f, err := os.CreateTemp(filepath.Join(d.root, tempDir), "")
		if err != nil {
			return nil, err
		}
		var st unix.Stat_t
		if err = unix.Flock(int(f.Fd()), unix.LOCK_EX); err == nil {
			err = unix.Fstat(int(f.Fd()), &st)
		}
		switch {
		case err != nil:
			f.Close()
			os.Remove(f.Name())
			return nil, err
		case st.Nlink > 0:
			return f, nil
		}
		f.Close() // the sweeper had the lock first
	}
}

// copy moves r to the file chunk by chunk and hashes on the way.
func (d *Dir) copy(ctx context.Context, w io.Writer, r io.Reader) (info Info, err error) {
	whole := sha256.New()
	chunk := make([]byte, ChunkSize)
	for {
		if err := ctx.Err(); err != nil {
			return Info{}, err
		}
		n, err := io.ReadFull(r, chunk)
		last := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !last {
			return Info{}, err
		}
		if n > 0 {
			if err := d.room(int64(n)); err != nil {
				return Info{}, err
			}
			if _, err := w.Write(chunk[:n]); err != nil {
				return Info{}, full(fmt.Errorf("storing blob: %w", err))
			}
			whole.Write(chunk[:n])
			info.Size += int64(n)
			info.Chunks = append(info.Chunks, sha256.Sum256(chunk[:n]))
		}
		if last {
			info.SHA256 = [32]byte(whole.Sum(nil))
			return info, nil
		}
	}
}

// room refuses n more bytes when the reserve would be touched.
func (d *Dir) room(n int64) error {
	free, err := d.opt.Free(d.root)
	if err != nil {
		return fmt.Errorf("asking for free space: %w", err)
	}
	if free-n < d.opt.Reserve {
		return errs.New(errs.Unavailable, "blob.full", nil)
	}
	return nil
}

// full gives an error of a full disk its kind.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return errs.Wrap(errs.Unavailable, "blob.full", nil, err)
	}
	return err
}

// finish makes a complete temporary file the blob. The link fails if the blob is there, so none is replaced.
func (d *Dir) finish(b id.Blob, tmp *os.File) error {
	if err := d.blur(tmp.Name()); err != nil {
		return err
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	dir := filepath.Dir(d.path(b))
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	// Also when it exists: whoever made it a moment ago may not have come to this yet.
	if err := syncDir(d.root); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), d.path(b)); errors.Is(err, fs.ErrExist) {
		return errs.New(errs.Conflict, "blob.exists", nil)
	} else if err != nil {
		return err
	}
	if err := d.blur(dir); err != nil {
		return err
	}
	return syncDir(dir)
}

// blur sets the times of a file to the day.
func (d *Dir) blur(path string) error {
	day := d.opt.Now().UTC().Truncate(24 * time.Hour)
	return os.Chtimes(path, day, day)
}

func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// Open returns the bytes of a blob as info describes them. Each chunk is read whole and checked before any byte of
// it is handed out; a reading error with a [Damage] in its chain (kind Internal, key "blob.damaged") means that
// what came before was right and the rest is lost. NotFound when there is no such blob.
func (d *Dir) Open(ctx context.Context, b id.Blob, info Info) (io.ReadCloser, error) {
	if int64(len(info.Chunks)) != (info.Size+ChunkSize-1)/ChunkSize {
		return nil, fmt.Errorf("blob: %d chunk hashes for %d bytes", len(info.Chunks), info.Size)
	}
	f, err := os.Open(d.path(b))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.New(errs.NotFound, "blob.absent", nil)
	}
	if err != nil {
		return nil, fmt.Errorf("opening blob: %w", err)
	}
	st, err := f.Stat()
	if err == nil && st.Size() != info.Size {
		err = damaged(b, int(min(st.Size(), info.Size)/ChunkSize))
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &reader{ctx: ctx, blob: b, info: info, file: f}, nil
}

func damaged(b id.Blob, chunk int) error {
	return errs.Wrap(errs.Internal, "blob.damaged", nil, &Damage{b, chunk})
}

// reader hands out checked chunks. It holds the context of the download that it serves.
type reader struct {
	ctx   context.Context
	blob  id.Blob
	info  Info
	file  *os.File
	next  int // chunk
	buf   []byte
	ready bytes.Reader
	err   error
}

func (r *reader) Read(p []byte) (int, error) {
	for r.ready.Len() == 0 {
		if r.err == nil {
			r.err = r.load()
		}
		if r.err != nil {
			return 0, r.err
		}
	}
	return r.ready.Read(p)
}

// load reads and checks the next chunk.
func (r *reader) load() error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if r.next == len(r.info.Chunks) {
		return io.EOF
	}
	if r.buf == nil {
		r.buf = make([]byte, min(ChunkSize, r.info.Size))
	}
	chunk := r.buf[:min(ChunkSize, r.info.Size-int64(r.next)*ChunkSize)]
	_, err := io.ReadFull(r.file, chunk)
	if err == io.EOF || err == io.ErrUnexpectedEOF || err == nil && sha256.Sum256(chunk) != r.info.Chunks[r.next] {
		return damaged(r.blob, r.next)
	}
	if err != nil {
		return fmt.Errorf("reading blob: %w", err)
	}
	r.next++
	r.ready.Reset(chunk)
	return nil
}

func (r *reader) Close() error { return r.file.Close() }
