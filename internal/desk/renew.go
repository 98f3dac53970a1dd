package desk

import (
	"strings"

	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/web"
)

// renewRoutes change one's own passphrase and second factor. Each begins with who asks showing that it is they: a permit comes
// of it, which goes back with the change.
func (d *door) renewRoutes(wd *web.Door, lang i18n.Lang) {
	at := "/" + lang.Segment() + "/api/me/"
	wd.Handle("POST "+at+"presence/start", smallBody, write(d, lang, d.presenceStart))
	wd.Handle("POST "+at+"presence/finish", smallBody, write(d, lang, d.presenceFinish))
	wd.Handle("POST "+at+"presence/passkey-begin", smallBody, write(d, lang, func(v *visit, in changeJSON) (any, error) {
		return question(d.o.Staff.BeginPresence(v.ctx, v.me, in.For))
	}))
	wd.Handle("POST "+at+"presence/passkey-finish", keyBody, write(d, lang, d.presencePasskey))
	wd.Handle("POST "+at+"passphrase", keyBody, write(d, lang, d.newPassphrase))
	wd.Handle("POST "+at+"factor/show", smallBody, write(d, lang, d.factorShow))
	wd.Handle("POST "+at+"factor/set", smallBody, write(d, lang, d.factorSet))
}

// changeJSON is what somebody shows for that it is they.
type changeJSON struct {
	For staff.Change `json:"for"`
}

type permitJSON struct {
	Permit string `json:"permit"`
}

func (d *door) presenceStart(v *visit, in changeJSON) (any, error) {
	return started(d.o.Staff.StartPresence(v.ctx, v.me, in.For))
}

func (d *door) presenceFinish(v *visit, in struct {
	changeJSON
	signedJSON
}) (any, error) {
	challenge, signature, code, err := in.parts()
	if err != nil {
		return nil, err
	}
	permit, err := d.o.Staff.Presence(v.ctx, v.me, in.For, challenge, signature, code)
	if err != nil {
		return nil, err
	}
	return permitJSON{permit}, nil
}

func (d *door) presencePasskey(v *visit, in struct {
	changeJSON
	answerJSON
}) (any, error) {
	permit, err := d.o.Staff.FinishPresence(v.ctx, v.me, in.For, in.State, []byte(in.Body))
	if err != nil {
		return nil, err
	}
	return permitJSON{permit}, nil
}

func (d *door) newPassphrase(v *visit, in struct {
	permitJSON
	rewrapJSON
	Login string `json:"login"`
	Salt  []byte `json:"salt"`
}) (any, error) {
	return nil, d.o.Staff.SetPassphrase(v.ctx, v.me, staff.NewPassphrase{Permit: in.Permit, Login: in.Login, Salt: in.Salt, Wrapped: in.Wrapped, Proof: in.Proof})
}

func (d *door) factorShow(v *visit, in permitJSON) (any, error) {
	f, err := d.o.Staff.ShowFactor(v.ctx, v.me, in.Permit)
	if err != nil {
		return nil, err
	}
	return map[string]any{"secret": f.Secret, "qr": f.QR}, nil
}

func (d *door) factorSet(v *visit, in struct {
	permitJSON
	Code string `json:"code"`
}) (any, error) {
	return nil, d.o.Staff.SetFactor(v.ctx, v.me, in.Permit, strings.TrimSpace(in.Code))
}
