package site

import (
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/workday"
)

// sample is one page with data as a visitor could meet it. Name is unique; a page may have several.
type sample struct {
	Name, Page string
	Data       any
}

// sampler fills pages in one language.
type sampler struct{ l *i18n.Localizer }

func (s sampler) pick(zh, en string) string {
	if s.l.Lang() == i18n.Default {
		return zh
	}
	return en
}

// samples builds every page of the public door in l's language.
func samples(l *i18n.Localizer) []sample {
	s := sampler{l}
	out := s.reportSamples()
	out = append(out, s.mailboxSamples()...)
	return append(out, s.publicSamples()...)
}

func (s sampler) site() ui.Site {
	return ui.Site{
		Name: s.pick("明河公众举报中心", "Minghe Public Reports"), Tagline: s.pick("明河市的官方举报渠道", "Official channel of Minghe City"),
		Place: "tips.minghe.example", Leave: "https://www.example.org/", Version: "0.1.0",
		Emergency: ui.Phone{Label: s.pick("报警", "Police"), Number: "110", Tel: "110"},
		Hotline:   s.hotline(),
	}
}

func (s sampler) hotline() ui.Phone {
	return ui.Phone{
		Label: s.pick("举报电话，中文和英文", "Hotline, Chinese and English"), Number: "400 555 0139", Tel: "+864005550139",
		Hours: s.pick("每天24小时", "Day and night"), Note: s.pick("电话公司会留下通话记录。不想留下通话记录，请用网站。", "Your phone company records that you called. The website leaves no call record."),
	}
}

func (s sampler) frame(here ui.Place, path string) ui.Frame {
	return newFrame(s.l, s.site(), here, path, false)
}

func (s sampler) keep(path string) ui.Frame {
	f := s.frame(ui.AtReport, path)
	f.Keep = true
	return f
}

func (s sampler) form(id, path string) ui.Form {
	return ui.Form{ID: id, Action: href(s.l.Lang(), path), Hidden: []ui.Hidden{{Name: "token", Value: "bm90IGEgcmVhbCB0b2tlbg"}, {Name: "a", Value: s.pick("较早的回答", "an earlier answer")}}}
}

func (s sampler) step(at step, path string) formPage {
	return formPage{Frame: s.keep(path), Form: s.form("f", path), Steps: stepsAt(s.l, at)}
}

func (s sampler) office(n int) string {
	return []string{s.pick("一处", "Unit 1"), s.pick("中心", "the Centre")}[n]
}

func (s sampler) offices() []Address {
	return []Address{
		{Name: s.pick("中心来访接待室", "Visitors’ room of the Centre"), Lines: []string{s.pick("明河市中心区示例路1号", "1 Example Road, Central District, Minghe")}, Hours: s.pick("工作日9:00–17:00", "Working days, 9 am to 5 pm")},
		{Name: s.pick("东港办事处", "Donggang office"), Lines: []string{s.pick("明河市东港区码头街20号", "20 Wharf Street, Donggang, Minghe")}, Hours: s.pick("工作日9:00–12:00", "Working days, 9 am to noon"), Phone: ui.Phone{Number: "0555 010 2020", Tel: "05550102020"}},
	}
}

func (s sampler) answers() []ui.SummarySection {
	return []ui.SummarySection{
		{Title: s.pick("类别", "Category"), Change: "change:category", Rows: []ui.SummaryRow{{Key: s.pick("行为", "Conduct"), Value: s.pick("出钱、施压或欺骗，索取受保护的文件", "Obtaining protected documents by payment, pressure or deceit")}}},
		{Title: s.pick("发生了什么", "What happened"), Change: "change:questions", Rows: []ui.SummaryRow{
			{Key: s.pick("现在有人处于危险中吗？", "Is anyone in danger now?"), Value: s.pick("没有", "No")},
			{Key: s.pick("发生了什么？", "What happened?"), Value: s.pick("3月9日下午，一名自称“资料公司”的人在聊天里说，每拍一页项目图纸付500元，还发来了付款截图。\n\n我没有答应，也没有删除聊天记录。", "On the afternoon of 9 March someone who said they were from a “research firm” wrote that they would pay 500 for each page of project drawings, and sent a picture of a payment.\n\nI did not agree and did not delete the chat.")},
			{Key: s.pick("哪一天？", "On which day?"), Value: s.pick("2026年3月9日", "9 March 2026")},
		}},
		{Title: s.pick("文件", "Files"), Change: "change:files", Rows: []ui.SummaryRow{{Key: s.pick("2个文件", "2 files"), Value: "chat-1.png\nchat-2.png", Tag: ui.Tag{Tone: ui.Sealed, Text: s.pick("已加密", "Sealed")}}}},
		{Title: s.pick("怎样答复您", "How we answer you"), Change: "change:reply", Rows: []ui.SummaryRow{{Key: s.pick("查询码", "Receipt code"), Value: s.pick("40位数字", "10 English words")}}},
	}
}

func (s sampler) dates() []ui.TimelineItem {
	return []ui.TimelineItem{
		{State: ui.Done, Title: s.pick("收到，一小时内写入存证账本", "Received; in the ledger within the hour"), Day: workday.MustDay("2026-03-12"), Today: true},
		{State: ui.Now, Title: s.pick("信箱里有第一封回信", "A first message in your mailbox"), Note: s.pick("写明日期、您的权利和下一步。", "With dates, your rights and the next step."), Day: workday.MustDay("2026-03-19"), By: true},
		{State: ui.ToCome, Title: s.pick("告诉您受理、不受理或转交，并说明理由", "Accepted, declined or passed on, with reasons"), Day: workday.MustDay("2026-03-27"), By: true},
		{State: ui.ToCome, Title: s.pick("告诉您结果", "The outcome"), Note: s.pick("如果超期，批准人和监督员会自动收到提醒，超期数会公布。", "If we are late, the approver and the inspector are told automatically, and the number is published."), Day: workday.MustDay("2026-06-19"), By: true},
	}
}
