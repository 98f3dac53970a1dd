package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"clarion.example/clarion/internal/app/apptest"
)

// scriptTB lets the browser of apptest fail a script.
type scriptTB struct {
	testing.TB
	ts *testscript.TestScript
}

func (s scriptTB) Helper()                      {}
func (s scriptTB) Context() context.Context     { return context.Background() }
func (s scriptTB) Fatal(args ...any)            { s.ts.Fatalf("%s", fmt.Sprint(args...)) }
func (s scriptTB) Fatalf(f string, args ...any) { s.ts.Fatalf(f, args...) }
func (s scriptTB) Error(args ...any)            { s.ts.Fatalf("%s", fmt.Sprint(args...)) }
func (s scriptTB) Errorf(f string, args ...any) { s.ts.Fatalf(f, args...) }

// browse opens a browser without scripts on a server that runs apart from the test.
func browse(ts *testscript.TestScript, t testing.TB, url string) *apptest.Browser {
	idle := httptest.NewServer(nil) // for its client only
	ts.Defer(idle.Close)
	idle.URL = url
	return (&apptest.World{Server: idle}).NewBrowser(t)
}

// options reads NAME=VALUE arguments.
func options(ts *testscript.TestScript, args []string) map[string][]string {
	out := map[string][]string{}
	for _, a := range args {
		k, v, ok := strings.Cut(a, "=")
		if !ok {
			ts.Fatalf("%s is not NAME=VALUE", a)
		}
		out[k] = append(out[k], v)
	}
	return out
}

func first(m map[string][]string, name, or string) string {
	if v := m[name]; len(v) > 0 {
		return v[0]
	}
	return or
}

// form URL LANG what=FILE code=FILE [file=FILE]... [name=NAME] [ack=FILE]: fills in and sends the form without scripts, as a
// person would, and writes the receipt code down. name is what the reporter's device calls the last file.
func form(ts *testscript.TestScript, neg bool, args []string) {
	tb, o := scriptTB{ts: ts}, options(ts, args[2:])
	what := strings.TrimSuffix(ts.ReadFile(first(o, "what", "")), "\n")
	p := browse(ts, tb, args[0]).Get("/" + args[1] + "/report/plain").Want(200).Form("f").Press("next").Want(200)
	p = p.Form("f").Set("screen", "conduct").Press("next").Want(200)
	p = p.Form("f").Set("category", "protected-documents").Press("next").Want(200)
	p = p.Form("f").Set("q-danger", first(o, "danger", "no")).Set("q-what", what).Set("q-region", "donggang").Set("q-how", "saw").Press("next").Want(200)
	p = p.Form("f").Set("a-means", "pay").Set("a-wanted", "marked").Press("next").Want(200)
	p = p.Form("f").Set("a-offer", first(o, "offer", "500")).Press("next").Want(200)
	for i, path := range o["file"] {
		body, err := os.ReadFile(ts.MkAbs(path))
		ts.Check(err)
		f := apptest.File{Name: filepath.Base(path), Type: "application/octet-stream", Body: body}
		if i == len(o["file"])-1 {
			f.Name = first(o, "name", f.Name)
		}
		p = p.Form("f").Choose("file", f).Press("add").Want(200)
	}
	p = p.Form("f").Press("next").Want(200)
	kind := map[string]string{"zh": "digits", "en": "words"}[args[1]]
	p = p.Form("f").Set("kind", kind).Press("next").Want(200)
	p = p.Form("f").Set("honest", "yes").Press("send").Want(200)
	save(ts, o, "code", p.Code())
	if o["ack"] != nil {
		save(ts, o, "ack", p.Form("g").Press("ack").Want(200).Body)
	}
}

func save(ts *testscript.TestScript, o map[string][]string, name, text string) {
	ts.Check(os.WriteFile(ts.MkAbs(first(o, name, "")), []byte(text), 0o600))
}

// mailbox URL LANG code=FILE [page=FILE] [answer=FILE] [proof=FILE] [ack=FILE]: opens the mailbox of a code, and does in it
// what is asked; page is its words.
func mailbox(ts *testscript.TestScript, neg bool, args []string) {
	tb, o := scriptTB{ts: ts}, options(ts, args[2:])
	code := ts.ReadFile(first(o, "code", ""))
	p := browse(ts, tb, args[0]).Get("/"+args[1]+"/mailbox/plain").Want(200).Form("f").Set("code", code).Press("open").Want(200)
	if o["answer"] != nil {
		p = p.Form("f").Set("answer", ts.ReadFile(first(o, "answer", ""))).Press("send").Want(200)
	}
	if o["page"] != nil {
		save(ts, o, "page", p.Text()+"\n")
	}
	for _, file := range []string{"ack", "proof"} {
		if o[file] != nil {
			save(ts, o, file, p.Form("g").Press(file).Want(200).Body)
		}
	}
}

