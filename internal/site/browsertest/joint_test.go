package browsertest

import (
	"strings"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/terminal"
)

// TestTwoOffices: Zhao lets a second office read a report and a letter, and not the note. Wu reads them there on a small screen, writes a
// note that both offices have, and ends it for the office; the reporter sees who reads while it lasts.
func TestTwoOffices(t *testing.T) {
	t.Parallel()
	o := newCaseWorld(t)
	code, number := o.reportWith("三楼机房的门卫收了钱，放一个生人进去。", func(b *tab) {
		b.upload("pick-picture", absolute(t, photo))
		b.until(`document.querySelector("#clean-original")`)
		b.pick("clean-original")
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
	const kept, answer = "这一条留在一处。", "我们去年也查过同一个人。"
	axe := axeSource(t)
	chen := o.member("chen", "zh", "case/"+number)
	chen.opens()
	if ask[bool](chen.tab, `document.querySelector("#joint") != null`) {
		t.Error("triage lets an office in")
	}
	chen.write("note-text", kept)
	chen.act(`[data-form="note"] .cl-actions button`)
	chen.until(`document.querySelector("#app > div > .cl-note--ok")`)

	zhao := o.member("zhao", "zh", "case/"+number)
	zhao.opens()
	zhao.says("没有别的单位在看本案")
	zhao.act(`section[aria-labelledby="joint"] .cl-noprint button`)
	zhao.until(`document.querySelector('[data-form="joint"]')`)
	ask[bool](zhao.tab, `(s => { s.value = "unit-2"; s.dispatchEvent(new Event("change")); return true; })(document.querySelector("#joint-office"))`)
	if got := ask[int](zhao.tab, `document.querySelectorAll('[data-form="joint"] input:checked').length`); got != 1 {
		t.Errorf("%d documents are chosen at first, want the report", got)
	}
	zhao.sound(axe, "letting another office read")
	const report, letter = `(k => [...document.querySelectorAll('[data-form="joint"] .govuk-checkboxes__item')].find(e => e.innerText.includes(k)).querySelector("input"))`, `给举报人的信`
	ask[bool](zhao.tab, report+`("举报，").click(), true`)
	const seals = `[data-form="joint"] > .cl-actions button`
	zhao.act(seals)
	zhao.says("请至少选一份文书")
	ask[bool](zhao.tab, report+`("举报，").click(), true`)
	ask[bool](zhao.tab, report+`("`+letter+`").click(), true`)
	zhao.act(seals)
	zhao.until(`document.querySelector("#app > div > .cl-note--ok")`)
	zhao.says("已把2份文书加封给")
	zhao.until(`document.querySelector('[data-reads="unit-2"]')`)

	r := o.tab(o.Server.URL)
	r.scripts(true)
	r.size(390, 844)
	r.open(200, "/zh/mailbox")
	r.enters(code)
	r.says("还有谁在看")

	wu := o.member("wu", "zh", "others?unit=unit-2")
	wu.until(`document.querySelector(".cl-list-table")`)
	wu.says(number)
	wu.sound(axe, "cases of others")
	wu.size(390, 844)
	wu.sound(axe, "cases of others, narrow")
	wu.act(`.cl-list-table a`)
	wu.opens()
	wu.says("门卫收了钱")
	wu.sound(axe, "a case of another office")
	if text := wu.text(); strings.Contains(text, kept) || !strings.Contains(text, "您看到的只是") {
		t.Errorf("the other office reads: %s", text)
	}
	wu.act(`[aria-labelledby="report"] .cl-filerow__acts button`)
	wu.until(`document.querySelector('[aria-labelledby="report"] iframe')`)
	wu.act(`[data-form="note"] .cl-actions button`)
	wu.until(`document.querySelector("#note-text-error:not([hidden])")`)
	wu.write("note-text", answer)
	wu.act(`[data-form="note"] .cl-actions button`)
	wu.until(`document.querySelector("#app > div > .cl-note--ok")`)
	wu.says(answer)

	zhao.open(200, "/zh/case/"+number)
	zhao.unlocks()
	zhao.opens()
	zhao.says(answer)
	if line := ask[string](zhao.tab, `[...document.querySelectorAll(".cl-msg--inside")].pop().innerText`); !strings.Contains(line, "二处") {
		t.Errorf("the note does not say whose it is: %s", line)
	}
	if n := ask[int](zhao.tab, `document.querySelectorAll("[data-doubt]").length`); n != 0 {
		t.Errorf("%d doubts: %s", n, zhao.text())
	}

	zhao.open(200, "/zh/cases?unit=unit-1")
	zhao.until(`document.querySelector(".cl-search > summary")`)
	zhao.act(".cl-search > summary")
	zhao.write("search-words", kept)
	zhao.act(".cl-search .cl-actions button")
	zhao.unlocks()
	zhao.until(`document.querySelector(".cl-hits mark")`)
	if said := ask[string](zhao.tab, `document.querySelector(".cl-search [role=status]").innerText`); strings.Contains(said, "没有查") {
		t.Errorf("the search takes the other office's note for a fault: %s", said)
	}

	wu.write("note-text", "还没有写完")
	wu.act(`.govuk-back-link`)
	wu.says("有还没发送的内容") // asked before typed words are lost
	wu.act(`#app > div > .cl-note--warn .cl-actions button`)
	wu.until(`!document.querySelector("#app > div > .cl-note--warn") && document.querySelector("#note-text").value == "还没有写完"`)
	wu.write("note-text", "")
	const stops = `section[aria-labelledby="stop"] button`
	wu.act(stops)
	wu.until(`document.querySelector('section[aria-labelledby="stop"] .cl-note--warn')`)
	wu.act(stops)
	wu.says("已不再阅看该案")
	wu.act(`.govuk-back-link`)
	wu.says("还没有别的单位让本单位阅看案件")
	r.open(200, "/zh/mailbox")
	r.enters(code)
	r.until(`document.querySelector(".cl-status")`)
	if strings.Contains(r.text(), "还有谁在看") {
		t.Error("the mailbox still names the office")
	}
	for _, secret := range []string{kept, answer, "门卫收了钱"} {
		if o.wire.holds(secret) {
			t.Errorf("%q went over the line", secret)
		}
		inFiles(t, o.Data, secret)
	}
}
