package site

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/workday"
)

func (v *visit) showCheck(faults []*errs.Error) error {
	p := CheckPage{formPage: v.base(atCheck, stepCheck, faults), Honest: honestField(v.l, v.f.Get(inHonest) != "")}
	p.Sections = v.sections()
	usual, above := v.offices()
	p.Office = usual.Label
	if v.sent.Office == above.Value && above.Value != "" {
		p.Office = above.Label
	}
	p.Honest.Error = v.fault(faults, intake.FieldHonest)
	p.Errors = ui.Errors(p.Honest)
	return v.write("check", faults, p)
}

// sections are all answers for reading over, in the words of the form.
func (v *visit) sections() []ui.SummarySection {
	out := []ui.SummarySection{v.conductSection()}
	if s := v.packSection(); len(s.Rows) > 0 {
		out = append(out, s)
	}
	return append(out, v.fileSection(), v.replySection())
}

func (v *visit) row(key, value string) ui.SummaryRow {
	if strings.TrimSpace(value) == "" {
		value = v.l.T("visit.not_said", nil)
	}
	return ui.SummaryRow{Key: key, Value: value}
}

func (v *visit) conductSection() ui.SummarySection {
	s := ui.SummarySection{Title: v.l.T("site.step_questions", nil), Change: goChange + atQuestions}
	if c, ok := v.s.o.Pack.Category(id.Category(v.sent.Category)); ok {
		s.Rows = append(s.Rows, v.row(v.l.T("visit.category", nil), c.Name.In(string(v.lang))))
	}
	for _, f := range v.commonFields(nil) {
		s.Rows = append(s.Rows, v.row(f.Label, v.answerText(f)))
	}
	return s
}

// packSection shows the questions of the category that are asked.
func (v *visit) packSection() ui.SummarySection {
	always, more := v.questions()
	s := ui.SummarySection{Title: v.l.T("site.step_details", nil), Change: goChange + atDetails}
	if len(always) == 0 {
		s.Change = goChange + atMore
	}
	for _, q := range slices.Concat(always, more) {
		f := v.packField(q, nil)
		s.Rows = append(s.Rows, v.row(f.Label, v.answerText(f)))
	}
	return s
}

// answerText is what was answered to a field, in words.
func (v *visit) answerText(f ui.Field) string {
	switch f.Kind {
	case ui.FieldDate:
		return dateText(v.l, f.Date)
	case ui.FieldOne, ui.FieldMany, ui.FieldSelect:
		var chosen []string
		for _, o := range f.Options {
			if o.Chosen {
				chosen = append(chosen, o.Label)
			}
		}
		return strings.Join(chosen, "\n")
	default:
		return pack.Clean(f.Value)
	}
}

// dateText writes a day, a month or a year as the language does, and anything else as it was typed.
func dateText(l *i18n.Localizer, d ui.DateValue) string {
	if day, err := workday.ParseDay(d.Y + "-" + two(d.M) + "-" + two(d.D)); err == nil {
		return l.Date(day)
	}
	switch {
	case d.Y != "" && d.M != "" && d.D == "":
		return l.T("visit.year_month", i18nArgs{"Year": d.Y, "Month": strings.TrimLeft(d.M, "0")})
	case d.Y != "" && d.M == "" && d.D == "":
		return l.T("visit.year", i18nArgs{"Year": d.Y})
	}
	return strings.Trim(strings.Join([]string{d.Y, d.M, d.D}, "-"), "-")
}

func two(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

func (v *visit) fileSection() ui.SummarySection {
	s := ui.SummarySection{Title: v.l.T("site.step_files", nil), Change: goChange + atFiles}
	have, err := v.s.o.Intake.Files(v.r.Context(), v.f.token)
	for i, f := range have {
		s.Rows = append(s.Rows, ui.SummaryRow{Key: v.l.T("ui.file_n", i18nArgs{"N": i + 1}), Value: f.Name + "\n" + v.l.Bytes(f.Size), Tag: ui.Tag{Tone: ui.Sealed, Text: v.l.T("site.files_sealed", nil)}})
	}
	switch {
	case err != nil: // this page may be shown because the database is gone
		s.Rows = append(s.Rows, ui.SummaryRow{Key: s.Title, Value: v.l.T("visit.files_unknown", nil)})
	case len(have) == 0:
		s.Rows = append(s.Rows, ui.SummaryRow{Key: s.Title, Value: v.l.T("visit.no_files", nil)})
	}
	return s
}

func (v *visit) replySection() ui.SummarySection {
	s := ui.SummarySection{Title: v.l.T("site.step_reply", nil), Change: goChange + atReply}
	usual, above := v.offices()
	office := usual.Label
	if v.sent.Office == above.Value && above.Value != "" {
		office = above.Label
	}
	kind := v.l.T("site.code_digits", nil)
	if v.sent.CodeKind == "words" {
		kind = v.l.T("site.code_words", nil)
	}
	s.Rows = append(s.Rows,
		v.row(v.l.T("site.reply_lang", nil), v.s.o.Catalog.For(i18n.Lang(v.sent.Lang)).Name()),
		v.row(v.l.T("site.office", nil), office),
		v.row(v.l.T("site.code_kind", nil), kind))
	return s
}

// dates are the promises of a receipt.
func (s *Site) dates(l *i18n.Localizer, r intake.Receipt) []ui.TimelineItem {
	var out []ui.TimelineItem
	for _, p := range r.Promises {
		it := ui.TimelineItem{State: ui.ToCome, Day: p.By, By: true, Title: promiseText(l, p.Step)}
		switch p.Step {
		case cases.StepReceived:
			it.State, it.By, it.Today = ui.Done, false, p.By == s.o.Intake.Today()
		case cases.StepFirst:
			it.State, it.Note = ui.Now, l.T("visit.promise_first_note", nil)
		case cases.StepOutcome:
			it.Note = l.T("visit.promise_outcome_note", nil)
		default:
		}
		out = append(out, it)
	}
	return out
}

// promiseText says what is promised by a day.
func promiseText(l *i18n.Localizer, k cases.StepKind) string {
	switch k {
	case cases.StepReceived:
		return l.T("visit.promise_received", nil)
	case cases.StepFirst:
		return l.T("visit.promise_first", nil)
	case cases.StepDecision:
		return l.T("visit.promise_decision", nil)
	default:
		return l.T("visit.promise_outcome", nil)
	}
}

func (s *Site) dayOf(t time.Time) workday.Day { return workday.DayOf(t, s.o.Pack.Zone) }

func hashBody(b []byte) [32]byte { return sha256.Sum256(b) }

func sha256Hex(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}
