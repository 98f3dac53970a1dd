package browsertest

import (
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/seal"
)

// officeWorld is an installation with cases, whose desk is open to its members.
type officeWorld struct {
	*apptest.World
	server *httptest.Server
}

// openOffice opens the desk of a demonstration.
func openOffice(t *testing.T) *officeWorld {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	port := s.Listener.Addr().String()[strings.LastIndex(s.Listener.Addr().String(), ":"):]
	o := &officeWorld{server: s, World: apptest.Start(t, apptest.Options{Set: map[string]string{"desk.url": "http://desk.localhost" + port, "inspect.url": "http://inspect.localhost" + port}})}
	if err := o.OpenDesk(t.Context()); err != nil {
		t.Fatal(err)
	}
	h, err := o.DeskHandler()
	if err != nil {
		t.Fatal(err)
	}
	s.Config.Handler = h
	s.Start()
	t.Cleanup(s.Close)
	return o
}

// enters signs a member in, in a browser of their own, at a path of the desk.
func (o *officeWorld) enters(t *testing.T, tab *tab, account, path string) *colleague {
	t.Helper()
	p, ok := o.DeskMember(account)
	if !ok {
		t.Fatalf("no member %s", account)
	}
	c := &colleague{tab: tab, account: account, passphrase: strings.Fields(p.Passphrase), secret: p.Factor}
	c.scripts(true)
	c.open(200, path)
	c.until(`document.querySelector("#passphrase")`)
	c.signIn(c.passphrase, c.code())
	return c
}

// report sends an invented report to the first unit.
func (o *officeWorld) report(t *testing.T, what string, danger bool) (number string) {
	t.Helper()
	in := intake.Sent{Category: "protected-documents", Danger: "no", Region: "donggang", Lang: "zh-Hans", CodeKind: "digits", How: []string{"saw"}, What: what, When: "昨天", Where: "办公室",
		Answers: map[id.Question][]string{"means": {"pay"}, "wanted": {"marked"}, "handed": {"no"}}}
	if danger {
		in.Danger = "yes"
	}
	number, err := o.Send(t.Context(), in, "")
	if err != nil {
		t.Fatal(err)
	}
	return number
}

// titled writes the first letter of a case, and a working title and a note inside the unit.
func (o *officeWorld) titled(t *testing.T, number, title, note string) {
	t.Helper()
	s, err := o.As(t.Context(), "chen", "unit-1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Reply(t.Context(), number, terminal.Letter{}); err != nil {
		t.Fatal(err)
	}
	for _, b := range []seal.Body{&seal.Title{Text: title}, &seal.Note{Text: note}} {
		if err := s.Keep(t.Context(), number, b); err != nil {
			t.Fatal(err)
		}
	}
}

var (
	keyJ     = key{"j", "KeyJ", "j", 74}
	keySlash = key{"/", "Slash", "/", 191}
	keyUp    = key{"ArrowUp", "ArrowUp", "", 38}
)

// row is the text of a case's row, without line ends.
func (c *colleague) row(number string) string {
	c.t.Helper()
	return ask[string](c.tab, `(e => e ? e.innerText.replace(/\s+/g, " ") : "")(document.querySelector('tr[data-number="`+number+`"]'))`)
}

// rows waits for the list that was asked for and gives its numbers.
func (c *colleague) rows() []string {
	c.t.Helper()
	c.until(`document.querySelector(".cl-queue") && !document.querySelector(".cl-queue[aria-busy]")`)
	return ask[[]string](c.tab, `[...document.querySelectorAll("tr[data-number]")].map(e => e.dataset.number)`)
}

const hostileTitle = "<img src=x onerror=alert(1)> \u202Efdp.exe 烟雾"

