package staff_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/seal"
	"github.com/descope/virtualwebauthn"
)

// phone is an authenticator with one passkey, and the browser around it.
type phone struct {
	party virtualwebauthn.RelyingParty
	auth  virtualwebauthn.Authenticator
	key   virtualwebauthn.Credential
	kek   *seal.Identity
}

func newPhone(t testing.TB) *phone {
	key := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	for len(key.Key.AttestationData()) != 77 { // it writes a coordinate that begins with a zero too short
		key = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	}
	return &phone{party: virtualwebauthn.RelyingParty{Name: deskHost, ID: deskHost, Origin: "https://" + deskHost},
		auth: virtualwebauthn.NewAuthenticator(), key: key, kek: newIdentity(t)}
}

// create answers a question for a new passkey; extensions is what clientExtensionResults holds.
func (f *phone) create(t testing.TB, c staff.Ceremony, extensions string) []byte {
	t.Helper()
	options, err := virtualwebauthn.ParseAttestationOptions(string(c.Options))
	if err != nil {
		t.Fatal(err)
	}
	f.auth.Options.UserHandle = []byte(options.UserID)
	return withExtensions(t, virtualwebauthn.CreateAttestationResponse(f.party, f.auth, f.key, *options), extensions)
}

// answer signs in.
func (f *phone) answer(t testing.TB, c staff.Ceremony, extensions string) []byte {
	t.Helper()
	options, err := virtualwebauthn.ParseAssertionOptions(string(c.Options))
	if err != nil {
		t.Fatal(err)
	}
	f.key.Counter++
	return withExtensions(t, virtualwebauthn.CreateAssertionResponse(f.party, f.auth, f.key, *options), extensions)
}

func withExtensions(t testing.TB, body, extensions string) []byte {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		t.Fatal(err)
	}
	all["clientExtensionResults"] = json.RawMessage(extensions)
	b, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const enabled = `{"prf":{"enabled":true}}`

// offer is a new passkey of a phone for p, as it should be.
func (w *world) offer(p *somebody, f *phone) staff.NewPasskey {
	w.t.Helper()
	c, err := w.BeginAddPasskey(w.t.Context(), p.session)
	w.must("asking for a new passkey", err)
	return staff.NewPasskey{State: c.State, Body: f.create(w.t, c, enabled), Name: "phone", Recipient: f.kek.Recipient().String(),
		Rewrap: p.rewrap(w.t, p.wrap(w.t, append(p.keks, f.kek.Recipient())...))}
}

// add adds a passkey that must be taken.
func (w *world) add(p *somebody, f *phone) {
	w.t.Helper()
	n := w.offer(p, f)
	w.must("adding a passkey", w.FinishAddPasskey(w.t.Context(), p.session, n))
	p.wrapped, p.keks = n.Rewrap.Wrapped, append(p.keks, f.kek.Recipient())
}

func (w *world) touch(f *phone, extensions string) (staff.SignedIn, error) {
	w.t.Helper()
	c, err := w.BeginPasskey(staff.Desk)
	w.must("asking for a passkey", err)
	return w.FinishPasskey(w.t.Context(), staff.Desk, c.State, f.answer(w.t, c, extensions))
}

