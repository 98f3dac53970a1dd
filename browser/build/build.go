// Package build bundles the browser's scripts with esbuild, for go generate and for the tests that compare the
// committed files with a new build.
//
// It must never run code of the npm packages, fetch anything, or let a path, a date or the machine into a bundle:
// the same sources give the same bytes everywhere, or the hashes on the public log mean nothing.
package build

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// Bundle is one script that the server delivers.
type Bundle struct {
	Name   string // file name in dist
	Entry  string // source, relative to the browser folder
	Global string // name of the global that holds its exports; "" for a worker, which has none
}

// Bundles lists what dist holds.
func Bundles() []Bundle {
	return []Bundle{
		{"ceremony.js", "src/entry/ceremony.ts", ""},
		{"files.js", "src/entry/files.ts", ""},
		{"keeper.js", "src/entry/keeper.ts", ""},
		{"verify.js", "src/entry/verify.ts", "clarion"},
		{"words.js", "src/entry/words.ts", "clarionWords"},
		{"work.js", "src/entry/work.ts", ""},
	}
}

// Dist builds every bundle from the browser folder dir and writes it to out, which must exist. dir needs the
// packages that npm ci installs.
func Dist(dir, out string) error {
	for _, b := range Bundles() {
		if err := Script(dir, b.Entry, b.Global, filepath.Join(out, b.Name)); err != nil {
			return fmt.Errorf("%s: %w", b.Name, err)
		}
	}
	return nil
}

// Script builds one bundle of the library from entry, relative to dir. global is the name of its exports, or "".
func Script(dir, entry, global, out string) error {
	o, err := options(dir, entry, out)
	if err != nil {
		return err
	}
	o.Format, o.GlobalName = api.FormatIIFE, global
	return run(o)
}

// Page builds the script of one page: entry is its source, out its file, both absolute. What it imports of the library
// goes into it, so that a first visit fetches one file.
func Page(entry, out string) error {
	o, err := options(filepath.Dir(entry), filepath.Base(entry), out)
	if err != nil {
		return err
	}
	o.EntryPoints = []string{"./" + filepath.Base(entry)}
	o.Format = api.FormatIIFE
	return run(o)
}

// textKey is a string of a script that names a text of the catalogue.
var textKey = regexp.MustCompile(`"([a-z0-9]+\.[a-z0-9_]+(?:\.[A-Za-z0-9_-]+)*)"`)

// Texts writes to out which texts the sources use, one a line: every string of theirs that looks like a key of an area of the
// catalogue in a directory, AREA.en.toml.
func Texts(out, catalog string, sources ...string) error {
	files, err := filepath.Glob(filepath.Join(catalog, "*.en.toml"))
	if err != nil {
		return err
	}
	var areas, keys []string
	for _, f := range files {
		areas = append(areas, strings.TrimSuffix(filepath.Base(f), ".en.toml"))
	}
	for _, f := range sources {
		b, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		for _, m := range textKey.FindAllStringSubmatch(string(b), -1) {
			if area, _, _ := strings.Cut(m[1], "."); slices.Contains(areas, area) {
				keys = append(keys, m[1])
			}
		}
	}
	slices.Sort(keys)
	return os.WriteFile(out, []byte(strings.Join(slices.Compact(keys), "\n")+"\n"), 0o644)
}

// Pages builds the scripts of pages below dir, source by its name in dist.
func Pages(dir string, sources map[string]string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	for out, source := range sources {
		if err := Page(filepath.Join(dir, filepath.FromSlash(source)), filepath.Join(dir, "dist", out)); err != nil {
			return err
		}
	}
	return nil
}

// Library builds every module of the library as one ES module at out, with the targets and the minifier of the
// shipped bundles, so that tests run what people run.
func Library(dir, out string) error {
	o, err := options(dir, "src/index.ts", out)
	if err != nil {
		return err
	}
	o.Format = api.FormatESModule
	return run(o)
}

func options(dir, entry, out string) (api.BuildOptions, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return api.BuildOptions{}, err
	}
	return api.BuildOptions{
		AbsWorkingDir: abs, EntryPoints: []string{entry}, Outfile: out, Bundle: true, Write: true,
		Platform: api.PlatformBrowser, Target: api.ES2020, LegalComments: api.LegalCommentsNone,
		Engines:          []api.Engine{{Name: api.EngineChrome, Version: "80"}, {Name: api.EngineSafari, Version: "14"}},
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, Sourcemap: api.SourceMapNone,
		LogLevel: api.LogLevelSilent,
		// The scripts are ASCII: a page or a cache that loses the charset must not change a character of them.
		Charset: api.CharsetASCII,
		// esbuild counts Safari 14.0 as without destructuring, because a default that reads its own variable does
		// not throw there. Nothing here relies on that error, and the libraries cannot be written without it.
		Supported: map[string]bool{"destructuring": true},
		Plugins:   []api.Plugin{unused()},
	}, nil
}

// unused tells esbuild that evaluating these packages does nothing but define things, which they do not say of
// themselves: without it the reporter downloads passphrases, passkeys and two more elliptic curves.
func unused() api.Plugin {
	return api.Plugin{Name: "unused", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: `^(\./|\.\./|@noble/|@scure/)`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			if a.PluginData == "inner" || !strings.Contains(filepath.ToSlash(a.Importer)+a.Path, "/") {
				return api.OnResolveResult{}, nil
			}
			r := b.Resolve(a.Path, api.ResolveOptions{
				Importer: a.Importer, ResolveDir: a.ResolveDir, Kind: a.Kind, PluginData: "inner",
			})
			if !strings.Contains(filepath.ToSlash(r.Path), "/node_modules/") {
				return api.OnResolveResult{}, nil
			}
			return api.OnResolveResult{Path: r.Path, SideEffects: api.SideEffectsFalse, Errors: r.Errors}, nil
		})
		b.OnLoad(api.OnLoadOptions{Filter: `/@noble/post-quantum/hybrid\.js$`}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			src, err := os.ReadFile(a.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			text := unusedKEM.ReplaceAllString(string(src), "$1/* @__PURE__ */ $2(")
			return api.OnLoadResult{Contents: &text}, nil
		})
	}}
}

// unusedKEM finds the calls that define hybrids of other curves; the inserted comment lets esbuild drop them.
var unusedKEM = regexp.MustCompile(`([=,] )(QSF|createKitchenSink|ecdhKem)\(`)

func run(o api.BuildOptions) error {
	if err := os.MkdirAll(filepath.Dir(o.Outfile), 0o755); err != nil {
		return err
	}
	var errs []error
	for _, m := range api.Build(o).Errors {
		at := ""
		if m.Location != nil {
			at = fmt.Sprintf("%s:%d: ", m.Location.File, m.Location.Line)
		}
		errs = append(errs, errors.New(at+m.Text))
	}
	return errors.Join(errs...)
}
