package terminal_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// bender makes documents that no program of ours writes, and case files that hold them.
type bender struct {
	*testing.T
	w *apptest.World
	f *casework.File
}

// plain is a signed document whose JSON was changed before it was signed again.
func (b bender) plain(d seal.Document, body seal.Body, change func(doc string) string, signers ...seal.Signer) []byte {
	b.Helper()
	raw, err := seal.EncodeBody(body)
	if err != nil {
		b.Fatal(err)
	}
	d.Body = raw
	honest, err := seal.SignDocument(d, seal.FloorMessage, signers...)
	if err != nil {
		b.Fatal(err)
	}
	var env struct {
		V    int              `json:"v"`
		Doc  string           `json:"doc"`
		Sigs []map[string]any `json:"sigs"`
	}
	if err := json.Unmarshal(honest, &env); err != nil {
		b.Fatal(err)
	}
	if env.Doc = change(env.Doc); env.Doc == "" {
		b.Fatal("nothing left")
	}
	for i, s := range signers {
		env.Sigs[i]["sig"] = base64.RawURLEncoding.EncodeToString(ed25519.Sign(s.Key, []byte("clarion/document/v1\n"+env.Doc)))
	}
	out, err := json.Marshal(env)
	if err != nil {
		b.Fatal(err)
	}
	return out
}

func (b bender) seal(plain []byte, to ...*seal.Identity) []byte {
	b.Helper()
	var recipients []seal.Recipient
	for _, i := range to {
		recipients = append(recipients, i.Recipient())
	}
	sealed, err := seal.Seal(plain, recipients...)
	if err != nil {
		b.Fatal(err)
	}
	return sealed
}

// with is the case file with one more document at the end of a chain.
func (b bender) with(d seal.Document, sealed []byte) *casework.File {
	b.Helper()
	f := *b.f
	f.Chains = maps.Clone(b.f.Chains)
	row := store.Doc{Chain: cases.Chain(d.Chain), Seq: d.Seq, Kind: string(d.Kind), Unit: id.Unit(d.Unit), Day: b.f.Case.Day, Hash: sha256.Sum256(sealed)}
	if err := row.ID.UnmarshalText([]byte(d.ID)); err != nil {
		b.Fatal(err)
	}
	f.Chains[row.Chain] = append(slices.Clone(f.Chains[row.Chain]), casework.SealedDoc{Doc: row, Body: sealed})
	return &f
}

// opened opens a bent case at the terminal, and keeps it for the browser.
func (b bender) opened(f *casework.File) (*terminal.Opened, error) {
	b.Helper()
	o, err := opener(b.T, b.w).Open(f)
	alike(b.T, b.w, f, o, err)
	return o, err
}

// bent starts a case with a report, a letter and an answer.
func bent(t *testing.T) (b bender, number, code string) {
	t.Helper()
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(noon)})
	number, code = report(t, w, "What I saw.")
	letter(t, w.Session(t, "chen", "unit-1"), number, terminal.Letter{Text: "The first."})
	answer(t, w, code, "An answer.")
	return bender{t, w, fileOf(t, w, number)}, number, code
}

