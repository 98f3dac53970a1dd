package browsertest

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// wire keeps everything that reaches a door, and may change what it answers.
type wire struct {
	mu     sync.Mutex
	all    bytes.Buffer
	posts  []string
	small  bool                                                            // bodies of uploads are not kept
	meddle func(next http.Handler, w http.ResponseWriter, r *http.Request) // nil: nothing is changed
}

func (x *wire) wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		x.mu.Lock()
		fmt.Fprintln(&x.all, r.Method, r.URL, r.Header)
		if x.small && r.Method == http.MethodPatch {
			x.all.Write(body[:min(len(body), 300<<10)]) // a small file whole, of a large one the beginning of each piece
		} else {
			x.all.Write(body)
		}
		if len(body) > 0 {
			x.posts = append(x.posts, r.URL.Path)
		}
		meddle := x.meddle
		x.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
		if meddle != nil {
			meddle(h, w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}

func (x *wire) set(meddle func(next http.Handler, w http.ResponseWriter, r *http.Request)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.meddle = meddle
}

// sent lists the paths to which a body went, and forgets them.
func (x *wire) sent() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	out := x.posts
	x.posts = nil
	return out
}

func (x *wire) holds(mark string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return bytes.Contains(x.all.Bytes(), []byte(mark))
}

// until waits for an expression to hold on the page.
func (b *tab) until(expression string) {
	b.t.Helper()
	const wait = `(test => new Promise((done, fail) => {
		const end = Date.now() + 240000;
		const look = () => { if (test()) done(true); else if (Date.now() > end) fail("never"); else setTimeout(look, 20); };
		look();
	}))`
	ctx, cancel := context.WithTimeout(b.ctx, 8*patience)
	defer cancel()
	for {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](wait+`(() => (`+expression+`))`, chromedp.EvalAwaitPromise))
		if err == nil {
			return
		}
		// A page that is left takes the question with it: it is asked of the next one.
		if text := err.Error(); ctx.Err() != nil || !strings.Contains(text, "navigated or closed") && !strings.Contains(text, "context was destroyed") {
			b.t.Fatalf("%s never came: %v: %s", expression, err, b.text())
		}
	}
}

// goesBack goes one entry back. The question is answered before the page is left.
func (b *tab) goesBack() {
	b.t.Helper()
	ask[any](b, `setTimeout(() => history.back()), null`)
}

// begins opens the report page with scripts and presses the button that the script makes.
func (b *tab) begins(lang string) {
	b.t.Helper()
	b.scripts(true)
	b.open(200, "/"+lang+"/report")
	b.until(`document.querySelector("#app:not([hidden]) button")`)
	b.act("#app button")
	b.until(`document.querySelector("#screen")`)
}

// act presses a control that changes the page in place.
func (b *tab) act(selector string) {
	b.t.Helper()
	if !ask[bool](b, `(e => { if (!e || e.disabled) return false; e.scrollIntoView(); e.click(); return true; })(document.querySelector(`+quote(selector)+`))`) {
		b.t.Fatalf("no %s to press: %s", selector, b.text())
	}
}

// next presses the button that goes on.
func (b *tab) next() {
	b.t.Helper()
	const press = `(() => { const all = document.querySelectorAll("#app .cl-actions"), e = all.length && all[all.length - 1].querySelector("button"); if (e) e.click(); return !!e; })()`
	if !ask[bool](b, press) {
		b.t.Fatalf("nothing goes on: %s", b.text())
	}
}

// pick marks a radio or checkbox; write fills a field. Both tell the page as a person's hand does.
func (b *tab) pick(id string) {
	b.t.Helper()
	if !ask[bool](b, `(e => { if (!e) return false; if (!e.checked) e.click(); return e.checked; })(document.getElementById(`+quote(id)+`))`) {
		b.t.Fatalf("no %s to mark: %s", id, b.text())
	}
}

func (b *tab) value(group, value string) {
	b.t.Helper()
	if !ask[bool](b, `(e => { if (!e) return false; if (!e.checked) e.click(); return e.checked; })([...document.querySelectorAll("#app input")].find(e => e.value == `+quote(value)+` && (e.id == `+quote(group)+` || e.id.startsWith(`+quote(group+"-")+`))))`) {
		b.t.Fatalf("no %s of %s to mark: %s", value, group, b.text())
	}
}

