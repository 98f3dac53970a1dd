package main

import (
	"errors"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/reporter"
)

type verifySiteCmd struct {
	URL     string `arg:"" help:"The site's address." name:"url"`
	Desk    string `help:"Also look at the desk, which stands there. Nobody needs to sign in." placeholder:"URL"`
	Inspect string `help:"Also look at the inspector's door, which stands there." placeholder:"URL"`
	trust
}

// Help says what is compared, and what it is good for.
func (verifySiteCmd) Help() string {
	return `Fetches what every visitor gets: pages, scripts, style sheets, security headers, the list of keys, the public log. Each file's hash must
stand in the site's statement of its release, that in the public log, and the keys in the pages in the signed list. The lines that are
printed are the same for everyone: compare them with somebody elsewhere, also through Tor (--proxy socks5h://127.0.0.1:9050). A server
that gives everyone something else is found; one that gives it to a single person is found only where that person looks. With --desk and --inspect the pages of staff are compared as well,
up to the sign-in, which is all that a page of theirs is before somebody unlocks it.
Exit code 0: all of it fits. 1: it does not, with one sentence for each difference.`
}

// Run compares a site with what it says of itself, and with this program.
func (c *verifySiteCmd) Run(e *env) error {
	v, err := c.begin(e, c.URL)
	if err != nil {
		return err
	}
	want := reporter.Expect{Version: app.Version, Langs: v.catalog.Langs()}
	if want.Files, err = app.Files(); err != nil {
		return err
	}
	for url, at := range map[string]**reporter.Client{c.Desk: &want.Desk, c.Inspect: &want.Inspect} {
		if url == "" {
			continue
		}
		if *at, err = reporter.New(reporter.Options{URL: url, Proxy: c.Proxy, Lang: e.lang, Now: e.now}); err != nil {
			return err
		}
	}
	facts, err := v.c.Site(e.ctx, v.t, want)
	if err != nil {
		return err
	}
	for _, l := range facts.Lines {
		v.line("%s", inLine(l))
	}
	for _, f := range facts.Findings {
		v.say(f.Key, shownArgs(f.Args))
	}
	if len(facts.Findings) > 0 {
		return errors.Join(v.err, errFound)
	}
	v.say("verify.site_good", nil)
	return v.err
}

// shownArgs makes what a server said harmless in a line of ours.
func shownArgs(in errs.Args) errs.Args {
	out := errs.Args{}
	for k, val := range in {
		if s, ok := val.(string); ok {
			val = inLine(s)
		}
		out[k] = val
	}
	return out
}
