package browser

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

const (
	clerkSeed  = 31
	memberSeed = 32
	officeSeed = 33
)

func seedHex(n byte) string { return hex.EncodeToString(bytes.Repeat([]byte{n}, 32)) }

// officeKey is the key file of a unit, made in Go.
func officeKey() *seal.KeyFile {
	return &seal.KeyFile{Role: seal.KeyUnit, ID: "centre", Name: "举报中心 <&>", Instance: testInstance, Made: "2026-11-22", Age: testIdentity(officeSeed), Sign: testKey(officeSeed)}
}

func textOf(t *testing.T, k *seal.KeyFile) string {
	t.Helper()
	var b strings.Builder
	if _, err := k.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestKeyFilesBothWays: the text is the same, byte for byte, for every role that a browser holds.
func TestKeyFilesBothWays(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	for _, role := range []seal.KeyRole{seal.KeyUnit, seal.KeyMember, seal.KeyCustodian, seal.KeyInspector} {
		k := officeKey()
		k.Role = role
		want, got := textOf(t, k), ""
		if err := p.call(t, "keyFile", map[string]any{"text": want}, &got); err != nil || got != want {
			t.Errorf("%s, Go to browser: %v", role, err)
		}
		if err := p.call(t, "newKeyFile", map[string]any{"role": role, "id": "li-wei", "name": "李伟", "instance": testInstance, "made": "2026-11-22"}, &got); err != nil {
			t.Fatal(err)
		}
		back, err := seal.ParseKeyFile([]byte(got), nil)
		if err != nil || back.Role != role || back.Name != "李伟" || textOf(t, back) != got {
			t.Errorf("%s, browser to Go: %v", role, err)
		}
	}
	root := officeKey()
	root.Role, root.Age = seal.KeyRoot, nil
	if err := p.call(t, "keyFile", map[string]any{"text": textOf(t, root)}, new(string)); err == nil || err.Error() != "key_file" {
		t.Errorf("a root key in a file: %v", err)
	}
}

// TestWrappedOpensInGo: what a server keeps of a person is an age file like any other.
func TestWrappedOpensInGo(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	k := officeKey()
	k.Role = seal.KeyMember
	keks := []*seal.Identity{testIdentity(40), seal.PasskeyKEK([32]byte{1})}
	want, seeds := textOf(t, k), []string{}
	lines := ""
	for _, kek := range keks {
		seed := kek.Seed()
		seeds = append(seeds, hex.EncodeToString(seed[:]))
		mac := hmac.New(sha256.New, must(hkdf.Key(sha256.New, seed[:], []byte("clarion/staff/v1"), "clarion/staff/v1/wrapped-mac", 32)))
		mac.Write([]byte(want))
		lines += "# wrapped-to: " + kek.Recipient().String() + " " + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) + "\n"
	}
	var wrapped []byte
	if err := p.call(t, "wrap", map[string]any{"text": want, "seeds": seeds}, &wrapped); err != nil {
		t.Fatal(err)
	}
	for i, kek := range keks {
		plain, err := seal.Open(wrapped, kek)
		if err != nil || string(plain) != want+lines {
			t.Errorf("key %d: %v\n%.300s", i, err, plain)
		}
	}
}

// madeLists are what a page made and signed.
type madeLists struct {
	KeySet []byte `json:"keySet"`
	Roster []byte `json:"roster"`
}

func listArgs() map[string]any {
	person := func(id string, n byte) map[string]any {
		return map[string]any{"id": id, "recipient": recipientOf(n), "sign": seedKey(n)}
	}
	member := func(id string, n byte, roles ...string) map[string]any {
		m := person(id, n)
		m["name"], m["roles"] = "王 "+id, roles
		return m
	}
	base := baseKeys()
	unit := person("centre", officeSeed)
	unit["name"], unit["parent"] = map[string]string{"zh-Hans": "举报中心", "en": "Centre <&>"}, ""
	return map[string]any{
		"seed": seedHex(rootSeed), "office": "", "lists": map[string]any{
			"server":    map[string]string{"instance": testInstance, "ack": base.Ack, "public_log": base.Logs.Public, "case_log": base.Logs.Cases},
			"authority": base.Authority, "day": "2026-11-22", "units": []any{unit},
			"custodians": []any{person("zhao", custodianSeed)}, "inspectors": []any{person("qian", inspectorSeed)},
		},
		"roster": map[string]any{"version": 1, "holders": []any{member("li", memberSeed, "triage", "handler"), member("sun", clerkSeed, "intake")}},
	}
}

