package browsertest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/terminal"
)

// script is what a person writes in one language, and what the page must then say.
type script struct {
	lang, other         string // of the page, and of the one that is switched to
	what, offer, answer string
	words               string // "words" or "digits"
	question            string // that the office asks
	file                string
}

func scripts() []script {
	return []script{
		{lang: "zh", other: "en", words: "digits", file: "现场照片.png",
			what:     "上周三下午，一个自称“资料公司”的账号在聊天里对我说，每拍一页标着密级的项目图纸付500元，还发来一张付款截图，说“先付后拍”。\n我没有答应，也没有再回复。聊天记录还在手机里。",
			offer:    "每页500元，先付后拍",
			question: "您还记得是哪一天吗？对方用的是哪个软件？",
			answer:   "三月四日，下午三点左右。"},
		{lang: "en", other: "zh", words: "words", file: "chat screenshot.png",
			what:     "Last Wednesday an account calling itself a “data company” offered me 500 yuan for each page of a classified project drawing, and sent a picture of a payment: “we pay first”.\nI did not agree and did not answer. The chat is still on my phone.",
			offer:    "500 yuan a page, paid first",
			question: "Do you remember the day, and which app it was?",
			answer:   "It was 4 March, at about three in the afternoon."},
	}
}

// TestScreens walks through everything that the public door can show, in both languages, with scripts off. Every page
// must pass axe and fit its screen. With CLARION_SCREENS set, the pictures and a contact sheet go to that folder,
// and axe is asked everything about every page.
func TestScreens(t *testing.T) {
	t.Parallel()
	axe := axeSource(t)
	browser := chromium(t)
	day, evening, closed := apptest.Start(t, apptest.Options{Now: clock(t, morning)}), demo(t, night), unready(t)
	if err := day.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	dir := screensDir(t)
	for _, s := range scripts() {
		t.Run(s.lang, func(t *testing.T) {
			t.Parallel()
			l := &looker{tab: newTab(t, browser, day.Server.URL), lang: s.lang, axe: axe, dir: dir}
			l.about(s)
			l.report(s)
			l.mailbox(day, s)
			l.base = closed.url
			l.shut(s)
			l.base = evening.url
			l.open(200, "/"+s.lang+"/report/plain")
			l.look("start-at-night", plain)
			l.sheet()
		})
	}
	t.Run("database gone", func(t *testing.T) {
		t.Parallel()
		w := demo(t, morning)
		l := &looker{tab: newTab(t, browser, w.url), lang: "zh", axe: axe, dir: dir, n: 80}
		l.gone(w, scripts()[0])
	})
}

// about looks at the pages that one can read.
func (l *looker) about(s script) {
	l.t.Helper()
	at := "/" + s.lang + "/"
	l.open(200, at+"tour")
	l.look("tour", plain)
	l.open(200, at)
	l.look("home", star)
	l.mirrored("home")
	for _, p := range []string{"contact", "what-we-see", "threat-model", "data-flow", "retention", "accessibility", "source"} {
		l.open(200, at+p)
		l.look(p, plain)
	}
	l.open(404, at+"nothing-here")
	l.look("not-found", plain)
}

