package pack_test

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/BurntSushi/toml"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/packs"
)

// sound copies the pack that ships, so that each test can spoil it in one way.
func sound(t testing.TB) fstest.MapFS {
	t.Helper()
	fsys, ok := packs.FS(packs.NationalSecurity)
	if !ok {
		t.Fatal("no pack")
	}
	out := fstest.MapFS{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(fsys, name)
		out[name] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func spoil(t testing.TB, fsys fstest.MapFS, name, old, now string) {
	t.Helper()
	before := string(fsys[name].Data)
	after := strings.Replace(before, old, now, 1)
	if after == before {
		t.Fatalf("%s does not hold %q", name, old)
	}
	fsys[name] = &fstest.MapFile{Data: []byte(after)}
}

const (
	mainFile = "pack.yaml"
	use      = "  use: cn\n"
	docs     = "categories/protected-documents.yaml"
	devices  = "categories/covert-devices.yaml"
)

// written is a calendar that stands in pack.yaml.
const written = `  source: {zh-Hans: 自定, en: Ours}
  years: [2026, 2027]
  weekend: [saturday, sunday]
  holidays: [2026-01-01]
  make_up_days: [2026-01-04]
`

// calendarWith is the written calendar with one thing put for another.
func calendarWith(old, now string) string { return strings.Replace(written, old, now, 1) }

// spoilings: put now for old in a file, and the fault is found at path. An empty path is any.
var spoilings = []struct{ file, old, now, path, key string }{
	{mainFile, "schema: 1", "schema: 2", "schema", "pack.schema"},
	{mainFile, "id: national-security", "id: National", "id", "pack.bad_name"},
	{mainFile, "version: \"1\"", "version: \"\"", "version", "pack.bad_line"},
	{mainFile, "languages: [zh-Hans, en]", "languages: [zh-Hans, en, en]", "languages[2]", "pack.duplicate"},
	{mainFile, "languages: [zh-Hans, en]", "languages: [zh-Hans]", "languages", "pack.language_missing"},
	{mainFile, "languages: [zh-Hans, en]", "languages: [zh-Hans, en, fr]", "name", "pack.missing_text"},
	{mainFile, "languages: [zh-Hans, en]", "languages: [zh-Hans, en, x_y]", "languages[2]", "pack.bad_value"},
	{mainFile, "case_prefix: MH", "case_prefix: mh", "case_prefix", "pack.bad_value"},
	{mainFile, "    en: Minghe City\n", "", "authority.place", "pack.missing_text"},
	{mainFile, "    en: Minghe City\n", "    en: Minghe <b>City</b>\n", "authority.place.en", "pack.markup"},
	{mainFile, "    en: Minghe City\n", "    en: Minghe {city}\n", "authority.place.en", "pack.unknown_placeholder"},
	{mainFile, "    en: Minghe City\n", "    en: \"Minghe \\u202Eytic\"\n", "authority.place.en", "pack.control_character"},
	{mainFile, "    en: Minghe City\n", "    en: \"Minghe City \"\n", "authority.place.en", "pack.loose_space"},
	{mainFile, "    en: Minghe City\n", "    en: Minghe City\n    de: Minghe\n", "authority.place.de", "pack.unknown_language"},
	{mainFile, "leave: https://example.com/", "leave: http://example.com/", "leave", "pack.bad_url"},
	{mainFile, "leave: https://example.com/", "leave: https://example.com/?from=tips", "leave", "pack.bad_url"},
	{mainFile, "leave: https://example.com/", "leave: javascript:alert(1)", "leave", "pack.bad_url"},
	{mainFile, "zone: Asia/Shanghai", "zone: Local", "zone", "pack.bad_zone"},
	{mainFile, "tel: \"+864005550139\"", "tel: \"400 555 0139\"", "numbers[0].tel", "pack.bad_tel"},
	{mainFile, "kind: hotline", "kind: chat", "numbers[0].kind", "pack.bad_value"},
	{mainFile, "  - id: visits", "  - id: hotline", "numbers[1].id", "pack.duplicate"},
	{mainFile, "  - id: unit-1\n", "  - id: unit-9\n", "regions[0].office", "pack.unknown_unit"},
	{mainFile, "    parent: centre", "    parent: unit-1", "offices[1].parent", "pack.office_cycle"},
	{mainFile, "    parent: centre\n", "", "offices", "pack.one_top"},
	{mainFile, "    kind: centre", "    kind: bureau", "offices[0].kind", "pack.bad_value"},
	{mainFile, "monday: [\"08:30-18:00\"]", "monday: [\"08:30-18:00\", \"17:00-19:00\"]", "staffed", "pack.bad_hours"},
	{mainFile, "monday: [\"08:30-18:00\"]", "monday: [\"8:30-18:00\"]", "", "pack.syntax"},
	{mainFile, use, calendarWith("[2026, 2027]", "[2026, 2028]"), "calendar.years", "pack.years_gap"},
	{mainFile, use, calendarWith("[2026, 2027]", "[]"), "calendar.years", "pack.out_of_range"},
	{mainFile, use, calendarWith("[2026-01-01]", "[2025-01-01]"), "calendar.holidays[0]", "pack.year_not_listed"},
	{mainFile, use, calendarWith("[2026-01-01]", "[2026-02-30]"), "", "pack.syntax"},
	{mainFile, use, calendarWith("[2026-01-04]", "[2026-01-05]"), "calendar", "pack.bad_calendar"},
	{mainFile, use, calendarWith("saturday, sunday", "saturday, sonntag"), "calendar.weekend[1]", "pack.bad_value"},
	{mainFile, use, use + written, "calendar", "pack.calendar_mixed"},
	{mainFile, use, "  use: mars\n", "calendar.use", "pack.bad_value"},
	{mainFile, use, "  file: ../../calendar.json\n", "calendar", "pack.bad_calendar"},
	{mainFile, "zone: Asia/Shanghai", "zone: Asia/Tokyo", "calendar", "pack.calendar_zone"},
	{mainFile, "s1: 7 days", "s1: 90 days", "clocks.s1", "pack.clock_range"},
	{mainFile, "s1: 7 days", "s1: soon", "", "pack.syntax"},
	{mainFile, "s1: 7 days", "s9: 7 days", "clocks.s9", "pack.unknown_clock"},
	{mainFile, "danger_minutes: 15", "danger_minutes: 0", "danger_minutes", "pack.out_of_range"},
	{mainFile, "concluded: 24 months", "concluded: 240 months", "retention.concluded", "pack.clock_range"},
	{mainFile, "  unfounded: 60 days\n", "", "retention.unfounded", "pack.empty"},
	{mainFile, "plain_file: 20", "plain_file: 200", "limits.plain_file", "pack.out_of_range"},
	{mainFile, "  D5: [mediation,", "  D5: [meditation,", "declines.D5[0]", "pack.unknown_reference"},
	{mainFile, "  D5: [mediation, labour, legal-aid]\n", "", "declines.D5", "pack.no_addresses"},
	{mainFile, "  D7: [inspector]", "  D9: [inspector]", "declines.D9", "pack.bad_value"},
	{mainFile, "  - sabotage\n", "  - sabotage\n  - arson\n", "", "pack.no_file"},
	{mainFile, "  - sabotage\n", "", "", "pack.unlisted_file"},
	{mainFile, "  - sabotage\n", "  - sabotage\n  - sabotage\n", "categories[5]", "pack.duplicate"},
	{mainFile, "zone: Asia", "mark: mark.svg\nzone: Asia", "mark", "pack.bad_mark"},
	{mainFile, "zone: Asia", "mark: mark.png\nzone: Asia", "mark", "pack.unknown_reference"},
	{mainFile, "zone: Asia", "zoen: x\nzone: Asia", "line 24", "pack.syntax"},
	{mainFile, "zone: Asia", "zone: Europe/Berlin\nzone: Asia", "line 25", "pack.syntax"},
	{"screen.yaml", "outcome: continue", "outcome: away", "options", "pack.screen_continue"},
	{"screen.yaml", "why: D7", "why: D1", "options", "pack.screen_missing"},
	{"screen.yaml", "why: D6", "why: because", "options[3].why", "pack.bad_value"},
	{"screen.yaml", "    addresses: [police, integrity, consumer]\n", "", "options[5].addresses", "pack.no_addresses"},
	{"screen.yaml", "en: I saw, or know of, something that somebody did", "en: I know a foreigner", "options[0].label.en", "pack.denied.nationality"},
	{"messages.yaml", "We received your report on {received}", "We received your report", "first.en", "pack.missing_placeholder"},
	{"messages.yaml", "on {received}", "on {received} at {hour}", "first.en", "pack.unknown_placeholder"},
	{"messages.yaml", "on {received}", "on {received", "first.en", "pack.bad_braces"},
	{"messages.yaml", "  D8:\n", "  D9:\n", "declined.D8", "pack.missing_text"},
	{docs, "id: protected-documents", "id: documents", "id", "pack.bad_value"},
	{docs, "basis:\n", "basis: []\nbasic:\n", "", "pack.syntax"},
	{docs, "office: unit-1", "office: unit-7", "office", "pack.unknown_unit"},
	{docs, "type: many", "type: check", "questions[0].type", "pack.bad_value"},
	{docs, "question: means", "question: records", "questions[1].when", "pack.later_condition"},
	{docs, "question: means", "question: offer", "questions[1].when", "pack.later_condition"},
	{docs, "any: [pay]", "any: [bribe]", "questions[1].when.any[0]", "pack.unknown_reference"},
	{docs, "any: [pay]", "any: []", "questions[1].when.any", "pack.empty"},
	{docs, "  - id: offer", "  - id: means", "questions[1].id", "pack.duplicate"},
	{docs, "type: text", "type: one", "questions[1].options", "pack.options"},
	{docs, "    type: long", "    type: long\n    max: 9999999", "questions[2].max", "pack.out_of_range"},
	{docs, "id: protected-documents", "&a id: protected-documents", "", "pack.syntax"},
	{docs, "id: protected-documents", "---\nid: protected-documents\n---\nid: b", "", "pack.syntax"},
	{docs, "id: protected-documents", "id: !!binary cHJvdGVjdGVk", "", "pack.syntax"},
}

func TestEachFaultIsFoundInItsPlace(t *testing.T) {
	t.Parallel()
	for _, tc := range spoilings {
		fsys := sound(t)
		spoil(t, fsys, tc.file, tc.old, tc.now)
		found := pack.Check(fsys)
		ok := false
		for _, f := range found {
			ok = ok || (f.Key == tc.key && (tc.path == "" || f.Path == tc.path))
		}
		if !ok {
			t.Errorf("%s with %q: want %s at %q, got %v", tc.file, tc.now, tc.key, tc.path, found)
		}
		if _, err := pack.Load(fsys); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s with %q is loaded: %v", tc.file, tc.now, err)
		}
	}
}

// cut removes what lies between two marks of a file.
func cut(t testing.TB, fsys fstest.MapFS, name, from, to string) {
	t.Helper()
	s := string(fsys[name].Data)
	a := strings.Index(s, from)
	b := strings.Index(s, to)
	if a < 0 || b < a {
		t.Fatalf("%s: no %q before %q", name, from, to)
	}
	fsys[name] = &fstest.MapFile{Data: []byte(s[:a] + s[b:])}
}

func TestACategoryWithoutItsLimitsIsRefused(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ from, to, key string }{
		{"basis:", "elements:", "pack.no_basis"},
		{"elements:", "reportable:", "pack.no_elements"},
		{"reportable:", "not_reportable:", "pack.too_few_examples"},
		{"not_reportable:", "office:", "pack.too_few_examples"},
	} {
		fsys := sound(t)
		cut(t, fsys, docs, tc.from, tc.to)
		found := pack.Check(fsys)
		if len(found) == 0 || found[0].Key != tc.key || found[0].File != docs {
			t.Errorf("without %s: %v", tc.from, found)
		}
	}
	fsys := sound(t)
	spoil(t, fsys, devices, "    en: Someone offers money to place a recorder in a protected meeting\n", "")
	found := pack.Check(fsys)
	if len(found) != 2 || found[1].Key != "pack.too_few_examples" || found[1].Args["Lang"] != "en" {
		t.Errorf("two examples in one language: %v", found)
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	fsys := sound(t)
	spoil(t, fsys, mainFile, "zone: Asia/Shanghai", "zone: Moon")
	spoil(t, fsys, "messages.yaml", "  D8:\n", "  D9:\n")
	spoil(t, fsys, devices, "office: unit-2", "office: nowhere")
	spoil(t, fsys, docs, "type: many", "type: [")
	files := map[string]bool{}
	for _, f := range pack.Check(fsys) {
		files[f.File] = true
	}
	for _, want := range []string{mainFile, "messages.yaml", devices, docs} {
		if !files[want] {
			t.Errorf("no fault of %s", want)
		}
	}
	_, err := pack.Load(fsys)
	if e, ok := errs.Public(err); !ok || e.Key != "pack.faulty" || e.Args["Count"] != len(pack.Check(fsys)) || strings.Count(e.Cause.Error(), "\n") != len(pack.Check(fsys))-1 {
		t.Errorf("got %v", err)
	}
}

func TestColours(t *testing.T) {
	t.Parallel()
	house := "colours:\n  light: {primary: \"#0b5a53\", on_primary: \"#ffffff\", hero: \"#0a4742\", on_hero: \"#ffffff\"}\n" +
		"  dark: {primary: \"#67cbbd\", on_primary: \"#04211d\", hero: \"#0c3733\", on_hero: \"#ffffff\"}\nzone: Asia"
	for _, tc := range []struct{ old, now, path, key string }{
		{"", "", "", ""},
		{"\"#0b5a53\"", "\"#4b9a93\"", "colours.light.on_primary", "pack.low_contrast"},
		{"\"#67cbbd\"", "\"#0b5a53\"", "colours.dark.primary", "pack.low_contrast"},
		{"\"#0a4742\"", "green", "colours.light.hero", "pack.bad_colour"},
		{"\"#0a4742\"", "\"#0a47-2\"", "colours.light.hero", "pack.bad_colour"},
	} {
		fsys := sound(t)
		spoil(t, fsys, mainFile, "zone: Asia", strings.Replace(house, tc.old, tc.now, 1))
		found := pack.Check(fsys)
		if tc.key == "" {
			if len(found) > 0 {
				t.Errorf("the colours of the house: %v", found)
			}
			continue
		}
		if !slices.ContainsFunc(found, func(f pack.Finding) bool { return f.Key == tc.key && f.Path == tc.path }) {
			t.Errorf("%s: %v", tc.now, found)
		}
	}
}

func TestOversizeAndMissingFiles(t *testing.T) {
	t.Parallel()
	fsys := sound(t)
	fsys[docs] = &fstest.MapFile{Data: append(fsys[docs].Data, []byte(strings.Repeat("# x\n", 1<<17))...)}
	if found := pack.Check(fsys); len(found) != 1 || found[0].Key != "pack.too_large" {
		t.Errorf("too large: %v", found)
	}
	fsys = sound(t)
	delete(fsys, "screen.yaml")
	if found := pack.Check(fsys); len(found) != 1 || found[0].Key != "pack.no_file" || found[0].String() != "screen.yaml: This file is missing." {
		t.Errorf("missing: %v", found)
	}
	if found := pack.Check(os.DirFS(t.TempDir())); len(found) != 1 || found[0].Key != "pack.no_file" {
		t.Errorf("an empty directory: %v", found)
	}
}

var key = regexp.MustCompile(`"(pack\.[a-z_.]+)"`)

// TestSentences: what a terminal says is what the catalogue says, and the catalogue says everything.
func TestSentences(t *testing.T) {
	t.Parallel()
	texts := map[string]map[string]string{}
	for _, lang := range []string{"zh-Hans", "en"} {
		var m map[string]string
		if _, err := toml.DecodeFile("../i18n/catalog/pack."+lang+".toml", &m); err != nil {
			t.Fatal(err)
		}
		texts[lang] = m
	}
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{"pack.faulty": true}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(b), -1) {
			if strings.HasSuffix(name, "_test.go") || m[1] == "pack.denied." || m[1] == mainFile {
				continue
			}
			used[m[1]] = true
			for lang, known := range texts {
				if known[m[1]] == "" {
					t.Errorf("%s: %s has no %s", name, lang, m[1])
				}
			}
		}
	}
	for k, text := range texts["en"] {
		if !used[k] {
			t.Errorf("the catalogue has %s, which nothing gives", k)
		}
		if strings.HasPrefix(k, "pack.answer.") || strings.HasPrefix(k, "pack.pick.") || k == "pack.faulty" || k == "pack.not_approved" || k == "pack.changed_since_approval" {
			continue
		}
		if got := (pack.Finding{Key: k}).English(); got != text {
			t.Errorf("%s: the terminal says %q, the catalogue %q", k, got, text)
		}
	}
}
