package seal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestField: the products are those of AES, and every element but 0 has its inverse.
func TestField(t *testing.T) {
	t.Parallel()
	if got := gfMul(0x57, 0x83); got != 0xc1 {
		t.Errorf("0x57 * 0x83 = %#x", got)
	}
	for a := range 256 {
		a := byte(a)
		if gfMul(a, 1) != a || gfMul(a, 0) != 0 || a != 0 && gfMul(a, gfInverse(a)) != 1 {
			t.Errorf("%#x has no inverse, or 1 is not one", a)
		}
		for b := range 256 {
			b := byte(b)
			if gfMul(a, b) != gfMul(b, a) || gfMul(a, b^0x35) != gfMul(a, b)^gfMul(a, 0x35) {
				t.Fatalf("%#x * %#x", a, b)
			}
		}
	}
}

// TestShamirVectors combines what the npm package split, and splits what only two shares give back.
func TestShamirVectors(t *testing.T) {
	t.Parallel()
	var v struct {
		Vectors []struct {
			Secret    string
			Threshold int
			Shares    []string
		}
	}
	readVectors(t, "shamir.json", &v)
	for i, x := range v.Vectors {
		secret := unhex(t, x.Secret)
		parts := make([][]byte, len(x.Shares))
		for j, s := range x.Shares {
			parts[j] = unhex(t, s)
		}
		last := len(parts) - 1
		for _, some := range [][][]byte{{parts[0], parts[last]}, {parts[last], parts[0]}, parts} {
			got, err := combineSecret(some)
			if right := bytes.Equal(got, secret); err != nil || right != (len(some) >= x.Threshold) {
				t.Errorf("vector %d, %d shares: %x, %v", i, len(some), got, err)
			}
		}
		mine := splitSecret(secret, 2, 3)
		for _, two := range [][][]byte{{mine[0], mine[1]}, {mine[2], mine[0]}, mine} {
			if got, err := combineSecret(two); err != nil || !bytes.Equal(got, secret) {
				t.Errorf("vector %d: split and combined to %x, %v", i, got, err)
			}
		}
	}
	for name, bad := range map[string][][]byte{
		"one": {{1, 1}}, "twice": {{1, 1}, {2, 1}}, "place 0": {{1, 0}, {2, 1}}, "lengths": {{1, 1}, {1, 2, 2}}, "no secret": {{1}, {2}},
	} {
		if _, err := combineSecret(bad); !errors.Is(err, ErrShare) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// identityWorld is an identity among three custodians.
type identityWorld struct {
	keys []*Identity
	list []Custodian
	of   ShareOf
	box  *IdentityBox
}

var wang = Person{"王小明", "+86 10 1234"}

func newIdentityWorld(t testing.TB) *identityWorld {
	t.Helper()
	w := &identityWorld{of: ShareOf{Instance: "example-instance-1", Case: "mfrggzdfmztwq2lknnwg23tpoa"}}
	for i := range 3 {
		w.keys = append(w.keys, NewIdentity())
		w.list = append(w.list, Custodian{fmt.Sprintf("custodian-%d", i+1), w.keys[i].Recipient()})
	}
	w.box = w.split(t, wang)
	w.of.Box = SealedHash(w.box.Box)
	return w
}

func (w *identityWorld) split(t testing.TB, p Person) *IdentityBox {
	t.Helper()
	box, err := SplitIdentity(w.of.Instance, w.of.Case, p, w.list)
	if err != nil {
		t.Fatal(err)
	}
	return box
}

func (w *identityWorld) share(t testing.TB, i int) *Share {
	t.Helper()
	s, err := OpenShare(w.box.Shares[i].Sealed, w.keys[i], w.of)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnyTwoCustodiansOpen(t *testing.T) {
	t.Parallel()
	w := newIdentityWorld(t)
	for _, two := range [][]int{{0, 1}, {0, 2}, {2, 1}, {0, 1, 2}} {
		var shares []*Share
		for _, i := range two {
			shares = append(shares, w.share(t, i))
		}
		if got, err := CombineIdentity(w.box.Box, w.of.Box, shares...); err != nil || got != wang {
			t.Errorf("%v: %+v, %v", two, got, err)
		}
	}
	for name, few := range map[string][]*Share{"none": nil, "one": {w.share(t, 0)}, "one twice": {w.share(t, 0), w.share(t, 0)}} {
		if _, err := CombineIdentity(w.box.Box, w.of.Box, few...); !errors.Is(err, ErrShare) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, k := range w.keys {
		if _, err := Open(w.box.Box, k); !errors.Is(err, ErrWrongKey) {
			t.Errorf("a custodian's own key on the box: %v", err)
		}
	}
}

func TestReseal(t *testing.T) {
	t.Parallel()
	w := newIdentityWorld(t)
	officer := NewIdentity()
	var got []*Share
	for _, i := range []int{0, 2} {
		sealed, err := w.share(t, i).Reseal(officer.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		s, err := OpenShare(sealed, officer, w.of)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, s)
	}
	if p, err := CombineIdentity(w.box.Box, w.of.Box, got...); err != nil || p != wang {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := OpenShare(w.box.Shares[0].Sealed, officer, w.of); !errors.Is(err, ErrWrongKey) {
		t.Errorf("a share that was not resealed: %v", err)
	}
	for _, text := range []string{fmt.Sprint(got[0]), fmt.Sprintf("%+v %#v", *got[0], struct{ s *Share }{got[0]})} {
		part := got[0].part()
		if strings.Contains(text, fmt.Sprint(part[:4])[1:8]) || strings.Contains(text, fmt.Sprintf("%x", part[:8])) {
			t.Errorf("a share shows itself: %s", text)
		}
	}
	if _, err := json.Marshal(got[0]); !errors.Is(err, ErrSecret) {
		t.Errorf("marshalled: %v", err)
	}
}

func TestSharesBelong(t *testing.T) {
	t.Parallel()
	w := newIdentityWorld(t)
	for name, change := range map[string]func(*ShareOf){
		"case":     func(of *ShareOf) { of.Case = strings.Repeat("a", 26) },
		"instance": func(of *ShareOf) { of.Instance = "other" },
		"box":      func(of *ShareOf) { of.Box = strings.Repeat("0", 64) },
		"no box":   func(of *ShareOf) { of.Box = "" },
	} {
		of := w.of
		change(&of)
		if _, err := OpenShare(w.box.Shares[0].Sealed, w.keys[0], of); !errors.Is(err, ErrShare) {
			t.Errorf("of another %s: %v", name, err)
		}
	}
	other := *w
	other.box = w.split(t, wang)
	other.of.Box = SealedHash(other.box.Box)
	if _, err := CombineIdentity(w.box.Box, w.of.Box, w.share(t, 0), other.share(t, 1)); !errors.Is(err, ErrShare) {
		t.Errorf("shares of two boxes: %v", err)
	}
	for _, named := range []string{"", other.of.Box, strings.ToUpper(w.of.Box)} {
		if _, err := CombineIdentity(w.box.Box, named, w.share(t, 0), w.share(t, 1)); !errors.Is(err, ErrShare) {
			t.Errorf("the box where the report names %q: %v", named, err)
		}
	}
	wrong := &Share{Of: w.of, part: func() (p [shareSize]byte) { p[shareSize-1] = 9; return p }}
	if _, err := CombineIdentity(w.box.Box, w.of.Box, w.share(t, 0), wrong); !errors.Is(err, ErrWrongKey) {
		t.Errorf("a share that is none: %v", err)
	}
	junk, err := Seal([]byte(shareFirst+"\n"), w.keys[0].Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenShare(junk, w.keys[0], w.of); !errors.Is(err, ErrFormat) {
		t.Errorf("junk: %v", err)
	}
}

// TestIdentitySizes: all shares of an installation have one length, and identities few.
func TestIdentitySizes(t *testing.T) {
	t.Parallel()
	w := newIdentityWorld(t)
	sizes := map[int]bool{}
	for _, name := range []string{"", "王", strings.Repeat("x", 60), strings.Repeat("长", 300)} {
		box := w.split(t, Person{Name: name})
		if err := CheckIdentityBox(box.Box); err != nil {
			t.Errorf("%d bytes: %v", len(name), err)
		}
		for _, s := range box.Shares {
			if err := CheckShare(s.Sealed, w.of.Instance); err != nil {
				t.Error(err)
			}
		}
		sizes[len(box.Box)] = true
	}
	if len(sizes) != 2 {
		t.Errorf("%d sizes of boxes", len(sizes))
	}
	if _, err := SplitIdentity(w.of.Instance, w.of.Case, Person{Name: strings.Repeat("x", MaxIdentity)}, w.list); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a very long name: %v", err)
	}
	sealed := func(n int, to ...Recipient) []byte {
		b, err := Seal(make([]byte, n), to...)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	one, two := w.list[0].Recipient, w.list[1].Recipient
	for name, bad := range map[string][]byte{
		"nothing": nil, "short": sealed(FloorIdentity-1, one), "between sizes": sealed(FloorIdentity+1, one), "long": sealed(2*MaxIdentity, one), "two keys": sealed(FloorIdentity, one, two),
	} {
		if err := CheckIdentityBox(bad); !errors.Is(err, ErrFormat) && !errors.Is(err, ErrRecipient) {
			t.Errorf("box, %s: %v", name, err)
		}
		if err := CheckShare(bad, w.of.Instance); !errors.Is(err, ErrFormat) && !errors.Is(err, ErrRecipient) {
			t.Errorf("share, %s: %v", name, err)
		}
	}
}

func TestSplitIdentityRefuses(t *testing.T) {
	t.Parallel()
	w := newIdentityWorld(t)
	one, two := w.list[0], w.list[1]
	for name, list := range map[string][]Custodian{
		"nobody": nil, "one": {one}, "one twice": {one, one}, "one under two names": {one, {"other", one.Recipient}},
		"two of a name": {one, {one.ID, two.Recipient}}, "no name": {one, {"Zhao", two.Recipient}}, "too many": make([]Custodian, MaxCustodians+1),
	} {
		if _, err := SplitIdentity(w.of.Instance, w.of.Case, wang, list); !errors.Is(err, ErrShare) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := SplitIdentity(w.of.Instance, w.of.Case, wang, []Custodian{one, {"x", Recipient{}}}); !errors.Is(err, ErrRecipient) {
		t.Errorf("no key: %v", err)
	}
	if _, err := SplitIdentity(w.of.Instance, "", wang, w.list); !errors.Is(err, ErrShare) {
		t.Errorf("no case: %v", err)
	}
	if _, err := SplitIdentity("", w.of.Case, wang, w.list); !errors.Is(err, ErrShare) {
		t.Errorf("no instance: %v", err)
	}
}

func TestPersonInside(t *testing.T) {
	t.Parallel()
	of := ShareOf{Instance: "i", Case: "c"}
	if p, err := parsePerson([]byte(`{"v":1,"instance":"i","case":"c","name":"n","reach":""}   `), of); err != nil || p != (Person{"n", ""}) {
		t.Errorf("%+v, %v", p, err)
	}
	for _, bad := range []string{
		`{"v":2,"instance":"i","case":"c","name":"n","reach":""}`, `{"v":1,"instance":"j","case":"c","name":"n","reach":""}`, `{"v":1,"instance":"i","case":"d","name":"n","reach":""}`,
		`{"v":1,"instance":"i","case":"c","reach":""}`, `{"v":1,"instance":"i","case":"c","name":5,"reach":""}`,
	} {
		if _, err := parsePerson([]byte(bad), of); !errors.Is(err, ErrShare) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	for _, bad := range []string{``, `[]`, `{"v":1,"v":1}`, `{"name":null}`} {
		if _, err := parsePerson([]byte(bad), of); !errors.Is(err, ErrDocument) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func FuzzShare(f *testing.F) {
	f.Add([]byte(shareFirst + "\ni\nc\nb\n" + strings.Repeat("A", 44) + "\n"))
	f.Add([]byte(shareFirst + "\n\n\n\n\n"))
	f.Add([]byte(`{"v":1,"instance":"i","case":"c","name":"n","reach":"r"}  `))
	f.Fuzz(func(t *testing.T, b []byte) {
		of, part, err := parseShare(b)
		if err == nil {
			sealed, err := sealShare(of, part, testIdentity.Recipient())
			if err != nil {
				t.Fatal(err)
			}
			if again, err := Open(sealed, testIdentity); err != nil || !bytes.Equal(again, b) {
				t.Fatalf("%q is read and written as %q, %v", b, again, err)
			}
		} else if !errors.Is(err, ErrFormat) {
			t.Fatalf("untyped error %v", err)
		}
		if _, err := parsePerson(b, ShareOf{Instance: "i", Case: "c"}); err != nil && !errors.Is(err, ErrShare) && !errors.Is(err, ErrDocument) {
			t.Fatalf("untyped error %v", err)
		}
	})
}

var testIdentity = NewIdentity()