// await URL LANG code=FILE proof=FILE: looks into the mailbox until the next checkpoint has been signed and the proofs of
// what happened in the case are there: one file, or a zip archive of several.
func await(ts *testscript.TestScript, neg bool, args []string) {
	tb, o := scriptTB{ts: ts}, options(ts, args[2:])
	b, tick, late := browse(ts, tb, args[0]), time.NewTicker(200*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for {
		p := b.Get("/"+args[1]+"/mailbox/plain").Want(200).Form("f").Set("code", ts.ReadFile(first(o, "code", ""))).Press("open").Want(200)
		if strings.Contains(p.Body, `value="proof"`) {
			save(ts, o, "proof", p.Form("g").Press("proof").Want(200).Body)
			return
		}
		select {
		case <-tick.C:
		case <-late:
			ts.Fatalf("no proof in the mailbox: %s", p.Text())
		}
	}
}

// fetch URL FILE: saves a file of the site as it is.
func fetch(ts *testscript.TestScript, neg bool, args []string) {
	u, err := url.Parse(args[0])
	ts.Check(err)
	p := browse(ts, scriptTB{ts: ts}, u.Scheme+"://"+u.Host).Get(u.Path).Want(200)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(p.Body), 0o600))
}

// unzip FILE DIR: unpacks an archive into a new directory.
func unzip(ts *testscript.TestScript, neg bool, args []string) {
	z, err := zip.OpenReader(ts.MkAbs(args[0]))
	ts.Check(err)
	defer z.Close()
	ts.Check(os.CopyFS(ts.MkAbs(args[1]), z))
}

// page URL PATH FILE [STATUS]: saves the words of a page.
func page(ts *testscript.TestScript, neg bool, args []string) {
	status := http.StatusOK
	if len(args) == 4 {
		n, err := strconv.Atoi(args[3])
		ts.Check(err)
		status = n
	}
	p := browse(ts, scriptTB{ts: ts}, args[0]).Get(args[1]).Want(status)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(p.Text()+"\n"), 0o600))
}

// tour URL LANG FILE: copies the commands of the tour into FILE, one a line.
func tour(ts *testscript.TestScript, neg bool, args []string) {
	p := browse(ts, scriptTB{ts: ts}, args[0]).Get("/" + args[1] + "/tour").Want(http.StatusOK)
	var b strings.Builder
	for _, m := range regexp.MustCompile(`<pre class="cl-command"[^>]*><code>(.*?)</code></pre>`).FindAllStringSubmatch(p.Body, -1) {
		b.WriteString(html.UnescapeString(m[1]) + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(b.String()), 0o600))
}

// inside FILE PATH OUT: takes a value out of an opened document, as jq -r '.doc | fromjson | PATH' does.
func inside(ts *testscript.TestScript, neg bool, args []string) {
	var outer struct {
		Doc string `json:"doc"`
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &outer))
	var v any
	ts.Check(json.Unmarshal([]byte(outer.Doc), &v))
	for _, step := range strings.Split(args[1], ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(at) {
				ts.Fatalf("%s: no element %s", args[1], step)
			}
			v = at[i]
		default:
			ts.Fatalf("%s: nothing at %s", args[1], step)
		}
	}
	text, ok := v.(string)
	if !ok {
		text = fmt.Sprint(v)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text+"\n"), 0o600))
}

// write FILE TEXT: writes a line down.
func write(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(args[1]+"\n"), 0o600))
}

// awaitproof URL ROOT CODEFILE: asks until the next checkpoint has been signed and there are proofs to keep.
func awaitProof(ts *testscript.TestScript, neg bool, args []string) {
	tick, late := time.NewTicker(200*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for {
		var out, errOut strings.Builder
		e := &env{out: &out, errOut: &errOut, in: strings.NewReader(""), now: time.Now, ctx: context.Background()}
		dir := filepath.Join(ts.MkAbs("."), ".tmp", strconv.FormatInt(time.Now().UnixNano(), 36))
		if code := run(e, []string{"report", "keep", "--url", args[0], "--root", args[1], "--code", ts.MkAbs(args[2]), "--proofs", dir}); code == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			ts.Fatalf("no proof to keep: %s", errOut.String())
		}
	}
}

// between URL NAME: puts somebody between the visitor and a server, at $NAME, who adds a script to one page and takes a header
// from another.
func between(ts *testscript.TestScript, neg bool, args []string) {
	u, err := url.Parse(args[0])
	ts.Check(err)
	proxy := httputil.NewSingleHostReverseProxy(u)
	proxy.Transport = &http.Transport{} // test servers that end close idle connections of the default one
	proxy.ModifyResponse = func(r *http.Response) error {
		switch r.Request.URL.Path {
		case "/zh/verify":
			r.Header.Del("Content-Security-Policy")
		case "/en/verify":
			b, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			b = bytes.Replace(b, []byte("</head>"), []byte("<script>alert(1)</script></head>"), 1)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
			r.Header.Set("Content-Length", strconv.Itoa(len(b)))
		}
		return nil
	}
	s := httptest.NewServer(proxy)
	ts.Defer(s.Close)
	ts.Setenv(args[1], strings.Replace(s.URL, "127.0.0.1", "localhost", 1))
}
