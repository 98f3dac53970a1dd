package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

type caseCmd struct {
	List   caseListCmd   `cmd:"" help:"List the unit's cases: danger first, then the clock that ends next."`
	Show   caseShowCmd   `cmd:"" help:"Open a case and check who wrote what."`
	Reply  caseReplyCmd  `cmd:"" help:"Write to the reporter. The first letter acknowledges the report."`
	Decide caseDecideCmd `cmd:"" help:"Triage, accept, propose, approve, refuse, withdraw, and the steps of an inquiry."`
	Share  caseShareCmd  `cmd:"" help:"Let another office read chosen documents of a case."`
	Lead   caseLeadCmd   `cmd:"" help:"Hand a case over to another office, in three steps."`
	Others caseOthersCmd `cmd:"" help:"Cases of other offices that yours reads."`
	Export caseExportCmd `cmd:"" help:"Take a case out as sealed files that the stock age command opens."`
}

// member is who works at the terminal: the unit's key and their own.
type member struct {
	settings
	UnitKey    string `help:"The unit's key file." required:"" placeholder:"FILE"`
	MemberKey  string `help:"Your own key file." required:"" placeholder:"FILE"`
	Passphrase string `help:"File with the passphrases of protected key files, one a line; without it the terminal asks." placeholder:"FILE"`
	Lang       string `help:"Language of what is printed: en or zh-Hans." default:"en" enum:"en,zh-Hans"`
}

// start opens the installation and proves the member's key to it.
func (m *member) start(e *env) (*app.App, *terminal.Session, error) {
	e.lang = i18n.Lang(m.Lang)
	unit, err := m.readKey(e, m.UnitKey)
	if err != nil {
		return nil, nil, err
	}
	own, err := m.readKey(e, m.MemberKey)
	if err != nil {
		return nil, nil, err
	}
	a, err := m.openInstallation(e)
	if err != nil {
		return nil, nil, err
	}
	s, err := terminal.Start(e.ctx, a.World(), terminal.Keys{Unit: unit, Member: own})
	if err != nil {
		closeApp(e, a)
		return nil, nil, err
	}
	return a, s, nil
}

func (m *member) readKey(e *env, path string) (*seal.KeyFile, error) {
	return readKeyFile(e, path, m.Passphrase)
}

type caseListCmd struct {
	member
	Category string `help:"Only this category of the pack." placeholder:"ID"`
	Region   string `help:"Only this region of the pack." placeholder:"ID"`
	State    string `help:"Only this state, such as received, triaged or in_inquiry." placeholder:"STATE"`
	Day      string `help:"Only reports of this day." placeholder:"YYYY-MM-DD"`
	Limit    int    `help:"How many at most." default:"50"`
}

// Run prints the queue: routing fields and clocks, no content.
func (c *caseListCmd) Run(e *env) error {
	if c.Limit < 1 {
		return badUsage("--limit %d: give 1 or more", c.Limit)
	}
	a, s, err := c.start(e)
	if err != nil {
		return err
	}
	defer closeApp(e, a)
	f, err := c.filter(a)
	if err != nil {
		return err
	}
	rows, _, more, err := a.Casework.List(e.ctx, s.Who, f, store.Cursor{}, c.Limit)
	if err != nil {
		return err
	}
	p := newPrinter(e, a, c.Lang)
	danger := false
	for _, r := range rows {
		p.row(r)
		danger = danger || r.Danger
	}
	if danger {
		p.line("%s", p.l.T("cli.list_danger", nil))
	}
	switch {
	case more:
		p.line("%s", p.l.T("cli.list_more", nil))
	case len(rows) == 0:
		p.line("%s", p.l.T("cli.list_none", nil))
	}
	return p.err
}

