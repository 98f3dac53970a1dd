package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/errs"
)

func testDoor(t *testing.T, log *bytes.Buffer) *Door {
	t.Helper()
	d := NewDoor(Options{
		URL: "https://tips.example", Hosts: []string{"abc.onion"}, BodyRate: 512,
		Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Render: func(w http.ResponseWriter, _ *http.Request, p Problem) {
			w.WriteHeader(p.Status)
			fmt.Fprintf(w, "problem %d %s", p.Status, p.Fault)
		},
	})
	d.Handle("GET /page", 0, func(w http.ResponseWriter, _ *http.Request) error {
		_, err := io.WriteString(w, "page")
		return err
	})
	d.Handle("POST /form", 1000, func(w http.ResponseWriter, r *http.Request) error {
		if _, err := ReadForm(r, FormLimits{5, 100, 200}, nil); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	})
	d.Handle("GET /panic", 0, func(http.ResponseWriter, *http.Request) error { panic("planted words") })
	d.Handle("GET /fault", 0, func(http.ResponseWriter, *http.Request) error {
		return fmt.Errorf("reading: %w", errors.New("planted words"))
	})
	d.Handle("GET /busy", 0, func(http.ResponseWriter, *http.Request) error {
		return errs.New(errs.Unavailable, "store.busy", nil)
	})
	return d
}

func ask(d http.Handler, method, target, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = "tips.example"
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

func TestDoor(t *testing.T) {
	t.Parallel()
	const form = "application/x-www-form-urlencoded"
	for _, c := range []struct {
		name, method, target, body string
		header                     []string
		status                     int
	}{
		{"page", "GET", "/page", "", nil, 200},
		{"onion name", "GET", "/page", "", []string{"Host", "abc.onion:80"}, 200},
		{"foreign host", "GET", "/page", "", []string{"Host", "evil.example"}, 421},
		{"unknown path", "GET", "/nowhere", "", nil, 404},
		{"wrong method", "POST", "/page", "", nil, 405},
		{"strange method", "DELETE", "/page", "", nil, 405},
		{"form", "POST", "/form", "a=b", []string{"Content-Type", form}, 204},
		{"form of another site", "POST", "/form", "a=b", []string{"Content-Type", form, "Sec-Fetch-Site", "cross-site"}, 403},
		{"own origin", "POST", "/form", "a=b", []string{"Content-Type", form, "Sec-Fetch-Site", "same-origin", "Origin", "https://tips.example"}, 204},
		{"body too large", "POST", "/form", strings.Repeat("a", 1001), []string{"Content-Type", form}, 413},
		{"value too large", "POST", "/form", "a=" + strings.Repeat("b", 101), []string{"Content-Type", form}, 413},
		{"too many values", "POST", "/form", "a=1&a=2&a=3&a=4&a=5&a=6", []string{"Content-Type", form}, 413},
		{"no content type", "POST", "/form", "a=b", nil, 422},
		{"panic", "GET", "/panic", "", nil, 500},
		{"fault", "GET", "/fault", "", nil, 500},
		{"busy", "GET", "/busy", "", nil, 503},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			w := ask(testDoor(t, &log), c.method, c.target, c.body, c.header...)
			if w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
			if s := log.String(); strings.Contains(s, "planted") || strings.Contains(s, c.target+"?") {
				t.Errorf("log quotes foreign words: %s", s)
			}
			if c.status == 503 && w.Header().Get("Retry-After") == "" {
				t.Error("503 without Retry-After")
			}
			if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
				t.Errorf("policy %q", csp)
			}
			if len(w.Result().Cookies()) > 0 {
				t.Error("the public door set a cookie")
			}
		})
	}
}

func TestFaultNamesTheBug(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	d := testDoor(t, &log)
	one, two, other := ask(d, "GET", "/panic?a", "").Body.String(), ask(d, "GET", "/panic?b", "").Body.String(), ask(d, "GET", "/fault", "").Body.String()
	if one != two || one == other {
		t.Errorf("faults: %q and %q should be the same, %q another", one, two, other)
	}
	if !strings.Contains(log.String(), "web_test.go:") {
		t.Errorf("log does not say where the panic was: %s", log.String())
	}
}

func TestStatic(t *testing.T) {
	t.Parallel()
	s := NewStatic(bytes.Repeat([]byte("<p>举报</p>\n"), 100), "text/html; charset=utf-8", Revalidate)
	get := func(header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/", nil)
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		s.Serve(w, r)
		return w
	}
	plain, br, gz := get(), get("Accept-Encoding", "gzip, br"), get("Accept-Encoding", "br;q=0, gzip;q=0.5")
	if br.Header().Get("Content-Encoding") != "br" || gz.Header().Get("Content-Encoding") != "gzip" || plain.Header().Get("Content-Encoding") != "" {
		t.Error("wrong encodings chosen")
	}
	if br.Body.Len() >= plain.Body.Len() || br.Header().Get("Etag") == gz.Header().Get("Etag") {
		t.Error("brotli is not smaller, or two encodings share a tag")
	}
	again := get("Accept-Encoding", "br", "If-None-Match", br.Header().Get("Etag"))
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("second visit: %d, %d bytes", again.Code, again.Body.Len())
	}
}

