package browsertest

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
)

// caseWorld is the demonstration with both of its doors open, and a browser.
type caseWorld struct {
	*apptest.World
	t     *testing.T
	clock *apptest.Clock
	wire  *wire // of the desk
	tab   func(base string) *tab
}

func newCaseWorld(t *testing.T) *caseWorld {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	port := s.Listener.Addr().String()[strings.LastIndex(s.Listener.Addr().String(), ":"):]
	zone := time.FixedZone("UTC+8", 8*60*60)
	o := &caseWorld{t: t, clock: apptest.NewClock(time.Date(2026, 3, 10, 10, 0, 0, 0, zone)), wire: &wire{}}
	o.World = apptest.Start(t, apptest.Options{Clock: o.clock, Set: map[string]string{"desk.url": "http://desk.localhost" + port, "inspect.url": "http://inspect.localhost" + port}})
	if err := o.OpenDesk(t.Context()); err != nil {
		t.Fatal(err)
	}
	h, err := o.DeskHandler()
	if err != nil {
		t.Fatal(err)
	}
	s.Config.Handler = o.wire.wrap(h)
	s.Start()
	t.Cleanup(s.Close)
	var browser context.Context
	o.tab = func(base string) *tab {
		if browser == nil { // not before somebody needs it
			browser = chromium(t)
		}
		return newTab(t, browser, base)
	}
	return o
}

// member signs somebody in at the desk and opens a place.
func (o *caseWorld) member(account, lang, path string) *colleague {
	o.t.Helper()
	p, ok := o.DeskMember(account)
	if !ok {
		o.t.Fatalf("no account %s", account)
	}
	c := &colleague{tab: o.tab(o.Config.Desk.URL), account: p.Account, passphrase: strings.Fields(p.Passphrase), secret: p.Factor}
	c.scripts(true)
	c.size(1280, 1000)
	c.open(200, "/"+lang+"/"+path)
	c.until(`document.querySelector("#passphrase")`)
	c.signIn(c.passphrase, o.code(p.Factor))
	c.until(`!document.querySelector("#passphrase")`)
	return c
}

// code is what a telephone shows; time goes on, because a code counts once.
func (o *caseWorld) code(factor string) string {
	o.t.Helper()
	o.clock.Move(time.Minute)
	code, err := staff.CodeOf(factor, o.clock.Now())
	if err != nil {
		o.t.Fatal(err)
	}
	return code
}

// report sends a report through the sealed page, and gives its code and number.
func (o *caseWorld) report(what string) (code, number string) {
	o.t.Helper()
	return o.reportWith(what, nil)
}

// reportWith is report with files that are chosen on the way.
func (o *caseWorld) reportWith(what string, files func(b *tab)) (code, number string) {
	o.t.Helper()
	b := o.tab(o.Server.URL)
	b.size(390, 844)
	b.begins("zh")
	var choose func()
	if files != nil {
		choose = func() { files(b) }
	}
	b.wholeWay(what, choose)
	code = b.sealAndSend()
	s := o.Session(o.t, "chen", "unit-1")
	rows, _, _, err := s.Casework.List(o.t.Context(), s.Who, casework.Filter{}, store.Cursor{}, 50)
	if err != nil || len(rows) == 0 {
		o.t.Fatalf("%d cases: %v", len(rows), err)
	}
	newest := rows[0]
	for _, r := range rows {
		if r.Case.Key > newest.Case.Key {
			newest = r
		}
	}
	return code, newest.Case.Number
}

// opens waits until the case is open on the page.
func (c *colleague) opens() {
	c.t.Helper()
	c.until(`document.querySelector("#report") && document.querySelector("#report").closest(".cl-island:not(.cl-island--shut)")`)
}

// begin shows the form of an act.
func (c *colleague) begin(act string) {
	c.t.Helper()
	c.until(`document.querySelector('[data-act="` + act + `"]')`)
	c.act(`[data-act="` + act + `"]`)
	c.until(`document.querySelector('[data-form="` + act + `"]')`)
}

// sends presses the first button of a form and waits for what it says.
func (c *colleague) sends(form string) {
	c.t.Helper()
	c.act(`[data-form="` + form + `"] > .cl-actions button`)
	c.until(`document.querySelector("#app > div > .cl-note--ok") && document.activeElement == document.querySelector("#app > div > .cl-note--ok")`)
}

const hostileWords = "</p><script>window.ran=1</script><img src=x onerror=\"window.ran=1\"> \u202eterces {{7*7}} javascript:window.ran=1"

