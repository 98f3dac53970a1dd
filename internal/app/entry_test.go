package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// clerk takes calls down, as their program would.
type clerk struct {
	*testing.T
	w   *apptest.World
	key *seal.KeyFile
	*casework.Person
}

func newClerk(t *testing.T, w *apptest.World, name string) *clerk {
	t.Helper()
	k := w.NewKey(t, name)
	return &clerk{t, w, k, w.HireAll(t, "unit-1", apptest.Recruit{Member: name, Roles: []string{"intake"}, Key: k})[0].Who}
}

// draft seals words to the clerk's own key.
func (c *clerk) draft(entry id.Case, version int64, words string) casework.Draft {
	c.Helper()
	sealed, err := seal.Seal([]byte(words), c.key.Age.Recipient())
	if err != nil {
		c.Fatal(err)
	}
	return casework.Draft{Case: entry, Version: version, Sealed: sealed}
}

// takes seals a report to the office and signs it.
func (c *clerk) takes(entry id.Case, what string) casework.Taken {
	c.Helper()
	out := casework.Taken{Case: entry, Doc: id.NewDoc(), Category: "protected-documents", Lang: "zh-Hans", At: cases.SealedBrowser, Contact: cases.Anonymous, Number: true}
	raw, err := seal.EncodeBody(&seal.Report{Category: string(out.Category), Unit: "unit-1", Via: "phone", Lang: out.Lang, Contact: "anonymous", What: what})
	if err != nil {
		c.Fatal(err)
	}
	d := seal.Document{Instance: c.w.Dir.Instance, Kind: seal.KindReport, Case: entry.String(), Chain: seal.ChainReporter, ID: out.Doc.String(), Seq: 1, Unit: "unit-1",
		Day: c.w.Casework.Today().String(), Author: seal.Author{Role: seal.RoleMember, ID: string(c.Member)}, Body: raw}
	if out.Sealed, err = seal.SealDocument(d, seal.FloorReport, []seal.Recipient{c.w.Key(c.T, "unit-1").Age.Recipient()}, seal.Signer{Role: seal.RoleMember, Key: c.key.Sign}); err != nil {
		c.Fatal(err)
	}
	return out
}

