package browsertest

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/network"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
)

// TestOfficeAbove: where no custodians have enrolled, nobody is asked for a name or about a reward, and the report goes to the office above
// because the reporter chose it.
func TestOfficeAbove(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Now: clock(t, morning), NoCustodians: true})
	b := newTab(t, chromium(t), w.Server.URL)
	b.begins("zh")
	b.wholeWayTo("图纸有人收。", nil, nil, "centre")
	b.sealAndSend()
	c := onlyCase(t, w.Session(t, "chen", "centre"))
	if c.Report.What != "图纸有人收。" || c.Report.Unit != "centre" || c.Report.Contact != "anonymous" || c.Report.Wish || c.Case.Contact != cases.Anonymous || c.Identity != "" {
		t.Errorf("the office above reads %+v", c.Report)
	}
}

// TestSlowLine fills the form in at 400 kbit/s with 400 ms: until it is sent no word of it leaves the page, and then sealed.
func TestSlowLine(t *testing.T) {
	t.Parallel()
	x := &wire{small: true}
	w := apptest.Start(t, apptest.Options{Now: clock(t, morning), Wrap: x.wrap})
	b := newTab(t, chromium(t), w.Server.URL)
	b.scripts(true)
	call(b, network.Enable, network.EnableParams{})
	call(b, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{{Latency: 400, DownloadThroughput: 50_000, UploadThroughput: 50_000}}})
	const text = "植入的标记：慢线上写的话"
	b.begins("zh")
	b.wholeWay(text, nil)
	if x.holds("植入的标记") || x.holds("某路口") {
		t.Error("a word went over the line before it was sent")
	}
	b.sealAndSend()
	if x.holds("植入的标记") || x.holds("某路口") {
		t.Error("a word went over the line")
	}
	if c := onlyCase(t, w.Session(t, "chen", "unit-1")); c.Report.What != text {
		t.Errorf("the unit reads %q", c.Report.What)
	}
}

// TestResumedInThePage: a file is stopped in the midst of it by its sender, goes on from where it was, and is whole.
func TestResumedInThePage(t *testing.T) {
	t.Parallel()
	x := &wire{small: true}
	w := apptest.Start(t, apptest.Options{Now: clock(t, morning), Wrap: x.wrap})
	b := newTab(t, chromium(t), w.Server.URL)
	b.begins("en")
	plain := noise(3 << 20)
	big := filepath.Join(t.TempDir(), "big.bin")
	if err := os.WriteFile(big, plain, 0o600); err != nil {
		t.Fatal(err)
	}
	var hold atomic.Bool
	hold.Store(true)
	x.set(func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch && hold.Load() { // a part arrives, and the line is cut
			r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
			next.ServeHTTP(w, r)
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	})
	b.wholeWay("What I saw.", func() {
		b.upload("pick-file", big)
		b.until(`document.querySelector(".cl-card button")`)
		b.next0(".cl-card")
		b.until(`[...document.querySelectorAll(".cl-files__acts button")].some(e => e.innerText.startsWith("Pause"))`)
		b.file("Pause")
		b.says("Stopped at")
		hold.Store(false)
		b.file("Resume")
		b.uploaded(1)
	})
	b.sealAndSend()
	s := w.Session(t, "chen", "unit-1")
	c := onlyCase(t, s)
	if len(c.Report.Files) != 1 || !bytes.Equal(plain, content(t, w, s, c, c.Report.Files[0])) {
		t.Errorf("the unit has %d files, or another content", len(c.Report.Files))
	}
}
