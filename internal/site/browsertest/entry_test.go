package browsertest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/store"
)

// ctrlEnter hands in.
func (b *tab) ctrlEnter() {
	b.t.Helper()
	down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeRawKeyDown, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, Modifiers: 2}
	call(b, input.DispatchKeyEvent, down)
	down.Type = input.DispatchKeyEventTypeKeyUp
	call(b, input.DispatchKeyEvent, down)
}

const (
	lobby = `document.activeElement.id == "entry-start"`
	kept  = `document.querySelector('#entry-saved[data-saved=yes]')`
)

// clerk takes calls by keyboard alone.
type clerk struct {
	*colleague
	o     *caseWorld
	typed time.Duration // on numbers that were read back
	calls int
}

// mark of the n-th call, which must stand nowhere in the clear.
func mark(n int) string { return fmt.Sprintf("植入的标记%02d", n) }

// answers goes through the questions of a call. Nothing but Tab, arrows, space and letters.
func (c *clerk) answers(n int) {
	c.t.Helper()
	c.until(`document.querySelector("#consent")`)
	c.tab.mark("consent", "minutes")
	c.tab.mark("danger", "no")
	c.tab.mark("category", "protected-documents")
	c.tab.to("#what")
	c.types(mark(n) + "：有人按页付钱收图纸。")
	for _, first := range []string{"#a-means", "#a-wanted"} {
		c.tab.to(first)
		c.key(keySpace)
	}
}

// readsBack types what the caller says.
func (c *clerk) readsBack(wrong string) {
	c.t.Helper()
	number := strings.ReplaceAll(ask[string](c.tab, `document.querySelector("#pick-up").textContent`), " ", "")
	c.tab.to("#read-back")
	began := time.Now()
	if wrong != "" {
		c.types(number[:4] + wrong + number[8:])
		c.says("第2段不一样")
		if !ask[bool](c.tab, `document.activeElement.id == "read-back" && document.activeElement.value == ""`) {
			c.t.Error("after a wrong group the keyboard is elsewhere")
		}
	}
	c.types(number)
	c.until(`document.activeElement.id == "entry-hand-in" && !document.querySelector("#pick-up")`)
	c.typed += time.Since(began)
	c.calls++
	if ask[bool](c.tab, `document.body.textContent.replace(/ /g, "").includes(`+quote(number)+`)`) {
		c.t.Error("the number is still on the page")
	}
}

// handsIn seals, and is back where the next call begins.
func (c *clerk) handsIn(n int) {
	c.t.Helper()
	c.ctrlEnter()
	c.until(lobby)
	c.says("已交到承办单位")
	if ask[bool](c.tab, `document.documentElement.innerHTML.includes(`+quote(mark(n))+`)`) {
		c.t.Errorf("call %d is still on the page", n)
	}
}

