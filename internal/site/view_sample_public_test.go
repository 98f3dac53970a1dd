package site

import "clarion.example/clarion/internal/ui"

func (s sampler) publicSamples() []sample {
	phones := []ui.Phone{s.hotline(), {Label: s.pick("来访预约", "To arrange a visit"), Number: "0555 010 1010", Tel: "05550101010", Hours: s.pick("工作日9:00–17:00", "Working days, 9 am to 5 pm")}}
	home := HomePage{Frame: s.frame(ui.AtHome, ""), Open: true, Phones: phones[:1], Offices: s.offices()}
	closed := home
	closed.Open = false
	demo := home
	demo.Frame = newFrame(s.l, s.site(), ui.AtHome, "", true)
	info := InfoPage{s.frame(ui.Elsewhere, pathThreat)}
	see := InfoPage{s.frame(ui.AtSee, pathSee)}
	out := []sample{
		{"home", "home", home}, {"home-closed", "home", closed}, {"home-demo", "home", demo},
		{"contact", "contact", ContactPage{Frame: s.frame(ui.AtContact, pathContact), Phones: phones, Offices: s.offices(), Inspectors: []Address{{Name: s.pick("明河市公众举报监督员办公室", "Office of the Inspector of Public Reports"), Lines: []string{s.pick("明河市中心区公正巷3号", "3 Fair Lane, Central District, Minghe")}, Phone: ui.Phone{Number: "0555 010 9090", Tel: "05550109090"}}}}},
		{"see", "see", see}, {"threat", "threat", info}, {"flow", "flow", info}, {"access", "access", info}, {"verify", "verify", InfoPage{s.frame(ui.Elsewhere, pathVerify)}},
		{"report", "report", SealedPage{Frame: s.frame(ui.AtReport, pathSealed), Root: "root", Ack: "ack", PublicLog: "public", CaseLog: "cases", Forms: "zh:00 en:00", Plain: href(s.l.Lang(), pathReport)}},
		{"retention", "retention", RetentionPage{Frame: s.frame(ui.Elsewhere, pathRetention), Rows: []RetentionRow{
			{s.pick("不在职责范围内、不成立的举报", "Reports out of scope or without ground"), s.pick("办结后60天", "60 days after closing"), s.pick("全部删除", "Deleted")},
			{s.pick("办结的案件", "Concluded cases"), s.pick("2年", "2 years"), s.pick("全部删除", "Deleted")},
		}}},
		{"source", "source", SourcePage{Frame: s.frame(ui.Elsewhere, pathSource), Rows: []SourceRow{{s.pick("版本", "Version"), "0.1.0"}, {"clarion.css", "sha256 4f0c2d9b7a1e88c35d6a4b0f9e2c7d1840b1c6e5f3a29780d4c1b2a39f8e7d60"}}}},
		{"tour", "tour", TourPage{Frame: newFrame(s.l, s.site(), ui.AtTour, pathTour, true), Steps: []TourStep{
			{Title: s.pick("举报", "Report"), Text: s.pick("打开网上举报，走完七步，抄下查询码。", "Open the form, go through the seven steps and copy the code."), Link: href(s.l.Lang(), pathReport), LinkText: s.pick("打开", "Open")},
			{Title: s.pick("在工作台打开", "Open it at the desk"), Text: s.pick("用一处的钥匙列出并打开。", "List and open it with the key of Unit 1."), Commands: []string{"clarion case list --unit unit-1", "clarion case open MH-7Q4K-2RD9-3F --key /tmp/clarion-demo/keys/lin.key"}},
		}, People: []TourPerson{
			{Name: s.pick("林工", "Lin"), Role: s.pick("一处承办人", "Handler, Unit 1"), Does: s.pick("打开举报，写回信。", "Opens reports and writes replies."), KeyFile: "/tmp/clarion-demo/keys/lin.key", Passphrase: "unshipped afterglow cranberry lily tightwad moustache"},
			{Name: s.pick("周科", "Zhou"), Role: s.pick("一处批准人", "Approver, Unit 1"), Does: s.pick("批准或退回决定。", "Approves decisions or sends them back."), KeyFile: "/tmp/clarion-demo/keys/zhou.key"},
		}}},
	}
	for _, f := range []FaultPage{{Status: 404}, {Status: 405, Back: href(s.l.Lang(), pathReport)}, {Status: 413}, {Status: 422, Text: s.pick("表单读不出来。", "The form could not be read.")}, {Status: 500, Fault: "K7QF2M3A"}, {Status: 503, Back: href(s.l.Lang(), pathReport)}} {
		f.Frame = s.frame(ui.Elsewhere, "")
		out = append(out, sample{"fault-" + string(rune('0'+f.Status/100)) + string(rune('0'+f.Status/10%10)) + string(rune('0'+f.Status%10)), "fault", f})
	}
	return out
}
