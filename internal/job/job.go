// Package job runs the work that nobody waits for: checkpoints, dummy leaves, sweeping what has expired.
//
// A task is called at a fixed cadence whatever the traffic, because a pace that followed traffic would tell of it.
// It must never log more than a task's name and the kind of its error.
package job

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"clarion.example/clarion/internal/errs"
)

// Task is one recurring piece of work. Do must be safe to repeat: several nodes run the same tasks.
type Task struct {
	Name  string
	Every time.Duration
	Do    func(context.Context) error
}

// Run calls every task at once and then at its cadence, each alone in its own goroutine, until ctx ends. A task
// that is still running when its time comes is not started twice. An error or a panic is logged and tried again
// at the next beat.
func Run(ctx context.Context, log *slog.Logger, tasks ...Task) {
	var wg sync.WaitGroup
	for _, t := range tasks {
		wg.Go(func() { loop(ctx, log, t) })
	}
	wg.Wait()
}

func loop(ctx context.Context, log *slog.Logger, t Task) {
	beat := time.NewTicker(t.Every)
	defer beat.Stop()
	for ctx.Err() == nil {
		if err := once(ctx, t); err != nil && ctx.Err() == nil {
			log.Error("task", "name", t.Name, "kind", string(errs.KindOf(err)), "cause", cause(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		}
	}
}

// once turns a panic into an error that names its type only: a panic's value can hold foreign text.
func once(ctx context.Context, t Task) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic of %T", v)
		}
	}()
	return t.Do(ctx)
}

// cause is the key of a public error; tasks read no foreign input, so other texts are our own.
func cause(err error) string {
	if e, ok := errs.Public(err); ok {
		return e.Key
	}
	return err.Error()
}
