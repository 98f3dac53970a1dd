package browsertest

import (
	"strings"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/seal"
)

// TestHandedOver: zhao asks the second office to take a case over, it says no, is asked again and says yes; the case is handed over with a
// last letter. The reporter reads it in the same mailbox and answers, and the new office reads the answer.
func TestHandedOver(t *testing.T) {
	t.Parallel()
	o := newCaseWorld(t)
	const what, kept, given, why, answer = "三楼机房的门卫收了钱，放一个生人进去。", "这一条留在一处。", "这一条给二处。", "机房归二处管。", "那天是三月九日。"
	code, number := o.reportWith(what, func(*tab) {})
	s := o.Session(t, "chen", "unit-1")
	if _, err := s.Reply(t.Context(), number, terminal.Letter{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Decide(t.Context(), number, terminal.Decision{Act: cases.ActTriage}); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{kept, given} {
		if err := s.Keep(t.Context(), number, &seal.Note{Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	c, err := s.Open(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Session(t, "zhao", "unit-1").Share(t.Context(), number, "unit-2", c.Items[cases.FromReporter][0].ID); err != nil {
		t.Fatal(err)
	}
	axe := axeSource(t)
	zhao := o.member("zhao", "zh", "case/"+number)
	zhao.opens()
	const asks, answers = `[data-reads="unit-2"] [data-step="ask"] button`, `section[data-lead] .cl-actions button`
	ask2 := func() {
		t.Helper()
		zhao.until(`document.querySelector('` + asks + `')`)
		zhao.act(asks)
		zhao.until(`document.querySelector('[data-step="ask"] .cl-note--warn')`)
		zhao.act(`[data-step="ask"] .cl-actions button`)
		zhao.until(`document.querySelector('[data-lead="offered"]')`)
	}
	ask2()
	wu := o.member("wu", "zh", "shared/"+number+"?unit=unit-2")
	wu.until(`document.querySelector('section[data-lead="offered"]')`)
	wu.says("问您单位是否接手")
	wu.size(390, 844)
	wu.sound(axe, "asked to take a case over")
	wu.act(answers + `:last-child`)
	wu.says("已答复不接手")
	zhao.open(200, "/zh/case/"+number)
	zhao.unlocks()
	zhao.opens()
	ask2()
	wu.open(200, "/zh/others?unit=unit-2")
	wu.until(`document.querySelector(".cl-list-table")`)
	wu.says("问您单位是否接手")
	wu.act(`.cl-list-table a`)
	wu.until(`document.querySelector('section[data-lead="offered"]')`)
	wu.act(answers)
	wu.until(`document.querySelector('section[data-lead="taken"]')`)

	zhao.open(200, "/zh/case/"+number)
	zhao.unlocks()
	zhao.opens()
	zhao.until(`document.querySelector('[data-lead="taken"] + div button')`)
	zhao.act(`[data-lead="taken"] + div button`)
	zhao.until(`document.querySelector("#lead-sentence option[value='moved-remit']")`)
	const passes = `[data-form="lead"] > .cl-actions button`
	zhao.act(passes) // not without a reason
	zhao.until(`document.querySelector("#lead-text-error:not([hidden])")`)
	zhao.write("lead-text", why)
	ask[bool](zhao.tab, `([...document.querySelectorAll('[data-form="lead"] .govuk-checkboxes__item')][1].querySelector("input").click(), true)`)
	zhao.sound(axe, "handing a case over")
	zhao.act(passes)
	zhao.says("本案现由")

	wu.open(200, "/zh/case/"+number+"?unit=unit-2")
	wu.unlocks()
	wu.opens()
	wu.says("门卫收了钱")
	wu.says(given)
	wu.says("没有移交")
	if text := wu.text(); strings.Contains(text, kept) || !strings.Contains(text, why) {
		t.Errorf("the new office reads: %s", text)
	}
	if n := ask[int](wu.tab, `document.querySelectorAll("[data-doubt]").length`); n != 0 {
		t.Errorf("%d doubts: %s", n, wu.text())
	}
	wu.sound(axe, "a case that was handed over")

	r := o.tab(o.Server.URL)
	r.scripts(true)
	r.size(390, 844)
	r.open(200, "/zh/mailbox")
	r.enters(code)
	r.says(why)
	r.says("从现在起")
	if text := r.text(); strings.Contains(text, "不是本机关") || strings.Contains(text, "来信里说的不一样") {
		t.Errorf("the mailbox doubts: %s", text)
	}
	r.write("answer", answer)
	r.act("#send")
	r.until(`document.querySelector("[data-said]")`)
	wu.open(200, "/zh/case/"+number+"?unit=unit-2")
	wu.unlocks()
	wu.opens()
	wu.says(answer)
	if n := ask[int](wu.tab, `document.querySelectorAll("[data-doubt]").length`); n != 0 {
		t.Errorf("%d doubts after the answer: %s", n, wu.text())
	}
	for _, secret := range []string{kept, given, why, answer, "门卫收了钱"} {
		if o.wire.holds(secret) {
			t.Errorf("%q went over the line", secret)
		}
		inFiles(t, o.Data, secret)
	}
}
