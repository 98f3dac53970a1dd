package seal

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"filippo.io/age"
)

func TestCheckRecipientText(t *testing.T) {
	t.Parallel()
	good := NewIdentity().Recipient().String()
	if err := CheckRecipientText(good); err != nil {
		t.Fatal(err)
	}
	hrp := strings.TrimSuffix(recipientPrefix, "1")
	raw, ok := bech32Decode(hrp, good)
	if !ok {
		t.Fatal("a recipient does not decode")
	}
	classic, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]string{
		"empty": "", "prefix": recipientPrefix, "classic": classic.Recipient().String(), "upper": strings.ToUpper(good), "one upper": good[:99] + "Q" + good[100:],
		"space": " " + good, "newline": good + "\n", "cut": good[:len(good)-1], "more": good + "q", "not ASCII": good[:99] + "é" + good[101:], "b": good[:99] + "b" + good[100:],
		"a byte less": bech32Encode(hrp, raw[1:]), "a byte more": bech32Encode(hrp, append(raw, 0)), "another name": bech32Encode("age1pr", raw),
	} {
		if err := CheckRecipientText(s); !errors.Is(err, ErrRecipient) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for at := range good { // every change of one character is found
		other := []byte(good)
		if other[at] = 'q'; good[at] == 'q' {
			other[at] = 'p'
		}
		if err := CheckRecipientText(string(other)); err == nil {
			t.Errorf("another character at %d is accepted", at)
		}
	}
}

// FuzzBech32 holds the decoder against the encoder: exactly what that writes is accepted.
func FuzzBech32(f *testing.F) {
	sum := func(values ...byte) string { // text of those values, with the right checksum
		chk := bech32Polymod(1, append(append(bech32ExpandHRP("x"), values...), 0, 0, 0, 0, 0, 0)) ^ 1
		text := []byte("x1")
		for i := range 6 {
			values = append(values, byte(chk>>(5*(5-i))&31))
		}
		for _, v := range values {
			text = append(text, bech32Charset[v])
		}
		return string(text)
	}
	f.Add("x1")
	f.Add(bech32Encode("x", []byte("some bytes")))
	f.Add(sum())
	f.Add(sum(0))        // a character that holds nothing
	f.Add(sum(31, 28))   // one byte
	f.Add(sum(31, 29))   // a bit behind it
	f.Add(sum(31, 0, 0)) // a character too many
	f.Fuzz(func(t *testing.T, s string) {
		data, ok := bech32Decode("x", s)
		if ok && bech32Encode("x", data) != s {
			t.Errorf("%q is accepted, and %x is spelled otherwise", s, data)
		}
		if text := bech32Encode("x", []byte(s)); text != "" {
			if back, ok := bech32Decode("x", text); !ok || !bytes.Equal(back, []byte(s)) {
				t.Errorf("%x comes back as %x", s, back)
			}
		}
	})
}

func BenchmarkCheckRecipientText(b *testing.B) {
	text := NewIdentity().Recipient().String()
	b.ReportAllocs()
	for b.Loop() {
		if err := CheckRecipientText(text); err != nil {
			b.Fatal(err)
		}
	}
}
