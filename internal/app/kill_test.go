package app_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// killed is what clients of a server that is killed again and again have seen.
type killed struct {
	mu       sync.Mutex
	forms    int             // forms whose sending was begun
	doubtful []*apptest.Form // sent, and no answer came
	lost     int             // answers that did not come, in all
	fresh    []seen          // since the last check
	all      []seen
}

type seen struct {
	code string
	ack  string // "" if it did not arrive
}

// TestKill ends a server under load with kill -9 at random instants. Every report that a client saw acknowledged is
// there afterwards with its acknowledgement; one that was sent without an answer is there once or not at all; and no
// half report is left.
func TestKill(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fresh        func(testing.TB) string
		kills, short int
	}{"sqlite": {storetest.SQLite, 16, 8}, "postgres": {storetest.Postgres, 5, 3}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kills := c.kills
			if testing.Short() {
				kills = c.short
			}
			kill(t, apptest.Child{Data: filepath.Join(t.TempDir(), "data"), DSN: c.fresh(t), Set: map[string]string{"log.level": "error"}}, kills)
		})
	}
}

func kill(t *testing.T, child apptest.Child, kills int) {
	var k killed
	var verifier *proof.KeySet
	for n := range kills + 1 {
		p := apptest.Spawn(t, child)
		b := p.NewBrowser(t, "")
		if verifier == nil {
			verifier = firstKeys(t, b, child)
		}
		k.resend(t, p)
		k.check(t, p, verifier)
		if n == kills {
			p.Kill()
			break
		}
		k.load(t, p, 1+random(12), time.Duration(random(60))*time.Millisecond)
	}
	t.Logf("%d kills, %d forms sent, %d answers lost, %d acknowledged in the end", kills, k.forms, k.lost, len(k.all))
	if len(k.all) != k.forms || len(k.all) < kills {
		t.Errorf("%d reports have a code, of %d that were sent", len(k.all), k.forms)
	}
	whole(t, child, len(k.all))
}

// random is a number below n.
func random(n int) int {
	var b [2]byte
	rand.Read(b[:])
	return (int(b[0])<<8 | int(b[1])) % n
}

