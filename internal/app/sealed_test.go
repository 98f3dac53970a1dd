package app_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/internal/work"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// sender is a program that seals by itself, written from docs/spec/api.md.
type sender struct {
	t    *testing.T
	w    *apptest.World
	keys *seal.MailboxKeys
	set  *proof.KeySet
	c    id.Case
	head seal.ChainHead
}

func newSender(t *testing.T, w *apptest.World, code string) *sender {
	t.Helper()
	keys, err := seal.DeriveMailbox(w.Dir.Instance, code)
	if err != nil {
		t.Fatal(err)
	}
	set, err := w.Keys.Set()
	if err != nil {
		t.Fatal(err)
	}
	return &sender{t: t, w: w, keys: keys, set: set, c: id.NewCase()}
}

func (s *sender) seal(body seal.Body, unit string) (id.Doc, seal.ChainHead, []byte) {
	s.t.Helper()
	raw, err := seal.EncodeBody(body)
	if err != nil {
		s.t.Fatal(err)
	}
	u, ok := s.set.UnitOn(unit, s.w.Intake.Today().String())
	if !ok {
		s.t.Fatalf("no key of %s", unit)
	}
	to, err := seal.ParseRecipient(u.Recipient)
	if err != nil {
		s.t.Fatal(err)
	}
	doc := id.NewDoc()
	d := seal.Document{Instance: s.w.Dir.Instance, Kind: body.Kind(), Case: s.c.String(), Chain: seal.ChainReporter, ID: doc.String(), Seq: s.head.Seq + 1,
		Prev: s.head.Sealed, Unit: unit, Day: s.w.Intake.Today().String(), Author: seal.Author{Role: seal.RoleReporter}, Body: raw}
	sealed, err := seal.SealDocument(d, body.Kind().Floor(), []seal.Recipient{to}, seal.Signer{Role: seal.RoleReporter, Key: s.keys.Sign})
	if err != nil {
		s.t.Fatal(err)
	}
	return doc, seal.ChainHead{Seq: d.Seq, Sealed: seal.SealedHash(sealed)}, sealed
}

func (s *sender) call(method, path string, header map[string]string, body []byte) (int, map[string]any) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.w.Server.URL+path, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := s.w.Server.Client().Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		s.t.Fatalf("%s %s: status %d, not JSON: %.200s", method, path, resp.StatusCode, b)
	}
	if len(b)%(16<<10) != 0 {
		s.t.Errorf("%s %s: an answer of %d bytes is not padded", method, path, len(b))
	}
	return resp.StatusCode, out
}

func (s *sender) solve() work.Payload {
	s.t.Helper()
	c, err := s.w.Intake.Challenge()
	if err != nil {
		s.t.Fatal(err)
	}
	p, err := work.Solve(c, 2000)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// report seals and packs a report; change may spoil it before it is sent.
func (s *sender) report(what string) map[string]any {
	s.t.Helper()
	r := &seal.Report{Category: "protected-documents", Region: "donggang", Unit: "unit-1", Via: "web", Lang: "zh-Hans", Contact: "anonymous", What: what, Mailbox: s.keys.Public()}
	doc, head, sealed := s.seal(r, "unit-1")
	s.head = head
	return s.packed(r, doc, sealed)
}

func (s *sender) packed(r *seal.Report, doc id.Doc, sealed []byte) map[string]any {
	return map[string]any{"v": 1, "case": s.c, "doc": doc, "unit": r.Unit, "category": r.Category, "region": r.Region, "lang": r.Lang, "danger": r.Danger,
		"at": "terminal", "contact": r.Contact, "wish": r.Wish, "claim": "", "mailbox": s.keys.Public(), "sealed": sealed, "files": []string{}, "work": s.solve()}
}

// pad fills a body up to the first size that fits and that this installation takes.
func (s *sender) pad(v any) []byte {
	s.t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		s.t.Fatal(err)
	}
	size, err := seal.SubmissionSize(int64(len(b)), len(s.set.Custodians))
	if err != nil {
		s.t.Fatal(err)
	}
	return append(b, bytes.Repeat([]byte{' '}, int(size)-len(b))...)
}

func (s *sender) send(v any) (int, map[string]any) {
	s.t.Helper()
	return s.call("POST", "/zh/api/report", nil, s.pad(v))
}

// act sends a signed request to the mailbox.
func (s *sender) act(act string, v any) (int, map[string]any) {
	s.t.Helper()
	return s.actAs(s.keys.Auth, s.w.Server.URL, act, act, v)
}

