package terminal_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
)

// line is an audit entry without its hashes.
type line struct {
	Who, Act string
	Case     bool
	Outcome  store.Outcome
	Detail   string
}

// TestAudit: every act stands in the audit log, let through or refused, and a changed log is noticed.
func TestAudit(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *apptest.World) {
		number, _ := report(t, w, "What I saw.")
		chen, zhao, lin, abroad := w.Session(t, "chen", "unit-1"), w.Session(t, "zhao", "unit-1"), w.Session(t, "lin", "unit-1"), w.Session(t, "chen", "unit-2")
		blob := attachment(t, w, number)
		if _, r, err := w.Casework.Blob(t.Context(), chen.Who, number, blob); err != nil {
			t.Fatal(err)
		} else {
			r.Close()
		}
		letter(t, chen, number, terminal.Letter{})
		_, _ = lin.Open(t.Context(), number)
		_, _ = abroad.Open(t.Context(), number)
		_, _, _, _ = w.Casework.List(t.Context(), chen.Who, casework.Filter{}, store.Cursor{}, 10)
		w.Clock.Move(90*time.Minute + 7*time.Second)
		decide(t, chen, number, terminal.Decision{Act: cases.ActTriage})
		decide(t, chen, number, terminal.Decision{Act: cases.ActProposeDecline, Code: cases.D3, Reasons: "No facts."})
		_, _ = zhao.Decide(t.Context(), number, terminal.Decision{Act: cases.ActTriage})
		decide(t, zhao, number, terminal.Decision{Act: cases.ActApprove})
		_, _ = w.Casework.Open(t.Context(), chen.Who, "nonsense")
		var got []line
		var entries []store.AuditEntry
		var last int64
		err := w.Store.Read(t.Context(), func(tx *store.Tx) (err error) {
			if entries, err = tx.AuditAfter(0, 100); err != nil {
				return err
			}
			last, _, err = tx.VerifyAudit()
			return err
		})
		if err != nil || last != int64(len(entries)) {
			t.Fatalf("the log has %d entries and verifies to %d: %v", len(entries), last, err)
		}
		for _, e := range entries {
			if e.Who == "" { // what the operator put in force before anybody came
				if !strings.Contains(string(e.Detail), `"by":"operator"`) {
					t.Errorf("an entry of nobody: %+v", e)
				}
				continue
			}
			got = append(got, line{string(e.Who), e.Act, !e.Case.IsZero(), e.Outcome, string(e.Detail)})
		}
		why := func(key string) string { return `{"why":"` + key + `"}` }
		want := []line{
			{"chen", "open", true, store.Allowed, ""}, {"chen", "file", true, store.Allowed, `{"blob":"` + blob.String() + `"}`},
			{"chen", "open", true, store.Allowed, ""}, {"chen", "acknowledge", true, store.Allowed, ""},
			{"lin", "open", true, store.Refused, why("casework.not_assigned")}, {"chen", "open", false, store.Refused, why("casework.no_case")},
			{"chen", "list", false, store.Allowed, ""},
			{"chen", "open", true, store.Allowed, ""}, {"chen", "triage", true, store.Allowed, ""},
			{"chen", "open", true, store.Allowed, ""}, {"chen", "propose_decline", true, store.Allowed, `{"code":"D3"}`},
			{"zhao", "open", true, store.Allowed, ""}, {"zhao", "triage", true, store.Refused, why("cases.not_from_here")},
			{"zhao", "open", true, store.Allowed, ""}, {"zhao", "approve", true, store.Allowed, ""},
			{"chen", "open", false, store.Refused, why("casework.bad_number")},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("audit log (-want +got):\n%s", diff)
		}
		for _, e := range entries {
			if len(e.Detail) > 0 && !json.Valid(e.Detail) {
				t.Errorf("detail %q", e.Detail)
			}
		}
	})
}

// TestAuditChanged changes the audit log behind the database's back.
func TestAuditChanged(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"who": `UPDATE audit SET who = 'lin' WHERE act = 'acknowledge'`, "outcome": `UPDATE audit SET outcome = 'allowed' WHERE who = 'lin'`, "time": `UPDATE audit SET at = at + 1 WHERE act = 'acknowledge'`,
		"left out": `DELETE FROM audit WHERE act = 'acknowledge'`, "detail": `UPDATE audit SET detail = '{}' WHERE who = 'lin'`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, db := damaged(t)
			number, _ := report(t, w, "What I saw.")
			chen, lin := w.Session(t, "chen", "unit-1"), w.Session(t, "lin", "unit-1")
			letter(t, chen, number, terminal.Letter{})
			_, _ = lin.Open(t.Context(), number)
			letter(t, chen, number, terminal.Letter{Text: "More."})
			if _, err := db.Exec(change); err == nil {
				t.Error("the database lets its audit log be changed")
			}
			for _, trigger := range triggers(t, db) {
				if _, err := db.Exec(`DROP TRIGGER ` + trigger); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := db.Exec(change); err != nil {
				t.Fatal(err)
			}
			err := w.Store.Read(context.WithoutCancel(t.Context()), func(tx *store.Tx) error { _, _, err := tx.VerifyAudit(); return err })
			if _, ok := errors.AsType[*store.AuditError](err); !ok {
				t.Errorf("a changed audit log gives %v", err)
			}
		})
	}
}

// triggers are what guards the audit log inside the database.
func triggers(t *testing.T, db *sql.DB) (out []string) {
	t.Helper()
	rows, err := db.Query(`SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		out = append(out, name)
	}
	return out
}
