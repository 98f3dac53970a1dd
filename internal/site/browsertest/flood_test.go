package browsertest

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/store"
)

// floodSize is how many near-identical reports the ordinary run reads: a browser opens about a hundred a second. With CLARION_FLOOD
// the test reads as many as that says.
func floodSize(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("CLARION_FLOOD"))
	if err != nil {
		return 500
	}
	return n
}

// jointly is how many cases are handled together.
const jointly = 8

// odd are the reports that say something else.
var odd = []string{
	"门卫收了两条烟，放一个没有证件的人进机房待了四十分钟，出来时手里拿着一个黑色的包。",
	"更衣室的烟雾报警器被人换过，新的那个侧面有一个小孔，螺丝颜色也不一样。",
	"河边来了一个陌生人，带着测量仪器对着对岸的厂房画图，一站就是一下午。",
	"昨天下午有一架小型无人机在油库上空盘旋了二十分钟，下面挂着一个圆形的东西。",
	"整理父亲的遗物时发现一个铁盒，里面有六十年代的图纸和带编号的笔记本。",
	"新来的外聘顾问要看三年的全部供货合同，经理让他拷走了一部分，用的是银色移动硬盘。",
	"The tenant on the ground floor has turned the flat into a machine room with dozens of telephones and routers.",
}

// flooded is what stands behind a number.
type flooded struct{ code, number string }

// flood sends n reports that are nearly the same, and the odd ones among them. It gives the codes by number.
func (o *officeWorld) flood(t *testing.T, n int) map[string]string {
	t.Helper()
	endings := []string{"", "不转不是自己人！", "请转发。", " https://example.com/a?id=%d", "已经转了%d次。"}
	texts := make([]string, 0, n+len(odd))
	for i := range n {
		end := endings[i%len(endings)]
		if strings.Contains(end, "%d") {
			end = fmt.Sprintf(end, i)
		}
		texts = append(texts, "大家一起来转发这条消息，把他们的信箱塞满，让他们知道我们的力量。每个人复制一遍，发三次，明天晚上八点统一行动，坚持一个星期，他们就会受不了的。不用写姓名，也不用管内容对不对，只要数量够多就行。昨天晚上已经有三百多人参加了，今天的目标是一千人，请大家把这段话发到每一个群里。"+end)
		if step := n / len(odd); i%step == step/2 && i/step < len(odd) {
			texts = append(texts, odd[i/step])
		}
	}
	out := map[string]string{}
	var mu sync.Mutex
	var all sync.WaitGroup
	work := make(chan string)
	for range 8 {
		all.Go(func() {
			for what := range work {
				f, err := o.floods(t.Context(), what)
				if err != nil {
					t.Error(err)
					continue
				}
				mu.Lock()
				out[f.number] = f.code
				mu.Unlock()
			}
		})
	}
	for _, what := range texts {
		work <- what
	}
	close(work)
	all.Wait()
	if len(out) != n+len(odd) {
		t.Fatalf("%d reports came, want %d", len(out), n+len(odd))
	}
	return out
}

func (o *officeWorld) floods(ctx context.Context, what string) (f flooded, err error) {
	in := intake.Sent{Category: "protected-documents", Danger: "no", Region: "donggang", Lang: "zh-Hans", CodeKind: "digits", How: []string{"saw"}, What: what,
		Answers: map[id.Question][]string{"means": {"pay"}, "wanted": {"marked"}, "handed": {"no"}}}
	draft, faults := o.Intake.Check(in)
	if len(faults) > 0 {
		return f, faults[0]
	}
	r, err := o.Intake.Submit(ctx, o.Intake.NewToken(), draft)
	if err != nil {
		return f, err
	}
	m, err := o.Intake.OpenMailbox(ctx, r.Code)
	if err != nil {
		return f, err
	}
	v, err := o.Intake.View(ctx, m)
	return flooded{r.Code, v.Number}, err
}

