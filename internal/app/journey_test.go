package app_test

import (
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/seal"
)

// words are what the pages of a language say at the turning points of a journey.
type words struct{ declined, reasons, question, answer, erased, closed string }

func wordsOf(lang string) words {
	if lang == "zh" {
		return words{"不予受理", "没有可以核实的事实，我们也没有别的办法。", "还记得是哪一天吗？", "三月九日下午。补一份聊天记录。", "这封信已从您的信箱里删除", "信箱"}
	}
	return words{"Not accepted", "There is nothing in it that we can check.", "Do you remember the day?", "On 9 March. I add the messages.", "The message is gone from your mailbox", "mailbox"}
}

// TestJourneyDeclined goes the whole way with real texts and files: from the first page to a decision, its proof,
// a new code and a closed mailbox.
func TestJourneyDeclined(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		for _, d := range []draft{chinese(string(testdata(t, "report.zh.txt"))), english(string(testdata(t, "report.en.txt")))} {
			d.files = []apptest.File{
				{Name: "现场照片 photo.jpg", Type: "image/jpeg", Body: testdata(t, "photo.jpg")},
				{Name: "聊天记录 letter.pdf", Type: "application/pdf", Body: testdata(t, "letter.pdf")},
			}
			t.Run(d.lang, func(t *testing.T) { declined(t, w, d) })
		}
	})
}

func declined(t *testing.T, w *apptest.World, d draft) {
	b := w.NewBrowser(t)
	say := wordsOf(d.lang)
	receipt := d.ready(t, b).Press("send").Want(200)
	code := receipt.Code()
	if strings.Contains(receipt.Body, strings.TrimSpace(d.what)[:60]) {
		t.Error("the receipt still carries the answers")
	}
	ack := receipt.Form("g").Press("ack").Want(200).Body

	box := enter(t, b, d.lang, code)
	number := numberOf(t, box)
	opened := openWhole(t, w, number, d)
	both := w.Hire(t, "sun-"+d.lang, "unit-1", "triage", "approver")
	chen, zhao := w.Session(t, "chen", "unit-1"), w.Session(t, "zhao", "unit-1")

	do(t, must(chen.Reply(t.Context(), number, terminal.Letter{})), cases.Acknowledged)
	do(t, must(chen.Decide(t.Context(), number, terminal.Decision{Act: cases.ActTriage})), cases.Triaged)
	files, kept := attach(t, chen, number, "样单 form.pdf", testdata(t, "letter.pdf"))
	do(t, must(chen.Reply(t.Context(), number, terminal.Letter{Text: say.question, Files: files, Kept: kept, Ask: true})), cases.NeedsInfo)

	box = box.Form("g").Press("open").Want(200, say.question, "样单 form.pdf", opened.Case.Number)
	wantDates(t, w, box, d)
	if got := box.Form("g").Press("file:" + files[0].Blob).Want(200).Body; got != string(testdata(t, "letter.pdf")) {
		t.Error("the file from the unit is not the one that was sent")
	}
	answerFile := apptest.File{Name: "chat.txt", Type: "text/plain", Body: []byte("14:02 您放心\n")}
	box = box.Form("f").Set("answer", say.answer).Choose("file", answerFile).Press("send").Want(200)
	if strings.Contains(box.Body, say.answer) {
		t.Error("the mailbox shows again what the reporter wrote")
	}
	o := reopen(t, chen, number)
	if got := o.Files(cases.FromReporter); len(got) != 3 || got[2].Name != "chat.txt" {
		t.Fatalf("files of the reporter: %+v", got)
	}
	wantFile(t, w, chen, number, o.Files(cases.FromReporter)[2], answerFile.Body)

	do(t, must(both.Decide(t.Context(), number, terminal.Decision{Act: cases.ActProposeDecline, Code: cases.D3, Reasons: say.reasons})), cases.Triaged)
	_, err := both.Decide(t.Context(), number, terminal.Decision{Act: cases.ActApprove})
	wantError(t, err, errs.Denied, "cases.own_proposal")
	do(t, must(zhao.Decide(t.Context(), number, terminal.Decision{Act: cases.ActApprove})), cases.Declined)
	box = box.Form("g").Press("open").Want(200, say.reasons)

	verifyOffline(t, w, b, box, []byte(ack), o.Chains[cases.FromReporter][0].Body)
	box = eraseFirst(t, box, say)
	changeAndClose(t, b, d, box, code, say)
}

