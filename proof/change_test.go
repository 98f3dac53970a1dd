package proof

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// readable is one of the kept files and the check that a reader makes of it.
type readable struct {
	name  string
	file  []byte
	check func([]byte) error
}

func keptFiles(t testing.TB) []readable {
	t.Helper()
	cases, public := newLog(t, CaseOrigin(instance), 1), newLog(t, PublicOrigin(instance), 2)
	o := opening(t, receivedEvent())
	cases.add(t, []byte("before"))
	index := cases.add(t, leafOf(t, o, EventReceived))
	for range 3 {
		cases.add(t, []byte("after"))
	}
	leaf, err := PublicLeaf(PublicArticle, [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	public.add(t, leaf)
	public.add(t, []byte("more"))
	ackKey, ack := testAck(t, o)
	ackVerifier, caseVerifier, publicVerifier := verifierOf(t, ackKey), cases.verifier(t), public.verifier(t)
	parsed, err := ParseAcknowledgement(ack, ackVerifier)
	if err != nil {
		t.Fatal(err)
	}
	return []readable{
		{"acknowledgement", ack, func(b []byte) error { _, err := ParseAcknowledgement(b, ackVerifier); return err }},
		{"checkpoint", cases.checkpoint(t, 5), func(b []byte) error {
			_, err := ParseCheckpoint(b, CaseOrigin(instance), caseVerifier)
			return err
		}},
		{"proof", cases.proof(t, 5, index, &o), func(b []byte) error {
			p, err := ParseProof(b)
			if err == nil {
				_, _, err = p.Verify(CaseOrigin(instance), caseVerifier)
			}
			return err
		}},
		{"proof with acknowledgement", cases.proof(t, 5, index, &o), func(b []byte) error {
			p, err := ParseProof(b)
			if err == nil {
				_, err = VerifyAckWithProof(parsed, p, caseVerifier)
			}
			return err
		}},
		{"public proof", public.proof(t, 2, 0, nil), func(b []byte) error {
			p, err := ParseProof(b)
			if err == nil {
				_, err = p.VerifyLeaf(leaf, PublicOrigin(instance), publicVerifier)
			}
			return err
		}},
	}
}

func testAck(t testing.TB, o Opening) (*LogKey, []byte) {
	t.Helper()
	key, err := LogKeyFromSeed(AckKeyName(instance), [32]byte{3})
	if err != nil {
		t.Fatal(err)
	}
	a, err := NewAcknowledgement("国家安全 举报中心", instance, o, "2026-11-23")
	if err != nil {
		t.Fatal(err)
	}
	b, err := SignAcknowledgement(key.Signer(), a)
	if err != nil {
		t.Fatal(err)
	}
	return key, b
}

func TestAnyChangeOfAKeptFileIsRefused(t *testing.T) {
	t.Parallel()
	for _, f := range keptFiles(t) {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			if err := f.check(f.file); err != nil {
				t.Fatal(err)
			}
			refuse := func(what string, at int, b []byte) {
				t.Helper()
				if !bytes.Equal(b, f.file) && f.check(b) == nil {
					t.Fatalf("%s at %d was accepted:\n%s", what, at, b)
				}
			}
			for i, c := range f.file {
				// Neighbours in base64, case, white space, and arbitrary others.
				for _, other := range []byte{c ^ 1, c ^ 2, c ^ 4, c ^ 8, c ^ 0x20, c ^ 0x80, c + 1, c - 1, '\n', '\r', ' ', '=', '+', 'A', '0', 0} {
					b := bytes.Clone(f.file)
					b[i] = other
					refuse("changed byte", i, b)
				}
				refuse("missing byte", i, append(bytes.Clone(f.file[:i]), f.file[i+1:]...))
				for _, more := range []string{"\n", " ", "=", "\r", "A", string(c)} {
					refuse("inserted byte", i, append(append(bytes.Clone(f.file[:i]), more...), f.file[i:]...))
				}
				refuse("cut", i, f.file[:i])
			}
			lines := strings.SplitAfter(string(f.file), "\n")
			for i := range lines {
				without := append(append([]string{}, lines[:i]...), lines[i+1:]...)
				refuse("missing line", i, []byte(strings.Join(without, "")))
				twice := append(append([]string{}, lines[:i+1]...), lines[i:]...)
				refuse("double line", i, []byte(strings.Join(twice, "")))
				for j := range i {
					swapped := append([]string{}, lines...)
					swapped[i], swapped[j] = swapped[j], swapped[i]
					refuse("swapped lines", i, []byte(strings.Join(swapped, "")))
				}
			}
			refuse("windows lines", 0, bytes.ReplaceAll(f.file, []byte("\n"), []byte("\r\n")))
			refuse("appended", 0, append(bytes.Clone(f.file), f.file...))
		})
	}
}

