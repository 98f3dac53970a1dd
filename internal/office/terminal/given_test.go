package terminal_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// twoOffices is an installation whose database the test changes past the program, and people of two of its offices.
type twoOffices struct {
	*testing.T
	w                *apptest.World
	db               *sql.DB
	chen, zhao, tang *terminal.Session // triage and approver of unit-1; triage of unit-2 and of nowhere else
	theirs, ours     *seal.KeyFile     // of tang, and of gao, who is in unit-1 and nowhere else
}

func newTwoOffices(t *testing.T) twoOffices {
	t.Helper()
	w, db := damaged(t)
	theirs, ours := w.NewKey(t, "tang"), w.NewKey(t, "gao")
	tang := w.HireAll(t, "unit-2", apptest.Recruit{Member: "tang", Roles: []string{"triage"}, Key: theirs})[0]
	w.HireAll(t, "unit-1", apptest.Recruit{Member: "gao", Roles: []string{"handler"}, Key: ours})
	return twoOffices{t, w, db, w.Session(t, "chen", "unit-1"), w.Session(t, "zhao", "unit-1"), tang, theirs, ours}
}

// gift is a case of unit-1 as unit-2 was given it: the report, two letters of the reporter with a change of code between them, a letter
// of the office and a note. Unit-2 wrote a note, too.
type gift struct {
	twoOffices
	number string
}

func (o twoOffices) give() gift {
	o.Helper()
	number, code := report(o.T, o.w, "What I saw.")
	letter(o.T, o.chen, number, terminal.Letter{Text: "The first."})
	answer(o.T, o.w, code, "An answer.")
	m, err := o.w.Intake.OpenMailbox(o.Context(), code)
	if err != nil {
		o.Fatal(err)
	}
	next, _, err := o.w.Intake.Recode(o.Context(), m, o.w.Intake.NewToken(), false)
	if err != nil {
		o.Fatal(err)
	}
	answer(o.T, o.w, next, "With the new code.")
	if err := o.chen.Keep(o.Context(), number, &seal.Note{Text: "For both."}); err != nil {
		o.Fatal(err)
	}
	c, err := o.zhao.Open(o.Context(), number)
	if err != nil || len(c.Doubts) > 0 {
		o.Fatalf("%v, %+v", err, c)
	}
	var chosen []id.Doc
	for _, chain := range chainsOfACase() {
		for _, it := range c.Items[chain] {
			if it.Kind != string(seal.KindRekey) { // goes along by itself
				chosen = append(chosen, it.ID)
			}
		}
	}
	if err := o.zhao.Share(o.Context(), number, "unit-2", chosen...); err != nil {
		o.Fatal(err)
	}
	if err := o.tang.NoteShared(o.Context(), number, "From the second office."); err != nil {
		o.Fatal(err)
	}
	return gift{o, number}
}

// file is what the server hands out to unit-2.
func (g gift) file() *casework.SharedFile {
	g.Helper()
	f, err := g.w.Casework.OpenShared(g.Context(), g.tang.Who, g.number)
	if err != nil {
		g.Fatal(err)
	}
	return f
}

// exec changes the database. {chain seq} is the key of a document, {case} that of the case.
func (g gift) exec(text string, args ...any) {
	g.Helper()
	own := `(SELECT key FROM cases WHERE number = '` + g.number + `')`
	for _, chain := range chainsOfACase() {
		for seq := range 9 {
			text = strings.ReplaceAll(text, fmt.Sprintf("{%s %d}", chain, seq), fmt.Sprintf(`(SELECT key FROM docs WHERE chain = '%s' AND seq = %d AND case_key = %s)`, chain, seq, own))
		}
	}
	if _, err := g.db.Exec(`PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; `+strings.ReplaceAll(text, "{case}", own), args...); err != nil {
		g.Fatal(err)
	}
}

// header gives the reading office another header for a document.
func (g gift) header(chain cases.Chain, seq int64, change func(header []byte) []byte) {
	g.Helper()
	at := fmt.Sprintf("{%s %d}", chain, seq)
	f := g.file()
	sealed := f.Docs[place(g.T, f, chain, seq)].Body
	g.exec(`UPDATE doc_headers SET header = ?1 WHERE unit = 'unit-2' AND doc_key = `+at, change(bytes.Clone(sealed[:headerSize])))
}

