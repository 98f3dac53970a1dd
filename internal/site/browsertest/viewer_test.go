package browsertest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"clarion.example/clarion/browser/build"
)

func errorsOf(all ...error) error { return errors.Join(all...) }

// overheard is all that a browser can reach: the desk's doors, and a record of whatever else it asks for.
type overheard struct {
	mu    sync.Mutex
	desk  []string // paths that were asked for
	other []string // everything that was asked of anybody else
	liar  string   // a script in the place of the viewer, if any
}

func (w *overheard) take() (desk, other []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	desk, other = w.desk, w.other
	w.desk, w.other = nil, nil
	return desk, other
}

// viewerDesk opens a desk's page in a browser whose every request goes through one place, with the viewer at hand.
func viewerDesk(t *testing.T, lang string) (*tab, *overheard) {
	t.Helper()
	o := newDesk(t, nil)
	h, err := o.DeskHandler()
	if err != nil {
		t.Fatal(err)
	}
	seen := &overheard{}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ours := r.Method != http.MethodConnect && strings.HasPrefix(r.Host, "desk.localhost")
		seen.mu.Lock()
		if ours {
			seen.desk = append(seen.desk, r.URL.Path)
		} else {
			seen.other = append(seen.other, r.Method+" "+r.Host+r.URL.Path)
		}
		liar := seen.liar
		seen.mu.Unlock()
		if liar != "" && r.URL.Path == "/viewer" {
			w.Header().Set("Cross-Origin-Embedder-Policy", "require-corp")
			_, _ = io.WriteString(w, "<script>addEventListener('message', e => { const port = e.ports[0]; "+liar+" })</script>") // the browser may have left
			return
		}
		if !ours {
			http.Error(w, "", http.StatusBadGateway)
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	b := newTab(t, chromium(t, chromedp.ProxyServer(proxy.URL), chromedp.Flag("proxy-bypass-list", "<-loopback>")), o.desk)
	b.scripts(true)
	b.open(200, "/"+lang+"/")
	b.until(`document.querySelector("#passphrase")`)
	b.main1(viewerScript(t) + ";globalThis.clarionViewer = clarionViewer; null")
	b.main1(`fetch("/` + lang + `/api/texts").then(r => r.json()).then(w => { clarionViewer.speak(w.lang, w.texts); document.getElementById("app").replaceChildren(globalThis.place = document.createElement("div")); return null; })`)
	seen.take()
	return b, seen
}

// viewerScript is what a page of the desk opens files with, under a name of its own.
func viewerScript(t *testing.T) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "viewer.js")
	if err := build.Script("testdata", "viewer.ts", "clarionViewer", out); err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// main1 runs an expression in the page itself.
func (b *tab) main1(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](expression, chromedp.EvalAwaitPromise)); err != nil {
		b.t.Fatalf("%.100s: %v", expression, err)
	}
}

// number is one of the page's own.
func (b *tab) number(expression string) int {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	n, err := chromedp.Run(ctx, chromedp.Evaluate[int](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return n
}

// shows opens a file and waits until the viewer has made up its mind.
func (b *tab) shows(a attached) {
	b.t.Helper()
	b.main1(`globalThis.viewer?.close(); globalThis.viewer = clarionViewer.openViewer(place, new Blob([Uint8Array.from(atob("` + base64.StdEncoding.EncodeToString(a.body) + `"), c => c.charCodeAt(0))]), {title: ` + quote(a.name) + `}); null`)
	b.until(`document.querySelector(".cl-viewer")?.dataset.state`)
}

// inFrame asks the document of the viewer's frame, beside whatever runs in it.
func inFrame[T any](b *tab, expression string) T {
	b.t.Helper()
	var found runtime.ExecutionContextID
	at := b.ctx
	if tree := call(b, page.GetFrameTree, cdp.Empty{}); len(tree.FrameTree.ChildFrames) > 0 {
		found = call(b, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: tree.FrameTree.ChildFrames[0].Frame.ID, WorldName: "inside"}).ExecutionContextID
	} else {
		// A browser with room for it gives the frame a process of its own. To leave it would be to close the tab.
		for _, i := range call(b, target.GetTargets, target.GetTargetsParams{}).TargetInfos {
			if i.Type == "iframe" {
				var stop context.CancelFunc
				at, stop = chromedp.NewContext(b.ctx, chromedp.WithTargetID(i.TargetID))
				b.t.Cleanup(stop)
			}
		}
		if err := chromedp.Do(at); err != nil {
			b.t.Fatal("the frame:", err)
		}
	}
	ctx, cancel := context.WithTimeout(at, patience)
	defer cancel()
	yes := true
	r, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: expression, ContextID: found, ReturnByValue: &yes, AwaitPromise: &yes})
	if err != nil || r.ExceptionDetails != nil {
		b.t.Fatalf("in the frame, %s: %v %+v", expression, err, r)
	}
	var v T
	if err := json.Unmarshal(r.Result.Value, &v); err != nil {
		b.t.Fatalf("in the frame, %s: %v", expression, err)
	}
	return v
}

