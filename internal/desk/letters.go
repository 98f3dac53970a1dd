package desk

import (
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/workday"
)

// frameJSON is a letter as docs/design/0012-cases-at-the-desk.md gives it. Text is that in the reporter's language.
type frameJSON struct {
	Text      string                  `json:"text"`
	Lang      string                  `json:"lang"`
	Texts     map[string]string       `json:"texts"`
	Days      map[string]string       `json:"days"`
	Dates     map[string]dateFormJSON `json:"dates"`
	Sentences []sentenceJSON          `json:"sentences"`
	// What {body} and {basis} can stand for by their ids in the pack, and {files} by their number.
	Fills map[string]map[string]pack.Text `json:"fills"`
}

type dateFormJSON struct {
	Form   string   `json:"form"`
	Months []string `json:"months"`
}

// sentenceJSON is a sentence with title and labels in the page's language, and everything that goes into the letter in each.
type sentenceJSON struct {
	ID    string            `json:"id"`
	Title string            `json:"title"`
	Text  map[string]string `json:"text"`
	Asks  []askJSON         `json:"asks"`
}

type askJSON struct {
	Name    string         `json:"name"`
	Type    pack.AskType   `json:"type"`
	Label   string         `json:"label"`
	Options []pickableJSON `json:"options"`
}

type pickableJSON struct {
	ID    string    `json:"id"`
	Label pack.Text `json:"label"`
}

func (d *door) letterOfCase(v *visit, who *casework.Person, in struct {
	Template pack.Template     `json:"template"`
	Code     cases.Code        `json:"code"`
	Days     map[string]string `json:"days"`
}) (any, error) {
	f, err := d.o.Casework.Letter(v.ctx, who, v.r.PathValue("number"), casework.LetterAsk{Template: in.Template, Code: in.Code, Days: in.Days})
	if err != nil {
		return nil, err
	}
	return d.frameOf(v, f), nil
}

func (d *door) frameOf(v *visit, f casework.Frame) frameJSON {
	out := frameJSON{Lang: d.written(f.Lang), Texts: f.Texts, Days: f.Days, Dates: map[string]dateFormJSON{}, Sentences: []sentenceJSON{}, Fills: f.Fills}
	out.Text = f.Texts[out.Lang]
	for lang, form := range f.Dates {
		out.Dates[lang] = dateFormJSON(form)
	}
	for _, s := range f.Sentences {
		out.Sentences = append(out.Sentences, d.sentenceOf(s, string(v.lang)))
	}
	return out
}

// written is the language in which a letter to somebody goes out: theirs, where the pack has it, and otherwise as [pack.Text.In] has it.
func (d *door) written(lang string) string {
	found := ""
	for _, l := range d.o.Pack.Languages {
		if l == lang {
			return l
		}
		if found == "" || l < found {
			found = l
		}
	}
	return found
}

func (d *door) sentenceOf(s casework.FrameSentence, lang string) sentenceJSON {
	out := sentenceJSON{ID: s.ID, Title: s.Title.In(lang), Text: s.Texts, Asks: []askJSON{}}
	for _, a := range s.Asks {
		j := askJSON{Name: a.Name, Type: a.Type, Label: a.Label.In(lang), Options: []pickableJSON{}}
		for _, o := range a.Options {
			j.Options = append(j.Options, pickableJSON{o.ID, o.Label})
		}
		if a.Type == pack.AskAddress {
			for _, x := range d.o.Pack.Addresses {
				j.Options = append(j.Options, pickableJSON{x.ID, x.Name})
			}
		}
		out.Asks = append(out.Asks, j)
	}
	return out
}

// personLetter is a letter to the person reported.
func (d *door) personLetter(v *visit, who *casework.Person, in struct {
	Clearing bool `json:"clearing"`
}) (any, error) {
	p, err := d.o.Casework.Person(v.ctx, who, v.r.PathValue("number"), in.Clearing)
	if err != nil {
		return nil, err
	}
	return struct {
		Texts   map[string]string `json:"texts"`
		Conduct map[string]string `json:"conduct"`
		Due     workday.Day       `json:"due"`
	}{p.Texts, p.Conduct, p.Due}, nil
}
