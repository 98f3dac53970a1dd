// Command clarion is the whole of Clarion in one binary: it serves, demonstrates, checks, and is the terminal of
// staff until and beside the desk. It must never take a secret as an argument or from the environment.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"clarion.example/clarion/internal/errs"
)

// cli is every command. One file holds one command.
type cli struct {
	Serve   serveCmd   `cmd:"" help:"Serve an installation."`
	Demo    demoCmd    `cmd:"" help:"Show Clarion with invented cases and fresh keys, on this machine only."`
	Case    caseCmd    `cmd:"" help:"Handle cases at the terminal, with the unit's key and your own."`
	Keys    keysCmd    `cmd:"" help:"Make and publish keys, off the server."`
	Verify  verifyCmd  `cmd:"" help:"Check an acknowledgement, a proof or a checkpoint, offline."`
	Pack    packCmd    `cmd:"" help:"Check a pack."`
	Doctor  doctorCmd  `cmd:"" help:"Check an installation and say what to do."`
	Bench   benchCmd   `cmd:"" help:"Measure, against the budgets."`
	Config  configCmd  `cmd:"" help:"Show the settings in force."`
	Version versionCmd `cmd:"" help:"Show the version."`
}

// env is what commands use of the world, so that tests can give them another one.
type env struct {
	out, errOut io.Writer
	in          io.Reader
	now         func() time.Time
	environ     []string
	ctx         context.Context
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	e := &env{out: os.Stdout, errOut: os.Stderr, in: os.Stdin, now: time.Now, environ: os.Environ(), ctx: ctx}
	code := run(e, os.Args[1:])
	stop()
	os.Exit(code)
}

// run is main without the process: it parses args, runs the command and returns the exit code.
func run(e *env, args []string) int {
	var c cli
	exited := -1
	p, err := kong.New(&c, kong.Name("clarion"), kong.UsageOnError(), kong.Writers(e.out, e.errOut),
		kong.Description("A public tip line and official channel in one binary."),
		kong.Exit(func(code int) { exited = code }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		panic(err) // the command tree itself is wrong: a programmer's mistake
	}
	k, err := p.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintf(e.errOut, "clarion: %v\n", err)
		return 2
	}
	if err := k.Run(e); err != nil {
		fmt.Fprintf(e.errOut, "clarion: %s\n", explain(err))
		return exitCode(err)
	}
	return 0
}

// errFound ends a command that checked something and found faults, which it has already printed.
var errFound = errors.New("faults were found")

// exitCode tells scripts what sort of failure it was.
func exitCode(err error) int {
	if errors.Is(err, errFound) {
		return 1
	}
	switch errs.KindOf(err) {
	case errs.Invalid, errs.TooMany:
		return 2
	case errs.Denied:
		return 3
	case errs.NotFound:
		return 4
	case errs.Conflict:
		return 5
	case errs.Unavailable:
		return 6
	default:
		return 1
	}
}
