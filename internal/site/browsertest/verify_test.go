package browsertest

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
)

// keeper is somebody who reported, and kept the acknowledgement and the proof.
type keeper struct{ ack, proof, keys []byte }

// keeps sends two reports from a browser without scripts, so that there is more than one leaf, and saves what the
// mailboxes give.
func keeps(t *testing.T, w *apptest.World) (mine, other keeper) {
	t.Helper()
	b := w.NewBrowser(t)
	var codes [2]string
	var out [2]keeper
	for i := range out {
		p := b.Get("/en/report/plain").Want(200).Form("f").Press("next").Want(200)
		p = p.Form("f").Set("screen", "conduct").Press("next").Want(200)
		p = p.Form("f").Set("category", "protected-documents").Press("next").Want(200)
		p = p.Form("f").Set("q-danger", "no").Set("q-what", fmt.Sprint("What I saw, ", i)).Set("q-region", "donggang").Set("q-how", "saw").Press("next").Want(200)
		p = p.Form("f").Set("a-means", "pay").Set("a-wanted", "marked").Press("next").Want(200)
		p = p.Form("f").Press("next").Want(200).Form("f").Press("next").Want(200)
		p = p.Form("f").Set("kind", "digits").Press("next").Want(200).Form("f").Set("honest", "yes").Press("send").Want(200)
		codes[i] = p.Code()
		out[i].ack = []byte(p.Form("g").Press("ack").Want(200).Body)
	}
	w.Clock.Move(2 * time.Second)
	if err := w.Checkpoints(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range out {
		p := b.Get("/en/mailbox/plain").Want(200).Form("f").Set("code", codes[i]).Press("open").Want(200)
		out[i].proof = []byte(p.Form("g").Press("proof").Want(200).Body)
		out[i].keys = []byte(b.Get("/keys.json").Want(200).Body)
	}
	return out[0], out[1]
}

// requests lists what was asked of a door.
type requests struct {
	mu    sync.Mutex
	paths []string
}

func (r *requests) wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		if !strings.HasPrefix(req.URL.Path, "/assets/") { // an icon may come late
			r.paths = append(r.paths, req.Method+" "+req.URL.String())
		}
		r.mu.Unlock()
		h.ServeHTTP(w, req)
	})
}

// taken returns what was asked since the last time, and forgets it.
func (r *requests) taken() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.paths
	r.paths = nil
	return out
}

// given is what a person chooses and types on the page.
type given struct {
	files [][]byte
	paste []byte
	list  []byte
	print string
}

// verdict fills the page in, presses its button and returns what it says.
func (b *tab) verdict(dir string, g given) string {
	b.t.Helper()
	b.choose("kept", dir, g.files...)
	if g.list == nil {
		b.choose("list", dir)
	} else {
		b.choose("list", dir, g.list)
	}
	const check = `((pasted, print) => new Promise(done => {
		document.getElementById("pasted").value = pasted;
		document.getElementById("print").value = print;
		const button = document.getElementById("check");
		const say = () => {
			if (button.disabled) return;
			watch.disconnect();
			const all = ["kept-error", "print-error", "ok", "danger", "warn"].map(id => document.getElementById(id));
			done(all.filter(e => e.checkVisibility()).map(e => e.innerText).join("\n"));
		};
		const watch = new MutationObserver(say);
		watch.observe(button, {attributes: true});
		button.click();
	}))`
	said := ask[string](b, check+`(`+quote(string(g.paste))+`,`+quote(g.print)+`)`)
	return strings.NewReplacer("\u2068", "", "\u2069", "").Replace(said) // marks that keep foreign words from turning ours
}

// choose puts files into a field, or takes them out.
func (b *tab) choose(id, dir string, files ...[]byte) {
	b.t.Helper()
	var paths []string
	for i, f := range files {
		path := filepath.Join(dir, fmt.Sprintf("%s-%d.txt", id, i))
		if err := os.WriteFile(path, f, 0o600); err != nil {
			b.t.Fatal(err)
		}
		paths = append(paths, path)
	}
	if len(paths) == 0 {
		ask[any](b, `document.getElementById(`+quote(id)+`).value = ""`)
		return
	}
	b.upload(id, paths...)
}

