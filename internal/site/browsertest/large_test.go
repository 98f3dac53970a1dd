package browsertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"clarion.example/clarion/internal/app/apptest"
)

// maxGrowth is how much more memory than for a file of 32 MiB a browser may need for one of 100 MiB.
const maxGrowth = 40 << 20

// TestLargeFile seals and stores 100 MiB from Chromium, and shows that what the browser holds does not grow with the file.
// The collector runs all the time for that: Chromium keeps the bodies of finished requests until it does, which it puts off
// while there is memory. The time it takes without that, beside sealing alone, is logged: -v shows it.
func TestLargeFile(t *testing.T) {
	if testing.Short() {
		t.Skip("100 MB")
	}
	w := apptest.Start(t, apptest.Options{Now: clock(t, morning)})
	dir := t.TempDir()
	browser := chromium(t, chromedp.UserDataDir(filepath.Join(dir, "profile")), chromedp.Flag("js-flags", "--expose-gc"))
	b := newTab(t, browser, w.Server.URL)
	b.begins("zh")
	small, large := filepath.Join(dir, "small.bin"), filepath.Join(dir, "large.bin")
	for path, size := range map[string]int{small: 32 << 20, large: 100 << 20} {
		if err := os.WriteFile(path, noise(size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b.wholeWay("有人收钱放行", func() {
		files := 0
		send := func(path string, collect bool) (seconds float64) {
			b.upload("pick-file", path)
			b.until(`document.querySelector(".cl-card button")`)
			files++
			return asks(b, fmt.Sprintf(`new Promise(done => {
				const began = performance.now();
				const look = () => {
					if (%t) gc();
					if (document.querySelectorAll(".cl-files .cl-tag--seal").length == %d) done((performance.now() - began) / 1000);
					else setTimeout(look, %d);
				};
				document.querySelector(".cl-card .cl-actions button").click();
				look();
			})`, collect, files, map[bool]int{true: 100, false: 10}[collect]))
		}
		call(b, network.Disable, cdp.Empty{}) // or the browser copies every body to this process, and that is what would be measured
		send(small, true)
		before := peak(t, dir)
		send(large, true)
		after := peak(t, dir)
		stored := send(large, false)
		t.Logf("without a collector that runs all the time: %d MiB", peak(t, dir)["renderer"]>>20)
		alone := sealAlone(newTab(t, browser, w.Server.URL), large)
		mb := float64(100<<20) / 1e6
		t.Logf("100 MiB: sealed %.1f MB/s; sealed and stored %.1f MB/s, %.0f %% of that", mb/alone, mb/stored, 100*alone/stored)
		for name, was := range before {
			t.Logf("%s: at most %d MiB, and %d MiB with the large file", name, was>>20, after[name]>>20)
			if after[name] > was+maxGrowth {
				t.Errorf("%s grew by %d MiB", name, (after[name]-was)>>20)
			}
		}
	})
}

// sealAlone seals a file with the page's worker in a tab of its own and drops what comes, and gives the seconds that took.
func sealAlone(b *tab, path string) float64 {
	b.t.Helper()
	call(b, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true}) // or the page starts no worker but its own
	b.begins("zh")
	ask[bool](b, `(e => { e.type = "file"; e.id = "alone"; document.body.append(e); return true; })(document.createElement("input"))`)
	b.upload("alone", path)
	return asks(b, `new Promise((done, fail) => {
		const worker = new Worker(document.querySelector("[data-files]").dataset.files), began = performance.now();
		worker.onerror = () => fail("the worker failed");
		worker.onmessage = ({data}) => {
			if (data.op == "sealed") { worker.terminate(); done((performance.now() - began) / 1000); }
			else if (data.op == "fault") fail(data.what);
			else if (data.op == "piece") worker.postMessage({op: "next", used: data.bytes.buffer}, [data.bytes.buffer]);
			else worker.postMessage({op: "next"});
		};
		worker.postMessage({op: "seal", file: document.getElementById("alone").files[0], clean: false, piece: 1048576});
	})`)
}

// asks waits longer for a number than ask does, and asks the page itself.
func asks(b *tab, expression string) float64 {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 8*patience)
	defer cancel()
	n, err := chromedp.Run(ctx, chromedp.Evaluate[float64](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%.80s: %v: %s", expression, err, b.text())
	}
	return n
}

// peak gives the most memory that each kind of process of the browser with this profile held at once, in bytes, since it was asked last.
func peak(t *testing.T, profile string) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range all {
		line, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(line), profile) {
			continue // it ended, or is another's
		}
		name := "browser"
		for _, arg := range strings.FieldsFunc(string(line), func(r rune) bool { return r == 0 || r == ' ' }) { // what a child calls itself has blanks
			flag, value, _ := strings.Cut(arg, "=")
			if flag == "--type" || flag == "--utility-sub-type" {
				name = value
			}
		}
		out[name] = max(out[name], highWater(t, filepath.Dir(path)))
	}
	if out["renderer"] == 0 || out["browser"] == 0 {
		missing(t, fmt.Sprintf("no memory of Chromium can be read here: %v", out))
	}
	return out
}

// highWater reads and sets back a process's largest resident size.
func highWater(t *testing.T, dir string) int64 {
	t.Helper()
	status, err := os.ReadFile(filepath.Join(dir, "status"))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kib, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	n, err := strconv.ParseInt(kib, 10, 64)
	if err != nil {
		return 0
	}
	if err := os.WriteFile(filepath.Join(dir, "clear_refs"), []byte("5"), 0); err != nil {
		t.Log("the mark stays:", err)
	}
	return n << 10
}
