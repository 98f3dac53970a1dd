package staff_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/seal"
)

// shows is the signature and code by which p shows that it is they.
func (w *world) shows(p *somebody, c staff.Change, login ed25519.PrivateKey, code string) (string, error) {
	w.t.Helper()
	start, err := w.StartPresence(w.t.Context(), p.session, c)
	w.must("asking who it is", err)
	return w.Presence(w.t.Context(), p.session, c, start.Challenge, p.presence(w.t, c, login, start.Challenge), code)
}

func (p *somebody) presence(t testing.TB, c staff.Change, login ed25519.PrivateKey, challenge [32]byte) []byte {
	t.Helper()
	msg, err := seal.StaffPresence{Instance: instance, Door: string(p.door), Account: string(p.id), Act: string(c), Challenge: challenge}.Message()
	if err != nil {
		t.Fatal(err)
	}
	return ed25519.Sign(login, msg)
}

// permit is shows with what is right.
func (w *world) permit(p *somebody, c staff.Change) string {
	w.t.Helper()
	w.pass(codeSteps)
	text, err := w.shows(p, c, p.login, p.code(w.t, w))
	w.must("showing who it is", err)
	return text
}

// renewed is a new passphrase for p as their browser makes it, and p with it.
func (p *somebody) renewed(t testing.TB, permit string) (staff.NewPassphrase, *somebody) {
	t.Helper()
	next := *p
	next.login, next.kek = newKey(t), newIdentity(t)
	next.wrapped = next.wrap(t, next.keks...)
	return p.stated(t, permit, &next), &next
}

func (p *somebody) stated(t testing.TB, permit string, next *somebody) staff.NewPassphrase {
	t.Helper()
	login := next.login.Public().(ed25519.PublicKey)
	msg, err := seal.StaffNewPassphrase{Instance: instance, Door: string(p.door), Account: string(p.id), Login: login, Salt: next.salt,
		Before: sha256.Sum256(p.wrapped), After: sha256.Sum256(next.wrapped)}.Message()
	if err != nil {
		t.Fatal(err)
	}
	return staff.NewPassphrase{Permit: permit, Login: seal.EncodeKey(login), Salt: next.salt[:], Wrapped: next.wrapped, Proof: ed25519.Sign(p.sign, msg)}
}

// TestNewPassphrase: the new one signs in and the old one does not, passkeys and this session stay, the others end, and a page
// that got no answer may send it again. Nobody outside sees that anything changed.
func TestNewPassphrase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		li, f := w.first("li-wei", staff.Administrator), newPhone(t)
		w.add(li, f)
		elsewhere := *li
		w.signIn(&elsewhere)
		outside, err := w.Start(t.Context(), staff.Desk, "li-wei")
		w.must("starting", err)
		n, next := li.renewed(t, w.permit(li, staff.ChangePassphrase))
		before := len(w.acts())
		for range 2 {
			w.must("a new passphrase", w.SetPassphrase(t.Context(), li.session, n))
		}
		if got := w.acts()[before:]; !slices.Equal(got, []string{"li-wei passphrase-changed"}) {
			t.Errorf("audit log %q", got)
		}
		if _, err := w.Session(t.Context(), staff.Desk, elsewhere.token); errs.KindOf(err) != errs.Denied {
			t.Errorf("another session goes on: %v", err)
		}
		if _, err := w.Session(t.Context(), staff.Desk, li.token); err != nil {
			t.Errorf("this session: %v", err)
		}
		after, err := w.Start(t.Context(), staff.Desk, "li-wei")
		if err != nil || after.Salt != outside.Salt {
			t.Errorf("a stranger sees another salt (%v)", err)
		}
		w.pass(codeSteps)
		_, err = w.attempt(li, li.login, li.code(t, w))
		refused(t, "the old passphrase", err, errs.Denied, "staff.refused")
		w.signIn(next)
		in, err := w.touch(f, `{}`)
		w.must("the passkey", err)
		for _, key := range []*seal.Identity{f.kek, next.kek} {
			if _, err := seal.Open(in.Wrapped, key); err != nil {
				t.Errorf("a way to the key file: %v", err)
			}
		}
		if _, err := seal.Open(in.Wrapped, li.kek); err == nil {
			t.Error("the old passphrase opens the key file")
		}
	})
}

