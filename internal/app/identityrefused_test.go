package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// TestIdentityRefused: what does not fit is refused with a reason, and nothing of it is stored.
func TestIdentityRefused(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		identityRefused(t, start(apptest.Options{}))
	})
}

func identityRefused(t *testing.T, w *apptest.World) {
	t.Helper()
	s := newSender(t, w, seal.NewDigits())
	good := s.known(cases.Confidential, true)
	whole := good["identity"].(identity)
	two, err := seal.Seal(make([]byte, seal.FloorIdentity), w.Key(t, "qian").Age.Recipient(), w.Key(t, "sun").Age.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	odd, err := seal.Seal(make([]byte, seal.FloorIdentity+1), w.Key(t, "qian").Age.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	with := func(box []byte, shares ...share) identity { return identity{box, shares} }
	first, rest := whole.Shares[0], whole.Shares[1:]
	renamed := share{"wang", first.Share}
	small := make([]byte, 32)
	small[0] = 1
	pub := s.keys.Public()
	for name, c := range map[string]struct {
		change map[string]any // a nil value takes the field away
		key    string
	}{
		"no contact":              {map[string]any{"contact": nil}, "web.bad_form"},
		"no wish":                 {map[string]any{"wish": nil}, "web.bad_form"},
		"no claim":                {map[string]any{"claim": nil}, "web.bad_form"},
		"unknown contact":         {map[string]any{"contact": "secret"}, "intake.contact_unknown"},
		"confidential and nobody": {map[string]any{"identity": nil}, "intake.identity_missing"},
		"named and nobody":        {map[string]any{"identity": nil, "contact": "named"}, "intake.identity_missing"},
		"anonymous and somebody":  {map[string]any{"contact": "anonymous"}, "intake.identity_unasked"},
		"an empty identity":       {map[string]any{"identity": map[string]any{}}, "intake.identity_not_sealed"},
		"a box in clear":          {map[string]any{"identity": with([]byte(reporter.Name), whole.Shares...)}, "intake.identity_not_sealed"},
		"a box to two keys":       {map[string]any{"identity": with(two, whole.Shares...)}, "intake.identity_not_sealed"},
		"a box of another size":   {map[string]any{"identity": with(odd, whole.Shares...)}, "intake.identity_not_sealed"},
		"a share in clear":        {map[string]any{"identity": with(whole.Box, append(slices.Clone(rest), share{first.Custodian, make([]byte, 33)})...)}, "intake.identity_not_sealed"},
		"a share of another size": {map[string]any{"identity": with(whole.Box, append(slices.Clone(rest), share{first.Custodian, odd})...)}, "intake.identity_not_sealed"},
		"no shares":               {map[string]any{"identity": with(whole.Box)}, "intake.identity_custodians"},
		"a share missing":         {map[string]any{"identity": with(whole.Box, rest...)}, "intake.identity_custodians"},
		"a share twice":           {map[string]any{"identity": with(whole.Box, first, first, rest[0])}, "intake.identity_custodians"},
		"all and one twice":       {map[string]any{"identity": with(whole.Box, append(slices.Clone(whole.Shares), first)...)}, "intake.identity_custodians"},
		"a share too many":        {map[string]any{"identity": with(whole.Box, append(slices.Clone(whole.Shares), renamed)...)}, "intake.identity_custodians"},
		"a stranger's share":      {map[string]any{"identity": with(whole.Box, append(slices.Clone(rest), renamed)...)}, "intake.identity_custodians"},
		"something more":          {map[string]any{"identity": map[string]any{"box": whole.Box, "shares": whole.Shares, "name": "x"}}, "web.bad_form"},
		"a claim and no wish":     {map[string]any{"wish": false}, "intake.claim_unasked"},
		"a claim that is no key":  {map[string]any{"claim": "x"}, "intake.bad_claim"},
		"a claim of small order":  {map[string]any{"claim": seal.EncodeKey(small)}, "intake.bad_claim"},
		"the sign-in key":         {map[string]any{"claim": pub.Auth}, "intake.bad_claim"},
		"the signing key":         {map[string]any{"claim": pub.Sign}, "intake.bad_claim"},
	} {
		bad := maps.Clone(good)
		for k, v := range c.change {
			if bad[k] = v; v == nil {
				delete(bad, k)
			}
		}
		if status, a := s.send(bad); status < 400 || keyOf(a) != c.key {
			t.Errorf("%s: %d %q, want %q", name, status, keyOf(a), c.key)
		}
	}
	anonymous := newSender(t, w, seal.NewDigits())
	short := bytes.TrimRight(anonymous.pad(anonymous.report("x")), " ")
	short = append(short, bytes.Repeat([]byte{' '}, 28<<10-len(short))...)
	if status, a := s.call("POST", "/zh/api/report", nil, short); status != 422 || keyOf(a) != "intake.not_padded" {
		t.Errorf("smaller than a report with a name: %d %q", status, keyOf(a))
	}
	if n := count(t, w); n.Cases != 0 || n.Leaves != 0 {
		t.Errorf("stored %+v", n)
	}
	if status, a := s.send(good); status != 200 {
		t.Errorf("the report itself: %d %v", status, keyOf(a))
	}
}

// TestFirstStepHoldsEverybody: a report of the least padded size with a name for so many custodians fits into the first
// step, with room for the ids of files.
func TestFirstStepHoldsEverybody(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	s := newSender(t, w, seal.NewDigits())
	body := s.known(cases.Named, true)
	for _, n := range []int{2, 3, 11, 12, seal.MaxCustodians} {
		var holders []proof.PersonKey
		for i := range n {
			holders = append(holders, proof.PersonKey{ID: strings.Repeat("x", 38) + fmt.Sprintf("%02d", i), Recipient: seal.NewIdentity().Recipient().String()})
		}
		body["identity"] = s.identity(holders)
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		if room := seal.FirstSubmission(n) - int64(len(b)); room < 1024 {
			t.Errorf("%d custodians: %d bytes of %d are left", n, room, seal.FirstSubmission(n))
		}
	}
}

// TestNoCustodians: before custodians have enrolled nobody's name is taken, and nobody's wish; anonymous reports are.
func TestNoCustodians(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		noCustodians(t, start(apptest.Options{NoCustodians: true}))
	})
}