// headerSize is that of a header for one recipient.
const headerSize = len("age-encryption.org/v1\n") + 1557 + len("--- ") + 43 + len("\n")

// place is where a document stands in the list.
func place(t *testing.T, f *casework.SharedFile, chain cases.Chain, seq int64) int {
	t.Helper()
	i := slices.IndexFunc(f.Docs, func(d casework.SealedDoc) bool { return d.Chain == chain && d.Seq == seq })
	if i < 0 {
		t.Fatalf("no document %s %d", chain, seq)
	}
	return i
}

// flips changes one letter of the base64 in a header.
func flips(at int) func([]byte) []byte {
	return func(header []byte) []byte {
		if header[at] == 'A' {
			header[at] = 'B'
		} else {
			header[at] = 'A'
		}
		return header
	}
}

// note keeps a note of unit-2 as its terminal would: what is inside the seal the server cannot see.
func (g gift) note(change func(*seal.Document), sign ed25519.PrivateKey) {
	g.Helper()
	f := g.file()
	d := seal.Document{
		Instance: g.w.Dir.Instance, Kind: seal.KindNote, Case: f.Case.ID.String(), Chain: seal.ChainInside, ID: id.NewDoc().String(), Seq: f.Last.Seq + 1,
		Prev: f.Last.Sealed, Unit: "unit-2", Day: g.w.Casework.Today().String(), Author: seal.Author{Role: seal.RoleMember, ID: "tang"},
	}
	doc := casework.Document{Chain: cases.Inside, Kind: seal.KindNote, Seq: d.Seq}
	if err := doc.ID.UnmarshalText([]byte(d.ID)); err != nil {
		g.Fatal(err)
	}
	if _, err := hex.Decode(doc.Prev[:], []byte(d.Prev)); err != nil {
		g.Fatal(err)
	}
	change(&d)
	raw, err := seal.EncodeBody(&seal.Note{Text: forgedWords})
	if err != nil {
		g.Fatal(err)
	}
	d.Body = raw
	both := []seal.Recipient{g.w.Key(g.T, "unit-1").Age.Recipient(), g.w.Key(g.T, "unit-2").Age.Recipient()}
	if doc.Sealed, err = seal.SealDocument(d, seal.KindNote.Floor(), both, seal.Signer{Role: seal.RoleMember, Key: sign}); err != nil {
		g.Fatal(err)
	}
	if err := g.w.Casework.NoteShared(g.Context(), g.tang.Who, g.number, doc); err != nil {
		g.Fatal(err)
	}
}

// swaps exchanges what is kept beside two letters of the reporter.
func (g gift) swaps(table, column string) {
	g.Helper()
	g.exec(fmt.Sprintf(`CREATE TEMP TABLE held AS SELECT doc_key, %[2]s FROM %[1]s WHERE doc_key IN ({reporter 2}, {reporter 4});
		UPDATE %[1]s SET %[2]s = (SELECT %[2]s FROM held WHERE held.doc_key <> %[1]s.doc_key) WHERE doc_key IN (SELECT doc_key FROM held); DROP TABLE held`, table, column))
}

