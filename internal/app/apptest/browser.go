package apptest

import (
	"bytes"
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// Browser is a browser without scripts: it follows links, fills in forms and posts them as the page says. It keeps
// no cookie and fails the test if one is set.
type Browser struct {
	tb     testing.TB
	client *http.Client
	base   string
	Header http.Header // sent with every request
	Host   string      // asks for another host name than that of the address; "" does not
}

// NewBrowser opens a browser on the world's public door.
func (w *World) NewBrowser(tb testing.TB) *Browser {
	c := *w.Server.Client()
	return &Browser{tb: tb, client: &c, base: w.Server.URL, Header: http.Header{}}
}

// Page is an answer with its forms.
type Page struct {
	Status int
	Header http.Header
	Body   string
	Forms  []*Form
	b      *Browser
}

// Fault is one line of a page's error summary.
type Fault struct{ Field, Text string }

var (
	summary = regexp.MustCompile(`(?s)<div class="govuk-error-summary".*?</ul>`)
	link    = regexp.MustCompile(`(?s)<a href="#([^"]*)">(.*?)</a>`)
)

// Faults lists the error summary. Each link must lead to a control of the page, or to the page's main part, and a
// control must be told to be wrong.
func (p *Page) Faults() []Fault {
	p.b.tb.Helper()
	var out []Fault
	for _, m := range link.FindAllStringSubmatch(summary.FindString(p.Body), -1) {
		f := Fault{html.UnescapeString(m[1]), html.UnescapeString(m[2])}
		control := regexp.MustCompile(`<(input|textarea|select)\b[^>]*\bid="` + regexp.QuoteMeta(f.Field) + `"`)
		switch {
		case f.Field == "main":
		case !control.MatchString(p.Body):
			p.b.tb.Errorf("the error summary leads to %q, which is no control of the page", f.Field)
		case !strings.Contains(p.Body, `id="`+f.Field+`-error"`):
			p.b.tb.Errorf("the field %q does not say what is wrong with it", f.Field)
		}
		out = append(out, f)
	}
	return out
}

// Received lists the names of the files that the page says it has.
func (p *Page) Received() []string {
	var out []string
	for _, m := range regexp.MustCompile(`(?s)<ul class="cl-files">(.*?)</ul>`).FindAllStringSubmatch(p.Body, -1) {
		for _, li := range regexp.MustCompile(`(?s)<bdi[^>]*>(.*?)</bdi>[^<]*<span class="cl-num">`).FindAllStringSubmatch(m[1], -1) {
			out = append(out, html.UnescapeString(li[1]))
		}
	}
	return out
}

// Buttons lists the values of the page's buttons named "go" that begin with prefix.
func (p *Page) Buttons(prefix string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`<button\b([^>]*)>`).FindAllStringSubmatch(p.Body, -1) {
		if a := attrs(m[1]); a["name"] == "go" && strings.HasPrefix(a["value"], prefix) {
			out = append(out, a["value"])
		}
	}
	return out
}

// Main is the value of the page's first large button, or fails.
func (p *Page) Main() string {
	p.b.tb.Helper()
	m := regexp.MustCompile(`<button class="govuk-button"[^>]*\bvalue="([^"]*)"`).FindStringSubmatch(p.Body)
	if m == nil {
		p.b.tb.Fatalf("status %d: the page has no large button: %s", p.Status, p.Text())
	}
	return html.UnescapeString(m[1])
}

// Get opens a path.
func (b *Browser) Get(path string) *Page {
	b.tb.Helper()
	req, err := http.NewRequestWithContext(b.tb.Context(), http.MethodGet, b.base+path, nil)
	if err != nil {
		b.tb.Fatal(err)
	}
	return b.do(req)
}

// TryGet is Get for tests in which the connection may break.
func (b *Browser) TryGet(path string) (*Page, error) {
	req, err := http.NewRequestWithContext(b.tb.Context(), http.MethodGet, b.base+path, nil)
	if err != nil {
		return nil, err
	}
	return b.try(req)
}

// Post sends bytes as the body of a form of some type.
func (b *Browser) Post(path, kind string, body []byte) *Page {
	b.tb.Helper()
	p, err := b.TryPost(path, kind, body)
	if err != nil {
		b.tb.Fatal(err)
	}
	return p
}

