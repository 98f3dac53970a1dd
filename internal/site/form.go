package site

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/web"
)

// Names of what a form carries beside the questions. The page keeps the state: the server stores none of it.
const (
	inToken    = "token"
	inStep     = "step"
	inShown    = "shown" // the conditional questions that the last screen asked
	inScreen   = "screen"
	inCategory = "category"
	inReply    = "reply"
	inOffice   = "office"
	inKind     = "kind"
	inHonest   = "honest"
	inGo       = "go"
	inFile     = "file"
	inHandle   = "handle"
	inItem     = "item"
	inCode     = "code"
	inAnswer   = "answer"
	answerName = "a-" // before the id of a question of the pack
)

// Names of steps as the form carries them.
const (
	atStart     = "start"
	atScreen    = "screen"
	atCategory  = "category"
	atQuestions = "questions"
	atDetails   = "details"
	atMore      = "more"
	atFiles     = "files"
	atReply     = "reply"
	atCheck     = "check"
	atReceipt   = "receipt"
)

// reportForm is a form as it came, with the token that ties it together.
type reportForm struct {
	web.Form
	token   intake.Token
	step    string
	action  string
	renewed bool          // the token is a new one
	atFile  bool          // a file came: every value that the page needs was read before it
	late    []*errs.Error // faults of files that came with this request
}

// readReportForm reads a form as a stream. Files are sealed while they arrive; what was wrong with one of them is
// kept in late, so that the answers are not lost over it.
func (s *Site) readReportForm(r *http.Request) (*reportForm, error) {
	f := &reportForm{}
	ctx := r.Context()
	form, err := web.ReadForm(r, formLimits, func(got web.Form, file web.File) error {
		f.atFile = true
		if file.Field != inFile {
			return errs.New(errs.Invalid, "web.no_files_here", nil)
		}
		t, err := s.o.Intake.ParseToken(got.Get(inToken))
		if err != nil {
			return err // a file before its token belongs to nobody
		}
		err = s.o.Intake.ReceiveFile(ctx, t, file.Name, file.Type, file)
		if e, ok := errs.Public(err); ok && e.Key != "web.cut_upload" && e.Kind != errs.Internal {
			f.late = append(f.late, e.AtField(inFile))
			return drain(file)
		}
		return err
	})
	f.Form = form
	f.step, f.action = form.Get(inStep), form.Get(inGo)
	if err != nil {
		return f, err
	}
	return f, s.tokenOf(ctx, f)
}

// tokenOf reads the token, and gives the form a new one when it is old or not ours. Answers and files stay.
func (s *Site) tokenOf(ctx context.Context, f *reportForm) error {
	t, err := s.o.Intake.ParseToken(f.Get(inToken))
	if err != nil {
		f.token, f.renewed = s.o.Intake.NewToken(), true
		return nil
	}
	f.token = t
	if f.keepsToken() || !s.o.Intake.Stale(t) {
		return nil
	}
	return s.renew(ctx, f)
}

// keepsToken: a form that is being sent, or was sent, keeps its token. A repeat must meet the mark of the first, and
// the code that a page shows follows from it.
func (f *reportForm) keepsToken() bool {
	return f.action == goSend || f.action == goAck || f.action == goYes || f.step == atReceipt || f.Get(inItem) == goRecode
}

func (s *Site) renew(ctx context.Context, f *reportForm) error {
	t, err := s.o.Intake.Renew(ctx, f.token)
	if err != nil {
		return err
	}
	f.token, f.renewed = t, true
	return nil
}

// sent is what was answered so far, unchecked. Only questions of the chosen category are read.
func (f *reportForm) sent(p *pack.Pack) intake.Sent {
	in := intake.Sent{
		Category: f.Get(inCategory), Danger: f.Get(qDanger), What: f.Get(qWhat), Date: f.date(qDate), When: f.Get(qWhen),
		Where: f.Get(qWhere), Region: f.Get(qRegion), Told: f.Get(qTold), Lang: f.Get(inReply), Office: f.Get(inOffice),
		CodeKind: f.Get(inKind), Honest: f.Get(inHonest), How: f.Values[qHow], Answers: map[id.Question][]string{},
	}
	c, ok := p.Category(id.Category(in.Category))
	if !ok {
		return in
	}
	for _, q := range c.Questions {
		name := answerName + string(q.ID)
		if q.Type == pack.TypeDate {
			if d := f.date(name); d != "" {
				in.Answers[q.ID] = []string{d}
			}
		} else if vs := f.Values[name]; len(vs) > 0 {
			in.Answers[q.ID] = vs
		}
	}
	return in
}

// date joins the three inputs of a date, as far as they were filled in.
func (f *reportForm) date(name string) string {
	d := f.dateValue(name)
	if d.Y == "" && d.M == "" && d.D == "" {
		return ""
	}
	parts := []string{d.Y, d.M, d.D}
	for len(parts) > 1 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	return strings.Join(parts, "-")
}

func (f *reportForm) dateValue(name string) ui.DateValue {
	at := func(part string) string { return strings.TrimSpace(f.Get(name + "-" + part)) }
	return ui.DateValue{Y: at("y"), M: at("m"), D: at("d")}
}

// hidden carries every value but those that the page itself asks for.
func (s *Site) hidden(f *reportForm, step string, shown ...string) []ui.Hidden {
	// The token comes first: files that stand behind it in the stream are sealed under it.
	out := []ui.Hidden{{Name: inToken, Value: s.o.Intake.TokenText(f.token)}, {Name: inStep, Value: step}}
	skip := append([]string{inToken, inStep, inGo, inFile, inHonest}, shown...)
	names := make([]string, 0, len(f.Values))
	for name := range f.Values {
		if !slices.Contains(skip, name) && s.carried(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		for _, v := range f.Values[name] {
			if v != "" {
				out = append(out, ui.Hidden{Name: name, Value: v})
			}
		}
	}
	return out
}

// carried keeps a stranger's form from growing by names that nobody asked for.
func (s *Site) carried(name string) bool {
	switch name {
	case inScreen, inCategory, inReply, inOffice, inKind, inShown, qDanger, qWhat, qWhen, qWhere, qRegion, qHow, qTold,
		qDate + "-y", qDate + "-m", qDate + "-d":
		return true
	}
	return s.asked[name]
}

// askedBy are the names under which the questions of a pack are answered, of every category: who changes the
// category and changes it back finds the answers again.
func askedBy(p *pack.Pack) map[string]bool {
	out := map[string]bool{}
	for i := range p.Categories {
		for _, q := range p.Categories[i].Questions {
			name := answerName + string(q.ID)
			if q.Type != pack.TypeDate {
				out[name] = true
				continue
			}
			for _, part := range []string{"-y", "-m", "-d"} {
				out[name+part] = true
			}
		}
	}
	return out
}

// drain reads the rest of a refused file, so that the values behind it are not lost. The door's limit bounds it.
func drain(file web.File) error {
	buf := make([]byte, 32<<10)
	for {
		switch _, err := file.Read(buf); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}
