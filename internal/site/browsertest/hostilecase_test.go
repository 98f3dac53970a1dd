package browsertest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/seal"
)

// watched starts a browser whose every request goes through one place, which answers for the desk alone.
func (o *caseWorld) watched(t *testing.T) (context.Context, *overheard) {
	t.Helper()
	h, err := o.DeskHandler()
	if err != nil {
		t.Fatal(err)
	}
	seen, desk := &overheard{}, o.wire.wrap(h)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ours := r.Method != http.MethodConnect && strings.HasPrefix(r.Host, "desk.localhost")
		seen.mu.Lock()
		if ours {
			seen.desk = append(seen.desk, r.Method+" "+r.URL.RequestURI())
		} else {
			seen.other = append(seen.other, r.Method+" "+r.Host+r.URL.Path)
		}
		seen.mu.Unlock()
		if !ours {
			http.Error(w, "", http.StatusBadGateway)
			return
		}
		desk.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	return chromium(t, chromedp.ProxyServer(proxy.URL), chromedp.Flag("proxy-bypass-list", "<-loopback>")), seen
}

// deskAsks is everything that the desk's page of a member may ask for.
var deskAsks = regexp.MustCompile(`^(GET /favicon\.ico|GET /assets/[a-zA-Z0-9._-]+|GET /viewer(-pdf)?|GET /zh/(cases\?unit=unit-1|before|case/[A-Z0-9-]+)` +
	`|GET /zh/api/(me|me/key|me/own|setup/missing|texts(\?[a-z0-9=]+)?|work/facts|work/unit-[12]/counts|work/unit-1/(live|texts|texts\?after=[a-zA-Z0-9_-]*|queue(\?[a-z]+=[a-z0-9-]+(&[a-z]+=[a-z0-9-]+)*)?)|work/(unit-[12]|centre)/case/[A-Z0-9-]+(/file/[a-z0-9]+)?)` +
	`|POST /zh/api/(sign-in/start|sign-in/finish|work/unit-1/titles|work/unit-1/case/[A-Z0-9-]+/write))$`)

// TestHostileReportAtDesk keeps a report open at the desk that is hostile in every field, in files, title and note, as a stranger
// could send it, and then in every shape that no program of ours would seal. Only the known paths are asked, nobody else is,
// nothing runs, and the desk works on.
func TestHostileReportAtDesk(t *testing.T) {
	t.Parallel()
	o := newCaseWorld(t)
	_, number := o.reportWith(hostileWords, func(b *tab) { b.attaches(t, "page and picture.png", "drawing.svg", "javascript.pdf") })
	office := &officeWorld{World: o.World}
	quiet := office.report(t, "另一件事，都是编的。", false)
	office.titled(t, number, hostileTitle, hostileWords)
	browser, seen := o.watched(t)
	o.tab = func(base string) *tab { return newTab(t, browser, base) }
	chen := o.member("chen", "zh", "cases?unit=unit-1")
	chen.until(`document.querySelectorAll("tr[data-number]").length == 2 && document.querySelectorAll("[data-title=opening]").length == 0`)
	chen.act(".cl-search > summary")
	chen.write("search-words", "onerror")
	chen.act(".cl-search .cl-actions button")
	chen.until(`document.querySelector(".cl-hit mark")?.textContent == "onerror"`)
	chen.harmless("the list")
	chen.act(`tr[data-number="` + number + `"] a`)
	chen.opens()
	chen.harmless("the case")
	for i := range 3 {
		chen.act(fmt.Sprintf(".cl-filerow:nth-of-type(%d) .cl-filerow__acts button", i+1))
		chen.until(fmt.Sprintf(`document.querySelector(".cl-filerow:nth-of-type(%d) .cl-viewer")?.dataset.state`, i+1))
		chen.harmless(fmt.Sprint("file ", i+1))
	}
	for name, sealed := range o.bentReports(t, number) {
		o.wire.set(changes("/case/"+number, listing(t, func(docs []map[string]any) []map[string]any {
			docs[0]["sealed"], docs[0]["hash"] = base64.StdEncoding.EncodeToString(sealed), seal.SealedHash(sealed)
			return docs
		})))
		chen.to("before")
		chen.until(`location.pathname.endsWith("/before") && document.querySelector(".cl-todo")`)
		chen.tab.goesBack()
		chen.until(`location.pathname.includes("/case/") && document.querySelector("#acts") && document.querySelector(".cl-note--danger")`) // unreadable, or in doubt
		chen.harmless(name)
		if strings.HasPrefix(name, "fields") && !ask[bool](chen.tab, `!!document.querySelector("#report").closest(".cl-island:not(.cl-island--shut)")`) {
			t.Errorf("%s: words that are only odd are not shown: %s", name, chen.text())
		}
	}
	o.wire.set(nil)
	chen.open(200, "/zh/case/"+quiet)
	chen.unlocks()
	chen.opens()
	chen.write("note-text", "一切照常")
	chen.sends("note")
	desk, other := seen.take()
	for _, path := range desk {
		if !deskAsks.MatchString(path) {
			t.Errorf("the desk is asked for %s", path)
		}
	}
	if other = slices.DeleteFunc(other, func(s string) bool { return ownCalls.MatchString(s) }); len(other) > 0 {
		t.Errorf("somebody else is asked: %q", other)
	}
}

