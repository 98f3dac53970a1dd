package desk

import (
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// caseBody holds the three documents of an act that could be the largest, in base64; copyBody a few such letters.
const (
	caseBody = 3 * (seal.MaxSealed * 4 / 3) // MaxSealed is far above any text that a member writes
	copyBody = 16 << 20
)

// caseRoutes are about one case.
func (d *door) caseRoutes(wd *web.Door, lang i18n.Lang) {
	at := workAt(lang) + "{unit}/case/{number}"
	wd.Handle("GET "+at, 0, workRead(d, lang, d.openCase))
	wd.Handle("POST "+at+"/act", caseBody, workWrite(d, lang, d.actOnCase))
	wd.Handle("POST "+at+"/write", caseBody, workWrite(d, lang, d.writeInCase))
	wd.Handle("POST "+at+"/letter", smallBody, workWrite(d, lang, d.letterOfCase))
	wd.Handle("POST "+at+"/person", smallBody, workWrite(d, lang, d.personLetter))
	wd.Handle("POST "+at+"/reseal", copyBody, workWrite(d, lang, d.resealLetters))
	// One byte more than a file may have, so that one that is too large is refused in the words for files.
	wd.Handle("POST "+at+"/upload", d.o.Casework.MaxFile()+1, workBody(d, lang, d.uploadFile))
	wd.Handle("GET "+at+"/file/{blob}", 0, workRead(d, lang, d.fileOfCase))
}

// caseJSON is a case as docs/design/0012-cases-at-the-desk.md gives it.
type caseJSON struct {
	routingJSON
	Unit      id.Unit         `json:"unit"`
	Flagged   bool            `json:"flagged"`
	Standing  bool            `json:"standing"` // who asks stands in for the handler
	Identity  string          `json:"identity"`
	Events    []eventJSON     `json:"events"`
	Clocks    []clockJSON     `json:"clocks"`
	Docs      []docJSON       `json:"docs"`
	Mailbox   *keysJSON       `json:"mailbox"`
	FirstKeys []keysJSON      `json:"first_keys"`
	Acts      []offerJSON     `json:"acts"`
	Proposal  *proposalJSON   `json:"proposal"`
	Handlers  []handsJSON     `json:"handlers"`
	Others    []namedJSON     `json:"others"`  // who may see it, beside who asks
	Aside     []namedJSON     `json:"aside"`   // who take no part
	Samples   []askedJSON     `json:"samples"` // one at most
	Templates []pack.Template `json:"templates"`
	Parent    *linkedJSON     `json:"parent"`
	Linked    []linkedJSON    `json:"linked"`
	Joined    []readsJSON     `json:"joined"`  // offices that read it beside its own
	Could     []id.Unit       `json:"could"`   // offices that this person could let read it, or more of it
	Leads     []id.Unit       `json:"leads"`   // offices that this person could ask to take it over
	Offices   []wroteJSON     `json:"offices"` // that wrote in it beside its own
}

// linkedJSON is another case of the office that this one is tied to.
type linkedJSON struct {
	Number  string      `json:"number"`
	State   cases.State `json:"state"`
	Finding cases.Code  `json:"finding"` // of the earlier case, once it was told
}

// handsJSON is somebody to whom the case can be given.
type handsJSON struct {
	namedJSON
	Reads bool        `json:"reads"` // the case's language, as they say
	Away  workday.Day `json:"away"`  // the last day of their absence today, "" for none
}

type eventJSON struct {
	Seq    int64           `json:"seq"`
	Kind   cases.EventKind `json:"kind"`
	Day    workday.Day     `json:"day"`
	At     string          `json:"at"`
	Member id.Member       `json:"member"`
	For    id.Member       `json:"for"` // in whose place, "" for nobody's
	From   cases.State     `json:"from"`
	To     cases.State     `json:"to"`
	Code   cases.Code      `json:"code"`
	Doc    string          `json:"doc"`
	Clock  cases.ClockKind `json:"clock"`
	Due    workday.Day     `json:"due"`
}

type clockJSON struct {
	Clock   cases.ClockKind  `json:"clock"`
	Started workday.Day      `json:"started"`
	Due     workday.Day      `json:"due"`
	State   cases.ClockState `json:"state"`
	Used    int              `json:"used"`
	Elapsed int              `json:"elapsed"`
	Settled workday.Day      `json:"settled"`
	Late    bool             `json:"late"`
	Theirs  bool             `json:"theirs"` // not the office's time
	// Provisional: counted in working days up to a day whose holidays nobody has published.
	Provisional bool `json:"provisional"`
}

type docJSON struct {
	Chain    cases.Chain `json:"chain"`
	Seq      int64       `json:"seq"`
	Doc      id.Doc      `json:"doc"`
	Kind     string      `json:"kind"`
	Unit     id.Unit     `json:"unit"`
	Day      workday.Day `json:"day"`
	Hash     string      `json:"hash"`
	Prev     string      `json:"prev"`
	Sealed   []byte      `json:"sealed"`
	Waiting  bool        `json:"waiting"`
	Given    bool        `json:"given"`    // the office's own header stands before it: Hash is of other bytes
	Withheld bool        `json:"withheld"` // from when another office had the case, and not handed over with it
	Files    []blobJSON  `json:"files"`
}

type blobJSON struct {
	Blob id.Blob `json:"blob"`
	Size int64   `json:"size"`
}

type keysJSON struct {
	Recipient string `json:"recipient"`
	Sign      string `json:"sign"` // base64url
}

type offerJSON struct {
	Act cases.ActKind `json:"act"`
	Why string        `json:"why"`
}

type proposalJSON struct {
	Seq            int64           `json:"seq"`
	Kind           cases.EventKind `json:"kind"`
	Code           cases.Code      `json:"code"`
	Doc            string          `json:"doc"`
	By             id.Member       `json:"by"`
	Approvals      int             `json:"approvals"`
	Needed         int             `json:"needed"`
	Refusals       int             `json:"refusals"`
	RefusalsNeeded int             `json:"refusals_needed"`
}

func (d *door) openCase(v *visit, who *casework.Person) (any, error) {
	f, err := d.o.Casework.Open(v.ctx, who, v.r.PathValue("number"))
	if err != nil {
		return nil, err
	}
	out := caseJSON{
		routingJSON: d.routing(f.Case, f.Danger, f.Handler, f.Raised), Unit: f.Case.Unit, Standing: who.InPlaceOf(f.Handler), Flagged: f.Case.Danger, Identity: f.Identity,
		Events: []eventJSON{}, Docs: []docJSON{}, FirstKeys: []keysJSON{}, Acts: []offerJSON{}, Handlers: []handsJSON{}, Others: []namedJSON{}, Aside: []namedJSON{},
		Samples: []askedJSON{}, Templates: casework.Letters(), Linked: []linkedJSON{}, Proposal: proposalOf(f.Events),
	}
	for _, e := range f.Events {
		out.Events = append(out.Events, d.eventOf(e))
	}
	out.Clocks = d.clocksOf(f.Clocks)
	for _, chain := range []cases.Chain{cases.FromReporter, cases.FromUnit, cases.Inside} {
		for _, doc := range f.Chains[chain] {
			out.Docs = append(out.Docs, docOf(doc))
		}
	}
	if m := f.Mailbox; m != nil {
		out.Mailbox = &keysJSON{m.Recipient, seal.EncodeKey(m.Sign[:])}
	}
	for _, m := range f.FirstKeys {
		out.FirstKeys = append(out.FirstKeys, keysJSON{m.Recipient, seal.EncodeKey(m.Sign[:])})
	}
	for _, o := range f.Offers {
		out.Acts = append(out.Acts, offerJSON(o))
	}
	if p := f.Parent; p != nil {
		out.Parent = &linkedJSON{p.Number, p.State, p.Finding}
	}
	for _, c := range f.Children {
		out.Linked = append(out.Linked, linkedJSON{c.Number, c.State, c.Finding})
	}
	out.Joined, out.Could = joinedOf(f.Joined), append([]id.Unit{}, f.Could...)
	out.Leads = append([]id.Unit{}, f.Leads...)
	if out.Offices, err = d.rostersOf(v.ctx, f.Offices); err != nil {
		return nil, err
	}
	for _, a := range f.Samples {
		out.Samples = append(out.Samples, askedJSON(a))
	}
	for _, h := range f.Handlers {
		out.Handlers = append(out.Handlers, handsJSON{namedJSON{string(h.ID), h.Name}, h.Reads, h.Away})
	}
	for _, a := range f.Aside {
		out.Aside = append(out.Aside, namedJSON{string(a.ID), a.Name})
	}
	for _, o := range f.Others {
		out.Others = append(out.Others, namedJSON{string(o.ID), o.Name})
	}
	return out, nil
}

func (d *door) clocksOf(all []cases.Clock) []clockJSON {
	out, today := []clockJSON{}, d.o.Casework.Today()
	for _, k := range all {
		out = append(out, clockJSON{k.Kind, k.Started, k.Due, k.State, k.Used, k.Elapsed(today), k.Settled, k.Late, k.Theirs, d.provisional(k)})
	}
	return out
}

func (d *door) eventOf(e cases.Event) eventJSON {
	j := eventJSON{Seq: e.Seq, Kind: e.Kind, Day: e.Day, Member: e.Member, For: e.For, From: e.From, To: e.To, Code: e.Code, Doc: nameOf(e.Doc), Clock: e.Clock, Due: e.Due}
	if !e.At.IsZero() && !e.Kind.IsClock() {
		j.At = e.At.In(d.o.Pack.Zone).Format(time.RFC3339) // the page shows it as it stands: everybody reads the same hour
	}
	return j
}

// nameOf is the id of a document, "" for none.
func nameOf(doc id.Doc) string {
	if doc.IsZero() {
		return ""
	}
	return doc.String()
}

func docOf(doc casework.SealedDoc) docJSON {
	j := docJSON{Chain: doc.Chain, Seq: doc.Seq, Doc: doc.ID, Kind: doc.Kind, Unit: doc.Unit, Day: doc.Day, Hash: hex.EncodeToString(doc.Hash[:]),
		Sealed: doc.Body, Waiting: doc.Waiting, Given: doc.Given, Withheld: doc.Withheld, Files: []blobJSON{}}
	if doc.Seq > 1 {
		j.Prev = hex.EncodeToString(doc.Prev[:])
	}
	for _, b := range doc.Blobs {
		j.Files = append(j.Files, blobJSON{b.ID, b.Size})
	}
	return j
}

func proposalOf(events []cases.Event) *proposalJSON {
	p, ok := cases.OpenProposal(events)
	if !ok {
		return nil
	}
	j := &proposalJSON{Seq: p.Seq, Kind: p.Kind, Code: p.Code, Doc: nameOf(p.Doc), By: p.Member}
	j.Approvals, j.Needed, j.Refusals, j.RefusalsNeeded = p.Votes()
	return j
}

// uploadFile takes the ciphertext of a file. Its bytes are read after everything else is known to be right.
func (d *door) uploadFile(v *visit, who *casework.Person) (any, error) {
	b, err := d.o.Casework.Upload(v.ctx, who, v.r.PathValue("number"), v.r.Body)
	if err != nil {
		return nil, err
	}
	return map[string]id.Blob{"blob": b}, nil
}

// fileOfCase hands out the ciphertext of a file, as bytes that nothing should run, show or keep. A damaged chunk cuts the
// connection: the length was promised.
func (d *door) fileOfCase(v *visit, who *casework.Person) (any, error) {
	b, err := id.ParseBlob(v.r.PathValue("blob"))
	if err != nil {
		return nil, errs.Wrap(errs.NotFound, "casework.no_file", nil, err)
	}
	size, src, err := d.o.Casework.Blob(v.ctx, who, v.r.PathValue("number"), b)
	if err != nil {
		return nil, err
	}
	return streamed(func(w http.ResponseWriter) error {
		defer src.Close()
		web.SlowAnswer(w, size)
		h := w.Header()
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", `attachment; filename="file.bin"`)
		h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
		h.Set("Content-Length", strconv.FormatInt(size, 10))
		if _, err := io.Copy(w, src); err != nil {
			panic(http.ErrAbortHandler)
		}
		return nil
	}), nil
}

func (d *door) provisional(k cases.Clock) bool {
	return k.State != cases.Settled && d.o.Pack.Clocks[string(k.Kind)].Unit == workday.Workdays && d.o.Pack.Calendar.Provisional(k.Due)
}
