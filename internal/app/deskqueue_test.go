package app_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/seal"
)

type queueAnswer struct {
	Rows []struct {
		Number, Category, Region, State, Via, Handler, Raised, Day string
		Danger, Letter, Title                                      bool
		Version                                                    int64
		Due                                                        *struct {
			Clock, Day, State string
			Used, Elapsed     int
		}
		Proposal *struct{ Kind, Code, By string }
	}
	Next string
	More bool
}

func (q queueAnswer) numbers() []string {
	out := []string{}
	for _, r := range q.Rows {
		out = append(out, r.Number)
	}
	return out
}

// deskWorld is an installation on one of the databases, with the demonstration's samples and the desk open.
func deskWorld(t *testing.T, dsn string, set map[string]string) (*apptest.World, http.Handler) {
	t.Helper()
	w := apptest.Start(t, apptest.Options{DSN: dsn, Set: set})
	return w, deskOf(t, w)
}

// reports puts n cases into unit-1, each with events enough for a clock, and gives their numbers.
func reports(t *testing.T, w *apptest.World, n int, change func(i int, r *storetest.Report)) (out []string) {
	t.Helper()
	for i := range n {
		r := storetest.NewReport(64)
		r.Case.Number = cases.NewNumber(w.Pack.Prefix)
		r.Case.Unit, r.Doc.Unit, r.Case.Category, r.Case.Region = "unit-1", "unit-1", w.Pack.Categories[i%2].ID, ""
		r.Case.Day = w.Casework.Today()
		r.Doc.Day, r.Due.Day = r.Case.Day, r.Case.Day.Add(7)
		r.Kinds = []cases.EventKind{cases.EventClockStarted}
		if change != nil {
			change(i, r)
		}
		if err := w.Store.Write(t.Context(), r.Add); err != nil {
			t.Fatal(err)
		}
		out = append(out, r.Case.Number)
	}
	return out
}

