package app_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/proof"
)

const inspectOrigin = "http://inspect.localhost:8081"

// inspector signs the inspector of the demonstration in.
type inspector struct {
	*colleague
}

func (i *inspector) do(method, path, body string) *http.Response {
	i.t.Helper()
	return deskRequest(i.t, i.h, method, inspectOrigin+"/en/api/"+path, body, func(r *http.Request) {
		r.AddCookie(i.cookie)
		r.Header.Set("Clarion-Token", i.token)
	})
}

func (i *inspector) get(path string, status int, out any) {
	i.t.Helper()
	i.read(i.do("GET", path, ""), path, status, out)
}

func (i *inspector) post(path, body string, status int, out any) {
	i.t.Helper()
	i.read(i.do("POST", path, body), path, status, out)
}

func newInspector(t *testing.T, w *apptest.World, h http.Handler) *inspector {
	t.Helper()
	i := &inspector{&colleague{t: t, h: h}}
	i.cookie, i.token = w.SignsIn(t, h, inspectOrigin, staff.Inspector)
	return i
}

type sampleShown struct {
	Sample   int64
	Number   string
	Due      string
	State    string
	Late     bool
	Mine     bool
	Answered string
}

// everyDatabase plays with the demonstration on both databases.
func everyDatabase(t *testing.T, play func(t *testing.T, w *apptest.World, h http.Handler)) {
	t.Helper()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		w := apptest.Start(t, apptest.Options{DSN: fresh(t), Clock: apptest.NewClock(time.Now())})
		if err := w.Seed(t.Context()); err != nil {
			t.Fatal(err)
		}
		play(t, w, deskOf(t, w))
	})
}

// caseOf is a seeded case of an office, the first by key.
func caseOf(t *testing.T, w *apptest.World, unit string) (c cases.Case) {
	t.Helper()
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		all, err := tx.CasesAfter(0, 100)
		for _, x := range all {
			if string(x.Unit) == unit && c.Key == 0 {
				c = x
			}
		}
		return err
	})
	if err != nil || c.Key == 0 {
		t.Fatalf("no case of %s: %v", unit, err)
	}
	return c
}

func TestSampleIsAskedAnsweredAndRead(t *testing.T) {
	t.Parallel()
	everyDatabase(t, func(t *testing.T, w *apptest.World, h http.Handler) {
		i := newInspector(t, w, h)
		chen := signIn(t, w, h, "chen")
		const unit = "unit-1"
		c := caseOf(t, w, unit)
		ask := func(number string) string { return fmt.Sprintf(`{"number":%q}`, number) }
		var s sampleShown
		i.post("samples/ask", ask("MH-NO-SUCH"), 422, nil)
		i.post("samples/ask", ask(c.Number), 200, &s)
		i.post("samples/ask", ask(c.Number), 409, nil)
		if s.State != "open" || s.Number != c.Number || s.Late || !s.Mine || s.Due <= w.Clock.Now().Format("2006-01-02") {
			t.Errorf("asked: %+v", s)
		}
		at := fmt.Sprintf("work/%s/sample/%d", unit, s.Sample)
		answer := `{"sealed":"` + base64.StdEncoding.EncodeToString([]byte("keys")) + `"}`
		chen.post("work/nowhere/sample/1", answer, 404, nil)
		chen.post(fmt.Sprintf("work/%s/sample/99", unit), answer, 404, nil)
		chen.post(at, `{}`, 422, nil)
		chen.post(at, `{"sealed":"AAAA","refused":"AAAA"}`, 422, nil)
		signIn(t, w, h, "lin").post(at, answer, lateStatus(t, w, c, "lin"), nil) // a handler answers for their own cases alone
		(&colleague{t: t, h: h, cookie: i.cookie, token: i.token}).post(at, answer, 401, nil)
		if lateStatus(t, w, c, "lin") == 403 {
			chen.post(at, answer, 200, nil)
		}
		chen.post(at, answer, 409, nil)
		var f struct {
			Sample sampleShown
			Case   string
			Sealed []byte
			Docs   []struct {
				Kind, Hash string
				Sealed     []byte
			}
			Leaves []struct {
				Kind  string
				Proof []byte
			}
		}
		w.Clock.Move(2 * time.Hour)
		if err := w.Checkpoints(t.Context()); err != nil {
			t.Fatal(err)
		}
		i = newInspector(t, w, h)
		i.get(fmt.Sprint("samples/", s.Sample), 200, &f)
		if string(f.Sealed) != "keys" || f.Sample.State != "given" || f.Case != c.ID.String() || len(f.Docs) == 0 {
			t.Fatalf("opened: %+v", f.Sample)
		}
		keys, err := w.Keys.Set()
		if err != nil {
			t.Fatal(err)
		}
		named := map[string]bool{}
		for _, l := range f.Leaves {
			p, err := proof.ParseProof(l.Proof)
			if err != nil {
				t.Fatal(err)
			}
			e, _, err := p.Verify(proof.CaseOrigin(keys.Instance), keys.CaseVerifier())
			if err != nil {
				t.Fatalf("leaf %s: %v", l.Kind, err)
			}
			named[e.Report], named[e.Doc] = true, true
		}
		for _, d := range f.Docs {
			sum := sha256.Sum256(d.Sealed)
			if hash := hex.EncodeToString(sum[:]); hash != d.Hash || !named[hash] {
				t.Errorf("document %s is not what a leaf names", d.Kind)
			}
		}
	})
}

