// Package i18n holds every word that people see, in every language, and formats days, numbers and sizes.
//
// Texts are flat keys in catalog/<area>.<language>.toml, with named placeholders such as {{.Day}}. They are text,
// never HTML: nothing in this package may return markup, and no argument may be read as a template. A language
// is added by adding its files; no code names one.
package i18n

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

//go:embed catalog/*.toml
var embedded embed.FS

// Default is the language of a visitor who states no wish, and comes first wherever languages are listed.
const Default Lang = "zh-Hans"

// Neutral stands where a text is missing. It says nothing about which one, in no language.
const Neutral = "〔…〕"

// Catalog is all texts in all languages. It is safe for concurrent use and never changes.
type Catalog struct {
	langs   []Lang
	keys    map[string]bool
	forms   map[Lang]map[string]Forms
	by      map[Lang]*Localizer
	matcher language.Matcher
	missing func(error)
}

// New reads the embedded catalogue. missing is told of each text that could not be made (an unknown key, a
// placeholder without a value): tests fail there, a server logs. It may be nil.
func New(missing func(error)) (*Catalog, error) {
	sub, err := fs.Sub(embedded, "catalog")
	if err != nil {
		return nil, fmt.Errorf("i18n: %w", err)
	}
	return Load(sub, missing)
}

// Load reads every <area>.<language>.toml at the top of files. It refuses a key that two areas define and a
// catalogue without the Default language. The areas' parity is a matter of tests, not of starting.
func Load(files fs.FS, missing func(error)) (*Catalog, error) {
	if missing == nil {
		missing = func(error) {}
	}
	c := &Catalog{keys: map[string]bool{}, forms: map[Lang]map[string]Forms{}, by: map[Lang]*Localizer{}, missing: missing}
	bundle := goi18n.NewBundle(Default.tag())
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	names, err := fs.Glob(files, "*.toml")
	if err != nil {
		return nil, fmt.Errorf("i18n: %w", err)
	}
	seen := map[Lang]map[string]string{}
	for _, name := range names {
		if err := c.read(bundle, files, name, seen); err != nil {
			return nil, err
		}
	}
	if !slices.Contains(c.langs, Default) {
		return nil, errors.New("i18n: no text in " + string(Default))
	}
	slices.SortFunc(c.langs, func(a, b Lang) int {
		if a == Default || b == Default {
			return map[bool]int{true: -1, false: 1}[a == Default]
		}
		return strings.Compare(string(a), string(b))
	})
	tags := make([]language.Tag, 0, len(c.langs))
	for _, l := range c.langs {
		tags = append(tags, l.tag())
		c.by[l] = newLocalizer(c, l, goi18n.NewLocalizer(bundle, string(l)))
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

func (c *Catalog) read(bundle *goi18n.Bundle, files fs.FS, name string, seen map[Lang]map[string]string) error {
	area, lang, ok := areaLang(name)
	if !ok {
		return fmt.Errorf("i18n: %s is not named area.language.toml", name)
	}
	b, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("i18n: %w", err)
	}
	mf, err := bundle.ParseMessageFileBytes(b, name)
	if err != nil {
		return fmt.Errorf("i18n: reading %s: %w", name, err)
	}
	if seen[lang] == nil {
		seen[lang] = map[string]string{}
		c.forms[lang] = map[string]Forms{}
		c.langs = append(c.langs, lang)
	}
	for _, m := range mf.Messages {
		if other, dup := seen[lang][m.ID]; dup {
			return fmt.Errorf("i18n: %s defines %q, which %s defines", name, m.ID, other)
		}
		seen[lang][m.ID] = area
		c.keys[m.ID] = true
		c.forms[lang][m.ID] = formsOf(m)
	}
	return nil
}

// areaLang splits "site.zh-Hans.toml" into its area and language.
func areaLang(name string) (area string, lang Lang, ok bool) {
	base := strings.TrimSuffix(path.Base(name), ".toml")
	area, l, ok := strings.Cut(base, ".")
	return area, Lang(l), ok && area != "" && l != "" && !strings.Contains(l, ".")
}

// Langs returns the languages, Default first.
func (c *Catalog) Langs() []Lang { return slices.Clone(c.langs) }

// Has reports whether key is defined in some language.
func (c *Catalog) Has(key string) bool { return c.keys[key] }

// Forms are the plural forms of a text as it stands in the catalogue, with its placeholders: "other", and what else
// the language has. A script fills them in as T does.
type Forms map[string]string

func formsOf(m *goi18n.Message) Forms {
	f := Forms{}
	for name, text := range map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other} {
		if text != "" {
			f[name] = text
		}
	}
	return f
}

// Forms returns the forms of key in lang.
func (c *Catalog) Forms(lang Lang, key string) (Forms, bool) {
	f, ok := c.forms[lang][key]
	return f, ok
}

// For returns the localizer of lang, or that of Default when lang is not in the catalogue.
func (c *Catalog) For(lang Lang) *Localizer {
	if l, ok := c.by[lang]; ok {
		return l
	}
	return c.by[Default]
}

// T returns the text of key in lang. On a fault it returns the error and Neutral, so that a page can still be shown.
func (c *Catalog) T(lang Lang, key string, args map[string]any) (string, error) {
	return c.For(lang).Lookup(key, args)
}

func textParser() template.Parser { return &template.TextParser{Option: "missingkey=error"} }
