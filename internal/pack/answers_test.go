package pack_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/workday"
)

var today = workday.MustDay("2026-11-22")

func loaded(t testing.TB) *pack.Pack {
	t.Helper()
	p, err := pack.Load(sound(t))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func category(t testing.TB, p *pack.Pack, name id.Category) *pack.Category {
	t.Helper()
	c, ok := p.Category(name)
	if !ok {
		t.Fatalf("no category %s", name)
	}
	return c
}

type form = map[id.Question][]string

func faults(a pack.Answered) map[string]string {
	out := map[string]string{}
	for _, f := range a.Faults {
		out[f.Field] = f.Key
	}
	return out
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	p := loaded(t)
	got := category(t, p, "protected-documents").Answer(p.Limits, form{
		"means":    {"deceive", "pay", "pay", ""},
		"offer":    {"  500 a page \t\n now\x00 "},
		"pretext":  {"line one\r\nline two\r\n"},
		"pressure": {"left from before, when “pressure” was chosen"},
		"wanted":   {"marked"},
		"handed":   {""},
	}, today)
	want := pack.Answered{
		Answers: []pack.Answer{
			{Question: "means", Values: []string{"pay", "deceive"}},
			{Question: "offer", Text: "500 a page now"},
			{Question: "pretext", Text: "line one\nline two"},
			{Question: "wanted", Values: []string{"marked"}},
		},
		Visible: []id.Question{"means", "offer", "pretext", "wanted", "handed", "records"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnswersThatDoNotFit(t *testing.T) {
	t.Parallel()
	p := loaded(t)
	long := strings.Repeat("长", p.Limits.Short+1)
	for _, tc := range []struct {
		sent form
		want map[string]string
	}{
		{nil, map[string]string{"means": "pack.answer.empty", "wanted": "pack.answer.empty"}},
		{form{"means": {"pay"}, "wanted": {"marked"}, "offer": {long}}, map[string]string{"offer": "pack.answer.too_long"}},
		{form{"means": {"pay"}, "wanted": {"gold"}}, map[string]string{"wanted": "pack.answer.unknown_option"}},
		{form{"means": {"pay"}, "wanted": {"marked", "access"}}, map[string]string{"wanted": "pack.answer.one_only"}},
		{form{"means": {"pay"}, "wanted": {"marked"}, "nationality": {"x"}}, map[string]string{"nationality": "pack.answer.not_asked"}},
		{form{"means": {"pay", "magic"}, "wanted": {"marked"}}, map[string]string{"means": "pack.answer.unknown_option"}},
	} {
		got := category(t, p, "protected-documents").Answer(p.Limits, tc.sent, today)
		if diff := cmp.Diff(tc.want, faults(got)); diff != "" {
			t.Errorf("%v:\n%s", tc.sent, diff)
		}
	}
}

func TestRequiredOnlyWhereItIsAsked(t *testing.T) {
	t.Parallel()
	p := loaded(t)
	c := category(t, p, "sabotage")
	got := faults(c.Answer(p.Limits, form{"target": {"power"}, "stage": {"planned"}}, today))
	if diff := cmp.Diff(map[string]string{"plan": "pack.answer.empty"}, got); diff != "" {
		t.Error(diff)
	}
	// A condition on a question that is itself hidden hides too, whatever was sent for it.
	a := c.Answer(p.Limits, form{"target": {"power"}, "stage": {"planned"}, "act": {"planted"}, "planted": {"a box"}, "plan": {"x"}}, today)
	if diff := cmp.Diff([]id.Question{"target", "stage", "plan", "plan-time", "records"}, a.Visible); diff != "" || len(a.Faults) > 0 {
		t.Error(diff, a.Faults)
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	p := loaded(t)
	c := category(t, p, "covert-devices")
	for in, want := range map[string]string{
		"2026-03-09": "2026-03-09", " 2026-3-9 ": "2026-03-09", "2026-03": "2026-03", "2026": "2026", "2024-02-29": "2024-02-29",
		"2026-11-23": "2026-11-23", // tomorrow here is today somewhere
		"2026-11-24": "pack.answer.future", "2026-12": "pack.answer.future", "2027": "pack.answer.future",
		"2026-02-29": "pack.answer.bad_date", "26-03-09": "pack.answer.bad_date", "2026-13": "pack.answer.bad_date",
		"2026-00": "pack.answer.bad_date", "yesterday": "pack.answer.bad_date", "2026-03-09-01": "pack.answer.bad_date",
		"1899": "pack.answer.bad_date", "2026-+3": "pack.answer.bad_date", "2026-": "pack.answer.bad_date",
	} {
		got := c.Answer(p.Limits, form{"device": {"sound"}, "place": {"office"}, "still": {"yes"}, "found": {in}}, today)
		have := faults(got)["found"]
		for _, a := range got.Answers {
			if a.Question == "found" {
				have = a.Text
			}
		}
		if have != want {
			t.Errorf("%q gives %q, want %q", in, have, want)
		}
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"\u200b\u200d \ufeff": "", "a\u2028b": "a\nb", "\xffa": "\ufffda", "a\x1b[31mb": "a[31mb", "  \n a \n ": "a",
		"\u202eabc": "\u202eabc", "é": "é",
	} {
		if got := pack.Clean(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

// Whatever is sent: what comes out fits the pack, and sent again gives the same.
func TestAnswersAreStable(t *testing.T) {
	t.Parallel()
	p := loaded(t)
	values := []string{"", "pay", "pressure", "deceive", "marked", "no", "chat", "yes", "planted", "planned", "done", "2026-03", "money", "threat"}
	rapid.Check(t, func(rt *rapid.T) {
		c := rapid.SampledFrom(p.Categories).Draw(rt, "category")
		sent := form{}
		for _, q := range c.Questions {
			sent[q.ID] = rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(values), rapid.String()), 0, 3).Draw(rt, string(q.ID))
			if len(q.Options) > 0 && rapid.Bool().Draw(rt, "fits") {
				sent[q.ID] = []string{rapid.SampledFrom(q.Options).Draw(rt, "option").ID}
			}
		}
		got := c.Answer(p.Limits, sent, today)
		again := form{}
		for _, a := range got.Answers {
			again[a.Question] = append([]string{}, a.Values...)
			if a.Text != "" {
				again[a.Question] = []string{a.Text}
			}
			if !utf8.ValidString(a.Text) || (a.Text == "") == (len(a.Values) == 0) {
				rt.Fatalf("%+v", a)
			}
		}
		if diff := cmp.Diff(got.Answers, c.Answer(p.Limits, again, today).Answers); diff != "" {
			rt.Fatal(diff)
		}
	})
}
