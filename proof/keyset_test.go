package proof

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
)

func testKey(n byte) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, 32)) }

func publicKey(n byte) string { return EncodeKey(testKey(n).Public().(ed25519.PublicKey)) }

// recipients are made once: each takes a key generation.
var recipients = sync.OnceValue(func() []string {
	var out []string
	for range 8 {
		id, err := age.GenerateHybridIdentity()
		if err != nil {
			panic(err)
		}
		out = append(out, id.Recipient().String())
	}
	return out
})

const (
	rootSeed, unitSeed, inspectorSeed, custodianSeed, newInspectorSeed = 10, 11, 12, 13, 14
)

func testKeySet(t testing.TB) KeySet {
	t.Helper()
	ack, err := LogKeyFromSeed(AckKeyName(instance), [32]byte{3})
	if err != nil {
		t.Fatal(err)
	}
	r := recipients()
	return KeySet{
		V: 1, Instance: instance, Version: 1, Day: "2026-11-22", Authority: map[string]string{"zh-Hans": "举报中心", "en": "Tip centre <&>"},
		Root: publicKey(rootSeed), Ack: ack.Verifier(),
		Logs: LogVerifiers{newLog(t, PublicOrigin(instance), 2).key.Verifier(), newLog(t, CaseOrigin(instance), 1).key.Verifier()},
		Intake: []UnitKey{
			{ID: "centre", Name: map[string]string{"en": "Centre"}, Recipient: r[0], Sign: publicKey(unitSeed), From: "2026-11-01", To: ""},
		},
		Custodians: []PersonKey{{"zhao", r[1], publicKey(custodianSeed), "2026-11-01"}},
		Inspectors: []PersonKey{{"qian", r[2], publicKey(inspectorSeed), "2026-11-01"}},
	}
}

