package app_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// whoCanOpen is DESIGN 5 as a table, to be held beside it: who gets and opens which ciphertext of the database and of the files.
//
//	reads   the server hands it out, and their keys open it
//	could   the server does not hand it out; with a copy of the whole database their keys open it
//	sealed  the server hands it out, and their keys do not open it
//	.       neither
//
// Several words are several ciphertexts of one kind. The case belongs to unit-1 and to the handler lin; the unit then got a new
// key, and the new report is sealed to that one. What is everybody's own stands apart: the key files of accounts are sealed to
// passphrases, copies of a unit's key to one member each, shares of the identity to one custodian each. The administrator's page
// gets the rosters in force, copies for their members among them, because it checks what it will sign the next one after.
const whoCanOpen = `
who                                      | report message | reply decision file-out | title note  file-inside file-in | identity share   | key-file unit-key     handed recovery sample | new-report new-unit-key
reporter with the code                   | .      .       | reads reads    reads    | .     .     .           .       | .        .       | .        .            .      .        .      | .          .
triage                                   | reads  reads   | reads reads    reads    | reads reads reads       reads   | .        .       | .,reads  reads,sealed .      .        .      | reads      reads,sealed
handler to whom it is assigned           | reads  reads   | reads reads    reads    | reads reads reads       reads   | .        .       | .,reads  reads,sealed .      .        .      | could      reads,sealed
another handler                          | could  could   | could could    could    | could could could       could   | .        .       | .,reads  reads,sealed .      .        .      | could      reads,sealed
handler who came later                   | could  could   | could could    could    | could could could       could   | .        .       | .,reads  sealed       reads  .        .      | could      reads,sealed
approver                                 | reads  reads   | reads reads    reads    | reads reads reads       reads   | .        .       | .,reads  reads,sealed .      .        .      | reads      reads,sealed
intake clerk                             | .      .       | .     .        .        | .     .     .           .       | .        .       | .,reads  sealed       .      .        .      | .          sealed
member of another unit                   | .      .       | .     .        .        | .     .     .           .       | .        .       | .,reads  .            .      .        .      | .          .
removed approver, before the new key     | could  could   | could could    could    | could could could       could   | .        .       | .        .,could      .      .        .      | .          .
removed approver                         | could  could   | could could    could    | could could could       could   | .        .       | .        .,could      .      .        .      | .          .
custodian                                | .      .       | .     .        .        | .     .     .           .       | .        .,could | .        .            .      .        .      | .          .
two custodians                           | .      .       | .     .        .        | .     .     .           .       | could    .,could | .        .            .      .        .      | .          .
inspector                                | .      .       | .     .        .        | .     .     .           .       | .        .       | .,reads  .            .      .        .      | .          .
inspector, of a sample that was answered | reads  reads   | reads reads    could    | .     .     .           could   | .        .       | .,reads  .            .      .        reads  | .          .
administrator with the database          | .      .       | .     .        .        | .     .     .           .       | .        .       | .,reads  .            .      sealed   .      | .          sealed
recovery kit and one custodian           | could  could   | could could    could    | could could could       could   | .        .,could | .        .            .      could    .      | could      .
one sheet of the recovery kit            | .      .       | .     .        .        | .     .     .           .       | .        .       | .        .            .      .        .      | .          .
recovery kit that was used               | .      .       | .     .        .        | .     .     .           .       | .        .       | .        .            .      .        .      | .          .
the next kit and one custodian           | could  could   | could could    could    | could could could       could   | .        .,could | .        .            .      could    .      | could      .
triage, by the recovery kit              | reads  reads   | reads reads    reads    | reads reads reads       reads   | .        .       | .,reads  sealed       .,reads .      .      | reads      reads,sealed
administrator who used the recovery kit  | .      .       | .     .        .        | .     .     .           .       | .        .       | .,reads  .            .      sealed   .      | .          .,sealed
the server's own secrets                 | .      .       | .     .        .        | .     .     .           .       | .        .       | .        .            .      .        .      | .          .
`

// cipher is one age file that the installation keeps.
type cipher struct {
	class  string
	sealed []byte
	blob   string // id of an attachment, whose key stands in a document
	of     seal.ShareOf
}

// holder is somebody with keys who has a copy of everything that is kept.
type holder struct {
	t      *testing.T
	ids    []*seal.Identity
	files  []seal.File
	shares []*seal.Share
	single []seal.FileKey // of one document each
}

