package site

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/web"
)

// signIn asks for the code. GET changes nothing.
func (s *Site) signIn(lang i18n.Lang) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		words := lang.Segment() == "en"
		if r.URL.Query().Get("keys") != "" {
			words = r.URL.Query().Get("keys") == "words"
		}
		return s.showSignIn(w, http.StatusOK, lang, words, "", "", nil)
	}
}

// showSignIn shows the door of the mailbox. kept is an answer that was being written when the handle ran out.
func (s *Site) showSignIn(w http.ResponseWriter, status int, lang i18n.Lang, words bool, code, fault string, kept []ui.Hidden) error {
	l := s.o.Catalog.For(lang)
	page := SignInPage{Frame: s.frame(lang, ui.AtMailbox, pathMailbox), Code: codeField(l, words), Words: words, Other: href(lang, pathMailbox) + "?keys=words"}
	if words {
		page.Other = href(lang, pathMailbox) + "?keys=digits"
	}
	if !slices.ContainsFunc(kept, func(h ui.Hidden) bool { return h.Name == inToken }) {
		kept = append(kept, ui.Hidden{Name: inToken, Value: s.o.Intake.TokenText(s.o.Intake.NewToken())})
	}
	page.Form = ui.Form{ID: "f", Action: href(lang, pathMailbox), Hidden: kept}
	page.Code.Value, page.Code.Error = code, fault
	page.Errors = ui.Errors(page.Code)
	page.Frame.Invalid = fault != ""
	var b bytes.Buffer
	if err := s.render.Render(&b, "signin", lang, page); err != nil {
		return err
	}
	return sendPadded(w, status, b.Bytes())
}

// padStep is the step of sizes of everything that a mailbox answers.
const padStep = 16 << 10

// sendPadded writes a page of the mailbox: uncompressed, and in steps of 16 KiB, so that its size says little.
func sendPadded(w http.ResponseWriter, status int, body []byte) error {
	fill := padStep - len(body)%padStep
	return send(w, status, append(body, bytes.Repeat([]byte{'\n'}, fill)...))
}

// mailbox answers everything that happens in a mailbox. The code or the handle stands in the form; nothing of a
// visit is stored.
func (s *Site) mailbox(lang i18n.Lang) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, err := s.readReportForm(r)
		b := &box{s: s, w: w, r: r, lang: lang, l: s.o.Catalog.For(lang), f: f}
		if err != nil {
			err = b.broken(err)
		}
		handled := false
		if err == nil {
			handled, err = b.enter()
		}
		if err == nil && !handled {
			err = b.act()
		}
		if e, ok := errs.Public(err); ok && e.Kind == errs.Unavailable {
			return b.held()
		}
		return err
	}
}

// box is one request to an open mailbox.
type box struct {
	s      *Site
	w      http.ResponseWriter
	r      *http.Request
	lang   i18n.Lang
	l      *i18n.Localizer
	f      *reportForm
	m      *intake.Mailbox
	handle string
}

// enter opens the mailbox with the code or the handle. handled says that a page was shown instead.
func (b *box) enter() (handled bool, err error) {
	code := b.f.Get(inCode)
	if b.f.Get(inItem) == goRecode && (b.f.action == goYes || b.f.action == goStay) {
		return b.recoded()
	}
	if intake.IsFirstCode(code) {
		return true, b.exchange(code)
	}
	if h := b.f.Get(inHandle); h != "" && code == "" {
		b.m, err = b.s.o.Intake.ResumeMailbox(b.r.Context(), h)
	} else {
		b.m, err = b.s.o.Intake.OpenMailbox(b.r.Context(), code)
	}
	if err == nil {
		b.handle = b.s.o.Intake.Handle(b.m)
		return false, nil
	}
	e, ok := errs.Public(err)
	if !ok || e.Kind == errs.Internal || e.Kind == errs.Unavailable {
		return true, err
	}
	return true, b.shut(e)
}

