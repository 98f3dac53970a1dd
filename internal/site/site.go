package site

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/public/reading"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/proof"
)

// Options are everything the public door stands on. Tour may be nil.
type Options struct {
	Catalog  *i18n.Catalog
	Pack     *pack.Pack
	Intake   *intake.Service
	Reading  *reading.Service
	Log      *slog.Logger
	Now      func() time.Time
	Version  string
	URL      string   // the origin that people type
	Hosts    []string // further host names
	BodyRate int64
	Demo     bool
	Faults   func()                           // told of each fault of ours
	Tour     func(l *i18n.Localizer) TourPage // the demo's first page
	Handle   time.Duration                    // how long an opened mailbox stays open
	Keys     func() (*proof.KeySet, error)    // the key set in force
	// Staff are the files of the doors of staff under a root key, as the statement of the release names them: name to hex
	// SHA-256. Nil where there are none.
	Staff func(root string) (map[string]string, error)
}

// Site is the public door's handlers.
type Site struct {
	o      Options
	render *ui.Renderer
	assets *ui.Assets
	sites  map[i18n.Lang]ui.Site
	asked  map[string]bool           // names of the pack's questions in a form
	forms  map[i18n.Lang]*web.Static // the form in words, for programs
	pages  sync.Map                  // of path and state to *web.Static
	static map[string]*web.Static
	bodies sync.Pool // of *bytes.Buffer, for reports
}

// New makes the site. It parses every page in every language.
func New(o Options) (*Site, error) {
	a, err := newAssets()
	if err != nil {
		return nil, err
	}
	r, err := newRenderer(o.Catalog, a)
	if err != nil {
		return nil, err
	}
	s := &Site{o: o, render: r, assets: a, sites: map[i18n.Lang]ui.Site{}, forms: map[i18n.Lang]*web.Static{}, asked: askedBy(o.Pack)}
	s.bodies.New = func() any { return new(bytes.Buffer) }
	for _, l := range o.Catalog.Langs() {
		s.sites[l] = siteOf(o, l)
		form, err := describe(o, s.sites[l], l)
		if err != nil {
			return nil, err
		}
		s.forms[l] = web.NewStatic(form, "application/json; charset=utf-8", web.Revalidate)
	}
	if s.static, err = s.staticPages(); err != nil {
		return nil, err
	}
	return s, nil
}

func siteOf(o Options, l i18n.Lang) ui.Site {
	p, lang := o.Pack, string(l)
	place := o.URL
	if u, err := url.Parse(o.URL); err == nil {
		place = u.Host
	}
	s := ui.Site{Name: p.Authority.Name.In(lang), Tagline: p.Name.In(lang), Place: place, Leave: p.Leave, Emergency: phoneOf(p.Emergency, lang), Version: o.Version}
	for _, n := range p.Numbers {
		if n.Kind == "hotline" {
			s.Hotline = phoneOf(n, lang)
			break
		}
	}
	return s
}

func phoneOf(n pack.Number, lang string) ui.Phone {
	return ui.Phone{Label: n.Label.In(lang), Number: n.Shown, Tel: n.Tel, Hours: n.Hours.In(lang), Note: n.Note.In(lang)}
}

// Door is the public door with every route.
func (s *Site) Door() (*web.Door, error) {
	d := web.NewDoor(web.Options{URL: s.o.URL, Hosts: s.o.Hosts, BodyRate: s.o.BodyRate, Log: s.o.Log, Render: s.fault, Faults: s.o.Faults})
	for _, a := range s.assets.All() {
		st := web.NewStatic(a.Body, a.Type, web.Immutable)
		d.Handle("GET "+a.Path, 0, func(w http.ResponseWriter, r *http.Request) error { st.Serve(w, r); return nil })
	}
	s.wellKnown(d)
	d.Handle("GET /{$}", 0, s.front)
	d.Handle("GET /keys.json", 0, s.keys)
	d.Handle("GET /release.txt", 0, s.release)
	d.Handle("GET /log/{log}/checkpoint", 0, s.checkpoint)
	d.Handle("GET /log/public/tile/{path...}", 0, s.tile)
	s.scripted(d)
	for _, lang := range s.o.Catalog.Langs() {
		s.routes(d, lang)
	}
	return d, nil
}

