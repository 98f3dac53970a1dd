package app_test

import (
	"os"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
)

// TestNothingIsPublishedThatWasNotKept: a checkpoint that cannot be kept outside the database is not published, so
// that no rollback can hide it. When it can be kept again, the log goes on.
func TestNothingIsPublishedThatWasNotKept(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		published := func() (cp store.Checkpoint) {
			err := w.Store.Read(t.Context(), func(tx *store.Tx) (err error) {
				cp, err = tx.Checkpoint(ledger.Cases)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return cp
		}
		checkpoints(t, w)
		before := published()
		sendSample(t, w)
		w.Clock.Move(time.Minute)
		keep := w.Config.Ledger.Keep
		if err := os.RemoveAll(keep); err != nil {
			t.Fatal(err)
		}
		if err := w.Checkpoints(t.Context()); err == nil {
			t.Error("nothing was said of a checkpoint that could not be kept")
		}
		if got := published(); got.Size != before.Size {
			t.Errorf("published a checkpoint of %d leaves that was not kept", got.Size)
		}
		if err := os.Mkdir(keep, 0o700); err != nil {
			t.Fatal(err)
		}
		checkpoints(t, w)
		if got := published(); got.Size <= before.Size {
			t.Errorf("the log stands still at %d leaves", got.Size)
		}
		for _, d := range w.Doctor(t.Context()) {
			if d.What == "log "+string(ledger.Cases) && !d.Well {
				t.Errorf("doctor: %+v", d)
			}
		}
	})
}
