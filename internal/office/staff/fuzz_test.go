package staff_test

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"clarion.example/clarion/internal/office/staff"
)

func base64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// FuzzRefusePRF: whatever is let through decodes to no PRF result, as Go's own decoder reads it.
func FuzzRefusePRF(f *testing.F) {
	for _, s := range []string{`{"prf":{"enabled":true}}`, `{"clientExtensionResults":{"prf":{"results":{"first":"x"}}}}`, `[{"PRF":null}]`, `{"a":{"b":[1,2,{"prf":{}}]}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if staff.RefusePRF(body) != nil {
			return
		}
		var got struct {
			PRF     *struct{ Results, First, Second any }
			Results any
			Ext     struct {
				PRF *struct{ Results, First, Second any }
			} `json:"clientExtensionResults"`
		}
		json.Unmarshal(body, &got) // what does not fit is left out
		for _, p := range []*struct{ Results, First, Second any }{got.PRF, got.Ext.PRF} {
			if p != nil && (p.Results != nil || p.First != nil || p.Second != nil) || got.Results != nil {
				t.Errorf("let through: %s", body)
			}
		}
	})
}
