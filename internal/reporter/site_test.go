package reporter_test

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/reporter"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
)

// look compares the site of a place, and gives its lines and the keys of what is different.
func (p *place) look() (lines, found []string, err error) {
	p.t.Helper()
	return p.lookAt(reporter.Expect{})
}

// lookAt compares the doors of staff as well, if want has clients there.
func (p *place) lookAt(want reporter.Expect) (lines, found []string, err error) {
	p.t.Helper()
	own, err := app.Files()
	if err != nil {
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(p.t.Context())
	t, err := p.client().Trust(ctx, p.memory())
	cancel() // what was trusted outlives the call
	if err != nil {
		return nil, nil, err
	}
	want.Version, want.Files, want.Langs = app.Version, own, []i18n.Lang{"zh-Hans", "en"}
	facts, err := p.client().Site(p.t.Context(), t, want)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range facts.Findings {
		found = append(found, f.Key)
	}
	return facts.Lines, found, nil
}

func replace(from, to string) func([]byte) []byte {
	return func(b []byte) []byte { return bytes.Replace(b, []byte(from), []byte(to), 1) }
}

// TestSite: the real site is what it says; every change of what it gives is named.
func TestSite(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, p *place) {
		if err := p.LogRelease(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.sign()
		lines, found, err := p.look()
		if err != nil || len(found) > 0 {
			t.Fatalf("the true site: %v, %v", found, err)
		}
		for _, want := range []string{"root " + p.Root(), "keys 1 of ", "file /zh/verify ", "file /en/report ", "file report.js ", "release leaf "} {
			if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, want) }) {
				t.Errorf("no line begins with %q: %q", want, lines)
			}
		}
		again, _, err := p.look()
		if err != nil || !slices.Equal(lines, again) {
			t.Errorf("two looks differ: %q, %q, %v", lines, again, err)
		}
		for name, c := range p.siteLies() {
			c.bend()
			_, found, err := p.look()
			p.straight()
			if err != nil || !slices.Contains(found, c.key) {
				t.Errorf("%s: %v, %v, want %s", name, found, err, c.key)
			}
		}
		p.oldSite()
	})
}

type siteLie struct {
	bend func()
	key  string
}

// siteLies are what a server, or somebody before it, can do to what it gives.
func (p *place) siteLies() map[string]siteLie {
	drop := func(path, header string) func() {
		return func() { p.bendHeader(path, func(h http.Header) { h.Del(header) }) }
	}
	body := func(path string, how func([]byte) []byte) func() { return func() { p.bend(path, how) } }
	script := string(scriptPath(p.t, p.get("/zh/report")))
	return map[string]siteLie{
		"a byte of a script":          {body(script, func(b []byte) []byte { b[100] ^= 1; return b }), "verify.site_changed"},
		"a byte of the style sheet":   {body(".css", func(b []byte) []byte { b[100] ^= 1; return b }), "verify.site_changed"},
		"another page":                {body("/en/verify", replace("<h1>", "<h1>Dear ")), "verify.site_changed"},
		"another form":                {body("/zh/api/form", replace(`"v":1`, `"v":2`)), "verify.site_changed"},
		"a script of its own":         {body("/en/verify", replace("</head>", "<script>alert(1)</script></head>")), "verify.site_inline"},
		"a script from elsewhere":     {body("/en/verify", replace(`src="/assets/verify.`, `src="https://evil.example/verify.`)), "verify.site_elsewhere"},
		"a script without its hash":   {body("/en/verify", replace("integrity=", "x-integrity=")), "verify.site_integrity"},
		"a script in the plain form":  {body("/zh/report/plain", replace("</head>", `<script src="/x.js"></script></head>`)), "verify.site_script"},
		"a handler in the plain form": {body("/en/mailbox/plain", replace("<body", `<body onload="x()"`)), "verify.site_script"},
		"another key in the page":     {body("/zh/report", replace(` data-ack="`, ` data-ack="x`)), "verify.site_keys"},
		"the policy dropped":          {drop("/zh/report", "Content-Security-Policy"), "verify.site_header"},
		"the integrity policy":        {drop("/en/verify", "Integrity-Policy"), "verify.site_header"},
		"a header of a plain page":    {drop("/zh/", "X-Content-Type-Options"), "verify.site_header"},
		"a second policy": {func() {
			p.bendHeader("/en/verify", func(h http.Header) { h.Add("Content-Security-Policy", "default-src *") })
		}, "verify.site_header"},
		"a cookie":                  {func() { p.bendHeader("/en/verify", func(h http.Header) { h.Set("Set-Cookie", "a=b") }) }, "verify.site_cookie"},
		"another statement":         {body("/release.txt", replace("\nclarion.css ", "\nclarion.css.old ")), "verify.site_not_logged"},
		"no statement":              {body("/release.txt", func([]byte) []byte { return []byte("later") }), "verify.site_statement"},
		"a hash that is none":       {body("/release.txt", replace("\nverify.js ", "\nverify.js 00")), "verify.site_statement"},
		"a script of another build": {body("/release.txt", anotherDigit("verify.js")), "verify.site_other_build"},
		"a file that is not ours":   {body("/release.txt", replace("\nverify.js ", "\nextra.js "+strings.Repeat("0", 64)+"\nverify.js ")), "verify.site_other_build"},
		"a file of ours left out":   {body("/release.txt", without("files.js")), "verify.site_other_build"},
		"a script that is unlisted": {body("/release.txt", without("verify.js")), "verify.site_unlisted"},
		"a page that is unlisted":   {body("/release.txt", without("/en/verify")), "verify.site_unlisted"},
		"a page that is gone":       {func() { p.answers("/en/verify", answer{404, "gone"}) }, "verify.site_gone"},
	}
}

