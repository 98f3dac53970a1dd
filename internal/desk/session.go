package desk

import (
	"net/http"
	"strings"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
)

// cookie is the name of a door's session: the prefix binds it to this host, this path and a secure line.
func (d *door) cookie() string { return "__Host-clarion-" + string(d.name) }

// signedIn finds who asks by the door's cookie.
func (d *door) signedIn(v *visit) (err error) {
	c, err := v.r.Cookie(d.cookie())
	if err != nil {
		return errs.New(errs.Denied, signedOut, nil)
	}
	v.me, err = d.o.Staff.Session(v.ctx, d.name, c.Value)
	return err
}

func (d *door) setCookie(w http.ResponseWriter, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: d.cookie(), Value: value, Path: "/", MaxAge: age, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// forget takes the cookie of a session away that is over.
func (d *door) forget(w http.ResponseWriter) { d.setCookie(w, "", -1) }

// meJSON is who is signed in. Token comes back with everything that changes something.
type meJSON struct {
	Account id.Member  `json:"account"`
	Name    string     `json:"name"`
	Role    staff.Role `json:"role"`
	Door    staff.Door `json:"door"`
	Token   string     `json:"token"`
	Wrapped []byte     `json:"wrapped,omitempty"`
}

func meOf(s *staff.Session) meJSON {
	return meJSON{s.Account, s.Name, s.Role, s.Door, s.FormToken(), nil}
}

// entered hands the session to the browser. The cookie goes when the browser does, or the session is over.
func (d *door) entered(v *visit, in staff.SignedIn) (any, error) {
	d.setCookie(v.w, in.Token, 0)
	me := meOf(in.Session)
	me.Wrapped = in.Wrapped
	return me, nil
}

// sessionRoutes are the ways in and out.
func (d *door) sessionRoutes(wd *web.Door, lang i18n.Lang) {
	post := func(path string, limit int64, h web.Handler) {
		wd.Handle("POST /"+lang.Segment()+"/api/"+path, limit, h)
	}
	post("join/look", smallBody, open(d, lang, d.joinLook))
	post("join/second", smallBody, open(d, lang, d.joinSecond))
	post("join/enrol", keyBody, open(d, lang, d.joinEnrol))
	post("sign-in/start", smallBody, open(d, lang, d.signInStart))
	post("sign-in/finish", smallBody, open(d, lang, d.signInFinish))
	post("passkey/begin", smallBody, open(d, lang, func(*visit, struct{}) (any, error) { return question(d.o.Staff.BeginPasskey(d.name)) }))
	post("passkey/finish", keyBody, open(d, lang, d.passkeyFinish))
	post("sign-out", smallBody, write(d, lang, func(v *visit, in struct {
		Everywhere bool `json:"everywhere"`
	}) (any, error) {
		d.forget(v.w)
		return nil, d.o.Staff.SignOut(v.ctx, v.me, in.Everywhere)
	}))
	wd.Handle("GET /"+lang.Segment()+"/api/me", 0, read(d, lang, func(v *visit) (any, error) { return meOf(v.me), nil }))
}

type tokenJSON struct {
	Token   string    `json:"token"`
	Account id.Member `json:"account"`
}

func (d *door) joinLook(v *visit, in struct {
	Token string `json:"token"`
}) (any, error) {
	i, err := d.o.Staff.Invitation(v.ctx, d.name, in.Token)
	if err != nil {
		return nil, err
	}
	return map[string]any{"account": i.ID, "name": i.Name, "role": i.Role, "day": workday.DayOf(d.o.Now(), d.o.Pack.Zone), "minutes": max(0, int(i.Until.Sub(d.o.Now()).Minutes()))}, nil
}

func (d *door) joinSecond(v *visit, in tokenJSON) (any, error) {
	_, f, err := d.o.Staff.BeginEnrolment(v.ctx, d.name, in.Token, in.Account)
	if err != nil {
		return nil, err
	}
	return map[string]any{"secret": f.Secret, "qr": f.QR}, nil
}

func (d *door) joinEnrol(v *visit, in struct {
	tokenJSON
	Name      string `json:"name"`
	Code      string `json:"code"`
	Recipient string `json:"recipient"`
	Sign      string `json:"sign"`
	Login     string `json:"login"`
	Salt      []byte `json:"salt"`
	Wrapped   []byte `json:"wrapped"`
	Proof     []byte `json:"proof"`
}) (any, error) {
	made, err := d.o.Staff.Enrol(v.ctx, d.name, in.Token, staff.Enrolment{
		ID: in.Account, Name: in.Name, Recipient: in.Recipient, Sign: in.Sign, Login: in.Login, Salt: in.Salt, Wrapped: in.Wrapped, Proof: in.Proof, Code: in.Code,
	})
	if err != nil {
		return nil, err
	}
	return d.entered(v, made)
}

func (d *door) signInStart(v *visit, in struct {
	Account id.Member `json:"account"`
}) (any, error) {
	return started(d.o.Staff.Start(v.ctx, d.name, in.Account))
}

// started hands out what the page signs, and the salt of the words with which it does.
func started(start staff.Start, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return map[string]any{"salt": start.Salt[:], "challenge": start.Challenge[:]}, nil
}

// signedJSON is the answer to a challenge: by the words that were typed, and by the telephone.
type signedJSON struct {
	Challenge []byte `json:"challenge"`
	Signature []byte `json:"signature"`
	Code      string `json:"code"`
}

func (s signedJSON) parts() (challenge [32]byte, signature []byte, code string, err error) {
	if len(s.Challenge) != 32 {
		return challenge, nil, "", errs.New(errs.Invalid, "web.bad_form", nil)
	}
	return [32]byte(s.Challenge), s.Signature, strings.TrimSpace(s.Code), nil
}

func (d *door) signInFinish(v *visit, in struct {
	signedJSON
	Account id.Member `json:"account"`
}) (any, error) {
	challenge, signature, code, err := in.parts()
	if err != nil {
		return nil, err
	}
	made, err := d.o.Staff.Finish(v.ctx, d.name, in.Account, challenge, signature, code)
	if err != nil {
		return nil, err
	}
	return d.entered(v, made)
}

// question hands a ceremony to the page.
func question(c staff.Ceremony, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return map[string]any{"options": c.Options, "state": c.State}, nil
}

// answerJSON is what a passkey gave: the credential as the browser writes it, without what opens keys.
type answerJSON struct {
	State string `json:"state"`
	Body  string `json:"body"`
}

func (d *door) passkeyFinish(v *visit, in answerJSON) (any, error) {
	made, err := d.o.Staff.FinishPasskey(v.ctx, d.name, in.State, []byte(in.Body))
	if err != nil {
		return nil, err
	}
	return d.entered(v, made)
}
