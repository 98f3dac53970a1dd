package browsertest

import (
	"context"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/site"
	"clarion.example/clarion/internal/store/storetest"
)

// freshWorld is an installation on its first day, with all three doors, in which nobody has a key.
type freshWorld struct {
	*deskWorld
	public *httptest.Server
	line   *wire // of the public door
}

// newFresh makes what clarion serve makes on its first start. It is marked, because nothing else can have a green list yet: a real
// one needs a backup target, which no command sets. Keys, lists and approvals are made by people, as on a real one.
func newFresh(t *testing.T) *freshWorld {
	t.Helper()
	o := &freshWorld{line: &wire{}}
	o.deskWorld = newDeskWith(t, map[string]string{"public.hosts": "127.0.0.1,localhost"}, app.Options{
		Now: time.Now, Demo: true, Tour: func(*i18n.Localizer) site.TourPage { return site.TourPage{} },
	})
	h, err := o.Handler()
	if err != nil {
		t.Fatal(err)
	}
	o.public = httptest.NewServer(o.line.wrap(h))
	t.Cleanup(func() {
		o.public.Close()
		storetest.Check(t, o.Store)
	})
	return o
}

// TestEndToEnd goes from the two links of an empty directory to a letter in a mailbox, with nothing prepared: two people set up, one
// by passphrase and one by passkey; custodians and members join; lists are signed and countersigned, categories approved; somebody
// else reports in another browser; two members open, ask, read and decline; and the reporter reads it.
func TestEndToEnd(t *testing.T) {
	t.Parallel()
	o, browser := newFresh(t), chromium(t)
	r := newTab(t, chromium(t), o.public.URL)
	r.size(390, 844)
	links := o.links(t)
	admin := o.joins(t, browser, "zh", links[staff.Administrator], "zhou", "周")
	admin.refusedPasskey()
	admin.comesBack(t)
	sheets, root := admin.makesKit(t, "")
	inspector := o.joins(t, browser, "en", links[staff.Inspector], "song", "Song")
	inspector.addsPasskey()
	inspector.byPasskey()
	people := map[string]*colleague{"song": inspector}
	for _, p := range []struct{ account, name, role string }{{"he", "何", "custodian"}, {"qian", "钱", "custodian"}, {"chen", "陈", "member"}, {"zhao", "赵", "member"}} {
		people[p.account] = o.joins(t, browser, "zh", admin.invites(t, p.account, p.name, p.role, ""), p.account, p.name)
	}
	admin.proposes(t, people, sheets[0], "")
	inspector.signs(t, people, root, "")
	r.open(503, "/zh/report/plain") // no category is approved
	inspector.approves(t)
	o.green(t, admin)
	people["chen"].addsPasskey()
	people["chen"].byPasskey() // her key, and with it that of the office, is opened by the device

	said := []string{"植入的话：三号楼插座里有镜头", "植入的问题：哪一天？", "植入的回答：三月四日", "植入的理由：查不到那栋楼"}
	receipt := o.decides(t, r, people["chen"], people["zhao"], said)
	secrets := append(said, receipt, strings.ReplaceAll(receipt, " ", ""), sheets[0], sheets[1], strings.Join(admin.passphrase, " "))
	for _, c := range people {
		secrets = append(secrets, strings.Join(c.passphrase, " "))
	}
	for _, m := range secrets {
		if o.wire.holds(m) || o.line.holds(m) || strings.Contains(o.log.String(), m) {
			t.Errorf("%q went over the line, or into the log", m)
		}
		inFiles(t, o.Dir.Path, m)
	}
	if o.wire.holds(`"results"`) {
		t.Error("what a passkey opens keys with went over the line")
	}
}

// decides sends a report, asks, answers and declines it with two people, and reads it where it was sent. said are the words of
// report, question, answer and reasons.
func (o *freshWorld) decides(t *testing.T, r *tab, chen, zhao *colleague, said []string) (receipt string) {
	t.Helper()
	r.begins("zh")
	r.wholeWay(said[0], nil)
	receipt = r.sealAndSend()
	number := chen.finds(said[0])
	chen.begin("acknowledge")
	chen.sends("acknowledge")
	chen.begin("triage")
	for _, check := range []string{"category", "conduct", "danger", "remit", "interest", "duplicate"} {
		chen.pick("triage-" + check)
	}
	chen.sends("triage")
	chen.begin("ask")
	chen.write("ask-text", said[1])
	chen.sends("ask")
	r.open(200, "/zh/mailbox")
	r.enters(receipt)
	r.says(said[1])
	r.write("answer", said[2])
	r.act("#send")
	r.says("您的回答已加密发出")
	chen.looks()
	chen.says(said[2])
	chen.proposes2("D3", said[3])
	if got := zhao.finds(said[0]); got != number {
		t.Fatalf("the approver opens %s, not %s", got, number)
	}
	zhao.votes(true, "")
	r.open(200, "/zh/mailbox")
	r.enters(receipt)
	r.says(said[3])
	r.says("不予受理。理由在信箱里")
	return receipt
}

// links reads the two files that the operator hands over.
func (o *freshWorld) links(t *testing.T) map[staff.Role]string {
	t.Helper()
	made, err := o.SetupLinks(context.WithoutCancel(t.Context()))
	if err != nil || len(made) != 2 {
		t.Fatalf("%d links: %v", len(made), err)
	}
	out := map[staff.Role]string{}
	for _, l := range made {
		b, err := os.ReadFile(l.Path)
		if err != nil {
			t.Fatal(err)
		}
		out[l.Role] = strings.TrimSpace(string(b))
	}
	return out
}

// green waits until nothing that blocks is left, and the administrator reads so.
func (o *freshWorld) green(t *testing.T, admin *colleague) {
	t.Helper()
	left, err := o.Missing(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if !e.Done {
			t.Errorf("still missing: %s", e.Code)
		}
	}
	admin.to("")
	admin.says("举报表单已经开放")
}

// finds opens the only case of the first office from the list, and gives its number.
func (c *colleague) finds(words string) string {
	c.t.Helper()
	c.to("cases")
	c.until(`document.querySelector('nav a[href*="unit=unit-1"]')`)
	c.act(`nav a[href*="unit=unit-1"]`)
	c.until(`document.querySelectorAll("tr[data-number]").length == 1`)
	number := ask[string](c.tab, `document.querySelector("tr[data-number]").dataset.number`)
	c.act("tr[data-number] a")
	c.opens()
	if got := c.text(); !strings.Contains(got, words) {
		c.t.Errorf("the report is not shown as it was written: %s", got)
	}
	return number
}
