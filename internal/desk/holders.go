package desk

import (
	"errors"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
)

// holderRoutes are about who holds a unit's key. Package setup decides who may: it sees accounts and rosters at once.
func (d *door) holderRoutes(wd *web.Door, lang i18n.Lang) {
	at := workAt(lang)
	wd.Handle("GET "+at+"people", 0, read(d, lang, d.colleagues))
	wd.Handle("GET "+at+"{unit}/change", 0, read(d, lang, d.change))
	wd.Handle("POST "+at+"{unit}/change", listBody, write(d, lang, func(v *visit, in setup.Addition) (any, error) {
		return nil, d.o.Setup.ProposeAddition(v.ctx, v.who(), v.unit(), in)
	}))
	wd.Handle("POST "+at+"{unit}/change/approve", listBody, write(d, lang, func(v *visit, in struct {
		Roster []byte `json:"roster"`
	}) (any, error) {
		return nil, d.o.Setup.ApproveAddition(v.ctx, v.who(), v.unit(), in.Roster)
	}))
	wd.Handle("POST "+at+"{unit}/change/drop", smallBody, write(d, lang, func(v *visit, _ struct{}) (any, error) {
		return nil, d.o.Setup.DropAddition(v.ctx, v.who(), v.unit())
	}))
}

// unit is the one that the route names. Whether the person is in it, the use case decides.
func (v *visit) unit() id.Unit { return id.Unit(v.r.PathValue("unit")) }

func (d *door) colleagues(v *visit) (any, error) {
	all, err := d.o.Setup.Colleagues(v.ctx, v.who())
	if err != nil {
		return nil, err
	}
	type colleagueJSON struct {
		joinedJSON
		Day workday.Day `json:"day"`
	}
	out := []colleagueJSON{}
	for _, a := range all {
		out = append(out, colleagueJSON{joinedJSON{a.ID, a.Name, a.Role, a.Active, a.Recipient, a.Sign}, a.Day})
	}
	return out, nil
}

// change is what waits for an approver. Who joins stands in the roster, which the page reads and has checked itself.
func (d *door) change(v *visit) (any, error) {
	w, err := d.o.Setup.Change(v.ctx, v.who(), v.unit())
	if err != nil || w == nil {
		return map[string]any{"change": nil}, err
	}
	fault := ""
	if w.Fault != nil {
		l := d.o.Catalog.For(v.lang)
		fault = l.T("desk.draft_stale", nil)
		if e, ok := errors.AsType[*errs.Error](w.Fault); ok {
			fault = l.T(e.Key, e.Args)
		}
	}
	return map[string]any{"change": map[string]any{"roster": w.Roster, "by": w.Proposer, "day": w.Day, "fault": fault}}, nil
}
