package store_test

import (
	"slices"
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

func TestUploads(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		one := store.Upload{ID: id.NewBlob(), Size: 100, Expires: noon.Add(24 * time.Hour)}
		two := store.Upload{ID: id.NewBlob(), Size: 50, Expires: noon.Add(25 * time.Hour)}
		write(t, s, func(tx *store.Tx) error {
			if err := tx.AddUpload(one); err != nil {
				return err
			}
			return tx.AddUpload(two)
		})
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.AddUpload(one) }); !errs.Is(err, errs.Conflict) {
			t.Errorf("the same id twice: %v", err)
		}
		write(t, s, func(tx *store.Tx) error { return tx.GrowUpload(one.ID, 0, 60) })
		for name, step := range map[string]func(tx *store.Tx) error{
			"from where it was":       func(tx *store.Tx) error { return tx.GrowUpload(one.ID, 0, 70) },
			"unknown":                 func(tx *store.Tx) error { return tx.GrowUpload(id.NewBlob(), 0, 1) },
			"completed from afar":     func(tx *store.Tx) error { return tx.CompleteUpload(one, 0) },
			"completed at other size": func(tx *store.Tx) error { u := one; u.Size = 99; return tx.CompleteUpload(u, 60) },
			"claimed in part":         func(tx *store.Tx) error { _, err := tx.ClaimUpload(one.ID); return err },
			"claimed, unknown":        func(tx *store.Tx) error { _, err := tx.ClaimUpload(id.NewBlob()); return err },
			"forgotten, unknown":      func(tx *store.Tx) error { return tx.ForgetUpload(id.NewBlob()) },
		} {
			if err := s.Write(t.Context(), step); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.GrowUpload(one.ID, 60, 100) }); err == nil {
			t.Error("whole without hashes")
		}
		one.SHA256, one.Chunks = random32(), [][32]byte{random32(), random32()}
		write(t, s, func(tx *store.Tx) error { return tx.CompleteUpload(one, 60) })
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Upload(one.ID)
			if err != nil || !got.Whole() || got.SHA256 != one.SHA256 || !slices.Equal(got.Chunks, one.Chunks) || !got.Expires.Equal(noon.Add(25*time.Hour).Truncate(time.Hour)) {
				t.Errorf("read back %+v, %v", got, err)
			}
			if known, err := tx.BlobKnown(two.ID); err != nil || !known {
				t.Errorf("the sweeper does not know an upload: %v", err)
			}
			return err
		})
		write(t, s, func(tx *store.Tx) error {
			_, err := tx.AddPendingFile(random32(), store.PendingFile{Blob: id.NewBlob(), Manifest: []byte("x"), Size: 7, Expires: noon})
			return err
		})
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Unclaimed()
			if want := (store.Unclaimed{Uploads: 2, Held: 107}); got != want {
				t.Errorf("unclaimed %+v, want %+v", got, want)
			}
			old, eerr := tx.ExpiredUploads(noon.Add(24*time.Hour + 30*time.Minute))
			if eerr != nil || len(old) != 1 || old[0].ID != one.ID {
				t.Errorf("expired: %+v, %v", old, eerr)
			}
			return err
		})
		write(t, s, func(tx *store.Tx) error {
			if _, err := tx.ClaimUpload(one.ID); err != nil {
				return err
			}
			return tx.ForgetUpload(two.ID)
		})
		if err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.ClaimUpload(one.ID); return err }); !errs.Is(err, errs.NotFound) {
			t.Errorf("claimed twice: %v", err)
		}
	})
}

func TestUseWork(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		mark := random32()
		for i, want := range []store.FormUse{store.FormFresh, store.FormUsed} {
			write(t, s, func(tx *store.Tx) error {
				got, err := tx.UseWork(mark, noon)
				if got != want {
					t.Errorf("use %d: %s, want %s", i, got, want)
				}
				return err
			})
		}
	})
}

// TestUseReportWork: work counts once and a case begins once; a repeat of a stored case takes no mark.
func TestUseReportWork(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := storetest.NewReport(100)
		mark, other := random32(), random32()
		use := func(mark [32]byte, c id.Case) (got store.FormUse) {
			t.Helper()
			write(t, s, func(tx *store.Tx) (err error) { got, err = tx.UseReportWork(mark, c, noon); return err })
			return got
		}
		write(t, s, func(tx *store.Tx) error {
			if got, err := tx.UseReportWork(mark, r.Case.ID, noon); err != nil || got != store.FormFresh {
				t.Errorf("first use: %s, %v", got, err)
			}
			return r.Add(tx)
		})
		if got := use(mark, id.NewCase()); got != store.FormUsed {
			t.Errorf("the same work for another case: %s", got)
		}
		if got := use(other, r.Case.ID); got != store.FormUsed {
			t.Errorf("other work for the same case: %s", got)
		}
		if got := use(other, id.NewCase()); got != store.FormFresh {
			t.Errorf("work that a repeat had brought: %s", got)
		}
	})
}
