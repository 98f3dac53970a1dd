package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
)

// metaDummies remembers until when dummy leaves were written, so that nodes do not write them twice.
const metaDummies = "dummies"

// maxCatchUp bounds how many hours of dummies are made good after a standstill: more would show the standstill.
const maxCatchUp = time.Hour

// Dummies appends the dummy leaves that are due. Their openings are thrown away at once.
func (a *App) Dummies(ctx context.Context) error {
	now := a.now()
	due, err := a.dummiesDue(ctx, now)
	if err != nil || due == 0 {
		return err
	}
	return a.Store.Write(ctx, func(tx *store.Tx) error {
		from, err := dummiesSince(tx, now)
		if err != nil || from.After(now) {
			return err // another node is ahead
		}
		if err := tx.SetMeta(metaDummies, now.UTC().Format(time.RFC3339Nano)); err != nil {
			return err
		}
		for range a.dummies.Due(from, now) {
			leaf, err := dummyLeaf(now)
			if err != nil {
				return err
			}
			if _, err := tx.AppendLeaf(ledger.Cases, leaf); err != nil {
				return err
			}
		}
		return nil
	})
}

// dummiesDue looks without writing, so that most calls cost a read.
func (a *App) dummiesDue(ctx context.Context, now time.Time) (n int, err error) {
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		from, err := dummiesSince(tx, now)
		n = a.dummies.Due(from, now)
		if err == nil && from.Equal(now) {
			n = 1 // the first call only notes the time
		}
		return err
	})
	return n, err
}

func dummiesSince(tx *store.Tx, now time.Time) (time.Time, error) {
	text, err := tx.Meta(metaDummies)
	if errs.Is(err, errs.NotFound) {
		return now, nil
	}
	if err != nil {
		return now, err
	}
	from, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || now.Sub(from).Abs() > maxCatchUp {
		from = now.Add(-maxCatchUp)
	}
	return from, nil
}

// dummyLeaf is a leaf that looks like one of a real case: kinds in about the share that they have in service.
func dummyLeaf(now time.Time) ([]byte, error) {
	kinds := [...]proof.EventKind{
		proof.EventReceived, proof.EventReceived, proof.EventReceived, proof.EventReceived, proof.EventAcknowledged, proof.EventAcknowledged,
		proof.EventAcknowledged, proof.EventTriaged, proof.EventTriaged, proof.EventReply, proof.EventMessage, proof.EventNeedsInfo,
		proof.EventAccepted, proof.EventDeclined, proof.EventInInquiry, proof.EventConcluded,
	}
	o, err := proof.NewOpening(proof.Event{Kind: proof.EventDummy, Day: now.UTC().Format(time.DateOnly)})
	if err != nil {
		return nil, err
	}
	var b [1]byte
	rand.Read(b[:])
	leaf, _, err := o.Leaf(kinds[int(b[0])%len(kinds)])
	return leaf, err
}

// Checkpoints signs the logs at their cadence: the case log first, whose checkpoint the public log then witnesses. A
// log that does not continue the last checkpoint that was kept is not signed, and the installation is not ready
// until somebody has looked.
func (a *App) Checkpoints(ctx context.Context) error {
	err := a.checkpoints(ctx)
	if err != nil {
		a.logged.Store(&err)
		return err
	}
	a.logged.Store(nil)
	return nil
}

func (a *App) checkpoints(ctx context.Context) error {
	for _, log := range []ledger.Log{ledger.Cases, ledger.Public} {
		if err := a.checkpoint(ctx, log, false); err != nil {
			return err
		}
	}
	return nil
}

// checkpoint signs one log if it is time, if the log was never signed, or at once. Only the public log may be signed at
// once: the rhythm of the case log must not tell of what happens in it.
func (a *App) checkpoint(ctx context.Context, log ledger.Log, atOnce bool) error {
	_, kept, err := a.keeper.Load(log)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	var last store.Checkpoint
	var next ledger.Point
	due := true
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		size, err := tx.LogSize(log)
		if err != nil {
			return err
		}
		if last, err = tx.Checkpoint(log); err == nil {
			due = ledger.Cadence(a.Config.Ledger.Checkpoint).Due(last.At, a.now())
		} else if !errs.Is(err, errs.NotFound) {
			return err
		}
		next, err = ledger.Advance(kept, size, tx.HashReader(log))
		return err
	})
	if err != nil || !due && !atOnce {
		return err
	}
	return a.sign(ctx, log, last, next)
}

// sign signs next, keeps it outside the database, and puts it in place of last, which only one node can. What was
// published must have been kept: a database that is rolled back to before it could else sign another in its place. What
// was kept and not published does no harm, because the log continues it.
func (a *App) sign(ctx context.Context, log ledger.Log, last store.Checkpoint, next ledger.Point) error {
	origin, signer := proof.CaseOrigin(a.Dir.Instance), a.signers.cases
	if log == ledger.Public {
		origin, signer = proof.PublicOrigin(a.Dir.Instance), a.signers.public
	}
	note, err := proof.SignCheckpoint(signer, origin, next.Size, next.Root)
	if err != nil {
		return err
	}
	if err := a.keeper.Save(log, note); err != nil {
		return fmt.Errorf("keeping the checkpoint outside the database: %w", err)
	}
	cp := store.Checkpoint{Log: log, Size: next.Size, Root: next.Root, Note: note, At: a.now()}
	err = a.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.AdvanceCheckpoint(last.Note, cp); err != nil || log == ledger.Public {
			return err
		}
		leaf, err := proof.PublicLeaf(proof.PublicCheckpoint, sha256.Sum256(note))
		if err != nil {
			return err
		}
		_, err = tx.AppendLeaf(ledger.Public, leaf)
		return err
	})
	if errs.Is(err, errs.Conflict) {
		return nil // another node signed this one
	}
	if err != nil {
		return err
	}
	a.metrics.checkpoints.WithLabelValues(string(log)).Set(float64(cp.At.Unix()))
	return nil
}

// metaRelease remembers the release whose files the public log names.
const metaRelease = "release"

// LogRelease puts the hashes of this release's files into the public log, once for each release.
func (a *App) LogRelease(ctx context.Context) error {
	s, err := a.site()
	if err != nil {
		return err
	}
	statement, err := s.Release()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(statement)
	leaf, err := proof.PublicLeaf(proof.PublicRelease, sum)
	if err != nil {
		return err
	}
	name := hex.EncodeToString(sum[:])
	return a.Store.Write(ctx, func(tx *store.Tx) error {
		if have, err := tx.Meta(metaRelease); err == nil && have == name {
			return nil
		} else if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		if _, err := tx.AppendLeaf(ledger.Public, leaf); err != nil {
			return err
		}
		return tx.SetMeta(metaRelease, name)
	})
}