// TestCase: a report from the sealed page goes its way at the desk. What a stranger wrote is text and nothing else; the reporter
// is asked and answers; a decision to decline is refused by one person, corrected, approved by another, and read in the mailbox.
func TestCase(t *testing.T) {
	t.Parallel()
	o := newCaseWorld(t)
	axe := axeSource(t)
	code, number := o.report(hostileWords)
	chen := o.member("chen", "zh", "case/"+number)
	chen.opens()
	if got := chen.text(); !strings.Contains(got, "<img src=x onerror=") || !strings.Contains(got, "[U+202E]") || !strings.Contains(got, "某路口") {
		t.Errorf("the report is not shown as it was written: %s", got)
	}
	if chen.number(`+!!window.ran`) != 0 || ask[bool](chen.tab, `!!document.querySelector("#app img, #app script, #app iframe")`) {
		t.Error("a stranger's words became part of the page")
	}
	chen.sound(axe, "an opened case")
	chen.act(".cl-titlebar button")
	chen.write("title-text", "图纸与报酬")
	chen.sends("title")
	chen.until(`document.querySelector("h1").innerText.includes("图纸与报酬")`)
	chen.begin("acknowledge")
	chen.until(`document.querySelector(".cl-preview blockquote p")`)
	chen.write("acknowledge-text", "谢谢等候。")
	chen.sends("acknowledge")
	chen.begin("triage")
	chen.act(`[data-form="triage"] > .cl-actions button`)
	chen.until(`document.querySelector('[data-form="triage"] .govuk-error-message:not([hidden])')`)
	for _, check := range []string{"category", "conduct", "danger", "remit", "interest", "duplicate"} {
		chen.pick("triage-" + check)
	}
	chen.sends("triage")
	chen.begin("ask")
	chen.write("ask-text", "对方用的是哪个聊天软件？")
	chen.until(`document.querySelector(".cl-preview").innerText.includes("哪个聊天软件")`)
	chen.sends("ask")

	r := o.tab(o.Server.URL)
	r.scripts(true)
	r.open(200, "/zh/mailbox")
	r.enters(code)
	r.says("哪个聊天软件")
	r.says("谢谢等候")
	r.write("answer", "用的是甲软件")
	r.act("#send")
	r.says("您的回答已加密发出")

	o.declines(t, chen, number)
	r.open(200, "/zh/mailbox")
	r.enters(code)
	r.says("没有可以核实的事实")
	if strings.Contains(r.text(), "属于另一个机关") {
		t.Error("the reporter reads the decision that was refused")
	}
	c, err := o.Session(t, "chen", "unit-1").Open(t.Context(), number)
	if err != nil || len(c.Doubts) > 0 || c.Case.State != cases.Declined {
		t.Errorf("the terminal finds %s, %+v: %v", c.Case.State, c.Doubts, err)
	}
}

// declines proposes, is refused, corrects, and is approved.
func (o *caseWorld) declines(t *testing.T, chen *colleague, number string) {
	t.Helper()
	chen.open(200, "/zh/case/"+number)
	chen.unlocks()
	chen.opens()
	if !strings.Contains(chen.text(), "用的是甲软件") {
		t.Errorf("the answer is not there: %s", chen.text())
	}
	chen.proposes2("D2", "由邻市管")
	zhao := o.member("zhao", "zh", "case/"+number)
	zhao.opens()
	if !strings.Contains(zhao.text(), "由邻市管") {
		t.Errorf("the approver does not see what is proposed: %s", zhao.text())
	}
	zhao.pick("vote-interest")
	zhao.act(`[data-form="vote"] > .cl-actions button:nth-child(2)`)
	if got := zhao.fault(); !strings.Contains(got, "为什么") {
		t.Errorf("a refusal without reasons: %s", got)
	}
	zhao.write("vote-text", "不是管辖的问题")
	zhao.act(`[data-form="vote"] > .cl-actions button:nth-child(2)`)
	zhao.until(`document.querySelector("#app > div > .cl-note--ok")`)
	chen.open(200, "/zh/case/"+number)
	chen.unlocks()
	chen.opens()
	if !strings.Contains(chen.text(), "不是管辖的问题") {
		t.Error("the proposer does not see why it was refused")
	}
	chen.proposes2("D3", "说不出时间和人")
	if ask[bool](chen.tab, `!!document.querySelector("#vote-text")`) {
		t.Error("somebody may decide on their own proposal")
	}
	wu := o.member("wu", "zh", "case/"+number)
	wu.opens()
	wu.pick("vote-interest")
	wu.act(`[data-form="vote"] > .cl-actions button`)
	wu.until(`document.querySelector("#app > div > .cl-note--ok")`)
}

// proposes2 proposes to decline.
func (c *colleague) proposes2(code, reasons string) {
	c.t.Helper()
	c.begin("propose_decline")
	c.pick("propose_decline-code-" + code)
	c.write("propose_decline-text", reasons)
	c.until(`document.querySelector('[data-form="propose_decline"] .cl-preview').innerText.includes(` + quote(reasons) + `)`)
	c.pick("propose_decline-interest")
	c.sends("propose_decline")
}

// unlocks types the passphrase where the page asks for it.
func (c *colleague) unlocks() {
	c.t.Helper()
	c.until(`document.querySelector("#unlock-words")`)
	c.write("unlock-words", strings.Join(c.passphrase, " "))
	ask[bool](c.tab, `(b => { b.click(); return true; })(document.querySelector("#unlock-words").closest(".cl-card").querySelector(".cl-actions button"))`)
}
