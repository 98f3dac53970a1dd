package desk

import (
	"strconv"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
)

// awayRoutes are who is away in an office and who stands in for them: for its members, and for administrators.
func (d *door) awayRoutes(wd *web.Door, lang i18n.Lang) {
	at := "/" + lang.Segment() + "/api/away"
	wd.Handle("GET "+at, 0, read(d, lang, d.away))
	wd.Handle("POST "+at+"/{unit}", smallBody, write(d, lang, func(v *visit, in absenceIn) (any, error) {
		_, err := d.o.Setup.EnterAbsence(v.ctx, v.who(), v.unit(), in.absence())
		return nil, err
	}))
	wd.Handle("POST "+at+"/{unit}/{absence}", smallBody, write(d, lang, func(v *visit, in absenceIn) (any, error) {
		key, err := v.absence()
		if err != nil {
			return nil, err
		}
		return nil, d.o.Setup.CorrectAbsence(v.ctx, v.who(), v.unit(), key, in.absence())
	}))
	wd.Handle("POST "+at+"/{unit}/{absence}/end", smallBody, write(d, lang, func(v *visit, _ struct{}) (any, error) {
		key, err := v.absence()
		if err != nil {
			return nil, err
		}
		return nil, d.o.Setup.EndAbsence(v.ctx, v.who(), v.unit(), key)
	}))
}

// tongueRoutes are the languages in which a member says that they handle cases.
func (d *door) tongueRoutes(wd *web.Door, lang i18n.Lang) {
	at := "/" + lang.Segment() + "/api/me/tongues"
	wd.Handle("GET "+at, 0, read(d, lang, func(v *visit) (any, error) {
		t, err := d.o.Setup.Tongues(v.ctx, v.who())
		if err != nil {
			return nil, err
		}
		return map[string][]string{"site": append([]string{}, t.Site...), "mine": append([]string{}, t.Mine...)}, nil
	}))
	wd.Handle("POST "+at, smallBody, write(d, lang, func(v *visit, in struct {
		Languages []string `json:"languages"`
	}) (any, error) {
		return nil, d.o.Setup.SayTongues(v.ctx, v.who(), in.Languages)
	}))
}

// absenceIn is what the page asks for: member "" is who asks, deputy "" nobody.
type absenceIn struct {
	Member id.Member   `json:"member"`
	Deputy id.Member   `json:"deputy"`
	From   workday.Day `json:"from"`
	To     workday.Day `json:"to"`
}

func (in absenceIn) absence() cases.Absence {
	return cases.Absence{Member: in.Member, Deputy: in.Deputy, From: in.From, To: in.To}
}

// absence is the key that the route names.
func (v *visit) absence() (int64, error) {
	key, err := strconv.ParseInt(v.r.PathValue("absence"), 10, 64)
	if err != nil || key < 1 {
		return 0, errs.New(errs.NotFound, "store.absence_absent", nil)
	}
	return key, nil
}

// awayJSON is an office: who may stand in, and who is away.
type awayJSON struct {
	Unit   id.Unit       `json:"unit"`
	Name   string        `json:"name"`
	Day    workday.Day   `json:"day"`
	All    bool          `json:"all"` // absences of others can be entered
	In     bool          `json:"in"`  // who asks is in the office
	People []inPlaceJSON `json:"people"`
	Days   []absentJSON  `json:"days"`
}

type inPlaceJSON struct {
	namedJSON
	Handler bool `json:"handler"`
}

type absentJSON struct {
	Key    int64       `json:"key"`
	Member id.Member   `json:"member"`
	Deputy id.Member   `json:"deputy"`
	From   workday.Day `json:"from"`
	To     workday.Day `json:"to"`
	Lapsed bool        `json:"lapsed"`
	By     string      `json:"by"` // who entered it, if somebody else did
}

func (d *door) away(v *visit) (any, error) {
	all, err := d.o.Setup.Away(v.ctx, v.who())
	if err != nil {
		return nil, err
	}
	out := []awayJSON{}
	for _, a := range all {
		j := awayJSON{Unit: a.Unit, Name: d.officeName(v, a.Unit), Day: a.Day, All: a.All, In: a.In, People: []inPlaceJSON{}, Days: []absentJSON{}}
		for _, p := range a.People {
			j.People = append(j.People, inPlaceJSON{namedJSON{string(p.ID), p.Name}, p.Handles()})
		}
		for _, x := range a.Days {
			by := ""
			if x.By != x.Member {
				by = a.Name(x.By)
			}
			j.Days = append(j.Days, absentJSON{x.Key, x.Member, x.Deputy, x.From, x.To, x.Lapsed, by})
		}
		out = append(out, j)
	}
	return out, nil
}

// spanJSON is days, both included.
type spanJSON struct {
	From workday.Day `json:"from"`
	To   workday.Day `json:"to"`
}

func spansOf(all []setup.Span) []spanJSON {
	out := []spanJSON{}
	for _, s := range all {
		out = append(out, spanJSON{s.From, s.To})
	}
	return out
}