// TestPasskey adds a passkey and signs in with it: one ceremony, no code, and the key file opens with the passkey's key.
func TestPasskey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		li, f := w.first("li-wei", staff.Administrator), newPhone(t)
		w.add(li, f)
		c, err := w.BeginPasskey(staff.Desk)
		w.must("asking", err)
		input := seal.PRFInput()
		var question struct {
			PublicKey struct {
				RPID             string          `json:"rpId"`
				UserVerification string          `json:"userVerification"`
				Allow            []any           `json:"allowCredentials"`
				Extensions       json.RawMessage `json:"extensions"`
			} `json:"publicKey"`
		}
		w.must("the question", json.Unmarshal(c.Options, &question))
		want := `{"prf":{"eval":{"first":"` + base64url(input[:]) + `"}}}`
		if q := question.PublicKey; q.RPID != deskHost || q.UserVerification != "required" || len(q.Allow) != 0 || string(q.Extensions) != want {
			t.Errorf("the question is %s", c.Options)
		}
		for _, extensions := range []string{`{}`, `{"prf":{}}`} {
			in, err := w.touch(f, extensions)
			w.must("signing in by passkey with "+extensions, err)
			if in.Session.Account != "li-wei" || in.Session.Role != staff.Administrator || !bytes.Equal(in.Wrapped, li.wrapped) {
				t.Errorf("signed in as %+v", in.Session)
			}
			if _, err := seal.Open(in.Wrapped, f.kek); err != nil {
				t.Errorf("the passkey's key does not open the key file: %v", err)
			}
			if _, err := w.Session(t.Context(), staff.Desk, in.Token); err != nil {
				t.Errorf("the session: %v", err)
			}
		}
		keys, err := w.Keys(t.Context(), li.session)
		if err != nil || keys.Salt != li.salt || len(keys.Passkeys) != 1 || keys.Passkeys[0].Name != "phone" || !bytes.Equal(keys.Passkeys[0].ID, f.key.ID) {
			t.Errorf("keys %+v (%v)", keys, err)
		}
	})
}

// TestPRFResults: the result of the PRF is refused wherever it stands, before all else, and nothing of it is kept.
func TestPRFResults(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		li, f := w.first("li-wei", staff.Administrator), newPhone(t)
		const secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ"
		leak := `{"prf":{"enabled":true,"results":{"first":"` + secret + `"}}}`
		n := w.offer(li, f)
		n.Body = withExtensions(t, string(n.Body), leak)
		refused(t, "adding", w.FinishAddPasskey(t.Context(), li.session, n), errs.Invalid, "staff.prf_results")
		n.State = "nonsense"
		refused(t, "before all else", w.FinishAddPasskey(t.Context(), nil, n), errs.Invalid, "staff.prf_results")
		w.add(li, f)
		_, err := w.touch(f, leak)
		refused(t, "signing in", err, errs.Invalid, "staff.prf_results")
		for _, a := range w.acts() {
			if strings.Contains(a, "signed-in") {
				t.Errorf("log %q", a)
			}
		}
		w.must("reading", w.store.Read(t.Context(), func(tx *store.Tx) error {
			rows, err := tx.Passkeys("desk", "li-wei")
			if len(rows) != 1 || strings.Contains(string(rows[0].Credential), secret) || strings.Contains(string(rows[0].Credential), "clientDataJSON") {
				t.Errorf("%d passkeys; kept: %s", len(rows), rows[0].Credential)
			}
			return err
		}))
	})
}

// TestRefusePRF looks at every place and spelling.
func TestRefusePRF(t *testing.T) {
	t.Parallel()
	for body, key := range map[string]string{
		`{}`: "", `[]`: "", `{"clientExtensionResults":{}}`: "", `{"a":{"prf":{"enabled":true}}}`: "", `{"prf":{}}`: "", `{"prf":null}`: "", `{"prf":{"enabled":false}}`: "",
		`{"prf":{"results":{}}}`:                       "staff.prf_results",
		`{"PRF":{"Results":{"first":"x"}}}`:            "staff.prf_results",
		`{"prf":{"re\u0073ults":{"first":"x"}}}`:       "staff.prf_results",
		`{"a":[{"b":{"prf":{"results":{}}}}]}`:         "staff.prf_results",
		`{"prf":{"enabled":true},"prf":{"first":"x"}}`: "staff.prf_results",
		`{"prf":{"enabled":{"first":"x"}}}`:            "staff.prf_results",
		`{"prf":{"enabled":"x"}}`:                      "staff.prf_results",
		`{"prf":"x"}`:                                  "staff.prf_results",
		`{"prf":["x"]}`:                                "staff.prf_results",
		`{"re\u017fults":1}`:                           "staff.prf_results",
		`{"hmacGetSecret":{"output1":"x"}}`:            "staff.prf_results",
		``:                                             "staff.passkey_refused",
		`{`:                                            "staff.passkey_refused",
		`{}{"prf":{"results":{}}}`:                     "staff.passkey_refused",
		strings.Repeat("[", 100):                       "staff.passkey_refused",
		`{"a":"` + strings.Repeat("x", 70<<10) + `"}`:  "staff.passkey_refused",
	} {
		err := staff.RefusePRF([]byte(body))
		if key == "" && err != nil {
			t.Errorf("%s: %v", body, err)
		}
		if key != "" {
			refused(t, body[:min(60, len(body))], err, errs.Invalid, key)
		}
	}
}

