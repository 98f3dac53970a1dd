package config

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// setting is one documented name. set parses and keeps a value.
type setting struct {
	name, def, help string
	set             func(string) error
}

func (s setting) env() string {
	return EnvPrefix + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(s.name))
}

// settings is the one list of everything that can be configured.
func settings(c *Config) []setting {
	return []setting{
		{"data", "clarion-data", "data directory; made if it does not exist", text(&c.Data)},
		{"database", "", "`sqlite:PATH` or `postgres://…`; empty is SQLite in the data directory", database(&c.Database)},
		{"pack", "national-security", "name of a shipped pack, or a directory", text(&c.Pack)},
		{"public.listen", "localhost:8080", "address of the public door", address(&c.Public.Listen)},
		{"public.url", "http://localhost:8080", "origin of the public door as people type it", origin(&c.Public.URL)},
		{"public.hosts", "", "further host names of the public door, such as an onion address", list(&c.Public.Hosts)},
		{"desk.listen", "localhost:8081", "address of the desk and of the inspector's door", address(&c.Desk.Listen)},
		{"desk.url", "http://desk.localhost:8081", "origin of the desk; its host name is like no other door's", origin(&c.Desk.URL)},
		{"inspect.url", "http://inspect.localhost:8081", "origin of the inspector's door, on the desk's listener", origin(&c.Desk.Inspect)},
		{"desk.session", "12h", "a session of staff ends then, whatever happens", span(&c.Desk.Session, 10*time.Minute, 24*time.Hour)},
		{"desk.idle", "30m", "a session of staff ends after this long without a request", span(&c.Desk.Idle, 5*time.Minute, 4*time.Hour)},
		{"desk.handouts", "600", "documents in an hour that a member is handed before the inspector is told; nothing is refused", number(&c.Desk.HandOuts, 1, 1_000_000)},
		{"desk.sketches", "16MiB", "how large the sealed list may be by which an office finds reports that are nearly the same; 5,000 reports need 2 MiB", size(&c.Desk.Sketches)},
		{"desk.entries", "7", "days after which a call, letter or visit that a clerk began to take down and never handed in is forgotten", number(&c.Desk.Entries, 1, 60)},
		{"ops.listen", "127.0.0.1:8082", "address of health, readiness and metrics; loopback only", loopback(&c.Ops.Listen)},
		{"tls.cert", "", "certificate chain (PEM) of all doors; empty when a proxy ends TLS", text(&c.TLSCert)},
		{"tls.key", "", "private key (PEM) of that certificate", text(&c.TLSKey)},
		{"ledger.checkpoint", "1h", "a checkpoint is signed this often, whatever the traffic", span(&c.Ledger.Checkpoint, time.Second, 24*time.Hour)},
		{"ledger.dummies", "60", "dummy leaves an hour in the case log", number(&c.Ledger.Dummies, 1, 10_000)},
		{"ledger.keep", "", "directory of the last checkpoints, outside the database; empty is `ledger` in the data directory", text(&c.Ledger.Keep)},
		{"plain.min-age", "5s", "a plain form sent sooner than this is shown again", span(&c.Plain.MinAge, 0, time.Minute)},
		{"plain.life", "24h", "a plain form older than this is renewed, with its answers", span(&c.Plain.Life, time.Minute, 24*time.Hour)},
		{"plain.slot", "20000", "how many plain forms handed out in the same ten minutes may be sent", number(&c.Plain.Slot, 1, 10_000_000)},
		{"plain.same-form", "10m", "the same form with the same answers shows the same code for this long", span(&c.Plain.SameForm, time.Second, time.Hour)},
		{"plain.sealing", "64", "plain reports in sealing at once; more are refused kindly", number(&c.Plain.Sealing, 1, 10_000)},
		{"plain.handle-life", "15m", "how long a mailbox opened without scripts stays open", span(&c.Plain.HandleLife, time.Minute, 15*time.Minute)},
		{"codes.guesses", "600", "pick-up numbers that open nothing which may be tried in an hour, by everybody together", number(&c.Codes.Guesses, 1, 1_000_000)},
		{"codes.pick-up", "720h", "how long a pick-up number can be exchanged for a receipt code", span(&c.Codes.PickUp, time.Hour, 2160*time.Hour)},
		{"codes.link", "168h", "how long a link code can be exchanged for a receipt code", span(&c.Codes.Link, time.Hour, 720*time.Hour)},
		{"files.reserve", "1GiB", "uploads stop when the disk has less than this free", size(&c.Files.Reserve)},
		{"files.share", "10", "per cent of the free disk that unsent files may hold", number(&c.Files.Share, 1, 50)},
		{"files.unclaimed", "4096", "uploads that no report has claimed yet before new ones are refused", number(&c.Files.Unclaimed, 1, 1_000_000)},
		{"files.requests", "256", "requests that bring parts of uploads at once; more are told to try again", number(&c.Files.Requests, 1, 10_000)},
		{"files.rate", "64MiB", "bytes a second of all uploads together at most; down to a sixteenth while text would have to wait", size(&c.Files.Rate)},
		{"server.connections", "20000", "open connections on the public door", number(&c.Server.Connections, 16, 1_000_000)},
		{"server.header-timeout", "10s", "a request's header must be complete by then", span(&c.Server.HeaderTimeout, time.Second, time.Minute)},
		{"server.idle-timeout", "30s", "an idle connection is closed then", span(&c.Server.IdleTimeout, time.Second, 5*time.Minute)},
		{"server.body-rate", "512B", "a body slower than this a second, after 30 s, is cut", size(&c.Server.BodyRate)},
		{"server.queue", "2048", "writes waiting for the database before new ones are refused", number(&c.Server.Queue, 1, 1_000_000)},
		{"log.level", "info", "`debug`, `info`, `warn` or `error`", oneOf(&c.LogLevel, "debug", "info", "warn", "error")},
		{"log.format", "text", "`text` or `json`", oneOf(&c.LogFormat, "text", "json")},
	}
}