// report looks at every screen of the form, right and wrong.
func (l *looker) report(s script) {
	l.t.Helper()
	l.open(200, "/"+s.lang+"/report/plain")
	l.look("start", star)
	l.goes(200, "next")
	l.look("screen", main)
	l.goes(422, "next")
	l.look("screen-missing", plain)
	for _, turn := range []string{"danger", "trait", "dispute", "complaint"} {
		l.set("screen", turn)
		l.goes(200, "next")
		l.look("away-"+turn, plain)
		l.goes(200, "back")
	}
	l.set("screen", "conduct")
	l.goes(200, "next")
	l.look("category", main)
	l.goes(422, "next")
	l.look("category-missing", plain)
	l.set("category", "none")
	l.goes(200, "next")
	l.look("away-none", plain)
	l.goes(200, "back")
	l.set("category", "protected-documents")
	l.goes(200, "next")
	l.look("questions", main)
	l.set("q-date-y", "2026")
	l.set("q-date-m", "14")
	l.goes(422, "next")
	l.look("questions-wrong", main)
	l.set("q-date-m", "3")
	l.answers(s)
	l.switched(s)
	l.goes(200, "next")
	l.look("details", plain)
	l.goes(422, "next")
	l.look("details-missing", plain)
	l.set("a-means", "pay")
	l.set("a-wanted", "marked")
	l.goes(200, "next")
	l.look("more", plain)
	l.set("a-offer", s.offer)
	l.goes(200, "next")
	l.files(s)
	l.last(s)
}

func (l *looker) answers(s script) {
	l.t.Helper()
	l.set("q-danger", "no")
	l.set("q-what", s.what)
	l.set("q-region", "donggang")
	l.set("q-how", "saw")
}

// switched changes the language and back: every answer is still there.
func (l *looker) switched(s script) {
	l.t.Helper()
	for _, lang := range []string{s.other, s.lang} {
		l.press(200, ".cl-topline button[formaction]")
		if got := ask[string](l.tab, `document.documentElement.lang`); !strings.HasPrefix(got, lang) {
			l.t.Fatalf("the page is in %q after changing to %s", got, lang)
		}
		if got := ask[string](l.tab, `document.getElementById("q-what").value`); got != s.what {
			l.t.Fatalf("changing the language lost the answer: %q", got)
		}
	}
}

func (l *looker) files(s script) {
	l.t.Helper()
	l.look("files", plain)
	l.upload("file", picture(l.t, s.file))
	l.goes(200, "add")
	if !strings.Contains(l.text(), s.file) {
		l.t.Fatalf("the received file is not listed: %s", l.text())
	}
	l.look("files-received", main)
	l.goes(200, "next")
}

// last looks at the reply, the check and the receipt.
func (l *looker) last(s script) {
	l.t.Helper()
	l.look("reply", main)
	l.set("kind", s.words)
	l.goes(200, "next")
	l.look("check", main)
	l.goes(422, "send")
	l.look("check-missing", plain)
	l.set("honest", "yes")
	l.goes(200, "send")
	l.look("receipt", star)
	l.mirrored("receipt")
	l.codeOnOneScreen()
	l.large("receipt")
	l.paper("receipt", "1")
}

// code is the code that the page shows, as a person would copy it.
func (l *looker) code() string {
	l.t.Helper()
	c := ask[string](l.tab, `[...document.querySelectorAll(".cl-code10 li")].map(e => e.textContent).join(" ")`)
	if len(strings.Fields(c)) != 10 {
		l.t.Fatalf("no code on the page: %q", c)
	}
	return c
}

// mailbox comes back with the code, reads and answers, and in the end closes the mailbox. It starts at the receipt.
func (l *looker) mailbox(w *apptest.World, s script) {
	l.t.Helper()
	code := l.code()
	l.press(200, "main .cl-actions a.govuk-button")
	l.look("sign-in", main)
	l.set("code", "1234 5678")
	l.goes(422, "open")
	l.look("sign-in-wrong", plain)
	l.set("code", strings.ToUpper(strings.ReplaceAll(code, " ", " - ")))
	l.goes(200, "open")
	l.look("mailbox-new", plain)
	l.unitWrites(w, s)
	l.open(200, "/"+s.lang+"/mailbox/plain")
	l.set("code", code)
	l.goes(200, "open")
	if !strings.Contains(l.text(), s.question) {
		l.t.Fatalf("the question is not in the mailbox: %s", l.text())
	}
	l.look("mailbox", star)
	l.large("mailbox")
	l.goes(422, "send")
	l.look("mailbox-empty-answer", plain)
	l.set("answer", s.answer)
	l.goes(200, "send")
	if strings.Contains(l.text(), s.answer) {
		l.t.Error("the mailbox shows again what was sent")
	}
	l.look("mailbox-answered", main)
	l.press(200, `.cl-thread button[value^="erase:"]`)
	l.look("erase", plain)
	l.goes(200, "yes")
	l.look("mailbox-erased", plain)
	l.care(s)
}

