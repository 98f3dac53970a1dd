package browsertest

import (
	"strings"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/setup"
)

// goesAway enters an absence on a phone, with a mistake and a correction, comes back early, and then stands in for a colleague, to whom
// a case belongs.
func (o *officeWorld) goesAway(t *testing.T, c *colleague, axe, number string) {
	t.Helper()
	o.Change(t, "chen", "unit-1", "handler", "triage")
	today := o.Casework.Today()
	set := func(field, value string) {
		t.Helper()
		ask[any](c.tab, `(e => { e.value = "`+value+`"; e.dispatchEvent(new Event("change")); })(document.querySelector("#away-`+field+`-unit-1")), null`)
	}
	c.size(phone, 800)
	ask[any](c.tab, `(e => { e.value = ""; e.dispatchEvent(new Event("input", { bubbles: true })); })(document.querySelector("#note-text")), null`)
	c.act(`nav a[href="/zh/account"]`)
	c.until(`document.querySelector('main a[href="/zh/away"]')`)
	c.act("#tongue-zh-Hans")
	c.act("#tongues button")
	c.until(`document.querySelector("#tongues [role=status]").innerText.includes("已保存")`)
	c.sound(axe, "my account")
	c.act(`main a[href="/zh/away"]`)
	unit := `section[data-unit="unit-1"] `
	c.until(`document.querySelector('` + unit + `> .cl-actions button')`)
	c.act(unit + `> .cl-actions button`)
	set("to", today.Add(-1).String())
	set("deputy", "lin")
	c.sound(axe, "entering an absence")
	save := unit + `.cl-card .cl-actions button`
	c.act(save)
	c.until(`document.querySelector('` + unit + `.cl-note--danger')?.innerText.includes("最后一天不能早于第一天")`)
	set("to", today.Add(3).String())
	c.act(save)
	c.until(`document.querySelector('` + unit + `[data-absence]')?.innerText.includes("代理。")`)
	c.act(unit + `[data-absence] .cl-linklike`)
	set("to", today.Add(5).String())
	c.act(save)
	c.until(`document.querySelector("[role=status]").innerText.includes("已更正")`)
	c.sound(axe, "somebody who is away")
	c.act(unit + `[data-absence] .cl-linklike:last-child`)
	c.until(`document.querySelector("[role=status]").innerText.includes("已结束") && !document.querySelector("[data-absence]")`)

	if _, err := o.Setup.EnterAbsence(t.Context(), setup.Who{Account: "lin", Role: setup.Member}, "unit-1", cases.Absence{Deputy: "chen", From: today, To: today}); err != nil {
		t.Fatal(err)
	}
	c.open(200, "/zh/cases?unit=unit-1")
	c.until(`document.querySelector('tr[data-number="` + number + `"]')`)
	if got := ask[string](c.tab, `document.querySelector('tr[data-number="`+number+`"]').innerText`); !strings.Contains(got, "您代理") {
		t.Errorf("the row: %s", got)
	}
	c.act(`tr[data-number="` + number + `"] a`)
	c.until(`document.querySelector("main").innerText.includes("您正代理")`)
}