// smooth: nothing since watch kept the page for more than 100 ms.
func smooth(t *testing.T, when string, longest func() time.Duration) {
	t.Helper()
	d := longest()
	t.Logf("%s: the longest task of the page took %v", when, d)
	if d > 100*time.Millisecond {
		t.Errorf("%s: the page was busy for %v", when, d)
	}
}

// TestFlood: a flood of copies and a few different reports among them. Triage finds the different ones first, handles copies
// together, with one taken out and one left alone, and an approver approves them; each mailbox has its own letter.
func TestFlood(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	n := floodSize(t)
	began := time.Now()
	codes := o.flood(t, n)
	t.Logf("%d reports sent in %.1f s", len(codes), time.Since(began).Seconds())
	// A browser of its own: a trace is of all its pages, those of other tests among them.
	axe, browser := axeSource(t), chromium(t, chromedp.Flag("mute-audio", true))
	c := o.enters(t, newTab(t, browser, o.Config.Desk.URL), "chen", "/zh/cases?unit=unit-1&show=triage")
	c.until(`document.querySelector("[data-alike-link]")`)
	c.act("[data-alike-link]")
	c.until(`document.querySelector("#app .cl-lede")`)
	if got := c.text(); !strings.Contains(got, fmt.Sprintf("有%s件举报等待决定", grouped(len(codes)))) || !strings.Contains(got, "读取会记录在案") {
		t.Errorf("before the beginning: %s", got)
	}
	c.sound(axe, "before reading")
	watched := c.watch(t)
	began = time.Now()
	c.act("#app .cl-actions button")
	c.until(`document.querySelector("progress")`)
	c.until(`document.querySelector("#alike-sum")`)
	c.until(`document.querySelectorAll(".cl-alike__one").length == 7 && document.querySelector(".cl-alike .cl-quote")`)
	t.Logf("read and sorted in %.1f s", time.Since(began).Seconds())
	smooth(t, "reading", watched)
	c.shows(t, n)
	c.sound(axe, "the result")
	o.comesBack(t, c, len(codes))

	chosen := o.ready(t, codes)
	c.act(`.govuk-back-link`)
	c.until(`document.querySelector("[data-alike-link]")`)
	c.act("[data-alike-link]")
	c.until(`document.querySelector("#app .cl-lede")`)
	c.act("#app .cl-actions button")
	c.until(`document.querySelector(".cl-alike .cl-quote")`)
	c.triagesTogether(t, axe)
	out, wrote := o.proposesTogether(t, c, axe, chosen, codes)
	o.approvesTogether(t, browser, axe, chosen, out, wrote, codes)
}

