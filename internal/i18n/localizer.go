package i18n

import (
	"fmt"
	"reflect"
	"strconv"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"clarion.example/clarion/internal/workday"
)

// Localizer gives texts, days, numbers and sizes of one language. It is safe for concurrent use.
type Localizer struct {
	catalog *Catalog
	lang    Lang
	inner   *goi18n.Localizer
	printer *message.Printer
}

func newLocalizer(c *Catalog, l Lang, inner *goi18n.Localizer) *Localizer {
	return &Localizer{c, l, inner, message.NewPrinter(l.tag())}
}

// Lang is the language, for lang attributes.
func (l *Localizer) Lang() Lang { return l.lang }

// Dir is "ltr" or "rtl", for dir attributes.
func (l *Localizer) Dir() string { return l.lang.Dir() }

// Name is the language's own name, such as 中文.
func (l *Localizer) Name() string { return l.T("i18n.name", nil) }

// Others returns the localizers of the other languages, in the catalogue's order.
func (l *Localizer) Others() []*Localizer {
	var out []*Localizer
	for _, o := range l.catalog.langs {
		if o != l.lang {
			out = append(out, l.catalog.by[o])
		}
	}
	return out
}

// T returns the text of key, or Neutral after telling the catalogue's missing function. An argument may be a
// string (controls of writing direction become visible), an integer (grouped), a day (written in full) or a
// Stringer. The argument Count chooses the plural form.
func (l *Localizer) T(key string, args map[string]any) string {
	s, err := l.Lookup(key, args)
	if err != nil {
		l.catalog.missing(err)
	}
	return s
}

// Lookup is T for callers that want the fault. The text is then Neutral.
func (l *Localizer) Lookup(key string, args map[string]any) (string, error) {
	cfg := &goi18n.LocalizeConfig{MessageID: key, TemplateParser: textParser()}
	data := make(map[string]any, len(args))
	for name, v := range args {
		if name == "Count" {
			cfg.PluralCount = v
		}
		data[name] = l.arg(v)
	}
	cfg.TemplateData = data
	s, err := l.inner.Localize(cfg)
	if err != nil {
		return Neutral, fmt.Errorf("i18n: %s in %s: %w", key, l.lang, err)
	}
	return s, nil
}

func (l *Localizer) arg(v any) any {
	switch v := v.(type) {
	case string:
		return ShowControls(v)
	case workday.Day:
		return l.Date(v)
	case fmt.Stringer:
		return ShowControls(v.String())
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return l.Num(r.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return l.printer.Sprint(number.Decimal(r.Uint()))
	case reflect.String:
		return ShowControls(r.String())
	}
	return v
}

// Date writes a day in full: 2026年3月12日, 12 March 2026. No day is "".
func (l *Localizer) Date(d workday.Day) string { return l.day("i18n.date", d) }

// DayMonth writes a day without its year: 3月12日, 12 March. No day is "".
func (l *Localizer) DayMonth(d workday.Day) string { return l.day("i18n.daymonth", d) }

func (l *Localizer) day(key string, d workday.Day) string {
	if d.IsZero() {
		return ""
	}
	args := map[string]any{"Day": strconv.Itoa(d.Dom), "Month": l.T(fmt.Sprintf("i18n.month_%d", d.Month), nil)}
	if key == "i18n.date" {
		args["Year"] = strconv.Itoa(d.Year)
	}
	return l.T(key, args)
}

// Num groups a number as the language does: 4,812.
func (l *Localizer) Num(n int64) string { return l.printer.Sprint(number.Decimal(n)) }

// Bytes writes a size in bytes, KB, MB or GB of 1024, with one decimal below ten.
func (l *Localizer) Bytes(n int64) string {
	if n < 1024 {
		return l.T("i18n.bytes", map[string]any{"N": n})
	}
	v, unit := float64(n)/1024, "i18n.kb"
	for _, next := range []string{"i18n.mb", "i18n.gb"} {
		if v < 1023.5 {
			break
		}
		v, unit = v/1024, next
	}
	digits := 0
	if v < 9.95 && unit != "i18n.kb" {
		digits = 1
	}
	return l.T(unit, map[string]any{"N": l.printer.Sprint(number.Decimal(v, number.MaxFractionDigits(digits)))})
}
