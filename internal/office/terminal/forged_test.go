package terminal_test

import (
	"database/sql"
	"encoding/hex"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/seal"
)

// damaged starts an installation whose database the test changes past the program, as a hostile server would.
func damaged(t *testing.T) (*apptest.World, *sql.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clarion.db")
	w := apptest.Start(t, apptest.Options{DSN: "sqlite:" + path, Clock: apptest.NewClock(noon), Damaged: true})
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return w, db
}

// forger writes documents that no honest terminal writes.
type forger struct {
	t *testing.T
	w *apptest.World
	c *terminal.Opened
}

// next is the frame of the next document of a chain.
func (f *forger) next(kind seal.Kind, author string) seal.Document {
	d := seal.Document{
		Instance: f.w.Dir.Instance, Kind: kind, Case: f.c.Case.ID.String(), Chain: kind.Chain(), ID: id.NewDoc().String(), Seq: 1,
		Unit: "unit-1", Day: f.w.Intake.Today().String(), Author: seal.Author{Role: seal.RoleMember, ID: author},
	}
	if chain := f.c.Chains[cases.Chain(kind.Chain())]; len(chain) > 0 {
		last := chain[len(chain)-1]
		d.Seq, d.Prev = last.Seq+1, hex.EncodeToString(last.Hash[:])
	}
	return d
}

// put seals a document and hands it to the server as a letter, or a note, of chen's.
func (f *forger) put(d seal.Document, body seal.Body, act cases.ActKind, signers ...seal.Signer) {
	f.t.Helper()
	raw, err := seal.EncodeBody(body)
	if err != nil {
		f.t.Fatal(err)
	}
	d.Body = raw
	to := []seal.Recipient{f.w.Key(f.t, "unit-1").Age.Recipient()}
	visible := d.Chain == seal.ChainUnit
	if visible {
		r, err := seal.ParseRecipient(f.c.Mailbox.Recipient)
		if err != nil {
			f.t.Fatal(err)
		}
		to = append(to, r)
	}
	sealed, err := seal.SealDocument(d, seal.FloorMessage, to, signers...)
	if err != nil {
		f.t.Fatal(err)
	}
	doc := casework.Document{Chain: cases.Chain(d.Chain), Kind: d.Kind, Seq: d.Seq, Sealed: sealed, Visible: visible}
	if err := doc.ID.UnmarshalText([]byte(d.ID)); err != nil {
		f.t.Fatal(err)
	}
	if d.Prev != "" {
		b, err := hex.DecodeString(d.Prev)
		if err != nil {
			f.t.Fatal(err)
		}
		doc.Prev = [32]byte(b)
	}
	work := casework.Work{Number: f.c.Case.Number, Act: cases.Act{Kind: act, Seen: f.c.Case.Version, NoInterest: true}, Docs: []casework.Document{doc}}
	if _, err := f.w.Casework.Do(f.t.Context(), f.w.Session(f.t, "chen", "unit-1").Who, work); err != nil {
		f.t.Fatal(err)
	}
}

const forgedWords = "SEND US YOUR NAME"

