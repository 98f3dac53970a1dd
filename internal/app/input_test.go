package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/seal"
)

// wrong is a wrong answer at one field: what is done to the form of its step, and what the page says in each language.
type wrong struct {
	step, name string
	spoil      func(f *apptest.Form)
	field      string // control that the summary leads to
	zh, en     string
}

func set(name string, values ...string) func(*apptest.Form) {
	return func(f *apptest.Form) { f.Set(name, values...) }
}

func wrongs() []wrong {
	long := func(n int) string { return strings.Repeat("长", n) }
	date := func(y, m, d string) func(*apptest.Form) {
		return func(f *apptest.Form) { f.Set("q-date-y", y).Set("q-date-m", m).Set("q-date-d", d) }
	}
	return []wrong{
		{atScreen, "no choice", set("screen"), "screen", "选一下是哪种情况", "Choose what it is about"},
		{atScreen, "unknown choice", set("screen", "zzz"), "screen", "选一下是哪种情况", "Choose what it is about"},
		{atCategory, "no choice", set("category"), "category", "请选一个类别", "Choose a category"},
		{atCategory, "unknown", set("category", "no-such"), "category", "请选一个类别", "Choose a category"},
		{atQuestions, "empty", set("q-what", "  \n\u200b"), "q-what", "", "Write what happened"},
		{atQuestions, "over-long account", set("q-what", long(20_003)), "q-what", "3", "shorten it by 3"},
		{atQuestions, "a whole archive pasted", set("q-what", long(300_000)), "q-what", "280,000", "shorten it by 280,000"},
		{atQuestions, "over-long when", set("q-when", long(201)), "q-when", "1", "shorten it by 1"},
		{atQuestions, "over-long place", set("q-where", long(205)), "q-where", "5", "shorten it by 5"},
		{atQuestions, "over-long told", set("q-told", long(1002)), "q-told", "2", "shorten it by 2"},
		{atQuestions, "no danger answer", set("q-danger"), "q-danger", "", "in danger now"},
		{atQuestions, "unknown danger answer", set("q-danger", "perhaps"), "q-danger", "", "in danger now"},
		{atQuestions, "unknown region", set("q-region", "atlantis"), "q-region", "", "Choose a place from the list"},
		{atQuestions, "unknown way of knowing", set("q-how", "saw", "dreamt"), "q-how", "", "Choose from the list"},
		{atQuestions, "day that does not exist", date("2026", "2", "30"), "q-date", "", ""},
		{atQuestions, "month without year", date("", "2", ""), "q-date", "", ""},
		{atQuestions, "day without month", date("2026", "", "3"), "q-date", "", ""},
		{atQuestions, "words for a date", date("last", "week", ""), "q-date", "", ""},
		{atQuestions, "day to come", date("2027", "1", "1"), "q-date", "", ""},
		{atDetails, "required choice empty", set("a-means"), "a-means", "", ""},
		{atDetails, "unknown option", set("a-means", "pay", "hypnosis"), "a-means", "", ""},
		{atDetails, "two where one is asked", func(f *apptest.Form) { f.Set("a-wanted", "marked", "access") }, "a-wanted", "", ""},
		{atMore, "over-long text", set("a-offer", long(201)), "a-offer", "", ""},
		{atReply, "no kind of code", set("kind"), "kind", "", "Choose digits or words"},
		{atReply, "unknown kind of code", set("kind", "qr"), "kind", "", "Choose digits or words"},
		{atReply, "unknown language", set("reply", "tlh"), "reply", "", "Choose the language"},
		{atReply, "unknown unit", set("office", "unit-9"), "office", "", "Choose an office"},
		{atReply, "office of another region", set("office", "unit-2"), "office", "", "Choose an office"},
		{atCheck, "honesty box", func(*apptest.Form) {}, "honest", "", "Tick the box"},
	}
}

