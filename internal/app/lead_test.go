package app_test

import (
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/seal"
)

// header seals the file key of a document once more, to whom it is sealed already.
func header(t *testing.T, body []byte, key *seal.Identity, doc id.Doc) casework.Header {
	t.Helper()
	k, err := seal.FileKeyOf(body, key)
	if err != nil {
		t.Fatal(err)
	}
	h, err := seal.NewHeader(k, key.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	return casework.Header{Doc: doc, Header: h}
}

// TestPassingTheLead: an office that reads a case is asked to take it over, says no, is asked again, and takes it. It then has every letter
// and what was chosen of the rest, goes on with it, and gives it back. The reporter has one mailbox all the way, and nothing in it is in
// doubt.
func TestPassingTheLead(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w, ctx := start(apptest.Options{}), t.Context()
		b := w.NewBrowser(t)
		code := chinese("门卫收钱放人进机房。").send(t, b)
		number := numberOf(t, enter(t, b, "zh", code))
		sun, zhao := w.Hire(t, "sun", "unit-1", "triage", "handler"), w.Session(t, "zhao", "unit-1")
		do(t, must(sun.Reply(ctx, number, terminal.Letter{})), cases.Acknowledged)
		do(t, must(sun.Decide(ctx, number, terminal.Decision{Act: cases.ActTriage})), cases.Triaged)
		for _, text := range []string{"二处查过同一道门。", "这一条不给二处。"} {
			if err := sun.Keep(ctx, number, &seal.Note{Text: text}); err != nil {
				t.Fatal(err)
			}
		}
		tang := w.Hire(t, "tang", "unit-2", "approver", "handler", "triage")
		zhaoThere := w.Session(t, "wu", "unit-2")
		o := reopen(t, zhao, number)
		report, notes := docsOf(o, cases.FromReporter)[0], docsOf(o, cases.Inside)

		// Asked is only who reads it, by an approver, one at a time.
		wantError(t, zhao.Casework.OfferLead(ctx, zhao.Who, number, "unit-2"), errs.NotFound, "casework.no_office")
		if err := zhao.Share(ctx, number, "unit-2", report); err != nil {
			t.Fatal(err)
		}
		if err := tang.NoteShared(ctx, number, "我们去年也查过。"); err != nil {
			t.Fatal(err)
		}
		wantError(t, sun.Casework.OfferLead(ctx, sun.Who, number, "unit-2"), errs.Denied, "casework.role")
		wantError(t, tang.Casework.OfferLead(ctx, tang.Who, number, "unit-2"), errs.NotFound, "casework.no_case")
		wantError(t, tang.Casework.TakeLead(ctx, tang.Who, number), errs.Conflict, "casework.lead_not_asked")
		offer := func() {
			t.Helper()
			if err := zhao.Casework.OfferLead(ctx, zhao.Who, number, "unit-2"); err != nil {
				t.Fatal(err)
			}
		}
		if f := reopen(t, zhao, number); !slices.Equal(f.Leads, []id.Unit{"unit-2"}) {
			t.Errorf("could be asked: %v", f.Leads)
		}
		offer()
		wantError(t, zhao.Casework.OfferLead(ctx, zhao.Who, number, "unit-2"), errs.Conflict, "casework.lead_asked")
		wantError(t, zhao.PassLead(ctx, number, "unit-2", "该二处管。"), errs.Conflict, "casework.lead_not_taken")
		if c, err := tang.OpenShared(ctx, number); err != nil || c.Lead != "offered" || c.Asker {
			t.Errorf("the other office sees %+v, %v", c, err)
		}
		if err := tang.Casework.KeepLead(ctx, tang.Who, number, "unit-2"); err != nil { // no
			t.Fatal(err)
		}
		offer()
		// Who asked cannot answer for the other office.
		asker := *zhao.Who
		asker.Unit = "unit-2"
		wantError(t, tang.Casework.TakeLead(ctx, &asker, number), errs.Denied, "casework.lead_own")
		if err := tang.Casework.TakeLead(ctx, zhaoThere.Who, number); err != nil {
			t.Fatal(err)
		}
		wantError(t, sun.PassLead(ctx, number, "unit-2", "该二处管。"), errs.Denied, "casework.role")
		// Nothing is handed over while a document has no header for the new office.
		old := o.Chains[cases.FromUnit][0]
		half := casework.HandOver{Number: number, Unit: "unit-2", Seen: reopen(t, zhao, number).Case.Version, Letter: casework.Document{
			ID: id.NewDoc(), Chain: cases.FromUnit, Kind: seal.KindReply, Seq: 2, Prev: old.Hash, Sealed: append(slices.Clone(old.Body), 0), Visible: true}}
		wantError(t, zhao.Casework.PassLead(ctx, zhao.Who, half), errs.Conflict, "casework.lead_missing")
		half.Seen--
		wantError(t, zhao.Casework.PassLead(ctx, zhao.Who, half), errs.Conflict, "cases.moved_on")

		// The reporter writes meanwhile; it goes along.
		enter(t, b, "zh", code).Form("f").Set("answer", "那天是三月九日。").Press("send").Want(200)
		if err := zhao.PassLead(ctx, number, "unit-2", "该二处管。", notes[0]); err != nil {
			t.Fatal(err)
		}
		_, err := zhao.Open(ctx, number)
		wantError(t, err, errs.NotFound, "casework.no_case")
		_, err = zhao.OpenShared(ctx, number)
		wantError(t, err, errs.NotFound, "casework.no_case")

		theirs := reopen(t, tang, number)
		if len(theirs.Doubts) > 0 || theirs.Case.Unit != "unit-2" || theirs.Case.State != cases.Triaged || theirs.Handler != "" || len(theirs.Joined) > 0 {
			t.Fatalf("the new office opens %+v, %v", theirs.Doubts, theirs.Case)
		}
		inside := theirs.Items[cases.Inside]
		if len(inside) != 3 || inside[0].Signed == nil || !inside[1].Withheld || inside[1].Body != nil || inside[2].Signed == nil {
			t.Errorf("inside: %+v", inside)
		}
		if own := theirs.Items[cases.FromReporter]; len(own) != 2 || !strings.Contains(string(own[1].Signed.Raw), "三月九日") {
			t.Errorf("the reporter's letters: %+v", own)
		}
		do(t, must(tang.Reply(ctx, number, terminal.Letter{Text: "我们接着办。"})), cases.Triaged)

		// One mailbox, without a doubt, and the answer goes to the new office.
		mailbox := func(say string, want ...string) {
			t.Helper()
			page := enter(t, w.NewBrowser(t), "zh", code)
			for _, text := range want {
				if !strings.Contains(page.Text(), text) {
					t.Errorf("the mailbox has no %q", text)
				}
			}
			if strings.Contains(page.Text(), "有来信不是") || strings.Contains(page.Text(), "少了") {
				t.Errorf("the mailbox doubts: %s", page.Text())
			}
			page.Form("f").Set("answer", say).Press("send").Want(200)
		}
		mailbox("谢谢。", "从现在起", "我们接着办。")
		if o := reopen(t, tang, number); len(o.Doubts) > 0 || len(o.Items[cases.FromReporter]) != 3 || o.Items[cases.FromReporter][2].Unit != "unit-2" {
			t.Errorf("after the answer: %v", o.Doubts)
		}
		if err := tang.Keep(ctx, number, &seal.Note{Text: "二处的笔记。"}); err != nil {
			t.Fatal(err)
		}

		// And back again. What was the first office's own it opens as before.
		first := theirs.Items[cases.FromReporter][0]
		wantError(t, tang.Casework.Share(ctx, tang.Who, number, "unit-3", []casework.Header{header(t, first.Body, w.Key(t, "unit-2").Age, first.ID)}), errs.Invalid, "casework.handover_first")
		if err := tang.Share(ctx, number, "unit-3", first.ID); err != nil {
			t.Fatal(err)
		}
		third := w.Hire(t, "he", "unit-3", "approver", "triage")
		if c, err := third.OpenShared(ctx, number); err != nil || len(c.Doubts) > 0 || c.Report == nil || len(c.Items) != 2 {
			t.Errorf("a third office reads %+v, %v", c, err)
		}
		now := reopen(t, tang, number)
		if err := tang.Share(ctx, number, "unit-1", docsOf(now, cases.Inside)[3]); err != nil {
			t.Fatal(err)
		}
		if c, err := zhao.OpenShared(ctx, number); err != nil || len(c.Doubts) > 0 {
			t.Errorf("the former office reads %+v, %v", c, err)
		}
		if err := tang.Casework.OfferLead(ctx, tang.Who, number, "unit-1"); err != nil {
			t.Fatal(err)
		}
		if err := zhao.Casework.TakeLead(ctx, zhao.Who, number); err != nil {
			t.Fatal(err)
		}
		if err := tang.PassLead(ctx, number, "unit-1", "查下来还是一处的事。"); err != nil {
			t.Fatal(err)
		}
		back := reopen(t, zhao, number)
		if len(back.Doubts) > 0 || len(back.Items[cases.FromUnit]) != 4 || back.Items[cases.Inside][1].Signed == nil || back.Items[cases.Inside][2].Signed == nil || back.Items[cases.Inside][3].Signed == nil {
			t.Errorf("back again: %v", back.Doubts)
		}
		_, err = tang.Open(ctx, number)
		wantError(t, err, errs.NotFound, "casework.no_case")
		mailbox("知道了。", "查下来还是一处的事")
		if o := reopen(t, zhao, number); len(o.Doubts) > 0 {
			t.Errorf("at the end: %v", o.Doubts)
		}
	})
}
