package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/ledger"
	"golang.org/x/mod/sumdb/tlog"
)

// batch is one transaction of many jobs.
type batch struct {
	s     *Store
	sess  *session
	logs  map[ledger.Log]*growth
	keys  map[string]int64 // last key given, by table
	since []statement      // what the jobs since the savepoint have sent and must keep
	mark  bool             // a job marked the database as holding cases
}

// growth is what a batch adds to one log. Leaves are written together at the end of the batch, so that their
// rows and nodes go out in few statements.
type growth struct {
	size   int64 // before the batch
	leaves [][]byte
}

// run gives each job its turn and then writes all leaves. A job's own error is put into it; an error that spoils
// the transaction is returned.
func (b *batch) run(ctx context.Context, jobs []*job) error {
	if err := b.lockLogs(ctx); err != nil {
		return err
	}
	if _, err := b.sess.exec(ctx, "SAVEPOINT batch"); err != nil {
		return b.sess.classify(err)
	}
	for _, j := range jobs {
		kept := b.kept()
		tx := &Tx{ctx: ctx, s: b.s, sess: b.sess, batch: b}
		if j.err = runGuarded(j.fn, tx); j.err == nil {
			tx.flush() // noted in tx.failed
		}
		if tx.failed != nil {
			if spoilsBatch(tx.failed) {
				return tx.failed
			}
			j.err = tx.failed
		}
		if j.err == nil {
			b.since = append(b.since, tx.sent...)
			continue
		}
		if err := b.undo(ctx, kept, len(tx.sent) > 0 || tx.failed != nil); err != nil {
			return err
		}
	}
	return b.flushLogs(ctx)
}

// lockLogs reads the sizes of the logs under their lock: nodes that share a database append in one order. On
// SQLite the transaction itself is the lock.
func (b *batch) lockLogs(ctx context.Context) error {
	q := "SELECT log, size FROM log_state ORDER BY log"
	if b.s.dialect == postgres {
		q += " FOR UPDATE"
	}
	b.logs = map[ledger.Log]*growth{}
	rows, err := b.sess.query(ctx, q)
	if err != nil {
		return b.sess.classify(err)
	}
	defer rows.Close()
	for rows.Next() {
		var log ledger.Log
		g := &growth{}
		if err := rows.Scan(&log, &g.size); err != nil {
			return err
		}
		b.logs[log] = g
	}
	return b.sess.classify(rows.Err())
}

// kept notes how many leaves each log has, for undo.
func (b *batch) kept() map[*growth]int {
	kept := make(map[*growth]int, len(b.logs))
	for _, g := range b.logs {
		kept[g] = len(g.leaves)
	}
	return kept
}

// undo takes back what a failed job has done: it goes back to the savepoint and repeats what the jobs since then
// have sent. One savepoint for many jobs costs much less than one for each, and the locks taken before it stay, so
// that the same statements have the same effect. A new savepoint behind them bounds how often each is repeated.
func (b *batch) undo(ctx context.Context, kept map[*growth]int, touched bool) error {
	for g, n := range kept {
		g.leaves = g.leaves[:n]
	}
	b.mark = false // the mark may be undone with the job; the next case sets it again
	if !touched {
		return nil
	}
	if _, err := b.sess.exec(ctx, "ROLLBACK TO SAVEPOINT batch"); err != nil {
		return b.sess.classify(err)
	}
	again := append(b.since, statement{text: "RELEASE SAVEPOINT batch"}, statement{text: "SAVEPOINT batch"})
	b.since = nil
	if _, err := b.sess.pipeline(ctx, again); err != nil {
		return fmt.Errorf("repeating the jobs before a failed one: %w", b.sess.classify(err))
	}
	return nil
}

// flushLogs writes the leaves of the batch, their nodes and the new sizes.
func (b *batch) flushLogs(ctx context.Context) error {
	for _, log := range ledger.Logs() {
		g := b.logs[log]
		if g == nil || len(g.leaves) == 0 {
			continue
		}
		if err := b.flushLog(ctx, log, g); err != nil {
			return fmt.Errorf("appending to log %s: %w", log, b.sess.classify(err))
		}
	}
	return nil
}

