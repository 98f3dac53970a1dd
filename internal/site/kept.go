package site

import (
	"net/http"
	"strings"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/seal"
)

// broken keeps an answer whose form broke off behind it, or was longer than a form can be, and says so in the mailbox.
func (b *box) broken(err error) error {
	e, ok := errs.Public(err)
	if !ok || !b.f.Has(inToken) || !b.f.atFile && e.Key != "web.form_too_large" {
		return err
	}
	if e.Kind != errs.Invalid && e.Kind != errs.TooMany {
		return err
	}
	t, terr := b.s.o.Intake.ParseToken(b.f.Get(inToken))
	if terr != nil {
		return err
	}
	field := inAnswer
	if b.f.atFile {
		field = inFile
	}
	b.f.token, b.f.action, b.f.late = t, goStay, []*errs.Error{e.AtField(field)}
	return nil
}

// held keeps what was sent to a mailbox that cannot be reached now, and offers to send the same again.
func (b *box) held() error {
	page := HeldPage{Frame: b.frame(), Why: HeldLetter, Go: b.f.action, Seconds: 30}
	page.Frame.Invalid = true
	page.Form = ui.Form{ID: "f", Action: href(b.lang, pathMailbox)}
	for _, name := range []string{inToken, inHandle, inCode, inItem, inKind, inAnswer} {
		if v := b.f.Get(name); v != "" {
			page.Form.Hidden = append(page.Form.Hidden, ui.Hidden{Name: name, Value: v})
		}
	}
	if text := b.f.Get(inAnswer); text != "" {
		page.Answers = []ui.SummarySection{{Title: b.l.T("site.answer", nil), Rows: []ui.SummaryRow{{Key: b.l.T("site.answer", nil), Value: text}}}}
	}
	b.w.Header().Set("Retry-After", "30")
	return b.page(http.StatusServiceUnavailable, "held", page)
}

// recoded answers the repeat of a change of code: its old code opens nothing any more.
func (b *box) recoded() (bool, error) {
	m, err := b.s.o.Intake.ResumeMailbox(b.r.Context(), b.f.Get(inHandle))
	if err == nil {
		b.m, b.handle = m, b.f.Get(inHandle)
		return false, nil
	}
	if errs.Is(err, errs.Unavailable) {
		return true, err
	}
	words := b.f.Get(inKind) == "words"
	code, m, err := b.s.o.Intake.NewCodeOf(b.r.Context(), b.f.token, words)
	e, ok := errs.Public(err)
	switch {
	case err == nil:
		b.m = m
		return true, b.showNewCode(code, words)
	case !ok || e.Kind == errs.Internal || e.Kind == errs.Unavailable:
		return true, err
	default:
		return true, b.shut(e)
	}
}

// shut shows the door again. What was being written stays in the page.
func (b *box) shut(e *errs.Error) error {
	if e == nil {
		e = errs.New(errs.NotFound, "intake.no_mailbox", nil)
	}
	code := b.f.Get(inCode)
	words := strings.Trim(seal.Canonical(code), "0123456789 ") != "" || code == "" && b.lang.Segment() == "en"
	var kept []ui.Hidden
	text := b.f.Get(inAnswer)
	if waiting, err := b.waiting(); err != nil {
		return err
	} else if text != "" || len(waiting) > 0 {
		kept = []ui.Hidden{{Name: inToken, Value: b.s.o.Intake.TokenText(b.f.token)}, {Name: inAnswer, Value: text}}
	}
	fault := b.l.T(e.Key, e.Args)
	if len(kept) > 0 {
		fault += " " + b.l.T("visit.answer_kept", nil)
	}
	// Every refusal has the same status: a wrong code, a closed and a never-made mailbox look alike.
	return b.s.showSignIn(b.w, http.StatusUnprocessableEntity, b.lang, words, code, fault, kept)
}

// waiting lists the files that came under the form's token and were not sent yet.
func (b *box) waiting() ([]intake.FileInfo, error) {
	if !b.f.Has(inToken) {
		return nil, nil // a form that is new has none
	}
	return b.s.o.Intake.Files(b.r.Context(), b.f.token)
}
