package config

import "slices"

// Setting is one as the administrator's page shows it. Value is "" where Hidden says that it is never shown.
type Setting struct {
	Name, Env, Help, Default, Value string
	Hidden                          bool
}

// hidden are settings whose values are secrets, lead to secrets, or say where on the machine something lies. Every other one may be
// shown: a test demands that a new setting is put into this list or the next.
var hidden = [...]string{"data", "database", "tls.cert", "tls.key", "ledger.keep"}

// shown are settings whose values an administrator may read.
var shown = [...]string{
	"pack", "public.listen", "public.url", "public.hosts", "desk.listen", "desk.url", "inspect.url", "desk.session", "desk.idle", "desk.handouts", "desk.sketches", "desk.entries", "ops.listen",
	"ledger.checkpoint", "ledger.dummies", "plain.min-age", "plain.life", "plain.slot", "plain.same-form", "plain.sealing", "plain.handle-life",
	"codes.guesses", "codes.pick-up", "codes.link", "files.reserve", "files.share", "files.unclaimed", "files.requests", "files.rate",
	"server.connections", "server.header-timeout", "server.idle-timeout", "server.body-rate", "server.queue", "log.level", "log.format",
}

// Settings lists every setting with the value of this start, as it was written. What is not known to be harmless is hidden.
func (c *Config) Settings() (out []Setting) {
	for _, s := range settings(&Config{}) {
		j := Setting{Name: s.name, Env: s.env(), Help: s.help, Default: s.def, Hidden: !slices.Contains(shown[:], s.name)}
		if !j.Hidden {
			j.Value = c.written[s.name]
		}
		out = append(out, j)
	}
	return out
}
