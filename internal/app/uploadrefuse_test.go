package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"strconv"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/work"
	"clarion.example/clarion/seal"
)

// TestUploadRefuses goes through everything that a request can say wrongly. Each answer speaks tus, and errors are
// JSON with a sentence.
func TestUploadRefuses(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	up := apptest.NewUploads(t, w.Server.URL)
	sealed, _ := apptest.Seal(t, noise(100))
	size := strconv.Itoa(len(sealed))
	path := up.Create(int64(len(sealed)))
	up.Patch(path, 0, sealed[:1000])
	create := map[string]string{"Upload-Length": size, "Clarion-Work": "e30"}
	patch := map[string]string{"Upload-Offset": "1000", "Content-Type": "application/offset+octet-stream"}
	with := func(h map[string]string, name, value string) map[string]string {
		h = maps.Clone(h)
		h[name] = value
		return h
	}
	nobody := "/zh/api/upload/" + id.NewBlob().String()
	for name, c := range map[string]struct {
		method, path string
		header       map[string]string
		body         []byte
		status       int
		key          string
	}{
		"another version":         {"POST", "/zh/api/upload", with(create, "Tus-Resumable", "0.2.2"), nil, 412, "site.tus_version"},
		"a version of nothing":    {"PATCH", path, with(patch, "Tus-Resumable", ""), []byte("x"), 412, "site.tus_version"},
		"a name in clear":         {"POST", "/zh/api/upload", with(create, "Upload-Metadata", "filename c2VjcmV0"), nil, 400, "site.tus_extension"},
		"an empty name":           {"POST", "/zh/api/upload", with(create, "Upload-Metadata", ""), nil, 400, "site.tus_extension"},
		"length later":            {"POST", "/zh/api/upload", with(create, "Upload-Defer-Length", "1"), nil, 400, "site.tus_extension"},
		"a part of another":       {"POST", "/zh/api/upload", with(create, "Upload-Concat", "partial"), nil, 400, "site.tus_extension"},
		"no length":               {"POST", "/zh/api/upload", with(create, "Upload-Length", ""), nil, 400, "site.tus_header"},
		"a negative length":       {"POST", "/zh/api/upload", with(create, "Upload-Length", "-1"), nil, 400, "site.tus_header"},
		"a length with a sign":    {"POST", "/zh/api/upload", with(create, "Upload-Length", "+67195"), nil, 400, "site.tus_header"},
		"a length beyond numbers": {"POST", "/zh/api/upload", with(create, "Upload-Length", "99999999999999999999"), nil, 400, "site.tus_header"},
		"a length of none sealed": {"POST", "/zh/api/upload", with(create, "Upload-Length", "67196"), nil, 422, "intake.upload_size"},
		"nothing":                 {"POST", "/zh/api/upload", with(create, "Upload-Length", "0"), nil, 422, "intake.upload_size"},
		"too large":               {"POST", "/zh/api/upload", with(create, "Upload-Length", "10737418240"), nil, 413, "intake.file_too_large"},
		"no work":                 {"POST", "/zh/api/upload", with(create, "Clarion-Work", ""), nil, 422, "work.missing"},
		"empty work":              {"POST", "/zh/api/upload", create, nil, 422, "work.missing"},
		"work in another script":  {"POST", "/zh/api/upload", with(create, "Clarion-Work", "e30="), nil, 400, "site.tus_header"},
		"work that is no JSON":    {"POST", "/zh/api/upload", with(create, "Clarion-Work", "AAAA"), nil, 400, "site.tus_header"},
		"work with more":          {"POST", "/zh/api/upload", with(create, "Clarion-Work", "eyJ4IjoxfQ"), nil, 400, "site.tus_header"},
		"another type":            {"PATCH", path, with(patch, "Content-Type", "application/octet-stream"), []byte("x"), 415, "site.tus_type"},
		"no offset":               {"PATCH", path, with(patch, "Upload-Offset", ""), []byte("x"), 400, "site.tus_header"},
		"before where it stands":  {"PATCH", path, with(patch, "Upload-Offset", "999"), []byte("x"), 409, "intake.upload_offset"},
		"behind where it stands":  {"PATCH", path, with(patch, "Upload-Offset", "1001"), []byte("x"), 409, "intake.upload_offset"},
		"too long":                {"PATCH", path, patch, sealed[:len(sealed)-999], 413, "intake.upload_long"},
		"to nothing":              {"PATCH", nobody, with(patch, "Upload-Offset", "0"), []byte("x"), 404, "intake.no_such_upload"},
		"to no id":                {"PATCH", "/zh/api/upload/..%2f..%2fpart", patch, []byte("x"), 404, "intake.no_such_upload"},
		"asking for nothing":      {"HEAD", nobody, nil, nil, 404, ""},
		"erasing nothing":         {"DELETE", nobody, nil, nil, 404, "intake.no_such_upload"},
	} {
		a := up.Must(c.method, c.path, c.header, c.body)
		if a.Status != c.status || a.Key != c.key || a.Header.Get("Tus-Resumable") != "1.0.0" || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %q, want %d %q; %v", name, a.Status, a.Key, c.status, c.key, a.Header)
		}
	}
	for _, size := range []string{"", "x", "67196", "99999999999999999999"} {
		if a := up.Must("GET", "/zh/api/upload-work?size="+size, nil, nil); a.Status < 400 || a.Key == "" {
			t.Errorf("work for %q bytes: %d", size, a.Status)
		}
	}
	if a := up.Must("GET", path, nil, nil); a.Status != 405 {
		t.Errorf("an upload was given back: %d", a.Status)
	}
	if a := up.Must("OPTIONS", "/en/api/upload", map[string]string{"Tus-Resumable": ""}, nil); a.Status != 204 || a.Header.Get("Tus-Version") != "1.0.0" ||
		a.Header.Get("Tus-Extension") != "creation,termination,expiration" || a.Header.Get("Tus-Max-Size") != strconv.FormatInt(w.Intake.MaxUpload(), 10) {
		t.Errorf("OPTIONS: %d %v", a.Status, a.Header)
	}
	// None of that has moved the upload.
	if a := up.Head(path); a.Offset() != 1000 || a.Header.Get("Upload-Length") != size {
		t.Errorf("it stands at %d of %s", a.Offset(), a.Header.Get("Upload-Length"))
	}
	if a := up.Must("DELETE", path, nil, nil); a.Status != 204 {
		t.Errorf("DELETE: %d", a.Status)
	}
	if a := up.Head(path); a.Status != 404 || files(t, w) != 0 {
		t.Errorf("erased, and there: %d, %d files", a.Status, files(t, w))
	}
}

