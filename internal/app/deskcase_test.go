package app_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/seal"
)

// caseAnswer is a case as the desk's page gets it.
type caseAnswer struct {
	Number, Case, Unit, Lang, State, Handler, Raised, Day string
	Danger, Flagged                                       bool
	Version                                               int64
	Events                                                []struct {
		Seq                int64
		Kind, At, To, Code string
	}
	Clocks  []struct{ Clock, Started, Due, State string }
	Docs    []caseDoc
	Mailbox *struct{ Recipient, Sign string }
	Acts    []struct{ Act, Why string }

	Proposal             *struct{ Seq, Approvals, Needed int64 }
	Handlers             []struct{ ID, Name string }
	Samples              []any
	Templates            []string
	FirstKeys            []struct{ Recipient, Sign string } `json:"first_keys"`
	Identity             string
	Category, Region     string
	Via, Contact, Sealed string
	Wish                 bool
}

type caseDoc struct {
	Chain, Doc, Kind, Unit, Day, Hash, Prev string
	Seq                                     int64
	Sealed                                  []byte
	Waiting                                 bool
	Files                                   []struct {
		Blob string
		Size int64
	}
}

// desktop is a member at the desk with the keys that their browser's worker holds.
type desktop struct {
	*colleague
	w      *apptest.World
	member string
}

func atDesk(t *testing.T, w *apptest.World, h http.Handler, member string) *desktop {
	t.Helper()
	return &desktop{signIn(t, w, h, member), w, member}
}

func (d *desktop) open(number string) *caseAnswer {
	d.t.Helper()
	var c caseAnswer
	d.get("work/unit-1/case/"+number, 200, &c)
	return &c
}

// why is how an act is offered, "none" when it is not.
func (c *caseAnswer) why(act cases.ActKind) string {
	for _, o := range c.Acts {
		if o.Act == string(act) {
			return o.Why
		}
	}
	return "none"
}

// seal writes the next document of its chain as the page's worker does: to the unit, and towards the reporter also to the mailbox.
func (d *desktop) seal(c *caseAnswer, body seal.Body, files ...string) map[string]any {
	d.t.Helper()
	raw, err := seal.EncodeBody(body)
	if err != nil {
		d.t.Fatal(err)
	}
	chain := body.Kind().Chain()
	var last caseDoc
	for _, doc := range c.Docs {
		if doc.Chain == string(chain) {
			last = doc
		}
	}
	member, unit := d.w.Key(d.t, d.member), d.w.Key(d.t, "unit-1")
	doc := seal.Document{Instance: d.w.Dir.Instance, Kind: body.Kind(), Case: c.Case, Chain: chain, ID: id.NewDoc().String(), Seq: last.Seq + 1, Prev: last.Hash,
		Unit: "unit-1", Day: d.w.Casework.Today().String(), Author: seal.Author{Role: seal.RoleMember, ID: d.member}, Body: raw}
	to, signers := []seal.Recipient{unit.Age.Recipient()}, []seal.Signer{{Role: seal.RoleMember, Key: member.Sign}}
	if chain == seal.ChainUnit {
		signers = append(signers, seal.Signer{Role: seal.RoleUnit, Key: unit.Sign})
		if c.Mailbox != nil {
			r, err := seal.ParseRecipient(c.Mailbox.Recipient)
			if err != nil {
				d.t.Fatal(err)
			}
			to = append(to, r)
		}
	}
	sealed, err := seal.SealDocument(doc, body.Kind().Floor(), to, signers...)
	if err != nil {
		d.t.Fatal(err)
	}
	c.Docs = append(c.Docs, caseDoc{Chain: string(chain), Doc: doc.ID, Seq: doc.Seq, Hash: seal.SealedHash(sealed)})
	blobs := []map[string]string{}
	for _, f := range files {
		blobs = append(blobs, map[string]string{"blob": f})
	}
	return map[string]any{"id": doc.ID, "chain": chain, "kind": doc.Kind, "seq": doc.Seq, "prev": doc.Prev, "sealed": sealed, "files": blobs}
}

