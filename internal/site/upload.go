package site

import (
	"bytes"
	"encoding/base64"
	"mime"
	"net/http"
	"strconv"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/work"
)

// Uploads speak tus 1.0.0 (https://tus.io/protocols/resumable-upload) below /<language>/api/upload; docs/spec/api.md says
// what of it. A file's name and type stand inside the seal, so Upload-Metadata is refused.
const (
	tusVersion    = "1.0.0"
	tusExtensions = "creation,termination,expiration"
	tusType       = "application/offset+octet-stream"
)

// Headers of uploads. They are read nowhere else.
const (
	headerTus     = "Tus-Resumable"
	headerLength  = "Upload-Length"
	headerOffset  = "Upload-Offset"
	headerExpires = "Upload-Expires"
	headerWork    = "Clarion-Work"
)

// emptyBody is read by nobody; a client may say that it has one.
const emptyBody = 1 << 10

// tusStatus are the statuses that tus gives to errors, where the kind alone would give another.
var tusStatus = map[string]int{
	"site.tus_version":     http.StatusPreconditionFailed,
	"site.tus_extension":   http.StatusBadRequest,
	"site.tus_header":      http.StatusBadRequest,
	"site.tus_type":        http.StatusUnsupportedMediaType,
	intake.KeyUploadLocked: http.StatusLocked,
}

func (s *Site) uploadRoutes(d *web.Door, lang i18n.Lang) {
	at := href(lang, "api/upload")
	d.Handle("GET "+href(lang, "api/upload-work"), 0, s.api(lang, s.uploadWork))
	d.Handle("OPTIONS "+at, emptyBody, s.tus(lang, s.uploadOptions))
	d.Handle("POST "+at, emptyBody, s.tus(lang, s.uploadCreate(at)))
	d.Handle("HEAD "+at+"/{id}", 0, s.tus(lang, s.uploadHead))
	d.Handle("PATCH "+at+"/{id}", s.o.Intake.MaxUpload(), s.tus(lang, s.uploadPatch))
	d.Handle("DELETE "+at+"/{id}", emptyBody, s.tus(lang, s.uploadDelete))
}

// tus is api with the rules that all requests of the protocol share.
func (s *Site) tus(lang i18n.Lang, h web.Handler) web.Handler {
	return s.api(lang, func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set(headerTus, tusVersion)
		if r.Method != http.MethodOptions && r.Header.Get(headerTus) != tusVersion {
			w.Header().Set("Tus-Version", tusVersion)
			return errs.New(errs.Invalid, "site.tus_version", nil)
		}
		return h(w, r)
	})
}

func (s *Site) uploadWork(w http.ResponseWriter, r *http.Request) error {
	size, err := count(r.URL.Query().Get("size"))
	if err != nil {
		return err
	}
	c, err := s.o.Intake.UploadChallenge(r.Context(), size)
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, c)
}

func (s *Site) uploadOptions(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Tus-Version", tusVersion)
	w.Header().Set("Tus-Extension", tusExtensions)
	w.Header().Set("Tus-Max-Size", strconv.FormatInt(s.o.Intake.MaxUpload(), 10))
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Site) uploadCreate(at string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		for _, name := range []string{"Upload-Metadata", "Upload-Defer-Length", "Upload-Concat"} {
			if r.Header.Values(name) != nil {
				return errs.New(errs.Invalid, "site.tus_extension", errs.Args{"Header": name})
			}
		}
		size, err := count(r.Header.Get(headerLength))
		if err != nil {
			return err
		}
		p, err := workHeader(r.Header.Get(headerWork))
		if err != nil {
			return err
		}
		u, err := s.o.Intake.CreateUpload(r.Context(), size, p)
		if err != nil {
			return err
		}
		w.Header().Set("Location", at+"/"+u.ID.String())
		w.Header().Set(headerExpires, u.Expires.UTC().Format(http.TimeFormat))
		w.WriteHeader(http.StatusCreated)
		return nil
	}
}

func (s *Site) uploadHead(w http.ResponseWriter, r *http.Request) error {
	u, err := s.o.Intake.UploadOf(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	uploadStands(w, u)
	w.Header().Set(headerLength, strconv.FormatInt(u.Size, 10))
	w.WriteHeader(http.StatusOK)
	return nil
}

func (s *Site) uploadPatch(w http.ResponseWriter, r *http.Request) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != tusType {
		return errs.Wrap(errs.Invalid, "site.tus_type", nil, err)
	}
	offset, err := count(r.Header.Get(headerOffset))
	if err != nil {
		return err
	}
	control := http.NewResponseController(w)
	u, err := s.o.Intake.AppendUpload(r.Context(), r.PathValue("id"), offset, intake.Incoming{
		Reader: r.Body, Length: r.ContentLength,
		// A door under test has no connection to set a deadline on.
		Cut: func() { _ = control.SetReadDeadline(time.Unix(1, 0)) },
	})
	if err != nil {
		return err
	}
	uploadStands(w, u)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func uploadStands(w http.ResponseWriter, u intake.Upload) {
	w.Header().Set(headerOffset, strconv.FormatInt(u.Offset, 10))
	w.Header().Set(headerExpires, u.Expires.UTC().Format(http.TimeFormat))
}

func (s *Site) uploadDelete(w http.ResponseWriter, r *http.Request) error {
	if err := s.o.Intake.DropUpload(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// count reads a number of bytes in its only spelling.
func count(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != text {
		return 0, errs.New(errs.Invalid, "site.tus_header", nil)
	}
	return n, nil
}

// workHeader reads the proof of work of an upload.
func workHeader(text string) (p work.Payload, err error) {
	if text == "" {
		return p, errs.New(errs.Invalid, "work.missing", nil)
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return p, errs.New(errs.Invalid, "site.tus_header", nil)
	}
	if err := web.ReadJSON(bytes.NewReader(b), &p); err != nil {
		return p, errs.New(errs.Invalid, "site.tus_header", nil)
	}
	return p, nil
}
