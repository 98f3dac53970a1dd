package web_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/web"
)

// eventLine is a connection that notes until when it may write.
type eventLine struct {
	*httptest.ResponseRecorder
	until []time.Time
}

func (d *eventLine) SetWriteDeadline(t time.Time) error {
	d.until = append(d.until, t)
	return nil
}

// TestEventsBytes: each event is what the format asks for, no value starts a line of its own, and each moves the deadline.
func TestEventsBytes(t *testing.T) {
	t.Parallel()
	w := &eventLine{ResponseRecorder: httptest.NewRecorder()}
	begun := time.Now()
	e := web.StartEvents(w)
	for _, send := range []func() error{e.Beat, func() error { return e.Send("case", `{"number":"MH-1"}`) }, func() error { return e.Send("a\nb", "c\r\n\nevent: d") }} {
		if err := send(); err != nil {
			t.Fatal(err)
		}
	}
	want := ":\n\nevent: case\ndata: {\"number\":\"MH-1\"}\n\nevent: a b\ndata: c   event: d\n\n"
	if got := w.Body.String(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if h := w.Result().Header; h.Get("Content-Type") != "text/event-stream; charset=utf-8" || h.Get("Cache-Control") != "no-store" {
		t.Errorf("header: %v", h)
	}
	if len(w.until) != 3 || w.until[2].Before(begun.Add(time.Minute)) || !w.Flushed {
		t.Errorf("deadlines %v", w.until)
	}
}

// TestEventsStop: a server that is told to stop ends its long answers at once and waits for no grace.
func TestEventsStop(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := web.StartEvents(w)
		if err := e.Beat(); err != nil {
			return
		}
		select {
		case <-web.Stopping(r.Context()):
		case <-r.Context().Done():
		}
	})
	go func() {
		ended <- web.Serve(ctx, l, web.ServerOptions{Handler: handler, Log: slog.New(slog.DiscardHandler), HeaderTimeout: time.Second, IdleTimeout: time.Second})
	}()
	resp, err := http.Get("http://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if line, err := bufio.NewReader(resp.Body).ReadString('\n'); err != nil || strings.TrimSpace(line) != ":" {
		t.Fatalf("%q %v", line, err)
	}
	begun := time.Now()
	stop()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Errorf("the answer was cut: %v", err)
	}
	if err := <-ended; err != nil || time.Since(begun) > 5*time.Second {
		t.Errorf("stopped after %v: %v", time.Since(begun), err)
	}
	if web.Stopping(t.Context()) != nil {
		t.Error("a request of no server is told to stop")
	}
}
