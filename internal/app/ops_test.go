package app

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestOperationsDoor(t *testing.T) {
	t.Parallel()
	failing := map[string]string{}
	h := opsHandler(newMetrics(), func(context.Context) map[string]string { return failing })
	ask := func(host, path string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", path, nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for host, want := range map[string]int{"127.0.0.1:8082": 200, "localhost:8082": 200, "[::1]:8082": 200, "evil.example": 421, "192.0.2.1": 421} {
		if got := ask(host, "/healthz").Code; got != want {
			t.Errorf("host %s: status %d, want %d", host, got, want)
		}
	}
	if w := ask("localhost", "/readyz"); w.Code != 200 || !strings.Contains(w.Body.String(), `"ready":true`) {
		t.Errorf("ready: %d %s", w.Code, w.Body)
	}
	failing["ledger"] = "ledger.rolled_back"
	if w := ask("localhost", "/readyz"); w.Code != 503 || !strings.Contains(w.Body.String(), "rolled_back") {
		t.Errorf("not ready: %d %s", w.Code, w.Body)
	}
	// No metric may move with one visit: there is no counter of requests and no label that could hold a path.
	body := ask("localhost", "/metrics").Body.String()
	for line := range strings.Lines(body) {
		if !strings.HasPrefix(line, "#") && (strings.Contains(line, "path=") || strings.Contains(line, "request") || strings.Contains(line, "handler=")) {
			t.Errorf("metric follows visits: %s", line)
		}
	}
	if !strings.Contains(body, "clarion_ready 0") {
		t.Error("readiness is not in the metrics")
	}
}
