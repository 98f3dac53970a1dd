package app_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

func noise(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// withFiles seals a report that names files, and packs it.
func (s *sender) withFiles(what string, files ...seal.File) map[string]any {
	s.t.Helper()
	r := &seal.Report{Category: "protected-documents", Region: "donggang", Unit: "unit-1", Via: "web", Lang: "zh-Hans", Contact: "anonymous", What: what,
		Mailbox: s.keys.Public(), Files: files}
	doc, head, sealed := s.seal(r, "unit-1")
	s.head = head
	out := s.packed(r, doc, sealed)
	out["files"] = blobs(files)
	return out
}

func blobs(files []seal.File) []string {
	out := []string{}
	for _, f := range files {
		out = append(out, f.Blob)
	}
	return out
}

// opens checks that the unit opens these contents under a chain of a case, in this order.
func opens(t *testing.T, s *terminal.Session, w *apptest.World, number string, chain cases.Chain, want ...[]byte) {
	t.Helper()
	o, err := s.Open(t.Context(), number)
	if err != nil || len(o.Doubts) > 0 {
		t.Fatalf("opened with doubts %v: %v", o.Doubts, err)
	}
	files := o.Files(chain)
	if len(files) != len(want) {
		t.Fatalf("%d files, want %d", len(files), len(want))
	}
	for i, f := range files {
		bid, err := id.ParseBlob(f.Blob)
		if err != nil {
			t.Fatal(err)
		}
		_, r, err := w.Casework.Blob(t.Context(), s.Who, number, bid)
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := seal.OpenFile(&got, r, f); err != nil || !bytes.Equal(got.Bytes(), want[i]) {
			t.Errorf("file %d: %d bytes, %v", i, got.Len(), err)
		}
		r.Close()
	}
}

// TestUploads sends a report and an answer with files, and the unit opens them.
func TestUploads(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		up := apptest.NewUploads(t, w.Server.URL)
		s := newSender(t, w, seal.NewDigits())
		one, two := noise(3<<20+17), []byte("小")
		a, b := up.Upload(one), up.Upload(two)
		body := s.withFiles("附两个文件。", b, a)
		status, first := s.send(body)
		if status != 200 {
			t.Fatalf("report: %d %v", status, keyOf(first))
		}
		if status, again := s.send(body); status != 200 || again["acknowledgement"] != first["acknowledgement"] {
			t.Errorf("the same report again: %d %v", status, keyOf(again))
		}
		_, box := s.act("list", struct{}{})
		number := box["number"].(string)
		chen := w.Session(t, "chen", "unit-1")
		opens(t, chen, w, number, cases.FromReporter, two, one)
		witnessed(t, w, s.c, b, a)
		if a := up.Head("/zh/api/upload/" + a.Blob); a.Status != 404 {
			t.Errorf("a claimed upload is still one: %d", a.Status)
		}
		three := noise(70_000)
		c := up.Upload(three)
		doc, head, sealed := s.seal(&seal.Message{Text: "还有一张。", Files: []seal.File{c}}, "unit-1")
		msg := map[string]any{"doc": doc, "unit": "unit-1", "seq": head.Seq, "prev": s.head.Sealed, "sealed": sealed, "files": []string{c.Blob}}
		for range 2 {
			if status, a := s.act("send", msg); status != 200 {
				t.Fatalf("answer: %d %v", status, keyOf(a))
			}
		}
		opens(t, chen, w, number, cases.FromReporter, two, one, three)
	})
}

