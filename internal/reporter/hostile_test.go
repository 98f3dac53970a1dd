package reporter_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/reporter"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// refuses fails unless the keys of a place are refused with a sentence, and nothing is remembered of them.
func (p *place) refuses(name string, m *reporter.Memory, key string) {
	p.t.Helper()
	before := *m
	_, err := p.client().Trust(p.t.Context(), m)
	if keyOf(err) != key || !errors.Is(err, reporter.ErrDistrust) {
		p.t.Errorf("%s: %v, want %s", name, err, key)
	}
	if m.Keys != before.Keys || m.Public != before.Public || m.Cases != before.Cases {
		p.t.Errorf("%s: it was remembered", name)
	}
}

// TestHostileKeys: keys that were swapped, withheld, aged or forged are refused.
func TestHostileKeys(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	other := newPlace(t, "")
	first := p.memory()
	p.trust(first)
	old := p.get("/keys.json")
	oldPublic := p.get("/log/public/checkpoint")
	p.refuses("the root of another authority", other.memory(), "reporter.keys_root")
	p.bend("/keys.json", func([]byte) []byte { return other.get("/keys.json") })
	p.refuses("keys of another authority", p.memory(), "reporter.keys_root")
	p.bend("/keys.json", func(b []byte) []byte {
		return bytes.Replace(b, []byte(`\"version\":1`), []byte(`\"version\":3`), 1)
	})
	p.refuses("a changed list", p.memory(), "reporter.keys_signature")
	p.bend("/keys.json", func(b []byte) []byte {
		return append(b[:bytes.LastIndex(b, []byte(`"proof":"`))+9], []byte(`"}`)...)
	})
	p.refuses("a list that is not published", p.memory(), "reporter.keys_unpublished")
	p.bend("/keys.json", func(b []byte) []byte { return dropSignature(t, b, "inspector") })
	p.refuses("a list without the inspector", p.memory(), "reporter.keys_countersignature")
	p.bend("/keys.json", func([]byte) []byte { return []byte("not found") })
	p.refuses("no list at all", p.memory(), "reporter.keys_format")
	p.straight()

	p.publish(func(k *proof.KeySet) { k.Day = "2026-03-24" })
	newer := p.memory()
	p.trust(newer)
	p.trust(first) // goes on from the list of before
	p.bend("/keys.json", func([]byte) []byte { return old })
	p.refuses("the list of before", newer, "reporter.keys_older")
	p.refuses("the list of before, to somebody new", p.memory(), "reporter.keys_withheld")
	p.bend("/log/public/checkpoint", func([]byte) []byte { return oldPublic })
	p.straight()
	p.bend("/log/public/checkpoint", func([]byte) []byte { return oldPublic })
	p.refuses("a log that is shorter than it was", newer, "reporter.log_rewritten")
	p.bend("/log/public/checkpoint", func([]byte) []byte { return other.get("/log/public/checkpoint") })
	p.refuses("the log of another authority", p.memory(), "reporter.checkpoint_forged")
	p.straight()
	p.bend("/log/cases/checkpoint", func([]byte) []byte { return other.get("/log/cases/checkpoint") })
	p.refuses("the case log of another authority", p.memory(), "reporter.checkpoint_forged")
	p.straight()
	for _, tile := range []string{"tile/0/000.p/", "tile/entries/"} {
		p.bendTiles(tile)
		p.refuses("a changed "+tile, p.memory(), "reporter.log_rewritten")
		p.straight()
	}
	p.trust(newer)
}

// bendTiles changes a byte in tiles of a kind, whatever their width.
func (p *place) bendTiles(kind string) {
	for w := range 300 {
		for _, end := range []string{kind + strconv.Itoa(w), kind + "000.p/" + strconv.Itoa(w)} {
			p.bend(end, func(b []byte) []byte {
				if len(b) > 40 {
					b[len(b)-3] ^= 1
				}
				return b
			})
		}
	}
}

