package seal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// staffVectors bind the programs that staff use.
type staffVectors struct {
	PRFInput    string             `json:"prf_input"`
	Passkeys    []passkeyVector    `json:"passkeys"`
	Passphrases []passphraseVector `json:"passphrases"`
	SignIn      messageVector      `json:"sign_in"`
	Enrolment   messageVector      `json:"enrolment"`
	Presence    messageVector      `json:"presence"`
	Passphrase  messageVector      `json:"new_passphrase"`
	Recovery    recoveryVector     `json:"recovery"`
	Fingerprint fingerprintVector  `json:"fingerprint"`
	Sheets      sheetVectors       `json:"sheets"`
}

type passkeyVector struct {
	PRF       string `json:"prf"`
	KEKSeed   string `json:"kek_seed"`
	KEK       string `json:"kek"`
	Recipient string `json:"recipient_sha256"`
}

type passphraseVector struct {
	Typed     string `json:"typed"`
	Salt      string `json:"salt"`
	Login     string `json:"login"` // public
	KEKSeed   string `json:"kek_seed"`
	Recipient string `json:"recipient_sha256"`
}

type messageVector struct {
	Instance   string `json:"instance"`
	Door       string `json:"door"`
	Account    string `json:"account"`
	Role       string `json:"role,omitempty"`
	Recipient  string `json:"recipient_seed,omitempty"`
	Login      string `json:"login,omitempty"`
	Challenge  string `json:"challenge,omitempty"`
	Invitation string `json:"invitation,omitempty"` // SHA-256 of the token
	Act        string `json:"act,omitempty"`
	Salt       string `json:"salt,omitempty"`
	Before     string `json:"before,omitempty"` // the wrapped file itself, in hex; its hash is signed
	After      string `json:"after,omitempty"`
	SignerSeed string `json:"signer_seed"`
	Message    string `json:"message_sha256"`
	Signature  string `json:"signature"`
}

type recoveryVector struct {
	Instance   string `json:"instance"`
	Recipient  string `json:"recipient_seed"`
	K          int    `json:"k"`
	N          int    `json:"n"`
	SignerSeed string `json:"signer_seed"`
	Signature  string `json:"signature"`
}

type fingerprintVector struct {
	Instance  string `json:"instance"`
	Role      string `json:"role"`
	ID        string `json:"id"`
	Recipient string `json:"recipient_seed"`
	Sign      string `json:"sign_seed"`
	Words     string `json:"words"`
}

type sheetVectors struct {
	Instance     string            `json:"instance"`
	RootSeed     string            `json:"root_seed"`
	Root         string            `json:"root"`
	RecoverySeed string            `json:"recovery_seed"`
	Threshold    int               `json:"threshold"`
	Recovery     []string          `json:"recovery"`
	Other        string            `json:"other"` // a sheet of another kit of the same size
	Elsewhere    string            `json:"elsewhere"`
	Bad          map[string]string `json:"bad"` // typed to verdict
}

const staffWords = "abacus zoom reptile unplug deafening sprint"

func hexSum(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }

func array[T ~[16]byte | ~[32]byte](t *testing.T, s string) (out T) {
	t.Helper()
	b := unhex(t, s)
	switch p := any(&out).(type) {
	case *[16]byte:
		copy(p[:], b)
	case *[32]byte:
		copy(p[:], b)
	}
	return out
}

func seeded(b byte) string { return strings.Repeat(fmt.Sprintf("%02x", b), 32) }

// TestStaffVectors computes every vector again. What is drawn at random (the coefficients of the recovery sheets)
// stands in the file and is read.
func TestStaffVectors(t *testing.T) {
	t.Parallel()
	if *update {
		writeStaffVectors(t)
	}
	var v staffVectors
	readVectors(t, "staff.json", &v)
	again := v
	fillStaffVectors(t, &again)
	if diff := cmp.Diff(v, again); diff != "" {
		t.Errorf("(-file +computed):\n%s", diff)
	}
	// CRYPTO 3.4, made by another program.
	if p := v.Passkeys[0]; p.KEK != "AGE-SECRET-KEY-PQ-1228286A6VY9FWJCYEJXQ6VKQ7AKNMJ0KTD4Y2S8FSQC00L6DFFGSDULVQM" ||
		p.Recipient != "459121ad2c32818d8fc4c0bcddbfdfdc8915976f9e9702a01f47312d05faed93" ||
		v.PRFInput != "629c78b31e110f9f083c2d7278e08b09ad3d13dd0548db13cf25362a8060a157" {
		t.Errorf("%+v", p)
	}
}

