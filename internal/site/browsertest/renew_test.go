package browsertest

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/office/staff"
)

// presses clicks the button of a text.
func (c *colleague) presses(text string) {
	c.t.Helper()
	if !ask[bool](c.tab, `(b => { if (b) b.click(); return !!b; })([...document.querySelectorAll("#app button")].find(b => b.textContent === `+quote(text)+`))`) {
		c.t.Fatalf("no button %q: %s", text, c.text())
	}
}

// loses lets requests to these places take effect, and gives no answer.
func (x *wire) loses(places ...string) {
	x.set(func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if slices.ContainsFunc(places, func(p string) bool { return strings.HasSuffix(r.URL.Path, p) }) {
			next.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	})
}

// TestRenew: an administrator changes her passphrase and mistypes on the way, and her telephone; the old ones are refused, what was
// open elsewhere ends. Answers are lost, and nothing is lost by it. Then she forgets the words, and a passkey makes new ones.
func TestRenew(t *testing.T) {
	t.Parallel()
	x, clock, axe := &wire{}, apptest.NewClock(time.Now()), axeSource(t)
	s := httptest.NewUnstartedServer(nil)
	port := s.Listener.Addr().String()[strings.LastIndex(s.Listener.Addr().String(), ":"):]
	w := apptest.Start(t, apptest.Options{Clock: clock, Set: map[string]string{"desk.url": "http://desk.localhost" + port, "inspect.url": "http://inspect.localhost" + port}})
	if err := w.OpenDesk(t.Context()); err != nil {
		t.Fatal(err)
	}
	h, err := w.DeskHandler()
	if err != nil {
		t.Fatal(err)
	}
	s.Config.Handler = x.wrap(h)
	s.Start()
	t.Cleanup(s.Close)
	p, _ := w.DeskPlayer(staff.Administrator)
	enters := func() *colleague {
		c := &colleague{tab: newTab(t, chromium(t), w.Config.Desk.URL), account: p.Account}
		c.scripts(true)
		c.size(390, 844)
		c.open(200, "/en/")
		c.until(`document.querySelector("#passphrase")`)
		return c
	}
	secret := p.Factor
	code := func() string {
		clock.Move(time.Minute)
		code, err := staff.CodeOf(secret, clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	old := strings.Fields(p.Passphrase)
	const within = `!document.querySelector("#passphrase") && !document.querySelector("#nav").hidden`
	c, elsewhere := enters(), enters()
	for _, each := range []*colleague{c, elsewhere} {
		each.signIn(old, code())
		each.until(within)
	}

	// Words of somebody else's paper, then the right ones.
	c.to("account")
	c.until(`document.querySelector("#passkey-name")`)
	c.sound(axe, "the account")
	c.presses("New passphrase")
	c.until(`document.querySelector("#present-words")`)
	c.sound(axe, "showing that it is she")
	c.write("present-words", strings.Join([]string{old[1], old[0], old[2], old[3], old[4], old[5]}, " "))
	c.write("present-code", code())
	c.presses("Go on")
	if got := c.fault(); got == "" {
		t.Error("other words show that it is she")
	}
	c.write("present-words", strings.Join(old, " "))
	c.write("present-code", code())
	c.presses("Go on")
	c.until(`document.querySelectorAll(".cl-words li").length == 6`)
	fresh := c.list(".cl-words li")
	c.presses("I have written them down")
	c.until(`document.querySelector("#again")`)
	c.sound(axe, "typing the new words back")
	c.write("again", strings.Join(old, " "))
	c.presses("Use these words from now on")
	if got := c.fault(); !strings.Contains(got, "Word 1 is different") {
		t.Errorf("the old words typed back: %s", got)
	}
	// The change is made and no answer comes, to the question neither: both papers are kept, and pressing again is harmless.
	x.loses("/api/me/passphrase", "/api/me/key")
	c.write("again", strings.Join(fresh, " "))
	c.presses("Use these words from now on")
	c.says("Keep both papers and press once more")
	x.set(nil)
	c.presses("Use these words from now on")
	c.until(`document.querySelector(".cl-note--ok")`)
	elsewhere.act(`#nav a[href$="/people"]`)
	elsewhere.until(`document.querySelector("#passphrase")`)
	elsewhere.signIn(old, code())
	if got := elsewhere.fault(); got == "" {
		t.Error("the old words sign in")
	}

	// Another telephone: the key that is open stays open with the new words.
	c.presses("Back to my account")
	c.until(`document.querySelector("#passkey-name")`)
	c.presses("New telephone")
	c.until(`document.querySelector("#present-words")`)
	c.write("present-words", strings.Join(fresh, " "))
	c.write("present-code", code())
	c.presses("Go on")
	c.until(`document.querySelector("#app code")`)
	c.sound(axe, "the new telephone")
	c.write("code", "000000")
	c.presses("Use this telephone from now on")
	c.fault()
	before := code()
	secret = strings.ReplaceAll(ask[string](c.tab, `document.querySelector("#app code").textContent`), " ", "")
	x.loses("/api/me/factor/set")
	c.write("code", code())
	c.presses("Use this telephone from now on")
	c.says("It is not certain which telephone counts")
	x.set(nil)
	c.presses("Use this telephone from now on")
	c.until(`document.querySelector(".cl-note--ok")`)
	elsewhere.signIn(fresh, before)
	if got := elsewhere.fault(); got == "" {
		t.Error("a code of the old telephone signs in")
	}
	elsewhere.signIn(fresh, code())
	elsewhere.until(within)

	// The paper is lost, the passkey is there.
	c = elsewhere
	c.refusedPasskey()
	call(c.tab, webauthn.Disable, cdp.Empty{})
	c.addsPasskey()
	c.presses("New passphrase")
	c.until(`document.querySelector("#present-words")`)
	c.presses("Use a passkey")
	c.until(`document.querySelectorAll(".cl-words li").length == 6`)
	third := c.list(".cl-words li")
	c.presses("I have written them down")
	c.until(`document.querySelector("#again")`)
	x.loses("/api/me/passphrase") // the server still says which words hold
	c.write("again", strings.Join(third, " "))
	c.presses("Use these words from now on")
	c.until(`document.querySelector(".cl-note--ok")`)
	x.set(nil)
	c.byPasskey()
	c.until(within)
	c.act("#who > button:last-child")
	c.until(`document.querySelector("#passphrase")`)
	c.signIn(third, code())
	c.until(within)
	c.to("account")
	c.until(`document.querySelectorAll(".cl-words li").length == 8`)
	for _, words := range [][]string{old, fresh, third} {
		if x.holds(strings.Join(words, " ")) || x.holds(words[0]+"\",\""+words[1]) {
			t.Error("words went over the line")
		}
	}
}
