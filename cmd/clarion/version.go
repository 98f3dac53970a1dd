package main

import (
	"fmt"
	"runtime/debug"

	"clarion.example/clarion/internal/app"
)

type versionCmd struct{}

// Run prints the version, and the commit when the build recorded it.
func (versionCmd) Run(e *env) error {
	commit := "unknown commit"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = s.Value
			}
		}
	}
	_, err := fmt.Fprintf(e.out, "clarion %s (%s)\n", app.Version, commit)
	return err
}
