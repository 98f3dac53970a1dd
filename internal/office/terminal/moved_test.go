package terminal_test

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
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

// TestBentHandover bends a case that another office has now: what the server says of it, and what somebody of the former office or of none
// would add. Terminal and browser must doubt the same.
func TestBentHandover(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(noon)})
	ctx := t.Context()
	number, code := report(t, w, "What I saw.")
	chen, zhao, wu := w.Session(t, "chen", "unit-1"), w.Session(t, "zhao", "unit-1"), w.Session(t, "wu", "unit-2")
	letter(t, chen, number, terminal.Letter{Text: "The first."})
	for _, text := range []string{"goes along", "stays"} {
		if err := chen.Keep(ctx, number, &seal.Note{Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	o, err := zhao.Open(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	first := o.Items[cases.Inside][0].ID
	for _, step := range []func() error{
		func() error { return zhao.Share(ctx, number, "unit-2", o.Items[cases.FromReporter][0].ID) },
		func() error { return zhao.Casework.OfferLead(ctx, zhao.Who, number, "unit-2") },
		func() error { return wu.Casework.TakeLead(ctx, wu.Who, number) },
		func() error { return zhao.PassLead(ctx, number, "unit-2", "It is their door.", first) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	answer(t, w, code, "An answer.")
	letter(t, w.Session(t, "chen", "unit-2"), number, terminal.Letter{Text: "We go on with it."})
	if err := wu.Keep(ctx, number, &seal.Title{Text: "ours"}); err != nil {
		t.Fatal(err)
	}
	f, err := w.Casework.Open(ctx, wu.Who, number)
	if err != nil {
		t.Fatal(err)
	}
	set, err := w.Keys.Set()
	if err != nil {
		t.Fatal(err)
	}
	judge := func(f *casework.File) (*terminal.Opened, error) {
		t.Helper()
		own, err := w.Casework.Rosters(ctx, f.Case.Unit)
		if err != nil {
			t.Fatal(err)
		}
		others, err := w.Casework.RostersOf(ctx, f.Offices)
		if err != nil {
			t.Fatal(err)
		}
		reader := &terminal.Opener{Keys: terminal.Keys{Unit: w.Key(t, "unit-2"), Member: w.Key(t, "wu")}, Set: set, Rosters: own, Others: others, Instance: w.Dir.Instance}
		o, err := reader.Open(f)
		alikeFor(t, w, "unit-2", f, o, err)
		return o, err
	}
	_, strange := strangers(t)
	member := func(name string) seal.Signer { return seal.Signer{Role: seal.RoleMember, Key: w.Key(t, name).Sign} }
	add := func(kind seal.Kind, unit, author string, body seal.Body, signers ...seal.Signer) func(*casework.File) {
		return func(f *casework.File) {
			chain := cases.Chain(kind.Chain())
			last := f.Chains[chain][len(f.Chains[chain])-1]
			raw, err := seal.EncodeBody(body)
			if err != nil {
				t.Fatal(err)
			}
			doc := id.NewDoc()
			d := seal.Document{Instance: w.Dir.Instance, Kind: kind, Case: f.Case.ID.String(), Chain: kind.Chain(), ID: doc.String(), Seq: last.Seq + 1, Prev: hashText(last), Unit: unit,
				Day: last.Day.String(), Author: seal.Author{Role: seal.RoleMember, ID: author}, Body: raw}
			sealed, err := seal.SealDocument(d, kind.Floor(), []seal.Recipient{w.Key(t, "unit-2").Age.Recipient()}, signers...)
			if err != nil {
				t.Fatal(err)
			}
			row := store.Doc{Chain: chain, Seq: d.Seq, ID: doc, Kind: string(kind), Unit: id.Unit(unit), Day: last.Day, Hash: sha256.Sum256(sealed)}
			f.Chains[chain] = append(f.Chains[chain], casework.SealedDoc{Doc: row, Body: sealed})
		}
	}
	at := func(chain cases.Chain, i int, change func(*casework.SealedDoc)) func(*casework.File) {
		return func(f *casework.File) { change(&f.Chains[chain][i]) }
	}
	drop := func(chain cases.Chain, i int) func(*casework.File) {
		return func(f *casework.File) { f.Chains[chain] = slices.Delete(f.Chains[chain], i, i+1) }
	}
	empty := func(d *casework.SealedDoc) { d.Withheld, d.Body = true, nil }
	on := &seal.Reply{Text: "on", Next: &seal.Next{Unit: "unit-3"}}
	for name, c := range map[string]struct {
		bend  func(*casework.File)
		doubt string
		fails string
	}{
		"honest":                           {func(*casework.File) {}, "", ""},
		"listed where it came from":        {func(f *casework.File) { f.Case.Unit, f.Offices = "unit-1", []id.Unit{"unit-2"} }, "terminal.lead_differs", ""},
		"listed where it never was":        {func(f *casework.File) { f.Case.Unit, f.Offices = "unit-3", []id.Unit{"unit-1", "unit-2"} }, "", "terminal.report_damaged"},
		"the handover left out at the end": {func(f *casework.File) { f.Chains[cases.FromUnit] = f.Chains[cases.FromUnit][:1] }, "", "terminal.report_damaged"},
		"the handover left out between":    {drop(cases.FromUnit, 1), "terminal.chain_gap", ""},
		"the handover damaged":             {at(cases.FromUnit, 1, func(d *casework.SealedDoc) { d.Body = []byte("x") }), "terminal.doc_damaged", ""},
		"the report withheld":              {at(cases.FromReporter, 0, empty), "", "terminal.report_damaged"},
		"a letter withheld":                {at(cases.FromUnit, 0, empty), "terminal.doc_damaged", ""},
		"an own title withheld":            {at(cases.Inside, 2, empty), "terminal.doc_damaged", ""},
		"given under another hash":         {at(cases.FromUnit, 0, func(d *casework.SealedDoc) { d.Hash[0]++ }), "", "terminal.report_damaged"},
		"not said to be given":             {at(cases.FromUnit, 0, func(d *casework.SealedDoc) { d.Given = false }), "", "terminal.report_damaged"},
		"the former office writes on":      {add(seal.KindReply, "unit-1", "chen", &seal.Reply{Text: "x"}, member("chen")), "terminal.chain_unit", ""},
		"the former office takes it back":  {add(seal.KindReply, "unit-1", "zhao", &seal.Reply{Text: "x", Next: &seal.Next{Unit: "unit-1"}}, member("zhao")), "terminal.chain_unit", ""},
		"the former office approves":       {add(seal.KindApproval, "unit-1", "zhao", &seal.Approval{Proposal: first.String(), Sealed: hashText(f.Chains[cases.Inside][0]), Approve: true}, member("zhao")), "terminal.chain_unit", ""},
		"the former office notes":          {add(seal.KindNote, "unit-1", "zhao", &seal.Note{Text: "x"}, member("zhao")), "", ""},
		"nobody passes it on":              {add(seal.KindReply, "unit-2", "wu", on, seal.Signer{Role: seal.RoleMember, Key: strange}), "terminal.doc_forged", ""},
		"passed on, and listed here":       {add(seal.KindReply, "unit-2", "wu", on, member("wu")), "terminal.lead_differs", ""},
	} {
		bent := *f
		bent.Chains = maps.Clone(f.Chains)
		for chain := range bent.Chains {
			bent.Chains[chain] = slices.Clone(bent.Chains[chain])
		}
		c.bend(&bent)
		o, err := judge(&bent)
		if e, _ := errs.Public(err); c.fails != "" && (e == nil || e.Key != c.fails) || c.fails == "" && err != nil {
			t.Errorf("%s: %v, want %q", name, err, c.fails)
			continue
		}
		if o == nil {
			continue
		}
		found := slices.ContainsFunc(o.Doubts, func(d terminal.Doubt) bool { return d.Key == c.doubt })
		if c.doubt == "" && len(o.Doubts) > 0 || c.doubt != "" && !found {
			t.Errorf("%s: doubts %v, want %q", name, o.Doubts, c.doubt)
		}
	}
}

func hashText(d casework.SealedDoc) string { return fmt.Sprintf("%x", d.Hash) }
