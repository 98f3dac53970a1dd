package app_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/seal"
)

// TestMeiIsAskedFirst: Sun wants to pass Mei's report on. She objects to the first copy; the second is refused because it names the
// room in which she works, and she is told; the third goes its way, comes back, and is decided here. Nothing that the server keeps
// says to whom, why or what.
func TestMeiIsAskedFirst(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		ctx, dsn := t.Context(), fresh(t)
		w := apptest.Start(t, apptest.Options{DSN: dsn, Clock: apptest.NewClock(time.Now())})
		b := w.NewBrowser(t)
		code := chinese("我在三号机房值班，看见有人出钱要图纸。").send(t, b)
		box := func() *apptest.Page { return enter(t, w.NewBrowser(t), "zh", code) }
		number := numberOf(t, box())
		bringToTriage(t, w, number)
		sun, zhao := w.Hire(t, "fan", "unit-1", "triage"), w.Session(t, "zhao", "unit-1")
		decide := func(s *terminal.Session, act cases.ActKind, why string) (cases.Case, error) {
			return s.Decide(ctx, number, terminal.Decision{Act: act, Reasons: why})
		}
		first := passing("我在███值班，看见有人出钱要图纸。", seal.BlackReporter)
		if _, err := sun.PassOn(ctx, number, terminal.Passing{Copy: seal.Copy{Body: "没有依据的机关"}}); err == nil {
			t.Error("a copy without a law, a reference and a text is sealed")
		}
		_, err := zhao.PassOn(ctx, number, first)
		wantError(t, err, errs.Denied, "cases.role")
		do(t, must(sun.PassOn(ctx, number, first)), cases.Triaged)
		_, err = decide(zhao, cases.ActApprove, "可以。")
		wantError(t, err, errs.Conflict, "cases.objection_open")
		p := box().Want(200, "移送给：某区市场监督管理局", "依据：第九条", "您的附件不给", "我不同意移送")
		p.Form("g").Press("object").Form("f").Set("answer", "那里有人认识我。").Press("yes").Want(200, "您的意见已加密送出，不会移送")
		_, err = decide(zhao, cases.ActApprove, "可以。")
		wantError(t, err, errs.Conflict, "cases.no_proposal")

		// Once more, and again it would have told where she works.
		do(t, must(sun.PassOn(ctx, number, passing("我在三号机房值班，看见有人出钱要图纸。"))), cases.Triaged)
		copied, ok := terminal.CopyOf(reopen(t, zhao, number))
		if !ok || !strings.Contains(copied.Text, "三号机房") {
			t.Errorf("who approves reads %+v, %v", copied, ok)
		}
		withoutLetter(t, w, zhao, number)
		do(t, must(decide(zhao, cases.ActRefuse, "机房还在里面。")), cases.Triaged)
		p = box().Want(200, "现在决定不移送，什么都没有送出")
		if strings.Contains(p.Text(), "机房还在里面") || strings.Contains(p.Text(), "我不同意移送") {
			t.Error("the reporter reads what colleagues wrote, or can object to nothing")
		}

		do(t, must(sun.PassOn(ctx, number, passing("我在███值班，看见有人出钱要图纸。", seal.BlackReporter))), cases.Triaged)
		w.Clock.Move(16 * 24 * time.Hour)
		box().Want(200, "提出不同意的期限已过")
		do(t, must(decide(zhao, cases.ActApprove, "可以。")), cases.Transferred)
		_, err = decide(sun, cases.ActReturnTransfer, "退回。")
		wantError(t, err, errs.Conflict, "cases.nothing_sent")
		other := id.NewDoc()
		c := reopen(t, sun, number)
		_, err = sun.Do(ctx, c, cases.Act{Kind: cases.ActSendTransfer, Copy: other}, terminal.Body{Body: &seal.Note{Text: "送出。"}})
		wantError(t, err, errs.Conflict, "cases.other_copy")
		do(t, must(decide(sun, cases.ActSendTransfer, "当面交给值班的人。")), cases.Transferred)
		box().Want(200, "来信里说明的那一份已经送出")
		do(t, must(decide(sun, cases.ActConfirmTransfer, "电话确认。")), cases.Transferred)
		do(t, must(decide(sun, cases.ActReturnTransfer, "对方认为不归他们管。")), cases.Triaged)
		box().Want(200, "对方退了回来", "我们重新处理")
		if doubts := reopen(t, sun, number).Doubts; len(doubts) > 0 {
			t.Errorf("the case as it is opened: %+v", doubts)
		}
		kept := dump(t, dsn)
		if !bytes.Contains(kept, []byte(number)) {
			t.Error("the search finds nothing at all")
		}
		for _, secret := range []string{"某区市场监督管理局", "三号机房值班", "7Q4K-2RD9-3F", "当面交给值班的人"} {
			for form, b := range forms(secret) {
				if bytes.Contains(kept, b) {
					t.Errorf("the database holds %q (%s)", secret, form)
				}
			}
		}
	})
}

// passing is a copy of a text with a mark for each reason.
func passing(text string, blacked ...string) terminal.Passing {
	return terminal.Passing{Reasons: "这件事归他们管。", Copy: seal.Copy{Body: "某区市场监督管理局", Basis: seal.Basis{Text: "第九条"}, Reference: "7Q4K-2RD9-3F", Lang: "zh-Hans", Text: text, Blacked: blacked}}
}

// withoutLetter refuses a proposal and says nothing to its reporter: that is not let through.
func withoutLetter(t *testing.T, w *apptest.World, s *terminal.Session, number string) {
	t.Helper()
	c := reopen(t, s, number)
	open, _ := cases.OpenProposal(c.Events)
	_, err := s.Do(t.Context(), c, cases.Act{Kind: cases.ActRefuse, Proposal: open.Seq}, terminal.Body{Body: &seal.Note{Text: "不行。"}})
	wantError(t, err, errs.Invalid, "casework.reporter_not_told")
	_, err = s.Do(t.Context(), c, cases.Act{Kind: cases.ActRefuse, Proposal: open.Seq}, terminal.Body{Body: &seal.Copy{Body: "x", Basis: seal.Basis{Text: "x"}, Reference: "7Q4K-2RD9-3F"}})
	wantError(t, err, errs.Invalid, "casework.wrong_copy")
}
