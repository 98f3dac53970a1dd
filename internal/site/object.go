package site

import (
	"net/http"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/ui"
)

// passingText says how far a case has come on its way to another body; "" for nowhere.
func passingText(l *i18n.Localizer, p cases.Passing) string {
	switch p {
	case cases.PassingProposed:
		return l.T("site.passing_proposed", nil)
	case cases.PassingApproved:
		return l.T("site.passing_approved", nil)
	case cases.PassingSent:
		return l.T("site.passing_sent", nil)
	case cases.PassingReceived:
		return l.T("site.passing_received", nil)
	default:
		return ""
	}
}

// askObject asks what the reporter has to say when they object to a transfer. Nothing need be said.
func (b *box) askObject(fault *errs.Error) error {
	page := ObjectPage{Frame: b.frame(), Form: b.form("f", ui.Hidden{Name: inItem, Value: goObject}), Words: objectField(b.l, b.s.o.Pack.Limits.Long)}
	page.Words.Value = b.f.Get(inAnswer)
	status := http.StatusOK
	if fault != nil {
		page.Words.Error, status = b.l.T(fault.Key, fault.Args), http.StatusUnprocessableEntity
	}
	page.Errors = ui.Errors(page.Words)
	page.Frame.Invalid = fault != nil
	return b.page(status, "askobject", page)
}

func objectField(l *i18n.Localizer, limit int) ui.Field {
	return ui.Field{Kind: ui.FieldLong, ID: "answer", Name: inAnswer, Label: l.T("site.object_words", nil), Hint: l.T("site.object_hint", nil), Optional: true, Rows: 6, Max: limit}
}

func (b *box) object() error {
	text := pack.Clean(b.f.Get(inAnswer))
	if text == "" {
		text = b.l.T("site.object_wordless", nil)
	}
	err := b.s.o.Intake.Object(b.r.Context(), b.m, b.f.token, text)
	e, ok := errs.Public(err)
	switch {
	case err == nil:
		if b.m, err = b.s.o.Intake.ResumeMailbox(b.r.Context(), b.handle); err != nil {
			return err
		}
		b.f.token = b.s.o.Intake.NewToken()
		return b.show(nil, "", []ui.Note{{Tone: ui.Sealed, Title: b.l.T("visit.note_object", nil)}})
	case ok && e.Key == "intake.text_long":
		return b.askObject(e)
	case ok && e.Kind == errs.Conflict: // over, taken back or decided meanwhile
		return b.show(nil, "", []ui.Note{{Tone: ui.Warn, Title: b.l.T("visit.note_no_object", nil)}})
	default:
		return err
	}
}
