package app_test

import (
	"net/http"
	"slices"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// TestChenKnowsThePerson: somebody who looks at reports knows the person reported. From the moment that he says so he is handed nothing
// of the case and does nothing in it; what he had begun is over; others go on; an approver corrects a mistake.
func TestChenKnowsThePerson(t *testing.T) {
	t.Parallel()
	everyDatabase(t, func(t *testing.T, w *apptest.World, _ http.Handler) {
		ctx, c := t.Context(), inInquiry(t, w)
		o := &office{t, w, c.Unit, map[string]*terminal.Session{}}
		o.hire("tao", "handler")
		o.hire("fan", "triage")
		if err := o.as("lin").Keep(ctx, c.Number, &seal.Title{Text: "会议室的盒子"}); err != nil {
			t.Fatal(err)
		}
		opened := reopen(t, o.as("chen"), c.Number)
		if o.sees("chen", c) != 4 {
			t.Errorf("before, chen sees it in %d of four ways", o.sees("chen", c))
		}
		decide := func(name string, d terminal.Decision) (cases.Case, error) { return o.as(name).Decide(ctx, c.Number, d) }
		aside := terminal.Decision{Act: cases.ActStepAside}
		do(t, must(decide("chen", aside)), cases.InInquiry)
		if o.sees("chen", c) != 0 {
			t.Errorf("chen still sees it in %d ways", o.sees("chen", c))
		}
		for what, err := range map[string]error{
			"opening": second(o.as("chen").Open(ctx, c.Number)), "again": second(o.as("chen").Do(ctx, opened, cases.Act{Kind: cases.ActStepAside})),
			"a note":   w.Casework.Write(ctx, o.as("chen").Who, c.Number, casework.Document{Kind: seal.KindNote}),
			"a file":   third(w.Casework.Blob(ctx, o.as("chen").Who, c.Number, id.NewBlob())),
			"a letter": second(w.Casework.Letter(ctx, o.as("chen").Who, c.Number, casework.LetterAsk{Template: "progress"})),
		} {
			if e, ok := errs.Public(err); !ok || e.Key != "casework.aside" {
				t.Errorf("%s: %v", what, err)
			}
		}

		// The handler is named in the report, too: an approver sees to it, and what the handler proposed is over with it.
		do(t, must(decide("lin", terminal.Decision{Act: cases.ActProposeConclusion, Code: cases.F4, Reasons: "查不清。"})), cases.InInquiry)
		_, err := decide("fan", terminal.Decision{Act: cases.ActSetAside, Handler: "lin", Reasons: "举报里提到了他。"})
		wantError(t, err, errs.Denied, "cases.role")
		_, err = decide("zhao", terminal.Decision{Act: cases.ActSetAside, Handler: "nobody", Reasons: "举报里提到了他。"})
		wantError(t, err, errs.Invalid, "casework.not_a_member")
		do(t, must(decide("zhao", terminal.Decision{Act: cases.ActSetAside, Handler: "lin", Reasons: "举报里提到了他。"})), cases.InInquiry)
		file := reopen(t, o.as("zhao"), c.Number)
		if _, waits := cases.OpenProposal(file.Events); waits || file.Handler != "" || !slices.Equal(o.mine("lin"), nil) {
			t.Errorf("a proposal waits: %v, the case is %q's, lin has %v", waits, file.Handler, o.mine("lin"))
		}
		var names []string
		for _, a := range file.Aside {
			names = append(names, string(a.ID)+" "+a.Name)
		}
		if len(names) != 2 || slices.ContainsFunc(file.Handlers, func(h casework.Colleague) bool { return h.ID == "lin" }) {
			t.Errorf("aside: %v, can be given to %v", names, file.Handlers)
		}
		_, err = decide("fan", terminal.Decision{Act: cases.ActAssign, Handler: "lin"})
		wantError(t, err, errs.Conflict, "cases.handler_aside")
		do(t, must(decide("fan", terminal.Decision{Act: cases.ActAssign, Handler: "tao"})), cases.InInquiry)
		do(t, must(decide("tao", terminal.Decision{Act: cases.ActProposeConclusion, Code: cases.F4, Reasons: "查不清。"})), cases.InInquiry)

		// Chen had taken one case for another. He cannot undo it himself.
		_, err = decide("chen", terminal.Decision{Act: cases.ActReadmit, Handler: "chen", Reasons: "点错了。"})
		wantError(t, err, errs.Denied, "casework.aside")
		do(t, must(decide("zhao", terminal.Decision{Act: cases.ActReadmit, Handler: "chen", Reasons: "点错了。"})), cases.InInquiry)
		_, err = decide("zhao", terminal.Decision{Act: cases.ActReadmit, Handler: "chen", Reasons: "点错了。"})
		wantError(t, err, errs.Conflict, "cases.not_aside")
		if o.sees("chen", c) != 4 {
			t.Errorf("readmitted, chen sees it in %d of four ways", o.sees("chen", c))
		}
		do(t, must(decide("zhao", approve)), cases.Concluded)

		// Tao leaves the rest to a colleague who is new here.
		o.hire("mei", "handler")
		_, err = decide("tao", terminal.Decision{Act: cases.ActHandOver, Handler: "tao", Reasons: "只差告知结果。"})
		wantError(t, err, errs.Conflict, "cases.has_it")
		_, err = decide("tao", terminal.Decision{Act: cases.ActHandOver, Handler: "fan", Reasons: "只差告知结果。"})
		wantError(t, err, errs.Invalid, "casework.not_a_handler")
		do(t, must(decide("tao", terminal.Decision{Act: cases.ActHandOver, Handler: "mei", Reasons: "只差告知结果。"})), cases.Concluded)
		_, err = decide("tao", terminal.Decision{Act: cases.ActFeedback, Reasons: "查不清。"})
		wantError(t, err, errs.Denied, "casework.not_assigned")
		do(t, must(decide("mei", terminal.Decision{Act: cases.ActFeedback, Reasons: "查不清。"})), cases.FeedbackGiven)
	})
}

func second[T any](_ T, err error) error { return err }

func third[A, B any](_ A, _ B, err error) error { return err }

// sees counts the ways in which somebody sees a case among others: list, search in titles and notes, its title, and its number.
func (o *office) sees(name string, c cases.Case) (ways int) {
	o.t.Helper()
	ctx, who := o.t.Context(), o.as(name).Who
	rows, _, _, err := o.w.Casework.List(ctx, who, casework.Filter{}, store.Cursor{}, 50)
	if err != nil {
		o.t.Fatal(err)
	}
	if slices.ContainsFunc(rows, func(r casework.Row) bool { return r.Case.Number == c.Number }) {
		ways++
	}
	texts, _, _, err := o.w.Casework.Texts(ctx, who, "")
	if err != nil {
		o.t.Fatal(err)
	}
	titles, err := o.w.Casework.Titles(ctx, who, []string{c.Number})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, all := range [][]store.Text{texts, titles} {
		if slices.ContainsFunc(all, func(t store.Text) bool { return t.Number == c.Number }) {
			ways++
		}
	}
	known, err := o.w.Casework.Known(ctx, who, []string{c.Number})
	if err != nil {
		o.t.Fatal(err)
	}
	return ways + len(known)
}