// TestCalls: forty calls one after another, by keyboard. On the way a number is read back wrong, a page is loaded anew in the midst of a call,
// the key is locked, the line is down, an answer is lost, somebody is in danger, and some calls are none.
func TestCalls(t *testing.T) {
	t.Parallel()
	o := newCaseWorld(t)
	axe := axeSource(t)
	lin := o.member("lin", "zh", "entry?unit=unit-1")
	c := &clerk{colleague: lin, o: o}
	c.until(lobby)
	c.size(360, 640)
	c.sound(axe, "before a call")
	calls := 40
	if testing.Short() {
		calls = 12
	}
	began := time.Now()
	for n := range calls {
		c.key(keyEnter)
		switch n {
		case 1: // refused first: nothing was answered
			c.until(`document.querySelector("#consent")`)
			c.ctrlEnter()
			c.until(`document.activeElement.matches(".govuk-error-summary")`)
			c.says("请选对方同意录音")
			c.size(390, 844)
			c.sound(axe, "a call with nothing answered")
			c.answers(n)
			c.readsBack("")
		case 2:
			c.answers(n)
			c.readsBack("0000")
		case 3: // the page is gone; it comes back with what was kept
			c.answers(n)
			c.until(kept)
			c.open(200, "/zh/entry?unit=unit-1")
			c.until(`document.querySelector(".cl-note--seal button")`)
			c.act(".cl-note--seal button")
			c.unlocks()
			c.says("还没有提交")
			c.act(".cl-entry .cl-card button")
			c.until(`(document.querySelector("#what") || {}).value?.includes(` + quote(mark(n)) + `)`)
			c.readsBack("")
		case 4: // the key is locked in the midst of a word
			c.answers(n)
			c.tab.to("#told")
			c.types("锁上以前写的话")
			c.act("#who > button:first-of-type")
			c.says("内容没有丢")
			if html := ask[string](c.tab, `document.querySelector("#app").innerHTML`); strings.Contains(html, mark(n)) || strings.Contains(html, "锁上以前") {
				t.Error("locked, and the words are on the page")
			}
			c.until(`document.querySelector(".cl-note--seal button")`)
			c.act(".cl-note--seal button")
			c.unlocks()
			c.until(`(document.querySelector("#told") || {}).value == "锁上以前写的话"`)
			c.readsBack("")
		case 5: // the line is down while somebody types
			o.wire.set(func(next http.Handler, w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/entries/draft") {
					panic(http.ErrAbortHandler)
				}
				next.ServeHTTP(w, r)
			})
			c.answers(n)
			c.says("网络不通")
			o.wire.set(nil)
			c.tab.mark("danger", "unsure")
			c.until(kept)
			c.readsBack("")
		case 6: // the answer to a draft is lost, and that to the report
			o.wire.loses("/entries/draft")
			c.answers(n)
			c.says("网络不通")
			o.wire.loses("/entries/hand-in")
			c.tab.mark("danger", "unsure")
			c.until(kept)
			c.readsBack("")
			c.ctrlEnter()
			c.says("服务器没有回应")
			o.wire.set(nil)
		case 7: // somebody is in danger
			c.answers(n)
			c.key(key{"F2", "F2", "", 113})
			c.until(`document.querySelector('[name=danger][value=yes]').checked`)
			c.says("请对方马上打")
			c.sound(axe, "danger in a call")
			c.readsBack("")
		case 8: // in English, read out in English, by a clerk who reads Chinese
			c.until(`document.querySelector("#consent")`)
			c.tab.mark("lang", "en")
			c.says("What happened?")
			c.answers(n)
			c.readsBack("")
		case 9: // the session is over in the midst of a call
			c.answers(n)
			o.clock.Move(time.Hour)
			c.tab.mark("danger", "unsure")
			c.until(`document.querySelector("#lapsed #passphrase")`)
			ask[bool](c.tab, `(d => { d.querySelector("#sign-in-as").value = `+quote(c.account)+`; d.querySelector("#passphrase").value = `+quote(strings.Join(c.passphrase, " "))+`; d.querySelector("#code").value = `+quote(o.code(c.secret))+`; d.querySelector(".cl-actions button").click(); return true; })(document.querySelector("#lapsed"))`)
			c.until(`!document.querySelector("#lapsed") && (document.querySelector("#what") || {}).value?.includes(` + quote(mark(n)) + `)`)
			c.until(kept)
			c.readsBack("")
		default:
			c.answers(n)
			c.readsBack("")
		}
		c.handsIn(n)
	}
	took := time.Since(began)
	t.Logf("%d calls in %.1f s; typing the number that is read back: %.2f s a call, without the caller", calls, took.Seconds(), c.typed.Seconds()/float64(c.calls))

	// Calls that are none: one key and a count; and one that breaks off when the entry is open.
	for _, k := range []key{{"s", "KeyS", "s", 83}, {"s", "KeyS", "s", 83}, {"w", "KeyW", "w", 87}} {
		c.key(k)
	}
	c.says("打错了1次，没人说话2次，骂人0次")
	c.act("#entry-start")
	c.until(`document.querySelector("#consent")`)
	c.act("details.cl-more summary")
	c.act(`[data-drop="abusive"]`)
	c.until(lobby)
	c.says("骂人1次")
	c.sound(axe, "calls that were none")

	// Who looks at something else in the midst of a call and signs out there leaves no word in the window, and finds it all again.
	c.act("#entry-start")
	c.until(`document.querySelector("#consent")`)
	c.tab.to("#what")
	c.types(mark(calls) + "：没说完")
	c.colleague.to("own")
	c.until(`document.querySelector("#reminder-text")`)
	c.act("#who > button:last-of-type")
	c.until(`document.querySelector("#passphrase")`)
	c.signIn(c.passphrase, o.code(c.secret))
	c.until(`!document.querySelector("#passphrase")`)
	c.open(200, "/zh/entry?unit=unit-1")
	c.until(`document.querySelector(".cl-note--seal button")`)
	c.act(".cl-note--seal button")
	c.unlocks()
	c.says("还没有提交")
	c.act(".cl-entry .cl-card button")
	c.until(`(document.querySelector("#what") || {}).value == ` + quote(mark(calls)+"：没说完"))

	c.handedIn(calls)
}

