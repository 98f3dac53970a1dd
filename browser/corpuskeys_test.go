package browser

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/proof"
)

// keySetCase is a /keys.json and what its reader knows beforehand.
type keySetCase struct {
	item
	Bytes        blob   `json:"bytes"`
	Root         string `json:"root"`
	Previous     blob   `json:"previous,omitempty"` // a key set that was accepted before
	RequireProof bool   `json:"require_proof,omitempty"`
}

func (c *keySetCase) verdict() string {
	trust := proof.Trust{Root: c.Root, RequireProof: c.RequireProof}
	if c.Previous != nil {
		trust.Previous = must(must(proof.ParseKeySet(c.Previous)).Verify(proof.Trust{Root: seedKey(rootSeed)}))
	}
	s, err := proof.ParseKeySet(c.Bytes)
	if err == nil {
		_, err = s.Verify(trust)
	}
	return kindOf(err)
}

const rootSeed, unitSeed, inspectorSeed, custodianSeed, otherSeed = 10, 11, 12, 13, 14

func seedKey(n byte) string { return proof.EncodeKey(publicKey(n)) }

func recipientOf(n byte) string { return testIdentity(n).Recipient().String() }

func baseKeys() proof.KeySet {
	return proof.KeySet{
		V: 1, Instance: testInstance, Version: 2, Day: "2026-11-22", Authority: map[string]string{"zh-Hans": "举报中心", "en": "Tip centre <&>"},
		Root: seedKey(rootSeed), Ack: ackKey().Verifier(),
		Logs:       proof.LogVerifiers{Public: newTree(proof.PublicOrigin(testInstance), 2).key.Verifier(), Cases: newTree(proof.CaseOrigin(testInstance), 1).key.Verifier()},
		Intake:     []proof.UnitKey{{ID: "centre", Name: map[string]string{"en": "Centre"}, Recipient: recipientOf(21), Sign: seedKey(unitSeed), From: "2026-11-01"}},
		Custodians: []proof.PersonKey{{ID: "zhao", Recipient: recipientOf(22), Sign: seedKey(custodianSeed), From: "2026-11-01"}},
		Inspectors: []proof.PersonKey{{ID: "qian", Recipient: recipientOf(23), Sign: seedKey(inspectorSeed), From: "2026-11-01"}},
	}
}

// signBody writes a list around any body, with any signers, sound or not.
func signBody(body, proofText string, signers ...signerOf) []byte {
	type signature struct {
		Role string `json:"role"`
		Key  string `json:"key"`
		Sig  string `json:"sig"`
	}
	env := struct {
		V          int         `json:"v"`
		Body       string      `json:"body"`
		Signatures []signature `json:"signatures"`
		Proof      string      `json:"proof"`
	}{1, body, []signature{}, proofText}
	for _, s := range signers {
		prefix := s.prefix
		if prefix == "" {
			prefix = "clarion/keys/v1\n"
		}
		sig := ed25519.Sign(testKey(s.seed), []byte(prefix+body))
		env.Signatures = append(env.Signatures, signature{s.role, seedKey(s.seed), base64.RawURLEncoding.EncodeToString(sig)})
	}
	return encodePlain(env)
}

type signerOf struct {
	role   string
	seed   byte
	prefix string
}

