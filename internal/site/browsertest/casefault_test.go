package browsertest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/seal"
)

// TestCaseTogether: two people on one case, a session that ends, a key that is locked and a link that leads away take no typed
// word; files are shown and sent along; and what the server bends shows as a doubt.
func TestCaseTogether(t *testing.T) {
	t.Parallel()
	o := newCaseWorld(t)
	axe := axeSource(t)
	_, number := o.reportWith("有人要图纸", func(b *tab) {
		b.upload("pick-picture", absolute(t, photo))
		b.until(`document.querySelector("#clean-clean")`)
		b.next0(".cl-card")
		b.uploaded(1)
	})
	zhao := o.member("zhao", "en", "case/"+number)
	chen := o.member("chen", "zh", "case/"+number)
	zhao.opens()
	chen.opens()
	t.Run("conflict", func(*testing.T) { o.conflict(zhao, chen) })
	t.Run("lapsed", func(*testing.T) { o.lapses(chen) })
	t.Run("files", func(*testing.T) { chen.seesFiles(axe) })
	t.Run("locked", func(*testing.T) { chen.keepsWords() })
	t.Run("doubts", func(*testing.T) { o.bends(chen, number) })
}

// conflict: the second note waits for what the first said, and is sent again as it was typed.
func (o *caseWorld) conflict(first, second *colleague) {
	first.write("note-text", "First of two")
	first.act(`[data-form="note"] > .cl-actions button`)
	first.until(`document.querySelector("#app > div > .cl-note--ok")`)
	second.write("note-text", "第二份笔记")
	second.act(`[data-form="note"] > .cl-actions button`)
	second.until(`document.querySelector("#app > div > .cl-note--warn")`)
	if got := second.text(); !strings.Contains(got, "First of two") || ask[string](second.tab, `document.querySelector("#note-text").value`) != "第二份笔记" {
		o.t.Errorf("after the conflict: %s", got)
	}
	second.act(`[data-form="note"] > .cl-actions button`)
	second.until(`document.querySelector("#app > div > .cl-note--ok")`)
	if got := second.text(); !strings.Contains(got, "第二份笔记") {
		o.t.Errorf("the note was not sent again: %s", got)
	}
}

// lapses: a session that is over asks for the way in above what was typed.
func (o *caseWorld) lapses(c *colleague) {
	c.begin("acknowledge")
	c.write("acknowledge-text", "还在这里")
	o.clock.Move(time.Hour)
	c.act(`[data-form="acknowledge"] > .cl-actions button`)
	c.until(`document.querySelector("#lapsed #passphrase")`)
	if ask[string](c.tab, `document.querySelector("#acknowledge-text").value`) != "还在这里" {
		o.t.Error("the words are gone with the session")
	}
	ask[bool](c.tab, `(d => { d.querySelector("#sign-in-as").value = `+quote(c.account)+`; d.querySelector("#passphrase").value = `+quote(strings.Join(c.passphrase, " "))+`; d.querySelector("#code").value = `+quote(o.code(c.secret))+`; d.querySelector(".cl-actions button").click(); return true; })(document.querySelector("#lapsed"))`)
	c.until(`!document.querySelector("#lapsed")`)
	if ask[bool](c.tab, `!!document.querySelector("#unlock-words")`) {
		c.unlocks()
	}
	c.opens()
	if ask[string](c.tab, `document.querySelector("#acknowledge-text").value`) != "还在这里" {
		o.t.Error("the words are gone after signing in")
	}
	c.sends("acknowledge")
	if !strings.Contains(c.text(), "还在这里") {
		o.t.Error("the letter was not sent")
	}
}

// seesFiles shows the reporter's picture, and sends a file with a note.
func (c *colleague) seesFiles(axe string) {
	c.t.Helper()
	c.act(".cl-filerow__acts button")
	c.until(`document.querySelector(".cl-viewer iframe") && +document.querySelector(".cl-viewer iframe").getAttribute("height") > 100`)
	c.sound(axe, "a case with a file shown")
	c.upload("note-file", note(c.t, "附上的内容"))
	c.until(`document.querySelector(".cl-attach [role=status]").textContent == "已加密"`)
	c.write("note-text", "见附件")
	c.sends("note")
	c.until(`document.querySelector(".cl-msg--inside .cl-filerow")`)
}

