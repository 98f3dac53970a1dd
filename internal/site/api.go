package site

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/seal"
)

// The sealed path speaks JSON below /<language>/api/. docs/spec/api.md describes it, so that another program can be
// written from it.

func (s *Site) apiRoutes(d *web.Door, lang i18n.Lang) {
	at := func(path string) string { return href(lang, "api/"+path) }
	d.Handle("GET "+at("work"), 0, s.api(lang, s.apiWork))
	d.Handle("POST "+at("report"), slices.Max(seal.SubmissionSizes()), s.api(lang, s.apiReport))
	d.Handle("GET "+at("mailbox/challenge"), 0, s.api(lang, s.apiChallenge))
	d.Handle("POST "+at("exchange"), exchangeBody, s.api(lang, s.apiExchange))
	d.Handle("POST "+at("mailbox/{act}"), mailboxBody, s.api(lang, s.apiMailbox))
	s.uploadRoutes(d, lang)
}

// api answers errors that a person can do something about as JSON with a sentence in the language of the path.
func (s *Site) api(lang i18n.Lang, h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		web.NoStore(w)
		err := h(w, r)
		e, ok := errs.Public(err)
		if err == nil || !ok || e.Kind == errs.Internal {
			return err
		}
		status, ok := tusStatus[e.Key]
		if !ok {
			status = web.Status(e.Kind)
		}
		if status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "30")
		}
		text := s.o.Catalog.For(lang).T(e.Key, e.Args)
		return answerJSON(w, status, map[string]any{"error": map[string]string{"key": e.Key, "text": text}})
	}
}

// answerJSON writes v, filled up to a step of 16 KiB, so that its size says little.
func answerJSON(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	fill := fullStep[len(b)%padStep:]
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)+len(fill)))
	w.WriteHeader(status)
	// A write error means that the sender left.
	_, _ = w.Write(b)
	_, _ = w.Write(fill) // as a string net/http would send it in pieces of 2 KiB
	return nil
}

var fullStep = bytes.Repeat([]byte{' '}, padStep)

func (s *Site) apiWork(w http.ResponseWriter, _ *http.Request) error {
	c, err := s.o.Intake.Challenge()
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, c)
}

// exchangeBody is the largest body of an exchange: a code and three public keys.
const exchangeBody = 8 << 10

// apiExchange registers the keys that the owner's browser made, for a pick-up number or link code.
func (s *Site) apiExchange(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Code string       `json:"code"`
		Next seal.Mailbox `json:"next"`
	}
	if err := web.ReadJSON(r.Body, &in); err != nil {
		return err
	}
	if err := s.o.Intake.Exchange(r.Context(), in.Code, in.Next); err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, struct{}{})
}

// mailboxBody is the largest body of a signed request: a change of code carries every message again.
const mailboxBody = 8 << 20

func (s *Site) apiChallenge(w http.ResponseWriter, _ *http.Request) error {
	c := s.o.Intake.MailboxChallenge()
	return answerJSON(w, http.StatusOK, map[string]string{"challenge": base64.RawURLEncoding.EncodeToString(c[:])})
}

// Headers of a signed request. They are read nowhere else.
const (
	headerAuth      = "Clarion-Auth"
	headerChallenge = "Clarion-Challenge"
	headerSignature = "Clarion-Signature"
)

// apiMailbox opens the mailbox whose key signed the request, and does one act.
func (s *Site) apiMailbox(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return errs.Wrap(errs.Invalid, "web.cut_upload", nil, err)
	}
	m, err := s.signedMailbox(r, body)
	if err != nil {
		return err
	}
	switch r.PathValue("act") {
	case "list":
		return s.apiList(w, r, m)
	case "send":
		return s.apiSend(w, r, m, body)
	case "review":
		return s.apiReview(w, r, m, body)
	case "object":
		return s.apiObject(w, r, m, body)
	case "erase":
		return s.apiErase(w, r, m, body)
	case "recode":
		return s.apiRecode(w, r, m, body)
	case "close":
		if err := s.o.Intake.Close(r.Context(), m); err != nil {
			return err
		}
		return answerJSON(w, http.StatusOK, struct{}{})
	case "ack":
		b, err := s.o.Intake.Acknowledgement(r.Context(), m)
		if err != nil {
			return err
		}
		return answerJSON(w, http.StatusOK, map[string]string{"acknowledgement": string(b)})
	case "proofs":
		return s.apiProofs(w, r, m)
	case "file":
		return s.apiFile(w, r, m, body)
	default:
		return web.NotFound()
	}
}