// exchange takes a pick-up number or link code and shows the receipt code that it was exchanged for. The same form again
// shows the same code.
func (b *box) exchange(typed string) error {
	words := b.lang.Segment() == "en"
	code, m, err := b.s.o.Intake.ExchangePlain(b.r.Context(), b.f.token, typed, words)
	e, ok := errs.Public(err)
	switch {
	case err == nil:
		b.m = m
		b.f.Values.Set(inKind, map[bool]string{true: "words", false: "digits"}[words])
		return b.showNewCode(code, words)
	case ok && (e.Kind == errs.NotFound || e.Key == "intake.first_code_busy"):
		return b.shut(e)
	default:
		return err
	}
}

func (b *box) act() error {
	ctx := b.r.Context()
	switch a := b.f.action; {
	case len(b.f.late) > 0: // whatever was pressed: a file that was refused is told at once
		return b.show(b.f.late, b.f.Get(inAnswer), nil)
	case a == goSend:
		return b.answer()
	case a == goStay && b.f.Get(inItem) != "":
		return b.ask(b.f.Get(inItem))
	case strings.HasPrefix(a, goRemove):
		err := b.s.o.Intake.RemoveFile(ctx, b.f.token, strings.TrimPrefix(a, goRemove))
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		return b.show(nil, b.f.Get(inAnswer), nil)
	case a == goAck:
		ack, err := b.s.o.Intake.Acknowledgement(ctx, b.m)
		if err != nil {
			return err
		}
		return download(b.w, "statement.txt", ack)
	case a == goProof:
		return b.proofs()
	case strings.HasPrefix(a, goFile):
		return b.file(strings.TrimPrefix(a, goFile))
	case strings.HasPrefix(a, goErase), a == goRecode, a == goClose, a == goReview, a == goObject:
		return b.ask(a)
	case a == goYes:
		return b.confirmed()
	default:
		return b.show(nil, b.f.Get(inAnswer), nil)
	}
}

// ask shows the page that asks before an act.
func (b *box) ask(act string) error {
	switch {
	case strings.HasPrefix(act, goErase):
		return b.askErase(strings.TrimPrefix(act, goErase))
	case act == goRecode:
		return b.askRecode("")
	case act == goReview:
		return b.askReview(nil)
	case act == goObject:
		return b.askObject(nil)
	case act == goClose:
		page := CloseMailboxPage{Frame: b.frame(), Form: b.form("f", ui.Hidden{Name: inItem, Value: goClose})}
		return b.page(http.StatusOK, "close", page)
	default:
		return b.show(nil, "", nil)
	}
}

// confirmed does what a page asked about.
func (b *box) confirmed() error {
	ctx := b.r.Context()
	switch item := b.f.Get(inItem); {
	case item == goClose:
		if err := b.s.o.Intake.Close(ctx, b.m); err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		frame := b.frame()
		frame.Keep = false
		return b.page(http.StatusOK, "closed", ClosedPage{frame})
	case item == goRecode:
		kind := b.f.Get(inKind)
		if kind != "digits" && kind != "words" {
			return b.askRecode(b.l.T("intake.code_kind_missing", nil))
		}
		code, m, err := b.s.o.Intake.Recode(ctx, b.m, b.f.token, kind == "words")
		if err != nil {
			return err
		}
		b.m = m
		return b.showNewCode(code, kind == "words")
	case item == goReview:
		return b.review()
	case item == goObject:
		return b.object()
	case strings.HasPrefix(item, goErase):
		n, err := strconv.ParseInt(strings.TrimPrefix(item, goErase), 10, 64)
		if err != nil {
			return b.show(nil, "", nil)
		}
		if err := b.s.o.Intake.Erase(ctx, b.m, n); err != nil {
			return err
		}
		return b.show(nil, "", []ui.Note{{Tone: ui.Good, Title: b.l.T("visit.note_erased", nil)}})
	default:
		return b.show(nil, "", nil)
	}
}

