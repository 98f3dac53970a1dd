package site

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/web"
)

// start is the page before the form. GET changes nothing: the token in it is made of random bytes and a signature.
func (s *Site) start(lang i18n.Lang) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		open, err := s.o.Intake.Open(r.Context())
		if err != nil {
			return err
		}
		if !open {
			held := HeldPage{Frame: s.frame(lang, ui.AtReport, pathReport), Why: HeldClosed}
			return s.page(w, http.StatusServiceUnavailable, "held", lang, held)
		}
		f := &reportForm{token: s.o.Intake.NewToken()}
		page := StartPage{Frame: s.frame(lang, ui.AtReport, pathReport), Staff: s.staffed(lang), Form: s.form(lang, f, atStart)}
		return s.page(w, http.StatusOK, "start", lang, page)
	}
}

// staffed says whether somebody reads now, in the authority's hours.
func (s *Site) staffed(lang i18n.Lang) Staffed {
	now := s.o.Now()
	out := Staffed{Now: s.o.Pack.Hours.IsStaffed(now), Hours: s.o.Pack.HoursText.In(string(lang))}
	if next, ok := s.o.Pack.Hours.NextStaffed(now); ok && !out.Now {
		local := next.In(s.o.Pack.Zone)
		l := s.o.Catalog.For(lang)
		out.Day, out.Time = s.dayOf(local).String(), fmt.Sprintf("%d:%02d", local.Hour(), local.Minute())
		out.Next = l.T("visit.staff_at", i18nArgs{"Day": l.DayMonth(s.dayOf(local)), "Time": out.Time})
	}
	return out
}

func (s *Site) form(lang i18n.Lang, f *reportForm, step string, shown ...string) ui.Form {
	return ui.Form{ID: "f", Action: href(lang, pathReport), Hidden: s.hidden(f, step, shown...)}
}

// report answers every step of the form.
func (s *Site) report(lang i18n.Lang) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, err := s.readReportForm(r)
		v := &visit{s: s, w: w, r: r, lang: lang, l: s.o.Catalog.For(lang), f: f, sent: f.sent(s.o.Pack)}
		if err != nil {
			return v.broken(err)
		}
		if f.step == atReceipt {
			return v.receiptAgain()
		}
		if err := v.act(); err != nil {
			return v.heldFor(err)
		}
		return nil
	}
}

func (v *visit) act() error {
	f := v.f
	switch {
	case len(f.late) > 0: // whatever was pressed: a file that was refused is told at once
		return v.show(atFiles, f.late)
	case f.action == goStay:
		return v.show(f.step, nil)
	case f.action == goBack:
		return v.show(v.before(f.step), nil)
	case strings.HasPrefix(f.action, goChange):
		return v.show(strings.TrimPrefix(f.action, goChange), nil)
	case strings.HasPrefix(f.action, goRemove):
		return v.remove(strings.TrimPrefix(f.action, goRemove))
	case f.action == goSend:
		return v.send()
	case f.action == goAdd:
		return v.show(atFiles, nil)
	default:
		return v.next()
	}
}

// broken keeps what arrived before a form broke off, if that is everything but the end. Of a form that broke off
// among its answers nothing is shown: the page would look whole without them, and the browser still has them all.
func (v *visit) broken(err error) error {
	e, ok := errs.Public(err)
	if !ok || e.Kind == errs.Internal || !v.f.Has(inToken) || !v.f.Has(inStep) {
		return err
	}
	if v.f.token, err = v.s.o.Intake.ParseToken(v.f.Get(inToken)); err != nil {
		v.f.token = v.s.o.Intake.NewToken()
	}
	v.status = web.Status(e.Kind)
	switch {
	case v.f.atFile && e.Kind != errs.Unavailable:
		return v.show(atFiles, []*errs.Error{e.AtField(inFile)})
	case e.Kind == errs.Unavailable:
		return v.held(HeldBusy, e)
	case e.Key == "web.form_too_large":
		return v.held(HeldLarge, e)
	default:
		return e
	}
}

