package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/reporter"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
)

type reportCmd struct {
	Send    reportSendCmd   `cmd:"" default:"withargs" help:"Seal a report on this machine and send it (the default)."`
	Mailbox reportBoxCmd    `cmd:"" help:"Come back with the code: read letters and where the case stands."`
	Answer  reportAnswerCmd `cmd:"" help:"Write to the office."`
	Keep    reportKeepCmd   `cmd:"" help:"Save the acknowledgement and the proofs, checked."`
	Erase   reportEraseCmd  `cmd:"" help:"Erase a letter from the mailbox."`
	Recode  reportRecodeCmd `cmd:"" help:"Give the mailbox a new code, when somebody may have seen the old one."`
	Close   reportCloseCmd  `cmd:"" help:"Close the mailbox for ever."`
}

// Help says what is trusted.
func (reportCmd) Help() string {
	return `For those who trust no delivered script. Everything is sealed and checked on this machine. The fingerprint of the root key must
come from the authority's papers or a person you trust, never from the server; --remember keeps it, with the last keys and log
states, in a file of yours, so that the server can take nothing back. Who finds that file learns that you dealt with this authority.
Through Tor: --proxy socks5h://127.0.0.1:9050, and the onion address.`
}

// authority is the server that a reporter deals with.
type authority struct {
	URL string `help:"The authority's address." required:"" placeholder:"https://…" name:"url"`
	trust
}

// trust is how a server is reached, and what is known of it from elsewhere.
type trust struct {
	Root     string `help:"Fingerprint of the root key, from the authority's papers: never from the server." placeholder:"FINGERPRINT"`
	Remember string `help:"File that keeps fingerprint, keys and log states between visits; made if it is not there." placeholder:"FILE"`
	Proxy    string `help:"Such as socks5h://127.0.0.1:9050; names go through it as well." placeholder:"URL"`
	Lang     string `help:"Language of what is shown and asked: en or zh (zh-Hans)." default:"en" enum:"en,zh,zh-Hans"`
}

// visit is one visit to an authority whose keys were checked.
type visit struct {
	*printer
	e       *env
	in      *bufio.Reader
	catalog *i18n.Catalog
	c       *reporter.Client
	t       *reporter.Trusted
	memory  *reporter.Memory
	o       trust
}

// start is begin at the address of a flag.
func (o authority) start(e *env) (*visit, error) { return o.begin(e, o.URL) }

// begin fetches the keys and checks them. Nothing else was sent before.
func (o trust) begin(e *env, url string) (*visit, error) {
	e.lang = langOf(o.Lang)
	o.Lang = string(e.lang)
	catalog, err := i18n.New(nil)
	if err != nil {
		return nil, err
	}
	v := &visit{e: e, in: bufio.NewReader(e.in), catalog: catalog, o: o, printer: &printer{w: e.out, l: catalog.For(e.lang)}}
	if v.c, err = reporter.New(reporter.Options{URL: url, Proxy: o.Proxy, Lang: e.lang, Now: e.now}); err != nil {
		return nil, err
	}
	if v.memory, err = v.remembered(); err != nil {
		return nil, err
	}
	if v.t, err = v.c.Trust(e.ctx, v.memory); err != nil {
		return nil, err
	}
	if err := v.remember(); err != nil {
		return nil, err
	}
	v.say("reporter.root_ok", errs.Args{"Authority": v.authority(), "Version": v.t.Set.Version, "Day": v.t.Set.Day})
	return v, v.err
}

// langOf is the catalogue's language of the flag --lang.
func langOf(flag string) i18n.Lang {
	if flag == "zh" {
		return i18n.Default
	}
	return i18n.Lang(flag)
}

// say prints a sentence.
func (v *visit) say(key string, args errs.Args) { v.line("%s", v.l.T(key, args)) }

func (v *visit) authority() string { return inLine(nameIn(v.t.Set.Authority, v.o.Lang)) }

// unit is the name of a unit as the signed list has it.
func (v *visit) unit(id string) string {
	for _, u := range v.t.Set.Intake {
		if u.ID == id {
			return inLine(nameIn(u.Name, v.o.Lang))
		}
	}
	return inLine(id)
}

