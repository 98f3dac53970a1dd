package browsertest

import (
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/proof"
)

// TestNewKey: an administrator removes a member, is told which offices need a new key, makes one with the root sheet and the
// inspector on the very day on which the last one was made, and whoever stays opens the office with it; without words for those whom the list in force names.
func TestNewKey(t *testing.T) {
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
	admin := o.joins(t, browser, "en", first(staff.Administrator), "gu", "Gu")
	admin.size(390, 844)
	sheets, root := admin.makesKit(t, axe)
	inspector := o.joins(t, browser, "en", first(staff.Inspector), "song", "Song")
	people := map[string]*colleague{"song": inspector}
	for _, p := range [][3]string{{"he", "He", "custodian"}, {"qian", "Qian", "custodian"}, {"chen", "Chen", "member"}, {"zhao", "Zhao", "member"}} {
		people[p[0]] = o.joins(t, browser, "en", admin.invites(t, p[0], p[1], p[2], axe), p[0], p[1])
	}
	admin.proposes(t, people, sheets[0], axe)
	inspector.signs(t, people, root, axe)
	roster := func() *proof.Roster {
		t.Helper()
		r, err := o.Casework.Roster(t.Context(), "centre")
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	before := roster()

	// Two people run the office; what takes more says whom it lacks, to the administrator and to those who are in it.
	admin.to("staffing")
	admin.until(`document.querySelector("[data-office=centre] table")`)
	admin.says("Missing: Approver × 1")
	admin.says("Such a proposal can only be approved")
	admin.sound(axe, "functions")
	zhao := people["zhao"]
	zhao.to("holders")
	zhao.until(`document.querySelector("[data-unit=centre]")`)
	zhao.act(`#app a[href$="/staffing"]`)
	zhao.until(`document.querySelector("[data-office=centre] table")`)
	if got := zhao.text(); strings.Contains(got, "The authority as a whole") || !strings.Contains(got, "Zhao") {
		t.Errorf("a member's functions: %.300s", got)
	}

	link := admin.invites(t, "xu", "Xu", "member", axe)
	xu := o.joins(t, browser, "en", link, "xu", "Xu")
	admin.to("people")
	admin.until(`document.querySelector("#app table")`)
	const leave = `(() => { const r = [...document.querySelectorAll("#app tbody tr")].find(r => r.textContent.includes("Chen")), b = r && r.querySelectorAll("button"); if (b && b.length) b[0].click(); return !!(b && b.length); })()`
	if !ask[bool](admin.tab, leave) {
		t.Fatal("nobody can be removed")
	}
	admin.until(`document.querySelector("#app tbody [role=alert]")`)
	if !ask[bool](admin.tab, leave) {
		t.Fatal("no second question")
	}
	admin.until(`document.querySelector("#app .cl-note--warn a[href$='/keys']")`)
	admin.sound(axe, "somebody removed")
	admin.act(`#app .cl-note--warn a[href$='/keys']`)
	admin.until(`document.querySelector("#newkey-centre")`)
	admin.says("without an account: Chen")
	admin.act("#newkey-centre")
	admin.until(`document.querySelector("#zhao-centre-approver") && document.querySelector("#zhao-centre-approver").checked`)
	if ask[bool](admin.tab, `document.querySelector("#words-zhao").offsetParent !== null`) || !ask[bool](admin.tab, `document.querySelector("#words-xu").offsetParent !== null`) {
		t.Error("words are asked of whoever is on the list, or not of who is new")
	}
	admin.pick("take-xu")
	admin.pick("xu-centre-triage")
	admin.sound(axe, "a new key")
	admin.write("words-xu", people["zhao"].words)
	admin.write("root-sheet", sheets[0])
	admin.main()
	admin.fault()
	admin.write("words-xu", xu.words)
	admin.main()
	admin.until(`!document.querySelector("#root-sheet") && document.querySelector("#app .cl-note")`)

	inspector.to("list")
	inspector.until(`document.querySelector("#root-print")`)
	inspector.says("Chen")
	inspector.write("root-print", root)
	inspector.main()
	inspector.until(`document.querySelector("#unlock-words, #app .cl-note--ok")`)
	after := roster()
	ids := []string{}
	for _, m := range after.Members {
		ids = append(ids, m.ID)
	}
	if slices.Sort(ids); after.Version != before.Version+1 || !slices.Equal(ids, []string{"xu", "zhao"}) {
		t.Fatalf("version %d of %q", after.Version, ids)
	}
	set, err := o.Keys.Set()
	if err != nil {
		t.Fatal(err)
	}
	// A key that was made this morning can be lost at noon: reports go to the new one, and what the old one signed stays good.
	keys := set.UnitsOn("centre", set.Day)
	if len(keys) != 2 || keys[0].To != "" || keys[1].To != set.Day || keys[1].From > set.Day {
		t.Errorf("keys of centre today: %v", keys)
	}
	xu.to("holders")
	xu.until(`document.querySelector("[data-unit=centre] li")`)
	if got := xu.text(); strings.Contains(got, "does not open") || !strings.Contains(got, "signed with the root sheet") {
		t.Errorf("who is new: %.400s", got)
	}
}