// act does something to a case as it was seen.
func (d *desktop) act(c *caseAnswer, status int, kind cases.ActKind, with map[string]any, docs ...map[string]any) string {
	d.t.Helper()
	in := map[string]any{"act": kind, "seen": c.Version, "no_interest": true, "docs": docs}
	for k, v := range with {
		in[k] = v
	}
	return d.send("work/unit-1/case/"+c.Number+"/act", in, status)
}

// send posts JSON and returns the key of the refusal, if it is one.
func (d *desktop) send(path string, in any, status int) string {
	d.t.Helper()
	var out struct{ Error struct{ Key, Text string } }
	d.post(path, string(jsonOf(d.t, in)), status, &out)
	if status != 200 && out.Error.Text == "" {
		d.t.Errorf("%s: a refusal without words: %+v", path, out)
	}
	return out.Error.Key
}

// upload seals a file and brings its ciphertext.
func (d *desktop) upload(number string, content []byte) (seal.File, []byte) {
	d.t.Helper()
	var sealed bytes.Buffer
	f, err := seal.SealFile(&sealed, bytes.NewReader(content), 1<<20)
	if err != nil {
		d.t.Fatal(err)
	}
	var out struct{ Blob string }
	d.post("work/unit-1/case/"+number+"/upload", sealed.String(), 200, &out)
	f.Blob, f.Name, f.Type = out.Blob, "a.txt", "text/plain"
	return f, sealed.Bytes()
}

var triaged = map[string]any{"checks": map[string]bool{"category": true, "conduct": true, "danger": true, "remit": true, "interest": true, "duplicate": true}}

