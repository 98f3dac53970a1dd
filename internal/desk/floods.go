package desk

import (
	"encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"strconv"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
)

// floodRoutes are for reports that are nearly the same: docs/design/0018-floods.md.
func (d *door) floodRoutes(wd *web.Door, lang i18n.Lang) {
	at := workAt(lang) + "{unit}/alike"
	wd.Handle("GET "+at, 0, workRead(d, lang, d.waiting))
	wd.Handle("POST "+at+"/reports", smallBody, workWrite(d, lang, d.reports))
	wd.Handle("GET "+at+"/sketches", 0, workRead(d, lang, d.sketches))
	// Twice what it may have, so that a list that is too large is refused in its own words.
	wd.Handle("POST "+at+"/sketches", 2*d.o.Casework.MostSketches(), workBody(d, lang, d.keepSketches))
}

func (d *door) waiting(v *visit, who *casework.Person) (any, error) {
	rows, next, more, err := d.o.Casework.Waiting(v.ctx, who, v.r.URL.Query().Get("after"))
	if err != nil {
		return nil, err
	}
	type rowJSON struct {
		Number   string        `json:"number"`
		Case     id.Case       `json:"case"`
		Category id.Category   `json:"category"`
		Lang     string        `json:"lang"`
		Day      workday.Day   `json:"day"`
		State    cases.State   `json:"state"`
		Danger   bool          `json:"danger"`
		Proposal *proposedJSON `json:"proposal"`
	}
	out := make([]rowJSON, 0, len(rows))
	for _, r := range rows {
		j := rowJSON{Number: r.Case.Number, Case: r.Case.ID, Category: r.Case.Category, Lang: r.Case.Lang, Day: r.Case.Day, State: r.Case.State, Danger: r.Danger}
		if p := r.Proposal; p != nil {
			j.Proposal = &proposedJSON{p.Kind, p.Code, p.Proposer}
		}
		out = append(out, j)
	}
	return map[string]any{"rows": out, "next": next, "more": more}, nil
}

func (d *door) reports(v *visit, who *casework.Person, in struct {
	Numbers []string `json:"numbers"`
}) (any, error) {
	found, err := d.o.Casework.Reports(v.ctx, who, in.Numbers)
	if err != nil {
		return nil, err
	}
	type reportJSON struct {
		Number string      `json:"number"`
		Case   id.Case     `json:"case"`
		Doc    id.Doc      `json:"doc"`
		Day    workday.Day `json:"day"`
		Size   int         `json:"size"`
	}
	heads := make([]reportJSON, len(found))
	bodies := make([][]byte, len(found))
	for i, f := range found {
		heads[i], bodies[i] = reportJSON{f.Number, f.Case, f.Doc, f.Day, len(f.Sealed)}, f.Sealed
	}
	return framed(map[string]any{"reports": heads}, bodies...)
}

func (d *door) sketches(v *visit, who *casework.Person) (any, error) {
	s, err := d.o.Casework.Sketches(v.ctx, who)
	if err != nil {
		return nil, err
	}
	return framed(map[string]int64{"version": s.Version}, s.Sealed)
}

// framed answers with the length of a head in four bytes, the head as JSON, and bytes as they are: in base64 a browser would take
// longer to read them than to open them.
func framed(head any, bodies ...[]byte) (any, error) {
	b, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	size := 4 + len(b)
	for _, body := range bodies {
		size += len(body)
	}
	return streamed(func(w http.ResponseWriter) error {
		h := w.Header()
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
		h.Set("Content-Length", strconv.Itoa(size))
		for _, part := range append([][]byte{binary.BigEndian.AppendUint32(nil, uint32(len(b))), b}, bodies...) {
			// A write error means that the browser left.
			_, _ = w.Write(part)
		}
		return nil
	}), nil
}

func (d *door) keepSketches(v *visit, who *casework.Person) (any, error) {
	q := v.r.URL.Query()
	version, err := strconv.ParseInt(q.Get("version"), 10, 64)
	if err != nil {
		return nil, badForm(err)
	}
	var since workday.Day
	if err := since.UnmarshalText([]byte(q.Get("since"))); err != nil {
		return nil, badForm(err)
	}
	sealed, err := io.ReadAll(v.r.Body)
	if err != nil {
		return nil, errs.Wrap(errs.Invalid, "web.bad_form", nil, err)
	}
	now, err := d.o.Casework.KeepSketches(v.ctx, who, version, since, sealed)
	if err != nil {
		return nil, err
	}
	return map[string]int64{"version": now}, nil
}
