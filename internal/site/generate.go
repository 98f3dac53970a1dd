//go:build ignore

// Command generate bundles the scripts of the pages into dist, and lists the texts that they use.
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
	if err := build.Pages(".", map[string]string{"verify-page.js": "pages/verify/verify.ts", "report.js": "script/report.ts", "mailbox.js": "script/mailbox.ts"}); err != nil {
		return err
	}
	sources, err := filepath.Glob("script/*.ts")
	if err != nil {
		return err
	}
	return build.Texts("dist/texts.txt", filepath.Join("..", "i18n", "catalog"), sources...)
}