// TestUploadLongerThanAnnounced: a body of no announced length is never stored beyond the upload's.
func TestUploadLongerThanAnnounced(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	up := apptest.NewUploads(t, w.Server.URL)
	sealed, _ := apptest.Seal(t, noise(100))
	path := up.Create(int64(len(sealed)))
	a, err := up.TryPatch(path, 0, unannounced{bytes.NewReader(append(bytes.Clone(sealed), 'x'))})
	if err != nil || a.Status != 413 || a.Key != "intake.upload_long" {
		t.Errorf("one byte more: %d %s, %v", a.Status, a.Key, err)
	}
	if a := up.Head(path); a.Status != 200 || a.Offset() == int64(len(sealed)) {
		t.Errorf("it is whole: %d", a.Offset())
	}
	if a, err := up.TryPatch(path, 0, unannounced{bytes.NewReader(sealed)}); err != nil || a.Status != 204 || a.Offset() != int64(len(sealed)) {
		t.Errorf("of the right length: %d %s, %v", a.Status, a.Key, err)
	}
}

type unannounced struct{ *bytes.Reader }

// TestUploadInClear: what is no sealed file is not kept, when it is whole.
func TestUploadInClear(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	up := apptest.NewUploads(t, w.Server.URL)
	plain := bytes.Repeat([]byte("机密"), 1<<15)[:seal.SealedSize(65536, 1)]
	path := up.Create(int64(len(plain)))
	up.Patch(path, 0, plain[:30_000])
	if a := up.Patch(path, 30_000, plain[30_000:]); a.Status != 422 || a.Key != "intake.not_sealed" {
		t.Errorf("%d %s", a.Status, a.Key)
	}
	if a := up.Head(path); a.Status != 404 || files(t, w) != 0 {
		t.Errorf("it is kept: %d, %d files", a.Status, files(t, w))
	}
}

// TestUploadWork: a challenge pays for one upload of one size; asked again, it gives that upload.
func TestUploadWork(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		up := apptest.NewUploads(t, w.Server.URL)
		sealed, _ := apptest.Seal(t, noise(100))
		small, large := int64(len(sealed)), seal.SealedSize(seal.PaddedLen(60<<20, seal.FloorAttachment), 1)
		solved := up.Work(small)
		for name, a := range map[string]apptest.Answer{
			"a small one's for a large one": up.Begin(large, solved),
			"a changed size":                up.Begin(large, forged(t, solved, func(p *work.Payload) { p.Challenge.Parameters.Data.Upload = large })),
			"a report's":                    up.Begin(small, encode(t, newSender(t, w, seal.NewDigits()).solve())),
			"no solution":                   up.Begin(small, forged(t, solved, func(p *work.Payload) { p.Solution.DerivedKey = strings.Repeat("00", 32) })),
		} {
			if a.Status != 422 || a.Key != "work.wrong" {
				t.Errorf("%s: %d %s", name, a.Status, a.Key)
			}
		}
		s := newSender(t, w, seal.NewDigits())
		r := s.withFiles("x")
		var paid any
		if err := json.Unmarshal(payload(t, solved), &paid); err != nil {
			t.Fatal(err)
		}
		r["work"] = paid
		if status, a := s.send(r); status != 422 || keyOf(a) != "work.wrong" {
			t.Errorf("an upload's for a report: %d %v", status, keyOf(a))
		}
		one, two := up.Begin(small, solved), up.Begin(small, solved)
		path := one.Header.Get("Location")
		if one.Status != 201 || two.Status != 201 || two.Header.Get("Location") != path {
			t.Fatalf("asked twice: %d %v, %d %v", one.Status, one.Header, two.Status, two.Header)
		}
		up.Patch(path, 0, sealed)
		up.Must("DELETE", path, nil, nil)
		if a := up.Begin(small, solved); a.Status != 409 || a.Key != "work.used" {
			t.Errorf("a challenge for a second upload: %d %s", a.Status, a.Key)
		}
	})
}

