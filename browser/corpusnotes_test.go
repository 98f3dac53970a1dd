package browser

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"clarion.example/clarion/proof"
)

func noteCases(t *testing.T) []*noteCase {
	t.Helper()
	out := append(ackCases(), checkpointCases()...)
	return append(out, proofCases()...)
}

func ackCases() []*noteCase {
	var out []*noteCase
	add := func(name, key string, b []byte) {
		out = append(out, &noteCase{item: named("ack: " + name), Kind: "ack", Verifier: key, Bytes: b})
	}
	o := openingOf(received(), 0)
	good, key := testAck(o), ackKey()
	text, _, _ := strings.Cut(string(good), "\n\n")
	text += "\n"
	add("good", key.Verifier(), good)
	add("another key", must(proof.LogKeyFromSeed(key.Name(), [32]byte{4})).Verifier(), good)
	add("key of a log", must(proof.LogKeyFromSeed(proof.CaseOrigin(testInstance), [32]byte{3})).Verifier(), good)
	other := must(proof.LogKeyFromSeed("other/acknowledgement", [32]byte{3}))
	add("key of another instance", other.Verifier(), signText(other, text))
	line := strings.Split(text, "\n")
	for i, to := range map[int][]string{
		0: {"clarion/acknowledgement/v2", "clarion/keys/v1"}, 1: {"", " x", "x ", "a\u2028b", "a\u200fb", "a\u00a0b", "a\tb", repeat("举", 66), repeat("举", 67), "\ufffd", "e\u0301", "\U0001f600",
			"\ue000", "\ufeff", "x\u202ey", "½ ₤ ≠"}, 2: {"Example", "other"}, 3: {"2026-11-21", "2026-11-32"},
		4: {repeat("AB", 32), repeat("ba", 32)}, 5: {repeat("A", 43) + "=", line[5] + "A"}, 6: {line[6][:42] + "B=", repeat("A", 43) + "="},
		7: {strings.Replace(line[7], "received", "dummy", 1), strings.Replace(line[7], `{"v":1,`, `{"v": 1,`, 1), "{}"}, 8: {"2026-11-21", "2026-11-22", "2027-02-29", "9999-12-31", ""},
	} {
		for _, s := range to {
			changed := slices.Clone(line)
			changed[i] = s
			add(fmt.Sprintf("line %d is %.40q", i+1, s), key.Verifier(), signText(key, strings.Join(changed, "\n")))
		}
	}
	add("a line more", key.Verifier(), signText(key, text+"x\n"))
	add("a line less", key.Verifier(), signText(key, strings.Join(line[:8], "\n")+"\n"))
	add("two notes", key.Verifier(), append(bytes.Clone(good), good...))
	add("signed twice", key.Verifier(), append(bytes.Clone(good), good[bytes.LastIndex(good, []byte("— ")):]...))
	add("cosigned", key.Verifier(), must(note.Sign(&note.Note{Text: text}, key.Signer(), must(proof.NewLogKey("witness")).Signer())))
	add("CR LF", key.Verifier(), bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n")))
	add("no last line feed", key.Verifier(), good[:len(good)-1])
	add("too large", key.Verifier(), signText(key, repeat("x", 65536)+"\n"))
	for _, e := range otherEvents() {
		e := openingOf(e, 5)
		leaf := tlog.RecordHash(leafOf(e, proof.EventReceived))
		forged := fmt.Sprintf("clarion/acknowledgement/v1\nA\n%s\n2026-11-22\n%s\n%s\n%s\n%s\n2026-11-23\n", testInstance, repeat("ab", 32), b64(leaf[:]), b64(e.Random[:]), e.Event)
		add("a dummy's opening", key.Verifier(), signText(key, forged))
	}
	return out
}

func otherEvents() []proof.Event { return []proof.Event{{Kind: proof.EventDummy, Day: "2026-11-22"}} }

func checkpointCases() []*noteCase {
	m := caseTree(3)
	origin, key := m.key.Name(), m.key
	witness, second := must(proof.LogKeyFromSeed("witness.example", [32]byte{50})), must(proof.LogKeyFromSeed("other.example", [32]byte{51}))
	var out []*noteCase
	add := func(name string, b []byte, witnesses ...string) {
		out = append(out, &noteCase{item: named("checkpoint: " + name), Kind: "checkpoint", Origin: origin, Verifier: key.Verifier(), Witnesses: witnesses, Bytes: b})
	}
	good := m.checkpoint(3)
	text, _, _ := strings.Cut(string(good), "\n\n")
	text += "\n"
	w, s := witness.Verifier(), second.Verifier()
	sign := func(keys ...*proof.LogKey) []byte {
		var signers []note.Signer
		for _, k := range keys {
			signers = append(signers, k.Signer())
		}
		return must(note.Sign(&note.Note{Text: text}, signers...))
	}
	add("good", good)
	add("empty log", newTree(origin, 1).checkpoint(0))
	add("cosigned, known", sign(key, witness), w)
	add("cosigned by two", sign(key, witness, second), s, w)
	add("cosigned, unknown", sign(key, witness))
	add("cosigned, one unknown", sign(key, witness, second), w)
	add("witness first", sign(witness, key), w)
	add("witness alone", sign(witness), w)
	add("witness twice", append(sign(key, witness), sign(witness)[bytes.LastIndex(sign(witness), []byte("— ")):]...), w)
	add("known witness missing", good, w)
	add("signed by another", signText(must(proof.LogKeyFromSeed(origin, [32]byte{9})), text))
	line := strings.Split(text, "\n")
	for i, to := range map[int][]string{
		0: {"other/cases", ""}, 1: {"03", "-3", "+3", "3 ", "", "9007199254740991", "9007199254740992", "18446744073709551616", "3e0", "0x3"},
		2: {line[2][:42] + "x=", line[2] + "AA", "", line[2][:40]},
	} {
		for _, s := range to {
			changed := slices.Clone(line)
			changed[i] = s
			add(fmt.Sprintf("line %d is %q", i+1, s), signText(key, strings.Join(changed, "\n")))
		}
	}
	add("extension line", signText(key, text+"more\n"))
	add("not ended", good[:len(good)-1])
	add("empty", nil)
	add("no signature", []byte(text+"\n"))
	add("short signature", []byte(text+"\n— "+origin+" AAAA\n"))
	add("zero signature", []byte(text+"\n— "+origin+" "+b64(append(make([]byte, 4), make([]byte, 64)...))+"\n"))
	add("hyphen for dash", bytes.Replace(good, []byte("—"), []byte("-"), 1))
	add("two spaces", bytes.Replace(good, []byte("— "), []byte("—  "), 1))
	add("bad UTF-8", bytes.Replace(good, []byte("3\n"), []byte("\xff\n"), 1))
	out = append(out, &noteCase{item: named("checkpoint: other origin asked"), Kind: "checkpoint", Origin: "x/cases", Verifier: key.Verifier(), Bytes: good})
	return out
}

func proofCases() []*noteCase {
	var out []*noteCase
	m := caseTree(70)
	add := func(name string, b []byte) {
		out = append(out, &noteCase{item: named("case proof: " + name), Kind: "case", Origin: m.key.Name(), Verifier: m.key.Verifier(), Bytes: b})
	}
	opening := func(i int64) *proof.Opening {
		o := openingOf(received(), byte(i))
		return &o
	}
	for _, size := range []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 33, 64, 65, 70} {
		for i := range size {
			if size < 8 || i%11 == 0 || i == size-1 {
				add(fmt.Sprintf("%d of %d", i, size), m.proof(size, i, opening(i)))
			}
		}
	}
	add("another index", bytes.Replace(m.proof(16, 5, opening(5)), []byte("index 5"), []byte("index 4"), 1))
	add("index of the size", bytes.Replace(m.proof(16, 5, opening(5)), []byte("index 5"), []byte("index 16"), 1))
	add("index spelled", bytes.Replace(m.proof(16, 5, opening(5)), []byte("index 5"), []byte("index 05"), 1))
	add("huge index", bytes.Replace(m.proof(16, 5, opening(5)), []byte("index 5"), []byte("index 9007199254740991"), 1))
	add("another leaf", m.proof(16, 5, opening(6)))
	add("no opening", m.proof(16, 5, nil))
	add("event of a dummy", m.proof(16, 5, ptr(openingOf(proof.Event{Kind: proof.EventDummy, Day: "2026-11-22"}, 1))))
	two := bytes.Split(m.proof(16, 5, opening(5)), []byte("\n"))
	add("a hash less", bytes.Join(slices.Delete(slices.Clone(two), 3, 4), []byte("\n")))
	add("a hash twice", bytes.Join(slices.Insert(slices.Clone(two), 3, two[3]), []byte("\n")))
	add("hashes swapped", bytes.Join(slices.Concat(two[:3], [][]byte{two[4], two[3]}, two[5:]), []byte("\n")))
	add("64 hashes", bytes.Join(slices.Concat(two[:3], slices.Repeat(two[3:4], 60), two[3:]), []byte("\n")))
	add("no index", bytes.Join(slices.Delete(slices.Clone(two), 2, 3), []byte("\n")))
	add("other version", bytes.Replace(m.proof(16, 5, opening(5)), []byte("@v1"), []byte("@v2"), 1))
	for _, o := range oddOpenings() {
		add("odd event "+string(o.Event[:min(30, len(o.Event))]), oddProof(m.key, o))
	}
	for _, k := range proof.EventKinds()[:28] {
		e := proof.Event{Kind: k, Day: "2026-11-22"}
		if k == proof.EventReceived {
			continue
		}
		if k == proof.EventOpened {
			e.Case = repeat("a", 26)
		} else {
			e.Doc, e.Code = repeat("01", 32), "D6"
		}
		l := newTree(m.key.Name(), 1)
		o := openingOf(e, 9)
		l.add(leafOf(o, k))
		add("kind "+string(k), l.proof(1, 0, &o))
	}
	leaf := string(must(proof.PublicLeaf(proof.PublicRelease, hash256("x"))))
	pub := newTree(proof.PublicOrigin(testInstance), 2)
	pub.add([]byte("first"))
	at := pub.add([]byte(leaf))
	public := func(name, leaf string, b []byte) {
		out = append(out, &noteCase{item: named("public proof: " + name), Kind: "public", Origin: pub.key.Name(), Verifier: pub.key.Verifier(), Leaf: leaf, Bytes: b})
	}
	public("good", leaf, pub.proof(2, at, nil))
	public("other leaf", "first", pub.proof(2, at, nil))
	public("with opening", leaf, pub.proof(2, at, opening(1)))
	ack := testAck(*opening(5))
	kept := func(name string, b []byte) {
		out = append(out, &noteCase{item: named("kept: " + name), Kind: "kept", Verifier: m.key.Verifier(), Ack: string(ack), AckKey: ackKey().Verifier(), Bytes: b})
	}
	kept("good", m.proof(16, 5, opening(5)))
	kept("another's", m.proof(16, 6, opening(6)))
	kept("no opening", m.proof(16, 5, nil))
	kept("not there", m.proof(16, 6, opening(5)))
	return out
}