// opens gives which of all the keys open, in turn: a key file or a document that opens may hold further keys.
func (h *holder) opens(all []cipher) map[int]bool {
	opened := map[int]bool{}
	for again := true; again; {
		again = false
		for i, c := range all {
			if !opened[i] && h.open(c) {
				opened[i], again = true, true
			}
		}
	}
	return opened
}

func (h *holder) open(c cipher) bool {
	if c.blob != "" {
		return slices.ContainsFunc(h.files, func(f seal.File) bool {
			return f.Blob == c.blob && seal.VerifyFile(bytes.NewReader(c.sealed), f) == nil
		})
	}
	if c.class == "identity" && len(h.shares) > 1 {
		if _, err := seal.CombineIdentity(c.sealed, seal.SealedHash(c.sealed), h.shares...); err == nil {
			return true
		}
	}
	for _, key := range h.ids {
		plain, err := seal.Open(c.sealed, key)
		if err != nil {
			continue
		}
		h.single = append(h.single, sampleKeys(plain)...)
		file, _, _ := bytes.Cut(plain, []byte("# wrapped-to:")) // by whom an account's key file was wrapped
		if k, err := seal.ParseKeyFile(file, nil); err == nil {
			h.ids = append(h.ids, k.Age)
		}
		h.document(plain)
		if share, err := seal.OpenShare(c.sealed, key, c.of); err == nil {
			h.shares = append(h.shares, share)
		}
		return true
	}
	for _, key := range h.single {
		if plain, err := seal.OpenWithFileKey(c.sealed, key); err == nil {
			h.document(plain)
			return true
		}
	}
	return false
}

// document learns the keys of attachments from a document that was opened.
func (h *holder) document(plain []byte) {
	if doc, err := seal.ParseDocument(plain); err == nil {
		h.files = append(h.files, filesIn(h.t, doc.Document)...)
	}
}

type sampleKey struct {
	Hash    string `json:"hash"`
	FileKey string `json:"file_key"`
}

// sampleKeys reads what a member sealed to the inspector (docs/spec/staff.md, 5).
func sampleKeys(plain []byte) (keys []seal.FileKey) {
	var in struct {
		Kind string
		Keys []sampleKey
	}
	if json.Unmarshal(plain, &in) != nil || in.Kind != "clarion/sample-keys/v1" {
		return nil
	}
	for _, k := range in.Keys {
		if b, err := base64.RawURLEncoding.DecodeString(k.FileKey); err == nil && len(b) == len(seal.FileKey{}) {
			keys = append(keys, seal.FileKey(b))
		}
	}
	return keys
}

func filesIn(t *testing.T, d seal.Document) []seal.File {
	t.Helper()
	var err error
	var files []seal.File
	switch d.Kind {
	case seal.KindMessage:
		var b seal.Message
		err = seal.DecodeBody(d, &b)
		files = b.Files
	case seal.KindReply:
		var b seal.Reply
		err = seal.DecodeBody(d, &b)
		files = b.Files
	case seal.KindNote:
		var b seal.Note
		err = seal.DecodeBody(d, &b)
		files = b.Files
	default:
	}
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestWhoCanOpenWhat plays every person with their real keys, beginning at the passphrase, against everything that the database
// and the files hold, and asks every door for everything that each may ask for.
func TestWhoCanOpenWhat(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		p := newPlay(t, fresh(t))
		p.handleCase()
		p.removeWu()
		p.judge("removed approver, before the new key", p.wu, nil)
		p.rotate()
		p.judgeAll()
		p.sample()
		p.useKit()
		p.compare()
	})
}

// compare holds what was found beside the table, cell by cell.
func (p *play) compare() {
	lines := strings.Split(strings.TrimSpace(whoCanOpen), "\n")
	split := func(line string) (who string, cells []string) {
		who, rest, _ := strings.Cut(line, "|")
		return strings.TrimSpace(who), strings.Fields(strings.ReplaceAll(rest, "|", " "))
	}
	_, classes := split(lines[0])
	for _, c := range p.all {
		if !slices.Contains(classes, c.class) {
			p.t.Errorf("the table has no column for %s", c.class)
		}
	}
	want := map[string][]string{}
	for _, line := range lines[1:] {
		who, cells := split(line)
		want[who] = cells
		if len(cells) != len(classes) {
			p.t.Fatalf("%s: %d cells, want %d", who, len(cells), len(classes))
		}
	}
	if len(want) != len(p.found) {
		p.t.Errorf("the table has %d people, the play %d", len(want), len(p.found))
	}
	for _, who := range slices.Sorted(maps.Keys(p.found)) {
		for i, class := range classes {
			got := p.found[who][class]
			if got == "" {
				got = "."
			}
			if want[who] == nil || want[who][i] != got {
				p.t.Errorf("%s, %s: found %s, the table says %v", who, class, got, want[who])
			}
		}
	}
}

