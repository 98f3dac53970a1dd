package site

import (
	"encoding/xml"
	"io"
	"slices"
	"strings"
	"testing"
)

// node is an element of a parsed page. text is all text below it.
type node struct {
	tag    string
	attr   map[string]string
	text   string
	parent *node
	line   int
}

func (n *node) has(a string) bool { _, ok := n.attr[a]; return ok }

// within reports whether n or an element around it has the tag.
func (n *node) within(tag string) bool {
	for ; n != nil; n = n.parent {
		if n.tag == tag {
			return true
		}
	}
	return false
}

var void = []string{"meta", "link", "input", "br", "path", "circle", "rect"}

// parseHTML reads a page and fails on an element that is not closed, closed twice or nested wrongly.
func parseHTML(t *testing.T, page string) []*node {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	var all []*node
	var open *node
	for {
		tok, err := d.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			line, _ := d.InputPos()
			n := &node{tag: tok.Name.Local, attr: map[string]string{}, parent: open, line: line}
			for _, a := range tok.Attr {
				name := a.Name.Local
				if a.Name.Space != "" {
					name = a.Name.Space + ":" + name
				}
				if n.has(name) {
					t.Errorf("line %d: <%s> has %s twice", line, n.tag, name)
				}
				n.attr[name] = a.Value
			}
			all = append(all, n)
			if !slices.Contains(void, n.tag) {
				open = n
			}
		case xml.EndElement:
			if slices.Contains(void, tok.Name.Local) {
				continue
			}
			if open == nil || open.tag != tok.Name.Local {
				line, _ := d.InputPos()
				t.Fatalf("line %d: </%s> closes %v", line, tok.Name.Local, open)
			}
			open = open.parent
		case xml.CharData:
			for n := open; n != nil; n = n.parent {
				n.text += string(tok)
			}
		}
	}
	if open != nil {
		t.Errorf("<%s> of line %d is never closed", open.tag, open.line)
	}
	return all
}

// scripted reports whether a page works with scripts.
func scripted(all []*node) bool {
	return slices.ContainsFunc(all, func(n *node) bool { return n.tag == "script" })
}

// checkSafe fails on anything that could run, load from elsewhere or be remembered by the browser. Scripts are files of
// ours with their hash, and nothing else.
func checkSafe(t *testing.T, all []*node, leave string) {
	t.Helper()
	for _, n := range all {
		if n.tag == "script" && (!strings.HasPrefix(n.attr["src"], "/assets/") || !strings.HasPrefix(n.attr["integrity"], "sha256-") || !n.has("defer") || n.attr["crossorigin"] != "anonymous" || n.text != "") {
			t.Errorf("line %d: a script of the page's own, or without its hash: %v", n.line, n.attr)
		}
		if slices.Contains([]string{"style", "iframe", "object", "embed", "img", "base", "link:import"}, n.tag) {
			t.Errorf("line %d: <%s>", n.line, n.tag)
		}
		for name, v := range n.attr {
			low := strings.ToLower(strings.TrimSpace(v))
			switch {
			case name == "style" || strings.HasPrefix(name, "on"):
				t.Errorf("line %d: <%s %s>", n.line, n.tag, name)
			case strings.HasPrefix(low, "javascript:") || strings.HasPrefix(low, "data:"):
				t.Errorf("line %d: %s=%q", n.line, name, v)
			case slices.Contains([]string{"href", "src", "action", "formaction", "srcset", "poster"}, name):
				if v != leave && !strings.HasPrefix(v, "/") && !strings.HasPrefix(v, "#") && !strings.HasPrefix(v, "tel:") || strings.HasPrefix(v, "//") {
					t.Errorf("line %d: %s leads to %q", n.line, name, v)
				}
			}
		}
		if slices.Contains([]string{"input", "textarea", "select", "form"}, n.tag) && n.attr["autocomplete"] != "off" {
			t.Errorf("line %d: <%s name=%q> may be remembered", n.line, n.tag, n.attr["name"])
		}
		if n.tag == "form" && n.attr["method"] != "post" {
			t.Errorf("line %d: a form that is not posted puts answers into the address", n.line)
		}
	}
}

