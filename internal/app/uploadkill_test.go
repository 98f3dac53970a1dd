package app_test

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/seal"
)

// TestKillUploads ends a server with kill -9 while a file comes up, again and again. Every offset that was answered is
// there afterwards, and in the end the unit opens the file.
func TestKillUploads(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fresh        func(testing.TB) string
		kills, short int
	}{"sqlite": {storetest.SQLite, 10, 6}, "postgres": {storetest.Postgres, 4, 3}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kills := c.kills
			if testing.Short() {
				kills = c.short
			}
			killUploads(t, apptest.Child{Data: filepath.Join(t.TempDir(), "data"), DSN: c.fresh(t), Set: map[string]string{"log.level": "error"}}, kills)
		})
	}
}

func killUploads(t *testing.T, child apptest.Child, kills int) {
	k := &lostUploads{content: noise(3 << 20)}
	for n := range kills + 1 {
		p := apptest.Spawn(t, child)
		k.left, k.kill = 1+random(10), func() { time.AfterFunc(time.Duration(random(4000))*time.Microsecond, p.Kill) }
		if n == kills {
			k.left = -1
		}
		for up := apptest.NewUploads(t, p.URL); k.bring(t, up) && k.left > 0; {
		}
		p.Kill()
	}
	t.Logf("%d kills, %d of them while bytes came, %d uploads whole", kills, k.cut, len(k.whole))
	if k.cut == 0 || len(k.whole) == 0 {
		t.Error("the kills met nothing")
	}
	claimAll(t, child, k.content, k.whole[max(0, len(k.whole)-15):])
}

// lostUploads is what a client of a server that is killed again and again has.
type lostUploads struct {
	content []byte
	sealed  []byte
	f       seal.File
	path    string // of the upload that is not whole; "" if there is none
	told    int64  // the last offset that was answered for it
	whole   []seal.File
	cut     int
	left    int // requests with bytes until the kill
	kill    func()
}

// bring goes on with an upload, or begins one, until it is whole. It reports whether the server lived.
func (k *lostUploads) bring(t *testing.T, up *apptest.Uploads) bool {
	t.Helper()
	if k.path == "" {
		k.sealed, k.f = apptest.Seal(t, k.content)
		a, err := up.TryCreate(int64(len(k.sealed)))
		if err != nil {
			return false
		}
		k.path, k.told = a.Header.Get("Location"), 0
	}
	a, err := up.Do("HEAD", k.path, nil, nil)
	if err != nil {
		return false
	}
	if a.Status != 200 || a.Offset() < k.told {
		t.Fatalf("%d bytes were answered for, and the server stands at %d: %d", k.told, a.Offset(), a.Status)
	}
	for k.told = a.Offset(); k.told < int64(len(k.sealed)); k.told = a.Offset() {
		if k.left--; k.left == 0 {
			k.kill()
		}
		to := min(int64(len(k.sealed)), k.told+1+int64(random(1<<16))*16)
		if a, err = up.TryPatch(k.path, k.told, bytes.NewReader(k.sealed[k.told:to])); err != nil {
			k.cut++
			return false
		}
		if a.Status != 204 {
			t.Fatalf("at %d: %d %s", k.told, a.Status, a.Key)
		}
	}
	k.f.Blob = apptest.BlobOf(k.path)
	k.whole, k.path = append(k.whole, k.f), ""
	return true
}

// claimAll sends a report with the uploads that a killed server has left, and opens them.
func claimAll(t *testing.T, child apptest.Child, content []byte, whole []seal.File) {
	t.Helper()
	a := openApp(t, child)
	defer a.Close()
	// A crash between the row and the move: the last one lies where it grew, and is claimed all the same.
	name := whole[len(whole)-1].Blob
	blobs := filepath.Join(child.Data, "blobs")
	if err := os.Rename(filepath.Join(blobs, name[:2], name), filepath.Join(blobs, "part", name)); err != nil {
		t.Fatal(err)
	}
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	w := &apptest.World{Demo: &app.Demo{App: a}, Server: srv, Data: child.Data}
	s := newSender(t, w, seal.NewDigits())
	if status, a := s.send(s.withFiles("断电也没有丢。", whole...)); status != 200 {
		t.Fatalf("%d %v", status, keyOf(a))
	}
	_, box := s.act("list", struct{}{})
	key := func(name string) *seal.KeyFile { return readKey(t, filepath.Join(child.Data, "keys", name+".key")) }
	chen, err := terminal.Start(t.Context(), a.World(), terminal.Keys{Unit: key("unit-1"), Member: key("chen")})
	if err != nil {
		t.Fatal(err)
	}
	var want [][]byte
	for range whole {
		want = append(want, content)
	}
	opens(t, chen, w, box["number"].(string), cases.FromReporter, want...)
}

