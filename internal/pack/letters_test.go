package pack_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/workday"
)

// TestLettersAreRefused: a language that is missing, a word that takes guilt for granted, a place for typed words: such a pack does
// not load, and the finding says which.
func TestLettersAreRefused(t *testing.T) {
	t.Parallel()
	const name = "letters.yaml"
	for _, c := range []struct{ old, now, key string }{
		{"      en: \"We know that it is not easy to write this down.\"\n", "", "pack.missing_text"},
		{"We know that it is not easy", "We know who the suspect is; it is not easy", "pack.letter.guilt"},
		{"我们知道，写下这些并不容易", "我们知道嫌疑人是谁", "pack.letter.guilt"},
		{"我们知道，写下这些并不容易", "我们知道您是谁", "pack.letter.threat"},
		{"我们知道，写下这些并不容易", "我们一定会查清", "pack.letter.promise"},
		{"我们知道，写下这些并不容易", "那个外国人我们知道", "pack.letter.trait"},
		{"the inquiry has not ended", "the culprit is still free", "pack.letter.guilt"},
		{"We know that it is not easy", "{words} We know that it is not easy", "pack.unknown_placeholder"},
		{"because {why}. Your", "because. Your", "pack.missing_placeholder"},
		{"        type: one\n", "        type: text\n", "pack.bad_value"},
		{"          - {id: inquiry,", "          - {id: others,", "pack.duplicate"},
		{"- id: not-easy", "- id: received", "pack.duplicate"},
		{"for: [first, message, progress]", "for: [first, chat]", "pack.bad_value"},
		{"    codes: [D8]\n", "    codes: [D9]\n", "pack.no_sentence"},
		{"    codes: [F5]\n", "    codes: [F1]\n", "pack.no_sentence"},
		{"{name: by, type: day", "{name: number, type: day", "pack.bad_value"},
		{"    {conduct}\n", "", "pack.missing_placeholder"},
		{"    Invitation to answer", "    Invitation to the perpetrator", "pack.letter.guilt"},
	} {
		fsys := sound(t)
		spoil(t, fsys, name, c.old, c.now)
		found := pack.Check(fsys)
		if !slices.ContainsFunc(found, func(f pack.Finding) bool { return f.Key == c.key && f.File == name }) {
			t.Errorf("%q for %q: %v", c.now, c.old, found)
		}
	}
	fsys := sound(t)
	spoil(t, fsys, "messages.yaml", "We received your report", "We know the culprit and received your report")
	if found := pack.Check(fsys); len(found) != 1 || found[0].Key != "pack.letter.guilt" {
		t.Errorf("%v", found)
	}
	delete(fsys, name)
	if found := pack.Check(fsys); !slices.ContainsFunc(found, func(f pack.Finding) bool { return f.Key == "pack.no_file" && f.File == name }) {
		t.Errorf("%v", found)
	}
}

// vector is a sentence with what was picked, as the browser's test reads it.
type vector struct {
	Sentence string            `json:"sentence"`
	Picks    pack.Picks        `json:"picks"`
	Texts    map[string]string `json:"texts"` // none: refused
}

func valuesOf() map[string]string {
	out := map[string]string{}
	for _, x := range pack.SentencePlaceholders() {
		out[x] = "‹" + x + "›"
	}
	return out
}

// render fills a sentence with days as they are written in files.
func render(s pack.Sentence, p *pack.Pack, lang string, picks pack.Picks) (string, error) {
	return s.Render(lang, valuesOf(), picks, workday.Day.String, func(name string) (string, bool) {
		if a, ok := p.Address(name); ok {
			return a.Name.In(lang), true
		}
		return "", false
	})
}