func (s *sender) actAs(key ed25519.PrivateKey, origin, signed, act string, v any) (int, map[string]any) {
	s.t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		s.t.Fatal(err)
	}
	c := s.w.Intake.MailboxChallenge()
	sig, err := seal.SignRequest(key, seal.Request{Instance: s.w.Dir.Instance, Origin: origin, Method: "POST", Path: "/zh/api/mailbox/" + signed, BodyHash: sha256.Sum256(body), Challenge: c})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.call("POST", "/zh/api/mailbox/"+act, map[string]string{
		"Origin": s.w.Server.URL, "Clarion-Auth": seal.EncodeKey(key.Public().(ed25519.PublicKey)),
		"Clarion-Challenge": base64.RawURLEncoding.EncodeToString(c[:]), "Clarion-Signature": base64.RawURLEncoding.EncodeToString(sig),
	}, body)
}

func keyOf(answer map[string]any) string {
	if e, ok := answer["error"].(map[string]any); ok {
		return e["key"].(string)
	}
	return ""
}

func TestSealedPath(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		w := apptest.Start(t, apptest.Options{DSN: fresh(t)})
		s := newSender(t, w, seal.NewDigits())
		body := s.report("有人按页付钱，请我拍摄标有密级的文件。")
		status, first := s.send(body)
		if status != 200 || !strings.HasPrefix(first["acknowledgement"].(string), "clarion/acknowledgement/v1\n") {
			t.Fatalf("status %d: %v", status, first)
		}
		if status, again := s.send(body); status != 200 || again["acknowledgement"] != first["acknowledgement"] {
			t.Errorf("the same report again: %d %v", status, keyOf(again))
		}
		// Whoever got no answer must learn that it arrived, whatever could not be taken any more.
		late := maps.Clone(body)
		late["work"], late["category"] = work.Payload{}, "withdrawn"
		if status, again := s.send(late); status != 200 || again["acknowledgement"] != first["acknowledgement"] {
			t.Errorf("the same report, when it could not be taken any more: %d %v", status, keyOf(again))
		}
		late["sealed"] = append(bytes.Clone(body["sealed"].([]byte)), 0)
		if status, a := s.send(late); status != 422 {
			t.Errorf("other bytes under the same ids: %d %v", status, a)
		}
		_, box := s.act("list", struct{}{})
		number := box["number"].(string)
		chen, err := w.As(t.Context(), "chen", "unit-1")
		if err != nil {
			t.Fatal(err)
		}
		o, err := chen.Open(t.Context(), number)
		if err != nil || len(o.Doubts) > 0 || o.Case.Sealed != cases.SealedTerminal {
			t.Fatalf("opened with doubts %v, sealed at %q: %v", o.Doubts, o.Case.Sealed, err)
		}
		if _, err := chen.Reply(t.Context(), number, terminal.Letter{Text: "还记得是哪一天吗？"}); err != nil {
			t.Fatal(err)
		}
		s.readsReply("还记得是哪一天吗？")
		s.answersOnce(chen, number)
		s.recodes()
		if status, again := s.send(body); status != 200 || again["acknowledgement"] != first["acknowledgement"] {
			t.Errorf("the same report after its mailbox had other keys and was closed: %d %v", status, keyOf(again))
		}
	})
}

// readsReply opens the unit's letter with the code's own key.
func (s *sender) readsReply(words string) (item float64) {
	s.t.Helper()
	_, box := s.act("list", struct{}{})
	for _, d := range box["docs"].([]any) {
		d := d.(map[string]any)
		if d["chain"] != "unit" {
			continue
		}
		sealed, err := base64.StdEncoding.DecodeString(d["sealed"].(string))
		if err != nil {
			s.t.Fatal(err)
		}
		doc, err := seal.OpenDocument(sealed, s.keys.Age)
		if err != nil {
			s.t.Fatal(err)
		}
		if !strings.Contains(string(doc.Document.Body), words) {
			s.t.Errorf("the letter lacks %q: %s", words, doc.Document.Body)
		}
		return d["item"].(float64)
	}
	s.t.Fatal("no letter in the mailbox")
	return 0
}

// answersOnce sends a message twice and is heard once; a message in the wrong place is told so.
func (s *sender) answersOnce(chen *terminal.Session, number string) {
	s.t.Helper()
	doc, head, sealed := s.seal(&seal.Message{Text: "三月九日下午。"}, "unit-1")
	msg := map[string]any{"doc": doc, "unit": "unit-1", "seq": head.Seq, "prev": s.head.Sealed, "sealed": sealed, "files": []string{}}
	for range 2 {
		if status, a := s.act("send", msg); status != 200 {
			s.t.Fatalf("answer: %d %v", status, keyOf(a))
		}
	}
	late, _, lateSealed := s.seal(&seal.Message{Text: "来晚了"}, "unit-1")
	if status, a := s.act("send", map[string]any{"doc": late, "unit": "unit-1", "seq": head.Seq, "prev": s.head.Sealed, "sealed": lateSealed, "files": []string{}}); status != 409 || keyOf(a) != "store.doc_order" {
		s.t.Errorf("a message in a taken place: %d %v", status, keyOf(a))
	}
	s.head = head
	o, err := chen.Open(s.t.Context(), number)
	if err != nil || len(o.Doubts) > 0 || len(o.Items[cases.FromReporter]) != 2 {
		s.t.Errorf("the unit sees %d documents, doubts %v: %v", len(o.Items[cases.FromReporter]), o.Doubts, err)
	}
}