func encodePlain(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

var (
	byRoot      = signerOf{role: "root", seed: rootSeed}
	byInspector = signerOf{role: "inspector", seed: inspectorSeed}
	byOther     = signerOf{role: "inspector", seed: otherSeed}
)

func keySetCases(t *testing.T) []*keySetCase {
	t.Helper()
	var out []*keySetCase
	add := func(name string, b []byte, change func(*keySetCase)) {
		c := &keySetCase{item: named(name), Bytes: b, Root: seedKey(rootSeed)}
		if change != nil {
			change(c)
		}
		out = append(out, c)
	}
	body := string(encodePlain(baseKeys()))
	good := signBody(body, "", byRoot, byInspector)
	add("good", good, nil)
	fingerprint := proof.RootFingerprint(publicKey(rootSeed))
	for name, root := range map[string]string{
		"fingerprint": fingerprint, "upper case": strings.ToUpper(fingerprint), "no spaces": strings.ReplaceAll(fingerprint, " ", ""), "odd spaces": strings.ReplaceAll(fingerprint, " ", "\u3000\n"),
		"next line": fingerprint + "\u0085", "byte order mark": "\ufeff" + fingerprint, "another root": seedKey(unitSeed), "part": fingerprint[:39], "empty": "", "space": " ",
		"zero width": strings.Replace(fingerprint, " ", "\u200b", 1), "full width": strings.Replace(fingerprint, "a", "\uff41", 1), "hyphens": strings.ReplaceAll(fingerprint, " ", "-"), "key, space": seedKey(rootSeed) + " ",
	} {
		add("root: "+name, good, func(c *keySetCase) { c.Root = root })
	}
	for name, signers := range map[string][]signerOf{
		"none": nil, "root alone": {byRoot}, "inspector alone": {byInspector}, "order": {byInspector, byRoot}, "not an inspector": {byRoot, byOther}, "all three": {byRoot, byInspector, byOther},
		"root twice": {byRoot, byRoot, byInspector}, "two roots": {byRoot, {role: "root", seed: otherSeed}, byInspector}, "approver": {byRoot, byInspector, {role: "approver", seed: otherSeed}},
		"root as inspector": {byRoot, {role: "inspector", seed: rootSeed}}, "custodian as inspector": {byRoot, {role: "inspector", seed: custodianSeed}},
		"as a document": {{role: "root", seed: rootSeed, prefix: documentPrefix}, byInspector}, "as a roster": {{role: "root", seed: rootSeed, prefix: "clarion/roster/v1\n"}, byInspector},
		"one unsound": {byRoot, byInspector, {role: "inspector", seed: otherSeed, prefix: "x"}}, "seventeen": append(slices.Repeat([]signerOf{byRoot}, 16), byInspector),
		"constructor": {byRoot, byInspector, {role: "constructor", seed: otherSeed}},
	} {
		add("signers: "+name, signBody(body, "", signers...), nil)
	}
	for name, change := range keySetChanges() {
		k := baseKeys()
		change(&k)
		add("body: "+name, signBody(string(encodePlain(k)), "", byRoot, byInspector), nil)
	}
	for _, c := range [][2]string{
		{`"v":1`, `"v":2`}, {`"version":2`, `"version":2.0`}, {`"version":2`, `"version":9007199254740991`}, {`"version":2`, `"version":9007199254740992`}, {`"version":2`, `"version":"2"`},
		{`"day":`, `"Day":`}, {`"day":`, `"x":1,"day":`}, {`"day":`, `"day":"2026-11-21","day":`}, {`"en":"Tip`, `"en": "Tip`}, {`<&>`, `\u003c&>`}, {`<&>`, `\/`}, {`<&>`, `é`}, {`<&>`, `\u00e9`},
		{`"custodians":[`, `"custodians":[null,`}, {`"parent":""`, `"parent":null`}, {`"parent":"",`, ``}, {`"inspectors"`, `"inspectors" `}, {`}]}`, `}],"former":[]}`}, {`}]}`, `}],"former":null}`}, {`"zh-Hans":"举报中心"`, `"zh-Hans":"举报中心","__proto__":"x"`},
	} {
		changed := strings.Replace(body, c[0], c[1], 1)
		if changed == body {
			t.Fatalf("%q is not in the set", c[0])
		}
		add("text: "+c[0]+" → "+c[1], signBody(changed, "", byRoot, byInspector), nil)
	}
	add("text: space after", signBody(body+" ", "", byRoot, byInspector), nil)
	for name, b := range map[string][]byte{
		"space after": append(bytes.Clone(good), ' '), "line feed": append(bytes.Clone(good), '\n'), "byte order mark": append([]byte("\ufeff"), good...), "empty": nil, "null": []byte("null"),
		"no proof": bytes.Replace(good, []byte(`,"proof":""`), nil, 1), "null signatures": []byte(`{"v":1,"body":"{}","signatures":null,"proof":""}`), "list": []byte("[]"),
		"version": bytes.Replace(good, []byte(`{"v":1`), []byte(`{"v":2`), 1), "escape": bytes.Replace(good, []byte("举"), []byte(`\\u4e3e`), 1),
	} {
		add("file: "+name, b, nil)
	}
	return append(append(out, successionCases(t)...), publicationCases(body)...)
}

func keySetChanges() map[string]func(*proof.KeySet) {
	name := map[string]string{"en": "x"}
	unit := func(change func(*proof.UnitKey)) func(*proof.KeySet) {
		return func(k *proof.KeySet) {
			u := proof.UnitKey{ID: "north", Name: name, Parent: "centre", Recipient: recipientOf(24), Sign: seedKey(31), From: "2026-11-01"}
			change(&u)
			k.Intake = append(k.Intake, u)
		}
	}
	k0 := baseKeys()
	former := func(change func(*proof.FormerKey)) func(*proof.KeySet) {
		return func(k *proof.KeySet) {
			f := proof.FormerKey{ID: "sun", Sign: seedKey(31), From: "2026-09-01", To: "2026-10-31"}
			change(&f)
			k.Former = append(k.Former, f)
		}
	}
	return map[string]func(*proof.KeySet){
		"former": former(func(*proof.FormerKey) {}), "former: back again": former(func(f *proof.FormerKey) { f.ID, f.Sign = "qian", seedKey(inspectorSeed) }),
		"former: name": former(func(f *proof.FormerKey) { f.ID = "N" }), "former: day": former(func(f *proof.FormerKey) { f.From = "2026-1-1" }), "former: order": former(func(f *proof.FormerKey) { f.To = "2026-08-31" }),
		"former: one day": former(func(f *proof.FormerKey) { f.To = f.From }), "former: key of another": former(func(f *proof.FormerKey) { f.Sign = seedKey(custodianSeed) }), "former: root": former(func(f *proof.FormerKey) { f.Sign = k0.Root }),
		"former: no key": former(func(f *proof.FormerKey) { f.Sign = "AAAA" }), "former: twice": func(k *proof.KeySet) { f := former(func(*proof.FormerKey) {}); f(k); f(k) },
		"instance": func(k *proof.KeySet) { k.Instance = "X" }, "version 0": func(k *proof.KeySet) { k.Version = 0 }, "day": func(k *proof.KeySet) { k.Day = "today" },
		"no authority": func(k *proof.KeySet) { k.Authority = map[string]string{} }, "authority line": func(k *proof.KeySet) { k.Authority = map[string]string{"en": "a\u2028b"} },
		"language": func(k *proof.KeySet) { k.Authority = map[string]string{"e n": "x"} }, "language of one": func(k *proof.KeySet) { k.Authority = map[string]string{"e": "x"} },
		"languages of digits": func(k *proof.KeySet) { k.Authority = map[string]string{"99": "x", "100": "y", "en": "z", "Zh": "w"} }, "soft hyphen": func(k *proof.KeySet) { k.Authority = map[string]string{"en": "a\u00adb"} },
		"combining": func(k *proof.KeySet) { k.Authority = map[string]string{"en": "e\u0301 ½ 举\U0002a6d6"} }, "private use": func(k *proof.KeySet) { k.Authority = map[string]string{"en": "\ue000"} },
		"long name": func(k *proof.KeySet) { k.Authority = map[string]string{"en": repeat("é", 100)} }, "too long a name": func(k *proof.KeySet) { k.Authority = map[string]string{"en": repeat("é", 100) + "e"} },
		"root": func(k *proof.KeySet) { k.Root = "AAAA" }, "ack of a log": func(k *proof.KeySet) { k.Ack = k.Logs.Cases }, "logs swapped": func(k *proof.KeySet) { k.Logs.Public, k.Logs.Cases = k.Logs.Cases, k.Logs.Public },
		"classic key": func(k *proof.KeySet) { k.Intake[0].Recipient = "age1qqqq" }, "shared recipient": func(k *proof.KeySet) { k.Custodians[0].Recipient = recipientOf(21) },
		"shared sign key": func(k *proof.KeySet) { k.Custodians[0].Sign = seedKey(inspectorSeed) }, "root as unit": func(k *proof.KeySet) { k.Intake[0].Sign = k.Root },
		"one person twice": func(k *proof.KeySet) { k.Custodians[0].ID = "qian" }, "unknown parent": func(k *proof.KeySet) { k.Intake[0].Parent = "moon" }, "own parent": func(k *proof.KeySet) { k.Intake[0].Parent = "centre" },
		"to before from": func(k *proof.KeySet) { k.Intake[0].To = "2026-10-01" }, "one day": func(k *proof.KeySet) { k.Intake[0].To = "2026-11-01" }, "person's name": func(k *proof.KeySet) { k.Custodians[0].ID = "Zhao" },
		"second unit": unit(func(*proof.UnitKey) {}), "unit with a person's key": unit(func(u *proof.UnitKey) { u.Sign = seedKey(custodianSeed) }),
		"two current keys": unit(func(u *proof.UnitKey) { u.ID, u.Parent = "centre", "" }), "earlier key": unit(func(u *proof.UnitKey) {
			u.ID, u.Parent, u.From, u.To, u.Sign = "centre", "", "2026-01-01", "2026-10-31", seedKey(unitSeed)
		}), "replaced on a day": unit(func(u *proof.UnitKey) {
			u.ID, u.Parent, u.From, u.To, u.Sign = "centre", "", "2026-01-01", "2026-11-01", seedKey(unitSeed)
		}),
		"replaced on its day": unit(func(u *proof.UnitKey) {
			u.ID, u.Parent, u.From, u.To, u.Sign = "centre", "", "2026-11-01", "2026-11-01", seedKey(unitSeed)
		}),
		"overlap of two days": unit(func(u *proof.UnitKey) {
			u.ID, u.Parent, u.From, u.To, u.Sign = "centre", "", "2026-01-01", "2026-11-02", seedKey(unitSeed)
		}),
		"a day inside": unit(func(u *proof.UnitKey) {
			u.ID, u.Parent, u.From, u.To, u.Sign = "centre", "", "2026-11-02", "2026-11-02", seedKey(unitSeed)
		}),
		"nobody": func(k *proof.KeySet) { k.Intake = []proof.UnitKey{} },
	}
}

// successionCases have an earlier set that was accepted.
func successionCases(t *testing.T) []*keySetCase {
	t.Helper()
	var out []*keySetCase
	previous := signBody(string(encodePlain(baseKeys())), "", byRoot, byInspector)
	add := func(name string, change func(*proof.KeySet), signers ...signerOf) {
		k := baseKeys()
		k.Version = 3
		change(&k)
		out = append(out, &keySetCase{item: named("after: " + name), Root: seedKey(rootSeed), Previous: previous, Bytes: signBody(string(encodePlain(k)), "", signers...)})
	}
	replaced := func(k *proof.KeySet) {
		k.Inspectors = []proof.PersonKey{{ID: "sun", Recipient: recipientOf(24), Sign: seedKey(otherSeed), From: "2026-12-01"}}
	}
	custodian := func(k *proof.KeySet) { k.Custodians[0].Recipient = recipientOf(25) }
	nobody := func(k *proof.KeySet) { k.Custodians, k.Inspectors = []proof.PersonKey{}, []proof.PersonKey{} }
	same := func(*proof.KeySet) {}
	add("next", same, byRoot, byInspector)
	add("the same", func(k *proof.KeySet) { k.Version = 2 }, byRoot, byInspector)
	add("another of the same number", func(k *proof.KeySet) { k.Version, k.Day = 2, "2026-11-23" }, byRoot, byInspector)
	add("older", func(k *proof.KeySet) { k.Version = 1 }, byRoot, byInspector)
	add("inspector replaced by themselves", replaced, byRoot, byOther)
	add("inspector replaced by the old one", replaced, byRoot, byInspector)
	add("inspector replaced by both", replaced, byRoot, byInspector, byOther)
	add("custodian changed", custodian, byRoot, byInspector)
	add("custodian changed, root alone", custodian, byRoot)
	add("oversight removed by root", nobody, byRoot)
	add("oversight removed by inspector", nobody, byRoot, byInspector)
	add("other instance", func(k *proof.KeySet) {
		k.Instance = "other"
		k.Ack = must(proof.LogKeyFromSeed(proof.AckKeyName("other"), [32]byte{3})).Verifier()
		k.Logs = proof.LogVerifiers{Public: newTree("other/public", 2).key.Verifier(), Cases: newTree("other/cases", 1).key.Verifier()}
	}, byRoot, byInspector)
	return out
}

func publicationCases(body string) []*keySetCase {
	leaf := must(proof.PublicLeaf(proof.PublicKeys, hash256(body)))
	m := newTree(proof.PublicOrigin(testInstance), 2)
	m.add([]byte("first"))
	at := m.add(leaf)
	fork := newTree(m.key.Name(), 66)
	fork.add(leaf)
	release := newTree(m.key.Name(), 2)
	release.add(must(proof.PublicLeaf(proof.PublicRelease, hash256(body))))
	var out []*keySetCase
	for name, text := range map[string]string{
		"none": "", "good": string(m.proof(2, at, nil)), "other leaf": string(m.proof(2, 0, nil)), "fork": string(fork.proof(1, 0, nil)), "as a release": string(release.proof(1, 0, nil)), "not a proof": "x",
		"with an opening": string(m.proof(2, at, ptr(openingOf(received(), 0)))),
	} {
		for _, required := range []bool{true, false} {
			out = append(out, &keySetCase{item: named("proof: " + name), Root: seedKey(rootSeed), RequireProof: required, Bytes: signBody(body, text, byRoot, byInspector)})
		}
	}
	return out
}