// TestAddRefused: what is wrong with a new passkey changes neither the passkeys nor the key file.
func TestAddRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		li := w.first("li-wei", staff.Administrator)
		wang := w.invited(li, "wang", staff.Member)
		w.add(wang, newPhone(t))
		for name, c := range map[string]struct {
			kind  errs.Kind
			key   string
			phone func(f *phone)
			spoil func(f *phone, n *staff.NewPasskey)
		}{
			"no verification": {errs.Invalid, "staff.passkey_refused", func(f *phone) { f.auth.Options.UserNotVerified = true }, nil},
			"another site":    {errs.Invalid, "staff.passkey_refused", func(f *phone) { f.party.Origin = "https://evil.example" }, nil},
			"the other door":  {errs.Invalid, "staff.passkey_refused", func(f *phone) { f.party.ID = "inspect.tips.example" }, nil},
			"no PRF": {errs.Invalid, "staff.passkey_no_prf", nil, func(f *phone, n *staff.NewPasskey) {
				n.Body = withExtensions(t, string(n.Body), `{"prf":{"enabled":false}}`)
			}},
			"PRF not spoken of": {errs.Invalid, "staff.passkey_no_prf", nil, func(f *phone, n *staff.NewPasskey) { n.Body = withExtensions(t, string(n.Body), `{}`) }},
			"a body of nothing": {errs.Invalid, "staff.passkey_refused", nil, func(f *phone, n *staff.NewPasskey) { n.Body = []byte(`{}`) }},
			"no name":           {errs.Invalid, "staff.bad_name", nil, func(f *phone, n *staff.NewPasskey) { n.Name = "" }},
			"no key":            {errs.Invalid, "staff.bad_keys", nil, func(f *phone, n *staff.NewPasskey) { n.Recipient = "age1x" }},
			"another's key": {errs.Conflict, "staff.key_in_use", nil, func(f *phone, n *staff.NewPasskey) {
				n.Recipient = wang.age.Recipient().String()
			}},
			"another's passkey key": {errs.Conflict, "store.exists", nil, func(f *phone, n *staff.NewPasskey) { n.Recipient = wang.keks[0].String() }},
			"not wrapped to it":     {errs.Invalid, "staff.bad_keys", nil, func(f *phone, n *staff.NewPasskey) { n.Rewrap = li.rewrap(t, li.wrap(t)) }},
			"wrapped in clear":      {errs.Invalid, "staff.bad_keys", nil, func(f *phone, n *staff.NewPasskey) { n.Rewrap = li.rewrap(t, []byte("# clarion key v1")) }},
			"without the keys": {errs.Conflict, "store.wrapped_moved", nil, func(f *phone, n *staff.NewPasskey) {
				n.Rewrap.Proof = wang.rewrap(t, n.Rewrap.Wrapped).Proof
			}},
			"no state": {errs.Invalid, "staff.ceremony_over", nil, func(f *phone, n *staff.NewPasskey) { n.State = n.State[1:] }},
			"another's state": {errs.Invalid, "staff.ceremony_over", nil, func(f *phone, n *staff.NewPasskey) {
				c, err := w.BeginAddPasskey(t.Context(), wang.session)
				w.must("asking", err)
				n.State = c.State
			}},
			"a state of a sign-in": {errs.Invalid, "staff.ceremony_over", nil, func(f *phone, n *staff.NewPasskey) {
				c, err := w.BeginPasskey(staff.Desk)
				w.must("asking", err)
				n.State = c.State
			}},
		} {
			f := newPhone(t)
			if c.phone != nil {
				c.phone(f)
			}
			n := w.offer(li, f)
			if c.spoil != nil {
				c.spoil(f, &n)
			}
			refused(t, name, w.FinishAddPasskey(t.Context(), li.session, n), c.kind, c.key)
		}
		f := newPhone(t)
		n := w.offer(li, f)
		w.pass(5 * time.Minute)
		refused(t, "after five minutes", w.FinishAddPasskey(t.Context(), li.session, n), errs.Invalid, "staff.ceremony_over")
		keys, err := w.Keys(t.Context(), li.session)
		if err != nil || len(keys.Passkeys) != 0 || !bytes.Equal(keys.Wrapped, li.wrapped) {
			t.Errorf("after all that: %d passkeys (%v)", len(keys.Passkeys), err)
		}
		w.add(li, f)
	})
}

