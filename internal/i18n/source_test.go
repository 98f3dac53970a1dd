package i18n

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
)

const root = "../.."

// use is one place that names a key. args is nil where the arguments cannot be told from the source.
type use struct {
	where, key string
	args       []string
	exact      bool // the arguments must be the placeholders, not just cover them
}

func TestEveryKeyThatIsUsedExists(t *testing.T) {
	t.Parallel()
	known := map[string]*goi18n.Message{}
	for _, byLang := range texts(t) {
		for key, m := range byLang[Default] {
			known[key] = m
		}
	}
	uses := slices.Concat(usesInGo(t), usesInTemplates(t), usesInScripts(t))
	if len(uses) < 100 {
		t.Errorf("only %d uses found: does the search still see the tree?", len(uses))
	}
	for _, u := range uses {
		m := known[u.key]
		if m == nil {
			t.Errorf("%s: key %q is not in the catalogue", u.where, u.key)
			continue
		}
		if u.args == nil {
			continue
		}
		for _, p := range placeholders(m) {
			if !slices.Contains(u.args, p) {
				t.Errorf("%s: %q needs {{.%s}}", u.where, u.key, p)
			}
		}
		for _, a := range u.args {
			if u.exact && a != "Count" && !slices.Contains(placeholders(m), a) {
				t.Errorf("%s: %q has no {{.%s}}", u.where, u.key, a)
			}
		}
	}
}

// TestNoTextOfOurPagesIsUnused keeps the two areas that only templates and their views use free of old texts.
func TestNoTextOfOurPagesIsUnused(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, u := range slices.Concat(usesInGo(t), usesInTemplates(t), usesInScripts(t)) {
		used[u.key] = true
	}
	for _, area := range []string{"ui", "site", "page"} {
		for key := range texts(t)[area][Default] {
			if !used[key] {
				t.Errorf("%s is used nowhere", key)
			}
		}
	}
}

func walk(t *testing.T, ext string, visit func(path string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || d.Name() == ".git") {
			return filepath.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(path, ext) {
			visit(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// usesInGo finds errs.New(kind, "key", args), errs.Wrap(kind, "key", args, cause) and x.T("key", args).
func usesInGo(t *testing.T) (out []use) {
	t.Helper()
	walk(t, ".go", func(path string) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Errorf("%v", err)
			return
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			at, ok := keyArg(call)
			if !ok || at >= len(call.Args) {
				return true
			}
			key, ok := literal(call.Args[at])
			if !ok {
				return true
			}
			u := use{where: fset.Position(call.Pos()).String(), key: key}
			if at+1 < len(call.Args) {
				u.args = argNames(call.Args[at+1])
			}
			out = append(out, u)
			return true
		})
	})
	return out
}

// scriptUse is t("key", { Name: … }) in a page's script.
var scriptUse = regexp.MustCompile(`\bt\("([a-z0-9_.]+)"(?:, \{([^}]*)\})?`)

func usesInScripts(t *testing.T) (out []use) {
	t.Helper()
	walk(t, ".ts", func(path string) {
		if !strings.Contains(filepath.ToSlash(path), "/script/") {
			return
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
			return
		}
		for _, m := range scriptUse.FindAllStringSubmatch(string(b), -1) {
			u := use{where: path, key: m[1], args: []string{}, exact: true}
			for _, pair := range strings.Split(m[2], ",") {
				if name, _, ok := strings.Cut(pair, ":"); ok {
					u.args = append(u.args, strings.TrimSpace(name))
				}
			}
			out = append(out, u)
		}
	})
	if len(out) < 50 {
		t.Errorf("only %d uses found in scripts", len(out))
	}
	return out
}

func keyArg(call *ast.CallExpr) (at int, ok bool) {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return 0, false
	}
	if x, isIdent := sel.X.(*ast.Ident); isIdent && x.Name == "errs" && (sel.Sel.Name == "New" || sel.Sel.Name == "Wrap") {
		return 1, true
	}
	return 0, sel.Sel.Name == "T"
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

func argNames(e ast.Expr) []string {
	if id, ok := e.(*ast.Ident); ok && id.Name == "nil" {
		return []string{}
	}
	lit, ok := e.(*ast.CompositeLit)
	if !ok {
		return nil
	}
	names := []string{}
	for _, el := range lit.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if !ok {
			return nil
		}
		name, ok := literal(kv.Key)
		if !ok {
			return nil
		}
		names = append(names, name)
	}
	return names
}

// usesInTemplates finds {{t "key" "Name" value …}} and {{th "key" …}}.
func usesInTemplates(t *testing.T) (out []use) {
	t.Helper()
	walk(t, ".html", func(path string) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		tree := parse.New(path)
		tree.Mode = parse.SkipFuncCheck
		set := map[string]*parse.Tree{}
		if _, err := tree.Parse(string(b), "", "", set); err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		set[path] = tree
		for _, tr := range set {
			if tr.Root == nil {
				continue
			}
			commands(tr.Root, func(c *parse.CommandNode) {
				if u, ok := useInCommand(path, c); ok {
					out = append(out, u)
				}
			})
		}
	})
	return out
}

func useInCommand(path string, c *parse.CommandNode) (use, bool) {
	fn, ok := c.Args[0].(*parse.IdentifierNode)
	if !ok || fn.Ident != "t" && fn.Ident != "th" || len(c.Args) < 2 {
		return use{}, false
	}
	key, ok := c.Args[1].(*parse.StringNode)
	if !ok {
		return use{}, false
	}
	u := use{where: path + ": " + c.String(), key: key.Text, args: []string{}, exact: true}
	for i := 2; i < len(c.Args); i += 2 {
		name, ok := c.Args[i].(*parse.StringNode)
		if !ok {
			return use{where: u.where, key: u.key}, true
		}
		u.args = append(u.args, name.Text)
	}
	return u, true
}

// commands calls visit for every command below n.
func commands(n parse.Node, visit func(*parse.CommandNode)) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, c := range n.Nodes {
				commands(c, visit)
			}
		}
	case *parse.ActionNode:
		commands(n.Pipe, visit)
	case *parse.TemplateNode:
		if n.Pipe != nil {
			commands(n.Pipe, visit)
		}
	case *parse.IfNode:
		branch(&n.BranchNode, visit)
	case *parse.RangeNode:
		branch(&n.BranchNode, visit)
	case *parse.WithNode:
		branch(&n.BranchNode, visit)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			visit(c)
			for _, a := range c.Args {
				commands(a, visit)
			}
		}
	}
}

func branch(b *parse.BranchNode, visit func(*parse.CommandNode)) {
	commands(b.Pipe, visit)
	commands(b.List, visit)
	commands(b.ElseList, visit)
}
