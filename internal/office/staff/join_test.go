package staff_test

import (
	"bytes"
	"crypto/ed25519"
	"image/png"
	"slices"
	"sync"
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/seal"
)

// TestLinks are for one person, once, for an hour, at their door.
func TestLinks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.first("admin", staff.Administrator)
		p := newSomebody(t, "li-wei")
		invite := func() staff.Link {
			link, err := w.Invite(t.Context(), admin.session, staff.Invitation{Role: staff.Custodian, ID: p.id, Name: p.name})
			w.must("inviting", err)
			return link
		}
		gone := func(what string, at staff.Door, token string) {
			t.Helper()
			_, err := w.Invitation(t.Context(), at, token)
			refused(t, what, err, errs.NotFound, "store.invitation_absent")
			_, _, err = w.BeginEnrolment(t.Context(), at, token, "")
			refused(t, what+", beginning", err, errs.NotFound, "store.invitation_absent")
			_, err = w.Enrol(t.Context(), at, token, staff.Enrolment{})
			refused(t, what+", joining", err, errs.NotFound, "store.invitation_absent")
		}
		old, link := invite(), invite()
		gone("one that was replaced", staff.Desk, old.Token)
		gone("one of the other door", staff.Inspect, link.Token)
		for _, bad := range []string{"", "x", link.Token + "A", link.Token[:42], link.Token[1:] + "A"} {
			gone("a made-up one", staff.Desk, bad)
		}
		i, err := w.Invitation(t.Context(), staff.Desk, link.Token)
		if err != nil || i != (staff.Invitation{Role: staff.Custodian, ID: "li-wei", Name: p.name, Until: link.Until}) {
			t.Errorf("the invitation reads %+v (%v)", i, err)
		}
		w.pass(59 * time.Minute)
		w.pass(time.Minute)
		gone("one that is over", staff.Desk, link.Token)
		admin.session = w.fresh(admin)
		if open, err := w.Invitations(t.Context(), admin.session); err != nil || len(open) != 0 {
			t.Errorf("open links: %+v (%v)", open, err)
		}
		link = invite()
		if open, err := w.Invitations(t.Context(), admin.session); err != nil || len(open) != 1 || open[0].ID != p.id {
			t.Errorf("open links: %+v (%v)", open, err)
		}
		e := p.enrolment(t, w, link, staff.Custodian)
		_, err = w.Enrol(t.Context(), staff.Desk, link.Token, e)
		w.must("joining", err)
		gone("one that was used", staff.Desk, link.Token)
		_, err = w.Invite(t.Context(), admin.session, staff.Invitation{Role: staff.Member, ID: p.id, Name: "Another"})
		refused(t, "an id that was given", err, errs.Conflict, "staff.id_taken")
		p = newSomebody(t, "wang")
		link = invite()
		w.must("withdrawing", w.WithdrawInvitation(t.Context(), admin.session, p.id))
		gone("one that was withdrawn", staff.Desk, link.Token)
	})
}

// fresh signs somebody in anew.
func (w *world) fresh(p *somebody) *staff.Session {
	w.t.Helper()
	w.signIn(p)
	return p.session
}