// wellKnown are the files that browsers and crawlers ask for by name.
func (s *Site) wellKnown(d *web.Door) {
	files := map[string]*web.Static{
		"/robots.txt": web.NewStatic([]byte(robots()), "text/plain; charset=utf-8", web.Revalidate),
	}
	for _, a := range s.assets.All() {
		if a.Name == "icon.png" {
			files["/favicon.ico"] = web.NewStatic(a.Body, a.Type, web.Revalidate)
		}
	}
	for path, st := range files {
		d.Handle("GET "+path, 0, func(w http.ResponseWriter, r *http.Request) error { st.Serve(w, r); return nil })
	}
}

func (s *Site) routes(d *web.Door, lang i18n.Lang) {
	get := func(path string, h web.Handler) { d.Handle("GET "+href(lang, path), 0, h) }
	get("{$}", s.cached(lang, "", s.home))
	get(pathContact, s.cached(lang, pathContact, s.contact))
	for path, page := range map[string]string{pathSee: "see", pathThreat: "threat", pathFlow: "flow", pathAccess: "access"} {
		get(path, s.cached(lang, path, s.info(path, page)))
	}
	get(pathRetention, s.cached(lang, pathRetention, s.retention))
	get(pathSource, s.cached(lang, pathSource, s.source))
	if s.o.Demo && s.o.Tour != nil {
		get(pathTour, s.tour(lang))
	}
	for _, k := range keyedPages() {
		get(k.path, s.sealed(lang, k))
	}
	get("api/form", func(w http.ResponseWriter, r *http.Request) error { s.forms[lang].Serve(w, r); return nil })
	get("api/offer", s.offer(lang))
	get(pathReport, s.start(lang))
	d.Handle("POST "+href(lang, pathReport), s.formLimit(), s.report(lang))
	get(pathMailbox, s.signIn(lang))
	d.Handle("POST "+href(lang, pathMailbox), s.formLimit(), s.mailbox(lang))
	s.apiRoutes(d, lang)
}

// formLimit is the largest body of a form: its values and three files.
func (s *Site) formLimit() int64 {
	return formLimits.Total + filesAtOnce*(s.o.Intake.Limits().Size+4096) + 1<<20
}

const filesAtOnce = 3

// formLimits bound the values of one form. They lie far above what an answer may be, so that who pasted too much finds
// all of it again beside the fault.
var formLimits = web.FormLimits{Fields: 400, Value: 1 << 20, Total: 3 << 19}

// frame is the frame of a page in a language.
func (s *Site) frame(lang i18n.Lang, here ui.Place, path string) ui.Frame {
	return newFrame(s.o.Catalog.For(lang), s.sites[lang], here, path, s.o.Demo)
}

// page writes a rendered page that nobody may keep.
func (s *Site) page(w http.ResponseWriter, status int, page string, lang i18n.Lang, data any) error {
	var b bytes.Buffer
	if err := s.render.Render(&b, page, lang, data); err != nil {
		return err
	}
	return send(w, status, b.Bytes())
}

