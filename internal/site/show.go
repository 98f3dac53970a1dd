package site

import (
	"net/http"
	"slices"
	"strings"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/web"
)

// show renders a step with what was answered so far and what is wrong with it.
func (v *visit) show(step string, faults []*errs.Error) error {
	switch step {
	case atCategory:
		return v.showCategory(faults)
	case atQuestions, atDetails, atMore:
		return v.showQuestions(step, faults)
	case atFiles:
		return v.showFiles(faults)
	case atReply:
		return v.showReply(faults)
	case atCheck:
		return v.showCheck(faults)
	default:
		return v.showScreen(faults)
	}
}

// base is what every step has. shown are the names of the values that the page itself asks for.
func (v *visit) base(step string, at step, faults []*errs.Error, shown ...string) formPage {
	p := formPage{Frame: v.s.frame(v.lang, ui.AtReport, pathReport), Form: v.s.form(v.lang, v.f, step, shown...), Steps: stepsAt(v.l, at)}
	p.Frame.Keep, p.Frame.Invalid = true, len(faults) > 0
	return p
}

func (v *visit) write(page string, faults []*errs.Error, data any) error {
	status := http.StatusOK
	if len(faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	if v.status != 0 {
		status = v.status
	}
	return v.s.page(v.w, status, page, v.lang, data)
}

// fault is the sentence about a field, or "".
func (v *visit) fault(faults []*errs.Error, field string) string {
	for _, e := range faults {
		if e.Field == field {
			return v.l.T(e.Key, e.Args)
		}
	}
	return ""
}

// faultAt is the sentence about a question of a form. The rules speak of values; here it says what to do, and names the
// question, so that two lines of a summary differ.
func (v *visit) faultAt(faults []*errs.Error, field, question string) string {
	i := slices.IndexFunc(faults, func(e *errs.Error) bool { return e.Field == field })
	switch {
	case i >= 0 && faults[i].Key == "pack.answer.empty":
		return v.l.T("visit.answer_missing", i18nArgs{"Question": question})
	case i >= 0 && faults[i].Key == "pack.answer.bad_date":
		return v.l.T("visit.date_unclear", nil)
	case i >= 0 && faults[i].Key == "intake.text_long":
		return v.l.T("visit.answer_long", i18nArgs{"Question": question, "Limit": faults[i].Args["Limit"], "Over": faults[i].Args["Over"]})
	}
	return v.fault(faults, field)
}

func (v *visit) showScreen(faults []*errs.Error) error {
	p := ScreenPage{formPage: v.base(atScreen, stepScreen, faults, inScreen)}
	sc := v.s.o.Pack.Screen
	p.Question = ui.Field{Kind: ui.FieldOne, ID: inScreen, Name: inScreen, Label: sc.Title.In(string(v.lang)), Heading: true, Hint: sc.Intro.In(string(v.lang)), Error: v.fault(faults, inScreen)}
	for _, o := range sc.Options {
		p.Question.Options = append(p.Question.Options, ui.Option{Value: o.ID, Label: o.Label.In(string(v.lang)), Chosen: v.f.Get(inScreen) == o.ID})
	}
	p.Errors = ui.Errors(p.Question)
	return v.write("screen", faults, p)
}

// cards are the categories that the inspector approved, with their limits.
func (v *visit) cards() ([]ui.ChoiceCard, error) {
	approved, err := v.s.o.Intake.Approved(v.r.Context())
	if err != nil {
		return nil, err
	}
	lang := string(v.lang)
	var out []ui.ChoiceCard
	for _, a := range approved {
		c, ok := v.s.o.Pack.Category(a.Category)
		if !ok {
			continue
		}
		card := ui.ChoiceCard{
			Value: string(c.ID), Label: c.Name.In(lang), Summary: c.Summary.In(lang), Chosen: v.sent.Category == string(c.ID),
			Tests: texts(c.Elements, lang), Yes: texts(c.Reportable, lang), No: texts(c.NotReportable, lang),
			Approved: v.l.T("visit.approved", i18nArgs{"Day": v.l.Date(a.Day)}),
		}
		for _, b := range c.Basis {
			card.Law = append(card.Law, lawText(v.l, b))
		}
		out = append(out, card)
	}
	return out, nil
}

func lawText(l *i18n.Localizer, b pack.Basis) string {
	lang := string(l.Lang())
	args := i18nArgs{"Law": b.Law.In(lang), "Edition": b.Edition.In(lang), "Article": b.Article.In(lang), "Text": b.Text.In(lang)}
	if b.Article == nil {
		delete(args, "Article")
		return l.T("visit.law_whole", args)
	}
	return l.T("visit.law_article", args)
}

func texts(ts []pack.Text, lang string) []string {
	out := make([]string, len(ts))
	for i, t := range ts {
		out[i] = t.In(lang)
	}
	return out
}

func (v *visit) showCategory(faults []*errs.Error) error {
	cards, err := v.cards()
	if err != nil {
		return err
	}
	p := CategoryPage{formPage: v.base(atCategory, stepCategory, faults, inCategory), Cards: cards, None: v.sent.Category == "none", Error: v.fault(faults, intake.FieldCategory)}
	if p.Error != "" {
		p.Errors = []ui.ErrorItem{{ID: "category", Text: p.Error}}
	}
	return v.write("category", faults, p)
}

func (v *visit) showQuestions(step string, faults []*errs.Error) error {
	var p QuestionsPage
	switch step {
	case atQuestions:
		p = QuestionsPage{formPage: v.base(step, stepQuestions, faults, qDanger, qWhat, qDate+"-y", qDate+"-m", qDate+"-d", qWhen, qWhere, qRegion, qHow, qTold),
			Title: v.l.T("visit.questions_title", nil), Lede: v.l.T("visit.questions_lede", nil), Fields: v.commonFields(faults)}
	default:
		always, more := v.questions()
		title := "visit.details_title"
		if step == atMore {
			always, title = more, "visit.more_title"
		}
		shown := []string{inShown}
		for _, q := range always {
			p.Fields = append(p.Fields, v.packField(q, faults))
			name := answerName + string(q.ID)
			shown = append(shown, name, name+"-y", name+"-m", name+"-d")
		}
		fields := p.Fields
		p = QuestionsPage{formPage: v.base(step, stepDetails, faults, shown...), Title: v.l.T(title, nil), Fields: fields}
		if step == atMore {
			p.Form.Hidden = append(p.Form.Hidden, ui.Hidden{Name: inShown, Value: shownIDs(more)})
		}
	}
	p.Errors = ui.Errors(p.Fields...)
	return v.write("questions", faults, p)
}

// commonFields are the questions of every category, filled with the answers.
func (v *visit) commonFields(faults []*errs.Error) []ui.Field {
	var regions []ui.Option
	for _, r := range v.s.o.Pack.Regions {
		regions = append(regions, ui.Option{Value: string(r.ID), Label: r.Name.In(string(v.lang))})
	}
	fields := questionFields(v.l, regions, v.s.o.Pack.Limits.Account)
	names := map[string]string{qDanger: intake.FieldDanger, qWhat: intake.FieldWhat, qDate: intake.FieldDate, qWhen: intake.FieldWhen,
		qWhere: intake.FieldWhere, qRegion: intake.FieldRegion, qHow: intake.FieldHow, qTold: intake.FieldTold}
	for i := range fields {
		f := &fields[i]
		v.fill(f, f.Name)
		f.Error = v.faultAt(faults, names[f.Name], f.Label)
	}
	return fields
}

// fill puts what was answered into a field.
func (v *visit) fill(f *ui.Field, name string) {
	switch f.Kind {
	case ui.FieldDate:
		f.Date = v.f.dateValue(name)
	case ui.FieldOne, ui.FieldMany, ui.FieldSelect:
		for i := range f.Options {
			f.Options[i].Chosen = slices.Contains(v.f.Values[name], f.Options[i].Value)
		}
	default:
		f.Value = v.f.Get(name)
	}
}

// packField asks a question of the pack.
func (v *visit) packField(q pack.Question, faults []*errs.Error) ui.Field {
	lang := string(v.lang)
	name := answerName + string(q.ID)
	f := ui.Field{ID: name, Name: name, Label: q.Label.In(lang), Hint: q.Hint.In(lang), Optional: !q.Required, Error: v.faultAt(faults, string(q.ID), q.Label.In(lang))}
	switch q.Type {
	case pack.TypeText:
		f.Kind = ui.FieldText
	case pack.TypePlace:
		f.Kind = ui.FieldPlace
	case pack.TypeLong:
		f.Kind, f.Max, f.Rows = ui.FieldLong, v.s.o.Pack.Limits.Max(q), 5
	case pack.TypeOne:
		f.Kind = ui.FieldOne
	case pack.TypeMany:
		f.Kind = ui.FieldMany
	case pack.TypeDate:
		f.Kind = ui.FieldDate
	}
	for _, o := range q.Options {
		f.Options = append(f.Options, ui.Option{Value: o.ID, Label: o.Label.In(lang)})
	}
	v.fill(&f, name)
	return f
}

func (v *visit) showFiles(faults []*errs.Error) error {
	have, err := v.s.o.Intake.Files(v.r.Context(), v.f.token)
	if err != nil {
		return err
	}
	lim := v.s.o.Intake.Limits()
	p := FilesPage{formPage: v.base(atFiles, stepFiles, faults), MaxFiles: lim.Count, MaxSize: lim.Size}
	for _, f := range have {
		p.Received = append(p.Received, ui.FileItem{ID: f.ID, Name: f.Name, Size: f.Size})
	}
	p.Field = fileField(v.l, lim.Count-len(have))
	if p.Field.Count = max(p.Field.Count, 0); p.Field.Count > 0 {
		p.Field.Error = v.fault(faults, inFile)
		p.Errors = ui.Errors(p.Field)
	} else if len(faults) > 0 {
		p.Errors = []ui.ErrorItem{{ID: "main", Text: v.fault(faults, inFile)}}
	}
	return v.write("files", faults, p)
}

func (v *visit) showReply(faults []*errs.Error) error {
	lang, words := i18n.Lang(v.sent.Lang), v.sent.CodeKind == "words"
	if v.sent.Lang == "" {
		lang = v.lang
	}
	if v.sent.CodeKind == "" {
		words = v.lang.Segment() == "en" // English readers are offered words, Chinese readers digits
	}
	p := ReplyPage{formPage: v.base(atReply, stepReply, faults, inReply, inOffice, inKind)}
	p.Lang = replyLangField(v.l, lang)
	p.Code = codeKindField(v.l, words)
	usual, above := v.offices()
	p.Office = officeField(v.l, usual, above)
	for i := range p.Office.Options {
		p.Office.Options[i].Chosen = p.Office.Options[i].Value == v.sent.Office || v.sent.Office == "" && i == 0
	}
	p.Lang.Error, p.Office.Error, p.Code.Error = v.fault(faults, intake.FieldLang), v.fault(faults, intake.FieldOffice), v.fault(faults, intake.FieldCode)
	p.Errors = ui.Errors(p.Lang, p.Office, p.Code)
	return v.write("reply", faults, p)
}

// offices are the one that reads such a report and the one above it.
func (v *visit) offices() (usual, above ui.Option) {
	o, ok := v.s.o.Pack.Route(id.Category(v.sent.Category), id.Region(v.sent.Region))
	if !ok {
		return usual, above
	}
	usual = ui.Option{Value: string(o.ID), Label: o.Name.In(string(v.lang))}
	if a, ok := v.s.o.Pack.Above(o.ID); ok {
		above = ui.Option{Value: string(a.ID), Label: a.Name.In(string(v.lang))}
	}
	return usual, above
}

// receipt shows the code.
func (v *visit) receipt(r intake.Receipt) error {
	v.f.Values.Set(inKind, map[bool]string{true: "words", false: "digits"}[r.Words])
	page := ReceiptPage{Frame: v.s.frame(v.lang, ui.AtReport, pathReport), Ticket: ticketOf(r.Code, r.Words), Day: r.Day, Dates: v.s.dates(v.l, r)}
	page.Frame.Keep = true
	page.Frame.Links.Mailbox = href(v.lang, pathMailbox) // who came without scripts comes back without
	for _, p := range r.Promises {
		if p.Step == cases.StepFirst {
			page.Look = p.By
		}
	}
	// Only what gives the acknowledgement again stays on the page: the answers do not.
	page.Ack = ui.Form{ID: "g", Action: href(v.lang, pathReport), Hidden: []ui.Hidden{
		{Name: inToken, Value: v.s.o.Intake.TokenText(v.f.token)}, {Name: inStep, Value: atReceipt}, {Name: inKind, Value: v.f.Get(inKind)},
	}}
	page.Form = page.Ack
	page.Form.ID = "f"
	return v.s.page(v.w, http.StatusOK, "receipt", v.lang, page)
}

// receiptAgain answers the page with the code: the acknowledgement, or the same page in another language.
func (v *visit) receiptAgain() error {
	if v.f.action == goAck {
		return v.acknowledgement()
	}
	r, err := v.s.o.Intake.ReceiptOf(v.r.Context(), v.f.token, v.f.Get(inKind) == "words")
	if err != nil {
		return err
	}
	return v.receipt(r)
}

func ticketOf(code string, words bool) ui.Ticket {
	return ui.Ticket{Groups: strings.Fields(code), Words: words}
}

// acknowledgement saves the signed statement under a neutral name.
func (v *visit) acknowledgement() error {
	b, err := v.s.o.Intake.AcknowledgementOf(v.r.Context(), v.f.token, v.f.Get(inKind) == "words")
	if err != nil {
		return err
	}
	return download(v.w, "statement.txt", b)
}

// download offers bytes under a neutral name. Nothing runs them: they are opaque, and sandboxed besides.
func download(w http.ResponseWriter, name string, b []byte) error {
	web.NoStore(w)
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	// A write error means that the visitor left.
	_, _ = w.Write(b)
	return nil
}

// held keeps every answer in the page and says why they were not taken.
func (v *visit) held(why HeldReason, e *errs.Error) error {
	if v.status == 0 {
		v.status = http.StatusServiceUnavailable
	}
	page := HeldPage{Frame: v.s.frame(v.lang, ui.AtReport, pathReport), Why: why}
	page.Frame.Invalid, page.Frame.Keep = true, why != HeldClosed
	switch why {
	case HeldClosed:
	case HeldLarge:
		// Of the long answer only the beginning is left, so this page goes back to where it was written.
		page.Form, page.Go = v.s.form(v.lang, v.f, v.f.step), goStay
		page.Text = v.l.T(e.Key, e.Args)
	default:
		page.Form, page.Go = v.s.form(v.lang, v.f, v.f.step), v.f.action
		if v.f.action == goSend {
			page.Form.Hidden = append(page.Form.Hidden, ui.Hidden{Name: inHonest, Value: v.f.Get(inHonest)})
		}
		page.Seconds = 30
		v.w.Header().Set("Retry-After", "30")
	}
	page.Answers = v.sections()
	return v.s.page(v.w, v.status, "held", v.lang, page)
}
