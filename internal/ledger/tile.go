package ledger

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"clarion.example/clarion/internal/errs"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// TileWidth is how many hashes or entries a full tile holds. A full tile never changes.
const TileWidth = tileWidth

// Tile is a piece of the public log as c2sp.org/tlog-tiles cuts it: 256 hashes of one level, or the entries
// below 256 leaves.
type Tile struct {
	Entries bool
	t       tlog.Tile
}

// ParseTile reads "tile/<L>/<N>", "tile/entries/<N>" and their partial forms "….p/<W>". Anything else, also
// another spelling of the same tile, is NotFound.
func ParseTile(path string) (Tile, error) {
	rest, ok := strings.CutPrefix(path, "tile/")
	if !ok || len(path) > 100 {
		return Tile{}, notATile()
	}
	entries := false
	if n, ok := strings.CutPrefix(rest, "entries/"); ok {
		entries, rest = true, "data/"+n
	} else if strings.HasPrefix(rest, "data/") {
		return Tile{}, notATile()
	}
	t, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", tileHeight, rest))
	if err != nil || t.L > 7 || t.N > math.MaxInt64>>(tileHeight*(max(t.L, 0)+1)) {
		return Tile{}, notATile()
	}
	return Tile{entries, t}, nil
}

func notATile() error { return errs.New(errs.NotFound, "ledger.no_tile", nil) }

// Range returns the first leaf of a tile of entries and how many it holds.
func (t Tile) Range() (first int64, n int) { return t.t.N * tileWidth, t.t.W }

// Read returns the hashes of t in a log with size leaves. NotFound when the tree has not filled the tile that
// far, Denied for any log but [Public].
func (t Tile) Read(log Log, size int64, r tlog.HashReader) ([]byte, error) {
	if err := t.allowed(log, size); err != nil {
		return nil, err
	}
	if t.Entries {
		return nil, notATile()
	}
	return tlog.ReadTileData(t.t, r)
}

// Bundle returns the entries of t, which leaves must be, in order; each after its length in two bytes. Errors
// as for Read.
func (t Tile) Bundle(log Log, size int64, leaves [][]byte) ([]byte, error) {
	if err := t.allowed(log, size); err != nil {
		return nil, err
	}
	if !t.Entries || len(leaves) != t.t.W {
		return nil, fmt.Errorf("ledger: %d leaves for a bundle of %d", len(leaves), t.t.W)
	}
	var b []byte
	for _, leaf := range leaves {
		if len(leaf) > math.MaxUint16 {
			return nil, fmt.Errorf("ledger: leaf of %d bytes", len(leaf))
		}
		b = binary.BigEndian.AppendUint16(b, uint16(len(leaf)))
		b = append(b, leaf...)
	}
	return b, nil
}

func (t Tile) allowed(log Log, size int64) error {
	if log != Public {
		return errs.New(errs.Denied, "ledger.no_tile", nil)
	}
	level := max(t.t.L, 0)
	if have := size >> (tileHeight * level); t.t.N*tileWidth+int64(t.t.W) > have {
		return notATile()
	}
	return nil
}
