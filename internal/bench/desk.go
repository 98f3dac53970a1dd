package bench

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

const (
	queueMost  = 50 // ms: a page of the queue, for 95 of 100
	deskBatch  = 2000
	deskUnit   = id.Unit("unit-1")
	titleBytes = 512
)

// Desk measures lists of a unit that has had so many cases, through the desk's handler in this process: session, roster, query,
// JSON, and the entry of the audit log, which is on the disk before the page leaves.
func Desk(n int) func(ctx context.Context, o Options) (*Report, error) {
	return func(ctx context.Context, o Options) (*Report, error) {
		return run(ctx, o, "desk", func(ctx context.Context, w *world, r *Report) error {
			if err := w.fillUnit(ctx, n); err != nil {
				return fmt.Errorf("making %d cases: %w", n, err)
			}
			if err := w.OpenDesk(ctx); err != nil {
				return err
			}
			h, err := w.DeskHandler()
			if err != nil {
				return err
			}
			return w.queueRows(ctx, r, h, n)
		})
	}
}

// fillUnit makes n cases in one unit, most of them closed, as years leave them. They are rows of the database without leaves and
// reports: nothing of a list reads those.
func (w *world) fillUnit(ctx context.Context, n int) error {
	today := workday.DayOf(w.o.Now(), w.Pack.Zone)
	act := cases.Act{Kind: cases.ActReceive, By: cases.Actor{Roles: []cases.Role{cases.System}}, Day: today, Doc: id.NewDoc()}
	events, err := w.Machine.Apply(cases.Case{}, nil, act)
	if err != nil {
		return err
	}
	for from := 0; from < n; from += deskBatch {
		err := w.Store.Write(ctx, func(tx *store.Tx) error {
			for i := from; i < min(n, from+deskBatch); i++ {
				if err := w.fileCase(tx, i, today, events); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// fileCase stores the i-th case. What it is follows from i, spread so that no list stands in the order of arrival.
func (w *world) fileCase(tx *store.Tx, i int, today workday.Day, received []cases.Event) error {
	mix := func(salt, n int) int { return int(uint32((i+salt)*2654435761)>>8) % n }
	states := [...]cases.State{cases.Received, cases.Triaged, cases.InInquiry, cases.InInquiry, cases.Closed, cases.Closed, cases.Closed, cases.Declined, cases.Closed, cases.Closed}
	c := cases.Case{
		ID: id.NewCase(), Number: cases.NewNumber(w.Pack.Prefix), Unit: deskUnit, Category: w.Pack.Categories[mix(1, len(w.Pack.Categories))].ID, Region: w.Pack.Regions[mix(2, len(w.Pack.Regions))].ID,
		Via: cases.ViaWeb, Lang: "zh-Hans", Contact: cases.Anonymous, Sealed: cases.SealedBrowser, Day: today.Add(-mix(3, 700)), State: states[mix(4, len(states))],
	}
	// A fifth is in somebody's hands, half of it in inquiry and the rest in every other column that a handler's board has.
	handled := c.State == cases.InInquiry
	others := [...]cases.State{cases.Accepted, cases.NeedsInfo, cases.Suspended, cases.Concluded, cases.Review, cases.FeedbackGiven}
	if at := mix(13, 2*len(others)+1); handled && at < len(others) {
		c.State = others[at]
	}
	if mix(5, 100) == 0 {
		c.Via = cases.ViaPhone
	}
	if mix(6, 50) == 0 {
		c.Lang = "en"
	}
	due := store.Due{Clock: cases.ClockInquiry, Day: today.Add(mix(7, 90) - 5)}
	if c.State == cases.Closed || c.State == cases.Declined {
		due = store.Due{}
	}
	events := make([]store.Event, len(received))
	for i, e := range received {
		events[i].Event = e
	}
	if handled {
		events = append(events, store.Event{Event: cases.Event{Kind: cases.EventAssigned, Member: [...]id.Member{"lin", "mei", "tao", "he"}[mix(8, 4)], Day: today}})
	}
	if mix(9, 40) == 0 {
		events = append(events, store.Event{Event: cases.Event{Kind: cases.EventAdded, Day: today}})
	}
	key, err := tx.AddCase(c, due, events...)
	if err != nil {
		return err
	}
	if mix(10, 5) == 0 {
		body := make([]byte, titleBytes)
		d := store.Doc{Case: key, Chain: cases.Inside, Seq: 1, ID: id.NewDoc(), Kind: string(seal.KindTitle), Unit: deskUnit, Day: today, Hash: sha256.Sum256(body)}
		if _, err := tx.AddDoc(d, body); err != nil {
			return err
		}
	}
	if c.State == cases.Triaged && mix(11, 50) == 0 {
		_, err = tx.AddProposal(store.Proposal{Case: key, Kind: cases.EventProposedDecline, Code: cases.D3, Doc: id.NewDoc(), Proposer: "chen"})
	}
	if mix(12, 20_000) == 0 {
		err = tx.RaiseDanger(key, w.o.Now())
	}
	return err
}

// deskSession signs a member in and gives their cookie.
func (w *world) deskSession(ctx context.Context, member string) (*http.Cookie, error) {
	p, ok := w.DeskMember(member)
	if !ok {
		return nil, fmt.Errorf("%s has no account", member)
	}
	start, err := w.Staff.Start(ctx, staff.Desk, id.Member(p.Account))
	if err != nil {
		return nil, err
	}
	login, _, err := seal.StaffKeys(p.Passphrase, start.Salt)
	if err != nil {
		return nil, err
	}
	msg, err := seal.StaffSignIn{Instance: w.Dir.Instance, Door: string(staff.Desk), Account: p.Account, Challenge: start.Challenge}.Message()
	if err != nil {
		return nil, err
	}
	code, err := staff.CodeOf(p.Factor, w.o.Now())
	if err != nil {
		return nil, err
	}
	in, err := w.Staff.Finish(ctx, staff.Desk, id.Member(p.Account), start.Challenge, ed25519.Sign(login, msg), code)
	return &http.Cookie{Name: "__Host-clarion-desk", Value: in.Token}, err
}

// memory is an answer that goes nowhere.
type memory struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (m *memory) Header() http.Header         { return m.header }
func (m *memory) WriteHeader(status int)      { m.status = status }
func (m *memory) Write(b []byte) (int, error) { return m.body.Write(b) }

// queueRows asks for each list again and again, one request after the other.
func (w *world) queueRows(ctx context.Context, r *Report, h http.Handler, n int) error {
	far, err := w.farPlace(ctx)
	if err != nil {
		return err
	}
	category, region, day := w.Pack.Categories[1].ID, w.Pack.Regions[1].ID, workday.DayOf(w.o.Now(), w.Pack.Zone).Add(-300)
	cookies := map[string]*http.Cookie{}
	for _, row := range []struct{ member, name, path, marker string }{
		{"chen", "first page", "queue?limit=25", `"number"`},
		{"chen", "a page far behind", "queue?limit=25&after=" + far, `"number"`},
		{"chen", "before triage", "queue?limit=25&show=triage", `"number"`},
		{"chen", "late", "queue?limit=25&show=late", `"number"`},
		{"chen", "new letters", "queue?limit=25&show=letters", `"number"`},
		{"zhao", "to approve", "queue?limit=25&show=approve", `"rows"`},
		{"chen", "a category", "queue?limit=25&category=" + string(category), `"number"`},
		{"chen", "a category, far behind", "queue?limit=25&category=" + string(category) + "&after=" + far, `"rows"`},
		{"chen", "a region and a state", "queue?limit=25&state=closed&region=" + string(region), `"rows"`},
		{"chen", "a day", "queue?limit=25&day=" + day.String(), `"rows"`},
		{"chen", "by telephone, in English", "queue?limit=25&via=phone&lang=en", `"rows"`},
		{"lin", "a handler's first page", "queue?limit=25", `"number"`},
		{"lin", "a handler's letters", "queue?limit=25&show=letters", `"rows"`},
		{"chen", "near their end", "queue?limit=25&show=near", `"rows"`},
		{"chen", "the board", "board", `"columns"`},
		{"lin", "a handler's board", "board", `"columns"`},
		{"chen", "a month of clocks", "days?n=42&from=" + workday.DayOf(w.o.Now(), w.Pack.Zone).Add(-10).String(), `"days"`},
		{"chen", "numbers beside the lists", "counts", `"triage"`},
		{"lin", "numbers beside a handler's lists", "counts", `"triage"`},
	} {
		if cookies[row.member] == nil {
			if cookies[row.member], err = w.deskSession(ctx, row.member); err != nil {
				return err
			}
		}
		name := fmt.Sprintf("queue of %d cases: %s", n, row.name)
		l, err := drive(ctx, 1, w.o.Span, func(int) (worker, error) {
			return worker{step: func() error { return w.askDesk(ctx, h, cookies[row.member], row.path, row.marker) }, close: func() {}}, nil
		})
		if err != nil {
			r.fail(name, err)
			continue
		}
		r.add(Row{Name: name, Value: l.percentile(0.95), Unit: "ms", P50: l.percentile(0.5), P99: l.percentile(0.99), Budget: atMost(queueMost), Note: "95 of 100 within"})
	}
	return ctx.Err()
}

// farPlace is a place behind nine tenths of the cases that no clock runs for, where most of the queue stands.
func (w *world) farPlace(ctx context.Context) (string, error) {
	far := ""
	err := w.Store.Read(ctx, func(tx *store.Tx) error {
		newest, err := tx.NewestCase()
		far = fmt.Sprintf("1.9999-12-31.%d", newest*9/10)
		return err
	})
	return far, err
}

func (w *world) askDesk(ctx context.Context, h http.Handler, c *http.Cookie, path, marker string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.Config.Desk.URL+"/zh/api/"+strings.Join([]string{"work", string(deskUnit), path}, "/"), http.NoBody)
	if err != nil {
		return err
	}
	r.AddCookie(c)
	m := &memory{header: http.Header{}, status: http.StatusOK}
	h.ServeHTTP(m, r)
	if m.status != http.StatusOK || !bytes.Contains(m.body.Bytes(), []byte(marker)) {
		return fmt.Errorf("answered %d: %.200s", m.status, m.body.Bytes())
	}
	return nil
}
