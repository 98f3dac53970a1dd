package store

import "testing"

func TestRewrite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, forSQLite, forPostgres string }{
		{"SELECT 1", "SELECT 1", "SELECT 1"},
		{"a = ?1 AND b = ?2", "a = ? AND b = ?", "a = $1 AND b = $2"},
		{"a = ?2 AND b = ?1", "a = ?2 AND b = ?1", "a = $2 AND b = $1"},
		{"a = ?1 AND b = ?2 OR c = ?1", "a = ?1 AND b = ?2 OR c = ?1", "a = $1 AND b = $2 OR c = $1"},
		{"(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)", "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"},
		{"a > ?1 ORDER BY a LIMIT ?2", "a > ? ORDER BY a LIMIT ? + 0", "a > $1 ORDER BY a LIMIT $2"},
		{"(a > ?1 LIMIT ?10) WHERE b = ?1 LIMIT 1 OFFSET ?2", "(a > ?1 LIMIT ?10 + 0) WHERE b = ?1 LIMIT 1 OFFSET ?2", "(a > $1 LIMIT $10) WHERE b = $1 LIMIT 1 OFFSET $2"},
	} {
		if got := sqlite.rewrite(c.text); got != c.forSQLite {
			t.Errorf("%s on SQLite: %s", c.text, got)
		}
		if got := postgres.rewrite(c.text); got != c.forPostgres {
			t.Errorf("%s on PostgreSQL: %s", c.text, got)
		}
	}
}
