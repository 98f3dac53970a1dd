package job

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestCadenceSurvivesErrorsAndPanics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second+time.Millisecond)
		defer cancel()
		var logged bytes.Buffer
		var good, bad, slow int
		Run(ctx, slog.New(slog.NewTextHandler(&logged, nil)),
			Task{"good", 2 * time.Second, func(context.Context) error { good++; return nil }},
			Task{"bad", 5 * time.Second, func(context.Context) error {
				bad++
				if bad == 1 {
					panic("a stranger's words")
				}
				return errors.New("no luck")
			}},
			Task{"slow", time.Second, func(context.Context) error { slow++; time.Sleep(4 * time.Second); return nil }},
		)
		if good != 6 || bad != 3 || slow > 3 {
			t.Errorf("good ran %d times, want 6; bad %d, want 3; slow %d, want at most 3 (never two at once)", good, bad, slow)
		}
		if s := logged.String(); strings.Contains(s, "stranger") || !strings.Contains(s, "panic of string") || !strings.Contains(s, "no luck") {
			t.Errorf("log is %q", s)
		}
	})
}
