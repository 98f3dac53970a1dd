package app_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/seal"
)

type waitingAnswer struct {
	Rows []struct {
		Number, Case, Lang, Day, State string
		Danger                         bool
		Proposal                       *struct{ Kind, Code, By string }
	}
	Next string
	More bool
}

// framed reads an answer of a head and bytes.
func (c *colleague) framed(method, path, body string, head any) (rest []byte) {
	c.t.Helper()
	resp := c.do(method, path, body)
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || len(b) < 4 || resp.Header.Get("Content-Type") != "application/octet-stream" {
		c.t.Fatalf("%s: status %d, %d bytes, %v", path, resp.StatusCode, len(b), err)
	}
	n := 4 + binary.BigEndian.Uint32(b)
	if err := json.Unmarshal(b[4:n], head); err != nil {
		c.t.Fatalf("%s: %v", path, err)
	}
	return b[n:]
}

type reportsAnswer struct {
	Reports []struct {
		Number, Day string
		Case        id.Case
		Doc         id.Doc
		Size        int
	}
}

// TestDeskFloods: who does triage or approves is handed waiting reports in bounded answers, counted; a handler gets neither them
// nor the list of sketches, and of two who write it at once the second is told.
func TestDeskFloods(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		w, h := deskWorld(t, fresh(t), map[string]string{"desk.handouts": "7", "desk.sketches": "1MiB"})
		today := w.Casework.Today()
		all := reports(t, w, 6, func(i int, r *storetest.Report) {
			switch i {
			case 1, 2, 3, 4:
				r.Body = bytes.Repeat([]byte{byte(i)}, 1<<20) // larger than one answer together
				r.Doc.Hash = sha256.Sum256(r.Body)
			case 5:
				r.Case.Danger = true
			}
		})
		other := reports(t, w, 1, func(_ int, r *storetest.Report) { r.Case.Unit = "unit-2" })
		set := func(number string, state cases.State) {
			t.Helper()
			if err := w.Store.Write(t.Context(), func(tx *store.Tx) error {
				c, err := tx.CaseByNumber(number)
				if err != nil {
					return err
				}
				_, err = tx.AddEvents(c.Key, c.Version, store.Event{Event: cases.Event{Kind: cases.EventAssigned, Member: "lin", Day: today, To: state}})
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		set(all[0], cases.Triaged)
		gone := reports(t, w, 1, nil)[0]
		set(gone, cases.InInquiry)
		chen, zhao, lin := signIn(t, w, h, "chen"), signIn(t, w, h, "zhao"), signIn(t, w, h, "lin")

		var list waitingAnswer
		for _, c := range []*colleague{chen, zhao} {
			c.get("work/unit-1/alike", http.StatusOK, &list)
			var got []string
			for _, r := range list.Rows {
				got = append(got, r.Number)
			}
			want := slices.Clone(all)
			slices.Sort(want)
			if first := got[0]; first != all[5] || !list.Rows[0].Danger {
				t.Errorf("first is %s, not the danger", first)
			}
			if slices.Sort(got); !slices.Equal(got, want) || list.More || list.Next != "" {
				t.Errorf("%s sees %q, want %q", c.member, got, want)
			}
		}
		body := func(numbers ...string) string {
			b, err := json.Marshal(map[string]any{"numbers": numbers})
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		ask := slices.Concat(all, other, []string{gone})
		left := ask
		var answers []int
		got := map[string]int{}
		for range 4 {
			var a reportsAnswer
			rest := chen.framed("POST", "work/unit-1/alike/reports", body(left...), &a)
			answers = append(answers, len(a.Reports))
			for _, r := range a.Reports {
				got[r.Number], rest = r.Size, rest[r.Size:]
				left = slices.DeleteFunc(slices.Clone(left), func(n string) bool { return n == r.Number })
			}
			if len(rest) != 0 {
				t.Errorf("%d bytes too many", len(rest))
			}
		}
		if want := []int{4, 2, 0, 0}; !slices.Equal(answers, want) || len(got) != 6 || got[all[0]] != 64 || got[all[1]] != 1<<20 || got[other[0]]+got[gone] != 0 {
			t.Errorf("answers %v of %v", answers, got)
		}
		for _, bad := range []string{body("nonsense"), body(slices.Repeat(all[:1], 101)...), `{"number":[]}`} {
			chen.post("work/unit-1/alike/reports", bad, http.StatusUnprocessableEntity, nil)
		}
		chen.get("work/unit-1/alike?after=x", http.StatusUnprocessableEntity, nil)

		sealed := sealedList(t, w.Key(t, "unit-1").Age.Recipient(), 1000)
		holds := func(c *colleague, version int64, body string) {
			t.Helper()
			var head struct{ Version int64 }
			if b := c.framed("GET", "work/unit-1/alike/sketches", "", &head); head.Version != version || string(b) != body {
				t.Errorf("version %d, %d bytes; want %d, %d bytes", head.Version, len(b), version, len(body))
			}
		}
		put := func(c *colleague, version int, body string, status int) {
			t.Helper()
			c.post(fmt.Sprintf("work/unit-1/alike/sketches?version=%d&since=%s", version, today), body, status, nil)
		}
		holds(chen, 0, "")
		put(chen, 0, sealed, http.StatusOK)
		put(zhao, 0, sealed, http.StatusConflict)
		holds(zhao, 1, sealed)
		second := sealedList(t, w.Key(t, "unit-1").Age.Recipient(), 2000)
		put(zhao, 1, second, http.StatusOK)
		put(chen, 1, sealed, http.StatusConflict)
		put(chen, 2, "no age file", http.StatusUnprocessableEntity)
		put(chen, 2, sealedList(t, w.Key(t, "unit-1").Age.Recipient(), 1<<20), http.StatusRequestEntityTooLarge)
		chen.post("work/unit-1/alike/sketches?version=x&since=2026-01-01", sealed, http.StatusUnprocessableEntity, nil)
		chen.post("work/unit-1/alike/sketches?version=2&since=", sealed, http.StatusUnprocessableEntity, nil)
		holds(chen, 2, second)

		// No handler, even one to whom such a case was given, and nobody of another unit.
		lin.get("work/unit-1/alike", http.StatusForbidden, nil)
		lin.post("work/unit-1/alike/reports", body(all[0]), http.StatusForbidden, nil)
		lin.get("work/unit-1/alike/sketches", http.StatusForbidden, nil)
		put(lin, 2, sealed, http.StatusForbidden)
		chen.get("work/unit-9/alike", http.StatusNotFound, nil)
		token := chen.token
		chen.token = "x"
		chen.post("work/unit-1/alike/reports", body(all[0]), http.StatusForbidden, nil)
		put(chen, 2, sealed, http.StatusForbidden)
		chen.token = token

		floodsAudited(t, w.Store, []string{
			`chen allowed keep_sketches {"size":` + fmt.Sprint(len(sealed)) + `}`, `chen allowed reports {"count":2}`, `chen allowed reports {"count":4}`, `chen allowed sketches {"count":1}`,
			`chen allowed waiting`, `chen denied keep_sketches {"why":"casework.not_sealed"}`, `chen denied keep_sketches {"why":"casework.sketches_full"}`, `chen denied keep_sketches {"why":"store.sketches_changed"}`,
			`chen denied keep_sketches {"why":"web.bad_form"}`,
			`lin denied keep_sketches {"why":"casework.role"}`, `lin denied reports {"why":"casework.role"}`, `lin denied sketches {"why":"casework.role"}`, `lin denied waiting {"why":"casework.role"}`,
			`zhao allowed keep_sketches {"size":` + fmt.Sprint(len(second)) + `}`, `zhao allowed sketches {"count":1}`, `zhao allowed waiting`, `zhao denied keep_sketches {"why":"store.sketches_changed"}`,
		})
		read := func(fn func(tx *store.Tx) error) {
			t.Helper()
			if err := w.Store.Read(t.Context(), fn); err != nil {
				t.Fatal(err)
			}
		}
		alarms := func(want int) {
			t.Helper()
			read(func(tx *store.Tx) error {
				open, err := tx.OpenAlarms(0, 10)
				if len(open) != want || want > 0 && (open[0].Kind != store.AlarmHandOuts || open[0].Who != "chen") {
					t.Errorf("alarms: %+v", open)
				}
				return err
			})
		}
		alarms(0) // 6 reports and the list once
		chen.post("work/unit-1/alike/reports", body(all[0]), http.StatusOK, nil)
		alarms(1)
		if err := w.Store.Write(t.Context(), func(tx *store.Tx) error {
			c, err := tx.CaseByNumber(all[0])
			if err != nil {
				return err
			}
			_, err = tx.EraseCase(c.Key)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		holds(chen, 3, "")
	})
}

// sealedList is n bytes sealed to one key.
func sealedList(t *testing.T, to seal.Recipient, n int) string {
	t.Helper()
	b, err := seal.Seal(make([]byte, n), to)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// floodsAudited compares the different entries about floods with want, which is in order.
func floodsAudited(t *testing.T, s *store.Store, want []string) {
	t.Helper()
	err := s.Read(t.Context(), func(tx *store.Tx) error {
		entries, err := tx.AuditAfter(0, 10_000)
		var got []string
		for _, e := range entries {
			if slices.Contains([]string{"waiting", "reports", "sketches", "keep_sketches"}, e.Act) {
				got = append(got, strings.TrimSpace(fmt.Sprint(e.Who, " ", e.Outcome, " ", e.Act, " ", string(e.Detail))))
			}
		}
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("audit:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
