package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"clarion.example/clarion/internal/bench"
	"clarion.example/clarion/internal/web"
)

type benchCmd struct {
	Intake  benchIntakeCmd  `cmd:"" help:"Measure how reports are taken."`
	Mailbox benchMailboxCmd `cmd:"" help:"Measure how reporters come back."`
	Pages   benchPagesCmd   `cmd:"" help:"Measure a page that everybody gets, and weigh the first page of a report."`
	Upload  benchUploadCmd  `cmd:"" help:"Measure uploads, and what they cost those who send text."`
	Desk    benchDeskCmd    `cmd:"" help:"Measure lists of cases at the desk."`
	Serve   benchServeCmd   `cmd:"" hidden:"" help:"Serve what another bench command says on standard input."`
}

// benchFlags are those of every measurement.
type benchFlags struct {
	Seconds  float64 `help:"How long each row is driven." default:"10"`
	Clients  int     `help:"How many ask at once." default:"64"`
	Database string  `help:"DSN of an empty PostgreSQL database, which keeps what is written; else SQLite." placeholder:"DSN"`
	Dir      string  `help:"Directory under which the installation is made and removed; on the disk that is to be measured." placeholder:"DIR"`
	JSON     bool    `help:"Print JSON." name:"json"`
}

type benchIntakeCmd struct{ benchFlags }

type benchMailboxCmd struct{ benchFlags }

type benchPagesCmd struct{ benchFlags }

type benchUploadCmd struct{ benchFlags }

type benchDeskCmd struct {
	benchFlags
	Cases int `help:"How many cases the unit has." default:"10000"`
}

// Run measures how reports are taken.
func (c *benchIntakeCmd) Run(e *env) error { return c.measure(e, bench.Intake) }

// Run measures how reporters come back.
func (c *benchMailboxCmd) Run(e *env) error { return c.measure(e, bench.Mailbox) }

// Run measures pages.
func (c *benchPagesCmd) Run(e *env) error { return c.measure(e, bench.Pages) }

// Run measures uploads.
func (c *benchUploadCmd) Run(e *env) error { return c.measure(e, bench.Uploads) }

// Run measures the queue.
func (c *benchDeskCmd) Run(e *env) error { return c.measure(e, bench.Desk(c.Cases)) }

// measure prints what run found. It ends with 1 when a budget was missed or a row could not be measured.
func (f *benchFlags) measure(e *env, run func(context.Context, bench.Options) (*bench.Report, error)) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("finding this program, which serves in a process of its own: %w", err)
	}
	r, err := run(e.ctx, bench.Options{
		Dir: f.Dir, Database: f.Database, Span: time.Duration(f.Seconds * float64(time.Second)), Clients: f.Clients,
		Child: []string{self, "bench", "serve"}, Log: web.NewLogger(e.errOut, "error", "text"), ErrOut: e.errOut, Now: e.now,
	})
	if err != nil {
		return err
	}
	write := r.WriteTable
	if f.JSON {
		write = r.WriteJSON
	}
	if err := write(e.out); err != nil {
		return err
	}
	if !r.Passed() {
		return errFound
	}
	return nil
}

type benchServeCmd struct{}

// Run is the process that a measurement starts; it ends with its standard input.
func (benchServeCmd) Run(e *env) error { return bench.Serve(e.ctx, e.in, e.out, e.errOut) }
