package pack

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/seal"
)

var (
	langTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$`)
	prefix  = regexp.MustCompile(`^[A-Z]{1,4}$`)
)

// pack checks pack.yaml and fills in zone, calendar and hours.
func (c *checker) pack(p *Pack, f *packFile) {
	if f.Schema != Schema {
		c.add("schema", "pack.schema", errs.Args{"Have": f.Schema, "Want": Schema})
	}
	c.languages(p)
	if !id.ValidName(p.ID) {
		c.add("id", "pack.bad_name", errs.Args{"Name": p.ID})
	}
	c.line("version", p.Version)
	c.text("name", p.Name)
	if !prefix.MatchString(p.Prefix) {
		c.add("case_prefix", "pack.bad_value", errs.Args{"Value": p.Prefix, "Allowed": "A-Z, 1–4"})
	}
	c.text("authority.name", p.Authority.Name)
	c.text("authority.short", p.Authority.Short)
	c.text("authority.place", p.Authority.Place)
	c.colours(p.Colours)
	c.url("leave", p.Leave)
	c.numbers(p)
	c.offices(p)
	c.regions(p)
	c.addresses(p)
	c.bodies(p)
	c.declines(p)
	c.times(p, f)
	c.clocks(p)
	c.limits(p)
}

func (c *checker) languages(p *Pack) {
	seen := map[string]bool{}
	for i, lang := range p.Languages {
		if !langTag.MatchString(lang) {
			c.add(index("languages", i), "pack.bad_value", errs.Args{"Value": lang, "Allowed": "zh-Hans, en …"})
		}
		if seen[lang] {
			c.add(index("languages", i), "pack.duplicate", errs.Args{"Name": lang})
		}
		seen[lang] = true
	}
	for _, lang := range []string{"zh-Hans", "en"} {
		if !seen[lang] {
			c.add("languages", "pack.language_missing", errs.Args{"Lang": lang})
		}
	}
}

func (c *checker) numbers(p *Pack) {
	c.number("emergency", p.Emergency, "emergency")
	seen := map[string]bool{}
	c.between("numbers", len(p.Numbers), 1, 20)
	for i, n := range p.Numbers {
		at := index("numbers", i)
		c.name(at+".id", n.ID, seen)
		c.number(at, n, "hotline", "relay", "office")
		c.text(at+".note", n.Note)
	}
}

func (c *checker) number(at string, n Number, kinds ...string) {
	c.oneOf(at+".kind", n.Kind, kinds...)
	c.tel(at+".tel", n.Tel)
	c.line(at+".shown", n.Shown)
	if strings.HasPrefix(n.Tel, "+") {
		c.line(at+".international", n.International)
	}
	c.text(at+".label", n.Label)
	c.text(at+".hours", n.Hours)
	c.optional(at+".note", n.Note)
}

// offices form one tree, and somebody in it takes reports in.
func (c *checker) offices(p *Pack) {
	seen, tops, intake := map[string]bool{}, 0, false
	for i, o := range p.Offices {
		at := index("offices", i)
		c.name(at+".id", string(o.ID), seen)
		c.text(at+".name", o.Name)
		c.text(at+".address", o.Address)
		c.oneOf(at+".kind", o.Kind, "centre", "province", "city")
		intake = intake || o.Intake
		switch {
		case o.Parent == "":
			tops++
		case !c.known(at+".parent", p, o.Parent):
		case circular(p, o):
			c.add(at+".parent", "pack.office_cycle", errs.Args{"Name": string(o.ID)})
		}
	}
	if tops != 1 {
		c.add("offices", "pack.one_top", errs.Args{"Count": tops})
	}
	if !intake {
		c.add("offices", "pack.no_intake", nil)
	}
}

func (c *checker) known(path string, p *Pack, unit id.Unit) bool {
	_, ok := p.Office(unit)
	if !ok {
		c.add(path, "pack.unknown_unit", errs.Args{"Unit": string(unit)})
	}
	return ok
}

func circular(p *Pack, o Office) bool {
	at := o.Parent
	for range p.Offices {
		if at == "" {
			return false
		}
		if at == o.ID {
			return true
		}
		up, ok := p.Office(at)
		if !ok {
			return false
		}
		at = up.Parent
	}
	return false
}

// served refuses a unit from which no report could be read: neither it nor one above takes reports in.
func (c *checker) served(path string, p *Pack, unit id.Unit) {
	if !c.known(path, p, unit) {
		return
	}
	if o, _ := p.Office(unit); !o.Intake {
		if _, ok := p.Above(unit); !ok {
			c.add(path, "pack.no_intake", nil)
		}
	}
}

func (c *checker) regions(p *Pack) {
	seen := map[string]bool{}
	c.between("regions", len(p.Regions), 1, 500)
	for i, r := range p.Regions {
		at := index("regions", i)
		c.name(at+".id", string(r.ID), seen)
		c.text(at+".name", r.Name)
		c.served(at+".office", p, r.Office)
	}
}

func (c *checker) addresses(p *Pack) {
	seen := map[string]bool{}
	for i, a := range p.Addresses {
		at := index("addresses", i)
		c.name(at+".id", a.ID, seen)
		c.text(at+".name", a.Name)
		c.text(at+".what", a.What)
		c.optional(at+".post", a.Post)
		if a.Tel != "" {
			c.tel(at+".tel", a.Tel)
			c.line(at+".shown", a.Shown)
		}
		if a.URL != "" {
			c.url(at+".url", a.URL)
		}
		if a.Tel == "" && a.URL == "" && a.Post == nil {
			c.add(at, "pack.no_way", errs.Args{"Name": a.ID})
		}
	}
}

// bodies: a name that is missing in a language would be missing in a letter, and a key that is none would stop a transfer on its last day.
func (c *checker) bodies(p *Pack) {
	c.between("bodies", len(p.Bodies), 0, 100)
	c.between("bases", len(p.Bases), 0, 100)
	seen := map[string]bool{}
	for i, b := range p.Bodies {
		at := index("bodies", i)
		c.name(at+".id", b.ID, seen)
		c.lines(at+".name", b.Name, 200)
		if b.Recipient != "" {
			if _, err := seal.ParseRecipient(b.Recipient); err != nil {
				c.add(at+".recipient", "pack.bad_recipient", nil)
			}
		}
	}
	seen = map[string]bool{}
	for i, g := range p.Bases {
		at := index("bases", i)
		c.name(at+".id", g.ID, seen)
		c.lines(at+".text", g.Text, 1000)
	}
}

// lines checks a text that is one line of at most so many characters in each language.
func (c *checker) lines(path string, t Text, most int) {
	c.text(path, t)
	for lang, s := range t {
		if utf8.RuneCountInString(s) > most || strings.ContainsAny(s, "\r\n") {
			c.add(path+"."+lang, "pack.long_line", errs.Args{"Limit": most})
		}
	}
}

func (c *checker) refer(path string, p *Pack, ids []string) {
	for i, x := range ids {
		if _, ok := p.Address(x); !ok {
			c.add(index(path, i), "pack.unknown_reference", errs.Args{"Name": x})
		}
	}
}

// declines: somebody who is sent to another body, or away with a dispute, is told where.
func (c *checker) declines(p *Pack) {
	for _, code := range slices.Sorted(maps.Keys(p.Declines)) {
		c.oneOf("declines."+code, code, DeclineCodes()...)
		c.refer("declines."+code, p, p.Declines[code])
	}
	for _, code := range []string{"D2", "D5"} {
		if len(p.Declines[code]) == 0 {
			c.add("declines."+code, "pack.no_addresses", errs.Args{"Name": code})
		}
	}
}

// mark takes a PNG and nothing that could hold a script.
func (c *checker) mark(fsys fs.FS, name string) {
	if name == "" {
		return
	}
	if !fs.ValidPath(name) || !strings.HasSuffix(name, ".png") {
		c.add("mark", "pack.bad_mark", nil)
		return
	}
	b, err := readFile(fsys, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.add("mark", "pack.unknown_reference", errs.Args{"Name": name})
	case err != nil || b == nil || !bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		c.add("mark", "pack.bad_mark", nil)
	}
}

// screen: every protected ground has its own answer, and nobody is sent away without a reason.
func (c *checker) screen(p *Pack) {
	c.text("title", p.Screen.Title)
	c.optional("intro", p.Screen.Intro)
	seen, goes, whys := map[string]bool{}, false, map[string]bool{}
	for i, o := range p.Screen.Options {
		at := index("options", i)
		c.name(at+".id", o.ID, seen)
		c.text(at+".label", o.Label)
		c.oneOf(at+".outcome", string(o.Outcome), string(Continue), string(Away), string(Call))
		c.refer(at+".addresses", p, o.Addresses)
		if o.Outcome == Continue {
			goes = true
			c.oneOf(at+".why", o.Why, "")
			c.traits(at+".label", o.Label)
			continue
		}
		c.oneOf(at+".why", o.Why, append(DeclineCodes(), "emergency", "authority")...)
		c.text(at+".title", o.Title)
		c.text(at+".text", o.Text)
		if len(o.Addresses) == 0 && slices.Contains([]string{"D2", "D5", "authority"}, o.Why) {
			c.add(at+".addresses", "pack.no_addresses", errs.Args{"Name": o.ID})
		}
		whys[o.Why] = true
	}
	if !goes {
		c.add("options", "pack.screen_continue", nil)
	}
	for _, why := range []string{"D2", "D5", "D6", "D7", "emergency", "authority"} {
		if !whys[why] {
			c.add("options", "pack.screen_missing", errs.Args{"Why": why})
		}
	}
}

func (c *checker) messages(m *Messages) {
	for _, t := range []struct {
		name Template
		text Text
	}{
		{TemplateFirst, m.First}, {TemplateAccepted, m.Accepted}, {TemplateNeedsInfo, m.NeedsInfo},
		{TemplateProgress, m.Progress}, {TemplateOutcome, m.Outcome},
	} {
		c.template(string(t.name), t.name, t.text)
	}
	for _, code := range slices.Sorted(maps.Keys(m.Declined)) {
		c.oneOf("declined."+code, code, DeclineCodes()...)
	}
	for _, code := range DeclineCodes() {
		c.template("declined."+code, TemplateDeclined, m.Declined[code])
	}
}

func (c *checker) template(path string, name Template, t Text) {
	must, may := Placeholders(name)
	c.holds(path, t, must, may)
}

// zone reads a named zone. "Local" would differ from machine to machine.
func zone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, errors.New("pack: a zone needs a name such as Asia/Shanghai")
	}
	return time.LoadLocation(name)
}