// changed returns file with the line that begins with prefix written otherwise.
func changed(t *testing.T, file []byte, prefix string, how func(string) string) []byte {
	t.Helper()
	lines := strings.Split(string(file), "\n")
	i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, prefix) })
	if i < 0 {
		t.Fatalf("no line begins with %q: %s", prefix, file)
	}
	lines[i] = how(lines[i])
	return []byte(strings.Join(lines, "\n"))
}

// at changes the n-th line, counted from 0; below 0 from the end.
func at(file []byte, n int, how func(string) string) []byte {
	lines := strings.Split(string(file), "\n")
	if n < 0 {
		n += len(lines)
	}
	lines[n] = how(lines[n])
	return []byte(strings.Join(lines, "\n"))
}

// other changes one character in the middle of a line and leaves its length.
func other(s string) string {
	r := []rune(s)
	i := len(r) / 2
	if r[i] != 'A' {
		r[i] = 'A'
	} else {
		r[i] = 'B'
	}
	return string(r)
}

// TestVerifyPage: the page says yes to true files, no to everything else, and asks the network for nothing but the list
// of keys and today's checkpoint.
func TestVerifyPage(t *testing.T) {
	t.Parallel()
	var asked requests
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(clock(t, morning)()), Wrap: asked.wrap})
	mine, second := keeps(t, w)
	elsewhere := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(clock(t, morning)())})
	foreign, _ := keeps(t, elsewhere)
	browser := chromium(t)
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			b := newTab(t, browser, w.Server.URL)
			b.scripts(true)
			b.open(200, "/"+lang+"/verify")
			b.trueFiles(lang, w.Root(), mine, &asked)
			b.falseFiles(lang, w.Root(), mine, second, foreign)
			b.badKeys(lang, elsewhere.Root(), mine, foreign)
		})
	}
}

// says are the sentences that the test looks for, in both languages.
var says = map[string]map[string]string{
	"zh": {"ack": "回执是真的：明河公众举报中心", "both": "存证账本里也有这一条", "proof": "的这一条：收到举报", "format": "一个字符都不能不同", "signature": "或者文件里有内容被改动过", "opening": "各部分对不上",
		"pair": "不是同一份举报", "origin": "不是用我们的名称签的", "included": "没有这一条", "unknown": "不是我们的文件", "none": "请选一个文件", "two": "两份接收回执", "root": "和您输入的指纹不符",
		"short": "您输入了", "keys": "公钥名单不完好", "archive": "压缩包", "rewritten": "互相矛盾", "keysig": "有一个签名是错的", "unlogged": "看不到这份公钥名单"},
	"en": {"ack": "The acknowledgement is genuine: ", "both": "is genuine and stands in the ledger", "proof": ": report received", "format": "Not one character may differ", "signature": "something in the file was changed", "opening": "do not belong together",
		"pair": "two different reports", "origin": "another name than ours", "included": "does not show this entry", "unknown": "not a file of ours", "none": "Choose a file", "two": "two acknowledgements", "root": "another root key",
		"short": "You typed", "keys": "list of keys is not sound", "archive": "an archive", "rewritten": "contradicts the one signed today", "keysig": "A signature in the list of keys is wrong", "unlogged": "published in the public log"},
}

func (b *tab) trueFiles(lang, root string, mine keeper, asked *requests) {
	b.t.Helper()
	dir := b.t.TempDir()
	for _, c := range []struct {
		name, want string
		given      given
		fetched    []string
	}{
		{"acknowledgement", "ack", given{files: [][]byte{mine.ack}}, []string{"GET /keys.json"}},
		{"typed fingerprint", "ack", given{files: [][]byte{mine.ack}, print: strings.ToUpper(root)}, []string{"GET /keys.json"}},
		{"pasted", "ack", given{paste: bytes.TrimSpace(mine.ack)}, []string{"GET /keys.json"}},
		{"both", "both", given{files: [][]byte{mine.proof, mine.ack}}, []string{"GET /keys.json", "GET /log/cases/checkpoint"}},
		{"proof alone", "proof", given{files: [][]byte{mine.proof}}, []string{"GET /keys.json", "GET /log/cases/checkpoint"}},
		{"kept list", "both", given{files: [][]byte{mine.ack, mine.proof}, list: mine.keys, print: root}, nil},
		{"kept list among the files", "both", given{files: [][]byte{mine.ack, mine.proof, mine.keys}}, nil},
	} {
		asked.taken()
		if got := b.verdict(dir, c.given); !strings.Contains(got, says[lang][c.want]) {
			b.t.Errorf("%s: %q", c.name, got)
		}
		if got := asked.taken(); !slices.Equal(got, c.fetched) {
			b.t.Errorf("%s: asked the network for %q", c.name, got)
		}
		if all := b.text(); !strings.Contains(all, root) {
			b.t.Errorf("%s: the fingerprint that was used is not shown: %s", c.name, all)
		}
	}
	if n := ask[int](b, `document.querySelectorAll("form, [name]:not(meta)").length + document.cookie.length + Object.keys(localStorage).length + Object.keys(sessionStorage).length`); n != 0 {
		b.t.Errorf("a form, a name or something stored: %d", n)
	}
}