// TestWrongAnswers: each wrong answer is told at its field, in the reader's language, with everything else kept.
func TestWrongAnswers(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	for _, lang := range []string{"zh", "en"} {
		for _, c := range wrongs() {
			t.Run(lang+"/"+c.step+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				b := w.NewBrowser(t)
				d := chinese("有人按页付钱，请我拍照。")
				d.lang = lang
				d.files = []apptest.File{{Name: "记录.txt", Type: "text/plain", Body: []byte("x")}}
				page := d.walk(t, b, c.step)
				f := page.Form("f")
				fillStep(f, c.step)
				before := values(f)
				c.spoil(f)
				spoiled := values(f)
				button := "next"
				if c.step == atCheck {
					button = "send"
				}
				p := f.Press(button).Want(422)
				wantFault(t, p, c.field, map[string]string{"zh": c.zh, "en": c.en}[lang])
				kept := p.Form("f")
				for name, want := range spoiled {
					if got := values(kept)[name]; name != "token" && !chosenElsewhere(name, want) && !cmp.Equal(want, got) {
						t.Errorf("field %s was %.40q and is %.40q", name, want, got)
					}
				}
				// Put right, the same page goes on, and the files are still there.
				for _, name := range kept.Names() {
					if name != "token" && name != "step" && name != "shown" {
						kept.Set(name, before[name]...)
					}
				}
				if c.step == atCheck {
					kept.Set("honest", "yes").Press("send").Want(200).Code()
					return
				}
				next := kept.Press("next").Want(200)
				if back := next.Form("f").Press("change:files").Want(200); slices.Contains([]string{atReply, atCheck}, c.step) && !cmp.Equal(back.Received(), []string{"记录.txt"}) {
					t.Errorf("files after the error: %v", back.Received())
				}
			})
		}
	}
}

// chosenElsewhere: a choice that the page does not offer cannot be shown as chosen.
func chosenElsewhere(name string, values []string) bool {
	unknown := []string{"zzz", "no-such", "perhaps", "atlantis", "dreamt", "hypnosis", "qr", "tlh", "unit-9", "unit-2"}
	return slices.ContainsFunc(values, func(v string) bool { return slices.Contains(unknown, v) }) || len(values) == 0
}

// fillStep answers a step rightly.
func fillStep(f *apptest.Form, step string) {
	switch step {
	case atScreen:
		f.Set("screen", "conduct")
	case atCategory:
		f.Set("category", "protected-documents")
	case atQuestions:
		f.Set("q-danger", "no").Set("q-what", "有人按页付钱，请我拍照。").Set("q-region", "donggang").Set("q-told", "没有人")
	case atDetails:
		f.Set("a-means", "pay").Set("a-wanted", "marked")
	case atMore:
		f.Set("a-offer", "五百")
	case atFiles, atReply, atCheck:
	}
}

func values(f *apptest.Form) map[string][]string {
	out := map[string][]string{}
	for _, n := range f.Names() {
		if v := slices.Clone(f.Values(n)); len(v) > 0 && !(len(v) == 1 && v[0] == "") {
			out[n] = v
		}
	}
	return out
}

func wantFault(t *testing.T, p *apptest.Page, field, text string) {
	t.Helper()
	faults := p.Faults()
	if len(faults) != 1 || faults[0].Field != field || !strings.Contains(faults[0].Text, text) {
		t.Errorf("errors %+v, want one at %q with %q", faults, field, text)
	}
	han := strings.ContainsFunc(faults[0].Text, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff })
	if chinesePage := strings.Contains(p.Body, `lang="zh`) && strings.Contains(p.Body[:400], `lang="zh`); chinesePage != han {
		t.Errorf("the error is in the other language: %q", faults[0].Text)
	}
}

// TestWrongFiles: what is wrong with a file is told at the field; what came before it stays.
func TestWrongFiles(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	good := apptest.File{Name: "好 good.txt", Type: "text/plain", Body: []byte("good")}
	big := apptest.File{Name: "big.bin", Type: "application/octet-stream", Body: make([]byte, 20<<20+1)}
	for _, c := range []struct {
		name  string
		files []apptest.File
		want  string
		have  []string
	}{
		{"empty", []apptest.File{good, {Name: "empty.txt", Type: "text/plain"}}, "This file is empty", []string{good.Name}},
		{"too large", []apptest.File{good, big}, "larger than 20 MB", []string{good.Name}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := english("Somebody pays by the page.")
			p := d.walk(t, w.NewBrowser(t), atFiles).Form("f").Choose("file", c.files...).Press("add").Want(422)
			wantFault(t, p, "file", c.want)
			if !cmp.Equal(p.Received(), c.have) {
				t.Errorf("received %v, want %v", p.Received(), c.have)
			}
			for _, button := range []string{"next", "stay", "back"} {
				p = p.Form("f").Choose("file", c.files[1]).Press(button).Want(422)
				wantFault(t, p, "file", c.want)
			}
			p.Form("f").Press("next").Want(200).Form("f").Set("kind", "digits").Press("next").Want(200, good.Name)
		})
	}
}

