package reporter_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/reporter"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// TestJourney sends a report with a file, is answered, answers, keeps the proofs, erases a letter and closes the mailbox.
func TestJourney(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		c, trusted := p.client(), p.trust(p.memory())
		photo := bytes.Repeat([]byte("a photo that is larger than one piece "), 60_000)
		file := p.upload(c, photo)
		s, err := trusted.Seal(report("有人按页付钱，请我拍摄标有密级的文件。"), p.today(), true, []seal.File{file})
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Send(ctx, s, p.never)
		if err != nil {
			t.Fatal(err)
		}
		if got.Day != p.today() || len(got.Promises) == 0 || !strings.HasPrefix(string(got.Acknowledgement), "clarion/acknowledgement/v1\n") {
			t.Fatalf("receipt %+v", got)
		}
		mem := p.memory()
		m, err := c.Mailbox(p.trust(mem), strings.ToUpper(s.Code))
		if err != nil {
			t.Fatal(err)
		}
		heads := m.Remembered(mem)
		number := p.list(m, heads).Number
		chen := p.Session(t, "chen", "unit-1")
		o, err := chen.Open(ctx, number)
		if err != nil || len(o.Doubts) > 0 || o.Case.Sealed != cases.SealedTerminal || len(o.Files(cases.FromReporter)) != 1 {
			t.Fatalf("the unit opens it with doubts %v: %v", o, err)
		}
		p.letter(chen, number, "还记得是哪一天吗？")
		p.letter(chen, number, "第二封信。")
		l := p.list(m, heads)
		if len(l.Doubts) > 0 || len(l.Letters) != 2 || !strings.Contains(l.Letters[0].Text, "还记得是哪一天吗？") || heads.Unit.Seq != 2 {
			t.Fatalf("listing %+v, heads %+v", l, heads)
		}
		if err := m.Answer(ctx, l, "三月九日下午。", []seal.File{p.upload(c, []byte("second file"))}); err != nil {
			t.Fatal(err)
		}
		if o, err = chen.Open(ctx, number); err != nil || len(o.Doubts) > 0 || len(o.Items[cases.FromReporter]) != 2 {
			t.Fatalf("the unit sees doubts %v: %v", o.Doubts, err)
		}
		p.proofs(m)
		p.erases(m, heads)
		m = p.recodes(m, chen, number)
		if err := m.Close(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := m.List(ctx, nil); !errs.Is(err, errs.NotFound) {
			t.Errorf("a closed mailbox: %v", err)
		}
	})
}

// upload seals a file and sends it up.
func (p *place) upload(c *reporter.Client, body []byte) seal.File {
	p.t.Helper()
	var sealed bytes.Buffer
	f, err := seal.SealFile(&sealed, bytes.NewReader(body), 1<<30)
	if err != nil {
		p.t.Fatal(err)
	}
	f.Name, f.Type = "照片.jpg", "image/jpeg"
	if err := c.Upload(p.t.Context(), bytes.NewReader(sealed.Bytes()), &f, p.never); err != nil {
		p.t.Fatal(err)
	}
	return f
}

func (p *place) letter(s *terminal.Session, number, text string) {
	p.t.Helper()
	if _, err := s.Reply(p.t.Context(), number, terminal.Letter{Text: text}); err != nil {
		p.t.Fatal(err)
	}
}

// proofs keeps what can be shown to others, once the ledger is signed.
func (p *place) proofs(m *reporter.Mailbox) {
	p.t.Helper()
	p.sign()
	l := p.list(m, nil)
	_, a, err := m.Acknowledgement(p.t.Context(), l)
	if err != nil {
		p.t.Fatal(err)
	}
	events, err := m.Proofs(p.t.Context(), l, a)
	if err != nil {
		p.t.Fatal(err)
	}
	if !slices.ContainsFunc(events, func(e reporter.Event) bool { return e.Kind == proof.EventReceived }) || len(events) < 3 {
		p.t.Errorf("events %v", events)
	}
}

func (p *place) erases(m *reporter.Mailbox, heads *reporter.Heads) {
	p.t.Helper()
	l := p.list(m, heads)
	if err := m.Erase(p.t.Context(), l, l.Letters[0].Item); err != nil {
		p.t.Fatal(err)
	}
	l = p.list(m, heads)
	if len(l.Doubts) > 0 || !l.Letters[0].Erased || l.Letters[0].Text != "" || l.Letters[1].Erased {
		p.t.Errorf("after erasing: %+v", l)
	}
}

