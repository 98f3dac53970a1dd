package app_test

import (
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/oversight"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/seal"
)

// TestMeiGoesToTheInspector: the office let its decision stand, and Mei asks once more. The office may not keep the case from the
// inspector, nobody of it can answer, and the inspector's first try comes too late, because she writes meanwhile. Then the decision goes
// back, and both she and the office read why, in words that nobody but the inspector signed.
func TestMeiGoesToTheInspector(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		ctx, dsn := t.Context(), fresh(t)
		w := apptest.Start(t, apptest.Options{DSN: dsn, Clock: apptest.NewClock(time.Date(2026, 3, 10, 2, 0, 0, 0, time.UTC))})
		code := chinese("我看到的。").send(t, w.NewBrowser(t))
		box := func() *apptest.Page { return enter(t, w.NewBrowser(t), "zh", code) }
		number := numberOf(t, box())
		declineCase(t, w, number, cases.D3)
		qian, zhao := w.Hire(t, "qian", "unit-1", "approver"), w.Session(t, "zhao", "unit-1")
		asks := func(why string) {
			box().Form("g").Press("review").Form("f").Set("answer", why).Press("yes").Want(200, "申请已加密送出")
		}
		inspector := oversight.Who{Account: "inspector", Role: staff.Inspector}
		waiting := func() []oversight.Review {
			all, err := w.Oversight.Reviews(ctx, inspector)
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		asks("三月九日的记录您没有看。")
		if len(waiting()) > 0 {
			t.Error("the first level waits for the inspector")
		}
		do(t, must(qian.Decide(ctx, number, terminal.Decision{Act: cases.ActUphold, Reasons: "记录里没有。"})), cases.Declined)
		asks("还是没有看三月九日的。")
		all := waiting()
		if len(all) != 1 || all[0].Number != number || all[0].Sample.Key == 0 || !all[0].Sample.Review || all[0].Due.String() != "2026-04-09" {
			t.Fatalf("what waits: %+v", all)
		}

		// The office: it cannot refuse, and not answer in the inspector's place.
		err := w.Casework.AnswerSample(ctx, zhao.Who, all[0].Sample.Key, []byte("不给"), true)
		wantError(t, err, errs.Denied, "casework.sample_review")
		_, err = w.Hire(t, "wei", "unit-1", "approver").Decide(ctx, number, terminal.Decision{Act: cases.ActUphold, Reasons: "维持。"})
		wantError(t, err, errs.Denied, "cases.review_inspector")
		if err := w.Casework.AnswerSample(ctx, zhao.Who, all[0].Sample.Key, []byte("file keys"), false); err != nil {
			t.Fatal(err)
		}
		if f, err := w.Oversight.Open(ctx, inspector, all[0].Sample.Key); err != nil || len(f.Docs) < 5 {
			t.Errorf("the inspector is handed %d documents: %v", len(f.Docs), err)
		}

		// The inspector.
		to, err := seal.ParseRecipient(reopen(t, zhao, number).Report.Mailbox.Recipient)
		if err != nil {
			t.Fatal(err)
		}
		f, err := w.Oversight.OpenReview(ctx, inspector, number)
		if err != nil || f.Two {
			t.Fatalf("two: %v, %v", f.Two, err)
		}
		answer := func(f oversight.ReviewFile, body seal.Body, signer string) error {
			doc := inspectorSeals(t, w, f, body, signer, to)
			return w.Oversight.AnswerReview(ctx, inspector, number, oversight.Answer{Act: cases.ActSendBack, Seen: f.Case.Version, Doc: doc})
		}
		back := &seal.Reply{Text: "三月九日的记录没有看过，应当重新决定。", Template: seal.TemplateSentBack}
		if f, err := w.Oversight.OpenReview(ctx, oversight.Who{Account: "inspector", Role: staff.Member}, number); err == nil {
			t.Errorf("a member opens it at the inspector's door: %+v", f)
		}
		wantError(t, answer(f, &seal.Note{Text: "只给单位看。"}, "inspector"), errs.Invalid, "oversight.wrong_letter")
		box().Form("f").Set("answer", "补充一句。").Press("send").Want(200)
		wantError(t, answer(f, back, "inspector"), errs.Conflict, "cases.moved_on")
		if f, err = w.Oversight.OpenReview(ctx, inspector, number); err != nil {
			t.Fatal(err)
		}
		if err := answer(f, back, "inspector"); err != nil {
			t.Fatal(err)
		}
		wantError(t, answer(f, back, "inspector"), errs.Conflict, "oversight.no_review")
		page := box().Want(200, "三月九日的记录没有看过，应当重新决定", "监督员")
		if strings.Contains(page.Text(), "不同意这个决定？") {
			t.Error("a third review is offered")
		}
		o := reopen(t, zhao, number)
		if len(o.Doubts) > 0 || o.Case.State != cases.Triaged || len(waiting()) > 0 {
			t.Errorf("the office finds %s, %+v; %d wait", o.Case.State, o.Doubts, len(waiting()))
		}
		if kept := dump(t, dsn); strings.Contains(string(kept), "应当重新决定") {
			t.Error("the database holds the inspector's words")
		}
	})
}

// inspectorSeals seals a document of an inspector, to the office and, for a letter, to the reporter. signer is whose key signs.
func inspectorSeals(t *testing.T, w *apptest.World, f oversight.ReviewFile, body seal.Body, signer string, reporter seal.Recipient) casework.Document {
	t.Helper()
	raw, err := seal.EncodeBody(body)
	if err != nil {
		t.Fatal(err)
	}
	chain := cases.Chain(body.Kind().Chain())
	head := f.Heads[chain]
	out := casework.Document{ID: id.NewDoc(), Chain: chain, Kind: body.Kind(), Seq: head.Seq + 1, Visible: chain == cases.FromUnit}
	if head.Sealed != "" {
		b, err := hex.DecodeString(head.Sealed)
		if err != nil {
			t.Fatal(err)
		}
		out.Prev = [32]byte(b)
	}
	d := seal.Document{Instance: w.Dir.Instance, Kind: body.Kind(), Case: f.Case.ID.String(), Chain: body.Kind().Chain(), ID: out.ID.String(), Seq: out.Seq, Prev: head.Sealed,
		Unit: string(f.Case.Unit), Day: w.Casework.Today().String(), Author: seal.Author{Role: seal.RoleInspector, ID: "inspector"}, Body: raw}
	to := []seal.Recipient{w.Key(t, string(f.Case.Unit)).Age.Recipient()}
	if out.Visible {
		to = append(to, reporter)
	}
	if out.Sealed, err = seal.SealDocument(d, body.Kind().Floor(), to, seal.Signer{Role: seal.RoleInspector, Key: w.Key(t, signer).Sign}); err != nil {
		t.Fatal(err)
	}
	return out
}
