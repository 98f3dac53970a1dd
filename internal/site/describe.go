package site

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/web"
)

// formJSON describes the form in one language: everything that a program needs to ask the questions, and the words in
// which it speaks. It is the same for everyone and changes only with the pack or the release.
type formJSON struct {
	V          int                   `json:"v"`
	Lang       string                `json:"lang"`
	Authority  string                `json:"authority"`
	Place      string                `json:"place"`
	Langs      []namedJSON           `json:"langs"` // in which a reply can be written
	Limits     limitsJSON            `json:"limits"`
	Emergency  phoneJSON             `json:"emergency"`
	Hotline    *phoneJSON            `json:"hotline"`
	Screen     screenJSON            `json:"screen"`
	Categories []categoryJSON        `json:"categories"`
	None       *optionJSON           `json:"none"` // what to say to "none of these"
	Offices    []officeJSON          `json:"offices"`
	Regions    []regionJSON          `json:"regions"`
	Hours      string                `json:"hours"` // when somebody reads, in words
	Texts      map[string]i18n.Forms `json:"texts"`
}

type namedJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// limitsJSON are in characters, files in bytes.
type limitsJSON struct {
	Short   int   `json:"short"`
	Place   int   `json:"place"`
	Long    int   `json:"long"`
	Account int   `json:"account"`
	Files   int   `json:"files"`
	File    int64 `json:"file"`
}

type phoneJSON struct {
	Label  string `json:"label"`
	Number string `json:"number"`
	Tel    string `json:"tel"`
	Hours  string `json:"hours"`
	Note   string `json:"note"`
}

type screenJSON struct {
	Title   string       `json:"title"`
	Intro   string       `json:"intro"`
	Options []optionJSON `json:"options"`
}

type optionJSON struct {
	ID        string        `json:"id"`
	Label     string        `json:"label"`
	Outcome   string        `json:"outcome"`
	Why       string        `json:"why"`
	Title     string        `json:"title"`
	Text      string        `json:"text"`
	Addresses []addressJSON `json:"addresses"`
}

type addressJSON struct {
	Name   string   `json:"name"`
	Lines  []string `json:"lines"`
	Number string   `json:"number"`
	Tel    string   `json:"tel"`
}

type categoryJSON struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	Summary   string         `json:"summary"`
	Tests     []string       `json:"tests"`
	Yes       []string       `json:"yes"`
	No        []string       `json:"no"`
	Law       []string       `json:"law"`
	Office    string         `json:"office"` // when no region is said
	Questions []questionJSON `json:"questions"`
}

type questionJSON struct {
	ID       string      `json:"id"`
	Type     string      `json:"type"`
	Label    string      `json:"label"`
	Hint     string      `json:"hint"`
	Options  []namedJSON `json:"options"`
	Required bool        `json:"required"`
	Max      int         `json:"max"` // characters; 0 for choices and dates
	When     *whenJSON   `json:"when"`
}

type whenJSON struct {
	Question string   `json:"question"`
	Any      []string `json:"any"`
}

// officeJSON is an office that takes reports in; above is the one that a reporter may choose instead, or "".
type officeJSON struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Above string `json:"above"`
}

type regionJSON struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Office string `json:"office"`
}

// describe writes the form in a language.
func describe(o Options, s ui.Site, lang i18n.Lang) ([]byte, error) {
	p, l, in := o.Pack, o.Catalog.For(lang), string(lang)
	f := formJSON{
		V: 1, Lang: in, Authority: p.Authority.Name.In(in), Place: s.Place, Emergency: phoneOfUI(s.Emergency), Hours: p.HoursText.In(in),
		Limits: limitsJSON{p.Limits.Short, p.Limits.Place, p.Limits.Long, p.Limits.Account, p.Limits.Files, int64(p.Limits.File) << 20},
		Screen: screenJSON{Title: p.Screen.Title.In(in), Intro: p.Screen.Intro.In(in)},
		Texts:  map[string]i18n.Forms{},
	}
	if s.Hotline.Number != "" {
		h := phoneOfUI(s.Hotline)
		f.Hotline = &h
	}
	for _, tag := range p.Languages {
		f.Langs = append(f.Langs, namedJSON{tag, o.Catalog.For(i18n.Lang(tag)).Name()})
	}
	for _, opt := range p.Screen.Options {
		f.Screen.Options = append(f.Screen.Options, screenOption(p, opt, in))
	}
	if none, ok := noneOf(p); ok {
		j := screenOption(p, none, in)
		f.None = &j
	}
	for i := range p.Categories {
		f.Categories = append(f.Categories, categoryOf(p, &p.Categories[i], l))
	}
	for _, u := range p.Offices {
		if !u.Intake {
			continue
		}
		j := officeJSON{ID: string(u.ID), Name: u.Name.In(in)}
		if a, ok := p.Above(u.ID); ok {
			j.Above = string(a.ID)
		}
		f.Offices = append(f.Offices, j)
	}
	for _, r := range p.Regions {
		f.Regions = append(f.Regions, regionJSON{string(r.ID), r.Name.In(in), routeOf(p, p.Categories[0].ID, r.ID)})
	}
	for _, key := range scriptTexts() {
		forms, ok := o.Catalog.Forms(lang, key)
		if !ok {
			return nil, fmt.Errorf("site: the scripts use the text %s, which %s does not have", key, lang)
		}
		f.Texts[key] = forms
	}
	return json.Marshal(f)
}