// TestNewPassphraseRefused: what belongs to another change, session, account, door or file changes nothing.
func TestNewPassphraseRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin, f := w.first("admin", staff.Administrator), newPhone(t)
		li := w.invited(admin, "li-wei", staff.Member)
		w.add(li, f)
		permit := w.permit(li, staff.ChangePassphrase)
		second := *li
		w.signIn(&second)
		for name, c := range map[string]struct {
			kind  errs.Kind
			key   string
			spoil func(n *staff.NewPassphrase, next *somebody)
		}{
			"no permit":      {errs.Invalid, "staff.presence_over", func(n *staff.NewPassphrase, _ *somebody) { n.Permit = "" }},
			"a made-up one":  {errs.Invalid, "staff.presence_over", func(n *staff.NewPassphrase, _ *somebody) { n.Permit = "A" + n.Permit[1:] }},
			"for the factor": {errs.Invalid, "staff.presence_over", func(n *staff.NewPassphrase, _ *somebody) { n.Permit = w.permit(li, staff.ChangeFactor) }},
			"of another session": {errs.Invalid, "staff.presence_over", func(n *staff.NewPassphrase, _ *somebody) {
				n.Permit = w.permit(&second, staff.ChangePassphrase)
			}},
			"another's":    {errs.Invalid, "staff.presence_over", func(n *staff.NewPassphrase, _ *somebody) { n.Permit = w.permit(admin, staff.ChangePassphrase) }},
			"no login key": {errs.Invalid, "staff.bad_keys", func(n *staff.NewPassphrase, _ *somebody) { n.Login = "AAAA" }},
			"no salt":      {errs.Invalid, "staff.bad_keys", func(n *staff.NewPassphrase, _ *somebody) { n.Salt = nil }},
			"unsigned login": {errs.Conflict, "store.wrapped_moved", func(n *staff.NewPassphrase, _ *somebody) {
				n.Login = seal.EncodeKey(newKey(t).Public().(ed25519.PublicKey))
			}},
			"another salt": {errs.Invalid, "staff.bad_keys", func(n *staff.NewPassphrase, next *somebody) {
				next.salt[0]++
				*n = li.stated(t, n.Permit, next)
			}},
			"a passkey lost": {errs.Invalid, "staff.bad_keys", func(n *staff.NewPassphrase, next *somebody) {
				next.wrapped = next.wrap(t)
				*n = li.stated(t, n.Permit, next)
			}},
			"another file": {errs.Conflict, "store.wrapped_moved", func(n *staff.NewPassphrase, next *somebody) { n.Wrapped = next.wrap(t, next.keks...) }},
			"another's signature": {errs.Conflict, "store.wrapped_moved", func(n *staff.NewPassphrase, next *somebody) {
				other := *li
				other.sign = admin.sign
				*n = other.stated(t, n.Permit, next)
			}},
			"for the other door": {errs.Conflict, "store.wrapped_moved", func(n *staff.NewPassphrase, next *somebody) {
				other := *li
				other.door = staff.Inspect
				*n = other.stated(t, n.Permit, next)
			}},
			"for another account": {errs.Conflict, "store.wrapped_moved", func(n *staff.NewPassphrase, next *somebody) {
				other := *li
				other.id = "wang"
				*n = other.stated(t, n.Permit, next)
			}},
			"of a file of before": {errs.Conflict, "store.wrapped_moved", func(n *staff.NewPassphrase, next *somebody) {
				other := *li
				other.wrapped = other.wrap(t, other.keks...)
				*n = other.stated(t, n.Permit, next)
			}},
			"somebody's key": {errs.Conflict, "staff.key_in_use", func(n *staff.NewPassphrase, next *somebody) {
				next.login = admin.login
				*n = li.stated(t, n.Permit, next)
			}},
			"no proof": {errs.Conflict, "store.wrapped_moved", func(n *staff.NewPassphrase, _ *somebody) { n.Proof = nil }},
		} {
			n, next := li.renewed(t, permit)
			c.spoil(&n, next)
			refused(t, name, w.SetPassphrase(t.Context(), li.session, n), c.kind, c.key)
		}
		permit = w.permit(li, staff.ChangePassphrase)
		n, _ := li.renewed(t, permit)
		refused(t, "signed out", w.SetPassphrase(t.Context(), nil, n), errs.Denied, "staff.signed_out")
		w.pass(15 * time.Minute)
		refused(t, "after a quarter of an hour", w.SetPassphrase(t.Context(), li.session, n), errs.Invalid, "staff.presence_over")
		keys, err := w.Keys(t.Context(), li.session)
		if err != nil || !bytes.Equal(keys.Wrapped, li.wrapped) {
			t.Errorf("something has changed (%v)", err)
		}

		// Two windows: the first holds.
		permit, other := w.permit(li, staff.ChangePassphrase), w.permit(li, staff.ChangePassphrase)
		n, next := li.renewed(t, permit)
		late, _ := li.renewed(t, other)
		w.must("in one window", w.SetPassphrase(t.Context(), li.session, n))
		refused(t, "in the other", w.SetPassphrase(t.Context(), li.session, late), errs.Conflict, "staff.ways_moved")
		late.Permit = permit
		refused(t, "a permit twice", w.SetPassphrase(t.Context(), li.session, late), errs.Conflict, "staff.ways_moved")
		w.signIn(next)
	})
}