// witnessed checks that the leaf of the report commits to these files, in order.
func witnessed(t *testing.T, w *apptest.World, c id.Case, files ...seal.File) {
	t.Helper()
	var want []string
	for _, f := range files {
		want = append(want, f.Sealed)
	}
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		row, err := tx.Case(c)
		if err != nil {
			return err
		}
		events, err := tx.Events(row.Key)
		if err == nil && !bytes.Contains(events[0].Leaf.JSON, []byte(`["`+want[0]+`","`+want[1]+`"]`)) {
			t.Errorf("the leaf does not witness %v: %s", want, events[0].Leaf.JSON)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestClaims: a report takes only uploads that are there, whole, and nobody's; and none of it is stored otherwise.
func TestClaims(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		up := apptest.NewUploads(t, w.Server.URL)
		s := newSender(t, w, seal.NewDigits())
		whole, taken := up.Upload(noise(100)), up.Upload(noise(100))
		if status, a := newSender(t, w, seal.NewDigits()).send(s.withFiles("先到。", taken)); status != 200 {
			t.Fatalf("%d %v", status, keyOf(a))
		}
		sealed, half := apptest.Seal(t, noise(100))
		path := up.Create(int64(len(sealed)))
		up.Patch(path, 0, sealed[:len(sealed)-1])
		half.Blob = apptest.BlobOf(path)
		absent := half
		absent.Blob = id.NewBlob().String()
		many := slices.Repeat([]seal.File{whole}, w.Pack.Limits.Files+1)
		for name, c := range map[string]struct {
			files []seal.File
			key   string
		}{
			"not whole":        {[]seal.File{whole, half}, "intake.no_upload"},
			"not there":        {[]seal.File{whole, absent}, "intake.no_upload"},
			"of another":       {[]seal.File{whole, taken}, "intake.no_upload"},
			"twice":            {[]seal.File{whole, whole}, "intake.no_upload"},
			"too many":         {many, "intake.too_many_files"},
			"no id of a blob":  {[]seal.File{{Blob: "../../etc"}}, "web.bad_form"},
			"the id of a case": {[]seal.File{{Blob: ""}}, "web.bad_form"},
		} {
			other := newSender(t, w, seal.NewDigits())
			bad := other.withFiles("x")
			bad["files"] = blobs(c.files)
			if status, a := other.send(bad); status < 400 || keyOf(a) != c.key {
				t.Errorf("%s: %d %q, want %q", name, status, keyOf(a), c.key)
			}
		}
		if n := count(t, w); n.Cases != 1 || n.Docs != 1 {
			t.Errorf("stored %+v", n)
		}
		// What was refused has taken nothing: the upload goes with the next report, whole.
		up.Patch(path, int64(len(sealed)-1), sealed[len(sealed)-1:])
		honest := newSender(t, w, seal.NewDigits())
		if status, a := honest.send(honest.withFiles("都在。", whole, half)); status != 200 {
			t.Errorf("%d %v", status, keyOf(a))
		}
	})
}

// TestUploadCut ends the line at many places, in one request or between two, and goes on from where the server stands.
func TestUploadCut(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		up := apptest.NewUploads(t, w.Server.URL)
		content := noise(9 << 20)
		sealed, f := apptest.Seal(t, content)
		path := up.Create(int64(len(sealed)))
		at := 0
		for _, n := range []int{0, 1, 100, 65535, 65536, 65537, 1 << 20, 5<<20 + 3} {
			line := up.Line(path, int64(at), int64(len(sealed)-at))
			line.Write(t, sealed[at:at+n])
			line.End(t)
			if a := up.Head(path); a.Status != 200 || int(a.Offset()) != at+n {
				t.Errorf("the line ended %d bytes behind %d, and the server stands at %d: %d", n, at, a.Offset(), a.Status)
			}
			at += n
		}
		// A line that is only silent: whoever asks has lost it, and gets an answer at once.
		silent := up.Line(path, int64(at), int64(len(sealed)-at))
		silent.Write(t, sealed[at:at+200_000])
		a := up.Head(path)
		if a.Status != 200 || a.Offset() < int64(at) || a.Offset() > int64(at)+200_000 {
			t.Errorf("a silent line behind %d: %d, %d", at, a.Status, a.Offset())
		}
		at = int(a.Offset())
		rest := up.Patch(path, int64(at), sealed[at:])
		if rest.Status == 423 { // the silent line reached the server after the question: whoever asks once more has lost it, too
			at = int(up.Head(path).Offset())
			rest = up.Patch(path, int64(at), sealed[at:])
		}
		if rest.Status != 204 || rest.Offset() != int64(len(sealed)) {
			t.Fatalf("the rest: %d %s", rest.Status, rest.Key)
		}
		silent.Close()
		if a := up.Patch(path, int64(len(sealed)), nil); a.Status != 204 {
			t.Errorf("nothing more, at its end: %d %s", a.Status, a.Key)
		}
		f.Blob = apptest.BlobOf(path)
		arrived(t, w, []seal.File{f}, content)
	})
}

// TestOneRequestAtATime: while one request brings bytes, a second is told so and changes nothing.
func TestOneRequestAtATime(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	up := apptest.NewUploads(t, w.Server.URL)
	content := noise(300_000)
	sealed, f := apptest.Seal(t, content)
	path := up.Create(int64(len(sealed)))
	line := up.Line(path, 0, int64(len(sealed)))
	line.Write(t, sealed[:100_000])
	for _, offset := range []int64{0, 100_000} {
		if a := up.Patch(path, offset, bytes.Repeat([]byte("x"), 1000)); a.Status != 423 || a.Key != "intake.upload_locked" {
			t.Errorf("a second request at %d: %d %s", offset, a.Status, a.Key)
		}
	}
	line.Write(t, sealed[100_000:])
	if answer := line.End(t); !bytes.Contains(answer, []byte("204")) {
		t.Errorf("the first was disturbed: %s", answer)
	}
	f.Blob = apptest.BlobOf(path)
	arrived(t, w, []seal.File{f}, content)
}