// TestDeskQueue: a unit's cases in pages, by every list and filter, to whom the roster says, and to nobody else.
func TestDeskQueue(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		w, h := deskWorld(t, fresh(t), nil)
		today := w.Casework.Today()
		mine := reports(t, w, 12, func(i int, r *storetest.Report) {
			switch i {
			case 3:
				r.Case.Danger = true
			case 5:
				r.Due.Day = today.Add(-1)
			case 7:
				r.Case.Region, r.Case.Lang, r.Case.Via, r.Case.Day = "donggang", "en", cases.ViaPhone, today.Add(-3)
			}
		})
		other := reports(t, w, 1, func(_ int, r *storetest.Report) { r.Case.Unit = "unit-2" })
		write := func(fn func(tx *store.Tx) error) {
			t.Helper()
			if err := w.Store.Write(t.Context(), fn); err != nil {
				t.Fatal(err)
			}
		}
		act := func(number string, e ...cases.Event) {
			t.Helper()
			write(func(tx *store.Tx) error {
				c, err := tx.CaseByNumber(number)
				if err != nil {
					return err
				}
				rows := make([]store.Event, len(e))
				for i := range e {
					rows[i].Event = e[i]
					rows[i].Day = today
				}
				_, err = tx.AddEvents(c.Key, c.Version, rows...)
				return err
			})
		}
		act(mine[0], cases.Event{Kind: cases.EventAssigned, Member: "lin", To: cases.InInquiry})
		act(mine[3], cases.Event{Kind: cases.EventAssigned, Member: "lin", To: cases.InInquiry})
		act(mine[1], cases.Event{Kind: cases.EventAdded})
		act(mine[0], cases.Event{Kind: cases.EventAdded})
		act(mine[2], cases.Event{Kind: cases.EventAdded}, cases.Event{Kind: cases.EventMessaged, Member: "chen"})
		write(func(tx *store.Tx) error {
			c, err := tx.CaseByNumber(mine[4])
			if err != nil {
				return err
			}
			if _, err := tx.AddProposal(store.Proposal{Case: c.Key, Kind: cases.EventProposedDecline, Code: cases.D3, Doc: id.NewDoc(), Proposer: "wu"}); err != nil {
				return err
			}
			if c, err = tx.CaseByNumber(mine[3]); err != nil {
				return err
			}
			return tx.RaiseDanger(c.Key, w.Now())
		})
		chen, lin, zhao, wu := signIn(t, w, h, "chen"), signIn(t, w, h, "lin"), signIn(t, w, h, "zhao"), signIn(t, w, h, "wu")
		queue := func(c *colleague, query string) (q queueAnswer) {
			t.Helper()
			c.get("work/unit-1/queue"+query, http.StatusOK, &q)
			return q
		}
		order := slices.Concat([]string{mine[3], mine[5]}, mine[:3], mine[4:5], mine[6:])
		for _, tc := range []struct {
			who   *colleague
			query string
			want  []string
		}{
			{chen, "", order}, {wu, "", order}, {lin, "", []string{mine[3], mine[0]}}, {chen, "?show=mine", nil}, {lin, "?show=mine", []string{mine[3], mine[0]}},
			{chen, "?show=danger", []string{mine[3]}}, {lin, "?show=letters", []string{mine[0]}}, {chen, "?show=letters", mine[:2]},
			{chen, "?show=late", []string{mine[5]}}, {lin, "?show=late", nil}, {zhao, "?show=approve", []string{mine[4]}}, {wu, "?show=approve", nil}, {chen, "?show=approve", nil},
			{chen, "?show=triage&limit=3", []string{mine[5], mine[1], mine[2]}}, {lin, "?show=triage", nil}, {chen, "?state=in_inquiry", []string{mine[3], mine[0]}},
			{chen, "?region=donggang", mine[7:8]}, {chen, "?lang=en", mine[7:8]}, {chen, "?via=phone", mine[7:8]}, {chen, "?day=" + today.Add(-3).String(), mine[7:8]},
			{chen, "?category=" + string(w.Pack.Categories[1].ID) + "&show=danger", []string{mine[3]}}, {chen, "?category=none", nil},
		} {
			if got := queue(tc.who, tc.query).numbers(); !slices.Equal(got, append([]string{}, tc.want...)) {
				t.Errorf("%s of %s: %q, want %q", tc.query, tc.who.member, got, tc.want)
			}
		}
		first := queue(chen, "?limit=1").Rows[0]
		if !first.Danger || first.Raised != w.Now().In(w.Pack.Zone).Format("15:04") || first.Handler != "lin" || first.State != "in_inquiry" || first.Version != 3 || first.Due == nil ||
			first.Due.Clock != "s1" || first.Due.State != "running" || first.Due.Day != today.Add(7).String() {
			t.Errorf("first row: %+v %+v", first, first.Due)
		}
		if p := queue(zhao, "?show=approve").Rows[0].Proposal; p == nil || p.Kind != "proposed_decline" || p.Code != "D3" || p.By != "wu" {
			t.Errorf("proposal: %+v", p)
		}
		for c, want := range map[*colleague]string{
			chen: "approve:0 danger:1 late:1 letters:2 mine:0 near:0 triage:10", lin: "approve:0 danger:1 late:0 letters:1 mine:2 near:0 triage:0", zhao: "approve:1 danger:1 late:1 letters:2 mine:0 near:0 triage:10",
		} {
			var n map[string]int
			c.get("work/unit-1/counts", http.StatusOK, &n)
			if got := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprint(n), "map["), "]"); got != want {
				t.Errorf("counts: %s, want %s", got, want)
			}
		}

		// Pages of every size give each case once.
		for _, limit := range []int{1, 5, 11, 12, 50} {
			var got []string
			at := ""
			for range 20 {
				q := queue(chen, fmt.Sprintf("?limit=%d&after=%s", limit, url.QueryEscape(at)))
				got = append(got, q.numbers()...)
				if at = q.Next; q.More != (at != "") {
					t.Fatalf("more %v, next %q", q.More, at)
				}
				if !q.More {
					break
				}
			}
			if !slices.Equal(got, order) {
				t.Errorf("by %d: %q, want %q", limit, got, order)
			}
		}

		// What is no question of this desk.
		next := queue(chen, "?limit=1").Next
		for _, tc := range []struct {
			who    *colleague
			path   string
			status int
		}{
			{chen, "work/unit-1/queue?limit=51", 422}, {chen, "work/unit-1/queue?limit=0", 422}, {chen, "work/unit-1/queue?limit=x", 422}, {chen, "work/unit-1/queue?show=all", 422},
			{chen, "work/unit-1/queue?day=2026-02-30", 422}, {chen, "work/unit-1/queue?after=9.x.1", 422}, {chen, "work/unit-1/queue?after=" + next + "0.", 422},
			{chen, "work/unit-9/queue", 404}, {chen, "work/unit-9/counts", 404}, {chen, "work/unit-1/texts?after=-1", 422},
		} {
			tc.who.get(tc.path, tc.status, nil)
		}
		elsewhere := queueAnswer{}
		chen.get("work/unit-2/queue?after="+next, http.StatusOK, &elsewhere) // a place of another unit shows nothing of it
		for _, n := range elsewhere.numbers() {
			if n != other[0] {
				t.Errorf("a place of one unit shows %s in another", n)
			}
		}
		gu, token := w.SignsIn(t, h, deskOrigin, staff.Administrator)
		admin := &colleague{t, h, gu, token, "gu"}
		admin.get("work/unit-1/queue", http.StatusForbidden, nil)
		(&colleague{t, h, &http.Cookie{Name: gu.Name, Value: "x"}, "", ""}).get("work/unit-1/queue", http.StatusUnauthorized, nil)
		w.Dismiss(t, "lin", "unit-1")
		lin.get("work/unit-1/queue", http.StatusNotFound, nil)
		lin.get("work/unit-1/texts", http.StatusNotFound, nil)
		lin.get("work/unit-2/queue", http.StatusOK, nil)
		admin.post("people/remove", `{"account":"lin"}`, http.StatusOK, nil)
		lin.get("work/unit-2/queue", http.StatusUnauthorized, nil)
	})
}

