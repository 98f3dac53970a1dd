package proof

import (
	"cmp"
	"fmt"
	"slices"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"
)

// KeySet is what /keys.json says: every public key of an installation. All fields are written, in this order.
type KeySet struct {
	V          int               `json:"v"` // 1
	Instance   string            `json:"instance"`
	Version    int64             `json:"version"`   // 1, 2, 3…
	Day        string            `json:"day"`       // signed on, YYYY-MM-DD
	Authority  map[string]string `json:"authority"` // name by language tag
	Root       string            `json:"root"`      // Ed25519, base64url
	Ack        string            `json:"ack"`       // verifier key of acknowledgements
	Logs       LogVerifiers      `json:"logs"`
	Intake     []UnitKey         `json:"intake"`
	Custodians []PersonKey       `json:"custodians"`
	Inspectors []PersonKey       `json:"inspectors"`
	Former     []FormerKey       `json:"former,omitempty"` // inspectors who are none any more, or have another key
}

// LogVerifiers are the verifier keys of the two logs.
type LogVerifiers struct {
	Public string `json:"public"`
	Cases  string `json:"cases"`
}

// UnitKey is the key of a unit for a time. A unit that changed its key stands more than once.
type UnitKey struct {
	ID        string            `json:"id"`
	Name      map[string]string `json:"name"`      // by language tag
	Parent    string            `json:"parent"`    // id of the unit above, or ""
	Recipient string            `json:"recipient"` // age1pq1…
	Sign      string            `json:"sign"`      // Ed25519, base64url
	From      string            `json:"from"`      // first day
	To        string            `json:"to"`        // last day, or "" while it is current
}

// PersonKey is the key of a custodian or inspector.
type PersonKey struct {
	ID        string `json:"id"`
	Recipient string `json:"recipient"` // age1pq1…
	Sign      string `json:"sign"`      // Ed25519, base64url
	From      string `json:"from"`      // first day
}

// FormerKey is a key with which an inspector signed for a time: what they wrote then stays theirs, and nothing is sealed to it.
type FormerKey struct {
	ID   string `json:"id"`
	Sign string `json:"sign"` // Ed25519, base64url
	From string `json:"from"` // first day
	To   string `json:"to"`   // last day
}

// InspectorsOn returns the keys with which inspector id could sign on day (YYYY-MM-DD), as [EncodeKey] writes them: more than one on a
// day on which one replaced another.
func (k *KeySet) InspectorsOn(id, day string) (out []string) {
	for _, p := range k.Inspectors {
		if p.ID == id && p.From <= day {
			out = append(out, p.Sign)
		}
	}
	for _, p := range k.Former {
		if p.ID == id && p.From <= day && day <= p.To {
			out = append(out, p.Sign)
		}
	}
	return out
}

// UnitsOn returns the keys of unit id on day (YYYY-MM-DD), the last to come into force first. There is more than one on a
// day on which one replaced another: what the unit signed that day may be signed by any of them.
func (k *KeySet) UnitsOn(id, day string) (out []UnitKey) {
	for _, u := range k.Intake {
		if u.ID == id && u.From <= day && (u.To == "" || day <= u.To) {
			out = append(out, u)
		}
	}
	ends := func(u UnitKey) string { return cmp.Or(u.To, "~") } // after every day
	slices.SortStableFunc(out, func(a, b UnitKey) int { return cmp.Or(cmp.Compare(ends(b), ends(a)), cmp.Compare(b.From, a.From)) })
	return out
}

// UnitOn returns the key of unit id to which things are sealed on day (YYYY-MM-DD): the last that came into force.
func (k *KeySet) UnitOn(id, day string) (UnitKey, bool) {
	if u := k.UnitsOn(id, day); len(u) > 0 {
		return u[0], true
	}
	return UnitKey{}, false
}

func badList(what string) error { return fmt.Errorf("%w: key set: %s", ErrFormat, what) }

func (k *KeySet) check() error {
	k.Intake, k.Custodians, k.Inspectors = notNil(k.Intake), notNil(k.Custodians), notNil(k.Inspectors)
	switch {
	case k.V != 1:
		return badList("v")
	case !validInstance(k.Instance):
		return badList("instance")
	case k.Version < 1 || k.Version > maxSafeInteger:
		return badList("version")
	case !validDay(k.Day):
		return badList("day")
	case !validNames(k.Authority):
		return badList("authority")
	case !validPublic(k.Root):
		return badList("root")
	case !verifierNamed(k.Ack, AckKeyName(k.Instance)):
		return badList("ack")
	case !verifierNamed(k.Logs.Public, PublicOrigin(k.Instance)) || !verifierNamed(k.Logs.Cases, CaseOrigin(k.Instance)):
		return badList("logs")
	}
	return k.checkKeys()
}

