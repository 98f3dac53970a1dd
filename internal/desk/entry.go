package desk

import (
	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// entryBody holds a report of the largest size with the identity for every custodian, in base64.
const entryBody = seal.MaxSealed*4/3 + 64<<10

// draftBody holds a draft that is one byte too large, in base64, so that it is refused in words.
const draftBody = casework.MaxDraft*4/3 + 8<<10

// entryRoutes are for who takes down calls, letters and visits (docs/design/0021-entry-at-the-desk.md).
func (d *door) entryRoutes(wd *web.Door, lang i18n.Lang) {
	at := workAt(lang) + "{unit}/entries"
	wd.Handle("GET "+at, 0, workRead(d, lang, d.entries))
	wd.Handle("POST "+at+"/open", smallBody, workWrite(d, lang, d.openEntry))
	wd.Handle("POST "+at+"/draft", draftBody, workWrite(d, lang, d.keepDraft))
	wd.Handle("POST "+at+"/hand-in", entryBody, workWrite(d, lang, d.handIn))
	wd.Handle("POST "+at+"/drop", smallBody, workWrite(d, lang, d.dropEntry))
	wd.Handle("POST "+at+"/count", smallBody, workWrite(d, lang, d.countCall))
}

type draftJSON struct {
	Case    id.Case     `json:"case"`
	Via     cases.Via   `json:"via"`
	Day     workday.Day `json:"day"`
	Version int64       `json:"version"`
	Sealed  []byte      `json:"sealed"`
}

// entries are what the clerk has open, with everything that the page asks and says.
func (d *door) entries(v *visit, who *casework.Person) (any, error) {
	e, err := d.o.Casework.Entries(v.ctx, who)
	if err != nil {
		return nil, err
	}
	open := []draftJSON{}
	for _, x := range e.Open {
		open = append(open, draftJSON(x))
	}
	approved, err := d.o.Setup.Approved(v.ctx)
	if err != nil {
		return nil, err
	}
	ids := []id.Category{}
	for _, a := range approved {
		ids = append(ids, a.Category)
	}
	calls := map[casework.EmptyCall]int64{}
	for _, kind := range casework.EmptyCalls() {
		calls[kind] = e.Calls[kind]
	}
	return map[string]any{"open": open, "calls": calls, "today": d.o.Casework.Today(), "approved": ids, "form": d.entryForm(v.lang)}, nil
}

func (d *door) openEntry(v *visit, who *casework.Person, in struct {
	Case id.Case   `json:"case"`
	Via  cases.Via `json:"via"`
}) (any, error) {
	number, err := d.o.Casework.OpenEntry(v.ctx, who, in.Case, in.Via)
	return map[string]string{"number": number}, err
}

func (d *door) keepDraft(v *visit, who *casework.Person, in struct {
	Case    id.Case `json:"case"`
	Version int64   `json:"version"`
	Sealed  []byte  `json:"sealed"`
}) (any, error) {
	return nil, d.o.Casework.KeepDraft(v.ctx, who, casework.Draft{Case: in.Case, Version: in.Version, Sealed: in.Sealed})
}

// takenJSON is a report that is handed in. A share is not called "sealed", as at the public door.
type takenJSON struct {
	Case     id.Case       `json:"case"`
	Doc      id.Doc        `json:"doc"`
	Category id.Category   `json:"category"`
	Region   id.Region     `json:"region"`
	Lang     string        `json:"lang"`
	Danger   bool          `json:"danger"`
	Contact  cases.Contact `json:"contact"`
	Wish     bool          `json:"wish"`
	Identity *struct {
		Box    []byte `json:"box"`
		Shares []struct {
			Custodian id.Member `json:"custodian"`
			Share     []byte    `json:"share"`
		} `json:"shares"`
	} `json:"identity"`
	Sealed []byte `json:"sealed"`
	Number bool   `json:"number"`
}

func (d *door) handIn(v *visit, who *casework.Person, in takenJSON) (any, error) {
	t := casework.Taken{Case: in.Case, Doc: in.Doc, Category: in.Category, Region: in.Region, Lang: in.Lang, Danger: in.Danger, At: cases.SealedBrowser, Contact: in.Contact,
		Wish: in.Wish, Sealed: in.Sealed, Number: in.Number}
	if in.Identity != nil {
		t.Identity = &caselog.Identity{Box: in.Identity.Box}
		for _, s := range in.Identity.Shares {
			t.Identity.Shares = append(t.Identity.Shares, caselog.IdentityShare{Custodian: s.Custodian, Share: s.Share})
		}
	}
	got, err := d.o.Casework.HandIn(v.ctx, who, t)
	if err != nil {
		return nil, err
	}
	type promise struct {
		Step string      `json:"step"`
		By   workday.Day `json:"by"`
	}
	promises := []promise{}
	for _, p := range got.Promises {
		promises = append(promises, promise{string(p.Step), p.By})
	}
	return map[string]any{"day": got.Day, "promises": promises}, nil
}

func (d *door) dropEntry(v *visit, who *casework.Person, in struct {
	Case id.Case            `json:"case"`
	Kind casework.EmptyCall `json:"kind"`
}) (any, error) {
	return nil, d.o.Casework.DropEntry(v.ctx, who, in.Case, in.Kind)
}

func (d *door) countCall(v *visit, who *casework.Person, in struct {
	Kind casework.EmptyCall `json:"kind"`
}) (any, error) {
	return nil, d.o.Casework.CountCall(v.ctx, who, in.Kind)
}

// said are sentences that a clerk reads to a caller, in the caller's language.
var said = [...]string{"entry.say_hello", "entry.say_consent", "entry.say_danger", "entry.say_number", "entry.say_bye",
	"site.q_danger", "site.q_what", "site.q_date", "site.q_when", "site.q_where", "site.q_region", "site.q_how", "site.q_told", "page.contact", "page.wish", "page.person_name", "page.person_reach"}

type entryQuestionJSON struct {
	questionJSON
	Hint     string    `json:"hint"`
	Required bool      `json:"required"`
	Max      int       `json:"max"`
	When     *whenJSON `json:"when"`
}

type whenJSON struct {
	Question string   `json:"question"`
	Any      []string `json:"any"`
}

type entryCategoryJSON struct {
	namedJSON
	Tests     []string            `json:"tests"`
	Questions []entryQuestionJSON `json:"questions"`
}

// entryForm is what the page asks, in the clerk's language, and what is read out, in every language of the pack.
func (d *door) entryForm(lang i18n.Lang) map[string]any {
	p, in := d.o.Pack, string(lang)
	langs, categories, say, labels := []namedJSON{}, []entryCategoryJSON{}, map[string]map[string]string{}, map[string]map[string]string{}
	for _, tag := range p.Languages {
		l := d.o.Catalog.For(i18n.Lang(tag))
		langs = append(langs, namedJSON{tag, l.Name()})
		say[tag], labels[tag] = map[string]string{}, map[string]string{}
		for _, key := range said {
			say[tag][key] = l.T(key, errs.Args{"Authority": p.Authority.Name.In(tag), "Emergency": p.Emergency.Shown})
		}
		for _, c := range p.Categories {
			for _, q := range c.Questions {
				labels[tag][string(c.ID)+"/"+string(q.ID)] = q.Label.In(tag)
			}
		}
	}
	for _, c := range p.Categories {
		categories = append(categories, entryCategory(p, c, in))
	}
	return map[string]any{"langs": langs, "categories": categories, "say": say, "labels": labels,
		"limits":    map[string]int{"short": p.Limits.Short, "place": p.Limits.Place, "long": p.Limits.Long, "account": p.Limits.Account},
		"emergency": p.Emergency.Shown}
}

func entryCategory(p *pack.Pack, c pack.Category, lang string) entryCategoryJSON {
	out := entryCategoryJSON{namedJSON: namedJSON{string(c.ID), c.Name.In(lang)}, Tests: []string{}, Questions: []entryQuestionJSON{}}
	for _, e := range c.Elements {
		out.Tests = append(out.Tests, e.In(lang))
	}
	for i, q := range questionsOf(c, lang) {
		of := c.Questions[i]
		j := entryQuestionJSON{questionJSON: q, Hint: of.Hint.In(lang), Required: of.Required, Max: p.Limits.Max(of)}
		if of.When != nil {
			j.When = &whenJSON{string(of.When.Question), of.When.Any}
		}
		out.Questions = append(out.Questions, j)
	}
	return out
}
