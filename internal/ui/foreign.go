package ui

import (
	"html/template"
	"strings"

	"clarion.example/clarion/internal/i18n"
)

// foreign is a stranger's words on one line, apart from the writing direction around them.
func foreign(s string) template.HTML {
	return "<bdi>" + template.HTML(template.HTMLEscapeString(i18n.ShowControls(s))) + "</bdi>"
}

// lines is a stranger's words in paragraphs: an empty line parts them, a single line end breaks. It never
// makes a link of anything.
func lines(s string) template.HTML {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	var b strings.Builder
	for p := range strings.SplitSeq(s, "\n\n") {
		if p = strings.Trim(p, "\n"); p == "" {
			continue
		}
		b.WriteString(`<p dir="auto">`)
		for i, line := range strings.Split(p, "\n") {
			if i > 0 {
				b.WriteString("<br>")
			}
			b.WriteString(string(foreign(line)))
		}
		b.WriteString("</p>")
	}
	return template.HTML(b.String())
}

func wrap(tag, s string) template.HTML {
	return template.HTML("<" + tag + ">" + template.HTMLEscapeString(i18n.ShowControls(s)) + "</" + tag + ">")
}

// tel is a telephone link. The number to call keeps only what a number may hold.
func tel(p Phone) template.HTML {
	number := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' || r == '*' || r == '#' {
			return r
		}
		return -1
	}, p.Tel)
	return template.HTML(`<a class="cl-tel" dir="ltr" href="tel:` + template.HTMLEscapeString(number) + `">` + template.HTMLEscapeString(i18n.ShowControls(p.Number)) + "</a>")
}

// link leads to a page of this site. Anything but a path of ours becomes plain text.
func link(href, label string) template.HTML {
	s := template.HTMLEscapeString(i18n.ShowControls(label))
	if !strings.HasPrefix(href, "/") || strings.HasPrefix(href, "//") || strings.ContainsAny(href, "\\ \t\r\n") {
		return template.HTML(s)
	}
	return template.HTML(`<a href="` + template.HTMLEscapeString(href) + `">` + s + "</a>")
}