func eraseFirst(t *testing.T, box *apptest.Page, say words) *apptest.Page {
	t.Helper()
	box = box.Form("g").Press("open").Want(200)
	buttons := box.Buttons("erase:")
	if len(buttons) != 3 {
		t.Fatalf("%d messages can be erased, want 3: %s", len(buttons), box.Text())
	}
	asked := box.Form("g").Press(buttons[1]).Want(200)
	again := box.Form("g").Press("open").Want(200, say.question) // asking erases nothing
	if len(again.Buttons("erase:")) != 3 {
		t.Error("a message went before it was confirmed")
	}
	box = asked.Form("f").Press("yes").Want(200, say.erased, say.reasons)
	if strings.Contains(box.Text(), say.question) || len(box.Buttons("erase:")) != 2 || len(box.Buttons("file:")) != 0 {
		t.Errorf("the erased message or its file is still there: %s", box.Text())
	}
	asked.Form("f").Press("yes").Want(200) // again: nothing more happens
	return box
}

// changeAndClose changes the code, compares what both codes open, and closes the mailbox.
func changeAndClose(t *testing.T, b *apptest.Browser, d draft, box *apptest.Page, old string, say words) {
	t.Helper()
	ask := box.Form("g").Press("recode").Want(200)
	changed := ask.Form("f").Set("kind", "digits").Press("yes").Want(200)
	fresh := changed.Code()
	if fresh == old {
		t.Fatal("the code did not change")
	}
	if again := ask.Form("f").Set("kind", "digits").Press("yes").Want(200).Code(); again != fresh {
		t.Error("the same form again gives another code: whoever lost the answer lost the mailbox")
	}
	enter(t, b, d.lang, old).Want(422)
	box = enter(t, b, d.lang, fresh).Want(200, say.reasons)
	if len(box.Buttons("erase:")) != 2 {
		t.Errorf("the new code shows %d messages, want 2", len(box.Buttons("erase:")))
	}
	never := seal.FormatCode(seal.NewDigits())
	closing := box.Form("g").Press("close").Want(200)
	enter(t, b, d.lang, fresh).Want(200) // asking closes nothing
	closing.Form("f").Press("yes").Want(200)
	gone, none, replaced := enter(t, b, d.lang, fresh), enter(t, b, d.lang, never), enter(t, b, d.lang, old)
	// What differs is what was typed, and the random bytes of the new form.
	same := func(p *apptest.Page, code string) string {
		return strings.NewReplacer(code, "#", p.Form("f").Value("token"), "*").Replace(p.Body)
	}
	if gone.Status != 422 || same(gone, fresh) != same(none, never) {
		t.Error("a closed mailbox answers otherwise than one that never was")
	}
	if d.kind == "digits" && same(replaced, old) != same(none, never) {
		t.Error("a changed code answers otherwise than one that never was")
	}
	if len(gone.Body)%(16<<10) != 0 || gone.Header.Get("Content-Encoding") != "" || len(gone.Header) != len(none.Header) {
		t.Errorf("size %d, headers %v", len(gone.Body), gone.Header)
	}
	box.Form("g").Press("open").Want(422) // the handle is dead with its mailbox
}

