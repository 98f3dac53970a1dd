package year_test

import (
	"encoding/json"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
)

// shot is what an act could change of a case, as the database has it: for a look before and after a refusal the whole.
type shot struct {
	c         cases.Case
	rows      []store.Event
	events    []cases.Event
	docs      map[cases.Chain][]store.Doc
	mailbox   store.Mailbox
	items     []store.Item
	proposals []store.Proposal
	handler   id.Member
	parent    int64
	joined    []store.CaseUnit // offices that read it beside its own
	samples   int              // for the inspector, not answered
	leaves    int64
	audit     []store.AuditEntry // since the last look
}

func (s *story) shot(whole bool) *shot {
	s.y.t.Helper()
	out := &shot{docs: map[cases.Chain][]store.Doc{}}
	err := s.y.w.Store.Read(s.y.ctx(), func(tx *store.Tx) (err error) {
		if out.c, err = tx.CaseByKey(s.key); err != nil {
			return err
		}
		if out.rows, err = tx.Events(s.key); err != nil {
			return err
		}
		out.events = caselog.Bare(out.rows)
		for _, chain := range []cases.Chain{cases.FromReporter, cases.FromUnit, cases.Inside} {
			if out.docs[chain], err = tx.Docs(s.key, chain); err != nil {
				return err
			}
		}
		if out.joined, err = tx.CaseUnits(s.key); err != nil {
			return err
		}
		samples, err := tx.OpenSamples(s.key)
		if err != nil {
			return err
		}
		out.samples = len(samples)
		if out.audit, err = tx.AuditAfter(s.y.seen, 100); err != nil || !whole && s.was != nil {
			return err
		}
		if out.mailbox, err = tx.MailboxOf(s.key); err != nil {
			return err
		}
		if out.items, err = tx.Items(out.mailbox.Key); err != nil {
			return err
		}
		if out.proposals, err = tx.Proposals(s.key); err != nil {
			return err
		}
		if out.handler, err = tx.HandlerOf(s.key); err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		p, err := tx.ParentOf(s.key)
		if out.parent = p.Key; err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		out.leaves, err = tx.LogSize(ledger.Cases)
		return err
	})
	if err != nil {
		s.y.t.Fatal(err)
	}
	if s.was != nil && !whole {
		out.mailbox = s.was.mailbox
	}
	return out
}

// line is what an entry of the audit log must say.
type line struct {
	act     string
	who     id.Member
	c       id.Case
	outcome store.Outcome
	why     string
}

// wrote: exactly these entries came since the last look.
func (y *year) wrote(found []store.AuditEntry, want ...line) {
	y.t.Helper()
	var got []line
	for _, e := range found {
		y.seen = e.Seq
		got = append(got, line{e.Act, e.Who, e.Case, e.Outcome, whyOf(e.Detail)})
	}
	if !slices.Equal(want, got) {
		y.t.Fatalf("%s: the audit log says %v, want %v", y.day, got, want)
	}
}

func (y *year) auditEnd() (seq int64) {
	err := y.w.Store.Read(y.ctx(), func(tx *store.Tx) (err error) {
		seq, err = tx.AuditEnd()
		return err
	})
	if err != nil {
		y.t.Fatal(err)
	}
	return seq
}

// point is a checkpoint of the case log as it was published.
type point struct {
	size int64
	root tlog.Hash
}

