package seal

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	caseID = "mfrggzdfmztwq2lknnwg23tpoa"
	docA   = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	docB   = "beaaaaaaaaaaaaaaaaaaaaaaaa"
	docC   = "ciaaaaaaaaaaaaaaaaaaaaaaaa"
)

func testKey(n byte) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, 32)) }

func body(t testing.TB, b Body) json.RawMessage {
	t.Helper()
	raw, err := EncodeBody(b)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func testDocument(t testing.TB) Document {
	return Document{Instance: "example-instance-1", Kind: KindMessage, Case: caseID, Chain: ChainReporter, ID: docA, Seq: 1,
		Unit: "capital", Day: "2026-11-22", Author: Author{Role: RoleReporter}, Body: body(t, &Message{Text: "我看到了 <b> & \u2028"})}
}

func signed(t testing.TB, d Document, signers ...Signer) []byte {
	t.Helper()
	plain, err := SignDocument(d, d.Kind.Floor(), signers...)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestDocumentRoundTrip(t *testing.T) {
	t.Parallel()
	unit, box := NewIdentity(), NewIdentity()
	member, unitKey := testKey(1), testKey(2)
	d := testDocument(t)
	d.Kind, d.Chain, d.Author = KindReply, ChainUnit, Author{RoleMember, "m-7"}
	d.Body = body(t, &Reply{Text: "请补充时间", Template: "ask-when"})
	sealed, err := SealDocument(d, FloorMessage, []Recipient{unit.Recipient(), box.Recipient()},
		Signer{RoleMember, member}, Signer{RoleUnit, unitKey})
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(sealed)) != SealedSize(FloorMessage, 2) {
		t.Errorf("sealed size %d", len(sealed))
	}
	s, err := OpenDocument(sealed, box)
	if err != nil {
		t.Fatal(err)
	}
	d.V = 1
	if diff := cmp.Diff(d, s.Document); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var reply Reply
	if err := DecodeBody(s.Document, &reply); err != nil || reply.Text != "请补充时间" {
		t.Errorf("body %+v, %v", reply, err)
	}
	if s.Sealed != SealedHash(sealed) {
		t.Error("the hash of the sealed bytes is missing")
	}
	if err := errors.Join(s.VerifiedBy(RoleMember, publicOf(member)), s.VerifiedBy(RoleUnit, publicOf(unitKey))); err != nil {
		t.Error(err)
	}
	for _, err := range []error{s.VerifiedBy(RoleUnit, publicOf(member)), s.VerifiedBy(RoleReporter, publicOf(member)),
		s.VerifiedBy(RoleMember, publicOf(testKey(9))), s.VerifiedBy(RoleMember, nil)} {
		if !errors.Is(err, ErrSignature) {
			t.Errorf("a signature that is not there was found: %v", err)
		}
	}
	if got := s.Signers(); len(got) != 2 || got[1] != (SignedBy{RoleUnit, EncodeKey(publicOf(unitKey))}) {
		t.Errorf("signers %v", got)
	}
}

func TestReportsHaveOneSize(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "短", strings.Repeat("字", 3000)} {
		d := testDocument(t)
		d.Kind = KindReport
		d.Body = body(t, &Report{Category: "bribery", Unit: "capital", Via: "web", Lang: "zh-Hans", Contact: "anonymous", What: text})
		if plain := signed(t, d, Signer{RoleReporter, testKey(1)}); len(plain) != FloorReport {
			t.Errorf("%d bytes of text give %d", len(text), len(plain))
		}
	}
	if SealedSize(MaxPlain, MaxRecipients) > MaxSealed || Padme(MaxPlain) != MaxPlain || SealedSize(Padme(MaxPlain+1), MaxRecipients) <= MaxSealed {
		t.Error("MaxPlain is not the largest padded size that fits MaxSealed")
	}
}

