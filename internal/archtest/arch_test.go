// Package archtest holds the shape of the program as tests: which package may import which, and calls that
// nobody may make, each with the reason that a failure prints. It parses every file, so that build tags hide
// nothing, and fails when a package is unlisted or a listed one is gone.
package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "clarion.example/clarion"

// layers stand from the bottom up. A package imports only packages of lower layers.
var layers = [][]string{
	{"seal", "proof", "browser/build"},
	{"browser"},
	{"internal/errs"},
	{"internal/id"},
	{"internal/workday", "internal/config"},
	{"internal/i18n"},
	{"internal/ui", "internal/calendar"},
	{"packs"},
	{"internal/cases", "internal/keyring", "internal/ceremony", "internal/work", "internal/lettercheck"},
	{"internal/pack", "internal/ledger"},
	{"internal/store", "internal/blob", "internal/web"},
	{"internal/store/storetest", "internal/caselog", "internal/keylist", "internal/reporter"},
	{"internal/public/intake", "internal/public/reading", "internal/office/casework", "internal/office/staff"},
	{"internal/office/setup", "internal/office/oversight"},
	{"internal/office/terminal"},
	{"internal/site", "internal/desk", "internal/job"},
	{"internal/app"},
	{"internal/app/apptest"},
	{"internal/app/year"},
	{"internal/site/browsertest"},
	{"internal/bench"},
	{"cmd/clarion"},
	{"internal/archtest"},
}

// fences are imports that a layer would allow and a promise forbids.
var fences = []struct{ from, to, reason string }{
	{"internal/site", "internal/office/", "public code cannot reach what staff read (DESIGN 3)"},
	{"internal/site", "internal/store", "a page asks a use case, never the database (DESIGN 3)"},
	{"internal/desk", "internal/public/", "staff code must not grow on what strangers reach (DESIGN 3)"},
	{"internal/desk", "internal/store", "a page asks a use case, never the database (DESIGN 3)"},
	{"internal/public/", "internal/office/", "a public use case must not grow on a staff one (DESIGN 3)"},
	{"internal/office/", "internal/public/", "a staff use case must not grow on a public one (DESIGN 3)"},
	{"seal", "internal/", "seal is a public promise and stands alone"},
	{"proof", "internal/", "proof is a public promise and stands alone"},
	{"seal", "proof", "the two public packages can be audited apart"},
	{"proof", "seal", "the two public packages can be audited apart"},
	{"internal/cases", "internal/store", "rules are pure"},
	{"internal/reporter", "internal/store", "the reporter's side has no installation"},
	{"internal/reporter", "internal/ledger", "the reporter's side knows the server by its published formats alone"},
	{"internal/reporter", "internal/config", "the reporter's side has no installation"},
	{"internal/pack", "internal/web", "rules are pure"},
}

// only lists imports that one package alone may have.
var only = []struct {
	imp    string
	by     []string
	reason string
}{
	{"database/sql", []string{"internal/store"}, "one package speaks SQL (STYLE, SQL); errors and Value methods use database/sql/driver"},
	{"modernc.org/sqlite", []string{"internal/store"}, "one package speaks SQL"},
	{"github.com/jackc/pgx/v5/stdlib", []string{"internal/store"}, "one package speaks SQL"},
	{"github.com/pressly/goose/v3", []string{"internal/store"}, "one package speaks SQL"},
	{"filippo.io/age", []string{"seal", "proof"}, "one package seals, and it refuses classic recipients (DESIGN 6); proof checks the spelling of keys"},
	{"github.com/prometheus/client_golang/prometheus", []string{"internal/app"}, "metrics have no path parameters and no live counts of reporters' acts (DESIGN 4)"},
	{"github.com/go-webauthn/webauthn/webauthn", []string{"internal/office/staff"}, "one package proves people, and keeps no PRF result"},
	{"github.com/arran4/golang-ical", []string{"internal/calendar"}, "one package reads foreign calendars; the library can also fetch them, and nothing here does"},
	{"github.com/pquerna/otp/totp", []string{"internal/office/staff"}, "one package has second factors in its hands"},
	{"math/rand", nil, "randomness is crypto/rand everywhere"},
	{"math/rand/v2", nil, "randomness is crypto/rand everywhere"},
	{"net/http/pprof", nil, "a profile of the process can hold a report"},
	{"expvar", nil, "it registers itself on the default mux"},
}

// banned are selectors that nobody may call.
var banned = []struct{ sel, reason string }{
	{"ParseMultipartForm", "it spills a stranger's file to the disk (CRYPTO 9); use web.ReadForm"},
	{"FormFile", "it calls ParseMultipartForm; use web.ReadForm"},
	{"FormValue", "it calls ParseMultipartForm; use web.ReadForm"},
	{"PostFormValue", "it calls ParseMultipartForm; use web.ReadForm"},
	{"RemoteAddr", "no address is read, so none can be kept (DESIGN 1)"},
	{"UserAgent", "no user agent is read (DESIGN 1)"},
	{"Referer", "no referrer is read (DESIGN 1)"},
	{"SetCookie", "the public door has no cookie (DESIGN 4); staff have sessions"},
}

// bannedFrom are headers that no code may ask for.
var bannedHeaders = []string{"X-Forwarded-For", "Forwarded", "X-Real-IP", "User-Agent", "Referer", "CF-Connecting-IP"}

type file struct {
	pkg, name string
	test      bool
	ast       *ast.File
	set       *token.FileSet
}

