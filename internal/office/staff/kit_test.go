package staff_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/seal"
	"github.com/pquerna/otp/totp"
)

const (
	instance  = "tips.example"
	deskHost  = "desk.tips.example"
	sessions  = 12 * time.Hour
	idle      = 30 * time.Minute
	codeSteps = 30 * time.Second
)

// world is a service with a clock that tests move.
type world struct {
	*staff.Service
	t     testing.TB
	store *store.Store
	clock atomic.Int64 // nanoseconds
}

// each runs fn on both databases.
func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) { fn(t, newWorld(t, s)) })
}

func newWorld(t testing.TB, s *store.Store) *world {
	t.Helper()
	w := &world{t: t, store: s}
	w.clock.Store(time.Date(2026, 11, 22, 9, 30, 10, 0, time.UTC).UnixNano())
	var err error
	w.Service, err = staff.New(staff.Options{Instance: instance, Store: s, Now: w.now, Zone: time.UTC, Secret: bytes.Repeat([]byte{7}, 32),
		Doors:   map[staff.Door]staff.DoorOptions{staff.Desk: {Origin: "https://" + deskHost}, staff.Inspect: {Origin: "https://inspect.tips.example"}},
		Session: sessions, Idle: idle})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) now() time.Time       { return time.Unix(0, w.clock.Load()).UTC() }
func (w *world) pass(d time.Duration) { w.clock.Add(int64(d)) }
func (w *world) must(what string, e error) {
	w.t.Helper()
	if e != nil {
		w.t.Fatalf("%s: %v", what, e)
	}
}

// refused checks the kind and the public words of an error.
func refused(t testing.TB, what string, err error, kind errs.Kind, key string) {
	t.Helper()
	if e, ok := errs.Public(err); !ok || e.Kind != kind || e.Key != key {
		t.Errorf("%s: %v, want %s (%s)", what, err, key, kind)
	}
}

// somebody is a person with what their browser holds.
type somebody struct {
	door    staff.Door
	id      id.Member
	name    string
	age     *seal.Identity
	sign    ed25519.PrivateKey
	login   ed25519.PrivateKey
	salt    [16]byte
	kek     *seal.Identity
	keks    []seal.Recipient // of passkeys
	factor  []byte
	wrapped []byte
	session *staff.Session
	token   string
}

