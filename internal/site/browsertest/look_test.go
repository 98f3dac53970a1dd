package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// phone and desk are the widths at which every page is checked.
const (
	phone = 320
	desk  = 1280
)

// looker looks at one page after the other: it checks each, and takes pictures.
type looker struct {
	*tab
	lang string
	axe  string
	dir  string // where pictures go; "" for none
	n    int
	took []shot
}

// shot is a picture of the contact sheet.
type shot struct{ file, name string }

// main says how often a page is pictured.
type importance int

const (
	plain importance = iota
	main             // also at the width of a common phone
	star             // also dark
)

// look checks the page that is open and takes its pictures.
func (l *looker) look(name string, how importance) {
	l.t.Helper()
	l.n++
	name = fmt.Sprintf("%02d-%s", l.n, name)
	for _, width := range []int64{phone, desk} {
		l.size(width, 800)
		l.fits(name, fmt.Sprint(width, " px"))
		l.lines(name, fmt.Sprint(width, " px"))
		l.check(name, width, how)
		l.picture(name, fmt.Sprint(width))
	}
	l.size(phone, 800)
	l.letters(200)
	l.fits(name, "320 px with large letters")
	l.letters(100)
	if how == star || how == main && l.dir != "" {
		l.size(390, 844)
		l.lines(name, "390 px")
		l.picture(name, "390")
	}
	if how == star && l.dir != "" {
		l.dark(true)
		l.picture(name, "390-dark")
		l.dark(false)
	}
	l.size(desk, 900)
}

// fits fails when something is wider than the screen.
func (l *looker) fits(name, screen string) {
	l.t.Helper()
	const wide = `(() => {
		const w = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= w) return [];
		return [...document.body.querySelectorAll("*")].filter(e => { const r = e.getBoundingClientRect(); return Math.max(r.right, r.left + e.scrollWidth) > w + 1; }).filter(e => !e.closest(".cl-scroll, .cl-hero__art"))
			.map(e => e.tagName + "." + e.className + " " + Math.round(e.getBoundingClientRect().right)).concat("page " + document.documentElement.scrollWidth);
	})()`
	if found := ask[[]string](l.tab, wide); len(found) > 0 {
		l.t.Errorf("%s %s: wider than the screen at %s: %s", l.lang, name, screen, strings.Join(found, "; "))
	}
}

// lines fails where a line begins with a mark that belongs to what stands before it.
func (l *looker) lines(name, screen string) {
	l.t.Helper()
	const begins = `(() => {
		const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), r = document.createRange();
		const at = (n, i) => { r.setStart(n, i); r.setEnd(n, i + 1); return r.getClientRects()[0]; };
		for (let n; n = walk.nextNode();) for (let i = 1; i < n.data.length; i++) {
			if (!"，。；：！？、）”》".includes(n.data[i])) continue;
			const a = at(n, i - 1), b = at(n, i);
			if (a && b && b.top > a.top + a.height / 2) found.push(n.data.slice(Math.max(0, i - 8), i + 4));
		}
		return found;
	})()`
	if found := ask[[]string](l.tab, begins); len(found) > 0 {
		l.t.Errorf("%s %s: a line begins with a mark at %s: %s", l.lang, name, screen, strings.Join(found, "; "))
	}
}

// Everything that a finding of axe may stand for: WCAG 2.2 AA and best practice. Target size is off by default.
const axeRun = `axe.run(document, {resultTypes: ["violations"], runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
	rules: {"target-size": {enabled: true}}})`

// The colours alone: in the dark nothing else is different.
const axeColours = `axe.run(document, {resultTypes: ["violations"], runOnly: {type: "rule", values: ["color-contrast", "link-in-text-block"]}})`

