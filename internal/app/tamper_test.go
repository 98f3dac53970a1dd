package app_test

import (
	"slices"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
)

// TestAnyChangedByte takes acknowledgement, proof, checkpoint and key set from a running installation and changes each
// byte of them, takes bytes away and puts some in: nothing but the true file is believed.
func TestAnyChangedByte(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		b := w.NewBrowser(t)
		for range 5 {
			english("What somebody else saw.").send(t, b)
		}
		receipt := english("What I saw.").ready(t, b).Press("send").Want(200)
		ack := []byte(receipt.Form("g").Press("ack").Want(200).Body)
		box := enter(t, b, "en", receipt.Code())
		checkpoints(t, w)
		set := keySet(t, w, b)
		box = box.Form("g").Press("open").Want(200)
		pf := proofsOf(t, box)[0]
		a, err := proof.ParseAcknowledgement(ack, set.AckVerifier())
		if err != nil {
			t.Fatal(err)
		}
		origin := proof.CaseOrigin(set.Instance)
		public := proof.PublicOrigin(set.Instance)
		for name, c := range map[string]struct {
			file   []byte
			verify func([]byte) error
		}{
			"acknowledgement": {ack, func(b []byte) error { _, err := proof.ParseAcknowledgement(b, set.AckVerifier()); return err }},
			"proof": {pf, func(b []byte) error {
				p, err := proof.ParseProof(b)
				if err != nil {
					return err
				}
				if _, _, err = p.Verify(origin, set.CaseVerifier()); err != nil {
					return err
				}
				_, err = proof.VerifyAckWithProof(a, p, set.CaseVerifier())
				return err
			}},
			"checkpoint of the case log": {checkpoint(t, w, ledger.Cases), func(b []byte) error {
				_, err := proof.ParseCheckpoint(b, origin, set.CaseVerifier())
				return err
			}},
			"checkpoint of the public log": {checkpoint(t, w, ledger.Public), func(b []byte) error {
				_, err := proof.ParseCheckpoint(b, public, set.PublicVerifier())
				return err
			}},
		} {
			if err := c.verify(c.file); err != nil {
				t.Errorf("%s: the true one is refused: %v", name, err)
			}
			for change, file := range changes(c.file) {
				if c.verify(file) == nil {
					t.Fatalf("%s: believed with change %d:\n%q", name, change, file)
				}
			}
		}
		keys := []byte(b.Get("/keys.json").Want(200).Body)
		for i := 0; i < len(keys); i += 101 {
			file := slices.Clone(keys)
			file[i] ^= 1
			if s, err := proof.ParseKeySet(file); err == nil {
				if _, err := s.Verify(proof.Trust{Root: w.Root()}); err == nil {
					t.Fatalf("key set: believed with byte %d changed", i)
				}
			}
		}
		// Another installation's artefacts are as true as ours, and are not ours.
		other := start(apptest.Options{})
		if _, err := proof.ParseAcknowledgement(ack, keySetOf(t, other).AckVerifier()); err == nil {
			t.Error("the acknowledgement passes for one of another installation")
		}
	})
}

func keySetOf(t *testing.T, w *apptest.World) *proof.KeySet {
	t.Helper()
	checkpoints(t, w)
	return keySet(t, w, w.NewBrowser(t))
}

func checkpoint(t *testing.T, w *apptest.World, log ledger.Log) (note []byte) {
	t.Helper()
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		cp, err := tx.Checkpoint(log)
		note = cp.Note
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return note
}

// changes are copies of a file, each changed in one place: every byte flipped in two ways, taken away, and doubled.
func changes(file []byte) (out [][]byte) {
	for i := range file {
		for _, bit := range []byte{0x01, 0x20} {
			c := slices.Clone(file)
			c[i] ^= bit
			out = append(out, c)
		}
		out = append(out, slices.Delete(slices.Clone(file), i, i+1), slices.Insert(slices.Clone(file), i, file[i]))
	}
	return append(out, file[:len(file)/2], nil, append(slices.Clone(file), '\n'), append(slices.Clone(file), file...))
}
