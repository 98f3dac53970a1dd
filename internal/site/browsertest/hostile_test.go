package browsertest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/seal"
)

// changes meddles with what the server answers to paths with an ending.
func changes(suffix string, change func(body []byte) []byte) func(http.Handler, http.ResponseWriter, *http.Request) {
	return func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, suffix) {
			next.ServeHTTP(w, r)
			return
		}
		rec := answer(next, r)
		give(w, rec, change(rec.Body.Bytes()))
	}
}

// listing changes the documents of a list.
func listing(t *testing.T, change func(docs []map[string]any) []map[string]any) func([]byte) []byte {
	return func(body []byte) []byte {
		var list map[string]json.RawMessage
		var docs []map[string]any
		d := json.NewDecoder(bytes.NewReader(body))
		if err := d.Decode(&list); err != nil {
			t.Error(err)
			return body
		}
		d = json.NewDecoder(bytes.NewReader(list["docs"]))
		d.UseNumber()
		if err := d.Decode(&docs); err != nil {
			return body // a refusal has none
		}
		list["docs"], _ = json.Marshal(change(docs)) // what was decoded encodes
		out, _ := json.Marshal(list)
		return out
	}
}

// letters are where the unit's documents stand.
func letters(docs []map[string]any) (at []int) {
	for i, d := range docs {
		if d["chain"] == "unit" {
			at = append(at, i)
		}
	}
	return at
}

// forge writes a letter in the unit's name and signs it with another key.
func forge(t *testing.T, w *apptest.World, like map[string]any, list string, to seal.Recipient, prev string) map[string]any {
	t.Helper()
	raw, err := seal.EncodeBody(&seal.Reply{Text: "Send us your name."})
	if err != nil {
		t.Fatal(err)
	}
	seq, _ := like["seq"].(json.Number).Int64()
	d := seal.Document{
		Instance: w.Dir.Instance, Kind: seal.KindReply, Case: list, Chain: seal.ChainUnit, ID: like["doc"].(string), Seq: seq, Prev: prev,
		Unit: "unit-1", Day: like["day"].(string), Author: seal.Author{Role: seal.RoleUnit, ID: "unit-1"}, Body: raw,
	}
	other := w.Key(t, "unit-2")
	sealed, err := seal.SealDocument(d, seal.KindReply.Floor(), []seal.Recipient{to}, seal.Signer{Role: seal.RoleUnit, Key: other.Sign})
	if err != nil {
		t.Fatal(err)
	}
	out := maps.Clone(like)
	out["sealed"], out["hash"] = base64.StdEncoding.EncodeToString(sealed), seal.SealedHash(sealed)
	return out
}

// inspectorsAnswer writes an inspector's answer to a review in the place of a letter, signed with the inspector's key or another.
func inspectorsAnswer(t *testing.T, w *apptest.World, like map[string]any, list string, to seal.Recipient, prev, key string) map[string]any {
	t.Helper()
	set, err := w.Keys.Set()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := seal.EncodeBody(&seal.Reply{Text: "The decision stands.", Template: seal.TemplateUpheld})
	if err != nil {
		t.Fatal(err)
	}
	seq, _ := like["seq"].(json.Number).Int64()
	d := seal.Document{
		Instance: w.Dir.Instance, Kind: seal.KindReply, Case: list, Chain: seal.ChainUnit, ID: like["doc"].(string), Seq: seq, Prev: prev,
		Unit: "unit-1", Day: like["day"].(string), Author: seal.Author{Role: seal.RoleInspector, ID: set.Inspectors[0].ID}, Body: raw,
	}
	role := seal.RoleInspector
	if key == "unit-1" {
		role = seal.RoleUnit
	}
	sealed, err := seal.SealDocument(d, seal.KindReply.Floor(), []seal.Recipient{to}, seal.Signer{Role: role, Key: w.Key(t, key).Sign})
	if err != nil {
		t.Fatal(err)
	}
	out := maps.Clone(like)
	out["kind"], out["sealed"], out["hash"] = "reply", base64.StdEncoding.EncodeToString(sealed), seal.SealedHash(sealed)
	return out
}