func parse(t *testing.T) []file {
	t.Helper()
	root := "../.."
	var files []file
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, p)
		rel = filepath.ToSlash(rel)
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && rel != "." || d.Name() == "testdata" || d.Name() == "node_modules" || rel == "tools") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(p, ".go") {
			return nil
		}
		set := token.NewFileSet()
		src, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(set, rel, src, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			return err
		}
		files = append(files, file{path.Dir(rel), rel, strings.HasSuffix(p, "_test.go"), f, set})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func layerOf(pkg string) int {
	return slices.IndexFunc(layers, func(l []string) bool { return slices.Contains(l, pkg) })
}

func TestLayers(t *testing.T) {
	t.Parallel()
	files := parse(t)
	seen := map[string]bool{}
	for _, f := range files {
		seen[f.pkg] = true
		from := layerOf(f.pkg)
		if from < 0 {
			t.Errorf("%s: package is in no layer; add it to the table in internal/archtest", f.pkg)
			continue
		}
		for _, im := range f.ast.Imports {
			to, ok := strings.CutPrefix(mustUnquote(t, im.Path.Value), module+"/")
			if !ok {
				continue
			}
			lt := layerOf(to)
			// A test may stand on the test kit of a package above it. A test in a package of its own stands outside the
			// layers: it drives what it tests from above, and nothing can come to depend on it.
			kit := f.test && (strings.HasSuffix(to, "test") || strings.HasSuffix(f.ast.Name.Name, "_test"))
			if to != f.pkg && lt >= from && !kit {
				t.Errorf("%s imports %s, which is not in a lower layer", f.name, to)
			}
		}
	}
	for _, l := range layers {
		for _, p := range l {
			if !seen[p] {
				t.Errorf("%s is in the table and not in the tree", p)
			}
		}
	}
}

func TestFences(t *testing.T) {
	t.Parallel()
	for _, f := range parse(t) {
		if f.test {
			continue
		}
		for _, im := range f.ast.Imports {
			imp := mustUnquote(t, im.Path.Value)
			own, isOwn := strings.CutPrefix(imp, module+"/")
			for _, fe := range fences {
				if isOwn && under(f.pkg, fe.from) && under(own, fe.to) {
					t.Errorf("%s imports %s: %s", f.name, own, fe.reason)
				}
			}
			for _, o := range only {
				if imp == o.imp && !slices.ContainsFunc(o.by, func(by string) bool { return under(f.pkg, by) }) {
					t.Errorf("%s imports %s: %s", f.name, imp, o.reason)
				}
			}
		}
	}
}

func under(pkg, fence string) bool {
	return pkg == strings.TrimSuffix(fence, "/") || strings.HasPrefix(pkg, strings.TrimSuffix(fence, "/")+"/")
}

func TestBannedCalls(t *testing.T) {
	t.Parallel()
	for _, f := range parse(t) {
		if f.test || f.pkg == "internal/archtest" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				for _, b := range banned {
					if n.Sel.Name == b.sel && !(b.sel == "SetCookie" && f.pkg == "internal/desk") {
						t.Errorf("%s uses %s: %s", f.set.Position(n.Pos()), b.sel, b.reason)
					}
				}
			case *ast.BasicLit:
				if n.Kind == token.STRING {
					s, _ := strconv.Unquote(n.Value)
					for _, h := range bannedHeaders {
						if f.pkg == "internal/reporter" && h == "User-Agent" {
							continue // a client that names it in order not to send it
						}
						if strings.EqualFold(s, h) {
							t.Errorf("%s names the header %s: nothing that locates a visitor is read", f.set.Position(n.Pos()), h)
						}
					}
				}
			case *ast.FuncDecl:
				if n.Name.Name == "init" && n.Recv == nil {
					t.Errorf("%s: no init functions; start-up is explicit", f.set.Position(n.Pos()))
				}
			}
			return true
		})
	}
}

// TestSize keeps files and functions readable. The house stops at 800 and 100 lines.
func TestSize(t *testing.T) {
	t.Parallel()
	for _, f := range parse(t) {
		if lines := f.set.Position(f.ast.End()).Line; lines > 800 {
			t.Errorf("%s has %d lines; split it (the house stops at 800)", f.name, lines)
		}
		if f.test {
			continue
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if lines := f.set.Position(fn.End()).Line - f.set.Position(fn.Pos()).Line; lines > 100 {
				t.Errorf("%s: %s has %d lines; split it (the house stops at 100)", f.name, fn.Name.Name, lines)
			}
		}
	}
}

// TestDocs: every package says what it is for, and every exported name of a public package has a comment.
func TestDocs(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	for _, f := range parse(t) {
		documented[f.pkg] = documented[f.pkg] || f.ast.Doc != nil
		if f.test || f.pkg != "seal" && f.pkg != "proof" {
			continue
		}
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.IsExported() && fn.Doc == nil && onExported(fn) && fn.Name.Name != "Error" {
				t.Errorf("%s: %s has no comment", f.name, fn.Name.Name)
			}
		}
	}
	for p, ok := range documented {
		if !ok {
			t.Errorf("package %s has no doc comment", p)
		}
	}
}

// onExported reports whether a function is no method, or one of an exported type.
func onExported(fn *ast.FuncDecl) bool {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return true
	}
	t := fn.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	name, ok := t.(*ast.Ident)
	return ok && name.IsExported()
}

func mustUnquote(t *testing.T, s string) string {
	t.Helper()
	u, err := strconv.Unquote(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