func writeStaffVectors(t *testing.T) {
	t.Helper()
	prf := make([]byte, 32)
	for i := range prf {
		prf[i] = byte(i)
	}
	v := staffVectors{
		Passkeys: []passkeyVector{{PRF: hex.EncodeToString(prf)}, {PRF: seeded(0xff)}},
		Passphrases: []passphraseVector{
			{Typed: staffWords, Salt: seeded(7)[:32]},
			{Typed: " ＡＢＡＣＵＳ,  Zoom\treptile-unplug \u3000deafening. SPRINT\n", Salt: seeded(8)[:32]},
		},
		SignIn:      messageVector{Instance: "example-1", Door: "desk", Account: "li-wei", Challenge: seeded(9), SignerSeed: seeded(1)},
		Enrolment:   messageVector{Instance: "example-1", Door: "inspect", Account: "qian", Role: "inspector", Recipient: seeded(2), Login: seeded(1), Invitation: hexSum("token"), SignerSeed: seeded(3)},
		Presence:    messageVector{Instance: "example-1", Door: "desk", Account: "li-wei", Act: "passphrase", Challenge: seeded(9), SignerSeed: seeded(1)},
		Passphrase:  messageVector{Instance: "example-1", Door: "inspect", Account: "qian", Login: seeded(1), Salt: seeded(7)[:32], Before: seeded(10), After: seeded(11), SignerSeed: seeded(3)},
		Recovery:    recoveryVector{"example-1", seeded(5), 3, 5, seeded(4), ""},
		Fingerprint: fingerprintVector{Instance: "example-1", Role: "custodian", ID: "zhao", Recipient: seeded(2), Sign: seeded(3)},
		Sheets:      sheetVectors{Instance: "example-1", RootSeed: seeded(4), RecoverySeed: seeded(5), Threshold: 3, Bad: map[string]string{}},
	}
	kit := func(instance, seed string, k, n int) (out []string) {
		id := must(IdentityFromSeed(unhex(t, seed)))
		for _, s := range must(SplitRecovery(instance, id, k, n)) {
			out = append(out, s.Words())
		}
		return out
	}
	s := &v.Sheets
	s.Recovery, s.Other, s.Elsewhere = kit(s.Instance, s.RecoverySeed, 3, 5), kit(s.Instance, seeded(6), 3, 5)[0], kit("example-2", s.RecoverySeed, 3, 5)[0]
	w := strings.Fields(s.Recovery[0])
	swapped := append([]string{w[1], w[0]}, w[2:]...)
	for _, typed := range []string{"", "abacus", strings.Join(w[:29], " "), s.Recovery[0] + " abacus", strings.Join(swapped, " "), s.Elsewhere,
		strings.Join(append([]string{"abacusx"}, w[1:]...), " "), strings.Join(append(w[:29:29], "zoom"), " "), "1 " + s.Recovery[0]} {
		s.Bad[typed] = ""
	}
	fillStaffVectors(t, &v)
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("testdata/staff.json", append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func fillStaffVectors(t *testing.T, v *staffVectors) {
	t.Helper()
	input := PRFInput()
	v.PRFInput = hex.EncodeToString(input[:])
	v.Passkeys = bytesCopy(v.Passkeys)
	for i := range v.Passkeys {
		p := &v.Passkeys[i]
		kek := PasskeyKEK(array[[32]byte](t, p.PRF))
		seed := kek.Seed()
		p.KEKSeed, p.KEK, p.Recipient = hex.EncodeToString(seed[:]), kek.String(), hexSum(kek.Recipient().String())
	}
	v.Passphrases = bytesCopy(v.Passphrases)
	for i := range v.Passphrases {
		p := &v.Passphrases[i]
		login, kek, err := StaffKeys(p.Typed, array[[16]byte](t, p.Salt))
		if err != nil {
			t.Fatal(err)
		}
		seed := kek.Seed()
		p.Login, p.KEKSeed, p.Recipient = EncodeKey(publicOf(login)), hex.EncodeToString(seed[:]), hexSum(kek.Recipient().String())
	}
	sign := func(m *messageVector, text []byte, err error) {
		if err != nil {
			t.Fatal(err)
		}
		m.Message, m.Signature = hexSum(string(text)), hex.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(unhex(t, m.SignerSeed)), text))
	}
	in, joins := signInOf(t, v.SignIn), enrolmentOf(t, v.Enrolment)
	text, err := in.Message()
	sign(&v.SignIn, text, err)
	text, err = joins.Message()
	sign(&v.Enrolment, text, err)
	text, err = presenceOf(t, v.Presence).Message()
	sign(&v.Presence, text, err)
	text, err = newPassphraseOf(t, v.Passphrase).Message()
	sign(&v.Passphrase, text, err)
	r := recoveryOf(t, v.Recovery)
	v.Recovery.Signature = hex.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(unhex(t, v.Recovery.SignerSeed)), must(r.Message())))
	f := &v.Fingerprint
	f.Words = must(StaffFingerprint(f.Instance, f.Role, f.ID, must(IdentityFromSeed(unhex(t, f.Recipient))).Recipient().String(), EncodeKey(publicOf(ed25519.NewKeyFromSeed(unhex(t, f.Sign))))))
	s := &v.Sheets
	s.Root = must(RootSheet(s.Instance, array[[32]byte](t, s.RootSeed))).Words()
	bad := map[string]string{}
	for typed := range s.Bad {
		_, err := ParseSheet(s.Instance, typed)
		bad[typed] = sheetVerdict(err)
	}
	s.Bad = bad
}

