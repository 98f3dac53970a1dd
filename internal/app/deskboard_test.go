package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/seal"
	"filippo.io/age"
)

// TestDeskBoard: where cases stand, what comes near its end, when clocks end and how much there is, for those whose cases they are.
func TestDeskBoard(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		w, h := deskWorld(t, fresh(t), nil)
		today := w.Casework.Today()
		mine := reports(t, w, 10, func(i int, r *storetest.Report) {
			switch i {
			case 2, 3: // six days of seven
				r.Case.Day = today.Add(-6)
				r.Doc.Day, r.Due.Day = r.Case.Day, today.Add(1)
			case 4:
				r.Case.Day = today.Add(-8)
				r.Doc.Day, r.Due.Day = r.Case.Day, today.Add(-1)
			}
		})
		reports(t, w, 1, func(_ int, r *storetest.Report) { r.Case.Unit = "unit-2" })
		assign := func(number string, to cases.State) {
			t.Helper()
			err := w.Store.Write(t.Context(), func(tx *store.Tx) error {
				c, err := tx.CaseByNumber(number)
				if err != nil {
					return err
				}
				_, err = tx.AddEvents(c.Key, c.Version, store.Event{Event: cases.Event{Kind: cases.EventAssigned, Member: "lin", To: to, Day: today}})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		assign(mine[0], cases.InInquiry)
		assign(mine[3], cases.Accepted)
		if err := w.Casework.Warn(t.Context()); err != nil {
			t.Fatal(err)
		}
		chen, lin := signIn(t, w, h, "chen"), signIn(t, w, h, "lin")

		list := func(c *colleague, query string) []string {
			t.Helper()
			var q queueAnswer
			c.get("work/unit-1/queue"+query, http.StatusOK, &q)
			got := q.numbers()
			slices.Sort(got)
			return got
		}
		sorted := func(all ...string) []string { return slices.Sorted(slices.Values(all)) }
		soon := today.Add(1).String()
		for _, tc := range []struct {
			who   *colleague
			query string
			want  []string
		}{
			{chen, "?show=near", sorted(mine[2], mine[3])}, {lin, "?show=near", sorted(mine[3])}, {chen, "?show=late", sorted(mine[4])},
			{chen, "?ends=" + soon, sorted(mine[2], mine[3])}, {lin, "?ends=" + soon, sorted(mine[3])}, {chen, "?show=near&ends=" + today.String(), []string{}},
			{chen, "?show=late&ends=" + soon, []string{}}, {chen, "?show=late&ends=" + today.Add(-1).String(), sorted(mine[4])}, {chen, "?show=near&ends=" + today.Add(-1).String(), []string{}},
		} {
			if got := list(tc.who, tc.query); !slices.Equal(got, tc.want) {
				t.Errorf("%s of %s: %q, want %q", tc.query, tc.who.member, got, tc.want)
			}
		}
		// A clock that was extended since is near no longer.
		err := w.Store.Write(t.Context(), func(tx *store.Tx) error {
			c, err := tx.CaseByNumber(mine[2])
			if err != nil {
				return err
			}
			_, err = tx.AddEvents(c.Key, c.Version, store.Event{Event: cases.Event{Kind: cases.EventClockMoved, Clock: cases.ClockFirst, Due: today.Add(30), Day: today}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := list(chen, "?show=near"); !slices.Equal(got, sorted(mine[3])) {
			t.Errorf("near after an extension: %q", got)
		}

		// Lin had one more, and takes no part in it.
		assign(mine[5], cases.Accepted)
		err = w.Store.Write(t.Context(), func(tx *store.Tx) error {
			c, err := tx.CaseByNumber(mine[5])
			if err != nil {
				return err
			}
			_, err = tx.AddEvents(c.Key, c.Version, store.Event{Event: cases.Event{Kind: cases.EventSteppedAside, Member: "lin", Day: today}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var board struct {
			Columns []struct {
				Step   string
				States []string
				Count  int
				Rows   []struct{ Number string }
			}
		}
		for c, want := range map[*colleague]string{
			chen: "new:7/6 triaged:0/0 waiting:0/0 accepted:2/2 inquiry:1/1 paused:0/0 concluded:0/0 review:0/0 told:0/0 ",
			lin:  "new:0/0 triaged:0/0 waiting:0/0 accepted:1/1 inquiry:1/1 paused:0/0 concluded:0/0 review:0/0 told:0/0 ",
		} {
			c.get("work/unit-1/board", http.StatusOK, &board)
			got := ""
			for _, k := range board.Columns {
				got += fmt.Sprintf("%s:%d/%d ", k.Step, k.Count, len(k.Rows))
				n := 0
				for _, state := range k.States {
					n += len(list(c, "?state="+state))
				}
				if n != k.Count {
					t.Errorf("board of %s: %d under %s, %d in the list", c.member, k.Count, k.Step, n)
				}
			}
			if got != want {
				t.Errorf("board of %s: %s", c.member, got)
			}
		}

		type count struct {
			Day string
			N   int
		}
		var month struct {
			Days []count
			Off  []string
		}
		chen.get("work/unit-1/days?from="+today.Add(-2).String()+"&n=42", http.StatusOK, &month)
		want := []count{{today.Add(-1).String(), 1}, {soon, 2}, {today.Add(7).String(), 7}} // the day of the list follows a clock in the act that moves it, which this was none
		if !slices.Equal(month.Days, want) || len(month.Off) == 0 {
			t.Errorf("days: %v, off %v", month.Days, month.Off)
		}
		lin.get("work/unit-1/days?from="+today.String()+"&n=2", http.StatusOK, &month)
		if !slices.Equal(month.Days, []count{{soon, 1}}) {
			t.Errorf("days of lin: %v", month.Days)
		}

		var load struct {
			States []struct {
				State string
				N     int
			}
			Weeks    []count
			Warnings []struct {
				Clock string
				Level int
				N     int
			}
		}
		chen.get("work/unit-1/load", http.StatusOK, &load)
		n := 0
		for _, k := range load.Weeks {
			n += k.N
		}
		if len(load.Weeks) != 26 || n != 10 || load.States[0].N != 7 || len(load.Warnings) != 2 || load.Warnings[0].N != 3 || load.Warnings[1].N != 1 {
			t.Errorf("load: %d weeks, %d reports, %v, %v", len(load.Weeks), n, load.States, load.Warnings)
		}
		before := auditCount(t, w, "load")
		chen.get("work/unit-1/load", http.StatusOK, &load) // from memory, and yet a look
		if n := auditCount(t, w, "load"); n != before+1 {
			t.Errorf("%d looks at the load are written down, %d before", n, before)
		}
		lin.get("work/unit-1/load", http.StatusForbidden, nil)
		if !audited(t, w, "load", store.Refused) || !audited(t, w, "board", store.Allowed) {
			t.Error("the audit log tells nothing of it")
		}

		var known struct{ Numbers []string }
		ask, _ := json.Marshal(map[string][]string{"numbers": {mine[0], mine[1], "nonsense", cases.NewNumber(w.Pack.Prefix)}})
		for c, want := range map[*colleague][]string{chen: sorted(mine[0], mine[1]), lin: {mine[0]}} {
			c.post("work/unit-1/known", string(ask), http.StatusOK, &known)
			if slices.Sort(known.Numbers); !slices.Equal(known.Numbers, want) {
				t.Errorf("known to %s: %q", c.member, known.Numbers)
			}
		}
		for _, path := range []string{"work/unit-1/days?from=2026-02-30&n=3", "work/unit-1/days?from=2026-02-03&n=43", "work/unit-1/days?n=3", "work/unit-1/days?from=2026-02-03&n=", "work/unit-1/queue?ends=x"} {
			chen.get(path, http.StatusUnprocessableEntity, nil)
		}
		chen.get("work/unit-9/board", http.StatusNotFound, nil)
	})
}

// auditCount is how often an act stands in the audit log.
func auditCount(t *testing.T, w *apptest.World, act string) (n int) {
	t.Helper()
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		all, err := tx.AuditAfter(0, 1000)
		for _, e := range all {
			if e.Act == act {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestOwnFile: what a person keeps for themself comes back as it was, never takes the place of what they have not seen, is read by
// nobody else and goes with the account.
func TestOwnFile(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		w, h := deskWorld(t, fresh(t), nil)
		key, err := age.GenerateHybridIdentity()
		if err != nil {
			t.Fatal(err)
		}
		sealed := func(text string, to ...age.Recipient) []byte {
			t.Helper()
			var b bytes.Buffer
			out, err := age.Encrypt(&b, to...)
			if err != nil {
				t.Fatal(err)
			}
			out.Write([]byte(text))
			if err := out.Close(); err != nil {
				t.Fatal(err)
			}
			return b.Bytes()
		}
		body := func(version int, b []byte) string {
			return fmt.Sprintf(`{"version":%d,"sealed":"%s"}`, version, base64.StdEncoding.EncodeToString(b))
		}
		type file struct {
			Version int
			Sealed  []byte
		}
		own := func(c *colleague) (f file) {
			t.Helper()
			c.get("me/own", http.StatusOK, &f)
			return f
		}
		chen, lin := signIn(t, w, h, "chen"), signIn(t, w, h, "lin")
		if f := own(chen); f.Version != 0 || len(f.Sealed) != 0 {
			t.Errorf("before anything: %v", f)
		}
		one, two, other := sealed("one", key.Recipient()), sealed("two", key.Recipient()), sealed("other", key.Recipient())
		chen.post("me/own", body(2, one), http.StatusConflict, nil)
		chen.post("me/own", body(1, one), http.StatusOK, nil)
		chen.post("me/own", body(1, other), http.StatusConflict, nil) // another window, which has not seen the first
		chen.post("me/own", body(2, two), http.StatusOK, nil)
		chen.post("me/own", body(2, other), http.StatusConflict, nil)
		if f := own(chen); f.Version != 2 || !bytes.Equal(f.Sealed, two) {
			t.Errorf("version %d", f.Version)
		}
		if f := own(lin); f.Version != 0 {
			t.Error("somebody else has it")
		}
		for name, bad := range map[string]string{
			"in clear": body(3, []byte("in clear")), "to two": body(3, sealed("x", key.Recipient(), key.Recipient())), "version 0": body(0, one), "another field": `{"version":3,"sealed":"","x":1}`,
		} {
			if got := chen.do("POST", "me/own", bad).StatusCode; got != http.StatusUnprocessableEntity {
				t.Errorf("%s: status %d", name, got)
			}
		}
		large := make([]byte, staff.MaxOwnFile+1)
		copy(large, two)
		chen.post("me/own", body(3, large), http.StatusRequestEntityTooLarge, nil)
		chen.post("me/own", body(3, large[:seal.SealedSize(0, 1)+10]), http.StatusOK, nil)

		gu, token := w.SignsIn(t, h, deskOrigin, staff.Administrator)
		(&colleague{t, h, gu, token, "gu"}).post("people/remove", `{"account":"chen"}`, http.StatusOK, nil)
		chen.get("me/own", http.StatusUnauthorized, nil)
		err = w.Store.Read(t.Context(), func(tx *store.Tx) error {
			if _, err := tx.OwnFile("desk", "chen"); err == nil {
				t.Error("it is still there")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