// TestWhoInvites: the operator's command makes links for the first administrator and the inspector while there is none;
// an administrator makes those for members and custodians; nobody else makes any.
func TestWhoInvites(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, role := range []staff.Role{staff.Member, staff.Custodian, "root", ""} {
			_, err := w.InviteFirst(t.Context(), role)
			refused(t, "the operator invites "+string(role), err, errs.Invalid, "staff.bad_role")
		}
		early, err := w.InviteFirst(t.Context(), staff.Administrator)
		w.must("the operator's link", err)
		admin := w.first("admin", staff.Administrator)
		if _, err := w.Invitation(t.Context(), staff.Desk, early.Token); errs.KindOf(err) != errs.NotFound {
			t.Errorf("the operator's earlier link: %v", err)
		}
		inspector, member := w.first("qian", staff.Inspector), w.invited(admin, "li-wei", staff.Member)
		for _, role := range []staff.Role{staff.Administrator, staff.Inspector} {
			_, err := w.InviteFirst(t.Context(), role)
			refused(t, "a second "+string(role), err, errs.Conflict, "staff.role_taken")
			_, err = w.Invite(t.Context(), admin.session, staff.Invitation{Role: role, ID: "new", Name: "New"})
			refused(t, "an administrator invites an "+string(role), err, errs.Invalid, "staff.bad_role")
		}
		for _, p := range []*somebody{inspector, member} {
			_, err := w.Invite(t.Context(), p.session, staff.Invitation{Role: staff.Member, ID: "new", Name: "New"})
			refused(t, string(p.id)+" invites", err, errs.Denied, "staff.not_yours")
			_, err = w.Invitations(t.Context(), p.session)
			refused(t, string(p.id)+" lists links", err, errs.Denied, "staff.not_yours")
			if n := count(w.acts(), string(p.id)+" staff-invited denied"); n != 1 {
				t.Errorf("%d refusals of %s in the log", n, p.id)
			}
		}
		_, err = w.Invite(t.Context(), nil, staff.Invitation{Role: staff.Member, ID: "new", Name: "New"})
		refused(t, "nobody invites", err, errs.Denied, "staff.signed_out")
		for what, i := range map[string]staff.Invitation{
			"staff.bad_id":   {Role: staff.Member, ID: "Li Wei", Name: "Li Wei"},
			"staff.bad_name": {Role: staff.Member, ID: "li", Name: "Li\u202eieW"},
		} {
			_, err := w.Invite(t.Context(), admin.session, i)
			refused(t, "a bad person", err, errs.Invalid, what)
		}
		w.must("the operator removes", w.RemoveAsOperator(t.Context(), staff.Inspect, "qian"))
		w.first("zhao", staff.Inspector)
	})
}

// TestRace: of two people with one link one joins, and the other changes nothing.
func TestRace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.first("admin", staff.Administrator)
		link, err := w.Invite(t.Context(), admin.session, staff.Invitation{Role: staff.Member, ID: "li-wei", Name: "A person"})
		w.must("inviting", err)
		const n = 4
		results := make([]error, n)
		var enrolments [n]staff.Enrolment
		for i := range n {
			enrolments[i] = newSomebody(t, "li-wei").enrolment(t, w, link, staff.Member)
		}
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() { _, results[i] = w.Enrol(t.Context(), staff.Desk, link.Token, enrolments[i]) })
		}
		wg.Wait()
		won := 0
		for _, err := range results {
			if err == nil {
				won++
			} else if !errs.Is(err, errs.NotFound) {
				t.Errorf("the others: %v", err)
			}
		}
		if won != 1 || count(w.acts(), "li-wei staff-enrolled") != 1 {
			t.Errorf("%d of %d joined; log %q", won, n, w.acts())
		}
	})
}

