package browsertest

import (
	"context"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/site"
)

// clock runs from a time of the authority's place.
func clock(t *testing.T, from string) func() time.Time {
	t.Helper()
	zone := time.FixedZone("UTC+8", 8*60*60)
	at, err := time.ParseInLocation("2006-01-02 15:04", from, zone)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	return func() time.Time { return at.Add(time.Since(start)) }
}

// Both are days on which the pack's calendar has people at work.
const (
	morning = "2026-03-10 10:00"
	night   = "2026-03-10 22:30"
)

// installation is one that a test may break.
type installation struct {
	*app.App
	url string
}

// demo opens a ready installation whose database may be taken away.
func demo(t *testing.T, from string) installation {
	t.Helper()
	d, err := app.OpenDemo(context.WithoutCancel(t.Context()), options(t, from))
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, d.App)
}

// unready opens an installation without keys: its doors are closed, and its tour has a fault of ours in it.
func unready(t *testing.T) installation {
	t.Helper()
	o := options(t, morning)
	o.Create, o.Demo, o.Tour = true, true, func(*i18n.Localizer) site.TourPage { panic("a fault of ours") }
	a, err := app.Open(context.WithoutCancel(t.Context()), o)
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, a)
}

func options(t *testing.T, from string) app.Options {
	t.Helper()
	cfg, err := config.Load(config.Source{Flags: map[string]string{
		"data": filepath.Join(t.TempDir(), "data"), "public.hosts": "127.0.0.1,localhost", "plain.min-age": "0s",
	}})
	if err != nil {
		t.Fatal(err)
	}
	return app.Options{Config: cfg, Log: slog.New(slog.DiscardHandler), Now: clock(t, from)}
}

func serve(t *testing.T, a *app.App) installation {
	t.Helper()
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(func() {
		s.Close()
		_ = a.Close() // a test may have closed it already
	})
	return installation{a, s.URL}
}

// picture writes a PNG that a person could have taken, and returns its path.
func picture(t *testing.T, name string) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for y := range 240 {
		for x := range 320 {
			m.Set(x, y, color.RGBA{uint8(x), uint8(y), uint8(x * y), 255})
		}
	}
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, m); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}