// TestForgedLetters: a letter that the unit's key or its member did not sign is a doubt at the terminal and a warning in
// the mailbox. Its words are shown at neither, and what follows it is read on.
func TestForgedLetters(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(noon)})
	_, strange := strangers(t)
	sign := func(name string) seal.Signer { return seal.Signer{Role: seal.RoleMember, Key: w.Key(t, name).Sign} }
	unit := func(name string) seal.Signer { return seal.Signer{Role: seal.RoleUnit, Key: w.Key(t, name).Sign} }
	same := func(*seal.Document) {}
	for name, c := range map[string]struct {
		author  string
		change  func(*seal.Document)
		signers []seal.Signer
		doubt   string // at the terminal, "" if only the reporter can tell
		fault   intake.Fault
	}{
		"another member's key":  {"zhao", same, []seal.Signer{sign("chen"), unit("unit-1")}, "terminal.doc_forged", ""},
		"nobody's key":          {"chen", same, []seal.Signer{{Role: seal.RoleMember, Key: strange}, {Role: seal.RoleUnit, Key: strange}}, "terminal.doc_forged", intake.FaultForged},
		"unknown member":        {"nobody", same, []seal.Signer{sign("chen"), unit("unit-1")}, "terminal.doc_forged", ""},
		"another unit's key":    {"chen", same, []seal.Signer{sign("chen"), unit("unit-2")}, "", intake.FaultForged},
		"another unit's letter": {"chen", func(d *seal.Document) { d.Unit = "unit-2" }, []seal.Signer{sign("chen"), unit("unit-2")}, "terminal.doc_forged", intake.FaultForged},
		"no unit's key":         {"chen", same, []seal.Signer{sign("chen")}, "", intake.FaultForged},
		"no member's key":       {"chen", same, []seal.Signer{unit("unit-1")}, "terminal.doc_forged", ""},
		"another case":          {"chen", func(d *seal.Document) { d.Case = id.NewCase().String() }, []seal.Signer{sign("chen"), unit("unit-1")}, "terminal.chain_case", intake.FaultForged},
		"another installation":  {"chen", func(d *seal.Document) { d.Instance = "c" + strings.Repeat("a", 16) }, []seal.Signer{sign("chen"), unit("unit-1")}, "terminal.chain_instance", intake.FaultForged},
	} {
		t.Run(name, func(t *testing.T) {
			number, code := report(t, w, "What I saw.")
			chen := w.Session(t, "chen", "unit-1")
			letter(t, chen, number, terminal.Letter{Text: "The first."})
			o, err := chen.Open(t.Context(), number)
			if err != nil {
				t.Fatal(err)
			}
			f := &forger{t, w, o}
			d := f.next(seal.KindReply, c.author)
			c.change(&d)
			f.put(d, &seal.Reply{Text: forgedWords}, cases.ActMessage, c.signers...)
			letter(t, chen, number, terminal.Letter{Text: "The third."})

			if o, err = opens(t, w, chen, number); err != nil {
				t.Fatal(err)
			}
			wantDoubt(t, o, cases.FromUnit, 2, c.doubt)
			if c.doubt != "" && (o.Items[cases.FromUnit][1].Signed != nil || o.Items[cases.FromUnit][2].Signed == nil) {
				t.Error("the forged letter is open, or the one after it is not")
			}
			v := view(t, w, code)
			if len(v.Entries) != 4 {
				t.Fatalf("%d entries", len(v.Entries))
			}
			if got := v.Entries[1]; got.Fault != c.fault || (c.fault != "") == strings.Contains(got.Text, forgedWords) {
				t.Errorf("the mailbox shows fault %q and %q, want fault %q", got.Fault, got.Text, c.fault)
			}
			if got := v.Entries[2]; got.Fault == intake.FaultForged || !strings.Contains(got.Text, "The third.") {
				t.Errorf("the letter after it: %+v", got)
			}
			page := openPage(t, w, code)
			if c.fault == intake.FaultForged {
				page.Want(200, "was signed by nobody who may write here")
				if strings.Contains(page.Body, forgedWords) {
					t.Error("the page shows the forged words")
				}
			}
		})
	}
}

// TestInspectorsAnswer: an answer to a review is believed when the inspector of the signed list signed it and nobody else, at the
// terminal and in the mailbox. The unit's key makes none, and the inspector's key makes nothing else.
func TestInspectorsAnswer(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(noon)})
	set, err := w.Keys.Set()
	if err != nil {
		t.Fatal(err)
	}
	_, strange := strangers(t)
	me := set.Inspectors[0].ID
	by := func(role seal.Role, name string) seal.Signer {
		return seal.Signer{Role: role, Key: w.Key(t, name).Sign}
	}
	mine := by(seal.RoleInspector, "inspector")
	upheld := &seal.Reply{Text: "The decision stands.", Template: string(casework.TemplateUpheld)}
	for name, c := range map[string]struct {
		author  string
		body    seal.Body
		signers []seal.Signer
		sound   bool
	}{
		"upheld":                {me, upheld, []seal.Signer{mine}, true},
		"sent back":             {me, &seal.Reply{Text: "Look again.", Template: string(casework.TemplateSentBack)}, []seal.Signer{mine}, true},
		"the unit's key":        {me, upheld, []seal.Signer{by(seal.RoleUnit, "unit-1")}, false},
		"a member's and unit's": {me, upheld, []seal.Signer{by(seal.RoleMember, "chen"), by(seal.RoleUnit, "unit-1")}, false},
		"the unit beside":       {me, upheld, []seal.Signer{mine, by(seal.RoleUnit, "unit-1")}, false},
		"unit's, as inspector":  {me, upheld, []seal.Signer{by(seal.RoleInspector, "unit-1")}, false},
		"inspector's, as unit":  {me, upheld, []seal.Signer{by(seal.RoleUnit, "inspector")}, false},
		"nobody's key":          {me, upheld, []seal.Signer{{Role: seal.RoleInspector, Key: strange}}, false},
		"unknown inspector":     {"nobody", upheld, []seal.Signer{mine}, false},
		"any other letter":      {me, &seal.Reply{Text: "Send us your name."}, []seal.Signer{mine}, false},
		"a decision":            {me, &seal.Decision{Outcome: "declined", Code: "D1", Reasons: "No.", Addresses: []string{}}, []seal.Signer{mine}, false},
	} {
		t.Run(name, func(t *testing.T) {
			number, code := report(t, w, "What I saw.")
			chen := w.Session(t, "chen", "unit-1")
			letter(t, chen, number, terminal.Letter{Text: "The first."})
			o, err := chen.Open(t.Context(), number)
			if err != nil {
				t.Fatal(err)
			}
			f := &forger{t, w, o}
			d := f.next(c.body.Kind(), c.author)
			d.Author.Role = seal.RoleInspector
			f.put(d, c.body, cases.ActMessage, c.signers...)
			letter(t, chen, number, terminal.Letter{Text: "The third."})
			doubt, fault := "terminal.doc_forged", intake.FaultForged
			if c.sound {
				doubt, fault = "", ""
			}
			if o, err = opens(t, w, chen, number); err != nil {
				t.Fatal(err)
			}
			wantDoubt(t, o, cases.FromUnit, 2, doubt)
			if open := o.Items[cases.FromUnit][1].Signed != nil; open != c.sound {
				t.Errorf("open at the terminal: %v", open)
			}
			got := view(t, w, code).Entries[1]
			if got.Fault != fault || got.Review != c.sound || (got.Text != "") != c.sound {
				t.Errorf("the mailbox has %+v, want fault %q", got, fault)
			}
			page := openPage(t, w, code).Want(200)
			if strings.Contains(page.Body, "answering your request for a review") != c.sound || strings.Contains(page.Body, "was signed by nobody who may write here") == c.sound {
				t.Errorf("the page: %s", page.Text())
			}
		})
	}
}