// TestDeskTexts: titles and notes leave in bulk with their number in the audit log, newest titles alone, and to a handler only
// those of their cases. Too much in an hour is shown to the inspector once, and goes on.
func TestDeskTexts(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		w, h := deskWorld(t, fresh(t), map[string]string{"desk.handouts": "9"})
		numbers := reports(t, w, 4, nil)
		docs := map[string]id.Doc{}
		err := w.Store.Write(t.Context(), func(tx *store.Tx) error {
			for i, n := range numbers {
				c, err := tx.CaseByNumber(n)
				if err != nil {
					return err
				}
				var prev [32]byte
				for seq, kind := range []seal.Kind{seal.KindTitle, seal.KindNote, seal.KindTitle} {
					sealed := fmt.Appendf(nil, "%d of %s", seq, n)
					d := store.Doc{Case: c.Key, Chain: cases.Inside, Seq: int64(seq) + 1, ID: id.NewDoc(), Kind: string(kind), Unit: "unit-1", Day: c.Day, Hash: sha256.Sum256(sealed), Prev: prev}
					if _, err := tx.AddDoc(d, sealed); err != nil {
						return err
					}
					prev, docs[n] = d.Hash, d.ID
				}
				if i < 2 {
					if _, err := tx.AddEvents(c.Key, c.Version, store.Event{Event: cases.Event{Kind: cases.EventAssigned, Member: "lin", Day: c.Day}}); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		chen, lin := signIn(t, w, h, "chen"), signIn(t, w, h, "lin")
		body := `{"numbers":["` + strings.Join(numbers, `","`) + `"]}`
		type titles struct {
			Titles []struct {
				Number string
				Doc    id.Doc
				Sealed []byte
			}
		}
		for c, want := range map[*colleague][]string{chen: numbers, lin: numbers[:2]} {
			var got titles
			c.post("work/unit-1/titles", body, http.StatusOK, &got)
			if len(got.Titles) != len(want) {
				t.Fatalf("%d titles, want %d", len(got.Titles), len(want))
			}
			for i, x := range got.Titles {
				if x.Number != want[i] || x.Doc != docs[want[i]] || string(x.Sealed) != "2 of "+want[i] {
					t.Errorf("title: %+v", x)
				}
			}
		}
		var none titles
		chen.post("work/unit-2/titles", body, http.StatusOK, &none)
		if len(none.Titles) != 0 {
			t.Errorf("titles of another unit: %+v", none)
		}
		type texts struct {
			Texts []struct {
				Number, Kind, Day string
				Sealed            []byte
			}
			Next string
			More bool
		}
		for c, want := range map[*colleague]int{chen: 8, lin: 4} {
			var got texts
			c.get("work/unit-1/texts", http.StatusOK, &got)
			if len(got.Texts) != want || got.More || got.Next != "" {
				t.Errorf("texts: %+v, want %d", got, want)
			}
			for _, x := range got.Texts {
				if strings.HasPrefix(string(x.Sealed), "0") {
					t.Error("a title that another has replaced")
				}
			}
		}
		chen.get("work/unit-1/texts", http.StatusOK, nil)
		for _, bad := range []string{`{"numbers":["nonsense"]}`, `{"numbers":["` + strings.Repeat(numbers[0]+`","`, 50) + numbers[1] + `"]}`, `{"number":[]}`} {
			chen.post("work/unit-1/titles", bad, http.StatusUnprocessableEntity, nil)
		}
		chen.token = "x"
		chen.post("work/unit-1/titles", body, http.StatusForbidden, nil)

		err = w.Store.Read(t.Context(), func(tx *store.Tx) error {
			entries, err := tx.AuditAfter(0, 10_000)
			if err != nil {
				return err
			}
			var got []string
			for _, e := range entries {
				if e.Act == "titles" || e.Act == "texts" {
					got = append(got, fmt.Sprint(e.Who, " ", e.Act, " ", e.Unit, " ", string(e.Detail)))
				}
			}
			slices.Sort(got)
			want := []string{`chen texts unit-1 {"count":8}`, `chen texts unit-1 {"count":8}`, `chen titles unit-1 {"count":4}`, `lin texts unit-1 {"count":4}`, `lin titles unit-1 {"count":2}`}
			if !slices.Equal(got, want) {
				t.Errorf("audit: %q", got)
			}
			open, err := tx.OpenAlarms(0, 10)
			if len(open) != 1 || open[0].Kind != store.AlarmHandOuts || open[0].Who != "chen" || open[0].Unit != "unit-1" || string(open[0].Detail) != `{"limit":9}` {
				t.Errorf("alarms: %+v", open)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestOpenCounts: opening a case counts its documents.
func TestOpenCounts(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Set: map[string]string{"desk.handouts": "2"}})
	n := reports(t, w, 1, nil)[0]
	who := &casework.Person{Member: "chen", Unit: "unit-1", Roles: []cases.Role{cases.Triage}}
	for i, want := range []int{0, 0, 1, 1} {
		if _, err := w.Casework.Open(t.Context(), who, n); err != nil {
			t.Fatal(err)
		}
		if err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
			open, err := tx.OpenAlarms(0, 10)
			if len(open) != want {
				t.Errorf("after %d: %d alarms, want %d", i+1, len(open), want)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// FuzzPlace: a place in the queue that nobody gave out is refused, or leads to nothing that is not the unit's.
func FuzzPlace(f *testing.F) {
	w := apptest.Start(f, apptest.Options{})
	r := storetest.NewReport(8)
	r.Case.Unit = "unit-2"
	if err := w.Store.Write(context.Background(), r.Add); err != nil {
		f.Fatal(err)
	}
	who := &casework.Person{Member: "chen", Unit: "unit-1", Roles: []cases.Role{cases.Triage}}
	for _, s := range []string{"", "0.2026-12-01.1", "1.9999-12-31.7", "-1..0", "1.2026-12-01.-1", "0.'.1", "1e0.2026-12-01.1", "2.2026-12-01.1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, place string) {
		rows, next, _, err := w.Casework.Page(t.Context(), who, casework.Filter{}, place, 5)
		if err != nil && !errs.Is(err, errs.Invalid) || len(rows) != 0 || next != "" {
			t.Errorf("%q: %v %q %v", place, rows, next, err)
		}
	})
}
