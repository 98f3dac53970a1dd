package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/calendar"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/workday"
)

type calendarCmd struct {
	List   calendarListCmd   `cmd:"" help:"List the calendars that come with Clarion."`
	Show   calendarShowCmd   `cmd:"" help:"Show the calendar in force, one that comes with Clarion, or a file."`
	Check  calendarCheckCmd  `cmd:"" help:"Check a calendar (JSON or iCalendar) and show what it would change."`
	Import calendarImportCmd `cmd:"" help:"Take a calendar up: its years replace those of the calendar in force."`
}

type calendarListCmd struct{}

// Run lists the shipped calendars with their years.
func (calendarListCmd) Run(e *env) error {
	for _, name := range calendar.Names() {
		t, _, err := calendar.Shipped(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.out, "%s  %s, %s\n", name, t.Name.In("en"), yearsText(t))
	}
	return nil
}

func yearsText(t *calendar.Table) string {
	switch n := len(t.Years); n {
	case 0:
		return "without end"
	case 1:
		return fmt.Sprint(t.Years[0])
	default:
		return fmt.Sprintf("%d to %d", t.Years[0], t.Years[n-1])
	}
}

type calendarShowCmd struct {
	settings
	Name string `arg:"" optional:"" help:"Name of a shipped calendar, or a file; the one in force without it."`
}

// Run prints every holiday and make-up day with its name, and where they come from.
func (c *calendarShowCmd) Run(e *env) error {
	t, ok, err := calendar.Shipped(c.Name)
	if err == nil && !ok && c.Name != "" {
		var b []byte
		if b, err = readCalendar(c.Name); err == nil {
			var faults calendar.Faults
			if t, faults = calendar.Parse(b); len(faults) > 0 {
				return sayFaults(e, c.Name, faults)
			}
		}
	} else if err == nil && !ok {
		var now *inForce
		if now, err = c.inForce(e); err == nil {
			t = now.table
		}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s: %s, %s\n", t.ID, t.Name.In("en"), yearsText(t))
	for _, h := range t.Holidays {
		fmt.Fprintf(e.out, "  %s to %s  holiday      %s\n", h.From, h.To, names(h.Name))
	}
	for _, m := range t.MakeUp {
		fmt.Fprintf(e.out, "  %s %-13s make-up day  %s\n", m.Day, m.Day.Weekday(), names(m.For))
	}
	for _, s := range t.Sources {
		fmt.Fprintf(e.out, "Source: %s\n", i18n.ShowControls(s.Text.In("en")))
	}
	if end, left, ok := t.End(workday.DayOf(e.now(), time.UTC)); ok && left < calendar.WarnDays {
		fmt.Fprintf(e.out, "Not published yet: from %s on, days are counted by the week alone.\n", end.Add(1))
	}
	return nil
}

type calendarFileFlags struct {
	settings
	File   string `arg:"" help:"Calendar in JSON (docs/spec/calendar.md) or iCalendar (.ics)."`
	Years  []int  `name:"year" help:"Year that an iCalendar file covers whole; may be given more than once." placeholder:"YEAR"`
	Source string `help:"Who published the dates of an iCalendar file, and when." placeholder:"TEXT"`
}

type calendarCheckCmd struct{ calendarFileFlags }

// Run prints every fault with its line, or what the calendar would change.
func (c *calendarCheckCmd) Run(e *env) error {
	_, err := c.look(e)
	return err
}

type calendarImportCmd struct {
	calendarFileFlags
	Out string `help:"Write here instead of into the data directory, for a pack of your own." placeholder:"FILE"`
}

// Run writes the calendar where the next start of the server takes it up.
func (c *calendarImportCmd) Run(e *env) error {
	t, err := c.look(e)
	if err != nil {
		return err
	}
	b, err := t.Encode()
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := replacePublic(c.Out, b); err != nil {
			return err
		}
		fmt.Fprintf(e.out, "Written to %s.\n", c.Out)
		return nil
	}
	cfg, err := c.load(e)
	if err != nil {
		return err
	}
	dir, err := app.OpenDataDir(cfg.Data)
	if err != nil {
		return fmt.Errorf("%w; to write elsewhere give --out", err)
	}
	path := filepath.Join(dir.Path, app.CalendarFile)
	if err := replaceSecret(path, b); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "Written to %s. A running server takes it up when it is started again; copy the file to every node first.\n", path)
	return nil
}