// reads opens what unit-2 is handed, keeps it for the browser, and says what is in doubt. What is not in doubt is shown, and the report is
// there when its document is.
func (o twoOffices) reads(f *casework.SharedFile) (doubts []string) {
	o.Helper()
	set, err := o.w.Keys.Set()
	if err != nil {
		o.Fatal(err)
	}
	rosters := func(u id.Unit) []*proof.Roster {
		r, err := o.w.Casework.Rosters(o.Context(), u)
		if err != nil && !errs.Is(err, errs.Denied) { // an office may have none
			o.Fatal(err)
		}
		return r
	}
	others := map[id.Unit][]*proof.Roster{}
	for _, u := range f.Offices {
		others[u] = rosters(u)
	}
	keys := terminal.Keys{Unit: o.w.Key(o.T, "unit-2"), Member: o.theirs}
	opener := &terminal.Opener{Keys: keys, Set: set, Rosters: rosters(f.Case.Unit), Others: others, Instance: o.w.Dir.Instance}
	c := opener.OpenGiven(f)
	alikeGiven(o.T, o.w, "unit-2", c)
	for _, d := range c.Doubts {
		doubts = append(doubts, fmt.Sprint(d.Chain, " ", d.Seq, " ", strings.TrimPrefix(d.Key, "terminal.")))
	}
	if len(c.Items) != len(f.Docs) {
		o.Errorf("%d of %d documents", len(c.Items), len(f.Docs))
	}
	shown, first := 0, false
	for _, it := range c.Items {
		if it.Signed != nil {
			shown++
			first = first || it.Kind == string(seal.KindReport)
		}
	}
	if shown+len(c.Doubts) != len(f.Docs) {
		o.Errorf("%d documents shown, doubts %v", shown, doubts)
	}
	if (c.Report != nil) != first {
		o.Errorf("the report is there: %v, and its document is shown: %v", c.Report != nil, first)
	}
	return doubts
}