func noCustodians(t *testing.T, w *apptest.World) {
	t.Helper()
	s := newSender(t, w, seal.NewDigits())
	plain := s.report("x")
	invented := s.identity([]proof.PersonKey{{ID: "a", Recipient: seal.NewIdentity().Recipient().String()}, {ID: "b", Recipient: seal.NewIdentity().Recipient().String()}})
	for name, change := range map[string]map[string]any{
		"a name":           {"contact": "confidential", "identity": invented},
		"a level":          {"contact": "named"},
		"a hidden name":    {"identity": invented},
		"a wish":           {"wish": true},
		"a claim":          {"wish": true, "claim": seal.EncodeKey(s.claimKey())},
		"a claim, no wish": {"claim": seal.EncodeKey(s.claimKey())},
	} {
		bad := maps.Clone(plain)
		maps.Copy(bad, change)
		if status, a := s.send(bad); status != 422 || keyOf(a) != "intake.no_custodians" {
			t.Errorf("%s: %d %q", name, status, keyOf(a))
		}
	}
	if n := len(s.pad(plain)); n != 28<<10 {
		t.Errorf("a report has %d bytes", n)
	}
	plain["identity"] = nil
	if status, a := s.send(plain); status != 200 {
		t.Errorf("anonymous: %d %v", status, keyOf(a))
	}
}

// TestOfferOfIdentity: the form asks who somebody is exactly while the door takes it.
func TestOfferOfIdentity(t *testing.T) {
	t.Parallel()
	w := one(t, apptest.Options{})
	offered := func(want bool) {
		t.Helper()
		var offer struct{ Identity bool }
		if err := json.Unmarshal([]byte(w.NewBrowser(t).Get("/zh/api/offer").Want(200).Body), &offer); err != nil || offer.Identity != want {
			t.Errorf("offered %v, want %v: %v", offer.Identity, want, err)
		}
	}
	s := newSender(t, w, seal.NewDigits())
	offered(true)
	late := s.known(cases.Named, false)
	w.Publish(t, func(next *proof.KeySet) {
		for i := len(next.Custodians); i <= seal.MaxCustodians; i++ {
			k, err := ceremony.NewKey(seal.KeyCustodian, fmt.Sprintf("more-%d", i), "More", w.Dir.Instance, workday.MustDay(next.Day))
			if err != nil {
				t.Fatal(err)
			}
			public := ceremony.PublicOf(k)
			next.Custodians = append(next.Custodians, proof.PersonKey{ID: public.ID, Recipient: public.Recipient, Sign: public.Sign, From: next.Day})
		}
	})
	offered(false)
	s = newSender(t, w, seal.NewDigits())
	if status, a := s.send(late); status != 422 || keyOf(a) != "intake.no_custodians" {
		t.Errorf("a name among more than a name can be split among: %d %q", status, keyOf(a))
	}
}

// TestCustodiansChange: a name that was sealed for those who were custodians a moment ago is not taken.
func TestCustodiansChange(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		custodiansChange(t, start(apptest.Options{}))
	})
}

func custodiansChange(t *testing.T, w *apptest.World) {
	t.Helper()
	s := newSender(t, w, seal.NewDigits())
	late := s.known(cases.Confidential, false)
	k, err := ceremony.NewKey(seal.KeyCustodian, "feng", "冯 Feng", w.Dir.Instance, workday.MustDay("2026-03-23"))
	if err != nil {
		t.Fatal(err)
	}
	public := ceremony.PublicOf(k)
	w.Publish(t, func(next *proof.KeySet) {
		next.Custodians = append(slices.Clone(next.Custodians[1:]), proof.PersonKey{ID: public.ID, Recipient: public.Recipient, Sign: public.Sign, From: next.Day})
	})
	if status, a := s.send(late); status != 422 || keyOf(a) != "intake.identity_custodians" {
		t.Errorf("sealed for those before: %d %q", status, keyOf(a))
	}
	again := newSender(t, w, seal.NewDigits())
	if status, a := again.send(again.known(cases.Confidential, false)); status != 200 {
		t.Errorf("sealed for those of now: %d %v", status, keyOf(a))
	}
}
