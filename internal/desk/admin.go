package desk

import (
	"strings"
	"time"

	"clarion.example/clarion/internal/calendar"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
)

// adminRoutes are what administrators look at beside people: offices, hours and numbers, settings. Nothing of it can be changed
// here, and no case stands in it.
func (d *door) adminRoutes(wd *web.Door, lang i18n.Lang) {
	at := "/" + lang.Segment() + "/api/admin/"
	wd.Handle("GET "+at+"offices", 0, read(d, lang, d.adminOffices))
	wd.Handle("GET "+at+"hours", 0, read(d, lang, d.adminHours))
	wd.Handle("GET "+at+"settings", 0, read(d, lang, d.adminSettings))
}

func adminOnly(v *visit) error {
	if v.me.Role != staff.Administrator {
		return errs.New(errs.Denied, "staff.not_yours", nil)
	}
	return nil
}

type holderJSON struct {
	Account id.Member `json:"account"`
	Name    string    `json:"name"`
	Roles   []string  `json:"roles"`
	Holds   bool      `json:"holds"`
	Lost    bool      `json:"lost"`
}

func (d *door) adminOffices(v *visit) (any, error) {
	all, err := d.o.Setup.Offices(v.ctx, v.who())
	if err != nil {
		return nil, err
	}
	type office struct {
		ID      id.Unit      `json:"id"`
		Name    string       `json:"name"`
		Parent  id.Unit      `json:"parent"`
		Intake  bool         `json:"intake"`
		Since   string       `json:"since"`
		Roster  int64        `json:"roster"`
		Day     string       `json:"day"`
		Holders []holderJSON `json:"holders"`
	}
	out := []office{}
	for _, k := range all {
		o, _ := d.o.Pack.Office(k.Unit)
		j := office{k.Unit, d.officeName(v, k.Unit), o.Parent, o.Intake, k.Since, k.Roster, k.Day, []holderJSON{}}
		for _, h := range k.Holders {
			j.Holders = append(j.Holders, holderJSON{h.ID, h.Name, append([]string{}, h.Roles...), h.Holds, h.Lost})
		}
		out = append(out, j)
	}
	return map[string]any{"offices": out}, nil
}

// dayJSON is the staffed hours of one day.
type dayJSON struct {
	Day   workday.Day    `json:"day"`
	Kind  string         `json:"kind"` // holiday, make_up, or "" for an ordinary day
	Name  string         `json:"name"` // of the holiday, or of the one that a make-up day is for
	Spans []workday.Span `json:"spans"`
}

func (d *door) dayAt(v *visit, day workday.Day) dayJSON {
	j := dayJSON{Day: day, Name: d.o.Pack.Table.Note(day).In(string(v.lang)), Spans: append([]workday.Span{}, d.o.Pack.Hours.On(day)...)}
	switch {
	case d.o.Pack.Calendar.IsHoliday(day):
		j.Kind = "holiday"
	case d.o.Pack.Calendar.IsMakeUp(day):
		j.Kind = "make_up"
	}
	return j
}

func (d *door) adminHours(v *visit) (any, error) {
	if err := adminOnly(v); err != nil {
		return nil, err
	}
	p, lang := d.o.Pack, string(v.lang)
	type number struct {
		Label  string `json:"label"`
		Number string `json:"number"`
		Tel    string `json:"tel"`
		Hours  string `json:"hours"`
		Note   string `json:"note"`
	}
	numbers := []number{}
	for _, n := range append(p.Numbers[:len(p.Numbers):len(p.Numbers)], p.Emergency) {
		numbers = append(numbers, number{n.Label.In(lang), n.Shown, n.Tel, n.Hours.In(lang), n.Note.In(lang)})
	}
	now := d.o.Now()
	today := workday.DayOf(now, p.Zone)
	week, special := []dayJSON{}, []dayJSON{}
	for i := range 7 {
		week = append(week, d.dayAt(v, today.Add(i)))
	}
	for _, y := range p.Years {
		for day := (workday.Day{Year: y, Month: time.January, Dom: 1}); day.Year == y && y >= today.Year; day = day.Add(1) {
			if j := d.dayAt(v, day); j.Kind != "" {
				special = append(special, j)
			}
		}
	}
	next := ""
	if at, ok := p.Hours.NextStaffed(now); ok {
		next = d.clockTime(at)
	}
	return map[string]any{
		"numbers": numbers, "text": p.HoursText.In(lang), "zone": p.Zone.String(), "staffed": p.Hours.IsStaffed(now), "next": next,
		"week": week, "special": special, "years": p.Years, "source": p.Source.In(lang), "today": today, "calendar": d.calendar(v, today),
	}, nil
}

// calendarJSON is the calendar in force. End is the last day that it covers, empty without one; Ask says that the next is needed.
type calendarJSON struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Weekend []time.Weekday `json:"weekend"`
	End     workday.Day    `json:"end"`
	From    workday.Day    `json:"from"` // from which days count by the week alone
	Ask     bool           `json:"ask"`
}

func (d *door) calendar(v *visit, today workday.Day) calendarJSON {
	t := d.o.Pack.Table
	j := calendarJSON{ID: t.ID, Name: t.Name.In(string(v.lang)), Weekend: append([]time.Weekday{}, t.Weekend...)}
	if end, left, ok := t.End(today); ok {
		j.End, j.From, j.Ask = end, end.Add(1), left < calendar.WarnDays
	}
	return j
}

func (d *door) adminSettings(v *visit) (any, error) {
	if err := adminOnly(v); err != nil {
		return nil, err
	}
	type setting struct {
		Name    string `json:"name"`
		Env     string `json:"env"`
		Help    string `json:"help"` // what it does, in the page's language
		Default string `json:"default"`
		Value   string `json:"value"`
		Hidden  bool   `json:"hidden"`
	}
	out := []setting{}
	l := d.o.Catalog.For(v.lang)
	for _, s := range d.o.Settings {
		out = append(out, setting{s.Name, s.Env, l.T("setting."+strings.NewReplacer(".", "_", "-", "_").Replace(s.Name), nil), s.Default, s.Value, s.Hidden})
	}
	return map[string]any{"settings": out}, nil
}