// dropSignature leaves a role out of a list's signatures.
func dropSignature(t *testing.T, b []byte, role string) []byte {
	t.Helper()
	var all struct {
		V          int               `json:"v"`
		Body       string            `json:"body"`
		Signatures []json.RawMessage `json:"signatures"`
		Proof      string            `json:"proof"`
	}
	if err := json.Unmarshal(b, &all); err != nil {
		t.Error(err)
		return b
	}
	var kept []json.RawMessage
	for _, s := range all.Signatures {
		if !strings.Contains(string(s), role) {
			kept = append(kept, s)
		}
	}
	all.Signatures = kept
	out := new(bytes.Buffer)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(all); err != nil {
		t.Error(err)
	}
	return bytes.TrimSpace(out.Bytes())
}

// TestHostileReceipt: an acknowledgement that is not the authority's, of another report or of another day does not count.
func TestHostileReceipt(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	other := newPlace(t, "")
	ackOf := func(q *place) string {
		s := q.sealed("y")
		got, err := q.client().Send(t.Context(), s, q.never)
		if err != nil {
			t.Fatal(err)
		}
		return string(got.Acknowledgement)
	}
	mine, foreign := ackOf(p), ackOf(other)
	for name, c := range map[string]struct {
		bend func(map[string]any)
		key  string
	}{
		"another authority's": {func(m map[string]any) { m["acknowledgement"] = foreign }, "reporter.ack_forged"},
		"of another report":   {func(m map[string]any) { m["acknowledgement"] = mine }, "reporter.ack_other"},
		"changed": {func(m map[string]any) {
			m["acknowledgement"] = strings.Replace(m["acknowledgement"].(string), "03-23", "03-22", 1)
		}, "reporter.ack_forged"},
		"none":                   {func(m map[string]any) { m["acknowledgement"] = "" }, "reporter.ack_forged"},
		"another day beside it":  {func(m map[string]any) { m["day"] = "2026-03-22" }, "reporter.ack_day"},
		"the truth, for control": {func(map[string]any) {}, ""},
	} {
		p.bend("/api/report", object(t, c.bend))
		s := p.sealed("z")
		_, err := p.client().Send(t.Context(), s, p.never)
		if keyOf(err) != c.key {
			t.Errorf("%s: %v, want %q", name, err, c.key)
		}
		if s.MayHaveArrived() != (c.key != "") {
			t.Errorf("%s: the code may be needed: %t", name, s.MayHaveArrived())
		}
	}
}

func object(t *testing.T, bend func(map[string]any)) func([]byte) []byte {
	return func(b []byte) []byte {
		var m map[string]any
		if err := json.Unmarshal(b, &m); err != nil {
			t.Error(err)
			return b
		}
		bend(m)
		out, err := json.Marshal(m)
		if err != nil {
			t.Error(err)
		}
		return out
	}
}

// TestHostileMailbox: a server that moves, replays, reorders, drops or forges letters is found out, and the words of what does
// not fit are not shown.
func TestHostileMailbox(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, p *place) {
		code, second := p.sent("x"), p.sent("y")
		chen := p.Session(t, "chen", "unit-1")
		m := p.open(code)
		number, foreign := p.list(m, nil).Number, p.list(p.open(second), nil)
		for _, words := range []string{"first words", "second words", "third words"} {
			p.letter(chen, number, words)
		}
		p.letter(chen, foreign.Number, "words for somebody else")
		heads := &reporter.Heads{}
		if l := p.list(m, heads); len(l.Doubts) > 0 || len(l.Letters) != 3 {
			t.Fatalf("the truth: %+v", l)
		}
		for name, c := range p.lies(code) {
			p.bend("/mailbox/list", docs(t, c.lie))
			remembered := *heads
			l := p.list(m, &remembered)
			p.straight()
			if len(l.Doubts) == 0 {
				t.Errorf("%s: not found out", name)
				continue
			}
			if l.Doubts[0].Key != c.key {
				t.Errorf("%s: %v, want %s", name, l.Doubts, c.key)
			}
			for _, letter := range l.Letters {
				if strings.Contains(letter.Text, "forged") {
					t.Errorf("%s: forged words are shown", name)
				}
			}
			if remembered != *heads {
				t.Errorf("%s: it was remembered", name)
			}
			if err := m.Answer(t.Context(), l, "answer", nil); keyOf(err) != "reporter.mailbox_doubt" {
				t.Errorf("%s: answered all the same: %v", name, err)
			}
		}
		// Another office in the place of the one to which the letters lead: nothing is sealed to it.
		p.bend("/mailbox/list", object(t, func(m map[string]any) { m["unit"] = "unit-2" }))
		l := p.list(m, nil)
		if len(l.Doubts) != 1 || l.Doubts[0].Key != "reporter.doubt_lead" {
			t.Errorf("another office listed: %v", l.Doubts)
		}
		if err := m.Answer(t.Context(), l, "answer", nil); keyOf(err) != "reporter.mailbox_doubt" {
			t.Errorf("another office listed, and answered all the same: %v", err)
		}
		p.straight()
		if l := p.list(m, heads); len(l.Doubts) > 0 {
			t.Errorf("the truth again: %v", l.Doubts)
		}
		p.liesInProofs(m, p.open(second))
	})
}