// TestGivenStored: what is stored of a case is bent, and another office reads it. Each document that does not fit is a doubt and hides
// nothing else; a report that does not fit takes the letters with it, since nobody can say who wrote them.
func TestGivenStored(t *testing.T) {
	t.Parallel()
	o := newTwoOffices(t)
	_, strange := strangers(t)
	without := []string{"reporter 2 doc_not_reporter", "reporter 3 doc_not_reporter", "reporter 4 doc_not_reporter"}
	headless := append([]string{"reporter 1 doc_damaged"}, without...)
	sealedTo := func(g gift, chain cases.Chain, seq int64, to string) func([]byte) []byte {
		return func([]byte) []byte {
			f := g.file()
			key, err := seal.FileKeyOf(f.Docs[place(g.T, f, chain, seq)].Body, g.w.Key(t, "unit-2").Age)
			if err != nil {
				g.Fatal(err)
			}
			h, err := seal.NewHeader(key, g.w.Key(t, to).Age.Recipient())
			if err != nil {
				g.Fatal(err)
			}
			return h
		}
	}
	same := func(*seal.Document) {}
	shut := map[string]string{"the case's office": "casework.no_case"} // for the case's own office
	for name, c := range map[string]struct {
		bend   func(g gift)
		doubts []string
	}{
		"nothing":                 {func(g gift) {}, nil},
		"a byte of a key":         {func(g gift) { g.header(cases.FromReporter, 2, flips(400)) }, []string{"reporter 2 doc_other_key"}},
		"a byte of the last line": {func(g gift) { g.header(cases.FromReporter, 2, flips(headerSize-20)) }, []string{"reporter 2 doc_damaged"}},
		"a byte of the report's":  {func(g gift) { g.header(cases.FromReporter, 1, flips(400)) }, headless},
		"another's header": {func(g gift) {
			g.exec(`UPDATE doc_headers SET header = (SELECT header FROM doc_headers WHERE unit = 'unit-2' AND doc_key = {unit 1}) WHERE unit = 'unit-2' AND doc_key = {inside 1}`)
		}, []string{"inside 1 doc_damaged"}},
		"the report with another's": {func(g gift) {
			g.exec(`UPDATE doc_headers SET header = (SELECT header FROM doc_headers WHERE unit = 'unit-2' AND doc_key = {reporter 2}) WHERE unit = 'unit-2' AND doc_key = {reporter 1}`)
		}, headless},
		"for another key":            {func(g gift) { g.header(cases.FromUnit, 1, sealedTo(g, cases.FromUnit, 1, "unit-1")) }, []string{"unit 1 doc_other_key"}},
		"the report for another key": {func(g gift) { g.header(cases.FromReporter, 1, sealedTo(g, cases.FromReporter, 1, "unit-1")) }, headless},
		"sealed anew":                {func(g gift) { g.header(cases.FromReporter, 1, sealedTo(g, cases.FromReporter, 1, "unit-2")) }, nil},
		"the report missing":         {func(g gift) { g.exec(`DELETE FROM doc_headers WHERE doc_key = {reporter 1}`) }, without},
		"a change of code missing": {func(g gift) { g.exec(`DELETE FROM doc_headers WHERE doc_key = {reporter 3}`) },
			[]string{"reporter 4 doc_not_reporter"}},
		"an id":           {func(g gift) { g.exec(`UPDATE docs SET id = ?1 WHERE key = {inside 1}`, id.NewDoc().String()) }, []string{"inside 1 doc_damaged"}},
		"the report's id": {func(g gift) { g.exec(`UPDATE docs SET id = ?1 WHERE key = {reporter 1}`, id.NewDoc().String()) }, headless},
		"the id of a change of code": {func(g gift) { g.exec(`UPDATE docs SET id = ?1 WHERE key = {reporter 3}`, id.NewDoc().String()) },
			[]string{"reporter 3 doc_damaged", "reporter 4 doc_not_reporter"}},
		"a kind":                   {func(g gift) { g.exec(`UPDATE docs SET kind = 'title' WHERE key = {inside 1}`) }, []string{"inside 1 doc_damaged"}},
		"a letter as a report":     {func(g gift) { g.exec(`UPDATE docs SET kind = 'report' WHERE key = {reporter 2}`) }, []string{"reporter 2 doc_damaged"}},
		"the report's kind":        {func(g gift) { g.exec(`UPDATE docs SET kind = 'message' WHERE key = {reporter 1}`) }, headless},
		"a number":                 {func(g gift) { g.exec(`UPDATE docs SET seq = 7 WHERE key = {reporter 4}`) }, []string{"reporter 7 doc_damaged"}},
		"the report's number":      {func(g gift) { g.exec(`UPDATE docs SET seq = 7 WHERE key = {reporter 1}`) }, append(slices.Clone(without), "reporter 7 doc_not_reporter")},
		"the first number":         {func(g gift) { g.exec(`UPDATE docs SET seq = 0 WHERE key = {reporter 1}`) }, append([]string{"reporter 0 chain_order"}, without...)},
		"an office":                {func(g gift) { g.exec(`UPDATE docs SET unit = 'unit-2' WHERE key = {inside 1}`) }, []string{"inside 1 doc_damaged"}},
		"the report's office":      {func(g gift) { g.exec(`UPDATE docs SET unit = 'unit-2' WHERE key = {reporter 1}`) }, headless},
		"a letter's office":        {func(g gift) { g.exec(`UPDATE docs SET unit = 'unit-2' WHERE key = {unit 1}`) }, []string{"unit 1 doc_damaged"}},
		"an office without people": {func(g gift) { g.exec(`UPDATE docs SET unit = 'unit-9' WHERE key = {inside 1}`) }, []string{"inside 1 doc_damaged"}},
		"the case's office":        {func(g gift) { g.exec(`UPDATE cases SET unit = 'unit-3' WHERE key = {case}`) }, append(slices.Clone(headless), "unit 1 doc_damaged")},
		"a day":                    {func(g gift) { g.exec(`UPDATE docs SET day = '2020-01-01' WHERE key = {inside 1}`) }, nil},
		"a hash":                   {func(g gift) { g.exec(`UPDATE docs SET hash = randomblob(32) WHERE key = {inside 1}`) }, []string{"inside 2 chain_prev"}},
		"the report's hash":        {func(g gift) { g.exec(`UPDATE docs SET hash = randomblob(32) WHERE key = {reporter 1}`) }, []string{"reporter 2 chain_prev"}},
		"bodies exchanged":         {func(g gift) { g.swaps("doc_bodies", "body") }, []string{"reporter 2 doc_damaged", "reporter 4 doc_damaged"}},
		"headers exchanged":        {func(g gift) { g.swaps("doc_headers", "header") }, []string{"reporter 2 doc_damaged", "reporter 4 doc_damaged"}},
		"both exchanged":           {func(g gift) { g.swaps("doc_bodies", "body"); g.swaps("doc_headers", "header") }, []string{"reporter 2 doc_damaged", "reporter 4 doc_damaged"}},
		"nobody's note":            {func(g gift) { g.note(func(d *seal.Document) { d.Author.ID = "ghost" }, strange) }, []string{"inside 3 doc_forged"}},
		"nobody's key":             {func(g gift) { g.note(same, strange) }, []string{"inside 3 doc_forged"}},
		"a note of the first": {func(g gift) { g.note(func(d *seal.Document) { d.Author.ID = "gao" }, o.ours.Sign) },
			[]string{"inside 3 doc_forged"}},
		"a note that claims the first": {func(g gift) { g.note(func(d *seal.Document) { d.Unit = "unit-1" }, o.theirs.Sign) }, []string{"inside 3 doc_forged"}},
		"a note of the first as theirs": {func(g gift) { g.note(func(d *seal.Document) { d.Unit, d.Author.ID = "unit-1", "gao" }, o.ours.Sign) },
			[]string{"inside 3 doc_damaged"}},
		"a note of a third":        {func(g gift) { g.note(func(d *seal.Document) { d.Unit = "unit-3" }, o.theirs.Sign) }, []string{"inside 3 doc_forged"}},
		"a note before the roster": {func(g gift) { g.note(func(d *seal.Document) { d.Day = "2020-01-01" }, o.theirs.Sign) }, []string{"inside 3 doc_forged"}},
		"a note of another case":   {func(g gift) { g.note(func(d *seal.Document) { d.Case = id.NewCase().String() }, o.theirs.Sign) }, []string{"inside 3 doc_damaged"}},
		"a note of another installation": {func(g gift) {
			g.note(func(d *seal.Document) { d.Instance = "c" + strings.Repeat("a", 16) }, o.theirs.Sign)
		}, []string{"inside 3 doc_damaged"}},
		"a note after something else": {func(g gift) { g.note(func(d *seal.Document) { d.Prev = strings.Repeat("ab", 32) }, o.theirs.Sign) }, []string{"inside 3 chain_prev"}},
	} {
		t.Run(name, func(t *testing.T) {
			here := o
			here.T = t
			g := here.give()
			c.bend(g)
			if got := g.reads(g.file()); !slices.Equal(got, c.doubts) {
				t.Errorf("doubts %q, want %q", got, c.doubts)
			}
			if _, err := g.zhao.Open(t.Context(), g.number); shut[name] != "" {
				if e, ok := errs.Public(err); !ok || e.Key != shut[name] {
					t.Errorf("its own office: %v, want %s", err, shut[name])
				}
				return
			}
			_, _ = opens(t, g.w, g.zhao, g.number)
		})
	}
}