func bytesCopy[T any](in []T) []T { return append([]T(nil), in...) }

func signInOf(t *testing.T, m messageVector) StaffSignIn {
	t.Helper()
	return StaffSignIn{m.Instance, m.Door, m.Account, array[[32]byte](t, m.Challenge)}
}

func enrolmentOf(t *testing.T, m messageVector) Enrolment {
	t.Helper()
	login := publicOf(ed25519.NewKeyFromSeed(unhex(t, m.Login)))
	return Enrolment{m.Instance, m.Door, m.Account, m.Role, must(IdentityFromSeed(unhex(t, m.Recipient))).Recipient(), login, array[[32]byte](t, m.Invitation)}
}

func presenceOf(t *testing.T, m messageVector) StaffPresence {
	t.Helper()
	return StaffPresence{m.Instance, m.Door, m.Account, m.Act, array[[32]byte](t, m.Challenge)}
}

func newPassphraseOf(t *testing.T, m messageVector) StaffNewPassphrase {
	t.Helper()
	return StaffNewPassphrase{m.Instance, m.Door, m.Account, publicOf(ed25519.NewKeyFromSeed(unhex(t, m.Login))), array[[16]byte](t, m.Salt),
		sha256.Sum256(unhex(t, m.Before)), sha256.Sum256(unhex(t, m.After))}
}

func recoveryOf(t *testing.T, v recoveryVector) RecoveryStatement {
	t.Helper()
	return RecoveryStatement{v.Instance, must(IdentityFromSeed(unhex(t, v.Recipient))).Recipient(), v.K, v.N}
}

// TestRecoveryStatement: no other key, kit or installation stands in for the one that root signed.
func TestRecoveryStatement(t *testing.T) {
	t.Parallel()
	var v staffVectors
	readVectors(t, "staff.json", &v)
	r, root, sig := recoveryOf(t, v.Recovery), publicOf(ed25519.NewKeyFromSeed(unhex(t, v.Recovery.SignerSeed))), unhex(t, v.Recovery.Signature)
	if err := r.Verify(root, sig); err != nil {
		t.Error(err)
	}
	for _, other := range []RecoveryStatement{
		{"example-2", r.Recipient, 3, 5}, {r.Instance, NewIdentity().Recipient(), 3, 5}, {r.Instance, r.Recipient, 2, 5}, {r.Instance, r.Recipient, 3, 6},
	} {
		if err := other.Verify(root, sig); !errors.Is(err, ErrSignature) {
			t.Errorf("%d of %d: %v", other.Threshold, other.Count, err)
		}
	}
	for _, bad := range []RecoveryStatement{{"Example", r.Recipient, 3, 5}, {r.Instance, Recipient{}, 3, 5}, {r.Instance, r.Recipient, 1, 5}, {r.Instance, r.Recipient, 3, 3}, {r.Instance, r.Recipient, 3, 17}} {
		if err := bad.Verify(root, sig); !errors.Is(err, ErrRequest) {
			t.Errorf("%d of %d: %v", bad.Threshold, bad.Count, err)
		}
	}
}

