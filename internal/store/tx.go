package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"clarion.example/clarion/internal/errs"
)

// Tx is one transaction, for the length of one call of [Store.Read] or [Store.Write] and in its goroutine only;
// it holds the context of that call for this reason. A statement that fails spoils the whole call, also when fn
// returns nil: its changes are undone and Write returns the statement's error. Added rows may be sent only after
// fn has returned, so a Conflict can be an error of Write that no method has returned.
type Tx struct {
	ctx     context.Context
	s       *Store
	sess    *session
	batch   *batch      // nil when reading
	later   []statement // sent when something is read or changed, or at the end
	sent    []statement // what this call has sent
	changed int64       // rows that the last of them changed
	failed  error       // first statement that failed
}

// either picks the text for the database where one text does not do.
func (tx *Tx) either(forSQLite, forPostgres string) string {
	if tx.s.dialect == sqlite {
		return forSQLite
	}
	return forPostgres
}

func (tx *Tx) fault(err error) error {
	if e := tx.ctx.Err(); e != nil && err != nil { // drivers word it in many ways
		err = e
	}
	return tx.spoil(tx.sess.classify(err))
}

// spoil notes the first error after which nothing of this call may be stored.
func (tx *Tx) spoil(err error) error {
	if err != nil && tx.failed == nil && !errors.Is(err, sql.ErrNoRows) {
		tx.failed = err
	}
	return err
}

func (tx *Tx) writing() error {
	if tx.batch == nil {
		return tx.spoil(errors.New("store: change in a reading transaction"))
	}
	return tx.failed
}

// exec runs a statement that changes rows and returns how many.
func (tx *Tx) exec(q string, args ...any) (changed int64, err error) {
	if err := tx.writing(); err != nil {
		return 0, err
	}
	tx.later = append(tx.later, statement{q, args})
	err = tx.flush()
	return tx.changed, err
}

// insert adds rows, at the latest when fn has returned: on PostgreSQL a row costs less when it travels with others.
func (tx *Tx) insert(q string, args ...any) error {
	if err := tx.writing(); err != nil {
		return err
	}
	tx.later = append(tx.later, statement{q, args})
	if tx.s.dialect == postgres {
		return nil
	}
	return tx.flush()
}

// flush sends what insert has kept back, and notes it for [batch.undo].
func (tx *Tx) flush() error {
	if tx.failed != nil || len(tx.later) == 0 {
		return tx.failed
	}
	changed, err := tx.sess.pipeline(tx.ctx, tx.later)
	tx.sent, tx.later, tx.changed = append(tx.sent, tx.later...), tx.later[:0], changed
	return tx.fault(err)
}

// newKey returns the next key of a table. Keys are given here, under the lock that every writing transaction
// holds, so that rows which name each other can be written together. The key of a newest row that was deleted is
// given again.
func (tx *Tx) newKey(table string) (int64, error) {
	if err := tx.writing(); err != nil {
		return 0, err
	}
	last, ok := tx.batch.keys[table]
	if !ok {
		if err := tx.one(`SELECT COALESCE(max(key), 0) FROM `+table, nil, &last); err != nil {
			return 0, err
		}
	}
	tx.batch.keys[table] = last + 1
	return last + 1, nil
}

// drawKey draws a key that is never given again, for a table whose keys name what other processes hold. It is written
// out in the insert: [batch.undo] repeats the insert after going back, and a PostgreSQL sequence does not go back with
// it. An SQLite one does, so there the key is nil and the insert draws it.
func (tx *Tx) drawKey(table string) (key any, err error) {
	if tx.s.dialect == sqlite {
		return nil, nil
	}
	var n int64
	err = tx.one(`SELECT nextval(pg_get_serial_sequence(?1, 'key'))`, []any{table}, &n)
	return n, err
}

// one scans the only row of a query into dest, or returns sql.ErrNoRows.
func (tx *Tx) one(q string, args []any, dest ...any) error {
	found := false
	err := tx.each(q, args, func(scan scanFunc) error {
		found = true
		return scan(dest...)
	})
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

type scanFunc func(dest ...any) error

// each calls fn with the Scan of every row.
func (tx *Tx) each(q string, args []any, fn func(scanFunc) error) error {
	if err := tx.flush(); err != nil {
		return err
	}
	rows, err := tx.sess.query(tx.ctx, q, args...)
	if err != nil {
		return tx.fault(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return err
		}
	}
	return tx.fault(rows.Err())
}

// list collects what scan makes of every row of a query.
func list[T any](tx *Tx, q string, args []any, scan func(scanFunc) (T, error)) ([]T, error) {
	var out []T
	err := tx.each(q, args, func(row scanFunc) error {
		v, err := scan(row)
		out = append(out, v)
		return err
	})
	return out, err
}

// absent turns "no row" into NotFound with a key.
func absent(err error, key string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return errs.New(errs.NotFound, key, nil)
	}
	return err
}

// changed turns "no row was changed" into an error.
func changed(n int64, err error, kind errs.Kind, key string) error {
	if err == nil && n == 0 {
		return errs.New(kind, key, nil)
	}
	return err
}

// mark writes a placeholder.
func mark(n int) string { return "?" + strconv.Itoa(n) }

// marks writes "?from, ?from+1, …", n of them.
func marks(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('?')
		b.WriteString(strconv.Itoa(from + i))
	}
	return b.String()
}

// tuples writes n groups of width placeholders, for an insert of n rows.
func tuples(n, width int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("(" + marks(i*width+1, width) + ")")
	}
	return b.String()
}

// hash scans 32 bytes.
type hash [32]byte

func (h *hash) Scan(v any) error {
	b, ok := v.([]byte)
	if !ok || len(b) != len(h) {
		return fmt.Errorf("%w: a column should hold 32 bytes", ErrDamaged)
	}
	copy(h[:], b)
	return nil
}

// optional turns the zero value into NULL.
func optional[T ~string](v T) any {
	if v == "" {
		return nil
	}
	return string(v)
}

// text scans a string that may be NULL.
type text[T ~string] struct{ v *T }

func (t text[T]) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*t.v = ""
	case string:
		*t.v = T(v)
	case []byte:
		*t.v = T(v)
	default:
		return fmt.Errorf("store: cannot scan %T into a string", v)
	}
	return nil
}

// unix is a time in whole seconds, NULL for the zero time.
func unix(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Unix()
}

// seconds scans what unix wrote.
type seconds struct{ t *time.Time }

func (s seconds) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*s.t = time.Time{}
	case int64:
		*s.t = time.Unix(v, 0).UTC()
	default:
		return fmt.Errorf("store: cannot scan %T into a time", v)
	}
	return nil
}

// hour is t cut to the hour, in seconds.
func hour(t time.Time) int64 { return t.Unix() / 3600 * 3600 }

// hourAfter is the first full hour that is not before t.
func hourAfter(t time.Time) int64 { return hour(t.Add(time.Hour - 1)) }
