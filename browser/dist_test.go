package browser

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"clarion.example/clarion/browser/build"
	"clarion.example/clarion/seal"
)

// most is how many bytes of a script a visitor may have to load, compressed. The report page has 120 KB for everything.
//
// ceremony.js and keeper.js are loaded by staff alone, once a day, and bring the word list with them; keeper.js sorts floods, too.
var most = map[string]int{"ceremony.js": 55_000, "keeper.js": 70_000, "files.js": 20_000, "verify.js": 20_000, "words.js": 18_000, "work.js": 5_000}

func TestScripts(t *testing.T) {
	t.Parallel()
	scripts, err := Scripts()
	if err != nil {
		t.Fatal(err)
	}
	if len(scripts) != len(most) || len(scripts) != len(build.Bundles()) {
		t.Errorf("%d scripts", len(scripts))
	}
	for _, s := range scripts {
		var b bytes.Buffer
		w := brotli.NewWriterLevel(&b, brotli.BestCompression)
		if _, err := w.Write(s.Body); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%-12s %7d bytes, %6d compressed, %s", s.Name, len(s.Body), b.Len(), s.Integrity())
		if limit, ok := most[s.Name]; !ok || b.Len() > limit {
			t.Errorf("%s has %d bytes compressed, %d are allowed", s.Name, b.Len(), limit)
		}
		if len(s.Hex()) != 64 || !strings.HasPrefix(s.Integrity(), "sha256-") {
			t.Errorf("%s: %s %s", s.Name, s.Hex(), s.Integrity())
		}
	}
}

// never are things that no script of the library may use, each with the reason.
var never = map[string]string{
	`\beval\b|new Function\(`: "text is never run as code",
	`WebAssembly`:             "Tor Browser's safer level takes it away, and what it computes cannot be read",
	`localStorage|sessionStorage|indexedDB|\bcaches\b|\bcookie\b|FileSystem`:                        "nothing stays on the device",
	`\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|RTCPeer|\bimport\(`:    "the page alone reaches the network",
	`(?:^|[^.\w])(?:document|window)\.|\bnavigator\b|innerHTML`:                                     "the library does not know pages",
	`Math\.random|Date\.now|new Date|performance\.now`:                                              "randomness is the platform's, and nothing reads the clock",
	`TransformStream|\.at\(|structuredClone|\.replaceAll\(|Promise\.any|\.findLast\(|WeakRef|\?\?=`: "Chrome 80 and Safari 14.0 have not got it",
	`[^\x00-\x7f]`:     "a lost charset must not change a character",
	`sourceMappingURL`: "no source maps",
	`console\.`:        "nothing is written where another could read it",
}

func TestScriptsStayWithinTheirBounds(t *testing.T) {
	t.Parallel()
	scripts, err := Scripts()
	if err != nil {
		t.Fatal(err)
	}
	for pattern, reason := range never {
		re := regexp.MustCompile(pattern)
		for _, s := range scripts {
			if at := re.FindIndex(s.Body); at != nil {
				t.Errorf("%s: …%s…: %s", s.Name, s.Body[max(0, at[0]-30):min(len(s.Body), at[1]+30)], reason)
			}
		}
	}
}

// TestBuildIsReproducible builds twice, once from a copy in another folder: both must be what is committed.
func TestBuildIsReproducible(t *testing.T) {
	t.Parallel()
	need(t)
	other := filepath.Join(t.TempDir(), "a", "quite different folder")
	for _, part := range []string{"src", "node_modules"} {
		from, err := filepath.Abs(part)
		if err != nil {
			t.Fatal(err)
		}
		if part == "src" {
			err = os.CopyFS(filepath.Join(other, part), os.DirFS(from))
		} else {
			err = copyPackages(from, filepath.Join(other, part))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"package.json", "tsconfig.json"} { // they decide how classes and modules are read
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(other, file), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{".", other} {
		out := t.TempDir()
		if err := build.Dist(dir, out); err != nil {
			t.Fatal(err)
		}
		scripts, err := Scripts()
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range scripts {
			b, err := os.ReadFile(filepath.Join(out, s.Name))
			if err != nil || !bytes.Equal(b, s.Body) {
				t.Errorf("%s built in %q is not the committed one (%v): run go generate ./browser", s.Name, dir, err)
			}
		}
	}
}

// copyPackages copies what the bundles are made of, and not the type checker.
func copyPackages(from, to string) error {
	for _, name := range []string{"@noble", "@scure", "age-encryption", "shamir-secret-sharing"} {
		if err := os.CopyFS(filepath.Join(to, name), os.DirFS(filepath.Join(from, name))); err != nil {
			return err
		}
	}
	return nil
}

// TestPackedWords makes sure that the generated list is the list of package seal.
func TestPackedWords(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("src/packed.ts")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	before := ""
	for _, m := range regexp.MustCompile(`([A-Z])([a-z]+)`).FindAllStringSubmatch(string(src[bytes.IndexByte(src, '"'):]), -1) {
		before = before[:m[1][0]-'A'] + m[2]
		got = append(got, before)
	}
	if strings.Join(got, " ") != strings.Join(seal.Words(), " ") {
		t.Errorf("%d words, not those of package seal: run go generate ./browser", len(got))
	}
}

// TestPackages holds the lock file to what was audited: every package pinned by its hash, noble once.
func TestPackages(t *testing.T) {
	t.Parallel()
	lock, err := os.ReadFile("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Packages map[string]struct {
			Version, Resolved, Integrity string
			Dev                          bool
		}
	}
	if err := json.Unmarshal(lock, &file); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"@noble/ciphers": "2.4.0", "@noble/curves": "2.0.1", "@noble/hashes": "2.0.1", "@noble/post-quantum": "0.5.4", "@scure/base": "2.0.0",
		"age-encryption": "0.3.1", "shamir-secret-sharing": "0.0.4", "pdfjs-dist": "6.5.438"}
	for path, p := range file.Packages {
		name := strings.TrimPrefix(path, "node_modules/")
		if path == "" {
			continue
		}
		if !strings.HasPrefix(p.Integrity, "sha512-") || p.Resolved != "" && !strings.HasPrefix(p.Resolved, "https://registry.npmjs.org/") {
			t.Errorf("%s: from %q with hash %q", name, p.Resolved, p.Integrity)
		}
		if p.Dev {
			continue // a tool or a peer of the tests: nothing of it is delivered
		}
		if want[name] != p.Version {
			t.Errorf("%s %s: not what was looked at (%q)", name, p.Version, want[name])
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
}
