package browsertest

import (
	"slices"
	"strings"

	"clarion.example/clarion/internal/cases"
)

// inquires: the case is accepted for one handler, handed to another, who alone may open the inquiry.
func (h *handling) inquires(chen *colleague) (lin *colleague) {
	chen.begin("accept")
	chen.refused("accept", "请选一名承办人")
	chen.pick("accept-handler-ma")
	chen.refused("accept", "请先考虑两方面的风险")
	chen.pick("accept-risk1")
	chen.pick("accept-risk2")
	chen.refused("accept", "请写明理由")
	chen.write("accept-text", "时间和地点都写清楚了")
	chen.refused("accept", "没有利害关系")
	h.narrow(chen, "accepting")
	chen.pick("accept-interest")
	chen.sends("accept")
	h.reads(cases.Accepted, "4月10日（期限4月25日）受理; 核查; 7月11日前告诉您结果", "时间和地点都写清楚了", "您的举报已受理")
	lin = h.member("lin", "zh", "case/"+h.number)
	lin.says("这个案件分给了别人")
	chen.begin("assign")
	chen.refused("assign", "请选一名承办人")
	chen.pick("assign-handler-lin")
	chen.sends("assign")
	lin.act("[data-again]")
	lin.opens()
	h.handsOver(lin, chen)
	lin.begin("open_inquiry")
	lin.refused("open_inquiry", "请先写内容")
	lin.write("open_inquiry-text", "方案里的话")
	lin.refused("open_inquiry", "没有利害关系")
	lin.pick("open_inquiry-interest")
	lin.sends("open_inquiry")
	h.reads(cases.InInquiry, "4月10日（期限4月25日）受理; 6月9日前核查; 7月11日前告诉您结果")
	return lin
}

// handsOver: the handler gives the case to another, sees it no more, and gets it back.
func (h *handling) handsOver(lin, chen *colleague) {
	lin.begin("hand_over")
	lin.refused("hand_over", "请选择一位同事")
	lin.pick("hand_over-handler-ma")
	lin.refused("hand_over", "请先写内容")
	lin.write("hand_over-text", "方案里的话，写给下一位")
	h.narrow(lin, "handing over")
	lin.act(`[data-form="hand_over"] > .cl-actions button`)
	lin.until(`document.querySelector("main").innerText.includes("这个案件分给了别人")`)
	chen.looks()
	chen.begin("assign")
	chen.pick("assign-handler-lin")
	chen.sends("assign")
	lin.act("[data-again]")
	lin.opens()
}

// interest: an approver steps aside and sees nothing more, and another corrects what was a mistake.
func (h *handling) interest(wu, zhao *colleague) {
	wu.looks()
	wu.begin("step_aside")
	h.narrow(wu, "stepping aside")
	wu.act(`[data-form="step_aside"] > .cl-actions button`)
	wu.until(`document.querySelector("main").innerText.includes("不参与这件案件")`)
	zhao.looks()
	zhao.begin("readmit")
	zhao.refused("readmit", "请选择一位同事")
	zhao.pick("readmit-member-wu")
	zhao.write("readmit-text", "点错了")
	zhao.sends("readmit")
	wu.act("[data-again]")
	wu.opens()
}

// passes: the promise to tell of progress is broken and shows it; a note keeps it again; an approver gives the inquiry more
// time, once.
func (h *handling) passes(lin *colleague) {
	h.later(31)
	h.back(lin)
	const late = `[...document.querySelectorAll(".cl-clock--late")].map(e => e.innerText)`
	if got := ask[[]string](lin.tab, late); len(got) != 1 || !strings.Contains(got[0], "进展") {
		h.t.Errorf("late: %q", got)
	}
	lin.begin("progress")
	lin.refused("progress", "请写几句话")
	lin.write("progress-text", "问过了两个人")
	lin.sends("progress")
	if got := ask[[]string](lin.tab, late); len(got) != 0 {
		h.t.Errorf("still late: %q", got)
	}
	h.reads(cases.InInquiry, "4月10日（期限4月25日）受理; 6月9日前核查; 7月11日前告诉您结果", "核查已经进行了31天", "问过了两个人", "2026年6月10日前再告诉您一次进展")

	zhao := h.member("zhao", "zh", "case/"+h.number)
	zhao.opens()
	zhao.begin("extend")
	zhao.refused("extend", "请选一个期限")
	zhao.pick("extend-clock-s6")
	zhao.refused("extend", "请写明理由")
	zhao.write("extend-text", "还要等一份鉴定，多用一些时间。")
	h.narrow(zhao, "extending")
	zhao.sends("extend")
	h.reads(cases.InInquiry, "4月10日（期限4月25日）受理; 6月9日前核查; 10月11日前告诉您结果", "还要等一份鉴定")
	zhao.begin("extend")
	zhao.pick("extend-clock-s6")
	zhao.write("extend-text", "再要一些时间")
	zhao.refused("extend", "这个期限不能延长")
}

