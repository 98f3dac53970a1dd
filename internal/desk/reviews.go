package desk

import (
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/oversight"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
)

// reviewRoutes are the inspector's side of a reporter's second request for review.
func (d *door) reviewRoutes(wd *web.Door, lang i18n.Lang) {
	at := "/" + lang.Segment() + "/api/reviews"
	wd.Handle("GET "+at, 0, read(d, lang, d.reviews))
	wd.Handle("GET "+at+"/{number}", 0, read(d, lang, d.reviewOpen))
	wd.Handle("POST "+at+"/{number}/letter", smallBody, write(d, lang, d.reviewLetter))
	wd.Handle("POST "+at+"/{number}/answer", answerBody, write(d, lang, d.reviewAnswer))
}

type reviewJSON struct {
	Number string      `json:"number"`
	Office string      `json:"office"`
	Asked  workday.Day `json:"asked"`
	Due    workday.Day `json:"due"`
	Sample *sampleJSON `json:"sample"` // the inspector's own; null for who was none when it was asked for
}

func (d *door) reviewJSON(v *visit, r oversight.Review) reviewJSON {
	j := reviewJSON{Number: r.Number, Office: d.officeName(v, r.Unit), Asked: r.Asked, Due: r.Due}
	if r.Sample.Key != 0 {
		s := d.sampleJSON(v, r.Sample)
		j.Sample = &s
	}
	return j
}

func (d *door) reviews(v *visit) (any, error) {
	all, err := d.o.Oversight.Reviews(v.ctx, v.watcher())
	if err != nil {
		return nil, err
	}
	out := []reviewJSON{}
	for _, r := range all {
		out = append(out, d.reviewJSON(v, r))
	}
	return map[string]any{"reviews": out}, nil
}

// reviewFileJSON is where a case under review stands. The page takes the office's key from the signed list and the reporter's from the
// documents of the sample, not from here.
type reviewFileJSON struct {
	reviewJSON
	Case  id.Case              `json:"case"`
	Unit  id.Unit              `json:"unit"`
	Lang  string               `json:"lang"`
	Seen  int64                `json:"seen"`
	Code  cases.Code           `json:"code"` // of the decision
	Two   bool                 `json:"two"`  // a voice for sending it back would be the first of two
	Day   workday.Day          `json:"day"`
	Heads map[cases.Chain]head `json:"heads"`
}

type head struct {
	Seq    int64  `json:"seq"`
	Sealed string `json:"sealed"` // hex SHA-256
}

func (d *door) reviewOpen(v *visit) (any, error) {
	f, err := d.o.Oversight.OpenReview(v.ctx, v.watcher(), v.r.PathValue("number"))
	if err != nil {
		return nil, err
	}
	standing, _ := cases.Standing(f.Events)
	out := reviewFileJSON{reviewJSON: d.reviewJSON(v, f.Review), Case: f.Case.ID, Unit: f.Case.Unit, Lang: d.written(f.Case.Lang), Seen: f.Case.Version,
		Code: standing.Code, Two: f.Two, Day: d.o.Casework.Today(), Heads: map[cases.Chain]head{}}
	for chain, h := range f.Heads {
		out.Heads[chain] = head{h.Seq, h.Sealed}
	}
	list, root, err := d.o.Oversight.List(v.ctx, v.watcher())
	if err != nil {
		return nil, err
	}
	return struct {
		reviewFileJSON
		List []byte `json:"list"`
		Root string `json:"root"`
	}{out, list, root}, nil
}

func (d *door) reviewLetter(v *visit, in struct {
	Template pack.Template `json:"template"`
}) (any, error) {
	f, err := d.o.Oversight.OpenReview(v.ctx, v.watcher(), v.r.PathValue("number"))
	if err != nil {
		return nil, err
	}
	frame, err := d.o.Casework.ReviewLetter(in.Template, f.Case, f.Events)
	if err != nil {
		return nil, err
	}
	return d.frameOf(v, frame), nil
}

func (d *door) reviewAnswer(v *visit, in struct {
	Act  cases.ActKind `json:"act"`
	Seen int64         `json:"seen"`
	Doc  writtenJSON   `json:"doc"`
}) (any, error) {
	doc, err := in.Doc.document()
	if err != nil {
		return nil, err
	}
	return nil, d.o.Oversight.AnswerReview(v.ctx, v.watcher(), v.r.PathValue("number"), oversight.Answer{Act: in.Act, Seen: in.Seen, Doc: doc})
}
