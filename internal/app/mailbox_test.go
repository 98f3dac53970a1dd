package app_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/terminal"
)

// TestMailboxAnswers: wrong answers in the mailbox are told at the field, and the text stays.
func TestMailboxAnswers(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	b := w.NewBrowser(t)
	box := enter(t, b, "en", english("What I saw.").send(t, b))
	number := numberOf(t, box)
	p := box.Form("f").Set("answer", " \n").Press("send").Want(422)
	wantFault(t, p, "answer", "Write an answer")
	long := strings.Repeat("word ", 601)
	good := apptest.File{Name: "later.txt", Type: "text/plain", Body: []byte("later")}
	p = p.Form("f").Set("answer", long).Choose("file", good).Press("send").Want(422)
	wantFault(t, p, "answer", "shorten it by 4")
	if got := strings.TrimSpace(p.Form("f").Value("answer")); got != strings.TrimSpace(long) {
		t.Errorf("the text was lost: %d characters", len(got))
	}
	if !cmp.Equal(p.Received(), []string{"later.txt"}) {
		t.Errorf("the file that came with the refused answer is not listed: %v", p.Received())
	}
	p = p.Form("f").Set("answer", "kept text").Choose("file", apptest.File{Name: "empty.txt", Type: "text/plain"}).Press("send").Want(422)
	wantFault(t, p, "file", "This file is empty")
	if p.Form("f").Value("answer") != "kept text" {
		t.Error("the text was lost over a file")
	}
	p = p.Form("f").PressAt("/zh/mailbox/plain", "stay").Want(200)
	if p.Form("f").Value("answer") != "kept text" || !cmp.Equal(p.Received(), []string{"later.txt"}) {
		t.Error("the language switch lost the answer or its file")
	}
	p = p.Form("f").Press("send").Want(200)
	p.Form("f").Press("send").Want(422) // the fresh page has nothing to send
	o := reopen(t, w.Session(t, "chen", "unit-1"), number)
	if got := o.Files(cases.FromReporter); len(got) != 1 || got[0].Name != "later.txt" || len(o.Chains[cases.FromReporter]) != 2 {
		t.Errorf("the unit has %d documents and files %+v", len(o.Chains[cases.FromReporter]), got)
	}
}

// TestMailboxLanguageSwitch: pages of the mailbox that show something once show it in the other language, too.
func TestMailboxLanguageSwitch(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	b := w.NewBrowser(t)
	receipt := chinese("我看到的。").ready(t, b).Press("send").Want(200)
	other := receipt.Form("f").PressAt("/en/report/plain", "stay").Want(200, "We have your report")
	if other.Code() != receipt.Code() {
		t.Error("the receipt in the other language has another code")
	}
	box := enter(t, b, "zh", receipt.Code())
	if _, err := w.Session(t, "chen", "unit-1").Reply(t.Context(), numberOf(t, box), terminal.Letter{Text: "收到了"}); err != nil {
		t.Fatal(err)
	}
	box = box.Form("g").Press("open").Want(200)
	for button, want := range map[string]string{"recode": "Change the receipt code", "close": "Close the mailbox", box.Buttons("erase:")[0]: "Erase this message"} {
		box.Form("g").Press(button).Want(200).Form("f").PressAt("/en/mailbox/plain", "stay").Want(200, want)
	}
	fresh := box.Form("g").Press("recode").Form("f").Set("kind", "digits").Press("yes").Want(200)
	english := fresh.Form("f").PressAt("/en/mailbox/plain", "stay").Want(200, "Your new receipt code")
	if english.Code() != fresh.Code() {
		t.Error("the new code in the other language is another")
	}
	english.Form("g").Press("open").Want(200, "收到了")
}
