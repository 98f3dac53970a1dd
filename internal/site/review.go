package site

import (
	"net/http"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/ui"
)

// askReview asks what the reporter has to say about a decision before somebody else looks at it. Nothing need be said.
func (b *box) askReview(fault *errs.Error) error {
	page := ReviewPage{Frame: b.frame(), Form: b.form("f", ui.Hidden{Name: inItem, Value: goReview}), Words: reviewField(b.l, b.s.o.Pack.Limits.Long)}
	page.Words.Value = b.f.Get(inAnswer)
	status := http.StatusOK
	if fault != nil {
		page.Words.Error, status = b.l.T(fault.Key, fault.Args), http.StatusUnprocessableEntity
	}
	page.Errors = ui.Errors(page.Words)
	page.Frame.Invalid = fault != nil
	return b.page(status, "askreview", page)
}

func reviewField(l *i18n.Localizer, limit int) ui.Field {
	return ui.Field{Kind: ui.FieldLong, ID: "answer", Name: inAnswer, Label: l.T("site.review_words", nil), Hint: l.T("site.review_hint", nil), Optional: true, Rows: 6, Max: limit}
}

func (b *box) review() error {
	text := pack.Clean(b.f.Get(inAnswer))
	if text == "" {
		text = b.l.T("site.review_wordless", nil)
	}
	err := b.s.o.Intake.RequestReview(b.r.Context(), b.m, b.f.token, text)
	e, ok := errs.Public(err)
	switch {
	case err == nil:
		if b.m, err = b.s.o.Intake.ResumeMailbox(b.r.Context(), b.handle); err != nil {
			return err
		}
		b.f.token = b.s.o.Intake.NewToken()
		return b.show(nil, "", []ui.Note{{Tone: ui.Sealed, Title: b.l.T("visit.note_review", nil)}})
	case ok && e.Key == "intake.text_long":
		return b.askReview(e)
	case ok && e.Kind == errs.Conflict: // over, or asked for meanwhile
		return b.show(nil, "", []ui.Note{{Tone: ui.Warn, Title: b.l.T("visit.note_no_review", nil)}})
	default:
		return err
	}
}
