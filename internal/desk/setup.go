package desk

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
)

// who is the person of a session as the set-up knows people.
func (v *visit) who() setup.Who { return setup.Who{Account: v.me.Account, Role: setup.Role(v.me.Role)} }

// setupRoutes are the list "before the doors open" for everybody, and each side's half of the set-up at its own door.
func (d *door) setupRoutes(wd *web.Door, lang i18n.Lang) {
	at := "/" + lang.Segment() + "/api/"
	wd.Handle("GET "+at+"setup/missing", 0, read(d, lang, d.missing))
	wd.Handle("GET "+at+"staffing", 0, read(d, lang, d.staffing))
	if d.name == staff.Inspect {
		wd.Handle("GET "+at+"draft", 0, read(d, lang, d.draft))
		wd.Handle("POST "+at+"draft/countersign", listBody, write(d, lang, d.countersign))
		wd.Handle("GET "+at+"categories", 0, read(d, lang, d.categories))
		wd.Handle("POST "+at+"categories/approve", smallBody, write(d, lang, d.approve))
		return
	}
	wd.Handle("GET "+at+"setup/facts", 0, read(d, lang, d.facts))
	wd.Handle("POST "+at+"setup/first", keyBody, write(d, lang, d.first))
	wd.Handle("POST "+at+"draft", listBody, write(d, lang, d.propose))
	wd.Handle("POST "+at+"kit/copies", smallBody, write(d, lang, d.kitCopies))
	wd.Handle("POST "+at+"draft/withdraw", smallBody, write(d, lang, func(v *visit, _ struct{}) (any, error) { return nil, d.o.Setup.Withdraw(v.ctx, v.who()) }))
}

func (d *door) missing(v *visit) (any, error) {
	list, err := d.o.Setup.Missing(v.ctx)
	if err != nil {
		return nil, err
	}
	type entry struct {
		Code   string      `json:"code"`
		Text   string      `json:"text"`
		Who    setup.Party `json:"who"`
		Blocks bool        `json:"blocks"`
		Done   bool        `json:"done"`
	}
	l := d.o.Catalog.For(v.lang)
	out := []entry{}
	for _, e := range list {
		args := maps.Clone(e.Args)
		if unit, ok := args["Unit"].(string); ok { // people know an office by its name
			if o, found := d.o.Pack.Office(id.Unit(unit)); found {
				args["Unit"] = o.Name.In(string(v.lang))
			}
		}
		out = append(out, entry{e.Code, l.T(e.Key(), args), e.Who, e.Blocks, e.Done})
	}
	return map[string]any{"open": setup.Open(list), "entries": out}, nil
}

// factsJSON is where the set-up stands, for the page that makes keys and lists.
type factsJSON struct {
	Instance  string            `json:"instance"`
	Server    serverJSON        `json:"server"`
	Authority map[string]string `json:"authority"`
	Day       workday.Day       `json:"day"`
	List      []byte            `json:"list"`
	Version   int64             `json:"version"`
	Root      string            `json:"root"`
	Recovery  *setup.Recovery   `json:"recovery"`
	Draft     *waitingJSON      `json:"draft"`
	Offices   []officeJSON      `json:"offices"`
	People    []joinedJSON      `json:"people"`
}

type serverJSON struct {
	Ack       string `json:"ack"`
	PublicLog string `json:"public_log"`
	CaseLog   string `json:"case_log"`
}

type waitingJSON struct {
	Day workday.Day `json:"day"`
	Kit bool        `json:"kit"` // it brings a new recovery kit
}

type officeJSON struct {
	ID     id.Unit           `json:"id"`
	Name   map[string]string `json:"name"`
	Shown  string            `json:"shown"`
	Parent id.Unit           `json:"parent"`
	Intake bool              `json:"intake"`
	Roster int64             `json:"roster"` // version of its roster in force, 0 for none
	// Rosters are the files in force, from the last that the root signed, oldest first.
	Rosters [][]byte `json:"rosters"`
}

type joinedJSON struct {
	Account   id.Member  `json:"account"`
	Name      string     `json:"name"`
	Role      setup.Role `json:"role"`
	Active    bool       `json:"active"`
	Recipient string     `json:"recipient"`
	Sign      string     `json:"sign"`
}

func (d *door) facts(v *visit) (any, error) {
	st, err := d.o.Setup.Basis(v.ctx, v.who())
	if err != nil {
		return nil, err
	}
	out := factsJSON{
		Instance: d.o.Instance, Server: serverJSON{st.Server.Ack, st.Server.Public, st.Server.Cases}, Authority: d.o.Pack.Authority.Name, Day: st.Today,
		List: st.KeySet, Version: st.Version, Root: st.Root, Recovery: st.Recovery, Offices: []officeJSON{}, People: []joinedJSON{},
	}
	if st.Waiting != "" {
		out.Draft = &waitingJSON{st.Proposed, st.NewKit}
	}
	for _, o := range d.o.Pack.Offices {
		out.Offices = append(out.Offices, officeJSON{o.ID, o.Name, o.Name.In(string(v.lang)), o.Parent, o.Intake, st.Versions[o.ID], append([][]byte{}, st.Rosters[o.ID]...)})
	}
	for _, a := range st.Accounts {
		out.People = append(out.People, joinedJSON{a.ID, a.Name, a.Role, true, a.Recipient, a.Sign})
	}
	return out, nil
}

