package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// worker is what one client does again and again. step returns errEnough when nothing prepared is left.
type worker struct {
	step  func() error
	close func()
	due   func() time.Time // when the step that has just ended was due; nil: when the one before had ended
}

// errEnough ends a worker before its time, without a fault.
var errEnough = errors.New("bench: nothing prepared is left")

// load is what came of driving: how long each answered step took, and how long all of it.
type load struct {
	took    []time.Duration
	elapsed time.Duration
	cpu     time.Duration // of this process, whatever it did meanwhile
}

// drive lets clients work at once for span. The first fault of one ends all and is returned: a row with a wrong
// answer in it is no measurement.
func drive(ctx context.Context, clients int, span time.Duration, begin func(client int) (worker, error)) (load, error) {
	workers := make([]worker, 0, clients)
	defer func() {
		for _, w := range workers {
			w.close()
		}
	}()
	for i := range clients {
		w, err := begin(i)
		if err != nil {
			return load{}, fmt.Errorf("client %d: %w", i, err)
		}
		workers = append(workers, w)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	parts := make([][]time.Duration, clients)
	var wg sync.WaitGroup
	start, used := time.Now(), processTime()
	for i, w := range workers {
		wg.Go(func() {
			if err := repeat(ctx, w, start.Add(span), &parts[i]); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	l := load{took: slices.Concat(parts...), elapsed: time.Since(start), cpu: processTime() - used}
	if err := context.Cause(ctx); err != nil {
		return load{}, err
	}
	if len(l.took) == 0 {
		return load{}, errors.New("nothing was answered")
	}
	return l, nil
}

// repeat works at least once, however late the machine lets it begin.
func repeat(ctx context.Context, w worker, until time.Time, took *[]time.Duration) error {
	for before := time.Now(); ctx.Err() == nil && (len(*took) == 0 || before.Before(until)); {
		err := w.step()
		if errors.Is(err, errEnough) {
			return nil
		}
		if err != nil {
			return err
		}
		after := time.Now()
		if w.due != nil {
			before = w.due()
		}
		*took = append(*took, after.Sub(before))
		before = after
	}
	return nil
}

// turns drives rivals in turns, so that a machine that others use too treats them alike. Each works for span in all.
func turns(ctx context.Context, clients int, span time.Duration, rivals ...func(client int) (worker, error)) ([]load, error) {
	const rounds = 4
	out := make([]load, len(rivals))
	for range rounds {
		for i, begin := range rivals {
			l, err := drive(ctx, clients, span/rounds, begin)
			if err != nil {
				return nil, err
			}
			out[i].took = append(out[i].took, l.took...)
			out[i].elapsed += l.elapsed
			out[i].cpu += l.cpu
		}
	}
	return out, nil
}

// cpuEach is microseconds of this process for each step.
func (l load) cpuEach() float64 { return float64(l.cpu.Microseconds()) / float64(len(l.took)) }

// rate is steps a second.
func (l load) rate() float64 { return float64(len(l.took)) / l.elapsed.Seconds() }

// percentile is in milliseconds; p is between 0 and 1. It is the smallest duration that a share p did not exceed.
func (l load) percentile(p float64) float64 {
	sorted := slices.Sorted(slices.Values(l.took))
	i := int(p*float64(len(sorted))+0.999999) - 1
	return float64(sorted[min(max(i, 0), len(sorted)-1)]) / float64(time.Millisecond)
}

// row makes the row of a rate with its latencies.
func (l load) row(name, unit string, b *Budget, note string) Row {
	return Row{Name: name, Value: l.rate(), Unit: unit, P50: l.percentile(0.5), P99: l.percentile(0.99), Budget: b, Note: note}
}
