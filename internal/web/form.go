package web

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"clarion.example/clarion/internal/errs"
)

// FormLimits bound what one form may carry.
type FormLimits struct {
	Fields int   // values in all
	Value  int64 // bytes of one value
	Total  int64 // bytes of all values
}

// File is one file of a form while it streams by. Name and Type are the sender's claim.
type File struct {
	Field, Name, Type string
	io.Reader
}

// Form is the values of a form, in order of arrival for each name. It is memory only: nothing touches the disk.
type Form struct {
	url.Values
}

// ReadForm reads a form of either encoding as a stream. Files go to onFile as they arrive, after all values that
// stand before them; a nil onFile refuses files. What arrived before an error is in the returned Form, so that a
// page can show it again. "web.form_too_large" is told only when everything was read: of a form with one value that
// is too long, its beginning and all the others are there.
func ReadForm(r *http.Request, lim FormLimits, onFile func(Form, File) error) (Form, error) {
	f := Form{url.Values{}}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return f, errs.Wrap(errs.Invalid, "web.bad_form", nil, err)
	}
	switch kind {
	case "application/x-www-form-urlencoded":
		return f, f.readEncoded(r.Body, lim)
	case "multipart/form-data":
		if b := params["boundary"]; b == "" || len(b) > 70 {
			return f, errs.New(errs.Invalid, "web.bad_form", nil)
		}
		body := &tail{Reader: r.Body}
		err := f.readMultipart(multipart.NewReader(body, params["boundary"]), lim, onFile)
		if err == nil && !bytes.Contains(body.last, []byte("--"+params["boundary"]+"--")) {
			err = cut(io.ErrUnexpectedEOF)
		}
		return f, err
	default:
		return f, errs.New(errs.Invalid, "web.bad_form", nil)
	}
}

func (f Form) readEncoded(body io.Reader, lim FormLimits) error {
	b, err := io.ReadAll(io.LimitReader(body, lim.Total+1)) // our own pages send multipart, which is a third of the size
	if err != nil {
		return cut(err)
	}
	if int64(len(b)) > lim.Total {
		return errs.New(errs.TooMany, "web.form_too_large", nil)
	}
	values, err := url.ParseQuery(string(b))
	if err != nil {
		return errs.Wrap(errs.Invalid, "web.bad_form", nil, err)
	}
	// The shortest come first, so that the one that is too long pushes out no other.
	names := slices.SortedFunc(maps.Keys(values), func(a, b string) int {
		return cmp.Or(cmp.Compare(size(values[a]), size(values[b])), cmp.Compare(a, b))
	})
	n, total := 0, int64(0)
	var large error
	for _, name := range names {
		for _, v := range values[name] {
			if n++; n > lim.Fields {
				return errs.New(errs.TooMany, "web.form_too_large", nil)
			}
			room := max(0, min(lim.Value, lim.Total-total))
			if int64(len(v)) > room {
				large, v = errs.New(errs.TooMany, "web.form_too_large", nil), beginning(v, room)
			}
			total += int64(len(v))
			f.add(name, v)
		}
	}
	return large
}

// beginning is as much of v as fits into n bytes without a broken character.
func beginning(v string, n int64) string {
	v = v[:n]
	for i := 0; i < utf8.UTFMax-1 && len(v) > 0; i++ {
		if r, size := utf8.DecodeLastRuneInString(v); r != utf8.RuneError || size != 1 {
			break
		}
		v = v[:len(v)-1]
	}
	return v
}

func size(vs []string) (n int) {
	for _, v := range vs {
		n += len(v)
	}
	return n
}

func (f Form) readMultipart(mr *multipart.Reader, lim FormLimits, onFile func(Form, File) error) error {
	n, total := 0, int64(0)
	var large error
	for {
		part, err := mr.NextRawPart() // NextPart would decode quoted-printable, which browsers never send
		if err == io.EOF {
			return large
		}
		if err != nil {
			return cut(err)
		}
		if n++; n > lim.Fields {
			return errs.New(errs.TooMany, "web.form_too_large", nil)
		}
		if name := part.FileName(); name != "" {
			if onFile == nil {
				return errs.New(errs.Invalid, "web.no_files_here", nil)
			}
			if err := onFile(f, File{part.FormName(), strings.ToValidUTF8(name, "\uFFFD"), part.Header.Get("Content-Type"), partReader{part}}); err != nil {
				return err
			}
			continue
		}
		room := max(0, min(lim.Value, lim.Total-total))
		b, err := io.ReadAll(io.LimitReader(part, room+1))
		if err != nil {
			return cut(err)
		}
		v := string(b)
		if int64(len(v)) > room { // its rest is skipped; the door's limit bounds it
			large, v = errs.New(errs.TooMany, "web.form_too_large", nil), beginning(v, room)
		}
		total += int64(len(v))
		// A browser sends an empty file input as a part with an empty file name.
		if _, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition")); err == nil {
			if _, isFile := params["filename"]; isFile {
				continue
			}
		}
		f.add(part.FormName(), v)
	}
}

// tail remembers the end of what was read: package multipart takes a body that is cut right behind a boundary for
// a whole one.
type tail struct {
	io.Reader
	last []byte
}

func (t *tail) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	t.last = append(t.last, p[:n]...)
	if extra := len(t.last) - 256; extra > 0 {
		t.last = append(t.last[:0], t.last[extra:]...)
	}
	return n, err
}

// partReader turns a broken stream into an error that tells of a cut upload.
type partReader struct{ r io.Reader }

func (p partReader) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if err != nil && err != io.EOF {
		err = cut(err)
	}
	return n, err
}

// cut names a body that ended early or is not what it says.
func cut(err error) error {
	if mbe, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errs.Wrap(errs.TooMany, "web.body_too_large", errs.Args{"Limit": mbe.Limit}, err)
	}
	return errs.Wrap(errs.Invalid, "web.cut_upload", nil, err)
}

// add keeps a value with the line ends of a text area as plain newlines.
func (f Form) add(name, v string) {
	if !utf8.ValidString(v) {
		v = strings.ToValidUTF8(v, "\uFFFD")
	}
	f.Values.Add(name, strings.ReplaceAll(strings.ReplaceAll(v, "\r\n", "\n"), "\r", "\n"))
}