// TestListsFromTheBrowser: what a page signs, the Go packages accept, byte for byte as they would have written it.
func TestListsFromTheBrowser(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	args := listArgs()
	args["office"] = textOf(t, officeKey())
	var made madeLists
	if err := p.call(t, "makeLists", args, &made); err != nil {
		t.Fatal(err)
	}
	signed := must(proof.ParseKeySet(made.KeySet))
	trust := proof.Trust{Root: proof.RootFingerprint(publicKey(rootSeed))}
	if _, err := signed.Verify(trust); !errors.Is(err, proof.ErrCountersignature) {
		t.Errorf("without the inspector: %v", err)
	}
	var done []byte
	if err := p.call(t, "countersign", map[string]any{"list": made.KeySet, "seed": seedHex(inspectorSeed)}, &done); err != nil {
		t.Fatal(err)
	}
	set, err := must(proof.ParseKeySet(done)).Verify(trust)
	if err != nil {
		t.Fatal(err)
	}
	if u, ok := set.UnitOn("centre", "2026-11-22"); !ok || u.Recipient != recipientOf(officeSeed) || u.Name["en"] != "Centre <&>" {
		t.Errorf("the office: %+v", u)
	}
	again := must(proof.SignKeySet(*set, proof.SignerRoot, testKey(rootSeed)))
	if err := again.AddSignature(proof.SignerInspector, testKey(inspectorSeed)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(must(again.Marshal())), string(done)); diff != "" {
		t.Errorf("the key set is written otherwise (-Go +browser):\n%s", diff)
	}
	roster, err := must(proof.ParseRoster(made.Roster)).Verify(set, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(must(must(proof.SignRoster(*roster, proof.SignerRoot, testKey(rootSeed))).Marshal())), string(made.Roster)); diff != "" {
		t.Errorf("the roster is written otherwise (-Go +browser):\n%s", diff)
	}
	plain, err := seal.Open(roster.Members[0].Wrapped(), testIdentity(memberSeed))
	if err != nil || string(plain) != textOf(t, officeKey()) || roster.Members[1].Key != "" {
		t.Errorf("the office's key: %v", err)
	}
	refusedInGo(t, made, set)
	nextList(t, p, args, made, done)
}

// refusedInGo: what was changed on the way is refused.
func refusedInGo(t *testing.T, made madeLists, set *proof.KeySet) {
	t.Helper()
	if _, err := must(proof.ParseKeySet(made.KeySet)).Verify(proof.Trust{Root: seedKey(otherSeed)}); !errors.Is(err, proof.ErrRoot) {
		t.Errorf("another root: %v", err)
	}
	swapped := bytes.ReplaceAll(made.Roster, []byte(seedKey(memberSeed)), []byte(seedKey(otherSeed)))
	if _, err := must(proof.ParseRoster(swapped)).Verify(set, nil); !errors.Is(err, proof.ErrSignature) {
		t.Errorf("a member's key swapped: %v", err)
	}
}

// nextList: the second list follows the first and nothing else.
func nextList(t *testing.T, p *peer, args map[string]any, made madeLists, done []byte) {
	t.Helper()
	args["previous"] = done
	args["lists"].(map[string]any)["day"] = "2026-12-01"
	args["roster"].(map[string]any)["version"] = 2
	var next madeLists
	if err := p.call(t, "makeLists", args, &next); err != nil {
		t.Fatal(err)
	}
	trust := proof.Trust{Root: seedKey(rootSeed)}
	first := must(must(proof.ParseKeySet(done)).Verify(trust))
	var signed []byte
	if err := p.call(t, "countersign", map[string]any{"list": next.KeySet, "seed": seedHex(inspectorSeed)}, &signed); err != nil {
		t.Fatal(err)
	}
	trust.Previous = first
	second, err := must(proof.ParseKeySet(signed)).Verify(trust)
	if err != nil || second.Version != 2 || second.Intake[0].From != "2026-11-22" || second.Custodians[0].From != "2026-11-22" {
		t.Fatalf("%v %+v", err, second)
	}
	trust.Previous = second
	if _, err := must(proof.ParseKeySet(done)).Verify(trust); !errors.Is(err, proof.ErrOlder) {
		t.Errorf("back to the first: %v", err)
	}
	one := must(must(proof.ParseRoster(made.Roster)).Verify(second, nil))
	two, err := must(proof.ParseRoster(next.Roster)).Verify(second, one)
	if err != nil || two.Version != 2 {
		t.Fatalf("the second roster: %v", err)
	}
	if _, err := must(proof.ParseRoster(made.Roster)).Verify(second, two); !errors.Is(err, proof.ErrOlder) {
		t.Errorf("back to the first roster: %v", err)
	}
	args["lists"].(map[string]any)["custodians"] = []any{map[string]any{"id": "zhao", "recipient": recipientOf(custodianSeed), "sign": seedKey(inspectorSeed)}}
	if err := p.call(t, "makeLists", args, &next); err == nil || err.Error() != "format" {
		t.Errorf("one key in two hats: %v", err)
	}
	args["seed"] = seedHex(otherSeed)
	if err := p.call(t, "makeLists", args, &next); err == nil || err.Error() != "root" {
		t.Errorf("another root key: %v", err)
	}
}

