package reporter_test

import (
	"encoding/json"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/reporter"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// pickedUp gives a case that has no mailbox any more a new one, by a pick-up number.
func (p *place) pickedUp(caseID string) *reporter.Mailbox {
	p.t.Helper()
	c, err := id.ParseCase(caseID)
	if err != nil {
		p.t.Fatal(err)
	}
	number, err := p.Intake.IssueFirstCode(p.t.Context(), c, store.FirstPickUp)
	if err != nil {
		p.t.Fatal(err)
	}
	code := seal.NewDigits()
	keys, err := seal.DeriveMailbox(p.Dir.Instance, code)
	if err != nil {
		p.t.Fatal(err)
	}
	body, err := json.Marshal(map[string]any{"code": number, "next": keys.Public()})
	if err != nil {
		p.t.Fatal(err)
	}
	p.NewBrowser(p.t).Post("/zh/api/exchange", "application/json", body).Want(200)
	return p.open(code)
}

// TestWaiting: a letter from before the mailbox is no doubt, and hinders neither an answer nor a new code; a gap
// before it is one.
func TestWaiting(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		code := p.sent("x")
		caseID, m := p.caseOf(code), p.open(code)
		p.letter(p.Session(t, "chen", "unit-1"), p.list(m, nil).Number, "words")
		if err := m.Close(ctx); err != nil {
			t.Fatal(err)
		}
		m = p.pickedUp(caseID)
		heads := &reporter.Heads{}
		l := p.list(m, heads)
		if len(l.Doubts) > 0 || len(l.Letters) != 1 || !l.Letters[0].Waiting || heads.Unit.Seq != 1 {
			t.Fatalf("doubts %v, heads %+v", l.Doubts, heads)
		}
		if err := m.Answer(ctx, l, "answer", nil); err != nil {
			t.Error(err)
		}
		next, _, err := m.Recode(ctx, l, false)
		if err != nil {
			t.Fatal(err)
		}
		m = p.open(next)
		if l := p.list(m, heads); len(l.Doubts) > 0 || !l.Letters[0].Waiting {
			t.Errorf("with the new code: %v", l.Doubts)
		}
		for name, c := range map[string]lie{
			"a letter before it dropped":      {func(d []map[string]any) []map[string]any { d[len(d)-1]["seq"] = 2; return d }, "reporter.doubt_gap"},
			"a letter here without its words": {func(d []map[string]any) []map[string]any { d[len(d)-1]["item"] = 1; return d }, "reporter.doubt_damaged"},
			"one that follows it":             {p.follows(next, caseID), ""},
			"one that follows another":        {p.follows(next, id.NewCase().String()), "reporter.doubt_moved"},
		} {
			p.bend("/mailbox/list", docs(t, c.lie))
			l := p.list(m, nil)
			p.straight()
			if len(l.Doubts) != 1 && c.key != "" || len(l.Doubts) > 0 && l.Doubts[0].Key != c.key {
				t.Errorf("%s: %v, want %q", name, l.Doubts, c.key)
			}
		}
	})
}

// follows puts a letter of the unit after the last of a list.
func (p *place) follows(code, caseID string) func([]map[string]any) []map[string]any {
	return func(d []map[string]any) []map[string]any {
		last := d[len(d)-1]
		doc := seal.Document{Instance: p.Dir.Instance, Kind: seal.KindReply, Case: caseID, Chain: seal.ChainUnit, ID: id.NewDoc().String(), Seq: 2,
			Prev: last["hash"].(string), Unit: "unit-1", Day: last["day"].(string), Author: seal.Author{Role: seal.RoleUnit, ID: "unit-1"}}
		doc.Body, _ = seal.EncodeBody(&seal.Reply{Text: "words"})
		sealed := p.unitSigns(code, p.Key(p.t, "unit-1").Sign, doc)
		return append(d, map[string]any{"item": 1, "doc": doc.ID, "chain": "unit", "kind": "reply", "seq": 2, "day": doc.Day, "unit": doc.Unit,
			"hash": seal.SealedHash(sealed), "sealed": sealed})
	}
}

// TestResealed: a letter that the office sealed to the mailbox later is read, and one that the server says was is still checked.
func TestResealed(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		code := p.sent("x")
		caseID, m := p.caseOf(code), p.open(code)
		chen := p.Session(t, "chen", "unit-1")
		number := p.list(m, nil).Number
		p.letter(chen, number, "words")
		if err := m.Close(ctx); err != nil {
			t.Fatal(err)
		}
		m = p.pickedUp(caseID)
		f, err := p.Casework.Open(ctx, chen.Who, number)
		if err != nil {
			t.Fatal(err)
		}
		doc := f.Chains[cases.FromUnit][0]
		plain, err := seal.Open(doc.Body, p.Key(t, "unit-1").Age)
		if err != nil {
			t.Fatal(err)
		}
		to, err := seal.ParseRecipient(f.Mailbox.Recipient)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := seal.Seal(plain, to)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Casework.Reseal(ctx, chen.Who, number, f.Mailbox.Recipient, []casework.Copy{{Doc: doc.ID.String(), Sealed: sealed}}); err != nil {
			t.Fatal(err)
		}
		if l := p.list(m, nil); len(l.Doubts) > 0 || len(l.Letters) != 1 || l.Letters[0].Waiting || l.Letters[0].Text == "" {
			t.Errorf("doubts %v, letters %+v", l.Doubts, l.Letters)
		}
		p.bend("/mailbox/list", docs(t, func(d []map[string]any) []map[string]any { delete(d[len(d)-1], "copied"); return d }))
		if l := p.list(m, nil); len(l.Doubts) != 1 || l.Doubts[0].Key != "reporter.doubt_damaged" {
			t.Errorf("bytes that are not those of the hash, unexplained: %v", l.Doubts)
		}
		p.straight()
	})
}
