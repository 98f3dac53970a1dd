package store

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/ledger"
	"golang.org/x/mod/sumdb/tlog"
)

// AppendLeaf adds a leaf of 1 to 65,535 bytes and returns its index. The leaf and its nodes are written at the end
// of the batch: the reading methods of this transaction do not see it yet.
func (tx *Tx) AppendLeaf(log ledger.Log, data []byte) (int64, error) {
	if err := tx.writing(); err != nil {
		return 0, err
	}
	if len(data) == 0 || len(data) > math.MaxUint16 { // the length that a bundle of entries can state
		return 0, tx.spoil(fmt.Errorf("store: leaf of %d bytes", len(data)))
	}
	g := tx.batch.logs[log]
	if g == nil {
		return 0, tx.spoil(errNoLog())
	}
	g.leaves = append(g.leaves, data)
	return g.size + int64(len(g.leaves)) - 1, nil
}

// LogSize returns how many leaves are stored.
func (tx *Tx) LogSize(log ledger.Log) (size int64, err error) {
	err = tx.one(`SELECT size FROM log_state WHERE log = ?1`, []any{string(log)}, &size)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, errNoLog()
	}
	return size, err
}

// LeafRange returns n leaves from index first on; fewer at the end of the log.
func (tx *Tx) LeafRange(log ledger.Log, first int64, n int) ([][]byte, error) {
	return list(tx, `SELECT data FROM log_leaf WHERE log = ?1 AND idx >= ?2 AND idx < ?3 ORDER BY idx`,
		[]any{string(log), first, first + int64(n)}, func(scan scanFunc) (data []byte, err error) {
			return data, scan(&data)
		})
}

// HashReader reads the nodes of a log, for package tlog. It serves as long as the transaction.
func (tx *Tx) HashReader(log ledger.Log) tlog.HashReader {
	return tlog.HashReaderFunc(func(ids []int64) ([]tlog.Hash, error) { return tx.nodes(log, ids) })
}

// nodes reads in groups whose sizes are powers of two, so that few statements are prepared; a short group repeats
// its last id.
func (tx *Tx) nodes(log ledger.Log, ids []int64) ([]tlog.Hash, error) {
	found := make(map[int64]tlog.Hash, len(ids))
	for rest := ids; len(rest) > 0; {
		n := min(len(rest), 256)
		width := 1
		for width < n {
			width *= 2
		}
		args := []any{string(log)}
		for i := range width {
			args = append(args, rest[min(i, n-1)])
		}
		err := tx.each(`SELECT id, hash FROM log_node WHERE log = ?1 AND id IN (`+marks(2, width)+`)`, args,
			func(scan scanFunc) error {
				var id int64
				var h hash
				err := scan(&id, &h)
				found[id] = tlog.Hash(h)
				return err
			})
		if err != nil {
			return nil, err
		}
		rest = rest[n:]
	}
	return edges(found).ReadHashes(ids)
}

// TreeHash returns the root of the first size leaves of a log.
func (tx *Tx) TreeHash(log ledger.Log, size int64) (tlog.Hash, error) {
	return tlog.TreeHash(size, tx.HashReader(log))
}

// ProveLeaf returns the inclusion proof of leaf index in the first size leaves.
func (tx *Tx) ProveLeaf(log ledger.Log, size, index int64) (tlog.RecordProof, error) {
	return tlog.ProveRecord(size, index, tx.HashReader(log))
}

// ProveTree returns the proof that the first size leaves continue the first old ones.
func (tx *Tx) ProveTree(log ledger.Log, size, old int64) (tlog.TreeProof, error) {
	return tlog.ProveTree(size, old, tx.HashReader(log))
}

// Checkpoint is the last signed state of a log. Note is the signed text; At is when it was due.
type Checkpoint struct {
	Log  ledger.Log
	Size int64
	Root tlog.Hash
	Note []byte
	At   time.Time
}

// Checkpoint returns the last one of log, or NotFound.
func (tx *Tx) Checkpoint(log ledger.Log) (Checkpoint, error) {
	c := Checkpoint{Log: log}
	var root hash
	err := tx.one(`SELECT size, root, note, at FROM checkpoints WHERE log = ?1`, []any{string(log)},
		&c.Size, &root, &c.Note, seconds{&c.At})
	c.Root = tlog.Hash(root)
	return c, absent(err, "ledger.no_checkpoint")
}

// AdvanceCheckpoint replaces the checkpoint whose note is old (nil for none) by next, in one statement, so that of
// several nodes one succeeds. Conflict when another node was faster, or when next would be smaller.
func (tx *Tx) AdvanceCheckpoint(old []byte, next Checkpoint) error {
	if old == nil {
		old = []byte{}
	}
	n, err := tx.exec(tx.either(
		`INSERT INTO checkpoints (log, size, root, note, at) SELECT ?1, ?2, ?3, ?4, ?5
		   WHERE length(?6) = 0 OR EXISTS (SELECT 1 FROM checkpoints WHERE log = ?1)
		 ON CONFLICT (log) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note, at = excluded.at
		   WHERE checkpoints.note = ?6 AND checkpoints.size <= excluded.size`,
		`INSERT INTO checkpoints (log, size, root, note, at) SELECT ?1::text, ?2::bigint, ?3::bytea, ?4::bytea, ?5::bigint
		   WHERE length(?6::bytea) = 0 OR EXISTS (SELECT 1 FROM checkpoints WHERE log = ?1::text)
		 ON CONFLICT (log) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note, at = excluded.at
		   WHERE checkpoints.note = ?6::bytea AND checkpoints.size <= excluded.size`),
		string(next.Log), next.Size, next.Root[:], next.Note, next.At.Unix(), old)
	return changed(n, err, errs.Conflict, "store.checkpoint_moved")
}

// checkLog refuses a log whose size, leaves and nodes do not end together.
func (tx *Tx) checkLog(log ledger.Log) error {
	size, err := tx.LogSize(log)
	if err != nil {
		return err
	}
	var leaf, node int64
	err = tx.one(`SELECT COALESCE((SELECT idx FROM log_leaf WHERE log = ?1 ORDER BY idx DESC LIMIT 1), -1),
		COALESCE((SELECT id FROM log_node WHERE log = ?1 ORDER BY id DESC LIMIT 1), -1)`, []any{string(log)}, &leaf, &node)
	if err != nil {
		return err
	}
	if leaf != size-1 || node != tlog.StoredHashCount(size)-1 {
		return errs.Wrap(errs.Conflict, "store.torn_log", errs.Args{"Log": string(log), "Command": "clarion doctor"},
			fmt.Errorf("%w: log %s has size %d, last leaf %d, last node %d", ErrDamaged, log, size, leaf, node))
	}
	return nil
}