// TestEnrolmentRefused: whatever does not fit together is refused, and the link still works.
func TestEnrolmentRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.first("admin", staff.Administrator)
		p := newSomebody(t, "li-wei")
		link, err := w.Invite(t.Context(), admin.session, staff.Invitation{Role: staff.Member, ID: p.id, Name: p.name})
		w.must("inviting", err)
		other := newSomebody(t, "li-wei")
		two := p.wrap(t, other.kek.Recipient())
		var clear, protected bytes.Buffer
		file := seal.KeyFile{Role: seal.KeyMember, ID: "li-wei", Name: "n", Instance: instance, Made: "2026-11-22", Age: p.age, Sign: p.sign}
		_, err1 := file.WriteTo(&clear)
		w.must("a key file in clear", err1)
		w.must("a key file under a passphrase", file.WriteProtected(&protected, "words"))
		large, err := seal.Seal(make([]byte, 32<<10), p.kek.Recipient())
		w.must("sealing", err)
		for name, spoil := range map[string]func(e *staff.Enrolment){
			"recipient":            func(e *staff.Enrolment) { e.Recipient = "age1pq1x" },
			"recipient of another": func(e *staff.Enrolment) { e.Recipient = other.age.Recipient().String() },
			"sign of another":      func(e *staff.Enrolment) { e.Sign = seal.EncodeKey(other.sign.Public().(ed25519.PublicKey)) },
			"sign":                 func(e *staff.Enrolment) { e.Sign = seal.EncodeKey(make([]byte, 32)) },
			"login of another":     func(e *staff.Enrolment) { e.Login = seal.EncodeKey(other.login.Public().(ed25519.PublicKey)) },
			"login":                func(e *staff.Enrolment) { e.Login = "" },
			"salt too short":       func(e *staff.Enrolment) { e.Salt = e.Salt[1:] },
			"salt of zeros":        func(e *staff.Enrolment) { e.Salt = make([]byte, 16) },
			"no wrapped":           func(e *staff.Enrolment) { e.Wrapped = nil },
			"wrapped in clear":     func(e *staff.Enrolment) { e.Wrapped = clear.Bytes() },
			"under a password":     func(e *staff.Enrolment) { e.Wrapped = protected.Bytes() },
			"wrapped to two":       func(e *staff.Enrolment) { e.Wrapped = two },
			"wrapped nothing":      func(e *staff.Enrolment) { e.Wrapped = e.Wrapped[:seal.SealedSize(0, 1)] },
			"wrapped too large":    func(e *staff.Enrolment) { e.Wrapped = large },
			"no proof":             func(e *staff.Enrolment) { e.Proof = nil },
			"proof of a role":      func(e *staff.Enrolment) { e.Proof = p.proof(t, link, staff.Administrator) },
			"proof of a link": func(e *staff.Enrolment) {
				e.Proof = p.proof(t, staff.Link{Door: link.Door, Token: "AAAA" + link.Token[4:]}, staff.Member)
			},
		} {
			e := p.enrolment(t, w, link, staff.Member)
			spoil(&e)
			_, err := w.Enrol(t.Context(), staff.Desk, link.Token, e)
			refused(t, name, err, errs.Invalid, "staff.bad_keys")
		}
		one := newSomebody(t, "li-wei")
		one.login = one.sign
		_, err = w.Enrol(t.Context(), staff.Desk, link.Token, one.enrolment(t, w, link, staff.Member))
		refused(t, "one key for both", err, errs.Invalid, "staff.bad_keys")
		e := p.enrolment(t, w, link, staff.Member)
		e.Code = "000000"
		_, err = w.Enrol(t.Context(), staff.Desk, link.Token, e)
		refused(t, "a wrong code", err, errs.Invalid, "staff.code_wrong")
		thief := newSomebody(t, "li-wei")
		thief.sign = admin.sign
		thief.wrapped = thief.wrap(t)
		_, err = w.Enrol(t.Context(), staff.Desk, link.Token, thief.enrolment(t, w, link, staff.Member))
		refused(t, "a key of another account", err, errs.Conflict, "staff.key_in_use")
		w.join(p, link, staff.Member)
		if got, want := w.acts(), "li-wei staff-enrolled"; count(got, want) != 1 {
			t.Errorf("log %q", got)
		}
	})
}

// TestFirstChooses: in the operator's link the person chooses id and name, and no other link lets them.
func TestFirstChooses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		link, err := w.InviteFirst(t.Context(), staff.Inspector)
		w.must("the link", err)
		p := newSomebody(t, "li-wei")
		e := p.enrolment(t, w, link, staff.Inspector)
		e.ID = "Li Wei"
		_, err = w.Enrol(t.Context(), staff.Inspect, link.Token, e)
		refused(t, "an id that is none", err, errs.Invalid, "staff.bad_id")
		e.ID, e.Name = "li-wei", " "
		_, err = w.Enrol(t.Context(), staff.Inspect, link.Token, e)
		refused(t, "a name that is none", err, errs.Invalid, "staff.bad_name")
		w.join(p, link, staff.Inspector)
		admin := w.first("admin", staff.Administrator)
		link, err = w.Invite(t.Context(), admin.session, staff.Invitation{Role: staff.Member, ID: "wang", Name: "Wang"})
		w.must("inviting", err)
		q := newSomebody(t, "wang")
		q.name = "Somebody else"
		w.join(q, link, staff.Member)
		if q.session.Name != "Wang" {
			t.Errorf("the invited person is called %q", q.session.Name)
		}
	})
}

