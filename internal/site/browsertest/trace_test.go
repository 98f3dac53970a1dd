package browsertest

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

// traced is one thing that a thread of the browser did. Dur and TDur are microseconds on the clock, and of the processor.
type traced struct {
	Name, Ph  string
	Pid, Tid  int
	Dur, TDur float64
	Args      struct{ Name string }
}

// watch traces the tasks of pages until the function that it gives is called, which says how long the longest was at work. Time
// in which other programs had the processor does not count, so that a busy machine changes nothing.
func (b *tab) watch(t *testing.T) func() time.Duration {
	t.Helper()
	var mu sync.Mutex
	var all []traced
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(b.ctx)
	end := sync.OnceFunc(func() { close(done) })
	err := chromedp.Listen(ctx, func(ev any) {
		switch e := ev.(type) {
		case *tracing.EventDataCollected:
			mu.Lock()
			defer mu.Unlock()
			for _, v := range e.Value {
				var one traced
				if json.Unmarshal(v, &one) == nil { // others have numbers where these have texts
					all = append(all, one)
				}
			}
		case *tracing.EventTracingComplete:
			end()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	call(b, tracing.Start, tracing.StartParams{TraceConfig: &tracing.TraceConfig{IncludedCategories: []string{"toplevel"}, ExcludedCategories: []string{"*"}}})
	return func() time.Duration {
		t.Helper()
		defer cancel()
		call(b, tracing.End, cdp.Empty{})
		select {
		case <-done:
		case <-time.After(patience):
			t.Fatal("the trace never ended")
		}
		mu.Lock()
		defer mu.Unlock()
		return longest(t, all)
	}
}

// longest is the longest task of a page's own thread.
func longest(t *testing.T, all []traced) time.Duration {
	t.Helper()
	type thread struct{ pid, tid int }
	pages := map[thread]bool{}
	for _, e := range all {
		if e.Name == "thread_name" && e.Args.Name == "CrRendererMain" {
			pages[thread{e.Pid, e.Tid}] = true
		}
	}
	most, tasks := 0.0, 0
	for _, e := range all {
		if e.TDur > 0 && pages[thread{e.Pid, e.Tid}] {
			most, tasks = max(most, e.TDur), tasks+1
		}
	}
	if tasks == 0 {
		t.Errorf("the trace has no task of a page among %d events", len(all))
	}
	return time.Duration(most) * time.Microsecond
}