// attaches chooses hostile files of the corpus.
func (b *tab) attaches(t *testing.T, names ...string) {
	t.Helper()
	dir := t.TempDir()
	for i, name := range names {
		all := hostile(t)
		a := all[slices.IndexFunc(all, func(a attached) bool { return a.name == name })]
		path := filepath.Join(dir, "\u202egnp."+name)
		if err := os.WriteFile(path, a.body, 0o600); err != nil {
			t.Fatal(err)
		}
		b.upload("pick-file", path)
		b.until(`document.querySelector(".cl-card button")`)
		b.next0(".cl-card")
		b.uploaded(i + 1)
	}
}

// harmless fails when something of a stranger's became part of the page, in the page's own world.
func (c *colleague) harmless(name string) {
	c.t.Helper()
	if c.number(`[window.ran, window.pwned, {}.ran, Object.prototype.ran, [].ran].filter(x => x !== undefined).length + document.querySelectorAll("#app img, #app script, #app a[href^='javascript']").length + +(document.title.includes("pwned"))`) != 0 {
		c.t.Errorf("%s: a stranger's words became part of the page", name)
	}
}

// bentReports are reports that no program of ours seals, signed by the keys that they name.
func (o *caseWorld) bentReports(t *testing.T, number string) map[string][]byte {
	t.Helper()
	c, err := o.Session(t, "chen", "unit-1").Open(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.DeriveMailbox(o.Dir.Instance, seal.NewDigits())
	if err != nil {
		t.Fatal(err)
	}
	honest := func(change func(*seal.Report)) []byte {
		r := *c.Report
		r.Mailbox = keys.Public()
		change(&r)
		return o.signedReport(t, c, keys, &r)
	}
	bend := func(old, with string) []byte {
		doc := string(honest(func(*seal.Report) {}))
		if !strings.Contains(doc, old) {
			t.Fatalf("no %s in %.300s", old, doc)
		}
		return []byte(strings.Replace(doc, old, with, 1))
	}
	odd := hostileWords
	out := map[string][]byte{}
	for name, doc := range map[string][]byte{
		"fields of a prototype": honest(func(r *seal.Report) {
			r.Category, r.Region, r.Told, r.When, r.Where = "constructor", "constructor", "__proto__", "toString", "hasOwnProperty"
			r.How = []string{"__proto__", "constructor", "toString"}
			r.Answers = []seal.Answer{{Q: "constructor", Values: []string{"__proto__", "constructor"}, Text: "__proto__"}}
		}),
		"fields of a page": honest(func(r *seal.Report) {
			r.What, r.When, r.Where, r.Told, r.How = odd, odd, odd, odd, []string{odd}
			r.Answers = []seal.Answer{{Q: "means", Values: []string{odd}, Text: odd}}
			for i := range r.Files {
				r.Files[i].Name, r.Files[i].Type = odd, "text/html"
			}
		}),
		"a key twice":     bend(`"what":`, `"what":"<img src=x onerror=window.ran=1>","what":`),
		"__proto__":       bend(`"what":`, `"__proto__":{"ran":1},"constructor":{"prototype":{"ran":1}},"what":`),
		"very deep":       bend(`"what":`, `"deep":`+strings.Repeat("[", 50_000)+strings.Repeat("]", 50_000)+`,"what":`),
		"a list as words": bend(`"what":"`, `"what":["<img src=x onerror=window.ran=1>"],"why":"`),
	} {
		out[name] = o.sealsReport(t, keys, doc)
	}
	stanza := []byte("-> X25519 " + strings.Repeat("A", 43) + "\n" + strings.Repeat("A", 43) + "\n")
	line := []byte("age-encryption.org/v1\n")
	out["1,000 stanzas"] = bytes.Replace(out["a key twice"], line, append(line, bytes.Repeat(stanza, 1000)...), 1)
	out["cut short"] = out["a key twice"][:len(out["a key twice"])/2]
	return out
}

// signedReport is the text of a report's document, as its signatures cover it.
func (o *caseWorld) signedReport(t *testing.T, c *terminal.Opened, keys *seal.MailboxKeys, r *seal.Report) []byte {
	t.Helper()
	raw, err := seal.EncodeBody(r)
	if err != nil {
		t.Fatal(err)
	}
	f, err := o.Casework.Open(t.Context(), o.Session(t, "chen", "unit-1").Who, c.Case.Number)
	if err != nil {
		t.Fatal(err)
	}
	first := f.Chains["reporter"][0]
	plain, err := seal.SignDocument(seal.Document{Instance: o.Dir.Instance, Kind: seal.KindReport, Case: c.Case.ID.String(), Chain: seal.ChainReporter, ID: first.ID.String(), Seq: 1, Unit: "unit-1",
		Day: first.Day.String(), Author: seal.Author{Role: seal.RoleReporter}, Body: raw}, 0, seal.Signer{Role: seal.RoleReporter, Key: keys.Sign})
	if err != nil {
		t.Fatal(err)
	}
	var env struct{ Doc string }
	if err := json.Unmarshal(plain, &env); err != nil {
		t.Fatal(err)
	}
	return []byte(env.Doc)
}

// sealsReport signs a document's text whatever it says, and seals it to the office.
func (o *caseWorld) sealsReport(t *testing.T, keys *seal.MailboxKeys, doc []byte) []byte {
	t.Helper()
	env, err := json.Marshal(map[string]any{"v": 1, "doc": string(doc), "sigs": []any{map[string]any{
		"role": seal.RoleReporter, "key": seal.EncodeKey(keys.Sign.Public().(ed25519.PublicKey)),
		"sig": base64.RawURLEncoding.EncodeToString(ed25519.Sign(keys.Sign, append([]byte("clarion/document/v1\n"), doc...))),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := seal.Seal(env, o.Key(t, "unit-1").Age.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}
