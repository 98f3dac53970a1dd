package apptest

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
)

// File is a file that a person chooses.
type File struct {
	Name, Type string
	Body       []byte
}

// Form is a form of a page with the values that it would post.
type Form struct {
	ID, Action string
	Multipart  bool
	names      []string // in the order of the page
	values     map[string][]string
	files      map[string][]File
	page       *Page
}

func (f *Form) input(a map[string]string) {
	switch a["type"] {
	case "radio", "checkbox":
		if _, on := a["checked"]; on {
			f.add(a["name"], a["value"])
		} else if !slices.Contains(f.names, a["name"]) {
			f.names = append(f.names, a["name"])
		}
	case "file":
		f.names = append(f.names, a["name"])
	default:
		f.add(a["name"], a["value"])
	}
}

func (f *Form) add(name, value string) {
	f.names = append(f.names, name)
	f.values[name] = append(f.values[name], value)
}

// Form returns the form of an id ("f" is the main one), or fails.
func (p *Page) Form(id string) *Form {
	p.b.tb.Helper()
	for _, f := range p.Forms {
		if f.ID == id {
			return f
		}
	}
	p.b.tb.Fatalf("status %d: the page has no form %q:\n%s", p.Status, id, p.Text())
	return nil
}

// Through is the same form in another browser, as after a restart of the server.
func (f *Form) Through(b *Browser) *Form {
	again := *f
	again.page = &Page{b: b}
	return &again
}

// Set replaces the values of a field.
func (f *Form) Set(name string, values ...string) *Form {
	f.page.b.tb.Helper()
	if !slices.Contains(f.names, name) {
		f.page.b.tb.Fatalf("the form has no field %q, only %v", name, f.names)
	}
	f.values[name] = values
	return f
}

// Force sets a value whether or not the page has such a field, as an attacker would.
func (f *Form) Force(name string, values ...string) *Form {
	if !slices.Contains(f.names, name) {
		f.names = append(f.names, name)
	}
	f.values[name] = values
	return f
}

// Values are everything that a field would post.
func (f *Form) Values(name string) []string { return f.values[name] }

// Names are the fields of the form, each once.
func (f *Form) Names() []string {
	var out []string
	for _, n := range f.names {
		if n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// Value is the first value that a field would post.
func (f *Form) Value(name string) string {
	if v := f.values[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Has reports whether the form has a field.
func (f *Form) Has(name string) bool { return slices.Contains(f.names, name) }

// Choose picks files.
func (f *Form) Choose(name string, files ...File) *Form {
	if !slices.Contains(f.names, name) {
		f.names = append(f.names, name)
	}
	f.files[name] = files
	return f
}

// Press posts the form with a button named "go".
func (f *Form) Press(value string) *Page { f.page.b.tb.Helper(); return f.PressAt(f.Action, value) }

// PressAt posts the form to another address, as a button with formaction does.
func (f *Form) PressAt(action, value string) *Page {
	f.page.b.tb.Helper()
	req := f.Request(action, value)
	return f.page.b.do(req)
}

// TryPress is Press for tests in which the connection may break.
func (f *Form) TryPress(value string) (*Page, error) {
	return f.page.b.try(f.Request(f.Action, value))
}

// Request builds what Press sends.
func (f *Form) Request(action, value string) *http.Request {
	f.page.b.tb.Helper()
	body, kind := f.encode(value)
	req, err := http.NewRequestWithContext(f.page.b.tb.Context(), http.MethodPost, f.page.b.base+action, bytes.NewReader(body))
	if err != nil {
		f.page.b.tb.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Origin", f.page.b.base)
	return req
}

func (f *Form) encode(button string) ([]byte, string) {
	var order []string
	for _, n := range f.names {
		if !slices.Contains(order, n) {
			order = append(order, n)
		}
	}
	if !f.Multipart && len(f.files) == 0 {
		v := url.Values{}
		for _, n := range order {
			v[n] = f.values[n]
		}
		v.Set("go", button)
		return []byte(v.Encode()), "application/x-www-form-urlencoded"
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, n := range order {
		for _, v := range f.values[n] {
			_ = w.WriteField(n, v)
		}
		for _, file := range f.files[n] {
			h := textproto.MIMEHeader{}
			h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="%s"; filename="%s"`, n, strings.ReplaceAll(file.Name, `"`, "%22")))
			h.Set("Content-Type", file.Type)
			pw, err := w.CreatePart(h)
			if err == nil {
				_, err = pw.Write(file.Body)
			}
			if err != nil {
				f.page.b.tb.Fatal(err)
			}
		}
	}
	_ = w.WriteField("go", button)
	_ = w.Close()
	return b.Bytes(), w.FormDataContentType()
}