// middle is the darkest part of the middle of what is drawn, 0 for black.
const middle = `(() => { const c = document.querySelector("canvas"), p = c.getContext("2d").getImageData(c.width / 2 | 0, c.height / 2 | 0, 1, 1).data; return p[0] + p[1] + p[2]; })()`

// ownCalls are what this browser asks its maker for by itself, whatever it shows.
var ownCalls = regexp.MustCompile(`^(CONNECT|GET|POST) [a-z0-9-]+\.(google|googleapis|gvt1)\.com[:/]`)

// TestViewer opens what strangers send: it is shown as pixels, text, sound or not at all; nothing of it runs, nothing asks for
// anything, and the desk's page is what it was.
func TestViewer(t *testing.T) {
	t.Parallel()
	b, seen := viewerDesk(t, "en")
	const outside = `(() => { const c = document.documentElement.cloneNode(true); c.querySelector("#app").textContent = ""; return document.title + window.name + location.href + c.outerHTML; })()`
	before := ask[string](b, outside)
	for _, a := range hostile(t) {
		b.shows(a)
		state := ask[map[string]string](b, `({...document.querySelector(".cl-viewer").dataset})`)
		said := ask[string](b, `document.querySelector(".cl-viewer > [role=status]").innerText`)
		t.Logf("%-24s %v %.60q", a.name, state, said)
		switch {
		case a.way == "" && (state["state"] != "refused" || !strings.Contains(said, a.text)):
			t.Errorf("%s is not refused: %v %q", a.name, state, said)
		case a.way == "":
			if ask[bool](b, `!!document.querySelector("iframe")`) {
				t.Errorf("%s: a frame is left", a.name)
			}
		case state["state"] != "shown" || state["way"] != a.way:
			t.Errorf("%s is not shown: %v %q", a.name, state, said)
		default:
			shownWell(t, b, a)
		}
		desk, other := seen.take()
		for _, path := range desk {
			if path != "/viewer" && path != "/viewer-pdf" && !strings.HasPrefix(path, "/assets/viewer") {
				t.Errorf("%s asks the desk for %s", a.name, path)
			}
		}
		other = slices.DeleteFunc(other, func(s string) bool { return ownCalls.MatchString(s) })
		if len(other) > 0 {
			t.Errorf("%s asks for %q", a.name, other)
		}
		b.main1(`viewer.close(); null`)
		if after := ask[string](b, outside); after != before {
			t.Fatalf("%s changed the page:\n%s\n%s", a.name, before, after)
		}
		if ask[bool](b, `!!document.querySelector("iframe, .cl-viewer")`) {
			t.Errorf("%s is not closed", a.name)
		}
	}
}

// shownWell looks inside the frame.
func shownWell(t *testing.T, b *tab, a attached) {
	t.Helper()
	if got := inFrame[string](b, `self.origin + " " + typeof self.pwned + " " + document.querySelectorAll("img, iframe, object, embed, a, form, link:not([integrity]), script:not([integrity])").length`); got != "null undefined 0" {
		t.Errorf("%s in the frame: %s", a.name, got)
	}
	switch a.way {
	case "text":
		if got := inFrame[string](b, `document.querySelector("pre").textContent`); !strings.Contains(got, a.text) || len(got) > 210_000 {
			t.Errorf("%s reads %.300q", a.name, got)
		}
	case "picture", "pdf":
		got := inFrame[int](b, middle)
		if a.dark != (got < 60) && a.name != "song.pdf" {
			t.Errorf("%s: the middle is %d", a.name, got)
		}
		if a.name == "song.pdf" && !inFrame[bool](b, `(() => { const c = document.querySelector("canvas"), d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 0; i < d.length; i += 4) if (d[i] < 60) n++; return n > 500; })()`) {
			t.Error("a font that is not in the file is not drawn")
		}
		if a.name == "turned.jpg" && !inFrame[bool](b, `(c => c.height > c.width)(document.querySelector("canvas"))`) {
			t.Error("a picture that lies on its side is not turned")
		}
	}
}

