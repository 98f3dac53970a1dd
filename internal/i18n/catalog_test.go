package i18n

import (
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
)

var placeholder = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)

func forms(m *goi18n.Message) []string {
	return slices.DeleteFunc([]string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other}, func(s string) bool { return s == "" })
}

func placeholders(m *goi18n.Message) []string {
	set := map[string]bool{}
	for _, f := range forms(m) {
		for _, p := range placeholder.FindAllStringSubmatch(f, -1) {
			set[p[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// texts reads the embedded catalogue: area, language, key.
func texts(t *testing.T) map[string]map[Lang]map[string]*goi18n.Message {
	t.Helper()
	out := map[string]map[Lang]map[string]*goi18n.Message{}
	names, err := fs.Glob(embedded, "catalog/*.toml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no catalogue: %v", err)
	}
	for _, name := range names {
		area, lang, ok := areaLang(name)
		if !ok {
			t.Fatalf("%s is not named area.language.toml", name)
		}
		b, err := embedded.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		mf, err := goi18n.ParseMessageFileBytes(b, name, map[string]goi18n.UnmarshalFunc{"toml": toml.Unmarshal})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if out[area] == nil {
			out[area] = map[Lang]map[string]*goi18n.Message{}
		}
		out[area][lang] = map[string]*goi18n.Message{}
		for _, m := range mf.Messages {
			out[area][lang][m.ID] = m
		}
	}
	return out
}

func TestEveryAreaHasTheSameKeysAndPlaceholders(t *testing.T) {
	t.Parallel()
	langs := load(t).Langs()
	for area, byLang := range texts(t) {
		base, ok := byLang[Default]
		if !ok {
			t.Errorf("%s has no %s file", area, Default)
			continue
		}
		for _, lang := range langs {
			other, ok := byLang[lang]
			if !ok {
				t.Errorf("%s has no %s file", area, lang)
				continue
			}
			if diff := cmp.Diff(slices.Sorted(maps.Keys(base)), slices.Sorted(maps.Keys(other))); diff != "" {
				t.Errorf("%s: keys of %s (-) and %s (+) differ:\n%s", area, Default, lang, diff)
			}
			for key, m := range base {
				if o := other[key]; o != nil {
					if diff := cmp.Diff(placeholders(m), placeholders(o)); diff != "" {
						t.Errorf("%s: placeholders of %s (-) and %s (+) differ:\n%s", key, Default, lang, diff)
					}
				}
			}
		}
	}
}

var (
	hanLatin = regexp.MustCompile(`\p{Han} (?:[A-Za-z0-9]|\{\{)|(?:[A-Za-z0-9]|\}\}) \p{Han}`)
	halfMark = regexp.MustCompile(`\p{Han}[,.;:!?()]|[,;!?()]\p{Han}`)
	formatID = regexp.MustCompile(`\{\{|\}\}`)
)

func TestHouseTypography(t *testing.T) {
	t.Parallel()
	for _, byLang := range texts(t) {
		for lang, messages := range byLang {
			for key, m := range messages {
				for _, f := range forms(m) {
					if strings.TrimSpace(f) != f || f == "" {
						t.Errorf("%s %s: begins or ends with a space: %q", lang, key, f)
					}
					if strings.ContainsAny(f, "<>") || ShowControls(f) != f {
						t.Errorf("%s %s: markup or a control: %q", lang, key, f)
					}
					if left := placeholder.ReplaceAllString(f, ""); formatID.MatchString(left) {
						t.Errorf("%s %s: only {{.Name}} is a placeholder: %q", lang, key, f)
					}
					if lang != Default {
						continue
					}
					if bad := hanLatin.FindString(f); bad != "" {
						t.Errorf("%s: a space between Chinese and Latin or digits: %q", key, bad)
					}
					if bad := halfMark.FindString(f); bad != "" {
						t.Errorf("%s: a half-width mark beside Chinese: %q", key, bad)
					}
				}
			}
		}
	}
}

func TestEnglishIsEnglishAndChineseIsChinese(t *testing.T) {
	t.Parallel()
	han := regexp.MustCompile(`\p{Han}`)
	for area, byLang := range texts(t) {
		for key, m := range byLang["en"] {
			for _, f := range forms(m) {
				if han.MatchString(f) && !strings.HasPrefix(key, "i18n.") {
					t.Errorf("%s: Chinese in the English text of %s: %q", key, area, f)
				}
			}
		}
	}
}