// TestDeskCase goes from the first look at a case to a decision by two people, in the requests that the page sends.
func TestDeskCase(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		w := apptest.Start(t, apptest.Options{DSN: fresh(t), Clock: apptest.NewClock(time.Date(2026, 3, 23, 4, 0, 0, 0, time.UTC))})
		h := deskOf(t, w)
		number, code := sendSample(t, w)
		chen, lin, zhao := atDesk(t, w, h, "chen"), atDesk(t, w, h, "lin"), atDesk(t, w, h, "zhao")
		at := "work/unit-1/case/" + number

		c := chen.open(number)
		if c.State != "received" || c.Version == 0 || len(c.Docs) != 1 || seal.SealedHash(c.Docs[0].Sealed) != c.Docs[0].Hash || c.Mailbox == nil ||
			len(c.Handlers) != 1 || c.Handlers[0].ID != "lin" || c.Samples == nil || !slices.Contains(c.Templates, "first") || len(c.Clocks) != 3 {
			t.Fatalf("case: %+v", c)
		}
		if c.why(cases.ActAcknowledge) != "" || c.why(cases.ActTriage) != "none" || c.why(cases.ActSettleDanger) != "cases.no_danger" {
			t.Errorf("acts: %+v", c.Acts)
		}
		lin.get(at, 403, nil)

		var first struct{ Text string }
		chen.post(at+"/letter", `{"template":"first","code":""}`, 200, &first)
		if !strings.Contains(first.Text, w.Catalog.For("en").Date(w.Casework.Today())) {
			t.Errorf("the first letter: %q", first.Text)
		}
		if key := chen.act(c, 422, cases.ActAcknowledge, nil, chen.seal(c, &seal.Note{Text: "not to the reporter"})); key != "casework.reporter_not_told" {
			t.Errorf("an acknowledgement that stays inside: %s", key)
		}
		c = chen.open(number)
		stale := *c
		chen.act(c, 200, cases.ActAcknowledge, nil, chen.seal(c, &seal.Reply{Text: first.Text, Template: "first"}))
		if key := chen.act(&stale, 409, cases.ActMessage, nil, chen.seal(&stale, &seal.Reply{Text: "again"})); key != "cases.moved_on" {
			t.Errorf("an act on an old view: %s", key)
		}
		c = chen.open(number)
		chen.act(c, 200, cases.ActTriage, triaged)

		// What stays inside: a title, and a note with a file.
		c = chen.open(number)
		title := chen.seal(c, &seal.Title{Text: "Paid photographs"})
		chen.send(at+"/write", map[string]any{"doc": title}, 200)
		chen.send(at+"/write", map[string]any{"doc": title}, 200) // the answer was lost
		old := *c
		old.Docs = old.Docs[:len(old.Docs)-1]
		if key := chen.send(at+"/write", map[string]any{"doc": chen.seal(&old, &seal.Note{Text: "late"})}, 409); key != "store.doc_order" {
			t.Errorf("a note in a place that is taken: %s", key)
		}
		if key := chen.send(at+"/write", map[string]any{"doc": chen.seal(c, &seal.Reply{Text: "past the rules"})}, 422); key != "casework.not_a_note" {
			t.Errorf("a letter as a note: %s", key)
		}
		c = chen.open(number)
		version := c.Version
		f, ciphertext := chen.upload(number, []byte("what the caller said"))
		note := chen.seal(c, &seal.Note{Text: "Minutes.", Files: []seal.File{f}}, f.Blob)
		chen.send(at+"/write", map[string]any{"doc": note}, 200)
		c = chen.open(number)
		if c.Version != version || c.Docs[len(c.Docs)-1].Kind != "note" || len(c.Docs[len(c.Docs)-1].Files) != 1 {
			t.Errorf("after a note: version %d, %+v", c.Version, c.Docs[len(c.Docs)-1])
		}
		resp := chen.do("GET", at+"/file/"+f.Blob, "")
		got, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != 200 || !bytes.Equal(got, ciphertext) {
			t.Errorf("the file: %d, %d bytes, %v", resp.StatusCode, len(got), err)
		}
		for name, want := range map[string]string{"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
			"Content-Disposition": `attachment; filename="file.bin"`, "Content-Security-Policy": "sandbox; default-src 'none'"} {
			if resp.Header.Get(name) != want {
				t.Errorf("%s: %q", name, resp.Header.Get(name))
			}
		}
		if key := chen.send(at+"/write", map[string]any{"doc": chen.seal(c, &seal.Note{Text: "again"}, f.Blob)}, 404); key != "casework.no_upload" {
			t.Errorf("a file that a document has: %s", key)
		}
		lin.get(at+"/file/"+f.Blob, 403, nil)

		// A decision by two people.
		c = chen.open(number)
		var words struct{ Text string }
		chen.post(at+"/letter", `{"template":"declined","code":"D3"}`, 200, &words)
		if !strings.Contains(words.Text, "{reasons}") {
			t.Errorf("the decision's words: %q", words.Text)
		}
		decision := &seal.Decision{Code: "D3", Outcome: "declined", Reasons: strings.Replace(words.Text, "{reasons}", "Nothing to check.", 1)}
		chen.act(c, 200, cases.ActProposeDecline, map[string]any{"code": "D3"}, chen.seal(c, &seal.Proposal{Act: "propose_decline", Code: "D3", Reasons: "Nothing to check.", Decision: decision}))
		c = zhao.open(number)
		if c.Proposal == nil || c.Proposal.Needed != 1 || c.why(cases.ActApprove) != "" {
			t.Fatalf("proposal: %+v, %+v", c.Proposal, c.Acts)
		}
		proposal := c.Docs[len(c.Docs)-1]
		vote := zhao.seal(c, &seal.Approval{Approve: true, Proposal: proposal.Doc, Sealed: proposal.Hash})
		zhao.act(c, 200, cases.ActApprove, map[string]any{"proposal": c.Proposal.Seq}, vote, zhao.seal(c, decision))
		if c = zhao.open(number); c.State != "declined" || c.Proposal != nil {
			t.Errorf("after the vote: %s", c.State)
		}
		if box := enter(t, w.NewBrowser(t), "en", code); !strings.Contains(box.Text(), "Nothing to check.") {
			t.Errorf("the reporter reads: %s", box.Text())
		}
		for _, act := range []string{"open", "letter", "acknowledge", "title", "note", "upload", "file", "approve"} {
			if !audited(t, w, act, store.Allowed) {
				t.Errorf("%s is not in the audit log", act)
			}
		}
		for _, act := range []string{"open", "file", "write", "acknowledge"} {
			if !audited(t, w, act, store.Refused) {
				t.Errorf("a refused %s is not in the audit log", act)
			}
		}
	})
}

