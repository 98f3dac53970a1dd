package intake

import (
	"testing"
	"time"

	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
)

// TestPromises: room is kept for an upload that goes on, and not for one that was only announced.
func TestPromises(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 23, 4, 0, 0, 0, time.UTC)
	p := promises{now: func() time.Time { return now }, all: map[id.Blob]promise{}}
	const mib = 1 << 20
	begun := func() store.Upload { return store.Upload{ID: id.NewBlob(), Size: 40 * mib} }
	a, b, c := begun(), begun(), begun()
	held := func() int64 { return a.Arrived + b.Arrived + c.Arrived }
	made := func(u store.Upload, want bool) {
		t.Helper()
		if got := p.make(u, held(), 100*mib); got != want || p.stands(u.ID) != want && want {
			t.Errorf("promised: %v, want %v; %d MiB are", got, want, p.promised()/mib)
		}
	}
	made(a, true)
	made(b, true)
	made(c, false)
	made(a, true) // again is not twice
	// What arrives is held instead of promised: nothing changes for the third.
	a.Arrived = 30 * mib
	p.came(a)
	made(c, false)
	if got := p.promised(); got != 50*mib {
		t.Errorf("%d MiB are promised", got/mib)
	}
	// The first brings enough to stand, the second a byte a minute.
	for range 11 {
		now = now.Add(time.Minute)
		a.Arrived += mib / 2
		b.Arrived++
		p.came(a)
		p.came(b)
	}
	if !p.stands(a.ID) || p.stands(b.ID) {
		t.Error("the slow one has its promise, or the other has not")
	}
	made(c, true)
	made(b, false) // its room is gone; its bytes are not
	p.drop(c.ID)
	made(b, true)
	a.Arrived = a.Size
	p.came(a)
	if p.stands(a.ID) {
		t.Error("room is kept for an upload that is whole")
	}
}
