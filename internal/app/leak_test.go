package app_test

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/seal"
)

// TestNothingLeaks plants strings everywhere, goes through a journey with a panic, an internal error and broken
// connections, and then looks for them in all that the installation keeps or tells.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		leaks(t, dir, "sqlite:"+filepath.Join(dir, "clarion.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		leaks(t, t.TempDir(), storetest.Postgres(t))
	})
}

func leaks(t *testing.T, dir, dsn string) {
	inDir := strings.HasPrefix(dsn, "sqlite:")
	temp, trap := filepath.Join(dir, "temp"), filepath.Join(dir, "panic")
	if err := os.Mkdir(temp, 0o700); err != nil {
		t.Fatal(err)
	}
	cert, key := certificate(t, dir)
	child := apptest.Child{Data: filepath.Join(dir, "data"), DSN: dsn, Temp: temp, Panic: trap, Set: map[string]string{"tls.cert": cert, "tls.key": key, "public.url": "https://127.0.0.1"}}
	p := apptest.Spawn(t, child)
	m := &plants{map[string]string{}}
	code := leakJourney(t, p, child, m)
	leakProbes(t, p, m)
	leakUploads(t, p, m)
	leakFaults(t, p, m, dsn, trap)
	metrics := get(t, p.Ops+"/metrics") + get(t, p.Ops+"/readyz") + get(t, p.Ops+"/"+m.mark("ops path")+"?"+m.mark("ops query"))

	if err := os.Remove(trap); err != nil {
		t.Fatal(err)
	}
	lookIn(t, m, code, map[string][]byte{"metrics": []byte(metrics)})
	searchFiles(t, m, code, "while it runs", dir, inDir)
	if !inDir {
		searchFiles(t, m, code, "PostgreSQL", databaseFiles(t, dsn), true)
	}
	if err := p.Stop(); err != nil {
		t.Errorf("the server ended with %v: %s", err, p.Out)
	}
	log := p.Out.String()
	lookIn(t, m, code, map[string][]byte{"log": []byte(log), "dump": dump(t, dsn)})
	searchFiles(t, m, code, "afterwards", dir, inDir)
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("temporary files are left: %v, %v", left, err)
	}
	// The search finds what is there, and the log tells of the faults.
	for _, want := range []string{"fault", "panic of string", "tls handshake", "POST /en/report/plain"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not say %q:\n%s", want, log)
		}
	}
	if strings.Contains(log, "127.0.0.2") {
		t.Errorf("the log has the visitor's address:\n%s", log)
	}
}

// leakJourney sends, comes back, answers and changes the code, with a planted string in each place, and returns the
// codes.
func leakJourney(t *testing.T, p *apptest.Process, child apptest.Child, m *plants) []string {
	t.Helper()
	b := p.NewBrowser(t, "127.0.0.2")
	for _, h := range []string{"User-Agent", "Referer", "X-Forwarded-For", "Forwarded", "X-Real-IP", "Cookie", "Accept-Language", "From", "X-Whatever", "If-None-Match"} {
		b.Header.Set(h, m.mark(h))
	}
	b.Header.Set("Cookie", m.mark("cookie name")+"="+m.mark("cookie value"))
	d := english(m.mark("what"))
	file := apptest.File{Name: m.mark("file name") + ".jpg", Type: "image/" + m.mark("file type"), Body: bytes.Repeat([]byte(m.mark("file bytes")+"\n"), 4000)}
	page := d.walk(t, b, atQuestions).Form("f").Set("q-danger", "yes").Set("q-what", d.what).Set("q-when", m.mark("when")).Set("q-where", m.mark("where")).
		Set("q-told", m.mark("told")).Force("q-extra", m.mark("extra value")).Force(m.mark("extra name"), "x").Press("next").Want(200)
	page = page.Form("f").Set("a-means", "pay", "pressure").Set("a-wanted", "marked").Press("next").Want(200)
	page = page.Form("f").Set("a-offer", m.mark("offer")).Set("a-pressure", m.mark("pressure")).Press("next").Want(200)
	page = page.Form("f").Choose("file", file).Press("add").Want(200, m.all["file name"])
	unsent := apptest.File{Name: m.mark("unsent name"), Type: "text/plain", Body: []byte(m.mark("unsent bytes"))}
	page.Form("f").Choose("file", unsent).Press("add").Want(200)
	page = page.Form("f").Press("stay").Want(200)
	page = page.Form("f").Press("next").Want(200).Form("f").Set("kind", "digits").Press("next").Want(200)
	receipt := page.Form("f").Set("honest", "yes").Press("send").Want(200)
	first := receipt.Code()
	m.all["token"] = receipt.Form("g").Value("token")
	box := enter(t, b, "en", first).Want(200)
	m.all["handle"] = box.Form("g").Value("handle")
	number := numberOf(t, box)
	box = box.Form("f").Set("answer", m.mark("answer")).Choose("file", apptest.File{Name: m.mark("second name"), Type: "text/plain", Body: []byte(m.mark("second bytes"))}).Press("send").Want(200)
	answerAtTerminal(t, child, number, m)
	box = box.Form("g").Press("open").Want(200, m.all["reply"])
	asked := box.Form("g").Press(box.Buttons("erase:")[0]).Want(200)
	asked.Form("f").Press("yes").Want(200)
	changed := box.Form("g").Press("recode").Want(200).Form("f").Set("kind", "words").Press("yes").Want(200)
	changed.Form("g").Press("open").Want(200)
	return []string{first, changed.Code(), number}
}

