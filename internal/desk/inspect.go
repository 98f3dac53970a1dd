package desk

import (
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/oversight"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
)

// watcher is the person of a session as the oversight knows people.
func (v *visit) watcher() oversight.Who { return oversight.Who{Account: v.me.Account, Role: v.me.Role} }

// inspectRoutes are the inspector's: they exist at the inspector's door only.
func (d *door) inspectRoutes(wd *web.Door, lang i18n.Lang) {
	at := "/" + lang.Segment() + "/api/"
	wd.Handle("GET "+at+"alarms", 0, read(d, lang, d.alarms))
	wd.Handle("POST "+at+"alarms/settle", smallBody, write(d, lang, func(v *visit, in struct {
		Alarm int64 `json:"alarm"`
	}) (any, error) {
		return nil, d.o.Oversight.Settle(v.ctx, v.watcher(), in.Alarm)
	}))
	wd.Handle("GET "+at+"audit", 0, read(d, lang, d.auditPage))
	wd.Handle("POST "+at+"audit/verify", smallBody, write(d, lang, d.auditVerify))
	wd.Handle("GET "+at+"notices", 0, read(d, lang, d.notices))
	wd.Handle("POST "+at+"notices/seen", smallBody, write(d, lang, func(v *visit, _ struct{}) (any, error) { return nil, d.o.Oversight.Seen(v.ctx, v.watcher()) }))
	wd.Handle("GET "+at+"clocks", 0, read(d, lang, d.clocks))
	wd.Handle("GET "+at+"suspended", 0, read(d, lang, d.suspended))
	wd.Handle("POST "+at+"suspended/look", smallBody, write(d, lang, func(v *visit, in struct {
		Number string `json:"number"`
	}) (any, error) {
		return nil, d.o.Oversight.LookAt(v.ctx, v.watcher(), in.Number)
	}))
	wd.Handle("GET "+at+"samples", 0, read(d, lang, d.samples))
	wd.Handle("POST "+at+"samples/ask", smallBody, write(d, lang, d.sampleAsk))
	wd.Handle("GET "+at+"samples/{sample}", 0, read(d, lang, d.sampleOpen))
	d.reviewRoutes(wd, lang)
}

// officeName is what people call an office.
func (d *door) officeName(v *visit, unit id.Unit) string {
	if o, ok := d.o.Pack.Office(unit); ok {
		return o.Name.In(string(v.lang))
	}
	return string(unit)
}

// clockTime is a time in the authority's zone, to the minute: 2026-11-22 09:30.
func (d *door) clockTime(t time.Time) string { return t.In(d.o.Pack.Zone).Format("2006-01-02 15:04") }

// place reads the number of a page; "" is 0.
func place(v *visit, name string) (int64, error) {
	s := v.r.URL.Query().Get(name)
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, errs.Wrap(errs.Invalid, "oversight.bad_page", nil, err)
	}
	return n, nil
}

type alarmJSON struct {
	Alarm   int64           `json:"alarm"`
	Kind    string          `json:"kind"`
	At      string          `json:"at"` // minute, in the authority's zone
	Who     id.Member       `json:"who"`
	Office  string          `json:"office"`
	Number  string          `json:"number"`
	Detail  json.RawMessage `json:"detail,omitempty"`
	By      id.Member       `json:"by"`
	Settled workday.Day     `json:"settled"`
}

func (d *door) alarmsJSON(v *visit, in []oversight.Alarm) []alarmJSON {
	out := []alarmJSON{}
	for _, a := range in {
		j := alarmJSON{a.Key, string(a.Kind), d.clockTime(a.At), a.Who, "", a.Number, a.Detail, a.SettledBy, a.Settled}
		if a.Unit != "" {
			j.Office = d.officeName(v, a.Unit)
		}
		out = append(out, j)
	}
	return out
}

func (d *door) alarms(v *visit) (any, error) {
	before, err := place(v, "after")
	if err != nil {
		return nil, err
	}
	all, err := d.o.Oversight.Alarms(v.ctx, v.watcher(), before)
	if err != nil {
		return nil, err
	}
	type late struct {
		Office string `json:"office"`
		Count  int64  `json:"count"`
	}
	offices := []late{}
	for _, l := range all.Late {
		offices = append(offices, late{d.officeName(v, l.Unit), l.Count})
	}
	return map[string]any{"open": d.alarmsJSON(v, all.Open), "late": offices, "settled": d.alarmsJSON(v, all.Settled), "next": all.Next}, nil
}

type auditJSON struct {
	Seq     int64           `json:"seq"`
	At      string          `json:"at"`
	Who     id.Member       `json:"who"`
	Office  string          `json:"office"`
	Act     string          `json:"act"`
	Number  string          `json:"number"`
	Outcome string          `json:"outcome"`
	Detail  json.RawMessage `json:"detail,omitempty"`
	Hash    string          `json:"hash"`
	Fits    bool            `json:"fits"`
}

