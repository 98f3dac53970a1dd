package store_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

// TestJobsStandAlone mixes jobs that fail in every way with jobs that do not: those are stored, in one order, and
// of the others nothing is left, neither a row nor a leaf.
func TestJobsStandAlone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		known := add(t, s)
		boom := errors.New("boom")
		failures := map[string]func(*store.Tx) error{
			"error": func(*store.Tx) error { return boom },
			"panic": func(*store.Tx) error { panic("at the disco") },
			"taken": func(tx *store.Tx) error {
				_, err := tx.AddMailbox(known.Mailbox)
				return err
			},
			"empty leaf": func(tx *store.Tx) error {
				_, _ = tx.AppendLeaf(ledger.Cases, nil)
				return nil
			},
			"swallowed": func(tx *store.Tx) error {
				tx.AddMailbox(known.Mailbox)
				_, _ = tx.Meta("x")
				return nil
			},
		}
		want := map[string]func(error) bool{
			"error":      func(err error) bool { return errors.Is(err, boom) },
			"panic":      func(err error) bool { return err != nil && strings.Contains(err.Error(), "panic") },
			"taken":      func(err error) bool { return errs.Is(err, errs.Conflict) },
			"empty leaf": func(err error) bool { return err != nil },
			"swallowed":  func(err error) bool { return errs.Is(err, errs.Conflict) },
		}
		before := size(t, s, ledger.Cases)
		var good atomic.Int64
		var wg sync.WaitGroup
		for range 12 {
			for name, fail := range failures {
				wg.Go(func() {
					r := storetest.NewReport(100)
					err := s.Write(t.Context(), func(tx *store.Tx) error {
						if err := r.Add(tx); err != nil {
							return err
						}
						return fail(tx)
					})
					if !want[name](err) {
						t.Errorf("%s: %v", name, err)
					}
					if err := s.Read(t.Context(), func(tx *store.Tx) error { _, err := tx.Case(r.Case.ID); return err }); !errs.Is(err, errs.NotFound) {
						t.Errorf("%s: the case is there: %v", name, err)
					}
				})
			}
			for range 5 {
				wg.Go(func() {
					add(t, s)
					good.Add(1)
				})
			}
		}
		wg.Wait()
		if got := size(t, s, ledger.Cases) - before; got != good.Load() {
			t.Errorf("%d leaves for %d reports", got, good.Load())
		}
	})
}

// TestGoexitInAJob ends the writer's goroutine as a failing test would; the next job finds a new one.
func TestGoexitInAJob(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := storetest.NewReport(100)
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			if err := r.Add(tx); err != nil {
				return err
			}
			runtime.Goexit()
			return nil
		})
		if err == nil {
			t.Error("a job that never returned was stored")
		}
		write(t, s, r.Add)
	})
}

// hold stops the writer inside a job until release is called.
func hold(t *testing.T, s *store.Store) (release func()) {
	t.Helper()
	started, gate, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- s.Write(context.Background(), func(*store.Tx) error {
			close(started)
			<-gate
			return nil
		})
	}()
	<-started
	return func() {
		close(gate)
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestFullQueueRefusesAtOnce(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), store.Options{DSN: storetest.SQLite(t), Create: true, Queue: 4, Batch: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	release := hold(t, s)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { add(t, s) })
	}
	for s.Waiting() < 4 {
		runtime.Gosched()
	}
	err = s.Write(t.Context(), func(*store.Tx) error { return nil })
	if !errs.Is(err, errs.Unavailable) || keyOf(err) != "store.busy" {
		t.Errorf("fifth in a queue of four: %v", err)
	}
	release()
	wg.Wait()
	add(t, s)
	storetest.Check(t, s)
}

func TestCancelBeforeTheTurn(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.SQLite(t))
	release := hold(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	ran := false
	done := make(chan error)
	go func() { done <- s.Write(ctx, func(*store.Tx) error { ran = true; return nil }) }()
	for s.Waiting() < 1 {
		runtime.Gosched()
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("given up before its turn: %v", err)
	}
	release()
	add(t, s) // behind the other in the queue
	if ran {
		t.Error("a job that was given up ran")
	}
}

// TestCancelAfterTheTurn cancels a caller whose job is running: it hears how that ended.
func TestCancelAfterTheTurn(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.SQLite(t))
	ctx, cancel := context.WithCancel(t.Context())
	r := storetest.NewReport(100)
	err := s.Write(ctx, func(tx *store.Tx) error {
		cancel()
		return r.Add(tx)
	})
	if err != nil {
		t.Fatalf("stored, but the caller heard %v", err)
	}
	read(t, s, func(tx *store.Tx) error { _, err := tx.Case(r.Case.ID); return err })
}

