package app_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/desk"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/internal/web"
)

// liveLine is one open answer of GET live.
type liveLine struct {
	t    *testing.T
	body io.ReadCloser
	in   *bufio.Reader
}

// next waits for the next event and wants it to be this: its name, a blank and its data. "" is the end.
func (l *liveLine) next(want string) {
	l.t.Helper()
	got := ""
	for {
		line, err := l.in.ReadString('\n')
		if err != nil {
			got = ""
			break
		}
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "event: "); ok {
			got = name
		}
		if data, ok := strings.CutPrefix(strings.TrimSpace(line), "data: "); ok {
			got += " " + data
			break
		}
	}
	if got != want {
		l.t.Errorf("heard %q, want %q", got, want)
	}
}

// node is a process that serves the desk.
type node struct {
	t    *testing.T
	addr string
	stop func()
	done chan error
}

func serveDesk(t *testing.T, a *app.App, now func() time.Time) *node {
	t.Helper()
	h, err := desk.New(desk.Options{Instance: a.Dir.Instance, Staff: a.Staff, Setup: a.Setup, Casework: a.Casework, Now: now, Catalog: a.Catalog, Pack: a.Pack,
		Log: slog.New(slog.DiscardHandler), DeskURL: a.Config.Desk.URL, InspectURL: a.Config.Desk.Inspect, Beat: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	n := &node{t, l.Addr().String(), stop, make(chan error, 1)}
	go func() {
		n.done <- web.Serve(ctx, l, web.ServerOptions{Handler: h, Log: slog.New(slog.DiscardHandler), HeaderTimeout: 5 * time.Second, IdleTimeout: 5 * time.Second})
	}()
	t.Cleanup(stop)
	return n
}

func (n *node) live(c *colleague, unit string, status int) *liveLine {
	n.t.Helper()
	r, err := http.NewRequestWithContext(n.t.Context(), http.MethodGet, "http://"+n.addr+"/en/api/"+path.Join("work", unit, "live"), nil)
	if err != nil {
		n.t.Fatal(err)
	}
	r.Host = strings.TrimPrefix(deskOrigin, "http://")
	if c != nil {
		r.AddCookie(c.cookie)
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 2 * time.Minute}).Do(r)
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != status {
		n.t.Fatalf("%s: status %d, want %d", unit, resp.StatusCode, status)
	}
	l := &liveLine{n.t, resp.Body, bufio.NewReader(resp.Body)}
	if status == http.StatusOK {
		if line, err := l.in.ReadString('\n'); err != nil || line != ":\n" {
			n.t.Fatalf("it began with %q (%v)", line, err)
		}
	}
	return l
}

// TestDeskLive: acts of staff are heard at once and at every node, dangers too, what reporters do only on the hour; a handler
// hears of their cases alone; a line ends with its session, its place on the roster and its server.
func TestDeskLive(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		clock := apptest.NewClock(time.Date(2026, 11, 23, 1, 59, 40, 0, time.UTC))
		w := apptest.Start(t, apptest.Options{DSN: fresh(t), Clock: clock})
		h := deskOf(t, w)
		numbers := reports(t, w, 2, nil)
		elsewhere := reports(t, w, 1, func(_ int, r *storetest.Report) { r.Case.Unit = "unit-2" })
		write := func(fn func(tx *store.Tx) error) {
			t.Helper()
			if err := w.Store.Write(t.Context(), fn); err != nil {
				t.Fatal(err)
			}
		}
		act := func(number, what string, outcome store.Outcome, events ...store.Event) {
			t.Helper()
			write(func(tx *store.Tx) error {
				c, err := tx.CaseByNumber(number)
				if err != nil {
					return err
				}
				if len(events) > 0 {
					if _, err := tx.AddEvents(c.Key, c.Version, events...); err != nil {
						return err
					}
				}
				if what == "" {
					return nil
				}
				return tx.Audit(store.AuditEntry{At: w.Now(), Who: "wu", Unit: c.Unit, Act: what, Case: c.ID, Outcome: outcome})
			})
		}
		second, err := app.Open(t.Context(), app.Options{Config: w.Config, Log: slog.New(slog.DiscardHandler), Now: clock.Now, Demo: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := second.Close(); err != nil {
				t.Error(err)
			}
		})
		here, there := serveDesk(t, w.App, clock.Now), serveDesk(t, second, clock.Now)
		chen, lin := signIn(t, w, h, "chen"), signIn(t, w, h, "lin")
		here.live(chen, "unit-9", http.StatusNotFound)
		here.live(nil, "unit-1", http.StatusUnauthorized)
		hers, his := there.live(chen, "unit-1", http.StatusOK), here.live(lin, "unit-1", http.StatusOK)

		// Only the last of these is heard: a reporter's words, what changes nothing, what was refused, another unit's.
		act(numbers[0], "", "", store.Event{Event: cases.Event{Kind: cases.EventAdded, Day: w.Casework.Today()}})
		act(numbers[0], "open", store.Allowed)
		act(numbers[0], "triage", store.Refused)
		act(elsewhere[0], "triage", store.Allowed)
		act(numbers[1], "triage", store.Allowed)
		hers.next(`case {"number":"` + numbers[1] + `"}`)

		// A handler hears of the case that they are given, and of no other.
		act(numbers[0], "assign", store.Allowed, store.Event{Event: cases.Event{Kind: cases.EventAssigned, Member: "lin", Day: w.Casework.Today()}})
		his.next(`case {"number":"` + numbers[0] + `"}`)
		hers.next(`case {"number":"` + numbers[0] + `"}`)

		// A danger is heard at once, once, and by those who see the whole unit.
		write(func(tx *store.Tx) error {
			c, err := tx.CaseByNumber(numbers[1])
			if err != nil {
				return err
			}
			return tx.RaiseDanger(c.Key, w.Now())
		})
		hers.next(`danger {}`)
		clock.Move(30 * time.Second)
		hers.next(`hour {}`)
		his.next(`hour {}`)

		// No session opens more lines than a browser would.
		for range 5 {
			there.live(chen, "unit-1", http.StatusOK)
		}
		there.live(chen, "unit-1", http.StatusServiceUnavailable)

		// A line ends with the place on the roster, with the session, and with the server.
		w.Dismiss(t, "lin", "unit-1")
		his.next("")
		again := here.live(lin, "unit-2", http.StatusOK)
		lin.post("sign-out", `{"everywhere":false}`, http.StatusOK, nil)
		again.next("")
		begun := time.Now()
		there.stop()
		hers.next("")
		if err := <-there.done; err != nil || time.Since(begun) > 8*time.Second {
			t.Errorf("the server stopped after %v: %v", time.Since(begun), err)
		}
		_, _ = io.Copy(io.Discard, hers.body)
	})
}