// answerAtTerminal plays the unit beside the running server.
func answerAtTerminal(t *testing.T, child apptest.Child, number string, m *plants) {
	t.Helper()
	a := openApp(t, child)
	defer a.Close()
	key := func(name string) *seal.KeyFile { return readKey(t, filepath.Join(child.Data, "keys", name+".key")) }
	chen, err := terminal.Start(t.Context(), a.World(), terminal.Keys{Unit: key("unit-1"), Member: key("chen")})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []terminal.Letter{{Text: m.mark("first letter")}, {Text: m.mark("reply")}} {
		if _, err := chen.Reply(t.Context(), number, l); err != nil {
			t.Fatal(err)
		}
	}
}

// leakProbes sends planted strings where no person would.
func leakProbes(t *testing.T, p *apptest.Process, m *plants) {
	t.Helper()
	b := p.NewBrowser(t, "127.0.0.2")
	for _, path := range []string{
		"/" + m.mark("path"), "/en/" + m.mark("path below a language"), "/en/report/plain?" + m.mark("query") + "=" + m.mark("query value"), "/en/mailbox/plain?keys=" + m.mark("keys"),
		"/log/" + m.mark("log") + "/checkpoint", "/log/public/tile/" + m.mark("tile"), "/assets/" + m.mark("asset"), "/en/?a;b=" + m.mark("semicolon"),
	} {
		b.Get(path)
	}
	const form = "application/x-www-form-urlencoded"
	for _, body := range []string{
		"token=" + m.mark("forged token") + "&step=check&go=send&q-what=" + m.mark("forged what"), "code=" + m.mark("wrong code") + "&go=open", "handle=" + m.mark("forged handle") + "&go=open",
		"step=" + m.mark("step") + "&go=" + m.mark("go"), "category=" + m.mark("category") + "&step=category&go=next", "%zz" + m.mark("broken"), "go=remove:" + m.mark("removed"),
		"code=1234 " + m.mark("code with digits") + "&go=open&answer=" + m.mark("answer without a mailbox"),
	} {
		b.Post("/en/report/plain", form, []byte(body))
		b.Post("/zh/mailbox/plain", form, []byte(body))
	}
	boundary := m.mark("boundary")
	for _, kind := range []string{m.mark("content type"), "multipart/form-data; boundary=" + boundary} {
		b.Post("/en/report/plain", kind, []byte("--"+boundary+"\r\nContent-Disposition: form-data; name=\""+m.mark("part name")+"\"\r\n\r\n"+m.mark("part cut")))
	}
	host := p.NewBrowser(t, "127.0.0.2")
	host.Host = m.mark("host") + ".example"
	host.Get("/")
	// Broken handshakes, a request that is none, and one that leaves in the middle.
	address := strings.TrimPrefix(p.URL, "https://")
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	for _, raw := range []string{"GET /" + m.mark("plain http") + " HTTP/1.1\r\nHost: " + m.mark("plain host") + "\r\n\r\n", m.mark("not tls")} {
		if c, err := from.Dial("tcp", address); err == nil {
			io.WriteString(c, raw)
			c.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, c)
			c.Close()
		}
	}
	if c, err := tls.DialWithDialer(from, "tcp", address, &tls.Config{ServerName: m.mark("server name") + ".example"}); err == nil {
		t.Error("a client believed the certificate")
		c.Close()
	}
	for _, raw := range []string{"BAD " + m.mark("request line") + "\r\n\r\n", "GET / HTTP/1.1\r\n" + m.mark("header line") + "\r\n\r\n", "POST /en/report/plain HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: " + form + "\r\nContent-Length: 9999\r\n\r\nq-what=" + m.mark("left early")} {
		if c, err := tls.DialWithDialer(from, "tcp", address, &tls.Config{InsecureSkipVerify: true}); err == nil {
			io.WriteString(c, raw)
			c.CloseWrite()
			io.Copy(io.Discard, c)
			c.Close()
		}
	}
}