func ptr[T any](v T) *T { return &v }

// oddOpenings have events that are not in their only spelling, or say what their kind may not say.
func oddOpenings() []proof.Opening {
	good := string(openingOf(received(), 0).Event)
	var out []proof.Opening
	for _, c := range [][2]string{
		{`"v":1`, `"v":2`}, {`"v":1`, `"v":1.0`}, {`"v":1,`, ``}, {`"kind":"received"`, `"kind":"Received"`}, {`"kind":"received"`, `"kind":"opened"`}, {`"kind":"received"`, `"kind":"reply"`},
		{`"day":"2026-11-22"`, `"day":"2026-11-31"`}, {`"case":""`, `"case":"` + repeat("a", 26) + `"`}, {`"report":"ab`, `"report":"AB`}, {`"report":"ab`, `"report":"b`},
		{`"files":[`, `"files":[ `}, {`"files":["cd`, `"files":["`}, {`"doc":""`, `"doc":"` + repeat("ab", 32) + `"`}, {`"code":""`, `"code":"D6"`}, {`"code":""`, `"code":null`},
		{`"code":""`, `"code":"","x":1`}, {`"code":""`, `"code":"","code":""`}, {`"code":""`, `"Code":""`}, {`{`, ` {`}, {`}`, `}` + "\n"}, {`"doc":"","code":""`, `"code":"","doc":""`},
	} {
		out = append(out, proof.Opening{Event: []byte(strings.Replace(good, c[0], c[1], 1))})
	}
	many := received()
	many.Files = slices.Repeat([]string{repeat("01", 32)}, 100)
	return append(out, openingOf(many, 1), proof.Opening{Event: bytes.Replace(openingOf(many, 1).Event, []byte(`"files":[`), []byte(`"files":["`+repeat("01", 32)+`",`), 1)})
}

// oddProof puts the leaf of an opening that proof itself would not make into a log of one leaf.
func oddProof(key *proof.LogKey, o proof.Opening) []byte {
	commitment := o.Commitment()
	kind := "received"
	if strings.Contains(string(o.Event), `"reply"`) {
		kind = "reply"
	} else if strings.Contains(string(o.Event), `"opened"`) {
		kind = "opened"
	}
	m := &tree{key: key}
	m.add([]byte("clarion/case-leaf/v1\n" + kind + "\n" + b64(commitment[:]) + "\n"))
	return m.proof(1, 0, &o)
}
