package web_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"clarion.example/clarion/internal/web"
)

// deadlines notes how long the last read could have waited.
type deadlines struct {
	*httptest.ResponseRecorder
	last time.Duration
}

func (d *deadlines) SetReadDeadline(t time.Time) error  { d.last = time.Until(t); return nil }
func (d *deadlines) SetWriteDeadline(t time.Time) error { return nil }

// TestSilentLine: a body that has brought much may go on slowly, but one that can be resumed is cut when its line is
// silent for half a minute.
func TestSilentLine(t *testing.T) {
	t.Parallel()
	d := web.NewDoor(web.Options{URL: "http://tips.example", BodyRate: 512, Log: slog.New(slog.DiscardHandler), Render: func(w http.ResponseWriter, _ *http.Request, p web.Problem) { w.WriteHeader(p.Status) }})
	for _, method := range []string{"POST", "PATCH"} {
		d.Handle(method+" /body", 1<<20, func(w http.ResponseWriter, r *http.Request) error {
			_, err := io.Copy(io.Discard, r.Body)
			return err
		})
	}
	for method, most := range map[string]time.Duration{"POST": 30*time.Minute + time.Minute, "PATCH": 30 * time.Second} {
		w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
		d.ServeHTTP(w, httptest.NewRequest(method, "http://tips.example/body", bytes.NewReader(make([]byte, 900<<10))))
		if w.last > most || w.last < most-2*time.Minute || w.last < 25*time.Second {
			t.Errorf("%s: after 900 KiB a read may wait %v, want about %v", method, w.last, most)
		}
	}
}

// TestOtherMethods: a path says which methods it has, and the three of uploads are refused where no route has them.
func TestOtherMethods(t *testing.T) {
	t.Parallel()
	d := web.NewDoor(web.Options{URL: "http://tips.example", Log: slog.New(slog.DiscardHandler), Render: func(w http.ResponseWriter, _ *http.Request, p web.Problem) { w.WriteHeader(p.Status) }})
	for _, pattern := range []string{"GET /page", "PATCH /upload", "OPTIONS /upload"} {
		d.Handle(pattern, 0, func(w http.ResponseWriter, _ *http.Request) error { w.WriteHeader(204); return nil })
	}
	for _, c := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"PATCH", "/upload", 204, ""}, {"OPTIONS", "/upload", 204, ""}, {"DELETE", "/upload", 405, "PATCH, OPTIONS"}, {"GET", "/upload", 405, "PATCH, OPTIONS"},
		{"PATCH", "/page", 405, "GET, HEAD"}, {"OPTIONS", "/page", 405, "GET, HEAD"}, {"DELETE", "/nothing", 404, ""}, {"PUT", "/page", 405, "GET, HEAD, POST, PATCH, DELETE, OPTIONS"},
	} {
		w := httptest.NewRecorder()
		d.ServeHTTP(w, httptest.NewRequest(c.method, "http://tips.example"+c.path, nil))
		if w.Code != c.status || w.Header().Get("Allow") != c.allow {
			t.Errorf("%s %s: %d, Allow %q; want %d %q", c.method, c.path, w.Code, w.Header().Get("Allow"), c.status, c.allow)
		}
	}
}