// keepsWords: a locked key shuts the islands, a link asks first, and what is typed stays both times.
func (c *colleague) keepsWords() {
	c.t.Helper()
	c.begin("triage")
	c.pick("triage-remit")
	c.write("note-text", "没写完")
	c.act("#who button")
	c.until(`document.querySelector("#unlock-words")`)
	if got := c.text(); strings.Contains(got, "有人要图纸") || strings.Contains(got, "见附件") {
		c.t.Errorf("shut islands still show words: %s", got)
	}
	c.unlocks()
	c.opens()
	if !ask[bool](c.tab, `document.querySelector("#triage-remit").checked && document.querySelector("#note-text").value == "没写完"`) {
		c.t.Error("typed words or choices are gone with the key")
	}
	c.act(`#nav a[href$="/account"]`)
	c.until(`document.querySelector("#app > div > .cl-note--warn .cl-actions")`)
	if ask[string](c.tab, `document.querySelector("#note-text").value`) != "没写完" {
		c.t.Error("the page was left with typed words")
	}
	c.act("#app > div > .cl-note--warn .cl-actions button:nth-child(2)")
	c.until(`location.pathname.endsWith("/account")`)
}

// bends: a document of a wrong author, one that is missing, and a changed routing field.
func (o *caseWorld) bends(c *colleague, number string) {
	chen, lin, unit := o.Key(o.t, "chen"), o.Key(o.t, "lin"), o.Key(o.t, "unit-1")
	bend := func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/api/work/unit-1/case/"+number) {
			next.ServeHTTP(w, r)
			return
		}
		rec := answer(next, r)
		var f map[string]any
		if err := json.Unmarshal(rec.Body.Bytes(), &f); err != nil {
			o.t.Error(err)
		}
		f["region"], f["danger"], f["flagged"] = "", true, true
		var docs []any
		for _, d := range f["docs"].([]any) {
			doc := d.(map[string]any)
			if doc["kind"] != "note" {
				docs = append(docs, d)
				continue
			}
			switch doc["seq"].(float64) {
			case 1: // left out
			case 2:
				docs = append(docs, d)
			default:
				forged := seal.Document{Instance: o.Dir.Instance, Kind: seal.KindNote, Case: f["case"].(string), Chain: seal.ChainInside, ID: doc["doc"].(string), Seq: int64(doc["seq"].(float64)), Prev: doc["prev"].(string),
					Unit: "unit-1", Day: doc["day"].(string), Author: seal.Author{Role: seal.RoleMember, ID: chen.ID}, Body: []byte(`{"text":"伪造的笔记"}`)}
				sealed, err := seal.SealDocument(forged, forged.Kind.Floor(), []seal.Recipient{unit.Age.Recipient()}, seal.Signer{Role: seal.RoleMember, Key: lin.Sign})
				if err != nil {
					o.t.Error(err)
				}
				doc["sealed"], doc["hash"] = sealed, seal.SealedHash(sealed)
				docs = append(docs, doc)
			}
		}
		f["docs"] = docs
		b, err := json.Marshal(f)
		if err != nil {
			o.t.Error(err)
		}
		give(w, rec, b)
	}
	o.wire.set(bend)
	c.open(200, "/zh/case/"+number)
	c.unlocks()
	c.opens()
	for _, key := range []string{"terminal.routing_differs", "terminal.chain_gap", "terminal.doc_forged"} {
		if !ask[bool](c.tab, `!!document.querySelector('#app > div > .cl-note--danger [data-doubt="`+key+`"]')`) {
			o.t.Errorf("no doubt %s: %s", key, ask[string](c.tab, `document.querySelector("#app").innerText.slice(0, 900)`))
		}
	}
	if strings.Contains(c.text(), "伪造的笔记") {
		o.t.Error("the words of a forged note are shown")
	}
	o.wire.set(nil)
}
