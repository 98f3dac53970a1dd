// Package desk is the pages of staff: the desk and, on the same listener under another host name, the inspector's door.
//
// Each door is a shell whose bytes are the same for everybody, scripts named by their hashes, and an API of JSON. The
// page is made in the browser, because keys live there: a key stays open while one page stays open, and what a
// server sends as a page could not be compared from outside. It must never hold a key, render foreign text, or let a
// session of one door count at the other.
package desk

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/oversight"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/web"
)

// Options are everything both doors stand on.
type Options struct {
	Instance   string
	Staff      *staff.Service
	Setup      *setup.Service
	Casework   *casework.Service
	Oversight  *oversight.Service
	Settings   []config.Setting // of this start, as the administrator may see them
	Now        func() time.Time
	Catalog    *i18n.Catalog
	Pack       *pack.Pack
	Log        *slog.Logger
	Version    string
	DeskURL    string // origin of the desk
	InspectURL string // origin of the inspector's door
	BodyRate   int64
	Demo       bool
	Faults     func()        // told of each fault of ours
	Beat       time.Duration // how often a live line shows that it lives and looks whether its session does; 25 s if zero
}

// door is one of the two.
type door struct {
	o      Options
	name   staff.Door
	render *ui.Renderer
	assets *ui.Assets
	texts  map[i18n.Lang]*web.Static
	packs  map[i18n.Lang]packJSON
	frames map[string]*web.Static // documents of the viewer, by path
	lines  lines
	// hashes of the texts that the shells name.
	hashes map[i18n.Lang]string

	mu     sync.Mutex // guards what follows
	root   string     // that the shells are pinned to
	shells map[i18n.Lang]*web.Static
}

// Doors are both doors behind one handler, which sorts requests by Host before anything else. A host that is neither is
// answered by the desk's door, with a refusal.
type Doors struct {
	doors   []*door // the desk, then the inspector's
	answers []http.Handler
	inspect string // host of the inspector's door
}

// ServeHTTP answers at the door that the request names.
func (d *Doors) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if web.HostOnly(r.Host) == d.inspect {
		d.answers[1].ServeHTTP(w, r)
		return
	}
	d.answers[0].ServeHTTP(w, r)
}

// New makes both doors.
func New(o Options) (*Doors, error) {
	a, err := newAssets()
	if err != nil {
		return nil, err
	}
	r, err := newRenderer(o.Catalog, a)
	if err != nil {
		return nil, err
	}
	out := &Doors{inspect: hostOf(o.InspectURL)}
	for _, at := range []struct {
		name staff.Door
		url  string
	}{{staff.Desk, o.DeskURL}, {staff.Inspect, o.InspectURL}} {
		d := &door{o: o, name: at.name, render: r, assets: a, shells: map[i18n.Lang]*web.Static{}, hashes: map[i18n.Lang]string{}, texts: map[i18n.Lang]*web.Static{}, packs: map[i18n.Lang]packJSON{}, frames: map[string]*web.Static{}, lines: lines{of: map[string]int{}}}
		wd, err := d.handlers(at.url)
		if err != nil {
			return nil, err
		}
		out.doors, out.answers = append(out.doors, d), append(out.answers, wd)
	}
	return out, nil
}

func hostOf(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return ""
	}
	return web.HostOnly(u.Host)
}

// handlers routes everything of a door.
func (d *door) handlers(origin string) (*web.Door, error) {
	wd := web.NewDoor(web.Options{URL: origin, BodyRate: d.o.BodyRate, Log: d.o.Log, Render: d.fault, Faults: d.o.Faults})
	for _, a := range d.assets.All() {
		st := web.NewStatic(a.Body, a.Type, web.Immutable)
		wd.Handle("GET "+a.Path, 0, func(w http.ResponseWriter, r *http.Request) error {
			if viewers(a.Name) {
				w.Header().Set("Access-Control-Allow-Origin", "*")
			}
			st.Serve(w, r)
			return nil
		})
	}
	if err := d.viewerRoutes(wd, origin); err != nil {
		return nil, err
	}
	wd.Handle("GET /{$}", 0, d.front)
	// A link that was made for somebody has no language yet.
	wd.Handle("GET /join", 0, d.front)
	for _, lang := range d.o.Catalog.Langs() {
		if err := d.prepare(lang); err != nil {
			return nil, err
		}
		shell := func(w http.ResponseWriter, r *http.Request) error {
			web.Desk(w)
			shell, err := d.shell(lang, d.o.Setup.Root())
			if err != nil {
				return err
			}
			shell.Serve(w, r)
			return nil
		}
		// The script reads the rest of the path. What is no page of its own says so there.
		wd.Handle("GET /"+lang.Segment()+"/{page...}", 0, shell)
		wd.Handle("GET /"+lang.Segment()+"/api/texts", 0, func(w http.ResponseWriter, r *http.Request) error {
			d.texts[lang].Serve(w, r)
			return nil
		})
		wd.Handle("GET /"+lang.Segment()+"/api/{rest...}", 0, func(http.ResponseWriter, *http.Request) error { return web.NotFound() })
		d.sessionRoutes(wd, lang)
		d.ownRoutes(wd, lang)
		if d.name == staff.Desk {
			d.packs[lang] = d.packFacts(lang)
			d.peopleRoutes(wd, lang)
			d.adminRoutes(wd, lang)
			d.sampleRoutes(wd, lang)
			d.workRoutes(wd, lang)
			d.holderRoutes(wd, lang)
			d.awayRoutes(wd, lang)
			d.tongueRoutes(wd, lang)
		}
		if d.name == staff.Inspect {
			d.inspectRoutes(wd, lang)
		}
		d.rulesRoutes(wd, lang)
		d.setupRoutes(wd, lang)
	}
	return wd, nil
}

// front sends staff to the language that the browser asks for. What stands behind # goes along, because browsers keep it.
func (d *door) front(w http.ResponseWriter, r *http.Request) error {
	lang := d.o.Catalog.Match(r.Header.Get("Accept-Language"))
	w.Header().Set("Vary", "Accept-Language")
	web.NoStore(w)
	http.Redirect(w, r, "/"+lang.Segment()+"/"+strings.TrimPrefix(r.URL.Path, "/"), http.StatusSeeOther)
	return nil
}
