package browsertest

import (
	"strings"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/terminal"
)

// TestLink: triage links the second report of one fact to the first at the desk. The page says what is tied; the mailbox does not.
func TestLink(t *testing.T) {
	t.Parallel()
	o := newCaseWorld(t)
	_, first := o.report("门卫收钱放人进机房。")
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
}
