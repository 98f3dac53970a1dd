package intake

import (
	"context"
	"sync"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
)

const (
	promiseLife = 10 * time.Minute // how long a promise stands
	promiseKeep = 1 << 20          // bytes that must arrive meanwhile for it to stand as long again
)

// promises are bytes of uploads that have not arrived and for which room is kept, so that what was begun can be
// finished. One that brings too little loses its promise, not what has arrived: otherwise whoever only announces uploads
// would hold the room of those who send them. Another node keeps its own; the disk's reserve holds for all.
type promises struct {
	now func() time.Time
	mu  sync.Mutex
	all map[id.Blob]promise // guarded by mu
}

type promise struct {
	left  int64 // bytes
	at    int64 // where the upload stood when until was set
	until time.Time
}

// sum is what is promised to all but one. p.mu is held.
func (p *promises) sum(but id.Blob) (n int64) {
	now := p.now()
	for b, one := range p.all {
		switch {
		case !now.Before(one.until):
			delete(p.all, b)
		case b != but:
			n += one.left
		}
	}
	return n
}

// promised is what is promised to all.
func (p *promises) promised() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sum(id.Blob{})
}

// stands reports whether an upload has a promise.
func (p *promises) stands(b id.Blob) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now().Before(p.all[b].until)
}

// make promises an upload what it lacks, if that fits into room beside what is held and promised.
func (p *promises) make(u store.Upload, held, room int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := u.Size - u.Arrived
	if held+p.sum(u.ID)+left > room {
		return false
	}
	p.all[u.ID] = promise{left, u.Arrived, p.now().Add(promiseLife)}
	return true
}

// came notes how far an upload has come.
func (p *promises) came(u store.Upload) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one, ok := p.all[u.ID]
	if !ok || u.Whole() {
		delete(p.all, u.ID)
		return
	}
	one.left = u.Size - u.Arrived
	if u.Arrived-one.at >= promiseKeep {
		one.at, one.until = u.Arrived, p.now().Add(promiseLife)
	}
	p.all[u.ID] = one
}

// drop takes a promise back.
func (p *promises) drop(b id.Blob) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, b)
}

func errNoRoom() error { return errs.New(errs.Unavailable, "intake.no_room_for_files", nil) }

// unsent tells what unsent files hold, and how many bytes they may.
func (s *Service) unsent(ctx context.Context) (u store.Unclaimed, room int64, err error) {
	free, err := s.o.Blobs.Free()
	if err != nil {
		return u, 0, err
	}
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		u, err = tx.Unclaimed()
		return err
	})
	return u, s.roomIn(free, u), err
}

// roomIn is how many bytes unsent files may hold while so many are free.
func (s *Service) roomIn(free int64, unsent store.Unclaimed) int64 {
	return (free + unsent.Held) / 100 * int64(s.o.FileShare)
}

// roomForFiles refuses files when unsent ones hold, or were promised, their share of the free disk. Text goes on.
func (s *Service) roomForFiles(ctx context.Context) error {
	unsent, room, err := s.unsent(ctx)
	if err == nil && unsent.Held+s.uploads.promises.promised() > room {
		err = errNoRoom()
	}
	return err
}

// roomToGrow makes sure that an upload which goes on has a promise.
func (s *Service) roomToGrow(ctx context.Context, u store.Upload) error {
	if s.uploads.promises.stands(u.ID) {
		return nil
	}
	unsent, room, err := s.unsent(ctx)
	if err == nil && !s.uploads.promises.make(u, unsent.Held, room) {
		err = errNoRoom()
	}
	return err
}

// roomToBegin makes the first promise to an upload. It is undone when the transaction is.
func (s *Service) roomToBegin(tx *store.Tx, free int64, u store.Upload) error {
	unsent, err := tx.Unclaimed()
	if err != nil {
		return err
	}
	if unsent.Uploads >= int64(s.o.Uploads.Unclaimed) || !s.uploads.promises.make(u, unsent.Held, s.roomIn(free, unsent)) {
		return errNoRoom()
	}
	return nil
}

// uploadLoad is how much is taken of what uploads need, between 0 and 1.
func (s *Service) uploadLoad(ctx context.Context) (float64, error) {
	unsent, room, err := s.unsent(ctx)
	if err != nil {
		return 0, err
	}
	held := unsent.Held + s.uploads.promises.promised()
	return max(float64(s.o.Store.Waiting())/float64(s.o.Queue), float64(unsent.Uploads)/float64(s.o.Uploads.Unclaimed), float64(held)/float64(max(1, room))), nil
}
