package browsertest

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/seal"
)

const firefoxDir = "../../../tools/firefox"

// firefox is the path of a stock Firefox, if the machine has what drives it.
func firefox(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"firefox-esr", "firefox"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		if _, err := os.Stat(filepath.FromSlash(firefoxDir + "/node_modules/puppeteer-core")); err != nil {
			missing(t, "puppeteer-core is not installed: npm ci --prefix tools/firefox")
		}
		return path
	}
	missing(t, "no Firefox on this machine")
	return ""
}

// TestFirefox sends a Chinese report with a photograph from a stock Firefox: as it comes, without its compilers, and with
// resistance to fingerprinting, which spoils every picture that is drawn anew. The unit finds every pixel, and the
// profile that is left holds no word of it. The first also carries a file of 100 MB.
func TestFirefox(t *testing.T) {
	t.Parallel()
	path := firefox(t)
	for name, prefs := range map[string]map[string]any{
		"stock": {},
		"no compiler": {
			"javascript.options.ion": false, "javascript.options.baselinejit": false, "javascript.options.wasm": false, "javascript.options.native_regexp": false, "javascript.options.asmjs": false,
		},
		"resist fingerprinting": {"privacy.resistFingerprinting": true, "privacy.firstparty.isolate": true},
	} {
		t.Run(name, func(t *testing.T) {
			x := &wire{}
			w := apptest.Start(t, apptest.Options{Wrap: x.wrap})
			mark := "植入的标记：三号楼插座里有镜头"
			order := map[string]any{
				"firefox": path, "url": w.Server.URL, "profile": t.TempDir(), "prefs": prefs, "what": mark, "offer": "每页五百元整", "picture": absolute(t, photo),
			}
			var big []byte
			if name == "stock" && !testing.Short() {
				x.small = true
				big = noise(100 << 20)
				order["file"] = filepath.Join(t.TempDir(), "recording.bin")
				if err := os.WriteFile(order["file"].(string), big, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got := walk(t, order)
			if got.Fault != "" || len(strings.Fields(got.Code)) != 10 {
				t.Fatalf("%s\n%s", got.Fault, got.Page)
			}
			if big != nil {
				t.Logf("100 MB sealed and stored in %.1f s", float64(got.Upload)/1000)
			}
			for _, m := range []string{mark, "植入的标记", "每页五百元整", got.Code, strings.ReplaceAll(got.Code, " ", "")} {
				if x.holds(m) {
					t.Errorf("%q went over the line", m)
				}
				inFiles(t, w.Data, m)
				inFiles(t, order["profile"].(string), m)
			}
			number := readsFirefox(t, w, mark, big)
			letter, said := "您还记得是哪一天吗", "植入的答复：三月四日"
			if _, err := w.Session(t, "chen", "unit-1").Reply(t.Context(), number, terminal.Letter{Text: letter}); err != nil {
				t.Fatal(err)
			}
			back := map[string]any{"firefox": path, "url": w.Server.URL, "profile": t.TempDir(), "prefs": prefs, "code": got.Code, "letter": letter, "answer": said}
			if got := walk(t, back); got.Fault != "" {
				t.Fatalf("%s\n%s", got.Fault, got.Page)
			}
			for _, m := range []string{said, got.Code, letter} {
				if x.holds(m) {
					t.Errorf("%q went over the line", m)
				}
				inFiles(t, back["profile"].(string), m)
			}
			answered(t, w, number, said)
		})
	}
}

type walked struct {
	Code, Fault, Page string
	Upload            int64
}

func walk(t *testing.T, order map[string]any) (got walked) {
	t.Helper()
	arg, err := json.Marshal(order)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "walk.mjs", string(arg))
	cmd.Dir, cmd.WaitDelay = filepath.FromSlash(firefoxDir), time.Minute
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := json.Unmarshal(bytes.TrimSpace(out), &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return got
}

// answered fails unless the last thing that the reporter wrote says this.
func answered(t *testing.T, w *apptest.World, number, said string) {
	t.Helper()
	o, err := w.Session(t, "chen", "unit-1").Open(t.Context(), number)
	if err != nil || len(o.Doubts) > 0 {
		t.Fatalf("%v: %+v", err, o.Doubts)
	}
	own := o.Items[cases.FromReporter]
	var m seal.Message
	if err := seal.DecodeBody(own[len(own)-1].Signed.Document, &m); err != nil || m.Text != said {
		t.Errorf("the office reads %+v: %v", m, err)
	}
}

func readsFirefox(t *testing.T, w *apptest.World, what string, big []byte) (number string) {
	t.Helper()
	chen := w.Session(t, "chen", "unit-1")
	c := onlyCase(t, chen)
	if c.Report.What != what {
		t.Errorf("the unit reads %q", c.Report.What)
	}
	original, err := os.ReadFile(photo)
	if err != nil {
		t.Fatal(err)
	}
	got := content(t, w, chen, c, c.Report.Files[0])
	samePixels(t, original, got)
	stockReads(t, original, got)
	if big != nil && !bytes.Equal(content(t, w, chen, c, c.Report.Files[1]), big) {
		t.Error("the large file is another one")
	}
	return c.Case.Number
}

// noise is content that no compression shortens.
func noise(n int) []byte {
	b := make([]byte, n)
	for i := 0; i < n; i += 8 {
		v := uint64(i)*0x9e3779b97f4a7c15 + 0x1234567
		v ^= v >> 29
		v *= 0xbf58476d1ce4e5b9
		for j := range 8 {
			b[i+j] = byte(v >> (8 * j))
		}
	}
	return b
}
