package ledger_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/ledger"
	"golang.org/x/mod/sumdb/tlog"
)

func TestTilePaths(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		"tile/0/000", "tile/0/000.p/1", "tile/0/000.p/255", "tile/1/x001/x234/067", "tile/5/000.p/3",
		"tile/entries/000", "tile/entries/x001/234.p/17",
	} {
		if _, err := ledger.ParseTile(path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, path := range []string{
		"", "tile", "tile/", "tile/0", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/000.p/0", "tile/0/000.p/256",
		"tile/0/000.p/01", "tile/0/000.p/", "tile/00/000", "tile/+1/000", "tile/-1/000", "tile/64/000", "tile/data/000",
		"tile/entries/entries/000", "tile/0/x000/001", "tile/0/001/067", "tile/0/x001/x067", "tile/0/000/", "/tile/0/000",
		"tile/8/0/000", "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/7/001", "tile/0/../000", "tile/0/000?x",
	} {
		if _, err := ledger.ParseTile(path); !errs.Is(err, errs.NotFound) {
			t.Errorf("%q: %v, want NotFound", path, err)
		}
	}
}

// TestTiles compares the first hash of some tiles with a tree that is computed another way.
func TestTiles(t *testing.T) {
	t.Parallel()
	const size = 70_000
	var m memory
	m.grow(t, size, "leaf")
	read := func(path string) []byte {
		tile, err := ledger.ParseTile(path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		b, err := tile.Read(ledger.Public, size, &m)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		return b
	}
	for path, hash := range map[string]tlog.Hash{
		"tile/0/000":       tlog.RecordHash(m.leaves[0]),
		"tile/0/001.p/7":   tlog.RecordHash(m.leaves[256]),
		"tile/0/273.p/112": tlog.RecordHash(m.leaves[273*256]),
		"tile/1/001.p/17":  treeOf(t, &m, 65536, 65536+256),
		"tile/2/000.p/1":   treeOf(t, &m, 0, 65536),
	} {
		if got := read(path)[:32]; !bytes.Equal(got, hash[:]) {
			t.Errorf("%s begins with another hash", path)
		}
	}
	for _, path := range []string{"tile/0/273", "tile/0/273.p/113", "tile/0/274.p/1", "tile/1/001", "tile/1/001.p/18", "tile/2/000.p/2", "tile/3/000.p/1"} {
		tile, err := ledger.ParseTile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tile.Read(ledger.Public, size, &m); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s is beyond the log: %v, want NotFound", path, err)
		}
	}
}

// treeOf is the hash of the perfect subtree over leaves lo to hi.
func treeOf(t *testing.T, m *memory, lo, hi int64) tlog.Hash {
	t.Helper()
	var part memory
	for _, leaf := range m.leaves[lo:hi] {
		hashes, err := tlog.StoredHashes(int64(len(part.leaves)), leaf, &part)
		if err != nil {
			t.Fatal(err)
		}
		part.nodes, part.leaves = append(part.nodes, hashes...), append(part.leaves, leaf)
	}
	return part.point(t, hi-lo).Root
}

func TestBundle(t *testing.T) {
	t.Parallel()
	var m memory
	m.grow(t, 300, "leaf")
	tile, err := ledger.ParseTile("tile/entries/001.p/44")
	if err != nil {
		t.Fatal(err)
	}
	first, n := tile.Range()
	if first != 256 || n != 44 {
		t.Fatalf("range %d, %d", first, n)
	}
	b, err := tile.Bundle(ledger.Public, 300, m.leaves[first:])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range m.leaves[first:] {
		size := int(binary.BigEndian.Uint16(b))
		if got := b[2 : 2+size]; !bytes.Equal(got, want) {
			t.Fatalf("entry %q, want %q", got, want)
		}
		b = b[2+size:]
	}
	if len(b) != 0 {
		t.Errorf("%d bytes behind the last entry", len(b))
	}
	if _, err := tile.Bundle(ledger.Public, 299, m.leaves[256:]); !errs.Is(err, errs.NotFound) {
		t.Errorf("a bundle beyond the log: %v", err)
	}
	if _, err := tile.Bundle(ledger.Public, 300, m.leaves[257:]); err == nil {
		t.Error("a bundle with a leaf missing")
	}
}

func TestNoTilesOfTheCaseLog(t *testing.T) {
	t.Parallel()
	var m memory
	m.grow(t, 300, "leaf")
	for _, path := range []string{"tile/0/000", "tile/entries/000"} {
		tile, err := ledger.ParseTile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tile.Read(ledger.Cases, 300, &m); !errs.Is(err, errs.Denied) {
			t.Errorf("%s: %v, want Denied", path, err)
		}
		if _, err := tile.Bundle(ledger.Cases, 300, m.leaves[:256]); !errs.Is(err, errs.Denied) {
			t.Errorf("%s: %v, want Denied", path, err)
		}
	}
}

func FuzzParseTile(f *testing.F) {
	for _, path := range []string{"tile/0/000", "tile/entries/x001/234.p/17", "tile/7/000", "tile/0/x9"} {
		f.Add(path)
	}
	var m memory
	m.grow(f, 300, "leaf")
	f.Fuzz(func(t *testing.T, path string) {
		tile, err := ledger.ParseTile(path)
		if err != nil {
			return
		}
		if b, err := tile.Read(ledger.Public, 300, &m); err == nil && (len(b) == 0 || len(b)%32 != 0) {
			t.Fatalf("%s gave %d bytes", path, len(b))
		}
	})
}
