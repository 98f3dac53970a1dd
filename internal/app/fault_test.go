package app_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/seal"
)

const phone = "400 555 0139"

// TestCutForm cuts a form with a file at many places. A form cut in its file keeps every answer; one that is cut among
// its answers shows no page that looks whole. Nothing is stored, and no file that came in part.
func TestCutForm(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	b := w.NewBrowser(t)
	d := english("What I saw.")
	f := d.walk(t, b, atFiles).Form("f").Choose("file", apptest.File{Name: "cut.jpg", Type: "image/jpeg", Body: testdata(t, "photo.jpg")})
	want := values(f)
	req := f.Request(f.Action, "add")
	whole, kind := readAll(t, req.Body), req.Header.Get("Content-Type")
	file := bytes.Index(whole, []byte("\xff\xd8"))
	end := file + len(testdata(t, "photo.jpg"))
	var at []int
	for n := 1; n < file; n += 97 {
		at = append(at, n)
	}
	for n := file; n < end; n += 4001 {
		at = append(at, n)
	}
	for n := end; n < len(whole)-4; n += 13 {
		at = append(at, n)
	}
	for _, n := range at {
		p := b.Post(f.Action, kind, whole[:n])
		if p.Status != 422 {
			t.Fatalf("cut at %d of %d: status %d", n, len(whole), p.Status)
		}
		if n < file {
			if len(p.Forms) > 0 {
				t.Fatalf("cut at %d, among the answers: %s", n, p.Text())
			}
			continue
		}
		if diff := cmp.Diff(want, values(p.Form("f"))); diff != "" {
			t.Fatalf("cut at %d (-sent +kept):\n%s", n, diff)
		}
		if n < end && len(p.Received()) > 0 {
			t.Fatalf("cut at %d, and the page says that it has %v", n, p.Received())
		}
		wantFault(t, p, "file", "cut off")
	}
	if n := count(t, w); n.Cases != 0 {
		t.Errorf("stored %+v", n)
	}
}

