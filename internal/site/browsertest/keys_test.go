package browsertest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// key is a key that a person presses.
type key struct {
	name, code, text string
	virtual          int64
}

var (
	keyTab   = key{"Tab", "Tab", "", 9}
	keyEnter = key{"Enter", "Enter", "\r", 13}
	keySpace = key{" ", "Space", " ", 32}
	keyDown  = key{"ArrowDown", "ArrowDown", "", 40}
)

func (b *tab) key(k key) {
	b.t.Helper()
	down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: k.name, Code: k.code, Text: k.text, WindowsVirtualKeyCode: k.virtual}
	call(b, input.DispatchKeyEvent, down)
	down.Type, down.Text = input.DispatchKeyEventTypeKeyUp, ""
	call(b, input.DispatchKeyEvent, down)
}

// keyLoads presses a key that loads a page.
func (b *tab) keyLoads(status int64, k key) {
	b.t.Helper()
	b.load(status, chromedp.Func(func(context.Context, *chromedp.Target) error { b.key(k); return nil }))
}

// to moves with Tab until a control has the focus.
func (b *tab) to(selector string) {
	b.t.Helper()
	for range 120 {
		if ask[bool](b, `document.activeElement.matches(`+quote(selector)+`)`) {
			return
		}
		b.key(keyTab)
	}
	b.t.Fatalf("the keyboard does not reach %s", selector)
}

// mark pushes the radio or checkbox with a value.
func (b *tab) mark(name, value string) {
	b.t.Helper()
	control := fmt.Sprintf(`[name=%q][value=%q]`, name, value)
	if ask[string](b, `document.querySelector(`+quote(control)+`).type`) == "checkbox" {
		b.to(control)
		b.key(keySpace)
	} else {
		// A group of radios is one stop; its arrows move within it.
		b.to(fmt.Sprintf(`[name=%q]`, name))
		b.key(keySpace)
		for range 12 {
			if ask[bool](b, `document.activeElement.matches(`+quote(control)+`)`) {
				break
			}
			b.key(keyDown)
		}
	}
	if !ask[bool](b, `document.querySelector(`+quote(control)+`).checked`) {
		b.t.Fatalf("the keyboard does not mark %s", control)
	}
}

// types writes into the control that has the focus.
func (b *tab) types(text string) {
	b.t.Helper()
	call(b, input.InsertText, input.InsertTextParams{Text: text})
}

const nextButton = `main button[name="go"][value="next"]`

// TestKeyboard needs no mouse and no scripts: a whole report goes out, and Tab stops where the eye would look next.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	browser, w := chromium(t), demo(t, morning)
	t.Run("report", func(t *testing.T) { keyboardReport(t, newTab(t, browser, w.url)) })
	t.Run("order", func(t *testing.T) { focusOrder(t, newTab(t, browser, w.url)) })
}

// keyboardReport sends a report, and comes back for it.
func keyboardReport(t *testing.T, b *tab) {
	t.Helper()
	b.open(200, "/zh/report/plain")
	b.key(keyTab)
	if got := ask[string](b, `document.activeElement.getAttribute("href")`); got != "#main" {
		t.Fatalf("the first stop is %q, not the link to the main part", got)
	}
	b.key(keyEnter)
	b.key(keyTab)
	if !ask[bool](b, `document.querySelector("main").contains(document.activeElement)`) {
		t.Fatal("the skip link does not lead into the main part")
	}
	b.to(nextButton)
	b.keyLoads(200, keyEnter)
	b.to(nextButton)
	b.keyLoads(422, keySpace)
	b.errorLeadsTo("screen")
	b.mark("screen", "conduct")
	b.to(nextButton)
	b.keyLoads(200, keyEnter)
	b.mark("category", "protected-documents")
	b.to(nextButton)
	b.keyLoads(200, keySpace)
	b.mark("q-danger", "no")
	b.to("#q-what")
	b.types("有人按页付钱，请我拍摄标有密级的文件。")
	b.key(keyEnter) // a new line in a long text
	b.types("我没有答应。")
	b.to("#q-region")
	b.key(keyDown)
	b.mark("q-how", "document")
	b.to(nextButton)
	b.keyLoads(200, keyEnter)
	b.details()
	b.sends()
}

// errorLeadsTo follows the first link of the error summary, which has the focus when the page opens.
func (b *tab) errorLeadsTo(id string) {
	b.t.Helper()
	if !ask[bool](b, `document.activeElement.matches(".govuk-error-summary")`) {
		b.t.Error("the error summary does not have the focus")
	}
	b.to(".govuk-error-summary a")
	b.key(keyEnter)
	if got := ask[string](b, `document.activeElement.id`); got != id {
		b.t.Fatalf("the link of the error leads to %q, not to %q", got, id)
	}
}