func strangers(t *testing.T) (seal.Recipient, []byte) {
	t.Helper()
	m, err := seal.DeriveMailbox("cnobody", seal.NewDigits())
	if err != nil {
		t.Fatal(err)
	}
	return m.Age.Recipient(), m.Sign
}

func openPage(t *testing.T, w *apptest.World, code string) *apptest.Page {
	t.Helper()
	return w.NewBrowser(t).Get("/en/mailbox/plain").Want(200).Form("f").Set("code", code).Press("open")
}

// wantDoubt fails unless the opened case has this doubt at its place; "" wants none there.
func wantDoubt(t *testing.T, o *terminal.Opened, chain cases.Chain, seq int64, key string) {
	t.Helper()
	i := slices.IndexFunc(o.Doubts, func(d terminal.Doubt) bool { return d.Chain == chain && d.Seq == seq })
	switch {
	case i < 0 && key != "":
		t.Errorf("no doubt at %s %d, only %+v", chain, seq, o.Doubts)
	case i >= 0 && o.Doubts[i].Key != key:
		t.Errorf("doubt %q at %s %d, want %q", o.Doubts[i].Key, chain, seq, key)
	}
}

// TestForgedNote: a note inside the unit under another member's name is a doubt.
func TestForgedNote(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(noon)})
	number, _ := report(t, w, "What I saw.")
	toInquiry(t, w, number)
	lin := w.Session(t, "lin", "unit-1")
	decide(t, lin, number, terminal.Decision{Act: cases.ActProposeConclusion, Code: cases.F3, Reasons: "Nothing there."})
	zhao := w.Session(t, "zhao", "unit-1")
	o, err := zhao.Open(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	// The server hands out the proposal in other words, under the proposer's name.
	f := &forger{t, w, o}
	d := f.next(seal.KindProposal, "lin")
	sealed := sealAs(t, w, d, &seal.Proposal{Act: string(cases.ActProposeConclusion), Code: "F1", Reasons: forgedWords}, seal.Signer{Role: seal.RoleMember, Key: w.Key(t, "wu").Sign})
	chain := o.Chains[cases.Inside]
	forged := *o.File
	forged.Chains = map[cases.Chain][]casework.SealedDoc{cases.FromReporter: o.Chains[cases.FromReporter], cases.FromUnit: o.Chains[cases.FromUnit]}
	last := chain[len(chain)-1]
	last.Body = sealed
	forged.Chains[cases.Inside] = append(slices.Clone(chain[:len(chain)-1]), last)
	got, err := opener(t, w).Open(&forged)
	alike(t, w, &forged, got, err)
	if err != nil {
		t.Fatal(err)
	}
	if it := got.Items[cases.Inside][len(chain)-1]; it.Signed != nil || len(got.Doubts) == 0 {
		t.Errorf("the exchanged proposal is open, doubts %v", got.Doubts)
	}
}

