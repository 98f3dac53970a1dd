package main

import (
	"encoding/json"
	"fmt"

	"clarion.example/clarion/internal/app"
)

type doctorCmd struct {
	settings
	JSON bool `help:"Print JSON." name:"json"`
}

// Run checks an installation and says what to do. It ends with 1 when something is not well.
func (c *doctorCmd) Run(e *env) error {
	a, err := c.openInstallation(e)
	if err != nil {
		return err
	}
	defer closeApp(e, a)
	found := a.Doctor(e.ctx)
	well := true
	for _, d := range found {
		well = well && d.Well
	}
	if c.JSON {
		if err := c.asJSON(e, found); err != nil {
			return err
		}
	} else {
		for _, d := range found {
			mark := "ok  "
			if !d.Well {
				mark = "LOOK"
			}
			fmt.Fprintf(e.out, "%s  %s: %s\n", mark, d.What, d.Found)
			if d.Advice != "" {
				fmt.Fprintf(e.out, "      %s\n", d.Advice)
			}
		}
	}
	if !well {
		return errFound
	}
	return nil
}

// asJSON prints what was found as one JSON list.
func (c *doctorCmd) asJSON(e *env, found []app.Diagnosis) error {
	type line struct {
		What   string `json:"what"`
		Well   bool   `json:"well"`
		Found  string `json:"found"`
		Advice string `json:"advice,omitempty"`
	}
	lines := []line{}
	for _, d := range found {
		lines = append(lines, line(d))
	}
	return json.NewEncoder(e.out).Encode(lines)
}