// concludes: a finding needs what it needs, its proposer may take it back, one approver refuses and another approves.
func (h *handling) concludes(lin *colleague) {
	lin.looks()
	lin.begin("propose_conclusion")
	lin.refused("propose_conclusion", "请从F1到F5中选一个结论")
	lin.pick("propose_conclusion-code-F2")
	lin.write("propose_conclusion-text", "撤回的理由")
	lin.pick("propose_conclusion-interest")
	lin.refused("propose_conclusion", "还没有听取被举报的人陈述")
	lin.begin("hear")
	lin.refused("hear", "请选明听取的结果")
	lin.pick("hear-code-H2")
	lin.refused("hear", "请先写内容")
	lin.write("hear-text", "陈述里的话")
	lin.refused("hear", "还没有发过通知")
	lin.pick("hear-code-H1")
	lin.sends("hear")
	lin.begin("propose_conclusion")
	lin.sends("propose_conclusion")
	lin.begin("withdraw")
	lin.sends("withdraw")

	lin.begin("propose_conclusion")
	lin.pick("propose_conclusion-code-F5")
	lin.write("propose_conclusion-text", "写的人知道不是真的")
	lin.pick("propose_conclusion-interest")
	lin.refused("propose_conclusion", "请写明能证明故意的证据")
	lin.write("propose_conclusion-intent-text", "意图的证据")
	h.narrow(lin, "a conclusion")
	lin.refused("propose_conclusion", "必须先问举报人，并且得到回答")
	lin.begin("message")
	lin.write("message-text", "您当时站在哪里？")
	lin.sends("message")
	h.reads(cases.InInquiry, "4月10日（期限4月25日）受理; 6月9日前核查; 10月11日前告诉您结果", "您当时站在哪里？")
	h.box.write("answer", "站在对面")
	h.box.act("#send")
	h.box.says("您的回答已加密发出")
	lin.begin("propose_conclusion")
	lin.act(`[data-form="propose_conclusion"] > .cl-actions button`) // something arrived meanwhile
	lin.until(`document.querySelector('[data-form="propose_conclusion"] .cl-note--warn')`)
	lin.sends("propose_conclusion")
	if got := lin.text(); !strings.Contains(got, "意图的证据") {
		h.t.Error("the evidence of intent is not among the notes")
	}
	h.reads(cases.InInquiry, "4月10日（期限4月25日）受理; 6月9日前核查; 10月11日前告诉您结果") // nothing of a proposal shows

	wu := h.member("wu", "zh", "case/"+h.number)
	wu.opens()
	wu.votes(true, "看过了")
	wu.until(`document.querySelector('[data-form="vote"]').innerText.includes("您已经对这项建议表过态")`)
	zhao := h.member("zhao", "zh", "case/"+h.number)
	zhao.opens()
	zhao.until(`document.querySelector("#vote-text")`)
	zhao.pick("vote-interest")
	zhao.act(`[data-form="vote"] > .cl-actions button:nth-child(2)`)
	zhao.until(`document.querySelector('[data-form="vote"]').innerText.includes("为什么")`)
	h.narrow(zhao, "a vote")
	zhao.votes(false, "记错了不是故意")
	lin.looks()
	if got := lin.text(); !strings.Contains(got, "记错了不是故意") {
		h.t.Error("the handler does not see why it was refused")
	}
	lin.begin("propose_conclusion")
	lin.pick("propose_conclusion-code-F2")
	lin.write("propose_conclusion-text", "一部分是真的")
	lin.pick("propose_conclusion-interest")
	lin.sends("propose_conclusion")
	lin.off("建议结论", "有一项建议正在等待批准")
	h.interest(wu, zhao)
	zhao.act(`[data-form="vote"] > .cl-actions button`)
	zhao.until(`document.querySelector('[data-form="vote"]').innerText.includes("没有利害关系")`)
	zhao.votes(true, "")
	h.reads(cases.Concluded, "4月10日（期限4月25日）受理; 5月11日（期限6月9日）核查; 6月1日前告诉您结果")
}

// ends: the reporter is told, the case is closed and begins anew, each by two people.
func (h *handling) ends(lin, chen *colleague) {
	lin.looks()
	lin.begin("feedback")
	lin.refused("feedback", "请写明理由")
	lin.write("feedback-text", "插座里没有镜头，门锁确实被换过")
	lin.until(`document.querySelector('[data-form="feedback"] .cl-preview').innerText.includes("核查有了结果")`)
	h.narrow(lin, "the outcome")
	lin.sends("feedback")
	h.reads(cases.FeedbackGiven, "4月10日（期限4月25日）受理; 5月11日（期限6月9日）核查; 5月11日（期限6月1日）告诉您结果", "核查有了结果", "门锁确实被换过")
	lin.begin("propose_closing")
	lin.refused("propose_closing", "没有利害关系")
	lin.pick("propose_closing-interest")
	lin.sends("propose_closing")
	h.back(chen)
	chen.votes(true, "")
	h.reads(cases.Closed, "4月10日（期限4月25日）受理; 5月11日（期限6月9日）核查; 5月11日（期限6月1日）告诉您结果")

	h.later(3)
	h.back(chen)
	chen.begin("propose_reopening")
	chen.refused("propose_reopening", "请先写内容")
	chen.write("propose_reopening-text", "新的线索")
	chen.pick("propose_reopening-interest")
	chen.sends("propose_reopening")
	chen.until(`document.querySelector('[data-form="vote"]').innerText.includes("没有人批准自己的建议")`)
	wu := h.member("wu", "zh", "case/"+h.number)
	wu.opens()
	wu.votes(true, "")
	h.reads(cases.Triaged, "5月29日前告诉您是否受理，并说明理由; 核查; 8月14日前告诉您结果")
	if got := wu.list(".cl-clock b"); !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "受理") }) {
		h.t.Errorf("the clocks after the reopening: %q", got)
	}
}
