package terminal_test

import (
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/seal"
)

// TestAnswerWithoutTheLanguage: Lin reads no English and answers a reporter who writes it, from the first question to the outcome.
// What was left out is refused and put right; the reporter reads English; a colleague can have each letter in Chinese, the same days in it.
func TestAnswerWithoutTheLanguage(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *apptest.World) {
		number, code := report(t, w, "What I saw.")
		toInquiry(t, w, number)
		lin := w.Session(t, "lin", "unit-1")
		where := casework.Chosen{ID: "ask-where"}
		ask := terminal.Letter{Sentences: []casework.Chosen{{ID: "stay-safe"}, where}}
		_, err := lin.Reply(t.Context(), number, ask)
		refused(t, err, errs.Invalid, "pack.pick.missing")
		if _, err := lin.Reply(t.Context(), number, terminal.Letter{Sentences: []casework.Chosen{{ID: "d6-protected"}}}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a decision's sentence in a letter: %v", err)
		}
		ask.Sentences[1].Picks = pack.Picks{"near": {"building", "city"}}
		letter(t, lin, number, ask)
		reads(t, w, code, "Please take no risks", "– the city or district\n– the building and the floor")
		inChinese(t, w, lin, number, "– 城市或者区县\n– 哪栋楼、哪一层")

		letter(t, lin, number, terminal.Letter{Progress: true, Sentences: []casework.Chosen{{ID: "progress-waits", Picks: pack.Picks{"what": {"expert"}}}}})
		reads(t, w, code, "We are still waiting for an expert’s opinion.", "You will hear from us again by")
		w.Clock.Move(5 * 24 * time.Hour) // the days of the letter stay those of its day
		inChinese(t, w, lin, number, "现在还在等鉴定意见。")
	})
}

func reads(t *testing.T, w *apptest.World, code string, want ...string) {
	t.Helper()
	entries := view(t, w, code).Entries
	told := ""
	for _, e := range entries {
		told += e.Text + "\n\n"
	}
	for _, x := range want {
		if !strings.Contains(told, x) {
			t.Errorf("the reporter does not read %q in\n%s", x, told)
		}
	}
}

// inChinese makes the last letter of a case again, as the page does: in the reporter's language it must come out as it was sealed, and in
// Chinese it must hold want.
func inChinese(t *testing.T, w *apptest.World, s *terminal.Session, number, want string) {
	t.Helper()
	c, err := s.Open(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	items := c.Items[cases.FromUnit]
	var sealed seal.Reply
	if err := seal.DecodeBody(items[len(items)-1].Signed.Document, &sealed); err != nil || sealed.Letter == nil {
		t.Fatalf("%+v, %v", sealed, err)
	}
	days := map[string]string{}
	for _, d := range sealed.Letter.Days {
		days[d.Name] = d.Value
	}
	f, err := s.Casework.Letter(t.Context(), s.Who, number, casework.LetterAsk{Template: pack.Template(sealed.Letter.Template), Code: cases.Code(sealed.Letter.Code), Days: days})
	if err != nil {
		t.Fatal(err)
	}
	again := func(lang string) string {
		var lines []string
		for _, x := range sealed.Letter.Sentences {
			picks := pack.Picks{}
			for _, p := range x.Picks {
				picks[p.Name] = p.Values
			}
			for _, y := range f.Sentences {
				if y.ID != x.ID {
					continue
				}
				left := y.Sentence
				left.Text = pack.Text{lang: y.Texts[lang]}
				text, err := left.Render(lang, nil, picks, w.Catalog.For(i18n.Lang(lang)).Date, nil)
				if err != nil {
					t.Fatal(err)
				}
				lines = append(lines, text)
			}
		}
		slot := strings.TrimSpace(strings.Join(lines, "\n") + "\n" + sealed.Letter.Words)
		if f.Texts[lang] == "" {
			return slot
		}
		return strings.NewReplacer("{note}", slot, "{question}", slot).Replace(f.Texts[lang])
	}
	if got := again("en"); got != sealed.Text {
		t.Errorf("made again:\n%s\nsealed:\n%s", got, sealed.Text)
	}
	if got := again("zh-Hans"); !strings.Contains(got, want) {
		t.Errorf("in Chinese: %s", got)
	}
}

// TestDaysOfALetter: only days that a letter has can be given, and only days.
func TestDaysOfALetter(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(noon)})
	number, _ := report(t, w, "What I saw.")
	chen := w.Session(t, "chen", "unit-1")
	for name, value := range map[string]string{"answer_by": "soon", "who": "2026-03-09", "days": "-1", "today": "2026-02-30"} {
		_, err := w.Casework.Letter(t.Context(), chen.Who, number, casework.LetterAsk{Template: pack.TemplateNeedsInfo, Days: map[string]string{name: value}})
		refused(t, err, errs.Invalid, "casework.no_template")
	}
	f, err := w.Casework.Letter(t.Context(), chen.Who, number, casework.LetterAsk{Template: pack.TemplateNeedsInfo, Days: map[string]string{"answer_by": "2031-01-02"}})
	if err != nil || !strings.Contains(f.Texts["en"], "2 January 2031") || !strings.Contains(f.Texts["zh-Hans"], "2031年1月2日") || f.Days["answer_by"] != "2031-01-02" {
		t.Errorf("%+v, %v", f.Texts, err)
	}
}

// TestPersonLetter: both letters are worded in every language, and nothing of the reporter is in them.
func TestPersonLetter(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(noon)})
	number, _ := report(t, w, "What I saw.")
	chen := w.Session(t, "chen", "unit-1")
	for _, clearing := range []bool{false, true} {
		p, err := w.Casework.Person(t.Context(), chen.Who, number, clearing)
		if err != nil {
			t.Fatal(err)
		}
		for lang, text := range p.Texts {
			if !strings.Contains(text, number) || strings.Contains(text, "{conduct}") == clearing || p.Conduct[lang] == "" || strings.Contains(text, "What I saw") {
				t.Errorf("%s: %s", lang, text)
			}
		}
		if by := w.Catalog.For("en").Date(p.Due); !clearing && !strings.Contains(p.Texts["en"], by) {
			t.Errorf("no %s in %s", by, p.Texts["en"])
		}
	}
}
