package app_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"clarion.example/clarion/browser/build"
	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/seal"
)

// peer runs one of the browser's scripts under node with an order, and reads what it found. Without node and the
// package the test is skipped; where everything is required it fails.
func peer(t *testing.T, script, needs string, order, found any) {
	t.Helper()
	const browser = "../../browser"
	_, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(filepath.Join(browser, "node_modules", needs))
	}
	if err != nil {
		if os.Getenv("CLARION_REQUIRE_ALL") == "1" {
			t.Fatal(err)
		}
		t.Skipf("no node with %s (npm ci in browser): %v", needs, err)
	}
	library := filepath.Join(t.TempDir(), "library.mjs")
	if err := build.Library(browser, library); err != nil {
		t.Fatal(err)
	}
	in, err := json.Marshal(order)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", filepath.Join("test", script))
	cmd.Dir, cmd.Stdin, cmd.Env = browser, bytes.NewReader(in), append(os.Environ(), "CLARION_LIBRARY="+library)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, &stderr)
	}
	if err := json.Unmarshal(out, found); err != nil {
		t.Fatalf("%s: %q: %v", script, out, err)
	}
}

// TestTusClient: tus-js-client, which others wrote, brings a file up, in one request and in pieces, stopping on the way.
func TestTusClient(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	up := apptest.NewUploads(t, w.Server.URL)
	content := noise(2 << 20)
	var sent []seal.File
	for _, c := range []struct{ chunk, stops int }{{1 << 30, 0}, {100_000, 5}, {777_777, 1}} {
		sealed, f := apptest.Seal(t, content)
		file := filepath.Join(t.TempDir(), "sealed")
		if err := os.WriteFile(file, sealed, 0o600); err != nil {
			t.Fatal(err)
		}
		var found struct {
			URL     string `json:"url"`
			Stopped int    `json:"stopped"`
		}
		peer(t, "tus.peer.mjs", "tus-js-client", map[string]any{
			"endpoint": w.Server.URL + "/zh/api/upload", "file": file, "chunk": c.chunk, "stops": c.stops, "work": up.Work(int64(len(sealed))),
		}, &found)
		if found.Stopped != c.stops {
			t.Errorf("it stopped %d times, want %d", found.Stopped, c.stops)
		}
		f.Blob = apptest.BlobOf(found.URL)
		sent = append(sent, f)
	}
	arrived(t, w, sent, content, content, content)
}

// TestOwnClient: the browser's library seals while it sends, loses its line and pauses; ALTCHA's own client solves the
// work.
func TestOwnClient(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	var found struct {
		Cuts int       `json:"cuts"`
		File seal.File `json:"file"`
	}
	const size = 1_500_000
	peer(t, "own.peer.mjs", "altcha-lib", map[string]any{"origin": w.Server.URL, "size": size}, &found)
	if found.Cuts == 0 {
		t.Error("the line held")
	}
	arrived(t, w, []seal.File{found.File}, sameNoise(size))
}

// sameNoise is what noise of the browser's tests gives.
func sameNoise(size int) []byte {
	out := make([]byte, size)
	x := uint32(1)
	for i := range out {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		out[i] = byte(x)
	}
	return out
}

// arrived sends a report with files, which the unit opens.
func arrived(t *testing.T, w *apptest.World, sent []seal.File, want ...[]byte) {
	t.Helper()
	s := newSender(t, w, seal.NewDigits())
	if status, a := s.send(s.withFiles("x", sent...)); status != 200 {
		t.Fatalf("%d %v", status, keyOf(a))
	}
	_, box := s.act("list", struct{}{})
	opens(t, w.Session(t, "chen", "unit-1"), w, box["number"].(string), cases.FromReporter, want...)
}
