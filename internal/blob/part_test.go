package blob_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"clarion.example/clarion/internal/blob"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

func openPart(t *testing.T, d *blob.Dir, b id.Blob, at int64) *blob.Part {
	t.Helper()
	p, err := d.OpenPart(b)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Resume(at); err != nil {
		t.Fatal(err)
	}
	return p
}

func appendTo(t *testing.T, p *blob.Part, content []byte) {
	t.Helper()
	if _, err := p.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := p.Sync(); err != nil {
		t.Fatal(err)
	}
}

// TestPartGrows appends in pieces, with a tail that was never recorded behind each, until the part is a blob.
func TestPartGrows(t *testing.T) {
	t.Parallel()
	d, root := openDir(t, blob.Options{})
	content := random(2*blob.ChunkSize + 17)
	b := id.NewBlob()
	var at int64
	for _, n := range []int{1, 1000, blob.ChunkSize, len(content) - blob.ChunkSize - 1001} {
		p := openPart(t, d, b, at)
		appendTo(t, p, content[at:at+int64(n)])
		at = p.Size()
		if _, err := p.Write([]byte("torn")); err != nil {
			t.Fatal(err)
		}
		st, err := os.Stat(filepath.Join(root, "part", b.String()))
		if err != nil || st.Mode() != 0o600 || !st.ModTime().Equal(noon.Truncate(24*time.Hour)) {
			t.Errorf("the growing file has %v %v: %v", st.Mode(), st.ModTime(), err)
		}
		p.Close()
	}
	if _, err := d.Open(t.Context(), b, blob.Info{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a part can be opened: %v", err)
	}
	p := openPart(t, d, b, at)
	info, head, err := p.Describe(t.Context())
	p.Close()
	if err != nil || info.Size != int64(len(content)) || info.SHA256 != sha256.Sum256(content) || len(info.Chunks) != 3 || !bytes.Equal(head, content[:4096]) {
		t.Fatalf("described as %d bytes, %d chunks: %v", info.Size, len(info.Chunks), err)
	}
	for range 2 {
		if err := d.Finish(b); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := readAll(t, d, b, info); err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes came back: %v", len(got), err)
	}
	if left, err := os.ReadDir(filepath.Join(root, "part")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// TestFinishNeverReplaces: a stray part of a blob that is there, such as one that was opened a moment too late, goes.
func TestFinishNeverReplaces(t *testing.T) {
	t.Parallel()
	d, _ := openDir(t, blob.Options{})
	content := random(1000)
	b, info := put(t, d, content)
	appendTo(t, openPart(t, d, b, 0), []byte("stray"))
	if err := d.Finish(b); err != nil {
		t.Fatal(err)
	}
	if got, err := readAll(t, d, b, info); err != nil || !bytes.Equal(got, content) {
		t.Errorf("the blob was replaced: %v", err)
	}
	if err := d.Finish(id.NewBlob()); !errs.Is(err, errs.NotFound) {
		t.Errorf("finished what was never begun: %v", err)
	}
}

func TestFinishTogether(t *testing.T) {
	t.Parallel()
	d, _ := openDir(t, blob.Options{})
	for range 20 {
		b := id.NewBlob()
		p := openPart(t, d, b, 0)
		appendTo(t, p, random(100))
		p.Close()
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := d.Finish(b); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
}

func TestPartIsLocked(t *testing.T) {
	t.Parallel()
	d, _ := openDir(t, blob.Options{})
	b := id.NewBlob()
	p := openPart(t, d, b, 0)
	if _, err := d.OpenPart(b); !errs.Is(err, errs.Conflict) {
		t.Errorf("opened twice: %v", err)
	}
	p.Close()
	openPart(t, d, b, 0).Close()
}

func TestPartThatLostBytes(t *testing.T) {
	t.Parallel()
	d, _ := openDir(t, blob.Options{})
	b := id.NewBlob()
	p := openPart(t, d, b, 0)
	appendTo(t, p, random(100))
	err := p.Resume(101)
	p.Close()
	if _, ok := errors.AsType[*blob.Damage](err); !ok {
		t.Errorf("resumed behind the end of the file: %v", err)
	}
}

// TestPartReserve: what would touch the reserve is refused, and what was there stays.
func TestPartReserve(t *testing.T) {
	t.Parallel()
	free := int64(2000)
	d, root := openDir(t, blob.Options{Reserve: 1000, Free: func(string) (int64, error) { return free, nil }})
	b := id.NewBlob()
	p := openPart(t, d, b, 0)
	defer p.Close()
	appendTo(t, p, random(1000))
	free = 1000
	if _, err := p.Write(random(1)); !errs.Is(err, errs.Unavailable) || p.Size() != 1000 {
		t.Errorf("into the reserve: %v, %d bytes", err, p.Size())
	}
	free = 2000
	appendTo(t, p, random(1))
	if st, err := os.Stat(filepath.Join(root, "part", b.String())); err != nil || st.Size() != 1001 {
		t.Errorf("%v %v", st, err)
	}
}

func TestDropAndEachPart(t *testing.T) {
	t.Parallel()
	d, root := openDir(t, blob.Options{})
	b := id.NewBlob()
	p := openPart(t, d, b, 0)
	appendTo(t, p, random(10))
	p.Close()
	if err := os.WriteFile(filepath.Join(root, "part", "stray"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	n := 0
	err := d.EachPart(t.Context(), func(e blob.Entry) error {
		n++
		if e.Blob != b || e.Size != 10 || !e.Day.Equal(noon.Truncate(24*time.Hour)) {
			t.Errorf("entry %+v", e)
		}
		return errors.Join(d.DropPart(e.Blob), d.DropPart(e.Blob))
	})
	if err != nil || n != 1 {
		t.Errorf("%d parts, %v", n, err)
	}
	if _, err := os.Stat(filepath.Join(root, "part", b.String())); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("still there: %v", err)
	}
	if err := d.Each(t.Context(), func(blob.Entry) error { t.Error("a part is listed as a blob"); return nil }); err != nil {
		t.Error(err)
	}
}