// TestListsFromGo: what the terminal signs, the browser accepts, and refuses what was changed.
func TestListsFromGo(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	k := baseKeys()
	draft := must(proof.SignKeySet(k, proof.SignerRoot, testKey(rootSeed)))
	list := must(draft.Marshal())
	if err := draft.AddSignature(proof.SignerInspector, testKey(inspectorSeed)); err != nil {
		t.Fatal(err)
	}
	signed := must(draft.Marshal())
	wrapped := must(seal.Seal([]byte(textOf(t, officeKey())), testIdentity(memberSeed).Recipient()))
	roster := func(version int64, seed byte) []byte {
		r := proof.Roster{V: 1, Instance: testInstance, Unit: "centre", Version: version, Day: "2026-11-22", Members: []proof.Member{
			{ID: "li", Name: "李", Roles: []string{"handler", "triage"}, Recipient: recipientOf(memberSeed), Sign: seedKey(memberSeed), Key: base64.StdEncoding.EncodeToString(wrapped)},
			{ID: "sun", Name: "Sun", Roles: nil, Recipient: recipientOf(clerkSeed), Sign: seedKey(clerkSeed)},
		}}
		return must(must(proof.SignRoster(r, proof.SignerRoot, testKey(seed))).Marshal())
	}
	good := roster(2, rootSeed)
	for name, c := range map[string]struct {
		args map[string]any
		want string
	}{
		"good":             {map[string]any{"list": signed, "root": seedKey(rootSeed), "roster": good}, ""},
		"follows":          {map[string]any{"list": signed, "root": seedKey(rootSeed), "roster": good, "previousRoster": roster(1, rootSeed)}, ""},
		"proposed":         {map[string]any{"list": list, "root": seedKey(rootSeed), "roster": good, "proposed": true}, ""},
		"a proposal":       {map[string]any{"list": list, "root": seedKey(rootSeed), "roster": good}, "countersignature"},
		"another root":     {map[string]any{"list": signed, "root": seedKey(otherSeed), "roster": good}, "root"},
		"another's roster": {map[string]any{"list": signed, "root": seedKey(rootSeed), "roster": roster(2, otherSeed)}, "root"},
		"an older roster":  {map[string]any{"list": signed, "root": seedKey(rootSeed), "roster": roster(1, rootSeed), "previousRoster": good}, "older"},
		"a swapped key":    {map[string]any{"list": signed, "root": seedKey(rootSeed), "roster": bytes.ReplaceAll(good, []byte(seedKey(memberSeed)), []byte(seedKey(otherSeed)))}, "signature"},
		"a swapped day":    {map[string]any{"list": bytes.ReplaceAll(signed, []byte("2026-11-01"), []byte("2026-11-02")), "root": seedKey(rootSeed), "roster": good}, "signature"},
		"a spelling":       {map[string]any{"list": signed, "root": seedKey(rootSeed), "roster": append([]byte(" "), good...)}, "format"},
	} {
		var got struct {
			Version int64
			Roster  string
		}
		err := p.call(t, "verifyLists", c.args, &got)
		if verdict := kindText(err); verdict != c.want || err == nil && (got.Version != k.Version || !strings.Contains(got.Roster, `"unit":"centre"`)) {
			t.Errorf("%s: %q, want %q", name, verdict, c.want)
		}
	}
}

func kindText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestStaffKeysAgree: a browser and Go derive the same from words that either drew.
func TestStaffKeysAgree(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	var words string
	if err := p.call(t, "newPassphrase", nil, &words); err != nil || seal.CheckPassphrase(words) != nil {
		t.Fatalf("%v %v", err, seal.CheckPassphrase(words))
	}
	salt := [16]byte{1, 2, 3}
	login, kek, err := seal.StaffKeys(words, salt)
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Login, Recipient string }
	if err := p.call(t, "staffKeys", map[string]any{"words": strings.ToUpper(words), "salt": hex.EncodeToString(salt[:])}, &got); err != nil {
		t.Fatal(err)
	}
	if got.Login != seal.EncodeKey(login.Public().(ed25519.PublicKey)) || got.Recipient != kek.Recipient().String() {
		t.Error("other keys")
	}
}