func fileOf(t *testing.T, w *apptest.World, number string) *casework.File {
	t.Helper()
	f, err := w.Casework.Open(t.Context(), w.Session(t, "chen", "unit-1").Who, number)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func replace(old, with string) func(string) string {
	return func(doc string) string {
		if strings.Count(doc, old) != 1 {
			return ""
		}
		return strings.Replace(doc, old, with, 1)
	}
}

// TestBentDocuments: a document that no reader of the format accepts, or that belongs elsewhere, is a doubt. It hides nothing else,
// and its words are not shown.
func TestBentDocuments(t *testing.T) {
	t.Parallel()
	b, number, _ := bent(t)
	unit, chen := b.w.Key(t, "unit-1"), seal.Signer{Role: seal.RoleMember, Key: b.w.Key(t, "chen").Sign}
	o, err := b.w.Session(t, "chen", "unit-1").Open(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	frame := (&forger{t, b.w, o}).next(seal.KindNote, "chen")
	text := `"text":"` + forgedWords + `"`
	for name, c := range map[string]struct {
		change func(string) string
		doubt  string
	}{
		"honest":             {func(s string) string { return s }, ""},
		"prototype":          {replace(text, `"__proto__":{"text":"x"},`+text), "terminal.doc_damaged"},
		"prototype alone":    {replace(text, `"__proto__":{"text":"x"}`), "terminal.doc_damaged"},
		"constructor":        {replace(text, `"constructor":"x",`+text), "terminal.doc_damaged"},
		"a field twice":      {replace(text, `"text":"a",`+text), "terminal.doc_damaged"},
		"a kind twice":       {replace(`"kind":"note"`, `"kind":"note","kind":"note"`), "terminal.doc_damaged"},
		"deep":               {replace(text, `"files":`+strings.Repeat("[", 40)+strings.Repeat("]", 40)+`,`+text), "terminal.doc_damaged"},
		"very deep":          {replace(text, `"files":`+strings.Repeat("[", 100000)+strings.Repeat("]", 100000)+`,`+text), "terminal.doc_damaged"},
		"null":               {replace(text, `"text":null`), "terminal.doc_damaged"},
		"a number":           {replace(text, `"text":1`), "terminal.doc_damaged"},
		"a list":             {replace(`"body":{`+text+`}`, `"body":[]`), "terminal.doc_damaged"},
		"no field":           {replace(text, ``), ""},
		"another field":      {replace(text, `"template":"",`+text), "terminal.doc_damaged"},
		"file without a key": {replace(text, text+`,"files":[{"blob":"`+strings.Repeat("a", 26)+`"}]`), "terminal.doc_damaged"},
		"unknown kind":       {replace(`"kind":"note"`, `"kind":"gossip"`), "terminal.doc_damaged"},
		"kind of an object":  {replace(`"kind":"note"`, `"kind":"toString"`), "terminal.doc_damaged"},
		"another kind":       {replace(`"kind":"note"`, `"kind":"title"`), "terminal.doc_damaged"},
		"another chain":      {replace(`"chain":"inside"`, `"chain":"unit"`), "terminal.doc_damaged"},
		"another id":         {replace(frame.ID, id.NewDoc().String()), "terminal.doc_damaged"},
		"another author":     {replace(`"id":"chen"`, `"id":"zhao"`), "terminal.doc_forged"},
		"author of nowhere":  {replace(`"id":"chen"`, `"id":"constructor"`), "terminal.doc_forged"},
		"a reporter's":       {replace(`"role":"member","id":"chen"`, `"role":"reporter","id":""`), "terminal.doc_damaged"},
		"before the roster":  {replace(`"day":"`+frame.Day, `"day":"2020-01-01`), "terminal.doc_forged"},
		"a day to come":      {replace(`"day":"`+frame.Day, `"day":"2099-01-01`), ""},
		"another case":       {replace(frame.Case, id.NewCase().String()), "terminal.chain_case"},
		"another place":      {replace(`"instance":"`+frame.Instance, `"instance":"elsewhere`), "terminal.chain_instance"},
		"another unit":       {replace(`"unit":"unit-1"`, `"unit":"unit-2"`), "terminal.doc_forged"},
		"a gap":              {replace(`"seq":1,"prev":""`, `"seq":2,"prev":"`+strings.Repeat("ab", 32)+`"`), "terminal.chain_gap"},
	} {
		sealed := b.seal(b.plain(frame, &seal.Note{Text: forgedWords}, c.change, chen), unit.Age)
		b.judge(name, frame, sealed, c.doubt)
	}
	sealed := b.seal(b.plain(frame, &seal.Note{Text: forgedWords}, func(s string) string { return s }, chen), unit.Age)
	intro := len("age-encryption.org/v1\n")
	stanza, rest := sealed[intro:intro+1557], sealed[intro+1557:]
	for name, c := range map[string]struct {
		sealed []byte
		doubt  string
	}{
		"a thousand stanzas":  {slices.Concat(sealed[:intro], bytes.Repeat(stanza, 1000), rest), "terminal.doc_damaged"},
		"a stanza of another": {slices.Concat(sealed[:intro], []byte("-> X25519 abc\ndef\n"), stanza, rest), "terminal.doc_damaged"},
		"nothing":             {nil, "terminal.doc_damaged"},
		"in clear":            {b.plain(frame, &seal.Note{Text: forgedWords}, func(s string) string { return s }, chen), "terminal.doc_damaged"},
		"cut":                 {sealed[:len(sealed)-1], "terminal.doc_damaged"},
		"too large":           {bytes.Repeat(sealed, seal.MaxSealed/len(sealed)+1), "terminal.doc_damaged"},
		"another office's":    {b.seal([]byte("x"), b.w.Key(t, "unit-2").Age), "terminal.doc_other_key"},
		"words alone":         {b.seal([]byte(forgedWords), unit.Age), "terminal.doc_damaged"},
	} {
		b.judge(name, frame, c.sealed, c.doubt)
	}
}

// judge opens the case with one more document and looks for its doubt, and for everything else beside it.
func (b bender) judge(name string, frame seal.Document, sealed []byte, doubt string) {
	b.Helper()
	o, err := b.opened(b.with(frame, sealed))
	if err != nil {
		b.Errorf("%s: %v", name, err)
		return
	}
	inside := o.Items[cases.Inside]
	if len(o.Items[cases.FromReporter]) != 2 || len(o.Items[cases.FromUnit]) != 1 || len(inside) != 1 || o.Items[cases.FromUnit][0].Signed == nil {
		b.Errorf("%s: something else is not shown", name)
		return
	}
	switch shown := inside[0].Signed != nil; {
	case doubt == "" && (!shown || len(o.Doubts) > 0):
		b.Errorf("%s: not shown, doubts %v", name, o.Doubts)
	case doubt != "" && (shown || len(o.Doubts) != 1 || o.Doubts[0].Key != doubt):
		b.Errorf("%s: shown %v, doubts %v, want %s", name, shown, o.Doubts, doubt)
	}
}

// report is the case's first document as its sender signed it, and their key.
func (b bender) report(code string) (first *seal.Signed, body seal.Report, keys *seal.MailboxKeys) {
	b.Helper()
	keys, err := seal.DeriveMailbox(b.w.Dir.Instance, code)
	if err != nil {
		b.Fatal(err)
	}
	if first, err = seal.OpenDocument(b.f.Chains[cases.FromReporter][0].Body, b.w.Key(b.T, "unit-1").Age); err != nil {
		b.Fatal(err)
	}
	if err := seal.DecodeBody(first.Document, &body); err != nil {
		b.Fatal(err)
	}
	return first, body, keys
}

// TestBentReports: a report that cannot be believed is refused with the rest of its case.
func TestBentReports(t *testing.T) {
	t.Parallel()
	b, _, code := bent(t)
	first, body, keys := b.report(code)
	unit := b.w.Key(t, "unit-1")
	reporter := seal.Signer{Role: seal.RoleReporter, Key: keys.Sign}
	_, strange := strangers(t)
	for name, c := range map[string]struct {
		change func(string) string
		signer seal.Signer
		to     *seal.Identity
		fails  string
	}{
		"honest":             {func(s string) string { return s }, reporter, unit.Age, ""},
		"prototype":          {replace(`"what":`, `"__proto__":{},"what":`), reporter, unit.Age, "terminal.report_damaged"},
		"of another unit":    {replace(`"prev":"","unit":"unit-1"`, `"prev":"","unit":"unit-2"`), reporter, unit.Age, "terminal.report_damaged"},
		"to another unit":    {func(s string) string { return s }, reporter, b.w.Key(t, "unit-2").Age, "terminal.other_key"},
		"signed by another":  {func(s string) string { return s }, seal.Signer{Role: seal.RoleReporter, Key: strange}, unit.Age, "terminal.report_unsigned"},
		"signed as a member": {func(s string) string { return s }, seal.Signer{Role: seal.RoleMember, Key: keys.Sign}, unit.Age, "terminal.report_unsigned"},
		"without keys":       {replace(`"auth":"`+body.Mailbox.Auth+`","recipient":"`+body.Mailbox.Recipient+`","sign":"`+body.Mailbox.Sign+`"`, `"auth":"","recipient":"","sign":""`), reporter, unit.Age, "terminal.report_unsigned"},
	} {
		f := *b.f
		f.Chains = maps.Clone(b.f.Chains)
		f.Chains[cases.FromReporter] = slices.Clone(f.Chains[cases.FromReporter])
		row := &f.Chains[cases.FromReporter][0]
		row.Body = b.seal(b.plain(first.Document, &body, c.change, c.signer), c.to)
		row.Hash = sha256.Sum256(row.Body)
		o, err := b.opened(&f)
		if c.fails != "" {
			if e, ok := errs.Public(err); !ok || e.Key != c.fails {
				t.Errorf("%s: %v, want %s", name, err, c.fails)
			}
			continue
		}
		// The answer continues the report that was sent, not the one that was sealed again.
		if err != nil || len(o.Doubts) != 1 || o.Doubts[0].Key != "terminal.chain_prev" {
			t.Errorf("%s: %v, %+v", name, err, o)
		}
	}
}

// TestKeysOfTheReporter: letters go to the keys inside the seal and follow the reporter's own change of code. Keys that came with a
// number are named, and a document under them does not move where letters go.
func TestKeysOfTheReporter(t *testing.T) {
	t.Parallel()
	b, number, code := bent(t)
	m, err := b.w.Intake.OpenMailbox(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	next, _, err := b.w.Intake.Recode(t.Context(), m, b.w.Intake.NewToken(), false)
	if err != nil {
		t.Fatal(err)
	}
	answer(t, b.w, next, "With the new code.")
	b.f = fileOf(t, b.w, number)
	keysOf := func(code string) *seal.MailboxKeys {
		k, err := seal.DeriveMailbox(b.w.Dir.Instance, code)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	row := func(k *seal.MailboxKeys) store.Mailbox {
		return store.Mailbox{Sign: [32]byte(k.Sign.Public().(ed25519.PublicKey)), Recipient: k.Age.Recipient().String()}
	}
	number2, server := seal.NewDigits(), seal.NewDigits()
	o, err := b.opened(b.f)
	if err != nil || len(o.Doubts) > 0 || len(o.Items[cases.FromReporter]) != 4 {
		t.Fatalf("after a change of code: %v, %+v", err, o.Doubts)
	}
	frame := (&forger{t, b.w, o}).next(seal.KindMessage, "")
	frame.Author = seal.Author{Role: seal.RoleReporter}
	rekey := frame
	rekey.Kind = seal.KindRekey
	unit := b.w.Key(t, "unit-1").Age
	same := func(s string) string { return s }
	by := func(code string) seal.Signer { return seal.Signer{Role: seal.RoleReporter, Key: keysOf(code).Sign} }
	message := func(code string) []byte {
		return b.seal(b.plain(frame, &seal.Message{Text: "More."}, same, by(code)), unit)
	}
	change := func(from, to string) []byte {
		return b.seal(b.plain(rekey, &seal.Rekey{Mailbox: keysOf(to).Public()}, same, by(from)), unit)
	}
	for name, c := range map[string]struct {
		d       seal.Document
		sealed  []byte
		mailbox string
		first   string
		doubts  []string
	}{
		"the new key":                {frame, message(next), next, "", nil},
		"the old key":                {frame, message(code), next, "", []string{"terminal.doc_not_reporter"}},
		"a server's key":             {frame, message(server), next, "", []string{"terminal.doc_not_reporter"}},
		"a key of a number":          {frame, message(number2), next, number2, []string{"terminal.doc_vouched"}},
		"a mailbox of a number":      {frame, message(number2), number2, number2, []string{"terminal.doc_vouched", "terminal.mailbox_vouched"}},
		"a mailbox of the server":    {frame, message(next), server, number2, []string{"terminal.mailbox_swapped"}},
		"the mailbox before":         {frame, message(next), code, "", []string{"terminal.mailbox_swapped"}},
		"another change of code":     {rekey, change(next, server), server, "", nil},
		"a change not followed":      {rekey, change(next, server), next, "", []string{"terminal.mailbox_swapped"}},
		"a change by the old key":    {rekey, change(code, server), next, "", []string{"terminal.doc_not_reporter"}},
		"a change by a number's key": {rekey, change(number2, server), next, number2, []string{"terminal.doc_vouched"}},
		"no mailbox":                 {frame, message(next), "", "", nil},
	} {
		f := b.with(c.d, c.sealed)
		f.Mailbox, f.FirstKeys = nil, nil
		if c.mailbox != "" {
			m := row(keysOf(c.mailbox))
			f.Mailbox = &m
		}
		if c.first != "" {
			f.FirstKeys = []store.Mailbox{row(keysOf(c.first))}
		}
		o, err := b.opened(f)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, d := range o.Doubts {
			got = append(got, d.Key)
		}
		if !slices.Equal(got, c.doubts) {
			t.Errorf("%s: doubts %v, want %v", name, got, c.doubts)
		}
	}
}
