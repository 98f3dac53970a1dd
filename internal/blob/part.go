package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"golang.org/x/sys/unix"
)

// partDir holds what is still growing. The files in it are no blobs: nothing opens them, and how much of one counts
// stands elsewhere.
const partDir = "part"

func (d *Dir) partPath(b id.Blob) string { return filepath.Join(d.root, partDir, b.String()) }

// Part is a growing file, locked for whoever has it open. The lock is the system's: it ends with the process.
type Part struct {
	dir  *Dir
	id   id.Blob
	file *os.File
	size int64
	safe bool // its name is durable
}

// OpenPart opens the growing file of a blob that is to be, or begins it. Conflict with key "blob.locked" while anybody
// else has it open.
func (d *Dir) OpenPart(b id.Blob) (*Part, error) {
	f, err := os.OpenFile(d.partPath(b), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, full(fmt.Errorf("opening upload: %w", err))
	}
	p := &Part{dir: d, id: b, file: f}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		err = errs.New(errs.Conflict, "blob.locked", nil)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return p, nil
}

// Resume cuts off what lies behind at, which nobody was told of, and goes on there. A shorter file has lost bytes: that
// is a [Damage] (kind Internal, key "blob.damaged").
func (p *Part) Resume(at int64) error {
	p.safe = at > 0 // somebody was told of bytes in it, after a Sync
	return p.cut(at)
}

func (p *Part) cut(at int64) error {
	st, err := p.file.Stat()
	if err == nil && st.Size() < at {
		return damaged(p.id, int(st.Size()/ChunkSize))
	}
	if err == nil && st.Size() > at {
		err = p.file.Truncate(at)
	}
	if err == nil {
		_, err = p.file.Seek(at, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("resuming upload: %w", err)
	}
	p.size = at
	return nil
}

// Size is how many bytes the part has.
func (p *Part) Size() int64 { return p.size }

// Write appends. Unavailable with key "blob.full" when the disk would fall below its reserve; then nothing was appended
// that counts.
func (p *Part) Write(b []byte) (int, error) {
	if err := p.dir.room(int64(len(b))); err != nil {
		return 0, err
	}
	n, err := p.file.Write(b)
	if err != nil {
		return 0, full(errors.Join(fmt.Errorf("storing upload: %w", err), p.cut(p.size)))
	}
	p.size += int64(n)
	return n, p.dir.blur(p.file.Name())
}

// Sync returns after everything that was written would survive a loss of power.
func (p *Part) Sync() error {
	if err := p.file.Sync(); err != nil {
		return full(fmt.Errorf("storing upload: %w", err))
	}
	if p.safe {
		return nil
	}
	dir := filepath.Dir(p.file.Name())
	err := errors.Join(p.dir.blur(dir), syncDir(dir))
	p.safe = err == nil
	return err
}

// Describe reads everything that lies on the disk and gives its hashes, with the first bytes, 4 KiB at most.
func (p *Part) Describe(ctx context.Context) (info Info, head []byte, err error) {
	whole := sha256.New()
	chunk := make([]byte, min(ChunkSize, p.size))
	for at := int64(0); at < p.size; at += ChunkSize {
		if err := ctx.Err(); err != nil {
			return Info{}, nil, err
		}
		chunk = chunk[:min(ChunkSize, p.size-at)]
		if _, err := p.file.ReadAt(chunk, at); err != nil {
			return Info{}, nil, fmt.Errorf("reading upload: %w", err)
		}
		if at == 0 {
			head = append(head, chunk[:min(4096, len(chunk))]...)
		}
		whole.Write(chunk)
		info.Chunks = append(info.Chunks, sha256.Sum256(chunk))
	}
	info.Size, info.SHA256 = p.size, [32]byte(whole.Sum(nil))
	return info, head, nil
}

// Close lets the next one open the part.
func (p *Part) Close() error { return p.file.Close() }

// Finish makes a part the blob, and may be called again at any time: it succeeds when the blob is there, which is never
// replaced. The caller has recorded that the part is whole. NotFound when there is neither.
func (d *Dir) Finish(b id.Blob) error {
	part, dir := d.partPath(b), filepath.Dir(d.path(b))
	err := os.Mkdir(dir, 0o700)
	if err == nil || errors.Is(err, fs.ErrExist) {
		err = syncDir(d.root)
	}
	if err == nil {
		err = os.Link(part, d.path(b))
	}
	if errors.Is(err, fs.ErrNotExist) {
		if _, err = os.Stat(d.path(b)); errors.Is(err, fs.ErrNotExist) {
			return errs.New(errs.NotFound, "blob.absent", nil)
		}
	}
	if err == nil || errors.Is(err, fs.ErrExist) {
		err = errors.Join(d.blur(dir), syncDir(dir))
	}
	if err != nil {
		return full(fmt.Errorf("storing blob: %w", err))
	}
	return d.DropPart(b)
}

// DropPart removes a growing file. Dropping what is not there changes nothing.
func (d *Dir) DropPart(b id.Blob) error {
	err := os.Remove(d.partPath(b))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	dir := filepath.Join(d.root, partDir)
	if err == nil {
		err = errors.Join(d.blur(dir), syncDir(dir))
	}
	if err != nil {
		return fmt.Errorf("deleting upload: %w", err)
	}
	return nil
}

// EachPart calls fn for every growing file as [Dir.Each] does for blobs. fn may drop it.
func (d *Dir) EachPart(ctx context.Context, fn func(Entry) error) error {
	files, err := os.ReadDir(filepath.Join(d.root, partDir))
	if err != nil {
		return fmt.Errorf("listing uploads: %w", err)
	}
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := d.visit("", f, fn); err != nil {
			return err
		}
	}
	return nil
}
