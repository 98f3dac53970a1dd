package app_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

const phone = "400 555 0139"

// gone goes through everything that a person may be in the middle of when the database goes away. Each page says so,
// shows the telephone and keeps what was written; after mend each goes on from there.
func gone(t *testing.T, w *apptest.World, lose func(), mend func()) {
	b := w.NewBrowser(t)
	d := english("What I saw.")
	d.files = []apptest.File{note}
	category, questions := d.walk(t, b, atCategory).Form("f"), d.walk(t, b, atQuestions).Form("f")
	files, send := d.walk(t, b, atFiles).Form("f"), d.ready(t, b)
	questions.Set("q-danger", "no").Set("q-what", "What I saw.")
	code := d.send(t, b)
	box := enter(t, b, "en", code)
	answer := box.Form("f").Set("answer", "One more thing.")
	b.Get("/en/").Want(200)
	lose()
	w.Clock.Move(6 * time.Second) // what the program remembers of the doors is over
	b.Get("/en/").Want(200, phone)
	b.Get("/en/contact").Want(200, phone)
	b.Get("/en/report/plain").Want(503, phone)
	type held struct {
		name string
		page *apptest.Page
		want string
	}
	var all []held
	for _, c := range []struct {
		name  string
		form  *apptest.Form
		press string
		want  string
	}{
		{"category", category.Set("category", "protected-documents"), "next", ""},
		{"files", files.Choose("file", note), "add", "What I saw."},
		{"send", send, "send", "What I saw."},
		{"answer", answer, "send", "One more thing."},
		{"open", b.Get("/en/mailbox/plain").Want(200).Form("f").Set("code", code), "open", ""},
		{"recode", box.Form("g"), "recode", ""},
	} {
		p := c.form.Press(c.press).Want(503, phone, c.want)
		if p.Header.Get("Retry-After") == "" {
			t.Errorf("%s: 503 without Retry-After", c.name)
		}
		for name, sent := range values(c.form) {
			if got := values(p.Form("f"))[name]; !slices.Contains([]string{"honest", "step"}, name) && !cmp.Equal(got, sent) {
				t.Errorf("%s: the page that says so has lost %s: %.40q", c.name, name, got)
			}
		}
		if p.Form("f").Press(p.Main()).Status != 503 {
			t.Errorf("%s: trying again while it is still gone", c.name)
		}
		all = append(all, held{c.name, p, c.want})
	}
	if p := questions.Press("next"); p.Status != 200 && p.Status != 503 {
		t.Errorf("questions: %d", p.Status)
	}
	if mend == nil {
		return
	}
	mend()
	for _, h := range all {
		p := h.page.Form("f").Press(h.page.Main()).Want(200)
		switch h.name {
		case "send":
			p.Code()
		case "files":
			if p.Form("f").Value("q-what") != "What I saw." {
				t.Error("files: the answers are lost")
			}
		case "answer":
			p.Want(200, "sealed and sent")
		}
	}
	b.Get("/en/report/plain").Want(200)
	if n := count(t, w); n.Cases != 2 || n.Docs != 3 {
		t.Errorf("stored %+v", n)
	}
}

// TestDatabaseGone stops PostgreSQL under a running installation, and starts it again.
func TestDatabaseGone(t *testing.T) {
	t.Parallel()
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		c := storetest.NewCluster(t)
		w := one(t, apptest.Options{DSN: c.Database(t)})
		gone(t, w, func() { c.Stop(t) }, func() { c.Start(t) })
		if ready := w.NotReady(t.Context()); len(ready) > 0 {
			t.Errorf("not ready afterwards: %v", ready)
		}
	})
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		w := one(t, apptest.Options{Damaged: true})
		gone(t, w, func() {
			if err := w.Store.Close(); err != nil {
				t.Fatal(err)
			}
		}, nil)
		if ready := w.NotReady(t.Context()); ready["database"] == "" {
			t.Error("the installation says that it is ready")
		}
	})
}

