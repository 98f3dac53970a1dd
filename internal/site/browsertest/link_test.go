package browsertest

import (
	"strings"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/office/terminal"
)

// TestLink: triage links the second report of one fact to the first at the desk. The page says what is tied; the mailbox does not.
// The first is then looked into, suspended and resumed.
func TestLink(t *testing.T) {
	t.Parallel()
	o := newCaseWorld(t)
	firstCode, first := o.report("门卫收钱放人进机房。")
	code, second := o.report("三楼机房的门卫收了钱。")
	s := o.Session(t, "chen", "unit-1")
	for _, n := range []string{first, second} {
		if _, err := s.Reply(t.Context(), n, terminal.Letter{}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Decide(t.Context(), n, terminal.Decision{Act: cases.ActTriage}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Decide(t.Context(), first, terminal.Decision{Act: cases.ActAccept, Handler: "lin", Reasons: "符合标准。"}); err != nil {
		t.Fatal(err)
	}
	chen := o.member("chen", "zh", "case/"+second)
	chen.opens()
	chen.begin("link")
	chen.write("link-number-text", second) // itself
	chen.write("link-inside-text", "同一天同一道门。")
	chen.write("link-text", "符合标准。")
	for _, id := range []string{"link-risk1", "link-risk2", "link-interest"} {
		chen.pick(id)
	}
	chen.act(`[data-form="link"] > .cl-actions button`)
	chen.until(`document.querySelector("#app").innerText.includes("那件案件收到得更晚")`)
	chen.write("link-number-text", first)
	chen.sends("link")
	chen.until(`document.querySelector("#ties")`)
	if got := chen.text(); !strings.Contains(got, first) || !strings.Contains(got, "已并案") {
		t.Errorf("the page does not say what the case is linked to: %s", got)
	}
	r := o.tab(o.Server.URL)
	r.scripts(true)
	r.open(200, "/zh/mailbox")
	r.enters(code)
	r.says("已受理，已指定承办人")
	if got := r.text(); strings.Contains(got, first) || strings.Contains(got, "并案") {
		t.Errorf("the mailbox tells of the earlier report: %s", got)
	}
	o.pauses(t, first, firstCode)
}

// pauses: an approver suspends an inquiry without a word to the reporter, the inspector looks, and the approver lets it go on and
// says so.
func (o *caseWorld) pauses(t *testing.T, number, code string) {
	t.Helper()
	lin := o.Session(t, "lin", "unit-1")
	if _, err := lin.Decide(t.Context(), number, terminal.Decision{Act: cases.ActOpenInquiry}); err != nil {
		t.Fatal(err)
	}
	zhao := o.member("zhao", "zh", "case/"+number)
	zhao.opens()
	zhao.begin("suspend")
	zhao.refused("suspend", "请写明理由")
	zhao.write("suspend-inside-text", "等法院的裁定。")
	zhao.act(`[data-form="suspend"] > .cl-actions button`)
	zhao.until(`document.querySelector('[data-form="suspend"]').innerText.includes("请选择是否告诉举报人")`)
	zhao.pick("suspend-tell-silent")
	zhao.pick("suspend-interest")
	zhao.sends("suspend")
	if got := zhao.text(); !strings.Contains(got, "已暂停") || !strings.Contains(got, "等法院的裁定") {
		t.Errorf("the suspended case: %s", got)
	}
	r := o.tab(o.Server.URL)
	r.scripts(true)
	r.open(200, "/zh/mailbox")
	r.enters(code)
	r.says("核查中")
	if strings.Contains(r.text(), "暂停") {
		t.Error("the mailbox tells of a suspension that was not to be told")
	}

	p, _ := o.DeskPlayer(staff.Inspector)
	i := &colleague{tab: o.tab(o.Config.Desk.Inspect), account: p.Account, passphrase: strings.Fields(p.Passphrase)}
	i.scripts(true)
	i.open(200, "/zh/clocks")
	i.until(`document.querySelector("#passphrase")`)
	i.signIn(i.passphrase, o.code(p.Factor))
	i.until(`document.querySelector("#suspended table")`)
	before := ask[string](i.tab, `document.querySelector("#suspended tbody").innerText`)
	if !strings.Contains(before, number) {
		t.Errorf("the inspector sees %q", before)
	}
	i.act("#suspended button")
	i.says(number + "：您的查看已记录") // on the same day nothing else changes
	i.sound(axeSource(t), "suspended inquiries")

	zhao.begin("resume")
	zhao.write("resume-inside-text", "裁定已到。")
	zhao.pick("resume-tell-tell")
	zhao.write("resume-text", "我们等的文件到了。")
	zhao.until(`document.querySelector('[data-form="resume"] .cl-preview').innerText.includes("我们等的文件到了")`)
	zhao.pick("resume-interest")
	zhao.act(`[data-form="resume"] > .cl-actions button`)
	zhao.says("在您之前，有人处理了这件案件") // the inspector has looked: she is told, and what she typed waits
	zhao.sends("resume")
	if got := zhao.text(); !strings.Contains(got, "核查中") || strings.Contains(got, "已暂停") {
		t.Errorf("the case that goes on: %s", got)
	}
	r.open(200, "/zh/mailbox")
	r.enters(code)
	r.says("我们等的文件到了")
}
