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
	"clarion.example/clarion/proof"
)

// SealedPage is a page that seals in the browser: the same bytes for everybody, no form, no field.
type SealedPage struct {
	ui.Frame
	Root, Ack, PublicLog, CaseLog string // the keys to trust; "" while there are none
	Version                       int64  // of the list of keys that was in force: an older one is refused
	Forms                         string // hash of the form's description in each language, such as zh:… en:…
	Plain                         string // the same without scripts
}

// keyedPage is a page that holds the keys to trust: its bytes change with the list of keys.
type keyedPage struct {
	path string // below the language; the same without scripts stands at path/plain
	page string // the template
	here ui.Place
}

func keyedPages() []keyedPage {
	return []keyedPage{{pathSealed, "report", ui.AtReport}, {pathBox, "box", ui.AtMailbox}}
}

// sealed serves a page that seals in the browser.
func (s *Site) sealed(lang i18n.Lang, k keyedPage) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		st, err := s.sealedStatic(lang, k, s.keySet())
		if err != nil {
			return err
		}
		web.Seals(w)
		st.Serve(w, r)
		return nil
	}
}

// keySet is the list of keys in force, empty while there is none.
func (s *Site) keySet() *proof.KeySet {
	set, err := s.o.Keys()
	if err != nil {
		return &proof.KeySet{}
	}
	return set
}

// sealedStatic renders such a page once for each list of keys. Without keys the page says so.
func (s *Site) sealedStatic(lang i18n.Lang, k keyedPage, set *proof.KeySet) (*web.Static, error) {
	key := fmt.Sprint("sealed ", lang, k.path, set.Root, set.Version)
	if st, ok := s.pages.Load(key); ok {
		return st.(*web.Static), nil
	}
	p := SealedPage{Frame: s.frame(lang, k.here, k.path), Plain: href(lang, k.path+"/plain"),
		Version: set.Version, Root: set.Root, Ack: set.Ack, PublicLog: set.Logs.Public, CaseLog: set.Logs.Cases}
	var forms []string
	for _, l := range s.o.Catalog.Langs() {
		forms = append(forms, fmt.Sprintf("%s:%x", l.Segment(), sha256.Sum256(s.forms[l].Bytes())))
	}
	p.Forms = strings.Join(forms, " ")
	var b bytes.Buffer
	if err := s.render.Render(&b, k.page, lang, p); err != nil {
		return nil, err
	}
	st := web.NewStatic(b.Bytes(), "text/html; charset=utf-8", "no-store")
	s.pages.Store(key, st)
	return st, nil
}
