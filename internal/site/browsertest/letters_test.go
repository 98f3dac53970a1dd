package browsertest

import (
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/public/intake"
)

// TestLetters: Lin reads no English. In one case she answers a reporter who does by ready sentences alone, with a choice that was left
// open and put right; a colleague reads the letter in Chinese. A word that takes guilt for granted is marked, replaced, and asked about
// once. The person reported is invited with a letter that shares nothing with the report, and at the end gets a clearing letter, without
// which the case cannot be closed.
func TestLetters(t *testing.T) {
	t.Parallel()
	o := newCaseWorld(t)
	axe := axeSource(t)
	code, number := o.writesEnglish(t, "He asked me to photograph the drawings page by page and offered fifty a page.")
	lin := o.member("lin", "zh", "case/"+number)
	lin.opens()

	lin.begin("message")
	lin.says2("message", "ask-where")
	lin.refused("message", "“举例”还没有选")
	lin.pick("message-ask-where-near-building")
	lin.until(`!document.querySelector('[data-ask="ask-where near"]:not([hidden])')`)
	lin.until(`document.querySelector(".cl-preview blockquote")?.innerText.includes("the building and the floor")`)
	lin.until(`document.querySelector(".cl-preview [data-mine] blockquote")?.innerText.includes("哪栋楼、哪一层")`)
	lin.sound(axe, "a letter of ready sentences")
	if lin.number(`document.documentElement.scrollWidth > innerWidth ? 1 : 0`) != 0 {
		t.Error("the letter is wider than the page")
	}
	lin.sends("message")
	lin.act(".cl-thread .cl-msg--you:last-child .cl-linklike")
	lin.until(`document.querySelector(".cl-thread [data-mine]")?.innerText.includes("哪栋楼、哪一层")`)
	o.marks(lin)

	o.hears(t, lin)
	box := o.tab(o.Server.URL)
	box.scripts(true)
	box.open(200, "/en/mailbox")
	box.enters(code)
	box.says("the building and the floor")
	o.clears(t, lin, number)
}

