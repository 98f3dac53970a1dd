package store_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"golang.org/x/sys/unix"
)

// TestDatabaseGone kills the server under load and starts it again: every refusal says so, every report that was
// acknowledged is there, and the store comes back by itself.
func TestDatabaseGone(t *testing.T) {
	t.Parallel()
	cluster := storetest.NewCluster(t)
	s := storetest.Open(t, cluster.Database(t))
	add(t, s)
	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	var acknowledged, uncertain []id.Case
	var refused int
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for ctx.Err() == nil {
				r := storetest.NewReport(500)
				err := s.Write(context.WithoutCancel(ctx), r.Add)
				mu.Lock()
				switch {
				case err == nil:
					acknowledged = append(acknowledged, r.Case.ID)
				case errors.Is(err, store.ErrUncertain):
					uncertain = append(uncertain, r.Case.ID)
				case errs.Is(err, errs.Unavailable):
					refused++
				default:
					t.Errorf("while the database was gone: %v", err)
				}
				mu.Unlock()
			}
		})
	}
	count := func(what func() bool) {
		for deadline := time.Now().Add(30 * time.Second); ; {
			mu.Lock()
			ok := what()
			mu.Unlock()
			if ok {
				return
			}
			if time.Now().After(deadline) {
				t.Fatal("the load did not get there")
			}
			time.Sleep(time.Millisecond) // polls the load, asserts nothing by itself
		}
	}
	count(func() bool { return len(acknowledged) > 50 })
	cluster.Stop(t)
	count(func() bool { return refused > 20 })
	if err := s.Read(t.Context(), func(tx *store.Tx) error { _, err := tx.LogSize(ledger.Cases); return err }); keyOf(err) != "store.down" {
		t.Errorf("read from a database that is gone: %v", err)
	}
	cluster.Start(t)
	before := len(acknowledged)
	count(func() bool { return len(acknowledged) > before+50 })
	stop()
	wg.Wait()
	storetest.Check(t, s)
	found := 0
	read(t, s, func(tx *store.Tx) error {
		for _, c := range acknowledged {
			if _, err := tx.Case(c); err != nil {
				t.Errorf("an acknowledged case: %v", err)
			}
		}
		for _, c := range uncertain {
			if _, err := tx.Case(c); err == nil {
				found++
			}
		}
		return nil
	})
	if want := int64(1 + len(acknowledged) + found); size(t, s, ledger.Cases) != want {
		t.Errorf("%d leaves, want %d", size(t, s, ledger.Cases), want)
	}
}

// TestLocked lets another process hold the lock that every write needs: writes are refused when their time is up,
// and go on when it lets go.
func TestLocked(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		dsn := fresh(t)
		// The schema is made under the ordinary limit: only the locked writes are to run out of time.
		made, err := store.Open(t.Context(), store.Options{DSN: dsn, Create: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := made.Close(); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), store.Options{DSN: dsn, Timeout: time.Second}) // long enough to connect on a busy machine
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		add(t, s)
		conn, err := raw(t, dsn).Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		begin := []string{"BEGIN IMMEDIATE"}
		if s.Kind() == "postgres" {
			begin = []string{"BEGIN", "SELECT * FROM log_state FOR UPDATE"}
		}
		for _, q := range begin {
			if _, err := conn.ExecContext(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			err = s.Write(t.Context(), storetest.NewReport(100).Add)
			if !errs.Is(err, errs.Unavailable) || errors.Is(err, store.ErrUncertain) {
				t.Errorf("while another holds the lock: %v", err)
			}
		}
		read(t, s, func(tx *store.Tx) error { _, err := tx.LogSize(ledger.Cases); return err })
		if _, err := conn.ExecContext(t.Context(), "ROLLBACK"); err != nil {
			t.Fatal(err)
		}
		add(t, s)
		if got := size(t, s, ledger.Cases); got != 2 {
			t.Errorf("%d leaves, want 2", got)
		}
		storetest.Check(t, s)
	})
}

// TestDiskFull fills a real file system of 8 MiB, where the system lets the test make one: writes are refused,
// nothing is lost, and they go on when there is room.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	mount := t.TempDir()
	if err := unix.Mount("clarion-test", mount, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("cannot make a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(mount, 0); err != nil {
			t.Error(err)
		}
	})
	ballast := filepath.Join(mount, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 4<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{DSN: "sqlite:" + filepath.Join(mount, "clarion.db"), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	stored := int64(0)
	for {
		err := s.Write(t.Context(), storetest.NewReport(100_000).Add)
		if err != nil {
			if !errs.Is(err, errs.Unavailable) {
				t.Errorf("disk full: %v", err)
			}
			break
		}
		if stored++; stored > 100 {
			t.Fatal("10 MB fitted into 4")
		}
	}
	if got := size(t, s, ledger.Cases); got != stored {
		t.Errorf("%d leaves, %d reports were acknowledged", got, stored)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	add(t, s)
	storetest.Check(t, s)
}

const childDSN = "CLARION_STORE_TEST_CHILD"

// TestMain lets the test binary be the process that TestKill kills.
func TestMain(m *testing.M) {
	if dsn := os.Getenv(childDSN); dsn != "" {
		child(dsn)
		return
	}
	os.Exit(m.Run())
}

// child stores reports as fast as it can and prints the id of each after it was acknowledged.
func child(dsn string) {
	s, err := store.Open(context.Background(), store.Options{DSN: dsn})
	if err != nil {
		panic(err)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for {
				r := storetest.NewReport(5000)
				if err := s.Write(context.Background(), r.Add); err != nil {
					panic(err)
				}
				mu.Lock()
				os.Stdout.WriteString(r.Case.ID.String() + "\n")
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

// TestKill kills a writing process with signal 9 at random instants: no acknowledged report is lost, no half
// report is there, and the ledger is whole.
func TestKill(t *testing.T) {
	t.Parallel()
	kills := 12
	if testing.Short() {
		kills = 2
	}
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		dsn := fresh(t)
		if err := storetest.Open(t, dsn).Close(); err != nil {
			t.Fatal(err)
		}
		var acknowledged []string
		for range kills {
			acknowledged = append(acknowledged, killChild(t, dsn)...)
		}
		s := storetest.Open(t, dsn)
		storetest.Check(t, s)
		read(t, s, func(tx *store.Tx) error {
			for _, text := range acknowledged {
				c, err := id.ParseCase(text)
				if err != nil {
					t.Errorf("%q: %v", text, err)
				}
				if _, err := tx.Case(c); err != nil {
					t.Errorf("an acknowledged case: %v", err)
				}
			}
			return nil
		})
		if stored := size(t, s, ledger.Cases); len(acknowledged) == 0 || stored < int64(len(acknowledged)) {
			t.Errorf("%d acknowledged, %d stored", len(acknowledged), stored)
		}
	})
}

func killChild(t *testing.T, dsn string) (acknowledged []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDSN+"="+dsn)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var fault strings.Builder
	cmd.Stderr = &fault
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var wait [1]byte
	rand.Read(wait[:])
	for n := 0; lines.Scan(); n++ {
		if len(lines.Text()) == len(id.NewCase().String()) { // the last line may be cut
			acknowledged = append(acknowledged, lines.Text())
		}
		if n == int(wait[0]) {
			cmd.Process.Kill()
		}
	}
	if cmd.Wait(); strings.Contains(fault.String(), "panic") {
		t.Fatalf("the child failed: %s", fault.String())
	}
	return acknowledged
}