// lateStatus is what an answer by a member comes to: 200 for the case's own handler, 403 for another.
func lateStatus(t *testing.T, w *apptest.World, c cases.Case, who string) int {
	t.Helper()
	status := 403
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Events(c.Key)
		for _, e := range rows {
			if e.Kind == cases.EventAssigned {
				status = 403
				if string(e.Member) == who {
					status = 200
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return status
}

func TestLateAndRefusedSamplesAreAlarms(t *testing.T) {
	t.Parallel()
	everyDatabase(t, func(t *testing.T, w *apptest.World, h http.Handler) {
		i := newInspector(t, w, h)
		const unit = "unit-1"
		var s sampleShown
		i.post("samples/ask", fmt.Sprintf(`{"unit":%q}`, unit), 200, &s)
		i.post("samples/ask", `{"unit":"no-such-office"}`, 404, nil)
		type alarms struct {
			Open, Settled []struct {
				Alarm                     int64
				Kind, Number, By, Settled string
			}
			Late []struct {
				Office string
				Count  int64
			}
		}
		var a alarms
		i.get("alarms", 200, &a)
		if len(a.Open) != 0 {
			t.Errorf("alarms before the day: %+v", a.Open)
		}
		w.Clock.Move(21 * 24 * time.Hour)
		i, chen := newInspector(t, w, h), signIn(t, w, h, "chen")
		for range 2 { // looking again raises nothing again
			a = alarms{}
			i.get("alarms", 200, &a)
			if len(a.Open) != 1 || a.Open[0].Kind != "sample_late" || a.Open[0].Number != s.Number || len(a.Late) == 0 {
				t.Fatalf("alarms of a late sample: %+v", a)
			}
		}
		settle := fmt.Sprintf(`{"alarm":%d}`, a.Open[0].Alarm)
		i.post("alarms/settle", settle, 200, nil)
		i.post("alarms/settle", settle, 409, nil)
		i.post("alarms/settle", `{"alarm":9999}`, 404, nil)
		chen.post(fmt.Sprintf("work/%s/sample/%d", unit, s.Sample), `{"refused":"AAAA"}`, 200, nil)
		a = alarms{}
		i.get("alarms", 200, &a)
		if len(a.Open) != 1 || a.Open[0].Kind != "sample_refused" || len(a.Settled) != 1 || a.Settled[0].By == "" || a.Settled[0].Settled == "" {
			t.Errorf("after the refusal: %+v", a)
		}
		var f struct {
			Sample sampleShown
			Docs   []any
		}
		i.get(fmt.Sprint("samples/", s.Sample), 200, &f)
		if f.Sample.State != "refused" || len(f.Docs) != 0 {
			t.Errorf("a refusal hands out documents: %+v", f)
		}
		var late struct {
			Cases []struct{ Number, Due, Reached string }
			Next  string
		}
		i.get("clocks", 200, &late)
		if len(late.Cases) > 0 && late.Cases[0].Reached != "" {
			t.Errorf("told before anybody looked: %v", late.Cases[0])
		}
		if err := w.Casework.Warn(t.Context()); err != nil {
			t.Fatal(err)
		}
		i.get("clocks", 200, &late)
		for _, c := range late.Cases {
			if c.Reached <= c.Due {
				t.Errorf("%s was due on %s and told on %q", c.Number, c.Due, c.Reached)
			}
		}
		for n := 1; n < len(late.Cases); n++ {
			if late.Cases[n].Due < late.Cases[n-1].Due {
				t.Errorf("clocks out of order: %v", late.Cases)
			}
		}
		if len(late.Cases) == 0 {
			t.Error("no case is late after three weeks")
		}
		i.get("clocks?after=x", 422, nil)
	})
}

func TestInspectorReadsAuditAndNotices(t *testing.T) {
	t.Parallel()
	everyDatabase(t, func(t *testing.T, w *apptest.World, h http.Handler) {
		i := newInspector(t, w, h)
		type page struct {
			Entries []struct {
				Seq               int64
				Who, Act, Outcome string
				Fits              bool
			}
			Next int64
		}
		var all page
		i.get("audit", 200, &all)
		if len(all.Entries) == 0 {
			t.Fatal("the audit log is empty")
		}
		for n, e := range all.Entries {
			if !e.Fits || n > 0 && e.Seq >= all.Entries[n-1].Seq {
				t.Errorf("entry %d fits %v, behind %d", e.Seq, e.Fits, all.Entries[max(0, n-1)].Seq)
			}
		}
		var mine page
		i.get("audit?act=audit-read&outcome=allowed&day="+w.Clock.Now().In(w.Pack.Zone).Format("2006-01-02"), 200, &mine)
		if len(mine.Entries) == 0 || mine.Entries[0].Act != "audit-read" {
			t.Errorf("what the inspector looked at is not in the log: %+v", mine)
		}
		i.get("audit?day=yesterday", 422, nil)
		i.get("audit?after=-1", 422, nil)
		var walk struct {
			Last, Size, Broken int64
			Head               string
		}
		for walk.Size == 0 || walk.Last < walk.Size {
			i.post("audit/verify", fmt.Sprintf(`{"after":%d}`, walk.Last), 200, &walk)
			if walk.Broken != 0 {
				t.Fatalf("chain broken at %d", walk.Broken)
			}
		}
		var n struct {
			Notices []struct {
				Office     string
				Version    int64
				Signers    []string
				Sound, New bool
				Moved      []struct{ How, Words string }
			}
		}
		i.get("notices", 200, &n)
		list := false
		for _, one := range n.Notices {
			list = list || one.Office == ""
			if !one.Sound || !one.New || len(one.Signers) == 0 || len(one.Moved) == 0 {
				t.Errorf("notice: %+v", one)
			}
			for _, m := range one.Moved {
				if len(strings.Fields(m.Words)) != 8 {
					t.Errorf("words: %+v", m)
				}
			}
		}
		if !list || len(n.Notices) < 2 {
			t.Errorf("notices: %+v", n)
		}
		i.post("notices/seen", `{}`, 200, nil)
		i.get("notices", 200, &n)
		for _, one := range n.Notices {
			if one.New {
				t.Errorf("still new: %+v", one)
			}
		}
	})
}

// TestAdministratorSeesNoCase asks everything that an administrator can ask, and looks for numbers and words of cases.
func TestAdministratorSeesNoCase(t *testing.T) {
	t.Parallel()
	everyDatabase(t, func(t *testing.T, w *apptest.World, h http.Handler) {
		admin := &colleague{t: t, h: h}
		admin.cookie, admin.token = w.SignsIn(t, h, deskOrigin, staff.Administrator)
		var all []cases.Case
		if err := w.Store.Read(t.Context(), func(tx *store.Tx) (err error) { all, err = tx.CasesAfter(0, 100); return err }); err != nil || len(all) == 0 {
			t.Fatalf("cases: %d, %v", len(all), err)
		}
		for _, path := range []string{"me", "me/account", "me/key", "people", "setup/facts", "setup/missing", "admin/offices", "admin/hours", "admin/settings"} {
			resp := admin.do("GET", path, "")
			b, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != 200 {
				t.Fatalf("%s: %d %v", path, resp.StatusCode, err)
			}
			for _, c := range all {
				if strings.Contains(string(b), c.Number) || strings.Contains(string(b), c.ID.String()) {
					t.Errorf("%s names the case %s", path, c.Number)
				}
			}
		}
		for _, path := range []string{"alarms", "audit", "notices", "clocks", "samples"} {
			admin.get(path, 404, nil) // the inspector's, at the inspector's door
		}
		for _, path := range []string{"work/facts", "work/" + string(all[0].Unit) + "/case/" + all[0].Number} {
			admin.get(path, 403, nil)
		}
		chen := signIn(t, w, h, "chen")
		for _, path := range []string{"admin/offices", "admin/hours", "admin/settings"} {
			chen.get(path, 403, nil)
		}
		var offices struct {
			Offices []struct {
				ID      string
				Since   string
				Holders []struct {
					Account string
					Holds   bool
					Lost    bool
				}
			}
		}
		admin.get("admin/offices", 200, &offices)
		held := 0
		for _, o := range offices.Offices {
			for _, m := range o.Holders {
				held++
				if m.Lost != (m.Account != "chen" && m.Account != "lin" && m.Account != "zhao" && m.Account != "wu") {
					t.Errorf("holder: %+v", m)
				}
			}
		}
		if held == 0 {
			t.Error("nobody holds a key")
		}
		admin.post("people/remove", `{"account":"chen"}`, 200, nil)
		admin.get("admin/offices", 200, &offices)
		b, _ := json.Marshal(offices)
		if !strings.Contains(string(b), `"Account":"chen","Holds":true,"Lost":true`) {
			t.Errorf("a removed account still on a roster does not show: %s", b)
		}
	})
}
