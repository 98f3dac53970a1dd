package desk

import (
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
)

// ownRoutes are about one's own account.
func (d *door) ownRoutes(wd *web.Door, lang i18n.Lang) {
	at := "/" + lang.Segment() + "/api/"
	wd.Handle("GET "+at+"me/account", 0, read(d, lang, d.mine))
	wd.Handle("GET "+at+"me/key", 0, read(d, lang, d.myKey))
	wd.Handle("POST "+at+"passkey/add-begin", smallBody, write(d, lang, func(v *visit, _ struct{}) (any, error) { return question(d.o.Staff.BeginAddPasskey(v.ctx, v.me)) }))
	wd.Handle("POST "+at+"passkey/add-finish", keyBody, write(d, lang, d.passkeyAdd))
	wd.Handle("POST "+at+"passkey/remove", keyBody, write(d, lang, d.passkeyRemove))
	wd.Handle("GET "+at+"me/own", 0, read(d, lang, func(v *visit) (any, error) {
		f, err := d.o.Staff.OwnFile(v.ctx, v.me)
		return ownJSON{f.Version, f.Sealed}, err
	}))
	wd.Handle("POST "+at+"me/own", ownBody, write(d, lang, func(v *visit, in ownJSON) (any, error) {
		return nil, d.o.Staff.KeepOwnFile(v.ctx, v.me, staff.OwnFile{Version: in.Version, Sealed: in.Sealed})
	}))
	d.renewRoutes(wd, lang)
}

// ownBody holds an own file that is one byte too large, in base64, so that it is refused in words.
const ownBody = staff.MaxOwnFile*4/3 + 4<<10

// ownJSON is what a person keeps for themself. Version 0, without bytes: nothing yet.
type ownJSON struct {
	Version int64  `json:"version"`
	Sealed  []byte `json:"sealed"`
}

func (d *door) mine(v *visit) (any, error) {
	k, err := d.o.Staff.Keys(v.ctx, v.me)
	if err != nil {
		return nil, err
	}
	type passkey struct {
		ID   []byte      `json:"id"`
		Name string      `json:"name"`
		Day  workday.Day `json:"day"`
		Kek  string      `json:"kek"` // recipient of its wrapping key
	}
	passkeys := []passkey{}
	for _, p := range k.Passkeys {
		passkeys = append(passkeys, passkey{p.ID, p.Name, p.Made, p.Recipient})
	}
	return map[string]any{"passkeys": passkeys}, nil
}

// myKey is the ciphertext of one's own key file, to be opened again on a page that was loaded anew.
func (d *door) myKey(v *visit) (any, error) {
	k, err := d.o.Staff.Keys(v.ctx, v.me)
	if err != nil {
		return nil, err
	}
	passkeys := [][]byte{}
	for _, p := range k.Passkeys {
		passkeys = append(passkeys, p.ID)
	}
	return map[string]any{"salt": k.Salt[:], "wrapped": k.Wrapped, "passkeys": passkeys}, nil
}

type rewrapJSON struct {
	Wrapped []byte `json:"wrapped"`
	Proof   []byte `json:"proof"`
}

func (d *door) passkeyAdd(v *visit, in struct {
	answerJSON
	rewrapJSON
	Name      string `json:"name"`
	Recipient string `json:"recipient"`
}) (any, error) {
	return nil, d.o.Staff.FinishAddPasskey(v.ctx, v.me, staff.NewPasskey{
		State: in.State, Body: []byte(in.Body), Name: in.Name, Recipient: in.Recipient, Rewrap: staff.Rewrap{Wrapped: in.Wrapped, Proof: in.Proof},
	})
}

func (d *door) passkeyRemove(v *visit, in struct {
	rewrapJSON
	ID []byte `json:"id"`
}) (any, error) {
	return nil, d.o.Staff.RemovePasskey(v.ctx, v.me, in.ID, staff.Rewrap{Wrapped: in.Wrapped, Proof: in.Proof})
}

// peopleRoutes are for the administrator: who has an account, and links for those who shall have one.
func (d *door) peopleRoutes(wd *web.Door, lang i18n.Lang) {
	at := "/" + lang.Segment() + "/api/"
	wd.Handle("GET "+at+"people", 0, read(d, lang, d.people))
	wd.Handle("POST "+at+"people/invite", smallBody, write(d, lang, d.invite))
	wd.Handle("POST "+at+"people/remove", smallBody, write(d, lang, func(v *visit, in struct {
		Account id.Member `json:"account"`
	}) (any, error) {
		return nil, d.o.Staff.Remove(v.ctx, v.me, in.Account)
	}))
}

// personJSON is somebody with an account. Fingerprint is not in it: pages compute it from the keys.
type personJSON struct {
	Account   id.Member   `json:"account"`
	Name      string      `json:"name"`
	Role      staff.Role  `json:"role"`
	Day       workday.Day `json:"day"`
	Active    bool        `json:"active"`
	Recipient string      `json:"recipient"`
	Sign      string      `json:"sign"`
}

func (d *door) people(v *visit) (any, error) {
	accounts, err := d.o.Staff.Accounts(v.ctx, v.me, staff.Desk)
	if err != nil {
		return nil, err
	}
	people := []personJSON{}
	for _, a := range accounts {
		people = append(people, personJSON{a.ID, a.Name, a.Role, a.Made, a.Active, a.Recipient, a.Sign})
	}
	open, err := d.o.Staff.Invitations(v.ctx, v.me)
	if err != nil {
		return nil, err
	}
	type waiting struct {
		Account id.Member  `json:"account"`
		Name    string     `json:"name"`
		Role    staff.Role `json:"role"`
		Minutes int        `json:"minutes"`
	}
	links := []waiting{}
	for _, i := range open {
		links = append(links, waiting{i.ID, i.Name, i.Role, max(0, int(i.Until.Sub(d.o.Now()).Minutes()))})
	}
	return map[string]any{"accounts": people, "invitations": links}, nil
}

func (d *door) invite(v *visit, in struct {
	Account id.Member  `json:"account"`
	Name    string     `json:"name"`
	Role    staff.Role `json:"role"`
}) (any, error) {
	link, err := d.o.Staff.Invite(v.ctx, v.me, staff.Invitation{Role: in.Role, ID: in.Account, Name: in.Name})
	if err != nil {
		return nil, err
	}
	return map[string]string{"link": link.URL}, nil
}
