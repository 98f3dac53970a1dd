package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/reporter"
	"clarion.example/clarion/seal"
)

// owner is who comes back with a code.
type owner struct {
	authority
	Code string `help:"File with the receipt code, or -; without it the terminal asks and does not show it." placeholder:"FILE"`
}

// open checks the keys, reads the code and lists the mailbox.
func (o owner) open(e *env) (*visit, *reporter.Mailbox, *reporter.Listing, error) {
	v, err := o.start(e)
	if err != nil {
		return nil, nil, nil, err
	}
	code, err := o.code(v)
	if err != nil {
		return nil, nil, nil, err
	}
	m, err := v.c.Mailbox(v.t, code)
	if err != nil {
		return nil, nil, nil, err
	}
	var heads *reporter.Heads
	if o.Remember != "" {
		heads = m.Remembered(v.memory)
	}
	l, err := m.List(e.ctx, heads)
	if err != nil {
		return nil, nil, nil, err
	}
	return v, m, l, v.remember()
}

func (o owner) code(v *visit) (string, error) {
	if o.Code != "" {
		b, err := readAll(v.e, o.Code, 4096)
		if err == nil && o.Code != "-" {
			warnReadable(v.e, o.Code)
		}
		return strings.TrimSpace(string(b)), err
	}
	code, err := typed(v.e, v.l.T("cli.label", errs.Args{"Label": v.l.T("reporter.code_prompt", nil)})+" ")
	if errors.Is(err, errNoTerminal) {
		return "", errs.New(errs.Invalid, "reporter.code_needed", nil)
	}
	return code, err
}

// doubted prints what does not fit; the command then ends as a check that found faults.
func (v *visit) doubted(l *reporter.Listing) error {
	for _, d := range l.Doubts {
		v.say("reporter.box_doubt", errs.Args{"Chain": string(d.Chain), "N": d.Seq, "What": v.l.T(d.Key, nil)})
	}
	if len(l.Doubts) == 0 {
		return v.err
	}
	v.say("reporter.box_doubts", nil)
	return errors.Join(v.err, errFound)
}

type reportBoxCmd struct {
	owner
	Files string `help:"Also save the office's files into this directory, under neutral names." placeholder:"DIR"`
}

// Help says what was checked.
func (reportBoxCmd) Help() string {
	return `Every letter that is shown was signed by the office's key of the signed list, belongs to your case, and stands in its place. A line
that begins with DOUBT names one that is missing, moved, exchanged or forged; its words are not shown, and the exit code is 1.
What you wrote cannot be read back, with any code. Nothing of a visit is stored at the authority.`
}

// Run prints the mailbox.
func (c *reportBoxCmd) Run(e *env) error {
	v, m, l, err := c.open(e)
	if err != nil {
		return err
	}
	v.mailbox(l)
	if c.Files != "" && v.err == nil {
		if err := v.saveLetters(m, l, c.Files); err != nil {
			return err
		}
	}
	return v.doubted(l)
}

func (v *visit) mailbox(l *reporter.Listing) {
	v.line("")
	v.say("reporter.box_head", errs.Args{"Number": inLine(l.Number), "Unit": v.unit(l.Unit), "State": v.word(cases.State(l.State).Key(), l.State)})
	for _, u := range l.Readers {
		v.say("reporter.box_reads", errs.Args{"Unit": v.unit(u)})
	}
	if l.Asked != "" {
		v.say("reporter.box_asked", errs.Args{"Day": v.day(l.Asked)})
	}
	for _, s := range l.Steps {
		name := s.Step
		if s.Decided != "" {
			name = s.Decided
		}
		switch name = v.word("cases.step."+name, name); {
		case s.Done != "":
			v.say("reporter.box_step_done", errs.Args{"Step": name, "Day": v.day(s.Done)})
		case s.Due != "":
			v.say("reporter.box_step_due", errs.Args{"Step": name, "Day": v.day(s.Due)})
		}
	}
	for _, o := range l.Own {
		key := map[seal.Kind]string{seal.KindReport: "reporter.box_report", seal.KindRekey: "reporter.box_code"}[o.Kind]
		if key == "" {
			key = "reporter.box_own"
		}
		v.say(key, errs.Args{"Day": v.day(o.Day)})
	}
	if len(l.Letters) == 0 {
		v.say("reporter.box_empty", nil)
	}
	for _, letter := range l.Letters {
		v.letter(letter)
	}
}

