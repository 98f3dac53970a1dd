package main

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

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
	Export caseExportCmd `cmd:"" help:"Take a case out as sealed files that the stock age command opens."`
}

// member is who works at the terminal: the unit's key and their own.
type member struct {
	settings
	UnitKey    string `help:"The unit's key file." required:"" placeholder:"FILE"`
	MemberKey  string `help:"Your own key file." required:"" placeholder:"FILE"`
	Passphrase string `help:"File with the passphrase of protected key files; else the terminal asks." placeholder:"FILE"`
	Lang       string `help:"Language of what is printed." default:"en" enum:"en,zh-Hans"`
}

// start opens the installation and proves the member's key to it.
func (m *member) start(e *env) (*app.App, *terminal.Session, error) {
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

// readKeyFile reads a key file; a protected one asks for its passphrase, at the terminal or in a file, never as an
// argument.
func readKeyFile(e *env, path, passphraseFile string) (*seal.KeyFile, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	k, err := seal.ParseKeyFile(b, func() (string, error) {
		if passphraseFile != "" {
			p, err := os.ReadFile(passphraseFile)
			return strings.TrimSpace(string(p)), err
		}
		in, ok := e.in.(*os.File)
		if !ok || !term.IsTerminal(int(in.Fd())) {
			return "", fmt.Errorf("%s is protected: give --passphrase FILE or run this in a terminal", path)
		}
		fmt.Fprintf(e.errOut, "Passphrase of %s: ", path)
		p, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(e.errOut)
		return strings.TrimSpace(string(p)), err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

type caseListCmd struct {
	member
	Category string `help:"Only this category."`
	Region   string `help:"Only this region."`
	State    string `help:"Only this state."`
	Day      string `help:"Only reports of this day (YYYY-MM-DD)."`
	Limit    int    `help:"How many at most." default:"50"`
}

// Run prints the queue: routing fields and clocks, no content.
func (c *caseListCmd) Run(e *env) error {
	f := casework.Filter{Category: id.Category(c.Category), Region: id.Region(c.Region), State: cases.State(c.State)}
	if c.Day != "" {
		d, err := workday.ParseDay(c.Day)
		if err != nil {
			return err
		}
		f.Day = d
	}
	a, s, err := c.start(e)
	if err != nil {
		return err
	}
	defer closeApp(e, a)
	rows, _, more, err := a.Casework.List(e.ctx, s.Who, f, store.Cursor{}, c.Limit)
	if err != nil {
		return err
	}
	l := a.Catalog.For(i18n.Lang(c.Lang))
	for _, r := range rows {
		mark := " "
		if r.Danger {
			mark = "!"
		}
		due := ""
		if !r.Due.Day.IsZero() {
			due = fmt.Sprintf("  %s %s", l.T(r.Due.Clock.Key(), nil), r.Due.Day)
		}
		fmt.Fprintf(e.out, "%s %s  %s  %s  %s%s\n", mark, r.Case.Number, r.Case.Day, l.T(r.Case.State.Key(), nil), r.Case.Category, due)
	}
	if len(rows) == 0 {
		fmt.Fprintln(e.out, "No case waits here.")
	}
	if more {
		fmt.Fprintln(e.out, "There are more; raise --limit or narrow the list.")
	}
	return nil
}

type caseReplyCmd struct {
	member
	Number   string   `arg:"" help:"Case number."`
	Text     string   `help:"File with the text, or - for standard input." placeholder:"FILE"`
	File     []string `help:"File to send along." placeholder:"FILE"`
	Ask      bool     `help:"The text is a question; the case waits for the answer." xor:"kind"`
	Progress bool     `help:"The text is a progress note of the inquiry." xor:"kind"`
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
		if err := attach(e, a, &l, path); err != nil {
			return err
		}
	}
	after, err := s.Reply(e.ctx, c.Number, l)
	if err != nil {
		return err
	}
	return printState(e, a, c.Lang, after)
}

func attach(e *env, a *app.App, l *terminal.Letter, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	limit := int64(a.Pack.Limits.PlainFile) << 20
	file, kept, err := terminal.Attach(e.ctx, a.Casework, baseName(path), "application/octet-stream", f, limit)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	l.Files, l.Kept = append(l.Files, file), append(l.Kept, kept)
	return nil
}

func baseName(path string) string { return path[strings.LastIndexAny(path, `/\`)+1:] }

// readText reads a file, or standard input for "-"; "" is no text.
func readText(e *env, from string) (string, error) {
	if from == "" {
		return "", nil
	}
	b, err := readAll(e, from)
	return strings.TrimSpace(string(b)), err
}

func printState(e *env, a *app.App, lang string, c cases.Case) error {
	l := a.Catalog.For(i18n.Lang(lang))
	_, err := fmt.Fprintf(e.out, "%s: %s\n", c.Number, l.T(c.State.Key(), nil))
	return err
}

type caseDecideCmd struct {
	member
	Number     string `arg:"" help:"Case number."`
	Act        string `arg:"" help:"What to do." enum:"triage,accept,decline,inquire,heard,conclude,tell,close,reopen,approve,refuse,withdraw,assign,calm"`
	Code       string `help:"Decline code D1 to D8, or finding F1 to F5."`
	Reasons    string `help:"Reasons, as the reporter or the unit will read them." placeholder:"TEXT"`
	ReasonsIn  string `help:"File with the reasons, or - for standard input." placeholder:"FILE" xor:"reasons"`
	Handler    string `help:"Member who handles the case (accept, assign)."`
	NoMeasures bool   `help:"F1, F2: no measure against the person reported follows."`
	Intent     string `help:"F5: file with the evidence of intent." placeholder:"FILE"`
}

// acts are the words of the command line for the acts of the rules.
func acts(word string) cases.ActKind {
	switch word {
	case "triage":
		return cases.ActTriage
	case "accept":
		return cases.ActAccept
	case "decline":
		return cases.ActProposeDecline
	case "inquire":
		return cases.ActOpenInquiry
	case "heard":
		return cases.ActHear
	case "conclude":
		return cases.ActProposeConclusion
	case "tell":
		return cases.ActFeedback
	case "close":
		return cases.ActProposeClosing
	case "reopen":
		return cases.ActProposeReopening
	case "approve":
		return cases.ActApprove
	case "refuse":
		return cases.ActRefuse
	case "withdraw":
		return cases.ActWithdraw
	case "assign":
		return cases.ActAssign
	default:
		return cases.ActSettleDanger
	}
}

// Run does one step. Declining, concluding, closing and reopening are proposed here by one person and approved by
// another.
func (c *caseDecideCmd) Run(e *env) error {
	d := terminal.Decision{Act: acts(c.Act), Code: cases.Code(c.Code), Handler: id.Member(c.Handler), Reasons: c.Reasons, NoMeasures: c.NoMeasures}
	var err error
	if c.ReasonsIn != "" {
		if d.Reasons, err = readText(e, c.ReasonsIn); err != nil {
			return err
		}
	}
	if c.Intent != "" {
		if d.Intent, err = readText(e, c.Intent); err != nil {
			return err
		}
	}
	if needsReasons(d.Act) && d.Reasons == "" {
		return fmt.Errorf("%s needs --reasons TEXT or --reasons-in FILE", c.Act)
	}
	a, s, err := c.start(e)
	if err != nil {
		return err
	}
	defer closeApp(e, a)
	after, err := s.Decide(e.ctx, c.Number, d)
	if err != nil {
		return err
	}
	if err := printState(e, a, c.Lang, after); err != nil {
		return err
	}
	if strings.HasPrefix(string(d.Act), "propose_") {
		fmt.Fprintln(e.out, "Proposed. Another person approves it: clarion case decide", after.Number, "approve")
	}
	return nil
}

func needsReasons(a cases.ActKind) bool {
	switch a {
	case cases.ActAccept, cases.ActProposeDecline, cases.ActProposeConclusion, cases.ActOpenInquiry, cases.ActHear, cases.ActFeedback,
		cases.ActRefuse, cases.ActProposeReopening:
		return true
	default:
		return false
	}
}
