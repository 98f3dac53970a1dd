package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"clarion.example/clarion/internal/blob"
	"clarion.example/clarion/internal/calendar"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// Diagnosis is one thing that doctor looked at. Advice says what to do when it is not well.
type Diagnosis struct {
	What   string
	Well   bool
	Found  string
	Advice string
}

// Doctor looks at everything that can be checked without stopping the server.
func (a *App) Doctor(ctx context.Context) []Diagnosis {
	out := []Diagnosis{a.modes(), swap()}
	out = append(out, a.database(ctx)...)
	out = append(out, a.logs(ctx)...)
	out = append(out, a.keysWell(ctx), a.disk(), a.calendarWell())
	missing, err := a.Missing(ctx)
	d := Diagnosis{What: "before the doors open", Well: setup.Open(missing) && err == nil, Found: "the form is open"}
	switch {
	case err != nil:
		d.Found, d.Advice = a.told(err), "see what is said of the database and the keys above"
	case !d.Well:
		var parts []string
		for _, m := range missing {
			if m.Blocks && !m.Done {
				parts = append(parts, a.Worded(m))
			}
		}
		d.Found, d.Advice = "the form says \"not open yet\"", "missing: "+strings.Join(parts, "; ")
	}
	return append(out, d)
}

func (a *App) modes() Diagnosis {
	d := Diagnosis{What: "file modes", Well: true, Found: "nobody else can read the data directory"}
	err := filepath.WalkDir(a.Dir.Path, func(p string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return nil // went away meanwhile
		}
		if info.Mode().Perm()&0o077 != 0 && d.Well {
			d = Diagnosis{What: d.What, Found: fmt.Sprintf("%s has mode %v", p, info.Mode().Perm()), Advice: "chmod -R go= " + a.Dir.Path}
		}
		return nil
	})
	if err != nil {
		return Diagnosis{What: d.What, Found: err.Error(), Advice: "run doctor as the user that serves"}
	}
	return d
}

// swap: what people write must not reach a disk.
func swap() Diagnosis {
	d := Diagnosis{What: "swap", Well: true, Found: "off"}
	b, err := os.ReadFile("/proc/swaps")
	if err != nil {
		return Diagnosis{What: d.What, Well: true, Found: "cannot be told on this system"}
	}
	if lines := strings.Count(strings.TrimSpace(string(b)), "\n"); lines > 0 {
		return Diagnosis{What: d.What, Found: fmt.Sprintf("%d area(s) in use", lines), Advice: "switch swap off, or encrypt it with a key that is made anew at each start"}
	}
	return d
}

// calendarWell asks for the next calendar before the one in force ends.
func (a *App) calendarWell() Diagnosis {
	t := a.Pack.Table
	d := Diagnosis{What: "calendar", Well: true, Found: t.ID + " has no end"}
	end, left, ok := t.End(workday.DayOf(a.now(), a.Pack.Zone))
	if !ok {
		return d
	}
	d.Found = fmt.Sprintf("%s covers %d to %d", t.ID, t.Years[0], end.Year)
	if d.Well = left >= 0; left < calendar.WarnDays {
		d.Advice = fmt.Sprintf("from %s on days are counted by the week alone: when the next dates are published, clarion calendar import", end.Add(1))
	}
	return d
}

func (a *App) database(ctx context.Context) []Diagnosis {
	answer := Diagnosis{What: "database", Well: true, Found: a.Store.Kind() + " answers"}
	audit := Diagnosis{What: "audit log", Well: true}
	err := a.Store.Read(ctx, func(tx *store.Tx) error {
		last, _, err := tx.VerifyAudit()
		audit.Found = fmt.Sprintf("%d entries, chain unbroken", last)
		return err
	})
	if errors.Is(err, store.ErrDamaged) {
		audit = Diagnosis{What: "audit log", Found: err.Error(), Advice: "somebody changed the database: keep it, tell the inspector, restore the last backup"}
	} else if err != nil {
		return []Diagnosis{{What: "database", Found: a.told(err), Advice: "see that the database runs and that this user may use it"}}
	}
	return []Diagnosis{answer, audit}
}

func (a *App) logs(ctx context.Context) []Diagnosis {
	var out []Diagnosis
	for _, log := range ledger.Logs() {
		d := Diagnosis{What: "log " + string(log), Well: true}
		_, kept, err := a.keeper.Load(log)
		if errs.Is(err, errs.NotFound) {
			kept, err = ledger.Point{}, nil
		}
		if err == nil {
			err = a.Store.Read(ctx, func(tx *store.Tx) error {
				size, err := tx.LogSize(log)
				if err != nil {
					return err
				}
				_, err = ledger.Advance(kept, size, tx.HashReader(log))
				d.Found = fmt.Sprintf("%d leaves, continues the checkpoint that was kept", size)
				return err
			})
		}
		if err != nil {
			d = Diagnosis{What: d.What, Found: a.told(err), Advice: "the database is older than, or different from, what was signed: restore the newest backup; do not delete " + a.Config.Ledger.Keep}
		}
		out = append(out, d)
	}
	return out
}

func (a *App) keysWell(_ context.Context) Diagnosis {
	set, err := a.Keys.Set()
	if err != nil {
		return Diagnosis{What: "keys", Found: "none installed", Advice: "docs/ops/install.md, Keys"}
	}
	return Diagnosis{What: "keys", Well: true, Found: fmt.Sprintf("version %d of %s, %d office(s)", set.Version, set.Day, len(set.Intake))}
}

func (a *App) disk() Diagnosis {
	free, err := a.Blobs.Free()
	if err != nil || free == 0 {
		return Diagnosis{What: "disk", Found: "less than the reserve is free", Advice: "make room, or lower files.reserve"}
	}
	return Diagnosis{What: "disk", Well: true, Found: fmt.Sprintf("%d MiB free above the reserve", free>>20)}
}

// SweepBlobs erases ciphertext that no document, no waiting form and no upload knows, two days after it was stored:
// what was left behind by a transaction that never came.
func (a *App) SweepBlobs(ctx context.Context) error {
	stray := func(e blob.Entry) (bool, error) {
		if a.now().Sub(e.Day) < 48*time.Hour {
			return false, nil
		}
		var known bool
		err := a.Store.Read(ctx, func(tx *store.Tx) (err error) {
			known, err = tx.BlobKnown(e.Blob)
			return err
		})
		return !known, err
	}
	err := a.Blobs.EachPart(ctx, func(e blob.Entry) error {
		if gone, err := stray(e); err != nil || !gone {
			return err
		}
		return a.Blobs.DropPart(e.Blob)
	})
	if err != nil {
		return err
	}
	return a.Blobs.Each(ctx, func(e blob.Entry) error {
		if gone, err := stray(e); err != nil || !gone {
			return err
		}
		return a.Blobs.Delete(ctx, e.Blob)
	})
}

// told words an error for the operator: the catalogue's sentence with what lies behind it, or our own text.
func (a *App) told(err error) string {
	e, ok := errs.Public(err)
	if !ok {
		return err.Error()
	}
	text, terr := a.Catalog.For("en").Lookup(e.Key, e.Args)
	if terr != nil {
		return causeOf(err)
	}
	if e.Cause != nil {
		text += " (" + e.Cause.Error() + ")"
	}
	return text
}

// causeOf names an error for the operator: the key of a public error, or our own text.
func causeOf(err error) string {
	if e, ok := errs.Public(err); ok {
		if e.Cause != nil {
			return e.Key + ": " + e.Cause.Error()
		}
		return e.Key
	}
	return err.Error()
}
