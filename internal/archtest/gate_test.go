package archtest

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// gates are the services that people of the authority call. A gate checks who asks, runs the rest and writes the audit entry; operate is
// the one of the operator's commands, and enter of those who are proving who they are. A door checks who asks and lets them look at what
// is their own, or holds nothing of a case: who looks is not written down, and nothing may be written behind it. persons are the types by
// which a use case is told who asks.
var gates = []struct {
	pkg         string
	gate, doors []string
	persons     []string
}{
	{"internal/office/casework", []string{"guarded", "guardedRead", "handOut"}, nil, []string{"*Person", "Account"}},
	{"internal/office/oversight", []string{"look", "change"}, []string{"glance"}, []string{"Who"}},
	{"internal/office/setup", []string{"changeIn", "operate"}, []string{"enter"}, []string{"Who"}},
	{"internal/office/staff", []string{"guarded", "renews", "present", "operate", "enter"}, []string{"live"}, []string{"*Session"}},
}

// ungated are use cases that take a person or touch the database and go neither way, each with the reason.
var ungated = map[string]string{
	"casework.Member":        "it is the check itself: whom the newest signed roster of an office lists with the keys of an account",
	"casework.Offices":       "as Member, for each office",
	"casework.Facts":         "as Offices, with the published list of keys, rosters, and keys that are sealed to the person",
	"casework.Counts":        "numbers of the person's own lists, for every page; they name no case, and Service.narrow decides as for the lists",
	"casework.Listen":        "says that something moved in the office, not what; the page then asks for a list, through the gate",
	"staff.SignOut":          "writes its entry itself: a session that is over is no refusal",
	"staff.KeepOwnFile":      "the person's own file, sealed to them, stands in no audit log",
	"casework.KeepDraft":     "the clerk's own words so far, sealed to them, every ten seconds; opening and handing in go through the gate",
	"casework.Entries":       "as KeepDraft: the clerk's own, sealed to them",
	"casework.ForgetEntries": "nobody asks for it: the program forgets what was never handed in",
	"casework.SignIn":        "it is the check itself, at the terminal: whose key has signed; what they then do goes through the gate",
	"casework.Roster":        "a signed list that everybody of the office has",
	"casework.Rosters":       "as Roster, all of them",
	"casework.RosterFiles":   "the same, as they were signed",
	"casework.RostersOf":     "as Roster, of several offices",
	"casework.Warn":          "nobody asks for it: the program writes the warnings of clocks down",
	"setup.Approved":         "which categories are open stands on the form",
	"setup.Missing":          "what the form waits for: the program asks before it opens it, the operator's command and the page through Draft",
	"staff.Start":            "a stranger asks for a salt and a challenge, before anybody is known; it tells nothing about accounts",
	"staff.Invitation":       "who has the link may read what it says; an unknown link is no entry, or strangers could fill the log",
	"staff.BeginEnrolment":   "as Invitation",
	"staff.Session":          "it is the check itself: whose cookie this is",
	"staff.Watching":         "as Session",
	"staff.Sweep":            "nobody asks for it: the program forgets sessions and links that are over",
	"oversight.Verify":       "walks the log in many parts, and only the end of a walk is an entry: an entry for each part would make the log grow while it is read",
}

// TestOneGate: permission check and audit entry are one function in front of every use case of the authority's people: of every exported
// method that is told who asks, or that reads or writes the database. It goes through its package's gate, or its door, itself or by a
// method of the same service.
func TestOneGate(t *testing.T) {
	t.Parallel()
	files := parse(t)
	listed := map[string]bool{}
	for _, g := range gates {
		methods := map[string]*ast.FuncDecl{}
		for _, f := range files {
			if f.pkg != g.pkg || f.test {
				continue
			}
			for _, d := range f.ast.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil && typeText(fn.Recv.List[0].Type) == "*Service" {
					methods[fn.Name.Name] = fn
				}
			}
		}
		for _, gate := range slices.Concat(g.gate, g.doors) {
			if methods[gate] == nil {
				t.Errorf("%s: there is no gate %s", g.pkg, gate)
			}
		}
		found := 0
		for name, fn := range methods {
			if !fn.Name.IsExported() || !takes(fn, g.persons) && !touches(methods, name, map[string]bool{}) {
				continue
			}
			found++
			full := strings.TrimPrefix(g.pkg, "internal/office/") + "." + name
			reason, exempt := ungated[full]
			looks := reaches(methods, name, g.doors, map[string]bool{}) && !writes(methods, name, g.gate, map[string]bool{})
			switch through := looks || reaches(methods, name, g.gate, map[string]bool{}); {
			case exempt && through:
				t.Errorf("%s goes through a gate: take it off the list (%s)", full, reason)
			case !exempt && !through:
				t.Errorf("%s goes neither through %v nor, without writing, through %v", full, g.gate, g.doors)
			}
			listed[full] = exempt
		}
		if found == 0 {
			t.Errorf("%s: no use case takes %v", g.pkg, g.persons)
		}
	}
	for full := range ungated {
		if !listed[full] {
			t.Errorf("%s is on the list and there is no such use case", full)
		}
	}
}

func typeText(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return "*" + typeText(e.X)
	case *ast.Ident:
		return e.Name
	default:
		return ""
	}
}

func takes(fn *ast.FuncDecl, persons []string) bool {
	return slices.ContainsFunc(fn.Type.Params.List, func(p *ast.Field) bool { return slices.Contains(persons, typeText(p.Type)) })
}

// reaches reports whether a method calls one of some methods of its own service, also through others of it.
func reaches(methods map[string]*ast.FuncDecl, name string, to []string, seen map[string]bool) bool {
	if slices.Contains(to, name) {
		return true
	}
	return slices.ContainsFunc(calls(methods, name, seen), func(next string) bool { return reaches(methods, next, to, seen) })
}

// touches reports whether a method opens a transaction, itself or by a method of its own service.
func touches(methods map[string]*ast.FuncDecl, name string, seen map[string]bool) bool {
	next := calls(methods, name, seen)
	return opens(methods[name], "Read", "Write") || slices.ContainsFunc(next, func(n string) bool { return touches(methods, n, seen) })
}

// opens reports whether a function itself opens one of these kinds of transaction.
func opens(fn *ast.FuncDecl, kinds ...string) (found bool) {
	if fn == nil {
		return false
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && slices.Contains(kinds, sel.Sel.Name) {
			store, ok := sel.X.(*ast.SelectorExpr)
			found = found || ok && store.Sel.Name == "Store"
		}
		return !found
	})
	return found
}

// writes reports whether a method opens a writing transaction that no gate opens.
func writes(methods map[string]*ast.FuncDecl, name string, gate []string, seen map[string]bool) bool {
	if slices.Contains(gate, name) {
		return false
	}
	next := calls(methods, name, seen)
	return opens(methods[name], "Write") || slices.ContainsFunc(next, func(n string) bool { return writes(methods, n, gate, seen) })
}

// calls are the methods of its own service that a method calls, none when it was seen before.
func calls(methods map[string]*ast.FuncDecl, name string, seen map[string]bool) (out []string) {
	fn := methods[name]
	if fn == nil || seen[name] || len(fn.Recv.List[0].Names) == 0 {
		return nil
	}
	seen[name] = true
	service := fn.Recv.List[0].Names[0].Name
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == service {
				out = append(out, sel.Sel.Name)
			}
		}
		return true
	})
	return out
}
