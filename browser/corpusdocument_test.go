package browser

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"clarion.example/clarion/seal"
)

// documentCase is the inside of a sealed document. Body is the verdict on the body of a sound one.
type documentCase struct {
	item
	Plain blob   `json:"plain"`
	Body  string `json:"body"`
}

func (c *documentCase) verdict() string {
	s, err := seal.ParseDocument(c.Plain)
	if err != nil {
		return kindOf(err)
	}
	c.Body = kindOf(seal.DecodeBody(s.Document, bodyOf(s.Document.Kind)))
	return ""
}

func bodyOf(k seal.Kind) seal.Body {
	switch k {
	case seal.KindReport:
		return new(seal.Report)
	case seal.KindMessage:
		return new(seal.Message)
	case seal.KindReply:
		return new(seal.Reply)
	case seal.KindNote:
		return new(seal.Note)
	case seal.KindTitle:
		return new(seal.Title)
	case seal.KindDecision:
		return new(seal.Decision)
	case seal.KindProposal:
		return new(seal.Proposal)
	case seal.KindApproval:
		return new(seal.Approval)
	case seal.KindCopy:
		return new(seal.Copy)
	case seal.KindRekey:
		return new(seal.Rekey)
	case seal.KindErase:
		return new(seal.EraseNote)
	}
	panic("unknown kind " + k)
}

