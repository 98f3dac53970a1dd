package blob_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"clarion.example/clarion/internal/blob"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

var noon = time.Date(2026, 11, 22, 12, 34, 56, 0, time.UTC)

func openDir(t *testing.T, opt blob.Options) (*blob.Dir, string) {
	t.Helper()
	root := filepath.Join(t.TempDir(), "blobs")
	opt.Now = func() time.Time { return noon }
	d, err := blob.OpenDir(root, opt)
	if err != nil {
		t.Fatal(err)
	}
	return d, root
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

func put(t *testing.T, d *blob.Dir, content []byte) (id.Blob, blob.Info) {
	t.Helper()
	b := id.NewBlob()
	info, err := d.Put(t.Context(), b, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return b, info
}

func file(root string, b id.Blob) string { return filepath.Join(root, b.String()[:2], b.String()) }

func readAll(t *testing.T, d *blob.Dir, b id.Blob, info blob.Info) ([]byte, error) {
	t.Helper()
	r, err := d.Open(t.Context(), b, info)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func TestPutAndOpen(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, blob.ChunkSize - 1, blob.ChunkSize, blob.ChunkSize + 1, 3*blob.ChunkSize + 17} {
		d, root := openDir(t, blob.Options{})
		content := random(size)
		b := id.NewBlob()
		info, err := d.Put(t.Context(), b, iotest.HalfReader(bytes.NewReader(content)))
		if err != nil {
			t.Fatal(err)
		}
		if info.Size != int64(size) || info.SHA256 != sha256.Sum256(content) || len(info.Chunks) != (size+blob.ChunkSize-1)/blob.ChunkSize {
			t.Errorf("%d bytes: info %d bytes, %d chunks", size, info.Size, len(info.Chunks))
		}
		got, err := readAll(t, d, b, info)
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes came back as %d: %v", size, len(got), err)
		}
		if left, err := os.ReadDir(filepath.Join(root, "tmp")); err != nil || len(left) != 0 {
			t.Errorf("temporary files left: %v %v", left, err)
		}
	}
}

func TestModesAndTimes(t *testing.T) {
	t.Parallel()
	d, root := openDir(t, blob.Options{})
	b, _ := put(t, d, random(10))
	midnight := noon.Truncate(24 * time.Hour)
	for path, mode := range map[string]fs.FileMode{
		file(root, b): 0o600, filepath.Dir(file(root, b)): fs.ModeDir | 0o700, filepath.Join(root, "tmp"): fs.ModeDir | 0o700,
	} {
		st, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if st.Mode() != mode {
			t.Errorf("%s has mode %v, want %v", path, st.Mode(), mode)
		}
		if !st.ModTime().Equal(midnight) {
			t.Errorf("%s tells when it was stored: %v", path, st.ModTime())
		}
	}
}

// TestDamage changes a stored file in every way that a disk or a hand can, and demands that no wrong byte comes
// out and that the error names the chunk.
func TestDamage(t *testing.T) {
	t.Parallel()
	const size = 2*blob.ChunkSize + 100
	flip := func(at int64) func(string) error {
		return func(path string) error {
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				return err
			}
			defer f.Close()
			one := make([]byte, 1)
			if _, err := f.ReadAt(one, at); err != nil {
				return err
			}
			one[0] ^= 0x10
			_, err = f.WriteAt(one, at)
			return err
		}
	}
	grow := func(path string) error {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = f.Write([]byte{0})
		return err
	}
	for name, c := range map[string]struct {
		harm  func(path string) error
		chunk int
	}{
		"first byte":       {flip(0), 0},
		"end of chunk 0":   {flip(blob.ChunkSize - 1), 0},
		"start of chunk 1": {flip(blob.ChunkSize), 1},
		"last byte":        {flip(size - 1), 2},
		"cut by one":       {func(p string) error { return os.Truncate(p, size-1) }, 2},
		"cut at a chunk":   {func(p string) error { return os.Truncate(p, blob.ChunkSize) }, 1},
		"emptied":          {func(p string) error { return os.Truncate(p, 0) }, 0},
		"grown":            {grow, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, root := openDir(t, blob.Options{})
			content := random(size)
			b, info := put(t, d, content)
			if err := c.harm(file(root, b)); err != nil {
				t.Fatal(err)
			}
			got, err := readAll(t, d, b, info)
			damage, ok := errors.AsType[*blob.Damage](err)
			if !ok || damage.Chunk != c.chunk || damage.Blob != b {
				t.Fatalf("got %v, want damage in chunk %d", err, c.chunk)
			}
			if len(got) > c.chunk*blob.ChunkSize || !bytes.HasPrefix(content, got) {
				t.Errorf("%d bytes came out before damage in chunk %d", len(got), c.chunk)
			}
		})
	}
}

