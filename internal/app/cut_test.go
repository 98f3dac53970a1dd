package app_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

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
