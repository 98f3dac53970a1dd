package store

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"clarion.example/clarion/internal/errs"
)

// The life of a job: whoever moves it away from waiting decides whether it runs.
const (
	waiting int32 = iota
	taken
	givenUp
)

// job is one call of Write. done receives exactly one value if the job was taken.
type job struct {
	fn    func(*Tx) error
	state atomic.Int32
	done  chan error
	err   error // of fn; the writer's until it answers
}

// Write runs fn in a transaction and returns after that transaction is on disk, or was not stored. Many calls
// share one commit; each stands alone in it: if fn fails, panics, or one of its statements fails, its own
// changes and leaves are undone and the others are not. fn runs once, in the writer's goroutine, and must only
// use tx and compute: whatever it waits for, everybody waits for. It must not call Write.
//
// Kinds: Unavailable with key "store.busy" at once when the queue is full, "store.down" or "store.full" when the
// database cannot; whatever fn returns. If ctx ends before the turn of this call, fn never runs and the error is
// that of ctx; after that Write waits for the truth. See [ErrUncertain].
func (s *Store) Write(ctx context.Context, fn func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &job{fn: fn, done: make(chan error, 1)}
	select {
	case <-s.stop:
		return errClosed()
	default:
	}
	select {
	case s.queue <- j:
	default:
		return errs.New(errs.Unavailable, "store.busy", nil)
	}
	select {
	case err := <-j.done:
		return err
	case <-ctx.Done():
		if j.state.CompareAndSwap(waiting, givenUp) {
			return ctx.Err()
		}
	case <-s.stopped: // the writer may have left before this job was in the queue
		if j.state.CompareAndSwap(waiting, givenUp) {
			return errClosed()
		}
	}
	return <-j.done
}

// runWriter is the one goroutine that writes.
func (s *Store) runWriter() {
	ended := false
	defer func() {
		if !ended { // fn called runtime.Goexit, as a test does to fail
			go s.runWriter()
			return
		}
		s.dropWriter()
		close(s.stopped)
	}()
	for {
		select {
		case j := <-s.queue:
			s.runBatch(s.gather(j))
		case <-s.stop:
			for {
				select {
				case j := <-s.queue:
					s.runBatch(s.gather(j))
					continue
				default:
				}
				break
			}
			ended = true
			return
		}
	}
}

// gather takes what has queued behind first, up to the size of a batch, and leaves out who has given up.
func (s *Store) gather(first *job) []*job {
	var jobs []*job
	take := func(j *job) {
		if j.state.CompareAndSwap(waiting, taken) {
			jobs = append(jobs, j)
		}
	}
	take(first)
	for len(jobs) < s.opt.Batch {
		select {
		case j := <-s.queue:
			take(j)
		default:
			return jobs
		}
	}
	return jobs
}

func (s *Store) dropWriter() {
	if s.writer != nil {
		s.writer.close()
		s.writer = nil
	}
	clear(s.edges)
}

// runBatch runs jobs in one transaction and answers each of them.
func (s *Store) runBatch(jobs []*job) {
	if len(jobs) == 0 {
		return
	}
	fatal := errors.New("store: the batch was abandoned")
	defer func() {
		for _, j := range jobs {
			j.done <- firstError(j.err, fatal)
		}
	}()
	// Committed jobs are answered nil; fatal stays set if a fn ends this goroutine.
	clean := false
	defer func() {
		if !clean {
			s.dropWriter()
		}
	}()
	fatal = s.commitBatch(jobs)
	clean = fatal == nil
}

func (s *Store) commitBatch(jobs []*job) error {
	ctx := context.Background() // a batch belongs to no single caller
	sess, err := s.begin(ctx, s.writer, s.writeDB, s.dialect.begin())
	if s.writer = sess; err != nil {
		return err
	}
	defer sess.limit(s.opt.Timeout)()
	b := &batch{s: s, sess: s.writer, keys: map[string]int64{}}
	if err := b.run(ctx, jobs); err != nil {
		return err // the connection is dropped, and the transaction with it
	}
	if _, err := s.writer.exec(ctx, "COMMIT"); err != nil {
		return s.afterCommit(err)
	}
	b.committed()
	return nil
}

// afterCommit words a commit that failed. When the database went away during it, the outcome is not known.
func (s *Store) afterCommit(err error) error {
	c := s.writer.classify(err)
	if keyIs(c, "store.down") {
		return errs.Wrap(errs.Unavailable, "store.down", nil, fmt.Errorf("%w: %w", ErrUncertain, err))
	}
	return c
}