// TestTooManyFiles: the twenty-first is refused and the twenty stay; one can be taken away and another put in.
func TestTooManyFiles(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	p := english("Somebody pays by the page.").walk(t, w.NewBrowser(t), atFiles)
	file := func(n int) apptest.File {
		return apptest.File{Name: fmt.Sprintf("%02d.txt", n), Type: "text/plain", Body: []byte{byte(n)}}
	}
	for n := 0; n < 18; n += 3 {
		p = p.Form("f").Choose("file", file(n), file(n+1), file(n+2)).Press("add").Want(200)
	}
	p = p.Form("f").Choose("file", file(18), file(19), file(20)).Press("add").Want(422)
	if got := p.Received(); len(got) != 20 || slices.Contains(got, "20.txt") {
		t.Errorf("received %v", got)
	}
	if len(p.Faults()) != 1 {
		t.Errorf("errors: %+v", p.Faults())
	}
	p = p.Form("f").Press(p.Buttons("remove:")[4]).Want(200)
	if got := p.Received(); len(got) != 19 || slices.Contains(got, "04.txt") {
		t.Errorf("after removing one: %v", got)
	}
	p = p.Form("f").Choose("file", file(20)).Press("add").Want(200, "20.txt")
	p.Form("f").Press("next").Want(200).Form("f").Set("kind", "digits").Press("next").Want(200).Form("f").Set("honest", "yes").Press("send").Want(200).Code()
}

// TestScreenTurnsAway: who is sent away learns where to turn, and the way back keeps the choice.
func TestScreenTurnsAway(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	for option, want := range map[string]string{"danger": "110", "trait": "not a reason to report", "protected": "protected by law", "dispute": "Mediation", "complaint": "inspector"} {
		t.Run(option, func(t *testing.T) {
			t.Parallel()
			p := english("x").walk(t, w.NewBrowser(t), atScreen).Form("f").Set("screen", option).Press("next").Want(200, want)
			p = p.Form("f").Press("back").Want(200)
			if p.Form("f").Value("screen") != option {
				t.Errorf("the choice is lost: %q", p.Form("f").Value("screen"))
			}
			p.Form("f").Set("screen", "conduct").Press("next").Want(200).Form("f").Press("back").Want(200)
		})
	}
	n := count(t, w)
	if n.Cases != 0 {
		t.Errorf("a screen stored something: %+v", n)
	}
}

// TestLanguageSwitchKeepsEverything goes to the other language and back at each step.
func TestLanguageSwitchKeepsEverything(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	for _, step := range []string{atScreen, atCategory, atQuestions, atDetails, atMore, atFiles, atReply, atCheck} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			b := w.NewBrowser(t)
			d := chinese("第一行\n\n第二行 <b>&amp; \"quoted\"</b>\n")
			d.files = []apptest.File{{Name: "记录.txt", Type: "text/plain", Body: []byte("x")}}
			p := d.walk(t, b, step)
			f := p.Form("f")
			if step != atCheck && step != atReply {
				fillStep(f, step)
			}
			before := values(f)
			other := f.PressAt("/en/report/plain", "stay").Want(200)
			if !strings.Contains(other.Body[:300], `lang="en"`) {
				t.Error("the page did not change its language")
			}
			again := other.Form("f").PressAt("/zh/report/plain", "stay").Want(200)
			after := values(again.Form("f"))
			delete(before, "honest")
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("answers (-before +after):\n%s", diff)
			}
			if step == atFiles {
				p = again.Form("f").Choose("file", d.files[0]).PressAt("/en/report/plain", "stay").Want(200)
				if !cmp.Equal(p.Received(), []string{"记录.txt"}) {
					t.Errorf("a file chosen with the switch is lost: %v", p.Received())
				}
			}
		})
	}
}

// TestBackAndChangeKeepEverything walks back from the last page to the first and forth again.
func TestBackAndChangeKeepEverything(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	b := w.NewBrowser(t)
	d := english("What I saw.")
	d.files = []apptest.File{{Name: "a.txt", Type: "text/plain", Body: []byte("x")}}
	check := d.walk(t, b, atCheck)
	full := values(check.Form("f"))
	p := check
	order := []string{atReply, atFiles, atMore, atDetails, atQuestions, atCategory, atScreen}
	for _, want := range order {
		p = p.Form("f").Press("back").Want(200)
		if got := p.Form("f").Value("step"); got != want {
			t.Fatalf("back leads to %q, want %q", got, want)
		}
	}
	for range order {
		p = p.Form("f").Press("next").Want(200)
	}
	if diff := cmp.Diff(full, values(p.Form("f"))); diff != "" {
		t.Errorf("after going back to the start and forth again (-before +after):\n%s", diff)
	}
	for _, to := range check.Buttons("change:") {
		q := check.Form("f").Press(to).Want(200)
		if got := q.Form("f").Value("step"); "change:"+got != to {
			t.Errorf("%s leads to %q", to, got)
		}
		if len(q.Received()) != 0 && !cmp.Equal(q.Received(), []string{"a.txt"}) {
			t.Errorf("files at %s: %v", to, q.Received())
		}
	}
	p.Form("f").Set("honest", "yes").Press("send").Want(200).Code()
}