// visit is one request to the form.
type visit struct {
	s      *Site
	w      http.ResponseWriter
	r      *http.Request
	lang   i18n.Lang
	l      *i18n.Localizer
	f      *reportForm
	sent   intake.Sent
	status int
}

// order of the steps. Details and more exist only for categories that ask such questions.
func (v *visit) order() []string {
	out := []string{atScreen, atCategory, atQuestions}
	first, more := v.questions()
	if len(first) > 0 {
		out = append(out, atDetails)
	}
	if len(more) > 0 {
		out = append(out, atMore)
	}
	return append(out, atFiles, atReply, atCheck)
}

// questions splits the asked questions of the category into those that are always asked and those that follow from
// answers.
func (v *visit) questions() (always, conditional []pack.Question) {
	c, ok := v.s.o.Pack.Category(id.Category(v.sent.Category))
	if !ok {
		return nil, nil
	}
	visible := v.s.o.Intake.Visible(c, v.sent.Answers)
	for _, q := range c.Questions {
		switch {
		case !slices.Contains(visible, q.ID):
		case q.When == nil:
			always = append(always, q)
		default:
			conditional = append(conditional, q)
		}
	}
	return always, conditional
}

func (v *visit) before(step string) string {
	order := v.order()
	if i := slices.Index(order, step); i > 0 {
		return order[i-1]
	}
	return atScreen
}

func (v *visit) after(step string) string {
	order := v.order()
	if i := slices.Index(order, step); i >= 0 && i+1 < len(order) {
		return order[i+1]
	}
	return atScreen
}

// next checks the step that was sent and goes on, or shows it again with its faults.
func (v *visit) next() error {
	switch v.f.step {
	case atStart:
		return v.show(atScreen, nil)
	case atScreen:
		return v.screen()
	case atCategory:
		return v.category()
	case atFiles:
		return v.show(v.after(atFiles), nil)
	case atMore:
		if faults := v.faults(atMore); len(faults) > 0 || !v.allShown() {
			return v.show(atMore, faults)
		}
		return v.show(v.after(atMore), nil)
	case atQuestions, atDetails, atReply:
		if faults := v.faults(v.f.step); len(faults) > 0 {
			return v.show(v.f.step, faults)
		}
		return v.show(v.after(v.f.step), nil)
	case atCheck:
		return v.send()
	default:
		return v.show(atScreen, nil)
	}
}

// allShown reports whether every conditional question that is asked now stood on the screen that was sent: an answer
// there may have brought up another.
func (v *visit) allShown() bool {
	_, more := v.questions()
	return shownIDs(more) == v.f.Get(inShown)
}

func shownIDs(qs []pack.Question) string {
	ids := make([]string, len(qs))
	for i, q := range qs {
		ids[i] = string(q.ID)
	}
	return strings.Join(ids, ",")
}

// faults of the fields of one step.
func (v *visit) faults(step string) []*errs.Error {
	_, all := v.s.o.Intake.Check(v.sent)
	switch step {
	case atQuestions:
		return all.For(intake.FieldDanger, intake.FieldWhat, intake.FieldDate, intake.FieldWhen, intake.FieldWhere, intake.FieldRegion, intake.FieldHow, intake.FieldTold)
	case atReply:
		return all.For(intake.FieldLang, intake.FieldOffice, intake.FieldCode)
	case atDetails, atMore:
		always, more := v.questions()
		if step == atMore {
			always = more
		}
		var names []string
		for _, q := range always {
			names = append(names, string(q.ID))
		}
		return all.For(names...)
	default:
		return nil
	}
}

// screen turns away, kindly, what is not for us, and counts that without keeping it.
func (v *visit) screen() error {
	i := slices.IndexFunc(v.s.o.Pack.Screen.Options, func(o pack.ScreenOption) bool { return o.ID == v.f.Get(inScreen) })
	if i < 0 {
		return v.show(atScreen, []*errs.Error{errs.New(errs.Invalid, "visit.screen_missing", nil).AtField(inScreen)})
	}
	o := v.s.o.Pack.Screen.Options[i]
	if o.Outcome == pack.Continue {
		return v.show(atCategory, nil)
	}
	v.s.o.Intake.TurnedAway(o.ID)
	return v.away(atCategory, o)
}