// fillQueue lets the one write that has room (server.queue 1) wait behind another until free is called.
func fillQueue(t *testing.T, w *apptest.World) (free func()) {
	t.Helper()
	end, running := make(chan struct{}), make(chan struct{})
	done := make(chan error, 2)
	go func() {
		done <- w.Store.Write(t.Context(), func(*store.Tx) error { close(running); <-end; return nil })
	}()
	<-running
	go func() { done <- w.Store.Write(t.Context(), func(*store.Tx) error { return nil }) }()
	for w.Store.Waiting() == 0 {
		time.Sleep(time.Millisecond) // until the queue is full; nothing else shows it
	}
	return func() {
		t.Helper()
		close(end)
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	}
}

// TestQueueFull: when more writes wait than the queue holds, a report is held kindly and sent with the next try.
func TestQueueFull(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{Set: map[string]string{"server.queue": "1", "plain.sealing": "2"}})
		f := english("What I saw.").ready(t, w.NewBrowser(t))
		free := fillQueue(t, w)
		p := f.Press("send").Want(503, "your report is not sent yet", phone, "What I saw.")
		if p.Header.Get("Retry-After") == "" {
			t.Error("503 without Retry-After")
		}
		free()
		p.Form("f").Press("send").Want(200).Code()
		if n := count(t, w); n.Cases != 1 {
			t.Errorf("stored %+v", n)
		}
	})
}

// TestDiskFull: without room for files the page says so, and the text goes on.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{Set: map[string]string{"files.reserve": "1000TiB"}})
	for _, d := range []draft{chinese("我看到的。"), english("What I saw.")} {
		b := w.NewBrowser(t)
		p := d.walk(t, b, atFiles).Form("f").Choose("file", note).Press("add").Want(422)
		wantFault(t, p, "file", "")
		if len(p.Received()) > 0 {
			t.Errorf("received %v", p.Received())
		}
		code := p.Form("f").Press("next").Want(200).Form("f").Set("kind", d.kind).Press("next").Want(200, d.what).Form("f").Set("honest", "yes").Press("send").Want(200).Code()
		p = enter(t, b, d.lang, code).Want(200).Form("f").Set("answer", d.what).Choose("file", note).Press("send").Want(422, d.what)
		wantFault(t, p, "file", "")
		p.Form("f").Press("send").Want(200)
	}
	if free := w.NotReady(t.Context()); free["disk"] == "" {
		t.Error("the operator is not told")
	}
}

// TestClockJumps puts the clock forward and back while people write.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{Set: map[string]string{"plain.min-age": "5s"}})
		b := w.NewBrowser(t)
		d := english("What I saw.")
		d.files = []apptest.File{note}
		w.Clock.Move(72 * time.Hour)
		p := d.walk(t, b, atReply)
		w.Clock.Move(30 * time.Hour)
		p = p.Form("f").Set("kind", "digits").Press("next").Want(200, note.Name)
		w.Clock.Move(-30 * time.Hour)
		code := p.Form("f").Set("honest", "yes").Press("send").Want(200).Code()
		enter(t, b, "en", code).Want(200)
		w.Clock.Move(-25 * time.Hour)
		box := enter(t, b, "en", code).Want(200)
		p = box.Form("f").Set("answer", "I remember now.").Press("send").Want(422)
		if p.Form("f").Value("answer") != "I remember now." {
			t.Error("the answer is lost")
		}
		wantFault(t, p, "answer", "")
		w.Clock.Move(25*time.Hour + time.Minute)
		p = enterWith(t, p, code)
		p.Form("f").Press("send").Want(200, "sealed and sent")
	})
}

// enterWith types the code on a page that may ask for it again, with what was being written.
func enterWith(t *testing.T, p *apptest.Page, code string) *apptest.Page {
	t.Helper()
	q := p.Form("f").Press("stay")
	if q.Status == 422 {
		q = q.Form("f").Set("code", code).Press("open")
	}
	return q.Want(200)
}
