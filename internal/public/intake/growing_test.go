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
		p := &pace{rate: 1 << 20}
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