// checkKeys makes sure that no key has two holders: a key in two hats would let one person act as two. A unit
// that changes its recipient may keep its signing key.
func (k *KeySet) checkKeys() error {
	holder := map[string]string{k.Root: "root"}
	fresh := func(who, recipient, sign string) bool {
		if !validRecipient(recipient) || !validPublic(sign) || holder[recipient] != "" || holder[sign] != "" && holder[sign] != who {
			return false
		}
		holder[recipient], holder[sign] = who, who
		return true
	}
	units := map[string]bool{"": true}
	for _, u := range k.Intake {
		units[u.ID] = true
	}
	for i, u := range k.Intake {
		if !validName(u.ID) || !validNames(u.Name) || !units[u.Parent] || u.Parent == u.ID ||
			!validDay(u.From) || u.To != "" && (!validDay(u.To) || u.To < u.From) || !fresh("unit "+u.ID, u.Recipient, u.Sign) {
			return badList(fmt.Sprintf("intake %d", i))
		}
		for _, other := range k.Intake[:i] {
			if other.ID == u.ID && overlap(other, u) {
				return badList(fmt.Sprintf("intake %d: two current keys", i))
			}
		}
	}
	people := map[string]bool{}
	for _, p := range slices.Concat(k.Custodians, k.Inspectors) {
		if !validName(p.ID) || people[p.ID] || !validDay(p.From) || !fresh("person "+p.ID, p.Recipient, p.Sign) {
			return badList("custodians or inspectors")
		}
		people[p.ID] = true
	}
	for i, p := range k.Former {
		who := "person " + p.ID
		if !validName(p.ID) || !validDay(p.From) || !validDay(p.To) || p.To < p.From || !validPublic(p.Sign) ||
			holder[p.Sign] != "" && holder[p.Sign] != who || slices.Contains(k.Former[:i], p) {
			return badList("former")
		}
		holder[p.Sign] = who
	}
	return nil
}

// overlap reports whether two keys were current together, but for the day on which one replaced the other.
func overlap(a, b UnitKey) bool {
	replaced := a.To != "" && a.To == b.From || b.To != "" && b.To == a.From
	return !replaced && (a.To == "" || b.From <= a.To) && (b.To == "" || a.From <= b.To)
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// validNames: at least one language tag with a one-line name.
func validNames(names map[string]string) bool {
	for tag, name := range names {
		if len(tag) < 2 || len(tag) > 35 || !every(tag, lowerDigits+"ABCDEFGHIJKLMNOPQRSTUVWXYZ-") || !oneLine(name) {
			return false
		}
	}
	return len(names) > 0
}

func validPublic(s string) bool {
	_, err := ParseKey(s)
	return err == nil
}

func validRecipient(s string) bool {
	r, err := age.ParseHybridRecipient(s)
	return err == nil && r.String() == s
}

func verifierNamed(line, name string) bool {
	v, err := ParseVerifier(line)
	return err == nil && v.Name() == name
}

// mustVerifier returns the verifier of a line that check has read already.
func mustVerifier(line string) note.Verifier {
	v, err := ParseVerifier(line)
	if err != nil {
		panic("proof: an unchecked verifier key: " + err.Error())
	}
	return v
}

// AckVerifier returns the key of acknowledgements. The set must come from [SignedKeySet.Verify].
func (k *KeySet) AckVerifier() note.Verifier { return mustVerifier(k.Ack) }

// PublicVerifier returns the key of the public log. The set must come from [SignedKeySet.Verify].
func (k *KeySet) PublicVerifier() note.Verifier { return mustVerifier(k.Logs.Public) }

// CaseVerifier returns the key of the case log. The set must come from [SignedKeySet.Verify].
func (k *KeySet) CaseVerifier() note.Verifier { return mustVerifier(k.Logs.Cases) }

// RootObject is the object of the public log's first leaf, kind [PublicRoot]: the root key, and the verifier
// keys of the public log, the case log and the acknowledgements, one a line under "clarion/root/v1".
func (k *KeySet) RootObject() []byte {
	return []byte("clarion/root/v1\n" + k.Root + "\n" + k.Logs.Public + "\n" + k.Logs.Cases + "\n" + k.Ack + "\n")
}