func signKeys(t testing.TB, k KeySet, inspectors ...byte) *SignedKeySet {
	t.Helper()
	s, err := SignKeySet(k, SignerRoot, testKey(rootSeed))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range inspectors {
		if err := s.AddSignature(SignerInspector, testKey(n)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func rootTrust() Trust {
	return Trust{Root: RootFingerprint(testKey(rootSeed).Public().(ed25519.PublicKey))}
}

// reread writes and reads a signed list, as it goes over the network.
func reread(t testing.TB, s *SignedKeySet) *SignedKeySet {
	t.Helper()
	b, err := s.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseKeySet(b)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func TestKeySetRoundTrip(t *testing.T) {
	t.Parallel()
	k := testKeySet(t)
	s := reread(t, signKeys(t, k, inspectorSeed))
	for name, root := range map[string]string{
		"fingerprint": rootTrust().Root, "upper case, no spaces": strings.ToUpper(strings.ReplaceAll(rootTrust().Root, " ", "")),
		"key": k.Root,
	} {
		got, err := s.Verify(Trust{Root: root})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(&k, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if got.CaseVerifier().Name() != CaseOrigin(instance) || got.PublicVerifier().Name() != PublicOrigin(instance) || got.AckVerifier().Name() != AckKeyName(instance) {
			t.Error("verifiers are mixed up")
		}
	}
	if got := len(strings.Fields(rootTrust().Root)); got != 16 {
		t.Errorf("fingerprint %q", rootTrust().Root)
	}
	for _, root := range []string{"", " ", publicKey(unitSeed), rootTrust().Root[:19], RootFingerprint(testKey(unitSeed).Public().(ed25519.PublicKey))} {
		if _, err := s.Verify(Trust{Root: root}); !errors.Is(err, ErrRoot) {
			t.Errorf("trusting %q: %v", root, err)
		}
	}
}

func TestKeySetSignatures(t *testing.T) {
	t.Parallel()
	k := testKeySet(t)
	if _, err := signKeys(t, k).Verify(rootTrust()); !errors.Is(err, ErrCountersignature) {
		t.Errorf("without the inspector: %v", err)
	}
	if _, err := signKeys(t, k, custodianSeed).Verify(rootTrust()); !errors.Is(err, ErrCountersignature) {
		t.Errorf("countersigned by a custodian: %v", err)
	}
	young := k
	young.Custodians, young.Inspectors = nil, nil
	if _, err := signKeys(t, young).Verify(rootTrust()); err != nil {
		t.Errorf("before an inspector is enrolled: %v", err)
	}
	lonely := k
	lonely.Inspectors = nil
	if _, err := signKeys(t, lonely, inspectorSeed).Verify(rootTrust()); !errors.Is(err, ErrCountersignature) {
		t.Errorf("custodians without inspector: %v", err)
	}
	byUnit, err := SignKeySet(young, SignerRoot, testKey(unitSeed))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := byUnit.Verify(rootTrust()); !errors.Is(err, ErrSignature) {
		t.Errorf("signed as root by another key: %v", err)
	}
	if _, err := (&SignedKeySet{env: envelope{V: 1, Body: byUnit.env.Body}, keys: byUnit.keys}).Verify(rootTrust()); !errors.Is(err, ErrSignature) {
		t.Errorf("unsigned: %v", err)
	}
	if err := signKeys(t, k, inspectorSeed).AddSignature(SignerInspector, testKey(inspectorSeed)); !errors.Is(err, ErrSignature) {
		t.Errorf("signed twice: %v", err)
	}
	if err := signKeys(t, k).AddSignature(SignerApprover, testKey(1)); !errors.Is(err, ErrSignature) {
		t.Errorf("a role that does not belong here: %v", err)
	}
	// The signature of a roster with the very same bytes must not count.
	crossed := signKeys(t, young)
	crossed.env.Signatures = nil
	if err := crossed.env.sign(rosterPrefix, SignerRoot, testKey(rootSeed)); err != nil {
		t.Fatal(err)
	}
	if _, err := crossed.Verify(rootTrust()); !errors.Is(err, ErrSignature) {
		t.Errorf("a roster's signature: %v", err)
	}
}

// TestKeySetProposed: a list that waits for its inspector is checked in everything but that.
func TestKeySetProposed(t *testing.T) {
	t.Parallel()
	first := testKeySet(t)
	k := testKeySet(t)
	k.Version = 2
	k.Inspectors = []PersonKey{{"sun", recipients()[3], publicKey(newInspectorSeed), "2026-12-01"}}
	trust := rootTrust()
	trust.Previous = &first
	s := reread(t, signKeys(t, k))
	if _, err := s.Verify(trust); !errors.Is(err, ErrCountersignature) {
		t.Errorf("in force without the inspector: %v", err)
	}
	got, err := s.VerifyProposed(trust)
	if err != nil || cmp.Diff(&k, got) != "" || s.ClaimedRoot() != k.Root {
		t.Errorf("proposed: %v", err)
	}
	both := signKeys(t, k, inspectorSeed)
	if sigs := both.Signatures(); !bytes.Equal(both.Body(), s.Body()) || len(sigs) != 2 || sigs[1].Role != SignerInspector || sigs[0] != s.Signatures()[0] {
		t.Errorf("body and signatures: %+v", both.Signatures())
	}
	old := testKeySet(t)
	old.Day = "2026-11-01"
	other := otherInstance(t)
	for name, tc := range map[string]struct {
		s    *SignedKeySet
		want error
	}{
		"older": {signKeys(t, old), ErrOlder}, "other instance": {signKeys(t, other), ErrOrigin},
		"other root": {&SignedKeySet{env: envelope{V: 1, Body: s.env.Body}, keys: s.keys}, ErrSignature},
		"a wrong countersignature": {&SignedKeySet{env: envelope{V: 1, Body: s.env.Body, Signatures: append(s.Signatures(),
			ListSignature{SignerInspector, publicKey(newInspectorSeed), s.env.Signatures[0].Sig})}, keys: s.keys}, ErrSignature},
	} {
		if _, err := tc.s.VerifyProposed(trust); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	if _, err := s.VerifyProposed(Trust{Root: publicKey(unitSeed)}); !errors.Is(err, ErrRoot) {
		t.Errorf("another root: %v", err)
	}
}

func TestKeySetChanges(t *testing.T) {
	t.Parallel()
	first := testKeySet(t)
	trust := rootTrust()
	trust.Previous = &first
	next := func(change func(*KeySet)) KeySet {
		k := testKeySet(t)
		k.Version = 2
		change(&k)
		return k
	}
	replaced := next(func(k *KeySet) {
		k.Inspectors = []PersonKey{{"sun", recipients()[3], publicKey(newInspectorSeed), "2026-12-01"}}
	})
	custodian := next(func(k *KeySet) { k.Custodians[0].Recipient = recipients()[4] })
	removed := next(func(k *KeySet) { k.Inspectors, k.Custodians = nil, nil })
	for name, tc := range map[string]struct {
		keys    KeySet
		signers []byte
		want    error
	}{
		"same again":                       {first, []byte{inspectorSeed}, nil},
		"next, nobody changed":             {next(func(k *KeySet) { k.Day = "2026-11-23" }), []byte{inspectorSeed}, nil},
		"older":                            {func() KeySet { k := first; k.Version = 1; k.Day = "2026-11-01"; return k }(), []byte{inspectorSeed}, ErrOlder},
		"inspector replaced by themselves": {replaced, []byte{newInspectorSeed}, ErrCountersignature},
		"inspector replaced by old alone":  {replaced, []byte{inspectorSeed}, ErrCountersignature},
		"inspector replaced by both":       {replaced, []byte{inspectorSeed, newInspectorSeed}, nil},
		"custodian swapped":                {custodian, []byte{inspectorSeed}, nil},
		"oversight removed by the root":    {removed, nil, ErrCountersignature},
		"oversight removed by inspector":   {removed, []byte{inspectorSeed}, nil},
		"other instance":                   {otherInstance(t), []byte{inspectorSeed}, ErrOrigin},
	} {
		_, err := signKeys(t, tc.keys, tc.signers...).Verify(trust)
		if !errors.Is(err, tc.want) || tc.want == nil && err != nil {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	second := next(func(*KeySet) {})
	trust.Previous = &second
	if _, err := signKeys(t, first, inspectorSeed).Verify(trust); !errors.Is(err, ErrOlder) {
		t.Errorf("rolled back: %v", err)
	}
}

func otherInstance(t *testing.T) KeySet {
	k := testKeySet(t)
	k.Instance, k.Version = "other", 2
	for _, part := range []struct {
		name string
		to   *string
	}{{AckKeyName("other"), &k.Ack}, {PublicOrigin("other"), &k.Logs.Public}, {CaseOrigin("other"), &k.Logs.Cases}} {
		key, err := LogKeyFromSeed(part.name, [32]byte{5})
		if err != nil {
			t.Fatal(err)
		}
		*part.to = key.Verifier()
	}
	return k
}

func TestKeySetPublication(t *testing.T) {
	t.Parallel()
	k := testKeySet(t)
	s := signKeys(t, k, inspectorSeed)
	required := rootTrust()
	required.RequireProof = true
	if _, err := s.Verify(required); !errors.Is(err, ErrNoProof) {
		t.Errorf("unpublished: %v", err)
	}
	m := newLog(t, PublicOrigin(instance), 2)
	m.add(t, []byte("first"))
	at := m.add(t, s.Leaf())
	if err := s.SetProof(m.proof(t, 2, at, nil)); err != nil {
		t.Fatal(err)
	}
	if _, err := reread(t, s).Verify(required); err != nil {
		t.Errorf("published: %v", err)
	}
	if err := s.SetProof([]byte("x")); !errors.Is(err, ErrFormat) {
		t.Errorf("no proof at all: %v", err)
	}
	if err := s.SetProof(m.proof(t, 2, 0, nil)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Verify(rootTrust()); !errors.Is(err, ErrNotIncluded) {
		t.Errorf("the proof of another leaf, though none was required: %v", err)
	}
	fork := newLog(t, PublicOrigin(instance), 66)
	at = fork.add(t, s.Leaf())
	if err := s.SetProof(fork.proof(t, 1, at, nil)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Verify(rootTrust()); !errors.Is(err, ErrSignature) {
		t.Errorf("a log with another key: %v", err)
	}
}

func TestAnyChangeOfAKeySetIsRefused(t *testing.T) {
	t.Parallel()
	s := signKeys(t, testKeySet(t), inspectorSeed)
	m := newLog(t, PublicOrigin(instance), 2)
	m.add(t, []byte("first"))
	if err := s.SetProof(m.proof(t, 2, m.add(t, s.Leaf()), nil)); err != nil {
		t.Fatal(err)
	}
	b, err := s.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	verdict := func(b []byte) error {
		s, err := ParseKeySet(b)
		if err == nil {
			_, err = s.Verify(rootTrust())
		}
		return err
	}
	if err := verdict(b); err != nil {
		t.Fatal(err)
	}
	for i := range b {
		bad, others := bytes.Clone(b), []byte{b[i] ^ 1}
		if i%7 == 0 || i > len(b)-1000 { // the recipients are long
			others = append(others, b[i]^0x20, ' ')
		}
		for _, other := range others {
			if bad[i] = other; other != b[i] && verdict(bad) == nil {
				t.Fatalf("byte %d %q → %q was accepted", i, b[i], other)
			}
		}
	}
	if verdict(append(bytes.Clone(b), '\n')) == nil || verdict(append([]byte(" "), b...)) == nil {
		t.Error("white space around it was accepted")
	}
}

func TestKeySetRefuses(t *testing.T) {
	t.Parallel()
	r := recipients()
	name := map[string]string{"en": "x"}
	for what, change := range map[string]func(*KeySet){
		"instance":         func(k *KeySet) { k.Instance = "X" },
		"version 0":        func(k *KeySet) { k.Version = 0 },
		"day":              func(k *KeySet) { k.Day = "today" },
		"no authority":     func(k *KeySet) { k.Authority = nil },
		"authority line":   func(k *KeySet) { k.Authority = map[string]string{"en": "a\u2028b"} },
		"language":         func(k *KeySet) { k.Authority = map[string]string{"e n": "x"} },
		"root":             func(k *KeySet) { k.Root = "AAAA" },
		"ack of a log":     func(k *KeySet) { k.Ack = k.Logs.Cases },
		"logs swapped":     func(k *KeySet) { k.Logs.Public, k.Logs.Cases = k.Logs.Cases, k.Logs.Public },
		"classic key":      func(k *KeySet) { k.Intake[0].Recipient = "age1qqqq" },
		"shared recipient": func(k *KeySet) { k.Custodians[0].Recipient = r[0] },
		"shared sign key":  func(k *KeySet) { k.Custodians[0].Sign = publicKey(inspectorSeed) },
		"root as unit":     func(k *KeySet) { k.Intake[0].Sign = k.Root },
		"one person twice": func(k *KeySet) { k.Custodians[0].ID = "qian" },
		"unknown parent":   func(k *KeySet) { k.Intake[0].Parent = "moon" },
		"own parent":       func(k *KeySet) { k.Intake[0].Parent = "centre" },
		"to before from":   func(k *KeySet) { k.Intake[0].To = "2026-10-01" },
		"two current keys": func(k *KeySet) {
			k.Intake = append(k.Intake, UnitKey{ID: "centre", Name: name, Recipient: r[5], Sign: publicKey(20), From: "2026-12-01"})
		},
	} {
		k := testKeySet(t)
		change(&k)
		if _, err := SignKeySet(k, SignerRoot, testKey(rootSeed)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := SignKeySet(testKeySet(t), SignerRoot, nil); !errors.Is(err, ErrKey) {
		t.Errorf("no key: %v", err)
	}
}

func TestUnitOn(t *testing.T) {
	t.Parallel()
	k := testKeySet(t)
	k.Intake[0].To = "2026-11-30"
	k.Intake = append(k.Intake, UnitKey{ID: "centre", Name: map[string]string{"en": "Centre"}, Recipient: recipients()[5],
		Sign: k.Intake[0].Sign, From: "2026-12-01"})
	if _, err := SignKeySet(k, SignerRoot, testKey(rootSeed)); err != nil {
		t.Fatalf("a unit that changed its recipient and kept its signing key: %v", err)
	}
	for day, want := range map[string]string{"2026-10-31": "", "2026-11-01": recipients()[0], "2026-11-30": recipients()[0],
		"2026-12-01": recipients()[5], "2030-01-01": recipients()[5]} {
		if u, ok := k.UnitOn("centre", day); u.Recipient != want || ok != (want != "") {
			t.Errorf("%s: %.20s %v", day, u.Recipient, ok)
		}
	}
	// Replaced on a day, and once more on the same: things are sealed to the last, and each may have signed.
	for i, to := range []string{"2026-12-01", ""} {
		k.Intake[len(k.Intake)-1].To = "2026-12-01"
		k.Intake = append(k.Intake, UnitKey{ID: "centre", Name: map[string]string{"en": "Centre"}, Recipient: recipients()[6+i], Sign: publicKey(byte(60 + i)), From: "2026-12-01", To: to})
	}
	keys := slices.Clone(k.Intake)
	slices.Reverse(k.Intake)
	if _, err := SignKeySet(k, SignerRoot, testKey(rootSeed)); err != nil {
		t.Fatalf("a unit that changed its key twice on a day: %v", err)
	}
	for day, want := range map[string][]int{"2026-11-30": {0}, "2026-12-02": {3}} {
		have := k.UnitsOn("centre", day)
		if !slices.EqualFunc(have, want, func(u UnitKey, i int) bool { return u.Recipient == keys[i].Recipient }) {
			t.Errorf("%s: %v", day, have)
		}
	}
	if u, _ := k.UnitOn("centre", "2026-12-01"); u.Recipient != keys[3].Recipient || len(k.UnitsOn("centre", "2026-12-01")) != 3 {
		t.Errorf("on the day of three keys: sealed to the one from %s to %q of %d", u.From, u.To, len(k.UnitsOn("centre", "2026-12-01")))
	}
	if _, ok := k.UnitOn("moon", "2026-11-22"); ok {
		t.Error("a unit that is not there was found")
	}
}

func TestRootObject(t *testing.T) {
	t.Parallel()
	k := testKeySet(t)
	lines := strings.Split(string(k.RootObject()), "\n")
	if !slices.Equal(lines, []string{"clarion/root/v1", k.Root, k.Logs.Public, k.Logs.Cases, k.Ack, ""}) {
		t.Errorf("%q", lines)
	}
}

func FuzzParseKeySet(f *testing.F) {
	k := testKeySet(f)
	k.Intake, k.Custodians, k.Inspectors = nil, nil, nil
	b, err := signKeys(f, k).Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"v":1,"body":"{}","signatures":[],"proof":""}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := ParseRoster(b); err == nil {
			if again, err := r.Marshal(); err != nil || !bytes.Equal(again, b) {
				t.Fatal("another spelling of a roster was accepted")
			}
		}
		s, err := ParseKeySet(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if again, err := s.Marshal(); err != nil || !bytes.Equal(again, b) {
			t.Fatal("another spelling was accepted")
		}
		if _, err := s.Verify(Trust{Root: publicKey(77)}); err == nil {
			t.Fatal("a key set nobody signed was accepted")
		}
	})
}
