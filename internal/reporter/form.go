package reporter

import (
	"context"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/workday"
)

// Form is what a server asks, in one language: GET /<language>/api/form. It is the server's word alone, and good for asking
// questions; to whom a report is sealed follows from the keys.
type Form struct {
	Lang       string     `json:"lang"`
	Authority  string     `json:"authority"`
	Langs      []Named    `json:"langs"` // in which a reply can be written
	Limits     Limits     `json:"limits"`
	Emergency  Phone      `json:"emergency"`
	Hotline    *Phone     `json:"hotline"`
	Screen     Screen     `json:"screen"`
	Categories []Category `json:"categories"`
	Offices    []Office   `json:"offices"`
	Regions    []Region   `json:"regions"`
	Hours      string     `json:"hours"` // when somebody reads
}

// Named is an id with its name in the form's language.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Limits are in characters, File in bytes.
type Limits struct {
	Short   int   `json:"short"`
	Place   int   `json:"place"`
	Long    int   `json:"long"`
	Account int   `json:"account"`
	Files   int   `json:"files"`
	File    int64 `json:"file"`
}

// Phone is a number to call instead.
type Phone struct {
	Label  string `json:"label"`
	Number string `json:"number"`
	Hours  string `json:"hours"`
	Note   string `json:"note"`
}

// Screen asks first what it is about.
type Screen struct {
	Title   string         `json:"title"`
	Intro   string         `json:"intro"`
	Options []ScreenOption `json:"options"`
}

// ScreenOption is one answer to it. Outcome is continue, or away or call: then Title, Text and Addresses say where to turn.
type ScreenOption struct {
	ID        string    `json:"id"`
	Label     string    `json:"label"`
	Outcome   string    `json:"outcome"`
	Title     string    `json:"title"`
	Text      string    `json:"text"`
	Addresses []Address `json:"addresses"`
}

// Address is somewhere else to turn to.
type Address struct {
	Name   string   `json:"name"`
	Lines  []string `json:"lines"`
	Number string   `json:"number"`
}

// Category is one kind of conduct with its limits and questions. Office reads it when no region is said.
type Category struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Summary   string     `json:"summary"`
	Tests     []string   `json:"tests"`
	Yes       []string   `json:"yes"`
	No        []string   `json:"no"`
	Law       []string   `json:"law"`
	Office    string     `json:"office"`
	Questions []Question `json:"questions"`
}

// Question is one question of a category. When is nil if it is always asked.
type Question struct {
	ID       string  `json:"id"`
	Type     string  `json:"type"` // as in a pack: text long one many date place
	Label    string  `json:"label"`
	Hint     string  `json:"hint"`
	Options  []Named `json:"options"`
	Required bool    `json:"required"`
	Max      int     `json:"max"`
	When     *When   `json:"when"`
}

// When is a condition: one of the options Any was chosen.
type When struct {
	Question string   `json:"question"`
	Any      []string `json:"any"`
}

// Office takes reports in. Above is the one that a reporter may choose instead, or "".
type Office struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Above string `json:"above"`
}

// Region is a place to pick, and the office that reads what comes from there.
type Region struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Office string `json:"office"`
}

// Offer is what a server takes now: GET /<language>/api/offer.
type Offer struct {
	Open       bool   `json:"open"`
	Today      string `json:"today"`
	Categories []struct {
		ID  string `json:"id"`
		Day string `json:"day"`
	} `json:"categories"`
	Staffed bool `json:"staffed"`
}

// Form fetches the questions and what is offered now. Categories that are not offered are left out.
func (c *Client) Form(ctx context.Context) (*Form, *Offer, error) {
	f := &Form{}
	if err := c.json(ctx, "GET", c.api("form"), nil, nil, f); err != nil {
		return nil, nil, err
	}
	o, err := c.offer(ctx)
	if err != nil {
		return nil, nil, err
	}
	var offered []Category
	for _, cat := range f.Categories {
		for _, a := range o.Categories {
			if a.ID == cat.ID {
				offered = append(offered, cat)
			}
		}
	}
	f.Categories = offered
	return f, o, nil
}

// offer asks what is taken now. The server's day must be one that it can be somewhere on Earth.
func (c *Client) offer(ctx context.Context) (*Offer, error) {
	o := &Offer{}
	if err := c.json(ctx, "GET", c.api("offer"), nil, nil, o); err != nil {
		return nil, err
	}
	if !c.near(o.Today) {
		return nil, errs.New(errs.Conflict, "reporter.other_day", errs.Args{"Theirs": o.Today, "Ours": c.today().String()})
	}
	return o, nil
}

// Category returns an offered category.
func (f *Form) Category(name string) (*Category, bool) {
	for i := range f.Categories {
		if f.Categories[i].ID == name {
			return &f.Categories[i], true
		}
	}
	return nil, false
}

// OfficeOf is the office that reads such a report, and the one above it or "".
func (f *Form) OfficeOf(c *Category, region string) (usual, above string) {
	usual = c.Office
	for _, r := range f.Regions {
		if r.ID == region {
			usual = r.Office
		}
	}
	for _, o := range f.Offices {
		if o.ID == usual {
			above = o.Above
		}
	}
	return usual, above
}

// pack is the category as the rules of answers read it.
func (c *Category) pack() *pack.Category {
	out := &pack.Category{ID: id.Category(c.ID)}
	for _, q := range c.Questions {
		p := pack.Question{ID: id.Question(q.ID), Type: pack.Type(q.Type), Required: q.Required, Max: q.Max}
		for _, o := range q.Options {
			p.Options = append(p.Options, pack.Option{ID: o.ID})
		}
		if q.When != nil {
			p.When = &pack.When{Question: id.Question(q.When.Question), Any: q.When.Any}
		}
		out.Questions = append(out.Questions, p)
	}
	return out
}

// Visible lists the questions that are asked, given the answers so far.
func (c *Category) Visible(l Limits, answers map[string]Values, today workday.Day) []Question {
	var out []Question
	for _, name := range c.pack().Answer(l.pack(), questionMap(answers), today).Visible {
		for _, q := range c.Questions {
			if q.ID == string(name) {
				out = append(out, q)
			}
		}
	}
	return out
}

func (l Limits) pack() pack.Limits {
	return pack.Limits{Short: l.Short, Place: l.Place, Long: l.Long, Account: l.Account, Files: l.Files}
}

func questionMap(answers map[string]Values) map[id.Question][]string {
	out := map[id.Question][]string{}
	for k, v := range answers {
		out[id.Question(k)] = v
	}
	return out
}
