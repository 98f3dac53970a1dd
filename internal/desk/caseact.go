package desk

import (
	"encoding/hex"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/seal"
)

// actDocs is how many documents one act may bring: a note with evidence, a proposal or vote, a letter, and one to spare.
const actDocs = 4

// actJSON is one act on a case.
type actJSON struct {
	Act        cases.ActKind   `json:"act"`
	Seen       int64           `json:"seen"`
	Code       cases.Code      `json:"code"`
	Handler    id.Member       `json:"handler"`
	Clock      cases.ClockKind `json:"clock"`
	Proposal   int64           `json:"proposal"`
	Parent     string          `json:"parent"` // link: number of the earlier case
	NoMeasures bool            `json:"no_measures"`
	NoInterest bool            `json:"no_interest"`
	Checks     checksJSON      `json:"checks"`
	Intent     string          `json:"intent"`
	Copy       string          `json:"copy"` // send_transfer: the copy that leaves
	Docs       []writtenJSON   `json:"docs"`
	Main       int             `json:"main"`
}

type checksJSON struct {
	Category       bool `json:"category"`
	Conduct        bool `json:"conduct"`
	Danger         bool `json:"danger"`
	Remit          bool `json:"remit"`
	Interest       bool `json:"interest"`
	Duplicate      bool `json:"duplicate"`
	RiskToReporter bool `json:"risk_to_reporter"`
	RiskToReported bool `json:"risk_to_reported"`
}

// writtenJSON is a document that the page's worker sealed.
type writtenJSON struct {
	ID     id.Doc      `json:"id"`
	Chain  cases.Chain `json:"chain"`
	Kind   seal.Kind   `json:"kind"`
	Seq    int64       `json:"seq"`
	Prev   string      `json:"prev"` // hex SHA-256 of the sealed bytes before it, "" for the first
	Sealed []byte      `json:"sealed"`
	Files  []struct {
		Blob id.Blob `json:"blob"`
	} `json:"files"`
}

func badForm(cause error) error { return errs.Wrap(errs.Invalid, "web.bad_form", nil, cause) }

// document is what the use cases take. Whether the reporter sees it follows from its chain.
func (j writtenJSON) document() (casework.Document, error) {
	d := casework.Document{ID: j.ID, Chain: j.Chain, Kind: j.Kind, Seq: j.Seq, Sealed: j.Sealed, Visible: j.Chain == cases.FromUnit}
	if j.ID.IsZero() {
		return d, badForm(nil)
	}
	if j.Prev != "" {
		b, err := hex.DecodeString(j.Prev)
		if err != nil || len(b) != len(d.Prev) || hex.EncodeToString(b) != j.Prev {
			return d, badForm(err)
		}
		d.Prev = [32]byte(b)
	}
	for _, f := range j.Files {
		d.Uploads = append(d.Uploads, f.Blob)
	}
	return d, nil
}

// work is the act as the use case takes it.
func (j actJSON) work(number string) (casework.Work, error) {
	k := j.Checks
	w := casework.Work{Number: number, Parent: j.Parent, Main: j.Main, Act: cases.Act{
		Kind: j.Act, Seen: j.Seen, Code: j.Code, Handler: j.Handler, Clock: j.Clock, Proposal: j.Proposal, NoMeasures: j.NoMeasures, NoInterest: j.NoInterest,
		Checks: cases.Checks{Category: k.Category, Conduct: k.Conduct, Danger: k.Danger, Remit: k.Remit, Interest: k.Interest, Duplicate: k.Duplicate,
			RiskToReporter: k.RiskToReporter, RiskToReported: k.RiskToReported},
	}}
	if len(j.Docs) > actDocs || j.Main < 0 || j.Main >= max(1, len(j.Docs)) {
		return w, badForm(nil)
	}
	if j.Intent != "" {
		if err := w.Act.Intent.UnmarshalText([]byte(j.Intent)); err != nil {
			return w, badForm(err)
		}
	}
	if j.Copy != "" {
		if err := w.Act.Copy.UnmarshalText([]byte(j.Copy)); err != nil {
			return w, badForm(err)
		}
	}
	for _, written := range j.Docs {
		doc, err := written.document()
		if err != nil {
			return w, err
		}
		w.Docs = append(w.Docs, doc)
	}
	return w, nil
}

func (d *door) actOnCase(v *visit, who *casework.Person, in actJSON) (any, error) {
	w, err := in.work(v.r.PathValue("number"))
	if err != nil {
		return nil, err
	}
	c, err := d.o.Casework.Do(v.ctx, who, w)
	if err != nil {
		return nil, err
	}
	return map[string]any{"state": c.State, "version": c.Version}, nil
}

func (d *door) writeInCase(v *visit, who *casework.Person, in struct {
	Doc writtenJSON `json:"doc"`
}) (any, error) {
	doc, err := in.Doc.document()
	if err != nil {
		return nil, err
	}
	return nil, d.o.Casework.Write(v.ctx, who, v.r.PathValue("number"), doc)
}

func (d *door) resealLetters(v *visit, who *casework.Person, in struct {
	Recipient string `json:"recipient"`
	Copies    []struct {
		Doc    string `json:"doc"`
		Sealed []byte `json:"sealed"`
	} `json:"copies"`
}) (any, error) {
	var copies []casework.Copy
	for _, c := range in.Copies {
		copies = append(copies, casework.Copy(c))
	}
	return nil, d.o.Casework.Reseal(v.ctx, who, v.r.PathValue("number"), in.Recipient, copies)
}