// TestQueue is a morning at the desk: what waits, in which order, under which titles; what a colleague does shows up, and what
// was opened is gone with the key.
func TestQueue(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	var all []string
	for i := range 27 {
		all = append(all, o.report(t, fmt.Sprintf("第%d件事，都是编的。", i+1), false))
	}
	o.titled(t, all[0], "更衣室的烟雾报警器", "两名证人都提到ＰＵＭＰ房。")
	o.titled(t, all[1], hostileTitle, "没有别的。")
	danger := o.report(t, "有人说要打人，都是编的。", true)
	axe, browser := axeSource(t), chromium(t)
	c := o.enters(t, newTab(t, browser, o.Config.Desk.URL), "zhao", "/zh/")
	c.until(`document.querySelector(".cl-empty")`) // of the first office
	if got := ask[string](c.tab, `location.pathname`); got != "/zh/cases" {
		t.Errorf("a member begins at %s", got)
	}
	c.act(`nav a[href*="unit=unit-1"]`)
	c.until(`document.querySelectorAll("tr[data-number]").length == 25`)
	c.until(`document.querySelectorAll('[data-title=opening], [data-title=shut]').length == 0`)
	o.reads(t, c, danger)
	c.pages(t, all)
	c.filters(t, axe)
	c.searches(t, all)
	o.hears(t, c, all)
	c.keysMove(t)
	c.locks(t)
	for _, width := range []int64{390, 820, 1280} {
		c.size(width, 844)
		c.sound(axe, fmt.Sprint("list at ", width, " px"))
	}
	c.size(390, 844)
	c.letters(200)
	c.fitsNow(t, "200 % letters")
	c.letters(100)
	ask[any](c.tab, `document.documentElement.dir = "rtl", null`)
	c.fitsNow(t, "right to left")
}