// recodes gives the mailbox a new code: the old key opens nothing, the new one everything.
func (s *sender) recodes() {
	s.t.Helper()
	old := s.keys
	next, err := seal.DeriveMailbox(s.w.Dir.Instance, seal.NewWords())
	if err != nil {
		s.t.Fatal(err)
	}
	copies := map[int64][]byte{}
	_, box := s.act("list", struct{}{})
	for _, d := range box["docs"].([]any) {
		d := d.(map[string]any)
		if d["sealed"] == nil {
			continue
		}
		sealed, _ := base64.StdEncoding.DecodeString(d["sealed"].(string))
		plain, err := seal.Open(sealed, s.keys.Age)
		if err != nil {
			s.t.Fatal(err)
		}
		if copies[int64(d["item"].(float64))], err = seal.Seal(plain, next.Age.Recipient()); err != nil {
			s.t.Fatal(err)
		}
	}
	doc, head, sealed := s.seal(&seal.Rekey{Mailbox: next.Public()}, "unit-1")
	if status, a := s.act("recode", map[string]any{"doc": doc, "unit": "unit-1", "seq": head.Seq, "prev": s.head.Sealed, "sealed": sealed, "next": next.Public(), "copies": copies}); status != 200 {
		s.t.Fatalf("recode: %d %v", status, keyOf(a))
	}
	s.head, s.keys = head, next
	s.readsReply("还记得是哪一天吗？")
	s.notesFollow()
	gone, goneAnswer := s.actAs(old.Auth, s.w.Server.URL, "list", "list", struct{}{})
	if status, a := s.act("close", struct{}{}); status != 200 {
		s.t.Fatalf("close: %d %v", status, keyOf(a))
	}
	closed, closedAnswer := s.act("list", struct{}{})
	if gone != 404 || gone != closed || keyOf(goneAnswer) != keyOf(closedAnswer) {
		s.t.Errorf("an old code gives %d %v, a closed mailbox %d %v", gone, goneAnswer, closed, closedAnswer)
	}
}

// notesFollow erases the letter and changes the code once more: the note is signed by the new key afterwards, and one that
// only the old key signed is refused.
func (s *sender) notesFollow() {
	s.t.Helper()
	item := s.readsReply("还记得是哪一天吗？")
	if status, a := s.act("erase", map[string]any{"item": item, "note": s.note(s.keys)}); status != 200 {
		s.t.Fatalf("erase: %d %v", status, keyOf(a))
	}
	next, err := seal.DeriveMailbox(s.w.Dir.Instance, seal.NewDigits())
	if err != nil {
		s.t.Fatal(err)
	}
	doc, head, sealed := s.seal(&seal.Rekey{Mailbox: next.Public()}, "unit-1")
	body := map[string]any{"doc": doc, "unit": "unit-1", "seq": head.Seq, "prev": s.head.Sealed, "sealed": sealed, "next": next.Public(), "copies": map[int64][]byte{}}
	name := strconv.FormatInt(int64(item), 10)
	body["notes"] = map[string]string{name: s.note(s.keys)}
	if status, a := s.act("recode", body); status != 422 || keyOf(a) != "intake.bad_note" {
		s.t.Errorf("a note that the old key signed: %d %v", status, keyOf(a))
	}
	body["notes"] = map[string]string{name: s.note(next)}
	if status, a := s.act("recode", body); status != 200 {
		s.t.Fatalf("recode: %d %v", status, keyOf(a))
	}
	s.head, s.keys = head, next
	kept, err := seal.ParseDocument([]byte(s.letter()["note"].(string)))
	if err != nil || kept.VerifiedBy(seal.RoleReporter, next.Sign.Public().(ed25519.PublicKey)) != nil {
		s.t.Errorf("after a change of code the note is not signed by the new key: %v", err)
	}
}

// letter is the first document of the unit in the list.
func (s *sender) letter() map[string]any {
	s.t.Helper()
	_, box := s.act("list", struct{}{})
	for _, d := range box["docs"].([]any) {
		if d := d.(map[string]any); d["chain"] == "unit" {
			return d
		}
	}
	s.t.Fatal("no letter in the mailbox")
	return nil
}