// filter refuses a value that nothing can have: an empty list would look like "nothing waits".
func (c *caseListCmd) filter(a *app.App) (f casework.Filter, err error) {
	f = casework.Filter{Category: id.Category(c.Category), Region: id.Region(c.Region), State: cases.State(c.State)}
	if _, ok := a.Pack.Category(f.Category); !ok && c.Category != "" {
		return f, badUsage("--category %s: the pack has no such category", c.Category)
	}
	if _, ok := a.Pack.Region(f.Region); !ok && c.Region != "" {
		return f, badUsage("--region %s: the pack has no such region", c.Region)
	}
	if !slices.Contains(cases.States(), f.State) && c.State != "" {
		return f, badUsage("--state %s: there is no such state", c.State)
	}
	if c.Day != "" {
		if f.Day, err = workday.ParseDay(c.Day); err != nil {
			return f, badUsage("--day %s is not a day like 2026-03-09", c.Day)
		}
	}
	return f, nil
}

type caseReplyCmd struct {
	member
	Number   string   `arg:"" help:"Case number."`
	Text     string   `help:"File with the text, UTF-8, or - for standard input." placeholder:"FILE"`
	File     []string `help:"File to send along; the reporter sees its name." placeholder:"FILE" sep:"none"`
	Ask      bool     `help:"The text is a question; the case waits for the answer." xor:"kind"`
	Progress bool     `help:"The text is a progress note of the inquiry." xor:"kind"`
}

// Help says what is sent.
func (caseReplyCmd) Help() string {
	return `The first letter acknowledges the report: the programme's own text with dates, rights and the next step, and your text
after it if you give one. Every letter is signed by you and by the unit, and sealed to the unit and the reporter.
Text never stands on the command line, where other users of the machine and the shell's history would see it.`
}

// Run seals a letter to the reporter and the unit.
func (c *caseReplyCmd) Run(e *env) error {
	text, err := readText(e, c.Text)
	if err != nil {
		return err
	}
	a, s, err := c.start(e)
	if err != nil {
		return err
	}
	defer closeApp(e, a)
	l := terminal.Letter{Text: text, Ask: c.Ask, Progress: c.Progress}
	for _, path := range c.File {
		if err := attach(e, a, s, c.Number, &l, path); err != nil {
			return err
		}
	}
	after, err := s.Reply(e.ctx, c.Number, l)
	if err != nil {
		return err
	}
	return printState(e, a, c.Lang, after)
}

func attach(e *env, a *app.App, s *terminal.Session, number string, l *terminal.Letter, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	limit := int64(a.Pack.Limits.PlainFile) << 20
	file, kept, err := s.Attach(e.ctx, number, filepath.Base(path), "application/octet-stream", f, limit)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	l.Files, l.Kept = append(l.Files, file), append(l.Kept, kept)
	return nil
}

// maxText is the longest text of a member in bytes; the pack's texts come on top of it.
const maxText = 256 << 10

// readText reads a file, or standard input for "-"; "" is no text. What is not UTF-8 is refused: the reporter would
// read something else than was written.
func readText(e *env, from string) (string, error) {
	if from == "" {
		return "", nil
	}
	b, err := readAll(e, from, maxText)
	if err != nil {
		return "", err
	}
	if !utf8.Valid(b) {
		return "", badUsage("%s is not UTF-8 text; save it as UTF-8 (from GBK: iconv -f GB18030 -t UTF-8)", from)
	}
	text := strings.TrimPrefix(string(b), "\uFEFF")
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")), nil
}

// readAll reads a file, or standard input for "-", of limit bytes at most.
func readAll(e *env, from string, limit int64) ([]byte, error) {
	src := e.in
	if from != "-" {
		f, err := os.Open(from)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		src = f
	}
	b, err := io.ReadAll(io.LimitReader(src, limit+1))
	if err == nil && int64(len(b)) > limit {
		return nil, badUsage("%s is longer than %d bytes", from, limit)
	}
	return b, err
}

func printState(e *env, a *app.App, lang string, c cases.Case) error {
	l := a.Catalog.For(i18n.Lang(lang))
	_, err := fmt.Fprintf(e.out, "%s: %s\n", c.Number, l.T(c.State.Key(), nil))
	return err
}
