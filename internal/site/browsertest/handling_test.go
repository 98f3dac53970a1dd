package browsertest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/proof"
)

// handling is one case on its way, with everybody who has to do with it.
type handling struct {
	*caseWorld
	axe             string
	receipt, number string
	box             *tab // the reporter's
}

// TestHandling leads a case through every act that comes after triage, by the people who may do them, on days that pass: a
// question that nobody answers, an inquiry that is late and extended, a conclusion that is withdrawn, refused and approved,
// the outcome, the closing and a new beginning. After each act the reporter reads what it says to them, and what the machine
// refuses is refused on the page, in its words. The audit log, the events and the case log must fit each other at the end, as in
// every world that is started here.
func TestHandling(t *testing.T) {
	t.Parallel()
	h := &handling{caseWorld: newCaseWorld(t), axe: axeSource(t)}
	h.Hire(t, "ma", "unit-1", "handler")
	h.duties(t, "chen", "triage", "approver")
	h.receipt, h.number = h.sendsPlain(t)
	h.box = h.tab(h.Server.URL)
	h.box.scripts(true)
	chen := h.member("chen", "zh", "case/"+h.number)
	chen.opens()
	h.settles(chen)
	h.lapses(chen)
	lin := h.inquires(chen)
	h.passes(lin)
	h.concludes(lin)
	h.ends(lin, chen)
	c, err := h.Session(t, "chen", "unit-1").Open(t.Context(), h.number)
	if err != nil || len(c.Doubts) > 0 || c.Case.State != cases.Triaged {
		t.Errorf("the terminal finds %s, %+v: %v", c.Case.State, c.Doubts, err)
	}
	for _, secret := range []string{"方案里的话", "陈述里的话", "意图的证据", "撤回的理由", "新的线索"} {
		if h.wire.holds(secret) {
			t.Errorf("%q went over the line", secret)
		}
		inFiles(t, h.Data, secret)
	}
}

// duties gives a member of the first office other roles, as the root's signature on its list does.
func (o *caseWorld) duties(t *testing.T, member string, roles ...string) {
	t.Helper()
	now := newest(t, o.World, "unit-1")
	next := *now
	next.Version, next.Day, next.Members = now.Version+1, o.Casework.Today().String(), slices.Clone(now.Members)
	for i := range next.Members {
		if next.Members[i].ID == member {
			next.Members[i].Roles = slices.Sorted(slices.Values(roles))
		}
	}
	signed, err := proof.SignRoster(next, proof.SignerRoot, o.Key(t, "root").Sign)
	if err != nil {
		t.Fatal(err)
	}
	file, err := signed.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.InstallRoster(t.Context(), file); err != nil {
		t.Fatal(err)
	}
}

// sendsPlain sends a report that says that somebody is in danger, and looks into its mailbox.
func (h *handling) sendsPlain(t *testing.T) (code, number string) {
	t.Helper()
	b := h.NewBrowser(t)
	code = reportsDanger(b, "zh", "digits", "yes")
	box := b.Get("/zh/mailbox/plain").Want(200).Form("f").Set("code", code).Press("open").Want(200)
	return code, box.Text()[strings.Index(box.Text(), "MH-"):][:15]
}

// reads opens the mailbox and waits for its sentence, its days, and what letters say.
func (h *handling) reads(state cases.State, line string, more ...string) {
	h.t.Helper()
	h.box.open(200, "/zh/mailbox")
	h.box.enters(h.receipt)
	if want, got := statusZH(state), ask[string](h.box, `document.querySelector(".cl-state").innerText`); got != want {
		h.t.Errorf("the mailbox says %q, not %q", got, want)
	}
	const first = "3月10日收到; 3月10日（期限3月17日）第一封回信; "
	if got := ask[string](h.box, `[...document.querySelectorAll(".cl-line li")].map(e => [...e.children].filter(x => !x.matches(".govuk-visually-hidden")).map(x => x.textContent).join("")).join("; ")`); got != first+line {
		h.t.Errorf("the way of the case:\n%s, not\n%s", got, first+line)
	}
	for _, m := range more {
		h.box.says(m)
	}
}

func statusZH(s cases.State) string {
	return map[cases.State]string{
		cases.Acknowledged: "已收到，正在由工作人员查看。", cases.Triaged: "工作人员已看过，正在决定是否受理。", cases.NeedsInfo: "我们有一个问题想问您。不回答也可以，到期后我们按现有情况决定。",
		cases.Accepted: "已受理，已指定承办人。", cases.InInquiry: "核查中。", cases.Concluded: "核查已结束，我们正在准备给您的答复。", cases.FeedbackGiven: "结果已经告诉您，请看信箱。", cases.Closed: "已办结。",
	}[s]
}