func TestAcknowledgement(t *testing.T) {
	t.Parallel()
	o := opening(t, receivedEvent())
	key, b := testAck(t, o)
	a, err := ParseAcknowledgement(b, verifierOf(t, key))
	if err != nil {
		t.Fatal(err)
	}
	e, err := a.Event()
	if err != nil || e.Report != receivedEvent().Report || a.Day != "2026-11-22" || a.IncludedBy != "2026-11-23" || a.Authority != "国家安全 举报中心" {
		t.Errorf("%+v %v", a, err)
	}
	other, err := LogKeyFromSeed(AckKeyName(instance), [32]byte{4})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseAcknowledgement(b, verifierOf(t, other)); !errors.Is(err, ErrSignature) {
		t.Errorf("another key: %v", err)
	}
	// A checkpoint's key must not vouch for an acknowledgement, even with the same seed.
	caseKey, err := LogKeyFromSeed(CaseOrigin(instance), [32]byte{3})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := SignAcknowledgement(caseKey.Signer(), *a); !errors.Is(err, ErrOrigin) {
		t.Errorf("signing with the case log's key: %v", err)
	}
	foreign, err := signNote(caseKey.Signer(), a.text())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseAcknowledgement(foreign, verifierOf(t, caseKey)); !errors.Is(err, ErrOrigin) {
		t.Errorf("under the case log's key: %v", err)
	}
	for name, change := range map[string]func(*Acknowledgement){
		"authority with a line": func(a *Acknowledgement) { a.Authority = "a\nb" },
		"authority turned":      func(a *Acknowledgement) { a.Authority = "a\u202eb" },
		"no authority":          func(a *Acknowledgement) { a.Authority = "" },
		"day":                   func(a *Acknowledgement) { a.Day = "2026-11-21" },
		"report":                func(a *Acknowledgement) { a.Report = strings.Repeat("0", 64) },
		"leaf":                  func(a *Acknowledgement) { a.Leaf[0] ^= 1 },
		"random":                func(a *Acknowledgement) { a.Opening.Random[0] ^= 1 },
		"included before":       func(a *Acknowledgement) { a.IncludedBy = "2026-11-21" },
		"instance":              func(a *Acknowledgement) { a.Instance = "Other" },
		"dummy":                 func(a *Acknowledgement) { a.Opening = opening(t, Event{Kind: EventDummy, Day: a.Day}) },
	} {
		bad := *a
		change(&bad)
		if _, err := SignAcknowledgement(key.Signer(), bad); err == nil {
			t.Errorf("%s: signed", name)
		}
		lying, err := signNote(key.Signer(), bad.text())
		if err != nil {
			continue
		}
		if _, err := ParseAcknowledgement(lying, verifierOf(t, key)); err == nil {
			t.Errorf("%s: accepted with a sound signature", name)
		}
	}
	if _, err := NewAcknowledgement("a", instance, opening(t, Event{Kind: EventReply, Day: "2026-11-22"}), "2026-11-23"); !errors.Is(err, ErrOpening) {
		t.Errorf("acknowledging a reply: %v", err)
	}
}

func TestAcknowledgementWithAnotherReportsProof(t *testing.T) {
	t.Parallel()
	m := newLog(t, CaseOrigin(instance), 1)
	mine, theirs := opening(t, receivedEvent()), opening(t, receivedEvent())
	key, b := testAck(t, mine)
	a, err := ParseAcknowledgement(b, verifierOf(t, key))
	if err != nil {
		t.Fatal(err)
	}
	at := m.add(t, leafOf(t, theirs, EventReceived))
	p, err := ParseProof(m.proof(t, 1, at, &theirs))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := VerifyAckWithProof(a, p, m.verifier(t)); !errors.Is(err, ErrOpening) {
		t.Errorf("another report's proof: %v", err)
	}
	p.Opening = &mine
	if _, err := VerifyAckWithProof(a, p, m.verifier(t)); !errors.Is(err, ErrNotIncluded) {
		t.Errorf("never included: %v", err)
	}
}

func FuzzParseProof(f *testing.F) {
	for _, k := range keptFiles(f) {
		f.Add(k.file)
	}
	f.Add([]byte(proofFirst + "\nindex 9223372036854775807\n\nx\n"))
	key := newLog(f, CaseOrigin(instance), 7)
	v := key.verifier(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParseProof(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if again, err := BuildProof(*p); err != nil || !bytes.Equal(again, b) {
			t.Fatal("another spelling was accepted")
		}
		if _, _, err := p.Verify(CaseOrigin(instance), v); err == nil {
			t.Fatal("a proof nobody signed was accepted")
		}
	})
}

func FuzzParseNotes(f *testing.F) {
	for _, k := range keptFiles(f) {
		f.Add(k.file)
	}
	f.Add([]byte("a\n\n— a AAAAAAA=\n"))
	key := newLog(f, CaseOrigin(instance), 7)
	v := key.verifier(f)
	ack, err := LogKeyFromSeed(AckKeyName(instance), [32]byte{7})
	if err != nil {
		f.Fatal(err)
	}
	av := verifierOf(f, ack)
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := ParseCheckpoint(b, CaseOrigin(instance), v); err == nil {
			t.Fatal("a checkpoint nobody signed was accepted")
		}
		if _, err := ParseAcknowledgement(b, av); err == nil {
			t.Fatal("an acknowledgement nobody signed was accepted")
		}
		if _, err := ParseVerifier(string(b)); err != nil && !errors.Is(err, ErrKey) {
			t.Fatalf("untyped error %v", err)
		}
	})
}