func (s *Site) signedMailbox(r *http.Request, body []byte) (*intake.Mailbox, error) {
	denied := errs.New(errs.Denied, "intake.bad_signature", nil)
	challenge, err := base64.RawURLEncoding.Strict().DecodeString(r.Header.Get(headerChallenge))
	if err != nil || len(challenge) != 32 {
		return nil, denied
	}
	sig, err := base64.RawURLEncoding.Strict().DecodeString(r.Header.Get(headerSignature))
	if err != nil {
		return nil, denied
	}
	req := seal.Request{Origin: s.originOf(r), Method: r.Method, Path: r.URL.RequestURI(), BodyHash: hashBody(body), Challenge: [32]byte(challenge)}
	return s.o.Intake.SignedMailbox(r.Context(), r.Header.Get(headerAuth), req, sig)
}

// originOf is the origin that the sender signed for: the configured one, or another name of this door under which the
// request came. A request that was signed for another site never verifies.
func (s *Site) originOf(r *http.Request) string {
	claimed := r.Header.Get("Origin")
	u, err := url.Parse(claimed)
	if err == nil && u.Host == r.Host && slices.Contains(s.o.Hosts, u.Hostname()) && (u.Scheme == "http" || u.Scheme == "https") {
		return u.Scheme + "://" + u.Host
	}
	return s.o.URL
}

// apiDoc is one document of a mailbox.
type apiDoc struct {
	Item   int64  `json:"item"`
	Doc    id.Doc `json:"doc"`
	Chain  string `json:"chain"`
	Kind   string `json:"kind"`
	Seq    int64  `json:"seq"`
	Day    string `json:"day"`
	Unit   string `json:"unit"`
	Hash   string `json:"hash"`
	Sealed []byte `json:"sealed,omitempty"`
	Note   string `json:"note,omitempty"`
	Copied bool   `json:"copied,omitempty"`
}

func (s *Site) apiList(w http.ResponseWriter, r *http.Request, m *intake.Mailbox) error {
	v, err := s.o.Intake.List(r.Context(), m)
	if err != nil {
		return err
	}
	var docs []apiDoc
	for _, d := range v.Docs {
		docs = append(docs, apiDoc{d.Item, d.Doc, string(d.Chain), d.Kind, d.Seq, d.Day.String(), string(d.Unit), hex.EncodeToString(d.Hash[:]), d.Sealed, string(d.Note), d.Copied})
	}
	var steps []map[string]any
	for _, st := range v.Steps {
		steps = append(steps, map[string]any{"step": st.Kind, "state": st.State, "done": st.Done, "due": st.Due, "late": st.Late, "paused": st.Paused, "days": st.Days, "decided": st.Decided})
	}
	return answerJSON(w, http.StatusOK, map[string]any{
		"case": v.Case, "number": v.Number, "unit": v.Unit, "lang": v.Lang, "state": v.State, "steps": steps, "asked": v.Asked, "review": v.Review, "object": v.Object, "passing": v.Passing, "readers": append([]id.Unit{}, v.Readers...), "proof": v.Proof, "docs": docs,
	})
}

// apiSealed is a document that the owner's browser sealed.
type apiSealed struct {
	Doc    id.Doc  `json:"doc"`
	Unit   id.Unit `json:"unit"` // for which it was sealed
	Seq    int64   `json:"seq"`
	Prev   string  `json:"prev"`
	Sealed []byte  `json:"sealed"`
}

