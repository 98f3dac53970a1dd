package intake

import (
	"context"
	"sync"
	"time"
)

// pace lets so many bytes of uploads a second through, in all, and fewer while text has to wait: the small rows of
// uploads stand in the same queue for the database as reports do, so how long they take is what a report feels.
type pace struct {
	most float64 // bytes a second
	mu   sync.Mutex
	// Guarded by mu:
	rate  float64       // bytes a second now; 0 before the first
	free  time.Time     // when everything that was let through would have gone at that rate
	calm  time.Duration // what a row takes when little else goes on
	turns time.Time     // when the rate may change again
}

const (
	paceBurst = 50 * time.Millisecond  // how much of its time pace gives in advance
	paceTurn  = 100 * time.Millisecond // between two changes of the rate
	paceLeast = 1. / 16                // share of the most that uploads always get
	paceMore  = 1. / 32                // share of the most by which the rate grows
	paceLess  = 3. / 4                 // by which it shrinks
	calmMost  = 10 * time.Millisecond
	calmMore  = 65536 // by one of so many parts calm grows with each row, so that one lucky row does not count for ever
)

// wait returns when n more bytes may follow.
func (p *pace) wait(ctx context.Context, n int) error {
	now := time.Now()
	p.mu.Lock()
	if p.rate == 0 {
		p.rate = p.most
	}
	if earliest := now.Add(-paceBurst); p.free.Before(earliest) {
		p.free = earliest
	}
	p.free = p.free.Add(time.Duration(float64(n) / p.rate * float64(time.Second)))
	ahead := p.free.Sub(now)
	p.mu.Unlock()
	if ahead <= 0 {
		return nil
	}
	t := time.NewTimer(ahead)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// felt is told how long a row of an upload took. One that took several times what it does in calm slows all uploads.
func (p *pace) felt(took time.Duration) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.calm == 0 || took < p.calm {
		p.calm = min(took, calmMost)
	} else {
		p.calm = min(p.calm+p.calm/calmMore+1, calmMost)
	}
	if now.Before(p.turns) || p.rate == 0 {
		return
	}
	p.turns = now.Add(paceTurn)
	if took > 4*p.calm+4*time.Millisecond {
		p.rate = max(p.rate*paceLess, p.most*paceLeast)
	} else {
		p.rate = min(p.rate+p.most*paceMore, p.most)
	}
}
