package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/office/staff"
)

// atDoor signs the demonstration's player of a role in on a small screen.
func atDoor(t *testing.T, w *apptest.World, role staff.Role) *colleague {
	t.Helper()
	p, ok := w.DeskPlayer(role)
	if !ok {
		t.Fatalf("no %s", role)
	}
	origin := w.Config.Desk.URL
	if role == staff.Inspector {
		origin = w.Config.Desk.Inspect
	}
	c := &colleague{tab: newTab(t, chromium(t), origin), account: p.Account, passphrase: strings.Fields(p.Passphrase), secret: p.Factor}
	c.scripts(true)
	c.size(390, 840)
	c.open(200, "/en/")
	c.until(`document.querySelector("#passphrase")`)
	c.signIn(c.passphrase, c.code())
	c.until(`document.querySelector("#who") && !document.querySelector("#who").hidden && document.querySelector("#app h1")`)
	return c
}

// pictures takes a page in both languages, on a phone and on a desk, where CLARION_SHOTS names a directory.
func (c *colleague) pictures(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv("CLARION_SHOTS")
	if dir == "" {
		return
	}
	c.shot(t, filepath.Join(dir, name+"-phone.png"))
	c.size(1280, 900)
	c.shot(t, filepath.Join(dir, name+"-desk.png"))
	c.size(390, 840)
}

// visits goes to a place and looks at it.
func (c *colleague) visits(t *testing.T, axe, place, title string) {
	t.Helper()
	c.to(place)
	c.until(`document.querySelector("#app h1")?.textContent == ` + quote(title))
	c.sound(axe, place)
	c.pictures(t, place)
}

// TestAdministrator looks at offices, hours and settings: they are sound, and an account that was removed shows where it held a key.
func TestAdministrator(t *testing.T) {
	t.Parallel()
	w, _ := demoAtDesk(t, apptest.Options{})
	axe := axeSource(t)
	gu := atDoor(t, w, staff.Administrator)
	gu.visits(t, axe, "offices", "Offices")
	if ask[bool](gu.tab, `!!document.querySelector(".cl-note--danger")`) {
		t.Error("an office needs a new key although nobody left")
	}
	gu.visits(t, axe, "hours", "Hours and numbers")
	gu.until(`document.querySelectorAll("#calendar .cl-year table").length >= 12`)
	for kind, want := range map[string]string{"holiday": "Spring Festival", "make_up": "Spring Festival", "rest": "weekend"} {
		if kind != "rest" && !w.Pack.Covers(time.Now().Year()) {
			continue // the shipped calendar is over, and the page shows the week alone
		}
		if got := ask[string](gu.tab, `[...document.querySelectorAll("#calendar td.cl-year-`+kind+`")].map(c => c.innerText + " " + c.textContent).join(" ")`); !strings.Contains(got, want) {
			t.Errorf("days of kind %s: %.300s", kind, got)
		}
	}
	gu.visits(t, axe, "settings", "Settings")
	if got := gu.text(); !strings.Contains(got, "desk.idle") || strings.Contains(got, w.Config.Data) || strings.Contains(got, w.Config.Database) {
		t.Errorf("settings: %.500s", got)
	}
	gu.to("people")
	gu.until(`document.querySelector(".cl-table tbody tr")`)
	ask[bool](gu.tab, `[...document.querySelectorAll(".cl-table tr")].find(r => r.textContent.includes("chen")).querySelector("button").click()`)
	gu.until(`document.querySelector(".cl-table [role=alert]")`)
	ask[bool](gu.tab, `document.querySelector(".cl-table [role=alert]").parentElement.querySelector("button").click()`)
	gu.until(`document.querySelector("#app").innerText.includes("removed")`)
	gu.visits(t, axe, "offices", "Offices")
	gu.until(`document.querySelector(".cl-note--danger")`)
}