func TestClose(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		dsn := fresh(t)
		s, err := store.Open(t.Context(), store.Options{DSN: dsn, Create: true})
		if err != nil {
			t.Fatal(err)
		}
		var stored atomic.Int64
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				switch err := s.Write(t.Context(), storetest.NewReport(100).Add); {
				case err == nil:
					stored.Add(1)
				case keyOf(err) != "store.closed":
					t.Errorf("while closing: %v", err)
				}
			})
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		wg.Wait()
		if err := s.Write(t.Context(), func(*store.Tx) error { return nil }); keyOf(err) != "store.closed" {
			t.Errorf("write after Close: %v", err)
		}
		if err := s.Read(t.Context(), func(*store.Tx) error { return nil }); keyOf(err) != "store.closed" {
			t.Errorf("read after Close: %v", err)
		}
		again := storetest.Open(t, dsn)
		if got := size(t, again, ledger.Cases); got != stored.Load() {
			t.Errorf("%d leaves, %d reports were answered", got, stored.Load())
		}
		storetest.Check(t, again)
	})
}

func TestReadSeesOneState(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		add(t, s)
		read(t, s, func(tx *store.Tx) error {
			first, err := tx.LogSize(ledger.Cases)
			if err != nil {
				return err
			}
			add(t, s)
			if second, err := tx.LogSize(ledger.Cases); err != nil || second != first {
				return fmt.Errorf("the log grew from %d to %d under a read (%w)", first, second, err)
			}
			return nil
		})
	})
}

func TestReadCannotChange(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for name, fn := range map[string]func(*store.Tx) error{
			"exec":   func(tx *store.Tx) error { return tx.SetMeta("a", "b") },
			"insert": func(tx *store.Tx) error { return tx.Enqueue("a", nil, time.Now()) },
			"leaf":   func(tx *store.Tx) error { _, err := tx.AppendLeaf(ledger.Public, nil); return err },
			"case":   storetest.NewReport(1).Add,
			"quiet":  func(tx *store.Tx) error { tx.SetMeta("a", "b"); return nil },
		} {
			if err := s.Read(t.Context(), fn); err == nil {
				t.Errorf("%s: a read changed something", name)
			}
		}
		if err := s.Read(t.Context(), func(*store.Tx) error { panic("here") }); err == nil || !strings.Contains(err.Error(), "panic") {
			t.Errorf("panic in a read: %v", err)
		}
		read(t, s, func(tx *store.Tx) error { _, err := tx.LogSize(ledger.Public); return err })
	})
}

func TestReadHonoursItsContext(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, cancel := context.WithCancel(t.Context())
		err := s.Read(ctx, func(tx *store.Tx) error {
			cancel()
			_, err := tx.LogSize(ledger.Public)
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		read(t, s, func(tx *store.Tx) error { _, err := tx.LogSize(ledger.Public); return err })
	})
}

// TestTwoProcesses lets two stores append to one database: the terminal while the server runs, or two nodes.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		dsn := fresh(t)
		a, b := storetest.Open(t, dsn), storetest.Open(t, dsn)
		var wg sync.WaitGroup
		for _, s := range []*store.Store{a, b} {
			for range 8 {
				wg.Go(func() {
					for range 10 {
						add(t, s)
						write(t, s, func(tx *store.Tx) error {
							return tx.Audit(store.AuditEntry{At: time.Unix(1, 0), Act: "look", Outcome: store.Allowed})
						})
					}
				})
			}
		}
		wg.Wait()
		if got := size(t, a, ledger.Cases); got != 160 {
			t.Errorf("%d leaves, want 160", got)
		}
		storetest.Check(t, b)
	})
}

// TestStored reads back in another process what a report stored.
func TestStored(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		dsn := fresh(t)
		s, err := store.Open(t.Context(), store.Options{DSN: dsn, Create: true})
		if err != nil {
			t.Fatal(err)
		}
		r := add(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s, err = store.Open(t.Context(), store.Options{DSN: dsn}) // not created again
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		r.Doc.Size = int64(len(r.Body))
		read(t, s, func(tx *store.Tx) error {
			c, err := tx.CaseByNumber(r.Case.Number)
			if err != nil {
				return err
			}
			if d := diff(r.Case, c); d != "" {
				t.Errorf("case (-want +got):\n%s", d)
			}
			docs, err := tx.Docs(c.Key, cases.FromReporter)
			if err != nil {
				return err
			}
			if d := diff([]store.Doc{r.Doc}, docs); d != "" {
				t.Errorf("documents (-want +got):\n%s", d)
			}
			body, err := tx.DocBody(docs[0].Key)
			if err == nil && string(body) != string(r.Body) {
				t.Error("another body")
			}
			return err
		})
		storetest.Check(t, s)
	})
}
