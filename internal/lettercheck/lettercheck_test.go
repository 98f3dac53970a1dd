package lettercheck_test

import (
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/lettercheck"
)

var update = flag.Bool("update", false, "write the verdicts anew")

// sentence is one of the corpus: what a person says of it.
type sentence struct {
	Text string             `json:"text"`
	Want []lettercheck.Kind `json:"want"`
}

// verdict is what the program says of it, which browser/test/lettercheck.test.mjs must say too. Places are UTF-16 units.
type verdict struct {
	Text string `json:"text"`
	Hits []hit  `json:"hits"`
}

type hit struct {
	Rule string           `json:"rule"`
	Kind lettercheck.Kind `json:"kind"`
	From int              `json:"from"`
	To   int              `json:"to"`
	Say  string           `json:"say"`
}

func units(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

func corpus(t *testing.T) []sentence {
	t.Helper()
	b, err := os.ReadFile("testdata/sentences.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []sentence
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestCorpus holds what the check finds against what people say, and prints how good it is.
func TestCorpus(t *testing.T) {
	t.Parallel()
	all := corpus(t)
	clean, right, wrong, missed := 0, 0, 0, 0
	verdicts := make([]verdict, 0, len(all))
	for _, s := range all {
		v := verdict{s.Text, []hit{}}
		left := slices.Clone(s.Want)
		for _, h := range lettercheck.Check(s.Text) {
			if i := slices.Index(left, h.Kind); i >= 0 {
				right, left = right+1, slices.Delete(left, i, i+1)
			} else {
				wrong++
				t.Logf("false alarm: %s: %q in %q", h.Rule, s.Text[h.From:h.To], s.Text)
			}
			v.Hits = append(v.Hits, hit{h.Rule, h.Kind, units(s.Text[:h.From]), units(s.Text[:h.To]), h.Say})
		}
		if missed += len(left); len(left) > 0 {
			t.Logf("missed %v in %q", left, s.Text)
		}
		if len(s.Want) == 0 {
			clean++
		}
		verdicts = append(verdicts, v)
	}
	precision, recall := float64(right)/float64(right+wrong), float64(right)/float64(right+missed)
	t.Logf("%d sentences, %d without a fault: precision %.3f, recall %.3f", len(all), clean, precision, recall)
	if len(all) < 120 || clean*2 < len(all) || precision < 0.97 || recall < 0.9 {
		t.Error("the corpus is too small or the check too weak")
	}
	compareVerdicts(t, verdicts)
}

func compareVerdicts(t *testing.T, verdicts []verdict) {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, v := range verdicts {
		if err := e.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	const file = "testdata/verdicts.jsonl"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("verdicts changed; run with -update and look:\n%s", diff)
	}
}

// TestTable: every rule is of a kind, says something that it would not flag itself, and every phrase is found by itself.
func TestTable(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("words.json")
	if err != nil {
		t.Fatal(err)
	}
	var w struct {
		Rules []struct {
			ID, Lang, Say string
			Kind          lettercheck.Kind
			Find          []string
		}
	}
	if err := json.Unmarshal(b, &w); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range w.Rules {
		if seen[r.ID] || !slices.Contains(lettercheck.Kinds(), r.Kind) || len(lettercheck.Check(r.Say)) > 0 {
			t.Errorf("rule %s", r.ID)
		}
		seen[r.ID] = true
		for _, p := range r.Find {
			got := lettercheck.Check(strings.TrimSuffix(p, "*"))
			if len(got) == 0 {
				t.Errorf("%q of %s is never found", p, r.ID)
			}
		}
	}
}

// FuzzCheck: places lie in the text, in order, on the bounds of characters.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{"the suspect", "“嫌疑人”嫌疑人", "\ufb01 SUSPECT\u00ad", "no\nsuspect", "嫌 疑\u200b人", "«suspect", "\xff suspect", "a’s suspect"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, h := range lettercheck.Check(text) {
			if h.From < last || h.To <= h.From || h.To > len(text) || !utf8.RuneStart(text[h.From]) {
				t.Fatalf("%+v in %q", h, text)
			}
			last = h.To
		}
	})
}
