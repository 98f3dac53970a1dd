package app_test

import (
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// declineCase brings a fresh report to a decline: sun proposes, zhao approves.
func declineCase(t *testing.T, w *apptest.World, number string, code cases.Code) (sun *terminal.Session) {
	t.Helper()
	sun = w.Hire(t, "sun", "unit-1", "triage", "approver")
	zhao := w.Session(t, "zhao", "unit-1")
	do(t, must(sun.Reply(t.Context(), number, terminal.Letter{})), cases.Acknowledged)
	do(t, must(sun.Decide(t.Context(), number, terminal.Decision{Act: cases.ActTriage})), cases.Triaged)
	do(t, must(sun.Decide(t.Context(), number, terminal.Decision{Act: cases.ActProposeDecline, Code: code, Reasons: "没有可以核实的事实。"})), cases.Triaged)
	do(t, must(zhao.Decide(t.Context(), number, terminal.Decision{Act: cases.ActApprove})), cases.Declined)
	return sun
}

// TestReviewPlain: a reporter without scripts asks for a review, and somebody new answers. What waits for closing is over.
func TestReviewPlain(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		b := w.NewBrowser(t)
		box := enter(t, b, "zh", chinese("我看到的。").send(t, b))
		number := numberOf(t, box)
		if strings.Contains(box.Text(), "申请复核") {
			t.Error("a review is offered before there is a decision")
		}
		sun := declineCase(t, w, number, cases.D3)
		do(t, must(sun.Decide(t.Context(), number, terminal.Decision{Act: cases.ActProposeClosing})), cases.Declined)
		box = box.Form("g").Press("open").Want(200, "不同意这个决定？", "4月22日之前")

		ask := box.Form("g").Press("review").Want(200, "您希望他们看什么？")
		ask.Form("f").PressAt("/en/mailbox/plain", "stay").Want(200, "What should they look at?")
		p := ask.Form("f").Set("answer", strings.Repeat("字", 3001)).Press("yes").Want(422)
		wantFault(t, p, "answer", "减少1个")
		box = p.Form("f").Set("answer", "三月九日的聊天记录您没有看。").Press("yes").Want(200, "申请已加密送出", "没有参与过这个决定的人正在复核")
		ask.Form("f").Set("answer", "三月九日的聊天记录您没有看。").Press("yes").Want(200) // another form: refused kindly, nothing twice
		if strings.Contains(box.Text(), "不同意这个决定？") {
			t.Error("a second review is offered while the first one waits")
		}

		zhao := w.Session(t, "zhao", "unit-1")
		_, err := zhao.Decide(t.Context(), number, terminal.Decision{Act: cases.ActApprove})
		wantError(t, err, errs.Conflict, "cases.no_proposal")
		_, err = zhao.Decide(t.Context(), number, terminal.Decision{Act: cases.ActUphold, Reasons: "维持。"})
		wantError(t, err, errs.Denied, "cases.had_part")
		qian := w.Hire(t, "qian", "unit-1", "approver")
		o := reopen(t, qian, number)
		if n := len(o.Chains[cases.FromReporter]); n != 2 {
			t.Errorf("%d documents of the reporter", n)
		}
		do(t, must(qian.Decide(t.Context(), number, terminal.Decision{Act: cases.ActUphold, Reasons: "聊天记录里没有提到时间和地点。"})), cases.Declined)
		box = box.Form("g").Press("open").Want(200, "原来的决定维持不变", "聊天记录里没有提到时间和地点。")
		box.Want(200, "不同意这个决定？") // once more, by the inspector
		if got := proposalsOf(t, w, o.Case.Key); len(got) != 2 || got[1] != store.ProposalWithdrawn {
			t.Errorf("proposals: %v", got)
		}
	})
}