func (c *colleague) fitsNow(t *testing.T, name string) {
	t.Helper()
	if ask[bool](c.tab, `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
		t.Errorf("%s: wider than its window", name)
	}
}

// reads: danger first with its minute, titles opened, foreign words as text.
func (o *officeWorld) reads(t *testing.T, c *colleague, danger string) {
	t.Helper()
	if got := c.rows(); got[0] != danger {
		t.Errorf("the first row is %s, not the danger", got[0])
	}
	if got := c.row(danger); !strings.Contains(got, "危险，待查看") || !strings.Contains(got, "报有危险") || !strings.Contains(got, "东港区") || !strings.Contains(got, "今天") || !strings.Contains(got, "还没有标题") {
		t.Errorf("the danger's row: %s", got)
	}
	c.act(`a[href*="show=mine"]`)
	c.until(`document.querySelector(".cl-empty")`)
	c.act(`a[href$="/cases?unit=unit-1"]`)
	c.until(`document.querySelector("tr[data-number]")`)
	if got := c.list(`.cl-views .cl-count`); len(got) < 6 {
		c.until(`document.querySelectorAll(".cl-views .cl-count").length == 7`)
	}
}

// pages goes to the second page and back, with the address.
func (c *colleague) pages(t *testing.T, all []string) {
	t.Helper()
	first := c.rows()
	c.act(`.cl-pager__steps button:last-child`)
	c.until(`document.querySelectorAll("tr[data-number]").length == 3`)
	second := c.rows()
	seen := map[string]bool{}
	for _, n := range append(append([]string{}, first...), second...) {
		seen[n] = true
	}
	if len(seen) != 28 {
		t.Errorf("%d different cases on two pages", len(seen))
	}
	for _, n := range all {
		if !seen[n] {
			t.Errorf("%s is on no page", n)
		}
	}
	if !ask[bool](c.tab, `location.search.includes("after=")`) {
		t.Error("the page does not stand in the address")
	}
	c.tab.goesBack()
	c.until(`document.querySelectorAll("tr[data-number]").length == 25`)
	if got := c.rows(); strings.Join(got, " ") != strings.Join(first, " ") {
		t.Error("back leads elsewhere")
	}
}

// filters narrows the list, and the address keeps it.
func (c *colleague) filters(t *testing.T, axe string) {
	t.Helper()
	if !ask[bool](c.tab, `(s => { s.value = "acknowledged"; s.form.requestSubmit(); return true; })(document.querySelector("#filter-state"))`) {
		t.Fatal("no filter")
	}
	c.until(`document.querySelectorAll("tr[data-number]").length == 2`)
	c.until(`document.querySelectorAll('[data-title=open]').length == 2`)
	got := ask[string](c.tab, `document.querySelector(".cl-queue").innerText`)
	if !strings.Contains(got, "更衣室的烟雾报警器") || !strings.Contains(got, "<img src=x onerror=alert(1)> [U+202E]fdp.exe") || ask[bool](c.tab, `!!document.querySelector(".cl-queue img")`) {
		t.Errorf("titles: %s", got)
	}
	c.sound(axe, "a filtered list")
	if !ask[bool](c.tab, `location.search.includes("state=acknowledged")`) {
		t.Error("the filter does not stand in the address")
	}
}

// searches finds a note by a word of other width and case.
func (c *colleague) searches(t *testing.T, all []string) {
	t.Helper()
	c.act(".cl-search > summary")
	c.write("search-words", "烟雾 报警")
	c.act(".cl-search .cl-actions button")
	c.until(`document.querySelectorAll(".cl-hit").length == 1`)
	if got := c.list(".cl-hit mark"); strings.Join(got, "|") != "烟雾报警" {
		t.Errorf("marked: %q", got)
	}
	c.write("search-words", "pump")
	c.act(".cl-search .cl-actions button")
	c.until(`document.querySelector(".cl-hit mark")?.textContent == "ＰＵＭＰ"`)
	if got := ask[string](c.tab, `document.querySelector(".cl-hit").innerText`); !strings.Contains(got, all[0]) || !strings.Contains(got, "内部记录") || !strings.Contains(got, "更衣室的烟雾报警器") {
		t.Errorf("hit: %s", got)
	}
	c.write("search-words", "onerror")
	c.act(".cl-search .cl-actions button")
	c.until(`document.querySelector(".cl-hit mark")?.textContent == "onerror"`)
	c.write("search-words", "不在这里")
	c.act(".cl-search .cl-actions button")
	c.until(`document.querySelectorAll(".cl-hit").length == 0 && document.querySelector(".cl-search [role=status]").textContent.includes("没有找到")`)
}

// hears: what a colleague does elsewhere shows in its row, and the keyboard stays where it is.
func (o *officeWorld) hears(t *testing.T, c *colleague, all []string) {
	t.Helper()
	c.until(`document.querySelector("[data-live]")`)
	ask[any](c.tab, `(document.querySelector('tr[data-number="`+all[0]+`"] a').focus(), dispatchEvent(new Event("focus")), null)`)
	s, err := o.As(t.Context(), "chen", "unit-1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Decide(t.Context(), all[0], terminal.Decision{Act: cases.ActTriage}); err != nil {
		t.Fatal(err)
	}
	c.until(`document.querySelector('tr[data-number="` + all[0] + `"].is-gone, tr[data-number="` + all[0] + `"].is-changed')`)
	if got := ask[string](c.tab, `document.activeElement.closest("tr")?.dataset.number ?? document.activeElement.tagName`); got != all[0] {
		t.Errorf("the keyboard went to %s", got)
	}
	if got := c.row(all[0]); !strings.Contains(got, "已经不在这一页") { // the filter is of the state before
		t.Errorf("the row after the act: %s", got)
	}
	c.act(".cl-filters .cl-linklike")
	c.until(`document.querySelectorAll("tr[data-number]").length == 25`)
	if _, err := s.Reply(t.Context(), all[1], terminal.Letter{Text: "收到了，谢谢。"}); err != nil {
		t.Fatal(err)
	}
	if c.row(all[1]) == "" {
		t.Fatal("the case is on another page: the test must look there")
	}
	c.until(`document.querySelector('tr[data-number="` + all[1] + `"].is-changed')`)
	c.until(`!document.querySelector("[data-title=opening]")`)
	if got := c.row(all[1]); !strings.Contains(got, "刚刚有人办理") || !strings.Contains(got, "[U+202E]fdp.exe") {
		t.Errorf("the row after the act: %s", got)
	}
	fresh := o.report(t, "还有一件急事，也是编的。", true)
	c.until(`document.querySelector('[role=alert] .cl-note--danger')`)
	c.until(`document.querySelector("tr[data-number]").dataset.number == "` + fresh + `"`)
}

// keysMove goes along the rows without a mouse.
func (c *colleague) keysMove(t *testing.T) {
	t.Helper()
	rows := c.rows()
	at := func() string {
		return ask[string](c.tab, `document.activeElement.closest("tr")?.dataset.number ?? document.activeElement.id`)
	}
	ask[any](c.tab, `document.activeElement.blur(), null`)
	c.key(keyJ)
	c.key(keyJ)
	if got := at(); got != rows[1] {
		t.Errorf("j j leads to %q", got)
	}
	c.key(keyUp)
	if got := at(); got != rows[0] {
		t.Errorf("the arrow leads to %q", got)
	}
	c.key(keySlash)
	if got := at(); got != "case-number" {
		t.Errorf("/ leads to %q", got)
	}
	c.key(keyJ)
	if got := ask[string](c.tab, `document.querySelector("#case-number").value`); got != "j" {
		t.Errorf("typing j gives %q", got)
	}
	c.write("case-number", "7q4k")
	ask[any](c.tab, `document.querySelector("#case-number").form.requestSubmit(), null`)
	c.until(`!document.querySelector("#case-number-error").hidden`)
	ask[any](c.tab, `document.querySelector("#case-number").value = "", null`)
}

// locks: with the key, what it opened is gone from the page; the list stays.
func (c *colleague) locks(t *testing.T) {
	t.Helper()
	c.act("#who > button:first-of-type")
	c.until(`document.querySelectorAll('[data-title=open]').length == 0 && document.querySelector(".cl-note--seal")`)
	if got := ask[string](c.tab, `document.documentElement.innerHTML`); strings.Contains(got, "烟雾") || strings.Contains(got, "ＰＵＭＰ") {
		t.Error("something that was opened is still on the page")
	}
	c.act(".cl-note--seal button")
	c.until(`document.querySelector("#unlock-words")`)
	c.write("unlock-words", strings.Join(c.passphrase, " "))
	c.act(".cl-card .cl-actions button")
	c.until(`document.querySelector('[data-title=open]')`)
}

// TestQueueLook takes pictures of the list where CLARION_SHOTS names a directory.
func TestQueueLook(t *testing.T) {
	dir := os.Getenv("CLARION_SHOTS")
	if dir == "" {
		t.Skip("CLARION_SHOTS is not set")
	}
	t.Parallel()
	o := openOffice(t)
	if err := o.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	n := o.report(t, "第一件事，都是编的。", false)
	o.titled(t, n, "自称“资料公司”的人在聊天里说，每拍一页项目图纸付500元，还发来付款截图，说先付后拍，不留名字", "证人两名，已约下周一。")
	o.titled(t, o.report(t, "第二件事，都是编的。", false), hostileTitle, "没有别的。")
	o.report(t, "有人说要打人，都是编的。", true)
	browser := chromium(t)
	for _, lang := range []string{"zh", "en"} {
		c := o.enters(t, newTab(t, browser, o.Config.Desk.URL), map[string]string{"zh": "chen", "en": "zhao"}[lang], "/"+lang+"/cases?unit=unit-1")
		c.until(`document.querySelector("[data-title=open]") && !document.querySelector("[data-title=opening]")`)
		for _, width := range []int64{390, 820, 1280} {
			c.size(width, 900)
			c.shot(t, fmt.Sprintf("%s/%s-%d.png", dir, lang, width))
		}
		c.dark(true)
		c.shot(t, fmt.Sprintf("%s/%s-dark.png", dir, lang))
		c.dark(false)
		c.act("#who > button:first-of-type")
		c.shot(t, fmt.Sprintf("%s/%s-shut.png", dir, lang))
		ask[any](c.tab, `document.querySelectorAll("details").forEach(d => d.open = true), null`)
		c.size(390, 900)
		c.shot(t, fmt.Sprintf("%s/%s-all-390.png", dir, lang))
	}
}

// shot takes a picture of the whole page.
func (b *tab) shot(t *testing.T, path string) {
	t.Helper()
	yes := true
	r := call(b, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &yes})
	if err := os.WriteFile(path, r.Data, 0o600); err != nil {
		t.Fatal(err)
	}
}