// firstKeys waits for the first checkpoint, which /keys.json needs, and trusts the root that the directory has.
func firstKeys(t *testing.T, b *apptest.Browser, child apptest.Child) *proof.KeySet {
	t.Helper()
	a := openApp(t, child)
	defer a.Close()
	if err := a.LoadKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	set, err := a.Keys.Set()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func openApp(t *testing.T, child apptest.Child) *app.App {
	t.Helper()
	cfg, err := config.Load(config.Source{Flags: map[string]string{"data": child.Data, "database": child.DSN, "files.reserve": "16MiB", "public.hosts": "127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(context.WithoutCancel(t.Context()), app.Options{Config: cfg, Log: slog.New(slog.DiscardHandler), Now: time.Now, Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// load lets four people send reports until the server is killed in their midst: at some moment after so many forms
// were begun, whatever the speed of the machine.
func (k *killed) load(t *testing.T, p *apptest.Process, forms int, after time.Duration) {
	t.Helper()
	var wg sync.WaitGroup
	last := k.forms + forms
	begin := func() {
		if k.forms++; k.forms == last {
			time.AfterFunc(after, p.Kill)
		}
	}
	d := english("What I saw, and when.")
	p.NewBrowser(t, "").Get("/en/report/plain").Want(200) // the doors are open now
	for i := range 4 {
		b := p.NewBrowser(t, "")
		wg.Go(func() {
			for n := 0; ; n++ {
				f, ok := prepared(b, d, (i+n)%4 == 0)
				if !ok {
					return
				}
				k.note(begin)
				page, err := f.TryPress("send")
				if err != nil {
					k.note(func() { k.doubtful = append(k.doubtful, f) })
					return
				}
				s := seen{code: page.Want(200).Code()}
				if ack, err := page.Form("g").TryPress("ack"); err == nil && ack.Status == 200 {
					s.ack = ack.Body
				}
				k.note(func() { k.fresh = append(k.fresh, s) })
			}
		})
	}
	wg.Wait()
	p.Kill()
}

func (k *killed) note(fn func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	fn()
}

// prepared is a form with every answer, and with a file if asked; not ok when the server was killed meanwhile.
func prepared(b *apptest.Browser, d draft, file bool) (*apptest.Form, bool) {
	p, err := b.TryGet("/en/report/plain")
	if err != nil {
		return nil, false
	}
	f := p.Want(200).Form("f")
	for name, v := range map[string]string{
		"step": atFiles, "screen": "conduct", "category": "protected-documents", "q-danger": "no", "q-what": d.what, "q-region": d.region,
		"a-means": "pay", "a-wanted": "marked", "reply": "en", "kind": "digits",
	} {
		f.Force(name, v)
	}
	if file {
		q, err := f.Choose("file", note).TryPress("add")
		if err != nil {
			return nil, false
		}
		f = q.Want(200, note.Name).Form("f")
	}
	return f.Force("step", atCheck).Force("honest", "yes").Choose("file"), true
}

// resend sends every form again whose answer was lost: its person does just that.
func (k *killed) resend(t *testing.T, p *apptest.Process) {
	t.Helper()
	for _, f := range k.doubtful {
		page := f.Through(p.NewBrowser(t, "")).Press("send").Want(200)
		k.fresh = append(k.fresh, seen{code: page.Code()})
		k.lost++
	}
	k.doubtful = nil
}

// check opens the mailbox of every code that was seen since the last check and verifies its acknowledgement.
func (k *killed) check(t *testing.T, p *apptest.Process, set *proof.KeySet) {
	t.Helper()
	var wg sync.WaitGroup
	next := make(chan seen)
	for range 3 {
		b := p.NewBrowser(t, "")
		wg.Go(func() {
			for s := range next {
				box, err := b.TryPost("/en/mailbox/plain", "application/x-www-form-urlencoded", fmt.Appendf(nil, "code=%s&go=ack", bytes.ReplaceAll([]byte(s.code), []byte(" "), nil)))
				switch {
				case err != nil:
					t.Error(err)
				case box.Status != 200:
					t.Errorf("an acknowledged report is gone: %d", box.Status)
				case s.ack != "" && s.ack != box.Body:
					t.Errorf("the acknowledgement changed from\n%s\nto\n%s", s.ack, box.Body)
				default:
					if _, err := proof.ParseAcknowledgement([]byte(box.Body), set.AckVerifier()); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	for _, s := range k.fresh {
		next <- s
	}
	close(next)
	wg.Wait()
	k.all, k.fresh = append(k.all, k.fresh...), nil
}

// whole opens everything that is left after the last kill.
func whole(t *testing.T, child apptest.Child, want int) {
	t.Helper()
	a := openApp(t, child)
	defer a.Close()
	storetest.Check(t, a.Store)
	key := func(name string) *seal.KeyFile { return readKey(t, filepath.Join(child.Data, "keys", name+".key")) }
	chen, err := terminal.Start(t.Context(), a.World(), terminal.Keys{Unit: key("unit-1"), Member: key("chen")})
	if err != nil {
		t.Fatal(err)
	}
	var list []cases.Case
	if err := a.Store.Read(t.Context(), func(tx *store.Tx) (err error) {
		list, err = tx.CasesAfter(0, 100_000)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(list) != want {
		t.Errorf("%d cases, %d were acknowledged", len(list), want)
	}
	files := 0
	for _, c := range list {
		o, err := chen.Open(t.Context(), c.Number)
		if err != nil || len(o.Doubts) > 0 || o.Mailbox == nil || o.Report.What == "" {
			t.Fatalf("half a report: %v, %+v", err, o)
		}
		for _, f := range o.Report.Files {
			bid, err := id.ParseBlob(f.Blob)
			if err != nil {
				t.Fatal(err)
			}
			_, r, err := a.Casework.Blob(t.Context(), chen.Who, c.Number, bid)
			if err != nil {
				t.Fatal(err)
			}
			if err := seal.OpenFile(io.Discard, r, f); err != nil {
				t.Error(err)
			}
			r.Close()
			files++
		}
	}
	if files == 0 && want > 20 {
		t.Error("no report with a file came through")
	}
}
