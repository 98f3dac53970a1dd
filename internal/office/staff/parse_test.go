package staff

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
	"github.com/descope/virtualwebauthn"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// FuzzStrangers: what strangers send is refused with public words before any database is asked. It stands inside the
// package, because a fuzzed SQLite is too slow to try much.
func FuzzStrangers(f *testing.F) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	s, err := New(Options{Instance: "tips.example", Store: &store.Store{}, Now: func() time.Time { return now }, Zone: time.UTC, Secret: make([]byte, 32),
		Doors: map[Door]DoorOptions{Desk: {Origin: "https://desk.tips.example"}}, Session: time.Hour, Idle: time.Hour})
	if err != nil {
		f.Fatal(err)
	}
	c, err := s.BeginPasskey(Desk)
	if err != nil {
		f.Fatal(err)
	}
	key := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	party := virtualwebauthn.RelyingParty{ID: "desk.tips.example", Origin: "https://desk.tips.example"}
	p := &person{instance: "tips.example", account: store.Account{Door: "desk", ID: "li-wei", Name: "Li Wei"}}
	creation, data, err := s.doors[Desk].web.BeginRegistration(p, webauthn.WithExtensions(prf()))
	if err != nil {
		f.Fatal(err)
	}
	created, err := s.ceremony(creation, state{Ceremony: adding, Door: Desk, Session: []byte("mark"), Data: *data})
	if err != nil {
		f.Fatal(err)
	}
	options, err1 := virtualwebauthn.ParseAttestationOptions(string(created.Options))
	question, err2 := virtualwebauthn.ParseAssertionOptions(string(c.Options))
	if err := firstOf(err1, err2); err != nil {
		f.Fatal(err)
	}
	auth := virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(options.UserID)})
	f.Add([]byte(virtualwebauthn.CreateAttestationResponse(party, auth, key, *options)), created.State, "age1pq1", []byte("age-encryption.org/v1\n"))
	f.Add([]byte(virtualwebauthn.CreateAssertionResponse(party, auth, key, *question)), c.State, seal.EncodeKey(make([]byte, 32)), make([]byte, 16))
	f.Add([]byte(`{"id":"YQ","rawId":"YQ","type":"public-key","response":{}}`), "", "", []byte(nil))
	f.Fuzz(func(t *testing.T, body []byte, text, key string, b []byte) {
		s.tryStrangers(t, p, []string{created.State, c.State, text}, body)
		if mark, ok := tokenMark(text); ok && mark == [32]byte{} {
			t.Error("an empty mark")
		}
		e := Enrolment{ID: id.Member(text), Name: key, Recipient: key, Sign: text, Login: key, Salt: b, Wrapped: body, Proof: b, Code: text}
		_, err := s.checkEnrolment(store.Invitation{Door: "desk", Role: "member"}, e)
		if err == nil {
			t.Error("an enrolment without a proof")
		}
		isPublic(t, "joining", err)
		if _, _, err := codeStep(make([]byte, codeSecret), text, now); err != nil {
			t.Errorf("a code: %v", err)
		}
		if err := checkWrapped(body, 1); err == nil && bytes.Contains(body, []byte("AGE-SECRET-KEY")) {
			t.Error("a key file in clear")
		}
	})
}

// tryStrangers gives a body and states to both ceremonies.
func (s *Service) tryStrangers(t *testing.T, p *person, states []string, body []byte) {
	for _, text := range states {
		st, err := s.openState(text, adding, Desk, []byte("mark"))
		if isPublic(t, "a state", err); err == nil && RefusePRF(body) == nil {
			_, err = newCredential(s.doors[Desk].web, p, st, body)
			isPublic(t, "a new passkey", err)
		}
		st, err = s.openState(text, signingIn, Desk, nil)
		if isPublic(t, "a state", err); err != nil || RefusePRF(body) != nil {
			continue
		}
		answer, err := protocol.ParseCredentialRequestResponseBytes(body)
		if err != nil {
			continue
		}
		find := func(_, _ []byte) (webauthn.User, error) { return p, nil }
		if _, _, err := s.doors[Desk].web.ValidatePasskeyLogin(find, st.Data, answer); err == nil {
			t.Error("a passkey that nobody has")
		}
	}
}

func isPublic(t *testing.T, what string, err error) {
	if e, ok := errs.Public(err); err != nil && (!ok || e.Kind == errs.Internal) {
		t.Errorf("%s: %v", what, err)
	}
}

// TestStateKeepsTheQuestion: what goes through the browser comes back as it was.
func TestStateKeepsTheQuestion(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	s := &Service{o: Options{Now: func() time.Time { return now }}, keys: keys{state: []byte("key")}}
	want := webauthn.SessionData{Challenge: "c", RelyingPartyID: "desk.tips.example", UserID: []byte("u"), UserVerification: protocol.VerificationRequired,
		Extensions: protocol.AuthenticationExtensions{PRF: &protocol.PRFInputs{}}.Session(), CredParams: webauthn.CredentialParametersDefault()}
	text, err := s.sealState(state{Ceremony: adding, Door: Desk, Session: []byte("mark"), Data: want})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.openState(text, adding, Desk, []byte("mark"))
	if err != nil {
		t.Fatal(err)
	}
	a, err1 := json.Marshal(want)
	b, err2 := json.Marshal(got.Data)
	if err := firstOf(err1, err2); err != nil || !bytes.Equal(a, b) {
		t.Errorf("%s came back as %s (%v)", a, b, err)
	}
	if _, err := s.openState(text, adding, Desk, []byte("another")); err == nil {
		t.Error("a state of another session")
	}
	other := &Service{o: s.o, keys: keys{state: []byte("other")}}
	if _, err := other.openState(text, adding, Desk, []byte("mark")); err == nil {
		t.Error("a state of another server")
	}
}
