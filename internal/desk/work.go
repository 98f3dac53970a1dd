package desk

import (
	"path"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/web"
)

// What members do stands below [workAt]. A route with {unit} is answered to people whom the newest signed roster of
// that unit lists with the keys of their account; for everybody else the unit does not exist.

// workRoutes are everything that members do.
func (d *door) workRoutes(wd *web.Door, lang i18n.Lang) {
	at := workAt(lang)
	wd.Handle("GET "+at+"facts", 0, read(d, lang, d.workFacts))
	d.caseRoutes(wd, lang)
	d.jointRoutes(wd, lang)
	d.entryRoutes(wd, lang)
	d.queueRoutes(wd, lang)
	d.floodRoutes(wd, lang)
}

// workRead handles a question of a member of the route's {unit}.
func workRead(d *door, lang i18n.Lang, h func(v *visit, who *casework.Person) (any, error)) web.Handler {
	return read(d, lang, func(v *visit) (any, error) {
		who, err := d.personAt(v)
		if err != nil {
			return nil, err
		}
		return h(v, who)
	})
}

// workWrite handles an act of a member of the route's {unit}, with a body of known fields.
func workWrite[T any](d *door, lang i18n.Lang, h func(v *visit, who *casework.Person, in T) (any, error)) web.Handler {
	return workBody(d, lang, func(v *visit, who *casework.Person) (any, error) {
		var in T
		if err := web.ReadJSON(v.r.Body, &in); err != nil {
			return nil, err
		}
		return h(v, who, in)
	})
}

// workBody is [workWrite] for a body that is no JSON: h reads it itself. Nothing of it is read before the session, its token and
// the unit are known to be right.
func workBody(d *door, lang i18n.Lang, h func(v *visit, who *casework.Person) (any, error)) web.Handler {
	return d.api(lang, func(v *visit) (any, error) {
		if err := d.signedIn(v); err != nil {
			return nil, err
		}
		if !v.me.CheckFormToken(v.r.Header.Get(tokenHeader)) {
			return nil, errs.New(errs.Denied, "web.cross_origin", nil)
		}
		who, err := d.personAt(v)
		if err != nil {
			return nil, err
		}
		return h(v, who)
	})
}

// accountOf is the session as the rosters know people.
func accountOf(s *staff.Session) casework.Account {
	return casework.Account{ID: s.Account, Recipient: s.Recipient, Sign: s.Sign}
}

// memberOnly refuses other accounts of the desk.
func memberOnly(v *visit) error {
	if v.me.Role != staff.Member {
		return errs.New(errs.Denied, "casework.role", nil)
	}
	return nil
}

// personAt turns the session into the member of the route's {unit}.
func (d *door) personAt(v *visit) (*casework.Person, error) {
	if err := memberOnly(v); err != nil {
		return nil, err
	}
	return d.o.Casework.Member(v.ctx, accountOf(v.me), id.Unit(v.r.PathValue("unit")))
}

// workAt is where the API of a language has what members do.
func workAt(lang i18n.Lang) string { return path.Join("/", lang.Segment(), "api", "work") + "/" }