func (b *tab) write(id, text string) {
	b.t.Helper()
	if !ask[bool](b, `(e => { if (!e) return false; e.value = `+quote(text)+`; e.dispatchEvent(new Event("input", {bubbles: true})); return true; })(`+quote(id)+` == "year" ? document.querySelector(".cl-date__year") : document.getElementById(`+quote(id)+`))`) {
		b.t.Fatalf("no field %s: %s", id, b.text())
	}
}

// step is what a person answers on one screen: ids to mark, group=value, or id:text.
type step []string

func (b *tab) answers(steps ...step) {
	b.t.Helper()
	for _, s := range steps {
		for _, a := range s {
			if id, text, ok := strings.Cut(a, ":"); ok {
				b.write(id, text)
			} else if group, value, ok := strings.Cut(a, "="); ok {
				b.value(group, value)
			} else {
				b.pick(a)
			}
		}
		before := ask[string](b, `document.querySelector("#app").innerText`)
		b.next()
		if after := ask[string](b, `document.querySelector("#app").innerText`); after == before || ask[bool](b, `!!document.querySelector("#app .govuk-error-summary")`) {
			b.t.Fatalf("%v was not taken: %s", s, after)
		}
	}
}

// wholeWay leads from the first question to the last look, with files chosen on the way.
func (b *tab) wholeWay(what string, files func(), who ...step) {
	b.t.Helper()
	if len(who) == 0 {
		who = []step{{"contact=anonymous"}, {"wish=no"}}
	}
	b.wholeWayTo(what, files, who, "unit-1")
}

// wholeWayTo is wholeWay to an office; who are the steps about the reporter, none where nobody asks.
func (b *tab) wholeWayTo(what string, files func(), who []step, office string) {
	b.t.Helper()
	// A person takes minutes. On a busy machine this hand was at the questions that need the keys before they had come.
	b.until(`performance.getEntriesByType("resource").some(e => new URL(e.name).pathname == "/keys.json" && e.responseEnd > 0)`)
	b.answers(step{"screen=conduct"}, step{"category=protected-documents"}, step{"danger=no"}, step{"what:" + what}, step{"year:2026", "date-m:3"}, step{"where:某路口"}, step{}, step{"how=saw"}, step{},
		step{"a-means=pay"}, step{"a-offer:每页500元"}, step{"a-wanted=marked"}, step{}, step{})
	if files != nil {
		files()
	}
	b.answers(step{})
	b.answers(who...)
	b.answers(step{}, step{"office=" + office}, step{"code=digits"})
	b.until(`document.querySelector("#honest")`)
}

// sealAndSend ticks the last box, sends, and reads the code.
func (b *tab) sealAndSend() string {
	b.t.Helper()
	b.pick("honest")
	b.next()
	b.until(`document.querySelector(".cl-code10 li")`)
	return ask[string](b, `[...document.querySelectorAll(".cl-code10 li")].map(e => e.textContent).join(" ")`)
}

// uploaded waits until so many files have arrived.
func (b *tab) uploaded(n int) {
	b.t.Helper()
	b.until(fmt.Sprintf(`document.querySelectorAll(".cl-files .cl-tag--seal").length == %d`, n))
}

const photo = "../../app/testdata/photo.jpg"