// judge finds out what keys open, and what bodies from the doors held of it.
func (p *play) judge(who string, ids []*seal.Identity, bodies [][]byte) {
	p.t.Helper()
	p.all = p.ciphertexts()
	handed := map[[32]byte]bool{}
	for _, b := range bodies {
		for _, c := range agesIn(b) {
			handed[sha256.Sum256(c)] = true
		}
	}
	opened := (&holder{t: p.t, ids: slices.Clone(ids)}).opens(p.all)
	cells := map[string]map[string]bool{}
	for i, c := range p.all {
		word := "."
		switch got := handed[sha256.Sum256(c.sealed)]; {
		case got && opened[i]:
			word = "reads"
		case got:
			word = "sealed"
		case opened[i]:
			word = "could"
		}
		if cells[c.class] == nil {
			cells[c.class] = map[string]bool{}
		}
		cells[c.class][word] = true
	}
	out := map[string]string{}
	for class, words := range cells {
		out[class] = strings.Join(slices.Sorted(maps.Keys(words)), ",")
	}
	p.found[who] = out
}

// play is an installation with everybody in it.
type play struct {
	t      *testing.T
	w      *apptest.World
	h      http.Handler
	dsn    string
	gu     *colleague
	number string // of the case
	code   string // of its reporter
	cid    id.Case
	blobs  []id.Blob
	keys   map[string]*seal.KeyFile // made here: people who were hired, and the unit's new key
	keks   map[string]*seal.Identity
	sheets []seal.Sheet
	kit    seal.Recipient
	second *seal.KeyFile // of unit-1
	later  string        // number of the report that came after the new key
	wu     []*seal.Identity
	wuHas  *colleague
	all    []cipher
	found  map[string]map[string]string
}

func newPlay(t *testing.T, dsn string) *play {
	t.Helper()
	w := apptest.Start(t, apptest.Options{DSN: dsn, Clock: apptest.NewClock(time.Date(2026, 3, 23, 4, 0, 0, 0, time.UTC))})
	p := &play{t: t, w: w, dsn: dsn, h: deskOf(t, w), keys: map[string]*seal.KeyFile{}, keks: map[string]*seal.Identity{}, found: map[string]map[string]string{}}
	cookie, token := w.SignsIn(t, p.h, deskOrigin, staff.Administrator)
	p.gu = &colleague{t: t, h: p.h, cookie: cookie, token: token}
	for _, name := range []string{"mei", "gao", "ren", "an", "bo"} {
		p.keys[name] = p.newKey(seal.KeyMember, name)
	}
	p.roster("unit-1", w.Key(t, "unit-1"), map[string]string{"chen": "triage", "lin": "handler", "zhao": "approver", "wu": "approver", "mei": "handler", "gao": "intake"})
	p.roster("unit-2", w.Key(t, "unit-2"), map[string]string{"zhao": "approver", "wu": "approver", "ren": "handler"})
	kit := seal.NewIdentity()
	var err error
	if p.sheets, err = seal.SplitRecovery(w.Dir.Instance, kit, 2, 3); err != nil {
		t.Fatal(err)
	}
	p.kit = kit.Recipient()
	p.recovery()
	return p
}

func (p *play) newKey(role seal.KeyRole, name string) *seal.KeyFile {
	p.t.Helper()
	k, err := ceremony.NewKey(role, name, name, p.w.Dir.Instance, p.w.Casework.Today())
	if err != nil {
		p.t.Fatal(err)
	}
	return k
}

func (p *play) key(name string) *seal.KeyFile {
	p.t.Helper()
	if k, ok := p.keys[name]; ok {
		return k
	}
	return p.w.Key(p.t, name)
}

// seal seals a key file to somebody.
func (p *play) seal(k *seal.KeyFile, to seal.Recipient) []byte {
	p.t.Helper()
	var text bytes.Buffer
	if _, err := k.WriteTo(&text); err != nil {
		p.t.Fatal(err)
	}
	return must2(seal.Seal(text.Bytes(), to))
}

