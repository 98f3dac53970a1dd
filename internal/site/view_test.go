package site

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/ui"
)

func catalog(t *testing.T) *i18n.Catalog {
	t.Helper()
	c, err := i18n.New(func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func renderer(t *testing.T, c *i18n.Catalog) *ui.Renderer {
	t.Helper()
	a, err := newAssets()
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRenderer(c, a)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func render(t *testing.T, r *ui.Renderer, l *i18n.Localizer, s sample) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Render(&b, s.Page, l.Lang(), s.Data); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// eachSample runs f for every page with every sample in every language.
func eachSample(t *testing.T, f func(t *testing.T, l *i18n.Localizer, s sample, html string)) {
	t.Helper()
	c := catalog(t)
	r := renderer(t, c)
	for _, lang := range c.Langs() {
		l := c.For(lang)
		for _, s := range samples(l) {
			t.Run(string(lang)+"/"+s.Name, func(t *testing.T) {
				t.Parallel()
				f(t, l, s, render(t, r, l, s))
			})
		}
	}
}

func frameOf(data any) ui.Frame {
	return reflect.ValueOf(data).FieldByName("Frame").Interface().(ui.Frame)
}

func TestEveryPageHasASample(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	seen := map[string]bool{}
	names := map[string]bool{}
	for _, s := range samples(c.For(i18n.Default)) {
		if names[s.Name] {
			t.Errorf("two samples are called %s", s.Name)
		}
		names[s.Name], seen[s.Page] = true, true
	}
	for _, p := range renderer(t, c).Pages() {
		if !seen[p] {
			t.Errorf("page %s has no sample", p)
		}
	}
}

func TestPagesAreSoundAndSafe(t *testing.T) {
	t.Parallel()
	eachSample(t, func(t *testing.T, l *i18n.Localizer, s sample, html string) {
		if strings.Contains(html, i18n.Neutral) || strings.Contains(html, "ZgotmplZ") || strings.Contains(html, "no value") {
			t.Error("a text is missing or an address was refused")
		}
		all := parseHTML(t, html)
		f := frameOf(s.Data)
		checkSafe(t, all, f.Site.Leave)
		checkForms(t, all)
		checkIcons(t, all)
		checkFrame(t, all, l, f)
	})
}

// checkFrame looks for what every page must have.
func checkFrame(t *testing.T, all []*node, l *i18n.Localizer, f ui.Frame) {
	t.Helper()
	count := map[string]int{}
	for _, n := range all {
		count[n.tag]++
		switch {
		case n.tag == "html" && (n.attr["lang"] != string(l.Lang()) || n.attr["dir"] != l.Dir()):
			t.Errorf("html has %v", n.attr)
		case n.tag == "a" && n.attr["href"] == f.Site.Leave:
			count["leave"]++
			if !strings.Contains(n.attr["rel"], "noreferrer") {
				t.Error("leaving tells where from")
			}
		case n.tag == "a" && n.attr["href"] == "tel:"+f.Site.Emergency.Tel:
			count["emergency"]++
		case n.tag == "button" && n.attr["value"] == goStay:
			count["language"]++
			if n.attr["form"] != "f" || !strings.HasPrefix(n.attr["formaction"], "/") {
				t.Errorf("the language switch would lose the answers: %v", n.attr)
			}
		case n.tag == "a" && n.has("hreflang"):
			count["language"]++
		case n.attr["class"] == "cl-demo":
			count["demo"]++
		case n.attr["target"] == "_blank" && n.attr["rel"] != "noopener":
			t.Errorf("line %d: a page beside this one could reach it", n.line)
		}
	}
	if count["h1"] != 1 || count["main"] != 1 || count["title"] != 1 {
		t.Errorf("%d h1, %d main, %d title", count["h1"], count["main"], count["title"])
	}
	if count["leave"] == 0 || count["emergency"] == 0 {
		t.Error("no way to leave, or no emergency number")
	}
	if count["language"] != len(f.Langs) {
		t.Errorf("%d language switches, want %d", count["language"], len(f.Langs))
	}
	if want := map[bool]int{true: 1}[f.Demo]; count["demo"] != want {
		t.Errorf("%d banners of a demo, want %d", count["demo"], want)
	}
}

// TestEnterPressesTheRightButton: where a page keeps answers, the form's first button in the page's order must go
// on; Enter in a text field presses it.
func TestEnterPressesTheRightButton(t *testing.T) {
	t.Parallel()
	eachSample(t, func(t *testing.T, _ *i18n.Localizer, s sample, html string) {
		if !frameOf(s.Data).Keep {
			return
		}
		for _, n := range parseHTML(t, html) {
			if n.tag == "button" && (n.attr["form"] == "f" || !n.has("form") && n.within("form")) {
				if n.attr["value"] != goNext {
					t.Errorf("Enter presses %q", n.attr["value"])
				}
				return
			}
		}
	})
}

// attacks are what a stranger might try: to leave an attribute or an element, to be an address, to turn the text.
var attacks = []string{
	"\"'><script>alert(1)</script><img src=x onerror=alert(1)></textarea></title>\u202e",
	"javascript:alert(1)//\u202e` onmouseover=alert(1) x=",
}

// poison puts an attack into every plain string below v. Closed sets are types of their own and stay.
func poison(v reflect.Value, attack string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "Icon" {
				poison(v.Field(i), attack)
			}
		}
	case reflect.Slice:
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len()) // samples share slices
		reflect.Copy(own, v)
		v.Set(own)
		for i := range v.Len() {
			poison(v.Index(i), attack)
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() && v.CanSet() {
			v.SetString(attack)
		}
	}
}

func TestStrangersWordsAreOnlyText(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	r := renderer(t, c)
	for _, lang := range c.Langs() {
		for _, attack := range attacks {
			for _, s := range samples(c.For(lang)) {
				t.Run(string(lang)+"/"+s.Name, func(t *testing.T) {
					t.Parallel()
					v := reflect.New(reflect.TypeOf(s.Data)).Elem()
					v.Set(reflect.ValueOf(s.Data))
					poison(v, attack)
					s.Data = v.Interface()
					checkHarmless(t, render(t, r, c.For(lang), s))
				})
			}
		}
	}
}

func checkHarmless(t *testing.T, html string) {
	t.Helper()
	if strings.Count(html, "<script") != strings.Count(html, `<script src="/assets/`) || strings.Contains(html, "<img") {
		t.Error("markup of a stranger")
	}
	for _, n := range parseHTML(t, html) {
		for name, val := range n.attr {
			if name == "style" || strings.HasPrefix(name, "on") {
				t.Errorf("line %d: <%s %s>", n.line, n.tag, name)
			}
			if (name == "href" || name == "action" || name == "formaction") && strings.HasPrefix(strings.ToLower(strings.TrimSpace(val)), "javascript:") {
				t.Errorf("line %d: %s=%q", n.line, name, val)
			}
		}
		if strings.Contains(n.text, "\u202e") && n.within("bdi") {
			t.Errorf("line %d: a hidden control in foreign text", n.line)
		}
	}
}

func TestAReportIsNeverShownInAMailbox(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	r := renderer(t, c)
	l := c.For("en")
	p := sampler{l}.mailbox()
	p.Thread = []ui.ThreadItem{{Kind: ui.YourReport, Text: "marked words"}, {Kind: ui.FromYou, Text: "marked words", Files: []ui.FileItem{{Name: "marked file"}}, By: "marked name"}, {Kind: ui.False, Text: "marked words"}, {Kind: ui.Gap, Text: "marked words"}}
	if html := render(t, r, l, sample{Page: "mailbox", Data: p}); strings.Contains(html, "marked") {
		t.Error("the mailbox shows words that it must not")
	}
}

func TestRightToLeft(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{}
	names, err := filepath.Glob("../i18n/catalog/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(name)
		files[base] = &fstest.MapFile{Data: b}
		if area, ok := strings.CutSuffix(base, ".en.toml"); ok {
			files[area+".ar.toml"] = &fstest.MapFile{Data: b}
		}
	}
	c, err := i18n.Load(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := renderer(t, c)
	for _, s := range samples(c.For("ar")) {
		all := parseHTML(t, render(t, r, c.For("ar"), s))
		if all[0].attr["dir"] != "rtl" {
			t.Errorf("%s is not written from right to left", s.Name)
		}
		if f := frameOf(s.Data); len(f.Langs) != 0 && len(f.Langs) != 2 {
			t.Errorf("%s offers %d other languages", s.Name, len(f.Langs))
		}
	}
}

var class = regexp.MustCompile(`\.((?:cl|govuk|is)-[a-zA-Z0-9_-]+)`)

// TestEveryClassIsInTheStylesheet catches a mistyped class: it has no effect, and nobody sees why.
func TestEveryClassIsInTheStylesheet(t *testing.T) {
	t.Parallel()
	a, err := newAssets()
	if err != nil {
		t.Fatal(err)
	}
	var known []string
	for _, f := range a.All() {
		if f.Name == "clarion.css" {
			for _, m := range class.FindAllStringSubmatch(string(f.Body), -1) {
				known = append(known, m[1])
			}
		}
	}
	// Marks without rules of their own: the parts they belong to are styled through their neighbours.
	plain := []string{"govuk-radios", "govuk-checkboxes", "govuk-template"}
	eachSample(t, func(t *testing.T, _ *i18n.Localizer, _ sample, html string) {
		for _, n := range parseHTML(t, html) {
			for _, cl := range strings.Fields(n.attr["class"]) {
				if !slices.Contains(known, cl) && !slices.Contains(plain, cl) {
					t.Errorf("line %d: no rule for .%s", n.line, cl)
				}
			}
		}
	})
}
