package seal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write golden files")

func readVectors(t testing.TB, name string, v any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatal(err)
	}
}

func TestDammVectors(t *testing.T) {
	t.Parallel()
	var v struct {
		Table     []string
		Groups    [][3]any
		ValidCode string
		Invalid   []struct {
			Code       string
			WrongGroup int
		}
		PickUpNumber string
	}
	readVectors(t, "damm.json", &v)
	if strings.Join(v.Table, "") != damm {
		t.Error("the table differs")
	}
	for _, g := range v.Groups {
		n, three, four := int(g[0].(float64)), g[1].(string), g[2].(string)
		if got := three + string(checkDigit(n, three)); got != four {
			t.Errorf("group %d: %s, want %s", n, got, four)
		}
	}
	if err := CheckCode(v.ValidCode); err != nil {
		t.Errorf("valid code: %v", err)
	}
	for _, bad := range v.Invalid {
		e, ok := errors.AsType[*GroupError](CheckCode(bad.Code))
		if !ok || e.Group != bad.WrongGroup {
			t.Errorf("%s: %v, want group %d", bad.Code, CheckCode(bad.Code), bad.WrongGroup)
		}
	}
	if err := CheckPickUpNumber(v.PickUpNumber); err != nil {
		t.Errorf("pick-up number: %v", err)
	}
}

// Every single wrong digit and every swap of neighbouring digits or groups is found.
func TestCheckDigitsFindSlips(t *testing.T) {
	t.Parallel()
	for range 20 {
		code := strings.ReplaceAll(NewDigits(), " ", "")
		for i := range code {
			for d := byte('0'); d <= '9'; d++ {
				if d == code[i] {
					continue
				}
				bad := code[:i] + string(d) + code[i+1:]
				if e, ok := errors.AsType[*GroupError](CheckCode(bad)); !ok || e.Group != i/4+1 {
					t.Fatalf("%s: %v", bad, CheckCode(bad))
				}
				if got := WrongGroup(bad[:(i/4+1)*4]); got != i/4+1 {
					t.Fatalf("while typing %s: group %d", bad, got)
				}
			}
			if i%4 != 3 && code[i] != code[i+1] {
				bad := code[:i] + string(code[i+1]) + string(code[i]) + code[i+2:]
				if CheckCode(bad) == nil {
					t.Fatalf("swap at %d of %s was not found", i, code)
				}
			}
		}
		for g := range 9 {
			a, b := code[4*g:4*g+4], code[4*g+4:4*g+8]
			if bad := code[:4*g] + b + a + code[4*g+8:]; a != b && CheckCode(bad) == nil {
				t.Fatalf("swapped groups %d and %d of %s were not found", g+1, g+2, code)
			}
		}
	}
}

func TestCheckCodeNamesTheFault(t *testing.T) {
	t.Parallel()
	words10 := "abacus backboard cadet dagger eagle fabric gadget habitat iceberg jackal"
	for _, tc := range []struct {
		code string
		want error
	}{
		{"", &LengthError{}},
		{" \t-", &LengthError{}},
		{"4828 0935", &LengthError{Digits: 8}},
		{"4828 0935 5512 2046 7391 1164 8857 3300 9913 647", &LengthError{Digits: 39}},
		{"4828 0935 5512 2046 7391 1164 8857 3300 9913 64711", &LengthError{Digits: 41}},
		{"4828-O935-5512", &WordError{Position: 1, HasDigit: true}},
		{"abacus abdomen", &LengthError{Words: 2}},
		{"abacus zzzz", &WordError{Position: 2}},
		{"t-shirt", &WordError{Position: 1}},
		{strings.Replace(words10, "eagle", "eagel", 1), &WordError{Position: 5}},
	} {
		if diff := cmp.Diff(tc.want, CheckCode(tc.code)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tc.code, diff)
		}
	}
	for _, tc := range []struct {
		number string
		want   error
	}{
		{"", &LengthError{}},
		{"7005 3148 1596", &LengthError{Digits: 12}},
		{"7005 3148 1596 2658", &GroupError{Group: 4}},
		{"7005 abacus", &WordError{Position: 2}},
	} {
		if diff := cmp.Diff(tc.want, CheckPickUpNumber(tc.number)); diff != "" {
			t.Errorf("pick-up %q (-want +got):\n%s", tc.number, diff)
		}
	}
}