func proposalsOf(t *testing.T, w *apptest.World, key int64) (out []store.ProposalState) {
	t.Helper()
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Proposals(key)
		for _, p := range rows {
			out = append(out, p.State)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestReviewSealed: the same by signed requests, for a decline that protects and that two must send back.
func TestReviewSealed(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	s := newSender(t, w, seal.NewDigits())
	if status, answer := s.send(s.report("我看到的。")); status != 200 {
		t.Fatalf("%d %v", status, answer)
	}
	_, list := s.act("list", struct{}{})
	number, _ := list["number"].(string)
	if list["review"] != "" {
		t.Errorf("a review until %v before there is a decision", list["review"])
	}
	request := func() (map[string]any, seal.ChainHead) {
		doc, head, sealed := s.seal(&seal.Message{Text: "请再看一次。"}, "unit-1")
		return map[string]any{"doc": doc, "unit": "unit-1", "seq": head.Seq, "prev": s.head.Sealed, "sealed": sealed}, head
	}
	early, _ := request()
	if status, answer := s.act("review", early); status != 409 || keyOf(answer) != "cases.not_from_here" {
		t.Errorf("before a decision: %d %v", status, answer)
	}
	declineCase(t, w, number, cases.D7)
	if _, list = s.act("list", struct{}{}); list["review"] != "2026-04-22" {
		t.Errorf("a review until %v", list["review"])
	}
	ask, head := request()
	with := map[string]any{"files": []string{}}
	for k, v := range ask {
		with[k] = v
	}
	if status, _ := s.act("review", with); status != 400 && status != 422 {
		t.Errorf("a request with files: %d", status)
	}
	for range 2 { // the second is the first again
		if status, answer := s.act("review", ask); status != 200 {
			t.Fatalf("%d %v", status, answer)
		}
	}
	s.head = head
	if _, list = s.act("list", struct{}{}); list["state"] != "review" || list["review"] != "" {
		t.Errorf("state %v, review %v", list["state"], list["review"])
	}
	again, _ := request()
	if status, answer := s.act("review", again); status != 409 {
		t.Errorf("twice: %d %v", status, answer)
	}

	qian, wei := w.Hire(t, "qian", "unit-1", "approver"), w.Hire(t, "wei", "unit-1", "approver")
	do(t, must(qian.Decide(t.Context(), number, terminal.Decision{Act: cases.ActSendBack, Reasons: "说的是行为。"})), cases.Review)
	_, list = s.act("list", struct{}{})
	letters := len(list["docs"].([]any))
	do(t, must(wei.Decide(t.Context(), number, terminal.Decision{Act: cases.ActSendBack, Reasons: "同意，说的是行为。"})), cases.Triaged)
	if _, list = s.act("list", struct{}{}); list["state"] != "triaged" || len(list["docs"].([]any)) != letters+1 {
		t.Errorf("state %v with %d documents after %d", list["state"], len(list["docs"].([]any)), letters)
	}
}

// TestReviewTerm: after the last day nothing is offered, and a request is refused without a trace.
func TestReviewTerm(t *testing.T) {
	t.Parallel()
	clock := apptest.NewClock(noon)
	w := apptest.Start(t, apptest.Options{Clock: clock})
	code := seal.NewDigits()
	s := newSender(t, w, code)
	s.send(s.report("我看到的。"))
	_, list := s.act("list", struct{}{})
	number, _ := list["number"].(string)
	declineCase(t, w, number, cases.D3)
	clock.Move(31 * 24 * time.Hour)
	if _, list = s.act("list", struct{}{}); list["review"] != "" {
		t.Errorf("still until %v", list["review"])
	}
	m, err := w.Intake.OpenMailbox(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	err = w.Intake.RequestReview(t.Context(), m, w.Intake.NewToken(), "请再看一次。")
	wantError(t, err, errs.Conflict, "cases.review_over")
	var v intake.View
	if v, err = w.Intake.View(t.Context(), m); err != nil || v.State != cases.Declined || len(v.Entries) != 3 {
		t.Errorf("%s with %d entries, %v", v.State, len(v.Entries), err)
	}
}
