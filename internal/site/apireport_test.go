package site

import (
	"bytes"
	"encoding/base64"
	"testing"
)

// FuzzCutSealed: what is cut from a body stays as it was when the body's buffer is lent to the next sender.
func FuzzCutSealed(f *testing.F) {
	for _, body := range []string{
		`{"v":1,"sealed":"AAEC","files":[]}   `, `{"sealed":""}`, `{"sealed":"AAEC`, `{"sealed":"A"}`, `{"sealed":"AAEC","sealed":"AAED"}`, `{"v":1}`,
		`{"sealed": "AAEC"}`, "{\"sealed\":\"AA\\nEC\"}", "{\"sealed\":\"AA\nEC\"}", "",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, given []byte) {
		body := bytes.Clone(given)
		rest, sealed, err := cutSealed(body)
		if !bytes.Equal(body, given) {
			t.Fatal("the body was changed")
		}
		if err != nil {
			return
		}
		for i := range body {
			body[i] = 'x'
		}
		text := bytes.Replace(given, []byte("\n"), nil, -1) // the decoder skips them
		text = bytes.Replace(text, []byte("\r"), nil, -1)
		if !bytes.Contains(text, []byte(base64.StdEncoding.EncodeToString(sealed))) {
			t.Errorf("%x is not in %q", sealed, given)
		}
		before, after, ok := bytes.Cut(rest, []byte(`"sealed":null`))
		if !ok || !bytes.HasPrefix(given, before) || !bytes.HasSuffix(bytes.TrimRight(given, " "), after) {
			t.Errorf("%q is left of %q", rest, given)
		}
	})
}
