package app_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/blob"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// TestCaseDoors: every route of a case asks for the door, the session, its token, the unit and the case, in this order, and
// reads nothing of a stranger.
func TestCaseDoors(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	h := deskOf(t, w)
	number, _ := sendSample(t, w)
	chen, lin := atDesk(t, w, h, "chen"), atDesk(t, w, h, "lin")
	w.Dismiss(t, "chen", "unit-2")
	admin, adminToken := w.SignsIn(t, h, deskOrigin, staff.Administrator)
	gu := &colleague{t: t, h: h, cookie: admin, token: adminToken}
	for _, r := range []struct {
		method, path, body string
		json               bool
		limit              int
	}{
		{"GET", "", "", false, 0},
		{"POST", "/act", `{"act":"triage"}`, true, 5 << 20},
		{"POST", "/write", `{"doc":{}}`, true, 5 << 20},
		{"POST", "/letter", `{"template":"first","code":""}`, true, 20_000},
		{"POST", "/reseal", `{"recipient":"","copies":[]}`, true, 17 << 20},
		{"POST", "/upload", "x", false, 0},
		{"GET", "/file/" + id.NewBlob().String(), "", false, 0},
	} {
		at := "work/unit-1/case/" + number + r.path
		bare := func(path string, change func(*http.Request)) (int, string) {
			resp := deskRequest(t, h, r.method, deskAPI+path, r.body, change)
			return resp.StatusCode, refusal(t, resp)
		}
		want := func(name string, status int, key string, gotStatus int, gotKey string) {
			t.Helper()
			if gotStatus != status || gotKey != key {
				t.Errorf("%s %s, %s: %d %s, want %d %s", r.method, r.path, name, gotStatus, gotKey, status, key)
			}
		}
		with := func(c *colleague, method, path, body string) (int, string) {
			resp := c.do(method, path, body)
			return resp.StatusCode, refusal(t, resp)
		}
		s, k := bare(at, nil)
		want("nobody", 401, "staff.signed_out", s, k)
		s, k = with(gu, r.method, at, r.body)
		want("an administrator", 403, "casework.role", s, k)
		s, k = with(chen.colleague, r.method, strings.Replace(at, "unit-1", "unit-2", 1), r.body)
		want("a unit that is not theirs", 404, "casework.no_unit", s, k)
		s, k = with(chen.colleague, r.method, strings.Replace(at, "unit-1", "nowhere", 1), r.body)
		want("no unit", 404, "casework.no_unit", s, k)
		if r.path != "/write" { // a bad document is refused before its case
			s, k = with(lin.colleague, r.method, strings.Replace(at, "unit-1", "unit-2", 1), r.body)
			want("another unit's case", 404, "casework.no_case", s, k)
			s, k = with(lin.colleague, r.method, at, r.body)
			want("a handler without the case", 403, "casework.not_assigned", s, k)
		}
		s, _ = with(chen.colleague, r.method, "work/unit-1/case/x"+r.path, r.body)
		if s != 422 {
			t.Errorf("%s %s, no number: %d", r.method, r.path, s)
		}
		if resp := deskRequest(t, h, r.method, "http://inspect.localhost:8081/en/api/"+at, r.body, func(req *http.Request) { req.AddCookie(chen.cookie) }); resp.StatusCode != 404 && resp.StatusCode != 405 {
			t.Errorf("%s %s at the inspector's door: %d", r.method, r.path, resp.StatusCode)
		}
		if r.method == "GET" {
			continue
		}
		s, k = bare(at, func(req *http.Request) { req.AddCookie(chen.cookie) })
		want("without the token", 403, "web.cross_origin", s, k)
		s, _ = bare(at, func(req *http.Request) {
			req.AddCookie(chen.cookie)
			req.Header.Set("Clarion-Token", chen.token)
			req.Header.Set("Sec-Fetch-Site", "cross-site")
		})
		if s != 403 {
			t.Errorf("%s %s from another site: %d", r.method, r.path, s)
		}
		if !r.json {
			continue
		}
		for name, body := range map[string]string{"an unknown field": strings.Replace(r.body, "{", `{"admin":true,`, 1), "two values": r.body + r.body, "no JSON": "act=triage"} {
			if s, k := with(chen.colleague, r.method, at, body); s != 422 || k != "web.bad_form" {
				t.Errorf("%s with %s: %d %s", r.path, name, s, k)
			}
		}
		if s, k := with(chen.colleague, r.method, at, `{"x":"`+strings.Repeat("a", r.limit)+`"}`); s != 413 {
			t.Errorf("%s with too much: %d %s", r.path, s, k)
		}
	}
	chen.post("sign-out", `{"everywhere":true}`, 200, nil)
	chen.get("work/unit-1/case/"+number, 401, nil)
}