// care looks at what a person can do with the mailbox itself.
func (l *looker) care(s script) {
	l.t.Helper()
	l.goes(200, "recode")
	l.look("recode", plain)
	l.set("kind", s.words)
	l.goes(200, "yes")
	l.look("new-code", plain)
	l.code()
	l.goes(200, "open")
	l.goes(200, "close")
	l.look("close", plain)
	l.goes(200, "yes")
	l.look("closed", plain)
}

// unitWrites sends the first letter and a question.
func (l *looker) unitWrites(w *apptest.World, s script) {
	l.t.Helper()
	number := strings.TrimSpace(ask[string](l.tab, `document.querySelector(".cl-status .cl-num").textContent`))
	chen, err := w.As(l.t.Context(), "chen", "unit-1")
	if err != nil {
		l.t.Fatal(err)
	}
	if _, err := chen.Reply(l.t.Context(), number, terminal.Letter{}); err != nil {
		l.t.Fatal(err)
	}
	if _, err := chen.Decide(l.t.Context(), number, terminal.Decision{Act: cases.ActTriage}); err != nil {
		l.t.Fatal(err)
	}
	if _, err := chen.Reply(l.t.Context(), number, terminal.Letter{Text: s.question, Ask: true}); err != nil {
		l.t.Fatal(err)
	}
	if err := w.Checkpoints(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
}

// shut looks at an installation that is not open yet, and at a fault of ours.
func (l *looker) shut(s script) {
	l.t.Helper()
	l.open(200, "/"+s.lang+"/")
	l.look("home-closed", plain)
	l.open(503, "/"+s.lang+"/report/plain")
	l.look("held-closed", plain)
	l.open(500, "/"+s.lang+"/tour")
	l.look("fault", plain)
}

// gone takes the database away while a person presses "send": the answers stay on the page.
func (l *looker) gone(w installation, s script) {
	l.t.Helper()
	l.open(200, "/zh/report/plain")
	l.goes(200, "next")
	l.set("screen", "conduct")
	l.goes(200, "next")
	l.set("category", "sabotage")
	l.goes(200, "next")
	l.answers(s)
	for range 4 { // details, more if there are any, files, reply
		if strings.Contains(ask[string](l.tab, `document.querySelector("main form").innerHTML`), `id="kind"`) {
			break
		}
		l.required()
		l.goes(200, "next")
	}
	l.goes(200, "next")
	if err := w.Close(); err != nil {
		l.t.Fatal(err)
	}
	l.set("honest", "yes")
	l.goes(503, "send")
	if !strings.Contains(l.text(), s.what[:30]) {
		l.t.Fatalf("the answers are not on the page: %s", l.text())
	}
	l.look("held-busy", main)
	// Whether the doors are open is remembered for a moment: until then the first page needs no database.
	for end := time.Now().Add(patience); ; {
		r, err := http.Get(w.url + "/zh/report/plain")
		if err != nil {
			l.t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode == http.StatusServiceUnavailable || time.Now().After(end) {
			break
		}
		<-time.After(100 * time.Millisecond)
	}
	l.open(503, "/zh/report/plain")
	l.look("unavailable", plain)
}

// required answers the first choice of every question.
func (l *looker) required() {
	l.t.Helper()
	ask[any](l.tab, `document.querySelectorAll("main fieldset").forEach(f => { const i = f.querySelector("input[type=radio], input[type=checkbox]"); if (i && !f.querySelector(":checked")) i.checked = true; })`)
}
