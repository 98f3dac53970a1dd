package site

import (
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/workday"
)

func (s sampler) reportSamples() []sample {
	start := StartPage{Frame: s.frame(ui.AtReport, pathReport), Form: s.form("f", pathReport+"/screen"), Staff: Staffed{Now: true, Hours: s.pick("工作日9:00–17:00有人看。", "Read on working days, 9 am to 5 pm.")}}
	night := start
	night.Staff = Staffed{Next: s.pick("3月13日（星期五）9:00", "Friday 13 March, 9 am"), Hours: start.Staff.Hours}
	digits := ui.Ticket{Groups: []string{"4828", "0935", "5512", "2046", "7391", "1164", "8857", "3300", "9913", "6471"}}
	words := ui.Ticket{Words: true, Groups: []string{"unshipped", "afterglow", "cranberry", "lily", "tightwad", "moustache", "snowfield", "ozone", "backspace", "recapture"}}
	receipt := ReceiptPage{Frame: s.frame(ui.AtReport, pathReport), Ticket: digits, Dates: s.dates(), Look: workday.MustDay("2026-03-19"), Day: workday.MustDay("2026-03-12"), Ack: s.form("g", pathReport+"/acknowledgement")}
	receipt.Langs = nil
	receiptWords := receipt
	receiptWords.Ticket = words
	return []sample{
		{"start", "start", start}, {"start-night", "start", night},
		{"screen", "screen", s.screen()}, {"away", "away", s.away()}, {"away-danger", "away", s.awayDanger()},
		{"category", "category", s.category()},
		{"questions", "questions", s.questions()}, {"questions-wrong", "questions", s.questionsWrong()}, {"details", "questions", s.details()},
		{"files", "files", s.files()}, {"files-none", "files", s.filesNone()},
		{"reply", "reply", s.reply()}, {"check", "check", s.check()},
		{"receipt", "receipt", receipt}, {"receipt-words", "receipt", receiptWords},
		{"held-busy", "held", HeldPage{Frame: s.keep(pathReport + "/check"), Form: s.form("f", pathReport+"/check"), Why: HeldBusy, Go: goSend, Seconds: 30, Answers: s.answers()}},
		{"held-full", "held", HeldPage{Frame: s.keep(pathReport + "/files"), Form: s.form("f", pathReport+"/files"), Why: HeldFull, Go: goNext}},
		{"held-closed", "held", HeldPage{Frame: s.frame(ui.AtReport, pathReport), Why: HeldClosed}},
	}
}

func (s sampler) screen() ScreenPage {
	return ScreenPage{formPage: s.step(stepScreen, pathReport+"/screen"), Question: ui.Field{
		Kind: ui.FieldOne, ID: "screen", Name: "screen", Heading: true, Label: s.pick("您要说的是哪一种事？", "What is it about?"), Hint: s.pick("这一步帮您找对地方。", "This helps you reach the right place."),
		Options: []ui.Option{
			{Value: "conduct", Label: s.pick("我看到或知道有人做了某件事", "I saw, or know of, something that was done")},
			{Value: "person", Label: s.pick("某人是什么样的人：哪里人、信什么、做什么工作、认识谁", "What someone is: where from, their belief, work or friends")},
			{Value: "open", Label: s.pick("采访、研究、集会、批评、做生意、请律师", "Journalism, research, assembly, opinion, business, legal advice")},
			{Value: "dispute", Label: s.pick("我和别人的纠纷", "A dispute between me and someone else")},
			{Value: "danger", Label: s.pick("现在有人处于危险中", "Someone is in danger now")},
		},
	}}
}

func (s sampler) away() AwayPage {
	return AwayPage{
		Frame: s.keep(pathReport + "/screen"), Form: s.form("f", pathReport+"/screen"),
		Title: s.pick("这件事我们不受理", "We cannot take this up"),
		Text:  s.pick("采访、研究、集会和批评是受保护的活动，不是可以举报的行为。\n\n如果您看到有人出钱、施压或欺骗，那是另一回事，可以回到上一步。", "Journalism, research, assembly and criticism are protected. They are not something that can be reported.\n\nIf you saw someone pay, press or deceive, that is another matter: go back one step."),
		Addresses: []Address{
			{Name: s.pick("明河市法律援助处", "Minghe Legal Aid"), Lines: []string{s.pick("免费法律咨询", "Free legal advice")}, Hours: s.pick("工作日9:00–17:00", "Working days, 9 am to 5 pm"), Phone: ui.Phone{Number: "0555 010 3030", Tel: "05550103030"}},
			{Name: s.pick("监督员", "Inspector"), Lines: []string{s.pick("对本机构的意见", "Complaints about this authority")}},
		},
	}
}

func (s sampler) awayDanger() AwayPage {
	a := s.away()
	a.Title, a.Text, a.Addresses = s.pick("请先打电话", "Please call first"), s.pick("接线的人能马上派人去。打完电话，您还可以回来填表。", "The person who answers can send help at once. You can come back to the form afterwards."), nil
	a.Call = ui.Phone{Label: s.pick("报警", "Police"), Number: "110", Tel: "110", Note: s.pick("说清楚在什么地方。", "Say where it is.")}
	return a
}