// sheetVerdict writes an error as the vectors do.
func sheetVerdict(err error) string {
	if e, ok := errors.AsType[*SheetError](err); ok {
		return string(e.Fault)
	}
	if e, ok := errors.AsType[*WordError](err); ok {
		return fmt.Sprintf("word %d %t", e.Position, e.HasDigit)
	}
	if e, ok := errors.AsType[*LengthError](err); ok {
		return fmt.Sprintf("length %d", e.Words)
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// TestStaffKeysAreApart: another word, salt or path gives other keys, and typing is forgiven.
func TestStaffKeysAreApart(t *testing.T) {
	t.Parallel()
	salt := [16]byte{1}
	login, kek, err := StaffKeys(staffWords, salt)
	if err != nil {
		t.Fatal(err)
	}
	again, same, err := StaffKeys(strings.ToUpper(strings.ReplaceAll(staffWords, " ", "  ")), salt)
	if err != nil || !again.Equal(login) || same.Seed() != kek.Seed() {
		t.Errorf("typed in capitals: %v", err)
	}
	other, otherKEK, err := StaffKeys(staffWords, [16]byte{2})
	if err != nil || other.Equal(login) || otherKEK.Seed() == kek.Seed() {
		t.Errorf("another salt: %v", err)
	}
	seed := kek.Seed()
	if PasskeyKEK(seed).Seed() == seed || bytes.Equal(login.Seed(), seed[:]) {
		t.Error("labels do not part the keys")
	}
	for typed, want := range map[string]string{
		"": "length 0", "abacus": "length 1", staffWords + " abacus": "length 7",
		"abacus zoom reptil unplug deafening sprint":  "word 3 false",
		"abacus zoom repti1e unplug deafening sprint": "word 3 true",
		"1234 5678 9012 3456 7890 1234":               "word 1 true",
	} {
		if _, _, err := StaffKeys(typed, salt); sheetVerdict(err) != want {
			t.Errorf("%q: %v, want %s", typed, err, want)
		}
	}
	if err := CheckPassphrase(GeneratePassphrase()); err != nil {
		t.Error(err)
	}
}

// TestStaffMessages: a signature serves for one installation, door, account and challenge, and no field can pose as two.
func TestStaffMessages(t *testing.T) {
	t.Parallel()
	var v staffVectors
	readVectors(t, "staff.json", &v)
	in, joins := signInOf(t, v.SignIn), enrolmentOf(t, v.Enrolment)
	key := publicOf(ed25519.NewKeyFromSeed(unhex(t, v.SignIn.SignerSeed)))
	if err := in.Verify(key, unhex(t, v.SignIn.Signature)); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*StaffSignIn){
		"instance": func(s *StaffSignIn) { s.Instance = "example-2" }, "door": func(s *StaffSignIn) { s.Door = "inspect" },
		"account": func(s *StaffSignIn) { s.Account = "li" }, "challenge": func(s *StaffSignIn) { s.Challenge[31]++ },
	} {
		other := in
		change(&other)
		if err := other.Verify(key, unhex(t, v.SignIn.Signature)); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, bad := range []StaffSignIn{{}, {Instance: "a", Door: "desk", Account: "a\nb"}, {Instance: "a\n", Door: "desk", Account: "a"}, {Instance: "a", Door: "de sk", Account: "a"}} {
		if _, err := bad.Message(); !errors.Is(err, ErrRequest) {
			t.Errorf("%q: %v", bad.Account, err)
		}
	}
	key = publicOf(ed25519.NewKeyFromSeed(unhex(t, v.Enrolment.SignerSeed)))
	if err := joins.Verify(key, unhex(t, v.Enrolment.Signature)); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Enrolment){
		"role": func(e *Enrolment) { e.Role = "member" }, "recipient": func(e *Enrolment) { e.Recipient = NewIdentity().Recipient() },
		"login": func(e *Enrolment) { e.Login = key }, "invitation": func(e *Enrolment) { e.Invitation[0]++ },
		"door": func(e *Enrolment) { e.Door = "desk" }, "account": func(e *Enrolment) { e.Account = "sun" },
	} {
		other := joins
		change(&other)
		if err := other.Verify(key, unhex(t, v.Enrolment.Signature)); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	joins.Login = nil
	if _, err := joins.Message(); !errors.Is(err, ErrRequest) {
		t.Error(err)
	}
}

// TestStaffFingerprint: every field counts.
func TestStaffFingerprint(t *testing.T) {
	t.Parallel()
	r, sign := NewIdentity().Recipient().String(), EncodeKey(publicOf(testKey(1)))
	words := must(StaffFingerprint("i", "member", "a", r, sign))
	if got, err := ParseFingerprint(strings.ToUpper(words)); err != nil || got != words {
		t.Errorf("%q: %v", got, err)
	}
	if _, err := ParseFingerprint(words + " abacus"); sheetVerdict(err) != "length 9" {
		t.Error(err)
	}
	for _, f := range [][5]string{{"j", "member", "a", r, sign}, {"i", "custodian", "a", r, sign}, {"i", "member", "b", r, sign},
		{"i", "member", "a", NewIdentity().Recipient().String(), sign}, {"i", "member", "a", r, EncodeKey(publicOf(testKey(2)))}} {
		if other := must(StaffFingerprint(f[0], f[1], f[2], f[3], f[4])); other == words {
			t.Errorf("%.30q has the same words", f)
		}
	}
	for _, f := range [][5]string{{"I", "member", "a", r, sign}, {"i", "member\na", "a", r, sign}, {"i", "member", "", r, sign}, {"i", "member", "a", "", sign}, {"i", "member", "a", r, "x"}} {
		if got, err := StaffFingerprint(f[0], f[1], f[2], f[3], f[4]); err == nil {
			t.Errorf("%.30q has words: %s", f, got)
		}
	}
}
