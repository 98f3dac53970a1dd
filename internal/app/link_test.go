package app_test

import (
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/pack"
)

// TestLinkedReport: the second report of one fact is linked to the first, its reporter learns nothing of that, and is told the outcome
// in their own case, by an act of its own.
func TestLinkedReport(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		b := w.NewBrowser(t)
		first := numberOf(t, enter(t, b, "zh", chinese("门卫收钱放人进机房。").send(t, b)))
		box := enter(t, b, "zh", chinese("三楼机房的门卫收了钱。").send(t, b))
		second := numberOf(t, box)
		sun := w.Hire(t, "sun", "unit-1", "triage", "handler")
		zhao := w.Session(t, "zhao", "unit-1")
		for _, n := range []string{first, second} {
			do(t, must(sun.Reply(t.Context(), n, terminal.Letter{})), cases.Acknowledged)
			do(t, must(sun.Decide(t.Context(), n, terminal.Decision{Act: cases.ActTriage})), cases.Triaged)
		}
		linkTo := func(child, parent string) error {
			_, err := sun.Link(t.Context(), child, parent, "同一天同一道门。", "符合标准。")
			return err
		}
		wantError(t, linkTo(second, first), errs.Conflict, "cases.parent_state") // nobody is on it yet
		do(t, must(sun.Decide(t.Context(), first, terminal.Decision{Act: cases.ActAccept, Handler: "sun", Reasons: "符合标准。"})), cases.Accepted)
		wantError(t, linkTo(second, second), errs.Conflict, "cases.parent_later")
		wantError(t, linkTo(second, "MH-0000-0000-00"), errs.Invalid, "cases.parent_missing")
		if err := linkTo(second, first); err != nil {
			t.Fatal(err)
		}
		box = box.Form("g").Press("open").Want(200, "已受理", "已指定承办人")
		if text := box.Text(); strings.Contains(text, first) || strings.Contains(text, "先前") || strings.Contains(text, "并案") {
			t.Errorf("the mailbox tells of the earlier report: %s", text)
		}
		o := reopen(t, sun, first)
		f, err := sun.Casework.Open(t.Context(), sun.Who, first)
		if err != nil || len(f.Children) != 1 || f.Children[0].Number != second {
			t.Fatalf("children %+v, %v", f.Children, err)
		}

		do(t, must(sun.Decide(t.Context(), first, terminal.Decision{Act: cases.ActOpenInquiry, Reasons: "调门禁记录。"})), cases.InInquiry)
		do(t, must(sun.Decide(t.Context(), first, terminal.Decision{Act: cases.ActProposeConclusion, Code: cases.F1, NoMeasures: true, Reasons: "属实。"})), cases.InInquiry)
		do(t, must(zhao.Decide(t.Context(), first, terminal.Decision{Act: cases.ActApprove})), cases.Concluded)
		tell := terminal.Decision{Act: cases.ActFeedback, Reasons: "门卫已调离。"}
		_, err = sun.Decide(t.Context(), second, tell)
		wantError(t, err, errs.Conflict, "cases.parent_open")
		do(t, must(sun.Decide(t.Context(), first, tell)), cases.FeedbackGiven)
		if _, err := sun.Casework.Letter(t.Context(), sun.Who, second, casework.LetterAsk{Template: pack.TemplateOutcome}); err != nil {
			t.Error(err)
		}
		do(t, must(sun.Decide(t.Context(), second, tell)), cases.FeedbackGiven)
		box.Form("g").Press("open").Want(200, "门卫已调离。", "属实", "不同意这个决定？")
		if o.Case.State == cases.Linked {
			t.Error("the earlier case moved")
		}
	})
}
