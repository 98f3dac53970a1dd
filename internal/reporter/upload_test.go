package reporter_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"clarion.example/clarion/internal/reporter"
	"clarion.example/clarion/seal"
)

// TestUploadOverABadLine: every third request breaks, before it arrives or after it was done, and the file is there whole.
func TestUploadOverABadLine(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	real, err := url.Parse(p.Server.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(real)
	proxy.Transport = &http.Transport{} // test servers that end close idle connections of the default one
	var n, broken atomic.Int64
	bad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k := n.Add(1)
		if k%3 != 0 || r.Method == http.MethodGet {
			proxy.ServeHTTP(w, r)
			return
		}
		broken.Add(1)
		if k%2 == 0 { // done, and the answer lost
			proxy.ServeHTTP(httptest.NewRecorder(), r)
		}
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(bad.Close)
	c, err := reporter.New(reporter.Options{URL: bad.URL, Lang: "en", Now: p.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	body := bytes.Repeat([]byte("what a phone films "), 300_000)
	var sealed bytes.Buffer
	f, err := seal.SealFile(&sealed, bytes.NewReader(body), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Upload(t.Context(), bytes.NewReader(sealed.Bytes()), &f, func(context.Context) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if broken.Load() < 2 {
		t.Errorf("the line broke %d times only", broken.Load())
	}
	// A report that names it is taken only if it is there, whole.
	f.Name = "film.mp4"
	s, err := p.trust(p.memory()).Seal(report("x"), p.today(), false, []seal.File{f})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.client().Send(t.Context(), s, p.never); err != nil {
		t.Errorf("the report with the file: %v", err)
	}
}

// TestUploadThatStands: a server that answers and takes nothing ends in an error, not in a report without its file.
func TestUploadThatStands(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	var sealed bytes.Buffer
	f, err := seal.SealFile(&sealed, strings.NewReader("a photo"), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	real, err := url.Parse(p.Server.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(real)
	proxy.Transport = &http.Transport{} // test servers that end close idle connections of the default one
	for _, offset := range []string{"0", "-1", "", "many"} {
		idle := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPatch {
				proxy.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Upload-Offset", offset)
			w.WriteHeader(http.StatusNoContent)
		}))
		t.Cleanup(idle.Close)
		c, err := reporter.New(reporter.Options{URL: idle.URL, Lang: "en", Now: p.Clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		waits := 0
		err = c.Upload(t.Context(), bytes.NewReader(sealed.Bytes()), &f, func(context.Context) error { waits++; return nil })
		if keyOf(err) != "reporter.not_json" || waits != 4 || f.Blob != "" {
			t.Errorf("%q: %v after %d waits, file %q", offset, err, waits, f.Blob)
		}
	}
}
