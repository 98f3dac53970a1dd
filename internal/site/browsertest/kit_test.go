package browsertest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// kitWorld is a demonstration whose offices' keys have copies for a recovery kit.
type kitWorld struct {
	*officeWorld
	t      *testing.T
	wire   *wire
	clock  *apptest.Clock
	root   string   // the root sheet
	sheets []string // of the kit on record, any two of three
}

func newKitWorld(t *testing.T) *kitWorld {
	t.Helper()
	clock := apptest.NewClock(time.Now().Add(-48 * time.Hour)) // a key lasts a day at least
	w, x := demoAtDesk(t, apptest.Options{Clock: clock})
	o := &kitWorld{officeWorld: &officeWorld{World: w}, t: t, wire: x, clock: clock}
	sign := w.Key(t, "root").Sign
	root, err := seal.RootSheet(w.Dir.Instance, [32]byte(sign.Seed()))
	if err != nil {
		t.Fatal(err)
	}
	o.root = root.Words()
	kit := seal.NewIdentity()
	o.sheets = o.split(kit)
	msg, err := seal.RecoveryStatement{Instance: w.Dir.Instance, Recipient: kit.Recipient(), Threshold: 2, Count: 3}.Message()
	if err != nil {
		t.Fatal(err)
	}
	record, err := json.Marshal(setup.Recovery{Kit: setup.Kit{Recipient: kit.Recipient().String(), K: 2, N: 3, Signature: base64.RawURLEncoding.EncodeToString(ed25519.Sign(sign, msg))}, Day: w.Casework.Today()})
	if err == nil {
		err = w.Store.Write(t.Context(), func(tx *store.Tx) error {
			for _, u := range w.Pack.Offices {
				if err := tx.PutUnitRecovery(o.copyOf(w.Key(t, string(u.ID)), kit.Recipient())); err != nil {
					return err
				}
			}
			return tx.SetMeta("recovery", string(record))
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// split gives the words of the sheets of a key, any two of three.
func (o *kitWorld) split(kit *seal.Identity) (words []string) {
	o.t.Helper()
	sheets, err := seal.SplitRecovery(o.Dir.Instance, kit, 2, 3)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, s := range sheets {
		words = append(words, s.Words())
	}
	return words
}

func (o *kitWorld) copyOf(k *seal.KeyFile, to seal.Recipient) store.UnitRecovery {
	o.t.Helper()
	var text strings.Builder
	_, err := k.WriteTo(&text)
	if err != nil {
		o.t.Fatal(err)
	}
	sealed, err := seal.Seal([]byte(text.String()), to)
	if err != nil {
		o.t.Fatal(err)
	}
	return store.UnitRecovery{Unit: id.Unit(k.ID), Key: sha256.Sum256([]byte(k.Age.Recipient().String())), Recovery: sha256.Sum256([]byte(to.String())), Sealed: sealed, Day: o.Casework.Today()}
}

// alone leaves one person on the roster of an office.
func (o *kitWorld) alone(unit, who string, roles ...string) {
	o.t.Helper()
	now, err := o.Casework.Roster(o.t.Context(), id.Unit(unit))
	if err != nil {
		o.t.Fatal(err)
	}
	r, err := ceremony.Roster(o.Key(o.t, unit), now.Version+1, o.Casework.Today(), []ceremony.Holder{{Key: ceremony.PublicOf(o.Key(o.t, who)), Roles: roles}})
	if err != nil {
		o.t.Fatal(err)
	}
	signed, err := proof.SignRoster(r, proof.SignerRoot, o.Key(o.t, "root").Sign)
	if err != nil {
		o.t.Fatal(err)
	}
	file, err := signed.Marshal()
	if err == nil {
		_, err = o.InstallRoster(o.t.Context(), file)
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

// now lets the installation's clock go with that of the telephones, which make codes.
func (o *kitWorld) now() {
	o.wire.set(func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		o.clock.Move(time.Since(o.clock.Now()))
		next.ServeHTTP(w, r)
	})
}

// title waits for the heading of a page.
func (c *colleague) title(text string) {
	c.t.Helper()
	c.until(`document.querySelector("#app h1")?.textContent == ` + quote(text))
}

// sheetRefused types a sheet that is not taken, and says what the page says.
func (c *colleague) sheetRefused(field, words, want string) {
	c.t.Helper()
	c.write(field, words)
	c.main()
	c.says(want)
	if got := ask[string](c.tab, `document.querySelector("#`+field+`").value`); got != words {
		c.t.Errorf("%q took away what was typed: %q", want, got)
	}
}

// TestRecoveryKit: the only holder of an office lost everything. The administrator brings two sheets of the kit together, is
// refused with wrong ones, gives the office to somebody new, and makes a new kit; the inspector is told and signs; the new
// holder reads an old report and a new one, and the old sheets fit no more.
func TestRecoveryKit(t *testing.T) {
	t.Parallel()
	o := newKitWorld(t)
	axe := axeSource(t)
	before := o.report(t, "An older report.", false)
	o.alone("unit-1", "chen", "approver", "triage")
	o.now()
	gu := member(t, o.World, "gu")
	xu := (&deskWorld{}).joins(t, chromium(t), "en", gu.invites(t, "xu", "Xu", "member", ""), "xu", "Xu")
	if err := o.Staff.RemoveAsOperator(t.Context(), staff.Desk, "chen"); err != nil {
		t.Fatal(err)
	}
	gu.oldSheets(t, o, axe)
	typed := gu.newSheets(t, axe)
	gu.recovers(t, o, xu.words, typed[0], axe)

	song := atDoor(t, o.World, staff.Inspector)
	song.to("list")
	song.says("The recovery kit was used")
	song.says("1 former key · ")
	if got := ask[string](song.tab, `document.querySelector("#app .cl-note--danger").innerText`); !strings.Contains(got, "Xu") || !strings.Contains(got, "gu") || strings.Contains(got, "Chen") {
		t.Errorf("the inspector is told: %s", got)
	}
	song.sound(axe, "a used kit")
	song.pictures(t, "kit-inspector")
	song.write("root-print", proof.RootFingerprint(o.Key(t, "root").Sign.Public().(ed25519.PublicKey)))
	song.main()
	song.until(`document.querySelector("#app .cl-note--ok")`)
	song.to("notices")
	song.says("The recovery kit was used")
	song.to("audit")
	song.says("used the recovery kit")

	o.wantNewKit(typed)
	after := o.report(t, "A newer report.", false)
	for number, words := range map[string]string{before: "An older report.", after: "A newer report."} {
		xu.open(200, "/en/case/"+number)
		xu.until(`document.querySelector("#passphrase, #unlock-words, #report")`)
		xu.comesIn()
		xu.says(words)
	}
	gu.to("keys")
	gu.until(`document.querySelector("#app a[href$='/kit']")`)
	gu.act(`#app a[href$="/kit"]`)
	gu.title("Recovery kit")
	gu.pick("way-renew")
	gu.main()
	gu.sheetRefused("old-sheet", o.sheets[0], "a sheet of another kit")
	gu.leavesBehind(o, typed, axe)
	typed = append(typed, gu.anew(t, o, axe)...)
	song.to("list")
	song.says("The recovery kit is replaced, without its sheets")
	o.wire.mu.Lock()
	sent := strings.ToLower(o.wire.all.String())
	o.wire.mu.Unlock()
	for _, s := range append(append([]string{o.root}, o.sheets...), typed...) {
		if strings.Contains(sent, strings.Join(strings.Fields(s)[:3], " ")) {
			t.Error("a sheet was sent")
		}
		inFiles(t, o.Dir.Path, s)
	}
}

// comesIn opens the door, or the key, if the page asks for it.
func (c *colleague) comesIn() {
	c.t.Helper()
	if ask[bool](c.tab, `!!document.querySelector("#passphrase")`) {
		c.signIn(c.passphrase, c.code())
	} else if ask[bool](c.tab, `!!document.querySelector("#unlock-words")`) {
		c.write("unlock-words", strings.Join(c.passphrase, " "))
		c.main()
	}
}

// oldSheets chooses what happened and types two sheets, after some that are refused.
func (c *colleague) oldSheets(t *testing.T, o *kitWorld, axe string) {
	t.Helper()
	c.to("keys")
	c.until(`document.querySelector("#app a[href$='/kit']")`)
	c.act(`#app a[href$="/kit"]`)
	c.title("Recovery kit")
	c.sound(axe, "what happened")
	c.pictures(t, "kit-choose")
	c.main()
	c.says("Choose what has happened.")
	c.pick("way-use")
	c.main()
	c.title("Type the old sheets")
	words := strings.Fields(o.sheets[0])
	c.sheetRefused("old-sheet", strings.Join(words[1:], " "), "there are 29 here")
	c.sheetRefused("old-sheet", strings.Join(append([]string{"qqqq"}, words[1:]...), " "), "Word 1 is not on the list")
	slices.Reverse(words)
	c.sheetRefused("old-sheet", strings.Join(words, " "), "These words are no whole sheet")
	c.sheetRefused("old-sheet", o.root, "This is the sheet of the root key")
	c.sheetRefused("old-sheet", o.split(seal.NewIdentity())[0], "a sheet of another kit")
	elsewhere, err := seal.SplitRecovery("another-place", seal.NewIdentity(), 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	c.sheetRefused("old-sheet", elsewhere[0].Words(), "of another installation")
	c.sound(axe, "a sheet refused")
	c.pictures(t, "kit-refused")
	c.write("old-sheet", strings.ToUpper(o.sheets[2]))
	c.main()
	c.says("1 sheet is in. 1 more is needed.")
	c.sheetRefused("old-sheet", o.sheets[2], "This sheet is back already")
	c.act(`#app .cl-actions button:nth-of-type(2)`)
	c.says("1 sheet is missing. With fewer nothing opens")
	// Leaving asks, and staying keeps what was taken.
	c.to("people")
	c.says("This sitting is not finished")
	c.act(`#app .cl-note--warn .cl-actions button`)
	c.says("1 sheet is in. 1 more is needed.")
	c.write("old-sheet", o.sheets[0])
	c.main()
	c.title("What the sheets open")
	c.says("1 key opens")
	c.sound(axe, "what the sheets open")
	c.pictures(t, "kit-opened")
	c.main()
}

// newSheets copies the sheets of the new kit and types every one back, an old one first.
func (c *colleague) newSheets(t *testing.T, axe string) (sheets []string) {
	t.Helper()
	c.until(`document.querySelectorAll(".cl-sheet").length == 3`)
	c.sound(axe, "new sheets")
	c.pictures(t, "kit-sheets")
	for i := range 3 {
		sheets = append(sheets, strings.Join(c.list(fmt.Sprintf(".cl-sheet:nth-of-type(%d) .cl-words li", i+1)), " "))
	}
	ask[bool](c.tab, `(e => { e[e.length - 1].querySelectorAll("button")[1].click(); return true; })(document.querySelectorAll("#app .cl-actions"))`)
	c.until(`document.querySelector("#sheet")`)
	for i, s := range sheets {
		c.write("sheet", s)
		c.main()
		if i < 2 {
			c.until(fmt.Sprintf(`document.querySelectorAll(".cl-todo .is-done").length == %d`, i+1))
		}
	}
	c.title("Sign the new kit")
	return sheets
}

// recovers gives the office to somebody new, who is not whom the words name at first, and to an approver, and signs.
func (c *colleague) recovers(t *testing.T, o *kitWorld, words, recovery, axe string) {
	t.Helper()
	c.main()
	c.says("Choose an office.")
	c.pick("recover-unit-1")
	c.main()
	c.says("Nobody would hold the key")
	c.pick("take-xu")
	c.pick("xu-unit-1-triage")
	c.says("With these people the form is closed")
	c.pick("xu-unit-1-approver") // alone she does both, and that is not enough
	c.says("With these people the form is closed")
	c.sound(axe, "one person alone")
	c.pictures(t, "kit-alone")
	c.act("#xu-unit-1-approver")
	c.pick("take-zhao")
	c.pick("zhao-unit-1-approver")
	if strings.Contains(c.text(), "With these people the form is closed") {
		t.Error("two people are called too few")
	}
	zhao := ceremony.PublicOf(o.Key(t, "zhao"))
	heard, err := seal.StaffFingerprint(o.Dir.Instance, "member", "zhao", zhao.Recipient, zhao.Sign)
	if err != nil {
		t.Fatal(err)
	}
	c.sound(axe, "who holds it now")
	c.pictures(t, "kit-sign")
	c.main()
	c.says("Type the eight words")
	other := strings.Fields(words)
	slices.Reverse(other)
	c.write("words-zhao", heard)
	c.write("words-xu", strings.Join(other, " "))
	c.write("root-sheet", o.root)
	c.main()
	c.says("These are not the words of the key")
	c.write("words-xu", words)
	c.sheetRefused("root-sheet", recovery, "This is a recovery sheet")
	c.write("root-sheet", o.root)
	c.main()
	c.title("The new kit waits for the inspector")
	c.sound(axe, "proposed")
	c.pictures(t, "kit-proposed")
	c.to("keys")
	c.says("It brings a new recovery kit")
}

// leavesBehind: a copy in the database does not open. The page says which, and nothing goes on before somebody has agreed; what
// was typed can still be left.
func (c *colleague) leavesBehind(o *kitWorld, sheets []string, axe string) {
	c.t.Helper()
	err := o.Store.Write(c.t.Context(), func(tx *store.Tx) error {
		all, err := tx.UnitRecoveries()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(r store.UnitRecovery) bool { return r.Unit == "unit-2" })
		all[i].Sealed = o.copyOf(o.Key(c.t, "unit-1"), seal.NewIdentity().Recipient()).Sealed
		return tx.PutUnitRecovery(all[i])
	})
	if err != nil {
		c.t.Fatal(err)
	}
	for _, s := range sheets[1:] {
		c.write("old-sheet", s)
		c.main()
		c.until(`document.querySelector("#old-sheet")?.value !== ` + quote(s))
	}
	c.title("What the sheets open")
	c.says("the copy does not open, or holds another key than the list names")
	c.main()
	c.says("Some copies do not open. Nothing has been done.")
	c.sound(axe, "a copy that does not open")
	c.pictures(c.t, "kit-closed")
	c.pick("leave-behind")
	c.main()
	c.title("Print these sheets")
	c.to("people")
	c.act(`#app .cl-note--warn .cl-actions button:nth-of-type(2)`)
	c.until(`document.querySelector("#role-member")`)
}

// anew makes a kit where too few sheets are left: every office gets a new key, its people stay, and nobody types a word of theirs.
func (c *colleague) anew(t *testing.T, o *kitWorld, axe string) (sheets []string) {
	t.Helper()
	c.to("keys")
	c.until(`document.querySelector("#app a[href$='/kit']")`)
	c.act(`#app a[href$="/kit"]`)
	c.title("Recovery kit")
	c.pick("way-anew")
	c.main()
	sheets = c.newSheets(t, axe)
	c.says("These offices get a new key")
	c.sound(axe, "every office a new key")
	c.pictures(t, "kit-anew")
	c.write("root-sheet", o.root)
	c.main()
	c.title("The new kit waits for the inspector")
	return sheets
}

// wantNewKit: two of the sheets that were typed back open every copy, the former key's too, and the kit before none.
func (o *kitWorld) wantNewKit(typed []string) {
	o.t.Helper()
	combined := func(words ...string) *seal.Identity {
		var sheets []seal.Sheet
		for _, w := range words {
			s, err := seal.ParseSheet(o.Dir.Instance, w)
			if err != nil {
				o.t.Fatal(err)
			}
			sheets = append(sheets, s)
		}
		key, err := seal.CombineRecovery(sheets)
		if err != nil {
			o.t.Fatal(err)
		}
		return key
	}
	now, was := combined(typed[2], typed[0]), combined(o.sheets[0], o.sheets[1])
	err := o.Store.Read(o.t.Context(), func(tx *store.Tx) error {
		all, err := tx.UnitRecoveries()
		if len(all) != len(o.Pack.Offices)+1 {
			o.t.Errorf("%d copies", len(all))
		}
		for _, c := range all {
			if _, err := seal.Open(c.Sealed, now); err != nil {
				o.t.Errorf("the new kit and %s: %v", c.Unit, err)
			}
			if _, err := seal.Open(c.Sealed, was); err == nil {
				o.t.Errorf("the kit before opens %s", c.Unit)
			}
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}
