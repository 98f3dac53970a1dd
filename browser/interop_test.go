package browser

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/seal"
)

// documents are one of each kind that the reporter and the unit write, with bodies that use every field.
func interopBodies(t *testing.T) []seal.Body {
	t.Helper()
	report, _ := sampleReport(t)
	r := new(seal.Report)
	if err := json.Unmarshal([]byte(report), r); err != nil {
		t.Fatal(err)
	}
	return []seal.Body{
		r, &seal.Message{Text: "我看到了\u2028 \U0001f514 \"\\\x01"}, &seal.Message{Text: "x", Files: r.Files}, &seal.Rekey{Mailbox: r.Mailbox},
		&seal.EraseNote{Chain: seal.ChainUnit, Doc: repeat("a", 26), Seq: 1<<53 - 1, Sealed: repeat("0f", 32)},
		&seal.Reply{Text: "谢谢", Template: "thanks"},
		&seal.Reply{Text: "x", Letter: &seal.Letter{Template: "needs_info", Words: "w", Days: []seal.Filled{{Name: "answer_by", Value: "2026-04-30"}},
			Sentences: []seal.Sentence{{ID: "ask-when", Picks: []seal.Pick{{Name: "exact", Values: []string{"day"}}}}, {ID: "danger"}}}},
		&seal.Decision{Code: "D6", Outcome: "accepted", Addresses: []string{"北京"}},
		&seal.Proposal{Act: "decide", Decision: &seal.Decision{Code: "F1", Letter: &seal.Letter{Template: "declined", Code: "D3"}}}, &seal.Approval{Proposal: repeat("a", 26), Sealed: repeat("ab", 32), Approve: true},
		&seal.Copy{Body: "市场监督管理局", Basis: seal.Basis{Code: "law-9", Text: "第九条"}, Reference: "7Q4K-2RD9-3F", Lang: "zh-Hans", Text: "███说。", Blacked: []string{"third"}},
		&seal.Note{Text: "n"}, &seal.Title{Text: repeat("题", 80)},
	}
}

func interopDocument(t *testing.T, b seal.Body) seal.Document {
	t.Helper()
	body, err := seal.EncodeBody(b)
	if err != nil {
		t.Fatal(err)
	}
	d := seal.Document{Instance: testInstance, Kind: b.Kind(), Case: repeat("a", 26), Chain: b.Kind().Chain(), ID: repeat("b", 24) + "ba", Seq: 7, Prev: repeat("12", 32),
		Unit: "capital", Day: "2026-11-22", Author: seal.Author{Role: seal.RoleUnit, ID: "capital"}, Body: body}
	if d.Chain == seal.ChainReporter {
		d.Author = seal.Author{Role: seal.RoleReporter}
	}
	return d
}

// TestDocumentsBothWays seals each kind of document on one side and opens it on the other.
func TestDocumentsBothWays(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	id := testIdentity(40)
	to := []seal.Recipient{testIdentity(41).Recipient(), id.Recipient()}
	seed, idSeed := hex.EncodeToString(bytes.Repeat([]byte{3}, 32)), id.Seed()
	for _, body := range interopBodies(t) {
		d := interopDocument(t, body)
		kind := string(d.Kind)
		sealed, err := seal.SealDocument(d, d.Kind.Floor(), to, seal.Signer{Role: d.Author.Role, Key: testKey(3)})
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Document map[string]any
			Body     json.RawMessage
			Verified bool
			Sealed   string
		}
		err = p.call(t, "openDocument", map[string]any{"sealed": sealed, "seed": hex.EncodeToString(idSeed[:]), "key": hex.EncodeToString(publicKey(3)), "role": d.Author.Role}, &got)
		if err != nil || !got.Verified || got.Sealed != seal.SealedHash(sealed) {
			t.Errorf("%s, Go to browser: %v %+v", kind, err, got)
			continue
		}
		again := d
		again.Body = got.Body
		checkBody(t, kind+", Go to browser", again, body)

		var back []byte
		args := map[string]any{"document": got.Document, "body": got.Body, "seed": seed, "role": d.Author.Role, "to": []string{to[0].String(), to[1].String()}}
		if err := p.call(t, "sealDocument", args, &back); err != nil {
			t.Errorf("%s, browser to Go: %v", kind, err)
			continue
		}
		if len(back) != len(sealed) {
			t.Errorf("%s: sealed in the browser to %d bytes, in Go to %d", kind, len(back), len(sealed))
		}
		s, err := seal.OpenDocument(back, id)
		if err != nil {
			t.Errorf("%s, browser to Go: %v", kind, err)
			continue
		}
		if err := s.VerifiedBy(d.Author.Role, publicKey(3)); err != nil {
			t.Errorf("%s, browser to Go: %v", kind, err)
		}
		checkBody(t, kind+", browser to Go", s.Document, body)
		want := d
		want.V, want.Body, s.Document.Body = 1, nil, nil
		if diff := cmp.Diff(want, s.Document); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
}