func (s sampler) category() CategoryPage {
	limits := ui.ChoiceCard{
		Value: "documents", Label: s.pick("出钱、施压或欺骗，索取受保护的文件", "Obtaining protected documents by payment, pressure or deceit"), Chosen: true,
		Tests:    []string{s.pick("文件受法律保护", "The document is protected by law"), s.pick("有人付钱、施压或欺骗", "Someone pays, presses or deceives"), s.pick("目的是得到或带走它", "They do it to get it or take it away")},
		Yes:      []string{s.pick("有人按页付钱，请您拍摄标有密级的文件", "Someone pays you by the page to photograph classified papers"), s.pick("有人以公开您的隐私相威胁，要您带出图纸", "Someone threatens to expose you unless you bring out drawings"), s.pick("有人冒充检查人员，拷走受保护的数据", "Someone poses as an auditor and copies protected data")},
		No:       []string{s.pick("记者采访、发表报道、索取公开信息", "A journalist asks questions, publishes, or requests public records"), s.pick("学者开会、交流、使用已公开的数据", "A scholar attends meetings or uses published data"), s.pick("某人的国籍、信仰、口音、职业或交友", "Someone’s nationality, belief, accent, work or friends")},
		Law:      []string{s.pick("《示例保密法》第28条", "Example Secrets Act, s. 28")},
		Approved: s.pick("监督员2026年1月8日核准。", "Approved by the inspector on 8 January 2026."),
	}
	p := CategoryPage{formPage: s.step(stepCategory, pathReport+"/category"), Cards: []ui.ChoiceCard{limits}}
	for i, label := range [][2]string{{"收买或拉拢能接触受保护系统的人", "Recruiting people who have access to protected systems"}, {"发现偷拍、窃听装置", "A hidden camera or listening device"}, {"侵入供水、供电、医院等关键系统", "Intrusion into water, power, hospital or other critical systems"}, {"破坏", "Sabotage"}} {
		c := limits
		c.Value, c.Label, c.Chosen = []string{"people", "devices", "systems", "sabotage"}[i], s.pick(label[0], label[1]), false
		p.Cards = append(p.Cards, c)
	}
	return p
}

func (s sampler) questions() QuestionsPage {
	regions := []ui.Option{{Value: "central", Label: s.pick("中心区", "Central District")}, {Value: "donggang", Label: s.pick("东港区", "Donggang District")}}
	p := QuestionsPage{formPage: s.step(stepQuestions, pathReport+"/questions"), Title: s.l.T("site.step_questions", nil), Fields: questionFields(s.l, regions, 20000)}
	p.Fields[0].Options[0].Chosen = true
	p.Fields[2].Date = ui.DateValue{Y: "2026", M: "3", D: "9"}
	return p
}

func (s sampler) questionsWrong() QuestionsPage {
	p := s.questions()
	p.Fields[0].Options[0].Chosen = false
	p.Fields[0].Error = s.pick("请说明现在有没有人处于危险中", "Say whether anyone is in danger now")
	p.Fields[1].Error = s.pick("写一写发生了什么", "Say what happened")
	p.Fields[2].Error, p.Fields[2].Date.M = s.pick("没有13月", "There is no 13th month"), "13"
	p.Errors, p.Invalid = ui.Errors(p.Fields...), true
	return p
}

func (s sampler) details() QuestionsPage {
	return QuestionsPage{formPage: s.step(stepDetails, pathReport+"/details"), Title: s.pick("再问几个细节", "A few details"), Lede: s.pick("只写您知道的，不要再去打听。", "Only what you know. Please do not go and find out."), Fields: []ui.Field{
		{Kind: ui.FieldOne, ID: "d1", Name: "d1", Label: s.pick("对方用什么办法？", "How did they go about it?"), Options: []ui.Option{{Value: "pay", Label: s.pick("付钱", "Payment"), Chosen: true}, {Value: "press", Label: s.pick("施压", "Pressure")}, {Value: "deceive", Label: s.pick("欺骗", "Deceit")}}},
		{Kind: ui.FieldMany, ID: "d2", Name: "d2", Label: s.pick("要的是什么？", "What did they want?"), Optional: true, Options: []ui.Option{{Value: "paper", Label: s.pick("纸质文件", "Papers"), Chosen: true}, {Value: "data", Label: s.pick("数据", "Data")}}},
		{Kind: ui.FieldText, ID: "d3", Name: "d3", Label: s.pick("出价多少？", "How much was offered?"), Value: s.pick("每页500元", "500 a page"), Optional: true, Max: 200},
	}}
}

func (s sampler) files() FilesPage {
	p := FilesPage{formPage: s.step(stepFiles, pathReport+"/files"), Field: fileField(s.l, 8), MaxFiles: 10, MaxSize: 100 << 20, Received: []ui.FileItem{{ID: "f1", Name: "chat-1.png", Size: 482133}, {ID: "f2", Name: s.pick("录音 2026-03-09 下午.m4a", "recording 2026-03-09 afternoon.m4a"), Size: 5 << 20}}}
	return p
}

func (s sampler) filesNone() FilesPage {
	p := s.files()
	p.Received, p.Field.Count = nil, 3
	return p
}

func (s sampler) reply() ReplyPage {
	return ReplyPage{formPage: s.step(stepReply, pathReport+"/reply"), Lang: replyLangField(s.l, s.l.Lang()), Code: codeKindField(s.l, s.l.Lang() == "en"),
		Office: officeField(s.l, ui.Option{Value: "unit-1", Label: s.office(0), Chosen: true}, ui.Option{Value: "centre", Label: s.office(1)})}
}

func (s sampler) check() CheckPage {
	return CheckPage{formPage: s.step(stepCheck, pathReport+"/check"), Sections: s.answers(), Office: s.office(0), Honest: honestField(s.l, false)}
}