// TestGivenHandedOut: the list of what was given is bent on its way out.
func TestGivenHandedOut(t *testing.T) {
	t.Parallel()
	o := newTwoOffices(t)
	g, other := o.give(), o.give()
	whole, far := g.file(), other.file()
	at := func(f *casework.SharedFile, chain cases.Chain, seq int64) *casework.SealedDoc {
		return &f.Docs[place(t, f, chain, seq)]
	}
	without := []string{"reporter 2 doc_not_reporter", "reporter 3 doc_not_reporter", "reporter 4 doc_not_reporter"}
	strange, err := seal.DeriveMailbox(o.w.Dir.Instance, seal.NewDigits())
	if err != nil {
		t.Fatal(err)
	}
	invented := o.invents(whole, strange)
	for name, c := range map[string]struct {
		bend   func(f *casework.SharedFile)
		doubts []string
	}{
		"nothing": {func(*casework.SharedFile) {}, nil},
		"the report last": {func(f *casework.SharedFile) { f.Docs = append(f.Docs[1:], f.Docs[0]) },
			append(slices.Clone(without), "reporter 1 chain_order")},
		"the report after a letter": {func(f *casework.SharedFile) { f.Docs[0], f.Docs[1] = f.Docs[1], f.Docs[0] },
			[]string{"reporter 2 doc_not_reporter", "reporter 1 chain_order", "reporter 3 doc_not_reporter", "reporter 4 doc_not_reporter"}},
		"two letters exchanged": {func(f *casework.SharedFile) { f.Docs[1], f.Docs[3] = f.Docs[3], f.Docs[1] },
			[]string{"reporter 4 doc_not_reporter", "reporter 3 chain_order", "reporter 2 chain_order"}},
		"the chains in another order": {func(f *casework.SharedFile) { slices.Reverse(f.Docs) },
			[]string{"inside 1 chain_order", "reporter 4 doc_not_reporter", "reporter 3 chain_order", "reporter 2 chain_order", "reporter 1 chain_order"}},
		"chains mixed, in order": {func(f *casework.SharedFile) {
			d := f.Docs
			f.Docs = []casework.SealedDoc{d[5], d[0], d[4], d[1], d[6], d[2], d[3]}
		}, nil},
		"mixed, and a hash": {func(f *casework.SharedFile) {
			d := f.Docs
			d[0].Hash = sha256.Sum256(nil)
			f.Docs = []casework.SealedDoc{d[0], d[4], d[1], d[2], d[3], d[5], d[6]}
		}, []string{"reporter 2 chain_prev"}},
		"a note twice":                {func(f *casework.SharedFile) { f.Docs = append(f.Docs, f.Docs[len(f.Docs)-1]) }, []string{"inside 2 chain_order"}},
		"the report twice":            {func(f *casework.SharedFile) { f.Docs = slices.Insert(f.Docs, 1, f.Docs[0]) }, []string{"reporter 1 chain_order"}},
		"an invented report":          {func(f *casework.SharedFile) { f.Docs = slices.Insert(f.Docs, 1, invented) }, []string{"reporter 1 chain_order"}},
		"an invented report at first": {func(f *casework.SharedFile) { f.Docs = slices.Insert(f.Docs, 0, invented) }, append([]string{"reporter 1 chain_order"}, without...)},
		"the report of another case": {func(f *casework.SharedFile) { *at(f, cases.FromReporter, 1) = *at(far, cases.FromReporter, 1) },
			append([]string{"reporter 1 doc_damaged"}, without...)},
		"a letter of another case":  {func(f *casework.SharedFile) { *at(f, cases.FromReporter, 4) = *at(far, cases.FromReporter, 4) }, []string{"reporter 4 doc_not_reporter"}},
		"an answer of another case": {func(f *casework.SharedFile) { *at(f, cases.FromUnit, 1) = *at(far, cases.FromUnit, 1) }, []string{"unit 1 doc_damaged"}},
		"a note of another case":    {func(f *casework.SharedFile) { *at(f, cases.Inside, 1) = *at(far, cases.Inside, 1) }, []string{"inside 1 doc_damaged", "inside 2 chain_prev"}},
		"all of another case": {func(f *casework.SharedFile) { f.Docs = slices.Clone(far.Docs) },
			append(append([]string{"reporter 1 doc_damaged"}, without...), "unit 1 doc_damaged", "inside 1 doc_damaged", "inside 2 doc_damaged")},
		"a letter as the office's": {func(f *casework.SharedFile) { at(f, cases.FromReporter, 2).Chain = cases.FromUnit },
			[]string{"unit 2 doc_forged", "unit 1 chain_order"}},
		"a note as the reporter's": {func(f *casework.SharedFile) { at(f, cases.Inside, 1).Chain = cases.FromReporter },
			[]string{"reporter 1 chain_order"}},
		"an answer as a note": {func(f *casework.SharedFile) { at(f, cases.FromUnit, 1).Chain = cases.Inside },
			[]string{"inside 1 doc_damaged", "inside 1 chain_order", "inside 2 chain_prev"}},
		"the report as the office's": {func(f *casework.SharedFile) { at(f, cases.FromReporter, 1).Chain = cases.FromUnit },
			append(append([]string{"unit 1 doc_forged"}, without...), "unit 1 chain_order")},
		"their note as the case's own":                    {func(f *casework.SharedFile) { at(f, cases.Inside, 2).Unit = "unit-1"; f.Offices = nil }, []string{"inside 2 doc_forged"}},
		"their note as the case's own, with their roster": {func(f *casework.SharedFile) { at(f, cases.Inside, 2).Unit = "unit-1" }, []string{"inside 2 doc_damaged"}},
		"their note as a third's":                         {func(f *casework.SharedFile) { at(f, cases.Inside, 2).Unit = "unit-3"; f.Offices = []id.Unit{"unit-3"} }, []string{"inside 2 doc_forged"}},
		"no roster of theirs":                             {func(f *casework.SharedFile) { f.Offices = nil }, []string{"inside 2 doc_forged"}},
		"a note of nobody's office": {func(f *casework.SharedFile) {
			*at(f, cases.Inside, 2), f.Offices = o.nobodys(whole, at(f, cases.Inside, 2).ID), []id.Unit{"unit-9"}
		}, []string{"inside 2 doc_forged"}},
		"the sealed bytes missing": {func(f *casework.SharedFile) { at(f, cases.FromUnit, 1).Body = nil }, []string{"unit 1 doc_damaged"}},
		"the original's header":    {func(f *casework.SharedFile) { at(f, cases.FromUnit, 1).Body = g.original(cases.FromUnit, 1) }, []string{"unit 1 doc_other_key"}},
		"cut":                      {func(f *casework.SharedFile) { d := at(f, cases.FromUnit, 1); d.Body = d.Body[:len(d.Body)-1] }, []string{"unit 1 doc_damaged"}},
		"nothing given":            {func(f *casework.SharedFile) { f.Docs = nil }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			here := o
			here.T = t
			f := *whole
			f.Docs = slices.Clone(whole.Docs)
			c.bend(&f)
			if got := here.reads(&f); !slices.Equal(got, c.doubts) {
				t.Errorf("doubts %q, want %q", got, c.doubts)
			}
		})
	}
}

