package site

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"testing"

	"clarion.example/clarion/internal/errs"
)

// FuzzCount: a number of bytes has one spelling, and everything else is an error that a person can read.
func FuzzCount(f *testing.F) {
	for _, s := range []string{"0", "1", "67195", "9223372036854775807", "9223372036854775808", "-1", "+1", "01", "1_0", "0x1", " 1", "1e3", "", "１"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := count(text)
		if err != nil {
			if n != 0 || !errs.Is(err, errs.Invalid) {
				t.Errorf("%q: %d, %v", text, n, err)
			}
			return
		}
		if n < 0 || strconv.FormatInt(n, 10) != text {
			t.Errorf("%q was read as %d", text, n)
		}
	})
}

// FuzzWorkHeader: what is read says the same when it is written again; everything else is an error of the sender's.
func FuzzWorkHeader(f *testing.F) {
	const solved = `{"challenge":{"parameters":{"algorithm":"PBKDF2/SHA-256","cost":1000,"data":{"upload":67195},"expiresAt":1,"keyLength":32,"keyPrefix":"00","keySignature":"00",` +
		`"nonce":"00","salt":"00"},"signature":"00"},"solution":{"counter":1,"derivedKey":"00"}}`
	for _, s := range []string{solved, "{}", "null", "[]", solved + "{}", `{"x":1}`, `{"solution":{"counter":-1}}`, `{"challenge":{"parameters":{"data":{"upload":1e99}}}}`} {
		f.Add(base64.RawURLEncoding.EncodeToString([]byte(s)))
	}
	f.Add("====")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := workHeader(text)
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		again, err := workHeader(base64.RawURLEncoding.EncodeToString(b))
		if err != nil {
			t.Fatalf("%q: written as %s: %v", text, b, err)
		}
		if c, err := json.Marshal(again); err != nil || string(c) != string(b) {
			t.Errorf("%q: written as %s, read as %s", text, b, c)
		}
	})
}