func audited(t *testing.T, w *apptest.World, act string, outcome store.Outcome) (found bool) {
	t.Helper()
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		entries, err := tx.AuditAfter(0, 1000)
		found = slices.ContainsFunc(entries, func(e store.AuditEntry) bool { return e.Act == act && e.Outcome == outcome })
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestWaitingLetters: what staff wrote before a caller had a code is sealed to the mailbox by who opens the case next, and the
// reporter reads it with the code; nothing else gets in that way.
func TestWaitingLetters(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		w := apptest.Start(t, apptest.Options{DSN: fresh(t)})
		h := deskOf(t, w)
		_, cid, number := withoutMailbox(t, w)
		chen := atDesk(t, w, h, "chen")
		at := "work/unit-1/case/" + number
		if c := chen.open(number); c.Mailbox != nil || c.Docs[1].Waiting {
			t.Errorf("a closed mailbox: %+v", c.Docs[1])
		}
		if key := chen.send(at+"/reseal", map[string]any{"recipient": "", "copies": []any{}}, 409); key != "casework.mailbox_changed" {
			t.Errorf("without a mailbox: %s", key)
		}
		first, err := w.Intake.IssueFirstCode(t.Context(), cid, store.FirstPickUp)
		if err != nil {
			t.Fatal(err)
		}
		code := seal.NewDigits()
		keys, err := seal.DeriveMailbox(w.Dir.Instance, code)
		if err == nil {
			err = w.Intake.Exchange(t.Context(), first, keys.Public())
		}
		if err != nil {
			t.Fatal(err)
		}
		c := chen.open(number)
		letter := c.Docs[slices.IndexFunc(c.Docs, func(d caseDoc) bool { return d.Chain == "unit" })]
		if !letter.Waiting || c.Mailbox == nil || len(c.FirstKeys) != 1 || c.FirstKeys[0].Recipient != c.Mailbox.Recipient || c.Docs[0].Waiting {
			t.Fatalf("after the exchange: %+v", c)
		}
		unit := w.Key(t, "unit-1")
		plain, err := seal.Open(letter.Sealed, unit.Age)
		if err != nil {
			t.Fatal(err)
		}
		to, err := seal.ParseRecipient(c.Mailbox.Recipient)
		if err != nil {
			t.Fatal(err)
		}
		good, twice, longer := must2(seal.Seal(plain, to)), must2(seal.Seal(plain, to, unit.Age.Recipient())), must2(seal.Seal(append(slices.Clone(plain), ' '), to))
		send := func(status int, recipient, doc string, sealed []byte) string {
			t.Helper()
			return chen.send(at+"/reseal", map[string]any{"recipient": recipient, "copies": []any{map[string]any{"doc": doc, "sealed": sealed}}}, status)
		}
		for name, key := range map[string]string{
			"to old keys":     send(409, unit.Age.Recipient().String(), letter.Doc, good),
			"to two":          send(422, c.Mailbox.Recipient, letter.Doc, twice),
			"something else":  send(422, c.Mailbox.Recipient, letter.Doc, longer),
			"no ciphertext":   send(422, c.Mailbox.Recipient, letter.Doc, plain),
			"the report":      send(404, c.Mailbox.Recipient, c.Docs[0].Doc, good),
			"no such letter":  send(404, c.Mailbox.Recipient, "x", good),
			"another's case ": send(404, c.Mailbox.Recipient, id.NewDoc().String(), good),
		} {
			want := map[string]string{"to old keys": "casework.mailbox_changed", "to two": "casework.not_sealed", "something else": "casework.not_sealed", "no ciphertext": "casework.not_sealed"}[name]
			if want == "" {
				want = "casework.no_letter"
			}
			if key != want {
				t.Errorf("%s: %s, want %s", name, key, want)
			}
		}
		send(200, c.Mailbox.Recipient, letter.Doc, good)
		send(200, c.Mailbox.Recipient, letter.Doc, must2(seal.Seal(plain, to))) // again: nothing more happens
		if c := chen.open(number); slices.ContainsFunc(c.Docs, func(d caseDoc) bool { return d.Waiting }) {
			t.Errorf("a letter still waits: %+v", c.Docs)
		}
		m, err := w.Intake.OpenMailbox(t.Context(), code)
		if err != nil {
			t.Fatal(err)
		}
		v, err := w.Intake.View(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		read := 0
		for _, e := range v.Entries {
			if !e.Mine && e.Fault == "" && !e.Waiting && e.Text != "" {
				read++
			}
		}
		if read != 1 {
			t.Errorf("the reporter reads %d letters: %+v", read, v.Entries)
		}
		if !audited(t, w, "reseal", store.Allowed) || !audited(t, w, "reseal", store.Refused) {
			t.Error("resealing is not in the audit log")
		}
	})
}