// roster installs the next roster of a unit, signed by the root.
func (p *play) roster(unit string, key *seal.KeyFile, roles map[string]string) {
	p.t.Helper()
	now, err := p.w.Casework.Roster(p.t.Context(), id.Unit(unit))
	if err != nil {
		p.t.Fatal(err)
	}
	var holders []ceremony.Holder
	for _, name := range slices.Sorted(maps.Keys(roles)) {
		holders = append(holders, ceremony.Holder{Key: ceremony.PublicOf(p.key(name)), Roles: []string{roles[name]}})
	}
	r, err := ceremony.Roster(key, now.Version+1, p.w.Casework.Today(), holders)
	if err != nil {
		p.t.Fatal(err)
	}
	signed, err := proof.SignRoster(r, proof.SignerRoot, p.w.Key(p.t, "root").Sign)
	if err != nil {
		p.t.Fatal(err)
	}
	file, err := signed.Marshal()
	if err == nil {
		_, err = p.w.InstallRoster(p.t.Context(), file)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// handleCase brings a report of somebody who gave their name to a handler, with every kind of document and file on the way.
func (p *play) handleCase() {
	t, w := p.t, p.w
	p.code = seal.NewDigits()
	s := newSender(t, w, p.code)
	if status, a := s.send(s.known(cases.Confidential, true)); status != 200 {
		t.Fatalf("report: %d %v", status, keyOf(a))
	}
	_, box := s.act("list", struct{}{})
	p.number, p.cid = box["number"].(string), s.c
	m, err := w.Intake.OpenMailbox(t.Context(), p.code)
	token := w.Intake.NewToken()
	if err == nil {
		err = w.Intake.ReceiveFile(t.Context(), token, "a.txt", "text/plain", strings.NewReader("from the reporter"))
	}
	if err == nil {
		err = w.Intake.Answer(t.Context(), m, token, "One more thing.")
	}
	if err != nil {
		t.Fatal(err)
	}
	chen := atDesk(t, w, p.h, "chen")
	c := chen.open(p.number)
	out, _ := chen.upload(p.number, []byte("to the reporter"))
	chen.act(c, 200, cases.ActAcknowledge, nil, chen.seal(c, &seal.Reply{Text: "We have it.", Template: "first", Files: []seal.File{out}}, out.Blob))
	c = chen.open(p.number)
	chen.act(c, 200, cases.ActTriage, triaged)
	c = chen.open(p.number)
	chen.send("work/unit-1/case/"+p.number+"/write", map[string]any{"doc": chen.seal(c, &seal.Title{Text: "Paid photographs"})}, 200)
	inside, _ := chen.upload(p.number, []byte("minutes"))
	chen.send("work/unit-1/case/"+p.number+"/write", map[string]any{"doc": chen.seal(c, &seal.Note{Text: "Minutes.", Files: []seal.File{inside}}, inside.Blob)}, 200)
	accept := map[string]any{"handler": "lin", "checks": map[string]bool{"risk_to_reporter": true, "risk_to_reported": true}}
	chen.act(c, 200, cases.ActAccept, accept, chen.seal(c, &seal.Decision{Outcome: "accepted", Reasons: "It fits."}))
	if c = chen.open(p.number); c.Handler != "lin" || c.State != "accepted" {
		t.Fatalf("the case: %+v", c)
	}
}

// kek is the key that a passphrase gives, with the salt that the server hands out.
func (p *play) kek(c *colleague, origin, passphrase string) *seal.Identity {
	p.t.Helper()
	var k struct{ Salt []byte }
	resp := p.ask(c, origin, "GET", "me/key", "")
	c.read(resp, "me/key", 200, &k)
	_, kek, err := seal.StaffKeys(passphrase, [16]byte(k.Salt))
	if err != nil {
		p.t.Fatal(err)
	}
	return kek
}

func (p *play) ask(c *colleague, origin, method, path, body string) *http.Response {
	p.t.Helper()
	return deskRequest(p.t, c.h, method, origin+"/en/api/"+path, body, func(r *http.Request) {
		r.AddCookie(c.cookie)
		r.Header.Set("Clarion-Token", c.token)
	})
}

// removeWu ends the account of an approver, who keeps a copy of every key that they could get.
func (p *play) removeWu() {
	p.wuHas = signIn(p.t, p.w, p.h, "wu")
	m, _ := p.w.DeskMember("wu")
	p.wu = []*seal.Identity{p.kek(p.wuHas, deskOrigin, m.Passphrase), p.w.Key(p.t, "wu").Age}
	p.gu.post("people/remove", `{"account":"wu"}`, 200, nil)
	p.wuHas.get("me", 401, nil)
	if n := len(p.harvest(p.wuHas, deskOrigin)); n > 0 {
		p.t.Errorf("a removed member is still answered %d times", n)
	}
}

// rotate gives the unit a new key on the next day, without wu and with a new handler, and lets a report come.
func (p *play) rotate() {
	t, w := p.t, p.w
	w.Clock.Move(24 * time.Hour)
	today := w.Casework.Today()
	key := p.newKey(seal.KeyUnit, "unit-1")
	w.Publish(t, func(next *proof.KeySet) {
		next.Day = today.String()
		next.Intake = slices.Clone(next.Intake)
		for i := range next.Intake {
			if next.Intake[i].ID == "unit-1" {
				fresh := next.Intake[i]
				next.Intake[i].To = today.Add(-1).String()
				fresh.Recipient, fresh.Sign, fresh.From = ceremony.PublicOf(key).Recipient, ceremony.PublicOf(key).Sign, today.String()
				next.Intake = append(next.Intake, fresh)
				break
			}
		}
	})
	p.second = key
	p.copies(key)
	old := w.Key(t, "unit-1")
	p.roster("unit-1", key, map[string]string{"chen": "triage", "lin": "handler", "zhao": "approver", "mei": "handler", "gao": "intake", "an": "handler"})
	handed := store.Handed{Unit: "unit-1", Key: sha256.Sum256([]byte(old.Age.Recipient().String())), Member: "an", Sealed: p.seal(old, p.key("an").Age.Recipient()), Giver: "chen", Day: today}
	if err := w.Store.Write(t.Context(), func(tx *store.Tx) error { return tx.HandOver(handed) }); err != nil {
		t.Fatal(err)
	}
	s := newSender(t, w, seal.NewDigits())
	if status, a := s.send(s.report("After the new key.")); status != 200 {
		t.Fatalf("report: %d %v", status, keyOf(a))
	}
	_, box := s.act("list", struct{}{})
	p.later = box["number"].(string)
}

// judgeAll plays everybody after the new key.
func (p *play) judgeAll() {
	t, w := p.t, p.w
	cookie, token := w.SignsIn(t, p.h, deskOrigin, staff.Administrator)
	p.gu = &colleague{t: t, h: p.h, cookie: cookie, token: token}
	admin, _ := w.DeskPlayer(staff.Administrator)
	p.judge("administrator with the database", []*seal.Identity{p.kek(p.gu, deskOrigin, admin.Passphrase), w.Key(t, "gu").Age}, p.harvest(p.gu, deskOrigin))
	for who, name := range map[string]string{"triage": "chen", "handler to whom it is assigned": "lin", "approver": "zhao"} {
		c := signIn(t, w, p.h, name)
		m, _ := w.DeskMember(name)
		p.judge(who, []*seal.Identity{p.kek(c, deskOrigin, m.Passphrase)}, p.harvest(c, deskOrigin))
	}
	for who, name := range map[string]string{"another handler": "mei", "handler who came later": "an", "intake clerk": "gao", "member of another unit": "ren"} {
		c, kek := p.enrol(name)
		p.judge(who, []*seal.Identity{kek}, p.harvest(c, deskOrigin))
	}
	p.judge("removed approver", p.wu, p.harvest(p.wuHas, deskOrigin))
	song := newInspector(t, w, p.h).colleague
	inspector, _ := w.DeskPlayer(staff.Inspector)
	p.judge("inspector", []*seal.Identity{p.kek(song, inspectOrigin, inspector.Passphrase)}, p.harvest(song, inspectOrigin))

	qian, sun := w.Key(t, "qian").Age, w.Key(t, "sun").Age
	p.judge("custodian", []*seal.Identity{qian}, nil)
	p.judge("two custodians", []*seal.Identity{qian, sun}, nil)
	kit, err := seal.CombineRecovery(p.sheets[1:])
	if err != nil {
		t.Fatal(err)
	}
	p.judge("recovery kit and one custodian", []*seal.Identity{kit, qian}, nil)
	if _, err := seal.CombineRecovery(p.sheets[:1]); err == nil {
		t.Error("one sheet gives the recovery key")
	}
	p.judge("one sheet of the recovery kit", nil, nil)
	var server []*seal.Identity
	secrets := w.Dir.Secrets
	for _, seed := range [][]byte{secrets.Form, secrets.Handle, secrets.Acknowledgement, secrets.PublicLog, secrets.CaseLog, secrets.Dummies} {
		k, err := seal.IdentityFromSeed(seed)
		if err != nil {
			t.Fatal(err)
		}
		server = append(server, k)
	}
	p.judge("the server's own secrets", server, nil)
	p.judgeReporter()
}

// sample lets the inspector ask for the case, and chen answer with the keys of what was logged.
func (p *play) sample() {
	t, w := p.t, p.w
	w.Clock.Move(time.Minute) // a code counts once
	song := newInspector(t, w, p.h)
	var asked sampleShown
	song.post("samples/ask", fmt.Sprintf(`{"number":%q}`, p.number), 200, &asked)
	chen := atDesk(t, w, p.h, "chen")
	var keys []sampleKey
	for _, d := range chen.open(p.number).Docs {
		if d.Chain == string(seal.ChainInside) {
			continue
		}
		k, err := seal.FileKeyOf(d.Sealed, w.Key(t, "unit-1").Age)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, sampleKey{d.Hash, base64.RawURLEncoding.EncodeToString(k[:])})
	}
	answer := jsonOf(t, map[string]any{"v": 1, "kind": "clarion/sample-keys/v1", "instance": w.Dir.Instance, "case": p.cid, "keys": keys})
	sealed := must2(seal.Seal(answer, w.Key(t, "inspector").Age.Recipient()))
	chen.send(fmt.Sprintf("work/unit-1/sample/%d", asked.Sample), map[string]any{"sealed": sealed}, 200)
	inspector, _ := w.DeskPlayer(staff.Inspector)
	bodies := p.harvest(song.colleague, inspectOrigin)
	bodies = append(bodies, readAll(t, song.do("GET", fmt.Sprint("samples/", asked.Sample), "").Body))
	p.judge("inspector, of a sample that was answered", []*seal.Identity{p.kek(song.colleague, inspectOrigin, inspector.Passphrase)}, bodies)
}

func (p *play) judgeReporter() {
	t, w := p.t, p.w
	keys, err := seal.DeriveMailbox(w.Dir.Instance, p.code)
	if err != nil {
		t.Fatal(err)
	}
	m, err := w.Intake.OpenMailbox(t.Context(), p.code)
	if err != nil {
		t.Fatal(err)
	}
	list, err := w.Intake.List(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	var bodies [][]byte
	for _, d := range list.Docs {
		bodies = append(bodies, d.Sealed)
	}
	for _, b := range p.blobs {
		if _, r, err := w.Intake.SealedFile(t.Context(), m, b.String()); err == nil {
			bodies = append(bodies, readAll(t, r))
		}
	}
	p.judge("reporter with the code", []*seal.Identity{keys.Age}, bodies)
}

// enrol lets somebody who was hired join at the desk, and gives their session and the key of their passphrase.
func (p *play) enrol(name string) (*colleague, *seal.Identity) {
	p.t.Helper()
	in, kek := joinDesk(p.t, p.w, p.gu, p.key(name))
	return &colleague{t: p.t, h: p.h, cookie: &http.Cookie{Name: "__Host-clarion-desk", Value: in.Token}, token: in.Session.FormToken()}, kek
}

// harvest asks a door for everything that a session may ask for, and gives what it answered.
func (p *play) harvest(c *colleague, origin string) (bodies [][]byte) {
	p.t.Helper()
	p.all = p.ciphertexts()
	ask := func(method, path, body string) {
		resp := p.ask(c, origin, method, path, body)
		if resp.StatusCode == http.StatusOK {
			bodies = append(bodies, readAll(p.t, resp.Body))
		}
	}
	for _, path := range []string{"me", "me/key", "me/account", "people", "setup/missing", "setup/facts", "draft", "categories", "alarms", "audit", "notices", "clocks", "samples",
		"work/facts", "work/people"} {
		ask("GET", path, "")
	}
	ask("POST", "kit/copies", "{}")
	numbers := []string{p.number, p.later}
	for _, unit := range []string{"unit-1", "unit-2", "unit-3"} {
		at := "work/" + unit + "/"
		for _, path := range []string{"queue", "counts", "texts", "change"} {
			ask("GET", at+path, "")
		}
		ask("POST", at+"titles", fmt.Sprintf(`{"numbers":[%q]}`, p.number))
		for _, n := range numbers {
			ask("GET", at+"case/"+n, "")
			for _, b := range p.blobs {
				ask("GET", at+"case/"+n+"/file/"+b.String(), "")
			}
		}
	}
	return bodies
}
