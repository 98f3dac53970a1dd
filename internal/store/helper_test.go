package store_test

import (
	"database/sql"
	"strings"
	"testing"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// write and read run fn and fail the test on an error.
func write(t testing.TB, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.Read(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// add stores a new report and returns it with its keys.
func add(t testing.TB, s *store.Store) *storetest.Report {
	t.Helper()
	r := storetest.NewReport(300)
	write(t, s, r.Add)
	return r
}

// diff compares values that may hold ids.
func diff(want, got any) string {
	return cmp.Diff(want, got, cmpopts.EquateComparable(id.Case{}, id.Doc{}, id.Blob{}), cmpopts.EquateEmpty())
}

// raw opens the database of a DSN behind the store's back.
func raw(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	driver, source := "pgx", dsn
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		driver, source = "sqlite", "file:"+path+"?_busy_timeout=5000"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func keyOf(err error) string {
	if e, ok := errs.Public(err); ok {
		return e.Key
	}
	return ""
}

func size(t testing.TB, s *store.Store, log ledger.Log) (n int64) {
	t.Helper()
	read(t, s, func(tx *store.Tx) (err error) {
		n, err = tx.LogSize(log)
		return err
	})
	return n
}
