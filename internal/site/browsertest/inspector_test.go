package browsertest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
)

// TestInspector asks for a case, a member answers, and the inspector reads exactly the words that were logged; a byte that the
// server changed shows no words. A refused sample is an alarm, which is settled; the audit log is filtered and walked.
func TestInspector(t *testing.T) {
	t.Parallel()
	w, x := demoAtDesk(t, apptest.Options{})
	if err := w.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := seededCases(t, w)
	axe := axeSource(t)
	i := atDoor(t, w, staff.Inspector)
	i.visits(t, axe, "samples", "Samples")
	for n, c := range all[:2] {
		i.write("sample-number", c.Number)
		i.act(`.cl-card .cl-actions button`)
		i.until(fmt.Sprintf(`document.querySelectorAll(".cl-list-table tbody tr").length == %d`, n+1))
	}
	i.sound(axe, "samples that wait")

	chen := member(t, w, "chen")
	answer := func(c cases.Case, button string) {
		t.Helper()
		chen.open(200, "/en/case/"+c.Number)
		chen.until(`document.querySelector("#unlock-words")`)
		chen.write("unlock-words", strings.Join(chen.passphrase, " "))
		chen.act(`#app .cl-card:has(#unlock-words) .cl-actions button`)
		chen.until(`document.querySelector("#sample")`)
		chen.sound(axe, "case with a sample")
		chen.pictures(t, "sample-card")
		if strings.Contains(button, "details") {
			ask[bool](chen.tab, `document.querySelector("#sample details").open = true`)
			chen.write("sample-why", "This case is before a court.")
		}
		chen.act(button)
		chen.until(`document.querySelector("#sample .cl-note--ok")`)
	}
	answer(all[0], `#sample > .cl-actions button`)
	answer(all[1], `#sample details .cl-actions button`)

	open := func(number string) {
		t.Helper()
		i.to("samples")
		i.until(`document.querySelector(".cl-list-table a")`)
		ask[bool](i.tab, `[...document.querySelectorAll(".cl-list-table tr")].find(r => r.textContent.includes(`+quote(number)+`)).querySelector("a").click()`)
		i.until(`document.querySelector("#unlock-words") || document.querySelector("[data-exact]") || document.querySelector("#app h2")`)
		if ask[bool](i.tab, `!!document.querySelector("#unlock-words")`) {
			i.write("unlock-words", strings.Join(i.passphrase, " "))
			i.main()
		}
	}
	open(all[0].Number)
	i.until(`document.querySelector("[data-exact=yes]")`)
	text := i.text()
	for _, want := range seededWords(t, w, all[0]) {
		if !strings.Contains(text, want) {
			t.Errorf("the inspector does not read %q in %.800s", want, text)
		}
	}
	if ask[bool](i.tab, `!!document.querySelector("[data-exact=no]")`) {
		t.Error("a document that was logged is refused")
	}
	i.sound(axe, "sample")
	i.pictures(t, "sample")
	x.set(bendsSample)
	open(all[0].Number)
	i.until(`document.querySelector("[data-exact=no]")`)
	if n := ask[int](i.tab, `document.querySelectorAll("[data-exact=no]").length`); n != 1 {
		t.Errorf("%d documents are refused, want 1", n)
	}
	x.set(nil)
	open(all[1].Number)
	i.until(`document.querySelector("#app").innerText.includes("before a court")`)

	i.visits(t, axe, "alarms", "Alarms")
	i.until(`document.querySelectorAll("[data-alarm]").length == 1`)
	i.act(`[data-alarm] button`)
	i.until(`!document.querySelector("[data-alarm]") && document.querySelector("#app").innerText.includes("Settled on")`)
	i.visits(t, axe, "audit", "Audit log")
	ask[string](i.tab, `document.querySelector("#audit-outcome").value = "denied"`)
	i.act(`.cl-filters button`)
	i.until(`[...document.querySelectorAll("#entries tbody tr")].every(r => r.textContent.includes("refused"))`)
	ask[bool](i.tab, `[...document.querySelectorAll("#app button")].find(b => b.textContent == "Check the whole chain").click()`)
	i.until(`[...document.querySelectorAll(".cl-note--ok")].some(e => e.innerText.includes("entries fit"))`)
	i.visits(t, axe, "notices", "Changes of keys")
}

// seededCases lists the cases of the demonstration, whose offices chen triages in.
func seededCases(t *testing.T, w *apptest.World) (all []cases.Case) {
	t.Helper()
	err := w.Store.Read(t.Context(), func(tx *store.Tx) (err error) { all, err = tx.CasesAfter(0, 100); return err })
	if err != nil || len(all) < 2 {
		t.Fatalf("%d cases: %v", len(all), err)
	}
	return all
}

// seededWords are words of the report as a member's terminal opens them.
func seededWords(t *testing.T, w *apptest.World, c cases.Case) []string {
	t.Helper()
	s, err := w.As(t.Context(), "chen", string(c.Unit))
	if err != nil {
		t.Fatal(err)
	}
	opened, err := s.Open(t.Context(), c.Number)
	if err != nil {
		t.Fatal(err)
	}
	b := bytes.Split([]byte(opened.Report.What), []byte("\n"))
	return []string{string(b[0])}
}

// bendsSample changes the last byte of the first document of a sample on its way to the inspector.
func bendsSample(next http.Handler, w http.ResponseWriter, r *http.Request) {
	if !strings.Contains(r.URL.Path, "/api/samples/") {
		next.ServeHTTP(w, r)
		return
	}
	rec := httptest.NewRecorder()
	next.ServeHTTP(rec, r)
	var answer map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &answer); err != nil {
		panic(err)
	}
	doc := answer["docs"].([]any)[0].(map[string]any)
	sealed, err := base64.StdEncoding.DecodeString(doc["sealed"].(string))
	if err != nil {
		panic(err)
	}
	sealed[len(sealed)-1] ^= 1
	doc["sealed"] = base64.StdEncoding.EncodeToString(sealed)
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(err)
	}
}
