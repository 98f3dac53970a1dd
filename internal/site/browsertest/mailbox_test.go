package browsertest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/seal"
)

// boxWords are what the mailbox page says in a language.
type boxWords struct {
	lang, kind                                 string
	odd                                        func(code string) string // the code, typed in another way
	spoilt                                     func(code string) string
	wrong, asked, sent, erased, closed, absent string
	ackGood, proofGood, fileGood               string
	gap, false_, moved, untrue, keys, bad      string
}

func boxScripts() []boxWords {
	return []boxWords{
		{lang: "zh", kind: "digits", odd: fullWidth, spoilt: func(c string) string { return spoil(c, 2) },
			wrong: "第3组", asked: "等您回答", sent: "您的回答已加密发出", erased: "这封信已从您的信箱里删除", closed: "信箱已关闭", absent: "打不开任何信箱",
			ackGood: "签名确认，", proofGood: "存证账本里有", fileGood: "核对无误", gap: "这里少了一封信", false_: "这一封没有显示", moved: "它属于别的案件", untrue: "对不上", keys: "不能确认钥匙是真的", bad: "没有通过核对"},
		{lang: "en", kind: "words", odd: func(c string) string { return strings.ToUpper(strings.ReplaceAll(c, " ", " _ ")) }, spoilt: func(c string) string { return strings.Replace(c, " ", "x ", 1) },
			wrong: "Word 1", asked: "Waiting for you", sent: "Your answer is sealed and sent", erased: "The message is gone", closed: "The mailbox is closed", absent: "This code opens no mailbox",
			ackGood: "signed that it received your report", proofGood: "The ledger shows", fileGood: "Checked and handed", gap: "A message is missing here", false_: "One message is not shown", moved: "It belongs to another case", untrue: "does not fit together", keys: "The keys cannot be trusted", bad: "It does not hold"},
	}
}

// fullWidth writes digits as a Chinese keyboard may, with other separators.
func fullWidth(code string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '０'
		}
		return '－'
	}, code)
}

// spoil changes a digit of a group, counted from 0.
func spoil(code string, group int) string {
	all := strings.Fields(code)
	all[group] = string('0'+(all[group][0]-'0'+1)%10) + all[group][1:]
	return strings.Join(all, " ")
}

// reports sends a report without scripts and returns its code.
func reports(b *apptest.Browser, lang, kind string) string { return reportsDanger(b, lang, kind, "no") }

// reportsDanger is reports that answers whether somebody is in danger.
func reportsDanger(b *apptest.Browser, lang, kind, danger string) string {
	p := b.Get("/" + lang + "/report/plain").Want(200).Form("f").Press("next").Want(200)
	p = p.Form("f").Set("screen", "conduct").Press("next").Want(200)
	p = p.Form("f").Set("category", "protected-documents").Press("next").Want(200)
	p = p.Form("f").Set("q-danger", danger).Set("q-what", "What I saw").Set("q-region", "donggang").Set("q-how", "saw").Press("next").Want(200)
	p = p.Form("f").Set("a-means", "pay").Set("a-wanted", "marked").Press("next").Want(200)
	p = p.Form("f").Press("next").Want(200).Form("f").Press("next").Want(200)
	return p.Form("f").Set("kind", kind).Press("next").Want(200).Form("f").Set("honest", "yes").Press("send").Want(200).Code()
}

// says waits until the page shows a text.
func (b *tab) says(text string) {
	b.t.Helper()
	b.until(`document.body.innerText.includes(` + quote(text) + `)`)
}

// click presses a control that changes the page in place, by the keyboard alone.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.until(`document.querySelector(` + quote(selector) + `)`)
	ask[any](b, `document.querySelector(`+quote(selector)+`).scrollIntoView({block: "center"})`)
	b.to(selector)
	b.key(keyEnter)
}

// door types a code at the door of the mailbox and presses Enter.
func (b *tab) door(code string) {
	b.t.Helper()
	b.until(`document.getElementById("code")`)
	b.to("#code")
	ask[any](b, `document.getElementById("code").select()`)
	b.types(code)
	b.key(keyEnter)
}

// enters opens the mailbox.
func (b *tab) enters(code string) {
	b.t.Helper()
	b.door(code)
	b.until(`document.querySelector(".cl-status")`)
}

// shuts goes back to the door. Nothing of the mailbox may stay.
func (b *tab) shuts() {
	b.t.Helper()
	ask[any](b, `document.querySelector(".cl-aside .cl-card:nth-child(3) p:last-child button").click()`)
	b.until(`document.getElementById("code")`)
}

