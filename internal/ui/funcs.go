package ui

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"reflect"
	"strings"

	"clarion.example/clarion/internal/i18n"
)

// funcs are what templates may call, for one language.
//
//	t "key" "Name" value …   text of the catalogue
//	th "key" "Name" piece …  the same with pieces of safe markup: tel, link, foreign, strong, code
//	date, daymonth, num, bytes
//	foreign s                a stranger's words on one line
//	lines s                  a stranger's words in paragraphs
//	icon "lock"              always beside a word
//	asset "clarion.css"      hashed path
//	integrity "verify.js"    hash for an integrity attribute
//	lang, dir, dateparts
func funcs(l *i18n.Localizer, a *Assets, icons map[string]template.HTML) template.FuncMap {
	return template.FuncMap{
		"t":        func(key string, pairs ...any) (string, error) { return text(l, key, pairs) },
		"th":       func(key string, pairs ...any) (template.HTML, error) { return markup(l, key, pairs) },
		"date":     l.Date,
		"daymonth": l.DayMonth,
		"num":      func(n int) string { return l.Num(int64(n)) },
		"bytes":    l.Bytes,
		"lang":     func() string { return string(l.Lang()) },
		"dir":      l.Dir,
		"foreign":  foreign,
		"lines":    lines,
		"tel":      tel,
		"link":     link,
		"strong":   func(s string) template.HTML { return wrap("b", s) },
		"code":     func(s string) template.HTML { return wrap("code", s) },
		"icon": func(name string) (template.HTML, error) {
			if svg, ok := icons[name]; ok {
				return svg, nil
			}
			return "", fmt.Errorf("no icon %q", name)
		},
		"asset": func(name string) (string, error) {
			if p, ok := a.Path(name); ok {
				return p, nil
			}
			return "", fmt.Errorf("no asset %q", name)
		},
		"integrity": func(name string) (string, error) {
			if h, ok := a.Integrity(name); ok {
				return h, nil
			}
			return "", fmt.Errorf("no asset %q", name)
		},
		"dateparts": func() []string { return strings.Split(l.T("ui.date_order", nil), "") },
		"add":       func(a, b int) int { return a + b },
		"seq":       func(n int) []int { return make([]int, max(n, 0)) },
	}
}

func loadIcons() (map[string]template.HTML, error) {
	names, err := fs.Glob(iconFiles, "icons/*.svg")
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	icons := map[string]template.HTML{}
	for _, name := range names {
		b, err := iconFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("ui: %w", err)
		}
		// The files are part of the program: see icons/.
		icons[strings.TrimSuffix(path.Base(name), ".svg")] = template.HTML(strings.TrimSpace(string(b)))
	}
	return icons, nil
}

func args(pairs []any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("arguments of a text come in pairs")
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, errors.New("the name of an argument is a string")
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

func text(l *i18n.Localizer, key string, pairs []any) (string, error) {
	m, err := args(pairs)
	if err != nil {
		return "", err
	}
	return l.T(key, m), nil
}

// piece and the characters after it stand for pieces of markup while the text around them is escaped. They are
// for private use, and markup takes them out of every other argument.
const piece = '\uE000'

// markup is text with pieces: the catalogue's sentence and every plain argument are escaped, then each piece,
// which only the functions of this package can make, takes its place.
func markup(l *i18n.Localizer, key string, pairs []any) (template.HTML, error) {
	m, err := args(pairs)
	if err != nil {
		return "", err
	}
	var pieces []template.HTML
	for name, v := range m {
		if h, ok := v.(template.HTML); ok {
			m[name] = string(piece + rune(len(pieces)))
			pieces = append(pieces, h)
		} else if r := reflect.ValueOf(v); r.Kind() == reflect.String {
			m[name] = strings.Map(dropPrivate, r.String())
		}
	}
	s := template.HTMLEscapeString(l.T(key, m))
	for i, p := range pieces {
		s = strings.Replace(s, string(piece+rune(i)), string(p), 1)
	}
	return template.HTML(s), nil
}

func dropPrivate(r rune) rune {
	if r >= piece && r < piece+64 {
		return '\uFFFD'
	}
	return r
}
