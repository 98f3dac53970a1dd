package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

func TestForms(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		slot := store.FormSlot(noon)
		use := func(form [32]byte, slot int64, mac string, limit int, at time.Time) (got store.FormUse) {
			t.Helper()
			write(t, s, func(tx *store.Tx) (err error) {
				var m []byte
				if mac != "" {
					m = []byte(mac)
				}
				got, err = tx.UseForm(form, slot, m, limit, at)
				return err
			})
			return got
		}
		a, b, c, d := random32(), random32(), random32(), random32()
		for _, step := range []struct {
			name string
			got  store.FormUse
			want store.FormUse
		}{
			{"first use", use(a, slot, "mac", 2, noon), store.FormFresh},
			{"same answers", use(a, slot, "mac", 2, noon.Add(9*time.Minute)), store.FormSame},
			{"other answers", use(a, slot, "other", 2, noon), store.FormUsed},
			{"no mac", use(a, slot, "", 2, noon), store.FormUsed},
			{"too late", use(a, slot, "mac", 2, noon.Add(11*time.Minute)), store.FormUsed},
			{"without a mac", use(b, slot, "", 2, noon), store.FormFresh},
			{"again without", use(b, slot, "", 2, noon), store.FormUsed},
			{"third of two", use(c, slot, "mac", 2, noon), store.FormSlotFull},
			{"next slot", use(c, slot+1, "mac", 2, noon), store.FormFresh},
			{"closed", use(d, slot+2, "mac", 0, noon), store.FormSlotFull},
		} {
			if step.got != step.want {
				t.Errorf("%s: %s, want %s", step.name, step.got, step.want)
			}
		}
		write(t, s, func(tx *store.Tx) error { return tx.ForgetFormMACs(noon.Add(11 * time.Minute)) })
		if got := use(a, slot, "mac", 9, noon); got != store.FormUsed {
			t.Errorf("after the MAC was forgotten: %s", got)
		}
		write(t, s, func(tx *store.Tx) error { return tx.ForgetForms(noon.Add(25 * time.Hour)) })
		if got := use(a, slot, "mac", 9, noon); got != store.FormUsed {
			t.Errorf("a form that may still be sent: %s", got)
		}
		write(t, s, func(tx *store.Tx) error { return tx.ForgetForms(noon.Add(27 * time.Hour)) })
		if got := use(a, slot, "mac", 1, noon); got != store.FormFresh {
			t.Errorf("after its mark expired: %s", got)
		}
	})
}

// TestWorkUsesNoSlot: what counts once without a budget takes nothing from the forms of its ten minutes, and is
// forgotten with them.
func TestWorkUsesNoSlot(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		use := func(mark [32]byte, at time.Time) (got store.FormUse) {
			t.Helper()
			write(t, s, func(tx *store.Tx) (err error) { got, err = tx.UseWork(mark, at); return err })
			return got
		}
		known := func(mark [32]byte) (got bool) {
			t.Helper()
			read(t, s, func(tx *store.Tx) (err error) { got, err = tx.FormKnown(mark); return err })
			return got
		}
		mark := random32()
		if known(mark) {
			t.Error("known before it was used")
		}
		if got := use(mark, noon); got != store.FormFresh {
			t.Errorf("first use: %s", got)
		}
		if got := use(mark, noon.Add(time.Hour)); got != store.FormUsed || !known(mark) {
			t.Errorf("second use: %s", got)
		}
		for range 3 {
			use(random32(), noon)
		}
		write(t, s, func(tx *store.Tx) error {
			got, err := tx.UseForm(random32(), store.FormSlot(noon), nil, 1, noon)
			if got != store.FormFresh {
				t.Errorf("a form of the same ten minutes: %s", got)
			}
			return err
		})
		write(t, s, func(tx *store.Tx) error { return tx.ForgetForms(noon.Add(25 * time.Hour)) })
		if !known(mark) {
			t.Error("forgotten while a form of that time may still be sent")
		}
		write(t, s, func(tx *store.Tx) error { return tx.ForgetForms(noon.Add(27 * time.Hour)) })
		if known(mark) {
			t.Error("kept for ever")
		}
	})
}

// TestOneFormManyTimes sends one form many times at once: it is fresh once.
func TestOneFormManyTimes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		form := random32()
		uses := make([]store.FormUse, 20)
		var wg sync.WaitGroup
		for i := range uses {
			wg.Go(func() {
				write(t, s, func(tx *store.Tx) (err error) {
					uses[i], err = tx.UseForm(form, store.FormSlot(noon), []byte("mac"), 100, noon)
					return err
				})
			})
		}
		wg.Wait()
		fresh := 0
		for _, use := range uses {
			if use == store.FormFresh {
				fresh++
			} else if use != store.FormSame {
				t.Errorf("a repeat is %s", use)
			}
		}
		if fresh != 1 {
			t.Errorf("fresh %d times", fresh)
		}
	})
}

func TestPendingFiles(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		form, other := random32(), random32()
		files := make([]store.PendingFile, 3)
		for i := range files {
			files[i] = store.PendingFile{Blob: id.NewBlob(), Manifest: fmt.Appendf(nil, "sealed %d", i), Size: 100, Expires: noon}
			write(t, s, func(tx *store.Tx) (err error) { files[i].Key, err = tx.AddPendingFile(form, files[i]); return err })
			files[i].Expires = noon.Truncate(time.Hour).Add(time.Hour)
		}
		list := func(form [32]byte, want ...store.PendingFile) {
			t.Helper()
			read(t, s, func(tx *store.Tx) error {
				got, err := tx.PendingFiles(form)
				if d := diff(want, got); d != "" {
					t.Errorf("files (-want +got):\n%s", d)
				}
				return err
			})
		}
		list(form, files...)
		list(other)
		err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.RemovePendingFile(other, files[0].Blob) })
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("removed under another form: %v", err)
		}
		write(t, s, func(tx *store.Tx) error { return tx.RemovePendingFile(form, files[0].Blob) })
		list(form, files[1:]...)
		read(t, s, func(tx *store.Tx) error {
			early, err := tx.ExpiredPendingFiles(noon)
			if err != nil || len(early) != 0 {
				return fmt.Errorf("%d expired early: %w", len(early), err)
			}
			late, err := tx.ExpiredPendingFiles(noon.Add(time.Hour))
			if d := diff(files[1:], late); d != "" {
				t.Errorf("expired (-want +got):\n%s", d)
			}
			if err != nil {
				return err
			}
			waiting, err := tx.Unclaimed()
			if waiting.Held != 200 {
				t.Errorf("%d bytes held, want 200", waiting.Held)
			}
			return err
		})
		boom := errors.New("boom")
		claim := func(tx *store.Tx) error {
			got, err := tx.ClaimPendingFiles(form)
			if len(got) != 2 {
				t.Errorf("claimed %d files", len(got))
			}
			return err
		}
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return errors.Join(claim(tx), boom) }); !errors.Is(err, boom) {
			t.Error(err)
		}
		write(t, s, claim) // still there after the report was not stored
		list(form)
	})
}
