package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/reporter"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

type reportSendCmd struct {
	authority
	Answers string   `help:"Answers as JSON instead of questions, or - for standard input (docs/ops/report.md)." placeholder:"FILE"`
	File    []string `help:"File to seal and send along; the office sees its name." placeholder:"FILE" sep:"none"`
	AsIs    bool     `help:"Files may go as they are: nothing is cleaned here."`
	Yes     bool     `help:"Send without asking again."`
	Ack     string   `help:"Save the acknowledgement here, readable by you only. Who finds it learns that you reported." placeholder:"FILE"`
}

// Run asks, seals, sends, and says that a report was received only after it has checked the acknowledgement.
func (c *reportSendCmd) Run(e *env) error {
	e.lang = langOf(c.Lang)
	if c.Answers == "-" && !c.Yes {
		return needs("reporter.confirm")
	}
	v, err := c.start(e)
	if err != nil {
		return err
	}
	return v.ended(c.run(v))
}

// needs says what is missing on the command line.
func needs(key string) error { return errs.New(errs.Invalid, key, nil) }

func (c *reportSendCmd) run(v *visit) error {
	f, o, err := v.c.Form(v.e.ctx)
	if err != nil {
		return err
	}
	if !o.Open {
		return errs.New(errs.Unavailable, "reporter.closed", nil)
	}
	today, err := workday.ParseDay(o.Today)
	if err != nil {
		return err
	}
	v.before(f, o)
	d, r, err := c.draft(v, f, today)
	if err != nil || r == nil {
		return err
	}
	if err := c.agreed(v, f, r); err != nil {
		return err
	}
	files, err := c.upload(v, f)
	if err != nil {
		return err
	}
	words := d.Code == "words" || d.Code == "" && v.o.Lang == "en"
	s, err := v.t.Seal(r, o.Today, words, files)
	if err != nil {
		return err
	}
	v.say("reporter.working", nil)
	got, err := v.c.Send(v.e.ctx, s, v.wait)
	if err != nil {
		v.maybe(s)
		return err
	}
	return c.receipt(v, s, got)
}

// before says what comes before any question: whom to call, and who reads when.
func (v *visit) before(f *reporter.Form, o *reporter.Offer) {
	v.say("reporter.danger", errs.Args{"Number": inLine(f.Emergency.Number)})
	if f.Hotline != nil {
		v.say("reporter.hotline", errs.Args{"Number": inLine(f.Hotline.Number), "Note": inLine(f.Hotline.Note)})
	}
	key := "reporter.unstaffed"
	if o.Staffed {
		key = "reporter.staffed"
	}
	v.say(key, errs.Args{"Hours": inLine(f.Hours)})
}

// draft reads the answers of a file, or asks for them. No report and no error means that it cannot be reported here.
func (c *reportSendCmd) draft(v *visit, f *reporter.Form, today workday.Day) (reporter.Draft, *seal.Report, error) {
	if c.Answers == "" {
		return v.interview(f, today)
	}
	var d reporter.Draft
	b, err := readAll(v.e, c.Answers, maxText)
	if err != nil {
		return d, nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return d, nil, errs.New(errs.Invalid, "reporter.bad_answers", errs.Args{"Why": err.Error()})
	}
	r, faults := f.Check(d, today)
	switch {
	case len(faults) == 0 && c.Yes:
		return d, r, nil
	case len(faults) == 0 && !isTerminal(v.e.in):
		return d, nil, needs("reporter.confirm")
	case len(faults) == 0:
		return v.settled(f, d, today)
	}
	for _, fault := range faults {
		fmt.Fprintf(v.e.errOut, "%s\n", inLine(v.l.T("reporter.fault", errs.Args{"Field": fault.Field, "Text": v.l.T(fault.Err.Key, fault.Err.Args)})))
	}
	return d, nil, errs.New(errs.Invalid, "reporter.again", nil)
}

// settled shows the answers of a file as an interview does, with the same ways to change them.
func (v *visit) settled(f *reporter.Form, d reporter.Draft, today workday.Day) (reporter.Draft, *seal.Report, error) {
	if d.Answers == nil {
		d.Answers = map[string]reporter.Values{}
	}
	category, _ := f.Category(d.Category)
	r, err := (&interviewer{visit: v, f: f, c: category, d: &d, today: today}).settle()
	return d, r, err
}