// TestJourneyConcluded takes a case to its end: accepted, looked into, heard, concluded by two people, told, closed.
func TestJourneyConcluded(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		b := w.NewBrowser(t)
		d := english(string(testdata(t, "report.en.txt")))
		box := enter(t, b, "en", d.send(t, b))
		number := numberOf(t, box)
		chen, lin := w.Session(t, "chen", "unit-1"), w.Session(t, "lin", "unit-1")
		zhao, wu := w.Session(t, "zhao", "unit-1"), w.Session(t, "wu", "unit-1")
		decide := func(s *terminal.Session, d terminal.Decision, want cases.State) {
			t.Helper()
			do(t, must(s.Decide(t.Context(), number, d)), want)
		}
		do(t, must(chen.Reply(t.Context(), number, terminal.Letter{Text: "Thank you."})), cases.Acknowledged)
		decide(chen, terminal.Decision{Act: cases.ActTriage}, cases.Triaged)
		_, err := lin.Open(t.Context(), number)
		wantError(t, err, errs.Denied, "casework.not_assigned")
		decide(chen, terminal.Decision{Act: cases.ActAccept, Handler: "lin", Reasons: "It fits the elements."}, cases.Accepted)
		decide(lin, terminal.Decision{Act: cases.ActOpenInquiry, Reasons: "Visitors' book first."}, cases.InInquiry)
		_, err = lin.Decide(t.Context(), number, terminal.Decision{Act: cases.ActProposeConclusion, Code: cases.F1, Reasons: "As reported."})
		wantError(t, err, errs.Invalid, "cases.not_heard")
		do(t, must(lin.Reply(t.Context(), number, terminal.Letter{Text: "We have spoken to the guard.", Progress: true})), cases.InInquiry)
		decide(lin, terminal.Decision{Act: cases.ActHear, Code: cases.H1, Reasons: "Heard on the premises."}, cases.InInquiry)
		decide(lin, terminal.Decision{Act: cases.ActProposeConclusion, Code: cases.F1, Reasons: "No audit was ordered that week."}, cases.InInquiry)
		_, err = lin.Decide(t.Context(), number, terminal.Decision{Act: cases.ActApprove})
		wantError(t, err, errs.Denied, "cases.role")
		if strings.Contains(box.Form("g").Press("open").Want(200).Text(), "ordered that week") {
			t.Error("the reporter reads a proposal that nobody approved")
		}
		decide(zhao, terminal.Decision{Act: cases.ActApprove}, cases.Concluded)
		decide(lin, terminal.Decision{Act: cases.ActFeedback, Reasons: "Nobody had ordered that audit."}, cases.FeedbackGiven)
		box = box.Form("g").Press("open").Want(200, "Nobody had ordered that audit.", "Substantiated", "We have spoken to the guard.")
		decide(lin, terminal.Decision{Act: cases.ActProposeClosing}, cases.FeedbackGiven)
		decide(wu, terminal.Decision{Act: cases.ActApprove}, cases.Closed)
		box = box.Form("g").Press("open").Want(200, "Closed.")
		box.Form("f").Set("answer", "Thank you. One more thing.").Press("send").Want(200)
		if o := reopen(t, lin, number); o.Case.State != cases.Closed || len(o.Chains[cases.FromReporter]) != 2 {
			t.Errorf("a later word of the reporter: state %s, %d documents", o.Case.State, len(o.Chains[cases.FromReporter]))
		}
	})
}

func must(c cases.Case, err error) func() (cases.Case, error) {
	return func() (cases.Case, error) { return c, err }
}

// do fails unless an act went through and left the case in a state.
func do(t *testing.T, act func() (cases.Case, error), want cases.State) {
	t.Helper()
	c, err := act()
	if err != nil {
		t.Fatalf("towards %s: %v", want, err)
	}
	if c.State != want {
		t.Fatalf("state %s, want %s", c.State, want)
	}
}

// wantError fails unless err has a kind and one of the keys.
func wantError(t *testing.T, err error, kind errs.Kind, keys ...string) {
	t.Helper()
	e, ok := errs.Public(err)
	if !ok || e.Kind != kind || !slices.Contains(keys, e.Key) {
		t.Fatalf("error %v, want %v %v", err, kind, keys)
	}
}

// TestAnsweredQuestionIsGone: the page that follows an answer no longer asks for it.
func TestAnsweredQuestionIsGone(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	number, code := sendSample(t, w)
	chen, err := w.As(t.Context(), "chen", "unit-1")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []func() error{
		func() error { _, err := chen.Reply(t.Context(), number, terminal.Letter{}); return err },
		func() error {
			_, err := chen.Decide(t.Context(), number, terminal.Decision{Act: cases.ActTriage})
			return err
		},
		func() error {
			_, err := chen.Reply(t.Context(), number, terminal.Letter{Text: "Which day was it?", Ask: true})
			return err
		},
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	b := w.NewBrowser(t)
	box := b.Get("/en/mailbox/plain").Form("f").Set("code", code).Press("open").Want(200, "We have a question for you")
	after := box.Form("f").Set("answer", "The ninth of March.").Press("send").Want(200, "Your answer is sealed and sent")
	if strings.Contains(after.Text(), "Waiting for you") || strings.Contains(after.Text(), "We have a question for you") {
		t.Errorf("the page still waits for the answer: %s", after.Text())
	}
}

// sendSample sends a short report and gives its number and code.
func sendSample(t *testing.T, w *apptest.World) (number, code string) {
	t.Helper()
	tok := w.Intake.NewToken()
	d, faults := w.Intake.Check(intake.Sent{Category: "protected-documents", Danger: "no", What: "x", Region: "donggang", Lang: "en", CodeKind: "digits",
		Answers: map[id.Question][]string{"means": {"other"}, "wanted": {"unsure"}}})
	if len(faults) > 0 {
		t.Fatal(faults[0])
	}
	r, err := w.Intake.Submit(t.Context(), tok, d)
	if err != nil {
		t.Fatal(err)
	}
	m, err := w.Intake.OpenMailbox(t.Context(), r.Code)
	if err != nil {
		t.Fatal(err)
	}
	v, err := w.Intake.View(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return v.Number, r.Code
}