// TestPasskeysOfAPerson: three at most, and who removes one seals the key file to the others.
func TestPasskeysOfAPerson(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		li := w.first("li-wei", staff.Administrator)
		phones := []*phone{newPhone(t), newPhone(t), newPhone(t)}
		stale := w.offer(li, phones[1])
		for _, f := range phones {
			w.add(li, f)
		}
		refused(t, "a file from before the last passkey", w.FinishAddPasskey(t.Context(), li.session, stale), errs.TooMany, "store.passkeys_full")
		_, err := w.BeginAddPasskey(t.Context(), li.session)
		refused(t, "a fourth", err, errs.TooMany, "store.passkeys_full")
		for _, f := range phones {
			in, err := w.touch(f, `{}`)
			w.must("each signs in", err)
			if _, err := seal.Open(in.Wrapped, f.kek); err != nil {
				t.Errorf("and opens the key file: %v", err)
			}
		}
		refused(t, "with the old file", w.RemovePasskey(t.Context(), li.session, phones[0].key.ID, li.rewrap(t, li.wrapped)), errs.Invalid, "staff.bad_keys")
		r := li.rewrap(t, li.wrap(t, li.keks[1:]...))
		refused(t, "one that is not theirs", w.RemovePasskey(t.Context(), li.session, []byte("x"), r), errs.NotFound, "store.passkey_absent")
		w.must("removing", w.RemovePasskey(t.Context(), li.session, phones[0].key.ID, r))
		_, err = w.touch(phones[0], `{}`)
		refused(t, "the removed one", err, errs.Denied, "staff.passkey_refused")
		in, err := w.touch(phones[1], `{}`)
		w.must("another", err)
		if _, err := seal.Open(in.Wrapped, phones[0].kek); err == nil {
			t.Error("the removed passkey's key opens the key file")
		}
		acts := w.acts()
		if count(acts, "li-wei passkey-added") != 3 || count(acts, "li-wei passkey-removed") != 1 {
			t.Errorf("log %q", acts)
		}
	})
}