func (d *door) auditPage(v *visit) (any, error) {
	before, err := place(v, "after")
	if err != nil {
		return nil, err
	}
	q := v.r.URL.Query()
	f := oversight.Filter{Who: id.Member(q.Get("who")), Unit: id.Unit(q.Get("unit")), Act: q.Get("act"), Outcome: oversight.Outcome(q.Get("outcome"))}
	if s := q.Get("day"); s != "" {
		if f.Day, err = workday.ParseDay(s); err != nil {
			return nil, errs.Wrap(errs.Invalid, "oversight.bad_page", nil, err)
		}
	}
	page, err := d.o.Oversight.Audit(v.ctx, v.watcher(), before, f)
	if err != nil {
		return nil, err
	}
	entries := []auditJSON{}
	for _, e := range page.Entries {
		j := auditJSON{e.Seq, d.clockTime(e.At), e.Who, "", e.Act, e.Number, string(e.Outcome), e.Detail, hex.EncodeToString(e.Hash[:]), e.Fits}
		if e.Unit != "" {
			j.Office = d.officeName(v, e.Unit)
		}
		entries = append(entries, j)
	}
	offices := []namedJSON{}
	for _, o := range d.o.Pack.Offices {
		offices = append(offices, namedJSON{string(o.ID), o.Name.In(string(v.lang))})
	}
	return map[string]any{"entries": entries, "next": page.Next, "offices": offices}, nil
}

func (d *door) auditVerify(v *visit, in struct {
	After int64 `json:"after"`
}) (any, error) {
	w, err := d.o.Oversight.Verify(v.ctx, v.watcher(), max(0, in.After))
	if err != nil {
		return nil, err
	}
	return map[string]any{"last": w.Last, "size": w.Size, "head": w.Head, "broken": w.Broken}, nil
}

func (d *door) notices(v *visit) (any, error) {
	all, err := d.o.Oversight.Notices(v.ctx, v.watcher())
	if err != nil {
		return nil, err
	}
	type moved struct {
		Role  string   `json:"role"`
		ID    string   `json:"id"`
		Name  string   `json:"name"`
		How   string   `json:"how"`
		Roles []string `json:"roles"`
		Words string   `json:"words"`
	}
	type notice struct {
		Office  string   `json:"office"` // "" is the list of keys
		Version int64    `json:"version"`
		Day     string   `json:"day"`
		Signers []string `json:"signers"`
		Moved   []moved  `json:"moved"`
		Sound   bool     `json:"sound"`
		New     bool     `json:"new"`

		Kit *renewalJSON `json:"kit"` // the recovery kit that came with a list, without holders
	}
	out := []notice{}
	for _, n := range all {
		j := notice{"", n.Version, n.Day, append([]string{}, n.Signers...), []moved{}, n.Sound, n.New, d.kitNotice(v, n.Kit)}
		if n.Unit != "" {
			j.Office = d.officeName(v, n.Unit)
		}
		for _, m := range n.Moved {
			name := m.Name
			if m.Role == "office" {
				name = d.officeName(v, id.Unit(m.ID))
			}
			j.Moved = append(j.Moved, moved{m.Role, m.ID, name, m.How, append([]string{}, m.Roles...), m.Words})
		}
		out = append(out, j)
	}
	return map[string]any{"notices": out}, nil
}

func (d *door) clocks(v *visit) (any, error) {
	var after oversight.LateAt
	if s := v.r.URL.Query().Get("after"); s != "" {
		day, key, ok := strings.Cut(s, "_")
		n, err := strconv.ParseInt(key, 10, 64)
		if _, derr := workday.ParseDay(day); !ok || err != nil || derr != nil {
			return nil, errs.New(errs.Invalid, "oversight.bad_page", nil)
		}
		after = oversight.LateAt{Due: day, Key: n}
	}
	page, next, more, err := d.o.Oversight.Clocks(v.ctx, v.watcher(), after)
	if err != nil {
		return nil, err
	}
	type late struct {
		Number string          `json:"number"`
		Office string          `json:"office"`
		State  cases.State     `json:"state"`
		Clock  cases.ClockKind `json:"clock"`
		Due    workday.Day     `json:"due"`

		Reached string `json:"reached"` // "" before the first look of the day
	}
	out := []late{}
	for _, c := range page {
		reached := ""
		if !c.Reached.IsZero() {
			reached = c.Reached.String()
		}
		out = append(out, late{c.Number, d.officeName(v, c.Unit), c.State, c.Clock, c.Due, reached})
	}
	cursor := ""
	if more {
		cursor = next.Due + "_" + strconv.FormatInt(next.Key, 10)
	}
	return map[string]any{"cases": out, "next": cursor}, nil
}

func (d *door) suspended(v *visit) (any, error) {
	all, err := d.o.Oversight.Suspended(v.ctx, v.watcher())
	if err != nil {
		return nil, err
	}
	type waiting struct {
		Number string      `json:"number"`
		Office string      `json:"office"`
		Since  workday.Day `json:"since"`
		Due    workday.Day `json:"due"`
	}
	out := []waiting{}
	for _, c := range all {
		out = append(out, waiting{c.Number, d.officeName(v, c.Unit), c.Since, c.Due})
	}
	return map[string]any{"cases": out}, nil
}