type lie struct {
	lie func([]map[string]any) []map[string]any
	key string
}

// lies are what a server can do to a list with one own document and three letters.
func (p *place) lies(code string) map[string]lie {
	type all = []map[string]any
	var own string
	forge := func(key ed25519.PrivateKey, change func(*seal.Document)) func(all) all {
		return func(d all) all {
			l := d[3]
			doc := seal.Document{Instance: p.Dir.Instance, Kind: seal.KindReply, Case: "", Chain: seal.ChainUnit, ID: l["doc"].(string), Seq: 3,
				Prev: d[2]["hash"].(string), Unit: "unit-1", Day: l["day"].(string), Author: seal.Author{Role: seal.RoleUnit, ID: "unit-1"}}
			doc.Body, _ = seal.EncodeBody(&seal.Reply{Text: "forged: send us your name"})
			doc.Case = own
			change(&doc)
			sealed := p.unitSigns(code, key, doc)
			l["sealed"], l["hash"] = base64.StdEncoding.EncodeToString(sealed), seal.SealedHash(sealed)
			return d
		}
	}
	own = p.caseOf(code)
	_, stranger, _ := ed25519.GenerateKey(rand.Reader)
	unit := p.Key(p.t, "unit-1").Sign
	swap := func(i, j int) func(all) all { return func(d all) all { d[i], d[j] = d[j], d[i]; return d } }
	return map[string]lie{
		"first letter dropped":     {func(d all) all { return append(d[:1], d[2:]...) }, "reporter.doubt_gap"},
		"middle letter dropped":    {func(d all) all { return append(d[:2], d[3:]...) }, "reporter.doubt_gap"},
		"last letter dropped":      {func(d all) all { return d[:3] }, "reporter.doubt_dropped"},
		"all letters dropped":      {func(d all) all { return d[:1] }, "reporter.doubt_dropped"},
		"letters in another order": {swap(2, 3), "reporter.doubt_gap"},
		"a letter twice":           {func(d all) all { return append(d, d[3]) }, "reporter.doubt_repeat"},
		"the report gone":          {func(d all) all { return d[1:] }, "reporter.doubt_report"},
		"bytes changed": {func(d all) all {
			d[2]["sealed"] = strings.Replace(d[2]["sealed"].(string), "A", "B", 9)
			return d
		}, "reporter.doubt_damaged"},
		"the letter of another place": {func(d all) all { d[2]["sealed"], d[2]["hash"] = d[1]["sealed"], d[1]["hash"]; return d }, "reporter.doubt_moved"},
		"another day said":            {func(d all) all { d[2]["day"] = "2026-03-22"; return d }, "reporter.doubt_moved"},
		"another unit said":           {func(d all) all { d[2]["unit"] = "unit-2"; return d }, "reporter.doubt_moved"},
		"another hash said":           {func(d all) all { d[3]["hash"] = strings.Repeat("0", 64); return d }, "reporter.doubt_damaged"},
		"erased by nobody":            {func(d all) all { d[2]["note"] = "{}"; delete(d[2], "sealed"); return d }, "reporter.doubt_note"},
		"forged by a stranger":        {forge(stranger, func(*seal.Document) {}), "reporter.doubt_forged"},
		"another unit's key":          {forge(p.Key(p.t, "unit-2").Sign, func(*seal.Document) {}), "reporter.doubt_forged"},
		"of another case":             {forge(unit, func(d *seal.Document) { d.Case = id.NewCase().String() }), "reporter.doubt_moved"},
		"of another installation":     {forge(unit, func(d *seal.Document) { d.Instance = "elsewhere" }), "reporter.doubt_moved"},
		"not following":               {forge(unit, func(d *seal.Document) { d.Prev = strings.Repeat("0", 64) }), "reporter.doubt_gap"},
	}
}

