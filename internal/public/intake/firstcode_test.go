package intake

import (
	"strings"
	"testing"

	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/seal"
)

// TestIsFirstCode: a receipt code is never taken for a number, however many of either are drawn.
func TestIsFirstCode(t *testing.T) {
	t.Parallel()
	for range 2000 {
		words := strings.Fields(seal.NewWords())
		for n := range words {
			if some := strings.Join(words[:n+1], " "); n > 0 && IsFirstCode(some) {
				t.Fatalf("%q counts as a link code", some)
			}
		}
		if code := seal.NewDigits(); IsFirstCode(code) {
			t.Fatalf("%q counts as a number", code)
		}
		if number := seal.NewPickUpNumber(); !IsFirstCode(number) || !IsFirstCode(strings.ReplaceAll(number, " ", "")) {
			t.Fatalf("%q is no number", number)
		}
		if link := id.NewDoc().String(); !IsFirstCode(link) || !IsFirstCode(strings.ToUpper(link)) {
			t.Fatalf("%q is no link code", link)
		}
	}
}

// FuzzFirstCode: what counts as a first code is read alike in every spelling, and is never longer than one.
func FuzzFirstCode(f *testing.F) {
	f.Add("1234 5678 9012 3456")
	f.Add("１２３４-5678_9012 3456")
	f.Add("abcd efgh ijkl mnop qrst uvwx y2")
	f.Fuzz(func(t *testing.T, typed string) {
		s := &Service{o: Options{Instance: "x", FormKey: make([]byte, 32)}}
		if !IsFirstCode(typed) {
			return
		}
		c, _ := firstForm(typed)
		if len(c) != 16 && len(c) != 26 {
			t.Errorf("%q counts as a first code", typed)
		}
		if s.FirstMark(typed) != s.FirstMark(strings.ToUpper(c)) {
			t.Errorf("%q has another mark than %q", typed, c)
		}
	})
}