func TestOpenRefusesInfoThatDoesNotFit(t *testing.T) {
	t.Parallel()
	d, _ := openDir(t, blob.Options{})
	b, info := put(t, d, random(blob.ChunkSize+1))
	other := info
	other.Chunks = info.Chunks[:1]
	if _, err := d.Open(t.Context(), b, other); err == nil {
		t.Error("opened with a chunk hash missing")
	}
	if _, err := d.Open(t.Context(), id.NewBlob(), info); !errs.Is(err, errs.NotFound) {
		t.Errorf("a blob that was never put: %v", err)
	}
}

func TestPutTwice(t *testing.T) {
	t.Parallel()
	d, _ := openDir(t, blob.Options{})
	content := random(5000)
	b, info := put(t, d, content)
	if _, err := d.Put(t.Context(), b, bytes.NewReader(random(10))); !errs.Is(err, errs.Conflict) {
		t.Errorf("second Put: %v, want Conflict", err)
	}
	if got, err := readAll(t, d, b, info); err != nil || !bytes.Equal(got, content) {
		t.Errorf("the first blob was touched: %v", err)
	}
}

// TestCutOff demands that an upload that ends early leaves nothing: neither a blob nor a file.
func TestCutOff(t *testing.T) {
	t.Parallel()
	boom := errors.New("connection lost")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		from io.Reader
		want error
	}{
		"reader fails": {t.Context(), io.MultiReader(bytes.NewReader(random(blob.ChunkSize+5)), iotest.ErrReader(boom)), boom},
		"cancelled":    {cancelled, bytes.NewReader(random(10)), context.Canceled},
	} {
		d, root := openDir(t, blob.Options{})
		b := id.NewBlob()
		if _, err := d.Put(c.ctx, b, c.from); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if n := countFiles(t, root); n != 0 {
			t.Errorf("%s: %d files left", name, n)
		}
	}
}

