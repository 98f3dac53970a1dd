package reporter

import (
	"encoding/json"
	"testing"

	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// FuzzListing: whatever a server lists, the client neither fails nor shows words that nobody signed.
func FuzzListing(f *testing.F) {
	f.Add([]byte(`[{"item":0,"chain":"reporter","kind":"report","seq":1,"day":"2026-03-23","hash":"00"},{"item":1,"chain":"unit","kind":"reply","seq":1,"doc":"x","note":"{}"}]`))
	f.Add([]byte(`[{"chain":"unit","sealed":"YWdlLWVuY3J5cHRpb24ub3JnL3YxCg=="},{"chain":"unit","seq":-1,"note":"x"}]`))
	keys, err := seal.DeriveMailbox("example", "a b c")
	if err != nil {
		f.Fatal(err)
	}
	m := &Mailbox{t: &Trusted{Set: &proof.KeySet{Instance: "example"}}, keys: keys}
	f.Fuzz(func(t *testing.T, b []byte) {
		var docs []listed
		if json.Unmarshal(b, &docs) != nil {
			return
		}
		l := &Listing{caseID: "aaaaaaaaaaaaaaaaaaaaaaaaaa"}
		l.readOwn(docs)
		m.readLetters(l, docs)
		l.compare(&Heads{Unit: Head{Seq: 1, Sealed: "00"}}, docs)
		for _, letter := range l.Letters {
			if letter.Text != "" || len(letter.Files) > 0 {
				t.Errorf("words that nobody signed: %+v", letter)
			}
		}
		if len(l.Letters) > 0 && len(l.Doubts) == 0 {
			t.Error("letters without a signature raise no doubt")
		}
	})
}

// FuzzBundle: entries of a log come apart as they were put together, or not at all.
func FuzzBundle(f *testing.F) {
	f.Add([]byte("\x00\x01a\x00\x00"), 2)
	f.Add([]byte("\x00\x05a"), 1)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		if n < 0 || n > tileWidth {
			return
		}
		leaves, err := unbundle(b, n)
		if err != nil {
			return
		}
		total := 0
		for _, l := range leaves {
			total += 2 + len(l)
		}
		if len(leaves) != n || total != len(b) {
			t.Errorf("%d leaves of %d, %d bytes of %d", len(leaves), n, total, len(b))
		}
	})
}

// FuzzMemory: a remembered file is read whole, or refused.
func FuzzMemory(f *testing.F) {
	f.Add([]byte(`{"v":1,"root":"x","keys":"","public":"","cases":""}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseMemory(b)
		if err != nil {
			return
		}
		if _, err := m.previous(); err == nil && m.Keys != "" {
			t.Errorf("keys that nobody signed: %q", m.Keys)
		}
	})
}
