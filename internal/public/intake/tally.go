package intake

import (
	"context"
	"sync"

	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// tallies gathers counts in memory, so that no row of the database moves with one visit. What is left when the
// process ends is lost, on purpose.
type tallies struct {
	mu      sync.Mutex
	acts    map[string]int64 // reporters' acts since the last flush, remainders below ten included
	screens map[screenDay]int64
}

type screenDay struct {
	day    workday.Day
	option string
}

func newTallies() *tallies {
	return &tallies{acts: map[string]int64{}, screens: map[screenDay]int64{}}
}

func (t *tallies) act(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.acts[name]++
}

func (t *tallies) screen(day workday.Day, option string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.screens[screenDay{day, option}]++
}

// take empties what can be written: whole tens of acts, and all screens.
func (t *tallies) take() (acts map[string]int64, screens map[screenDay]int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	acts, screens = map[string]int64{}, t.screens
	t.screens = map[screenDay]int64{}
	for name, n := range t.acts {
		if n >= 10 {
			acts[name] = n / 10
			t.acts[name] = n % 10
		}
	}
	return acts, screens
}

// put returns what could not be written.
func (t *tallies) put(acts map[string]int64, screens map[screenDay]int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for name, n := range acts {
		t.acts[name] += 10 * n
	}
	for s, n := range screens {
		t.screens[s] += n
	}
}

// TurnedAway counts that the screen declined something, by the screen's option and day. Nothing else is kept, and
// the count reaches the database with the next hourly flush.
func (s *Service) TurnedAway(option string) { s.tallies.screen(s.today(), option) }

// FlushTallies writes the counts: reporters' acts in tens of the hour, the screen's by day. It is called hourly.
func (s *Service) FlushTallies(ctx context.Context) error {
	acts, screens := s.tallies.take()
	if len(acts)+len(screens) == 0 {
		return nil
	}
	err := s.o.Store.Write(ctx, func(tx *store.Tx) error {
		for name, tens := range acts {
			if err := tx.TallyTens(s.o.Now(), name, tens); err != nil {
				return err
			}
		}
		for k, n := range screens {
			if err := tx.CountScreen(k.day, k.option, n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.tallies.put(acts, screens)
	}
	return err
}

// Sweep erases what has expired: the MACs of answers, marks of forms, files that nobody sent, and uploads that nobody
// claimed.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.o.Now()
	var old []store.PendingFile
	var unclaimed []store.Upload
	err := s.o.Store.Write(ctx, func(tx *store.Tx) (err error) {
		if err := tx.ForgetFormMACs(now); err != nil {
			return err
		}
		if err := tx.ForgetForms(now); err != nil {
			return err
		}
		if old, err = tx.ExpiredPendingFiles(now); err != nil {
			return err
		}
		for _, f := range old {
			if err := tx.ForgetPendingFile(f.Key); err != nil {
				return err
			}
		}
		if unclaimed, err = tx.ExpiredUploads(now); err != nil {
			return err
		}
		for _, u := range unclaimed {
			if err := tx.ForgetUpload(u.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, f := range old {
		if err := s.o.Blobs.Delete(ctx, f.Blob); err != nil {
			return err
		}
	}
	for _, u := range unclaimed {
		if err := s.eraseUpload(ctx, u.ID); err != nil {
			return err
		}
	}
	return nil
}
