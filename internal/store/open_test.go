package store_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

var update = flag.Bool("update", false, "write the golden schemas anew")

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		for name, c := range map[string]struct {
			harm string // done to a database that holds a case
			key  string
			kind errs.Kind
		}{
			"no log":         {"DELETE FROM log_state", "store.no_log", errs.Conflict},
			"one log":        {"DELETE FROM log_state WHERE log = 'cases'", "store.no_log", errs.Conflict},
			"log cut":        {"UPDATE log_state SET size = 0 WHERE log = 'cases'", "store.torn_log", errs.Conflict},
			"log ahead":      {"UPDATE log_state SET size = 2 WHERE log = 'cases'", "store.torn_log", errs.Conflict},
			"no cases":       {"DELETE FROM cases", "store.no_cases", errs.Conflict},
			"newer schema":   {"INSERT INTO schema_sums (version, sum) VALUES (999999, 'x')", "store.newer", errs.Conflict},
			"changed schema": {"UPDATE schema_sums SET sum = 'x' WHERE version = 1", "store.changed", errs.Conflict},
			"foreign":        {"DROP TABLE schema_sums", "store.foreign", errs.Invalid},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				dsn := fresh(t)
				s := storetest.Open(t, dsn)
				add(t, s)
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				db := raw(t, dsn)
				if strings.HasPrefix(dsn, "sqlite:") && c.harm == "DELETE FROM cases" {
					c.harm = "PRAGMA foreign_keys = 1; " + c.harm
				}
				if _, err := db.Exec(c.harm); err != nil {
					t.Fatal(err)
				}
				_, err := store.Open(t.Context(), store.Options{DSN: dsn, Create: true})
				if !errs.Is(err, c.kind) || keyOf(err) != c.key {
					t.Errorf("opened with %v, want key %s", err, c.key)
				}
				if e, ok := errs.Public(err); ok && c.kind == errs.Conflict && c.key != "store.newer" && e.Args["Command"] != "clarion doctor" {
					t.Errorf("no command that repairs: %v", e.Args)
				}
			})
		}
	})
}

func TestSkipChecksOpensForRepair(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		dsn := fresh(t)
		s := storetest.Open(t, dsn)
		add(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := raw(t, dsn).Exec("DELETE FROM log_state"); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), store.Options{DSN: dsn, SkipChecks: true})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		write(t, s, func(tx *store.Tx) error { return tx.SetMeta("repair", "begun") })
		err = s.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.AppendLeaf(ledger.Cases, []byte("x"))
			return err
		})
		if keyOf(err) != "store.no_log" {
			t.Errorf("a leaf for no log: %v", err)
		}
		if err := s.Verify(t.Context()); err == nil {
			t.Error("Verify found nothing")
		}
	})
}

func TestEmptyIsNotCreatedByChance(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		dsn := fresh(t)
		for range 2 { // the refusal itself leaves nothing
			_, err := store.Open(t.Context(), store.Options{DSN: dsn})
			if keyOf(err) != "store.empty" {
				t.Fatalf("an empty database: %v", err)
			}
		}
	})
}

func TestForeignFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"text": "Dear diary, this is a file of somebody else's.", "short": "SQL", "nearly": "SQLite format 3\x00but nothing else",
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := store.Open(t.Context(), store.Options{DSN: "sqlite:" + path, Create: true})
		if keyOf(err) != "store.foreign" {
			t.Errorf("%s: %v", name, err)
		}
		if now, err := os.ReadFile(path); err != nil || string(now) != content {
			t.Errorf("%s was changed: %q %v", name, now, err)
		}
	}
	_, err := store.Open(t.Context(), store.Options{DSN: "sqlite:" + dir, Create: true})
	if err == nil {
		t.Error("a directory was opened")
	}
	other := "sqlite:" + filepath.Join(dir, "other.db")
	if _, err := raw(t, other).Exec("CREATE TABLE people (name text)"); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), store.Options{DSN: other, Create: true}); keyOf(err) != "store.foreign" {
		t.Errorf("another program's database: %v", err)
	}
}

func TestBadDSN(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{"", "sqlite:", "mysql://x", "postgres://u:s3cret@host:notaport/db", "/var/lib/clarion.db"} {
		_, err := store.Open(t.Context(), store.Options{DSN: dsn, Create: true})
		if keyOf(err) != "store.bad_dsn" {
			t.Errorf("%q: %v", dsn, err)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the error shows a password: %v", err)
		}
	}
}