// TestViewerByHand turns pages, changes the size, saves, and closes with the keyboard.
func TestViewerByHand(t *testing.T) {
	t.Parallel()
	b, _ := viewerDesk(t, "en")
	b.main1(`(() => { const one = document.createElement("h1"), two = document.createElement("h2"), k = document.createElement("button"); one.textContent = "Case"; two.textContent = "Files"; k.textContent = "Show"; k.id = "before"; place.before(one, two, k); k.focus(); return null; })()`)
	three := pdfFiles()[0]
	b.shows(three)
	axe := axeSource(t)
	for _, width := range []int64{390, 1280} {
		b.size(width, 900)
		(&colleague{tab: b}).sound(axe, fmt.Sprintf("viewer at %d", width))
	}
	if got := b.text(); !strings.Contains(got, "Page 1 of 3") || !strings.Contains(got, "100 %") {
		t.Errorf("tools: %s", got)
	}
	for n := range 2 {
		b.act(`[data-tool=next]`)
		b.until(fmt.Sprintf(`document.querySelector(".cl-viewer").dataset.page == "%d"`, n+2))
	}
	if !ask[bool](b, `document.querySelector("[data-tool=next]").getAttribute("aria-disabled") == "true"`) {
		t.Error("there is a page after the last")
	}
	width := inFrame[int](b, `document.querySelector("canvas").clientWidth`)
	b.act(`[data-tool=larger]`)
	b.until(`document.querySelector(".cl-viewer").innerText.includes("125 %")`)
	if got := inFrame[int](b, `document.querySelector("canvas").clientWidth`); got <= width {
		t.Errorf("larger: %d, was %d", got, width)
	}
	b.main1(`globalThis.saved = []; HTMLAnchorElement.prototype.click = function () { saved.push(this.download); }; null`)
	b.act(`.cl-viewer__acts button`)
	b.until(`globalThis.saved.length == 1`)
	b.main1(`clarionViewer.save(new Blob(["<script>"], {type: "text/html"})).then(() => null)`)
	b.until(`globalThis.saved.join(" ") == "file.pdf file.bin"`)
	b.main1(`document.querySelector(".cl-viewer h3").dispatchEvent(new KeyboardEvent("keydown", {key: "Escape", bubbles: true})); null`)
	if got := ask[string](b, `document.querySelectorAll(".cl-viewer").length + document.activeElement.id`); got != "0before" {
		t.Errorf("after Escape: %s", got)
	}
}

// hurries lets a page wait for three seconds where it would wait for much longer, while hurry is true.
const hurries = `(real => { globalThis.setTimeout = (run, n) => real(run, n >= 20000 && globalThis.hurry ? 3000 : n); return null; })(setTimeout)`

// TestViewerIsNotBelieved: a frame that says nothing is taken away, and what it says is taken for what it is worth.
func TestViewerIsNotBelieved(t *testing.T) {
	t.Parallel()
	b, seen := viewerDesk(t, "en")
	b.main1(hurries)
	page := attached{name: "a.txt", body: []byte("text")}
	for liar, want := range map[string]string{
		``: "refused took too long",
		`port.postMessage({ready: true}); port.onmessage = () => { for (;;); }`:                                             "refused took too long",
		`port.postMessage({fault: "<b>"})`:                                                                                  "refused damaged",
		`for (const x of [null, 1, "shown", {}, {shown: 1}, {key: "x"}]) port.postMessage(x); port.postMessage({fault: 1})`: "refused took too long",
		`port.postMessage({shown: {height: 1e300, pages: -5, page: 1e9, cut: "<b>"}})`:                                      "shown 20000",
		`port.postMessage({shown: {height: "9em", pages: {}, page: NaN}})`:                                                  "shown 72",
		`port.postMessage({key: "next"}); port.postMessage({shown: {height: 100.5}})`:                                       "shown 72",
		`location = "/en/"`: "refused damaged",
	} {
		seen.mu.Lock()
		seen.liar = liar + ";"
		seen.mu.Unlock()
		b.main1(fmt.Sprintf(`globalThis.hurry = %v; null`, strings.Contains(want, "took too long")))
		b.shows(page)
		state, rest, _ := strings.Cut(want, " ")
		got := ask[string](b, `document.querySelector(".cl-viewer").dataset.state + " " + (document.querySelector("iframe")?.getAttribute("height") ?? document.querySelector(".cl-viewer > [role=status]").innerText)`)
		if !strings.HasPrefix(got, state) || !strings.Contains(got, rest) {
			t.Errorf("%s: %q, want %q", liar, got, want)
		}
	}
}

// TestViewerLeavesThePage: a file that takes for ever leaves the page as quick as it was, and is closed in the end.
func TestViewerLeavesThePage(t *testing.T) {
	t.Parallel()
	b, _ := viewerDesk(t, "zh")
	b.main1(hurries)
	b.main1(`globalThis.hurry = true; null`)
	b.main1(`(() => { globalThis.slowest = 0; let last = performance.now(); setInterval(() => { const now = performance.now(); slowest = Math.max(slowest, now - last); last = now; }, 20); return null; })()`)
	b.shows(endlessPDF())
	if got := b.text(); !strings.Contains(got, "打开太久，已经关掉") {
		t.Errorf("a page that takes minutes: %s", got)
	}
	if slowest := b.number("Math.round(slowest)"); slowest > 15_000 {
		t.Errorf("the page stood still for %d ms", slowest)
	}
	b.main1(`globalThis.hurry = false; null`)
	b.shows(attached{name: "a.txt", body: []byte("text")})
	if got := ask[string](b, `document.querySelector(".cl-viewer").dataset.state`); got != "shown" {
		t.Errorf("the next file: %s", got)
	}
}