// TestTornTail: what lies behind the recorded offset was never answered for, and is not kept; a file that is shorter
// is lost, and said to be.
func TestTornTail(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	up := apptest.NewUploads(t, w.Server.URL)
	content := noise(200_000)
	sealed, f := apptest.Seal(t, content)
	torn, short := up.Create(int64(len(sealed))), up.Create(int64(len(sealed)))
	for _, path := range []string{torn, short} {
		up.Patch(path, 0, sealed[:100_000])
	}
	part := func(path string) string { return filepath.Join(w.Data, "blobs", "part", apptest.BlobOf(path)) }
	if err := os.WriteFile(part(torn), append(bytes.Clone(sealed[:100_000]), make([]byte, 300_000)...), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(part(short), 99_999); err != nil {
		t.Fatal(err)
	}
	if a := up.Head(torn); a.Offset() != 100_000 {
		t.Errorf("it stands at %d", a.Offset())
	}
	if a := up.Patch(torn, 100_000, sealed[100_000:]); a.Status != 204 {
		t.Errorf("the rest: %d %s", a.Status, a.Key)
	}
	if a := up.Patch(short, 100_000, sealed[100_000:]); a.Status != 404 || a.Key != "intake.no_such_upload" {
		t.Errorf("with a byte lost: %d %s", a.Status, a.Key)
	}
	f.Blob = apptest.BlobOf(torn)
	arrived(t, w, []seal.File{f}, content)
	if n := files(t, w); n != 1 {
		t.Errorf("%d files, want one", n)
	}
}

// TestDiskFullUploads: when the disk falls to its reserve in the midst of an upload, that stops, text goes on, and when
// there is room again the upload goes on where it stood.
func TestDiskFullUploads(t *testing.T) {
	t.Parallel()
	child := apptest.Child{Data: filepath.Join(t.TempDir(), "data")}
	content := noise(200_000)
	sealed, f := apptest.Seal(t, content)
	var path string
	with := func(reserve string, do func(*apptest.Process, *apptest.Uploads)) {
		t.Helper()
		child.Set = map[string]string{"log.level": "error", "files.reserve": reserve}
		p := apptest.Spawn(t, child)
		do(p, apptest.NewUploads(t, p.URL))
		if err := p.Stop(); err != nil {
			t.Fatal(err, p.Out)
		}
	}
	with("16MiB", func(_ *apptest.Process, up *apptest.Uploads) {
		path = up.Create(int64(len(sealed)))
		up.Patch(path, 0, sealed[:100_000])
	})
	with("1000TiB", func(p *apptest.Process, up *apptest.Uploads) {
		if a := up.Patch(path, 100_000, sealed[100_000:]); a.Status != 503 || a.Key != "intake.no_room_for_files" || a.Header.Get("Retry-After") == "" {
			t.Errorf("into the reserve: %d %s", a.Status, a.Key)
		}
		if a := up.Head(path); a.Status != 200 || a.Offset() != 100_000 {
			t.Errorf("it stands at %d: %d", a.Offset(), a.Status)
		}
		english("What I saw.").send(t, p.NewBrowser(t, ""))
	})
	with("16MiB", func(_ *apptest.Process, up *apptest.Uploads) {
		if a := up.Patch(path, 100_000, sealed[100_000:]); a.Status != 204 {
			t.Errorf("the rest: %d %s", a.Status, a.Key)
		}
	})
	f.Blob = apptest.BlobOf(path)
	claimAll(t, child, content, []seal.File{f})
}
