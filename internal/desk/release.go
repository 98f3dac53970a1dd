package desk

import (
	"crypto/sha256"
	"fmt"
	"maps"

	"clarion.example/clarion/internal/ui"
)

// Release gives what both doors give to every browser before anybody has signed in, as name to hex SHA-256: scripts and style
// sheets by their names, and pages as "desk:/en/". root is the root key of the list in force, "" before the first.
// Package site writes them into the statement of the release (docs/spec/proof.md, section 7).
func (d *Doors) Release(root string) (map[string]string, error) {
	out := map[string]string{}
	for _, door := range d.doors {
		maps.Copy(out, sums(door.assets))
		page := func(path string, body []byte) { out[string(door.name)+":"+path] = sum(body) }
		for _, lang := range door.o.Catalog.Langs() {
			shell, err := door.shell(lang, root)
			if err != nil {
				return nil, err
			}
			page("/"+lang.Segment()+"/", shell.Bytes())
			page("/"+lang.Segment()+"/api/texts", door.texts[lang].Bytes())
		}
		for path, st := range door.frames {
			page(path, st.Bytes())
		}
	}
	return out, nil
}

// Files are the scripts, style sheets and icons of the doors in this program: name to hex SHA-256.
func Files() (map[string]string, error) {
	a, err := newAssets()
	if err != nil {
		return nil, err
	}
	return sums(a), nil
}

func sums(a *ui.Assets) map[string]string {
	out := map[string]string{}
	for _, f := range a.All() {
		out[f.Name] = sum(f.Body)
	}
	return out
}

func sum(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }
