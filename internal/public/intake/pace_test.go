package intake

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestPace: many uploads together get so many bytes a second and no more; a pause is not saved up; who leaves does not
// wait.
func TestPace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &pace{most: 1 << 20}
		run := func(uploads, pieces int) time.Duration {
			start := time.Now()
			var wg sync.WaitGroup
			for range uploads {
				wg.Go(func() {
					for range pieces {
						if err := p.wait(t.Context(), uploadPiece); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			return time.Since(start)
		}
		const ten = 10 * (1 << 20) / uploadPiece
		for _, uploads := range []int{1, 32} {
			if took := run(uploads, ten/uploads); took > 10*time.Second || took < 9*time.Second {
				t.Errorf("%d uploads brought 10 MiB in %v at 1 MiB/s", uploads, took)
			}
			time.Sleep(time.Hour)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := p.wait(ctx, 1<<30); !errors.Is(err, context.Canceled) {
			t.Errorf("it waits for nobody: %v", err)
		}
	})
}

// TestPaceYields: while rows take long uploads get a sixteenth, and all again soon after.
func TestPaceYields(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &pace{most: 16 << 20}
		second := func(row time.Duration) (n int) {
			for start := time.Now(); time.Since(start) < time.Second; n += uploadPiece {
				p.felt(row)
				if err := p.wait(t.Context(), uploadPiece); err != nil {
					t.Fatal(err)
				}
			}
			return n
		}
		for _, step := range []struct {
			row         time.Duration
			seconds     int
			least, most int // bytes in the last of them
		}{
			{2 * time.Millisecond, 1, 16 << 20, 17 << 20}, {10 * time.Millisecond, 1, 16 << 20, 17 << 20}, {time.Second, 3, 1 << 20, 1<<20 + 2*uploadPiece},
			{2 * time.Millisecond, 5, 16 << 20, 17 << 20}, {13 * time.Millisecond, 3, 1 << 20, 1<<20 + 2*uploadPiece},
		} {
			n := 0
			for range step.seconds {
				n = second(step.row)
			}
			if n < step.least-2*uploadPiece || n > step.most {
				t.Errorf("rows of %v: %d KiB in a second, want %d to %d", step.row, n>>10, step.least>>10, step.most>>10)
			}
		}
	})
}

// TestOneInHundred: about one proof of work in a hundred is derived again, neither none nor all.
func TestOneInHundred(t *testing.T) {
	n := 0
	for range 100_000 {
		if oneInHundred() {
			n++
		}
	}
	if n < 900 || n > 1500 { // 3 of 256; the bounds are fifteen times the spread away
		t.Errorf("%d of 100,000", n)
	}
}
