package reporter_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/reporter"
)

// TestSiteDoors: what the doors of staff give before a sign-in is in the statement; a change of any of it is named.
func TestSiteDoors(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	var want reporter.Expect
	want.Desk, want.Inspect = p.staffDoors()
	if err := p.LogRelease(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.sign()
	lines, found, err := p.lookAt(want)
	if err != nil || len(found) > 0 {
		t.Fatalf("the true doors: %v, %v", found, err)
	}
	for _, line := range []string{"file desk:/zh/ ", "file inspect:/en/ ", "file desk:/viewer ", "file inspect:/viewer-pdf ", "file desk.js ", "file keeper.js ", "file viewer-pdf.js "} {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, line) }) {
			t.Errorf("no line begins with %q: %q", line, lines)
		}
	}
	shell := p.staffPage(want.Desk.Origin(), "/zh/")
	keeper := string(between(t, shell, ` data-keeper="`, `"`))
	body := func(path string, how func([]byte) []byte) func() { return func() { p.bend(path, how) } }
	header := func(path string, how func(http.Header)) func() { return func() { p.bendHeader(path, how) } }
	for name, c := range map[string]siteLie{
		"another shell":            {body("/zh/", replace("<main", `<main data-x="1"`)), "verify.site_changed"},
		"a byte of the keeper":     {body(keeper, func(b []byte) []byte { b[100] ^= 1; return b }), "verify.site_changed"},
		"a keeper of its own":      {body("/en/", replace(` data-keeper="/assets/keeper.`, ` data-keeper="/assets/peeper.`)), "verify.site_unlisted"},
		"a keeper from elsewhere":  {body("/en/", replace(` data-keeper="`, ` data-keeper="https://evil.example`)), "verify.site_elsewhere"},
		"another root":             {body("/en/", replace(` data-root="`, ` data-root="x`)), "verify.site_keys"},
		"other texts":              {body("/en/api/texts", replace(`"v":1`, `"v":2`)), "verify.site_changed"},
		"a script of its own":      {body("/en/", replace("</head>", "<script>alert(1)</script></head>")), "verify.site_inline"},
		"a wider policy":           {header("/zh/", func(h http.Header) { h.Set("Content-Security-Policy", "default-src *") }), "verify.site_header"},
		"a shell that is kept":     {header("/zh/", func(h http.Header) { h.Set("Cache-Control", "max-age=60") }), "verify.site_header"},
		"a viewer with a network":  {header("/viewer", func(h http.Header) { open(h, "connect-src 'none'", "connect-src *") }), "verify.site_header"},
		"a viewer of this origin":  {header("/viewer-pdf", func(h http.Header) { open(h, "allow-scripts", "allow-scripts allow-same-origin") }), "verify.site_header"},
		"another viewer":           {body("/viewer", replace("<main", `<main class="x"`)), "verify.site_changed"},
		"no viewer":                {func() { p.answers("/viewer", answer{404, "gone"}, answer{404, "gone"}) }, "verify.site_gone"},
		"a shell that is unlisted": {body("/release.txt", without("inspect:/en/")), "verify.site_unlisted"},
		"a cookie for a stranger":  {header("/en/", func(h http.Header) { h.Set("Set-Cookie", "a=b") }), "verify.site_cookie"},
	} {
		c.bend()
		_, found, err := p.lookAt(want)
		p.straight()
		if err != nil || !slices.Contains(found, c.key) {
			t.Errorf("%s: %v, %v, want %s", name, found, err, c.key)
		}
	}
}

// open widens a policy.
func open(h http.Header, from, to string) {
	h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), from, to, 1))
}

// staffPage asks a door of staff.
func (p *place) staffPage(origin, path string) []byte {
	p.t.Helper()
	resp, err := http.Get(origin + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil {
		p.t.Fatal(err)
	}
	return b.Bytes()
}

// between cuts what stands between two marks out of a page.
func between(t *testing.T, page []byte, from, to string) []byte {
	t.Helper()
	_, after, ok := bytes.Cut(page, []byte(from))
	if !ok {
		t.Fatalf("no %s in %s", from, page)
	}
	out, _, _ := bytes.Cut(after, []byte(to))
	return out
}