func multipartBody(t *testing.T, parts ...[3]string) (string, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		h := textproto.MIMEHeader{}
		disp := `form-data; name="` + p[0] + `"`
		if p[1] != "-" {
			disp += `; filename="` + p[1] + `"`
			h.Set("Content-Type", "image/jpeg")
		}
		h.Set("Content-Disposition", disp)
		pw, err := w.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(pw, p[2])
	}
	w.Close()
	return b.String(), w.FormDataContentType()
}

func TestMultipartStreams(t *testing.T) {
	t.Parallel()
	body, kind := multipartBody(t, [3]string{"token", "-", "T"}, [3]string{"what", "-", "一\r\n二"}, [3]string{"file", "照片.jpg", "JPEG"}, [3]string{"file", "", ""}, [3]string{"late", "-", "x"})
	read := func(body string) (Form, []string, error) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		var files []string
		f, err := ReadForm(r, FormLimits{10, 100, 200}, func(f Form, file File) error {
			b, err := io.ReadAll(file)
			files = append(files, f.Get("token")+":"+file.Name+":"+string(b))
			return err
		})
		return f, files, err
	}
	f, files, err := read(body)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"T:照片.jpg:JPEG"}, files); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if f.Get("what") != "一\n二" || f.Get("late") != "x" || f.Has("file") {
		t.Errorf("values %v", f.Values)
	}
	// A body cut at any byte is an error of the caller, keeps what came before, and never panics.
	for n := range len(body) - 4 {
		f, _, err := read(body[:n])
		if errs.KindOf(err) != errs.Invalid {
			t.Fatalf("cut at %d: %v", n, err)
		}
		if n > strings.Index(body, "file") && f.Get("token") != "T" {
			t.Fatalf("cut at %d lost the token", n)
		}
	}
}

// TestLongValueKeepsItsBeginning: who pastes too much loses neither the other answers nor what fitted.
func TestLongValueKeepsItsBeginning(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("字", 40) // 120 bytes
	body, kind := multipartBody(t, [3]string{"token", "-", "T"}, [3]string{"what", "-", long}, [3]string{"late", "-", "x"})
	for kind, body := range map[string]string{
		kind:                                body,
		"application/x-www-form-urlencoded": "what=" + long + "&token=T&late=x",
	} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		f, err := ReadForm(r, FormLimits{10, 100, 200}, nil)
		if e, ok := errs.Public(err); !ok || e.Key != "web.form_too_large" {
			t.Errorf("%s: %v", kind, err)
		}
		want := map[string][]string{"token": {"T"}, "what": {strings.Repeat("字", 33)}, "late": {"x"}}
		if diff := cmp.Diff(want, map[string][]string(f.Values)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
}

func FuzzReadForm(f *testing.F) {
	body, kind := "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n", "multipart/form-data; boundary=x"
	f.Add(body, kind)
	f.Add("a=b&c=%E4%B8", "application/x-www-form-urlencoded")
	f.Fuzz(func(t *testing.T, body, kind string) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		lim := FormLimits{10, 100, 200}
		form, err := ReadForm(r, lim, func(_ Form, file File) error {
			_, err := io.Copy(io.Discard, file)
			return err
		})
		total := 0
		for _, vs := range form.Values {
			for _, v := range vs {
				total += len(v)
			}
		}
		// Invalid bytes become a replacement character of three bytes.
		if total > 3*int(lim.Total) {
			t.Errorf("kept %d bytes", total)
		}
		if err != nil && errs.KindOf(err) == errs.Internal {
			t.Errorf("foreign bytes gave an internal error: %v", err)
		}
	})
}

func TestServerLogsNoAddress(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	log := slog.New(slog.NewTextHandler(&buf, &slog.HandlerOptions{Level: slog.LevelDebug}))
	l := QuietLogger(log)
	l.Printf("http: TLS handshake error from 192.0.2.7:5555: tls: client planted")
	l.Printf("http: Accept error: accept tcp 192.0.2.7:80")
	l.Printf("something new about 192.0.2.7")
	if s := buf.String(); strings.Contains(s, "192.0.2.7") || strings.Contains(s, "planted") || !strings.Contains(s, "tls handshake") {
		t.Errorf("log: %s", s)
	}
}

func TestServeStopsAndLimits(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		done <- Serve(ctx, l, ServerOptions{
			Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") }),
			Log:     slog.New(slog.DiscardHandler), Connections: 1,
		})
	}()
	one, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(one, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	b, err := io.ReadAll(one)
	if err != nil || !strings.HasSuffix(string(b), "ok") {
		t.Fatalf("first connection: %q %v", b, err)
	}
	two, err := http.Get("http://" + l.Addr().String())
	if err != nil {
		t.Fatalf("after the first was closed the next must be let in: %v", err)
	}
	two.Body.Close()
	cancel()
	if err := <-done; err != nil {
		t.Errorf("serve ended with %v", err)
	}
}