// word is the catalogue's word for a code of the server's, or the code.
func (v *visit) word(key, said string) string {
	if v.catalog.Has(key) {
		return v.l.T(key, nil)
	}
	return inLine(said)
}

func (v *visit) letter(l reporter.Letter) {
	args := errs.Args{"N": l.Seq, "Day": v.day(l.Day), "Unit": v.unit(l.Unit)}
	key := "reporter.box_letter"
	switch {
	case l.Erased:
		key = "reporter.box_erased"
	case l.Waiting:
		key = "reporter.box_waiting"
	case l.Text == "" && len(l.Files) == 0:
		key = "reporter.box_hidden"
	case l.Review:
		key = "reporter.box_inspector"
	case l.Kind == seal.KindDecision:
		key = "reporter.box_decision"
		args["What"] = strings.TrimSpace(v.word(cases.State(l.Outcome).Key(), l.Outcome) + " " + inLine(l.Code))
	}
	v.line("")
	v.line("--- %s", v.l.T(key, args))
	v.words("", l.Text)
	for i, f := range l.Files {
		v.say("reporter.box_file", errs.Args{"Letter": l.Seq, "N": i + 1, "Name": inLine(f.Name), "Size": f.Size})
	}
}

// saveLetters saves files under neutral names; a name of somebody else's choice never touches the file system.
func (v *visit) saveLetters(m *reporter.Mailbox, l *reporter.Listing, dir string) error {
	if err := os.MkdirAll(dir, config.DirMode); err != nil {
		return err
	}
	for _, letter := range l.Letters {
		for i, f := range letter.Files {
			path := filepath.Join(dir, fmt.Sprintf("letter-%02d-%02d.bin", letter.Seq, i+1))
			if err := writeFrom(path, func(w io.Writer) error { return m.File(v.e.ctx, f, w) }); err != nil {
				return wrapPath(path, err)
			}
			v.say("reporter.box_saved", errs.Args{"Path": inLine(path), "Name": inLine(f.Name)})
		}
	}
	return v.err
}

type reportAnswerCmd struct {
	owner
	Text string   `help:"File with the text, UTF-8, or - for standard input." placeholder:"FILE" required:""`
	File []string `help:"File to seal and send along; the office sees its name. It is not cleaned." placeholder:"FILE" sep:"none"`
}

// Run seals an answer to the unit and sends it.
func (c *reportAnswerCmd) Run(e *env) error {
	text, err := readText(e, c.Text)
	if err != nil {
		return err
	}
	v, m, l, err := c.open(e)
	if err != nil {
		return err
	}
	if text == "" && len(c.File) == 0 {
		return errs.New(errs.Invalid, "reporter.answer_empty", nil)
	}
	if err := v.doubted(l); err != nil {
		return err
	}
	var files []seal.File
	for i, path := range c.File {
		f, err := v.upload(path, i+1, len(c.File), seal.MaxFile)
		if err != nil {
			return wrapPath(path, err)
		}
		files = append(files, f)
	}
	if err := m.Answer(e.ctx, l, text, files); err != nil {
		return err
	}
	if c.Remember != "" {
		*m.Remembered(v.memory) = l.Head()
	}
	v.say("reporter.answered", errs.Args{"Unit": v.unit(l.Unit)})
	return errors.Join(v.err, v.remember())
}

type reportKeepCmd struct {
	owner
	Ack    string `help:"Save the acknowledgement here." placeholder:"FILE"`
	Proofs string `help:"Save the proofs of what the ledger witnessed into this directory." placeholder:"DIR"`
}