// TestCall: a clerk takes a call down, is interrupted, and hands it in; the caller comes back with the number, and the office answers.
func TestCall(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w, ctx := start(apptest.Options{}), t.Context()
		gao, other := newClerk(t, w, "gao"), newClerk(t, w, "fang")
		chen := w.Session(t, "chen", "unit-1")
		w.Clock.Move(17*time.Minute + 23*time.Second)
		const words = "植入的标记：来电人说，有人按页付钱收图纸。"

		entry := id.NewCase()
		_, err := chen.Casework.OpenEntry(ctx, chen.Who, entry, cases.ViaPhone)
		wantError(t, err, errs.Denied, "casework.role")
		_, err = w.Casework.OpenEntry(ctx, gao.Person, entry, cases.ViaWeb)
		wantError(t, err, errs.Invalid, "casework.entry_via")
		number, err := w.Casework.OpenEntry(ctx, gao.Person, entry, cases.ViaPhone)
		if err != nil || seal.CheckPickUpNumber(number) != nil {
			t.Fatal(number, err)
		}
		_, err = w.Casework.OpenEntry(ctx, other.Person, entry, cases.ViaPhone)
		if !errs.Is(err, errs.Conflict) {
			t.Errorf("the same id once more: %v", err)
		}

		// What was typed so far comes back after whatever interrupted the call; nobody else has it, and an older one does not replace it.
		keep := func(c *clerk, version int64, words string) error {
			return w.Casework.KeepDraft(ctx, c.Person, c.draft(entry, version, words))
		}
		for v, text := range []string{"植入的标记", words} {
			if err := keep(gao, int64(v+1), text); err != nil {
				t.Fatal(err)
			}
		}
		wantError(t, keep(gao, 2, "older"), errs.Conflict, "store.entry_moved")
		wantError(t, keep(other, 3, "not theirs"), errs.Conflict, "store.entry_moved")
		wantError(t, w.Casework.KeepDraft(ctx, chen.Who, gao.draft(entry, 3, "x")), errs.Denied, "casework.role")
		open, err := w.Casework.Entries(ctx, gao.Person)
		if err != nil || len(open.Open) != 1 || open.Open[0].Version != 2 || open.Open[0].Case != entry {
			t.Fatalf("open: %+v, %v", open, err)
		}
		if plain, err := seal.Open(open.Open[0].Sealed, gao.key.Age); err != nil || string(plain) != words {
			t.Errorf("the draft says %q, %v", plain, err)
		}
		if e, err := w.Casework.Entries(ctx, other.Person); err != nil || len(e.Open) != 0 {
			t.Errorf("a colleague has %+v, %v", e, err)
		}

		// Nothing can be exchanged before there is a case.
		code := seal.NewDigits()
		next, err := seal.DeriveMailbox(w.Dir.Instance, code)
		if err != nil {
			t.Fatal(err)
		}
		wantError(t, w.Intake.Exchange(ctx, number, next.Public()), errs.NotFound, "intake.no_first_code")

		// Handed in: once, whatever is sent again. A category that is not open, or bytes that are not sealed, leave the entry as it is.
		taken := gao.takes(entry, words)
		wrong := taken
		wrong.Category = "weather"
		_, err = w.Casework.HandIn(ctx, gao.Person, wrong)
		wantError(t, err, errs.Invalid, "intake.category_unknown")
		wrong = taken
		wrong.Sealed = []byte(words)
		_, err = w.Casework.HandIn(ctx, gao.Person, wrong)
		wantError(t, err, errs.Invalid, "intake.not_sealed")
		_, err = w.Casework.HandIn(ctx, other.Person, taken)
		wantError(t, err, errs.Conflict, "store.entry_moved")
		got, err := w.Casework.HandIn(ctx, gao.Person, taken)
		if err != nil || len(got.Promises) == 0 || got.Day != w.Casework.Today() {
			t.Fatalf("%+v, %v", got, err)
		}
		if again, err := w.Casework.HandIn(ctx, gao.Person, taken); err != nil || again.Day != got.Day {
			t.Errorf("the same again: %+v, %v", again, err)
		}
		_, err = w.Casework.HandIn(ctx, gao.Person, gao.takes(entry, "another"))
		wantError(t, err, errs.Conflict, "store.entry_moved")
		wantError(t, keep(gao, 3, "too late"), errs.Conflict, "store.entry_moved")

		toTheHour(t, w)

		// The clerk has no door to it. Triage reads it, and who typed it.
		row := theCase(t, w, entry)
		_, err = w.Casework.Open(ctx, gao.Person, row.Number)
		wantError(t, err, errs.Denied, "casework.not_assigned")
		o := reopen(t, chen, row.Number)
		if len(o.Doubts) > 0 || o.Report.What != words || o.Items[cases.FromReporter][0].Author != "gao" || row.Via != cases.ViaPhone || o.Mailbox != nil {
			t.Fatalf("triage opens %+v, %+v", o.Doubts, o.Report)
		}
		do(t, must(chen.Reply(ctx, row.Number, terminal.Letter{})), cases.Acknowledged) // it waits

		// The caller comes with the number, reads the letter when the office has looked again, and answers.
		if err := w.Intake.Exchange(ctx, number, next.Public()); err != nil {
			t.Fatal(err)
		}
		m, err := w.Intake.OpenMailbox(ctx, code)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Checkpoints(ctx); err != nil {
			t.Fatal(err)
		}
		proofs, err := w.Intake.Proofs(ctx, m)
		var kinds []string
		for _, p := range proofs {
			kinds = append(kinds, p.Kind)
		}
		if err != nil || !slices.Contains(kinds, "opened") || kinds[0] != "received" {
			t.Errorf("proofs of %v, %v", kinds, err)
		}
		vouched := func(letters int) {
			t.Helper()
			o, err := chen.Open(ctx, row.Number)
			if err != nil || len(o.Items[cases.FromReporter]) != letters {
				t.Fatalf("%v, %+v", err, o)
			}
			for _, d := range o.Doubts { // that only the server says whose the keys are, and nothing else
				if d.Key != "terminal.mailbox_vouched" && d.Key != "terminal.doc_vouched" {
					t.Errorf("after the exchange: %+v", d)
				}
			}
		}
		vouched(1)
		b := w.NewBrowser(t)
		page := enter(t, b, "zh", code)
		page.Form("f").Set("answer", "补充：是三月九日。").Press("send").Want(200)
		vouched(2)
		do(t, must(chen.Reply(ctx, row.Number, terminal.Letter{Text: "谢谢您的补充。"})), cases.Acknowledged)
		if text := enter(t, b, "zh", code).Text(); !strings.Contains(text, "谢谢您的补充。") {
			t.Errorf("the letter is not in the mailbox: %s", text)
		}
	})
}