// look reads the file, says what is wrong or what it changes, and returns the whole calendar.
func (c *calendarFileFlags) look(e *env) (*calendar.Table, error) {
	now, err := c.inForce(e)
	if err != nil {
		return nil, err
	}
	b, err := readCalendar(c.File)
	if err != nil {
		return nil, err
	}
	newer, left, faults, err := c.parse(b, now)
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 {
		return nil, sayFaults(e, c.File, faults)
	}
	whole, faults := now.table.Merge(newer)
	if len(faults) > 0 {
		return nil, sayFaults(e, c.File+" with the calendar in force", faults)
	}
	if _, err := now.pack.WithCalendar(whole); err != nil {
		return nil, err
	}
	fmt.Fprintf(e.out, "%s: %s, no fault\n", c.File, yearsText(newer))
	for _, l := range left {
		fmt.Fprintf(e.out, "  line %d: left out %s %s\n", l.Line, l.Day, i18n.ShowControls(l.Name))
	}
	return whole, sayChanges(e.out, now.table, whole)
}

func (c *calendarFileFlags) parse(b []byte, now *inForce) (t *calendar.Table, left []calendar.Left, faults calendar.Faults, err error) {
	ical := strings.EqualFold(filepath.Ext(c.File), ".ics")
	switch {
	case !ical && (len(c.Years) > 0 || c.Source != ""):
		return nil, nil, nil, badUsage("--year and --source are for iCalendar; a file in JSON says both itself")
	case !ical:
		t, faults = calendar.Parse(b)
		return t, nil, faults, nil
	case len(c.Years) == 0 || c.Source == "":
		return nil, nil, nil, badUsage("an iCalendar file does not say which years it covers and who published it: give --year and --source")
	}
	base := *now.table
	if base.Zone == "" {
		base.ID, base.Zone, base.Name = "own", now.pack.Zone.String(), calendar.Text{"en": c.Source}
	}
	read := calendar.ICS{Base: &base, Years: c.Years, Source: calendar.Source{Years: slices.Sorted(slices.Values(c.Years)), Text: calendar.Text{"en": c.Source}}}
	t, left, faults = read.ParseICS(b)
	return t, left, faults, nil
}

// inForce is the programme and the calendar by which a server with these settings counts.
type inForce struct {
	pack  *pack.Pack
	table *calendar.Table
}

func (s *settings) inForce(e *env) (*inForce, error) {
	cfg, err := s.load(e)
	if err != nil {
		return nil, err
	}
	p, err := loadPack(cfg.Pack)
	if err != nil {
		return nil, err
	}
	own, err := app.OwnCalendar(cfg.Data)
	if err != nil {
		return nil, err
	}
	if own != nil {
		return &inForce{p, own}, nil
	}
	return &inForce{p, p.Table}, nil
}

func readCalendar(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, calendar.MaxFile+1))
}

func sayFaults(e *env, file string, faults calendar.Faults) error {
	c, err := i18n.New(nil)
	if err != nil {
		return err
	}
	for _, f := range faults {
		at := file
		if f.Line > 0 {
			at = fmt.Sprintf("%s:%d", file, f.Line)
		}
		fmt.Fprintf(e.out, "%s: %s\n", at, i18n.ShowControls(f.In(c.For("en"))))
	}
	fmt.Fprintf(e.out, "%d fault(s)\n", len(faults))
	return errFound
}

// sayChanges lists the days that will be counted or named otherwise.
func sayChanges(out io.Writer, old, now *calendar.Table) error {
	changes, err := calendar.Diff(old, now)
	if err != nil {
		return err
	}
	words := map[string]string{"work": "working day", "rest": "weekend", "holiday": "holiday", "make_up": "make-up working day"}
	for _, c := range changes {
		was := words[c.Was]
		if c.Provisional {
			was += ", not published"
		}
		fmt.Fprintf(out, "  %s %-9s  %s  %s  (was: %s)\n", c.Day, c.Day.Weekday(), words[c.Now], names(c.Name), was)
	}
	fmt.Fprintf(out, "%d day(s) change. Promises already made: none moves; their last days stand in the cases.\n", len(changes))
	return nil
}

// names is a name in English and in its own languages.
func names(t calendar.Text) string {
	first := t.In("en")
	for _, lang := range []string{"zh-Hans"} {
		if s := t[lang]; s != "" && s != first {
			first += " (" + s + ")"
		}
	}
	return i18n.ShowControls(first)
}
