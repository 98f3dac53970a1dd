package terminal_test

import (
	"crypto/sha256"
	"maps"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/seal"
)

// TestTypedReports: a report that somebody of the office's entry wrote down is read as theirs. Nobody else's signature takes its place, and
// what came over the web or names keys is the reporter's to sign.
func TestTypedReports(t *testing.T) {
	t.Parallel()
	b, _, code := bent(t)
	gao, tang := b.w.NewKey(t, "gao"), b.w.NewKey(t, "tang")
	b.w.HireAll(t, "unit-1", apptest.Recruit{Member: "gao", Roles: []string{"intake"}, Key: gao})
	b.w.HireAll(t, "unit-2", apptest.Recruit{Member: "tang", Roles: []string{"intake"}, Key: tang})
	first, body, keys := b.report(code)
	unit := b.w.Key(t, "unit-1")
	by := func(k *seal.KeyFile) seal.Signer { return seal.Signer{Role: seal.RoleMember, Key: k.Sign} }
	author := func(who string) func(*seal.Document, *seal.Report) {
		return func(d *seal.Document, _ *seal.Report) { d.Author = seal.Author{Role: seal.RoleMember, ID: who} }
	}
	same := func(*seal.Document, *seal.Report) {}
	for name, c := range map[string]struct {
		change  func(*seal.Document, *seal.Report)
		signers []seal.Signer
		fails   string
	}{
		"typed":                 {same, []seal.Signer{by(gao)}, ""},
		"by triage":             {author("chen"), []seal.Signer{by(b.w.Key(t, "chen"))}, "terminal.report_unsigned"},
		"in a colleague's name": {author("chen"), []seal.Signer{by(gao)}, "terminal.report_unsigned"},
		"of another office":     {author("tang"), []seal.Signer{by(tang)}, "terminal.report_unsigned"},
		"by nobody listed":      {author("mallory"), []seal.Signer{by(tang)}, "terminal.report_unsigned"},
		"by two":                {same, []seal.Signer{by(gao), {Role: seal.RoleReporter, Key: keys.Sign}}, "terminal.report_unsigned"},
		"of the web":            {func(_ *seal.Document, r *seal.Report) { r.Via = "web" }, []seal.Signer{by(gao)}, "terminal.report_unsigned"},
		"with keys":             {func(_ *seal.Document, r *seal.Report) { r.Mailbox = keys.Public() }, []seal.Signer{by(gao)}, "terminal.report_unsigned"},
		"as the reporter":       {func(d *seal.Document, _ *seal.Report) { d.Author = seal.Author{Role: seal.RoleReporter} }, []seal.Signer{by(gao)}, "terminal.report_unsigned"},
		"from before the clerk": {func(d *seal.Document, _ *seal.Report) { d.Day = "2026-01-06" }, []seal.Signer{by(gao)}, "terminal.report_unsigned"},
	} {
		d, r := first.Document, body
		author("gao")(&d, &r)
		r.Via, r.Mailbox = "phone", seal.Mailbox{}
		c.change(&d, &r)
		f := *b.f
		f.Case.Via, f.Mailbox = cases.Via(r.Via), nil
		f.Chains = maps.Clone(b.f.Chains)
		f.Chains[cases.FromReporter] = slices.Clone(f.Chains[cases.FromReporter])[:1]
		row := &f.Chains[cases.FromReporter][0]
		row.Body = b.seal(b.plain(d, &r, func(s string) string { return s }, c.signers...), unit.Age)
		row.Hash = sha256.Sum256(row.Body)
		o, err := b.opened(&f)
		if c.fails != "" {
			if e, ok := errs.Public(err); !ok || e.Key != c.fails {
				t.Errorf("%s: %v, want %s", name, err, c.fails)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		item := o.Items[cases.FromReporter][0]
		if len(o.Doubts) > 0 || item.Author != "gao" || !strings.Contains(string(item.Signed.Raw), "What I saw.") || o.Report.Via != "phone" {
			t.Errorf("%s: %+v, %+v", name, o.Doubts, item.Author)
		}
	}
}
