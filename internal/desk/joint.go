package desk

import (
	"context"
	"strconv"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
)

// jointRoutes let another office read a case, and show the cases of others that the person's office reads (docs/design/0017-transfer.md).
func (d *door) jointRoutes(wd *web.Door, lang i18n.Lang) {
	at := workAt(lang) + "{unit}/"
	wd.Handle("POST "+at+"case/{number}/share", copyBody, workWrite(d, lang, d.shareCase))
	wd.Handle("POST "+at+"case/{number}/unshare", smallBody, workWrite(d, lang, d.unshareCase))
	wd.Handle("POST "+at+"case/{number}/lead", smallBody, workWrite(d, lang, d.leadOfCase))
	wd.Handle("POST "+at+"case/{number}/pass", copyBody, workWrite(d, lang, d.passCase))
	wd.Handle("GET "+at+"shared", 0, workRead(d, lang, d.sharedCases))
	wd.Handle("GET "+at+"shared/{number}", 0, workRead(d, lang, d.openShared))
	wd.Handle("POST "+at+"shared/{number}/note", caseBody, workWrite(d, lang, d.noteShared))
}

// readsJSON is an office that reads a case beside its own.
type readsJSON struct {
	Unit  id.Unit       `json:"unit"`
	Since workday.Day   `json:"since"`
	Docs  []id.Doc      `json:"docs"`
	Lead  casework.Lead `json:"lead"` // it was asked to take the case over, or will
}

func joinedOf(all []casework.Joined) []readsJSON {
	out := []readsJSON{}
	for _, j := range all {
		out = append(out, readsJSON{j.Unit, j.Since, append([]id.Doc{}, j.Given...), j.Lead})
	}
	return out
}

// wroteJSON is an office with every version of its roster, oldest first, as they were signed.
type wroteJSON struct {
	Unit    id.Unit  `json:"unit"`
	Rosters [][]byte `json:"rosters"`
}

func (d *door) rostersOf(ctx context.Context, units []id.Unit) ([]wroteJSON, error) {
	out := []wroteJSON{}
	for _, u := range units {
		files, err := d.o.Casework.RosterFiles(ctx, u)
		if err != nil {
			return nil, err
		}
		out = append(out, wroteJSON{u, files})
	}
	return out, nil
}

// headerJSON is a document's file key, sealed once more.
type headerJSON struct {
	Doc    id.Doc `json:"doc"`
	Header []byte `json:"header"`
}

func headersOf(all []headerJSON) (out []casework.Header) {
	for _, h := range all {
		out = append(out, casework.Header(h))
	}
	return out
}

func (d *door) shareCase(v *visit, who *casework.Person, in struct {
	Unit    id.Unit      `json:"unit"`
	Headers []headerJSON `json:"headers"`
}) (any, error) {
	return nil, d.o.Casework.Share(v.ctx, who, v.r.PathValue("number"), in.Unit, headersOf(in.Headers))
}

// leadOfCase asks an office that reads a case to take it over, or answers for it.
func (d *door) leadOfCase(v *visit, who *casework.Person, in struct {
	Unit id.Unit `json:"unit"`
	Step string  `json:"step"` // ask, take or keep
}) (any, error) {
	number := v.r.PathValue("number")
	switch in.Step {
	case "ask":
		return nil, d.o.Casework.OfferLead(v.ctx, who, number, in.Unit)
	case "take":
		return nil, d.o.Casework.TakeLead(v.ctx, who, number)
	case "keep":
		return nil, d.o.Casework.KeepLead(v.ctx, who, number, in.Unit)
	default:
		return nil, errs.New(errs.Invalid, "web.bad_form", nil)
	}
}