func checkBody(t *testing.T, name string, d seal.Document, want seal.Body) {
	t.Helper()
	got := bodyOf(d.Kind)
	if err := seal.DecodeBody(d, got); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	// Empty lists are left out when written and may be there when read.
	if a, b := string(must(seal.EncodeBody(want))), string(must(seal.EncodeBody(got))); a != b {
		t.Errorf("%s:\n%s\n%s", name, a, b)
	}
}

// TestFilesBothWays seals attachments on one side and opens them on the other.
func TestFilesBothWays(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	for _, size := range []int{0, 1, 65535, 65536, 70000, 200001} {
		content := bytes.Repeat([]byte("clarion "), size/8+1)[:size]
		var sealed bytes.Buffer
		f, err := seal.SealFile(&sealed, bytes.NewReader(content), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		f.Blob = repeat("a", 26)
		var opened []byte
		if err := p.call(t, "openFile", map[string]any{"sealed": sealed.Bytes(), "file": f}, &opened); err != nil || !bytes.Equal(opened, content) {
			t.Errorf("%d bytes, Go to browser: %v", size, err)
		}
		f.SHA256 = repeat("0", 64)
		if err := p.call(t, "openFile", map[string]any{"sealed": sealed.Bytes(), "file": f}, &opened); err == nil || err.Error() != "file" {
			t.Errorf("%d bytes, false hash: %v", size, err)
		}
		var made struct {
			File   seal.File
			Sealed []byte
		}
		if err := p.call(t, "sealFile", map[string]any{"content": content}, &made); err != nil {
			t.Fatal(err)
		}
		made.File.Blob, made.File.Cleaned = repeat("a", 26), "no"
		var back bytes.Buffer
		if err := seal.OpenFile(&back, bytes.NewReader(made.Sealed), made.File); err != nil || !bytes.Equal(back.Bytes(), content) {
			t.Errorf("%d bytes, browser to Go: %v", size, err)
		}
	}
}

// TestMailboxesAgree derives mailboxes from codes that each side drew.
func TestMailboxesAgree(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	for _, code := range []string{seal.NewDigits(), seal.NewWords(), seal.NewPickUpNumber(), "x"} {
		var got seal.Mailbox
		if err := p.call(t, "mailbox", map[string]any{"instance": testInstance, "code": code}, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(must(seal.DeriveMailbox(testInstance, code)).Public(), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", code, diff)
		}
	}
	if err := p.call(t, "mailbox", map[string]any{"instance": testInstance, "code": " - "}, new(seal.Mailbox)); err == nil || err.Error() != "code" {
		t.Errorf("empty code: %v", err)
	}
}

// TestIdentitiesBothWays splits an identity on one side and opens it with two custodians' keys on the other.
func TestIdentitiesBothWays(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	of := map[string]any{"instance": testInstance, "case": repeat("a", 26)}
	person := seal.Person{Name: "王小明 \u2028 \U0001f514", Reach: "+86 10 1234\n\"\\"}
	var list []seal.Custodian
	var listed []map[string]any
	seeds := make([]string, 3)
	for i := range seeds {
		id := testIdentity(byte(50 + i))
		seed := id.Seed()
		seeds[i] = hex.EncodeToString(seed[:])
		list = append(list, seal.Custodian{ID: repeat("k", i+1), Recipient: id.Recipient()})
		listed = append(listed, map[string]any{"id": list[i].ID, "recipient": id.Recipient()})
	}
	made, err := seal.SplitIdentity(testInstance, repeat("a", 26), person, list)
	if err != nil {
		t.Fatal(err)
	}
	combine := func(i, j int) (got seal.Person, err error) {
		shares := []map[string]any{{"sealed": made.Shares[i].Sealed, "seed": seeds[i]}, {"sealed": made.Shares[j].Sealed, "seed": seeds[j]}}
		return got, p.call(t, "combineIdentity", map[string]any{"of": of, "box": made.Box, "named": seal.SealedHash(made.Box), "shares": shares}, &got)
	}
	for _, two := range [][2]int{{0, 1}, {2, 0}} {
		if got, err := combine(two[0], two[1]); err != nil || got != person {
			t.Errorf("Go to browser: %+v, %v", got, err)
		}
	}
	if _, err := combine(1, 1); err == nil || err.Error() != "share" {
		t.Errorf("one share twice: %v", err)
	}

	var back struct {
		Box    []byte
		Shares []seal.SealedShare
	}
	if err := p.call(t, "splitIdentity", map[string]any{"of": of, "person": map[string]string{"name": person.Name, "reach": person.Reach}, "custodians": listed}, &back); err != nil {
		t.Fatal(err)
	}
	asked := seal.ShareOf{Instance: testInstance, Case: repeat("a", 26), Box: seal.SealedHash(back.Box)}
	var shares []*seal.Share
	for i, s := range back.Shares {
		if len(s.Sealed) != len(made.Shares[i].Sealed) || s.Custodian != list[i].ID {
			t.Errorf("share %d of %s: %d bytes in the browser, %d in Go", i, s.Custodian, len(s.Sealed), len(made.Shares[i].Sealed))
		}
		if err := seal.CheckShare(s.Sealed, testInstance); err != nil {
			t.Error(err)
		}
		share, err := seal.OpenShare(s.Sealed, testIdentity(byte(50+i)), asked)
		if err != nil {
			t.Fatal(err)
		}
		shares = append(shares, share)
	}
	if err := seal.CheckIdentityBox(back.Box); err != nil {
		t.Error(err)
	}
	for _, some := range [][]*seal.Share{shares[:2], shares[1:], shares} {
		if got, err := seal.CombineIdentity(back.Box, asked.Box, some...); err != nil || got != person {
			t.Errorf("browser to Go: %+v, %v", got, err)
		}
	}
	if len(back.Box) != len(made.Box) {
		t.Errorf("the box has %d bytes in the browser, %d in Go", len(back.Box), len(made.Box))
	}
}

// TestFileKeysBothWays: both sides find the same file key in a sealed file, and open it with the key alone.
func TestFileKeysBothWays(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	id := testIdentity(40)
	idSeed := id.Seed()
	for _, size := range []int{0, 1, 65536, 200001} {
		plain := bytes.Repeat([]byte("clarion "), size/8+1)[:size]
		sealed := must(seal.Seal(plain, testIdentity(41).Recipient(), id.Recipient()))
		key := must(seal.FileKeyOf(sealed, id))
		var found, opened []byte
		if err := p.call(t, "fileKey", map[string]any{"sealed": sealed, "seed": hex.EncodeToString(idSeed[:])}, &found); err != nil || !bytes.Equal(found, key[:]) {
			t.Errorf("%d bytes: the browser finds another file key: %v", size, err)
		}
		if err := p.call(t, "openByFileKey", map[string]any{"sealed": sealed, "key": key[:]}, &opened); err != nil || !bytes.Equal(opened, plain) {
			t.Errorf("%d bytes, opened in the browser: %v", size, err)
		}
		key[0] ^= 1
		_, err := seal.OpenWithFileKey(sealed, key)
		if other := p.call(t, "openByFileKey", map[string]any{"sealed": sealed, "key": key[:]}, &opened); kindOf(err) != "wrong_key" || other == nil || other.Error() != "wrong_key" {
			t.Errorf("another key: %v in Go, %v in the browser", err, other)
		}
	}
	var made []byte // a file of the browser's, in Go
	d := interopDocument(t, &seal.Note{Text: "记一笔"})
	args := map[string]any{"document": map[string]any{"instance": d.Instance, "kind": d.Kind, "case": d.Case, "id": d.ID, "seq": d.Seq, "prev": d.Prev, "unit": d.Unit, "day": d.Day, "author": map[string]any{"role": d.Author.Role, "id": d.Author.ID}},
		"body": map[string]any{"text": "记一笔", "files": []any{}}, "seed": seedHex(3), "role": d.Author.Role, "to": []string{id.Recipient().String()}}
	if err := p.call(t, "sealDocument", args, &made); err != nil {
		t.Fatal(err)
	}
	plain, err := seal.OpenWithFileKey(made, must(seal.FileKeyOf(made, id)))
	if want := must(seal.Open(made, id)); err != nil || !bytes.Equal(plain, want) {
		t.Errorf("browser to Go: %v", err)
	}
}