func send(w http.ResponseWriter, status int, body []byte) error {
	web.NoStore(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	// A write error means that the visitor left.
	_, _ = w.Write(body)
	return nil
}

// front sends a visitor to the language that the browser asks for. The choice is in the address, not in a cookie.
func (s *Site) front(w http.ResponseWriter, r *http.Request) error {
	lang := s.o.Catalog.Match(r.Header.Get("Accept-Language"))
	w.Header().Set("Vary", "Accept-Language")
	w.Header().Set("Cache-Control", "no-cache")
	to := href(lang, "")
	if s.o.Demo && s.o.Tour != nil {
		to = href(lang, pathTour)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (s *Site) keys(w http.ResponseWriter, r *http.Request) error {
	b, err := s.o.Reading.Keys(r.Context())
	if err != nil {
		return err
	}
	s.bytes(w, r, b, "application/json; charset=utf-8")
	return nil
}

func (s *Site) release(w http.ResponseWriter, r *http.Request) error {
	st, err := s.releaseStatic(s.keySet())
	if err != nil {
		return err
	}
	st.Serve(w, r)
	return nil
}

func (s *Site) checkpoint(w http.ResponseWriter, r *http.Request) error {
	log, err := parseLog(r.PathValue("log"))
	if err != nil {
		return web.NotFound()
	}
	b, err := s.o.Reading.Checkpoint(r.Context(), log)
	if err != nil {
		return err
	}
	s.bytes(w, r, b, "text/plain; charset=utf-8")
	return nil
}

func (s *Site) tile(w http.ResponseWriter, r *http.Request) error {
	b, full, err := s.o.Reading.Tile(r.Context(), "tile/"+r.PathValue("path"))
	if err != nil {
		return err
	}
	cache := web.Revalidate
	if full {
		cache = web.Immutable
	}
	web.NewStatic(b, "application/octet-stream", cache).Serve(w, r)
	return nil
}

// bytes serves a text that changes from time to time. The last one of each path is kept with its encodings:
// compressing it costs a hundred times what sending it does. Paths are few: they come from the routes, never from the
// visitor.
func (s *Site) bytes(w http.ResponseWriter, r *http.Request, b []byte, kind string) {
	if had, ok := s.pages.Load(r.URL.Path); ok {
		if st := had.(*web.Static); bytes.Equal(st.Bytes(), b) {
			st.Serve(w, r)
			return
		}
	}
	st := web.NewStatic(b, kind, web.Revalidate)
	s.pages.Store(r.URL.Path, st)
	st.Serve(w, r)
}

// cached serves a page that is the same for everyone. It is rendered and compressed once for each state of the doors.
func (s *Site) cached(lang i18n.Lang, path string, build func(lang i18n.Lang, open bool) (string, any)) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		open, err := s.o.Intake.Open(r.Context())
		if err != nil {
			open = false // the page is about the authority, not about the database
		}
		key := fmt.Sprint(lang, path, open)
		if st, ok := s.pages.Load(key); ok {
			st.(*web.Static).Serve(w, r)
			return nil
		}
		page, data := build(lang, open)
		var b bytes.Buffer
		if err := s.render.Render(&b, page, lang, data); err != nil {
			return err
		}
		st := web.NewStatic(b.Bytes(), "text/html; charset=utf-8", web.Revalidate)
		s.pages.Store(key, st)
		st.Serve(w, r)
		return nil
	}
}

// fault renders an error in the language of the path.
func (s *Site) fault(w http.ResponseWriter, r *http.Request, p web.Problem) {
	lang := s.langOf(r)
	page := FaultPage{Frame: s.frame(lang, ui.Elsewhere, ""), Status: p.Status, Fault: p.Fault}
	page.Frame.Invalid = true
	// Whoever only looks at a page is told what the page can tell, not what the storage has to say.
	if p.Public != nil && (r.Method == http.MethodPost || p.Status != http.StatusServiceUnavailable) {
		page.Text = s.o.Catalog.For(lang).T(p.Public.Key, p.Public.Args)
	}
	if p.Public != nil && p.Public.Key == intake.KeyUsed {
		page.Mailbox = true
		page.Frame.Links.Mailbox = href(lang, pathMailbox)
	} else if r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/") {
		if path := strings.TrimPrefix(r.URL.Path, "/"+lang.Segment()+"/"); path == pathReport || path == pathMailbox {
			page.Back = href(lang, path)
		}
	}
	if err := s.page(w, p.Status, "fault", lang, page); err != nil {
		s.o.Log.Error("fault page", "status", p.Status)
		w.WriteHeader(http.StatusInternalServerError)
	}
}

func (s *Site) langOf(r *http.Request) i18n.Lang {
	segment, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if lang, ok := s.o.Catalog.BySegment(segment); ok {
		return lang
	}
	return s.o.Catalog.Match(r.Header.Get("Accept-Language"))
}