// recodes changes the code: the old one opens nothing, the new one everything, and the unit's next letter as well.
func (p *place) recodes(m *reporter.Mailbox, chen *terminal.Session, number string) *reporter.Mailbox {
	p.t.Helper()
	code, next, err := m.Recode(p.t.Context(), p.list(m, nil), false)
	if err != nil || len(strings.Fields(code)) != 10 {
		p.t.Fatalf("recode: %q, %v", code, err)
	}
	if _, err := m.List(p.t.Context(), nil); !errs.Is(err, errs.NotFound) {
		p.t.Errorf("the old code: %v", err)
	}
	p.letter(chen, number, "到新查询码的信。")
	l := p.list(next, nil)
	if len(l.Doubts) > 0 || len(l.Letters) != 3 || !l.Letters[0].Erased || !strings.Contains(l.Letters[1].Text, "第二封信。") || !strings.Contains(l.Letters[2].Text, "到新查询码的信。") {
		p.t.Errorf("with the new code: %+v", l)
	}
	if err := next.Answer(p.t.Context(), l, "收到。", nil); err != nil {
		p.t.Errorf("answering with the new code: %v", err)
	}
	if o, err := chen.Open(p.t.Context(), number); err != nil || len(o.Doubts) > 0 {
		p.t.Errorf("the unit sees doubts %v: %v", o, err)
	}
	return next
}

// TestNothingTellsOnTheSender: no request names a program, a language or anything else of this machine.
func TestNothingTellsOnTheSender(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	p.open(p.sent("x"))
	p.mu.Lock()
	defer p.mu.Unlock()
	allowed := []string{"Content-Type", "Content-Length", "Origin", "Clarion-Auth", "Clarion-Challenge", "Clarion-Signature", "Tus-Resumable", "Upload-Length", "Upload-Offset", "Clarion-Work"}
	if len(p.seen) < 5 {
		t.Fatalf("%d requests", len(p.seen))
	}
	for _, r := range p.seen {
		for name := range r.Header {
			if !slices.Contains(allowed, name) {
				t.Errorf("%s %s sends %s: %q", r.Method, r.URL.Path, name, r.Header[name])
			}
		}
		if r.URL.Path == "/zh/api/report" && r.ContentLength != 64<<10 { // an identity for three custodians would fit
			t.Errorf("a short report goes out with %d bytes", r.ContentLength)
		}
	}
}

// TestTheSameReportAgain: a line that breaks after the report was stored makes no second one.
func TestTheSameReportAgain(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	s := p.sealed("x")
	cut := 0
	p.bend("/api/report", func(b []byte) []byte {
		if cut++; cut == 1 {
			return []byte("<html>a proxy of a hotel")
		}
		return b
	})
	waited := 0
	got, err := p.client().Send(t.Context(), s, func(context.Context) error { waited++; return nil })
	if err != nil || waited != 1 {
		t.Fatalf("waited %d times: %v", waited, err)
	}
	m := p.open(s.Code)
	if l := p.list(m, nil); len(l.Own) != 1 || len(l.Doubts) > 0 || got.Day == "" {
		t.Errorf("listing %+v", l)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ url, proxy, key string }{
		{"https://tips.example", "", ""},
		{"https://tips.example/", "socks5h://127.0.0.1:9050", ""},
		{"http://127.0.0.1:8080", "", ""},
		{"http://localhost:8080", "", ""},
		{"http://abc.onion", "socks5h://127.0.0.1:9050", ""},
		{"http://abc.onion", "", "reporter.onion_proxy"},
		{"http://tips.example", "", "reporter.not_https"},
		{"http://tips.example", "socks5h://127.0.0.1:9050", "reporter.not_https"},
		{"tips.example", "", "reporter.bad_url"},
		{"https://tips.example/zh/", "", "reporter.bad_url"},
		{"https://me:secret@tips.example", "", "reporter.bad_url"},
		{"ftp://tips.example", "", "reporter.bad_url"},
		{"https://tips.example", "9050", "reporter.bad_proxy"},
		{"https://tips.example", "socks4://127.0.0.1:9050", "reporter.bad_proxy"},
	} {
		_, err := reporter.New(reporter.Options{URL: c.url, Proxy: c.proxy, Lang: "en"})
		if got := keyOf(err); got != c.key {
			t.Errorf("%s by %s: %q, want %q", c.url, c.proxy, got, c.key)
		}
	}
}

func keyOf(err error) string {
	if e, ok := errs.Public(err); ok {
		return e.Key
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// TestRedirectsAreNotFollowed: another host never sees a request.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	c, err := reporter.New(reporter.Options{URL: redirecting(t, p.door.URL), Lang: "en", Now: p.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Trust(t.Context(), p.memory()); keyOf(err) != "reporter.status" {
		t.Errorf("a redirect: %v", err)
	}
	if len(p.seen) > 0 {
		t.Error("the redirect was followed")
	}
}

// TestAStoppedRequestIsNoFaultOfTheServer tells leaving from a broken line.
func TestAStoppedRequestIsNoFaultOfTheServer(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := p.client().Trust(ctx, p.memory()); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	p.door.Close()
	if _, err := p.client().Trust(t.Context(), p.memory()); keyOf(err) != "reporter.unreachable" {
		t.Errorf("nobody there: %v", err)
	}

}
