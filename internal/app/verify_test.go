package app_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// openWhole opens a case at the terminal and compares every answer and every byte of every file.
func openWhole(t *testing.T, w *apptest.World, number string, d draft) *terminal.Opened {
	t.Helper()
	chen := w.Session(t, "chen", "unit-1")
	o := reopen(t, chen, number)
	want := &seal.Report{
		Category: "protected-documents", Region: d.region, Unit: "unit-1", Via: "web", Lang: d.reply, Contact: "anonymous",
		What: strings.TrimSpace(d.what), When: "2026-03 下午三点 / at three", Where: "资料室 / drawing store", How: []string{"saw", "device"},
		Answers: []seal.Answer{{Q: "means", Values: []string{"pay"}}, {Q: "offer", Text: "500 一页 / a page"}, {Q: "wanted", Values: []string{"marked"}}},
		Files:   o.Report.Files, Mailbox: o.Report.Mailbox,
	}
	if diff := cmp.Diff(want, o.Report); diff != "" {
		t.Errorf("the report that the unit reads (-sent +read):\n%s", diff)
	}
	if len(o.Report.Files) != len(d.files) {
		t.Fatalf("%d files, %d sent", len(o.Report.Files), len(d.files))
	}
	for i, f := range d.files {
		got := o.Report.Files[i]
		if got.Name != f.Name || got.Type != f.Type || got.Size != int64(len(f.Body)) {
			t.Errorf("file %d: %+v", i, got)
		}
		wantFile(t, w, chen, number, got, f.Body)
	}
	return o
}

func reopen(t *testing.T, s *terminal.Session, number string) *terminal.Opened {
	t.Helper()
	o, err := s.Open(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Doubts) > 0 {
		t.Fatalf("doubts: %+v", o.Doubts)
	}
	return o
}

func wantFile(t *testing.T, w *apptest.World, s *terminal.Session, number string, f seal.File, want []byte) {
	t.Helper()
	bid, err := id.ParseBlob(f.Blob)
	if err != nil {
		t.Fatal(err)
	}
	_, r, err := w.Casework.Blob(t.Context(), s.Who, number, bid)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var got bytes.Buffer
	if err := seal.OpenFile(&got, r, f); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("file %q came through with %d bytes changed from %d", f.Name, got.Len(), len(want))
	}
}

// wantDates: the first letter tells the three dates in the reporter's language, and the mailbox shows them.
func wantDates(t *testing.T, w *apptest.World, box *apptest.Page, d draft) {
	t.Helper()
	l := w.Catalog.For("zh-Hans")
	if d.lang == "en" {
		l = w.Catalog.For("en")
	}
	day := w.Intake.Today()
	for _, p := range w.Machine.Promises(day) {
		if p.Step == cases.StepDecision {
			box.Want(200, l.Date(p.By))
		}
	}
	// The first letter starts the clock of the outcome, and it was written on the day of arrival.
	box.Want(200, l.Date(w.Machine.Rules.Outcome.Due(day, w.Machine.Calendar)))
	box.Want(200, l.Date(day))
}

// verifyOffline takes away acknowledgement, proofs, checkpoint and keys, and checks them with package proof alone.
func verifyOffline(t *testing.T, w *apptest.World, b *apptest.Browser, box *apptest.Page, ack, sealedReport []byte) {
	t.Helper()
	checkpoints(t, w)
	set := keySet(t, w, b)
	a, err := proof.ParseAcknowledgement(ack, set.AckVerifier())
	if err != nil {
		t.Fatalf("acknowledgement: %v", err)
	}
	if a.Report != seal.SealedHash(sealedReport) || a.Day != w.Intake.Today().String() || a.Instance != w.Dir.Instance {
		t.Errorf("the acknowledgement speaks of another report or day: %+v", a)
	}
	all := proofsOf(t, box)
	var kinds []string
	for i, file := range all {
		p, err := proof.ParseProof(file)
		if err != nil {
			t.Fatalf("proof %d: %v", i, err)
		}
		ev, cp, err := p.Verify(proof.CaseOrigin(set.Instance), set.CaseVerifier())
		if err != nil {
			t.Fatalf("proof %d: %v", i, err)
		}
		if i == 0 {
			if _, err := proof.VerifyAckWithProof(a, p, set.CaseVerifier()); err != nil {
				t.Errorf("the proof does not show the leaf of the acknowledgement: %v", err)
			}
		} else if _, err := proof.VerifyAckWithProof(a, p, set.CaseVerifier()); err == nil {
			t.Errorf("the proof of %s passes for that of the receipt", ev.Kind)
		}
		kinds = append(kinds, string(ev.Kind))
		public := b.Get("/log/cases/checkpoint").Want(200).Body
		if got, err := proof.ParseCheckpoint([]byte(public), proof.CaseOrigin(set.Instance), set.CaseVerifier()); err != nil || got.Size < cp.Size {
			t.Errorf("public checkpoint: %+v, %v", got, err)
		}
	}
	want := []string{"received", "acknowledged", "triaged", "needs_info", "message", "declined"}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("what the proofs prove (-want +got):\n%s", diff)
	}
}

// checkpoints signs the logs now, as the background task does when it is time.
func checkpoints(t *testing.T, w *apptest.World) {
	t.Helper()
	w.Clock.Move(2 * time.Second)
	if err := w.Checkpoints(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func keySet(t *testing.T, w *apptest.World, b *apptest.Browser) *proof.KeySet {
	t.Helper()
	signed, err := proof.ParseKeySet([]byte(b.Get("/keys.json").Want(200).Body))
	if err != nil {
		t.Fatal(err)
	}
	set, err := signed.Verify(proof.Trust{Root: w.Root()})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func proofsOf(t *testing.T, box *apptest.Page) [][]byte {
	t.Helper()
	body := []byte(box.Form("g").Press("proof").Want(200).Body)
	if bytes.HasPrefix(body, []byte("c2sp.org/tlog-proof")) {
		return [][]byte{body}
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var out [][]byte
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		one, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, one)
	}
	return out
}
