package browsertest

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/office/staff"
)

// deskWorld is an installation of its own, with nothing in it yet, whose two doors of staff are open.
type deskWorld struct {
	*app.App
	desk, inspect string // origins
	wire          *wire
	log           *strings.Builder
}

// newDesk makes the installation that clarion serve makes on its first start.
func newDesk(t *testing.T, set map[string]string) *deskWorld {
	t.Helper()
	return newDeskAt(t, set, time.Now)
}

// newDeskAt is newDesk by another clock.
func newDeskAt(t *testing.T, set map[string]string, now func() time.Time) *deskWorld {
	t.Helper()
	return newDeskWith(t, set, app.Options{Now: now})
}

// newDeskWith is newDesk with options of the installation.
func newDeskWith(t *testing.T, set map[string]string, with app.Options) *deskWorld {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	port := s.Listener.Addr().String()[strings.LastIndex(s.Listener.Addr().String(), ":"):]
	o := &deskWorld{desk: "http://desk.localhost" + port, inspect: "http://inspect.localhost" + port, wire: &wire{small: true}, log: &strings.Builder{}}
	flags := map[string]string{"data": filepath.Join(t.TempDir(), "data"), "desk.url": o.desk, "inspect.url": o.inspect, "files.reserve": "16MiB"}
	for k, v := range set {
		flags[k] = v
	}
	cfg, err := config.Load(config.Source{Flags: flags})
	if err != nil {
		t.Fatal(err)
	}
	with.Config, with.Log, with.Create = cfg, slog.New(slog.NewTextHandler(o.log, nil)), true
	if o.App, err = app.Open(context.WithoutCancel(t.Context()), with); err != nil {
		t.Fatal(err)
	}
	h, err := o.DeskHandler()
	if err != nil {
		t.Fatal(err)
	}
	s.Config.Handler = o.wire.wrap(h)
	s.Start()
	t.Cleanup(func() {
		s.Close()
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

// colleague is somebody at a browser of their own, with their paper and telephone.
type colleague struct {
	*tab
	account, name string
	passphrase    []string
	secret        string        // of the second factor
	words         string        // the eight of the fingerprint, as their own page shows them
	steps         int           // codes that were used, one a time step
	ahead         time.Duration // of the telephone
}

// code is what the telephone shows, a later step each time: a code counts once.
func (c *colleague) code() string {
	c.t.Helper()
	code, err := staff.CodeOf(c.secret, time.Now().Add(c.ahead+time.Duration(c.steps)*30*time.Second))
	if err != nil {
		c.t.Fatal(err)
	}
	c.steps++
	return code
}

// list reads the words of a grid on the page.
func (b *tab) list(selector string) []string {
	b.t.Helper()
	return ask[[]string](b, `[...document.querySelectorAll(`+quote(selector)+`)].map(e => e.textContent)`)
}

// main presses the first button of the last row of buttons.
func (b *tab) main() {
	b.t.Helper()
	const press = `(() => { const all = document.querySelectorAll("#app .cl-actions"), e = all.length && all[all.length - 1].querySelector("button"); if (e) e.click(); return !!e; })()`
	if !ask[bool](b, press) {
		b.t.Fatalf("no button: %s", b.text())
	}
}

// fault waits for an error message of a field or of the page.
func (b *tab) fault() string {
	b.t.Helper()
	const find = `[...document.querySelectorAll(".govuk-error-message:not([hidden]), #app [role=alert] .cl-note")].map(e => e.innerText).join(" ").trim()`
	b.until(find + ` != ""`)
	return ask[string](b, find)
}

// joins opens a link in a browser of its own and does everything that it asks for.
func (o *deskWorld) joins(t *testing.T, browser context.Context, lang, link, account, name string) *colleague {
	t.Helper()
	return o.joinsAt(t, browser, lang, link, account, name, 0)
}

// joinsAt is joins with a telephone whose clock is ahead.
func (o *deskWorld) joinsAt(t *testing.T, browser context.Context, lang, link, account, name string, ahead time.Duration) *colleague {
	t.Helper()
	door, path, _ := strings.Cut(strings.TrimPrefix(link, "http://"), "/")
	c := &colleague{tab: newTab(t, browser, "http://"+door), account: account, name: name, ahead: ahead}
	c.scripts(true)
	c.open(200, "/"+lang+"/"+path)
	c.until(`document.querySelector("#app .cl-actions button")`)
	if ask[bool](c.tab, `!!document.querySelector("#account")`) {
		c.write("account", "Zhou Li")
		c.write("name", name)
		c.main()
		if got := c.fault(); got == "" {
			t.Error("a short name with capitals was taken")
		}
		c.write("account", account)
	}
	c.main()
	c.until(`document.querySelectorAll(".cl-words li").length == 6`)
	c.passphrase = c.list(".cl-words li")
	c.main()
	c.until(`document.querySelector("#again")`)
	wrong := append([]string{"abacus"}, c.passphrase[1:]...)
	if wrong[0] == c.passphrase[0] {
		wrong[0] = "zoom"
	}
	c.write("again", strings.Join(wrong, " "))
	c.main()
	if got := c.fault(); !strings.Contains(got, "1") {
		t.Errorf("a wrong first word: %q", got)
	}
	c.write("again", "  "+strings.ToUpper(strings.Join(c.passphrase, "  ")))
	c.main()
	c.until(`document.querySelector("canvas.cl-qr")`)
	c.secret = strings.ReplaceAll(ask[string](c.tab, `document.querySelector("details code").textContent`), " ", "")
	c.write("code", "000000")
	c.main()
	if got := c.fault(); got == "" {
		t.Error("a wrong code was taken")
	}
	c.write("code", c.code())
	c.main()
	c.until(`document.querySelector("#app .cl-note--ok")`)
	c.words = strings.Join(c.list(".cl-words li"), " ")
	c.main()
	c.until(`document.querySelector(".cl-todo, #app a[href$='/before'], .cl-queue")`)
	return c
}

// goes shows a place of the door by its link in the bar.
func (c *colleague) to(path string) {
	c.t.Helper()
	c.act(`#nav a[href$="/` + path + `"]`)
}

// TestSetUp is the first day of an installation: two people, each at a door and a browser of their own, bring it from an empty
// directory to lists in force, with refusals and corrections on the way. Nobody is asked for what another must do.
func TestSetUp(t *testing.T) {
	t.Parallel()
	o := newDesk(t, nil)
	axe, browser := axeSource(t), chromium(t)
	first := func(role staff.Role) string {
		link, err := o.Staff.InviteFirst(t.Context(), role)
		if err != nil {
			t.Fatal(err)
		}
		return link.URL
	}
	admin := o.joins(t, browser, "zh", first(staff.Administrator), "zhou", "周")
	admin.size(390, 844)
	admin.sound(axe, "before the doors open")
	sheets, root := admin.makesKit(t, axe)
	inspector := o.joins(t, browser, "en", first(staff.Inspector), "song", "Song")
	people := map[string]*colleague{"song": inspector}
	for _, p := range []struct{ account, name, role string }{{"he", "何", "custodian"}, {"qian", "钱", "custodian"}, {"chen", "陈", "member"}, {"zhao", "赵", "member"}} {
		people[p.account] = o.joins(t, browser, "zh", admin.invites(t, p.account, p.name, p.role, axe), p.account, p.name)
	}
	admin.proposes(t, people, sheets[0], axe)
	inspector.signs(t, people, root, axe)
	set, err := o.Keys.Set()
	if err != nil || set.Version != 2 || len(set.Custodians) != 2 || len(set.Inspectors) != 1 || len(set.Intake) == 0 {
		t.Fatalf("list in force: %+v, %v", set, err)
	}
	admin.to("keys")
	admin.until(`document.querySelector("#app .cl-pairs") && document.querySelector("#app .cl-note")`)
	if got := admin.text(); !strings.Contains(got, "第2份") || !strings.Contains(got, "每个单位都有密钥了") || strings.Contains(got, "三十个词") {
		t.Errorf("nothing is left to propose: %s", got)
	}
	inspector.approves(t)
	left, err := o.Missing(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, e := range left {
		if e.Blocks && !e.Done {
			codes = append(codes, e.Code)
		}
	}
	if got := strings.Join(codes, " "); got != "address_public address_desk address_inspect numbers backup" {
		t.Errorf("still missing: %s", got)
	}
	if open, err := o.DoorsOpen(t.Context()); err != nil || open {
		t.Errorf("the doors: %v, %v", open, err)
	}
	admin.comesBack(t)
	for _, c := range append([]*colleague{admin}, people["song"], people["he"], people["chen"]) {
		for _, secret := range append(c.passphrase[:1:1], strings.Join(c.passphrase, " "), c.secret) {
			if len(secret) > 20 && strings.Contains(o.log.String(), secret) {
				t.Errorf("a secret of %s is in the log", c.account)
			}
		}
		inFiles(t, o.Dir.Path, strings.Join(c.passphrase, " "))
	}
	for _, s := range sheets {
		inFiles(t, o.Dir.Path, s)
	}
}

// makesKit makes the root key and the kit and types every sheet back, the first one wrongly. The sheets' words are returned,
// the root's first, and the fingerprint of the root key.
func (c *colleague) makesKit(t *testing.T, axe string) (sheets []string, root string) {
	t.Helper()
	c.to("keys")
	c.until(`document.querySelector("#kit-3")`)
	c.main()
	c.until(`document.querySelectorAll(".cl-sheet").length == 4`)
	c.sound(axe, "sheets")
	for i := range 4 {
		sheets = append(sheets, strings.Join(c.list(fmt.Sprintf(".cl-sheet:nth-of-type(%d) .cl-words li", i+1)), " "))
	}
	for _, s := range sheets {
		if len(strings.Fields(s)) != 30 {
			t.Fatalf("a sheet of %d words", len(strings.Fields(s)))
		}
	}
	ask[bool](c.tab, `(e => { e[e.length - 1].querySelectorAll("button")[1].click(); return true; })(document.querySelectorAll("#app .cl-actions"))`)
	c.until(`document.querySelector("#sheet")`)
	words := strings.Fields(sheets[1])
	words[3], words[4] = words[4], words[3]
	c.write("sheet", strings.Join(words, " "))
	c.main()
	if words[3] != words[4] {
		c.fault()
	}
	for i := range sheets {
		n := (i + 2) % 4
		c.write("sheet", strings.ToUpper(strings.ReplaceAll(sheets[n], " ", "\n")))
		c.main()
		if i < 3 {
			c.until(fmt.Sprintf(`document.querySelectorAll(".cl-todo .is-done").length == %d`, i+1))
		}
	}
	c.until(`document.querySelector(".cl-command code")`)
	root = ask[string](c.tab, `document.querySelector(".cl-command code").textContent`)
	if len(strings.Fields(root)) != 16 {
		t.Errorf("fingerprint of the root: %q", root)
	}
	c.main()
	return sheets, root
}

// invites makes a link for somebody.
func (c *colleague) invites(t *testing.T, account, name, role, axe string) string {
	t.Helper()
	c.to("people")
	c.until(`document.querySelector("#role-member")`)
	c.write("name", name)
	c.write("account", account)
	c.pick("role-" + role)
	c.main()
	c.until(`document.querySelector("[data-made] code")`)
	if account == "he" {
		c.sound(axe, "people")
	}
	return ask[string](c.tab, `document.querySelector("[data-made] code").textContent`)
}

// proposes types everybody's words, one of them wrongly first, and signs with the root sheet.
func (c *colleague) proposes(t *testing.T, people map[string]*colleague, root, axe string) {
	t.Helper()
	c.to("keys")
	c.until(`document.querySelector("#root-sheet")`)
	c.sound(axe, "a change")
	for account, p := range people {
		c.write("words-"+account, p.words)
	}
	c.write("words-he", people["qian"].words)
	offices := ask[[]string](c.tab, `[...new Set([...document.querySelectorAll("[data-office]")].map(e => e.dataset.office))]`)
	for _, office := range offices {
		c.pick("chen-" + office + "-triage")
		c.pick("zhao-" + office + "-approver")
	}
	c.write("root-sheet", root)
	c.main()
	c.fault()
	c.write("words-he", people["he"].words)
	c.write("root-sheet", root)
	c.main()
	c.until(`!document.querySelector("#root-sheet") && document.querySelector("#app .cl-note")`)
}

// signs looks at the draft, types the custodians' words and signs.
func (c *colleague) signs(t *testing.T, people map[string]*colleague, root, axe string) {
	t.Helper()
	c.to("list")
	c.until(`document.querySelector("#words-he")`)
	c.sound(axe, "a list to sign")
	c.write("words-he", people["qian"].words)
	c.write("words-qian", people["qian"].words)
	c.write("root-print", root)
	c.main()
	c.fault()
	c.write("words-he", people["he"].words)
	c.main()
	c.until(`document.querySelector("#app .cl-note--ok")`)
}

// approves signs every category.
func (c *colleague) approves(t *testing.T) {
	t.Helper()
	c.to("categories")
	c.until(`document.querySelectorAll("#app .cl-card .cl-actions button").length > 0`)
	for ask[int](c.tab, `document.querySelectorAll("#app .cl-card .cl-actions button").length`) > 0 {
		n := ask[int](c.tab, `(all => { all[0].click(); return all.length; })(document.querySelectorAll("#app .cl-card .cl-actions button"))`)
		c.until(fmt.Sprintf(`document.querySelectorAll("#app .cl-card .cl-actions button").length < %d`, n))
	}
}

// comesBack signs out, is refused with a wrong passphrase, and signs in.
func (c *colleague) comesBack(t *testing.T) {
	t.Helper()
	c.act("#who > button:last-child")
	c.until(`document.querySelector("#passphrase")`)
	c.signIn(append([]string{"abacus"}, c.passphrase[1:]...), "000000") // no code is taken before the signature is right
	c.fault()
	c.signIn(c.passphrase, c.code())
	c.until(`document.querySelector(".cl-todo")`)
}

// signIn fills the page of the door in and presses its button.
func (c *colleague) signIn(words []string, code string) {
	c.t.Helper()
	c.write("sign-in-as", c.account)
	c.write("passphrase", strings.Join(words, " "))
	c.write("code", code)
	c.main()
}

// sound asks axe about the page as it is, in both colour schemes, and whether it is wider than its window. Without axe it does
// nothing: another test looks at the same page.
func (c *colleague) sound(axe, name string) {
	c.t.Helper()
	if axe == "" {
		return
	}
	if ask[bool](c.tab, `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
		c.t.Errorf("%s is wider than its window", name)
	}
	if ask[bool](c.tab, `document.body.textContent.includes("\u3014")`) {
		c.t.Errorf("%s shows a text that is not there: %s", name, c.text())
	}
	if !ask[bool](c.tab, `typeof axe == "object"`) {
		ask[any](c.tab, axe+";null")
	}
	// Dark and light in turn, because a question costs half a second; both where pictures are wanted.
	schemes := []bool{len(name)%2 == 1}
	if dir := os.Getenv("CLARION_SCREENS"); dir != "" {
		schemes = []bool{false, true}
		c.pictured(dir, name)
	}
	for _, dark := range schemes {
		c.dark(dark)
		found := ask[[]string](c.tab, axeRun+`.then(r => [...r.violations.map(v => v.id + ": " + v.nodes.map(n => n.target + " " + n.failureSummary).join("; ")), ...(r.passes.length ? [] : ["axe saw nothing"])])`)
		for _, f := range found {
			c.t.Errorf("%s: %s", name, f)
		}
	}
	c.dark(false)
}

// pictured keeps a picture of the whole page as it is.
func (c *colleague) pictured(dir, name string) {
	c.t.Helper()
	b, err := chromedp.Run(c.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "desk-"+strings.ReplaceAll(c.t.Name()+" "+name, "/", "-")+".png"), b, 0o600)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// TestDemoDesk signs in at both doors of the demonstration with what its tour shows.
func TestDemoDesk(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(nil)
	port := s.Listener.Addr().String()[strings.LastIndex(s.Listener.Addr().String(), ":"):]
	w := apptest.Start(t, apptest.Options{Set: map[string]string{"desk.url": "http://desk.localhost" + port, "inspect.url": "http://inspect.localhost" + port}})
	if err := w.OpenDesk(t.Context()); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.Config.Handler, err = w.DeskHandler(); err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(s.Close)
	axe, browser := axeSource(t), chromium(t)
	for role, place := range map[staff.Role]string{staff.Administrator: "keys", staff.Inspector: "categories"} {
		p, ok := w.DeskPlayer(role)
		if !ok {
			t.Fatalf("no %s", role)
		}
		origin := w.Config.Desk.URL
		if role == staff.Inspector {
			origin = w.Config.Desk.Inspect
		}
		c := &colleague{tab: newTab(t, browser, origin), account: p.Account, passphrase: strings.Fields(p.Passphrase), secret: p.Factor}
		c.scripts(true)
		c.size(360, 740)
		c.open(200, "/en/")
		c.until(`document.querySelector("#passphrase")`)
		c.signIn(c.passphrase, c.code())
		c.until(`document.querySelector(".cl-todo")`)
		if got := c.text(); !strings.Contains(got, "The form is open") {
			t.Errorf("%s: %.300s", role, got)
		}
		c.to(place)
		c.until(`document.querySelector("#app h1") && !document.querySelector(".cl-todo")`)
		c.sound(axe, place)
	}
}

// authenticator gives a tab a device that makes passkeys without a hand; prf says whether they can open keys.
func (c *colleague) authenticator(prf bool) {
	c.t.Helper()
	call(c.tab, webauthn.Enable, webauthn.EnableParams{})
	call(c.tab, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, HasPrf: prf, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
}

// refusedPasskey offers a device that cannot open keys.
func (c *colleague) refusedPasskey() {
	c.t.Helper()
	c.authenticator(false)
	c.offersPasskey()
	if got := c.fault(); !strings.Contains(got, "cannot open keys") && !strings.Contains(got, "打不开密钥") {
		c.t.Errorf("a passkey without PRF: %q", got)
	}
}

// addsPasskey gets a device that opens keys and puts a passkey on it.
func (c *colleague) addsPasskey() {
	c.t.Helper()
	c.authenticator(true)
	c.offersPasskey()
	c.until(`document.querySelector("#app .cl-todo li")`)
}

func (c *colleague) offersPasskey() {
	c.t.Helper()
	c.to("account")
	c.until(`document.querySelector("#passkey-name")`)
	c.write("passkey-name", "office laptop")
	ask[bool](c.tab, `(e => { e.closest(".cl-narrowbox").querySelector(".cl-actions button").click(); return true; })(document.querySelector("#passkey-name"))`)
}

// byPasskey signs out, and in again with the passkey.
func (c *colleague) byPasskey() {
	c.t.Helper()
	c.act("#who > button:last-child")
	c.until(`document.querySelector("#passphrase")`)
	ask[bool](c.tab, `(b => { b[b.length - 1].click(); return true; })(document.querySelectorAll("#app .cl-actions button"))`)
	c.until(`document.querySelector("#nav a")`)
}

// TestLapsed: a session that ends while somebody types takes nothing away, and another account gets none of it.
func TestLapsed(t *testing.T) {
	t.Parallel()
	clock := apptest.NewClock(time.Now())
	s := httptest.NewUnstartedServer(nil)
	port := s.Listener.Addr().String()[strings.LastIndex(s.Listener.Addr().String(), ":"):]
	w := apptest.Start(t, apptest.Options{Clock: clock, Set: map[string]string{"desk.url": "http://desk.localhost" + port, "inspect.url": "http://inspect.localhost" + port}})
	if err := w.OpenDesk(t.Context()); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.Config.Handler, err = w.DeskHandler(); err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(s.Close)
	p, _ := w.DeskPlayer(staff.Administrator)
	c := &colleague{tab: newTab(t, chromium(t), w.Config.Desk.URL), account: p.Account, passphrase: strings.Fields(p.Passphrase), secret: p.Factor}
	code := func() string {
		clock.Move(time.Minute)
		code, err := staff.CodeOf(p.Factor, clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	c.scripts(true)
	c.open(200, "/zh/")
	c.until(`document.querySelector("#passphrase")`)
	c.signIn(c.passphrase, code())
	c.until(`document.querySelector(".cl-todo")`)
	c.to("people")
	c.until(`document.querySelector("#name")`)
	c.write("name", "吴小明")
	c.write("account", "mei")
	clock.Move(time.Hour)
	c.main()
	c.until(`document.querySelector("#lapsed #passphrase")`)
	if got := ask[string](c.tab, `document.querySelector("#name").value`); got != "吴小明" {
		t.Errorf("what was typed: %q", got)
	}
	ask[bool](c.tab, `(d => { d.querySelector("#sign-in-as").value = `+quote(c.account)+`; d.querySelector("#passphrase").value = `+quote(strings.Join(c.passphrase, " "))+`; d.querySelector("#code").value = `+quote(code())+`; d.querySelector(".cl-actions button").click(); return true; })(document.querySelector("#lapsed"))`)
	c.until(`!document.querySelector("#lapsed")`)
	c.main()
	c.until(`document.querySelector("[data-made] code")`)
}

// TestPasskeys: a passkey is added beside the passphrase, signs in and opens the key in one ceremony, opens it again on a page
// that was loaded anew, signs what only that key can sign, and is removed. One that cannot open keys is refused, and what
// would open a key never goes over the line.
func TestPasskeys(t *testing.T) {
	t.Parallel()
	x := &wire{}
	s := httptest.NewUnstartedServer(nil)
	port := s.Listener.Addr().String()[strings.LastIndex(s.Listener.Addr().String(), ":"):]
	w := apptest.Start(t, apptest.Options{Set: map[string]string{"desk.url": "http://desk.localhost" + port, "inspect.url": "http://inspect.localhost" + port}})
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
	p, _ := w.DeskPlayer(staff.Inspector)
	c := &colleague{tab: newTab(t, chromium(t), w.Config.Desk.Inspect), account: p.Account, passphrase: strings.Fields(p.Passphrase), secret: p.Factor}
	c.scripts(true)
	c.open(200, "/en/")
	c.until(`document.querySelector("#passphrase")`)
	c.signIn(c.passphrase, c.code())
	c.until(`document.querySelector(".cl-todo")`)
	c.refusedPasskey()
	call(c.tab, webauthn.Disable, cdp.Empty{})
	c.addsPasskey()
	c.byPasskey()
	c.to("account")
	c.until(`document.querySelectorAll(".cl-words li").length == 8`) // the key is open
	c.open(200, "/en/account")
	c.until(`document.querySelector("#app .cl-actions button") && !document.querySelector(".cl-words")`)
	ask[bool](c.tab, `(() => { document.querySelector("#app .cl-actions button").click(); return true; })()`)
	c.until(`document.querySelector("#unlock-words")`)
	ask[bool](c.tab, `(b => { b[1].click(); return true; })(document.querySelector("#unlock-words").closest(".cl-card").querySelectorAll(".cl-actions button"))`)
	c.until(`document.querySelectorAll(".cl-words li").length == 8`)
	c.act("#app .cl-todo li button")
	c.until(`!document.querySelector("#app .cl-todo li")`)
	c.act("#who > button:last-child")
	c.until(`document.querySelector("#passphrase")`)
	ask[bool](c.tab, `(b => { b[b.length - 1].click(); return true; })(document.querySelectorAll("#app .cl-actions button"))`)
	if got := c.fault(); got == "" {
		t.Error("a passkey that was removed signs in")
	}
	if x.holds(`"results"`) || x.holds(p.Passphrase) {
		t.Error("what opens the key went over the line")
	}
}
