package intake

import (
	"testing"
	"time"

	"clarion.example/clarion/internal/blob"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

// TestPrepareUploads lets nothing through that could become whole before it is claimed, or that the disk has not got:
// the report would be acknowledged without it. What a document has claimed is gone, and passes.
func TestPrepareUploads(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		blobs, err := blob.OpenDir(t.TempDir(), blob.Options{})
		if err != nil {
			t.Fatal(err)
		}
		now := time.Date(2026, 3, 10, 2, 0, 0, 0, time.UTC)
		s := &Service{o: Options{Store: st, Blobs: blobs, Now: func() time.Time { return now }, Files: FileLimits{Count: 3}}}
		add := func(whole bool, expires time.Time) id.Blob {
			t.Helper()
			u := store.Upload{ID: id.NewBlob(), Size: 100, Expires: expires, Chunks: [][32]byte{{1}}}
			err := st.Write(t.Context(), func(tx *store.Tx) error {
				if err := tx.AddUpload(u); err != nil || !whole {
					return err
				}
				return tx.CompleteUpload(u, 0)
			})
			if err != nil {
				t.Fatal(err)
			}
			return u.ID
		}
		for name, f := range map[string]id.Blob{
			"on its way":                     add(false, now.Add(time.Hour)),
			"on its way, its time over":      add(false, now.Add(-time.Hour)),
			"whole, and lost":                add(true, now.Add(time.Hour)),
			"whole, its time over, and lost": add(true, now.Add(-time.Hour)),
		} {
			if e, ok := errs.Public(s.prepareUploads(t.Context(), []id.Blob{f})); !ok || e.Key != "intake.no_upload" {
				t.Errorf("%s: %v", name, e)
			}
		}
		if err := s.prepareUploads(t.Context(), []id.Blob{id.NewBlob()}); err != nil {
			t.Errorf("one that is gone: %v", err)
		}
	})
}
