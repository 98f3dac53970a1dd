// Package store is the only place that speaks SQL: one package over database/sql, with SQLite by default and
// PostgreSQL by configuration, and one SQL text for both.
//
// A use case is one call of [Store.Write]: change, audit entry, ledger leaf and outbox row commit together or
// not at all. Writes are grouped: one goroutine takes whatever has queued into one transaction and answers only
// after the commit.
//
// It must never store an address, a user agent, a reporter's name, or a time of a reporter's act finer than the hour,
// never offer a query by anything finer than category, region, unit, state, day, language and way in, and never put a
// value into an error. It does not decide who may see what: its callers do. It never builds or reads the content
// of a ledger leaf or of a sealed document.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"clarion.example/clarion/internal/ledger"
)

// Options say which database to open and how much may wait for it.
type Options struct {
	// DSN is "sqlite:/path/clarion.db" or "postgres://…".
	DSN string
	// Create lets Open make the schema and the two empty logs in an empty database. Without it an empty
	// database is refused: a log begins once, together with its data directory.
	Create bool
	// SkipChecks opens a database that Open would refuse because its parts do not fit together. For repair.
	SkipChecks bool
	// Queue is how many writes may wait, 2048 if zero. The next one is refused.
	Queue int
	// Batch is how many writes share a transaction at most, 512 if zero.
	Batch int
	// Readers is how many reads run at once, at least 4 and twice the processors if zero.
	Readers int
	// Timeout bounds one transaction on PostgreSQL and the wait for another process on SQLite, 10 s if zero.
	Timeout time.Duration
}

// Store is an open database. Its methods may be called from many goroutines.
type Store struct {
	dialect dialect
	opt     Options
	queue   chan *job
	stop    chan struct{} // closed by Close
	stopped chan struct{} // closed when the writer has returned
	close   sync.Once

	writeDB, readDB *sql.DB
	readers         chan *session // a token for each reader; nil until first used or after a fault

	writer *session             // used by the writer goroutine only
	edges  map[ledger.Log]edges // used by the writer goroutine only
	marked atomic.Bool          // the database is known to say that it holds cases
}

// Open opens the database, brings its schema up to date and starts the writer. Errors that an operator can act
// on have keys "store.foreign", "store.newer", "store.changed", "store.empty", "store.no_log", "store.no_cases",
// "store.torn_log" (Conflict or Invalid, with the repairing command in Args "Command") and "store.down"
// (Unavailable).
func Open(ctx context.Context, opt Options) (*Store, error) {
	opt.Queue = orDefault(opt.Queue, 2048)
	opt.Batch = orDefault(opt.Batch, 512)
	opt.Readers = orDefault(opt.Readers, max(4, 2*runtime.NumCPU()))
	opt.Timeout = orDefault(opt.Timeout, 10*time.Second)
	target, err := parseDSN(opt.DSN)
	if err != nil {
		return nil, err
	}
	s := &Store{
		dialect: target.dialect, opt: opt,
		queue: make(chan *job, opt.Queue), stop: make(chan struct{}), stopped: make(chan struct{}),
		readers: make(chan *session, opt.Readers),
		edges:   map[ledger.Log]edges{},
	}
	for range opt.Readers {
		s.readers <- nil
	}
	if s.writeDB, s.readDB, err = target.open(opt); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		s.writeDB.Close()
		s.readDB.Close()
		return nil, err
	}
	go s.runWriter()
	return s, nil
}

func orDefault[T int | time.Duration](v, d T) T {
	if v == 0 {
		return d
	}
	return v
}

// prepare migrates and refuses what does not fit together.
func (s *Store) prepare(ctx context.Context) error {
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if s.opt.SkipChecks {
		return nil
	}
	return s.Read(ctx, (*Tx).checkWhole)
}

// Close refuses new writes, finishes those that have queued, waits for reads, and closes the database. Closing
// again does nothing.
func (s *Store) Close() (err error) {
	s.close.Do(func() {
		close(s.stop)
		<-s.stopped
		for range s.opt.Readers {
			if r := <-s.readers; r != nil {
				r.close()
			}
		}
		err = errors.Join(s.readDB.Close(), s.writeDB.Close())
	})
	return err
}

// Waiting returns how many writes are queued, for the operations listener.
func (s *Store) Waiting() int { return len(s.queue) }

// Kind is "sqlite" or "postgres".
func (s *Store) Kind() string { return string(s.dialect) }

// Read runs fn on one consistent state of the database. Methods that change something fail in it.
func (s *Store) Read(ctx context.Context, fn func(*Tx) error) error {
	var sess *session
	select {
	case sess = <-s.readers:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.stop:
		return errClosed()
	}
	sess, err := s.read(ctx, sess, fn)
	s.readers <- sess
	return err
}

// read returns the session to keep: nil after a fault, so that the next reader connects anew.
func (s *Store) read(ctx context.Context, sess *session, fn func(*Tx) error) (_ *session, err error) {
	if sess, err = s.begin(ctx, sess, s.readDB, s.dialect.beginRead()); err != nil {
		return nil, err
	}
	keep := false
	defer func() {
		if !keep {
			sess.close()
		}
	}()
	tx := &Tx{ctx: ctx, s: s, sess: sess}
	err = runGuarded(fn, tx)
	if err == nil {
		err = tx.failed
	}
	if _, e := sess.exec(context.WithoutCancel(ctx), "ROLLBACK"); e != nil {
		return nil, firstError(err, sess.classify(e))
	}
	keep = true
	return sess, err
}

// begin starts a transaction on the session, or on a new one if there is none or if it has gone bad since it was
// last used: the database may have been restarted meanwhile.
func (s *Store) begin(ctx context.Context, sess *session, db *sql.DB, text string) (*session, error) {
	if sess != nil {
		done := sess.limit(s.opt.Timeout)
		_, err := sess.exec(ctx, text)
		if done(); err == nil {
			return sess, nil
		}
		err = sess.classify(err)
		if sess.close(); ctx.Err() != nil || keyIs(err, "store.busy") {
			return nil, firstError(ctx.Err(), err)
		}
	}
	sess, err := openSession(ctx, s.dialect, db)
	if err != nil {
		return nil, firstError(ctx.Err(), classify(s.dialect, err))
	}
	if _, err := sess.exec(ctx, text); err != nil {
		err = sess.classify(err)
		sess.close()
		return nil, firstError(ctx.Err(), err)
	}
	return sess, nil
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// runGuarded turns a panic of fn into an error that shows where it came from.
func runGuarded(fn func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			buf := make([]byte, 8<<10)
			err = fmt.Errorf("store: panic in a transaction: %T\n%s", r, buf[:runtime.Stack(buf, false)])
		}
	}()
	return fn(tx)
}