// TestSecondFactorShown is the same however often the page is loaded, and another for another link.
func TestSecondFactorShown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		link, err := w.InviteFirst(t.Context(), staff.Administrator)
		w.must("the link", err)
		_, one, err := w.BeginEnrolment(t.Context(), staff.Desk, link.Token, "li-wei")
		w.must("beginning", err)
		_, two, err := w.BeginEnrolment(t.Context(), staff.Desk, link.Token, "li-wei")
		w.must("beginning", err)
		if one.Secret != two.Secret || one.URI != two.URI || len(one.Secret) != 39 {
			t.Errorf("%q and %q", one.Secret, two.Secret)
		}
		if img, err := png.Decode(bytes.NewReader(one.QR)); err != nil || img.Bounds().Dx() < 200 {
			t.Errorf("the picture: %v", err)
		}
		next, err := w.InviteFirst(t.Context(), staff.Administrator)
		w.must("another link", err)
		_, three, err := w.BeginEnrolment(t.Context(), staff.Desk, next.Token, "li-wei")
		if err != nil || three.Secret == one.Secret {
			t.Errorf("another link shows the same second factor (%v)", err)
		}
	})
}

// TestPeople: an administrator lists and removes those of the desk, the inspector lists both doors, others nothing.
func TestPeople(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin, inspector := w.first("admin", staff.Administrator), w.first("qian", staff.Inspector)
		member := w.invited(admin, "li-wei", staff.Member)
		for _, c := range []struct {
			by   *somebody
			at   staff.Door
			want []string // nil: not theirs
		}{
			{admin, staff.Desk, []string{"admin", "li-wei"}}, {admin, staff.Inspect, nil}, {member, staff.Desk, nil},
			{inspector, staff.Desk, []string{"admin", "li-wei"}}, {inspector, staff.Inspect, []string{"qian"}},
		} {
			got, err := w.Accounts(t.Context(), c.by.session, c.at)
			if c.want == nil {
				refused(t, string(c.by.id)+" lists "+string(c.at), err, errs.Denied, "staff.not_yours")
				continue
			}
			var ids []string
			for _, a := range got {
				ids = append(ids, string(a.ID))
			}
			if err != nil || !slices.Equal(ids, c.want) {
				t.Errorf("%s lists %s: %q (%v)", c.by.id, c.at, ids, err)
			}
		}
		all, _ := w.Accounts(t.Context(), admin.session, staff.Desk)
		if a := all[1]; a.Recipient != member.age.Recipient().String() || a.Sign != seal.EncodeKey(member.sign.Public().(ed25519.PublicKey)) || !a.Active || a.Made.String() != "2026-11-22" {
			t.Errorf("%+v", a)
		}
		refused(t, "a member removes", w.Remove(t.Context(), member.session, "admin"), errs.Denied, "staff.not_yours")
		refused(t, "the inspector removes", w.Remove(t.Context(), inspector.session, "li-wei"), errs.Denied, "staff.not_yours")
		refused(t, "removing the inspector", w.Remove(t.Context(), admin.session, "qian"), errs.NotFound, "store.account_absent")
		refused(t, "removing the only administrator", w.Remove(t.Context(), admin.session, "admin"), errs.Conflict, "staff.last_administrator")
		w.must("removing", w.Remove(t.Context(), admin.session, "li-wei"))
		_, err := w.Session(t.Context(), staff.Desk, member.token)
		refused(t, "the session of who was removed", err, errs.Denied, "staff.signed_out")
		_, err = w.Keys(t.Context(), member.session)
		refused(t, "their request that was on its way", err, errs.Denied, "staff.signed_out")
		if all, _ := w.Accounts(t.Context(), admin.session, staff.Desk); len(all) != 2 || all[1].Active {
			t.Errorf("the list after it: %+v", all)
		}
		_, err = w.Invite(t.Context(), admin.session, staff.Invitation{Role: staff.Member, ID: "li-wei", Name: "Another"})
		refused(t, "the id of who was removed", err, errs.Conflict, "staff.id_taken")
	})
}