// TestHostileServer: whatever a server between does with the documents, the page says so at their place and shows no
// word that the office did not write.
func TestHostileServer(t *testing.T) {
	t.Parallel()
	chrome := chromium(t)
	var x wire
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(clock(t, morning)()), Wrap: x.wrap})
	b := w.NewBrowser(t)
	code, second := reports(b, "en", "digits"), reports(b, "en", "digits")
	keys, err := seal.DeriveMailbox(w.Dir.Instance, code)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []string{code, second} {
		number := b.Get("/en/mailbox/plain").Want(200).Form("f").Set("code", c).Press("open").Want(200).Text()
		number = number[strings.Index(number, "MH-"):][:15]
		office(t, w, number, fmt.Sprint("Question ", i))
	}
	p := newTab(t, chrome, w.Server.URL)
	p.scripts(true)
	var mine, other []map[string]any
	var caseID string
	keep := func(into *[]map[string]any) func([]byte) []byte {
		return func(body []byte) []byte {
			var list struct{ Case string }
			if json.Unmarshal(body, &list) == nil && into == &mine {
				caseID = list.Case
			}
			return listing(t, func(docs []map[string]any) []map[string]any { *into = docs; return docs })(body)
		}
	}
	for _, say := range boxScripts() {
		p.open(200, "/"+say.lang+"/mailbox")
		x.set(changes("/list", keep(&other)))
		p.enters(second)
		p.shuts()
		x.set(changes("/list", keep(&mine)))
		p.enters(code)
		if text := p.text(); strings.Contains(text, say.gap) || strings.Contains(text, say.false_) || !strings.Contains(text, "Question 0") {
			t.Fatalf("an honest server: %s", text)
		}
		p.shuts()
		u := letters(mine)
		one, two := u[0], u[1]
		swap := func(d map[string]any, with map[string]any) map[string]any {
			out := maps.Clone(d)
			maps.Copy(out, with)
			return out
		}
		for _, c := range []struct {
			name         string
			docs         func() []map[string]any
			want, hidden string
		}{
			{"first letter dropped", func() []map[string]any { return slices.Delete(slices.Clone(mine), one, one+1) }, say.gap, ""},
			{"own report dropped", func() []map[string]any { return mine[1:] }, say.gap, ""},
			{"letters in another order", func() []map[string]any {
				out := slices.Clone(mine)
				out[one], out[two] = out[two], out[one]
				return out
			}, say.gap, ""},
			{"a letter twice", func() []map[string]any { return append(slices.Clone(mine), mine[two]) }, say.moved, ""},
			{"a letter twice under another item", func() []map[string]any {
				return append(slices.Clone(mine), swap(mine[two], map[string]any{"item": 999, "seq": 3}))
			}, say.moved, ""},
			{"a letter of another case", func() []map[string]any {
				out := slices.Clone(mine)
				out[two] = other[letters(other)[1]]
				return out
			}, say.false_, "Question"},
			{"a letter with a changed byte", func() []map[string]any {
				out := slices.Clone(mine)
				s := out[two]["sealed"].(string)
				out[two] = swap(out[two], map[string]any{"sealed": s[:len(s)/2] + string('A'+(s[len(s)/2]-'A'+1)%26) + s[len(s)/2+1:]})
				return out
			}, say.false_, "Question 0"},
			{"a letter under another hash", func() []map[string]any {
				out := slices.Clone(mine)
				out[two] = swap(out[two], map[string]any{"hash": strings.Repeat("0", 64)})
				return out
			}, say.false_, "Question 0"},
			{"a letter that another office signed", func() []map[string]any {
				out := slices.Clone(mine)
				out[two] = forge(t, w, out[two], caseID, keys.Age.Recipient(), out[one]["hash"].(string))
				return out
			}, say.false_, "Send us your name"},
			{"an inspector's answer that the office signed", func() []map[string]any {
				out := slices.Clone(mine)
				out[two] = inspectorsAnswer(t, w, out[two], caseID, keys.Age.Recipient(), out[one]["hash"].(string), "unit-1")
				return out
			}, say.false_, "The decision stands"},
			{"an inspector's answer", func() []map[string]any {
				out := slices.Clone(mine)
				out[two] = inspectorsAnswer(t, w, out[two], caseID, keys.Age.Recipient(), out[one]["hash"].(string), "inspector")
				return out
			}, map[string]string{"en": "answering your request for a review", "zh": "监督员的复核答复"}[say.lang], say.false_},
			{"an erase note that nobody signed", func() []map[string]any {
				out := slices.Clone(mine)
				out[two] = swap(out[two], map[string]any{"note": "{}"})
				delete(out[two], "sealed")
				return out
			}, say.false_, "Question 0"},
			{"an erase note that somebody else signed", func() []map[string]any {
				out := slices.Clone(mine)
				out[two] = swap(out[two], map[string]any{"note": strangersNote(t, w, out[two], caseID)})
				delete(out[two], "sealed")
				return out
			}, say.false_, "Question 0"},
			{"no list at all", func() []map[string]any { return []map[string]any{{"item": -1}} }, say.untrue, "Question 0"},
		} {
			x.set(changes("/list", listing(t, func([]map[string]any) []map[string]any { return c.docs() })))
			p.door(code)
			p.says(c.want)
			if c.hidden != "" && strings.Contains(p.text(), c.hidden) {
				t.Errorf("%s: its words are shown: %s", c.name, p.text())
			}
			if c.want != say.untrue {
				p.shuts()
			}
		}
		// Another office in the place of the one to which the letters lead: there is no field for words to it.
		x.set(changes("/list", func(body []byte) []byte {
			return bytes.Replace(body, []byte(`"unit":"unit-1"}`), []byte(`"unit":"unit-2"}`), 1)
		}))
		p.door(code)
		p.says(map[string]string{"en": "another office than the letters do", "zh": "和来信里说的不一样"}[say.lang])
		if ask[bool](p, `document.querySelector("#send") != null || document.querySelector("#answer") != null`) {
			t.Error("words could be sent to an office to which no letter leads")
		}
		p.shuts()
		x.set(changes("/ack", func(body []byte) []byte { return bytes.Replace(body, []byte("received"), []byte("deceived"), 1) }))
		p.enters(code)
		p.click(".cl-aside .cl-card:nth-child(2) button")
		p.says(say.bad)
		// What was there a moment ago and is gone now is missing, wherever it stood.
		x.set(changes("/list", listing(t, func(docs []map[string]any) []map[string]any { return slices.Delete(slices.Clone(docs), two, two+1) })))
		p.to("#answer")
		p.types("And this.")
		p.click("#send")
		p.says(say.gap)
		x.set(nil)
	}
	badKeySets(t, w, &x, p, code)
}