func newKey(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	_, k, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newIdentity(t testing.TB) *seal.Identity {
	t.Helper()
	var seed [32]byte
	rand.Read(seed[:])
	k, err := seal.IdentityFromSeed(seed[:])
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newSomebody(t testing.TB, who id.Member) *somebody {
	t.Helper()
	p := &somebody{id: who, name: "A person", age: newIdentity(t), sign: newKey(t), login: newKey(t), kek: newIdentity(t)}
	p.wrapped = p.wrap(t)
	return p
}

// wrap seals the key file to the passphrase and so many passkeys.
func (p *somebody) wrap(t testing.TB, keks ...seal.Recipient) []byte {
	t.Helper()
	file := seal.KeyFile{Role: seal.KeyMember, ID: string(p.id), Name: p.name, Instance: instance, Made: "2026-11-22", Age: p.age, Sign: p.sign}
	var text bytes.Buffer
	if _, err := file.WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	b, err := seal.Seal(text.Bytes(), append([]seal.Recipient{p.kek.Recipient()}, keks...)...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// rewrap proves that a new wrapped file takes the place of the one that the person knows.
func (p *somebody) rewrap(t testing.TB, wrapped []byte) staff.Rewrap {
	t.Helper()
	msg, err := seal.StaffRewrap{Instance: instance, Door: string(p.door), Account: string(p.id),
		Before: sha256.Sum256(p.wrapped), After: sha256.Sum256(wrapped)}.Message()
	if err != nil {
		t.Fatal(err)
	}
	return staff.Rewrap{Wrapped: wrapped, Proof: ed25519.Sign(p.sign, msg)}
}

// enrolment is what the person's browser makes of a link.
func (p *somebody) enrolment(t testing.TB, w *world, link staff.Link, role staff.Role) staff.Enrolment {
	t.Helper()
	_, f, err := w.BeginEnrolment(t.Context(), link.Door, link.Token, p.id)
	w.must("beginning to join", err)
	start, err := w.Start(t.Context(), link.Door, p.id)
	w.must("asking for the salt", err)
	p.door, p.salt = link.Door, start.Salt
	if p.factor, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(f.Secret, " ", "")); err != nil {
		t.Fatal(err)
	}
	e := staff.Enrolment{ID: p.id, Name: p.name, Recipient: p.age.Recipient().String(), Sign: seal.EncodeKey(p.sign.Public().(ed25519.PublicKey)),
		Login: seal.EncodeKey(p.login.Public().(ed25519.PublicKey)), Salt: p.salt[:], Wrapped: p.wrapped, Code: p.code(t, w)}
	e.Proof = p.proof(t, link, role)
	return e
}

func (p *somebody) proof(t testing.TB, link staff.Link, role staff.Role) []byte {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(link.Token)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := seal.Enrolment{Instance: instance, Door: string(link.Door), Account: string(p.id), Role: string(role), Recipient: p.age.Recipient(),
		Login: p.login.Public().(ed25519.PublicKey), Invitation: sha256.Sum256(raw)}.Message()
	if err != nil {
		t.Fatal(err)
	}
	return ed25519.Sign(p.sign, msg)
}

// code is what the person's phone shows now.
func (p *somebody) code(t testing.TB, w *world) string {
	t.Helper()
	c, err := totp.GenerateCode(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(p.factor), w.now())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// join enrols somebody with a link.
func (w *world) join(p *somebody, link staff.Link, role staff.Role) *somebody {
	w.t.Helper()
	in, err := w.Enrol(w.t.Context(), link.Door, link.Token, p.enrolment(w.t, w, link, role))
	w.must("joining as "+string(role), err)
	p.session, p.token = in.Session, in.Token
	return p
}

// first joins by the operator's link.
func (w *world) first(who id.Member, role staff.Role) *somebody {
	w.t.Helper()
	link, err := w.InviteFirst(w.t.Context(), role)
	w.must("the operator's link", err)
	return w.join(newSomebody(w.t, who), link, role)
}

// invited joins by a link of an administrator.
func (w *world) invited(by *somebody, who id.Member, role staff.Role) *somebody {
	w.t.Helper()
	p := newSomebody(w.t, who)
	link, err := w.Invite(w.t.Context(), by.session, staff.Invitation{Role: role, ID: who, Name: p.name})
	w.must("inviting", err)
	return w.join(p, link, role)
}

// attempt signs in by passphrase with any key and code.
func (w *world) attempt(p *somebody, login ed25519.PrivateKey, code string) (staff.SignedIn, error) {
	w.t.Helper()
	start, err := w.Start(w.t.Context(), p.door, p.id)
	w.must("starting to sign in", err)
	return w.Finish(w.t.Context(), p.door, p.id, start.Challenge, w.answer(p, login, start.Challenge), code)
}

func (w *world) answer(p *somebody, login ed25519.PrivateKey, challenge [32]byte) []byte {
	w.t.Helper()
	msg, err := seal.StaffSignIn{Instance: instance, Door: string(p.door), Account: string(p.id), Challenge: challenge}.Message()
	w.must("the message", err)
	return ed25519.Sign(login, msg)
}

// signIn is a sign-in that must succeed, with a code that was not used.
func (w *world) signIn(p *somebody) {
	w.t.Helper()
	w.pass(codeSteps)
	in, err := w.attempt(p, p.login, p.code(w.t, w))
	w.must("signing in", err)
	if !bytes.Equal(in.Wrapped, p.wrapped) {
		w.t.Error("signing in gives another key file than was stored")
	}
	p.session, p.token = in.Session, in.Token
}

// acts lists the audit log as "who act outcome".
func (w *world) acts() (out []string) {
	w.t.Helper()
	w.must("reading the audit log", w.store.Read(w.t.Context(), func(tx *store.Tx) error {
		all, err := tx.AuditAfter(0, 1000)
		for _, e := range all {
			var detail map[string]any
			if err := json.Unmarshal(e.Detail, &detail); err != nil {
				return err
			}
			line := string(e.Who) + " " + e.Act
			if e.Outcome == store.Refused {
				line += " denied"
			}
			out = append(out, line)
		}
		return err
	}))
	return out
}
