// Package packs holds the programmes that come with Clarion. All authorities, places, numbers and addresses
// in them are invented; the laws are real.
//
// It holds files and nothing else: internal/pack reads and checks them.
package packs

import (
	"embed"
	"io/fs"
)

//go:embed national-security
var files embed.FS

// NationalSecurity is the id of the pack for counter-espionage by conduct.
const NationalSecurity = "national-security"

// Names returns the ids of the packs.
func Names() []string { return []string{NationalSecurity} }

// FS returns the files of a pack. ok is false for a name that [Names] does not list.
func FS(name string) (fsys fs.FS, ok bool) {
	for _, n := range Names() {
		if n == name {
			sub, err := fs.Sub(files, name)
			return sub, err == nil
		}
	}
	return nil, false
}
