package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"clarion.example/clarion/internal/calendar"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/store"
)

// CalendarFile is where a calendar that the operator took up stands in the data directory; it counts in place of the pack's.
const CalendarFile = "calendar.json"

// OwnCalendar reads the calendar of a data directory; nil where the pack's is in force. Invalid (calendar.damaged) for one with faults.
func OwnCalendar(dir string) (*calendar.Table, error) {
	path := filepath.Join(dir, CalendarFile)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("opening the calendar: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, calendar.MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading the calendar: %w", err)
	}
	t, faults := calendar.Parse(b)
	if len(faults) > 0 {
		return nil, errs.Wrap(errs.Invalid, "calendar.damaged", errs.Args{"File": path, "Faults": len(faults), "First": faults[:1].Error()}, faults)
	}
	return t, nil
}

// withOwnCalendar is the pack by the calendar of the data directory, if there is one.
func (a *App) withOwnCalendar(p *pack.Pack) (*pack.Pack, error) {
	t, err := OwnCalendar(a.Dir.Path)
	if err != nil || t == nil {
		return p, err
	}
	return p.WithCalendar(t)
}

// noteCalendar writes into the audit log that days are counted by another calendar than at the last start. Nodes with different
// calendars show there, too: each start of one is a change.
func (a *App) noteCalendar(ctx context.Context) error {
	b, err := a.Pack.Table.Encode()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(b)
	now := hex.EncodeToString(sum[:])
	return a.Store.Write(ctx, func(tx *store.Tx) error {
		was, err := tx.Meta("calendar")
		if err != nil && !errs.Is(err, errs.NotFound) || was == now {
			return err
		}
		if was != "" {
			detail, err := json.Marshal(map[string]any{"calendar": a.Pack.Table.ID, "years": a.Pack.Years, "sha256": now, "before": was})
			if err != nil {
				return err
			}
			if err := tx.Audit(store.AuditEntry{At: a.now(), Act: "calendar-changed", Outcome: store.Allowed, Detail: detail}); err != nil {
				return err
			}
		}
		return tx.SetMeta("calendar", now)
	})
}