// details answers the questions of the category; Enter in a line of text goes forward.
func (b *tab) details() {
	b.t.Helper()
	b.mark("a-means", "pay")
	b.mark("a-wanted", "access")
	b.to(nextButton)
	b.keyLoads(200, keyEnter)
	b.to("#a-offer")
	b.types("每页500元")
	b.keyLoads(200, keyEnter)
	if got := ask[string](b, `document.documentElement.lang + " " + !!document.getElementById("file")`); got != "zh-Hans true" {
		b.t.Fatalf("Enter in a field did not go forward: %s", b.text())
	}
}

// sends goes from the files to the receipt, and with its code into the mailbox.
func (b *tab) sends() {
	b.t.Helper()
	b.to("#file")
	b.to(nextButton)
	b.keyLoads(200, keyEnter)
	b.mark("kind", "words")
	b.mark("office", "centre")
	b.to(nextButton)
	b.keyLoads(200, keyEnter)
	b.to(`button[value="change:questions"]`)
	b.keyLoads(200, keyEnter)
	if got := ask[string](b, `document.getElementById("q-what").value`); got != "有人按页付钱，请我拍摄标有密级的文件。\n我没有答应。" {
		b.t.Fatalf("going back to change lost the answer: %q", got)
	}
	for range 6 {
		if ask[bool](b, `!!document.getElementById("honest")`) {
			break
		}
		b.to(nextButton)
		b.keyLoads(200, keyEnter)
	}
	b.mark("honest", "yes")
	b.to(`button[value="send"]`)
	b.keyLoads(200, keyEnter)
	code := ask[string](b, `[...document.querySelectorAll(".cl-code10 li")].map(e => e.textContent).join(" ")`)
	b.to(`main a[href$="mailbox/plain"]`)
	b.keyLoads(200, keyEnter)
	b.to("#code")
	b.types(code)
	b.to(`button[value="open"]`)
	b.keyLoads(200, keyEnter)
	b.to("summary")
	b.key(keySpace)
	b.to("#file")
	b.to(`button[value="close"]`)
	if !strings.Contains(b.text(), "MH-") {
		b.t.Fatalf("the mailbox did not open: %s", b.text())
	}
}

// stop is a place at which Tab stops.
type stop struct {
	N                   int
	What                string
	X, Y, Right, Bottom float64
	Fixed               bool
}

// focusOrder tabs through pages of every shape: each control is reached, once, in the order in which one reads.
func focusOrder(t *testing.T, b *tab) {
	t.Helper()
	for _, width := range []int64{phone, desk} {
		b.size(width, 800)
		for _, p := range []string{"", "contact", "what-we-see", "data-flow", "report/plain", "mailbox/plain"} {
			b.open(200, "/zh/"+p)
			b.ordered(fmt.Sprintf("/zh/%s at %d px", p, width))
		}
		b.open(200, "/en/report/plain")
		b.goes(200, "next")
		b.ordered(fmt.Sprintf("screen at %d px", width))
		b.set("screen", "conduct")
		b.goes(200, "next")
		b.set("category", "covert-devices")
		b.ordered(fmt.Sprintf("category at %d px", width))
		b.goes(200, "next")
		b.ordered(fmt.Sprintf("questions at %d px", width))
		b.goes(422, "next")
		b.ordered(fmt.Sprintf("questions with errors at %d px", width))
	}
}

// ordered tabs through the page once.
func (b *tab) ordered(name string) {
	b.t.Helper()
	want := ask[int](b, `(() => {
		globalThis.stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
			.filter(e => e.tabIndex >= 0 && e.type != "hidden" && e.checkVisibility());
		document.querySelector(".govuk-skip-link").focus();
		const groups = new Set(), radio = e => e.type == "radio" && groups.has(e.name) ? false : (e.type == "radio" && groups.add(e.name), true);
		return stops.filter(radio).length;
	})()`)
	var seen []stop
	for range want + 5 {
		s := ask[stop](b, `(() => {
			const e = document.activeElement, r = e.getBoundingClientRect();
			return {N: stops.indexOf(e), What: e.tagName + " " + (e.name || e.textContent).trim().slice(0, 24), X: r.left + scrollX, Y: r.top + scrollY,
				Right: r.right + scrollX, Bottom: r.bottom + scrollY, Fixed: !!e.closest(".cl-head--form, .govuk-skip-link")};
		})()`)
		if s.N < 0 || len(seen) > 0 && s.N == seen[0].N {
			break
		}
		seen = append(seen, s)
		b.key(keyTab)
	}
	if len(seen) != want {
		var names []string
		for _, s := range seen {
			names = append(names, s.What)
		}
		b.t.Errorf("%s: Tab stops at %d controls of %d: %s", name, len(seen), want, strings.Join(names, " | "))
	}
	for i, s := range seen[1:] {
		before := seen[i]
		if s.Fixed || before.Fixed {
			continue // the bar stays in sight wherever the page is
		}
		// Going up is right only into the next column.
		if s.Bottom <= before.Y+2 && s.X < before.Right-2 {
			b.t.Errorf("%s: from %q the focus jumps up to %q", name, before.What, s.What)
		}
	}
}