// check asks axe about the page at a width, light and dark. A question costs half a second. So where no pictures are wanted a page
// that is not a star is asked once in each language: in one everything, in the other its colours in the dark at the other width.
func (l *looker) check(name string, width int64, how importance) {
	l.t.Helper()
	ask[any](l.tab, `scrollTo(0, 0)`) // a field that the head of the page happens to cover is no finding
	every := l.dir != "" || how == star
	whole := (l.n%2 == 0) == (l.lang == "zh")
	turn := (l.n%4 < 2) == whole == (width == phone)
	if !every && !turn {
		return
	}
	if !ask[bool](l.tab, `typeof axe == "object"`) {
		ask[any](l.tab, l.axe+";null")
	}
	// axe waits for timers, which run only while scripts do. The page itself has none.
	l.scripts(true)
	defer l.scripts(false)
	for _, dark := range []bool{false, true} {
		if !every && dark == whole {
			continue
		}
		run, scheme := axeRun, "light"
		if dark {
			run, scheme = axeColours, "dark"
			l.dark(true)
		}
		// A rule that axe could not decide is no finding, but a page that it could not see at all is.
		found := ask[[]string](l.tab, run+`.then(r => [...r.violations.map(v => v.id + ": " + v.nodes.map(n => n.target + " " + n.failureSummary).join("; ")), ...(r.passes.length ? [] : ["axe saw nothing"])])`)
		if dark {
			l.dark(false)
		}
		for _, f := range found {
			l.t.Errorf("%s %s at %d px, %s: %s", l.lang, name, width, scheme, f)
		}
	}
}

// picture takes the whole page, where pictures are wanted.
func (l *looker) picture(name, variant string) {
	l.t.Helper()
	if l.dir == "" {
		return
	}
	ask[any](l.tab, `scrollTo(0, 0)`)
	b, err := chromedp.Run(l.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		l.t.Fatal(err)
	}
	l.write(name, variant, b)
}

// screen takes what the screen shows: a picture of the whole page would undo the size of the letters.
func (l *looker) screen(name, variant string) {
	l.t.Helper()
	if l.dir != "" {
		l.write(name, variant, call(l.tab, page.CaptureScreenshot, page.CaptureScreenshotParams{}).Data)
	}
}

func (l *looker) write(name, variant string, b []byte) {
	l.t.Helper()
	file := l.lang + "-" + name + "-" + variant + ".png"
	if err := os.WriteFile(filepath.Join(l.dir, file), b, 0o600); err != nil {
		l.t.Fatal(err)
	}
	l.took = append(l.took, shot{file, name + " " + variant})
}

// large looks at one small screen with letters of twice the size.
func (l *looker) large(name string) {
	l.t.Helper()
	l.size(360, 640)
	l.letters(200)
	l.fits(name, "360 px with large letters")
	ask[any](l.tab, `scrollTo(0, 0)`)
	l.screen(name, "360-large")
	ask[any](l.tab, `document.querySelector("main h1").scrollIntoView()`)
	l.screen(name, "360-large-below")
	if bar := ask[float64](l.tab, `document.querySelector(".cl-head--form").offsetHeight`); bar > 160 {
		l.t.Errorf("%s %s: with large letters the bar that stays takes %.0f of 640 px", l.lang, name, bar)
	}
	l.letters(100)
	l.size(desk, 900)
}

// codeOnOneScreen fails unless a small phone shows the whole code without scrolling. The demo's banner does not count.
func (l *looker) codeOnOneScreen() {
	l.t.Helper()
	l.size(360, 640)
	ask[any](l.tab, `scrollTo(0, 0)`)
	bottom := ask[float64](l.tab, `document.querySelector(".cl-code10").getBoundingClientRect().bottom - document.querySelector(".cl-demo").offsetHeight`)
	if bottom > 640 {
		l.t.Errorf("%s: the code ends at %.0f px, below a screen of 640", l.lang, bottom)
	}
	l.size(desk, 900)
}

// mirrored takes the page as a language written from right to left would lay it out.
func (l *looker) mirrored(name string) {
	l.t.Helper()
	ask[any](l.tab, `document.documentElement.dir = "rtl"`)
	for _, width := range []int64{phone, desk} {
		l.size(width, 800)
		l.fits(name, fmt.Sprint("right to left at ", width, " px"))
		l.picture(name, fmt.Sprint(width, "-rtl"))
	}
	ask[any](l.tab, `document.documentElement.dir = "ltr"`)
}

// screensDir is where pictures go, "" for none.
func screensDir(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("CLARION_SCREENS")
	if dir == "" {
		t.Log("set CLARION_SCREENS to a folder to keep pictures of every page, and to ask axe everything about each")
		return ""
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}
