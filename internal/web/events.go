package web

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// Events is a long answer of server-sent events (HTML, section 9.2). Only one goroutine may use it.
type Events struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// StartEvents begins the answer; nothing may be refused after it. Each event must follow the last within two minutes, or the
// connection is cut: a comment line does.
func StartEvents(w http.ResponseWriter) *Events {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // a proxy that waits for the end would wait for ever
	NoStore(w)
	w.WriteHeader(http.StatusOK)
	return &Events{w, http.NewResponseController(w)}
}

// Send writes an event with one line of data. An error means that nobody reads any more.
func (e *Events) Send(name, data string) error {
	return e.write("event: " + oneLine(name) + "\ndata: " + oneLine(data) + "\n\n")
}

// Beat writes a comment line, which shows both ends that the other is there.
func (e *Events) Beat() error { return e.write(":\n\n") }

func (e *Events) write(s string) error {
	// A door under test has no connection to set a deadline on.
	_ = e.control.SetWriteDeadline(time.Now().Add(answerTime))
	if _, err := e.w.Write([]byte(s)); err != nil {
		return err
	}
	return e.control.Flush()
}

// oneLine keeps a value from starting a line of its own, which could be read as another event.
func oneLine(s string) string { return strings.NewReplacer("\r", " ", "\n", " ").Replace(s) }

type stoppingKey struct{}

// Stopping is closed when the server that a request came through is told to stop: a long answer ends then, so that [Serve] need
// not cut it. It is nil, and never closed, for a request that did not come through Serve.
func Stopping(ctx context.Context) <-chan struct{} {
	done, _ := ctx.Value(stoppingKey{}).(<-chan struct{})
	return done
}