// TestPresence: a session and an open key are not enough. Wrong words are written down, wrong codes counted, and nothing that
// was signed for something else is taken.
func TestPresence(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		li := w.first("li-wei", staff.Administrator)
		wang := w.invited(li, "wang", staff.Member)
		w.pass(codeSteps)
		_, err := w.shows(li, staff.ChangePassphrase, li.sign, li.code(t, w))
		refused(t, "by the key that is open", err, errs.Denied, "staff.not_present")
		if got := count(w.acts(), "li-wei presence denied"); got != 1 {
			t.Errorf("%d refusals are written down", got)
		}
		_, err = w.StartPresence(t.Context(), li.session, "name")
		refused(t, "a change that is none", err, errs.Invalid, "web.bad_form")
		_, err = w.BeginPresence(t.Context(), li.session, staff.ChangePassphrase)
		refused(t, "without a passkey", err, errs.NotFound, "store.passkey_absent")

		start, err := w.StartPresence(t.Context(), li.session, staff.ChangePassphrase)
		w.must("starting", err)
		signIn, err := w.Start(t.Context(), staff.Desk, "li-wei")
		w.must("starting a sign-in", err)
		try := func(p *somebody, c staff.Change, challenge [32]byte, sig []byte) error {
			text, err := w.Presence(t.Context(), p.session, c, challenge, sig, p.code(t, w))
			if (text == "") != (err != nil) {
				t.Errorf("permit %q with %v", text, err)
			}
			return err
		}
		right := li.presence(t, staff.ChangePassphrase, li.login, start.Challenge)
		refused(t, "a challenge of a sign-in", try(li, staff.ChangePassphrase, signIn.Challenge, li.presence(t, staff.ChangePassphrase, li.login, signIn.Challenge)), errs.Invalid, "staff.challenge_over")
		refused(t, "a challenge for the other change", try(li, staff.ChangeFactor, start.Challenge, li.presence(t, staff.ChangeFactor, li.login, start.Challenge)), errs.Invalid, "staff.challenge_over")
		refused(t, "another's challenge", try(wang, staff.ChangePassphrase, start.Challenge, wang.presence(t, staff.ChangePassphrase, wang.login, start.Challenge)), errs.Invalid, "staff.challenge_over")
		refused(t, "a signature of a sign-in", try(li, staff.ChangePassphrase, start.Challenge, w.answer(li, li.login, start.Challenge)), errs.Denied, "staff.not_present")
		refused(t, "signed out", try(&somebody{factor: li.factor}, staff.ChangePassphrase, start.Challenge, right), errs.Denied, "staff.signed_out")
		_, err = w.Finish(t.Context(), staff.Desk, "li-wei", start.Challenge, w.answer(li, li.login, start.Challenge), li.code(t, w))
		refused(t, "a challenge of presence signs in", err, errs.Invalid, "staff.challenge_over")
		w.must("as it should be", try(li, staff.ChangePassphrase, start.Challenge, right))
		refused(t, "replayed", try(li, staff.ChangePassphrase, start.Challenge, right), errs.Conflict, "store.code_taken")
		w.pass(2*time.Minute + time.Second)
		refused(t, "too late", try(li, staff.ChangePassphrase, start.Challenge, right), errs.Invalid, "staff.challenge_over")
		for range 4 {
			_, err = w.shows(li, staff.ChangeFactor, li.login, "x")
			refused(t, "a wrong code", err, errs.Invalid, "staff.code_wrong")
		}
		_, err = w.shows(li, staff.ChangeFactor, li.login, "x")
		refused(t, "the fifth", err, errs.TooMany, "staff.code_wait")
		_, err = w.attempt(li, li.login, li.code(t, w))
		refused(t, "signing in meanwhile", err, errs.TooMany, "staff.code_wait")
	})
}

