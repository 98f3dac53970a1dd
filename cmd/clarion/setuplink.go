package main

import (
	"fmt"
	"time"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/office/staff"
)

type setupLinkCmd struct {
	settings
	For string `help:"Who joins with it: administrator or inspector." enum:"administrator,inspector" required:"" placeholder:"ROLE"`
}

// Help says when the command is needed.
func (setupLinkCmd) Help() string {
	return `The first start of clarion serve makes both links. They live 60 minutes and work once; this makes one anew, while nobody has that role. The one before stops working.`
}

// Run makes the link of a role anew.
func (c *setupLinkCmd) Run(e *env) error {
	a, err := c.openInstallation(e)
	if err != nil {
		return err
	}
	defer closeApp(e, a)
	l, err := a.SetupLink(e.ctx, staff.Role(c.For))
	if err != nil {
		return err
	}
	fmt.Fprint(e.out, linkText(e, []app.SetupLink{l}))
	return nil
}

// linkText says where links are. The links themselves are shown at a terminal only: what is written to a pipe or a log
// stays there.
func linkText(e *env, links []app.SetupLink) (text string) {
	for _, l := range links {
		text += fmt.Sprintf("Link for the %s, until %s, once: %s\n", l.Role, l.Until.Local().Format(time.TimeOnly), inLine(l.Path))
		if toTerminal(e.out) {
			text += fmt.Sprintf("  %s\n", l.URL)
		}
	}
	return text
}