// office writes the first letter, and a question with a file.
func office(t *testing.T, w *apptest.World, number, question string) (name string, content []byte) {
	t.Helper()
	chen := w.Session(t, "chen", "unit-1")
	name, content = "样单 form.pdf", []byte("%PDF-1.7 "+question)
	file, kept, err := chen.Attach(t.Context(), number, name, "application/octet-stream", bytes.NewReader(content), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []func() error{
		func() error { _, err := chen.Reply(t.Context(), number, terminal.Letter{}); return err },
		func() error {
			_, err := chen.Decide(t.Context(), number, terminal.Decision{Act: cases.ActTriage})
			return err
		},
		func() error {
			_, err := chen.Reply(t.Context(), number, terminal.Letter{Text: question, Files: []seal.File{file}, Kept: []id.Blob{kept}, Ask: true})
			return err
		},
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	w.Clock.Move(2 * time.Second)
	if err := w.Checkpoints(t.Context()); err != nil {
		t.Fatal(err)
	}
	return name, content
}

// TestMailboxPage goes through a mailbox with the keyboard alone, in both languages: what is typed becomes keys in the
// browser, letters are opened there, answers sealed there.
func TestMailboxPage(t *testing.T) {
	t.Parallel()
	axe, chrome := axeSource(t), chromium(t)
	screens := screensDir(t)
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(clock(t, morning)())})
	for _, say := range boxScripts() {
		t.Run(say.lang, func(t *testing.T) {
			code := reports(w.NewBrowser(t), say.lang, say.kind)
			l := &looker{tab: newTab(t, chrome, w.Server.URL), lang: say.lang, axe: axe, dir: screens, n: 120}
			l.scripts(true)
			l.open(200, "/"+say.lang+"/mailbox")
			l.doors(say, code)
			number := strings.TrimSpace(ask[string](l.tab, `document.querySelector(".cl-status .cl-num").textContent`))
			l.sees("box-new", plain)
			l.shuts()
			question := "Which day was it? " + say.lang
			name, content := office(t, w, number, question)
			l.enters(code)
			l.says(question)
			l.says(say.asked)
			l.savesFile(say, name, content)
			l.replies(w, say, number)
			l.proves(say)
			l.erases(say, question)
			code = l.changes(say, code, question)
			l.closes(say, code)
		})
	}
}

// sees looks at the page, and lets its scripts run on.
func (l *looker) sees(name string, how importance) {
	l.t.Helper()
	l.look(name, how)
	l.scripts(true)
}

// doors types a code wrongly, then in an odd way.
func (l *looker) doors(say boxWords, code string) {
	l.t.Helper()
	l.until(`document.getElementById("code")`)
	l.sees("box-door", main)
	l.to("#code")
	l.types(say.spoilt(code) + " ")
	l.says(say.wrong)
	l.key(keyEnter)
	l.until(`document.activeElement.matches(".govuk-error-summary")`)
	l.sees("box-door-wrong", plain)
	l.enters(say.odd(code))
	clean := ask[bool](l.tab, `!document.querySelector("form, [name]:not(meta):not([type=radio])") && document.cookie == "" && Object.keys(localStorage).length + Object.keys(sessionStorage).length == 0
		&& location.search + location.hash == "" && JSON.stringify(history.state) == '{"n":1}'`)
	if !clean {
		l.t.Error("a form, a name, or something that stays")
	}
	if group := strings.Fields(code)[0]; strings.Contains(ask[string](l.tab, `document.documentElement.outerHTML + location + document.title`), group+" ") {
		l.t.Error("the code is still on the page")
	}
}

// savesFile saves the office's file under a neutral name.
func (l *looker) savesFile(say boxWords, name string, content []byte) {
	l.t.Helper()
	dir := l.t.TempDir()
	info := call(l.tab, target.GetTargetInfo, target.GetTargetInfoParams{}).TargetInfo
	call(l.tab, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: cdp.BrowserContextID(info.BrowserContextID), DownloadPath: dir})
	l.says(name)
	l.sees("box", star)
	l.click(".cl-thread .cl-files button")
	l.says(say.fileGood)
	var got []byte
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end) && len(got) != len(content); {
		got, _ = os.ReadFile(filepath.Join(dir, "file.bin")) // the browser writes it when it likes
		ask[any](l.tab, `new Promise(done => setTimeout(done, 50))`)
	}
	if string(got) != string(content) {
		l.t.Errorf("saved %q, want %q", got, content)
	}
}