// telling are names that browsers fill in, or that say what a field asks.
var telling = []string{"name", "fname", "lname", "email", "mail", "tel", "phone", "mobile", "address", "street", "city", "zip", "postal", "country", "user", "username", "login", "password", "organization", "company", "bday", "sex", "url", "search", "q"}

// checkForms fails on a control without a label, a reference that leads nowhere, and an id that is not unique.
func checkForms(t *testing.T, all []*node) {
	t.Helper()
	ids := map[string]bool{}
	labelled := map[string]bool{}
	sealed := scripted(all)
	for _, n := range all {
		// A browser that runs scripts must never be able to post an answer in clear (DESIGN 6).
		if sealed && (n.tag == "form" || n.has("name") && n.tag != "meta" && n.attr["type"] != "radio") {
			t.Errorf("line %d: <%s name=%q> on a page with scripts", n.line, n.tag, n.attr["name"])
		}
		if id, ok := n.attr["id"]; ok {
			if ids[id] || id == "" {
				t.Errorf("line %d: id %q is not unique", n.line, id)
			}
			ids[id] = true
		}
		if n.tag == "label" && strings.TrimSpace(n.text) != "" {
			labelled[n.attr["for"]] = true
		}
	}
	for _, n := range all {
		control := n.tag == "textarea" || n.tag == "select" || n.tag == "input" && n.attr["type"] != "hidden"
		if control && !labelled[n.attr["id"]] {
			t.Errorf("line %d: <%s name=%q> has no label", n.line, n.tag, n.attr["name"])
		}
		if control && slices.Contains(telling, strings.ToLower(n.attr["name"])) {
			t.Errorf("line %d: the name %q tells what is asked", n.line, n.attr["name"])
		}
		if control && !n.within("form") && !sealed {
			t.Errorf("line %d: <%s name=%q> is in no form", n.line, n.tag, n.attr["name"])
		}
		if n.tag == "input" && n.attr["type"] == "file" && !multipart(n) && !sealed {
			t.Errorf("line %d: a file in a form that cannot carry one", n.line)
		}
		if sealed && n.tag == "button" && (n.attr["type"] != "button" || strings.TrimSpace(n.text) == "") {
			t.Errorf("line %d: a button without word, or one that sends", n.line)
		}
		if !sealed && n.tag == "button" && (n.attr["type"] != "submit" || strings.TrimSpace(n.text) == "" || !n.within("form") && !n.has("form")) {
			t.Errorf("line %d: a button without word, type or form", n.line)
		}
		for _, ref := range []string{"for", "aria-describedby", "aria-labelledby", "form"} {
			for _, id := range strings.Fields(n.attr[ref]) {
				if !ids[id] {
					t.Errorf("line %d: %s=%q leads nowhere", n.line, ref, id)
				}
			}
		}
		if h := n.attr["href"]; n.tag == "a" && strings.HasPrefix(h, "#") && !ids[h[1:]] {
			t.Errorf("line %d: %s leads nowhere", n.line, h)
		}
	}
}

func multipart(n *node) bool {
	for ; n != nil; n = n.parent {
		if n.tag == "form" {
			return n.attr["enctype"] == "multipart/form-data"
		}
	}
	return false
}

// checkIcons fails on a picture that carries meaning alone: without SVG nothing may be lost.
func checkIcons(t *testing.T, all []*node) {
	t.Helper()
	for _, n := range all {
		if n.tag != "svg" {
			continue
		}
		if n.attr["aria-hidden"] != "true" || n.attr["focusable"] != "false" {
			t.Errorf("line %d: an icon that is not hidden from readers", n.line)
		}
		decoration := strings.Contains(n.attr["class"], "cl-hero__art") || strings.Contains(n.attr["class"], "cl-seam__seal") || n.within("template") // a script puts a word beside it
		if !decoration && strings.TrimSpace(n.parent.text) == "" {
			t.Errorf("line %d: an icon without a word beside it", n.line)
		}
	}
}