// later lets days pass. Sessions end with them.
func (h *handling) later(days int) { h.clock.Move(time.Duration(days) * 24 * time.Hour) }

// back signs somebody in again at the case.
func (h *handling) back(c *colleague) {
	h.t.Helper()
	c.open(200, "/zh/case/"+h.number)
	c.until(`document.querySelector("#passphrase")`)
	c.signIn(c.passphrase, h.code(c.secret))
	c.opens()
}

// looks comes back to the case from another page of the desk; the key stays.
func (c *colleague) looks() {
	c.t.Helper()
	c.to("before")
	c.until(`location.pathname.endsWith("/before") && document.querySelector(".cl-todo")`)
	c.tab.goesBack()
	c.opens()
}

// refused sends a form and waits for the words of the refusal.
func (c *colleague) refused(form, words string) {
	c.t.Helper()
	c.act(`[data-form="` + form + `"] > .cl-actions button`)
	c.until(`document.querySelector('[data-form="` + form + `"]').innerText.includes(` + quote(words) + `)`)
}

// off waits until an act is listed as one that cannot be done, and why.
func (c *colleague) off(name, why string) {
	c.t.Helper()
	c.until(`[...document.querySelectorAll(".cl-actlist .is-off")].some(e => e.children[0].textContent == ` + quote(name) + ` && e.children[1].textContent.includes(` + quote(why) + `))`)
	if n := ask[int](c.tab, `[...document.querySelectorAll("[data-act]")].filter(e => e.textContent == `+quote(name)+`).length`); n > 0 {
		c.t.Errorf("%s can be pressed", name)
	}
}

// votes answers the proposal that waits.
func (c *colleague) votes(approve bool, reasons string) {
	c.t.Helper()
	c.until(`document.querySelector("#vote-text")`)
	c.pick("vote-interest")
	c.write("vote-text", reasons)
	button := map[bool]string{true: "button", false: "button:nth-child(2)"}[approve]
	c.act(`[data-form="vote"] > .cl-actions ` + button)
	c.until(`document.querySelector("#app > div > .cl-note--ok") && document.activeElement == document.querySelector("#app > div > .cl-note--ok")`)
}

// narrow looks at a form on a small screen, as a reading machine does, and as people do who read from the right.
func (h *handling) narrow(c *colleague, name string) {
	h.t.Helper()
	c.size(390, 844)
	c.sound(h.axe, name)
	ask[any](c.tab, `document.documentElement.dir = "rtl", null`)
	c.fitsNow(h.t, name+", right to left")
	ask[any](c.tab, `document.documentElement.removeAttribute("dir"), null`)
	c.size(1280, 1000)
}

// settles: the danger is settled once, and the case then says so.
func (h *handling) settles(chen *colleague) {
	chen.begin("settle_danger")
	chen.sends("settle_danger")
	chen.off("危险已处理", "没有危险标记")
	if got := strings.Join(chen.list(".cl-casehead li"), " "); !strings.Contains(got, "危险已处理") {
		h.t.Errorf("after the danger was settled: %s", got)
	}
}

// lapses: a question waits for its days and no less, and the days of the decision move by as many.
func (h *handling) lapses(chen *colleague) {
	chen.begin("acknowledge")
	chen.sends("acknowledge")
	h.reads(cases.Acknowledged, "3月25日前告诉您是否受理，并说明理由; 核查; 6月10日前告诉您结果", "我们在2026年3月10日收到了您的举报")
	chen.begin("triage")
	for _, check := range []string{"category", "conduct", "danger", "remit", "interest"} {
		chen.pick("triage-" + check)
	}
	chen.refused("triage", "六项都要看过")
	chen.pick("triage-duplicate")
	chen.sends("triage")
	chen.begin("ask")
	chen.refused("ask", "请写几句话")
	chen.write("ask-text", "是哪一栋楼？")
	chen.sends("ask")
	chen.off("不再等回答", "回答时间还没有到")
	chen.off("建议不予受理", "回答时间还没有到")
	h.reads(cases.NeedsInfo, "3月25日前告诉您是否受理，并说明理由; 核查; 6月10日前告诉您结果", "是哪一栋楼？", "请在2026年4月9日前回答")
	h.later(31)
	h.back(chen)
	chen.begin("lapse")
	chen.sends("lapse")
	h.reads(cases.Triaged, "4月25日前告诉您是否受理，并说明理由; 核查; 7月11日前告诉您结果")
}
