package site

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/work"
	"clarion.example/clarion/seal"
)

// apiReport is a report that the sender's machine sealed.
type apiReport struct {
	V        int          `json:"v"`
	Case     id.Case      `json:"case"`
	Doc      id.Doc       `json:"doc"`
	Unit     string       `json:"unit"`
	Category string       `json:"category"`
	Region   string       `json:"region"`
	Lang     string       `json:"lang"`
	Danger   bool         `json:"danger"`
	At       string       `json:"at"` // browser or terminal
	Contact  *string      `json:"contact"`
	Wish     *bool        `json:"wish"`
	Claim    *string      `json:"claim"`
	Identity *apiIdentity `json:"identity"`
	Mailbox  seal.Mailbox `json:"mailbox"`
	Sealed   []byte       `json:"sealed"`
	Files    []id.Blob    `json:"files"`
	Work     work.Payload `json:"work"`
}

// apiIdentity is who the reporter is, for the custodians. A share is not called "sealed": [cutSealed] looks for that.
type apiIdentity struct {
	Box    []byte     `json:"box"`
	Shares []apiShare `json:"shares"`
}

type apiShare struct {
	Custodian id.Member `json:"custodian"`
	Share     []byte    `json:"share"`
}

func (i *apiIdentity) identity() *intake.Identity {
	if i == nil {
		return nil
	}
	out := &intake.Identity{Box: i.Box}
	for _, s := range i.Shares {
		out.Shares = append(out.Shares, intake.IdentityShare(s))
	}
	return out
}

// apiReceipt is the answer to it.
type apiReceipt struct {
	Day             string       `json:"day"`
	Promises        []apiPromise `json:"promises"`
	Acknowledgement string       `json:"acknowledgement"`
}

type apiPromise struct {
	Step string `json:"step"`
	By   string `json:"by"`
}

// cutSealed takes the sealed bytes, which are nine tenths of the body, out of it, so that the JSON decoder need not go
// through them. What is left holds null in their place. Neither shares memory with body.
func cutSealed(body []byte) (rest, sealed []byte, err error) {
	const name = `"sealed":"`
	bad := errs.New(errs.Invalid, "web.bad_form", nil)
	before, after, ok := bytes.Cut(body, []byte(name))
	if !ok {
		return nil, nil, bad
	}
	text, tail, ok := bytes.Cut(after, []byte{'"'})
	if !ok {
		return nil, nil, bad
	}
	sealed = make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Strict().Decode(sealed, text)
	if err != nil {
		return nil, nil, errs.Wrap(errs.Invalid, "web.bad_form", nil, err)
	}
	return slices.Concat(before, []byte(`"sealed":null`), bytes.TrimRight(tail, " ")), sealed[:n], nil
}

// mostBodies is the size that the body of most reports has, and a little: larger buffers are not kept.
const mostBodies = 80 << 10

// readReport reads a report through a buffer that another one may have next. A buffer grows with what arrives, never
// with what a sender says will come.
func (s *Site) readReport(r *http.Request) (in apiReport, err error) {
	body := s.bodies.Get().(*bytes.Buffer)
	defer func() {
		if body.Cap() <= mostBodies {
			body.Reset()
			s.bodies.Put(body)
		}
	}()
	if _, err := body.ReadFrom(r.Body); err != nil {
		return in, errs.Wrap(errs.Invalid, "web.cut_upload", nil, err)
	}
	if n := int64(body.Len()); !slices.Contains(seal.SubmissionSizes(), n) || n < seal.FirstSubmission(s.o.Intake.Custodians()) {
		return in, errs.New(errs.Invalid, "intake.not_padded", nil)
	}
	rest, sealed, err := cutSealed(body.Bytes())
	if err != nil {
		return in, err
	}
	if err := web.ReadJSON(bytes.NewReader(rest), &in); err != nil {
		return in, err
	}
	if in.Sealed != nil {
		return in, errs.New(errs.Invalid, "web.bad_form", nil) // the field was there twice
	}
	in.Sealed = sealed
	return in, nil
}

func (s *Site) apiReport(w http.ResponseWriter, r *http.Request) error {
	in, err := s.readReport(r)
	if err != nil {
		return err
	}
	at := cases.SealedAt(in.At)
	if in.V != 1 || at != cases.SealedBrowser && at != cases.SealedTerminal || in.Case.IsZero() || in.Doc.IsZero() ||
		in.Files == nil || in.Contact == nil || in.Wish == nil || in.Claim == nil {
		return errs.New(errs.Invalid, "web.bad_form", nil)
	}
	got, err := s.o.Intake.SubmitSealed(r.Context(), intake.Sealed{
		Case: in.Case, Doc: in.Doc, Unit: id.Unit(in.Unit), Category: id.Category(in.Category), Region: id.Region(in.Region), Lang: in.Lang,
		Danger: in.Danger, At: at, Contact: cases.Contact(*in.Contact), Wish: *in.Wish, Claim: *in.Claim, Identity: in.Identity.identity(),
		Mailbox: in.Mailbox, Sealed: in.Sealed, Files: in.Files, Work: in.Work,
	})
	if err != nil {
		return err
	}
	out := apiReceipt{Day: got.Day.String(), Acknowledgement: string(got.Acknowledgement)}
	for _, p := range got.Promises {
		out.Promises = append(out.Promises, apiPromise{string(p.Step), p.By.String()})
	}
	return answerJSON(w, http.StatusOK, out)
}