// TestSealedReport sends a Chinese report with a photograph from a browser on a plain-http host, where there is no
// WebCrypto, and opens it with the unit's key. No planted word reaches the door, the data directory or the log. Unless
// tests are to be short, the report also carries a file of 100 MB.
func TestSealedReport(t *testing.T) {
	t.Parallel()
	x := &wire{small: true}
	w := apptest.Start(t, apptest.Options{Now: clock(t, morning), Wrap: x.wrap, Set: map[string]string{"public.hosts": "127.0.0.1,localhost,tips.test"}})
	b := newTab(t, chromium(t, chromedp.Flag("host-resolver-rules", "MAP tips.test 127.0.0.1")), strings.Replace(w.Server.URL, "127.0.0.1", "tips.test", 1))
	b.size(360, 640)
	b.begins("zh")
	if ask[bool](b, `!!(window.crypto && crypto.subtle)`) {
		t.Fatal("this page has WebCrypto: the test shows nothing")
	}
	var big []byte
	bigFile := filepath.Join(t.TempDir(), "recording.bin")
	if !testing.Short() {
		big = noise(100 << 20)
		if err := os.WriteFile(bigFile, big, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const text, name, phrase = "植入的标记甲：三号楼插座里有镜头", "植入的标记乙", "植入的标记丙"
	b.wholeWay(text, func() {
		b.upload("pick-picture", absolute(t, photo))
		b.until(`document.querySelector("#clean-clean")`)
		b.next0(".cl-card")
		b.uploaded(1)
		b.upload("pick-file", note(t, "植入的标记丁"))
		b.until(`document.querySelector(".cl-card button")`)
		b.next0(".cl-card")
		b.uploaded(2)
		if big == nil {
			return
		}
		b.upload("pick-file", bigFile)
		b.until(`document.querySelector(".cl-card button")`)
		began := time.Now()
		b.next0(".cl-card")
		b.uploaded(3)
		t.Logf("100 MB sealed and stored in %.1f s", time.Since(began).Seconds())
	}, step{"contact=confidential"}, step{"name:" + name, "reach:13800000000"}, step{"wish=yes"}, step{"phrase:" + phrase})
	code := b.sealAndSend()
	if len(strings.Fields(code)) != 10 {
		t.Fatalf("code %q", code)
	}
	if bad := ask[string](b, `(document.querySelector("#app .cl-note--danger") || {}).innerText || ""`); bad != "" {
		t.Errorf("the acknowledgement was not accepted: %s", bad)
	}
	for _, mark := range []string{text, name, phrase, "植入的标记", "13800000000", code, strings.ReplaceAll(code, " ", ""), "photo.jpg", "每页500元", "某路口"} {
		if x.holds(mark) {
			t.Errorf("%q went over the line", mark)
		}
		if strings.Contains(w.Log.String(), mark) {
			t.Errorf("%q is in the log", mark)
		}
		inFiles(t, w.Data, mark)
	}
	unitReads(t, w, text, big)
	stockAgeReads(t, w, x, text)
}

// stockAgeReads opens what went over the line with the stock age command and the unit's key file alone.
func stockAgeReads(t *testing.T, w *apptest.World, x *wire, text string) {
	t.Helper()
	dir := t.TempDir()
	age := filepath.Join(dir, "age")
	if out, err := exec.Command("go", "build", "-C", filepath.FromSlash("../../../tools"), "-o", age, "filippo.io/age/cmd/age").CombinedOutput(); err != nil {
		missing(t, fmt.Sprintf("building age: %v: %s", err, out))
	}
	x.mu.Lock()
	_, rest, _ := bytes.Cut(x.all.Bytes(), []byte(`"sealed":"`))
	sealed, _, _ := bytes.Cut(bytes.Clone(rest), []byte{'"'})
	x.mu.Unlock()
	raw, err := base64.StdEncoding.DecodeString(string(sealed))
	if err != nil || len(raw) == 0 {
		t.Fatalf("no sealed report on the line: %v", err)
	}
	cmd := exec.Command(age, "-d", "-i", w.KeyFile("unit-1"))
	cmd.Stdin = bytes.NewReader(raw)
	out, err := cmd.Output()
	if err != nil || !bytes.Contains(out, []byte(text)) {
		t.Errorf("the stock age command reads %.200q: %v", out, err)
	}
	cmd = exec.Command(age, "-d", "-i", w.KeyFile("unit-2"))
	cmd.Stdin = bytes.NewReader(raw)
	if out, err := cmd.Output(); err == nil {
		t.Errorf("another unit reads %.200q", out)
	}
}

// absolute is the path as another process understands it.
func absolute(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

// next0 presses the first button within a part of the page.
func (b *tab) next0(within string) { b.t.Helper(); b.act(within + " .cl-actions button") }

// note writes a text file with a mark in it.
func note(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "note.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// inFiles fails for each file below dir that holds the mark, as UTF-8 or UTF-16.
func inFiles(t *testing.T, dir, mark string) {
	t.Helper()
	var wide bytes.Buffer
	for _, r := range mark {
		wide.Write([]byte{byte(r), byte(r >> 8)})
	}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		body, err := os.ReadFile(path)
		if err == nil && (bytes.Contains(body, []byte(mark)) || bytes.Contains(body, wide.Bytes())) {
			t.Errorf("%q is in %s", mark, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// unitReads opens the one report with the unit's key, and its photograph.
func unitReads(t *testing.T, w *apptest.World, text string, big []byte) {
	t.Helper()
	chen := w.Session(t, "chen", "unit-1")
	c := onlyCase(t, chen)
	r := c.Report
	if r.What != text || r.When != "2026-03" || r.Contact != "confidential" || !r.Wish || r.Reach != "" || len(r.Files) != 2+min(len(big), 1) || len(r.Answers) != 3 {
		t.Fatalf("report: %+v", r)
	}
	if c.Case.Contact != cases.Confidential || !c.Case.Wish || c.Case.Sealed != cases.SealedBrowser {
		t.Errorf("case: %+v", c.Case)
	}
	f := r.Files[0]
	if f.Name != "photo-1.jpg" || f.Cleaned != "yes" {
		t.Errorf("file %s, cleaned %s", f.Name, f.Cleaned)
	}
	got := content(t, w, chen, c, f)
	if bytes.Contains(got, []byte("EX-0042-7781")) {
		t.Error("the photograph still tells its camera")
	}
	original, err := os.ReadFile(photo)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(original, []byte("EX-0042-7781")) {
		t.Fatal("the photograph tells no camera: the test shows nothing")
	}
	samePixels(t, original, got)
	stockReads(t, original, got)
	if big != nil && !bytes.Equal(content(t, w, chen, c, r.Files[2]), big) {
		t.Error("the large file is another one")
	}
}

// stockReads asks exiftool, which knows more places than we do, what the office's copy of a photograph still tells.
func stockReads(t *testing.T, original, got []byte) {
	t.Helper()
	tool, err := exec.LookPath("exiftool")
	if err != nil {
		if os.Getenv("CLARION_REQUIRE_ALL") == "1" {
			t.Error("exiftool missing")
		}
		return
	}
	read := func(b []byte) string {
		cmd := exec.CommandContext(t.Context(), tool, "-a", "-u", "-G1", "-s", "-ExifIFD:all", "-IFD0:all", "-GPS:all", "-XMP:all", "-IPTC:all", "-MakerNotes:all", "-Comment", "-")
		cmd.Stdin = bytes.NewReader(b)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	if before := read(original); !strings.Contains(before, "EX-0042-7781") {
		t.Errorf("exiftool does not see the camera in the photograph as it was:\n%s", before)
	}
	for line := range strings.Lines(read(got)) {
		if !strings.Contains(line, "Orientation") {
			t.Errorf("left in the photograph: %s", line)
		}
	}
}

// content opens an attachment as a member does.
func content(t *testing.T, w *apptest.World, s *terminal.Session, c *terminal.Opened, f seal.File) []byte {
	t.Helper()
	bid, err := id.ParseBlob(f.Blob)
	if err != nil {
		t.Fatal(err)
	}
	_, r, err := w.Casework.Blob(t.Context(), s.Who, c.Case.Number, bid)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out bytes.Buffer
	if err := seal.OpenFile(&out, r, f); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func samePixels(t *testing.T, a, b []byte) {
	t.Helper()
	var pictures [2]image.Image
	for i, raw := range [][]byte{a, b} {
		var err error
		if pictures[i], err = jpeg.Decode(bytes.NewReader(raw)); err != nil {
			t.Fatal(err)
		}
	}
	if pictures[0].Bounds() != pictures[1].Bounds() {
		t.Fatalf("sizes %v and %v", pictures[0].Bounds(), pictures[1].Bounds())
	}
	for y := range pictures[0].Bounds().Dy() {
		for x := range pictures[0].Bounds().Dx() {
			if pictures[0].At(x, y) != pictures[1].At(x, y) {
				t.Fatalf("another pixel at %d, %d", x, y)
			}
		}
	}
}

// onlyCase opens the one case of a unit.
func onlyCase(t *testing.T, s *terminal.Session) *terminal.Opened {
	t.Helper()
	all, _, _, err := s.Casework.List(t.Context(), s.Who, casework.Filter{}, store.Cursor{}, 10)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d cases: %v", len(all), err)
	}
	c, err := s.Open(t.Context(), all[0].Case.Number)
	if err != nil || len(c.Doubts) > 0 {
		t.Fatalf("%v: %+v", err, c.Doubts)
	}
	return c
}
