package browsertest

import (
	"encoding/base64"
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// demoAtDesk opens the desk of a demonstration, with a wire on which the test can change what its server answers.
func demoAtDesk(t *testing.T, o apptest.Options) (*apptest.World, *wire) {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	port := s.Listener.Addr().String()[strings.LastIndex(s.Listener.Addr().String(), ":"):]
	o.Set = map[string]string{"desk.url": "http://desk.localhost" + port, "inspect.url": "http://inspect.localhost" + port}
	w := apptest.Start(t, o)
	if err := w.OpenDesk(t.Context()); err != nil {
		t.Fatal(err)
	}
	h, err := w.DeskHandler()
	if err != nil {
		t.Fatal(err)
	}
	x := &wire{}
	s.Config.Handler = x.wrap(h)
	s.Start()
	t.Cleanup(s.Close)
	return w, x
}

// member is somebody of the demonstration who signs in at the desk, on a small screen.
func member(t *testing.T, w *apptest.World, account string) *colleague {
	t.Helper()
	p, ok := w.DeskMember(account)
	if account == "gu" {
		p, ok = w.DeskPlayer(staff.Administrator)
	}
	if !ok {
		t.Fatalf("no %s", account)
	}
	c := &colleague{tab: newTab(t, chromium(t), w.Config.Desk.URL), account: p.Account, passphrase: strings.Fields(p.Passphrase), secret: p.Factor}
	c.scripts(true)
	c.size(390, 840)
	c.open(200, "/en/")
	c.until(`document.querySelector("#passphrase")`)
	c.signIn(c.passphrase, c.code())
	c.until(`document.querySelector("#who") && !document.querySelector("#who").hidden`)
	return c
}

// newest is a unit's roster in force.
func newest(t *testing.T, w *apptest.World, unit id.Unit) *proof.Roster {
	t.Helper()
	r, err := w.Casework.Roster(t.Context(), unit)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// waits reports whether an addition waits in a unit.
func waits(t *testing.T, w *apptest.World, unit id.Unit) bool {
	t.Helper()
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error { _, err := tx.RosterChange(unit); return err })
	if err != nil && !errs.Is(err, errs.NotFound) {
		t.Fatal(err)
	}
	return err == nil
}

// adds fills in who joins unit-1 for triage, with words, and sends.
func (c *colleague) adds(words string) {
	c.t.Helper()
	c.until(`document.querySelector("[data-join=unit-1] #join-unit-1-sun")`)
	c.act(`#join-unit-1-sun`)
	if !ask[bool](c.tab, `document.querySelector("#duty-unit-1-triage").checked`) {
		c.act(`#duty-unit-1-triage`)
	}
	c.write("join-words-unit-1", words)
	c.act(`[data-join=unit-1] .cl-actions button`)
}

// TestHolders: a colleague joins an office. A server that offers a key of its own in her place is caught by the words of whoever
// adds her, and a server that changes what waits, by the worker of whoever approves.
func TestHolders(t *testing.T) {
	t.Parallel()
	w, x := demoAtDesk(t, apptest.Options{})
	axe := axeSource(t)
	gu := member(t, w, "gu")
	sun := (&deskWorld{}).joins(t, chromium(t), "en", gu.invites(t, "sun", "Sun", "member", axe), "sun", "Sun")
	sun.size(390, 840)
	sun.to("holders")
	sun.until(`document.querySelector("#app .cl-note")`)
	sun.says("You are in no office yet")

	chen := member(t, w, "chen")
	other, err := ceremony.NewKey(seal.KeyMember, "sun", "Sun", w.Dir.Instance, workday.MustDay("2026-11-22"))
	if err != nil {
		t.Fatal(err)
	}
	public := ceremony.PublicOf(other)
	x.set(changes("/api/work/people", func(body []byte) []byte {
		var people []map[string]any
		if err := json.Unmarshal(body, &people); err != nil {
			t.Error(err)
		}
		for _, p := range people {
			if p["account"] == "sun" {
				p["recipient"], p["sign"] = public.Recipient, public.Sign
			}
		}
		b, _ := json.Marshal(people)
		return b
	}))
	chen.to("holders")
	chen.adds(sun.words)
	if got := chen.fault(); !strings.Contains(got, "not the words of the key that the server offers") {
		t.Errorf("another key in her place: %q", got)
	}
	if waits(t, w, "unit-1") {
		t.Fatal("a key of the server's was signed")
	}
	x.set(nil)
	chen.to("holders")
	chen.sound(axe, "key holders")
	chen.adds(strings.Join(chen.passphrase, " "))
	chen.fault()
	chen.adds(strings.ToUpper(sun.words))
	chen.until(`document.querySelector("[data-change=unit-1]")`)
	chen.says("Sun waits for an approver")
	if n := len(newest(t, w, "unit-1").Members); n != 4 || ask[int](chen.tab, `document.querySelectorAll("[data-change=unit-1] .cl-actions button").length`) != 1 {
		t.Errorf("%d members, and who added may approve", n)
	}

	zhao := member(t, w, "zhao")
	x.set(changes("/api/work/unit-1/change", func(body []byte) []byte {
		var answer struct{ Change map[string]any }
		if err := json.Unmarshal(body, &answer); err != nil || answer.Change == nil {
			return body
		}
		file, _ := base64.StdEncoding.DecodeString(answer.Change["roster"].(string))
		file = []byte(strings.Replace(string(file), `\"id\":\"sun\",\"name\":\"Sun\",\"roles\":[\"triage\"]`, `\"id\":\"sun\",\"name\":\"Sun\",\"roles\":[\"approver\",\"triage\"]`, 1))
		answer.Change["roster"] = base64.StdEncoding.EncodeToString(file)
		b, _ := json.Marshal(map[string]any{"change": answer.Change})
		return b
	}))
	zhao.to("holders")
	zhao.until(`document.querySelector("[data-change=unit-1]")`)
	zhao.act("#heard-unit-1")
	zhao.act("[data-change=unit-1] .cl-actions button")
	if got := zhao.fault(); !strings.Contains(got, "not signed") {
		t.Errorf("duties that chen did not sign: %q", got)
	}
	x.set(nil)
	zhao.to("holders")
	zhao.until(`document.querySelector("[data-change=unit-1]")`)
	zhao.sound(axe, "an addition to approve")
	if got := strings.Join(zhao.list("[data-change=unit-1] .cl-words li"), " "); got != sun.words {
		t.Errorf("the approver is shown %q, and she read out %q", got, sun.words)
	}
	zhao.act("[data-change=unit-1] .cl-actions button")
	if got := zhao.fault(); !strings.Contains(got, "Compare") {
		t.Errorf("approved unheard: %q", got)
	}
	// By keyboard alone.
	zhao.tab.to("#heard-unit-1")
	zhao.key(keySpace)
	zhao.tab.to("[data-change=unit-1] .cl-actions button")
	zhao.key(keyEnter)
	zhao.until(`!document.querySelector("[data-change=unit-1]") && document.querySelector("#app [role=status] .cl-note--ok")`)

	r := newest(t, w, "unit-1")
	i := slices.IndexFunc(r.Members, func(m proof.Member) bool { return m.ID == "sun" })
	if i < 0 || r.Version != 2 || !slices.Equal(r.Members[i].Roles, []string{"triage"}) {
		t.Fatalf("in force: %+v", r)
	}
	// Her page, which stayed open, has the office and its key; nobody restarted anything.
	sun.to("holders")
	sun.until(`document.querySelector("[data-unit=unit-1] li")`)
	sun.says("added by")
	if got := sun.text(); strings.Contains(got, "does not open") {
		t.Errorf("her copy of the key: %.300s", got)
	}
}
