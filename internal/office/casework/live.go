package casework

import (
	"context"
	"slices"
	"sync"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// SignalKind is what a page is told while it is open.
type SignalKind string

// The kinds.
const (
	SignalCase   SignalKind = "case"   // a colleague did something to a case
	SignalDanger SignalKind = "danger" // there is a danger that nobody has dealt with
	SignalHour   SignalKind = "hour"   // on the hour, whether or not a reporter did anything
)

// Signal is one of them. Number is the case's, for SignalCase alone.
type Signal struct {
	Kind   SignalKind
	Number string
}

const (
	livePace = 2 * time.Second // how often the audit log is looked at while somebody listens
	liveMost = 1000            // pages that listen at once
	earSpace = 64              // signals that a page may be behind
)

// live watches for everybody who listens: once for the process, not once for each page. Several nodes share the audit log, so
// that each sees the acts of all. What reporters do stands in no audit log; it can cause nothing but SignalDanger.
type live struct {
	mu      sync.Mutex
	ears    map[*Ear]bool
	stop    chan struct{}              // ends the watch; nil while nobody listens
	last    int64                      // entry of the audit log that was looked at last
	hour    time.Time                  // that was told last
	dangers map[id.Unit]map[int64]bool // open ones that were told, by unit that somebody listens for
}

// Ear is one page that listens. C is closed when it was too slow: it has missed something and asks anew.
type Ear struct {
	C   chan Signal
	who *Person
}

// Listen starts telling a page what happens in the person's unit, and to a handler only what happens to their cases. Close ends
// it. Unavailable when too many listen.
func (s *Service) Listen(ctx context.Context, who *Person) (*Ear, error) {
	if !who.Has(cases.Triage, cases.Approver, cases.Handler) {
		return nil, errs.New(errs.Denied, "casework.role", nil)
	}
	l := &s.live
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.ears) >= liveMost {
		return nil, errs.New(errs.Unavailable, "casework.live_full", nil)
	}
	err := s.o.Store.Read(ctx, func(tx *store.Tx) error {
		if l.stop == nil {
			end, err := tx.AuditEnd()
			if err != nil {
				return err
			}
			l.last, l.hour, l.dangers = end, s.o.Now().Truncate(time.Hour), map[id.Unit]map[int64]bool{}
		}
		if l.dangers[who.Unit] == nil {
			open, err := openDangers(tx, who.Unit)
			if err != nil {
				return err
			}
			l.dangers[who.Unit] = open
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	e := &Ear{C: make(chan Signal, earSpace), who: who}
	if l.ears == nil {
		l.ears = map[*Ear]bool{}
	}
	l.ears[e] = true
	if l.stop == nil {
		l.stop = make(chan struct{})
		go s.watch(l.stop)
	}
	return e, nil
}

// Close ends the telling. The last who leaves ends the watch.
func (s *Service) Close(e *Ear) {
	l := &s.live
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.ears, e)
	if len(l.ears) == 0 && l.stop != nil {
		close(l.stop)
		l.stop = nil
	}
}

// watch looks again and again until stop is closed. A database that does not answer is asked again: what happened meanwhile
// still stands in its audit log.
func (s *Service) watch(stop chan struct{}) {
	tick := time.NewTicker(livePace)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			_ = s.look(ctx) // who asks for the list is told that the database is down
			cancel()
		}
	}
}

// told is a signal and who may hear it: readers of the unit, and the handler who has the case, or has it while they are away.
type told struct {
	Signal
	unit    id.Unit
	holders map[id.Member]bool
	aside   map[id.Member]bool // who take no part
}

// look reads what is new and tells everybody whom it concerns.
func (s *Service) look(ctx context.Context) error {
	l := &s.live
	l.mu.Lock()
	defer l.mu.Unlock()
	units := map[id.Unit]bool{}
	for e := range l.ears {
		units[e.who.Unit] = true
	}
	var news []told
	last, dangers := l.last, map[id.Unit]map[int64]bool{}
	err := s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if news, last, err = actsAfter(tx, last, s.today()); err != nil {
			return err
		}
		for unit := range units {
			if dangers[unit], err = openDangers(tx, unit); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for unit, open := range dangers {
		for key := range open {
			if !l.dangers[unit][key] {
				news = append(news, told{Signal: Signal{Kind: SignalDanger}, unit: unit})
				break
			}
		}
	}
	hour := s.o.Now().Truncate(time.Hour)
	for e := range l.ears {
		if hour.After(l.hour) {
			l.tell(e, Signal{Kind: SignalHour})
		}
		for _, n := range news {
			if n.unit == e.who.Unit && !n.aside[e.who.Member] && (e.who.Has(readers[:]...) || n.holders[e.who.Member]) {
				l.tell(e, n.Signal)
			}
		}
	}
	l.last, l.hour, l.dangers = last, hour, dangers
	return nil
}

// tell never waits: a page that does not read is closed and comes back.
func (l *live) tell(e *Ear, s Signal) {
	if !l.ears[e] {
		return
	}
	select {
	case e.C <- s:
	default:
		delete(l.ears, e)
		close(e.C)
	}
}

// readOnly are acts of the audit log that change nothing of a case that a colleague sees.
var readOnly = [...]string{"list", "open", "titles", "texts", "file", "letter", "upload"}

// actsAfter are the acts of staff on cases behind an entry of the audit log, each case once, and the last entry.
func actsAfter(tx *store.Tx, seq int64, today workday.Day) (news []told, last int64, err error) {
	entries, err := tx.AuditAfter(seq, 1000)
	if err != nil {
		return nil, seq, err
	}
	seen := map[id.Case]bool{}
	for _, e := range entries {
		seq = e.Seq
		if e.Who == "" || e.Case.IsZero() || e.Outcome != store.Allowed || slices.Contains(readOnly[:], e.Act) || seen[e.Case] {
			continue
		}
		seen[e.Case] = true
		c, err := tx.Case(e.Case)
		if errs.Is(err, errs.NotFound) {
			continue // erased since
		}
		if err != nil {
			return nil, seq, err
		}
		holders, err := holdersOf(tx, c, today)
		if err != nil {
			return nil, seq, err
		}
		aside, err := tx.AsideFrom(c.Key)
		if err != nil {
			return nil, seq, err
		}
		news = append(news, told{Signal{SignalCase, c.Number}, c.Unit, holders, aside})
	}
	return news, seq, nil
}

// holdersOf are the handler of a case and, while they are away, who stands in for them.
func holdersOf(tx *store.Tx, c cases.Case, today workday.Day) (map[id.Member]bool, error) {
	handler, err := tx.HandlerOf(c.Key)
	if err != nil || handler == "" {
		return nil, err
	}
	out := map[id.Member]bool{handler: true}
	away, err := tx.Absences(c.Unit, today)
	for _, a := range away {
		if a.Member == handler && a.Has(today) {
			out[a.Deputy] = true
		}
	}
	return out, err
}

func openDangers(tx *store.Tx, unit id.Unit) (map[int64]bool, error) {
	rows, err := tx.OpenDangers(unit)
	out := map[int64]bool{}
	for _, d := range rows {
		out[d.Case] = true
	}
	return out, err
}