// leakUploads plants strings in everything that a request of an upload can say, and sends a file that is not sealed.
func leakUploads(t *testing.T, p *apptest.Process, m *plants) {
	t.Helper()
	up := apptest.NewUploads(t, p.URL)
	up.Client.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} // #nosec: the test made the certificate
	defer up.Client.CloseIdleConnections()
	const at = "/en/api/upload"
	name := base64.StdEncoding.EncodeToString([]byte(m.mark("upload name")))
	for _, h := range []map[string]string{
		{"Upload-Length": "67195", "Upload-Metadata": "filename " + name}, {"Upload-Length": "67195", "Upload-Metadata": m.mark("upload metadata")},
		{"Upload-Length": m.mark("upload length")}, {"Upload-Length": "67195", "Clarion-Work": m.mark("upload work")}, {"Upload-Concat": m.mark("upload concat")},
		{"Upload-Length": "67195", "Clarion-Work": base64.RawURLEncoding.EncodeToString([]byte(`{"challenge":{"signature":"` + m.mark("upload signature") + `"}}`))},
	} {
		if a := up.Must("POST", at+"?"+m.mark("upload query"), h, nil); a.Status < 400 || a.Status >= 500 {
			t.Errorf("%v: %d", h, a.Status)
		}
	}
	size := seal.SealedSize(seal.FloorAttachment, 1)
	path := up.Create(size)
	for _, h := range []map[string]string{
		{"Upload-Offset": m.mark("upload offset"), "Content-Type": "application/offset+octet-stream"}, {"Upload-Offset": "0", "Content-Type": "text/" + m.mark("upload type")},
		{"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", "Tus-Resumable": m.mark("upload version")},
	} {
		up.Must("PATCH", path, h, []byte(m.mark("upload refused bytes")))
	}
	up.Must("PATCH", at+"/"+m.mark("upload id"), nil, []byte("x"))
	up.Must("GET", "/en/api/upload-work?size="+m.mark("upload size"), nil, nil)
	clear := bytes.Repeat([]byte(m.mark("upload in clear")+"\n"), 4000)[:size]
	if a := up.Patch(path, 0, clear); a.Key != "intake.not_sealed" {
		t.Errorf("a file in clear: %d %s", a.Status, a.Key)
	}
}

// leakFaults makes every page panic with planted words, and then lets a statement fail in the database.
func leakFaults(t *testing.T, p *apptest.Process, m *plants, dsn, trap string) {
	t.Helper()
	b := p.NewBrowser(t, "127.0.0.2")
	f := english(m.mark("what before a fault")).ready(t, b)
	files := english(m.mark("another")).walk(t, b, atFiles).Form("f").Choose("file", apptest.File{Name: m.mark("name before a fault"), Type: "text/plain", Body: []byte(m.mark("bytes before a fault"))})
	db := raw(t, dsn)
	defer db.Close()
	if _, err := db.Exec(`ALTER TABLE pending_files RENAME TO hidden_files`); err != nil {
		t.Fatal(err)
	}
	f.Press("send").Want(500)
	files.Press("add").Want(500)
	if _, err := db.Exec(`ALTER TABLE hidden_files RENAME TO pending_files`); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(trap, []byte("panic with "+m.mark("panic")), 0o600); err != nil {
		t.Fatal(err)
	}
	if p := b.Get("/en/report/plain?" + m.mark("query of a panic")).Want(500); strings.Contains(p.Body, m.all["panic"]) {
		t.Error("the page shows what a panic said")
	}
	delete(m.all, "panic") // it stands in the trap's own file, which is searched with the rest
	if err := os.WriteFile(trap, []byte("panic again"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Get("/en/report/plain").Want(500)
}