func (d *door) first(v *visit, in struct {
	List []byte    `json:"list"`
	Kit  setup.Kit `json:"kit"`
}) (any, error) {
	root, err := d.o.Setup.First(v.ctx, v.who(), in.List, in.Kit)
	if err != nil {
		return nil, err
	}
	return map[string]string{"root": root}, nil
}

func (d *door) propose(v *visit, in setup.Bundle) (any, error) {
	name, err := d.o.Setup.Propose(v.ctx, v.who(), in)
	if err != nil {
		return nil, err
	}
	return map[string]string{"draft": name}, nil
}

// changedJSON is how a draft concerns somebody. The words to compare are not in it: the page computes them from the list that
// is signed, or a server could show one key and have another signed.
type changedJSON struct {
	ID      id.Member    `json:"id"`
	Name    string       `json:"name"`
	Role    setup.Role   `json:"role"`
	How     setup.Change `json:"how"`
	Duties  []string     `json:"duties"`
	Offices []string     `json:"offices"`
}

func (d *door) draft(v *visit) (any, error) {
	dr, err := d.o.Setup.Draft(v.ctx, v.who())
	if errs.Is(err, errs.NotFound) {
		return map[string]any{"draft": nil}, nil
	}
	if err != nil {
		return nil, err
	}
	l := d.o.Catalog.For(v.lang)
	if dr.Fault != nil {
		text := l.T("desk.draft_stale", nil)
		if e, ok := errors.AsType[*errs.Error](dr.Fault); ok {
			text = l.T(e.Key, e.Args)
		}
		return map[string]any{"draft": nil, "fault": text}, nil
	}
	type office struct {
		ID    id.Unit      `json:"id"`
		Shown string       `json:"shown"`
		How   setup.Change `json:"how"`
	}
	people, offices := []changedJSON{}, []office{}
	for _, p := range dr.People {
		if p.Change != setup.Stays {
			people = append(people, changedJSON{p.ID, p.Name, p.Role, p.Change, append([]string{}, p.Roles...), []string{}})
		}
	}
	for _, o := range dr.Offices {
		shown := pack.Text(o.Name).In(string(v.lang))
		if o.Change != setup.Stays {
			offices = append(offices, office{o.Unit, shown, o.Change})
		}
		for _, m := range o.Members {
			if m.Change != setup.Stays {
				people = append(people, changedJSON{m.ID, m.Name, m.Role, m.Change, append([]string{}, m.Roles...), []string{shown}})
			}
		}
	}
	return map[string]any{"draft": map[string]any{
		"id": dr.ID, "list": dr.KeySet, "current": dr.Current, "by": dr.Proposer, "day": dr.Day, "version": dr.Version, "people": people, "offices": offices, "kit": d.renewal(v, dr),
	}}, nil
}

func (d *door) countersign(v *visit, in struct {
	Draft string `json:"draft"`
	List  []byte `json:"list"`
}) (any, error) {
	installed, err := d.o.Setup.Countersign(v.ctx, v.who(), in.Draft, in.List)
	if err != nil {
		return nil, err
	}
	return map[string]bool{"installed": installed}, nil
}

func (d *door) categories(v *visit) (any, error) {
	approved, err := d.o.Setup.Approved(v.ctx)
	if err != nil {
		return nil, err
	}
	type category struct {
		ID       id.Category `json:"id"`
		Name     string      `json:"name"`
		Summary  string      `json:"summary"`
		Tests    []string    `json:"tests"`
		Yes      []string    `json:"yes"`
		No       []string    `json:"no"`
		Law      []string    `json:"law"`
		Hash     string      `json:"hash"`
		Approved string      `json:"approved"`
	}
	lang := string(v.lang)
	texts := func(in []pack.Text) []string {
		out := []string{}
		for _, t := range in {
			out = append(out, t.In(lang))
		}
		return out
	}
	list := []category{}
	for i := range d.o.Pack.Categories {
		c := &d.o.Pack.Categories[i]
		j := category{ID: c.ID, Name: c.Name.In(lang), Summary: c.Summary.In(lang), Tests: texts(c.Elements), Yes: texts(c.Reportable), No: texts(c.NotReportable), Hash: c.Hash(), Law: []string{}}
		for _, b := range c.Basis {
			j.Law = append(j.Law, strings.Join(slices.DeleteFunc([]string{b.Law.In(lang), b.Article.In(lang), b.Text.In(lang)}, func(s string) bool { return s == "" }), " · "))
		}
		for _, a := range approved {
			if a.Category == c.ID {
				j.Approved = a.Day.String()
			}
		}
		list = append(list, j)
	}
	return map[string]any{"categories": list, "day": workday.DayOf(d.o.Now(), d.o.Pack.Zone)}, nil
}

func (d *door) approve(v *visit, in struct {
	Category  id.Category `json:"category"`
	Hash      string      `json:"hash"`
	Day       string      `json:"day"`
	Signature []byte      `json:"signature"`
}) (any, error) {
	day, err := workday.ParseDay(in.Day)
	if err != nil {
		return nil, errs.Wrap(errs.Invalid, "web.bad_form", nil, err)
	}
	return nil, d.o.Setup.ApproveCategory(v.ctx, v.who(), pack.Approval{Category: in.Category, Hash: in.Hash, By: v.me.Account, Day: day}, in.Signature)
}
