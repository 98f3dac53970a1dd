package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// missing skips on a laptop and fails where everything is required.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CLARION_REQUIRE_ALL") == "1" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// own are the features of Chromium's own windows that load pages of its own into renderers of their own, again for each window.
// Nobody looks at them here.
const own = "PreloadTopChromeWebUI,WebUIOmniboxPopup,WebUIOmniboxAimPopup"

// launch starts a browser, which ends with stop.
func launch(path string, more ...chromedp.ExecAllocatorOption) (ctx context.Context, stop context.CancelFunc, err error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,"+own))
	allocator, end := chromedp.NewExecAllocator(context.Background(), append(options, more...)...)
	ctx, cancel := chromedp.NewContext(allocator)
	stop = func() {
		cancel()
		end()
	}
	if err := chromedp.Do(ctx); err != nil {
		stop()
		return nil, nil, fmt.Errorf("starting Chromium: %w", err)
	}
	return ctx, stop, nil
}

// common is the browser that tests share: the first that asks starts it, TestMain ends it. What they share is the program. Each
// tab has cookies, storage, caches and permissions of its own, as newTab makes it.
var common = &house{}

type house struct {
	mu   sync.Mutex
	ctx  context.Context // nil before the first
	stop context.CancelFunc
}

// open gives the browser. A new one takes the place of one that died: that fails the tests that were in it, and no others.
func (h *house) open(path string) (_ context.Context, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx == nil || h.ctx.Err() != nil {
		h.ctx, h.stop, err = launch(path)
	}
	return h.ctx, err
}

func (h *house) close() {
	if h.stop != nil {
		h.stop()
	}
}

func TestMain(m *testing.M) {
	code := m.Run()
	common.close()
	os.Exit(code)
}

// chromium is a browser to open tabs in. With options it is one of this test's own, and ends with it.
func chromium(t *testing.T, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		missing(t, "no Chromium on this machine")
	}
	if len(more) > 0 {
		ctx, stop, err := launch(path, more...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(stop)
		return ctx
	}
	ctx, err := common.open(path)
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

// axeSource is axe-core as npm ci puts it.
func axeSource(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.FromSlash("../../../tools/ui/node_modules/axe-core/axe.min.js"))
	if err != nil {
		missing(t, "axe-core is not installed: npm ci --prefix tools/ui")
	}
	return string(b)
}

// tab is one page of a browser in which scripts are off.
type tab struct {
	t     *testing.T
	ctx   context.Context
	base  string                     // the door that paths are below
	world runtime.ExecutionContextID // where our own questions to the page run; 0 after each new page
}

// newTab opens a tab, with nothing shared with other tabs, on a door.
func newTab(t *testing.T, browser context.Context, base string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, base: base}
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as this context: it has no time limit
		t.Fatal("opening a tab:", err)
	}
	call(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}) // whatever window another test opens
	b.scripts(false)
	b.dark(false)
	b.size(desk, 900)
	return b
}

// patience bounds one step. It is long because the machine may be busy, and a step that fails never returns.
const patience = 30 * time.Second

func (b *tab) do(a chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, a); err != nil {
		b.t.Fatal(err)
	}
}

func call[P, R any](b *tab, cmd cdp.Command[P, R], params P) R {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	r, err := chromedp.Call(ctx, cmd, params)
	if err != nil {
		b.t.Fatal(cmd.Method, err)
	}
	return r
}

// scripts switches the page's own scripts. Our questions run either way, but their timers only when they are on.
func (b *tab) scripts(on bool) {
	b.t.Helper()
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// size sets the screen in CSS pixels.
func (b *tab) size(width, height int64) {
	b.t.Helper()
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1})
}

// dark switches between the two colour schemes. Nothing moves meanwhile: a colour in transition is no colour.
func (b *tab) dark(on bool) {
	b.t.Helper()
	scheme := "light"
	if on {
		scheme = "dark"
	}
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// letters sets the size that a person chose for text, in per cent of the usual one.
func (b *tab) letters(percent int64) {
	b.t.Helper()
	call(b, page.SetFontSizes, page.SetFontSizesParams{FontSizes: &page.FontSizes{Standard: 16 * percent / 100, Fixed: 13 * percent / 100}})
}

// load does what loads a page, and fails unless the page has the status.
func (b *tab) load(status int64, a chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	r, err := chromedp.RunResponse(ctx, a)
	b.world = 0
	if err != nil {
		b.t.Fatalf("loading a page: %v; on the page: %s", err, b.text())
	}
	if r.Status != status {
		b.t.Fatalf("status %d, want %d: %s", r.Status, status, b.text())
	}
}

// open goes to a path.
func (b *tab) open(status int64, path string) {
	b.t.Helper()
	b.load(status, chromedp.Navigate(b.base+path))
}

// press clicks a control that loads a page, and fails when something lies over it.
func (b *tab) press(status int64, selector string) {
	b.t.Helper()
	const find = `(selector => {
		const e = document.querySelector(selector);
		if (!e) return [];
		e.scrollIntoView({block: "center"});
		const r = e.getBoundingClientRect(), x = r.left + r.width / 2, y = r.top + r.height / 2;
		return e.contains(document.elementFromPoint(x, y)) ? [x, y] : [];
	})`
	at := ask[[]float64](b, find+"("+quote(selector)+")")
	if len(at) == 0 {
		b.t.Fatalf("%s cannot be pressed: %s", selector, b.text())
	}
	b.load(status, chromedp.MouseClickXY(at[0], at[1]))
}

// goes presses the button of the main part with a value of "go".
func (b *tab) goes(status int64, value string) {
	b.t.Helper()
	b.press(status, `main button[name="go"][value="`+value+`"]`)
}

// ask runs an expression beside the page, in a world of its own, and reads its value.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	if b.world == 0 {
		tree := call(b, page.GetFrameTree, cdp.Empty{})
		b.world = call(b, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: tree.FrameTree.Frame.ID, WorldName: "questions"}).ExecutionContextID
	}
	yes := true
	r := call(b, runtime.Evaluate, runtime.EvaluateParams{Expression: expression, ContextID: b.world, ReturnByValue: &yes, AwaitPromise: &yes})
	if r.ExceptionDetails != nil {
		b.t.Fatalf("%.200s: %s", expression, r.ExceptionDetails.Text)
	}
	var v T
	if len(r.Result.Value) > 0 {
		if err := json.Unmarshal(r.Result.Value, &v); err != nil {
			b.t.Fatalf("%.200s: %v", expression, err)
		}
	}
	return v
}

// quote writes a string as an expression.
func quote(s string) string {
	q, _ := json.Marshal(s) // a string always becomes JSON
	return string(q)
}

func (b *tab) text() string {
	b.t.Helper()
	return ask[string](b, `document.body ? document.body.innerText : ""`)
}

// set fills a field: the text of an input, the choice of a radio, checkbox or select.
func (b *tab) set(name, value string) {
	b.t.Helper()
	const fill = `((name, value) => {
		const all = [...document.getElementsByName(name)].filter(e => e.type != "hidden");
		const one = all.find(e => e.type != "radio" && e.type != "checkbox" || e.value == value);
		if (!one) return false;
		if (one.type == "radio" || one.type == "checkbox") one.checked = true; else one.value = value;
		return one.type == "radio" || one.type == "checkbox" || one.value == value;
	})`
	if !ask[bool](b, fill+`(`+quote(name)+`,`+quote(value)+`)`) {
		b.t.Fatalf("the page has no field %s that takes %q", name, value)
	}
}

// upload chooses files in a file field.
func (b *tab) upload(id string, paths ...string) {
	b.t.Helper()
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#"+id), paths))
}
