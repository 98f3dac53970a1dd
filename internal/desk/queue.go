package desk

import (
	"strconv"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
)

// queueRoutes are the lists of a unit's cases and what is handed out in bulk for them.
func (d *door) queueRoutes(wd *web.Door, lang i18n.Lang) {
	at := workAt(lang) + "{unit}/"
	wd.Handle("GET "+at+"queue", 0, workRead(d, lang, d.queue))
	wd.Handle("GET "+at+"handlers", 0, workRead(d, lang, d.handlersToday))
	wd.Handle("GET "+at+"counts", 0, workRead(d, lang, func(v *visit, who *casework.Person) (any, error) { return d.o.Casework.Counts(v.ctx, who) }))
	wd.Handle("POST "+at+"titles", smallBody, workWrite(d, lang, d.titles))
	wd.Handle("GET "+at+"texts", 0, workRead(d, lang, d.workTexts))
	wd.Handle("GET "+at+"live", 0, d.live(lang))
	d.boardRoutes(wd, lang)
}

// routingJSON is what the server knows of a case, in a list and on its page. Raised is the minute of an open danger as HH:MM in the
// authority's zone.
type routingJSON struct {
	Number   string         `json:"number"`
	Case     id.Case        `json:"case"`
	Category id.Category    `json:"category"`
	Region   id.Region      `json:"region"`
	Via      cases.Via      `json:"via"`
	Lang     string         `json:"lang"`
	Danger   bool           `json:"danger"`
	Contact  cases.Contact  `json:"contact"`
	Wish     bool           `json:"wish"`
	Sealed   cases.SealedAt `json:"sealed"`
	Day      workday.Day    `json:"day"`
	State    cases.State    `json:"state"`
	Version  int64          `json:"version"`
	Handler  id.Member      `json:"handler"`
	Raised   string         `json:"raised"`
}

func (d *door) routing(c cases.Case, danger bool, handler id.Member, raised time.Time) routingJSON {
	j := routingJSON{Number: c.Number, Case: c.ID, Category: c.Category, Region: c.Region, Via: c.Via, Lang: c.Lang, Danger: danger, Contact: c.Contact, Wish: c.Wish,
		Sealed: c.Sealed, Day: c.Day, State: c.State, Version: c.Version, Handler: handler}
	if !raised.IsZero() {
		j.Raised = raised.In(d.o.Pack.Zone).Format("15:04")
	}
	return j
}

// rowJSON is a case in a list.
type rowJSON struct {
	routingJSON
	Standing bool          `json:"standing"` // who asks stands in for the handler
	Due      *dueJSON      `json:"due"`
	Proposal *proposedJSON `json:"proposal"`
	Letter   bool          `json:"letter"`
	Title    bool          `json:"title"`
}

type dueJSON struct {
	Clock   cases.ClockKind  `json:"clock"`
	Day     workday.Day      `json:"day"`
	State   cases.ClockState `json:"state"`
	Used    int              `json:"used"`    // per cent
	Elapsed int              `json:"elapsed"` // days
}

type proposedJSON struct {
	Kind cases.EventKind `json:"kind"`
	Code cases.Code      `json:"code"`
	By   id.Member       `json:"by"`
}

func (d *door) rowOf(who *casework.Person, r casework.Row, today workday.Day) rowJSON {
	j := rowJSON{routingJSON: d.routing(r.Case, r.Danger, r.Handler, r.Raised), Letter: r.Letter, Title: r.Title, Standing: who.InPlaceOf(r.Handler)}
	if k := r.Clock; k != nil {
		j.Due = &dueJSON{k.Kind, k.Due, k.State, k.Used, k.Elapsed(today)}
	}
	if p := r.Proposal; p != nil {
		j.Proposal = &proposedJSON{p.Kind, p.Code, p.Proposer}
	}
	return j
}

func (d *door) queue(v *visit, who *casework.Person) (any, error) {
	q := v.r.URL.Query()
	f := casework.Filter{Category: id.Category(q.Get("category")), Region: id.Region(q.Get("region")), State: cases.State(q.Get("state")),
		Via: cases.Via(q.Get("via")), Lang: q.Get("lang"), Show: casework.Show(q.Get("show"))}
	for name, day := range map[string]*workday.Day{"day": &f.Day, "ends": &f.Ends} {
		if err := day.UnmarshalText([]byte(q.Get(name))); err != nil {
			return nil, errs.Wrap(errs.Invalid, "web.bad_form", nil, err).AtField(name)
		}
	}
	limit := 25
	if given := q.Get("limit"); given != "" {
		var err error
		if limit, err = strconv.Atoi(given); err != nil {
			return nil, errs.Wrap(errs.Invalid, "web.bad_form", nil, err)
		}
	}
	rows, next, more, err := d.o.Casework.Page(v.ctx, who, f, q.Get("after"), limit)
	if err != nil {
		return nil, err
	}
	out := []rowJSON{}
	for _, r := range rows {
		out = append(out, d.rowOf(who, r, d.o.Casework.Today()))
	}
	return map[string]any{"rows": out, "next": next, "more": more}, nil
}

func (d *door) titles(v *visit, who *casework.Person, in struct {
	Numbers []string `json:"numbers"`
}) (any, error) {
	found, err := d.o.Casework.Titles(v.ctx, who, in.Numbers)
	if err != nil {
		return nil, err
	}
	type titleJSON struct {
		Number string `json:"number"`
		Doc    id.Doc `json:"doc"`
		Sealed []byte `json:"sealed"`
	}
	out := []titleJSON{}
	for _, t := range found {
		out = append(out, titleJSON{t.Number, t.Doc, t.Sealed})
	}
	return map[string]any{"titles": out}, nil
}

func (d *door) workTexts(v *visit, who *casework.Person) (any, error) {
	found, next, more, err := d.o.Casework.Texts(v.ctx, who, v.r.URL.Query().Get("after"))
	if err != nil {
		return nil, err
	}
	type textJSON struct {
		Number string      `json:"number"`
		Case   id.Case     `json:"case"`
		Kind   string      `json:"kind"`
		Doc    id.Doc      `json:"doc"`
		Day    workday.Day `json:"day"`
		Sealed []byte      `json:"sealed"`
	}
	out := []textJSON{}
	for _, t := range found {
		out = append(out, textJSON{t.Number, t.Case, t.Kind, t.Doc, t.Day, t.Sealed})
	}
	return map[string]any{"texts": out, "next": next, "more": more}, nil
}

// handlersToday are those to whom cases can be given, with what one should know before.
func (d *door) handlersToday(v *visit, who *casework.Person) (any, error) {
	all, err := d.o.Casework.Handlers(v.ctx, who)
	if err != nil {
		return nil, err
	}
	type hand struct {
		ID        id.Member `json:"id"`
		Languages []string  `json:"languages"`
		Away      string    `json:"away"` // day, "" for who is there
	}
	out := []hand{}
	for _, h := range all {
		j := hand{h.ID, append([]string{}, h.Languages...), ""}
		if !h.Away.IsZero() {
			j.Away = h.Away.String()
		}
		out = append(out, j)
	}
	return out, nil
}