// agreed shows the files, and the one office that can read the report, and asks whether files may go as they are.
func (c *reportSendCmd) agreed(v *visit, f *reporter.Form, r *seal.Report) error {
	for _, path := range c.File {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		v.say("reporter.file", errs.Args{"Name": inLine(filepath.Base(path)), "Size": info.Size()})
		if info.Size() > f.Limits.File {
			return wrapPath(path, errs.New(errs.TooMany, "intake.file_too_large", errs.Args{"Limit": f.Limits.File >> 20}))
		}
	}
	if len(c.File) > f.Limits.Files {
		return errs.New(errs.TooMany, "intake.too_many_files", errs.Args{"Limit": f.Limits.Files})
	}
	if len(c.File) > 0 && !c.AsIs {
		if c.Answers != "" && !isTerminal(v.e.in) {
			return needs("reporter.not_cleaned_flag")
		}
		yes, err := v.sure(v.l.T("reporter.not_cleaned", nil))
		if err != nil || !yes {
			return cmp.Or(err, errStopped)
		}
	}
	if c.Answers != "" && c.Yes { // else the summary said so
		v.say("reporter.to", errs.Args{"Unit": v.unit(r.Unit)})
	}
	return v.err
}

// upload seals every file under a key of its own and sends it up.
func (c *reportSendCmd) upload(v *visit, f *reporter.Form) ([]seal.File, error) {
	var out []seal.File
	for i, path := range c.File {
		file, err := v.upload(path, i+1, len(c.File), f.Limits.File)
		if err != nil {
			return nil, wrapPath(path, err)
		}
		out = append(out, file)
	}
	return out, nil
}

// upload seals one file into a temporary file, which holds ciphertext and is gone afterwards, and sends that.
func (v *visit) upload(path string, n, of int, limit int64) (seal.File, error) {
	src, err := os.Open(path)
	if err != nil {
		return seal.File{}, err
	}
	defer src.Close()
	tmp, err := os.CreateTemp("", "sealed-*")
	if err != nil {
		return seal.File{}, err
	}
	defer func() {
		_ = tmp.Close()
		_ = os.Remove(tmp.Name()) // ciphertext whose key nobody has any more
	}()
	file, err := seal.SealFile(tmp, src, limit)
	if err != nil {
		return file, err
	}
	file.Name, file.Type = filepath.Base(path), "application/octet-stream"
	v.say("reporter.uploading", errs.Args{"N": n, "Of": of, "Size": file.SealedSize})
	return file, v.c.Upload(v.e.ctx, tmp, &file, v.wait)
}

// wait tells that the line broke, and lets some time pass.
func (v *visit) wait(ctx context.Context) error {
	v.say("reporter.retry", nil)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(retryAfter):
		return nil
	}
}

// maybe shows the code when it is not certain whether the report arrived: without it nobody could look.
func (v *visit) maybe(s *reporter.Sealed) {
	if !s.MayHaveArrived() {
		return
	}
	v.say("reporter.maybe", nil)
	v.line("  %s", seal.FormatCode(s.Code))
}

// receipt shows the code once, after everything was checked.
func (c *reportSendCmd) receipt(v *visit, s *reporter.Sealed, got *reporter.Receipt) error {
	v.line("")
	v.say("reporter.received", errs.Args{"Authority": v.authority(), "Day": v.day(got.Day), "By": v.day(got.IncludedBy)})
	for _, p := range got.Promises {
		if key := "cases.step." + p.Step; v.catalog.Has(key) {
			v.say("reporter.promise", errs.Args{"By": v.day(p.By), "Step": v.l.T(key, nil)})
		}
	}
	v.line("")
	v.line("%s", v.l.T("cli.label", errs.Args{"Label": v.l.T("reporter.code", nil)}))
	v.line("")
	v.line("  %s", seal.FormatCode(s.Code))
	v.line("")
	v.say("reporter.code_use", errs.Args{"URL": v.c.Origin()})
	if c.Ack == "" || v.err != nil {
		return v.err
	}
	if err := writeSecret(c.Ack, got.Acknowledgement); err != nil {
		return err
	}
	v.say("reporter.ack_saved", errs.Args{"Path": inLine(c.Ack)})
	return v.err
}