// toTheHour: nothing that was written down of an entry tells when somebody called.
func toTheHour(t *testing.T, w *apptest.World) {
	t.Helper()
	n := 0
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		all, err := tx.AuditAfter(0, 1000)
		for _, e := range all {
			if strings.HasPrefix(e.Act, "entry_") || e.Act == "call_counted" {
				if n++; !e.At.Equal(e.At.Truncate(time.Hour)) {
					t.Errorf("%s stands in the audit log at %s", e.Act, e.At)
				}
			}
		}
		return err
	})
	if err != nil || n == 0 {
		t.Errorf("%d entries, %v", n, err)
	}
}

// theCase reads the row of a case by its id.
func theCase(t *testing.T, w *apptest.World, c id.Case) (row cases.Case) {
	t.Helper()
	err := w.Store.Read(t.Context(), func(tx *store.Tx) (err error) {
		row, err = tx.Case(c)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// TestCallsThatAreNone: a wrong number, silence and abuse leave a count, an entry that nobody hands in leaves nothing, and a number that was
// not read back opens nothing.
func TestCallsThatAreNone(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w, ctx := start(apptest.Options{Set: map[string]string{"desk.entries": "3"}}), t.Context()
		gao := newClerk(t, w, "gao")
		w.Clock.Move(41 * time.Minute)
		open := func() (id.Case, string) {
			t.Helper()
			c := id.NewCase()
			number, err := w.Casework.OpenEntry(ctx, gao.Person, c, cases.ViaPhone)
			if err != nil {
				t.Fatal(err)
			}
			return c, number
		}
		for _, kind := range []store.EmptyCall{store.CallSilent, store.CallSilent, store.CallWrong} {
			if err := w.Casework.CountCall(ctx, gao.Person, kind); err != nil {
				t.Fatal(err)
			}
		}
		wantError(t, w.Casework.CountCall(ctx, gao.Person, "boring"), errs.Invalid, "web.bad_form")
		c, _ := open()
		if err := w.Casework.DropEntry(ctx, gao.Person, c, store.CallAbusive); err != nil {
			t.Fatal(err)
		}
		wantError(t, w.Casework.DropEntry(ctx, gao.Person, c, store.CallAbusive), errs.NotFound, "store.entry_absent")
		c, _ = open()
		if err := w.Casework.DropEntry(ctx, gao.Person, c, ""); err != nil {
			t.Fatal(err)
		}
		toTheHour(t, w)
		e, err := w.Casework.Entries(ctx, gao.Person)
		if err != nil || len(e.Open) != 0 || e.Calls[store.CallSilent] != 2 || e.Calls[store.CallWrong] != 1 || e.Calls[store.CallAbusive] != 1 || e.Calls[store.CallDropped] != 0 {
			t.Errorf("%+v, %v", e, err)
		}

		c, number := open()
		taken := gao.takes(c, "没有念号码就挂断了。")
		taken.Number = false
		if _, err := w.Casework.HandIn(ctx, gao.Person, taken); err != nil {
			t.Fatal(err)
		}
		wantError(t, w.Intake.Exchange(ctx, number, keysOf(t, w).Public()), errs.NotFound, "intake.no_first_code")

		for range casework.MostEntries {
			open()
		}
		_, err = w.Casework.OpenEntry(ctx, gao.Person, id.NewCase(), cases.ViaPhone)
		wantError(t, err, errs.Conflict, "casework.entries_full")
		for _, left := range []int{casework.MostEntries, casework.MostEntries, 0} {
			w.Clock.Move(24 * time.Hour * 3 / 2)
			if err := w.Casework.ForgetEntries(ctx); err != nil {
				t.Fatal(err)
			}
			if e, err := w.Casework.Entries(ctx, gao.Person); err != nil || len(e.Open) != left || left == 0 && len(e.Calls) > 0 {
				t.Errorf("%d are left, want %d, %v, %v", len(e.Open), left, e.Calls, err)
			}
		}
	})
}
