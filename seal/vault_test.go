package seal_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"clarion.example/clarion/seal"
)

const (
	vaultInstance = "test-hall"
	vaultCase     = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	vaultRequest  = "baaaaaaaaaaaaaaaaaaaaaaaae"
)

// vault is a case with an identity, three custodians, and a request of lin's for lin.
type vault struct {
	t    *testing.T
	lin  *seal.Identity
	sign map[string]ed25519.PrivateKey
	keys map[string]*seal.Identity
	box  *seal.IdentityBox
	r    seal.IdentityRequest
	sig  []byte
}

func newVault(t *testing.T) *vault {
	t.Helper()
	v := &vault{t: t, lin: seal.NewIdentity(), sign: map[string]ed25519.PrivateKey{}, keys: map[string]*seal.Identity{}}
	var list []seal.Custodian
	for i, name := range []string{"qian", "sun", "he", "lin"} {
		v.sign[name] = ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune('a'+i)), 32)))
		if name != "lin" {
			v.keys[name] = seal.NewIdentity()
			list = append(list, seal.Custodian{ID: name, Recipient: v.keys[name].Recipient()})
		}
	}
	var err error
	if v.box, err = seal.SplitIdentity(vaultInstance, vaultCase, seal.Person{Name: "王小明", Reach: "139"}, list); err != nil {
		t.Fatal(err)
	}
	v.r = seal.IdentityRequest{Instance: vaultInstance, ID: vaultRequest, Case: vaultCase, Number: "TH-2026-0001", Box: seal.SealedHash(v.box.Box), Unit: "unit-1",
		Asker: "lin", Reader: "lin", To: v.lin.Recipient(), Reason: "danger", Day: "2026-03-23", Until: "2026-03-30"}
	v.sig = v.signs("lin", v.r)
	return v
}

func (v *vault) signs(who string, m interface{ Message() ([]byte, error) }) []byte {
	v.t.Helper()
	msg, err := m.Message()
	if err != nil {
		v.t.Fatal(err)
	}
	return ed25519.Sign(v.sign[who], msg)
}

func (v *vault) public(who string) ed25519.PublicKey {
	return v.sign[who].Public().(ed25519.PublicKey)
}

func (v *vault) share(who string) []byte {
	for _, s := range v.box.Shares {
		if s.Custodian == who {
			return s.Sealed
		}
	}
	return nil
}

func (v *vault) agrees(who string) seal.GivenShare {
	v.t.Helper()
	a, sealed, err := v.r.Agree(v.sig, v.public("lin"), who, "2026-03-24", v.share(who), v.keys[who])
	if err != nil {
		v.t.Fatal(err)
	}
	return seal.GivenShare{Answer: a, Key: v.public(who), Sig: v.signs(who, a), Sealed: sealed}
}

func (v *vault) combine(given ...seal.GivenShare) (seal.Person, error) {
	return v.r.Combine(v.box.Box, v.r.Box, v.lin, given...)
}

