package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"clarion.example/clarion/internal/errs"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// dialect is which database this is; it is also the value of [Store.Kind].
type dialect string

const (
	sqlite   dialect = "sqlite"
	postgres dialect = "postgres"
)

// applicationID marks an SQLite file as ours: "Clrn".
const applicationID = 0x436c726e

func (d dialect) begin() string {
	if d == sqlite {
		return "BEGIN IMMEDIATE"
	}
	return "BEGIN"
}

func (d dialect) beginRead() string {
	if d == sqlite {
		return "BEGIN"
	}
	return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
}

var (
	placeholder = regexp.MustCompile(`\?[1-9][0-9]*`)
	limit       = regexp.MustCompile(`LIMIT \?[1-9][0-9]*`)
)

// rewrite turns the placeholders ?1 ?2 of our texts into those of the database. SQLite knows them as they are, but its
// driver looks up the name of each whenever it binds: where they stand in order, each once, they need none. A limit that is a
// placeholder and nothing else is planned for by its value (sqlite3ExprIsInteger), so that SQLite prepares the statement anew each
// time it is given one, which takes longer than most statements do.
func (d dialect) rewrite(q string) string {
	if d == sqlite {
		q = limit.ReplaceAllString(q, "$0 + 0")
		for i, p := range placeholder.FindAllString(q, -1) {
			if p != "?"+strconv.Itoa(i+1) {
				return q
			}
		}
		return placeholder.ReplaceAllString(q, "?")
	}
	b := []byte(q)
	for i := 0; i+1 < len(b); i++ {
		if b[i] == '?' && b[i+1] >= '1' && b[i+1] <= '9' {
			b[i] = '$'
		}
	}
	return string(b)
}

// target is a parsed DSN.
type target struct {
	dialect dialect
	path    string          // SQLite
	config  *pgx.ConnConfig // PostgreSQL
}

func parseDSN(dsn string) (target, error) {
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok && path != "" {
		path, err := filepath.Abs(path)
		return target{dialect: sqlite, path: path}, err
	}
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		cfg, err := pgx.ParseConfig(dsn)
		if err != nil { // pgx's text may hold the password
			return target{}, errs.New(errs.Invalid, "store.bad_dsn", nil)
		}
		return target{dialect: postgres, config: cfg}, nil
	}
	return target{}, errs.New(errs.Invalid, "store.bad_dsn", nil)
}

// open returns the pool of the writer and that of the readers; neither has connected yet.
func (t target) open(opt Options) (write, read *sql.DB, err error) {
	if t.dialect == sqlite {
		if err := prepareFile(t.path, opt.Create); err != nil {
			return nil, nil, err
		}
		if write, err = sql.Open("sqlite", sqliteDSN(t.path, opt.Timeout, false)); err != nil {
			return nil, nil, fmt.Errorf("opening database: %w", err)
		}
		if read, err = sql.Open("sqlite", sqliteDSN(t.path, opt.Timeout, true)); err != nil {
			return nil, nil, fmt.Errorf("opening database: %w", err)
		}
		return write, read, nil
	}
	return stdlib.OpenDB(*t.postgres(opt.Timeout)), stdlib.OpenDB(*t.postgres(opt.Timeout)), nil
}

// sqliteDSN holds every setting, so that each connection has them. The page size must be set before the journal
// mode, which the driver sets last. Temporary tables stay in memory: a temporary file is erased by nobody.
func sqliteDSN(path string, wait time.Duration, read bool) string {
	q := url.Values{
		"_pragma": {
			"page_size(8192)", "secure_delete(1)", "wal_autocheckpoint(4000)", "temp_store(2)",
			"cache_size(" + map[bool]string{true: "-4096", false: "-32768"}[read] + ")",
			"trusted_schema(0)", "cell_size_check(1)", "journal_size_limit(67108864)",
		},
		"_busy_timeout": {strconv.FormatInt(wait.Milliseconds(), 10)},
		"_foreign_keys": {"1"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_txlock":       {"immediate"},
		"_dqs":          {"0"},
		"_defensive":    {"1"},
		"_error_rc":     {"1"},
	}
	if read {
		q.Set("_query_only", "1")
		q.Set("_txlock", "deferred")
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

// postgres gives every connection bounds of its own, so that no statement, lock or forgotten transaction can
// hold the others for longer than a transaction may take.
func (t target) postgres(timeout time.Duration) *pgx.ConnConfig {
	cfg := t.config.Copy()
	ms := strconv.FormatInt(timeout.Milliseconds(), 10)
	cfg.RuntimeParams["statement_timeout"] = ms
	cfg.RuntimeParams["lock_timeout"] = ms
	cfg.RuntimeParams["idle_in_transaction_session_timeout"] = ms
	cfg.RuntimeParams["application_name"] = "clarion"
	cfg.RuntimeParams["client_min_messages"] = "error"
	cfg.ConnectTimeout = min(timeout, 5*time.Second)
	return cfg
}

// prepareFile refuses a file that is not an SQLite database and makes an empty one, mode 0600, if it may.
func prepareFile(path string, create bool) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		if !create {
			return errs.New(errs.Conflict, "store.empty", errs.Args{"Command": "clarion doctor"})
		}
		f, err = os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	}
	if err != nil {
		return errs.Wrap(errs.Unavailable, "store.down", nil, fmt.Errorf("opening database file: %w", err))
	}
	defer f.Close()
	head := make([]byte, 16)
	switch n, err := io.ReadFull(f, head); {
	case err == io.EOF && n == 0:
		return nil
	case err != nil && err != io.ErrUnexpectedEOF:
		return errs.Wrap(errs.Invalid, "store.foreign", nil, fmt.Errorf("reading database file: %w", err))
	case string(head) != "SQLite format 3\x00":
		return errs.New(errs.Invalid, "store.foreign", nil)
	}
	return nil
}