// refusal is the key of an answer that refuses.
func refusal(t *testing.T, resp *http.Response) string {
	t.Helper()
	var out struct{ Error struct{ Key string } }
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
			t.Fatal(err)
		}
	}
	return out.Error.Key
}

// TestStaffUploads: a file that no document names is nobody's, is erased after a day, and cannot be named in another case; what
// is no sealed file, and what is too large, is refused and leaves nothing.
func TestStaffUploads(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(time.Date(2026, 3, 23, 4, 0, 0, 0, time.UTC))})
	h := deskOf(t, w)
	number, _ := sendSample(t, w)
	other, _ := sendSample(t, w)
	chen := atDesk(t, w, h, "chen")
	at := "work/unit-1/case/" + number
	upload := func(path, body string) (int, string) {
		resp := chen.do("POST", path+"/upload", body)
		return resp.StatusCode, refusal(t, resp)
	}
	f, sealed := chen.upload(number, []byte("a"))
	for name, body := range map[string]string{"nothing": "", "plain text": strings.Repeat("x", len(sealed)), "a cut file": string(sealed[:len(sealed)-1]), "a header alone": string(sealed[:2000])} {
		if s, k := upload(at, body); s != 422 || k != "casework.not_sealed" {
			t.Errorf("%s: %d %s", name, s, k)
		}
	}
	large := append(bytes.Clone(sealed), make([]byte, w.Casework.MaxFile())...)
	if s, k := upload(at, string(large)); s != http.StatusRequestEntityTooLarge && s != http.StatusTooManyRequests || k != "casework.file_too_large" {
		t.Errorf("too large: %d %s", s, k)
	}
	if n := blobsOf(t, w); n != 1 {
		t.Errorf("%d files are kept, want 1", n)
	}
	c := chen.open(other)
	if key := chen.send("work/unit-1/case/"+other+"/write", map[string]any{"doc": chen.seal(c, &seal.Note{Text: "x"}, f.Blob)}, 404); key != "casework.no_upload" {
		t.Errorf("named in another case: %s", key)
	}
	chen.get(at+"/file/"+f.Blob, 404, nil) // not before a document names it
	for range 19 {
		chen.upload(number, []byte("b"))
	}
	if s, k := upload(at, string(sealed)); k != "casework.files_wait" {
		t.Errorf("one more than may wait: %d %s", s, k)
	}
	w.Clock.Move(26 * time.Hour)
	late := atDesk(t, w, h, "chen")
	c = late.open(number)
	if key := late.send(at+"/write", map[string]any{"doc": late.seal(c, &seal.Note{Text: "x"}, f.Blob)}, 404); key != "casework.no_upload" {
		t.Errorf("named after a day: %s", key)
	}
	if err := w.Intake.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := blobsOf(t, w); n != 0 {
		t.Errorf("%d files are left after a day", n)
	}
	// What a form of the public door keeps is no file of the desk.
	foreign := id.NewBlob()
	err := w.Store.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.AddPendingFile([32]byte{1}, store.PendingFile{Blob: foreign, Manifest: []byte("{}"), Size: 1, Expires: w.Clock.Now().Add(time.Hour)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c = late.open(number)
	if key := late.send(at+"/write", map[string]any{"doc": late.seal(c, &seal.Note{Text: "x"}, foreign.String())}, 404); key != "casework.no_upload" {
		t.Errorf("a file of a form: %s", key)
	}
}

func blobsOf(t *testing.T, w *apptest.World) (n int) {
	t.Helper()
	if err := w.Blobs.Each(t.Context(), func(blob.Entry) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}