func countFiles(t *testing.T, root string) (n int) {
	t.Helper()
	err := filepath.WalkDir(root, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestReserve lets the disk fill during an upload: what would touch the reserve is refused, what fits is kept.
func TestReserve(t *testing.T) {
	t.Parallel()
	const disk = 4 * blob.ChunkSize
	var root string
	d, root := openDir(t, blob.Options{Reserve: blob.ChunkSize, Free: func(string) (int64, error) {
		free := int64(disk)
		err := filepath.WalkDir(root, func(_ string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				var st fs.FileInfo
				if st, err = e.Info(); err == nil {
					free -= st.Size()
				}
			}
			return err
		})
		return free, err
	}})
	small, info := put(t, d, random(100))
	if _, err := d.Put(t.Context(), id.NewBlob(), bytes.NewReader(random(3*blob.ChunkSize))); !errs.Is(err, errs.Unavailable) {
		t.Fatalf("an upload into the reserve: %v, want Unavailable", err)
	}
	if _, err := readAll(t, d, small, info); err != nil {
		t.Errorf("a stored blob after the disk was full: %v", err)
	}
	if n := countFiles(t, root); n != 1 {
		t.Errorf("%d files, want the one that fitted", n)
	}
	put(t, d, random(blob.ChunkSize)) // recovers
}

// TestDiskFull runs on a real file system of 1 MiB, where the system lets the test make one.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	mount := t.TempDir()
	if err := unix.Mount("clarion-test", mount, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("cannot make a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(mount, 0); err != nil {
			t.Error(err)
		}
	})
	unlimited := func(string) (int64, error) { return 1 << 60, nil }
	d, err := blob.OpenDir(filepath.Join(mount, "blobs"), blob.Options{Free: unlimited})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Put(t.Context(), id.NewBlob(), bytes.NewReader(random(2<<20))); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a blob larger than the disk: %v, want Unavailable", err)
	}
	if n := countFiles(t, mount); n != 0 {
		t.Errorf("%d files left on the full disk", n)
	}
	content := random(100)
	b, info := put(t, d, content)
	if got, err := readAll(t, d, b, info); err != nil || !bytes.Equal(got, content) {
		t.Errorf("after the disk was full: %v", err)
	}
}

func TestDeleteAndEach(t *testing.T) {
	t.Parallel()
	d, root := openDir(t, blob.Options{})
	want := map[id.Blob]int64{}
	for n := range 20 {
		b, _ := put(t, d, random(n))
		want[b] = int64(n)
	}
	for _, stray := range []string{"README", "aa-not-a-blob"} {
		if err := os.WriteFile(filepath.Join(root, stray), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var gone id.Blob
	for gone = range want {
		break
	}
	for range 2 {
		if err := d.Delete(t.Context(), gone); err != nil {
			t.Fatal(err)
		}
	}
	delete(want, gone)
	got := map[id.Blob]int64{}
	err := d.Each(t.Context(), func(e blob.Entry) error {
		got[e.Blob] = e.Size
		if !e.Day.Equal(noon.Truncate(24 * time.Hour)) {
			t.Errorf("entry of %v, want the day", e.Day)
		}
		return d.Delete(t.Context(), e.Blob)
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Each (-want +got):\n%s", diff)
	}
	if n := countFiles(t, root); n != 2 {
		t.Errorf("%d files, want the two strays", n)
	}
}

func TestSweepTemp(t *testing.T) {
	t.Parallel()
	d, root := openDir(t, blob.Options{})
	for name, age := range map[string]time.Duration{"old": 48 * time.Hour, "running": time.Minute} {
		path := filepath.Join(root, "tmp", name)
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, noon.Add(-age), noon.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.SweepTemp(t.Context(), noon.Add(-24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Join(root, "tmp"))
	if err != nil || len(left) != 1 || left[0].Name() != "running" {
		t.Errorf("left %v, %v", left, err)
	}
}

// The times of a file are set to the day just before it becomes a blob: the sweeper, which goes by them, must not take
// it away then.
func TestSweepWhileStored(t *testing.T) {
	t.Parallel()
	var d *blob.Dir
	swept := 0
	root := filepath.Join(t.TempDir(), "blobs")
	d, err := blob.OpenDir(root, blob.Options{Now: func() time.Time { // asked for by whoever sets a time
		if err := d.SweepTemp(t.Context(), time.Now().Add(time.Hour)); err != nil {
			t.Error(err)
		}
		swept++
		return noon
	}})
	if err != nil {
		t.Fatal(err)
	}
	b := id.NewBlob()
	info, err := d.Put(t.Context(), b, strings.NewReader("a picture"))
	if err != nil || swept == 0 {
		t.Fatalf("storing while the sweeper ran %d times: %v", swept, err)
	}
	r, err := d.Open(t.Context(), b, info)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || string(got) != "a picture" {
		t.Errorf("read %q, %v", got, err)
	}
	if left, err := os.ReadDir(filepath.Join(root, "tmp")); err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}