// TryPost is Post for tests in which the connection may break.
func (b *Browser) TryPost(path, kind string, body []byte) (*Page, error) {
	req, err := http.NewRequestWithContext(b.tb.Context(), http.MethodPost, b.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", kind)
	return b.try(req)
}

func (b *Browser) do(req *http.Request) *Page {
	b.tb.Helper()
	p, err := b.try(req)
	if err != nil {
		b.tb.Fatalf("%s %s: %v", req.Method, req.URL.Path, err)
	}
	return p
}

func (b *Browser) try(req *http.Request) (*Page, error) {
	for k, v := range b.Header {
		req.Header[k] = v
	}
	if b.Host != "" {
		req.Host = b.Host
	}
	resp, err := b.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if c := resp.Header.Values("Set-Cookie"); len(c) > 0 {
		b.tb.Errorf("%s sets a cookie: %v", req.URL.Path, c)
	}
	p := &Page{Status: resp.StatusCode, Header: resp.Header, Body: string(body), b: b}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		p.parse()
	}
	return p, nil
}

var (
	formTag = regexp.MustCompile(`(?s)<form\b([^>]*)>(.*?)</form>`)
	option  = regexp.MustCompile(`(?s)<option\b([^>]*)>`)
	attr    = regexp.MustCompile(`([a-zA-Z-]+)(?:="([^"]*)")?`)
	tags    = regexp.MustCompile(`(?s)<[^>]*>`)
)

func attrs(s string) map[string]string {
	m := map[string]string{}
	for _, a := range attr.FindAllStringSubmatch(s, -1) {
		m[a[1]] = html.UnescapeString(a[2])
	}
	return m
}

func (p *Page) parse() {
	for _, m := range formTag.FindAllStringSubmatch(p.Body, -1) {
		a := attrs(m[1])
		f := &Form{ID: a["id"], Action: a["action"], Multipart: strings.Contains(a["enctype"], "multipart"), values: map[string][]string{}, files: map[string][]File{}, page: p}
		// Inputs and selects: void elements must not swallow what follows, so they are read one kind at a time.
		for _, t := range regexp.MustCompile(`(?s)<input\b([^>]*)>`).FindAllStringSubmatch(m[2], -1) {
			f.input(attrs(t[1]))
		}
		for _, t := range regexp.MustCompile(`(?s)<textarea\b([^>]*)>(.*?)</textarea>`).FindAllStringSubmatch(m[2], -1) {
			f.add(attrs(t[1])["name"], strings.TrimPrefix(html.UnescapeString(t[2]), "\n"))
		}
		for _, t := range regexp.MustCompile(`(?s)<select\b([^>]*)>(.*?)</select>`).FindAllStringSubmatch(m[2], -1) {
			chosen := ""
			for i, o := range option.FindAllStringSubmatch(t[2], -1) {
				oa := attrs(o[1])
				if _, sel := oa["selected"]; sel || i == 0 {
					chosen = oa["value"]
				}
			}
			f.add(attrs(t[1])["name"], chosen)
		}
		p.Forms = append(p.Forms, f)
	}
}

// Text is the words of the page, tags left out.
func (p *Page) Text() string {
	t := html.UnescapeString(tags.ReplaceAllString(p.Body, " "))
	return strings.Join(strings.Fields(t), " ")
}

// Want fails unless the status and the words are there.
func (p *Page) Want(status int, words ...string) *Page {
	p.b.tb.Helper()
	if p.Status != status {
		p.b.tb.Fatalf("status %d, want %d: %s", p.Status, status, p.Text())
	}
	for _, w := range words {
		if !strings.Contains(p.Text(), w) {
			p.b.tb.Fatalf("the page lacks %q: %s", w, p.Text())
		}
	}
	return p
}

// Code is the receipt code that the page shows.
func (p *Page) Code() string {
	p.b.tb.Helper()
	m := regexp.MustCompile(`(?s)<ol class="cl-code10[^"]*"[^>]*>(.*?)</ol>`).FindStringSubmatch(p.Body)
	if m == nil {
		p.b.tb.Fatalf("status %d: no code on the page: %s", p.Status, p.Text())
	}
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(m[1], " "))), " ")
}
