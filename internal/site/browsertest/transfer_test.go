package browsertest

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/seal"
)

// TestPassingOn: Chen makes a copy for the police on a small screen, and its reporter objects. The second copy is refused for a name that
// still stands in it; the third is approved after its days, saved as one file, and stock age opens it with ten spoken words. What a
// system hid in the text that the reporter pasted does not leave.
func TestPassingOn(t *testing.T) {
	t.Parallel()
	o := newCaseWorld(t)
	code, number := o.reportWith("我在二楼值班，看见李某把图\u200c纸交给\u200b一个生人。李某说别声张。", func(b *tab) {
		b.upload("pick-picture", absolute(t, photo))
		b.until(`document.querySelector("#clean-original")`)
		b.pick("clean-original") // it is cleaned before it leaves
		b.next0(".cl-card")
		b.uploaded(1)
	})
	s := o.Session(t, "chen", "unit-1")
	if _, err := s.Reply(t.Context(), number, terminal.Letter{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Decide(t.Context(), number, terminal.Decision{Act: cases.ActTriage}); err != nil {
		t.Fatal(err)
	}
	chen := o.member("chen", "zh", "case/"+number)
	chen.opens()
	chen.size(390, 844)
	chen.begin("propose_transfer")
	chen.act(`[data-form="propose_transfer"] .cl-copy .cl-actions button`)
	chen.until(`document.querySelector(".cl-copy .govuk-error-message:not([hidden])")`) // nothing is selected
	chen.blacks("我在二楼值班，", 0)
	chen.blacks("李某", 1)
	chen.until(`document.querySelector(".cl-copy .cl-note--warn")`) // the name stands a second time
	chen.proposesTo("police", "procedure-110")
	axe := axeSource(t)
	chen.sound(axe, "a copy for another body")
	chen.sendsCopy()

	r := o.tab(o.Server.URL)
	r.scripts(true)
	r.size(390, 844)
	r.open(200, "/zh/mailbox")
	r.enters(code)
	r.says("移送给：明河市公安机关")
	r.says("刑事诉讼法")
	r.says("您的附件不给")
	const press = `(words => { const b = [...document.querySelectorAll("button")].find(b => b.innerText.includes(words)); b.click(); return true; })`
	ask[bool](r, press+`("我不同意移送")`)
	r.until(`document.querySelector("#object")`)
	r.write("object", "那里有人认识我。")
	ask[bool](r, press+`("加密并提出不同意")`)
	r.says("不会移送")

	o.again(t, chen, number, "李某说")
	zhao := o.member("zhao", "zh", "case/"+number)
	zhao.opens()
	zhao.sound(axe, "a copy that waits for a decision")
	if !strings.Contains(zhao.text(), "那里有人认识我") || !strings.Contains(ask[string](zhao.tab, `document.querySelector("[data-form=vote] .cl-exact").innerText`), "把图纸交给一个生人") {
		t.Errorf("the approver does not see the copy and the objection: %s", zhao.text())
	}
	zhao.pick("vote-interest")
	zhao.act(`[data-form="vote"] > .cl-actions button:nth-child(2)`)
	zhao.until(`document.querySelector('#vote-text-error:not([hidden])')`) // a refusal has reasons
	zhao.write("vote-text", "名字还在。")
	zhao.act(`[data-form="vote"] > .cl-actions button:nth-child(2)`)
	zhao.until(`document.querySelector('#vote-kept-text-error:not([hidden])')`) // and the reporter is told
	zhao.write("vote-kept-text", "我们再看一遍。")
	zhao.until(`document.querySelector('[data-form="vote"] .cl-preview').innerText.includes("我们再看一遍")`)
	zhao.act(`[data-form="vote"] > .cl-actions button:nth-child(2)`)
	zhao.until(`document.querySelector("#app > div > .cl-note--ok")`)

	o.again(t, chen, number, "李某", "李某")
	o.clock.Move(9 * 24 * time.Hour)
	zhao.returns(o, number)
	zhao.votes(true, "可以移送。")
	chen.returns(o, number)
	chen.savesTransfer(t, axe)

	r.open(200, "/zh/mailbox")
	r.enters(code)
	r.says("来信里说明的那一份已经送出")
	r.says("我们再看一遍")
	for _, secret := range []string{"那里有人认识我", "明河市公安机关", "名字还在", "交给一个生人"} {
		if o.wire.holds(secret) {
			t.Errorf("%q went over the line", secret)
		}
		inFiles(t, o.Data, secret)
	}
}

// blacks selects the n-th place of words in the text of the report, and gives the reason at the index.
func (c *colleague) blacks(words string, reason int) {
	c.t.Helper()
	if !ask[bool](c.tab, `((a, w) => { const i = a.value.indexOf(w); a.focus(); a.setSelectionRange(i, i + w.length); return i >= 0; })(document.querySelector(".cl-copytext"), `+quote(words)+`)`) {
		c.t.Fatalf("the text has no %q", words)
	}
	before := len(c.list(".cl-blacked li"))
	ask[bool](c.tab, `(b => { b.click(); return true; })(document.querySelectorAll(".cl-copy > .cl-actions button")[`+string(rune('0'+reason))+`])`)
	if got := len(c.list(".cl-blacked li")); got <= before {
		c.t.Errorf("%q is not blacked out", words)
	}
}

// proposes fills in what stands below the copy.
func (c *colleague) proposesTo(body, basis string) {
	c.t.Helper()
	c.pick("propose_transfer-body-" + body)
	c.pick("propose_transfer-basis-" + basis)
	c.write("propose_transfer-text", "这件事归他们管。")
	c.until(`document.querySelector('[data-form="propose_transfer"] .cl-preview').innerText.includes("这件事归他们管")`)
	c.pick("propose_transfer-interest")
}

// sendsCopy is refused until somebody says that they have read it.
func (c *colleague) sendsCopy() {
	c.t.Helper()
	c.refused("propose_transfer", "请看过要送出的内容")
	c.pick("propose_transfer-read")
	c.sends("propose_transfer")
}

// again proposes once more, with the words blacked out and the picture.
func (o *caseWorld) again(t *testing.T, chen *colleague, number string, black ...string) {
	t.Helper()
	chen.looks()
	chen.begin("propose_transfer")
	chen.blacks("我在二楼值班，", 0)
	at := 0
	for _, w := range black { // each place in turn
		ask[any](chen.tab, `((a, w, from) => { const i = a.value.indexOf(w, from); a.focus(); a.setSelectionRange(i, i + w.length); window.at = i + w.length; })(document.querySelector(".cl-copytext"), `+quote(w)+`, `+map[bool]string{true: "0", false: "window.at"}[at == 0]+`)`)
		ask[bool](chen.tab, `(b => { b.click(); return true; })(document.querySelectorAll(".cl-copy > .cl-actions button")[1])`)
		at++
	}
	ask[bool](chen.tab, `(b => { b.click(); return true; })(document.querySelector(".cl-copyfile input"))`)
	chen.until(`document.querySelector(".cl-copyfile").innerText.includes("已清除")`)
	chen.proposesTo("police", "procedure-110")
	chen.until(`document.querySelector('[data-form="propose_transfer"] .cl-preview').innerText.includes("您的附件给1个")`)
	chen.pick("propose_transfer-read")
	chen.sends("propose_transfer")
}

// returns signs somebody in again on another day.
func (c *colleague) returns(o *caseWorld, number string) {
	c.t.Helper()
	c.open(200, "/zh/case/"+number)
	c.until(`document.querySelector("#passphrase")`)
	c.signIn(c.passphrase, o.code(c.secret))
	c.opens()
}

// savesTransfer makes the file, saves it, and opens it as the other body does.
func (c *colleague) savesTransfer(t *testing.T, axe string) {
	t.Helper()
	dir := t.TempDir()
	info := call(c.tab, target.GetTargetInfo, target.GetTargetInfoParams{}).TargetInfo
	call(c.tab, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: cdp.BrowserContextID(info.BrowserContextID), DownloadPath: dir})
	c.begin("send_transfer")
	c.write("send_transfer-text", "当面交给值班的人。")
	c.act(`[data-form="send_transfer"] > [data-key] + .cl-actions button`)
	c.until(`document.querySelector('[data-form="send_transfer"]').innerText.includes("请先生成文件")`)
	c.pick("send_transfer-how-key")
	c.write("send_transfer-key", "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj")
	const makes = `[data-form="send_transfer"] > .cl-actions button`
	c.act(makes)
	c.until(`document.querySelector("#send_transfer-key-error:not([hidden])")`)
	c.pick("send_transfer-how-words")
	c.act(makes)
	c.until(`document.querySelectorAll(".cl-words li").length == 10`)
	c.sound(axe, "sending a copy")
	var sealed []byte
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end) && len(sealed) == 0; {
		found, _ := filepath.Glob(filepath.Join(dir, "*.age")) // the browser writes it when it likes
		if len(found) == 1 && regexp.MustCompile(`/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}\.age$`).MatchString(found[0]) {
			sealed, _ = os.ReadFile(found[0])
		}
		ask[any](c.tab, `new Promise(done => setTimeout(done, 50))`)
	}
	id, err := age.NewScryptIdentity(strings.Join(c.list(".cl-words li"), "-"))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := age.Decrypt(bytes.NewReader(sealed), id)
	if err != nil {
		t.Fatalf("%d bytes: %v", len(sealed), err)
	}
	inside, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	got, files, _, err := seal.ReadTransfer(bytes.NewReader(inside), 1<<26)
	if err != nil {
		t.Fatal(err)
	}
	text := string(files["copy.txt"])
	if strings.Contains(text, "李某") || strings.Contains(text, "值班") || !strings.Contains(text, "███看见███把图纸交给一个生人。███说别声张") || len(files["file-1.jpg"]) == 0 || got.Body != "明河市公安机关" {
		t.Errorf("what leaves: %+v, %s", got, text)
	}
	if bytes.Contains(inside, []byte("MH-")) || bytes.Contains(files["file-1.jpg"], []byte("Exif\x00\x00MM")) {
		t.Error("the number or metadata leave")
	}
	c.act(`[data-form="send_transfer"] > [data-key] + .cl-actions button`)
	c.until(`document.querySelector("#app > div > .cl-note--ok")`)
}
