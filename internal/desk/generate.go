//go:build ignore

// Command generate bundles the script of the doors into dist, and lists the texts that they use.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"clarion.example/clarion/browser/build"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if err := build.Pages(".", map[string]string{"desk.js": "script/desk.ts", "viewer.js": "viewer/viewer.ts"}); err != nil {
		return err
	}
	here, err := filepath.Abs(".")
	if err != nil {
		return err
	}
	if err := build.Viewer(filepath.Join(here, "viewer", "pdf.ts"), filepath.Join(here, "..", "..", "browser", "node_modules"), filepath.Join(here, "dist", "viewer-pdf.js")); err != nil {
		return err
	}
	style, err := os.ReadFile("viewer/viewer.css")
	if err != nil {
		return err
	}
	if err := os.WriteFile("dist/viewer.css", style, 0o644); err != nil {
		return err
	}
	sources, err := filepath.Glob("script/*.ts")
	if err != nil {
		return err
	}
	sources = append(sources, "../site/script/words.ts", "../site/script/fields.ts", "../site/script/steps.ts") // days, numbers and sizes; the questions of a report
	return build.Texts("dist/texts.txt", filepath.Join("..", "i18n", "catalog"), sources...)
}
