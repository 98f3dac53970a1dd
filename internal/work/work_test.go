package work

import (
	"bytes"
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
)

var day = time.Date(2026, 3, 12, 10, 0, 0, 0, time.UTC)

func TestSolveAndCheck(t *testing.T) {
	t.Parallel()
	k := NewKeys(bytes.Repeat([]byte{7}, 32))
	c, err := k.Issue(Least, day)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Solve(c, 2*uint32(Least))
	if err != nil {
		t.Fatal(err)
	}
	one, err := k.Check(p, day.Add(time.Minute), true)
	if err != nil {
		t.Fatal(err)
	}
	if two, err := k.Check(p, day.Add(2*time.Minute), false); err != nil || two != one {
		t.Errorf("the same challenge has two marks, or %v", err)
	}
	for name, change := range map[string]func(p *Payload){
		"lowered cost": func(p *Payload) { p.Challenge.Parameters.Cost = 1 },
		"later expiry": func(p *Payload) { p.Challenge.Parameters.ExpiresAt += 3600 },
		"another key": func(p *Payload) {
			p.Solution.DerivedKey = p.Solution.DerivedKey[:62] + map[bool]string{true: "01", false: "00"}[p.Solution.DerivedKey[62:] == "00"]
		},
		"prefix alone":     func(p *Payload) { p.Solution.DerivedKey = p.Challenge.Parameters.KeyPrefix },
		"no signature":     func(p *Payload) { p.Challenge.Signature = "" },
		"another nonce":    func(p *Payload) { p.Challenge.Parameters.Nonce = p.Challenge.Parameters.Salt },
		"not hexadecimal":  func(p *Payload) { p.Solution.DerivedKey = "zz" },
		"counter made up":  func(p *Payload) { p.Solution.Counter++ },
		"foreign key pair": func(p *Payload) { p.Challenge.Parameters.KeySignature = p.Challenge.Signature },
	} {
		bad := p
		change(&bad)
		if _, err := k.Check(bad, day.Add(time.Minute), true); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := k.Check(p, day.Add(Life+time.Second), false); errs.KindOf(err) != errs.Invalid {
		t.Errorf("expired: %v", err)
	}
	if _, err := NewKeys(bytes.Repeat([]byte{8}, 32)).Check(p, day, false); !errs.Is(err, errs.Invalid) {
		t.Errorf("challenge of another installation: %v", err)
	}
}

// TestWorkPaysForOneThing: work for a report pays for no upload, and that for a small upload for no larger one.
func TestWorkPaysForOneThing(t *testing.T) {
	t.Parallel()
	k := NewKeys(bytes.Repeat([]byte{7}, 32))
	solve := func(c Challenge, err error) Payload {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		p, err := Solve(c, 2)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	report, upload := solve(k.Issue(1, day)), solve(k.IssueUpload(1, 1000, day))
	if _, err := k.CheckUpload(upload, 1000, day, true); err != nil {
		t.Errorf("what it was made for: %v", err)
	}
	raised, stripped := upload, upload
	raised.Challenge.Parameters.Data = &Data{2000}
	stripped.Challenge.Parameters.Data = nil
	_, one := k.CheckUpload(upload, 2000, day, false)
	_, two := k.CheckUpload(raised, 2000, day, false)
	_, three := k.CheckUpload(report, 1000, day, false)
	_, four := k.Check(upload, day, false)
	_, five := k.Check(stripped, day, false)
	for i, err := range []error{one, two, three, four, five} {
		if e, ok := errs.Public(err); !ok || e.Key != "work.wrong" {
			t.Errorf("misuse %d: %v", i+1, err)
		}
	}
	if _, err := k.CheckUpload(Payload{}, 1000, day, false); err == nil || !errs.Is(err, errs.Invalid) {
		t.Errorf("no work: %v", err)
	}
}

func TestUploadsCostMoreTheLargerTheyAre(t *testing.T) {
	t.Parallel()
	last := Effort(0)
	for _, size := range []int64{1, 1 << 20, 1<<20 + 1, 32 << 20, 100 << 20, 128<<20 + 1, 1 << 40} {
		e := EffortFor(size, 0)
		if e < last || e < Least || e > Most {
			t.Errorf("%d bytes: effort %d after %d", size, e, last)
		}
		last = e
	}
	if last != topUpload || EffortFor(1, 0.5) != Most {
		t.Errorf("the largest costs %d, a small one under load %d", last, EffortFor(1, 0.5))
	}
}

func TestEffortGrowsAndIsCapped(t *testing.T) {
	t.Parallel()
	last := Effort(0)
	for _, waiting := range []int{0, 10, 100, 500, 1024, 2048, 1 << 20} {
		e := EffortAt(waiting, 2048)
		if e < last || e < Least || e > Most {
			t.Errorf("%d waiting: effort %d after %d", waiting, e, last)
		}
		last = e
	}
	if last != Most {
		t.Errorf("a full queue asks for %d, want %d", last, Most)
	}
}

func BenchmarkCheck(b *testing.B) {
	k := NewKeys(bytes.Repeat([]byte{7}, 32))
	c, err := k.Issue(Least, day)
	if err != nil {
		b.Fatal(err)
	}
	p, err := Solve(c, 2*uint32(Least))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := k.Check(p, day, false); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIssue(b *testing.B) {
	k := NewKeys(bytes.Repeat([]byte{7}, 32))
	for b.Loop() {
		if _, err := k.Issue(Least, day); err != nil {
			b.Fatal(err)
		}
	}
}
