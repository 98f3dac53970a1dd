package desk

import (
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/setup"
)

// functionJSON is a function of an office or of the authority, in the page's language: on while vacant is empty.
type functionJSON struct {
	ID     string       `json:"id"`
	Text   string       `json:"text"`
	Off    string       `json:"off"` // what that means while it is off
	Later  bool         `json:"later"`
	Seats  []seatJSON   `json:"seats"`
	People []seatedJSON `json:"people"`
	Vacant []seatJSON   `json:"vacant"`
	Away   []spanJSON   `json:"away"` // days on which it will be off
}

type seatJSON struct {
	Roles []string `json:"roles"` // their names
	N     int      `json:"n"`
}

type seatedJSON struct {
	Name  string   `json:"name"`
	Roles []string `json:"roles"`
}

func (d *door) staffing(v *visit) (any, error) {
	all, err := d.o.Setup.Staffing(v.ctx, v.who())
	if err != nil {
		return nil, err
	}
	type office struct {
		ID        id.Unit        `json:"id"`
		Name      string         `json:"name"`
		Functions []functionJSON `json:"functions"`
		Silent    []string       `json:"silent"` // languages of the site in which nobody handles cases
		Above     string         `json:"above"`  // name of the office above it, "" for none
	}
	l := d.o.Catalog.For(v.lang)
	offices := []office{}
	for _, o := range all.Offices {
		offices = append(offices, office{o.Unit, d.officeName(v, o.Unit), functionsOf(l, o.Functions), append([]string{}, o.Silent...), d.above(v, o.Unit)})
	}
	return map[string]any{"smallest": cases.Smallest(), "offices": offices, "whole": functionsOf(l, all.Whole)}, nil
}

// above is the name of the office above another, as the pack has them, "" for none.
func (d *door) above(v *visit, unit id.Unit) string {
	if o, ok := d.o.Pack.Office(unit); ok && o.Parent != "" {
		return d.officeName(v, o.Parent)
	}
	return ""
}

func functionsOf(l *i18n.Localizer, all []setup.Staffed) []functionJSON {
	out := []functionJSON{}
	for _, s := range all {
		f := s.Function
		j := functionJSON{ID: f.ID, Text: l.T(f.Key(), nil), Off: l.T("staffing.off."+f.ID, nil), Later: f.Later, Seats: seatsOf(l, f.Seats), Vacant: seatsOf(l, s.Vacant), Away: spansOf(s.Away), People: []seatedJSON{}}
		for _, p := range s.People {
			j.People = append(j.People, seatedJSON{p.Name, roleNames(l, p.Roles)})
		}
		out = append(out, j)
	}
	return out
}

func seatsOf(l *i18n.Localizer, seats []cases.Seat) []seatJSON {
	out := []seatJSON{}
	for _, s := range seats {
		out = append(out, seatJSON{roleNames(l, s.Any), s.N})
	}
	return out
}

func roleNames(l *i18n.Localizer, roles []cases.Role) []string {
	out := []string{}
	for _, r := range roles {
		out = append(out, l.T(r.Key(), nil))
	}
	return out
}