func sealAs(t *testing.T, w *apptest.World, d seal.Document, body seal.Body, signers ...seal.Signer) []byte {
	t.Helper()
	raw, err := seal.EncodeBody(body)
	if err != nil {
		t.Fatal(err)
	}
	d.Body = raw
	sealed, err := seal.SealDocument(d, seal.FloorMessage, []seal.Recipient{w.Key(t, "unit-1").Age.Recipient()}, signers...)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func opener(t *testing.T, w *apptest.World) *terminal.Opener {
	t.Helper()
	set, err := w.Keys.Set()
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.Casework.Rosters(t.Context(), "unit-1")
	if err != nil {
		t.Fatal(err)
	}
	return &terminal.Opener{Keys: terminal.Keys{Unit: w.Key(t, "unit-1"), Member: w.Key(t, "chen")}, Set: set, Rosters: r, Instance: w.Dir.Instance}
}

// TestHostileDatabase changes rows as a hostile server would, and opens the case from both sides.
func TestHostileDatabase(t *testing.T) {
	t.Parallel()
	recipient, _ := strangers(t)
	for name, c := range map[string]struct {
		change string
		doubts []string     // some of these at the terminal
		fails  string       // or this error
		fault  intake.Fault // at one entry of the mailbox
	}{
		"mailbox key swapped":   {change: `UPDATE mailboxes SET recipient = '` + recipient.String() + `'`, doubts: []string{"terminal.mailbox_swapped"}},
		"signing key swapped":   {change: `UPDATE mailboxes SET sign = randomblob(32)`, doubts: []string{"terminal.mailbox_swapped"}},
		"category changed":      {change: `UPDATE cases SET category = 'sabotage'`, doubts: []string{"terminal.routing_differs"}},
		"danger taken away":     {change: `UPDATE cases SET danger = 0`, doubts: []string{"terminal.routing_differs"}},
		"language changed":      {change: `UPDATE cases SET lang = 'zh-Hans'`, doubts: []string{"terminal.routing_differs"}},
		"contact changed":       {change: `UPDATE cases SET contact = 'named'`, doubts: []string{"terminal.routing_differs"}},
		"wish invented":         {change: `UPDATE cases SET wish = 1`, doubts: []string{"terminal.routing_differs"}},
		"name invented":         {change: `INSERT INTO identities (case_key, box) SELECT key, x'00' FROM cases`, doubts: []string{"terminal.identity_swapped"}},
		"letter dropped":        {change: `DELETE FROM docs WHERE chain = 'unit' AND seq = 2`, doubts: []string{"terminal.chain_gap"}, fault: intake.FaultGap},
		"answer dropped":        {change: `DELETE FROM docs WHERE chain = 'reporter' AND seq = 2`, doubts: []string{"terminal.chain_gap"}},
		"letters exchanged":     {change: exchange("unit", 1, 2), doubts: []string{"terminal.doc_damaged"}, fault: intake.FaultForged},
		"answers exchanged":     {change: exchange("reporter", 2, 3), doubts: []string{"terminal.doc_damaged"}},
		"letters renumbered":    {change: renumber("unit", 1, 2), doubts: []string{"terminal.chain_gap", "terminal.chain_order", "terminal.chain_prev"}, fault: intake.FaultGap},
		"letter as an answer":   {change: `UPDATE doc_bodies SET body = (SELECT body FROM doc_bodies JOIN docs ON key = doc_key WHERE chain = 'unit' AND seq = 1) WHERE doc_key = (SELECT key FROM docs WHERE chain = 'reporter' AND seq = 2)`, doubts: []string{"terminal.doc_damaged"}},
		"bit flipped":           {change: `UPDATE doc_bodies SET body = CAST(substr(body, 1, 5000) || x'00' || substr(body, 5002) AS BLOB) WHERE doc_key = (SELECT key FROM docs WHERE chain = 'unit' AND seq = 2)`, doubts: []string{"terminal.doc_damaged", "terminal.doc_other_key"}, fault: intake.FaultForged},
		"first document gone":   {change: `DELETE FROM docs WHERE chain = 'reporter' AND seq = 1`, fails: "terminal.report_damaged"},
		"first document flip":   {change: `UPDATE doc_bodies SET body = CAST(substr(body, 1, 5000) || x'00' || substr(body, 5002) AS BLOB) WHERE doc_key = (SELECT key FROM docs WHERE chain = 'reporter' AND seq = 1)`, fails: "terminal.report_damaged"},
		"first is an answer":    {change: exchange("reporter", 1, 2), fails: "terminal.report_damaged"},
		"all documents removed": {change: `DELETE FROM docs`, fails: "terminal.no_report"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, db := damaged(t)
			number, code := report(t, w, "What I saw.")
			chen := w.Session(t, "chen", "unit-1")
			for _, text := range []string{"One.", "Two.", "Three."} {
				letter(t, chen, number, terminal.Letter{Text: text})
				answer(t, w, code, "Answer to "+text)
			}
			before, err := chen.Open(t.Context(), number)
			if err != nil || len(before.Doubts) > 0 {
				t.Fatalf("before: %v, %v", before.Doubts, err)
			}
			if _, err := db.Exec(`PRAGMA foreign_keys = OFF; ` + c.change); err != nil {
				t.Fatal(err)
			}
			o, err := opens(t, w, chen, number)
			if c.fails != "" {
				refused(t, err, errs.Conflict, c.fails)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(o.Doubts, func(d terminal.Doubt) bool { return slices.Contains(c.doubts, d.Key) }) {
				t.Errorf("doubts %+v, want one of %v", o.Doubts, c.doubts)
			}
			for _, items := range o.Items {
				for _, it := range items {
					doubted := slices.ContainsFunc(o.Doubts, func(d terminal.Doubt) bool {
						return d.Chain == cases.Chain(it.Chain) && d.Seq == it.Seq && strings.HasPrefix(d.Key, "terminal.doc_")
					})
					if doubted && it.Signed != nil {
						t.Errorf("a document in doubt is open: %s %d", it.Chain, it.Seq)
					}
				}
			}
			if strings.HasPrefix(name, "mailbox key") || strings.HasPrefix(name, "signing key") {
				// What staff write now still goes to the reporter's own key.
				letter(t, chen, number, terminal.Letter{Text: "For you alone."})
				if v := view(t, w, code); !slices.ContainsFunc(v.Entries, func(e intake.Entry) bool { return strings.Contains(e.Text, "For you alone.") && e.Fault == "" }) {
					t.Errorf("the reporter cannot read it: %+v", v.Entries)
				}
				return
			}
			v := view(t, w, code)
			if c.fault != "" && !slices.ContainsFunc(v.Entries, func(e intake.Entry) bool { return e.Fault == c.fault }) {
				t.Errorf("the mailbox shows no %q: %+v", c.fault, v.Entries)
			}
			if c.fault == intake.FaultGap {
				openPage(t, w, code).Want(200, "Messages are missing")
			}
		})
	}
}

// exchange swaps the bodies of two documents of a chain.
func exchange(chain string, a, b int) string {
	key := func(seq int) string {
		return `(SELECT key FROM docs WHERE chain = '` + chain + `' AND seq = ` + string(rune('0'+seq)) + `)`
	}
	return `CREATE TEMP TABLE held AS SELECT doc_key, body FROM doc_bodies WHERE doc_key IN (` + key(a) + `, ` + key(b) + `);
		UPDATE doc_bodies SET body = (SELECT body FROM held WHERE held.doc_key <> doc_bodies.doc_key) WHERE doc_key IN (SELECT doc_key FROM held)`
}

// renumber swaps the places of two documents of a chain, and of what the mailbox shows of them.
func renumber(chain string, a, b int) string {
	at := func(seq int) string { return `chain = '` + chain + `' AND seq = ` + string(rune('0'+seq)) }
	return `PRAGMA ignore_check_constraints = ON;
		UPDATE mailbox_items SET key = -key;
		UPDATE mailbox_items SET key = 100 - -key;
		UPDATE docs SET seq = 99 WHERE ` + at(a) + `; UPDATE docs SET seq = ` + string(rune('0'+a)) + ` WHERE ` + at(b) + `; UPDATE docs SET seq = ` + string(rune('0'+b)) + ` WHERE chain = '` + chain + `' AND seq = 99`
}

// TestReplayedReport: the report of one case under the number of another is not shown as that of the other.
func TestReplayedReport(t *testing.T) {
	t.Parallel()
	w, _ := damaged(t)
	one, _ := report(t, w, "What I saw.")
	two, _ := report(t, w, "What somebody else saw.")
	chen := w.Session(t, "chen", "unit-1")
	a, err := w.Casework.Open(t.Context(), chen.Who, one)
	if err != nil {
		t.Fatal(err)
	}
	b, err := w.Casework.Open(t.Context(), chen.Who, two)
	if err != nil {
		t.Fatal(err)
	}
	b.Chains = a.Chains
	o, err := opener(t, w).Open(b)
	alike(t, w, b, o, err)
	refused(t, err, errs.Conflict, "terminal.report_damaged")
	if o != nil {
		t.Error("a report of another case is open")
	}
}