// grouped writes a number as the Chinese page does.
func grouped(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// shows: one row with the count, and every different report among those like no other, opened.
func (c *colleague) shows(t *testing.T, n int) {
	t.Helper()
	if got := ask[[]string](c.tab, `[...document.querySelectorAll("[data-alike]")].map(e => e.dataset.alike)`); !slices.Equal(got, []string{strconv.Itoa(n)}) {
		t.Errorf("rows of %v, want one of %d", got, n)
	}
	alone := strings.Join(c.list(".cl-alike__one"), "\n")
	for _, what := range odd {
		if !strings.Contains(alone, what) {
			t.Errorf("not among those like no other: %s", what)
		}
	}
	if got := ask[string](c.tab, `document.querySelector(".cl-alike .cl-quote").innerText`); !strings.Contains(got, "把他们的信箱塞满") {
		t.Errorf("the example: %s", got)
	}
	c.act(".cl-alike details:nth-of-type(1) > summary")
	c.until(`document.querySelectorAll(".cl-alike ins, .cl-alike del").length > 3`)
	if got := strings.Join(c.list(".cl-alike ins bdi"), " "); !strings.Contains(got, "https://example.com") && !strings.Contains(got, "已经转了") && !strings.Contains(got, "请转发") {
		t.Errorf("what differs is not marked: %s", got)
	}
	c.act(".cl-alike details:nth-of-type(2) > summary")
	c.until(`document.querySelectorAll(".cl-alike .cl-rows > li").length == 50`)
	c.act("#floods-together")
	c.until(`!document.querySelector("[data-alike]") && document.querySelectorAll(".cl-alike__one").length == 50`)
	c.act("#floods-together")
	c.until(`document.querySelector("[data-alike]")`)
}

// comesBack: with the key, everything that was opened is gone; once it is open again nothing is read a second time.
func (o *officeWorld) comesBack(t *testing.T, c *colleague, n int) {
	t.Helper()
	before := o.handed(t)
	if before < n {
		t.Errorf("%d reports in the audit log, want %d", before, n)
	}
	c.act("#who > button:first-of-type")
	c.until(`document.querySelector(".cl-note--seal")`)
	if got := ask[string](c.tab, `document.documentElement.innerHTML`); strings.Contains(got, "塞满") || strings.Contains(got, "烟雾") {
		t.Error("something that was opened is still on the page")
	}
	c.act(".cl-note--seal button")
	c.until(`document.querySelector("#unlock-words")`)
	c.write("unlock-words", strings.Join(c.passphrase, " "))
	c.act(".cl-card .cl-actions button")
	c.until(`document.querySelectorAll(".cl-alike__one").length == 7 && document.querySelector(".cl-alike .cl-quote")`)
	if after := o.handed(t); after-before > 8 { // those like no other, and the example
		t.Errorf("%d reports were read again", after-before)
	}
}

// handed is how many reports the audit log says were handed out in bulk.
func (o *officeWorld) handed(t *testing.T) (n int) {
	t.Helper()
	err := o.Store.Read(t.Context(), func(tx *store.Tx) error {
		entries, err := tx.AuditAfter(0, 100_000)
		for _, e := range entries {
			if e.Act == "reports" {
				var count int
				if _, err := fmt.Sscanf(string(e.Detail), `{"count":%d}`, &count); err != nil {
					return err
				}
				n += count
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// ready writes the first letter of some copies, the oldest that the page offers, and gives their numbers.
func (o *officeWorld) ready(t *testing.T, codes map[string]string) []string {
	t.Helper()
	s, err := o.As(t.Context(), "chen", "unit-1")
	if err != nil {
		t.Fatal(err)
	}
	who := &casework.Person{Member: "chen", Unit: "unit-1", Roles: []cases.Role{cases.Triage}}
	rows, _, _, err := o.Casework.Waiting(t.Context(), who, "")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		opened, err := s.Open(t.Context(), r.Case.Number)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(fmt.Sprint(opened.Report), "塞满") || codes[r.Case.Number] == "" {
			continue
		}
		if _, err := s.Reply(t.Context(), r.Case.Number, terminal.Letter{}); err != nil {
			t.Fatal(err)
		}
		if out = append(out, r.Case.Number); len(out) == jointly {
			break
		}
	}
	slices.Sort(out)
	return out
}

// together opens the panel of the one row and chooses a step.
func (c *colleague) together(step string) {
	c.t.Helper()
	c.act("[data-alike] > .cl-actions button")
	c.until(`document.querySelector("#floods-act-` + step + `")`)
	c.pick("floods-act-" + step)
	c.until(`document.querySelector("#floods-most")`)
}

// writes goes on to the form.
func (c *colleague) writes(form string) {
	c.t.Helper()
	ask[bool](c.tab, `(b => { b.click(); return true; })([...document.querySelectorAll(".cl-alike .govuk-button")].find(b => b.innerText == "继续"))`)
	c.until(`document.querySelector('[data-form="` + form + `"]')`)
}

// ends waits for the end of a run that did so many cases.
func (c *colleague) ends(done int) {
	c.t.Helper()
	c.until(fmt.Sprintf(`document.querySelector("#app").innerText.includes("办好%d件") && !document.querySelector("#app progress")`, done))
	c.until(`document.querySelector("[data-alike] .cl-quote")`)
}

// triagesTogether: a mistake is told before anything happens, and then every case moves.
func (c *colleague) triagesTogether(t *testing.T, axe string) {
	t.Helper()
	c.together("triage")
	c.writes("triage")
	c.act(`[data-form="triage"] > .cl-actions button`)
	c.until(`document.querySelector('[data-form="triage"] .govuk-error-message:not([hidden])')`)
	for _, check := range []string{"category", "conduct", "danger", "remit", "interest", "duplicate"} {
		c.pick("triage-" + check)
	}
	c.sound(axe, "a step for several")
	watched := c.watch(t)
	c.act(`[data-form="triage"] > .cl-actions button`)
	c.ends(jointly)
	smooth(t, "handling together", watched)
}

// proposesTogether takes one out, and another has more to say by now: both are left alone.
func (o *officeWorld) proposesTogether(t *testing.T, c *colleague, axe string, chosen []string, codes map[string]string) (out, wrote string) {
	t.Helper()
	c.together("propose_decline")
	c.act(`.cl-alike__choose > summary`)
	c.until(`document.querySelector("#pick-` + chosen[0] + `")`)
	out, wrote = chosen[0], chosen[1]
	c.act("#pick-" + out)
	m, err := o.Intake.OpenMailbox(t.Context(), codes[wrote])
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Intake.Answer(t.Context(), m, o.Intake.NewToken(), "其实我还看见了一件事。"); err != nil {
		t.Fatal(err)
	}
	c.writes("propose_decline")
	c.pick("propose_decline-code-D8")
	c.write("propose_decline-text", "同一段话被反复发送，没有可以核实的事实。")
	c.pick("propose_decline-interest")
	c.act(`[data-form="propose_decline"] > .cl-actions button`)
	c.ends(jointly - 2)
	if got := ask[string](c.tab, `document.querySelector("[data-undone]").innerText`); !strings.Contains(got, wrote) || !strings.Contains(got, "后来又写了内容") || strings.Contains(got, out) {
		t.Errorf("left alone: %s", got)
	}
	c.sound(axe, "what came of it")
	c.size(390, 844)
	c.fitsNow(t, "what came of it on a telephone")
	c.size(1280, 1000)
	c.act("[data-alike] > .cl-actions button")
	c.until(`document.querySelector("#app").innerText.includes("有` + fmt.Sprint(jointly-2) + `件是您自己提出的")`)
	if ask[bool](c.tab, `!!document.querySelector("[id^=floods-act-vote]")`) {
		t.Error("somebody may decide about their own proposals")
	}
	s, err := o.As(t.Context(), "chen", "unit-1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Decide(t.Context(), chosen[2], terminal.Decision{Act: cases.ActApprove}); err == nil {
		t.Error("the proposer approved")
	}
	return out, wrote
}

// approvesTogether: an approver sees the proposals of the row together. Afterwards each reporter has a letter of their own, and the
// two that were left alone have none.
func (o *officeWorld) approvesTogether(t *testing.T, browser context.Context, axe string, chosen []string, out, wrote string, codes map[string]string) {
	t.Helper()
	z := o.enters(t, newTab(t, browser, o.Config.Desk.URL), "zhao", "/zh/alike?unit=unit-1")
	z.until(`document.querySelector("#app .cl-lede")`)
	before := o.handed(t)
	z.act("#app .cl-actions button")
	z.until(`document.querySelector(".cl-alike .cl-quote")`)
	if after := o.handed(t); after-before > 8 {
		t.Errorf("a colleague read %d reports again", after-before)
	}
	z.together("vote-D8")
	z.writes("vote")
	if got := ask[string](z.tab, `document.querySelector('[data-form="vote"]').innerText`); !strings.Contains(got, "同一段话被反复发送") {
		t.Errorf("what is approved: %s", got)
	}
	z.sound(axe, "several proposals")
	z.act(`[data-form="vote"] > .cl-actions button`)
	z.until(`document.querySelector('[data-form="vote"] .govuk-error-message:not([hidden])')`)
	z.pick("vote-interest")
	z.act(`[data-form="vote"] > .cl-actions button`)
	o.endsAfterOne(t, "zhao", chosen)
	z.until(`document.querySelector("#lapsed #passphrase") && document.querySelector("#app").innerText.match(/还剩\d件没有办/)`)
	ask[bool](z.tab, `(d => { d.querySelector("#sign-in-as").value = "zhao"; d.querySelector("#passphrase").value = `+quote(strings.Join(z.passphrase, " "))+`; d.querySelector("#code").value = `+quote(z.code())+`; d.querySelector(".cl-actions button").click(); return true; })(document.querySelector("#lapsed"))`)
	z.until(`!document.querySelector("#lapsed")`)
	ask[bool](z.tab, `(b => { b.click(); return true; })([...document.querySelectorAll(".cl-note--warn .govuk-button")].find(b => b.innerText == "继续"))`)
	z.ends(jointly - 2)
	for _, number := range chosen {
		m, err := o.Intake.OpenMailbox(t.Context(), codes[number])
		if err != nil {
			t.Fatal(err)
		}
		v, err := o.Intake.View(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		declined := number != out && number != wrote
		if told := strings.Contains(fmt.Sprint(v), "同一段话被反复发送"); told != declined || (v.State == cases.Declined) != declined {
			t.Errorf("%s: told %v, state %s", number, told, v.State)
		}
	}
}

// endsAfterOne ends somebody's session when the first of some cases is declined.
func (o *officeWorld) endsAfterOne(t *testing.T, account id.Member, numbers []string) {
	t.Helper()
	for ended := false; !ended; {
		err := o.Store.Write(t.Context(), func(tx *store.Tx) error {
			for _, n := range numbers {
				c, err := tx.CaseByNumber(n)
				if err != nil {
					return err
				}
				if c.State == cases.Declined {
					ended = true
					return tx.EndSessions("desk", account)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestFloodLook takes pictures of the page where CLARION_SHOTS names a directory.
func TestFloodLook(t *testing.T) {
	dir := os.Getenv("CLARION_SHOTS")
	if dir == "" {
		t.Skip("CLARION_SHOTS is not set")
	}
	o := openOffice(t)
	o.flood(t, 70)
	browser := chromium(t)
	for lang, account := range map[string]string{"zh": "chen", "en": "zhao"} {
		c := o.enters(t, newTab(t, browser, o.Config.Desk.URL), account, "/"+lang+"/alike?unit=unit-1")
		c.until(`document.querySelector("#app .cl-lede")`)
		c.size(1280, 900)
		c.shot(t, dir+"/alike-begin-"+lang+".png")
		c.act("#app .cl-actions button")
		c.until(`document.querySelector(".cl-alike .cl-quote")`)
		ask[any](c.tab, `document.querySelectorAll(".cl-alike details").forEach(d => d.open = true), null`)
		c.until(`document.querySelectorAll(".cl-alike ins").length > 3`)
		ask[any](c.tab, `document.querySelectorAll(".cl-alike li:nth-child(n + 4)").forEach(e => e.remove()), null`)
		for _, width := range []int64{390, 1280} {
			c.size(width, 900)
			c.shot(t, fmt.Sprintf("%s/alike-%s-%d.png", dir, lang, width))
		}
		ask[any](c.tab, `document.querySelectorAll(".cl-alike details").forEach(d => d.open = false), null`)
		c.act("[data-alike] > .cl-actions button")
		c.until(`document.querySelector("[data-alike] h4")`)
		if lang == "zh" {
			c.pick("floods-act-acknowledge")
			c.until(`document.querySelector("#floods-most")`)
			c.writes("acknowledge")
		}
		for _, width := range []int64{390, 1280} {
			c.size(width, 900)
			c.shot(t, fmt.Sprintf("%s/alike-panel-%s-%d.png", dir, lang, width))
		}
	}
}