func TestSignDocumentRefuses(t *testing.T) {
	t.Parallel()
	key := Signer{RoleReporter, testKey(1)}
	for name, change := range map[string]func(*Document){
		"instance":        func(d *Document) { d.Instance = "Ex" },
		"kind":            func(d *Document) { d.Kind = "gossip" },
		"case":            func(d *Document) { d.Case = "1" },
		"case spelling":   func(d *Document) { d.Case = strings.Repeat("a", 25) + "b" },
		"chain":           func(d *Document) { d.Chain = ChainUnit },
		"id":              func(d *Document) { d.ID = strings.ToUpper(docA) },
		"seq 0":           func(d *Document) { d.Seq = 0 },
		"prev missing":    func(d *Document) { d.Seq = 2 },
		"prev at first":   func(d *Document) { d.Prev = strings.Repeat("0", 64) },
		"prev upper case": func(d *Document) { d.Seq, d.Prev = 2, strings.Repeat("A", 64) },
		"unit":            func(d *Document) { d.Unit = "-x" },
		"day":             func(d *Document) { d.Day = "2026-02-30" },
		"day spelling":    func(d *Document) { d.Day = "2026-2-3" },
		"author":          func(d *Document) { d.Author.Role = "friend" },
		"named reporter":  func(d *Document) { d.Author.ID = "li" },
		"nameless member": func(d *Document) { d.Author.Role = RoleMember },
		"no body":         func(d *Document) { d.Body = nil },
		"body list":       func(d *Document) { d.Body = json.RawMessage(`[]`) },
		"body null":       func(d *Document) { d.Body = json.RawMessage(`{"text":null}`) },
		"body twice":      func(d *Document) { d.Body = json.RawMessage(`{"text":"a","text":"b"}`) },
		"body deep": func(d *Document) {
			d.Body = json.RawMessage(`{"a":` + strings.Repeat("[", 20) + strings.Repeat("]", 20) + `}`)
		},
	} {
		d := testDocument(t)
		change(&d)
		if _, err := SignDocument(d, FloorMessage, key); !errors.Is(err, ErrDocument) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d := testDocument(t)
	for name, list := range map[string][]Signer{
		"none": nil, "twice": {key, key}, "five": {key, key, key, key, key}, "no key": {{Role: RoleReporter}}, "role": {{"friend", testKey(1)}},
	} {
		if _, err := SignDocument(d, FloorMessage, list...); !errors.Is(err, ErrSignature) {
			t.Errorf("signers %s: %v", name, err)
		}
	}
	d.Body = body(t, &Message{Text: strings.Repeat("x", MaxPlain)})
	if _, err := SignDocument(d, FloorMessage, key); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
}

// resign puts other document text into a well signed envelope, as a forger with a key of their own would.
func resign(t *testing.T, doc string) []byte {
	t.Helper()
	key := testKey(1)
	sig := ed25519.Sign(key, []byte(documentPrefix+doc))
	b, err := encodeJSON(&envelope{1, doc, []signature{{RoleReporter, EncodeKey(publicOf(key)), base64.RawURLEncoding.EncodeToString(sig)}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParseDocumentRefusesWhatParsersReadDifferently(t *testing.T) {
	t.Parallel()
	plain := bytes.TrimRight(signed(t, testDocument(t), Signer{RoleReporter, testKey(1)}), " ")
	s, err := ParseDocument(plain)
	if err != nil {
		t.Fatal(err)
	}
	doc := string(s.Raw)
	if _, err := ParseDocument(resign(t, doc)); err != nil {
		t.Fatalf("the unchanged text: %v", err)
	}
	swap := func(old, new string) string {
		out := strings.Replace(doc, old, new, 1)
		if out == doc {
			t.Fatalf("%q is not in the document", old)
		}
		return out
	}
	for name, text := range map[string]string{
		"unknown field":  swap(`{"v":1,`, `{"v":1,"x":1,`),
		"double field":   swap(`"seq":1,`, `"seq":1,"seq":1,`),
		"other case":     swap(`"unit":`, `"Unit":`),
		"both cases":     swap(`"unit":`, `"Unit":"x","unit":`),
		"folding sign":   swap(`"kind":`, `"`+"\u212a"+`ind":`),
		"escaped double": swap(`"seq":1,`, `"seq":1,"s\u0065q":2,`),
		"missing field":  swap(`"prev":"",`, ``),
		"null":           swap(`"prev":""`, `"prev":null`),
		"fraction":       swap(`"seq":1`, `"seq":1.0`),
		"exponent":       swap(`"seq":1`, `"seq":1e0`),
		"huge":           swap(`"seq":1`, `"seq":9007199254740992`),
		"version":        swap(`"v":1`, `"v":2`),
		"author extra":   swap(`"role":"reporter"`, `"role":"reporter","n":1`),
		"author short":   swap(`,"id":""}`, `}`),
		"nested double":  swap(`"text":`, `"text":"a","text":`),
		"space before":   " " + doc,
		"space after":    doc + " ",
		"two documents":  doc + doc,
		"list":           "[" + doc + "]",
		"empty":          "",
	} {
		if _, err := ParseDocument(resign(t, text)); !errors.Is(err, ErrDocument) {
			t.Errorf("document with %s: %v", name, err)
		}
	}
	env := string(plain)
	for name, text := range map[string]string{
		"unknown field":   strings.Replace(env, `{"v":1,`, `{"v":1,"x":1,`, 1),
		"double doc":      strings.Replace(env, `{"v":1,`, `{"v":1,"doc":"",`, 1),
		"no sigs":         `{"v":1,"doc":"{}"}`,
		"version":         strings.Replace(env, `{"v":1,`, `{"v":3,`, 1),
		"sig extra":       strings.Replace(env, `"sigs":[{`, `"sigs":[{"x":1,`, 1),
		"bad utf-8":       strings.Replace(env, "我", "\xff", 1),
		"trailing tab":    env + "\t",
		"trailing line":   env + "   \n",
		"trailing object": env + " {}",
		"leading space":   " " + env,
		"bom":             "\uFEFF" + env,
		"empty":           "",
		"spaces":          "    ",
	} {
		if _, err := ParseDocument([]byte(text)); !errors.Is(err, ErrDocument) {
			t.Errorf("envelope with %s: %v", name, err)
		}
	}
	if _, err := ParseDocument(append(plain, bytes.Repeat([]byte(" "), MaxPlain)...)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
}

func TestEveryChangedByteOfASignedDocumentIsRefused(t *testing.T) {
	t.Parallel()
	plain := bytes.TrimRight(signed(t, testDocument(t), Signer{RoleReporter, testKey(1)}), " ")
	for i := range plain {
		for _, c := range []byte{plain[i] ^ 1, plain[i] ^ 0x20, ' ', '"', '0', 'A', '='} {
			if c == plain[i] {
				continue
			}
			bad := bytes.Clone(plain)
			bad[i] = c
			s, err := ParseDocument(bad)
			if err == nil && s.VerifiedBy(RoleReporter, publicOf(testKey(1))) == nil {
				t.Fatalf("byte %d %q → %q was accepted", i, plain[i], c)
			}
		}
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	box := (&MailboxKeys{Auth: testKey(1), Age: NewIdentity(), Sign: testKey(2)}).Public()
	hash := strings.Repeat("ab", 32)
	for _, tc := range []struct{ in, out Body }{
		{&Report{Category: "c", Region: "north", Unit: "u", Via: "phone", Contact: "named", Reach: "+86 10", Identity: hash, Mailbox: box,
			Answers: []Answer{{Q: "q1", Values: []string{"a"}, Text: "t"}}, How: []string{"saw"}, Danger: true, Wish: true}, &Report{}},
		{&Message{Text: "t"}, &Message{}},
		{&Reply{Text: "t", Template: "x"}, &Reply{}},
		{&Reply{Text: "t", Letter: &Letter{Template: "needs_info", Words: "w", Sentences: []Sentence{{ID: "ask-when", Picks: []Pick{{"exact", []string{"day"}}}}, {ID: "danger"}},
			Days: []Filled{{"answer_by", "2026-04-30"}}}}, &Reply{}},
		{&Note{Text: "t"}, &Note{}},
		{&Title{Text: strings.Repeat("题", 80)}, &Title{}},
		{&Decision{Code: "D6", Outcome: "declined", Reasons: "r", Addresses: []string{"a"}, Review: "w"}, &Decision{}},
		{&Proposal{Act: "decline", Code: "D6", Reasons: "r", Decision: &Decision{Code: "D6"}}, &Proposal{}},
		{&Approval{Proposal: docA, Sealed: hash, Approve: true}, &Approval{}},
		{&Rekey{Mailbox: box}, &Rekey{}},
		{&EraseNote{Chain: ChainUnit, Doc: docA, Seq: 3, Sealed: hash}, &EraseNote{}},
	} {
		d := testDocument(t)
		d.Kind, d.Chain, d.Body = tc.in.Kind(), tc.in.Kind().Chain(), body(t, tc.in)
		if d.Chain != ChainReporter {
			d.Author = Author{RoleMember, "m"}
		}
		s, err := ParseDocument(signed(t, d, Signer{RoleMember, testKey(3)}))
		if err != nil {
			t.Fatalf("%s: %v", d.Kind, err)
		}
		if err := DecodeBody(s.Document, tc.out); err != nil {
			t.Errorf("%s: %v", d.Kind, err)
		}
		if diff := cmp.Diff(tc.in, tc.out); diff != "" {
			t.Errorf("%s (-want +got):\n%s", d.Kind, diff)
		}
		other := Body(&Note{})
		if d.Kind == KindNote {
			other = &Title{}
		}
		if err := DecodeBody(s.Document, other); !errors.Is(err, ErrDocument) {
			t.Errorf("%s read as %s: %v", d.Kind, other.Kind(), err)
		}
	}
	for name, bad := range map[string]Body{
		"reach of an anonymous reporter":  &Report{Category: "c", Unit: "u", Via: "web", Contact: "anonymous", Reach: "+86"},
		"identity of an anonymous report": &Report{Category: "c", Unit: "u", Via: "web", Contact: "anonymous", Identity: hash},
		"named without identity":          &Report{Category: "c", Unit: "u", Via: "web", Contact: "named"},
		"confidential without identity":   &Report{Category: "c", Unit: "u", Via: "web", Contact: "confidential"},
		"identity that is no hash":        &Report{Category: "c", Unit: "u", Via: "web", Contact: "named", Identity: "x"},
		"contact":                         &Report{Category: "c", Unit: "u", Via: "web", Contact: "friend"},
		"half a mailbox":                  &Report{Category: "c", Unit: "u", Via: "web", Contact: "anonymous", Mailbox: Mailbox{Auth: box.Auth}},
		"classic mailbox":                 &Rekey{Mailbox{box.Auth, "age1qqqq", box.Sign}},
		"long title":                      &Title{Text: strings.Repeat("题", 81)},
		"approval of nothing":             &Approval{},
		"erase note of nothing":           &EraseNote{},
		"empty file":                      &Message{Files: []File{{}}},
	} {
		if _, err := EncodeBody(bad); !errors.Is(err, ErrDocument) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d := testDocument(t)
	d.Body = json.RawMessage(`{"text":"x","extra":1}`)
	if err := DecodeBody(d, &Message{}); !errors.Is(err, ErrDocument) {
		t.Errorf("unknown field of a body: %v", err)
	}
}

func FuzzParseDocument(f *testing.F) {
	plain, err := SignDocument(testDocument(f), 0, Signer{RoleReporter, testKey(1)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain)
	f.Add([]byte(`{"v":1,"doc":"{}","sigs":[]}`))
	f.Add([]byte(`{"v":1,"doc":"{\"v\":1,\"v\":1}","sigs":[{"role":"unit","key":"","sig":""}]}   `))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ParseDocument(b)
		if err != nil {
			if !errors.Is(err, ErrDocument) && !errors.Is(err, ErrSignature) && !errors.Is(err, ErrTooLarge) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if len(s.Signers()) == 0 || s.Document.check() != nil {
			t.Fatal("accepted without signature or against the format")
		}
	})
}

func FuzzCheckHeader(f *testing.F) {
	sealed, err := Seal([]byte("x"), NewIdentity().Recipient())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add([]byte(headerIntro + "-> X25519 abc\nabc\n--- abc\n"))
	id := NewIdentity()
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := CheckHeader(b, MaxRecipients)
		if (err == nil) != (n >= 1 && n <= MaxRecipients) {
			t.Fatalf("%d recipients, %v", n, err)
		}
		if err != nil && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrRecipient) {
			t.Fatalf("untyped error %v", err)
		}
		if _, err := Open(b, id); err == nil {
			t.Fatal("a file not sealed to this key was opened")
		}
	})
}
