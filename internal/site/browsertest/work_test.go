package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
)

// TestWorkPages is a day with the pages around the list: board, deadlines, load, reminders and texts of one's own, a list under a
// name, and several cases given to somebody at once, taken back and done.
func TestWorkPages(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s, err := o.As(t.Context(), "chen", "unit-1")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for i := range 4 {
		number := o.report(t, fmt.Sprintf("第%d件事，都是编的。", i+1), false)
		o.titled(t, number, fmt.Sprintf("标题%d", i+1), "没有别的。")
		if i < 3 {
			for _, d := range []terminal.Decision{{Act: cases.ActTriage}, {Act: cases.ActAccept, Handler: "lin", Reasons: "符合标准。"}} {
				if _, err := s.Decide(t.Context(), number, d); err != nil {
					t.Fatal(err)
				}
			}
		}
		all = append(all, number)
	}
	axe, browser := axeSource(t), chromium(t)
	c := o.enters(t, newTab(t, browser, o.Config.Desk.URL), "chen", "/zh/cases?unit=unit-1")
	c.until(`document.querySelectorAll('[data-title=open]').length == 4`)

	c.act(`.cl-looks a[href*="board"]`)
	c.until(`document.querySelectorAll('.cl-board [data-title=open]').length == 4`)
	if got := ask[string](c.tab, `document.querySelector("#step-accepted").closest("section").innerText`); !strings.Contains(got, "3") || !strings.Contains(got, "标题1") {
		t.Errorf("the column: %s", got)
	}
	c.sound(axe, "the board")
	c.act(`.cl-looks a[href*="clockdays"]`)
	c.until(`document.querySelector(".cl-month")`)
	c.sound(axe, "deadlines by day")
	if ask[bool](c.tab, `document.querySelector(".cl-month a") === null`) { // none in the rest of this month
		c.act(`.cl-monthbar nav a:last-child`)
	}
	c.until(`document.querySelector(".cl-month a")`)
	c.act(`.cl-month a`)
	c.until(`location.pathname == "/zh/cases" && location.search.includes("ends=") && document.querySelectorAll("tr[data-number]").length > 0`)
	c.keepsList(t)
	c.act(`.cl-looks a[href*="load"]`)
	c.until(`document.querySelector(".cl-chart svg rect")`)
	if got := ask[string](c.tab, `document.querySelector(".cl-bars").innerText`); !strings.Contains(got, "已受理") || !strings.Contains(got, "3") {
		t.Errorf("load: %s", got)
	}
	c.sound(axe, "load")
	c.keepsOwn(t, axe, all[0])
	o.givesSeveral(t, c, axe, all)
	c.act(`tr[data-number="` + all[0] + `"] a`)
	c.putsIn(t)
	o.goesAway(t, c, axe, all[0])
}

// putsIn puts one of the person's texts into a note of a case.
func (c *colleague) putsIn(t *testing.T) {
	t.Helper()
	c.until(`document.querySelector("#note-text")`)
	c.write("note-text", "今天。")
	ask[any](c.tab, `document.querySelector("#note-text").closest(".govuk-form-group").querySelector("summary").click(), null`)
	c.until(`document.querySelector(".cl-texts button")`)
	c.act(".cl-texts button")
	if got := ask[string](c.tab, `document.querySelector("#note-text").value`); got != "今天。您好：\n材料已收到。" {
		t.Errorf("the note: %q", got)
	}
}

// keepsList keeps the list that is shown under a name, and finds it again.
func (c *colleague) keepsList(t *testing.T) {
	t.Helper()
	c.until(`document.querySelector(".cl-saved summary")`)
	was := ask[string](c.tab, `new URLSearchParams(location.search).get("ends")`)
	c.act(".cl-saved summary")
	c.act(".cl-saved .cl-actions button")
	if got := ask[string](c.tab, `document.querySelector(".cl-saved .govuk-error-message").textContent`); got != "请起个名称。" {
		t.Errorf("without a name: %q", got)
	}
	c.write("list-name", "这天到期")
	c.act(".cl-saved .cl-actions button")
	c.until(`document.querySelector('.cl-saved > a[aria-current]')?.textContent == "这天到期"`)
	c.act(`.cl-views a`) // all
	c.act(".cl-filters .cl-linklike")
	c.until(`!location.search.includes("ends")`)
	c.act(`.cl-saved > a`)
	c.until(`new URLSearchParams(location.search).get("ends") == "` + was + `"`)
}

