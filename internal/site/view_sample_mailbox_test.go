package site

import (
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/workday"
)

func (s sampler) mailboxFrame(path string) ui.Frame {
	f := s.keep(path)
	f.Here = ui.AtMailbox
	return f
}

func (s sampler) mailboxSamples() []sample {
	door := SignInPage{Frame: s.mailboxFrame(pathMailbox), Form: s.form("f", pathMailbox), Code: codeField(s.l, s.l.Lang() == "en"), Words: s.l.Lang() == "en", Other: href(s.l.Lang(), pathMailbox) + "?keys=other"}
	wrong := door
	wrong.Code.Value, wrong.Code.Error = "4828 0935 5513 2046 7391 1164 8857 3300 9913 6471", s.pick("第3组“5513”不对，请核对这一组", "Group 3, “5513”, is not right: check that group")
	wrong.Errors, wrong.Invalid = ui.Errors(wrong.Code), true
	empty := s.mailbox()
	empty.Thread, empty.Notices, empty.Proof = nil, nil, false
	empty.Empty = ui.Empty{Icon: "mail", Title: s.pick("还没有新来信", "No messages yet"), Text: s.pick("第一封回信在3月19日前到。到时再来看。", "The first one comes by 19 March. Look again then.")}
	act := s.form("f", pathMailbox+"/act")
	return []sample{
		{"signin", "signin", door}, {"signin-wrong", "signin", wrong},
		{"mailbox", "mailbox", s.mailbox()}, {"mailbox-empty", "mailbox", empty},
		{"erase", "erase", EraseMessagePage{Frame: s.mailboxFrame(pathMailbox), Form: act, By: s.office(0), Day: workday.MustDay("2026-03-20")}},
		{"recode", "recode", RecodePage{Frame: s.mailboxFrame(pathMailbox), Form: act, Kind: codeKindField(s.l, s.l.Lang() == "en")}},
		{"askreview", "askreview", ReviewPage{Frame: s.mailboxFrame(pathMailbox), Form: act, Words: reviewField(s.l, 8000)}},
		{"askobject", "askobject", ObjectPage{Frame: s.mailboxFrame(pathMailbox), Form: act, Words: objectField(s.l, 8000)}},
		{"close", "close", CloseMailboxPage{Frame: s.mailboxFrame(pathMailbox), Form: act}},
		{"newcode", "newcode", NewCodePage{Frame: s.frame(ui.AtMailbox, pathMailbox), Form: act, Ticket: ui.Ticket{Groups: []string{"1049", "2857", "3664", "4720", "5538", "6319", "7082", "8845", "9271", "0163"}}}},
		{"box", "box", SealedPage{Frame: s.frame(ui.AtMailbox, pathBox), Root: "root", Ack: "ack", PublicLog: "public", CaseLog: "cases", Forms: "zh:00 en:00", Plain: href(s.l.Lang(), pathMailbox)}},
		{"closed", "closed", ClosedPage{Frame: s.frame(ui.AtMailbox, pathMailbox)}},
	}
}

func (s sampler) mailbox() MailboxPage {
	day := workday.MustDay
	form := s.form("f", pathMailbox+"/send")
	return MailboxPage{
		Frame: s.mailboxFrame(pathMailbox), Status: ui.Tag{Tone: ui.Go, Text: s.pick("核查中", "In inquiry")}, Number: "MH-7Q4K-2RD9-3F", Unit: s.office(0),
		Notices: []ui.Note{{Tone: ui.Warn, Title: s.pick("我们有一个问题，请在4月12日前回答", "We have a question for you. Please answer by 12 April"), Text: s.pick("不回答也可以，我们会按现有情况决定。", "You do not have to. If you do not, we will decide on what we have.")}},
		Thread: []ui.ThreadItem{
			{Kind: ui.YourReport, Day: day("2026-03-12")},
			{Kind: ui.FromStaff, ID: "m1", By: s.office(0), Day: day("2026-03-13"), Erase: true, Text: s.pick("您的举报已收到，由两名工作人员查看。3月27日前告诉您是否受理。\n\n您可以随时补充，也可以随时不再回复。", "We have your report and two members of staff have read it. We will tell you by 27 March whether we accept it.\n\nYou can add to it at any time, and you can stop replying at any time.")},
			{Kind: ui.FromYou, ID: "m2", Day: day("2026-03-14")},
			{Kind: ui.FromStaff, ID: "m3", By: s.office(0), Day: day("2026-03-20"), Erase: true, Text: s.pick("已受理。理由：您说的行为符合“索取受保护的文件”的三项标准。", "Accepted. Reason: what you describe meets all three parts of the test for “obtaining protected documents”."), Files: []ui.FileItem{{ID: "b1", Name: s.pick("受理通知.pdf", "notice.pdf"), Size: 61440}}},
			{Kind: ui.Gap}, {Kind: ui.Erased, Day: day("2026-03-22")}, {Kind: ui.False}, {Kind: ui.Waiting, By: s.office(0), Day: day("2026-03-25")},
			{Kind: ui.FromStaff, ID: "m4", By: s.office(0), Day: day("2026-03-29"), Tag: ui.Tag{Tone: ui.Warn, Text: s.pick("等您回答", "Waiting for you")}, Erase: true, Text: s.pick("对方说过要哪几张图纸吗？只写您记得的，不要再去问对方。", "Did they say which drawings they wanted? Write only what you remember. Please do not ask them again.")},
		},
		CanWrite: true, Form: form, Answer: answerField(s.l, s.office(0), 8000), Files: fileField(s.l, 3), Acts: s.form("g", pathMailbox+"/act"),
		Timeline: []ui.TimelineItem{
			{State: ui.Done, Title: s.pick("收到", "Received"), Day: day("2026-03-12")},
			{State: ui.Done, Title: s.pick("第一封回信", "First message"), Day: day("2026-03-13"), Due: day("2026-03-19")},
			{State: ui.Done, Title: s.pick("受理", "Accepted"), Day: day("2026-03-20"), Due: day("2026-03-27")},
			{State: ui.Now, Title: s.pick("核查", "Inquiry"), Day: day("2026-05-19"), By: true, Note: s.pick("已18天", "18 days so far")},
			{State: ui.ToCome, Title: s.pick("告诉您结果", "Outcome"), Day: day("2026-06-13"), By: true},
		},
		Readers: []string{s.office(1)},
		Passing: s.l.T("site.passing_proposed", nil), ObjectBy: s.pick("3月27日", "27 March"),
		ReviewBy: s.pick("4月12日", "12 April"), Ack: true, Proof: true, Minutes: 15,
	}
}