func (b *box) answer() error {
	text := pack.Clean(b.f.Get(inAnswer))
	err := b.s.o.Intake.Answer(b.r.Context(), b.m, b.f.token, text)
	e, ok := errs.Public(err)
	switch {
	case err == nil:
		// The answer may have moved the case on: look at it anew.
		if b.m, err = b.s.o.Intake.ResumeMailbox(b.r.Context(), b.handle); err != nil {
			return err
		}
		b.f.token = b.s.o.Intake.NewToken()
		return b.show(nil, "", []ui.Note{{Tone: ui.Sealed, Title: b.l.T("visit.note_sent", nil)}})
	case ok && e.Kind == errs.Unavailable && e.Key != "cases.day_back":
		return err
	case ok && e.Kind != errs.Internal:
		return b.show([]*errs.Error{e}, b.f.Get(inAnswer), nil)
	default:
		return err
	}
}

func (b *box) askErase(item string) error {
	n, err := strconv.ParseInt(item, 10, 64)
	if err != nil {
		return b.show(nil, "", nil)
	}
	e, err := b.s.o.Intake.Message(b.r.Context(), b.m, n)
	if errs.Is(err, errs.NotFound) {
		return b.show(nil, "", nil)
	}
	if err != nil {
		return err
	}
	page := EraseMessagePage{Frame: b.frame(), Form: b.form("f", ui.Hidden{Name: inItem, Value: goErase + item}), By: b.unitName(string(e.Unit)), Day: e.Day}
	return b.page(http.StatusOK, "erase", page)
}

func (b *box) askRecode(fault string) error {
	page := RecodePage{Frame: b.frame(), Form: b.form("f", ui.Hidden{Name: inItem, Value: goRecode}), Kind: codeKindField(b.l, b.lang.Segment() == "en")}
	page.Kind.Error = fault
	page.Errors = ui.Errors(page.Kind)
	page.Frame.Invalid = fault != ""
	return b.page(http.StatusOK, "recode", page)
}

func (b *box) showNewCode(code string, words bool) error {
	page := NewCodePage{Frame: b.frame(), Ticket: ticketOf(code, words)}
	// The form that changed the code, once more: it gives the same page again.
	page.Again = ui.Form{ID: "f", Action: href(b.lang, pathMailbox), Hidden: []ui.Hidden{
		{Name: inToken, Value: b.s.o.Intake.TokenText(b.f.token)}, {Name: inItem, Value: goRecode}, {Name: inKind, Value: b.f.Get(inKind)},
	}}
	b.handle = b.s.o.Intake.Handle(b.m)
	b.f.token = b.s.o.Intake.NewToken()
	page.Form = b.form("g")
	return b.page(http.StatusOK, "newcode", page)
}

// file saves one file that staff addressed to the reporter, under a neutral name. It was checked whole before the
// first byte is sent.
func (b *box) file(name string) error {
	size, write, err := b.s.o.Intake.File(b.r.Context(), b.m, name)
	if err != nil {
		return err
	}
	opaque(b.w, size)
	if err := write(b.w); err != nil {
		panic(http.ErrAbortHandler) // the length was promised: a cut connection is better than a short file
	}
	return nil
}

// opaque says that what follows is size bytes that nothing should run, show or keep.
func opaque(w http.ResponseWriter, size int64) {
	web.NoStore(w)
	web.SlowAnswer(w, size)
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", `attachment; filename="file.bin"`)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Length", strconv.FormatInt(size, 10))
}

// sendBlob sends ciphertext. A damaged chunk cuts the connection: the length was promised.
func sendBlob(w http.ResponseWriter, size int64, src io.Reader) error {
	opaque(w, size)
	if _, err := io.Copy(w, src); err != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}

// proofs saves the proof of receipt, or, when there are proofs of later events, all of them in one archive.
func (b *box) proofs() error {
	all, err := b.s.o.Intake.Proofs(b.r.Context(), b.m)
	if err != nil {
		return err
	}
	if len(all) == 1 {
		return download(b.w, "proof.txt", all[0].File)
	}
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for i, p := range all {
		// The archive's times are those of the case's days, never of the visit.
		fw, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("proof-%02d-%s.txt", i+1, p.Kind), Method: zip.Deflate, Modified: p.Day.Time(time.UTC)})
		if err != nil {
			return err
		}
		if _, err := fw.Write(p.File); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	return download(b.w, "proofs.zip", buf.Bytes())
}

