//go:build ignore

// Command generate bundles the scripts of the pages into dist.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"clarion.example/clarion/browser/build"
)

func main() {
	dir, err := filepath.Abs(".")
	if err == nil {
		err = build.Page(filepath.Join(dir, "pages", "verify", "verify.ts"), filepath.Join(dir, "dist", "verify-page.js"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
