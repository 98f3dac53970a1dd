package browsertest

import (
	"strings"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/office/terminal"
)

// TestReview: a reporter asks for a review in the sealed mailbox, an approver without a part in the case answers at the desk, the reporter
// asks once more and the inspector answers, and the page of the rules shows what they may do.
func TestReview(t *testing.T) {
	t.Parallel()
	o := newCaseWorld(t)
	code, number := o.report("门卫收钱放人进机房。")
	chen, zhao := o.Session(t, "chen", "unit-1"), o.Session(t, "zhao", "unit-1")
	if _, err := chen.Reply(t.Context(), number, terminal.Letter{}); err != nil {
		t.Fatal(err)
	}
	for _, d := range []terminal.Decision{{Act: cases.ActTriage}, {Act: cases.ActProposeDecline, Code: cases.D3, Reasons: "说不出时间和人。"}} {
		if _, err := chen.Decide(t.Context(), number, d); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := zhao.Decide(t.Context(), number, terminal.Decision{Act: cases.ActApprove}); err != nil {
		t.Fatal(err)
	}

	r := o.tab(o.Server.URL)
	r.scripts(true)
	r.size(390, 844)
	r.open(200, "/zh/mailbox")
	r.enters(code)
	r.says("不同意这个决定？")
	link := `[...document.querySelectorAll(".cl-aside button")].find((b) => b.innerText.includes("申请复核"))`
	ask[bool](r, `(b => { b.click(); return true; })(`+link+`)`)
	r.until(`document.querySelector("textarea[name=review], #review")`)
	r.write("review", "门卫姓名牌上写着编号。")
	ask[bool](r, `(b => { b.click(); return true; })([...document.querySelectorAll(".cl-actions button")].find((b) => b.innerText.includes("加密并申请")))`)
	r.says("申请已加密送出")
	r.says("没有参与过这个决定的人正在复核")
	if ask[bool](r, `!!(`+link+`)`) {
		t.Error("a second review is offered while the first one waits")
	}

	wu := o.member("wu", "zh", "case/"+number)
	wu.opens()
	if !strings.Contains(wu.text(), "门卫姓名牌上写着编号") || !strings.Contains(wu.text(), "举报人申请复核") {
		t.Errorf("the request is not there: %s", wu.text())
	}
	wu.begin("uphold")
	wu.act(`[data-form="uphold"] > .cl-actions button`)
	wu.until(`document.querySelector('[data-form="uphold"] .govuk-error-message:not([hidden])')`)
	wu.write("uphold-text", "编号也查过，当天没有这个人当班。")
	wu.until(`document.querySelector('[data-form="uphold"] .cl-preview').innerText.includes("原来的决定维持不变")`)
	wu.pick("uphold-interest")
	wu.sends("uphold")
	r.open(200, "/zh/mailbox")
	r.enters(code)
	r.says("原来的决定维持不变")
	r.says("当天没有这个人当班")

	axe := axeSource(t)
	o.toInspector(t, r, wu, code, number, axe)
	wu.act(`a[href*="/rules#"]`)
	wu.until(`document.querySelectorAll("[data-state]").length > 10`)
	wu.sound(axe, "the rules")
	if strings.Contains(wu.text(), "〔") {
		t.Error("the page of the rules lacks words")
	}
	wu.size(390, 844)
	if ask[bool](wu.tab, `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
		t.Error("the rules are wider than a telephone")
	}
}

// toInspector: the office hands over what it cannot refuse, the inspector reads it and sends the decision back, in words of their own.
func (o *caseWorld) toInspector(t *testing.T, r *tab, wu *colleague, code, number, axe string) {
	t.Helper()
	const press = `(words => { [...document.querySelectorAll("button")].find(b => b.innerText.includes(words)).click(); return true; })`
	ask[bool](r, press+`("申请复核")`)
	r.until(`document.querySelector("#review")`)
	r.write("review", "监控没有调来看。")
	ask[bool](r, press+`("加密并申请")`)
	r.says("申请已加密送出")
	wu.looks()
	wu.until(`document.querySelector("#sample")`)
	if got := ask[string](wu.tab, `document.querySelector("#sample").innerText`); !strings.Contains(got, "不能拒绝") || ask[bool](wu.tab, `!!document.querySelector("#sample details")`) {
		t.Errorf("the office can refuse: %s", got)
	}
	wu.act(`#sample > .cl-actions button`)
	wu.until(`document.querySelector("#sample .cl-note--ok")`)
	if err := o.Checkpoints(t.Context()); err != nil {
		t.Fatal(err)
	}

	p, _ := o.DeskPlayer(staff.Inspector)
	i := &colleague{tab: o.tab(o.Config.Desk.Inspect), account: p.Account, passphrase: strings.Fields(p.Passphrase), secret: p.Factor}
	i.scripts(true)
	i.size(390, 844)
	i.open(200, "/zh/reviews")
	i.until(`document.querySelector("#passphrase")`)
	i.signIn(i.passphrase, o.code(p.Factor))
	i.until(`document.querySelector('.cl-list-table a[href*="/samples/"]')`)
	i.sound(axe, "reviews")
	i.act(`.cl-list-table a[href*="/samples/"]`)
	i.until(`document.querySelector("#review-form")`)
	if got := i.text(); !strings.Contains(got, "监控没有调来看") || !strings.Contains(got, "编号也查过") || !strings.Contains(got, "说不出时间和人") || ask[bool](i.tab, `!!document.querySelector("[data-exact=no]")`) {
		t.Errorf("the inspector does not read the request and the first answer: %s", got)
	}
	send := `#review-form > .cl-actions button`
	i.act(send)
	i.until(`document.querySelector("#review-act-error:not([hidden])")`)
	i.pick("review-act-send_back")
	i.until(`document.querySelector("#review-form .cl-preview").innerText.includes("重新")`)
	i.act(send)
	i.until(`document.querySelector("#review-text-error:not([hidden])")`)
	i.write("review-text", "监控还在，应当先看再决定。")
	i.pick("review-interest")
	i.sound(axe, "the answer to a review")
	i.act(send)
	i.until(`document.querySelector("#review-form .cl-note--ok")`)
	r.open(200, "/zh/mailbox")
	r.enters(code)
	r.says("监控还在，应当先看再决定")
	r.says("监督员")
	wu.looks()
	wu.until(`document.querySelector("#box").closest(".cl-island").innerText.includes("监控还在，应当先看再决定")`)
	if ask[bool](wu.tab, `!!document.querySelector("[data-doubt]")`) {
		t.Errorf("the office doubts the inspector's letter: %s", wu.text())
	}
	if o.wire.holds("监控还在") {
		t.Error("the inspector's words went over the line")
	}
}