func payload(t *testing.T, text string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func encode(t *testing.T, p work.Payload) string {
	t.Helper()
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func forged(t *testing.T, text string, change func(*work.Payload)) string {
	t.Helper()
	var p work.Payload
	if err := json.Unmarshal(payload(t, text), &p); err != nil {
		t.Fatal(err)
	}
	change(&p)
	return encode(t, p)
}

// TestUploadRoom: unsent files hold a share of the free disk and no more, and there are only so many of them. Text goes
// on.
func TestUploadRoom(t *testing.T) {
	t.Parallel()
	size := seal.SealedSize(65536, 1)
	for name, set := range map[string]map[string]string{
		"no room above the reserve": {"files.reserve": "1000TiB"},
		"too many":                  {"files.unclaimed": "2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := one(t, apptest.Options{Set: set})
			up := apptest.NewUploads(t, w.Server.URL)
			first := up.Begin(size, up.Work(size))
			if set["files.unclaimed"] != "" {
				if second := up.Begin(size, up.Work(size)); first.Status != 201 || second.Status != 201 {
					t.Fatalf("%d %s, %d", first.Status, first.Key, second.Status)
				}
			}
			solved := up.Work(size)
			if a := up.Begin(size, solved); a.Status != 503 || a.Key != "intake.no_room_for_files" || a.Header.Get("Retry-After") == "" {
				t.Errorf("one more: %d %s", a.Status, a.Key)
			}
			s := newSender(t, w, seal.NewDigits())
			if status, a := s.send(s.withFiles("没有附件。")); status != 200 {
				t.Errorf("text: %d %v", status, keyOf(a))
			}
			if first.Status != 201 {
				return
			}
			up.Must("DELETE", first.Header.Get("Location"), nil, nil)
			if a := up.Begin(size, solved); a.Status != 201 {
				t.Errorf("refused for want of room, the work is lost: %d %s", a.Status, a.Key)
			}
		})
	}
}

// TestUploadsCostMoreWhenRoomIsShort: whoever takes the room works the more for it.
func TestUploadsCostMoreWhenRoomIsShort(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{Set: map[string]string{"files.unclaimed": "2"}})
	up := apptest.NewUploads(t, w.Server.URL)
	size := seal.SealedSize(65536, 1)
	cheap := func() (n int) {
		for range 6 {
			c, err := w.Intake.UploadChallenge(t.Context(), size)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := work.Solve(c, 2*uint32(work.Least)); err == nil {
				n++
			}
		}
		return n
	}
	if n := cheap(); n != 6 {
		t.Errorf("%d of 6 are cheap while all is free", n)
	}
	up.Create(size)
	if n := cheap(); n == 6 {
		t.Error("all are cheap while half of the room is taken")
	}
}

// TestUploadsBusy: so many requests bring bytes at once, the rest wait; text does not.
func TestUploadsBusy(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{Set: map[string]string{"files.requests": "2"}})
	up := apptest.NewUploads(t, w.Server.URL)
	sealed, _ := apptest.Seal(t, noise(100))
	var lines []apptest.Line
	for range 2 {
		lines = append(lines, up.Line(up.Create(int64(len(sealed))), 0, int64(len(sealed))))
	}
	path := up.Create(int64(len(sealed)))
	if a := up.Patch(path, 0, sealed); a.Status != 503 || a.Key != "intake.uploads_busy" || a.Header.Get("Retry-After") == "" {
		t.Errorf("a third: %d %s", a.Status, a.Key)
	}
	if a := up.Head(path); a.Status != 200 {
		t.Errorf("asking: %d", a.Status)
	}
	s := newSender(t, w, seal.NewDigits())
	if status, a := s.send(s.withFiles("x")); status != 200 {
		t.Errorf("text: %d %v", status, keyOf(a))
	}
	lines[0].Write(t, sealed)
	lines[0].End(t)
	if a := up.Patch(path, 0, sealed); a.Status != 204 {
		t.Errorf("when one has ended: %d %s", a.Status, a.Key)
	}
}
