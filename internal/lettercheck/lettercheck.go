// Package lettercheck finds words in a letter that an authority should not write: that take guilt for granted, name a trait of a
// person, threaten who reported, or promise what nobody can keep. The table is words.json, which the desk's page reads too.
//
// It is a help for who writes and decides nothing: it must never stop a letter that a person wants to send, and it never reads what
// a reporter wrote. Templates of a pack are another matter: they are written once for everybody, and one with a hit does not load.
package lettercheck

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Kind is what is wrong with a word.
type Kind string

// The kinds.
const (
	Guilt   Kind = "guilt"   // takes for granted what is not established
	Trait   Kind = "trait"   // says what somebody is instead of what was done
	Threat  Kind = "threat"  // frightens who reported
	Promise Kind = "promise" // cannot be kept
)

// Kinds returns the kinds, for tables that must be complete.
func Kinds() []Kind { return []Kind{Guilt, Trait, Threat, Promise} }

// Hit is one place in a text. From and To are bytes of the text; Say is what could stand there instead, "" where it is better left out.
type Hit struct {
	Rule     string
	Kind     Kind
	From, To int
	Say      string
}

//go:embed words.json
var table []byte

type rule struct {
	ID       string   `json:"id"`
	Lang     string   `json:"lang"`
	Kind     Kind     `json:"kind"`
	Find     []string `json:"find"`
	Say      string   `json:"say"`
	Unless   []string `json:"unless"`
	Stubborn bool     `json:"stubborn"` // no negation before it lifts it: it stands in unless where it should
}

type words struct {
	Negations map[string][]string `json:"negations"`
	Affirmed  map[string][]string `json:"affirmed"` // phrases in which a negation is none
	Rules     []rule              `json:"rules"`
}

var known = sync.OnceValue(func() words {
	var w words
	if err := json.Unmarshal(table, &w); err != nil {
		panic(fmt.Sprintf("lettercheck: words.json: %v", err))
	}
	return w
})

// Check returns what it finds in a text, in order. The rules of every language are tried: people mix languages. Text in quotation
// marks is somebody else's words and is left alone.
func Check(text string) []Hit {
	w := known()
	t := fold(text)
	var out []Hit
	for _, r := range w.Rules {
		for _, p := range r.Find {
			found := t.find(r.Lang, p)
			if len(found) == 0 {
				continue
			}
			free := t.all(r.Lang, r.Unless)
			for _, at := range found {
				if t.quoted[at.from] || slices.ContainsFunc(free, at.within) || !r.Stubborn && t.negated(w, r.Lang, at.from) {
					continue
				}
				from := at.from
				if strings.HasPrefix(r.Say, "the ") {
					from = t.article(from)
				}
				out = append(out, Hit{r.ID, r.Kind, t.at[from], t.at[at.to], r.Say})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Hit) int {
		if a.From != b.From {
			return a.From - b.From
		}
		return b.To - a.To
	})
	return longest(out)
}

// longest leaves the longer of two hits that overlap.
func longest(all []Hit) []Hit {
	var out []Hit
	for _, h := range all {
		if n := len(out); n > 0 && h.From < out[n-1].To {
			if h.To-h.From > out[n-1].To-out[n-1].From {
				out[n-1] = h
			}
			continue
		}
		out = append(out, h)
	}
	return out
}

// Words are the hits of a text as they stand in it, for sentences about them.
func Words(text string) []string {
	var out []string
	for _, h := range Check(text) {
		out = append(out, strings.TrimSpace(text[h.From:h.To]))
	}
	return out
}
