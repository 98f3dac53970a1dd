package browsertest

import (
	"net/http"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
)

// shows looks at the page as it is, and lets its scripts go on.
func (l *looker) shows(name string, how importance) {
	l.t.Helper()
	l.look("sealed-"+name, how)
	l.scripts(true)
}

// TestSealedPageLooks walks through the report that is sealed in the browser, in both languages. Every screen must pass
// axe, fit a small phone with letters of twice the size, and break its lines well.
func TestSealedPageLooks(t *testing.T) {
	t.Parallel()
	axe := axeSource(t)
	x := &wire{}
	w := apptest.Start(t, apptest.Options{Now: clock(t, morning), Wrap: x.wrap})
	browser := chromium(t)
	dir := screensDir(t)
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			l := &looker{tab: newTab(t, browser, w.Server.URL), lang: lang, axe: axe, dir: dir, n: 80}
			l.open(200, "/"+lang+"/report")
			l.shows("without-scripts", plain)
			l.open(200, "/"+lang+"/report")
			l.until(`document.querySelector("#app:not([hidden]) button")`)
			l.shows("start", star)
			l.large("sealed-start")
			l.act("#app button")
			l.until(`document.querySelector("#screen")`)
			l.next()
			l.shows("screen-wrong", plain)
			l.tab.answers(step{"screen=conduct"})
			l.pick("category-2")
			l.shows("category", star)
			l.tab.answers(step{"category=protected-documents"}, step{"danger=no"})
			l.tab.write("what", strings.Repeat("字", 20_005))
			l.next()
			l.shows("what-long", plain)
			l.tab.answers(step{"what:" + map[string]string{"zh": "一个自称资料公司的账号说，每拍一页图纸付500元。", "en": "An account offered 500 yuan for each page of a drawing."}[lang]})
			l.shows("when", plain)
			l.tab.answers(step{}, step{})
			l.shows("region", plain)
			l.tab.answers(step{}, step{}, step{}, step{"a-means=pay"}, step{}, step{"a-wanted=marked"}, step{}, step{})
			l.shows("files", main)
			l.upload("pick-picture", absolute(t, photo))
			l.until(`document.querySelector("#clean-clean")`)
			l.shows("picture", star)
			l.next0(".cl-card")
			l.uploaded(1)
			l.upload("pick-file", note(t, "a note"))
			l.until(`document.querySelector(".cl-card button")`)
			l.shows("other-file", plain)
			l.next0(".cl-card")
			l.uploaded(2)
			l.shows("uploaded", main)
			l.tab.answers(step{})
			l.shows("contact", main)
			l.tab.answers(step{"contact=named"})
			l.next()
			l.shows("person", plain)
			l.tab.answers(step{"name:甲", "reach:400 555 0100"}, step{"wish=yes"})
			l.shows("phrase", plain)
			l.tab.answers(step{}, step{}, step{"office=unit-1"})
			l.shows("code", plain)
			l.tab.answers(step{"code=digits"})
			l.next()
			l.shows("check", star)
			l.large("sealed-check")
			x.set(func(next http.Handler, w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					w.WriteHeader(http.StatusServiceUnavailable)
					return
				}
				next.ServeHTTP(w, r)
			})
			l.pick("honest")
			l.next()
			l.until(`!document.querySelector("#honest") && document.querySelector("#app .cl-actions")`)
			l.shows("held", plain)
			x.set(nil)
			l.next()
			l.until(`document.querySelector(".cl-code10 li")`)
			l.codeOnOneScreen()
			l.shows("receipt", star)
			l.large("sealed-receipt")
			l.mirrored("sealed-receipt")
			l.sheet()
		})
	}
}

// TestSealedKeyboard sends a report without a mouse.
func TestSealedKeyboard(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Now: clock(t, morning)})
	b := newTab(t, chromium(t), w.Server.URL)
	b.scripts(true)
	b.open(200, "/zh/report")
	b.until(`document.querySelector("#app:not([hidden]) button")`)
	b.to("#app button")
	b.key(keyEnter)
	b.until(`document.querySelector("#screen")`)
	b.goesOn()
	b.errorLeadsTo("screen")
	b.key(keySpace)
	b.goesOn()
	b.to("#category")
	b.key(keySpace)
	b.goesOn()
	b.to("#danger")
	b.key(keySpace)
	b.key(keyEnter) // Enter in an answer goes on
	b.to("#what")
	b.types("有人按页付钱，请我拍摄图纸。")
	b.key(keyEnter) // a new line in a long text
	b.types("我没有答应。")
	b.goesOn()
	b.until(`document.querySelector("#date")`)
	b.back()
	b.until(`document.querySelector("#what")`)
	if got := ask[string](b, `document.querySelector("#what").value`); got != "有人按页付钱，请我拍摄图纸。\n我没有答应。" {
		t.Errorf("going back lost the answer: %q", got)
	}
	for range 40 {
		if ask[bool](b, `!!document.querySelector("#honest")`) {
			break
		}
		if ask[bool](b, `!!document.querySelector("#app .govuk-radios, #app .govuk-checkboxes") && !document.querySelector("#app input:checked")`) {
			b.to("#app .govuk-radios__input, #app .govuk-checkboxes__input")
			b.key(keySpace)
		}
		b.goesOn()
	}
	b.to("#honest")
	b.key(keySpace)
	b.goesOn()
	b.until(`document.querySelector(".cl-code10 li")`)
	if c := onlyCase(t, w.Session(t, "chen", "unit-1")); c.Report.What != "有人按页付钱，请我拍摄图纸。\n我没有答应。" {
		t.Errorf("the unit reads %q", c.Report.What)
	}
}

// goesOn reaches the last button of the screen and presses it with a key.
func (b *tab) goesOn() {
	b.t.Helper()
	b.to("#app .cl-actions:last-of-type > button:first-child, #app .cl-step > .cl-actions > button")
	b.key(keyEnter)
}

// back presses the way back with a key.
func (b *tab) back() {
	b.t.Helper()
	b.to(".govuk-back-link")
	b.key(keyEnter)
}