// textKeys names the texts that the scripts use; go generate finds them.
//
//go:embed dist/texts.txt
var textKeys string

func scriptTexts() []string { return strings.Fields(textKeys) }

func routeOf(p *pack.Pack, c id.Category, r id.Region) string {
	if o, ok := p.Route(c, r); ok {
		return string(o.ID)
	}
	return ""
}

func phoneOfUI(p ui.Phone) phoneJSON { return phoneJSON{p.Label, p.Number, p.Tel, p.Hours, p.Note} }

// noneOf is the screen's option that says who can help when none of the categories fits.
func noneOf(p *pack.Pack) (o pack.ScreenOption, ok bool) {
	i := slices.IndexFunc(p.Screen.Options, func(o pack.ScreenOption) bool { return o.Why == "D2" })
	if i < 0 {
		return o, false
	}
	return p.Screen.Options[i], true
}

func screenOption(p *pack.Pack, o pack.ScreenOption, lang string) optionJSON {
	j := optionJSON{ID: o.ID, Label: o.Label.In(lang), Outcome: string(o.Outcome), Why: o.Why, Title: o.Title.In(lang), Text: o.Text.In(lang)}
	for _, name := range o.Addresses {
		if a, ok := p.Address(name); ok {
			at := addressOf(a, lang)
			j.Addresses = append(j.Addresses, addressJSON{at.Name, at.Lines, at.Phone.Number, at.Phone.Tel})
		}
	}
	return j
}

func categoryOf(p *pack.Pack, c *pack.Category, l *i18n.Localizer) categoryJSON {
	lang := string(l.Lang())
	j := categoryJSON{
		ID: string(c.ID), Name: c.Name.In(lang), Summary: c.Summary.In(lang), Tests: texts(c.Elements, lang),
		Yes: texts(c.Reportable, lang), No: texts(c.NotReportable, lang), Office: routeOf(p, c.ID, ""),
	}
	for _, b := range c.Basis {
		j.Law = append(j.Law, lawText(l, b))
	}
	for _, q := range c.Questions {
		out := questionJSON{ID: string(q.ID), Type: string(q.Type), Label: q.Label.In(lang), Hint: q.Hint.In(lang), Required: q.Required, Max: p.Limits.Max(q)}
		for _, o := range q.Options {
			out.Options = append(out.Options, namedJSON{o.ID, o.Label.In(lang)})
		}
		if q.When != nil {
			out.When = &whenJSON{string(q.When.Question), q.When.Any}
		}
		j.Questions = append(j.Questions, out)
	}
	return j
}

// offerJSON is what changes without a release: which categories are offered, and whether somebody reads now.
type offerJSON struct {
	V          int            `json:"v"`
	Open       bool           `json:"open"`
	Today      string         `json:"today"` // in the authority's place
	Categories []approvedJSON `json:"categories"`
	Staffed    bool           `json:"staffed"`
	NextDay    string         `json:"next_day"` // when somebody reads again, or ""
	NextTime   string         `json:"next_time"`
	Identity   bool           `json:"identity"` // whether identities are taken
}

type approvedJSON struct {
	ID  string `json:"id"`
	Day string `json:"day"` // of the inspector's approval
}

// offer is the same for everyone who asks at the same time.
func (s *Site) offer(lang i18n.Lang) web.Handler {
	return s.api(lang, func(w http.ResponseWriter, r *http.Request) error {
		open, err := s.o.Intake.Open(r.Context())
		if err != nil {
			return err
		}
		staff := s.staffed(lang)
		out := offerJSON{V: 1, Open: open, Today: s.o.Intake.Today().String(), Staffed: staff.Now, NextDay: staff.Day, NextTime: staff.Time, Identity: s.o.Intake.TakesIdentities()}
		approved, err := s.o.Intake.Approved(r.Context())
		if err != nil {
			return err
		}
		for _, a := range approved {
			out.Categories = append(out.Categories, approvedJSON{string(a.Category), a.Day.String()})
		}
		b, err := json.Marshal(out)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(b)
		return nil
	})
}
