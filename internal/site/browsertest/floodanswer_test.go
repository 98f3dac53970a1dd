package browsertest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/public/intake"
)

// manySaw is what many people at one gate wrote nearly alike.
const manySaw = "昨天下午三点左右，三楼机房的门卫收了两条烟，放一个没有证件的人进了机房，四十分钟以后才出来，手里多了一个黑色的包。当时走廊里的灯是关着的，登记本上也没有写他的名字，后来门卫说是修空调的，可是空调上个星期刚刚修过。"

// alikeReports sends reports that are nearly the same, the earliest first, and one that is like none of them. Each is triaged.
func (o *officeWorld) alikeReports(t *testing.T, n int) []flooded {
	t.Helper()
	s := o.Session(t, "chen", "unit-1")
	var out []flooded
	for i, what := range append(slices.Repeat([]string{manySaw}, n), odd[2]) {
		if i < n {
			what += fmt.Sprintf("我是第%d个看见的。", i+1)
		}
		f, err := o.floods(t.Context(), what)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Reply(t.Context(), f.number, terminal.Letter{}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Decide(t.Context(), f.number, terminal.Decision{Act: cases.ActTriage}); err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return out[:n]
}

// only takes out of the choice all cases but these.
func (c *colleague) only(some ...flooded) {
	c.t.Helper()
	if !ask[bool](c.tab, `document.querySelector(".cl-alike__choose").open`) {
		c.act(`.cl-alike__choose > summary`)
	}
	c.until(`document.querySelector("[id^=pick-]")`)
	var ids []string
	for _, f := range some {
		ids = append(ids, quote("pick-"+f.number))
	}
	left := ask[int](c.tab, `(keep => { for (const e of document.querySelectorAll("[id^=pick-]")) if (e.checked != keep.includes(e.id)) e.click(); return document.querySelectorAll("[id^=pick-]:checked").length; })([`+strings.Join(ids, ",")+`])`)
	if left != len(some) {
		c.t.Fatalf("%d cases are chosen, want %d: %s", left, len(some), c.text())
	}
	c.says(fmt.Sprintf("已选%d件", len(some)))
}

// corrects presses the button of a form and waits for what it asks for.
func (c *colleague) corrects(form, words string) {
	c.t.Helper()
	c.act(`[data-form="` + form + `"] > .cl-actions button`)
	c.until(`[...document.querySelectorAll('[data-form="` + form + `"] .govuk-error-message:not([hidden])')].some(e => e.innerText.includes(` + quote(words) + `))`)
}

// TestFloodAnswered: many people saw the same thing. Triage asks some of them a question together, accepts the two earliest with a handler,
// and links others to the first; a number that is refused is put right with nothing typed anew. Each mailbox has its own letter.
func TestFloodAnswered(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	all := o.alikeReports(t, 8)
	accepted, linked, asked := all[:2], all[2:5], all[5:]
	axe, browser := axeSource(t), chromium(t, chromedp.Flag("mute-audio", true))
	c := o.enters(t, newTab(t, browser, o.Config.Desk.URL), "chen", "/zh/alike?unit=unit-1")
	c.until(`document.querySelector("#app .cl-lede")`)
	c.act("#app .cl-actions button")
	c.until(`document.querySelector("[data-alike='8'] .cl-quote")`)

	const question = "您当时站在走廊的哪一头？"
	c.together("ask")
	c.only(asked...)
	c.writes("ask")
	c.corrects("ask", "请写几句话")
	c.write("ask-text", question)
	c.act(`[data-form="ask"] > .cl-actions button`)
	c.ends(len(asked))

	const reasons = "时间、地点和人都写得清楚。"
	c.together("accept")
	c.only(accepted...)
	c.writes("accept")
	c.corrects("accept", "请选一名承办人")
	c.pick("accept-handler-lin")
	c.write("accept-text", reasons)
	for _, id := range []string{"accept-risk1", "accept-risk2", "accept-interest"} {
		c.pick(id)
	}
	c.sound(axe, "accepting several")
	c.act(`[data-form="accept"] > .cl-actions button`)
	c.ends(len(accepted))
	c.until(`document.querySelector("[data-alike='6']")`)

	o.linksTogether(t, c, axe, accepted[0], linked)
	for i, f := range all {
		state, words := cases.Accepted, reasons
		switch {
		case i >= 5:
			state, words = cases.NeedsInfo, question
		case i >= 2:
			state, words = cases.Linked, "看得清楚，可以核查"
		}
		o.stands(t, f, state, words, i < 2)
	}
	o.readsTogether(t, newTab(t, browser, o.Server.URL), accepted[0], linked[1], asked[1], question)
}

// linksTogether: a case that came later is refused for each, with its reason, and nothing is done. What was typed is still there, and
// with the right number all go through.
func (o *officeWorld) linksTogether(t *testing.T, c *colleague, axe string, first flooded, some []flooded) {
	t.Helper()
	c.together("link")
	if n := ask[int](c.tab, `document.querySelectorAll("[id^=pick-]").length`); n != 0 {
		t.Errorf("%d cases are listed before somebody unfolds them", n)
	}
	c.only(some...)
	c.writes("link")
	if got := ask[string](c.tab, `document.querySelector("#link-number-text").value`); got != "" {
		t.Errorf("linked to %s without a word: nobody is on a case that waits", got)
	}
	c.corrects("link", "请写明先前案件的编号")
	c.write("link-number-text", some[len(some)-1].number)
	c.write("link-inside-text", "同一天，同一道门。")
	c.write("link-text", "看得清楚，可以核查。")
	for _, id := range []string{"link-risk1", "link-risk2", "link-interest"} {
		c.pick(id)
	}
	c.sound(axe, "linking several")
	c.act(`[data-form="link"] > .cl-actions button`)
	c.ends(0)
	undone := c.list("[data-undone] > li")
	if len(undone) != len(some) {
		t.Errorf("refused: %q", undone)
	}
	for _, line := range undone {
		if !strings.Contains(line, "那件案件收到得更晚") {
			t.Errorf("refused without its reason: %s", line)
		}
	}

	c.act("[data-alike] > .cl-actions button")
	c.until(`document.querySelector("#floods-act-link:checked") && document.querySelector("#floods-most")`)
	c.only(some...)
	c.writes("link")
	for id, want := range map[string]string{"link-number-text": some[len(some)-1].number, "link-inside-text": "同一天，同一道门。", "link-text": "看得清楚，可以核查。"} {
		if got := ask[string](c.tab, `document.getElementById(`+quote(id)+`).value`); got != want {
			t.Errorf("%s after the refusal: %q", id, got)
		}
	}
	c.write("link-number-text", first.number)
	c.act(`[data-form="link"] > .cl-actions button`)
	c.ends(len(some))
	if ask[bool](c.tab, `!!document.querySelector("[data-undone]")`) {
		t.Errorf("still refused: %s", c.text())
	}
	c.until(`document.querySelector("[data-alike='3']")`)
	c.act("[data-alike] > .cl-actions button")
	c.until(`document.querySelector("#floods-act-propose_decline")`)
	if got := ask[int](c.tab, `document.querySelectorAll("[id^=floods-act-]:checked, [id^=floods-act-link], [id^=floods-act-ask]").length`); got != 0 {
		t.Errorf("what was done is offered again: %s", c.text())
	}
}

// stands: the case and its mailbox say what was decided.
func (o *officeWorld) stands(t *testing.T, f flooded, state cases.State, words string, handled bool) {
	t.Helper()
	opened, err := o.Session(t, "zhao", "unit-1").Open(t.Context(), f.number)
	if err != nil {
		t.Fatal(err)
	}
	if opened.Case.State != state || len(opened.Doubts) > 0 {
		t.Errorf("%s is %s, want %s; doubts %v", f.number, opened.Case.State, state, opened.Doubts)
	}
	if _, err := o.Session(t, "lin", "unit-1").Open(t.Context(), f.number); (err == nil) != handled {
		t.Errorf("%s is given to lin: %v, want %v", f.number, err == nil, handled)
	}
	m, err := o.Intake.OpenMailbox(t.Context(), f.code)
	if err != nil {
		t.Fatal(err)
	}
	v, err := o.Intake.View(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(v.Entries, func(e intake.Entry) bool { return strings.Contains(e.Text, words) && e.Fault == "" }) {
		t.Errorf("the mailbox of %s has %+v", f.number, v.Entries)
	}
}

// readsTogether: one reporter reads the question, another reads that their report was accepted, and not that there is an earlier one.
func (o *officeWorld) readsTogether(t *testing.T, r *tab, first, linked, asked flooded, question string) {
	t.Helper()
	r.scripts(true)
	r.size(390, 844)
	r.open(200, "/zh/mailbox")
	r.enters(asked.code)
	r.says(question)
	r.open(200, "/zh/mailbox")
	r.enters(linked.code)
	r.says("看得清楚，可以核查")
	if got := r.text(); strings.Contains(got, first.number) || strings.Contains(got, "并案") || strings.Contains(got, "同一道门") {
		t.Errorf("a linked mailbox: %s", got)
	}
}