// Run saves what can be shown to others, each thing after it was checked.
func (c *reportKeepCmd) Run(e *env) error {
	e.lang = langOf(c.Lang)
	if c.Ack == "" && c.Proofs == "" {
		return errs.New(errs.Invalid, "reporter.keep_what", nil)
	}
	v, m, l, err := c.open(e)
	if err != nil {
		return err
	}
	b, a, err := m.Acknowledgement(e.ctx, l)
	if err != nil {
		return err
	}
	if c.Ack != "" {
		if err := writeSecret(c.Ack, b); err != nil {
			return err
		}
		v.say("reporter.kept_ack", errs.Args{"Path": inLine(c.Ack), "Authority": inLine(a.Authority), "Day": v.day(a.Day)})
	}
	if c.Proofs == "" {
		return v.doubted(l)
	}
	if !l.Proof {
		return errs.New(errs.Unavailable, "reporter.no_proofs", nil)
	}
	events, err := m.Proofs(e.ctx, l, a)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Proofs, config.DirMode); err != nil {
		return err
	}
	for i, ev := range events {
		path := filepath.Join(c.Proofs, fmt.Sprintf("proof-%02d.tlog-proof", i+1))
		if err := writeSecret(path, ev.Proof); err != nil {
			return err
		}
		v.say("reporter.kept_proof", errs.Args{"Path": inLine(path), "Event": v.event(ev.Kind), "Day": v.day(ev.Day)})
	}
	v.say("reporter.proof_hour", nil)
	return v.doubted(l)
}

type reportEraseCmd struct {
	owner
	Letter int64 `arg:"" help:"Number of the letter."`
}

// Run erases one letter from the mailbox.
func (c *reportEraseCmd) Run(e *env) error {
	v, m, l, err := c.open(e)
	if err != nil {
		return err
	}
	for _, letter := range l.Letters {
		if letter.Seq == c.Letter && !letter.Erased && !letter.Waiting {
			if err := m.Erase(e.ctx, l, letter.Item); err != nil {
				return err
			}
			v.say("reporter.erased", errs.Args{"N": c.Letter})
			return v.err
		}
	}
	return errs.New(errs.NotFound, "reporter.no_letter", errs.Args{"N": c.Letter})
}

type reportCloseCmd struct {
	owner
	Yes bool `help:"Close without asking again."`
}

// Run closes the mailbox.
func (c *reportCloseCmd) Run(e *env) error {
	v, m, _, err := c.open(e)
	if err != nil {
		return err
	}
	if !c.Yes {
		yes, err := v.sure(v.l.T("reporter.close_ask", nil))
		if err != nil || !yes {
			return v.ended(cmp.Or(err, errStopped))
		}
	}
	if err := m.Close(e.ctx); err != nil {
		return err
	}
	m.Forget(v.memory)
	v.say("reporter.closed_box", nil)
	return errors.Join(v.err, v.remember())
}

type reportRecodeCmd struct {
	owner
	Kind string `help:"digits or words; without it what the language has." enum:",digits,words" default:""`
}

// Run changes the code and shows the new one, once. A doubt is told, and the code changed all the same.
func (c *reportRecodeCmd) Run(e *env) error {
	v, m, l, err := c.open(e)
	if err != nil {
		return err
	}
	doubted := v.doubted(l)
	if v.err != nil {
		return doubted
	}
	code, next, err := m.Recode(e.ctx, l, c.Kind == "words" || c.Kind == "" && v.o.Lang == "en")
	if err != nil && code == "" {
		return err
	}
	if err != nil {
		v.say("reporter.recode_maybe", nil)
		v.line("  %s", seal.FormatCode(code))
		return err
	}
	if c.Remember != "" {
		heads := *m.Remembered(v.memory)
		if len(l.Doubts) == 0 {
			heads = l.Head()
		}
		m.Forget(v.memory)
		*next.Remembered(v.memory) = heads
	}
	v.line("%s", v.l.T("cli.label", errs.Args{"Label": v.l.T("reporter.code", nil)}))
	v.line("")
	v.line("  %s", seal.FormatCode(code))
	v.line("")
	v.say("reporter.recoded", nil)
	if err := errors.Join(v.err, v.remember()); err != nil {
		return err
	}
	return doubted
}
