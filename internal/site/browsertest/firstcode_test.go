package browsertest

import (
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
)

// TestFirstCodePage exchanges a number, and a link, for receipt codes that the browser makes. A lost answer loses no code.
func TestFirstCodePage(t *testing.T) {
	t.Parallel()
	axe, chrome := axeSource(t), chromium(t)
	var x wire
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(clock(t, morning)()), Wrap: x.wrap})
	b := w.NewBrowser(t)
	code := reports(b, "zh", "digits")
	box := b.Get("/zh/mailbox/plain").Want(200).Form("f").Set("code", code).Press("open").Want(200)
	number := box.Text()[strings.Index(box.Text(), "MH-"):][:15]
	chen := w.Session(t, "chen", "unit-1")
	if _, err := chen.Reply(t.Context(), number, terminal.Letter{}); err != nil {
		t.Fatal(err)
	}
	box.Form("g").Press("close").Want(200).Form("f").Press("yes").Want(200)
	o, err := chen.Open(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	first, err := w.Intake.IssueFirstCode(t.Context(), o.Case.ID, store.FirstPickUp)
	if err != nil {
		t.Fatal(err)
	}
	l := &looker{tab: newTab(t, chrome, w.Server.URL), lang: "zh", axe: axe, n: 160}
	l.scripts(true)
	l.open(200, "/zh/mailbox")
	l.door(spoil(first, 2))
	l.says("第3组")
	l.door(first)
	l.until(`document.querySelector("input[type=radio]")`)
	l.sees("first-kind", plain)
	x.set(loses("/exchange"))
	l.click("#app .cl-actions .govuk-button")
	l.says("不知道换好没有")
	shown := l.code()
	x.set(nil)
	l.click("#app .cl-actions .govuk-button")
	l.says("取号已经用掉")
	l.sees("first-code", plain)
	if got := l.code(); got != shown {
		t.Errorf("first the page shows %q, then %q", shown, got)
	}
	if x.holds(shown) || x.holds(strings.ReplaceAll(shown, " ", "")) {
		t.Error("the receipt code went over the line")
	}
	l.click("#app .cl-actions button")
	l.says("要等承办人员下次打开案件")
	l.shuts()
	l.door(first)
	l.until(`document.querySelector("input[type=radio]")`)
	l.click("#app .cl-actions .govuk-button")
	l.says("这个号打不开信箱")
	l.enters(shown)

	// A link carries its code behind the #; opening it changes nothing.
	b.Get("/zh/mailbox/plain").Want(200).Form("f").Set("code", shown).Press("open").Want(200).Form("g").Press("close").Want(200).Form("f").Press("yes").Want(200)
	link, err := w.Intake.IssueFirstCode(t.Context(), o.Case.ID, store.FirstLink)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		l.open(200, "/en/contact")
		l.open(200, "/en/mailbox#"+link)
		l.until(`document.getElementById("code") && location.hash == ""`)
	}
	if got := ask[string](l.tab, `document.getElementById("code").value`); got != link {
		t.Errorf("the field holds %q", got)
	}
	l.to("#code")
	l.key(keyEnter)
	l.until(`document.querySelector("input[type=radio]")`)
	l.click("#app .cl-actions .govuk-button")
	l.says("The number is used up")
	l.click("#app .cl-actions button")
	l.until(`document.querySelector(".cl-status")`)
}
