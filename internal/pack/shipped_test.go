package pack_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/packs"
)

func eachPack(t *testing.T, test func(t *testing.T, fsys fs.FS, p *pack.Pack)) {
	t.Helper()
	for _, name := range packs.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fsys, ok := packs.FS(name)
			if !ok {
				t.Fatal("not embedded")
			}
			p, err := pack.Load(fsys)
			if err != nil {
				t.Fatal(err)
			}
			test(t, fsys, p)
		})
	}
}

func TestEveryPackIsSound(t *testing.T) {
	t.Parallel()
	eachPack(t, func(t *testing.T, fsys fs.FS, p *pack.Pack) {
		for _, f := range pack.Check(fsys) {
			t.Error(f)
		}
		for _, c := range p.Categories {
			if n := len(c.Questions); n < 4 || n > 7 {
				t.Errorf("%s asks %d questions", c.ID, n)
			}
			if !slices.ContainsFunc(c.Questions, func(q pack.Question) bool { return q.When != nil }) {
				t.Errorf("%s has no conditional question", c.ID)
			}
		}
	})
	if _, ok := packs.FS("../internal"); ok {
		t.Error("a pack that is not listed")
	}
}

// The conduct that the national-security pack covers, and nothing else.
func TestNationalSecurityIsConduct(t *testing.T) {
	t.Parallel()
	fsys, _ := packs.FS(packs.NationalSecurity)
	p, err := pack.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range p.Categories {
		got = append(got, string(c.ID))
	}
	want := []string{"protected-documents", "recruiting", "covert-devices", "infrastructure", "sabotage"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Packages pack and cases share words without importing each other: this holds them together.
func TestPackAndCasesAgree(t *testing.T) {
	t.Parallel()
	var codes []string
	for _, c := range cases.DeclineCodes() {
		codes = append(codes, string(c))
	}
	if diff := cmp.Diff(codes, pack.DeclineCodes()); diff != "" {
		t.Error(diff)
	}
	eachPack(t, func(t *testing.T, _ fs.FS, p *pack.Pack) {
		rules, err := cases.NewRules(p.Clocks)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(cases.DefaultRules(), rules); diff != "" {
			t.Errorf("a shipped pack keeps the default terms:\n%s", diff)
		}
		m := cases.Machine{Calendar: p.Calendar, Rules: rules}
		want := []cases.Promise{{Step: cases.StepReceived, By: workday.MustDay("2026-03-12")}, {Step: cases.StepFirst, By: workday.MustDay("2026-03-19")},
			{Step: cases.StepDecision, By: workday.MustDay("2026-03-27")}, {Step: cases.StepOutcome, By: workday.MustDay("2026-06-19")}}
		if diff := cmp.Diff(want, m.Promises(workday.MustDay("2026-03-12"))); diff != "" {
			t.Error(diff)
		}
		for _, class := range []cases.Retention{cases.RetainShort, cases.RetainLong} {
			if _, ok := p.Retention[string(class)]; !ok {
				t.Errorf("no term for %s", class)
			}
		}
	})
}

func TestTemplatesFill(t *testing.T) {
	t.Parallel()
	eachPack(t, func(t *testing.T, _ fs.FS, p *pack.Pack) {
		m := p.Messages
		texts := map[pack.Template][]pack.Text{
			pack.TemplateFirst: {m.First}, pack.TemplateAccepted: {m.Accepted}, pack.TemplateNeedsInfo: {m.NeedsInfo},
			pack.TemplateProgress: {m.Progress}, pack.TemplateOutcome: {m.Outcome},
		}
		for _, code := range pack.DeclineCodes() {
			texts[pack.TemplateDeclined] = append(texts[pack.TemplateDeclined], m.Declined[code])
		}
		for name, list := range texts {
			must, may := pack.Placeholders(name)
			values := map[string]string{}
			for _, x := range append(must, may...) {
				values[x] = "‹" + x + "›"
			}
			for _, text := range list {
				for _, lang := range p.Languages {
					got, err := text.Fill(lang, values)
					if err != nil || strings.ContainsAny(got, "{}") || !strings.Contains(got, "‹"+must[0]+"›") {
						t.Errorf("%s in %s: %q, %v", name, lang, got, err)
					}
				}
			}
		}
	})
}

var (
	spaced   = regexp.MustCompile(`\p{Han}[ \t]+[A-Za-z0-9]|[A-Za-z0-9][ \t]+\p{Han}`)
	halfWide = regexp.MustCompile(`\p{Han}[,;:?!]|[,;:?!]\p{Han}`)
	accusing = regexp.MustCompile(`(?i)嫌疑人|嫌犯|罪犯|间谍分子|坏人|suspects?\b|culprit|perpetrator|offender|criminals\b`)
	boasting = regexp.MustCompile(`(?i)感谢|敬请|务必|尽快|高度重视|as soon as possible|thank you|important to us`)
)

// TestWording holds the texts to the house's voice: no space between Chinese and Latin, full-width marks,
// nobody called guilty, nothing urged, praised or promised without a date.
func TestWording(t *testing.T) {
	t.Parallel()
	eachPack(t, func(t *testing.T, fsys fs.FS, _ *pack.Pack) {
		err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := fs.ReadFile(fsys, name)
			if err != nil {
				return err
			}
			for i, line := range strings.Split(string(b), "\n") {
				if key, _, _ := strings.Cut(strings.TrimSpace(line), ":"); strings.HasPrefix(key, "#") {
					continue
				}
				_, text, found := strings.Cut(line, "zh-Hans: ")
				if !found {
					text = line
				}
				for rule, re := range map[string]*regexp.Regexp{"a space": spaced, "a half-width mark": halfWide, "an accusation": accusing, "a phrase": boasting} {
					if hit := re.FindString(text); hit != "" {
						t.Errorf("%s:%d: %s: %q", name, i+1, rule, hit)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