// TestCutConnection ends the connection in the middle of a file, as a tunnel does.
func TestCutConnection(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	b := w.NewBrowser(t)
	f := english("What I saw.").walk(t, b, atFiles).Form("f").Choose("file", apptest.File{Name: "cut.jpg", Type: "image/jpeg", Body: testdata(t, "photo.jpg")})
	req := f.Request(f.Action, "add")
	whole := readAll(t, req.Body)
	for _, n := range []int{len(whole) / 2, len(whole) - 200} {
		c, err := net.Dial("tcp", strings.TrimPrefix(w.Server.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", f.Action, req.Header.Get("Content-Type"), len(whole))
		c.Write(whole[:n])
		c.(*net.TCPConn).CloseWrite()
		answer, err := io.ReadAll(c)
		if err != nil && len(answer) == 0 {
			t.Fatal(err)
		}
		c.Close()
		if !strings.HasPrefix(string(answer), "HTTP/1.1 422") {
			t.Errorf("answer %.40q", answer)
		}
	}
	if p := f.Press("stay").Want(200); !cmp.Equal(p.Received(), []string{"cut.jpg"}) {
		t.Errorf("received %v", p.Received())
	}
}

// TestMalformedForms: whatever comes instead of a form is the sender's mistake, never ours.
func TestMalformedForms(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	b := w.NewBrowser(t)
	token := b.Get("/en/report/plain").Form("f").Value("token")
	part := func(head, body string) string { return "--x\r\n" + head + "\r\n\r\n" + body + "\r\n--x--\r\n" }
	const multi = `multipart/form-data; boundary=x`
	for name, c := range map[string]struct{ kind, body string }{
		"no type":            {"", "token=" + token},
		"json":               {"application/json", `{"token":"x"}`},
		"text":               {"text/plain", "token=" + token},
		"no boundary":        {"multipart/form-data", part(`Content-Disposition: form-data; name="token"`, token)},
		"long boundary":      {"multipart/form-data; boundary=" + strings.Repeat("b", 200), "x"},
		"empty":              {multi, ""},
		"only the end":       {multi, "--x--\r\n"},
		"no end":             {multi, "--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n" + token},
		"broken head":        {multi, part("Content-Disposition form-data", "x")},
		"many heads":         {multi, part(strings.Repeat("X-A: b\r\n", 20_000)+`Content-Disposition: form-data; name="a"`, "x")},
		"file without token": {multi, part(`Content-Disposition: form-data; name="file"; filename="a.txt"`, "x")},
		"file elsewhere":     {multi, part(`Content-Disposition: form-data; name="q-what"; filename="a.txt"`, "x")},
		"percent":            {"application/x-www-form-urlencoded", "token=%zz"},
		"semicolons":         {"application/x-www-form-urlencoded", "token=a;b=c"},
		"not UTF-8":          {"application/x-www-form-urlencoded", "token=%ff%fe&step=%ff&go=%c0%80"},
		"two steps":          {"application/x-www-form-urlencoded", "step=check&step=files&go=send&go=next"},
		"unknown step":       {"application/x-www-form-urlencoded", "step=nowhere&go=next"},
		"unknown change":     {"application/x-www-form-urlencoded", "step=check&go=change:nowhere"},
		"remove what is not": {"application/x-www-form-urlencoded", "step=files&go=remove:zzz"},
		"nothing":            {"application/x-www-form-urlencoded", ""},
		"send nothing":       {"application/x-www-form-urlencoded", "go=send"},
		"ack of nothing":     {"application/x-www-form-urlencoded", "go=ack&step=receipt"},
		"many values":        {"application/x-www-form-urlencoded", strings.Repeat("q-how=saw&", 401)},
	} {
		for _, path := range []string{"/en/report/plain", "/zh/mailbox/plain"} {
			t.Run(name+path, func(t *testing.T) {
				t.Parallel()
				if p := w.NewBrowser(t).Post(path, c.kind, []byte(c.body)); p.Status >= 500 || p.Status < 200 {
					t.Errorf("status %d: %s", p.Status, p.Text())
				}
			})
		}
	}
	t.Cleanup(func() {
		if strings.Contains(w.Log.String(), "fault") {
			t.Errorf("the log has a fault of ours: %s", w.Log.String())
		}
	})
}

func readAll(t *testing.T, r io.Reader) []byte {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// cutter cuts the connection after the handler has done its work, when it is armed.
type cutter struct{ armed atomic.Bool }

func (c *cutter) wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !c.armed.CompareAndSwap(true, false) {
			h.ServeHTTP(w, r)
			return
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	})
}

// TestAnswerCutAfterCommit: the server has stored what was sent, and the page that says so never arrives. Sending the
// same again shows it and stores nothing twice: a report, an answer, a new code, the end of a mailbox.
func TestAnswerCutAfterCommit(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		var c cutter
		w := start(apptest.Options{Wrap: c.wrap})
		b := w.NewBrowser(t)
		cut := func(f *apptest.Form, button string) {
			t.Helper()
			c.armed.Store(true)
			if p, err := f.TryPress(button); err == nil {
				t.Fatalf("the answer was not cut: status %d", p.Status)
			}
		}
		d := chinese("我看到的。")
		d.files = []apptest.File{note}
		f := d.ready(t, b)
		cut(f, "send")
		stored := count(t, w)
		if stored.Cases != 1 || stored.Leaves != 1 {
			t.Fatalf("stored %+v", stored)
		}
		code := f.Press("send").Want(200).Code()
		if diff := cmp.Diff(stored, count(t, w)); diff != "" {
			t.Errorf("the report was stored twice (-before +after):\n%s", diff)
		}
		box := enter(t, b, "zh", code)
		answer := box.Form("f").Set("answer", "补充一句。").Choose("file", apptest.File{Name: "b.txt", Type: "text/plain", Body: []byte("b")})
		cut(answer, "send")
		stored = count(t, w)
		answer.Press("send").Want(200, "您的回答已加密发出")
		if diff := cmp.Diff(stored, count(t, w)); stored.Docs != 2 || diff != "" {
			t.Errorf("the answer was stored twice (-before +after):\n%s", diff)
		}
		recode := box.Form("g").Press("recode").Want(200).Form("f").Set("kind", "words")
		cut(recode, "yes")
		enter(t, b, "zh", code).Want(422)
		fresh := recode.Press("yes").Want(200).Code()
		if n := count(t, w); n.Docs != 3 {
			t.Errorf("%d documents, want 3", n.Docs)
		}
		box = enter(t, b, "zh", fresh).Want(200)
		closing := box.Form("g").Press("close").Want(200).Form("f")
		cut(closing, "yes")
		enter(t, b, "zh", fresh).Want(422)
		o := reopen(t, w.Session(t, "chen", "unit-1"), firstCase(t, w).Number)
		if o.Mailbox != nil || len(o.Files(cases.FromReporter)) != 2 {
			t.Errorf("mailbox %v, files %v", o.Mailbox, o.Files(cases.FromReporter))
		}
	})
}