// falseFiles tries one change of each kind: the page must say no, and why.
func (b *tab) falseFiles(lang, root string, mine, second, foreign keeper) {
	b.t.Helper()
	dir := b.t.TempDir()
	t := b.t
	for name, c := range map[string]struct {
		want  string
		files [][]byte
	}{
		"acknowledgement: version":   {"unknown", [][]byte{bytes.Replace(mine.ack, []byte("clarion/"), []byte("Clarion/"), 1)}},
		"acknowledgement: version 2": {"signature", [][]byte{bytes.Replace(mine.ack, []byte("/v1"), []byte("/v2"), 1)}},
		"authority":                  {"signature", [][]byte{at(mine.ack, 1, other)}},
		"instance":                   {"signature", [][]byte{at(mine.ack, 2, other)}},
		"day":                        {"signature", [][]byte{at(mine.ack, 3, func(s string) string { return "2026-03-09" })}},
		"hash":                       {"signature", [][]byte{at(mine.ack, 4, other)}},
		"leaf":                       {"signature", [][]byte{at(mine.ack, 5, other)}},
		"random":                     {"signature", [][]byte{at(mine.ack, 6, other)}},
		"event":                      {"signature", [][]byte{at(mine.ack, 7, other)}},
		"promised day":               {"signature", [][]byte{at(mine.ack, 8, func(string) string { return "2027-01-01" })}},
		"name of the signer":         {"origin", [][]byte{changed(t, mine.ack, "— ", func(s string) string { return strings.Replace(s, "/ack", "/akc", 1) })}},
		"signature":                  {"signature", [][]byte{changed(t, mine.ack, "— ", other)}},
		"signature taken away":       {"format", [][]byte{changed(t, mine.ack, "— ", func(string) string { return "" })}},
		"cut":                        {"format", [][]byte{mine.ack[:len(mine.ack)-1]}},
		"doubled line end":           {"format", [][]byte{append(bytes.Clone(mine.ack), '\n')}},
		"carriage returns":           {"format", [][]byte{bytes.ReplaceAll(mine.ack, []byte("\n"), []byte("\r\n"))}},
		"signed twice":               {"format", [][]byte{append(bytes.Clone(mine.ack), mine.ack[bytes.LastIndex(mine.ack, []byte("— ")):]...)}},
		"another authority":          {"origin", [][]byte{foreign.ack}},
		"proof: opening": {"included", [][]byte{changed(t, mine.proof, "extra ", func(s string) string {
			return s[:10] + map[bool]string{true: "B", false: "A"}[s[10] == 'A'] + s[11:]
		})}},
		"proof: index":               {"included", [][]byte{changed(t, mine.proof, "index ", func(s string) string { return "index 9" + s[6:] })}},
		"proof: index spelled":       {"format", [][]byte{changed(t, mine.proof, "index ", func(s string) string { return "index 0" + s[6:] })}},
		"proof: size":                {"signature", [][]byte{at(mine.proof, -6, func(s string) string { return s + "1" })}},
		"proof: root":                {"signature", [][]byte{at(mine.proof, -5, func(s string) string { return "A" + s[1:] })}},
		"proof: signature":           {"signature", [][]byte{at(mine.proof, -2, other)}},
		"proof: cut":                 {"format", [][]byte{mine.proof[:len(mine.proof)/2]}},
		"proof of another authority": {"origin", [][]byte{foreign.proof}},
		"proof of another leaf":      {"pair", [][]byte{mine.ack, second.proof}},
		"two acknowledgements":       {"two", [][]byte{mine.ack, second.ack}},
		"an archive":                 {"archive", [][]byte{[]byte("PK\x03\x04 and so on")}},
		"a picture":                  {"unknown", [][]byte{{0xff, 0xd8, 0xff}}},
		"nothing":                    {"none", nil},
	} {
		if got := b.verdict(dir, given{files: c.files, print: root}); !strings.Contains(got, says[lang][c.want]) || strings.Contains(got, says[lang]["ack"]) {
			t.Errorf("%s: want %q, the page says %q", name, says[lang][c.want], got)
		}
	}
}

