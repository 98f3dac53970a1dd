// Package config holds every setting of an installation: its name, default, meaning and limits.
//
// Values come from defaults, then a file, then the environment, then flags; the later wins. All faults are
// reported at once, and an unknown name is a fault. It must never hold a secret: keys live in files of their
// own, so that a configuration can be shown, mailed and backed up.
package config

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// Config is a checked configuration. Sizes are bytes.
type Config struct {
	Data     string // data directory
	Database string // "" is SQLite inside Data; else sqlite:PATH or postgres://…
	Pack     string // name of a shipped pack, or a directory

	Public Door
	Desk   Desk
	Ops    Door

	TLSCert, TLSKey string // PEM files; both or neither

	Ledger Ledger
	Plain  Plain
	Codes  Codes
	Files  Files
	Server Server

	LogLevel  string // debug, info, warn, error
	LogFormat string // text or json

	written map[string]string // each setting as it was written, or its default
}

// Door is one listener.
type Door struct {
	Listen string   // host:port
	URL    string   // the origin that people type, such as https://tips.example
	Hosts  []string // further names it answers to, such as an onion address
}

// Desk is the listener of staff. Its two doors differ by host name, as passkeys and cookies do.
type Desk struct {
	Listen   string        // host:port
	URL      string        // origin of the desk
	Inspect  string        // origin of the inspector's door
	Session  time.Duration // a session ends then, whatever happens
	Idle     time.Duration // and without a request then
	HandOuts int           // documents in an hour that raise an alarm
	Sketches int64         // bytes of an office's sealed list of sketches at most
	Entries  int           // days after which an entry that was never handed in is forgotten
}

// Ledger paces the two logs.
type Ledger struct {
	Checkpoint time.Duration // a checkpoint is signed this often, traffic or not
	Dummies    int           // dummy leaves an hour
	Keep       string        // directory of the last checkpoints, outside the database; "" is Data/ledger
}

// Plain limits the form and the mailbox that work without scripts.
type Plain struct {
	MinAge     time.Duration // a form sent sooner than this is shown again
	Life       time.Duration // a form older than this is renewed
	Slot       int           // how many forms handed out in one ten-minute slot may be sent
	SameForm   time.Duration // the same form with the same answers shows the same code for this long
	Sealing    int           // how many reports may be in sealing at once; the rest are refused kindly
	HandleLife time.Duration // how long an opened mailbox stays open
}

// Codes limits the exchange of pick-up numbers and link codes for receipt codes.
type Codes struct {
	Guesses int           // numbers that open nothing that may be tried in an hour, by everybody together
	PickUp  time.Duration // how long a pick-up number can be exchanged
	Link    time.Duration // how long a link code can be exchanged
}

// Files limits attachments. What one report may carry is in the pack.
type Files struct {
	Reserve int64 // uploads stop when the disk has less than this free
	Share   int   // per cent of the free disk that unsent files may hold

	Unclaimed int   // uploads without a document before new ones are refused
	Requests  int   // requests with bytes of uploads that run at once
	Rate      int64 // bytes a second for all uploads together
}

// Server limits connections.
type Server struct {
	Connections   int           // open connections on the public door
	HeaderTimeout time.Duration // a request's header must be complete by then
	IdleTimeout   time.Duration // an idle connection is closed then
	BodyRate      int64         // a body slower than so many bytes a second, after 30 s, is cut
	Queue         int           // writes waiting for the database before new ones are refused
}

// Faults is every fault of a configuration, in a stable order.
type Faults []string

// Error joins the faults, one a line.
func (f Faults) Error() string {
	return fmt.Sprintf("configuration has %d fault(s):\n  %s", len(f), strings.Join(f, "\n  "))
}

// Source says where settings come from.
type Source struct {
	File    string            // TOML file; "" is none
	Environ []string          // as os.Environ; names CLARION_A_B set a.b
	Flags   map[string]string // name to value
}

// EnvPrefix starts the name of every environment variable that is a setting.
const EnvPrefix = "CLARION_"

