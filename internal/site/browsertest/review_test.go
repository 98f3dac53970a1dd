package browsertest

import (
	"strings"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/terminal"
)

// TestReview: a reporter asks for a review in the sealed mailbox, an approver without a part in the case answers at the desk, and the
// page of the rules shows what they may do.
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