// keepsOwn writes a reminder with a number that is none, corrects it, ticks it off, deletes it and puts it back; and the keys of the
// list stay off.
func (c *colleague) keepsOwn(t *testing.T, axe, number string) {
	t.Helper()
	c.act(`nav a[href="/zh/own"]`)
	c.until(`document.querySelector("#reminder-text")`)
	c.write("reminder-text", "给证人回电话")
	c.write("reminder-number", "MH-0000-0000-00")
	c.act(".cl-card .cl-actions button")
	c.until(`document.querySelector("#reminder-number-error:not([hidden])")`)
	c.write("reminder-number", strings.ToLower(strings.ReplaceAll(number, "-", " "))) // as people type it
	c.act(".cl-card .cl-actions button")
	c.until(`document.querySelector(".cl-own li")?.innerText.includes("` + number + `")`)
	c.act(`.cl-own input`)
	c.until(`document.querySelector("details .cl-own li")`)
	c.act("details.cl-why > summary")
	c.act(`details .cl-own__about button`)
	c.until(`document.querySelector(".cl-note--ok button")`)
	c.act(".cl-note--ok button")
	c.until(`document.querySelector("details .cl-own li")`)
	c.write("text-name", "收到")
	c.write("text-words", "您好：\n材料已收到。")
	c.act(`nav a[href="/zh/account"]`) // typed words are not lost on the way
	c.until(`document.querySelector(".cl-note--warn button")`)
	c.act(".cl-note--warn button")
	c.act(`section[aria-labelledby=texts] .cl-card .cl-actions button`)
	c.until(`document.querySelector("section[aria-labelledby=texts] .cl-own li")?.innerText.includes("材料已收到")`)
	c.sound(axe, "for myself")
	c.write("reminder-text", "还没写完")
	c.act("#who > button:first-of-type") // with the key, what it opened is gone
	c.until(`document.querySelector(".cl-note--seal button")`)
	if got := ask[string](c.tab, `document.documentElement.innerHTML`); strings.Contains(got, "材料已收到") || strings.Contains(got, "给证人回电话") {
		t.Error("something that was opened is still on the page")
	}
	c.act(".cl-note--seal button")
	c.until(`document.querySelector("#unlock-words")`)
	c.write("unlock-words", strings.Join(c.passphrase, " "))
	c.act(".cl-card .cl-actions button")
	c.until(`document.querySelector("#reminder-text")?.value == "还没写完"`)
	c.write("reminder-text", "")
	c.act(`nav a[href="/zh/account"]`)
	c.until(`document.querySelector("#single-keys")`)
	c.act("#single-keys")
	c.act(`nav a[href="/zh/own"]`)
	c.until(`document.querySelector(".cl-own li")`)
	if ask[bool](c.tab, `document.documentElement.innerText.includes("〔")`) {
		t.Error("a text is missing")
	}
}

// givesSeveral gives two cases to somebody, takes it back, does it, and reads why a third is refused.
func (o *officeWorld) givesSeveral(t *testing.T, c *colleague, axe string, all []string) {
	t.Helper()
	if err := o.Store.Write(t.Context(), func(tx *store.Tx) error { return tx.SetTongues("desk", "lin", []string{"en", "zh-Hans"}) }); err != nil {
		t.Fatal(err)
	}
	c.open(200, "/zh/cases?unit=unit-1") // loaded anew: the key is shut, what is kept is sealed
	c.until(`document.querySelector(".cl-note--seal button")`)
	c.act(".cl-note--seal button")
	c.until(`document.querySelector("#unlock-words")`)
	c.write("unlock-words", strings.Join(c.passphrase, " "))
	c.act(".cl-card .cl-actions button")
	c.until(`document.querySelectorAll('[data-title=open]').length == 4 && document.querySelector(".cl-saved > a")`)
	ask[any](c.tab, `document.activeElement.blur(), null`)
	c.key(keyJ)
	if got := ask[string](c.tab, `document.activeElement.closest("tr")?.dataset.number ?? ""`); got != "" {
		t.Errorf("a single key leads to %q though they were switched off", got)
	}
	c.act(`.cl-sortline > button`)
	for _, n := range []string{all[0], all[1], all[3]} {
		c.act(`[id="choose-` + n + `"]`)
	}
	c.until(`document.querySelector("#bulk-handler")?.options.length > 1`)
	c.until(`[...document.querySelector("#bulk-handler").options].some(o => o.value == "lin" && o.textContent.includes("英语"))`) // what she reads
	c.sound(axe, "choosing several")
	choose := func() {
		t.Helper()
		if !ask[bool](c.tab, `(s => { s.value = [...s.options].find(o => o.value == "lin").value; return true; })(document.querySelector("#bulk-handler"))`) {
			t.Fatal("nobody to give to")
		}
		c.act(".cl-bulk__give button")
		c.until(`document.querySelector(".cl-bulk .cl-note")`)
	}
	versions := func() (out []int64) {
		t.Helper()
		for _, n := range all {
			s, err := o.As(t.Context(), "zhao", "unit-1")
			if err != nil {
				t.Fatal(err)
			}
			opened, err := s.Open(t.Context(), n)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, opened.Case.Version)
		}
		return out
	}
	before := versions()
	choose()
	c.act(`nav a[href="/zh/own"]`) // who leaves is asked
	c.until(`document.querySelectorAll(".cl-note--warn button").length == 2`)
	c.act(".cl-bulk .cl-actions button") // undo
	c.until(`document.querySelector("#bulk-handler")`)
	if got := versions(); fmt.Sprint(got) != fmt.Sprint(before) {
		t.Errorf("taken back, and yet: %v, %v before", got, before)
	}
	choose()
	c.act(".cl-bulk .cl-actions button:last-child") // at once
	c.until(`document.querySelector(".cl-bulk .cl-list li")`)
	if got := ask[string](c.tab, `document.querySelector(".cl-bulk").innerText`); !strings.Contains(got, "办好2件") || !strings.Contains(got, all[3]) {
		t.Errorf("what was done: %s", got)
	}
	after := versions()
	if after[0] == before[0] || after[1] == before[1] || after[2] != before[2] || after[3] != before[3] {
		t.Errorf("%v, %v before", after, before)
	}
}