func firstCase(t *testing.T, w *apptest.World) (c cases.Case) {
	t.Helper()
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		list, err := tx.CasesAfter(0, 1)
		if err == nil && len(list) == 0 {
			err = errors.New("no case")
		}
		if err == nil {
			c = list[0]
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

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

// TestQueueFull: when more writes wait than the queue holds, a report is held kindly and sent with the next try.
func TestQueueFull(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{Set: map[string]string{"server.queue": "1", "plain.sealing": "2"}})
		f := english("What I saw.").ready(t, w.NewBrowser(t))
		free, running := make(chan struct{}), make(chan struct{})
		done := make(chan error, 2)
		go func() {
			done <- w.Store.Write(t.Context(), func(*store.Tx) error { close(running); <-free; return nil })
		}()
		<-running
		go func() { done <- w.Store.Write(t.Context(), func(*store.Tx) error { return nil }) }()
		for w.Store.Waiting() == 0 {
			time.Sleep(time.Millisecond) // until the queue is full; nothing else shows it
		}
		p := f.Press("send").Want(503, "your report is not sent yet", phone, "What I saw.")
		if p.Header.Get("Retry-After") == "" {
			t.Error("503 without Retry-After")
		}
		close(free)
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
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

// TestHandleRunsOut: after a quarter of an hour the code is asked for again; answer and file are kept.
func TestHandleRunsOut(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	b := w.NewBrowser(t)
	code := english("What I saw.").send(t, b)
	box := enter(t, b, "en", code).Want(200)
	w.Clock.Move(14 * time.Minute)
	box = box.Form("g").Press("open").Want(200) // each page is good for another quarter
	w.Clock.Move(14 * time.Minute)
	box = box.Form("g").Press("open").Want(200)
	for name, text := range map[string]string{"with text": "I remember now.", "file alone": ""} {
		answer := box.Form("f").Set("answer", text).Choose("file", apptest.File{Name: "b.txt", Type: "text/plain", Body: []byte("b")})
		w.Clock.Move(16 * time.Minute)
		p := answer.Press("send").Want(422, "the mailbox was closed", "What you typed is still")
		wantFault(t, p, "code", "")
		p = p.Form("f").Set("code", code[:len(code)-1]).Press("open").Want(422)
		p = p.Form("f").Set("code", code).Press("open").Want(200)
		if got := p.Form("f").Value("answer"); got != text || !cmp.Equal(p.Received(), []string{"b.txt"}) {
			t.Errorf("%s: kept %q and %v", name, got, p.Received())
		}
		box = p.Form("f").Press("send").Want(200, "sealed and sent")
	}
	if n := count(t, w); n.Docs != 3 {
		t.Errorf("%d documents, want 3", n.Docs)
	}
	for _, bad := range []string{"", "x", box.Form("g").Value("handle")[1:], "A" + box.Form("g").Value("handle")[1:]} {
		box.Form("g").Force("handle", bad).Press("open").Want(422)
	}
}

// TestCodesTyped: a code opens however it is typed, and a wrong part is named.
func TestCodesTyped(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	b := w.NewBrowser(t)
	digits, words := chinese("我看到的。").send(t, b), english("What I saw.").send(t, b)
	in := func(zero rune) func(string) string {
		return func(s string) string {
			return strings.Map(func(r rune) rune {
				if r >= '0' && r <= '9' {
					return zero + r - '0'
				}
				return r
			}, s)
		}
	}
	bare := strings.ReplaceAll(digits, " ", "")
	for name, code := range map[string]string{
		"as shown": digits, "bare": bare, "dashes": strings.ReplaceAll(digits, " ", "-"), "lines": strings.ReplaceAll(digits, " ", "\r\n"),
		"full width": in('０')(digits), "Arabic-Indic": in('٠')(digits), "Persian": in('۰')(bare), "Devanagari": in('०')(digits),
		"fives": bare[:5] + " " + bare[5:10] + "." + bare[10:21] + "·" + bare[21:], "ideographic space": strings.ReplaceAll(digits, " ", "\u3000"), "padded": "  " + digits + "\t\n",
		"words": words, "capitals": strings.ToUpper(words), "words on lines": strings.ReplaceAll(words, " ", "\n"), "many spaces": strings.ReplaceAll(words, " ", "   "), "commas": strings.ReplaceAll(words, " ", ", "),
	} {
		if p := enter(t, b, "zh", code); p.Status != 200 {
			t.Errorf("%s %q: status %d, %s", name, code, p.Status, p.Faults()[0].Text)
		}
	}
	groups, ws := strings.Fields(digits), strings.Fields(words)
	for i := range groups {
		bad := strings.Fields(digits)
		bad[i] = bad[i][:3] + string('0'+(bad[i][3]-'0'+1)%10)
		p := enter(t, b, "en", strings.Join(bad, "")).Want(422)
		wantFault(t, p, "code", fmt.Sprintf("Group %d ", i+1))
		if got := p.Form("f").Value("code"); got != strings.Join(bad, "") {
			t.Errorf("what was typed is not there to be corrected: %q", got)
		}
	}
	for i := range ws {
		bad := strings.Fields(words)
		bad[i] += "zz"
		wantFault(t, enter(t, b, "en", strings.Join(bad, " ")).Want(422), "code", fmt.Sprintf("Word %d ", i+1))
	}
	wantFault(t, enter(t, b, "en", bare[:39]).Want(422), "code", "you typed 39")
	wantFault(t, enter(t, b, "en", strings.Join(ws[:9], " ")).Want(422), "code", "you typed 9")
	wantFault(t, enter(t, b, "en", " \n").Want(422), "code", "Type your receipt code")
}

// TestWentBack: who goes back to an earlier page of the mailbox and does something else there is not told that it was
// done before.
func TestWentBack(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		b := w.NewBrowser(t)
		code := english("What I saw.").send(t, b)
		box := enter(t, b, "en", code)
		box.Form("f").Set("answer", "First.").Press("send").Want(200, "sealed and sent")
		box.Form("f").Set("answer", "Second, after going back.").Press("send").Want(200, "sealed and sent")
		box.Form("f").Set("answer", "Second, after going back.").Choose("file", note).Press("send").Want(200, "sealed and sent")
		box.Form("f").Set("answer", "First.").Choose("file").Press("send").Want(200, "sealed and sent") // once more: nothing
		o := reopen(t, w.Session(t, "chen", "unit-1"), numberOf(t, box))
		var said []string
		for _, it := range o.Items[cases.FromReporter][1:] {
			var m seal.Message
			if err := seal.DecodeBody(it.Signed.Document, &m); err != nil {
				t.Fatal(err)
			}
			said = append(said, fmt.Sprint(m.Text, len(m.Files)))
		}
		if diff := cmp.Diff([]string{"First.0", "Second, after going back.0", "Second, after going back.1"}, said); diff != "" {
			t.Errorf("what the unit reads (-said +read):\n%s", diff)
		}
		fresh := box.Form("g").Press("recode").Want(200).Form("f").Set("kind", "words").Press("yes").Want(200).Code()
		enter(t, b, "en", fresh).Want(200)
		enter(t, b, "en", code).Want(422)
	})
}
