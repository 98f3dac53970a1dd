package site

import (
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/ui"
)

// Names of the common questions. They say nothing that a browser could fill in.
const (
	qWhat   = "q-what"
	qDate   = "q-date"
	qWhen   = "q-when"
	qWhere  = "q-where"
	qRegion = "q-region"
	qHow    = "q-how"
	qTold   = "q-told"
	qDanger = "q-danger"
)

// questionFields are the questions that every category asks, empty. regions are the pack's; "rather not say" is
// put before them, with the value "". Fill Value, Date, Chosen and Error afterwards.
func questionFields(l *i18n.Localizer, regions []ui.Option, maxText int) []ui.Field {
	var hows []ui.Option
	for _, how := range pack.Hows() {
		hows = append(hows, ui.Option{Value: how, Label: l.T("site.q_how_"+how, nil)})
	}
	return []ui.Field{
		{Kind: ui.FieldOne, ID: qDanger, Name: qDanger, Label: l.T("site.q_danger", nil), Hint: l.T("site.q_danger_hint", nil), Options: []ui.Option{
			{Value: "no", Label: l.T("site.q_danger_no", nil)},
			{Value: "yes", Label: l.T("site.q_danger_yes", nil), Hint: l.T("site.q_danger_yes_hint", nil)},
			{Value: "unsure", Label: l.T("site.q_danger_unsure", nil)},
		}},
		{Kind: ui.FieldLong, ID: qWhat, Name: qWhat, Label: l.T("site.q_what", nil), Hint: l.T("site.q_what_hint", nil), Rows: 9, Max: maxText},
		{Kind: ui.FieldDate, ID: qDate, Name: qDate, Label: l.T("site.q_date", nil), Hint: l.T("site.q_date_hint", nil), Optional: true},
		{Kind: ui.FieldText, ID: qWhen, Name: qWhen, Label: l.T("site.q_when", nil), Hint: l.T("site.q_when_hint", nil), Optional: true},
		{Kind: ui.FieldPlace, ID: qWhere, Name: qWhere, Label: l.T("site.q_where", nil), Hint: l.T("site.q_where_hint", nil), Optional: true},
		{Kind: ui.FieldSelect, ID: qRegion, Name: qRegion, Label: l.T("site.q_region", nil), Hint: l.T("site.q_region_hint", nil), Options: append([]ui.Option{{Label: l.T("site.q_region_none", nil)}}, regions...)},
		{Kind: ui.FieldMany, ID: qHow, Name: qHow, Label: l.T("site.q_how", nil), Hint: l.T("site.q_how_hint", nil), Optional: true, Options: hows},
		{Kind: ui.FieldLong, ID: qTold, Name: qTold, Label: l.T("site.q_told", nil), Hint: l.T("site.q_told_hint", nil), Optional: true, Rows: 3, Max: pack.MaxTold},
	}
}

// fileField receives up to three files at once, or fewer when fewer are left.
func fileField(l *i18n.Localizer, left int) ui.Field {
	return ui.Field{Kind: ui.FieldFile, ID: "file", Name: "file", Label: l.T("site.files_choose", nil), Hint: l.T("site.files_choose_hint", nil), Count: min(left, 3)}
}

// replyLangField offers every language of the catalogue; chosen is marked.
func replyLangField(l *i18n.Localizer, chosen i18n.Lang) ui.Field {
	f := ui.Field{Kind: ui.FieldOne, ID: "reply", Name: "reply", Label: l.T("site.reply_lang", nil)}
	for _, o := range append([]*i18n.Localizer{l}, l.Others()...) {
		f.Options = append(f.Options, ui.Option{Value: string(o.Lang()), Label: o.Name(), Chosen: o.Lang() == chosen})
	}
	return f
}

// officeField offers the office that handles the category and the one above it. Labels are the pack's names.
func officeField(l *i18n.Localizer, usual, above ui.Option) ui.Field {
	usual.Hint, above.Hint = l.T("site.office_usual", nil), l.T("site.office_above", nil)
	f := ui.Field{Kind: ui.FieldOne, ID: "office", Name: "office", Label: l.T("site.office", nil), Hint: l.T("site.office_hint", nil), Options: []ui.Option{usual}}
	if above.Value != "" {
		f.Options = append(f.Options, above)
	}
	return f
}

// codeKindField asks for digits or words; it is used before a code is made, for a report and for a new code.
func codeKindField(l *i18n.Localizer, words bool) ui.Field {
	return ui.Field{Kind: ui.FieldOne, ID: "kind", Name: "kind", Label: l.T("site.code_kind", nil), Hint: l.T("site.code_kind_hint", nil), Options: []ui.Option{
		{Value: "digits", Label: l.T("site.code_digits", nil), Hint: l.T("site.code_digits_hint", nil), Chosen: !words},
		{Value: "words", Label: l.T("site.code_words", nil), Hint: l.T("site.code_words_hint", nil), Chosen: words},
	}}
}

// honestField is the sentence that a reporter confirms before sending.
func honestField(l *i18n.Localizer, ticked bool) ui.Field {
	return ui.Field{Kind: ui.FieldCheck, ID: "honest", Name: "honest", Value: "yes", Label: l.T("site.honest", nil), Hint: l.T("site.honest_hint", nil), Options: []ui.Option{{Chosen: ticked}}}
}

// codeField is the one field of the mailbox's door. Any form of the code is taken, whatever the keys offered.
func codeField(l *i18n.Localizer, words bool) ui.Field {
	return ui.Field{Kind: ui.FieldCode, ID: "code", Name: "code", Label: l.T("site.code", nil), Hint: l.T("site.code_hint", nil), Numeric: !words}
}

// answerField is the text of an answer in the mailbox.
func answerField(l *i18n.Localizer, unit string, maxText int) ui.Field {
	return ui.Field{Kind: ui.FieldLong, ID: "answer", Name: "answer", Label: l.T("site.answer", nil), Hint: l.T("site.answer_hint", i18nArgs{"Unit": unit}), Rows: 6, Max: maxText}
}

// i18nArgs are the named values of a text.
type i18nArgs = map[string]any
