package desk

import (
	"strconv"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
)

// boardRoutes show a unit's work from further away: where its cases stand, when clocks end, how much there is.
func (d *door) boardRoutes(wd *web.Door, lang i18n.Lang) {
	at := workAt(lang) + "{unit}/"
	wd.Handle("GET "+at+"board", 0, workRead(d, lang, d.board))
	wd.Handle("GET "+at+"days", 0, workRead(d, lang, d.days))
	wd.Handle("GET "+at+"load", 0, workRead(d, lang, d.load))
	wd.Handle("POST "+at+"known", smallBody, workWrite(d, lang, func(v *visit, who *casework.Person, in struct {
		Numbers []string `json:"numbers"`
	}) (any, error) {
		found, err := d.o.Casework.Known(v.ctx, who, in.Numbers)
		return map[string][]string{"numbers": append([]string{}, found...)}, err
	}))
}

type columnJSON struct {
	Step   casework.Step `json:"step"`
	States []cases.State `json:"states"`
	Count  int           `json:"count"`
	Rows   []rowJSON     `json:"rows"`
}

func (d *door) board(v *visit, who *casework.Person) (any, error) {
	columns, err := d.o.Casework.Board(v.ctx, who)
	if err != nil {
		return nil, err
	}
	today, out := d.o.Casework.Today(), []columnJSON{}
	for _, c := range columns {
		j := columnJSON{c.Step, c.States, c.Count, []rowJSON{}}
		for _, r := range c.Rows {
			j.Rows = append(j.Rows, d.rowOf(who, r, today))
		}
		out = append(out, j)
	}
	return map[string]any{"columns": out, "day": today}, nil
}

type dayCountJSON struct {
	Day workday.Day `json:"day"`
	N   int         `json:"n"`
}

func dayCounts(all []casework.DayCount) []dayCountJSON {
	out := []dayCountJSON{}
	for _, c := range all {
		out = append(out, dayCountJSON(c))
	}
	return out
}

func (d *door) days(v *visit, who *casework.Person) (any, error) {
	q := v.r.URL.Query()
	var from workday.Day
	if err := from.UnmarshalText([]byte(q.Get("from"))); err != nil {
		return nil, errs.Wrap(errs.Invalid, "web.bad_form", nil, err).AtField("from")
	}
	n, err := strconv.Atoi(q.Get("n"))
	if err != nil {
		return nil, errs.Wrap(errs.Invalid, "web.bad_form", nil, err).AtField("n")
	}
	all, err := d.o.Casework.Days(v.ctx, who, from, n)
	if err != nil {
		return nil, err
	}
	today := d.o.Casework.Today()
	off := []workday.Day{}
	for i := range n {
		if day := from.Add(i); !d.o.Pack.Calendar.IsWorkday(day) {
			off = append(off, day)
		}
	}
	return map[string]any{"days": dayCounts(all), "off": off, "day": today}, nil
}

func (d *door) load(v *visit, who *casework.Person) (any, error) {
	l, err := d.o.Casework.Load(v.ctx, who)
	if err != nil {
		return nil, err
	}
	type state struct {
		State cases.State `json:"state"`
		N     int         `json:"n"`
	}
	type warning struct {
		Clock cases.ClockKind `json:"clock"`
		Level cases.Level     `json:"level"`
		N     int64           `json:"n"`
	}
	states, warnings := []state{}, []warning{}
	for _, s := range l.States {
		states = append(states, state(s))
	}
	for _, w := range l.Warnings {
		warnings = append(warnings, warning{w.Clock, w.Level, w.N})
	}
	return map[string]any{"day": l.Day, "states": states, "weeks": dayCounts(l.Weeks), "warnings": warnings, "from": l.From}, nil
}