// replies sends words with a picture that is cleaned and sealed here. The office reads both.
func (l *looker) replies(w *apptest.World, say boxWords, number string) {
	l.t.Helper()
	l.click("#send")
	l.until(`document.getElementById("answer-error")`)
	l.click("#app summary")
	l.upload("pick-picture", picture(l.t, "IMG_20260304.png"))
	l.click(".cl-card .cl-actions button")
	l.until(`document.querySelector(".cl-files--going .cl-tag--seal")`)
	l.to("#answer")
	l.types("On 4 March, " + say.lang)
	l.sees("box-answer", main)
	l.click("#send")
	l.says(say.sent)
	l.sees("box-sent", plain)
	if strings.Contains(l.text(), "On 4 March, ") || ask[string](l.tab, `document.getElementById("answer").value`) != "" {
		l.t.Error("the mailbox shows again what was sent")
	}
	o, err := w.Session(l.t, "chen", "unit-1").Open(l.t.Context(), number)
	if err != nil || len(o.Doubts) > 0 {
		l.t.Fatalf("the office opens it with doubts %v: %v", o.Doubts, err)
	}
	own := o.Items[cases.FromReporter]
	var m seal.Message
	if err := seal.DecodeBody(own[len(own)-1].Signed.Document, &m); err != nil || m.Text != "On 4 March, "+say.lang || len(m.Files) != 1 || m.Files[0].Name != "photo-1.png" || m.Files[0].Cleaned != "yes" {
		l.t.Errorf("the office reads %+v: %v", m, err)
	}
}

// proves checks acknowledgement and proofs on the spot.
func (l *looker) proves(say boxWords) {
	l.t.Helper()
	l.click(".cl-aside .cl-card:nth-child(2) button")
	l.says(say.ackGood)
	ask[any](l.tab, `[...document.querySelectorAll(".cl-aside .cl-card:nth-child(2) > div")].pop().querySelector("button").click()`)
	l.says(say.proofGood)
	l.sees("box-proof", main)
}

// erases takes a letter out, in two steps.
func (l *looker) erases(say boxWords, question string) {
	l.t.Helper()
	const last = `[...document.querySelectorAll(".cl-msg__end button")].pop()`
	ask[any](l.tab, last+".click()")
	l.until(`!document.querySelector(".cl-status")`)
	l.sees("box-erase", plain)
	l.click("#app .cl-actions .govuk-button--secondary")
	l.says(question)
	ask[any](l.tab, last+".click()")
	l.until(`!document.querySelector(".cl-status")`)
	l.click("#app .cl-actions .govuk-button")
	l.says(say.erased)
	if strings.Contains(l.text(), question) || ask[int](l.tab, `document.querySelectorAll(".cl-msg--gone").length`) != 1 {
		l.t.Errorf("the letter is still there: %s", l.text())
	}
}

// changes takes a new code. The old one opens nothing; behind the new one everything is as it was.
func (l *looker) changes(say boxWords, old, question string) (code string) {
	l.t.Helper()
	l.click(".cl-aside .cl-card:nth-child(3) button")
	l.until(`document.querySelector("input[type=radio]")`)
	l.sees("box-recode", plain)
	l.click("#app .cl-actions .govuk-button")
	l.until(`document.querySelector(".cl-ticket")`)
	l.sees("box-new-code", main)
	code = l.code()
	if code == old {
		l.t.Error("the new code is the old one")
	}
	l.click("#app .cl-actions button")
	l.until(`document.querySelector(".cl-status")`)
	l.shuts()
	l.door(old)
	l.says(say.absent)
	l.enters(code)
	if text := l.text(); strings.Contains(text, question) || strings.Contains(text, say.false_) || strings.Contains(text, say.gap) || ask[int](l.tab, `document.querySelectorAll(".cl-msg--gone").length`) != 1 {
		l.t.Errorf("behind the new code: %s", text)
	}
	return code
}

// closes leaves the page and comes back to nothing, then closes the mailbox for good.
func (l *looker) closes(say boxWords, code string) {
	l.t.Helper()
	l.open(200, "/"+say.lang+"/contact")
	l.tab.goesBack()
	l.world = 0
	l.until(`document.getElementById("code") && !document.querySelector(".cl-thread")`)
	l.enters(code)
	ask[any](l.tab, `document.querySelectorAll(".cl-aside .cl-card:nth-child(3) button")[1].click()`)
	l.until(`!document.querySelector(".cl-status")`)
	l.sees("box-close", plain)
	l.click("#app .cl-actions .govuk-button")
	l.says(say.closed)
	l.sees("box-closed", plain)
	l.open(200, "/"+say.lang+"/mailbox")
	l.door(code)
	l.says(say.absent)
}
