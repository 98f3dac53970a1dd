package build

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// Viewer builds the script that draws PDF pages: entry is its source, modules the folder of npm packages, out its file, all
// absolute. It holds three things beside its own code: the drawing half of pdf.js, the text of the worker that reads
// files ("clarion:pdf-worker"), and the tables of Chinese, Japanese and Korean encodings ("clarion:pdf-cmaps"). So it
// needs nothing but itself: its document may load nothing else.
func Viewer(entry, modules, out string) error {
	worker, err := pdfWorker(modules)
	if err != nil {
		return err
	}
	tables, err := cmaps(filepath.Join(modules, "pdfjs-dist", "cmaps"))
	if err != nil {
		return err
	}
	o := pdfOptions(filepath.Dir(entry), "./"+filepath.Base(entry))
	o.Outfile, o.Write = out, true
	o.Banner = map[string]string{"js": "/*! Holds pdf.js (Mozilla Foundation, Apache License 2.0) with OpenJPEG (BSD 2-Clause), PDFium's JBIG2 decoder (BSD 3-Clause), CMap resources (Adobe, BSD 3-Clause) and core-js (Denis Pushkarev, MIT). */"}
	o.Plugins = []api.Plugin{noImports(nil), {Name: "texts", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: `^clarion:pdf-`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: a.Path, Namespace: "texts"}, nil
		})
		b.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "texts"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			text, loader := worker, api.LoaderText
			if a.Path == "clarion:pdf-cmaps" {
				text, loader = tables, api.LoaderJSON
			}
			return api.OnLoadResult{Contents: &text, Loader: loader}, nil
		})
	}}}
	return run(o)
}

// pdfOptions are those of the shipped bundles, for browsers of staff: pdf.js says itself which it runs in, and is not
// rewritten for older ones.
func pdfOptions(dir, entry string) api.BuildOptions {
	return api.BuildOptions{
		AbsWorkingDir: dir, EntryPoints: []string{entry}, Bundle: true,
		Platform: api.PlatformBrowser, Target: api.ES2022, Format: api.FormatIIFE, LegalComments: api.LegalCommentsNone,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, Sourcemap: api.SourceMapNone,
		LogLevel: api.LogLevelSilent, Charset: api.CharsetASCII,
	}
}

// decoders are parts of pdf.js that it would fetch: pictures of scanners and JPEG 2000, in JavaScript because the
// document may compile no WebAssembly.
var decoders = [...]string{"jbig2_nowasm_fallback.js", "openjpeg_nowasm_fallback.js"}

// pdfWorker is the text of the worker, with its decoders in it.
func pdfWorker(modules string) (string, error) {
	pdfjs := filepath.Join(modules, "pdfjs-dist")
	var head strings.Builder
	var found []string
	for i, name := range decoders {
		fmt.Fprintf(&head, "import clarionDecoder%d from %q;\n", i, "../../wasm/"+name)
		found = append(found, fmt.Sprintf("%q: clarionDecoder%d", name, i))
	}
	head.WriteString("const clarionDecoders = {" + strings.Join(found, ", ") + "};\n")
	o := pdfOptions(pdfjs, "./legacy/build/pdf.worker.mjs")
	o.Plugins = []api.Plugin{noImports(func(text string) (string, error) {
		const fetched = "${WasmImage.#wasmUrl}${this._noWasmFilename}"
		from := strings.Index(text, "await import(\n    /*webpackIgnore: true*/\n    /*@vite-ignore*/\n    `"+fetched+"`)")
		if from < 0 {
			return "", errors.New("pdf.js fetches its decoders in another way")
		}
		to := from + strings.Index(text[from:], "`)") + 2
		return head.String() + text[:from] + "{default: clarionDecoders[this._noWasmFilename]}" + text[to:], nil
	})}
	r := api.Build(o)
	if len(r.Errors) > 0 || len(r.OutputFiles) != 1 {
		return "", fmt.Errorf("pdf.worker: %v", r.Errors)
	}
	return string(r.OutputFiles[0].Contents), nil
}

// noImports takes out of pdf.js what would load code at run time; more changes it further.
func noImports(more func(string) (string, error)) api.Plugin {
	return api.Plugin{Name: "no imports", Setup: func(b api.PluginBuild) {
		b.OnLoad(api.OnLoadOptions{Filter: `/pdfjs-dist/legacy/build/pdf(\.worker)?\.mjs$`}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			src, err := os.ReadFile(a.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			text := string(src)
			if more != nil {
				if text, err = more(text); err != nil {
					return api.OnLoadResult{}, err
				}
			}
			const loads = "await import(\n      /*webpackIgnore: true*/\n      /*@vite-ignore*/\n      this.workerSrc)"
			text = strings.Replace(text, loads, "null", 1)
			if strings.Contains(text, "webpackIgnore") {
				return api.OnLoadResult{}, errors.New("pdf.js loads code at run time")
			}
			return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, nil
		})
	}}
}

// cmaps is a JSON object of the packed tables in dir, each in base64 by its name without an ending.
func cmaps(dir string) (string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.bcmap"))
	if err != nil || len(files) == 0 {
		return "", fmt.Errorf("no tables of encodings in %s: %w", filepath.Base(dir), errors.Join(err, os.ErrNotExist))
	}
	slices.Sort(files)
	tables := map[string]string{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		tables[strings.TrimSuffix(filepath.Base(f), ".bcmap")] = base64.StdEncoding.EncodeToString(b)
	}
	b, err := json.Marshal(tables) // in the order of names
	return string(b), err
}
