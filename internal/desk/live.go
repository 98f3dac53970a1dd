package desk

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/web"
)

const (
	liveBeat   = 25 * time.Second
	liveOfEach = 6 // of one session: browsers open no more to one host
)

// lines counts the live connections of each session.
type lines struct {
	mu sync.Mutex
	of map[string]int // by the token of the session's pages
}

func (l *lines) take(session string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of[session] >= liveOfEach {
		return false
	}
	l.of[session]++
	return true
}

func (l *lines) release(session string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of[session]--; l.of[session] <= 0 {
		delete(l.of, session)
	}
}

// live tells a page what happens while it is open. It is no use of the session: a page that nobody sits at must end with it.
func (d *door) live(lang i18n.Lang) web.Handler {
	return d.api(lang, func(v *visit) (any, error) {
		who, err := d.watching(v)
		if err != nil {
			return nil, err
		}
		session := v.me.FormToken()
		if !d.lines.take(session) {
			return nil, errs.New(errs.Unavailable, "casework.live_full", nil)
		}
		ear, err := d.o.Casework.Listen(v.ctx, who)
		if err != nil {
			d.lines.release(session)
			return nil, err
		}
		return streamed(func(w http.ResponseWriter) error {
			defer d.lines.release(session)
			defer d.o.Casework.Close(ear)
			d.tell(v, who, ear, web.StartEvents(w))
			return nil
		}), nil
	})
}

// watching finds the person of the route's {unit} without using the session.
func (d *door) watching(v *visit) (*casework.Person, error) {
	c, err := v.r.Cookie(d.cookie())
	if err != nil {
		return nil, errs.New(errs.Denied, signedOut, nil)
	}
	if v.me, err = d.o.Staff.Watching(v.ctx, d.name, c.Value); err != nil {
		return nil, err
	}
	if err := memberOnly(v); err != nil {
		return nil, err
	}
	return d.o.Casework.Member(v.ctx, accountOf(v.me), id.Unit(v.r.PathValue("unit")))
}

// tell writes until the page goes, its session or its place on the roster ends or changes, or the server stops.
func (d *door) tell(v *visit, who *casework.Person, ear *casework.Ear, out *web.Events) {
	every := d.o.Beat
	if every == 0 {
		every = liveBeat
	}
	beat := time.NewTicker(every)
	defer beat.Stop()
	for err := out.Beat(); err == nil; {
		select {
		case <-v.ctx.Done():
			return
		case <-web.Stopping(v.ctx):
			return
		case s, ok := <-ear.C:
			if !ok {
				return
			}
			err = send(out, s)
		case <-beat.C:
			now, gone := d.watching(v)
			if gone != nil || !slices.Equal(now.Roles, who.Roles) {
				return
			}
			err = out.Beat()
		}
	}
}

func send(out *web.Events, s casework.Signal) error {
	data := struct {
		Number string `json:"number,omitempty"`
	}{s.Number}
	b, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return out.Send(string(s.Kind), string(b))
}