func (b *box) frame() ui.Frame {
	f := b.s.frame(b.lang, ui.AtMailbox, pathMailbox)
	f.Keep = true
	return f
}

// form carries the handle, and the token under which files are sealed and a repeat does nothing.
func (b *box) form(id string, more ...ui.Hidden) ui.Form {
	hidden := []ui.Hidden{{Name: inToken, Value: b.s.o.Intake.TokenText(b.f.token)}, {Name: inHandle, Value: b.handle}}
	return ui.Form{ID: id, Action: href(b.lang, pathMailbox), Hidden: append(hidden, more...)}
}

func (b *box) page(status int, page string, data any) error {
	var buf bytes.Buffer
	if err := b.s.render.Render(&buf, page, b.lang, data); err != nil {
		return err
	}
	return sendPadded(b.w, status, buf.Bytes())
}

// show is the mailbox itself.
func (b *box) show(faults []*errs.Error, text string, notes []ui.Note) error {
	v, err := b.s.o.Intake.View(b.r.Context(), b.m)
	if err != nil {
		return err
	}
	unit := b.unitName(string(v.Unit))
	page := MailboxPage{
		Frame: b.frame(), Number: v.Number, Unit: unit, Notices: notes, CanWrite: v.CanWrite, Ack: true, Proof: v.Proof,
		Status:  ui.Tag{Tone: toneOf(v.State), Text: b.l.T(cases.PublicStatus(v.State), nil)},
		Minutes: int(b.s.o.Handle.Minutes()), Timeline: b.timeline(v),
		Form: b.form("f"), Acts: b.form("g"), Answer: answerField(b.l, unit, b.s.o.Pack.Limits.Long), Files: fileField(b.l, filesAtOnce),
	}
	if !v.Asked.IsZero() {
		page.Notices = append(page.Notices, ui.Note{Tone: ui.Warn, Title: b.l.T("visit.note_asked", i18nArgs{"Day": b.l.DayMonth(v.Asked)})})
	}
	if !v.Review.IsZero() {
		page.ReviewBy = b.l.DayMonth(v.Review)
	}
	if !v.Object.IsZero() {
		page.ObjectBy = b.l.DayMonth(v.Object)
	}
	page.Passing = passingText(b.l, v.Passing)
	page.ObjectOver = v.Passing == cases.PassingProposed && v.Object.IsZero()
	for _, u := range v.Readers {
		page.Readers = append(page.Readers, b.unitName(string(u)))
	}
	page.Thread = b.thread(v)
	page.Notices = append(page.Notices, b.warnings(v)...)
	page.Empty = ui.Empty{Icon: "mail", Title: b.l.T("visit.empty_title", nil), Text: b.emptyText(v)}
	page.Answer.Value = text
	waiting, err := b.waiting()
	if err != nil {
		return err
	}
	for _, f := range waiting {
		page.Received = append(page.Received, ui.FileItem{ID: f.ID, Name: f.Name, Size: f.Size})
	}
	for _, e := range faults {
		if e.Field == inFile {
			page.Files.Error = b.l.T(e.Key, e.Args)
		} else {
			page.Answer.Error = b.l.T(e.Key, e.Args)
		}
	}
	page.Errors = ui.Errors(page.Answer, page.Files)
	page.Frame.Invalid = len(faults) > 0
	status := http.StatusOK
	if len(faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return b.page(status, "mailbox", page)
}

func (b *box) unitName(unit string) string {
	for _, o := range b.s.o.Pack.Offices {
		if string(o.ID) == unit {
			return o.Name.In(string(b.lang))
		}
	}
	return unit
}

func toneOf(s cases.State) ui.Tone {
	switch s {
	case cases.NeedsInfo:
		return ui.Warn
	case cases.Closed, cases.FeedbackGiven, cases.Declined:
		return ui.Neutral
	default:
		return ui.Go
	}
}
