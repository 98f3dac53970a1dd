package apptest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/work"
	"clarion.example/clarion/seal"
)

// Uploads sends sealed files to a public door by tus 1.0.0, written from docs/spec/api.md. Its methods fail the test only
// where they say so: what a server refuses is an [Answer].
type Uploads struct {
	tb     testing.TB
	Origin string
	Client *http.Client
	Piece  int // bytes of a request of Send
}

// NewUploads sends to the door at an origin, such as that of a [World]'s Server or a [Process].
func NewUploads(tb testing.TB, origin string) *Uploads {
	t := &http.Transport{MaxIdleConnsPerHost: 4}
	tb.Cleanup(t.CloseIdleConnections)
	return &Uploads{tb: tb, Origin: origin, Client: &http.Client{Transport: t, Timeout: 2 * time.Minute}, Piece: 1 << 20}
}

// Answer is what a door said.
type Answer struct {
	Status int
	Header http.Header
	Key    string // of an error
	Body   []byte
}

// Offset is where an upload stands, or -1.
func (a Answer) Offset() int64 {
	n, err := strconv.ParseInt(a.Header.Get("Upload-Offset"), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// Do sends one request. body may be nil. The error is that of a line that broke.
func (u *Uploads) Do(method, path string, header map[string]string, body io.Reader) (a Answer, err error) {
	req, err := http.NewRequestWithContext(u.tb.Context(), method, u.Origin+path, body)
	if err != nil {
		u.tb.Fatal(err)
	}
	req.Header.Set("Tus-Resumable", "1.0.0")
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := u.Client.Do(req)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	a.Status, a.Header = resp.StatusCode, resp.Header
	if a.Body, err = io.ReadAll(resp.Body); err != nil {
		return a, err
	}
	var fault struct {
		Error struct{ Key string } `json:"error"`
	}
	if a.Status >= 400 && len(a.Body) > 0 && json.Unmarshal(a.Body, &fault) == nil {
		a.Key = fault.Error.Key
	}
	return a, nil
}

// Must is Do on a line that holds.
func (u *Uploads) Must(method, path string, header map[string]string, body []byte) Answer {
	u.tb.Helper()
	var r io.Reader
	if body != nil {
		r = bytes.NewReader(body)
	}
	a, err := u.Do(method, path, header, r)
	if err != nil {
		u.tb.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// Work gets a challenge for an upload of size bytes and solves it.
func (u *Uploads) Work(size int64) string {
	u.tb.Helper()
	solved, err := u.TryWork(size)
	if err != nil {
		u.tb.Fatal(err)
	}
	return solved
}

// TryWork is Work on a line that may break.
func (u *Uploads) TryWork(size int64) (string, error) {
	u.tb.Helper()
	a, err := u.Do("GET", fmt.Sprintf("/zh/api/upload-work?size=%d", size), nil, nil)
	if err != nil {
		return "", err
	}
	var c work.Challenge
	if err := json.Unmarshal(a.Body, &c); a.Status != 200 || err != nil {
		u.tb.Fatalf("work for %d bytes: %d %s", size, a.Status, a.Key)
	}
	p, err := work.Solve(c, 2*uint32(work.Most))
	if err != nil {
		u.tb.Fatal(err)
	}
	b, err := json.Marshal(p)
	if err != nil {
		u.tb.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// Create begins an upload of size bytes and returns its path. It fails the test when that is refused.
func (u *Uploads) Create(size int64) string {
	u.tb.Helper()
	a := u.Begin(size, u.Work(size))
	if a.Status != 201 {
		u.tb.Fatalf("creating an upload of %d bytes: %d %s", size, a.Status, a.Key)
	}
	return a.Header.Get("Location")
}

// TryCreate is Create on a line that may break.
func (u *Uploads) TryCreate(size int64) (Answer, error) {
	u.tb.Helper()
	solved, err := u.TryWork(size)
	if err != nil {
		return Answer{}, err
	}
	a, err := u.Do("POST", "/zh/api/upload", created(size, solved), nil)
	if err == nil && a.Status != 201 {
		u.tb.Fatalf("creating an upload of %d bytes: %d %s", size, a.Status, a.Key)
	}
	return a, err
}

// Begin asks for an upload with solved work.
func (u *Uploads) Begin(size int64, solved string) Answer {
	u.tb.Helper()
	return u.Must("POST", "/zh/api/upload", created(size, solved), nil)
}

func created(size int64, solved string) map[string]string {
	return map[string]string{"Upload-Length": strconv.FormatInt(size, 10), "Clarion-Work": solved}
}

// Patch brings body to an upload at offset.
func (u *Uploads) Patch(path string, offset int64, body []byte) Answer {
	u.tb.Helper()
	a, err := u.TryPatch(path, offset, bytes.NewReader(body))
	if err != nil {
		u.tb.Fatalf("PATCH: %v", err)
	}
	return a
}

// TryPatch is Patch on a line that may break.
func (u *Uploads) TryPatch(path string, offset int64, body io.Reader) (Answer, error) {
	return u.Do("PATCH", path, map[string]string{"Upload-Offset": strconv.FormatInt(offset, 10), "Content-Type": "application/offset+octet-stream"}, body)
}

// Head asks where an upload stands.
func (u *Uploads) Head(path string) Answer {
	u.tb.Helper()
	return u.Must("HEAD", path, nil, nil)
}

// Send brings sealed bytes up in pieces and returns the path of the upload. It fails the test when any is refused.
func (u *Uploads) Send(sealed []byte) (path string) {
	u.tb.Helper()
	path = u.Create(int64(len(sealed)))
	for at := 0; at < len(sealed); {
		a := u.Patch(path, int64(at), sealed[at:min(at+u.Piece, len(sealed))])
		if a.Status != 204 || a.Offset() <= int64(at) {
			u.tb.Fatalf("at %d of %d bytes: %d %s", at, len(sealed), a.Status, a.Key)
		}
		at = int(a.Offset())
	}
	return path
}

// Seal seals content as an attachment.
func Seal(tb testing.TB, content []byte) ([]byte, seal.File) {
	tb.Helper()
	var sealed bytes.Buffer
	f, err := seal.SealFile(&sealed, bytes.NewReader(content), seal.MaxFile)
	if err != nil {
		tb.Fatal(err)
	}
	f.Name, f.Type = "file.bin", "application/octet-stream"
	return sealed.Bytes(), f
}

// Upload seals content, sends it, and returns what the document says of it. Its Blob goes into the document's list of
// files.
func (u *Uploads) Upload(content []byte) seal.File {
	u.tb.Helper()
	sealed, f := Seal(u.tb, content)
	f.Blob = BlobOf(u.Send(sealed))
	return f
}

// BlobOf is the blob id in the path of an upload.
func BlobOf(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// Line is a request that brings bytes to an upload, written by hand so that it can end anywhere.
type Line struct{ conn *net.TCPConn }

// Line begins to bring length bytes to an upload at offset, and returns when the server waits for them.
func (u *Uploads) Line(path string, offset, length int64) Line {
	u.tb.Helper()
	host := strings.TrimPrefix(u.Origin, "http://")
	c, err := net.Dial("tcp", host)
	if err != nil {
		u.tb.Fatal(err)
	}
	u.tb.Cleanup(func() { c.Close() })
	l := Line{c.(*net.TCPConn)}
	l.Write(u.tb, fmt.Appendf(nil, "PATCH %s HTTP/1.1\r\nHost: %s\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: %d\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: %d\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
		path, host, offset, length))
	const goOn = "HTTP/1.1 100 Continue\r\n\r\n"
	b := make([]byte, len(goOn))
	if _, err := io.ReadFull(c, b); err != nil || string(b) != goOn {
		u.tb.Fatalf("the server does not take bytes: %q, %v", b, err)
	}
	return l
}

// Write sends bytes of the body.
func (l Line) Write(tb testing.TB, b []byte) {
	tb.Helper()
	if _, err := l.conn.Write(b); err != nil {
		tb.Fatal(err)
	}
}

// End says that no more follows, and returns the answer: the server is done with what came.
func (l Line) End(tb testing.TB) []byte {
	tb.Helper()
	if err := l.conn.CloseWrite(); err != nil {
		tb.Fatal(err)
	}
	b, err := io.ReadAll(l.conn)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// Close drops the line.
func (l Line) Close() { l.conn.Close() }
