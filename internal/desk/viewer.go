package desk

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"clarion.example/clarion/internal/web"
)

// viewers tells whether a file belongs to the viewer. Its document has an opaque origin, for which everything of this
// door is foreign: these files alone may be read from anywhere.
func viewers(name string) bool { return strings.HasPrefix(name, "viewer") }

// viewerPage is a document without a word: what it shows is a stranger's, and what is said about it stands around it.
const viewerPage = `<!doctype html>
<html lang="zxx">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Clarion</title>
<link rel="stylesheet" href="{{.Style}}" integrity="{{.StyleHash}}" crossorigin="anonymous">
<script src="{{.Script}}" integrity="{{.ScriptHash}}" crossorigin="anonymous" defer></script>
</head>
<body><main id="file" tabindex="-1"></main></body>
</html>
`

// viewerRoutes are the documents in which attachments are shown: one for pictures, text, sound and video, and one with the
// large library that draws PDF pages, from a worker of its own.
func (d *door) viewerRoutes(wd *web.Door, origin string) error {
	shell, err := template.New("viewer").Parse(viewerPage)
	if err != nil {
		return err
	}
	for path, at := range map[string]struct{ script, more string }{
		"/viewer":     {"viewer.js", web.ViewerMedia},
		"/viewer-pdf": {"viewer-pdf.js", web.ViewerPDF},
	} {
		var page struct{ Style, StyleHash, Script, ScriptHash string }
		var found [4]bool
		page.Style, found[0] = d.assets.Path("viewer.css")
		page.StyleHash, found[1] = d.assets.Integrity("viewer.css")
		page.Script, found[2] = d.assets.Path(at.script)
		page.ScriptHash, found[3] = d.assets.Integrity(at.script)
		if found != [4]bool{true, true, true, true} {
			return fmt.Errorf("desk: no files of %s", path)
		}
		var b bytes.Buffer
		if err := shell.Execute(&b, page); err != nil {
			return err
		}
		st := web.NewStatic(b.Bytes(), "text/html; charset=utf-8", "no-store")
		d.frames[path] = st
		wd.Handle("GET "+path, 0, func(w http.ResponseWriter, r *http.Request) error {
			web.Sandboxed(w, web.SandboxPolicy(origin+page.Script, origin+page.Style, at.more))
			st.Serve(w, r)
			return nil
		})
	}
	return nil
}
