// Package bench measures Clarion against its budgets: it makes a marked installation of its own, serves it from a
// process of its own, drives it over loopback, and prints what it found beside what was promised.
//
// It must never touch an installation that somebody uses, never listen to or speak to another machine (the database
// that it is given apart), and never count an answer that it has not read and checked: a server that fails fast is
// a failure, not a fast server. What a row does not measure stands in its note.
package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"time"

	"clarion.example/clarion/internal/app"
)

// Options say what to measure on and for how long.
type Options struct {
	Dir      string        // the installation is made in a new directory under it; "" is the system's temporary directory
	Database string        // "" is SQLite in that directory; else the DSN of an empty database, which keeps what was written
	Span     time.Duration // how long each row is driven
	Clients  int           // how many ask at once
	Child    []string      // command line of a process that calls [Serve]
	Log      *slog.Logger
	ErrOut   io.Writer // what the serving process complains about
	Now      func() time.Time
}

// The bounds of Options.
const (
	MaxSpan    = 10 * time.Minute
	MaxClients = 1024
)

func (o Options) check() error {
	if o.Span <= 0 || o.Span > MaxSpan {
		return fmt.Errorf("a row takes more than nothing and at most %s, not %s", MaxSpan, o.Span)
	}
	if o.Clients < 1 || o.Clients > MaxClients {
		return fmt.Errorf("%d clients: from 1 to %d", o.Clients, MaxClients)
	}
	if len(o.Child) == 0 {
		return errors.New("no command line of the serving process")
	}
	return nil
}

// generator names what asks, as the output does.
const generator = "own, in the bench's process: raw keep-alive HTTP/1.1 connections, requests prepared beforehand, one at a time per client, every status and a marker of every body checked"

// Report is what one run found.
type Report struct {
	Bench      string  `json:"bench"`
	Version    string  `json:"version"`
	Go         string  `json:"go"`
	CPUs       int     `json:"cpus"`
	Database   string  `json:"database"`
	Filesystem string  `json:"filesystem"` // under the installation
	Clients    int     `json:"clients"`
	Seconds    float64 `json:"seconds"` // of each row
	LoadBefore float64 `json:"load_before"`
	LoadAfter  float64 `json:"load_after"`     // one-minute load averages of the machine
	Others     float64 `json:"others_percent"` // of the machine's processors, used by others meanwhile; a database server is one of them
	Generator  string  `json:"generator"`
	Rows       []Row   `json:"rows"`
}

// Row is one figure. Value is meaningless when Error or Absent is set.
type Row struct {
	Name    string  `json:"name"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	P50     float64 `json:"p50_ms,omitempty"`
	P99     float64 `json:"p99_ms,omitempty"`
	Budget  *Budget `json:"budget,omitempty"` // nil: no promise is made about this figure
	Verdict Verdict `json:"verdict,omitempty"`
	Absent  string  `json:"absent,omitempty"` // why there is no figure, without a fault
	Note    string  `json:"note,omitempty"`
	Error   string  `json:"error,omitempty"`
}

// Budget is what was promised.
type Budget struct {
	Op    string  `json:"op"` // ">=" or "<="
	Limit float64 `json:"limit"`
}

func atLeast(limit float64) *Budget { return &Budget{">=", limit} }
func atMost(limit float64) *Budget  { return &Budget{"<=", limit} }

// Verdict compares a figure with its budget.
type Verdict string

// The verdicts. A row without a budget has none, unless it failed.
const (
	Pass   Verdict = "pass"
	Miss   Verdict = "MISS"
	Failed Verdict = "ERROR"
)

func (r *Report) add(row Row) {
	switch {
	case row.Error != "":
		row.Verdict = Failed
	case row.Budget == nil || row.Absent != "":
	case row.Budget.Op == ">=" && row.Value >= row.Budget.Limit, row.Budget.Op == "<=" && row.Value <= row.Budget.Limit:
		row.Verdict = Pass
	default:
		row.Verdict = Miss
	}
	r.Rows = append(r.Rows, row)
}

// fail puts an error in the place of figures.
func (r *Report) fail(name string, err error) { r.add(Row{Name: name, Error: err.Error()}) }

// Passed reports whether every row was measured and kept its budget.
func (r *Report) Passed() bool {
	for _, row := range r.Rows {
		if row.Verdict == Miss || row.Verdict == Failed {
			return false
		}
	}
	return true
}

// WriteJSON writes the report as one JSON object.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// run makes the installation, lets measure fill the report, and removes the installation.
func run(ctx context.Context, o Options, name string, measure func(ctx context.Context, w *world, r *Report) error) (r *Report, err error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	r = &Report{
		Bench: name, Version: app.Version, Go: runtime.Version(), CPUs: runtime.NumCPU(), Clients: o.Clients, Seconds: o.Span.Seconds(),
		LoadBefore: loadAverage(), Generator: generator,
	}
	before := readMeter()
	w, err := newWorld(ctx, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.remove()) }()
	r.Database, r.Filesystem = w.Store.Kind(), filesystem(w.dir)
	if err := measure(ctx, w, r); err != nil {
		return nil, err
	}
	r.LoadAfter, r.Others = loadAverage(), readMeter().othersSince(before)
	return r, ctx.Err()
}