// usual picks the first that is possible for each ask, and all that are possible of many.
func usual(p *pack.Pack, s pack.Sentence) pack.Picks {
	picks := pack.Picks{}
	for _, a := range s.Asks {
		switch a.Type {
		case pack.AskOne:
			picks[a.Name] = []string{a.Options[0].ID}
		case pack.AskMany:
			for _, o := range a.Options {
				picks[a.Name] = append(picks[a.Name], o.ID)
			}
			slices.Reverse(picks[a.Name])
		case pack.AskDay:
			picks[a.Name] = []string{"2026-03-09"}
		case pack.AskCount:
			picks[a.Name] = []string{"12"}
		case pack.AskAddress:
			picks[a.Name] = []string{p.Addresses[0].ID}
		}
	}
	return picks
}

// TestSentencesRender: every shipped sentence can be written in every language, and nothing that is missing or was not offered is
// passed over. The vectors are the browser's too.
func TestSentencesRender(t *testing.T) {
	t.Parallel()
	eachPack(t, func(t *testing.T, _ fs.FS, p *pack.Pack) {
		var all []vector
		for _, s := range p.Letters.Sentences {
			picks := usual(p, s)
			v := vector{s.ID, picks, map[string]string{}}
			for _, lang := range p.Languages {
				got, err := render(s, p, lang, picks)
				if err != nil || strings.ContainsAny(got, "{}") {
					t.Fatalf("%s in %s: %q, %v", s.ID, lang, got, err)
				}
				v.Texts[lang] = got
			}
			all = append(all, v)
			all = append(all, refused(t, p, s, picks)...)
		}
		compareVectors(t, p, all)
	})
}

// refused are picks that must not pass.
func refused(t *testing.T, p *pack.Pack, s pack.Sentence, good pack.Picks) (out []vector) {
	t.Helper()
	bad := []pack.Picks{with(good, "nonsense", "x")}
	for _, a := range s.Asks {
		bad = append(bad, with(good, a.Name), with(good, a.Name, "no such thing"), with(good, a.Name, good[a.Name][0], good[a.Name][0]))
		switch a.Type {
		case pack.AskDay:
			bad = append(bad, with(good, a.Name, "2026-02-30"), with(good, a.Name, "2026-3-9"))
		case pack.AskCount:
			bad = append(bad, with(good, a.Name, "0"), with(good, a.Name, "1000"), with(good, a.Name, "07"), with(good, a.Name, "+7"))
		case pack.AskOne, pack.AskMany, pack.AskAddress:
		}
	}
	for _, picks := range bad {
		if got, err := render(s, p, "en", picks); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s with %v: %q, %v", s.ID, picks, got, err)
		}
		out = append(out, vector{s.ID, picks, nil})
	}
	return out
}

func with(p pack.Picks, name string, values ...string) pack.Picks {
	out := pack.Picks{}
	for k, v := range p {
		out[k] = v
	}
	if out[name] = values; values == nil {
		out[name] = []string{}
	}
	return out
}

// compareVectors holds testdata/sentences.json, which has the sentences, too: the browser's test has no pack.
func compareVectors(t *testing.T, p *pack.Pack, all []vector) {
	t.Helper()
	sentences := map[string]any{}
	for _, s := range p.Letters.Sentences {
		var asks []any
		for _, a := range s.Asks {
			options := []any{}
			for _, o := range a.Options {
				options = append(options, map[string]any{"id": o.ID, "label": o.Label})
			}
			if a.Type == pack.AskAddress {
				for _, x := range p.Addresses {
					options = append(options, map[string]any{"id": x.ID, "label": x.Name})
				}
			}
			asks = append(asks, map[string]any{"name": a.Name, "type": a.Type, "options": options})
		}
		text := map[string]string{}
		for lang, t := range s.Text { // the server fills in what is its own
			for k, v := range valuesOf() {
				t = strings.ReplaceAll(t, "{"+k+"}", v)
			}
			text[lang] = t
		}
		sentences[s.ID] = map[string]any{"text": text, "asks": asks}
	}
	b, err := json.MarshalIndent(map[string]any{"sentences": sentences, "cases": all}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/sentences.json"
	if os.Getenv("CLARION_UPDATE") == "1" {
		if err := os.WriteFile(file, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(b)+"\n"); diff != "" {
		t.Errorf("run with CLARION_UPDATE=1 and look:\n%s", diff)
	}
}
