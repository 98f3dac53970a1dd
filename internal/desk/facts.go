package desk

import (
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/workday"
)

// workFactsJSON is what a member's page starts from. List is the file /keys.json.
type workFactsJSON struct {
	Instance string      `json:"instance"`
	Root     string      `json:"root"`
	List     []byte      `json:"list"`
	Day      workday.Day `json:"day"`
	Units    []unitJSON  `json:"units"`
	Pack     packJSON    `json:"pack"`
}

type unitJSON struct {
	Unit    id.Unit      `json:"unit"`
	Name    string       `json:"name"`
	Roles   []cases.Role `json:"roles"`
	Holds   bool         `json:"holds"`
	Rosters [][]byte     `json:"rosters"`
	Handed  []handedJSON `json:"handed"`
}

type handedJSON struct {
	Sealed []byte `json:"sealed"`
}

// packJSON is the programme in the page's language: what the page needs to show routing fields and answers in words.
type packJSON struct {
	Categories []categoryJSON                 `json:"categories"`
	Regions    []namedJSON                    `json:"regions"`
	Offices    []namedJSON                    `json:"offices"`
	Questions  map[id.Category][]questionJSON `json:"questions"`
	Declines   map[string]string              `json:"declines"`
	Authority  string                         `json:"authority"`
	Languages  []string                       `json:"languages"` // of the pack; the first is the authority's own
	Bodies     []bodyJSON                     `json:"bodies"`
	Bases      []groundJSON                   `json:"bases"`
	Limits     struct {
		Long int `json:"long"`
	} `json:"limits"`
}

// bodyJSON is somebody to whom a case can be passed on. What leaves the building is in the language of the copy, so the names are in all.
type bodyJSON struct {
	ID        string    `json:"id"`
	Name      pack.Text `json:"name"`
	Recipient string    `json:"recipient"`
}

type groundJSON struct {
	ID   string    `json:"id"`
	Text pack.Text `json:"text"`
}

type namedJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type categoryJSON struct {
	namedJSON
	Elements []string    `json:"elements"`
	Basis    []basisJSON `json:"basis"`
}

type basisJSON struct {
	Law     string `json:"law"`
	Edition string `json:"edition"`
	Article string `json:"article"`
	Text    string `json:"text"`
}

type questionJSON struct {
	ID      id.Question  `json:"id"`
	Type    pack.Type    `json:"type"`
	Label   string       `json:"label"`
	Options []optionJSON `json:"options"`
}

type optionJSON struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// packFacts words the pack once for each language.
func (d *door) packFacts(lang i18n.Lang) packJSON {
	p, l := d.o.Pack, string(lang)
	out := packJSON{Categories: []categoryJSON{}, Regions: []namedJSON{}, Offices: []namedJSON{}, Questions: map[id.Category][]questionJSON{}, Declines: map[string]string{},
		Authority: p.Authority.Name.In(l), Languages: p.Languages, Bodies: []bodyJSON{}, Bases: []groundJSON{}}
	for _, b := range p.Bodies {
		out.Bodies = append(out.Bodies, bodyJSON(b))
	}
	for _, g := range p.Bases {
		out.Bases = append(out.Bases, groundJSON(g))
	}
	out.Limits.Long = p.Limits.Long
	for _, c := range p.Categories {
		cj := categoryJSON{namedJSON: namedJSON{string(c.ID), c.Name.In(l)}, Elements: []string{}, Basis: []basisJSON{}}
		for _, e := range c.Elements {
			cj.Elements = append(cj.Elements, e.In(l))
		}
		for _, b := range c.Basis {
			cj.Basis = append(cj.Basis, basisJSON{b.Law.In(l), b.Edition.In(l), b.Article.In(l), b.Text.In(l)})
		}
		out.Categories = append(out.Categories, cj)
		out.Questions[c.ID] = questionsOf(c, l)
	}
	for _, r := range p.Regions {
		out.Regions = append(out.Regions, namedJSON{string(r.ID), r.Name.In(l)})
	}
	for _, o := range p.Offices {
		out.Offices = append(out.Offices, namedJSON{string(o.ID), o.Name.In(l)})
	}
	for _, code := range pack.DeclineCodes() {
		out.Declines[code] = d.o.Catalog.For(lang).T("cases.code."+code, nil)
	}
	return out
}

func questionsOf(c pack.Category, lang string) []questionJSON {
	out := []questionJSON{}
	for _, q := range c.Questions {
		j := questionJSON{q.ID, q.Type, q.Label.In(lang), []optionJSON{}}
		for _, o := range q.Options {
			j.Options = append(j.Options, optionJSON{o.ID, o.Label.In(lang)})
		}
		out = append(out, j)
	}
	return out
}

func (d *door) workFacts(v *visit) (any, error) {
	if err := memberOnly(v); err != nil {
		return nil, err
	}
	f, err := d.o.Casework.Facts(v.ctx, accountOf(v.me))
	if err != nil {
		return nil, err
	}
	out := workFactsJSON{f.Instance, f.Root, f.List, f.Day, []unitJSON{}, d.packs[v.lang]}
	for _, u := range f.Units {
		j := unitJSON{Unit: u.Person.Unit, Roles: u.Person.Roles, Holds: u.Holds, Rosters: u.Rosters, Handed: []handedJSON{}}
		if o, ok := d.o.Pack.Office(u.Person.Unit); ok {
			j.Name = o.Name.In(string(v.lang))
		}
		if j.Roles == nil {
			j.Roles = []cases.Role{}
		}
		for _, h := range u.Handed {
			j.Handed = append(j.Handed, handedJSON{h})
		}
		out.Units = append(out.Units, j)
	}
	return out, nil
}