// verify looks at what the day left: the audit log fits on from the last entry that was looked at, and a new checkpoint of the case log
// continues the last one.
func (y *year) verify() {
	y.t.Helper()
	if err := y.w.Checkpoints(y.ctx()); err != nil {
		y.t.Fatal(err)
	}
	err := y.w.Store.Read(y.ctx(), func(tx *store.Tx) (err error) {
		if y.walked, _, err = tx.VerifyAuditPart(y.walked, 100_000); err != nil {
			return err
		}
		cp, err := tx.Checkpoint(ledger.Cases)
		if err != nil {
			return err
		}
		set, err := y.w.Keys.Set()
		if err != nil {
			return err
		}
		signed, err := proof.ParseCheckpoint(cp.Note, proof.CaseOrigin(set.Instance), set.CaseVerifier())
		if err != nil {
			return err
		}
		size, err := tx.LogSize(ledger.Cases)
		if err != nil {
			return err
		}
		if signed.Size != size {
			y.t.Errorf("%s: the checkpoint has %d of %d leaves", y.day, signed.Size, size)
		}
		if y.point.size > 0 {
			hashes, err := tx.ProveTree(ledger.Cases, signed.Size, y.point.size)
			if err != nil {
				return err
			}
			if err := tlog.CheckTree(hashes, signed.Size, signed.Root, y.point.size, y.point.root); err != nil {
				return err
			}
		}
		y.point = point{signed.Size, signed.Root}
		return nil
	})
	if err != nil {
		y.t.Fatalf("%s: %v", y.day, err)
	}
	if y.walked != y.seen {
		y.t.Fatalf("%s: %d entries of the audit log are verified, and %d are known", y.day, y.walked, y.seen)
	}
}

// wholeLog verifies the audit log from the beginning, and the case log by hashing every leaf.
func (y *year) wholeLog() {
	y.t.Helper()
	err := y.w.Store.Read(y.ctx(), func(tx *store.Tx) error {
		last, _, err := tx.VerifyAudit()
		if err != nil {
			return err
		}
		if last != y.seen {
			y.t.Errorf("%d entries of the audit log, %d were made", last, y.seen)
		}
		var hashes []tlog.Hash
		read := tlog.HashReaderFunc(func(at []int64) (out []tlog.Hash, err error) {
			for _, i := range at {
				out = append(out, hashes[i])
			}
			return out, nil
		})
		for n := int64(0); n < y.point.size; {
			leaves, err := tx.LeafRange(ledger.Cases, n, 1000)
			if err != nil {
				return err
			}
			for _, leaf := range leaves {
				more, err := tlog.StoredHashes(n, leaf, read)
				if err != nil {
					return err
				}
				hashes = append(hashes, more...)
				n++
			}
		}
		root, err := tlog.TreeHash(y.point.size, read)
		if err != nil {
			return err
		}
		if root != y.point.root {
			y.t.Error("the leaves do not hash to what was signed")
		}
		return nil
	})
	if err != nil {
		y.t.Fatal(err)
	}
	y.queue()
	for _, s := range y.stories {
		if s.key == 0 {
			continue
		}
		if now := s.shot(false).c; now != s.was.c {
			y.t.Errorf("case %d changed when nobody did anything: %+v after %+v", s.n, now, s.was.c)
		}
	}
}

func whyOf(detail []byte) string {
	var d struct{ Why string }
	if len(detail) > 0 {
		if err := json.Unmarshal(detail, &d); err != nil {
			return err.Error()
		}
	}
	return d.Why
}

// queue: each case stands in its office's queue with the clock that ends next.
func (y *year) queue() {
	y.t.Helper()
	due := map[int64]store.Due{}
	err := y.w.Store.Read(y.ctx(), func(tx *store.Tx) error {
		for at := (store.Cursor{}); ; {
			page, err := tx.Queue(store.Filter{Units: units[:]}, at, 100)
			if err != nil {
				return err
			}
			for _, q := range page.Cases {
				due[q.Key] = q.Due
			}
			if at = page.Next; !page.More {
				return nil
			}
		}
	})
	if err != nil {
		y.t.Fatal(err)
	}
	for _, s := range y.stories {
		if s.key == 0 {
			continue
		}
		if got, want := due[s.key], caselog.NextDue(y.w.Machine.Clocks(s.events, y.day)); got.Day != want.Day {
			y.t.Errorf("case %d stands in the queue for %+v, and its next clock is %+v", s.n, got, want)
		}
	}
}