func nameIn(names map[string]string, lang string) string {
	if n, ok := names[lang]; ok {
		return n
	}
	for _, n := range names {
		return n
	}
	return ""
}

// remembered reads the memory, or begins one with the fingerprint that was given or is typed now.
func (v *visit) remembered() (*reporter.Memory, error) {
	root, err := spelled(v.o.Root)
	if err != nil {
		return nil, err
	}
	if v.o.Remember != "" {
		b, err := os.ReadFile(v.o.Remember)
		if err == nil {
			m, err := reporter.ParseMemory(b)
			if err == nil && root != "" && m.Root != root {
				err = errs.New(errs.Conflict, "reporter.other_root", nil)
			}
			return m, wrapPath(v.o.Remember, err)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	if root == "" {
		if !isTerminal(v.e.in) {
			return nil, errs.New(errs.Invalid, "reporter.root_needed", nil)
		}
		typed, err := v.ask(v.l.T("reporter.root_ask", nil))
		if err != nil {
			return nil, err
		}
		if root, err = spelled(typed); err != nil {
			return nil, err
		}
		if root == "" {
			return nil, errs.New(errs.Invalid, "reporter.root_needed", nil)
		}
	}
	return &reporter.Memory{Root: root}, nil
}

func wrapPath(path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", path, err)
}

// spelled brings a typed fingerprint into its own spelling; "" stays "".
func spelled(s string) (string, error) {
	bare := strings.ToLower(strings.Join(strings.Fields(s), ""))
	if bare == "" {
		return "", nil
	}
	if len(bare) != 64 || strings.Trim(bare, "0123456789abcdef") != "" {
		return "", errs.New(errs.Invalid, "reporter.root_form", errs.Args{"N": len(bare)})
	}
	var groups []string
	for ; bare != ""; bare = bare[4:] {
		groups = append(groups, bare[:4])
	}
	return strings.Join(groups, " "), nil
}

// remember writes the memory, if there is a file for it.
func (v *visit) remember() error {
	if v.o.Remember == "" {
		return nil
	}
	b, err := v.memory.Bytes()
	if err != nil {
		return err
	}
	return replaceSecret(v.o.Remember, b)
}

// ask prints a question and reads one line. The end of the input ends the command.
func (v *visit) ask(prompt string) (string, error) {
	v.write("%s", v.l.T("cli.label", errs.Args{"Label": inLine(prompt)})+" ")
	if v.err != nil {
		return "", v.err
	}
	line, err := v.in.ReadString('\n')
	if err != nil && line == "" {
		return "", errStopped
	}
	return strings.TrimSpace(line), nil
}

func (v *visit) write(format string, args ...any) {
	if v.err == nil {
		_, v.err = fmt.Fprintf(v.w, format, args...)
	}
}

// errStopped ends a command that the person at the terminal ended: nothing was sent.
var errStopped = errors.New("stopped")

// sure asks for a yes.
func (v *visit) sure(question string) (bool, error) {
	for {
		a, err := v.ask(v.l.T("reporter.sure", errs.Args{"Question": question}))
		if err != nil {
			return false, err
		}
		switch strings.ToLower(a) {
		case "yes", "y", v.l.T("reporter.yes", nil):
			return true, nil
		case "no", "n", v.l.T("reporter.no", nil):
			return false, nil
		}
	}
}

// ended is what a command returns when the person stopped it.
func (v *visit) ended(err error) error {
	if errors.Is(err, errStopped) {
		v.line("")
		v.say("reporter.stopped", nil)
		return v.err
	}
	return err
}

// day writes a day of the server's as this language does, or as it came.
func (v *visit) day(s string) string {
	d, err := workday.ParseDay(s)
	if err != nil {
		return inLine(s)
	}
	return v.l.Date(d)
}

// event is the word for what the ledger says.
func (v *visit) event(k proof.EventKind) string {
	if key := "verify.e_" + string(k); v.catalog.Has(key) {
		return v.l.T(key, nil)
	}
	return inLine(string(k))
}

// retryAfter is how long the client waits before it tries again.
const retryAfter = 3 * time.Second