func TestNewCodesAreValidAndDifferent(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 200 {
		d, w, p := NewDigits(), NewWords(), NewPickUpNumber()
		if err := errors.Join(CheckCode(d), CheckCode(w), CheckPickUpNumber(p)); err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{d, w, GeneratePassphrase()} {
			if Canonical(s) != s || FormatCode(s) != s {
				t.Errorf("%q is not canonical", s)
			}
			if seen[s] {
				t.Errorf("%q came twice", s)
			}
			seen[s] = true
		}
		if len(CodeParts(d)) != CodeGroups || len(CodeParts(w)) != CodeWords {
			t.Error("wrong number of parts")
		}
	}
	if n := len(strings.Fields(GeneratePassphrase())); n != 6 {
		t.Errorf("a passphrase has %d words", n)
	}
}

func TestWordList(t *testing.T) {
	t.Parallel()
	list := Words()
	sum := sha256.Sum256([]byte(strings.Join(list, "\n") + "\n"))
	// Given in docs/spec/seal.md; other programs check their list with it.
	const want = "18586c092f641ecd1a471dd6ab35618ab69f0aa7483486424f7caf0996d06259"
	if got := hex.EncodeToString(sum[:]); len(list) != 7772 || got != want {
		t.Errorf("%d words, SHA-256 %s", len(list), got)
	}
	for _, w := range list {
		if Canonical(w) != w {
			t.Errorf("%q is not canonical", w)
		}
	}
	list[0] = "changed"
	if Words()[0] != "abacus" {
		t.Error("a caller can change the list")
	}
}

// Draws are uniform: every value of the range is reachable, and none is much more frequent.
func TestDrawsAreUniform(t *testing.T) {
	t.Parallel()
	for _, bound := range []int{10, 1000, wordCount} {
		counts := make([]int, bound)
		u := newUniform([32]byte{7}, "test")
		const each = 100
		for range bound * each {
			counts[u.below(bound)]++
		}
		chi := 0.0
		for _, c := range counts {
			chi += float64((c-each)*(c-each)) / each
		}
		if mean := chi / float64(bound-1); mean < 0.3 || mean > 2.1 {
			t.Errorf("bound %d: chi-square per degree %.3f", bound, mean)
		}
	}
}

type codeVector struct {
	Seed        string `json:"seed"`
	Digits      string `json:"digits"`
	Words       string `json:"words"`
	Fingerprint string `json:"fingerprint"` // of the seed's 32 bytes
	Passphrase  string `json:"passphrase"`
	ClaimPublic string `json:"claim_public"` // with the seed as PRK
}

// codes.json is this program's own output, kept so that it never changes and that another program can compare.
func TestGoldenCodes(t *testing.T) {
	t.Parallel()
	var got []codeVector
	for i, pass := range []string{"", "open sesame", "ｐａｓｓ 密码 é"} {
		seed := sha256.Sum256([]byte{byte(i)})
		claim := publicOf(ClaimKey(seed, pass))
		got = append(got, codeVector{
			Seed: hex.EncodeToString(seed[:]), Digits: DigitsFrom(seed), Words: WordsFrom(seed),
			Fingerprint: Fingerprint(seed[:]), Passphrase: pass, ClaimPublic: hex.EncodeToString(claim),
		})
	}
	if *update {
		b, err := json.MarshalIndent(got, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("testdata/codes.json", append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var want []codeVector
	readVectors(t, "codes.json", &want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzCode(f *testing.F) {
	for _, s := range []string{"", "4828 0935 5512 2046 7391 1164 8857 3300 9913 6471", "٤٧١١ ２８１８", "T-shirt ﬁ İ ς", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := Canonical(s)
		if Canonical(c) != c {
			t.Fatalf("not idempotent: %q gives %q gives %q", s, c, Canonical(c))
		}
		if strings.Trim(c, lowerDigits+" ") != "" || strings.Contains(c, "  ") || strings.TrimSpace(c) != c {
			t.Fatalf("%q is no canonical form", c)
		}
		if (CheckCode(s) == nil) != (CheckCode(c) == nil) || (CheckPickUpNumber(s) == nil) != (CheckPickUpNumber(c) == nil) {
			t.Fatalf("verdict differs between %q and %q", s, c)
		}
		if CheckCode(s) == nil && len(CodeParts(s)) != 10 {
			t.Fatalf("%q passes with %d parts", s, len(CodeParts(s)))
		}
	})
}