// handedIn: the office has every call, typed by the clerk, who can open none of them; nowhere stands a word of them.
func (c *clerk) handedIn(calls int) {
	t, o := c.t, c.o
	t.Helper()
	chen, lin := o.Session(t, "chen", "unit-1"), o.Session(t, "lin", "unit-1")
	seen := map[string]bool{}
	for at := (store.Cursor{}); ; {
		rows, next, more, err := chen.Casework.List(t.Context(), chen.Who, casework.Filter{}, at, 50)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			opened, err := chen.Open(t.Context(), r.Case.Number)
			if err != nil || len(opened.Doubts) > 0 || r.Case.Via != cases.ViaPhone || opened.Items[cases.FromReporter][0].Author != "lin" || opened.Report.Taken == nil || opened.Report.Taken.Consent != "minutes" || !opened.Report.Taken.Number {
				t.Fatalf("%v, %+v", err, opened)
			}
			seen[opened.Report.What] = true
			if _, err := lin.Open(t.Context(), r.Case.Number); err == nil {
				t.Error("the clerk opens a call that was handed in")
			}
		}
		if at = next; !more {
			break
		}
	}
	for n := range calls {
		if !seen[mark(n)+"：有人按页付钱收图纸。"] {
			t.Errorf("call %d did not arrive", n)
		}
		if o.wire.holds(mark(n)) {
			t.Errorf("%s went over the line", mark(n))
		}
	}
	if len(seen) != calls {
		t.Errorf("%d calls arrived, want %d", len(seen), calls)
	}
	inFiles(t, o.Data, "植入的标记")
}

// TestCallWrong: something wrong in each field is said at the field and above, nothing that was typed is lost, and what is put right goes.
func TestCallWrong(t *testing.T) {
	t.Parallel()
	o := newCaseWorld(t)
	c := &clerk{colleague: o.member("lin", "zh", "entry?unit=unit-1"), o: o}
	c.until(lobby)
	c.size(390, 844)
	c.key(keyEnter)
	c.answers(0)
	long := strings.Repeat("字", 20_005)
	wrong := map[string]string{"what": long, "when": long[:3*201], "where": long[:3*501], "told": long[:3*1001], "a-offer": long[:3*5000]}
	for id, text := range wrong {
		c.write(id, text)
	}
	c.write("year", "3000")
	c.tab.mark("contact", "named")
	c.until(`document.querySelector("#name")`)
	c.ctrlEnter()
	c.until(`document.activeElement.matches(".govuk-error-summary")`)
	c.sound(axeSource(t), "a call with everything wrong")
	for _, key := range []string{"what", "date", "when", "where", "told", "a-offer", "name", "reach"} {
		if !ask[bool](c.tab, `!!document.querySelector('.govuk-error-summary a[href="#`+key+`"]') && !!document.getElementById("`+key+`-error")`) {
			t.Errorf("nothing is said of %s", key)
		}
	}
	for id, text := range wrong {
		if got := ask[string](c.tab, `document.getElementById("`+id+`").value`); got != text {
			t.Errorf("%s has %d characters left of %d", id, len([]rune(got)), len([]rune(text)))
		}
	}
	c.write("read-back", "12 34")
	c.tab.to("#read-back")
	c.key(keyEnter)
	c.says("跟原来的号码不一样")

	for id := range wrong {
		c.write(id, mark(0))
	}
	c.write("year", "2026")
	c.write("name", "植入的姓名")
	c.write("reach", "400 555 0188")
	c.ctrlEnter() // the number was not read back: it goes without
	c.until(lobby)
	c.says("已交到承办单位")
	rows, _, _, err := o.Session(t, "chen", "unit-1").Casework.List(t.Context(), o.Session(t, "chen", "unit-1").Who, casework.Filter{}, store.Cursor{}, 10)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d cases, %v", len(rows), err)
	}
	got, err := o.Session(t, "chen", "unit-1").Open(t.Context(), rows[0].Case.Number)
	if err != nil || len(got.Doubts) > 0 || got.Report.What != mark(0) || got.Report.Contact != "named" || got.Report.Reach != "400 555 0188" || got.Identity == "" || got.Report.Taken.Number {
		t.Errorf("%v, %+v", err, got)
	}
	for _, m := range []string{"植入的姓名", mark(0)} {
		if o.wire.holds(m) {
			t.Errorf("%s went over the line", m)
		}
		inFiles(t, o.Data, m)
	}
}