// TestIdentityRequestMessage: the signed bytes are those of docs/spec/seal.md, and no field can look like another line.
func TestIdentityRequestMessage(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.r.Words = sha256.Sum256([]byte("x"))
	msg, err := v.r.Message()
	want := "clarion/identity-request/v1\ntest-hall\n" + vaultRequest + "\n" + vaultCase + "\nTH-2026-0001\n" + v.r.Box + "\nunit-1\nlin\nlin\n" + v.r.To.String() +
		"\ndanger\n\n2026-03-23\n2026-03-30\n" + hex.EncodeToString(v.r.Words[:]) + "\n"
	if err != nil || string(msg) != want {
		t.Errorf("request %q: %v", msg, err)
	}
	a := seal.IdentityAnswer{Instance: vaultInstance, Custodian: "sun", Agrees: true, Day: "2026-03-24"}
	zero := strings.Repeat("0", 64)
	if msg, err := a.Message(); err != nil || string(msg) != "clarion/identity-answer/v1\ntest-hall\n"+zero+"\nsun\nyes\n2026-03-24\n"+zero+"\n" {
		t.Errorf("answer %q: %v", msg, err)
	}
	for name, change := range map[string]func(*seal.IdentityRequest){
		"instance": func(r *seal.IdentityRequest) { r.Instance = "a\nb" },
		"id":       func(r *seal.IdentityRequest) { r.ID = "" },
		"case":     func(r *seal.IdentityRequest) { r.Case = "x" },
		"number":   func(r *seal.IdentityRequest) { r.Number = "1\n2" },
		"box":      func(r *seal.IdentityRequest) { r.Box = "" },
		"unit":     func(r *seal.IdentityRequest) { r.Unit = "" },
		"asker":    func(r *seal.IdentityRequest) { r.Asker = "Lin" },
		"reader":   func(r *seal.IdentityRequest) { r.Reader = "" },
		"to":       func(r *seal.IdentityRequest) { r.To = seal.Recipient{} },
		"reason":   func(r *seal.IdentityRequest) { r.Reason = "" },
		"law":      func(r *seal.IdentityRequest) { r.Law = "a\n" },
		"day":      func(r *seal.IdentityRequest) { r.Day = "2026-02-30" },
		"until":    func(r *seal.IdentityRequest) { r.Until = "2026-03-22" },
	} {
		r := v.r
		change(&r)
		if _, err := r.Message(); !errors.Is(err, seal.ErrRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestIdentityAgreed: two custodians' agreements to one request open the identity for the reader, and nothing less or other does.
func TestIdentityAgreed(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	qian, sun, he := v.agrees("qian"), v.agrees("sun"), v.agrees("he")
	for name, two := range map[string][]seal.GivenShare{"two": {qian, sun}, "two others": {sun, he}, "three": {qian, sun, he}} {
		if p, err := v.combine(two...); err != nil || p.Name != "王小明" {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	other := v.r
	other.Reason = "court"
	elsewhere, sealed, err := other.Agree(v.signs("lin", other), v.public("lin"), "sun", "2026-03-24", v.share("sun"), v.keys["sun"])
	if err != nil {
		t.Fatal(err)
	}
	refusal, err := v.r.Refuse(v.sig, v.public("lin"), "sun", "2026-03-24", sha256.Sum256(sun.Sealed))
	if err != nil {
		t.Fatal(err)
	}
	late := sun.Answer
	late.Day = "2026-03-31"
	self := sun.Answer
	self.Custodian = "lin"
	for name, c := range map[string]struct {
		given []seal.GivenShare
		want  error
	}{
		"nobody":                  {nil, seal.ErrShare},
		"one":                     {[]seal.GivenShare{qian}, seal.ErrShare},
		"one twice":               {[]seal.GivenShare{qian, qian}, seal.ErrShare},
		"to another request":      {[]seal.GivenShare{qian, {elsewhere, v.public("sun"), v.signs("sun", elsewhere), sealed}}, seal.ErrShare},
		"a refusal":               {[]seal.GivenShare{qian, {refusal, v.public("sun"), v.signs("sun", refusal), sun.Sealed}}, seal.ErrShare},
		"late":                    {[]seal.GivenShare{qian, {late, v.public("sun"), v.signs("sun", late), sun.Sealed}}, seal.ErrShare},
		"the reader's own":        {[]seal.GivenShare{qian, {self, v.public("lin"), v.signs("lin", self), sun.Sealed}}, seal.ErrShare},
		"signed by somebody else": {[]seal.GivenShare{qian, {sun.Answer, v.public("sun"), v.signs("he", sun.Answer), sun.Sealed}}, seal.ErrSignature},
		"another share":           {[]seal.GivenShare{qian, {sun.Answer, v.public("sun"), sun.Sig, he.Sealed}}, seal.ErrShare},
	} {
		if p, err := v.combine(c.given...); !errors.Is(err, c.want) || p != (seal.Person{}) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := v.r.Combine(v.box.Box, v.r.Box, v.keys["he"], qian, sun); !errors.Is(err, seal.ErrShare) {
		t.Errorf("another reader: %v", err)
	}
	if _, err := v.r.Combine(v.box.Box, strings.Repeat("0", 64), v.lin, qian, sun); !errors.Is(err, seal.ErrShare) {
		t.Errorf("a box that the report does not name: %v", err)
	}
}

// TestIdentityNotGiven: a custodian's program seals a share to nobody but the reader of a request that the asker signed.
func TestIdentityNotGiven(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	own := v.r
	own.To = v.keys["sun"].Recipient()
	for name, c := range map[string]struct {
		custodian, day string
		change         func(*seal.IdentityRequest)
		want           error
	}{
		"reader's key put in":    {"sun", "2026-03-24", func(r *seal.IdentityRequest) { r.To = seal.NewIdentity().Recipient() }, seal.ErrSignature},
		"reader put in":          {"sun", "2026-03-24", func(r *seal.IdentityRequest) { r.Reader = "zhao" }, seal.ErrSignature},
		"told put away":          {"sun", "2026-03-24", func(r *seal.IdentityRequest) { r.Law = "secrecy" }, seal.ErrSignature},
		"the asker as custodian": {"lin", "2026-03-24", nil, seal.ErrShare},
		"before":                 {"sun", "2026-03-22", nil, seal.ErrRequest},
		"after":                  {"sun", "2026-03-31", nil, seal.ErrRequest},
	} {
		r := v.r
		if c.change != nil {
			c.change(&r)
		}
		if _, sealed, err := r.Agree(v.sig, v.public("lin"), c.custodian, c.day, v.share("sun"), v.keys["sun"]); !errors.Is(err, c.want) || sealed != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, r := range map[string]seal.IdentityRequest{"own key": own, "another box": func() seal.IdentityRequest {
		r := v.r
		r.Box = strings.Repeat("0", 64)
		return r
	}(), "another case": func() seal.IdentityRequest {
		r := v.r
		r.Case = vaultRequest
		return r
	}()} {
		if _, sealed, err := r.Agree(v.signs("lin", r), v.public("lin"), "sun", "2026-03-24", v.share("sun"), v.keys["sun"]); !errors.Is(err, seal.ErrShare) || sealed != nil {
			t.Errorf("%s, well signed: %v", name, err)
		}
	}
}

// TestIdentityWords: words open for whom they are sealed to, as they were signed, and nobody can try out what they are.
func TestIdentityWords(t *testing.T) {
	t.Parallel()
	key := seal.NewIdentity()
	plain, hash, err := seal.NewIdentityWords(vaultInstance, vaultRequest, "举报人可能有危险")
	if err != nil || len(plain) != seal.FloorIdentityWords {
		t.Fatalf("%d bytes: %v", len(plain), err)
	}
	if _, again, _ := seal.NewIdentityWords(vaultInstance, vaultRequest, "举报人可能有危险"); again == hash {
		t.Error("the same words have the same hash")
	}
	sealed, err := seal.Seal(plain, key.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := seal.OpenIdentityWords(sealed, key, vaultInstance, vaultRequest, hash); err != nil || got != "举报人可能有危险" {
		t.Errorf("%q: %v", got, err)
	}
	if _, err := seal.OpenIdentityWords(sealed, key, vaultInstance, vaultCase, hash); !errors.Is(err, seal.ErrShare) {
		t.Errorf("another request: %v", err)
	}
	if _, err := seal.OpenIdentityWords(sealed, key, vaultInstance, vaultRequest, [32]byte{}); !errors.Is(err, seal.ErrShare) {
		t.Errorf("other words: %v", err)
	}
	if _, err := seal.OpenIdentityWords(sealed, seal.NewIdentity(), vaultInstance, vaultRequest, hash); !errors.Is(err, seal.ErrWrongKey) {
		t.Errorf("another key: %v", err)
	}
	for words, want := range map[string]error{" \n": seal.ErrRequest, "\xff": seal.ErrRequest, strings.Repeat("x", seal.MaxIdentityWords+1): seal.ErrTooLarge} {
		if _, _, err := seal.NewIdentityWords(vaultInstance, vaultRequest, words); !errors.Is(err, want) {
			t.Errorf("%d bytes: %v", len(words), err)
		}
	}
}