// badKeys: a list of keys that the typed fingerprint does not cover, or that was changed, gives no answer about the file.
func (b *tab) badKeys(lang, foreignRoot string, mine, foreign keeper) {
	b.t.Helper()
	dir := b.t.TempDir()
	files := [][]byte{mine.ack}
	for name, c := range map[string]struct {
		want  string
		given given
	}{
		"fingerprint of another root": {"root", given{files: files, print: foreignRoot}},
		"fingerprint cut":             {"short", given{files: files, print: foreignRoot[:60]}},
		"list of another authority":   {"origin", given{files: files, list: foreign.keys}},
		"list changed":                {"keysig", given{files: files, list: bytes.Replace(mine.keys, []byte(`\"version\":1`), []byte(`\"version\":2`), 1)}},
		"list without its proof":      {"unlogged", given{files: files, list: append(bytes.Clone(mine.keys[:bytes.LastIndex(mine.keys, []byte(`"proof":"`))+9]), []byte(`"}`)...)}},
		"no list at all":              {"keys", given{files: files, list: []byte("x")}},
	} {
		if got := b.verdict(dir, c.given); !strings.Contains(got, says[lang][c.want]) || strings.Contains(got, says[lang]["ack"]) {
			b.t.Errorf("%s: want %q, the page says %q", name, says[lang][c.want], got)
		}
	}
}

// TestVerifyPageLooks checks the page under axe, on small screens, with the keyboard alone and without scripts.
func TestVerifyPageLooks(t *testing.T) {
	t.Parallel()
	axe := axeSource(t)
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(clock(t, morning)())})
	mine, _ := keeps(t, w)
	browser := chromium(t)
	screens := screensDir(t)
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			l := &looker{tab: newTab(t, browser, w.Server.URL), lang: lang, axe: axe, dir: screens, n: 60}
			l.open(200, "/"+lang+"/verify")
			if !strings.Contains(l.text(), "clarion verify ack") {
				t.Errorf("without scripts the page does not say what to do: %s", l.text())
			}
			l.look("verify-without-scripts", plain)
			l.scripts(true)
			l.open(200, "/"+lang+"/verify")
			if strings.Contains(l.text(), "clarion verify ack") {
				t.Errorf("with scripts the page offers the way without: %s", l.text())
			}
			l.look("verify", main)
			l.scripts(true)
			l.verifiesByKeyboard(mine)
			l.look("verify-holds", main)
			l.scripts(true)
			l.verdict(t.TempDir(), given{files: [][]byte{mine.ack[1:]}})
			l.look("verify-no", main)
		})
	}
}

// verifiesByKeyboard uses the page without a mouse; the result has the focus when it comes.
func (l *looker) verifiesByKeyboard(mine keeper) {
	l.t.Helper()
	l.choose("kept", l.t.TempDir(), mine.ack, mine.proof)
	ask[any](l.tab, `document.querySelector(".govuk-skip-link").focus()`)
	l.to("#kept")
	l.to("#pasted")
	l.to("summary")
	l.key(keySpace)
	l.to("#print")
	l.to("#list")
	l.to("#check")
	l.key(keyEnter)
	done := ask[bool](l.tab, `new Promise(done => { const look = () => document.activeElement.id == "result" ? done(true) : requestAnimationFrame(look); look(); setTimeout(() => done(false), 20000); })`)
	if !done {
		l.t.Errorf("the result did not get the focus: %s", l.text())
	}
}
