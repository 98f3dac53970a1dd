package desk

import (
	"encoding/hex"
	"strconv"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/oversight"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
)

// answerBody bounds the base64 of what a member seals to the inspector.
const answerBody = casework.MaxSampleAnswer*4/3 + smallBody

// sampleRoutes are the members' side: the inspector's request for a case's file keys, and their answer.
func (d *door) sampleRoutes(wd *web.Door, lang i18n.Lang) {
	wd.Handle("POST "+workAt(lang)+"{unit}/sample/{sample}", answerBody, workWrite(d, lang, d.sampleAnswer))
}

func sampleAt(v *visit) (int64, error) {
	n, err := strconv.ParseInt(v.r.PathValue("sample"), 10, 64)
	if err != nil {
		return 0, errs.Wrap(errs.NotFound, "store.sample_absent", nil, err)
	}
	return n, nil
}

func (d *door) sampleAnswer(v *visit, who *casework.Person, in struct {
	Sealed  []byte `json:"sealed"`
	Refused []byte `json:"refused"`
}) (any, error) {
	key, err := sampleAt(v)
	if err != nil {
		return nil, err
	}
	if len(in.Sealed) > 0 && len(in.Refused) > 0 {
		return nil, errs.New(errs.Invalid, "casework.bad_sample_answer", nil)
	}
	if len(in.Refused) > 0 {
		return nil, d.o.Casework.AnswerSample(v.ctx, who, key, in.Refused, true)
	}
	return nil, d.o.Casework.AnswerSample(v.ctx, who, key, in.Sealed, false)
}

// askedJSON is an open request of the inspector, as the case's members see it. The page believes keys of the signed list alone.
type askedJSON struct {
	Sample    int64       `json:"sample"`
	Inspector id.Member   `json:"inspector"`
	Recipient string      `json:"recipient"`
	Sign      string      `json:"sign"`
	Due       workday.Day `json:"due"`
	Review    bool        `json:"review"` // it cannot be refused
}

type sampleJSON struct {
	Sample   int64       `json:"sample"`
	Number   string      `json:"number"`
	Office   string      `json:"office"`
	By       id.Member   `json:"inspector"`
	Asked    workday.Day `json:"asked"`
	Due      workday.Day `json:"due"`
	State    string      `json:"state"` // open, given, refused
	Late     bool        `json:"late"`
	Answerer id.Member   `json:"answered_by"`
	Answered string      `json:"answered"` // day, "" while open
	Mine     bool        `json:"mine"`
	Review   bool        `json:"review"` // a reporter's request for review made it
}

func (d *door) sampleJSON(v *visit, s oversight.Sample) sampleJSON {
	j := sampleJSON{s.Key, s.Number, d.officeName(v, s.Unit), s.Inspector, s.Asked, s.Due, string(s.State), s.Late, s.AnsweredBy, "", s.Inspector == v.me.Account, s.Review}
	if !s.Answered.IsZero() {
		j.Answered = s.Answered.String()
	}
	return j
}

func (d *door) samples(v *visit) (any, error) {
	before, err := place(v, "after")
	if err != nil {
		return nil, err
	}
	list, next, err := d.o.Oversight.Samples(v.ctx, v.watcher(), before)
	if err != nil {
		return nil, err
	}
	out := []sampleJSON{}
	for _, s := range list {
		out = append(out, d.sampleJSON(v, s))
	}
	offices := []namedJSON{}
	for _, o := range d.o.Pack.Offices {
		if o.Intake {
			offices = append(offices, namedJSON{string(o.ID), o.Name.In(string(v.lang))})
		}
	}
	return map[string]any{"samples": out, "next": next, "offices": offices}, nil
}

func (d *door) sampleAsk(v *visit, in struct {
	Number string  `json:"number"`
	Unit   id.Unit `json:"unit"`
}) (any, error) {
	var s oversight.Sample
	var err error
	if in.Unit != "" {
		s, err = d.o.Oversight.Draw(v.ctx, v.watcher(), in.Unit)
	} else {
		s, err = d.o.Oversight.Ask(v.ctx, v.watcher(), in.Number)
	}
	if err != nil {
		return nil, err
	}
	return d.sampleJSON(v, s), nil
}

type loggedJSON struct {
	Chain  cases.Chain  `json:"chain"`
	Seq    int64        `json:"seq"`
	Doc    id.Doc       `json:"doc"`
	Kind   string       `json:"kind"`
	Day    workday.Day  `json:"day"`
	Hash   string       `json:"hash"` // hex SHA-256, the server's word
	Sealed []byte       `json:"sealed"`
	Files  []sealedFile `json:"files"`
}

type sealedFile struct {
	Blob id.Blob `json:"blob"`
	Size int64   `json:"size"`
	Hash string  `json:"hash"`
}

type leafJSON struct {
	Kind  cases.EventKind `json:"kind"`
	Day   workday.Day     `json:"day"`
	Index int64           `json:"index"`
	Proof []byte          `json:"proof"` // proof file with its opening; null until a checkpoint covers it
}

func (d *door) sampleOpen(v *visit) (any, error) {
	key, err := sampleAt(v)
	if err != nil {
		return nil, err
	}
	f, err := d.o.Oversight.Open(v.ctx, v.watcher(), key)
	if err != nil {
		return nil, err
	}
	docs, leaves := []loggedJSON{}, []leafJSON{}
	for _, x := range f.Docs {
		j := loggedJSON{x.Chain, x.Seq, x.ID, x.Kind, x.Day, hex.EncodeToString(x.Hash[:]), x.Body, []sealedFile{}}
		for _, b := range x.Files {
			j.Files = append(j.Files, sealedFile{b.ID, b.Size, hex.EncodeToString(b.SHA256[:])})
		}
		docs = append(docs, j)
	}
	for _, l := range f.Leaves {
		leaves = append(leaves, leafJSON{l.Kind, l.Day, l.Index, l.Proof})
	}
	list, root, err := d.o.Oversight.List(v.ctx, v.watcher())
	if err != nil {
		return nil, err
	}
	return map[string]any{"sample": d.sampleJSON(v, f.Sample), "case": f.CaseID, "docs": docs, "leaves": leaves, "sealed": f.Sealed, "list": list, "root": root}, nil
}