// touchFor shows by passkey that it is p.
func (w *world) touchFor(p *somebody, f *phone, c staff.Change) (string, error) {
	w.t.Helper()
	q, err := w.BeginPresence(w.t.Context(), p.session, c)
	w.must("asking for a passkey", err)
	return w.FinishPresence(w.t.Context(), p.session, c, q.State, f.answer(w.t, q, `{}`))
}

// TestPresenceByPasskey is the way of somebody who forgot the words or lost the telephone. A passkey of somebody else, one that
// looked at nobody, and an answer to another question give nothing.
func TestPresenceByPasskey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin, theirs := w.first("admin", staff.Administrator), newPhone(t)
		w.add(admin, theirs)
		li, f := w.invited(admin, "li-wei", staff.Member), newPhone(t)
		w.add(li, f)
		in, err := w.touch(f, `{}`)
		w.must("signing in without the words", err)
		li.session, li.token = in.Session, in.Token

		q, err := w.BeginPresence(t.Context(), li.session, staff.ChangePassphrase)
		w.must("asking", err)
		finish := func(c staff.Change, state string, f *phone, q staff.Ceremony) error {
			text, err := w.FinishPresence(t.Context(), li.session, c, state, f.answer(t, q, `{}`))
			if (text == "") != (err != nil) {
				t.Errorf("permit %q with %v", text, err)
			}
			return err
		}
		refused(t, "another's", finish(staff.ChangePassphrase, q.State, theirs, q), errs.Denied, "staff.passkey_refused")
		unverified := *f
		unverified.auth.Options.UserNotVerified = true
		refused(t, "unverified", finish(staff.ChangePassphrase, q.State, &unverified, q), errs.Denied, "staff.passkey_refused")
		refused(t, "for the other change", finish(staff.ChangeFactor, q.State, f, q), errs.Invalid, "staff.ceremony_over")
		door, err := w.BeginPasskey(staff.Desk)
		w.must("asking to sign in", err)
		refused(t, "a sign-in", finish(staff.ChangePassphrase, door.State, f, door), errs.Invalid, "staff.ceremony_over")
		_, err = w.FinishPasskey(t.Context(), staff.Desk, q.State, f.answer(t, q, `{}`))
		refused(t, "as a sign-in", err, errs.Invalid, "staff.ceremony_over")
		_, err = w.FinishPresence(t.Context(), li.session, staff.ChangePassphrase, q.State, f.answer(t, q, `{"prf":{"results":{"first":"x"}}}`))
		refused(t, "with what opens keys", err, errs.Invalid, "staff.prf_results")
		w.must("as it should be", finish(staff.ChangePassphrase, q.State, f, q))
		refused(t, "a question twice", finish(staff.ChangePassphrase, q.State, f, q), errs.Invalid, "staff.ceremony_over")
		if got := count(w.acts(), "li-wei presence denied"); got != 3 {
			t.Errorf("%d refusals are written down: %q", got, w.acts())
		}

		permit, err := w.touchFor(li, f, staff.ChangePassphrase)
		w.must("showing", err)
		n, next := li.renewed(t, permit)
		w.must("a new passphrase by passkey", w.SetPassphrase(t.Context(), li.session, n))
		w.signIn(next)
	})
}