// anotherDigit changes one hexadecimal digit of the hash of a name in a statement.
func anotherDigit(name string) func([]byte) []byte {
	return func(b []byte) []byte {
		if at := bytes.Index(b, []byte("\n"+name+" ")); at >= 0 {
			d := &b[at+len(name)+10]
			*d = "123456789abcdef00"[strings.IndexByte("0123456789abcdef", *d)]
		}
		return b
	}
}

// without leaves the line of a name out of a statement.
func without(name string) func([]byte) []byte {
	return func(b []byte) []byte {
		lines := bytes.SplitAfter(b, []byte("\n"))
		return bytes.Join(slices.DeleteFunc(lines, func(l []byte) bool { return bytes.HasPrefix(l, []byte(name+" ")) }), nil)
	}
}

// scriptPath finds the path of the first script of a page.
func scriptPath(t *testing.T, page []byte) []byte {
	t.Helper()
	return between(t, page, `<script src="`, `"`)
}

// oldSite: an older list of keys, another log, and a statement that is no longer the newest are found as well.
func (p *place) oldSite() {
	p.t.Helper()
	keys, checkpoint := p.get("/keys.json"), p.get("/log/public/checkpoint")
	p.publish(func(*proof.KeySet) {})
	p.bend("/keys.json", func([]byte) []byte { return keys })
	if _, _, err := p.look(); keyOf(err) != "reporter.keys_withheld" {
		p.t.Errorf("an older list: %v", err)
	}
	p.straight()
	p.bend("/log/public/checkpoint", func([]byte) []byte { return checkpoint })
	if _, _, err := p.look(); keyOf(err) != "reporter.log_rewritten" {
		p.t.Errorf("an older checkpoint: %v", err)
	}
	p.bend("/log/public/checkpoint", replace("/public", "/publik"))
	if _, _, err := p.look(); keyOf(err) != "reporter.checkpoint_forged" {
		p.t.Errorf("another checkpoint: %v", err)
	}
	p.straight()
	if _, found, err := p.look(); err != nil || !slices.Contains(found, "verify.site_not_logged") {
		p.t.Errorf("pages with a new list of keys, and no leaf for them: %v, %v", found, err)
	}
	if err := p.LogRelease(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
	p.sign()
	if _, found, err := p.look(); err != nil || len(found) > 0 {
		p.t.Errorf("pages with a new list of keys: %v, %v", found, err)
	}
	leaf, err := proof.PublicLeaf(proof.PublicRelease, [32]byte{1})
	if err != nil {
		p.t.Fatal(err)
	}
	err = p.Store.Write(p.t.Context(), func(tx *store.Tx) error { _, err := tx.AppendLeaf(ledger.Public, leaf); return err })
	if err != nil {
		p.t.Fatal(err)
	}
	p.sign()
	if _, found, err := p.look(); err != nil || !slices.Contains(found, "verify.site_old_release") {
		p.t.Errorf("a statement that is not the newest: %v, %v", found, err)
	}
}
