package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"clarion.example/clarion/internal/errs"
	"github.com/jackc/pgx/v5/pgconn"
	sqlitedriver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrUncertain is in the chain of an error after which the write may or may not have been stored, because the
// database went away during the commit. Repeating a write that carries its own random id is then safe: it is
// stored once, or refused as Conflict because it was stored.
var ErrUncertain = errors.New("store: outcome of the commit is not known")

// ErrDamaged is in the chain of an error that says that stored data contradict each other.
var ErrDamaged = errors.New("store: stored data contradict each other")

func errClosed() error { return errs.New(errs.Unavailable, "store.closed", nil) }

// classify gives an error of a driver its kind and key. Errors that have a kind, and the caller's own
// cancellation, pass as they are. A driver's text stays in the cause: it can hold values only where a constraint
// is violated, and then it is dropped.
func classify(d dialect, err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) || errors.Is(err, context.Canceled) {
		return err
	}
	if _, ok := errs.Public(err); ok {
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errs.Wrap(errs.Unavailable, "store.down", nil, err)
	}
	if d == sqlite {
		return classifySQLite(err)
	}
	return classifyPostgres(err)
}

func classifySQLite(err error) error {
	e, ok := errors.AsType[*sqlitedriver.Error](err)
	if !ok {
		return err
	}
	switch code := e.Code(); {
	case code == sqlite3.SQLITE_CONSTRAINT_UNIQUE, code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
		code == sqlite3.SQLITE_CONSTRAINT_ROWID:
		return errs.Wrap(errs.Conflict, "store.exists", nil, err) // names the columns, no values
	case code&0xff == sqlite3.SQLITE_FULL:
		return errs.Wrap(errs.Unavailable, "store.full", nil, err)
	case code&0xff == sqlite3.SQLITE_BUSY, code&0xff == sqlite3.SQLITE_LOCKED:
		return errs.Wrap(errs.Unavailable, "store.busy", nil, err)
	case code&0xff == sqlite3.SQLITE_NOTADB:
		return errs.Wrap(errs.Invalid, "store.foreign", nil, err)
	case code&0xff == sqlite3.SQLITE_IOERR, code&0xff == sqlite3.SQLITE_CANTOPEN,
		code&0xff == sqlite3.SQLITE_READONLY, code&0xff == sqlite3.SQLITE_PROTOCOL:
		return errs.Wrap(errs.Unavailable, "store.down", nil, err)
	}
	return err
}

func classifyPostgres(err error) error {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		if lostConnection(err) {
			return errs.Wrap(errs.Unavailable, "store.down", nil, err)
		}
		return err
	}
	plain := errors.New("postgres " + e.Code + " " + e.TableName + " " + e.ConstraintName) // details hold values
	switch {
	case e.Code == "23505": // unique_violation
		return errs.Wrap(errs.Conflict, "store.exists", nil, plain)
	case strings.HasPrefix(e.Code, "23"), strings.HasPrefix(e.Code, "22"): // their messages hold values too
		return plain
	case e.Code == "53100", e.Code == "58030": // disk_full, io_error
		return errs.Wrap(errs.Unavailable, "store.full", nil, err)
	case e.Code == "55P03", e.Code == "57014", e.Code == "40001", e.Code == "40P01": // lock and statement time-outs
		return errs.Wrap(errs.Unavailable, "store.busy", nil, err)
	case strings.HasPrefix(e.Code, "08"), strings.HasPrefix(e.Code, "53"), strings.HasPrefix(e.Code, "57P"),
		strings.HasPrefix(e.Code, "28"), strings.HasPrefix(e.Code, "3D"), e.Code == "25006", e.Code == "25P03":
		return errs.Wrap(errs.Unavailable, "store.down", nil, err)
	}
	return err
}

// lostConnection reports whether an error that is not the server's word is the network's.
func lostConnection(err error) bool {
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	return connecting || network || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// spoilsBatch reports whether nothing more can be done in this transaction.
func spoilsBatch(err error) bool {
	return keyIs(err, "store.down") || keyIs(err, "store.full") || keyIs(err, "store.closed")
}

func keyIs(err error, key string) bool {
	e, ok := errs.Public(err)
	return ok && e.Key == key
}
