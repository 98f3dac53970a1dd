package ui

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed dist
var dist embed.FS

// Asset is one file that pages refer to. Its path names its content, so it may be cached for ever; serve it
// compressed, from memory, with [Asset.Type].
type Asset struct {
	Name string // clarion.css
	Path string // /assets/clarion.0a1b2c3d4e5f.css
	Type string // media type
	Body []byte // do not change

	// Integrity is the hash as an integrity attribute writes it.
	Integrity string
}

// File is a file that another package delivers as an asset, such as a script.
type File struct {
	Name string
	Body []byte
}

// Assets are the files of dist under their hashed paths. It never changes.
type Assets struct {
	byName map[string]*Asset
	sorted []*Asset
}

// NewAssets reads and names the embedded files and those that are given. It fails on a file whose media type it does
// not know, and on two of one name.
func NewAssets(more ...File) (*Assets, error) {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	a, err := loadAssets(sub)
	if err != nil {
		return nil, err
	}
	for _, f := range more {
		if err := a.add(f); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(a.sorted, func(x, y *Asset) int { return cmp.Compare(x.Name, y.Name) })
	return a, nil
}

func loadAssets(files fs.FS) (*Assets, error) {
	a := &Assets{byName: map[string]*Asset{}}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	for _, e := range entries {
		body, err := fs.ReadFile(files, e.Name())
		if err != nil {
			return nil, fmt.Errorf("ui: %w", err)
		}
		if err := a.add(File{e.Name(), body}); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (a *Assets) add(f File) error {
	ext := path.Ext(f.Name)
	kind := mediaType(ext)
	if kind == "" || a.byName[f.Name] != nil {
		return fmt.Errorf("ui: no media type for %s, or it is there twice", f.Name)
	}
	sum := sha256.Sum256(f.Body)
	hashed := strings.TrimSuffix(f.Name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	asset := &Asset{Name: f.Name, Path: "/assets/" + hashed, Type: kind, Body: f.Body, Integrity: "sha256-" + base64.StdEncoding.EncodeToString(sum[:])}
	a.byName[f.Name] = asset
	a.sorted = append(a.sorted, asset)
	return nil
}

func mediaType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".js":
		return "text/javascript; charset=utf-8"
	}
	return ""
}

// Path returns the hashed path of name, such as "clarion.css". ok is false when there is no such file.
func (a *Assets) Path(name string) (p string, ok bool) {
	asset, ok := a.byName[name]
	if !ok {
		return "", false
	}
	return asset.Path, true
}

// Integrity returns the hash of name as an integrity attribute writes it. ok is false when there is no such file.
func (a *Assets) Integrity(name string) (hash string, ok bool) {
	asset, ok := a.byName[name]
	if !ok {
		return "", false
	}
	return asset.Integrity, true
}

// All returns every asset, by name.
func (a *Assets) All() []*Asset { return slices.Clone(a.sorted) }
