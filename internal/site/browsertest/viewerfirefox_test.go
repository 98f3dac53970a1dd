package browsertest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestViewerInFirefox opens the same files in a stock Firefox, which has its own mind about documents of nobody's origin.
func TestViewerInFirefox(t *testing.T) {
	t.Parallel()
	path := firefox(t)
	o := newDesk(t, nil)
	type file struct {
		Name string `json:"name"`
		Body string `json:"body"` // base64
	}
	var files []file
	all := hostile(t)
	for _, a := range all {
		files = append(files, file{a.name, base64.StdEncoding.EncodeToString(a.body)})
	}
	order, err := json.Marshal(map[string]any{"firefox": path, "profile": t.TempDir(), "url": o.desk, "script": viewerScript(t), "files": files})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "order.json")
	if err := os.WriteFile(name, order, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "viewer.mjs", name)
	cmd.Dir = filepath.FromSlash(firefoxDir)
	cmd.Stderr = os.Stderr
	b, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Files map[string]struct{ State, Way, Said, Page string }
		Asked []string
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Asked) > 0 {
		t.Errorf("asked for %q", got.Asked)
	}
	for _, a := range all {
		g := got.Files[a.name]
		if shown := a.way != ""; shown != (g.State == "shown") || shown && g.Way != a.way || !shown && !strings.Contains(g.Said, a.text) || strings.Contains(g.Page, "pwned") {
			t.Errorf("%s: %+v", a.name, g)
		}
	}
}