// envelope signs doc, whatever it is, as an attacker who holds a key could.
func envelope(doc, prefix string, key ed25519.PrivateKey) string {
	sig := ed25519.Sign(key, []byte(prefix+doc))
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"v":1,"doc":%s,"sigs":[{"role":"reporter","key":"%s","sig":"%s"}]}`, text,
		seal.EncodeKey(key.Public().(ed25519.PublicKey)), base64.RawURLEncoding.EncodeToString(sig))
}

const documentPrefix = "clarion/document/v1\n"

func documentCases(t *testing.T) []*documentCase {
	plain := strings.TrimRight(string(must(seal.SignDocument(testDocument(t), 0, seal.Signer{Role: seal.RoleReporter, Key: testKey(1)}))), " ")
	doc := string(must(seal.ParseDocument([]byte(plain))).Raw)
	var out []*documentCase
	add := func(name, text string) { out = append(out, &documentCase{item: named(name), Plain: blob(text)}) }
	for name, text := range map[string]string{
		"good": plain, "good, padded": plain + repeat(" ", 500), "key set's prefix": envelope(doc, "clarion/keys/v1\n", testKey(1)),
		"roster's prefix": envelope(doc, "clarion/roster/v1\n", testKey(1)), "request's prefix": envelope(doc, "clarion/mailbox/v1/request\n", testKey(1)),
		"no prefix": envelope(doc, "", testKey(1)), "a request as a document": envelope("clarion/mailbox/v1/request\n", "", testKey(1)),
		"trailing tab": plain + "\t", "trailing line": plain + "   \n", "trailing object": plain + " {}", "leading space": " " + plain,
		"byte order mark": "\ufeff" + plain, "empty": "", "spaces": "    ", "bad UTF-8": strings.Replace(plain, "我", "\xff", 1), "list": "[" + plain + "]",
		"too large": plain + repeat(" ", seal.MaxPlain), "number": "1", "text": `"{}"`, "null": "null", "cut": plain[:len(plain)-1], "zero byte after": plain + "\x00",
		"space inside": strings.Replace(plain, `{"v":1,`, "{ \"v\" :\t1 ,\n\r", 1), "form feed inside": strings.Replace(plain, `{"v":1,`, "{\f\"v\":1,", 1),
	} {
		add("envelope: "+name, text)
	}
	for _, c := range envelopeChanges(plain) {
		add("envelope: "+c[0]+" → "+c[1], strings.Replace(plain, c[0], c[1], 1))
	}
	for _, c := range documentChanges() {
		if !strings.Contains(doc, c[0]) {
			t.Fatalf("%q is not in the document", c[0])
		}
		add("document: "+c[0]+" → "+c[1], envelope(strings.Replace(doc, c[0], c[1], 1), documentPrefix, testKey(1)))
	}
	for _, text := range []string{"", "{}", "[" + doc + "]", doc + doc, doc + " ", " " + doc, "\ufeff" + doc, doc + "\n", "null", doc[:len(doc)-1] + ",}"} {
		add("document: "+text[:min(12, len(text))]+"…", envelope(text, documentPrefix, testKey(1)))
	}
	for depth := 9; depth <= 12; depth++ { // document and body are two levels, so ten more are the limit
		add(fmt.Sprintf("document: body of %d levels", depth),
			envelope(strings.Replace(doc, `"text":`, `"x":`+repeat("[", depth)+repeat("]", depth)+`,"text":`, 1), documentPrefix, testKey(1)))
	}
	return append(out, bodyCases(t, doc)...)
}

func envelopeChanges(plain string) [][2]string {
	sig := plain[strings.Index(plain, `"sigs":[`)+8 : len(plain)-2]
	return [][2]string{
		{`{"v":1,`, `{"v":1,"x":1,`}, {`{"v":1,`, `{"v":1,"doc":"",`}, {`{"v":1,`, `{`}, {`{"v":1,`, `{"v":3,`}, {`{"v":1,`, `{"v":"1",`}, {`{"v":1,`, `{"v":1.0,`},
		{`{"v":1,`, `{"V":1,`}, {`{"v":1,`, `{"v":01,`}, {`{"v":1,`, `{"v":+1,`}, {`{"v":1,`, `{"v":true,`}, {`{"v":1,`, `{"v":null,`}, {`{"v":1,`, `{"\u0076":1,`},
		{`"sigs":[{`, `"sigs":[{"x":1,`}, {`"sigs":[` + sig, `"sigs":[`}, {sig, sig + "," + sig}, {sig, sig + ",{}"}, {sig, "[]"}, {sig, "1"},
		{`"sigs":[` + sig + "]", `"sigs":{}`}, {`"sigs":[` + sig + "]", `"sigs":""`}, {`"role":"reporter"`, `"role":"unit"`}, {`"role":"reporter"`, `"role":"root"`},
		{`"role":"reporter"`, `"role":""`}, {`"role":"reporter"`, `"role":1`}, {`"role":"reporter",`, ``}, {`"sig":"`, `"sig":"A`}, {`"sig":"`, `"sig":" `},
		{`"}]}`, `="}]}`}, {`"key":"`, `"key":"\u0041`}, {`"key":"i`, `"key":"\u0069`},
		{sig, sig + "," + strings.Replace(sig, "reporter", "unit", 1)},
		{sig, strings.Join([]string{sig, strings.Replace(sig, "reporter", "unit", 1), strings.Replace(sig, "reporter", "member", 1),
			strings.Replace(sig, "reporter", "server", 1), strings.Replace(sig, "reporter", "custodian", 1)}, ",")},
	}
}

func documentChanges() [][2]string {
	return [][2]string{
		{`{"v":1,`, `{"v":1,"x":1,`}, {`{"v":1,`, `{"v":2,`}, {`{"v":1,`, `{"v":-1,`}, {`{"v":1,`, `{"v":1,"__proto__":{},`}, {`"seq":1,`, `"seq":1,"seq":1,`},
		{`"seq":1,`, `"seq":1,"s\u0065q":2,`}, {`"seq":1`, `"seq":1.0`}, {`"seq":1`, `"seq":1e0`}, {`"seq":1`, `"seq":9007199254740992`}, {`"seq":1`, `"seq":0`},
		{`"seq":1`, `"seq":-1`}, {`"seq":1`, `"seq":-0`}, {`"seq":1`, `"seq":2`}, {`"seq":1`, `"seq":"1"`}, {`"seq":1`, `"seq":01`}, {`"seq":1`, `"seq":1_0`},
		{`"seq":1,"prev":""`, `"seq":2,"prev":"` + repeat("ab", 32) + `"`}, {`"seq":1,"prev":""`, `"seq":9007199254740991,"prev":"` + repeat("ab", 32) + `"`},
		{`"seq":1,"prev":""`, `"seq":2,"prev":"` + repeat("AB", 32) + `"`}, {`"prev":""`, `"prev":"` + repeat("ab", 32) + `"`}, {`"prev":"",`, ``},
		{`"prev":""`, `"prev":null`}, {`"prev":""`, `"prev":[]`}, {`"unit":`, `"Unit":`}, {`"unit":`, `"Unit":"x","unit":`}, {`"unit":"capital"`, `"unit":""`},
		{`"unit":"capital"`, `"unit":"-capital"`}, {`"unit":"capital"`, `"unit":"` + repeat("a", 41) + `"`}, {`"unit":"capital"`, `"unit":"` + repeat("a", 40) + `"`},
		{`"unit":"capital"`, `"unit":"capital\n"`}, {`"kind":"message"`, `"kind":"report"`}, {`"kind":"message"`, `"kind":"reply"`}, {`"kind":"message"`, `"kind":"x"`},
		{`"kind":"message"`, `"kind":"constructor"`}, {`"kind":"message"`, `"kind":"erase"`}, {`"kind":`, "\"\u212aind\":"}, {`"chain":"reporter"`, `"chain":"unit"`},
		{`"instance":"example-instance-1"`, `"instance":"Example"`}, {`"instance":"example-instance-1"`, `"instance":"."`}, {`"instance":"example-instance-1"`, `"instance":""`},
		{`"instance":"example-instance-1"`, `"instance":"` + repeat("i", 63) + `"`}, {`"instance":"example-instance-1"`, `"instance":"` + repeat("i", 64) + `"`},
		{`"case":"m`, `"case":"M`}, {`tpoa"`, `tpob"`}, {`tpoa"`, `tpo4"`}, {`tpoa"`, `tpo2"`}, {`tpoa"`, `tpo"`}, {`"case":"m`, `"case":"1`}, {`"id":"aa`, `"id":"a`},
		{`"day":"2026-11-22"`, `"day":"2026-11-31"`}, {`"day":"2026-11-22"`, `"day":"2024-02-29"`}, {`"day":"2026-11-22"`, `"day":"2026-02-29"`},
		{`"day":"2026-11-22"`, `"day":"1900-02-29"`}, {`"day":"2026-11-22"`, `"day":"2000-02-29"`}, {`"day":"2026-11-22"`, `"day":"0000-02-29"`},
		{`"day":"2026-11-22"`, `"day":"2026-00-10"`}, {`"day":"2026-11-22"`, `"day":"2026-1-1"`}, {`"day":"2026-11-22"`, `"day":"2026-11-00"`},
		{`"day":"2026-11-22"`, `"day":"12026-11-22"`}, {`"day":"2026-11-22"`, `"day":"٢٠٢٦-11-22"`}, {`"day":"2026-11-22"`, `"day":"2026-13-01"`},
		{`"role":"reporter"`, `"role":"reporter","n":1`}, {`"role":"reporter"`, `"role":"unit"`}, {`"role":"reporter","id":""`, `"role":"unit","id":"capital"`},
		{`"role":"reporter","id":""`, `"role":"reporter","id":"x"`}, {`"role":"reporter","id":""`, `"role":"server","id":"s"`}, {`,"id":""}`, `}`},
		{`"author":{"role":"reporter","id":""}`, `"author":"reporter"`}, {`"author":{"role":"reporter","id":""}`, `"author":[]`},
		{`"body":{`, `"body": {`}, {`"body":{`, `"body":[],"x":{`}, {`我看到了`, `\uD83D\uDE00`}, {`我看到了`, `\ud83d`}, {`我看到了`, `\ude00\ud83d`}, {`我看到了`, `\ud83dx\ude00`},
		{`我看到了`, "\u0001"}, {`我看到了`, "\u007f"}, {`我看到了`, `\u0000`}, {`我看到了`, `\x00`}, {`我看到了`, `\/\b\f\n\r\t`}, {`我看到了`, `\u00g0`}, {`我看到了`, `\U00e9`},
		{`我看到了`, "\ufffe\U0010ffff"}, {`我看到了`, "\u2028"}, {`"text":`, `"text":"a","text":`}, {`"text":`, `"x":`}, {`"text":`, `"x":null,"text":`},
		{`"text":`, `"":1,"text":`}, {`"text":`, `"a-b":1,"text":`}, {`"text":`, `"x":1e3,"text":`}, {`"text":`, `"x":-9007199254740991,"text":`},
		{`"text":`, `"x":-9007199254740992,"text":`}, {`"text":`, `"x":{"y":1,"y":2},"text":`}, {`"text":`, `"files":[],"text":`}, {`"text":`, `"files":{},"text":`},
		{`"text":`, `"files":[{}],"text":`}, {`"text":`, `"x":.5,"text":`}, {`"text":`, `"x":nul,"text":`}, {`"text":`, `"x":True,"text":`}, {`"text":`, `"x":[1,],"text":`},
	}
}

// bodyCases put bodies of each kind, sound and unsound, into a sound document.
func bodyCases(t *testing.T, doc string) []*documentCase {
	var out []*documentCase
	add := func(kind, chain, body string) {
		d := strings.Replace(doc, `"kind":"message"`, `"kind":"`+kind+`"`, 1)
		d = strings.Replace(d, `"chain":"reporter"`, `"chain":"`+chain+`"`, 1)
		if chain != "reporter" {
			d = strings.Replace(d, `"role":"reporter","id":""`, `"role":"unit","id":"capital"`, 1)
		}
		d = d[:strings.Index(d, `"body":`)] + `"body":` + body + "}"
		out = append(out, &documentCase{item: named(kind + ": " + body[:min(60, len(body))]), Plain: blob(envelope(d, documentPrefix, testKey(1)))})
	}
	report, file := sampleReport(t)
	identity := `"identity":"` + repeat("ef", 32) + `",`
	who := `"contact":"named","danger":true,"wish":false,"reach":"+86 10",` + identity
	add("report", "reporter", report)
	for _, c := range [][2]string{
		{`"category":"sabotage"`, `"category":""`}, {`"region":"north"`, `"region":""`}, {`"region":"north"`, `"region":"North"`}, {`"contact":"named"`, `"contact":"anonymous"`},
		{`"contact":"named"`, `"contact":"secret"`}, {`"reach":"+86 10"`, `"reach":""`}, {`"danger":true`, `"danger":1`}, {`"danger":true,`, ``}, {`"via":"web"`, `"via":"-"`},
		{`"what":"x"`, `"what":1`}, {`"answers":[`, `"answers":[{},`}, {`"answers":[`, `"answers":[{"x":1},`}, {`"q":"who"`, `"q":["who"]`}, {`"values":["a"]`, `"values":[1]`},
		{`"values":["a"]`, `"values":"a"`}, {`"size":5,`, `"size":6,`}, {`"size":5,`, `"size":65537,`}, {`"size":5,`, `"size":-1,`}, {`"cleaned":"yes"`, `"cleaned":"maybe"`},
		{`"cleaned":"yes"`, `"cleaned":"original"`}, {`"blob":"a`, `"blob":"A`}, {`"key":"AGE`, `"key":"age`}, {`"sealed_size":67195`, `"sealed_size":67196`},
		{`"auth":"`, `"auth":"A`}, {`"recipient":"age1pq`, `"recipient":"age1pqq`}, {`"mailbox":{`, `"mailbox":{"x":"",`},
		{identity, ``}, {identity, `"identity":"",`}, {identity, `"identity":"` + repeat("ef", 31) + `",`}, {identity, `"identity":"` + repeat("EF", 32) + `",`}, {identity, `"identity":1,`},
		{who, `"contact":"confidential","danger":true,"wish":false,"reach":"",` + identity}, {who, `"contact":"confidential","danger":true,"wish":false,"reach":"","identity":"",`},
		{who, `"contact":"anonymous","danger":true,"wish":false,"reach":"",` + identity}, {who, `"contact":"anonymous","danger":true,"wish":false,"reach":"","identity":"",`},
	} {
		if !strings.Contains(report, c[0]) {
			t.Fatalf("%q is not in the report", c[0])
		}
		add("report", "reporter", strings.Replace(report, c[0], c[1], 1))
	}
	mailbox := report[strings.Index(report, `"mailbox":`)+10 : len(report)-1]
	none := `{"auth":"","recipient":"","sign":""}`
	add("report", "reporter", strings.Replace(report, mailbox, none, 1))
	add("report", "reporter", strings.Replace(report, mailbox, `{}`, 1))
	add("report", "reporter", `{}`)
	hash, id := repeat("0f", 32), repeat("b", 24)+"ba"
	for _, c := range [][3]string{
		{"reply", "unit", `{"text":"x","template":"","letter":{}}`}, {"reply", "unit", `{"text":"x","template":"","letter":null}`}, {"reply", "unit", `{"text":"x","template":"","letter":[]}`},
		{"reply", "unit", `{"text":"x","template":"","letter":{"template":"a","code":"","words":"","sentences":[{"id":"a","picks":[{"name":"b","values":["c"]}]}],"days":[{"name":"d","value":"e"}]}}`},
		{"reply", "unit", `{"letter":{"x":1}}`}, {"reply", "unit", `{"letter":{"sentences":[{"id":1}]}}`}, {"decision", "unit", `{"letter":{"days":[{"name":"d","value":2}]}}`}, {"decision", "unit", `{"letter":{"days":[]}}`},
		{"rekey", "reporter", `{"mailbox":` + mailbox + `}`}, {"rekey", "reporter", `{"mailbox":` + none + `}`}, {"rekey", "reporter", `{}`},
		{"erase", "reporter", `{"chain":"unit","doc":"` + id + `","seq":1,"sealed":"` + hash + `"}`}, {"erase", "reporter", `{"chain":"x","doc":"` + id + `","seq":1,"sealed":"` + hash + `"}`},
		{"erase", "reporter", `{"chain":"unit","doc":"` + id + `","seq":0,"sealed":"` + hash + `"}`}, {"erase", "reporter", `{"chain":"unit","doc":"` + id + `","seq":true,"sealed":"` + hash + `"}`},
		{"message", "reporter", `{"files":[` + file + `],"text":""}`}, {"message", "reporter", `{}`}, {"message", "reporter", `{"text":"","template":""}`},
		{"reply", "unit", `{"text":"x","template":""}`}, {"reply", "unit", `{"text":"x","template":"","files":[` + file + `,` + file + `]}`}, {"reply", "unit", `{"text":["x"]}`},
		{"decision", "unit", `{"code":"D6","outcome":"accepted","reasons":"x","addresses":["y"],"review":"z"}`}, {"decision", "unit", `{}`}, {"decision", "unit", `{"addresses":[[]]}`},
		{"note", "inside", `{"text":"x"}`}, {"note", "inside", `{"text":"x","x":""}`}, {"title", "inside", `{"text":"` + repeat("举", 80) + `"}`}, {"title", "inside", `{"text":"` + repeat("举", 81) + `"}`},
		{"title", "inside", `{"text":"` + repeat("\U0001f600", 80) + `"}`}, {"title", "inside", `{"text":"` + repeat(`\ud83d`, 81) + `"}`}, {"title", "inside", `{"text":"` + repeat(`\ud83d\ude00`, 80) + `"}`},
		{"proposal", "inside", `{"act":"a","code":"","reasons":"","decision":{"code":"D1"}}`}, {"proposal", "inside", `{"decision":{"x":1}}`}, {"proposal", "inside", `{"decision":[]}`}, {"proposal", "inside", `{"act":"a"}`},
		{"approval", "inside", `{"proposal":"` + id + `","sealed":"` + hash + `","approve":true,"reasons":""}`}, {"approval", "inside", `{"proposal":"","sealed":"` + hash + `"}`},
		{"approval", "inside", `{"proposal":"` + id + `","sealed":"` + hash + `","approve":"true"}`},
	} {
		add(c[0], c[1], c[2])
	}
	whole := `{"body":"市场监督管理局","basis":{"code":"law-9","text":"第九条"},"reference":"7Q4K-2RD9-3F","lang":"zh-Hans","text":"███说，███。","blacked":["third","reporter"],"files":[` +
		strings.Replace(file, `"name":"`+file[strings.Index(file, `"name":"`)+8:strings.Index(file, `","type"`)]+`"`, `"name":"file-1.jpg"`, 1) + `]}`
	add("copy", "inside", whole)
	for _, c := range [][2]string{
		{`"body":"市场监督管理局"`, `"body":""`}, {`"body":"市`, `"body":"市\n`}, {`"body":"市`, `"body":"` + repeat("市", 200)}, {`"code":"law-9"`, `"code":""`}, {`"code":"law-9"`, `"code":"§9"`},
		{`"text":"第九条"`, `"text":" "`}, {`"text":"第九条"`, `"text":"` + repeat("条", 1001) + `"`}, {`7Q4K`, `7QUK`}, {`7Q4K`, `7q4k`}, {`-3F`, `3F`}, {`███说`, `██说`}, {`███说`, `████说`},
		{`███说`, `██████`}, {`"third",`, ``}, {`"third"`, `"nobody"`}, {`"third"`, `3`}, {`file-1.jpg`, `file-2.jpg`}, {`file-1.jpg`, `file-1.JPG`}, {`file-1.jpg`, `file-1`}, {`file-1.jpg`, `Zhang.jpg`},
		{`"cleaned":"yes"`, `"cleaned":"no"`}, {`"cleaned":"yes"`, `"cleaned":"original"`}, {`"basis":{`, `"basis":{"x":"",`}, {`"lang":"zh-Hans",`, ``}, {`"basis":`, `"base":`},
	} {
		if !strings.Contains(whole, c[0]) {
			t.Fatalf("%q is not in the copy", c[0])
		}
		add("copy", "inside", strings.Replace(whole, c[0], c[1], 1))
	}
	return out
}

func sampleReport(t *testing.T) (report, file string) {
	t.Helper()
	f := seal.File{Blob: repeat("a", 26), Name: "照片.jpg", Type: "image/jpeg", Size: 5, SHA256: repeat("ab", 32), Key: testIdentity(5).String(),
		Sealed: repeat("cd", 32), SealedSize: seal.SealedSize(65536, 1), Cleaned: "yes"}
	keys := must(seal.DeriveMailbox(testInstance, goodDigits))
	b := must(seal.EncodeBody(&seal.Report{Category: "sabotage", Region: "north", Unit: "capital", Via: "web", Lang: "zh-Hans", Contact: "named", Danger: true,
		Reach: "+86 10", Identity: repeat("ef", 32), Answers: []seal.Answer{{Q: "who", Values: []string{"a"}, Text: "b"}}, What: "x", How: []string{"seen"}, Files: []seal.File{f}, Mailbox: keys.Public()}))
	return string(b), string(must(json.Marshal(f)))
}

// chainCase is a thread of documents.
type chainCase struct {
	item
	Thread seal.Thread    `json:"thread"`
	After  seal.ChainHead `json:"after"`
	Items  []chainItem    `json:"items"`
	At     int            `json:"at"`
	Due    int64          `json:"due"`
}

type chainItem struct {
	Sealed   string          `json:"sealed"`
	Document *seal.Document  `json:"document,omitempty"`
	Erased   *seal.EraseNote `json:"erased,omitempty"`
}

func (c *chainCase) verdict() string {
	var items []seal.ChainItem
	for _, i := range c.Items {
		items = append(items, seal.ChainItem(i))
	}
	_, err := seal.CheckChain(c.Thread, c.After, items...)
	if e, ok := errors.AsType[*seal.ChainError](err); ok {
		c.At, c.Due = e.Position, e.Want
		return string(e.Fault)
	}
	return kindOf(err)
}

func chainCases() []*chainCase {
	hash := func(n int) string { return repeat(fmt.Sprintf("%x", n), 64) }
	ids := []string{repeat("a", 26), repeat("b", 24) + "ba", repeat("c", 24) + "ca"}
	thread := seal.Thread{Instance: testInstance, Case: ids[0], Chain: seal.ChainReporter, Unit: "capital"}
	three := func() []chainItem {
		var out []chainItem
		for i, id := range ids {
			d := &seal.Document{Instance: testInstance, Kind: seal.KindMessage, Case: ids[0], Chain: seal.ChainReporter, ID: id, Seq: int64(i + 1), Unit: "capital",
				Body: []byte("{}")}
			if i > 0 {
				d.Prev = hash(i)
			}
			out = append(out, chainItem{Sealed: hash(i + 1), Document: d})
		}
		return out
	}
	var out []*chainCase
	add := func(name string, change func(c *chainCase)) {
		c := &chainCase{item: named(name), Thread: thread, Items: three()}
		change(c)
		out = append(out, c)
	}
	note := func(change func(*seal.EraseNote)) func(*chainCase) {
		return func(c *chainCase) {
			e := &seal.EraseNote{Chain: seal.ChainReporter, Doc: ids[1], Seq: 2, Sealed: hash(2)}
			change(e)
			c.Items[1] = chainItem{Sealed: hash(2), Erased: e}
		}
	}
	for name, change := range map[string]func(c *chainCase){
		"good": func(*chainCase) {}, "none": func(c *chainCase) { c.Items = nil }, "any unit": func(c *chainCase) { c.Thread.Unit = ""; c.Items[1].Document.Unit = "north" },
		"continued": func(c *chainCase) { c.Items, c.After = c.Items[1:], seal.ChainHead{Seq: 1, Sealed: hash(1)} }, "again": func(c *chainCase) { c.After = seal.ChainHead{Seq: 1, Sealed: hash(1)} },
		"after another": func(c *chainCase) { c.Items, c.After = c.Items[1:], seal.ChainHead{Seq: 1, Sealed: hash(9)} },
		"instance":      func(c *chainCase) { c.Items[1].Document.Instance = "other" }, "case": func(c *chainCase) { c.Items[2].Document.Case = ids[1] },
		"chain": func(c *chainCase) {
			c.Items[0].Document.Kind, c.Items[0].Document.Chain = seal.KindNote, seal.ChainInside
		},
		"unit":       func(c *chainCase) { c.Items[1].Document.Unit = "north" },
		"no first":   func(c *chainCase) { c.Items = c.Items[1:] },
		"no middle":  func(c *chainCase) { c.Items = []chainItem{c.Items[0], c.Items[2]} },
		"swapped":    func(c *chainCase) { c.Items[1], c.Items[2] = c.Items[2], c.Items[1] },
		"replayed":   func(c *chainCase) { c.Items[2] = c.Items[0] },
		"same id":    func(c *chainCase) { c.Items[1].Document.ID = ids[0] },
		"same bytes": func(c *chainCase) { c.Items[1].Sealed = hash(1) },
		"number":     func(c *chainCase) { c.Items[1].Document.Seq = 1 },
		"prev":       func(c *chainCase) { c.Items[1].Document.Prev = hash(9) },
		"erased":     note(func(*seal.EraseNote) {}), "erased, number": note(func(e *seal.EraseNote) { e.Seq = 3 }), "erased, hash": note(func(e *seal.EraseNote) { e.Sealed = hash(7) }),
		"erased, chain": note(func(e *seal.EraseNote) { e.Chain = seal.ChainUnit }), "erased, id": note(func(e *seal.EraseNote) { e.Doc = ids[0] }),
		"nothing there": func(c *chainCase) { c.Items[0] = chainItem{Sealed: hash(1)} },
	} {
		add(name, change)
	}
	return out
}

// requestCase is a request to a mailbox. Message is what is signed.
type requestCase struct {
	item
	Instance  string `json:"instance"`
	Origin    string `json:"origin"`
	Method    string `json:"method"`
	Path      string `json:"path"`
	Body      string `json:"body"`
	Challenge string `json:"challenge"` // hex
	Signature string `json:"signature"` // hex, by the mailbox's key of goodDigits at testInstance
}

func (c *requestCase) verdict() string {
	sig, err := seal.SignRequest(must(seal.DeriveMailbox(testInstance, goodDigits)).Auth, seal.Request{Instance: c.Instance, Origin: c.Origin, Method: c.Method,
		Path: c.Path, BodyHash: hash256(c.Body), Challenge: [32]byte(must(hex.DecodeString(c.Challenge)))})
	c.Signature = hex.EncodeToString(sig)
	return kindOf(err)
}

func requestCases(t *testing.T) []*requestCase {
	t.Helper()
	var out []*requestCase
	add := func(name string, change func(*requestCase)) {
		c := &requestCase{item: named(name), Instance: testInstance, Origin: "https://tips.example", Method: "GET", Path: "/m", Challenge: repeat("07", 32)}
		change(c)
		out = append(out, c)
	}
	add("good", func(*requestCase) {})
	add("body", func(c *requestCase) { c.Method, c.Body = "POST", "我" })
	add("query", func(c *requestCase) { c.Path = "/m?a=b&c=%20" })
	add("onion", func(c *requestCase) { c.Origin = "http://x.onion:80" })
	add("challenge", func(c *requestCase) { c.Challenge = repeat("ff", 32) })
	for _, bad := range []string{"", " ", "/m m", "/m\n", "/\u00e9", "/\u4e3e", "/\x7f", "/\t", "\x00"} {
		add(fmt.Sprintf("path %q", bad), func(c *requestCase) { c.Path = bad })
		add(fmt.Sprintf("origin %q", bad), func(c *requestCase) { c.Origin = bad })
		add(fmt.Sprintf("method %q", bad), func(c *requestCase) { c.Method = bad })
	}
	for _, bad := range []string{"", "A", "a b", "a\n", repeat("a", 64)} {
		add(fmt.Sprintf("instance %q", bad), func(c *requestCase) { c.Instance = bad })
	}
	return out
}
