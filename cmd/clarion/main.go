// Command clarion is the whole of Clarion in one binary: it serves, demonstrates, checks, and is the terminal of
// staff until and beside the desk. It must never take a secret as an argument or from the environment.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/reporter"
	"clarion.example/clarion/seal"
)

// cli is every command. One file holds one command.
type cli struct {
	Serve     serveCmd     `cmd:"" help:"Serve an installation; the first start makes its data directory."`
	SetupLink setupLinkCmd `cmd:"" name:"setup-link" help:"Make the link by which the first administrator or the inspector joins."`
	Demo      demoCmd      `cmd:"" help:"Show Clarion with invented cases and fresh keys, on this machine only."`
	Report    reportCmd    `cmd:"" help:"Report from this terminal, for those who trust no delivered script."`
	Case      caseCmd      `cmd:"" help:"Handle cases at the terminal, with the unit's key and your own."`
	Keys      keysCmd      `cmd:"" help:"Make and publish keys, off the server."`
	Verify    verifyCmd    `cmd:"" help:"Check an acknowledgement, a proof or a checkpoint, offline."`
	Pack      packCmd      `cmd:"" help:"Check a pack."`
	Calendar  calendarCmd  `cmd:"" help:"Show, check and take up a calendar of working days."`
	Doctor    doctorCmd    `cmd:"" help:"Check an installation and say what to do."`
	Bench     benchCmd     `cmd:"" help:"Measure, against the budgets."`
	Config    configCmd    `cmd:"" help:"Check the configuration and list every setting with its default."`
	Version   versionCmd   `cmd:"" help:"Show the version."`
}

// env is what commands use of the world, so that tests can give them another one.
type env struct {
	out, errOut io.Writer
	in          io.Reader
	now         func() time.Time
	environ     []string
	ctx         context.Context
	lang        i18n.Lang // of error sentences; "" is English
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C does not wait for an orderly end
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
		fmt.Fprintf(e.errOut, "clarion: %s (clarion --help, clarion COMMAND --help)\n", i18n.ShowControls(err.Error()))
		return 2
	}
	if err := k.Run(e); err != nil {
		if e.ctx.Err() != nil && errors.Is(err, context.Canceled) {
			fmt.Fprintln(e.errOut, "clarion: stopped before it was done")
			return 130 // as shells count an interrupt
		}
		if !errors.Is(err, errFound) { // its findings were printed
			fmt.Fprintf(e.errOut, "clarion: %s\n", explain(err, e.lang))
		}
		return exitCode(err)
	}
	return 0
}

// errFound ends a command that checked something and found faults, which it has already printed.
var errFound = errors.New("faults were found")

// exitCode tells scripts what sort of failure it was: 1 a check found faults or something broke, 2 the command line,
// a setting or an input, 3 not allowed, 4 not there, 5 it is otherwise than was assumed, 6 try again later.
func exitCode(err error) int {
	if code := localCode(err); code != 0 {
		return code
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

// localCode is the code of an error that never left this machine and so has no kind; 0 if it has one.
func localCode(err error) int {
	is := func(targets ...error) bool {
		return slices.ContainsFunc(targets, func(t error) bool { return errors.Is(err, t) })
	}
	_, settings := errors.AsType[config.Faults](err)
	switch {
	case is(errFound, errRefused, reporter.ErrDistrust):
		return 1
	case settings, is(errUsage, seal.ErrKeyFile, seal.ErrTooLarge):
		return 2
	case is(app.ErrDemoDir, seal.ErrPassphrase, fs.ErrPermission):
		return 3
	case is(app.ErrForeignDir, app.ErrNotDemo, app.ErrNewerDir, fs.ErrExist):
		return 5
	case is(app.ErrInUse, errFetch):
		return 6
	case is(app.ErrNoDir, fs.ErrNotExist):
		return 4
	default:
		return 0
	}
}