func (p *place) caseOf(code string) string {
	p.t.Helper()
	var found string
	p.bend("/mailbox/list", object(p.t, func(m map[string]any) { found = m["case"].(string) }))
	p.list(p.open(code), nil)
	p.straight()
	return found
}

// proofOf is the first proof of a kind of event, as the server gives it.
func (p *place) proofOf(m *reporter.Mailbox, kind proof.EventKind) (out any) {
	p.t.Helper()
	l := p.list(m, nil)
	_, a, err := m.Acknowledgement(p.t.Context(), l)
	if err != nil {
		p.t.Fatal(err)
	}
	p.bend("/mailbox/proofs", object(p.t, func(m map[string]any) {
		for _, f := range m["proofs"].([]any) {
			if f.(map[string]any)["kind"] == string(kind) {
				out = f
				return
			}
		}
		p.t.Errorf("no proof of %s", kind)
	}))
	defer p.straight()
	if _, err := m.Proofs(p.t.Context(), l, a); err != nil {
		p.t.Fatal(err)
	}
	return out
}

// liesInProofs: a proof of another case, a changed one, and a letter that only the ledger has.
func (p *place) liesInProofs(m, other *reporter.Mailbox) {
	p.t.Helper()
	if err := other.Answer(p.t.Context(), p.list(other, nil), "x", nil); err != nil {
		p.t.Fatal(err)
	}
	p.sign()
	foreign := p.proofOf(other, proof.EventMessage)
	l := p.list(m, nil)
	_, a, err := m.Acknowledgement(p.t.Context(), l)
	if err != nil {
		p.t.Fatal(err)
	}
	first := func(bend func(map[string]any)) func([]byte) []byte {
		return object(p.t, func(m map[string]any) { bend(m["proofs"].([]any)[0].(map[string]any)) })
	}
	for name, bend := range map[string]func([]byte) []byte{
		"another kind said": first(func(m map[string]any) { m["kind"] = "accepted" }),
		"another day said":  first(func(m map[string]any) { m["day"] = "2026-03-22" }),
		"changed":           first(func(m map[string]any) { m["proof"] = strings.Replace(m["proof"].(string), "index ", "index 1", 1) }),
		"none of the report": object(p.t, func(m map[string]any) {
			m["proofs"] = m["proofs"].([]any)[1:]
		}),
		"a proof of another case": object(p.t, func(m map[string]any) { m["proofs"] = append(m["proofs"].([]any), foreign) }),
		"an entry twice":          object(p.t, func(m map[string]any) { m["proofs"] = append(m["proofs"].([]any), m["proofs"].([]any)[0]) }),
	} {
		p.bend("/mailbox/proofs", bend)
		if _, err := m.Proofs(p.t.Context(), l, a); keyOf(err) != "reporter.proof_false" {
			p.t.Errorf("%s: %v", name, err)
		}
	}
	p.straight()
	p.bend("/mailbox/list", docs(p.t, func(d []map[string]any) []map[string]any { return d[:3] }))
	short := p.list(m, nil)
	p.straight()
	if _, err := m.Proofs(p.t.Context(), short, a); keyOf(err) != "reporter.letter_dropped" {
		p.t.Errorf("a letter that only the ledger has: %v", err)
	}
	p.bend("/mailbox/ack", object(p.t, func(m map[string]any) {
		m["acknowledgement"] = strings.Replace(m["acknowledgement"].(string), "\n2026-03-23\n", "\n2026-03-22\n", 1)
	}))
	if _, _, err := m.Acknowledgement(p.t.Context(), l); keyOf(err) != "reporter.ack_forged" {
		p.t.Errorf("a changed acknowledgement: %v", err)
	}
}