// reservedEnv are variables with the prefix that are not settings.
var reservedEnv = [...]string{"CLARION_REQUIRE_ALL", "CLARION_CONFIG", "CLARION_TEST_POSTGRES"}

// Load reads, merges and checks a configuration. The error is a [Faults], or names the unreadable file.
func Load(src Source) (*Config, error) {
	c := &Config{written: map[string]string{}}
	all := settings(c)
	var faults Faults
	apply := func(name, value, from string) {
		i := slices.IndexFunc(all, func(s setting) bool { return s.name == name })
		if i < 0 {
			faults = append(faults, fmt.Sprintf("%s: no setting is called %q%s", from, name, nearest(name, all)))
			return
		}
		if err := all[i].set(value); err != nil {
			faults = append(faults, fmt.Sprintf("%s: %s: %v", from, name, err))
		}
		c.written[name] = value
	}
	for _, s := range all {
		apply(s.name, s.def, "default")
	}
	if err := fromFile(src.File, apply); err != nil {
		return nil, err
	}
	fromEnviron(src.Environ, all, apply)
	for _, name := range sortedKeys(src.Flags) {
		apply(name, src.Flags[name], "flag")
	}
	faults = append(faults, c.check()...)
	if len(faults) > 0 {
		return nil, faults
	}
	c.Ledger.Keep = cmp.Or(c.Ledger.Keep, filepath.Join(c.Data, "ledger"))
	c.Database = cmp.Or(c.Database, "sqlite:"+filepath.Join(c.Data, "clarion.db"))
	return c, nil
}

func fromFile(path string, apply func(name, value, from string)) error {
	if path == "" {
		return nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading configuration: %w", err)
	}
	var tree map[string]any
	if err := toml.Unmarshal(b, &tree); err != nil {
		return fmt.Errorf("reading configuration %s: %w", filepath.Base(path), err)
	}
	flat := map[string]string{}
	flatten("", tree, flat)
	for _, name := range sortedKeys(flat) {
		apply(name, flat[name], "file")
	}
	return nil
}

func flatten(prefix string, tree map[string]any, into map[string]string) {
	for k, v := range tree {
		name := strings.TrimPrefix(prefix+"."+k, ".")
		switch v := v.(type) {
		case map[string]any:
			flatten(name, v, into)
		case []any:
			parts := make([]string, len(v))
			for i, p := range v {
				parts[i] = fmt.Sprint(p)
			}
			into[name] = strings.Join(parts, ",")
		default:
			into[name] = fmt.Sprint(v)
		}
	}
}

func fromEnviron(environ []string, all []setting, apply func(name, value, from string)) {
	slices.Sort(environ)
	for _, kv := range environ {
		k, v, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(k, EnvPrefix) || slices.Contains(reservedEnv[:], k) {
			continue
		}
		i := slices.IndexFunc(all, func(s setting) bool { return s.env() == k })
		if i < 0 {
			apply(k, v, "environment")
			continue
		}
		apply(all[i].name, v, "environment")
	}
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// nearest helps with a typing error.
func nearest(name string, all []setting) string {
	last := name[strings.LastIndexAny(name, "._")+1:]
	for _, s := range all {
		if strings.EqualFold(s.env(), name) || strings.HasSuffix(s.name, "."+strings.ToLower(last)) || s.name == last {
			return fmt.Sprintf("; did you mean %q?", s.name)
		}
	}
	return ""
}

// Describe writes a table of every setting in Markdown: the documentation is made from the code.
func Describe(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "| setting | environment | default | meaning |\n|---|---|---|---|\n"); err != nil {
		return err
	}
	for _, s := range settings(&Config{}) {
		def := "`" + s.def + "`"
		if s.def == "" {
			def = ""
		}
		if _, err := fmt.Fprintf(w, "| `%s` | `%s` | %s | %s |\n", s.name, s.env(), def, s.help); err != nil {
			return err
		}
	}
	return nil
}

// DirMode and FileMode are the modes of everything in a data directory.
const (
	DirMode  fs.FileMode = 0o700
	FileMode fs.FileMode = 0o600
)