func (b *batch) flushLog(ctx context.Context, log ledger.Log, g *growth) error {
	known, err := b.edgesAt(ctx, log, g.size)
	if err != nil {
		return err
	}
	var leaves, nodes []any // in rows of three
	for i, data := range g.leaves {
		n := g.size + int64(i)
		hashes, err := tlog.StoredHashes(n, data, known)
		if err != nil {
			return err
		}
		leaves = append(leaves, string(log), n, data)
		first := tlog.StoredHashIndex(0, n)
		for j, h := range hashes {
			known[first+int64(j)] = h
			nodes = append(nodes, string(log), first+int64(j), h[:])
		}
	}
	size := g.size + int64(len(g.leaves))
	rows := append(b.inRows("INSERT INTO log_leaf (log, idx, data) VALUES ", leaves),
		b.inRows("INSERT INTO log_node (log, id, hash) VALUES ", nodes)...)
	moved, err := b.sess.pipeline(ctx, append(rows, statement{
		"UPDATE log_state SET size = ?2 WHERE log = ?1 AND size = ?3", []any{string(log), size, g.size}}))
	if err == nil && moved != 1 {
		err = fmt.Errorf("%w: the log moved while it was locked", ErrDamaged)
	}
	if err == nil {
		b.s.edges[log] = known.at(size)
	}
	return err
}

// inRows makes inserts of rows of three columns, many in a statement; of few lengths, so that few statements are
// prepared.
func (b *batch) inRows(head string, args []any) (list []statement) {
	const width = 3
	for _, rows := range [...]int{128, 16, 4, 1} {
		for len(args) >= rows*width {
			list = append(list, statement{b.sess.insert(head, rows, width), args[:rows*width]})
			args = args[rows*width:]
		}
	}
	return list
}

// edges holds the nodes along the right edge of a log: all that appending needs. It answers as a
// [tlog.HashReader].
type edges map[int64]tlog.Hash

// edgeIndexes lists the stored indexes of the right edge of a tree: one for each perfect subtree.
func edgeIndexes(size int64) []int64 {
	var ids []int64
	for level := 0; size>>level > 0; level++ {
		if n := size >> level; n&1 == 1 {
			ids = append(ids, tlog.StoredHashIndex(level, n-1))
		}
	}
	return ids
}

func (e edges) ReadHashes(ids []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(ids))
	for i, id := range ids {
		h, ok := e[id]
		if !ok {
			return nil, fmt.Errorf("%w: node %d of a log is missing", ErrDamaged, id)
		}
		out[i] = h
	}
	return out, nil
}

// at keeps what a log of that size needs.
func (e edges) at(size int64) edges {
	ids := edgeIndexes(size)
	maps.DeleteFunc(e, func(id int64, _ tlog.Hash) bool { return !slices.Contains(ids, id) })
	return e
}

// edgesAt returns the right edge of a log of size leaves. What the last batch left in memory serves if it belongs
// to that size: a log only grows, and a fault clears the memory.
func (b *batch) edgesAt(ctx context.Context, log ledger.Log, size int64) (edges, error) {
	ids := edgeIndexes(size)
	if known := b.s.edges[log]; known != nil && len(known) == len(ids) {
		if _, err := known.ReadHashes(ids); err == nil {
			return known, nil
		}
	}
	tx := &Tx{ctx: ctx, s: b.s, sess: b.sess, batch: b}
	hashes, err := tx.HashReader(log).ReadHashes(ids)
	if err != nil {
		return nil, err
	}
	known := edges{}
	for i, id := range ids {
		known[id] = hashes[i]
	}
	return known, nil
}

// committed keeps what the next batch may rely on.
func (b *batch) committed() {
	if b.mark {
		b.s.marked.Store(true)
	}
}

func errNoLog() error {
	return errs.New(errs.Conflict, "store.no_log", errs.Args{"Command": "clarion doctor"})
}