// TestConditionalQuestions: a question appears with the answer that calls for it and goes with it; what was answered
// to a question that is not asked any more does not reach the unit.
func TestConditionalQuestions(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	b := w.NewBrowser(t)
	d := english("What I saw.")
	p := d.walk(t, b, atDetails).Form("f").Set("a-means", "pay", "pressure").Set("a-wanted", "marked").Press("next").Want(200)
	f := p.Form("f")
	if !f.Has("a-offer") || !f.Has("a-pressure") || f.Has("a-pretext") {
		t.Fatalf("asked: %v", f.Names())
	}
	p = f.Set("a-offer", "five hundred").Set("a-pressure", "said too much").Press("back").Want(200)
	p = p.Form("f").Set("a-means", "deceive").Press("next").Want(200)
	if f = p.Form("f"); !f.Has("a-pretext") || strings.Contains(p.Text(), "How did they press") {
		t.Fatalf("asked after the change: %v", f.Names())
	}
	p = f.Set("a-pretext", "an auditor").Press("next").Want(200).Form("f").Press("next").Want(200).Form("f").Set("kind", "digits").Press("next").Want(200, "an auditor")
	if strings.Contains(p.Text(), "five hundred") {
		t.Error("the last page lists an answer that will not be sent")
	}
	code := p.Form("f").Set("honest", "yes").Press("send").Want(200).Code()
	o := reopen(t, w.Session(t, "chen", "unit-1"), numberOf(t, enter(t, b, "en", code)))
	want := []seal.Answer{{Q: "means", Values: []string{"deceive"}}, {Q: "pretext", Text: "an auditor"}, {Q: "wanted", Values: []string{"marked"}}}
	if diff := cmp.Diff(want, o.Report.Answers); diff != "" {
		t.Errorf("answers that the unit reads (-want +got):\n%s", diff)
	}
	// A category without the question: the whole step is gone, and so are the answers.
	p = d.walk(t, b, atFiles).Form("f").Press("change:category").Want(200)
	p = p.Form("f").Set("category", "covert-devices").Press("next").Want(200).Form("f").Press("next").Want(200)
	if f := p.Form("f"); f.Has("a-means") && !strings.Contains(p.Body, `type="hidden" name="a-means"`) {
		t.Error("the questions of the other category are asked")
	}
}

// TestNobodyAskedForIt: names that no page has are not carried on, and do not reach the unit.
func TestNobodyAskedForIt(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	d := english("What I saw.")
	f := d.walk(t, w.NewBrowser(t), atFiles).Form("f")
	for _, name := range []string{"evil", "a-evil", "a-", "q-evil", "a-means-y", "admin", "unit", "a-offer-d"} {
		f.Force(name, "planted")
	}
	p := f.Press("next").Want(200)
	if strings.Contains(p.Body, "planted") {
		t.Errorf("a value that nobody asked for is carried on: %v", p.Form("f").Names())
	}
	p.Form("f").Set("kind", "digits").Press("next").Want(200).Form("f").Set("honest", "yes").Press("send").Want(200).Code()
}

// TestVeryLongAnswer: an answer beyond every limit of the form is refused without losing its beginning or the others.
func TestVeryLongAnswer(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	f := english("x").walk(t, w.NewBrowser(t), atQuestions).Form("f")
	f.Set("q-danger", "no").Set("q-what", strings.Repeat("长", 400_000)).Set("q-where", "the drawing store").Set("q-told", "my wife")
	p := f.Press("next").Want(413, "the part beyond the limit did not arrive", "the drawing store", "my wife", "400 555 0139")
	q := p.Form("f").Press("change:questions").Want(200).Form("f")
	if q.Value("q-where") != "the drawing store" || q.Value("q-told") != "my wife" || q.Value("category") != "protected-documents" {
		t.Errorf("kept: %.300v", values(q))
	}
	if got := q.Value("q-what"); got != strings.Repeat("长", 1<<20/3) {
		t.Errorf("of the long answer %d bytes are kept", len(got))
	}
	q.Set("q-what", "有人按页付钱，请我拍照。").Press("next").Want(200)
}
