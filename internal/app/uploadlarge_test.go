package app_test

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/seal"
)

// TestUploadLarge brings up the largest file that the pack allows, 100 MiB, in pieces as a browser does and in one
// request, with no more memory than a small one takes.
func TestUploadLarge(t *testing.T) {
	t.Parallel()
	p := apptest.Spawn(t, apptest.Child{Data: filepath.Join(t.TempDir(), "data"), Set: map[string]string{"log.level": "error", "files.rate": "1TiB"}})
	up := apptest.NewUploads(t, p.URL)
	up.Upload(noise(100)) // whatever the first one makes is there
	file, size := sealedFile(t, 100<<20)
	p.Memory(t)
	before := p.Memory(t)
	for name, piece := range map[string]int64{"pieces of 1 MiB": 1 << 20, "one request": size} {
		path := up.Create(size)
		start := time.Now()
		for at := int64(0); at < size; {
			body := io.NewSectionReader(file, at, min(piece, size-at))
			a, err := up.Do("PATCH", path, map[string]string{
				"Upload-Offset": strconv.FormatInt(at, 10), "Content-Type": "application/offset+octet-stream",
			}, body)
			if err != nil || a.Status != 204 || a.Offset() != at+body.Size() {
				t.Fatalf("%s, at %d: %d %s, %v", name, at, a.Status, a.Key, err)
			}
			at = a.Offset()
		}
		took, grown := time.Since(start), p.Memory(t)-before
		t.Logf("%s: %.0f MB/s, %d MiB of memory more", name, float64(size)/1e6/took.Seconds(), grown>>20)
		if grown > 16<<20 {
			t.Errorf("%s: the server took %d MiB of memory more", name, grown>>20)
		}
	}
}

// sealedFile seals size bytes of noise into a file.
func sealedFile(t *testing.T, size int64) (*os.File, int64) {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "sealed"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	noise, err := os.Open("/dev/urandom")
	if err != nil {
		t.Fatal(err)
	}
	defer noise.Close()
	if _, err := seal.SealFile(f, io.LimitReader(noise, size), size); err != nil {
		t.Fatal(err)
	}
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return f, st.Size()
}