// original is a document as the case's own office has it.
func (g gift) original(chain cases.Chain, seq int) []byte {
	g.Helper()
	c, err := g.zhao.Open(g.Context(), g.number)
	if err != nil {
		g.Fatal(err)
	}
	return c.Chains[chain][seq-1].Body
}

// invents is a report that a server writes to itself: nobody but the list says that it is not the first.
func (o twoOffices) invents(f *casework.SharedFile, keys *seal.MailboxKeys) casework.SealedDoc {
	o.Helper()
	unit := o.w.Key(o.T, "unit-2").Age
	honest, err := seal.OpenDocument(f.Docs[0].Body, unit)
	if err != nil {
		o.Fatal(err)
	}
	var body seal.Report
	if err := seal.DecodeBody(honest.Document, &body); err != nil {
		o.Fatal(err)
	}
	body.Mailbox, body.What = keys.Public(), forgedWords
	d := honest.Document
	d.ID = id.NewDoc().String()
	b := bender{T: o.T, w: o.w}
	out := f.Docs[0]
	out.Body = b.seal(b.plain(d, &body, func(s string) string { return s }, seal.Signer{Role: seal.RoleReporter, Key: keys.Sign}), unit)
	out.Hash = sha256.Sum256(out.Body)
	if err := out.ID.UnmarshalText([]byte(d.ID)); err != nil {
		o.Fatal(err)
	}
	return out
}

// nobodys is the second note, by a member of the case's office who writes for an office that has no roster.
func (o twoOffices) nobodys(f *casework.SharedFile, doc id.Doc) casework.SealedDoc {
	o.Helper()
	first, out := f.Docs[len(f.Docs)-2], f.Docs[len(f.Docs)-1]
	d := seal.Document{
		Instance: o.w.Dir.Instance, Kind: seal.KindNote, Case: f.Case.ID.String(), Chain: seal.ChainInside, ID: doc.String(), Seq: 2, Prev: hex.EncodeToString(first.Hash[:]),
		Unit: "unit-9", Day: o.w.Casework.Today().String(), Author: seal.Author{Role: seal.RoleMember, ID: "gao"},
	}
	b := bender{T: o.T, w: o.w}
	out.Unit = "unit-9"
	out.Body = b.seal(b.plain(d, &seal.Note{Text: forgedWords}, func(s string) string { return s }, seal.Signer{Role: seal.RoleMember, Key: o.ours.Sign}), o.w.Key(o.T, "unit-2").Age)
	return out
}