func (d *door) passCase(v *visit, who *casework.Person, in struct {
	Unit    id.Unit      `json:"unit"`
	Seen    int64        `json:"seen"`
	Letter  writtenJSON  `json:"letter"`
	Headers []headerJSON `json:"headers"`
}) (any, error) {
	letter, err := in.Letter.document()
	if err != nil {
		return nil, err
	}
	return nil, d.o.Casework.PassLead(v.ctx, who, casework.HandOver{Number: v.r.PathValue("number"), Unit: in.Unit, Seen: in.Seen, Letter: letter, Headers: headersOf(in.Headers)})
}

func (d *door) unshareCase(v *visit, who *casework.Person, in struct {
	Unit id.Unit `json:"unit"`
}) (any, error) {
	return nil, d.o.Casework.Unshare(v.ctx, who, v.r.PathValue("number"), in.Unit)
}

// sharedRowJSON is a case of another office in the list. Day and Clock are of what ends next, "" for nothing.
type sharedRowJSON struct {
	routingJSON
	Unit  id.Unit       `json:"unit"`
	Since workday.Day   `json:"since"`
	Clock string        `json:"clock"`
	Due   workday.Day   `json:"due"`
	Lead  casework.Lead `json:"lead"`
}

func (d *door) sharedCases(v *visit, who *casework.Person) (any, error) {
	var after int64
	if given := v.r.URL.Query().Get("after"); given != "" {
		var err error
		if after, err = strconv.ParseInt(given, 10, 64); err != nil {
			return nil, errs.Wrap(errs.Invalid, "web.bad_form", nil, err)
		}
	}
	rows, more, err := d.o.Casework.Shared(v.ctx, who, after)
	if err != nil {
		return nil, err
	}
	out := []sharedRowJSON{}
	for _, r := range rows {
		out = append(out, sharedRowJSON{routingJSON: d.routing(r.Case, false, "", time.Time{}), Unit: r.Case.Unit, Since: r.Since, Clock: string(r.Due.Clock), Due: r.Due.Day, Lead: r.Lead})
		after = r.Case.Key
	}
	next := ""
	if more {
		next = strconv.FormatInt(after, 10)
	}
	return map[string]any{"rows": out, "next": next}, nil
}

// sharedJSON is a case of another office as this one was given it.
type sharedJSON struct {
	routingJSON
	Unit    id.Unit       `json:"unit"`
	Since   workday.Day   `json:"since"`
	Clocks  []clockJSON   `json:"clocks"`
	Docs    []docJSON     `json:"docs"`
	Offices []wroteJSON   `json:"offices"` // the case's own first, then those that wrote in it
	Seq     int64         `json:"seq"`     // of the last document inside, 0 for none
	Last    string        `json:"last"`    // its hash
	Ends    bool          `json:"ends"`    // who is here may end it for their office, and answer for it
	Lead    casework.Lead `json:"lead"`    // this office was asked to take the case over, or will
	Asker   bool          `json:"asker"`   // who is here asked it
}

func (d *door) openShared(v *visit, who *casework.Person) (any, error) {
	f, err := d.o.Casework.OpenShared(v.ctx, who, v.r.PathValue("number"))
	if err != nil {
		return nil, err
	}
	out := sharedJSON{routingJSON: d.routing(f.Case, false, "", time.Time{}), Unit: f.Case.Unit, Since: f.Since, Clocks: d.clocksOf(f.Clocks), Docs: []docJSON{},
		Seq: f.Last.Seq, Last: f.Last.Sealed, Ends: f.Ends, Lead: f.Lead, Asker: f.Asker}
	for _, doc := range f.Docs {
		out.Docs = append(out.Docs, docOf(doc))
	}
	out.Offices, err = d.rostersOf(v.ctx, append([]id.Unit{f.Case.Unit}, f.Offices...))
	return out, err
}

func (d *door) noteShared(v *visit, who *casework.Person, in struct {
	Doc writtenJSON `json:"doc"`
}) (any, error) {
	doc, err := in.Doc.document()
	if err != nil {
		return nil, err
	}
	return nil, d.o.Casework.NoteShared(v.ctx, who, v.r.PathValue("number"), doc)
}
