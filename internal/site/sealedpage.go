package site

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"

	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/web"
)

// SealedPage is a page that seals in the browser: the same bytes for everybody, no form, no field.
type SealedPage struct {
	ui.Frame
	Root, Ack, PublicLog, CaseLog string // the keys to trust; "" while there are none
	Forms                         string // hash of the form's description in each language, such as zh:… en:…
	Plain                         string // the same without scripts
}

// keyedPages are the pages that hold the keys to trust: their bytes change with the root key. The template has the name
// of the path.
func keyedPages() []string { return []string{pathSealed} }

// sealed serves a page that seals in the browser.
func (s *Site) sealed(lang i18n.Lang, path string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		st, err := s.sealedStatic(lang, path)
		if err != nil {
			return err
		}
		web.Seals(w)
		st.Serve(w, r)
		return nil
	}
}

// sealedStatic renders such a page once for each root key.
func (s *Site) sealedStatic(lang i18n.Lang, path string) (*web.Static, error) {
	here := map[string]ui.Place{pathSealed: ui.AtReport}[path]
	p := SealedPage{Frame: s.frame(lang, here, path), Plain: href(lang, path+"/plain")}
	if set, err := s.o.Keys(); err == nil {
		p.Root, p.Ack, p.PublicLog, p.CaseLog = set.Root, set.Ack, set.Logs.Public, set.Logs.Cases
	}
	key := fmt.Sprint("sealed ", lang, path, p.Root)
	if st, ok := s.pages.Load(key); ok {
		return st.(*web.Static), nil
	}
	var forms []string
	for _, l := range s.o.Catalog.Langs() {
		forms = append(forms, fmt.Sprintf("%s:%x", l.Segment(), sha256.Sum256(s.forms[l].Bytes())))
	}
	p.Forms = strings.Join(forms, " ")
	var b bytes.Buffer
	if err := s.render.Render(&b, path, lang, p); err != nil {
		return nil, err
	}
	st := web.NewStatic(b.Bytes(), "text/html; charset=utf-8", "no-store")
	s.pages.Store(key, st)
	return st, nil
}