// check looks at what no single setting can see.
func (c *Config) check() (faults []string) {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		faults = append(faults, "tls.cert and tls.key: give both or neither")
	}
	if c.Plain.MinAge > c.Plain.Life {
		faults = append(faults, "plain.min-age is longer than plain.life")
	}
	listeners := map[string]string{}
	for _, l := range []struct{ name, at string }{{"public.listen", c.Public.Listen}, {"desk.listen", c.Desk.Listen}, {"ops.listen", c.Ops.Listen}} {
		if other := listeners[l.at]; other != "" && !strings.HasSuffix(l.at, ":0") {
			faults = append(faults, fmt.Sprintf("%s and %s are the same address", other, l.name))
		}
		listeners[l.at] = l.name
	}
	faults = append(faults, c.hosts()...)
	if c.Desk.Sketches < 1<<20 || c.Desk.Sketches > 256<<20 {
		faults = append(faults, "desk.sketches is not between 1MiB and 256MiB")
	}
	if c.Files.Rate < 64<<10 {
		faults = append(faults, "files.rate is less than 64KiB")
	}
	if slices.Contains(c.Public.Hosts, "") {
		faults = append(faults, "public.hosts has an empty name")
	}
	return faults
}

// hosts makes sure that each door has a host name of its own: cookies and passkeys ignore ports, so that one name for two
// doors would be one door.
func (c *Config) hosts() (faults []string) {
	held := map[string]string{}
	for _, name := range c.Public.Hosts {
		held[name] = "public.hosts"
	}
	for _, d := range []struct{ name, url string }{{"public.url", c.Public.URL}, {"desk.url", c.Desk.URL}, {"inspect.url", c.Desk.Inspect}} {
		u, err := url.Parse(d.url)
		if err != nil {
			continue // origin has said so
		}
		host := u.Hostname()
		if other := held[host]; other != "" && !(d.name == "public.url" && other == "public.hosts") {
			faults = append(faults, fmt.Sprintf("%s and %s have the same host name %s: each door needs its own", other, d.name, host))
		}
		held[host] = d.name
		if ip := net.ParseIP(host); ip != nil && d.name != "public.url" {
			faults = append(faults, fmt.Sprintf("%s is a bare address, for which browsers make no passkeys: give it a host name", d.name))
		}
	}
	return faults
}

func text(p *string) func(string) error {
	return func(s string) error { *p = strings.TrimSpace(s); return nil }
}

func list(p *[]string) func(string) error {
	return func(s string) error {
		*p = nil
		for part := range strings.SplitSeq(s, ",") {
			if part = strings.TrimSpace(part); part != "" {
				*p = append(*p, strings.ToLower(part))
			}
		}
		return nil
	}
}

func address(p *string) func(string) error {
	return func(s string) error {
		if _, port, err := net.SplitHostPort(s); err != nil || port == "" {
			return fmt.Errorf("%q is not an address like localhost:8080", s)
		}
		*p = s
		return nil
	}
}

func loopback(p *string) func(string) error {
	return func(s string) error {
		host, _, err := net.SplitHostPort(s)
		if err != nil {
			return fmt.Errorf("%q is not an address like 127.0.0.1:8082", s)
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return fmt.Errorf("%q is not a loopback address", s)
		}
		*p = s
		return nil
	}
}

func origin(p *string) func(string) error {
	return func(s string) error {
		u, err := url.Parse(s)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
			return fmt.Errorf("%q is not an origin like https://tips.example", s)
		}
		*p = u.Scheme + "://" + strings.ToLower(u.Host)
		return nil
	}
}

func database(p *string) func(string) error {
	return func(s string) error {
		if s != "" && !strings.HasPrefix(s, "sqlite:") && !strings.HasPrefix(s, "postgres://") && !strings.HasPrefix(s, "postgresql://") {
			return fmt.Errorf("does not start with sqlite: or postgres:// (the value is not shown, as it may hold a password)")
		}
		*p = s
		return nil
	}
}

func span(p *time.Duration, least, most time.Duration) func(string) error {
	return func(s string) error {
		d, err := time.ParseDuration(s)
		if err != nil {
			return fmt.Errorf("%q is not a duration like 90s, 15m or 1h", s)
		}
		if d < least || d > most {
			return fmt.Errorf("%s is not between %s and %s", d, least, most)
		}
		*p = d
		return nil
	}
}

func number(p *int, least, most int) func(string) error {
	return func(s string) error {
		n, err := strconv.Atoi(s)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", s)
		}
		if n < least || n > most {
			return fmt.Errorf("%d is not between %d and %d", n, least, most)
		}
		*p = n
		return nil
	}
}

func size(p *int64) func(string) error {
	return func(s string) error {
		for _, u := range []struct {
			suffix string
			shift  uint
		}{{"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}, {"B", 0}} {
			digits, ok := strings.CutSuffix(s, u.suffix)
			if !ok {
				continue
			}
			n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
			if err != nil || n < 0 || n > (1<<50)>>u.shift {
				break
			}
			*p = n << u.shift
			return nil
		}
		return fmt.Errorf("%q is not a size like 512KiB, 32MiB or 1GiB", s)
	}
}

func oneOf(p *string, values ...string) func(string) error {
	return func(s string) error {
		if !slices.Contains(values, s) {
			return fmt.Errorf("%q is not one of %s", s, strings.Join(values, ", "))
		}
		*p = s
		return nil
	}
}
