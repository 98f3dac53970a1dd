package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net"
	"time"

	"clarion.example/clarion/internal/errs"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// session is one connection and its prepared statements. One goroutine uses it at a time.
type session struct {
	dialect dialect
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt // SQLite: prepared once on this connection
	texts   map[string]string    // PostgreSQL: rewritten once; the driver prepares and caches
	inserts map[shape]string     // texts of inserts of many rows
	wire    net.Conn             // PostgreSQL: what limit cuts
}

// shape names an insert of many rows.
type shape struct {
	head        string
	rows, width int
}

// insert is the text of an insert: head, then a group of placeholders for each row.
func (s *session) insert(head string, rows, width int) string {
	q, ok := s.inserts[shape{head, rows, width}]
	if !ok {
		q = head + tuples(rows, width)
		s.inserts[shape{head, rows, width}] = q
	}
	return q
}

func openSession(ctx context.Context, d dialect, db *sql.DB) (*session, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	s := &session{dialect: d, conn: conn, stmts: map[string]*sql.Stmt{}, texts: map[string]string{},
		inserts: map[shape]string{}}
	if d == postgres {
		err = conn.Raw(func(c any) error {
			s.wire = c.(*stdlib.Conn).Conn().PgConn().Conn()
			return nil
		})
	}
	return s, err
}

func (s *session) close() {
	for _, st := range s.stmts {
		st.Close()
	}
	// A connection that is given up is closed, not put back into the pool: it may hold a transaction.
	s.conn.Raw(func(any) error { return driver.ErrBadConn })
	s.conn.Close()
}

// classify is the function of that name, and knows in addition whether the connection is gone.
func (s *session) classify(err error) error {
	err = classify(s.dialect, err)
	if _, ok := errs.Public(err); ok || err == nil || s.dialect == sqlite {
		return err
	}
	gone := true
	s.conn.Raw(func(c any) error {
		gone = c.(*stdlib.Conn).Conn().IsClosed()
		return nil
	})
	if gone {
		return errs.Wrap(errs.Unavailable, "store.down", nil, err)
	}
	return err
}

func (s *session) prepared(ctx context.Context, q string) (*sql.Stmt, error) {
	if st := s.stmts[q]; st != nil {
		return st, nil
	}
	st, err := s.conn.PrepareContext(ctx, s.dialect.rewrite(q))
	if err == nil {
		s.stmts[q] = st
	}
	return st, err
}

func (s *session) text(q string) string {
	t, ok := s.texts[q]
	if !ok {
		t = s.dialect.rewrite(q)
		s.texts[q] = t
	}
	return t
}

func (s *session) exec(ctx context.Context, q string, args ...any) (sql.Result, error) {
	if s.dialect == postgres {
		return s.conn.ExecContext(ctx, s.text(q), args...)
	}
	st, err := s.prepared(ctx, q)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

func (s *session) query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	if s.dialect == postgres {
		return s.conn.QueryContext(ctx, s.text(q), args...)
	}
	st, err := s.prepared(ctx, q)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

// limit cuts the connection if the returned function has not been called within d. It stands in for a context
// with a deadline, which costs a goroutine for each statement. SQLite waits for nothing but its busy timeout.
func (s *session) limit(d time.Duration) (done func()) {
	if s.dialect == sqlite {
		return func() {}
	}
	t := time.AfterFunc(d, func() { s.wire.SetDeadline(time.Unix(1, 0)) })
	return func() { t.Stop() }
}

// statement is a text with its arguments.
type statement struct {
	text string
	args []any
}

// pipeline runs statements whose rows nobody reads, on PostgreSQL in one message, and stops at the first that
// fails. It returns how many rows the last one changed.
func (s *session) pipeline(ctx context.Context, list []statement) (changed int64, err error) {
	if s.dialect == sqlite {
		for _, q := range list {
			res, err := s.exec(ctx, q.text, q.args...)
			if err != nil {
				return 0, err
			}
			if changed, err = res.RowsAffected(); err != nil {
				return 0, err
			}
		}
		return changed, nil
	}
	var b pgx.Batch
	for _, q := range list {
		b.Queue(s.text(q.text), q.args...).Exec(func(tag pgconn.CommandTag) error {
			changed = tag.RowsAffected()
			return nil
		})
	}
	err = s.conn.Raw(func(c any) error { return c.(*stdlib.Conn).Conn().SendBatch(ctx, &b).Close() })
	return changed, err
}