// TestPasskeyRefused: a passkey that is unknown, removed, of the other door, unverified, copied, or answers another
// question opens nothing, always with the same words.
func TestPasskeyRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.first("admin", staff.Administrator)
		li, f := w.invited(admin, "li-wei", staff.Member), newPhone(t)
		w.add(li, f)
		same := func(what string, err error) {
			t.Helper()
			refused(t, what, err, errs.Denied, "staff.passkey_refused")
		}
		stranger := newPhone(t)
		stranger.auth.Options.UserHandle = f.auth.Options.UserHandle
		_, err := w.touch(stranger, `{}`)
		same("unknown", err)
		forged := newPhone(t)
		forged.key.ID, forged.auth.Options.UserHandle = f.key.ID, f.auth.Options.UserHandle
		_, err = w.touch(forged, `{}`)
		same("another key under its id", err)
		unverified := *f
		unverified.auth.Options.UserNotVerified = true
		_, err = w.touch(&unverified, `{}`)
		same("unverified", err)
		other := *f
		other.auth.Options.UserHandle = []byte("somebody")
		_, err = w.touch(&other, `{}`)
		same("of another person", err)
		c, err := w.BeginPasskey(staff.Desk)
		w.must("asking", err)
		d, err := w.BeginPasskey(staff.Desk)
		w.must("asking", err)
		_, err = w.FinishPasskey(t.Context(), staff.Desk, d.State, f.answer(t, c, `{}`))
		same("the answer to another question", err)
		inspect, err := w.BeginPasskey(staff.Inspect)
		w.must("asking", err)
		wrong := *f
		wrong.party = virtualwebauthn.RelyingParty{ID: "inspect.tips.example", Origin: "https://inspect.tips.example"}
		_, err = w.FinishPasskey(t.Context(), staff.Inspect, inspect.State, wrong.answer(t, inspect, `{}`))
		same("at the other door", err)
		_, err = w.FinishPasskey(t.Context(), staff.Inspect, c.State, f.answer(t, c, `{}`))
		refused(t, "a state of the other door", err, errs.Invalid, "staff.ceremony_over")
		body := f.answer(t, c, `{}`)
		_, err = w.FinishPasskey(t.Context(), staff.Desk, c.State, body)
		w.must("as it should be", err)
		_, err = w.FinishPasskey(t.Context(), staff.Desk, c.State, f.answer(t, c, `{}`))
		refused(t, "a question twice", err, errs.Invalid, "staff.ceremony_over")
		f.key.Counter = 1
		_, err = w.touch(f, `{}`)
		same("a copy", err)
		f.key.Counter = 100
		c, err = w.BeginPasskey(staff.Desk)
		w.must("asking", err)
		w.pass(5 * time.Minute)
		_, err = w.FinishPasskey(t.Context(), staff.Desk, c.State, f.answer(t, c, `{}`))
		refused(t, "after five minutes", err, errs.Invalid, "staff.ceremony_over")
		w.must("removing the person", w.Remove(t.Context(), admin.session, "li-wei"))
		_, err = w.touch(f, `{}`)
		same("of who was removed", err)
	})
}

// TestDoorWithoutName: where the door is an address, passkeys are said not to work and the rest does.
func TestDoorWithoutName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Open(t, storetest.SQLite(t)))
	s, err := staff.New(staff.Options{Instance: instance, Store: w.store, Now: w.now, Zone: time.UTC, Secret: make([]byte, 32), Session: sessions, Idle: idle,
		Doors: map[staff.Door]staff.DoorOptions{staff.Desk: {Origin: "http://127.0.0.1:8081"}}})
	w.must("opening", err)
	w.Service = s
	li := w.first("li-wei", staff.Administrator)
	w.signIn(li)
	_, err = w.BeginPasskey(staff.Desk)
	refused(t, "signing in by passkey", err, errs.Unavailable, "staff.passkeys_here")
	_, err = w.BeginAddPasskey(t.Context(), li.session)
	refused(t, "adding a passkey", err, errs.Unavailable, "staff.passkeys_here")
	for _, bad := range []string{"", "desk.tips.example", "https://", "https://desk.tips.example/", "https://desk.tips.example/x"} {
		if _, err := staff.New(staff.Options{Instance: instance, Store: w.store, Now: w.now, Zone: time.UTC, Secret: make([]byte, 32), Session: sessions, Idle: idle,
			Doors: map[staff.Door]staff.DoorOptions{staff.Desk: {Origin: bad}}}); err == nil {
			t.Errorf("a door at %q", bad)
		}
	}
}
