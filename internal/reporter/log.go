package reporter

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/proof"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	maxTile    = tileWidth * 32
	maxBundle  = tileWidth * (2 + 1<<10)
)

// checkpoint reads a signed checkpoint without the signatures of witnesses, which are not known here.
func checkpoint(b []byte, origin string, v note.Verifier) (proof.Checkpoint, []byte, error) {
	own, err := proof.TrimCheckpoint(b, v)
	if err != nil {
		return proof.Checkpoint{}, nil, distrust("reporter.checkpoint_forged", nil, err)
	}
	cp, err := proof.ParseCheckpoint(own, origin, v)
	if err != nil {
		return proof.Checkpoint{}, nil, distrust("reporter.checkpoint_forged", nil, err)
	}
	return cp, own, nil
}

// log reads the public log of a server at one state. Every tile is checked against the root before it is used.
type log struct {
	c      *Client
	ctx    context.Context // of the one check that this log is read for
	at     proof.Checkpoint
	reader tlog.HashReader
}

func (c *Client) logAt(ctx context.Context, at proof.Checkpoint) *log {
	l := &log{c: c, ctx: ctx, at: at}
	l.reader = tlog.TileHashReader(tlog.Tree{N: at.Size, Hash: at.Root}, l)
	return l
}

// Height implements tlog.TileReader.
func (l *log) Height() int { return tileHeight }

// SaveTiles implements tlog.TileReader; nothing is kept.
func (l *log) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles implements tlog.TileReader.
func (l *log) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, t := range tiles {
		path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
		b, err := l.c.public(l.ctx, "/log/public/"+path, maxTile)
		if err != nil {
			return nil, err
		}
		out[i] = b
	}
	return out, nil
}

// wrong tells a log that contradicts itself from a line that broke.
func wrong(err error) error {
	if errs.Is(err, errs.Unavailable) || errors.Is(err, context.Canceled) {
		return err
	}
	return distrust("reporter.log_rewritten", nil, err)
}

// extends checks that the log still begins with all that it held at an older state.
func (l *log) extends(older proof.Checkpoint) error {
	if older.Size > l.at.Size || older.Size == l.at.Size && older.Root != l.at.Root {
		return distrust("reporter.log_rewritten", nil, nil)
	}
	if older.Size == 0 || older.Size == l.at.Size {
		return nil
	}
	p, err := tlog.ProveTree(l.at.Size, older.Size, l.reader)
	if err != nil {
		return wrong(err)
	}
	if err := proof.CheckConsistency(older, l.at, p); err != nil {
		return wrong(err)
	}
	return nil
}

// noKeysSince looks through the entries from an index on: a newer list of keys there is one that the server withholds.
func (l *log) noKeysSince(from int64) error {
	return l.each(from, func(_ int64, leaf []byte) error {
		if bytes.HasPrefix(leaf, []byte("clarion/public-leaf/v1\n"+string(proof.PublicKeys)+"\n")) {
			return distrust("reporter.keys_withheld", nil, nil)
		}
		return nil
	})
}

// each gives every entry from an index to the end, after checking that it is the one in the tree.
func (l *log) each(from int64, visit func(i int64, leaf []byte) error) error {
	for first := from - from%tileWidth; first < l.at.Size; first += tileWidth {
		n := min(tileWidth, l.at.Size-first)
		t := tlog.Tile{H: tileHeight, L: -1, N: first / tileWidth, W: int(n)}
		b, err := l.c.public(l.ctx, "/log/public/"+strings.Replace(t.Path(), "tile/8/data/", "tile/entries/", 1), maxBundle)
		if err != nil {
			return err
		}
		leaves, err := unbundle(b, int(n))
		if err != nil {
			return wrong(err)
		}
		indexes := make([]int64, n)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, first+int64(i))
		}
		hashes, err := l.reader.ReadHashes(indexes)
		if err != nil {
			return wrong(err)
		}
		for i, leaf := range leaves {
			if tlog.RecordHash(leaf) != hashes[i] {
				return distrust("reporter.log_rewritten", nil, nil)
			}
			if at := first + int64(i); at >= from {
				if err := visit(at, leaf); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// unbundle takes n entries apart, each after its length in two bytes.
func unbundle(b []byte, n int) ([][]byte, error) {
	bad := errors.New("a bundle of entries breaks its format")
	out := make([][]byte, 0, n)
	for len(b) >= 2 {
		size := int(binary.BigEndian.Uint16(b))
		if b = b[2:]; size > len(b) || len(out) == n {
			return nil, bad
		}
		out, b = append(out, b[:size]), b[size:]
	}
	if len(b) > 0 || len(out) != n {
		return nil, bad
	}
	return out, nil
}