// writesEnglish brings an English report to Lin, who looks into it.
func (o *caseWorld) writesEnglish(t *testing.T, what string) (code, number string) {
	t.Helper()
	d, faults := o.Intake.Check(intake.Sent{Category: "protected-documents", Danger: "no", What: what, Region: "donggang", Lang: "en", CodeKind: "digits", How: []string{"saw"},
		Answers: map[id.Question][]string{"means": {"pay"}, "wanted": {"marked"}}})
	if len(faults) > 0 {
		t.Fatal(faults[0])
	}
	r, err := o.Intake.Submit(t.Context(), o.Intake.NewToken(), d)
	if err != nil {
		t.Fatal(err)
	}
	m, err := o.Intake.OpenMailbox(t.Context(), r.Code)
	if err != nil {
		t.Fatal(err)
	}
	v, err := o.Intake.View(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	code, number = r.Code, v.Number
	chen, lin := o.Session(t, "chen", "unit-1"), o.Session(t, "lin", "unit-1")
	if _, err := chen.Reply(t.Context(), number, terminal.Letter{}); err != nil {
		t.Fatal(err)
	}
	for _, d := range []terminal.Decision{{Act: cases.ActTriage}, {Act: cases.ActAccept, Handler: "lin", Reasons: "It fits."}} {
		o.decides(t, chen, number, d)
	}
	o.decides(t, lin, number, terminal.Decision{Act: cases.ActOpenInquiry, Reasons: "先看记录。"})
	return code, number
}

func (o *caseWorld) decides(t *testing.T, s *terminal.Session, number string, d terminal.Decision) {
	t.Helper()
	if _, err := s.Decide(t.Context(), number, d); err != nil {
		t.Fatalf("%s: %v", d.Act, err)
	}
}

// says2 adds a ready sentence to a form.
func (c *colleague) says2(form, sentence string) {
	c.t.Helper()
	c.until(`document.querySelector("#` + form + `-sentence option[value='` + sentence + `']")`)
	ask[any](c.tab, `document.getElementById("`+form+`-sentence").value = `+quote(sentence))
	c.act(`[data-form="` + form + `"] .cl-ready__row button`)
	c.until(`document.querySelector('[data-sentence="` + sentence + `"]')`)
}

// marks: a word is marked with its reason, one press replaces it, and what stays is asked about once and then goes.
func (o *caseWorld) marks(lin *colleague) {
	lin.begin("progress")
	lin.write("progress-text", "The suspect was asked, we promise it")
	lin.until(`document.querySelectorAll('[data-form="progress"] .cl-lint mark').length == 2`)
	lin.until(`document.querySelector('[data-form="progress"]')?.innerText.includes("不会翻译")`)
	lin.act(`[data-form="progress"] [data-rule="suspect"] .cl-linklike`)
	lin.until(`document.getElementById("progress-text").value == "The person reported was asked, we promise it"`)
	lin.refused("progress", "请再看一眼")
	lin.write("progress-text", "The person reported was asked.")
	lin.until(`document.querySelectorAll('[data-form="progress"] .cl-lint mark').length == 0`)
	lin.sends("progress")
}

// hears invites the person reported and records that they answered.
func (o *caseWorld) hears(t *testing.T, lin *colleague) {
	t.Helper()
	lin.begin("invite")
	lin.until(`document.querySelector('[data-form="invite"] blockquote')?.innerText.includes("关于请您说明情况的通知")`)
	lin.write("invite-text", "asked me to photograph the drawings page by page")
	lin.until(`document.querySelector('[data-form="invite"] [data-alike="words"]')`)
	lin.write("invite-text", "付钱请人拍摄内部图纸。")
	lin.until(`!document.querySelector('[data-form="invite"] [data-alike]') && document.querySelector('[data-form="invite"] blockquote')?.innerText.includes("付钱请人拍摄内部图纸")`)
	lin.refused("invite", "请先读一遍这封信")
	lin.pick("invite-looked")
	lin.sends("invite")
	lin.begin("hear")
	lin.pick("hear-code-H2")
	lin.write("hear-text", "等到今天")
	lin.refused("hear", "答复的期限还没有到")
	lin.pick("hear-code-H1")
	lin.write("hear-text", "来人说明：那天不在场。")
	lin.sends("hear")
}

// clears concludes with F3 and closes, which takes a clearing letter.
func (o *caseWorld) clears(t *testing.T, lin *colleague, number string) {
	t.Helper()
	s, zhao := o.Session(t, "lin", "unit-1"), o.Session(t, "zhao", "unit-1")
	o.decides(t, s, number, terminal.Decision{Act: cases.ActProposeConclusion, Code: cases.F3, Reasons: "没有证实。"})
	o.decides(t, zhao, number, terminal.Decision{Act: cases.ActApprove})
	o.decides(t, s, number, terminal.Decision{Act: cases.ActFeedback, Reasons: "It was not confirmed."})
	lin.open(200, "/zh/case/"+number)
	lin.unlocks()
	lin.opens()
	lin.off("建议办结", "请先写澄清函")
	lin.begin("clear")
	lin.refused("clear", "请选明澄清函")
	lin.pick("clear-code-C1")
	lin.until(`document.querySelector('[data-form="clear"] blockquote')?.innerText.includes("关于核查结果的说明")`)
	lin.pick("clear-looked")
	lin.sends("clear")
	lin.begin("propose_closing")
	lin.pick("propose_closing-interest")
	lin.sends("propose_closing")
	o.decides(t, zhao, number, terminal.Decision{Act: cases.ActApprove})
	c, err := s.Open(t.Context(), number)
	if err != nil || c.Case.State != cases.Closed || len(c.Doubts) > 0 {
		t.Errorf("%s, %v, %v", c.Case.State, c.Doubts, err)
	}
	for _, secret := range []string{"那天不在场", "付钱请人拍摄", "building and the floor"} {
		if o.wire.holds(secret) {
			t.Errorf("%q went over the line", secret)
		}
	}
}