// category goes on with a category that is offered; "none of these" says who can help.
func (v *visit) category() error {
	if v.sent.Category == "none" {
		v.s.o.Intake.TurnedAway("none")
		o, _ := noneOf(v.s.o.Pack)
		return v.away(atQuestions, o)
	}
	if err := v.s.o.Intake.CheckCategory(v.r.Context(), id.Category(v.sent.Category)); err != nil {
		return err
	}
	return v.show(atQuestions, nil)
}

// away declines. step is where the form stands, so that "back" leads to the question that was just answered.
func (v *visit) away(step string, o pack.ScreenOption) error {
	lang := string(v.lang)
	page := AwayPage{
		Frame: v.s.frame(v.lang, ui.AtReport, pathReport), Form: v.s.form(v.lang, v.f, step), Title: o.Title.In(lang), Text: o.Text.In(lang),
		Addresses: v.s.addresses(v.lang, o.Addresses),
	}
	page.Frame.Keep = true
	if o.Outcome == pack.Call {
		page.Call = v.s.sites[v.lang].Emergency
	}
	return v.s.page(v.w, http.StatusOK, "away", v.lang, page)
}

// remove forgets one received file.
func (v *visit) remove(file string) error {
	err := v.s.o.Intake.RemoveFile(v.r.Context(), v.f.token, file)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return v.show(atFiles, nil)
}

// send checks everything once more, seals and stores, and shows the code.
func (v *visit) send() error {
	d, faults := v.s.o.Intake.Check(v.sent)
	if len(faults) > 0 {
		return v.show(v.stepOf(faults[0]), v.faults(v.stepOf(faults[0])))
	}
	if v.sent.Honest == "" && v.f.step == atCheck {
		return v.show(atCheck, []*errs.Error{errs.New(errs.Invalid, "visit.honest_missing", nil).AtField(intake.FieldHonest)})
	}
	if v.f.renewed { // a token that was not ours: its form may be sent as soon as it is old enough
		return v.show(atCheck, []*errs.Error{errs.New(errs.Invalid, "intake.token_unknown", nil).AtField(intake.FieldHonest)})
	}
	receipt, err := v.s.o.Intake.Submit(v.r.Context(), v.f.token, d)
	if err != nil {
		return err
	}
	return v.receipt(receipt)
}

// stepOf finds the step that a fault belongs to.
func (v *visit) stepOf(e *errs.Error) string {
	switch e.Field {
	case intake.FieldCategory:
		return atCategory
	case intake.FieldDanger, intake.FieldWhat, intake.FieldDate, intake.FieldWhen, intake.FieldWhere, intake.FieldRegion, intake.FieldHow, intake.FieldTold:
		return atQuestions
	case intake.FieldLang, intake.FieldOffice, intake.FieldCode:
		return atReply
	default:
		_, more := v.questions()
		if slices.ContainsFunc(more, func(q pack.Question) bool { return string(q.ID) == e.Field }) {
			return atMore
		}
		return atDetails
	}
}

// heldFor keeps the answers on the page and says why they were not taken.
func (v *visit) heldFor(err error) error {
	e, ok := errs.Public(err)
	switch {
	case !ok || e.Kind == errs.Internal:
		return err
	case intake.Renewable(err):
		if e.Key != intake.KeyTooSoon {
			if rerr := v.s.renew(v.r.Context(), v.f); rerr != nil {
				return v.heldFor(rerr)
			}
		}
		return v.show(atCheck, []*errs.Error{e.AtField(intake.FieldHonest)})
	case e.Key == intake.KeyClosed:
		return v.held(HeldClosed, e)
	case e.Key == intake.KeyUsed:
		return err
	case e.Field == intake.FieldCategory:
		return v.show(atCategory, []*errs.Error{e})
	case e.Kind == errs.Unavailable || e.Kind == errs.Conflict:
		v.status = http.StatusServiceUnavailable
		return v.held(HeldBusy, e)
	case e.Kind == errs.TooMany:
		return v.show(atQuestions, []*errs.Error{e.AtField(intake.FieldWhat)})
	default:
		return err
	}
}
