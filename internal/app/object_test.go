package app_test

import (
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// proposeTransfer writes a proposal to pass a case on, which no door of this version makes, with the rules of the machine.
func proposeTransfer(t *testing.T, w *apptest.World, number string) {
	t.Helper()
	err := w.Store.Write(t.Context(), func(tx *store.Tx) error {
		c, err := tx.CaseByNumber(number)
		if err != nil {
			return err
		}
		rows, err := tx.Events(c.Key)
		if err != nil {
			return err
		}
		now, doc := w.Clock.Now(), id.NewDoc()
		added, err := w.Machine.Apply(c, caselog.Bare(rows), cases.Act{Kind: cases.ActProposeTransfer, By: cases.Actor{Member: "sun", Roles: []cases.Role{cases.Triage}},
			Day: workday.DayOf(now, w.Pack.Zone), At: now, Seen: c.Version, Doc: doc, NoInterest: true})
		if err != nil {
			return err
		}
		events := make([]store.Event, len(added))
		for i, e := range added {
			events[i].Event = e
		}
		version, err := tx.AddEvents(c.Key, c.Version, events...)
		if err != nil {
			return err
		}
		_, err = tx.AddProposal(store.Proposal{Case: c.Key, Kind: cases.EventProposedTransfer, Doc: doc, Proposer: "sun", Version: version})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestObjectPlain: Mei, without scripts, is asked whether her report may be passed on. She objects, is asked again, writes too much, says
// nothing instead, and is asked a third time and lets the days go by.
func TestObjectPlain(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		b := w.NewBrowser(t)
		code := chinese("我看到的。").send(t, b)
		box := enter(t, b, "zh", code)
		number := numberOf(t, box)
		if strings.Contains(box.Text(), "不同意移送") {
			t.Error("an objection is offered before there is a proposal")
		}
		bringToTriage(t, w, number)
		key := caseKey(t, w, number)

		proposeTransfer(t, w, number)
		box = box.Form("g").Press("open").Want(200, "移送给别的机关", "现在什么都还没有送出", "我不同意移送")
		ask := box.Form("g").Press("object").Want(200, "您想说明原因吗？")
		ask.Form("f").PressAt("/en/mailbox/plain", "stay").Want(200, "Do you want to say why?")
		p := ask.Form("f").Set("answer", strings.Repeat("字", 3001)).Press("yes").Want(422)
		wantFault(t, p, "answer", "减少1个")
		box = p.Form("f").Set("answer", "那里有人认识我。").Press("yes").Want(200, "您的意见已加密送出，不会移送")
		if strings.Contains(box.Text(), "我不同意移送") || cases.PassingOf(eventsOf(t, w, key)) != "" {
			t.Error("the proposal stands after the objection")
		}
		p.Form("f").Set("answer", "那里有人认识我。").Press("yes").Want(200) // the same form again
		ask.Form("f").Set("answer", "还是不同意。").Press("yes").Want(200, "现在不能再提出不同意")

		proposeTransfer(t, w, number)
		box = box.Form("g").Press("open").Want(200, "我不同意移送")
		box = box.Form("g").Press("object").Form("f").Press("yes").Want(200, "您的意见已加密送出")

		proposeTransfer(t, w, number)
		box.Form("g").Press("open").Form("g").Press("object").Want(200)
		w.Clock.Move(9 * 24 * time.Hour)
		box = enter(t, w.NewBrowser(t), "zh", code).Want(200, "移送给别的机关")
		if strings.Contains(box.Text(), "我不同意移送") {
			t.Error("an objection is offered after its days")
		}
		got := proposalsOf(t, w, key)
		if len(got) != 3 || got[0] != store.ProposalWithdrawn || got[1] != store.ProposalWithdrawn || got[2] != store.ProposalOpen {
			t.Errorf("proposals: %v", got)
		}
	})
}

// bringToTriage brings a fresh report to triage.
func bringToTriage(t *testing.T, w *apptest.World, number string) {
	t.Helper()
	sun := w.Hire(t, "sun", "unit-1", "triage", "approver")
	do(t, must(sun.Reply(t.Context(), number, terminal.Letter{})), cases.Acknowledged)
	do(t, must(sun.Decide(t.Context(), number, terminal.Decision{Act: cases.ActTriage})), cases.Triaged)
}

func caseKey(t *testing.T, w *apptest.World, number string) (key int64) {
	t.Helper()
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		c, err := tx.CaseByNumber(number)
		key = c.Key
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func eventsOf(t *testing.T, w *apptest.World, key int64) (out []cases.Event) {
	t.Helper()
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Events(key)
		out = caselog.Bare(rows)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
