package i18n

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/workday"
)

func load(t *testing.T) *Catalog {
	t.Helper()
	c, err := New(func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// small is a catalogue of its own, with a plural and a third language that is written from right to left.
func small(t *testing.T, missing func(error)) *Catalog {
	t.Helper()
	c, err := Load(fstest.MapFS{
		"a.zh-Hans.toml": {Data: []byte("\"a.files\" = \"{{.Count}}个文件\"\n\"a.by\" = \"{{.Day}}前\"\n\"i18n.date\" = \"{{.Year}}年{{.Month}}月{{.Day}}日\"\n\"i18n.month_3\" = \"3\"\n")},
		"a.en.toml":      {Data: []byte("\"a.by\" = \"by {{.Day}}\"\n\"i18n.date\" = \"{{.Day}} {{.Month}} {{.Year}}\"\n\"i18n.month_3\" = \"March\"\n[\"a.files\"]\none = \"{{.Count}} file\"\nother = \"{{.Count}} files\"\n")},
		"a.ar.toml":      {Data: []byte("\"a.by\" = \"{{.Day}}\"\n")},
	}, missing)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTextsAndPlurals(t *testing.T) {
	t.Parallel()
	c := small(t, func(err error) { t.Error(err) })
	for _, tt := range []struct {
		lang Lang
		key  string
		args map[string]any
		want string
	}{
		{"en", "a.files", map[string]any{"Count": 1}, "1 file"},
		{"en", "a.files", map[string]any{"Count": 4812}, "4,812 files"},
		{"zh-Hans", "a.files", map[string]any{"Count": 4812}, "4,812个文件"},
		{"en", "a.by", map[string]any{"Day": workday.MustDay("2026-03-12")}, "by 12 March 2026"},
		{"zh-Hans", "a.by", map[string]any{"Day": workday.MustDay("2026-03-12")}, "2026年3月12日前"},
		{"en", "a.by", map[string]any{"Day": "a\u202eb"}, "by a[U+202E]b"},
		{"en", "a.by", map[string]any{"Day": "{{.Evil}}"}, "by {{.Evil}}"},
		{"fr", "a.by", map[string]any{"Day": "x"}, "x前"},
	} {
		if got := c.For(tt.lang).T(tt.key, tt.args); got != tt.want {
			t.Errorf("%s %s: got %q, want %q", tt.lang, tt.key, got, tt.want)
		}
	}
}

func TestMissingTextIsReportedAndNeutral(t *testing.T) {
	t.Parallel()
	var told []string
	c := small(t, func(err error) { told = append(told, err.Error()) })
	en := c.For("en")
	for _, got := range []string{en.T("a.nowhere", nil), en.T("a.by", nil)} {
		if got != Neutral {
			t.Errorf("got %q, want the neutral text", got)
		}
	}
	if len(told) != 2 || !strings.Contains(told[0], "a.nowhere") {
		t.Errorf("told %q", told)
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]fstest.MapFS{
		"a key twice":      {"a.zh-Hans.toml": {Data: []byte(`"x.y" = "1"`)}, "b.zh-Hans.toml": {Data: []byte(`"x.y" = "2"`)}},
		"no default":       {"a.en.toml": {Data: []byte(`"x.y" = "1"`)}},
		"a nameless file":  {"zh-Hans.toml": {Data: []byte(`"x.y" = "1"`)}},
		"a file not TOML":  {"a.zh-Hans.toml": {Data: []byte(`x = `)}},
		"a broken message": {"a.zh-Hans.toml": {Data: []byte("[\"x.y\"]\nother = 3\n")}},
	} {
		if _, err := Load(files, nil); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	c := load(t)
	for accept, want := range map[string]Lang{
		"":                                "zh-Hans",
		"en-US,en;q=0.5":                  "en",
		"zh-CN,zh;q=0.9,en;q=0.8":         "zh-Hans",
		"zh-TW":                           "zh-Hans",
		"fr-FR,fr;q=0.9":                  "en",
		"fr;q=0.9, zh;q=0.1":              "zh-Hans",
		"*":                               "zh-Hans",
		"\x00\xff;;;":                     "zh-Hans",
		strings.Repeat("a", 100000):       "zh-Hans",
		"en," + strings.Repeat("x,", 9e3): "en",
	} {
		if got := c.Match(accept); got != want {
			t.Errorf("%.40q: got %s, want %s", accept, got, want)
		}
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	c := small(t, nil)
	if diff := cmp.Diff([]Lang{"zh-Hans", "ar", "en"}, c.Langs()); diff != "" {
		t.Error(diff)
	}
	for lang, want := range map[Lang]string{"zh-Hans": "ltr", "en": "ltr", "ar": "rtl", "he": "rtl", "fa": "rtl", "ug": "rtl"} {
		if got := lang.Dir(); got != want {
			t.Errorf("%s: %s", lang, got)
		}
	}
	if l, ok := c.BySegment("zh"); !ok || l != "zh-Hans" {
		t.Errorf("zh: %s %v", l, ok)
	}
	if _, ok := c.BySegment("xx"); ok {
		t.Error("xx found")
	}
	if o := c.For("ar").Others(); len(o) != 2 || o[0].Lang() != "zh-Hans" {
		t.Errorf("others of ar: %v", o)
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	c := load(t)
	zh, en := c.For("zh-Hans"), c.For("en")
	d := workday.MustDay("2026-03-12")
	got := []string{
		zh.Date(d), en.Date(d), zh.DayMonth(d), en.DayMonth(d), en.Date(workday.Day{}), zh.Name(), en.Name(), zh.Num(48211),
		en.Bytes(0), en.Bytes(1023), en.Bytes(1024), en.Bytes(1700), zh.Bytes(1700), en.Bytes(1<<20 - 1), en.Bytes(5 << 19), en.Bytes(100 << 20), en.Bytes(3 << 30),
	}
	want := []string{
		"2026年3月12日", "12 March 2026", "3月12日", "12 March", "", "中文", "English", "48,211",
		"0 bytes", "1,023 bytes", "1 KB", "2 KB", "2KB", "1 MB", "2.5 MB", "100 MB", "3 GB",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzShowControls(f *testing.F) {
	for _, s := range []string{"", "a\u202eb", "نام\u200cها", "👩‍👩‍👧", "a\r\nb\x00", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := ShowControls(s)
		if strings.IndexFunc(got, hidden) >= 0 {
			t.Errorf("%q still holds a control: %q", s, got)
		}
		if ShowControls(got) != got {
			t.Errorf("%q is not stable", got)
		}
	})
}