// TestNewFactor: nothing changes before a code of the new secret was typed; then the old codes are over, and other sessions too.
func TestNewFactor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		li := w.first("li-wei", staff.Administrator)
		elsewhere := *li
		w.signIn(&elsewhere)
		permit := w.permit(li, staff.ChangeFactor)
		f, err := w.ShowFactor(t.Context(), li.session, permit)
		w.must("the new secret", err)
		same, err := w.ShowFactor(t.Context(), li.session, permit)
		if err != nil || f.Secret != same.Secret || len(f.QR) == 0 || !strings.Contains(f.URI, "li-wei") {
			t.Errorf("asked again: %+v, %+v (%v)", f, same, err)
		}
		next := *li
		if next.factor, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(f.Secret, " ", "")); err != nil || bytes.Equal(next.factor, li.factor) {
			t.Fatalf("the secret: %v", err)
		}
		before := len(w.acts())
		refused(t, "a code of the old one", w.SetFactor(t.Context(), li.session, permit, li.code(t, w)), errs.Invalid, "staff.code_wrong")
		refused(t, "for the passphrase", w.SetFactor(t.Context(), li.session, w.permit(li, staff.ChangePassphrase), next.code(t, w)), errs.Invalid, "staff.presence_over")
		w.signIn(&elsewhere) // the present one holds
		used := next.code(t, w)
		for range 2 {
			w.must("renewing", w.SetFactor(t.Context(), li.session, permit, used))
		}
		if got := w.acts()[before:]; count(got, "li-wei factor-renewed") != 1 {
			t.Errorf("audit log %q", got)
		}
		if _, err := w.Session(t.Context(), staff.Desk, elsewhere.token); errs.KindOf(err) != errs.Denied {
			t.Errorf("another session goes on: %v", err)
		}
		_, err = w.attempt(&next, next.login, used)
		refused(t, "the code that confirmed it", err, errs.Conflict, "store.code_taken")
		_, err = w.ShowFactor(t.Context(), li.session, permit)
		refused(t, "the secret once more", err, errs.Conflict, "staff.ways_moved")
		w.pass(codeSteps)
		_, err = w.attempt(li, li.login, li.code(t, w))
		refused(t, "a code of the old telephone", err, errs.Invalid, "staff.code_wrong")
		w.signIn(&next)
	})
}

// TestNewFactorByPasskey: whoever lost the telephone while codes wait gets in by passkey, and the waiting is over.
func TestNewFactorByPasskey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		li, f := w.first("li-wei", staff.Administrator), newPhone(t)
		w.add(li, f)
		for range 5 {
			_, err := w.attempt(li, li.login, "x")
			if err == nil {
				t.Fatal("a wrong code signs in")
			}
		}
		permit, err := w.touchFor(li, f, staff.ChangeFactor)
		w.must("showing", err)
		shown, err := w.ShowFactor(t.Context(), li.session, permit)
		w.must("the new secret", err)
		if li.factor, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(shown.Secret, " ", "")); err != nil {
			t.Fatal(err)
		}
		w.must("renewing", w.SetFactor(t.Context(), li.session, permit, li.code(t, w)))
		w.signIn(li)
	})
}
