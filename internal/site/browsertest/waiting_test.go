package browsertest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// TestWaitingLettersPage: what was written before a number was exchanged is sealed to the mailbox by who opens the case next, unasked,
// and read there, if the report inside its seal names the mailbox's keys; keys of which only the server says whose they are get
// nothing. Reports that a clerk enters for a caller are not there yet: the first half is told by a bent answer of the server.
func TestWaitingLettersPage(t *testing.T) {
	t.Parallel()
	o := newCaseWorld(t)
	number := o.withoutMailbox(t)
	code := seal.NewDigits()
	o.exchanges(t, number, code)
	r := o.tab(o.Server.URL)
	r.scripts(true)
	reads := func(words string) {
		t.Helper()
		r.open(200, "/zh/mailbox")
		r.enters(code)
		r.says(words)
	}
	reads("要等承办人员下次打开案件")
	o.wire.sent()
	chen := o.member("chen", "zh", "case/"+number)
	chen.opens()
	chen.until(`document.querySelector('#app > div > .cl-note--danger [data-doubt="terminal.mailbox_vouched"]')`)
	chen.until(`document.querySelector(".cl-thread .cl-tag--warn")`) // the letter waits
	if sent := o.wire.sent(); slices.ContainsFunc(sent, func(p string) bool { return strings.HasSuffix(p, "/reseal") }) {
		t.Errorf("sealed to keys of which only the server says whose they are: %q", sent)
	}
	reads("要等承办人员下次打开案件")
	if strings.Contains(r.text(), "等着的话") {
		t.Error("a stranger's keys read the letter")
	}

	o.wire.set(o.names(t, number, code))
	chen.looks()
	chen.says("1封信一直在等信箱，现在已经放进去了")
	if n := ask[int](chen.tab, `document.querySelectorAll(".cl-tag--warn").length`); n != 0 {
		t.Error("a letter still waits")
	}
	reads("等着的话")
	chen.looks()
	if strings.Contains(chen.text(), "一直在等信箱") {
		t.Error("it is sealed to the mailbox a second time")
	}
}

// names puts the keys of a code into the report that the desk is handed, signed by them.
func (o *caseWorld) names(t *testing.T, number, code string) func(http.Handler, http.ResponseWriter, *http.Request) {
	t.Helper()
	keys, err := seal.DeriveMailbox(o.Dir.Instance, code)
	if err != nil {
		t.Fatal(err)
	}
	c, err := o.Session(t, "chen", "unit-1").Open(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	report := *c.Report
	report.Mailbox = keys.Public()
	raw, err := seal.EncodeBody(&report)
	if err != nil {
		t.Fatal(err)
	}
	return changes("/case/"+number, listing(t, func(docs []map[string]any) []map[string]any {
		first := docs[0] // the reporter's chain comes first
		d := seal.Document{Instance: o.Dir.Instance, Kind: seal.KindReport, Case: c.Case.ID.String(), Chain: seal.ChainReporter, ID: first["doc"].(string), Seq: 1, Unit: "unit-1",
			Day: first["day"].(string), Author: seal.Author{Role: seal.RoleReporter}, Body: raw}
		sealed, err := seal.SealDocument(d, seal.KindReport.Floor(), []seal.Recipient{o.Key(t, "unit-1").Age.Recipient()}, seal.Signer{Role: seal.RoleReporter, Key: keys.Sign})
		if err != nil {
			t.Error(err)
		}
		first["sealed"], first["hash"] = base64.StdEncoding.EncodeToString(sealed), seal.SealedHash(sealed)
		return docs
	}))
}

// withoutMailbox is a case with a letter of the office whose mailbox was closed.
func (o *caseWorld) withoutMailbox(t *testing.T) (number string) {
	t.Helper()
	b := o.NewBrowser(t)
	code := reports(b, "zh", "digits")
	box := b.Get("/zh/mailbox/plain").Want(200).Form("f").Set("code", code).Press("open").Want(200)
	number = box.Text()[strings.Index(box.Text(), "MH-"):][:15]
	if _, err := o.Session(t, "chen", "unit-1").Reply(t.Context(), number, terminal.Letter{Text: "等着的话"}); err != nil {
		t.Fatal(err)
	}
	box.Form("g").Press("close").Want(200).Form("f").Press("yes").Want(200)
	return number
}

// exchanges takes a pick-up number for a case and exchanges it for the keys of a receipt code.
func (o *caseWorld) exchanges(t *testing.T, number, code string) {
	t.Helper()
	c, err := o.Session(t, "chen", "unit-1").Open(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	first, err := o.Intake.IssueFirstCode(t.Context(), c.Case.ID, store.FirstPickUp)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.DeriveMailbox(o.Dir.Instance, code)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]any{"code": first, "next": keys.Public()})
	if err != nil {
		t.Fatal(err)
	}
	o.NewBrowser(t).Post("/zh/api/exchange", "application/json", body).Want(200)
}
