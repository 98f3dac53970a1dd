package ui

import (
	"crypto/sha256"
	"embed"
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
}

// Assets are the files of dist under their hashed paths. It never changes.
type Assets struct {
	byName map[string]*Asset
	sorted []*Asset
}

// NewAssets reads and names the embedded files. It fails on a file whose media type it does not know.
func NewAssets() (*Assets, error) {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	return loadAssets(sub)
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
		ext := path.Ext(e.Name())
		kind := mediaType(ext)
		if kind == "" {
			return nil, fmt.Errorf("ui: no media type for %s", e.Name())
		}
		sum := sha256.Sum256(body)
		hashed := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		asset := &Asset{Name: e.Name(), Path: "/assets/" + hashed, Type: kind, Body: body}
		a.byName[e.Name()] = asset
		a.sorted = append(a.sorted, asset)
	}
	return a, nil
}

func mediaType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
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

// All returns every asset, by name.
func (a *Assets) All() []*Asset { return slices.Clone(a.sorted) }