func TestFileModes(t *testing.T) {
	t.Parallel()
	dsn := storetest.SQLite(t)
	s := storetest.Open(t, dsn)
	add(t, s)
	path := strings.TrimPrefix(dsn, "sqlite:")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		st, err := os.Stat(path + suffix)
		if err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%q has mode %v, %v", suffix, st.Mode(), err)
		}
	}
}

// TestOpenTogether starts several nodes on one empty database.
func TestOpenTogether(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		dsn := fresh(t)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				s, err := store.Open(t.Context(), store.Options{DSN: dsn, Create: true})
				if err != nil {
					t.Error(err)
					return
				}
				defer s.Close()
				add(t, s)
			})
		}
		wg.Wait()
		s := storetest.Open(t, dsn)
		if got := size(t, s, ledger.Cases); got != 4 {
			t.Errorf("%d leaves, want 4", got)
		}
		storetest.Check(t, s)
	})
}

// TestSQLiteSettings asks a connection of each kind what is in force.
func TestSQLiteSettings(t *testing.T) {
	t.Parallel()
	dsn := storetest.SQLite(t)
	storetest.Open(t, dsn)
	for name, want := range map[string]string{"page_size": "8192", "journal_mode": "wal", "application_id": "1131180654"} {
		var got string
		if err := raw(t, dsn).QueryRow("PRAGMA " + name).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %s (%v), want %s", name, got, err, want)
		}
	}
}

func TestGoldenSchema(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		dsn := fresh(t)
		s := storetest.Open(t, dsn)
		got := schema(t, dsn)
		golden := filepath.Join("testdata", "schema."+s.Kind()+".sql")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if d := diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); d != "" {
			t.Errorf("schema differs from %s (-want +got); -update writes it:\n%s", golden, d)
		}
	})
}

// schema describes a database in words of its own.
func schema(t *testing.T, dsn string) string {
	t.Helper()
	q := `SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'schema_versions%' ORDER BY tbl_name, type DESC, name`
	if strings.HasPrefix(dsn, "postgres") {
		q = postgresSchema
	}
	rows, err := raw(t, dsn).Query(q)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		b.WriteString(line + "\n")
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const postgresSchema = `
SELECT line FROM (
	SELECT c.relname AS t, 1 AS part, a.attnum AS n, format('%s.%s %s%s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
		CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, CASE WHEN a.attidentity <> '' THEN ' IDENTITY' ELSE '' END,
		CASE a.attstorage WHEN 'e' THEN ' EXTERNAL' WHEN 'p' THEN CASE WHEN a.attlen < 0 THEN ' PLAIN' ELSE '' END ELSE '' END) AS line
		FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
	UNION ALL
	SELECT c.relname, 2, row_number() OVER (PARTITION BY c.relname ORDER BY k.conname), format('%s: %s %s', c.relname, k.conname, pg_get_constraintdef(k.oid))
		FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE c.relnamespace = current_schema()::regnamespace
	UNION ALL
	SELECT tablename, 3, row_number() OVER (PARTITION BY tablename ORDER BY indexname), indexdef FROM pg_indexes WHERE schemaname = current_schema()
	UNION ALL
	SELECT c.relname, 4, row_number() OVER (PARTITION BY c.relname ORDER BY g.tgname), pg_get_triggerdef(g.oid)
		FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid WHERE NOT g.tgisinternal AND c.relnamespace = current_schema()::regnamespace
) s WHERE t <> 'schema_versions' ORDER BY t COLLATE "C", part, n`

// TestSchemaHasNoTraits scans every name in the schema: conduct, never traits; no unmasking; no person.
func TestSchemaHasNoTraits(t *testing.T) {
	t.Parallel()
	forbidden := regexp.MustCompile(`(?i)national(ity|_origin)|ethnic|\brace|religio|politic|profession|occupation|health|` +
		`sexual|orientation|gender|journalis|academic|passport|\bip(_|\b)|address|user_?agent|device|referr?er|telephone|phone|` +
		`e?mail_|\bname_|surname|first_name|openid|chat_id|latitude|longitude|score|watch|face|voice|plate|visit|last_seen|read_at`)
	for _, golden := range []string{"schema.sqlite.sql", "schema.postgres.sql"} {
		text, err := os.ReadFile(filepath.Join("testdata", golden))
		if err != nil {
			t.Fatal(err)
		}
		if found := forbidden.FindAllString(string(text), -1); found != nil {
			t.Errorf("%s has names that this product does not store: %q", golden, found)
		}
	}
}
