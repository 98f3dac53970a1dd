package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/app/apptest"
)

// TestHandleRunsOut: after a quarter of an hour the code is asked for again; answer and file are kept.
func TestHandleRunsOut(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	b := w.NewBrowser(t)
	code := english("What I saw.").send(t, b)
	box := enter(t, b, "en", code).Want(200)
	w.Clock.Move(14 * time.Minute)
	box = box.Form("g").Press("open").Want(200) // each page is good for another quarter
	w.Clock.Move(14 * time.Minute)
	box = box.Form("g").Press("open").Want(200)
	for name, text := range map[string]string{"with text": "I remember now.", "file alone": ""} {
		answer := box.Form("f").Set("answer", text).Choose("file", apptest.File{Name: "b.txt", Type: "text/plain", Body: []byte("b")})
		w.Clock.Move(16 * time.Minute)
		p := answer.Press("send").Want(422, "the mailbox was closed", "What you typed is still")
		wantFault(t, p, "code", "")
		p = p.Form("f").Set("code", code[:len(code)-1]).Press("open").Want(422)
		p = p.Form("f").Set("code", code).Press("open").Want(200)
		if got := p.Form("f").Value("answer"); got != text || !cmp.Equal(p.Received(), []string{"b.txt"}) {
			t.Errorf("%s: kept %q and %v", name, got, p.Received())
		}
		box = p.Form("f").Press("send").Want(200, "sealed and sent")
		p.Form("f").Press("send").Want(200, "sealed and sent") // the answer was lost on the way: the file waits no longer
	}
	if n := count(t, w); n.Docs != 3 {
		t.Errorf("%d documents, want 3", n.Docs)
	}
	handle := box.Form("g").Value("handle")
	other := map[bool]string{true: "B", false: "A"}[handle[0] == 'A']
	for _, bad := range []string{"", "x", handle[1:], other + handle[1:]} {
		box.Form("g").Force("handle", bad).Press("open").Want(422)
	}
}

// TestCodesTyped: a code opens however it is typed, and a wrong part is named.
func TestCodesTyped(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	b := w.NewBrowser(t)
	digits, words := chinese("我看到的。").send(t, b), english("What I saw.").send(t, b)
	in := func(zero rune) func(string) string {
		return func(s string) string {
			return strings.Map(func(r rune) rune {
				if r >= '0' && r <= '9' {
					return zero + r - '0'
				}
				return r
			}, s)
		}
	}
	bare := strings.ReplaceAll(digits, " ", "")
	for name, code := range map[string]string{
		"as shown": digits, "bare": bare, "dashes": strings.ReplaceAll(digits, " ", "-"), "lines": strings.ReplaceAll(digits, " ", "\r\n"),
		"full width": in('０')(digits), "Arabic-Indic": in('٠')(digits), "Persian": in('۰')(bare), "Devanagari": in('०')(digits),
		"fives": bare[:5] + " " + bare[5:10] + "." + bare[10:21] + "·" + bare[21:], "ideographic space": strings.ReplaceAll(digits, " ", "\u3000"), "padded": "  " + digits + "\t\n",
		"words": words, "capitals": strings.ToUpper(words), "words on lines": strings.ReplaceAll(words, " ", "\n"), "many spaces": strings.ReplaceAll(words, " ", "   "), "commas": strings.ReplaceAll(words, " ", ", "),
	} {
		if p := enter(t, b, "zh", code); p.Status != 200 {
			t.Errorf("%s %q: status %d, %s", name, code, p.Status, p.Faults()[0].Text)
		}
	}
	groups, ws := strings.Fields(digits), strings.Fields(words)
	for i := range groups {
		bad := strings.Fields(digits)
		bad[i] = bad[i][:3] + string('0'+(bad[i][3]-'0'+1)%10)
		p := enter(t, b, "en", strings.Join(bad, "")).Want(422)
		wantFault(t, p, "code", fmt.Sprintf("Group %d ", i+1))
		if got := p.Form("f").Value("code"); got != strings.Join(bad, "") {
			t.Errorf("what was typed is not there to be corrected: %q", got)
		}
	}
	for i := range ws {
		bad := strings.Fields(words)
		bad[i] += "zz"
		wantFault(t, enter(t, b, "en", strings.Join(bad, " ")).Want(422), "code", fmt.Sprintf("Word %d ", i+1))
	}
	wantFault(t, enter(t, b, "en", bare[:39]).Want(422), "code", "you typed 39")
	wantFault(t, enter(t, b, "en", strings.Join(ws[:9], " ")).Want(422), "code", "you typed 9")
	wantFault(t, enter(t, b, "en", " \n").Want(422), "code", "Type your receipt code")
}