func must2(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

// TestFilesCount: a file that is handed out counts towards the hour of who gets it, as a document does.
func TestFilesCount(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Set: map[string]string{"desk.handouts": "3"}})
	h := deskOf(t, w)
	number, _ := sendSample(t, w)
	chen := atDesk(t, w, h, "chen")
	c := chen.open(number)
	f, _ := chen.upload(number, []byte("minutes"))
	at := "work/unit-1/case/" + number
	chen.send(at+"/write", map[string]any{"doc": chen.seal(c, &seal.Note{Text: "x", Files: []seal.File{f}}, f.Blob)}, 200)
	for i, want := range []int{0, 0, 1} {
		if resp := chen.do("GET", at+"/file/"+f.Blob, ""); resp.StatusCode != 200 {
			t.Fatal(resp.StatusCode)
		}
		err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
			open, err := tx.OpenAlarms(0, 10)
			if len(open) != want {
				t.Errorf("after file %d: %d alarms, want %d", i+1, len(open), want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestDangerAtDesk: the minute of an open danger is shown, and goes when a person has dealt with it; the flag stays.
func TestDangerAtDesk(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		w := apptest.Start(t, apptest.Options{DSN: fresh(t), Clock: apptest.NewClock(time.Date(2026, 3, 23, 4, 7, 0, 0, time.UTC))})
		h := deskOf(t, w)
		s := newSender(t, w, seal.NewDigits())
		r := &seal.Report{Category: "protected-documents", Region: "donggang", Unit: "unit-1", Via: "web", Lang: "zh-Hans", Contact: "anonymous", Danger: true, What: "x", Mailbox: s.keys.Public()}
		doc, head, sealed := s.seal(r, "unit-1")
		s.head = head
		if status, a := s.send(s.packed(r, doc, sealed)); status != 200 {
			t.Fatalf("report: %d %v", status, keyOf(a))
		}
		_, box := s.act("list", struct{}{})
		chen := atDesk(t, w, h, "chen")
		c := chen.open(box["number"].(string))
		if !c.Danger || !c.Flagged || c.Raised != "12:07" || c.why(cases.ActSettleDanger) != "" {
			t.Errorf("open: danger %v, flag %v, raised %q, %q", c.Danger, c.Flagged, c.Raised, c.why(cases.ActSettleDanger))
		}
		chen.act(c, 200, cases.ActSettleDanger, nil)
		c = chen.open(c.Number)
		if c.Danger || !c.Flagged || c.Raised != "" || c.why(cases.ActSettleDanger) != "cases.no_danger" {
			t.Errorf("settled: danger %v, flag %v, raised %q, %q", c.Danger, c.Flagged, c.Raised, c.why(cases.ActSettleDanger))
		}
		if key := chen.act(c, 409, cases.ActSettleDanger, nil); key != "cases.no_danger" {
			t.Errorf("settled twice: %s", key)
		}
	})
}