// TestManyUploads: files come up side by side over lines that break, while texts are sent, and each arrives as it was.
func TestManyUploads(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	contents, sent := make([][]byte, 12), make([]seal.File, 12)
	var wg sync.WaitGroup
	for i := range sent {
		up := apptest.NewUploads(t, w.Server.URL)
		wg.Go(func() {
			contents[i] = noise(100_000 + 70_000*i)
			sealed, f := apptest.Seal(t, contents[i])
			path := up.Create(int64(len(sealed)))
			for at := 0; at < len(sealed); at = int(up.Head(path).Offset()) {
				n := min(len(sealed)-at, 1+random(1<<16)*2)
				line, err := net.Dial("tcp", strings.TrimPrefix(w.Server.URL, "http://"))
				if err != nil {
					t.Error(err)
					return
				}
				fmt.Fprintf(line, "PATCH %s HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: %d\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: %d\r\n\r\n",
					path, at, len(sealed)-at)
				_, _ = line.Write(sealed[at : at+n]) // the server may have ended it
				line.Close()
			}
			f.Blob = apptest.BlobOf(path)
			sent[i] = f
		})
	}
	for range 5 {
		s := newSender(t, w, seal.NewDigits())
		if status, a := s.send(s.withFiles("没有附件。")); status != 200 {
			t.Errorf("text: %d %v", status, keyOf(a))
		}
	}
	wg.Wait()
	if !t.Failed() {
		arrived(t, w, sent, contents...)
	}
}

// TestUploadExpires: what nobody claims is gone after a day, with its bytes, and a sweep finds what a crash left.
func TestUploadExpires(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		up := apptest.NewUploads(t, w.Server.URL)
		whole := up.Upload(noise(100))
		sealed, _ := apptest.Seal(t, noise(100))
		half := up.Create(int64(len(sealed)))
		up.Patch(half, 0, sealed[:1000])
		if n := files(t, w); n != 2 {
			t.Fatalf("%d files", n)
		}
		sweep := func() {
			t.Helper()
			if err := w.Intake.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		w.Clock.Move(23*time.Hour + 59*time.Minute)
		sweep()
		if a := up.Head(half); a.Status != 200 || a.Header.Get("Upload-Expires") == "" {
			t.Errorf("gone before a day was over: %d", a.Status)
		}
		w.Clock.Move(time.Hour + time.Minute)
		if a := up.Patch(half, 1000, sealed[1000:]); a.Status != 404 || a.Key != "intake.no_such_upload" {
			t.Errorf("continued after a day: %d %s", a.Status, a.Key)
		}
		sweep()
		if n := files(t, w); n != 0 {
			t.Errorf("%d files are left", n)
		}
		s := newSender(t, w, seal.NewDigits())
		if status, a := s.send(s.withFiles("太晚了。", whole)); status != 422 || keyOf(a) != "intake.no_upload" {
			t.Errorf("claimed after a day: %d %v", status, keyOf(a))
		}
	})
}

// TestStrayBytes: bytes that no row knows, which a crash left behind, go after two days; those of an upload stay.
func TestStrayBytes(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	up := apptest.NewUploads(t, w.Server.URL)
	whole := up.Upload(noise(100))
	sealed, half := apptest.Seal(t, noise(100))
	path := up.Create(int64(len(sealed)))
	up.Patch(path, 0, sealed[:1000])
	stray := func(age time.Duration) (paths []string) {
		name := id.NewBlob().String()
		for _, dir := range []string{"part", name[:2]} {
			dir = filepath.Join(w.Data, "blobs", dir)
			file := filepath.Join(dir, name)
			if err := errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(file, []byte("x"), 0o600), os.Chtimes(file, noon.Add(-age), noon.Add(-age))); err != nil {
				t.Fatal(err)
			}
			paths = append(paths, file)
		}
		return paths
	}
	old, young := stray(49*time.Hour), stray(47*time.Hour)
	known := []string{filepath.Join(w.Data, "blobs", "part", apptest.BlobOf(path)), filepath.Join(w.Data, "blobs", whole.Blob[:2], whole.Blob)}
	for _, file := range known {
		if err := os.Chtimes(file, noon.Add(-time.Hour*72), noon.Add(-time.Hour*72)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.SweepBlobs(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, file := range old {
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s is left", file)
		}
	}
	for _, file := range append(young, known...) {
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}
	up.Patch(path, 1000, sealed[1000:])
	half.Blob = apptest.BlobOf(path)
	s := newSender(t, w, seal.NewDigits())
	if status, a := s.send(s.withFiles("x", whole, half)); status != 200 {
		t.Errorf("%d %v", status, keyOf(a))
	}
}