// strangersNote is an erase note with a sound signature that is not the owner's.
func strangersNote(t *testing.T, w *apptest.World, of map[string]any, list string) string {
	t.Helper()
	seq, _ := of["seq"].(json.Number).Int64()
	raw, err := seal.EncodeBody(&seal.EraseNote{Chain: seal.ChainUnit, Doc: of["doc"].(string), Seq: seq, Sealed: of["hash"].(string)})
	if err != nil {
		t.Fatal(err)
	}
	note, err := seal.SignDocument(seal.Document{
		Instance: w.Dir.Instance, Kind: seal.KindErase, Case: list, Chain: seal.ChainReporter, ID: of["doc"].(string), Seq: 1, Unit: "unit-1", Day: of["day"].(string),
		Author: seal.Author{Role: seal.RoleReporter}, Body: raw,
	}, 0, seal.Signer{Role: seal.RoleReporter, Key: w.Key(t, "unit-2").Sign})
	if err != nil {
		t.Fatal(err)
	}
	return string(note)
}

// badKeySets: with keys that do not verify there is no field to type a code into.
func badKeySets(t *testing.T, w *apptest.World, x *wire, p *tab, code string) {
	t.Helper()
	elsewhere := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(clock(t, morning)())})
	foreign := elsewhere.NewBrowser(t).Get("/keys.json").Want(200).Body
	for i, change := range []func([]byte) []byte{
		func(b []byte) []byte { return bytes.Replace(b, []byte(`\"version\":1`), []byte(`\"version\":2`), 1) },
		func([]byte) []byte { return []byte(foreign) },
		func(b []byte) []byte {
			return append(bytes.Clone(b[:bytes.LastIndex(b, []byte(`"proof":"`))+9]), []byte(`"}`)...)
		},
	} {
		say := boxScripts()[i%2]
		x.set(changes("/keys.json", change))
		p.open(200, "/"+say.lang+"/mailbox")
		p.says(say.keys)
		if ask[bool](p, `!!document.getElementById("code")`) {
			t.Error("there is a field for the code")
		}
	}
	x.set(nil)
	p.click("#app .cl-actions button")
	p.enters(code)
}
