package browsertest

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDeskInFirefox signs in, reads the list, opens a case and writes a note in a stock Firefox, with nothing to complain of in its
// console; no page is wider than a small screen, in either direction of writing; and a locked key leaves no word on the page.
func TestDeskInFirefox(t *testing.T) {
	t.Parallel()
	path := firefox(t)
	o := newCaseWorld(t)
	office := &officeWorld{World: o.World}
	const words, note = "植入的话：三号楼插座里有镜头", "植入的笔记"
	number := office.report(t, words, false)
	office.titled(t, number, hostileTitle, hostileWords)
	p, _ := o.DeskMember("chen")
	order, err := json.Marshal(map[string]any{"firefox": path, "profile": t.TempDir(), "url": o.Config.Desk.URL, "account": p.Account, "passphrase": p.Passphrase, "code": o.code(p.Factor), "number": number, "note": note})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "desk.mjs", string(order))
	cmd.Dir, cmd.WaitDelay = filepath.FromSlash(firefoxDir), time.Minute
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var got struct {
		Fault, Page, List, Case, Shut string
		Wide, Errors                  []string
	}
	if err := json.Unmarshal(bytes.TrimSpace(out), &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got.Fault != "" {
		t.Fatalf("%s\n%s\n%q", got.Fault, got.Page, got.Errors)
	}
	if len(got.Errors) > 0 || len(got.Wide) > 0 {
		t.Errorf("console: %q; wider than the screen: %q", got.Errors, got.Wide)
	}
	if !strings.Contains(got.List, "[U+202E]fdp.exe 烟雾") || !strings.Contains(got.Case, words) || !strings.Contains(got.Case, "[U+202E]") {
		t.Errorf("the list:\n%s\nthe case:\n%s", got.List, got.Case)
	}
	for _, w := range []string{words, note, "烟雾"} {
		if strings.Contains(got.Shut, w) {
			t.Errorf("the locked page shows %q", w)
		}
		if o.wire.holds(w) {
			t.Errorf("%q went over the line", w)
		}
	}
}
