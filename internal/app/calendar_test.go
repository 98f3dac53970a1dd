package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/store"
)

// TestCalendarChangeIsAudited: another calendar is written down once, at the first start with it, and again when it goes.
func TestCalendarChangeIsAudited(t *testing.T) {
	t.Parallel()
	clock := apptest.NewClock(time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC))
	w := apptest.Start(t, apptest.Options{Clock: clock})
	start := func() {
		t.Helper()
		a, err := app.Open(t.Context(), app.Options{Config: w.Config, Log: slog.New(slog.DiscardHandler), Now: clock.Now, Demo: true})
		if err != nil {
			t.Fatal(err)
		}
		var l [3]net.Listener
		for i := range l {
			if l[i], err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
				t.Fatal(err)
			}
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- a.Run(ctx, app.Listeners{Public: l[0], Desk: l[1], Ops: l[2]}) }()
		get(t, "http://"+l[2].Addr().String()+"/metrics") // answered once it has started
		stop()
		if err := errors.Join(<-ended, a.Close()); err != nil {
			t.Fatal(err)
		}
	}
	changes := func() (out []map[string]any) {
		t.Helper()
		err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
			all, err := tx.AuditAfter(0, 1000)
			for _, e := range all {
				if e.Act == "calendar-changed" {
					var detail map[string]any
					if err := json.Unmarshal(e.Detail, &detail); err != nil {
						return err
					}
					out = append(out, detail)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	start()
	if got := changes(); len(got) != 0 {
		t.Fatalf("nothing has changed: %v", got)
	}
	table := *w.Pack.Table
	table.ID = "own"
	b, err := table.Encode()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(w.Config.Data, app.CalendarFile)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	start()
	start()
	got := changes()
	if len(got) != 1 || got[0]["calendar"] != "own" || got[0]["sha256"] == got[0]["before"] || got[0]["before"] == "" {
		t.Fatalf("after the change: %v", got)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	start()
	if got = changes(); len(got) != 2 || got[1]["sha256"] != got[0]["before"] {
		t.Errorf("after going back: %v", got)
	}
}
