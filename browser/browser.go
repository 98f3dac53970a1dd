// Package browser holds the scripts that a reporter's browser runs: the cryptography of packages seal and proof once
// more in TypeScript, with cleaning of pictures, uploads and proof of work. The sources are in src, the bundles that
// are delivered in dist; docs/design/0005-browser.md says what was decided and what was refused.
//
// It must never serve, build or change a script at run time: what is embedded is what the public log names. The scripts
// themselves must never store anything, reach a network but through what a page gives them, run text as code, or use
// WebAssembly.
package browser

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"path"
)

//go:generate npm ci --ignore-scripts --no-audit --no-fund
//go:generate node_modules/.bin/tsc -p .
//go:generate go run generate.go

//go:embed dist/*.js
var dist embed.FS

// Script is one file of dist.
type Script struct {
	Name   string // such as files.js
	Body   []byte
	SHA256 [32]byte
}

// Hex is the hash as the public log writes it.
func (s Script) Hex() string { return hex.EncodeToString(s.SHA256[:]) }

// Integrity is the hash as an integrity attribute writes it.
func (s Script) Integrity() string { return "sha256-" + base64.StdEncoding.EncodeToString(s.SHA256[:]) }

// Scripts returns every script, sorted by name. The error is only ever that of a broken build.
func Scripts() ([]Script, error) {
	names, err := fs.Glob(dist, "dist/*.js")
	if err != nil {
		return nil, err
	}
	scripts := make([]Script, len(names))
	for i, name := range names {
		body, err := dist.ReadFile(name)
		if err != nil {
			return nil, err
		}
		scripts[i] = Script{Name: path.Base(name), Body: body, SHA256: sha256.Sum256(body)}
	}
	return scripts, nil
}