func (d apiSealed) document() (intake.SealedDoc, error) {
	prev, err := hex.DecodeString(d.Prev)
	if err != nil || len(prev) != 32 || d.Doc.IsZero() || d.Seq < 2 {
		return intake.SealedDoc{}, errs.New(errs.Invalid, "web.bad_form", nil)
	}
	return intake.SealedDoc{ID: d.Doc, Unit: d.Unit, Seq: d.Seq, Prev: [32]byte(prev), Sealed: d.Sealed}, nil
}

func (s *Site) apiSend(w http.ResponseWriter, r *http.Request, m *intake.Mailbox, body []byte) error {
	var in struct {
		apiSealed
		Files []id.Blob `json:"files"`
	}
	if err := web.ReadJSON(bytes.NewReader(body), &in); err != nil {
		return err
	}
	if in.Files == nil {
		return errs.New(errs.Invalid, "web.bad_form", nil)
	}
	d, err := in.document()
	if err != nil {
		return err
	}
	d.Files = in.Files
	if err := s.o.Intake.AppendSealed(r.Context(), m, d); err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, struct{}{})
}

// apiReview takes what the owner says about a decision, and asks for it to be looked at again.
func (s *Site) apiReview(w http.ResponseWriter, r *http.Request, m *intake.Mailbox, body []byte) error {
	var in apiSealed
	if err := web.ReadJSON(bytes.NewReader(body), &in); err != nil {
		return err
	}
	d, err := in.document()
	if err != nil {
		return err
	}
	if err := s.o.Intake.RequestReviewSealed(r.Context(), m, d); err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, struct{}{})
}

// apiObject takes the owner's objection to a transfer.
func (s *Site) apiObject(w http.ResponseWriter, r *http.Request, m *intake.Mailbox, body []byte) error {
	var in apiSealed
	if err := web.ReadJSON(bytes.NewReader(body), &in); err != nil {
		return err
	}
	d, err := in.document()
	if err != nil {
		return err
	}
	if err := s.o.Intake.ObjectSealed(r.Context(), m, d); err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, struct{}{})
}

func (s *Site) apiErase(w http.ResponseWriter, r *http.Request, m *intake.Mailbox, body []byte) error {
	var in struct {
		Item int64  `json:"item"`
		Note string `json:"note"`
	}
	if err := web.ReadJSON(bytes.NewReader(body), &in); err != nil {
		return err
	}
	if err := s.o.Intake.EraseSigned(r.Context(), m, in.Item, []byte(in.Note)); err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, struct{}{})
}

func (s *Site) apiRecode(w http.ResponseWriter, r *http.Request, m *intake.Mailbox, body []byte) error {
	var in struct {
		apiSealed
		Next   seal.Mailbox     `json:"next"`
		Copies map[int64][]byte `json:"copies"`
		Notes  map[int64]string `json:"notes"`
	}
	if err := web.ReadJSON(bytes.NewReader(body), &in); err != nil {
		return err
	}
	d, err := in.document()
	if err != nil {
		return err
	}
	notes := make(map[int64][]byte, len(in.Notes))
	for item, note := range in.Notes {
		notes[item] = []byte(note)
	}
	if err := s.o.Intake.RecodeSigned(r.Context(), m, intake.Rekey{Doc: d, Next: in.Next, Copies: in.Copies, Notes: notes}); err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, struct{}{})
}

func (s *Site) apiProofs(w http.ResponseWriter, r *http.Request, m *intake.Mailbox) error {
	all, err := s.o.Intake.Proofs(r.Context(), m)
	if err != nil {
		return err
	}
	var out []map[string]string
	for _, p := range all {
		out = append(out, map[string]string{"kind": p.Kind, "day": p.Day.String(), "proof": string(p.File)})
	}
	return answerJSON(w, http.StatusOK, map[string]any{"proofs": out})
}

func (s *Site) apiFile(w http.ResponseWriter, r *http.Request, m *intake.Mailbox, body []byte) error {
	var in struct {
		Blob string `json:"blob"`
	}
	if err := web.ReadJSON(bytes.NewReader(body), &in); err != nil {
		return err
	}
	size, src, err := s.o.Intake.SealedFile(r.Context(), m, in.Blob)
	if err != nil {
		return err
	}
	defer src.Close()
	return sendBlob(w, size, src)
}