// note is the erase note of that letter, signed by the keys of a code.
func (s *sender) note(keys *seal.MailboxKeys) string {
	s.t.Helper()
	d := s.letter()
	raw, err := seal.EncodeBody(&seal.EraseNote{Chain: seal.ChainUnit, Doc: d["doc"].(string), Seq: int64(d["seq"].(float64)), Sealed: d["hash"].(string)})
	if err != nil {
		s.t.Fatal(err)
	}
	plain, err := seal.SignDocument(seal.Document{
		Instance: s.w.Dir.Instance, Kind: seal.KindErase, Case: s.c.String(), Chain: seal.ChainReporter, ID: id.NewDoc().String(), Seq: 1, Unit: "unit-1", Day: d["day"].(string),
		Author: seal.Author{Role: seal.RoleReporter}, Body: raw,
	}, 0, seal.Signer{Role: seal.RoleReporter, Key: keys.Sign})
	if err != nil {
		s.t.Fatal(err)
	}
	return string(plain)
}

func TestSealedPathRefuses(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	s := newSender(t, w, seal.NewDigits())
	good := s.report("x")
	other, err := seal.Seal(bytes.Repeat([]byte{' '}, 16<<10), seal.NewIdentity().Recipient(), seal.NewIdentity().Recipient())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		field string
		value any
		key   string
	}{
		"unknown category":    {"category", "everything", "intake.category_unknown"},
		"another office":      {"unit", "unit-3", "intake.office_unknown"},
		"unknown region":      {"region", "atlantis", "intake.region_unknown"},
		"unknown language":    {"lang", "tlh", "intake.lang_missing"},
		"two recipients":      {"sealed", other, "intake.not_sealed"},
		"not sealed at all":   {"sealed", []byte("举报"), "intake.not_sealed"},
		"no keys":             {"mailbox", seal.Mailbox{}, "intake.bad_keys"},
		"no work":             {"work", work.Payload{}, "work.missing"},
		"no list of files":    {"files", nil, "web.bad_form"},
		"sealed nowhere":      {"at", "server", "web.bad_form"},
		"unknown field":       {"nationality", "x", "web.bad_form"},
		"unknown version":     {"v", 2, "web.bad_form"},
		"an id of zero bytes": {"case", strings.Repeat("a", 26), "web.bad_form"},
	} {
		bad := map[string]any{}
		for k, v := range good {
			bad[k] = v
		}
		bad[c.field] = c.value
		if status, a := s.send(bad); status < 400 || keyOf(a) != c.key {
			t.Errorf("%s: %d %q, want %q", name, status, keyOf(a), c.key)
		}
	}
	if status, a := s.call("POST", "/zh/api/report", nil, bytes.TrimRight(s.pad(good), " ")); status != 422 || keyOf(a) != "intake.not_padded" {
		t.Errorf("without padding: %d %q", status, keyOf(a))
	}
	if status, a := s.send(good); status != 200 {
		t.Fatalf("the report itself: %d %v", status, keyOf(a))
	}
	second := newSender(t, w, seal.NewDigits()).report("y")
	second["work"] = good["work"]
	if status, a := s.send(second); status != 409 || keyOf(a) != "work.used" {
		t.Errorf("work used twice: %d %q", status, keyOf(a))
	}
	foreign := newSender(t, w, seal.NewDigits()).report("z")
	foreign["case"] = good["case"]
	if status, a := s.send(foreign); status != 409 {
		t.Errorf("another report under a known case id: %d %q", status, keyOf(a))
	}
	s.refusedRequests()
}

// refusedRequests: a signature counts for one key, origin, path, body and minute.
func (s *sender) refusedRequests() {
	s.t.Helper()
	_, stranger, _ := ed25519.GenerateKey(nil)
	if status, a := s.actAs(stranger, s.w.Server.URL, "list", "list", struct{}{}); status != 404 || keyOf(a) != "intake.no_mailbox" {
		s.t.Errorf("a key without a mailbox: %d %q", status, keyOf(a))
	}
	if status, a := s.actAs(s.keys.Auth, "https://evil.example", "list", "list", struct{}{}); status != 403 || keyOf(a) != "intake.bad_signature" {
		s.t.Errorf("signed for another site: %d %q", status, keyOf(a))
	}
	if status, a := s.actAs(s.keys.Auth, s.w.Server.URL, "list", "close", struct{}{}); status != 403 || keyOf(a) != "intake.bad_signature" {
		s.t.Errorf("signed for another act: %d %q", status, keyOf(a))
	}
	status, a := s.call("POST", "/zh/api/mailbox/list", map[string]string{"Clarion-Auth": s.keys.Public().Auth, "Clarion-Challenge": base64.RawURLEncoding.EncodeToString(make([]byte, 32)), "Clarion-Signature": "AA"}, []byte("{}"))
	if status != 403 {
		s.t.Errorf("a challenge of nobody's: %d %q", status, keyOf(a))
	}
}
