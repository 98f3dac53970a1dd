package browsertest

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/seal"
)

// loses lets requests to paths with an ending through, and breaks the line before their answers.
func loses(suffix string) func(http.Handler, http.ResponseWriter, *http.Request) {
	return func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, suffix) {
			next.ServeHTTP(w, r)
			return
		}
		answer(next, r)
		cut(w)
	}
}

// heard is what the office has of the reporter, without the report.
func heard(t *testing.T, s *terminal.Session, number string) (texts []string) {
	t.Helper()
	o, err := s.Open(t.Context(), number)
	if err != nil || len(o.Doubts) > 0 {
		t.Fatalf("doubts %v: %v", o.Doubts, err)
	}
	for _, it := range o.Items[cases.FromReporter] {
		var m seal.Message
		if it.Signed.Document.Kind == seal.KindMessage && seal.DecodeBody(it.Signed.Document, &m) == nil {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// TestMailboxKeepsWords: a broken line, a race, another language and a long pause lose no word of an answer, and count
// it once.
func TestMailboxKeepsWords(t *testing.T) {
	t.Parallel()
	chrome := chromium(t)
	var x wire
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(clock(t, morning)()), Wrap: x.wrap})
	b := w.NewBrowser(t)
	code, second := reports(b, "en", "digits"), reports(b, "en", "words")
	chen := w.Session(t, "chen", "unit-1")
	p := newTab(t, chrome, w.Server.URL)
	p.scripts(true)
	// A clock that the test can put forward; nothing else of the page is touched.
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `{ const now = Date.now; Date.now = () => now() + Number(document.documentElement?.dataset.later ?? 0); }`})
	p.open(200, "/en/mailbox")

	p.until(`document.getElementById("code")`)
	p.to("#code")
	p.types(code[:9])
	p.otherLanguage("zh")
	if got := ask[string](p, `document.getElementById("code").value`); got != code[:9] {
		t.Errorf("the language lost what was typed: %q", got)
	}
	p.otherLanguage("en")
	p.enters(code)
	number := strings.TrimSpace(ask[string](p, `document.querySelector(".cl-status .cl-num").textContent`))

	p.to("#answer")
	p.types("First words.")
	p.otherLanguage("zh")
	p.says("往来信件")
	p.otherLanguage("en")
	x.set(loses("/send"))
	p.click("#send")
	p.says("no answer came")
	x.set(nil)
	p.click("#send")
	p.says("Your answer is sealed and sent")
	if got := heard(t, chen, number); len(got) != 1 || got[0] != "First words." {
		t.Errorf("after a cut line the office has %q", got)
	}

	// Somebody else with the code was faster: the page looks again and seals anew.
	b.Get("/en/mailbox/plain").Want(200).Form("f").Set("code", code).Press("open").Want(200).Form("f").Set("answer", "From elsewhere.").Press("send").Want(200)
	p.to("#answer")
	p.types("Second words.")
	p.click("#send")
	p.says("Your answer is sealed and sent")
	if got := heard(t, chen, number); len(got) != 3 || got[2] != "Second words." {
		t.Errorf("after a race the office has %q", got)
	}

	p.to("#answer")
	p.types("Unsent words.")
	ask[any](p, `document.documentElement.dataset.later = 16 * 60 * 1000; document.dispatchEvent(new Event("visibilitychange"))`)
	p.says("after 15 minutes")
	if strings.Contains(ask[string](p, `document.documentElement.outerHTML`), number) {
		t.Error("the mailbox that was shut is still on the page")
	}
	p.enters(code)
	if got := ask[string](p, `document.getElementById("answer").value`); got != "Unsent words." {
		t.Errorf("a long pause lost %q", got)
	}
	if x.holds("First words.") || x.holds("Second words.") {
		t.Error("an answer went over the line as it was typed")
	}
	p.shuts()
	p.enters(second)
	if got := ask[string](p, `document.getElementById("answer").value`); got != "" {
		t.Errorf("the words of another case are shown: %q", got)
	}
	p.shuts()
	p.enters(code)
	p.recodesOverABrokenLine(&x, code)
}

// recodesOverABrokenLine loses the answer to a change of code: the person has the new code, and trying again opens it.
func (b *tab) recodesOverABrokenLine(x *wire, old string) {
	b.t.Helper()
	b.click(".cl-aside .cl-card:nth-child(3) button")
	b.until(`document.querySelector("input[type=radio]")`)
	x.set(loses("/recode"))
	b.click("#app .cl-actions .govuk-button")
	b.says("either code may be the right one")
	const shown = `[...document.querySelectorAll(".cl-code10 li")].map(e => e.textContent).join(" ")`
	code := ask[string](b, shown)
	x.set(nil)
	b.click("#app .cl-actions .govuk-button")
	b.says("The old code no longer works")
	if got := ask[string](b, shown); got != code || got == old {
		b.t.Errorf("first the page shows %q, then %q", code, got)
	}
	b.click("#app .cl-actions button")
	b.until(`document.querySelector(".cl-status")`)
	b.shuts()
	b.door(old)
	b.says("opens no mailbox")
	b.enters(code)
}

// otherLanguage changes the language of the page in place.
func (b *tab) otherLanguage(to string) {
	b.t.Helper()
	b.until(`document.querySelector('a.cl-lang[hreflang^="` + to + `"]')`)
	ask[any](b, `document.querySelector('a.cl-lang[hreflang^="`+to+`"]').click()`)
	b.until(`document.documentElement.lang.startsWith("` + to + `") && location.pathname == "/` + to + `/mailbox"`)
}

// TestMailboxPageWithoutItsScript: whatever happens to the script, no field for the code appears, and the line that offers
// the way without scripts comes by itself.
func TestMailboxPageWithoutItsScript(t *testing.T) {
	t.Parallel()
	chrome := chromium(t)
	var x wire
	w := apptest.Start(t, apptest.Options{Now: clock(t, morning), Wrap: x.wrap})
	for name, meddle := range map[string]func(next http.Handler, w http.ResponseWriter, r *http.Request){
		"blocked": func(next http.Handler, w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/assets/mailbox.") {
				http.Error(w, "no", http.StatusForbidden)
				return
			}
			next.ServeHTTP(w, r)
		},
		"another form": changesForm, "throws": nil,
	} {
		t.Run(name, func(t *testing.T) {
			x.set(meddle)
			defer x.set(nil)
			b := newTab(t, chrome, w.Server.URL)
			b.scripts(true)
			if meddle == nil {
				b.before(`String.prototype.codePointAt = () => 48`)
			}
			b.open(200, "/en/mailbox")
			b.offersPlain()
			if n := ask[int](b, `document.querySelectorAll("#app button, input, textarea, select").length`); n != 0 {
				t.Errorf("%d fields or buttons appeared", n)
			}
		})
	}
	b := newTab(t, chrome, w.Server.URL)
	b.open(200, "/zh/mailbox")
	b.press(200, `noscript a`)
	if got := ask[string](b, `location.pathname`); got != "/zh/mailbox/plain" {
		t.Errorf("the line leads to %s", got)
	}
}

// changesForm sends another description than the one whose hash the page has.
func changesForm(next http.Handler, w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/api/form") {
		next.ServeHTTP(w, r)
		return
	}
	rec := answer(next, r)
	give(w, rec, bytes.Replace(rec.Body.Bytes(), []byte(`"v":1`), []byte(`"v": 1`), 1))
}
