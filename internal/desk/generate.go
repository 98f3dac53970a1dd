//go:build ignore

// Command generate bundles the script of the doors into dist, and lists the texts that they use.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"clarion.example/clarion/browser/build"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// literal is a string of a script that names a text.
var literal = regexp.MustCompile(`"((?:i18n|ui|desk|staff|setup|page|web|pack|cases|casework)\.[a-z0-9_]+(?:\.[a-z0-9_]+)*)"`)

func run() error {
	dir, err := filepath.Abs(".")
	if err != nil {
		return err
	}
	for out, source := range map[string]string{"desk.js": "script/desk.ts"} {
		if err := build.Page(filepath.Join(dir, filepath.FromSlash(source)), filepath.Join(dir, "dist", out)); err != nil {
			return err
		}
	}
	files, err := filepath.Glob("script/*.ts")
	if err != nil {
		return err
	}
	files = append(files, "../site/script/words.ts") // days, numbers and sizes
	var keys []string
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		for _, m := range literal.FindAllStringSubmatch(string(b), -1) {
			keys = append(keys, m[1])
		}
	}
	slices.Sort(keys)
	return os.WriteFile("dist/texts.txt", []byte(strings.Join(slices.Compact(keys), "\n")+"\n"), 0o644)
}
