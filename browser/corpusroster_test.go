package browser

import (
	"encoding/base64"
	"slices"
	"testing"

	"clarion.example/clarion/proof"
)

// rosterCase is a chain of rosters, oldest first, for the key set of the item "good" in key_sets.
type rosterCase struct {
	item
	Files []blob `json:"files"`
}

func (c *rosterCase) verdict() string {
	keys := must(must(proof.ParseKeySet(signBody(string(encodePlain(baseKeys())), "", byRoot, byInspector))).Verify(proof.Trust{Root: seedKey(rootSeed)}))
	var files [][]byte
	for _, f := range c.Files {
		files = append(files, f)
	}
	_, err := proof.VerifyRosters(keys, files...)
	return kindOf(err)
}

const rosterPrefix = "clarion/roster/v1\n"

var rosterRoot = signerOf{role: "root", seed: rootSeed, prefix: rosterPrefix}

func rosterSigner(role string, seed byte) signerOf { return signerOf{role, seed, rosterPrefix} }

// rosterMember has signing key and recipient of seed, which is 21 to 25, and a copy of the unit's key if sealed.
func rosterMember(id string, seed byte, sealed bool, roles ...string) proof.Member {
	m := proof.Member{ID: id, Name: id, Roles: roles, Recipient: recipientOf(seed), Sign: seedKey(seed)}
	if roles == nil {
		m.Roles = []string{}
	}
	if sealed {
		m.Key = base64.StdEncoding.EncodeToString([]byte("age-encryption.org/v1\n-> mlkem768x25519 " + id))
	}
	return m
}

// firstRoster: li holds the key, wang may approve, zhou does neither, chen both.
func firstRoster() proof.Roster {
	return proof.Roster{V: 1, Instance: testInstance, Unit: "centre", Version: 1, Day: "2026-11-22", Members: []proof.Member{
		rosterMember("li", 21, true, "handler", "triage"), rosterMember("wang", 22, true, "approver"), rosterMember("zhou", 23, false, "intake"), rosterMember("chen", 24, true, "approver", "triage"),
	}}
}

func nextRoster(change func(r *proof.Roster)) proof.Roster {
	r := firstRoster()
	r.Version, r.Day = 2, "2026-11-23"
	r.Members = append(r.Members, rosterMember("sun", 25, true, "triage"))
	if change != nil {
		change(&r)
	}
	return r
}

func rosterFile(r proof.Roster, signers ...signerOf) blob {
	return signBody(string(encodePlain(r)), "", signers...)
}

func rosterCases(t *testing.T) []*rosterCase {
	t.Helper()
	holder, approver := rosterSigner("holder", 21), rosterSigner("approver", 22)
	first := rosterFile(firstRoster(), rosterRoot)
	second := rosterFile(nextRoster(nil), holder, approver)
	var out []*rosterCase
	add := func(name string, files ...blob) { out = append(out, &rosterCase{named(name), files}) }
	after := func(name string, r proof.Roster, signers ...signerOf) { add(name, first, rosterFile(r, signers...)) }
	add("none")
	add("first", first)
	add("addition", first, second)
	add("addition alone", second)
	add("addition before", second, first)
	add("twice", first, first)
	add("addition twice", first, second, second)
	add("first again", first, second, first)
	after("root after", nextRoster(func(r *proof.Roster) { r.Version, r.Members = 3, r.Members[1:] }), rosterRoot)
	after("root, earlier day", nextRoster(func(r *proof.Roster) { r.Day = "2026-11-01" }), rosterRoot)
	after("root, other unit", nextRoster(func(r *proof.Roster) { r.Unit = "north" }), rosterRoot)
	after("root, other installation", nextRoster(func(r *proof.Roster) { r.Instance = "example-instance-2" }), rosterRoot)
	third := nextRoster(func(r *proof.Roster) { r.Version, r.Members = 3, []proof.Member{r.Members[0], r.Members[4]} })
	add("root after an addition", first, second, rosterFile(third, rosterRoot))
	add("removal by two", first, second, rosterFile(third, holder, approver))
	add("addition to a newer one by who left", first, second, rosterFile(third, rosterRoot), rosterFile(nextRoster(func(r *proof.Roster) {
		r.Version, r.Members = 4, append(slices.Clone(third.Members), rosterMember("wu", 23, true, "triage"))
	}), holder, approver))
	for name, signers := range map[string][]signerOf{
		"nobody": nil, "holder alone": {holder}, "approver alone": {approver}, "order": {approver, holder}, "one in both roles": {rosterSigner("holder", 24), rosterSigner("approver", 24)},
		"another pair": {rosterSigner("holder", 22), rosterSigner("approver", 24)}, "holder without the key": {rosterSigner("holder", 23), approver}, "approver without the role": {rosterSigner("holder", 22), rosterSigner("approver", 21)},
		"approver of no key": {holder, rosterSigner("approver", 23)}, "holder is the new one": {rosterSigner("holder", 25), approver}, "stranger as holder": {rosterSigner("holder", otherSeed), approver},
		"stranger as approver": {holder, rosterSigner("approver", otherSeed)}, "two holders": {holder, rosterSigner("holder", 24), approver}, "two approvers": {holder, approver, rosterSigner("approver", 24)},
		"holder twice": {holder, holder, approver}, "root as well": {rosterRoot, holder, approver}, "root and holder": {rosterRoot, holder}, "root and approver": {rosterRoot, approver}, "root as holder": {rosterSigner("holder", rootSeed), approver},
		"another root": {rosterSigner("root", otherSeed)}, "inspector": {holder, approver, rosterSigner("inspector", inspectorSeed)}, "as a key set": {{"holder", 21, ""}, approver}, "approval as a key set": {holder, {"approver", 22, ""}},
		"unit's key": {rosterSigner("holder", unitSeed), approver},
	} {
		after("signers: "+name, nextRoster(nil), signers...)
	}
	for name, change := range map[string]func(r *proof.Roster){
		"version skipped": func(r *proof.Roster) { r.Version = 3 }, "same version": func(r *proof.Roster) { r.Version = 1 }, "same day": func(r *proof.Roster) { r.Day = "2026-11-22" }, "day before": func(r *proof.Roster) { r.Day = "2026-11-21" },
		"other unit": func(r *proof.Roster) { r.Unit = "north" }, "other installation": func(r *proof.Roster) { r.Instance = "example-instance-2" }, "nobody more": func(r *proof.Roster) { r.Members = r.Members[:4] },
		"one replaced": func(r *proof.Roster) { r.Members = append(r.Members[:2], r.Members[3:]...) }, "one less": func(r *proof.Roster) { r.Members = r.Members[1:4] }, "order": func(r *proof.Roster) { r.Members[0], r.Members[1] = r.Members[1], r.Members[0] },
		"new one first": func(r *proof.Roster) { r.Members[0], r.Members[4] = r.Members[4], r.Members[0] }, "name": func(r *proof.Roster) { r.Members[0].Name = "Li" }, "id": func(r *proof.Roster) { r.Members[0].ID = "li2" },
		"roles": func(r *proof.Roster) { r.Members[0].Roles = []string{"approver", "handler", "triage"} }, "recipient": func(r *proof.Roster) {
			r.Members[2].Recipient, r.Members[4].Recipient = recipientOf(25), recipientOf(23)
		},
		"signing key": func(r *proof.Roster) { r.Members[2].Sign = seedKey(otherSeed) }, "copy of the key": func(r *proof.Roster) { r.Members[0].Key = r.Members[1].Key }, "copy for who had none": func(r *proof.Roster) { r.Members[2].Key = r.Members[1].Key },
		"copy taken away": func(r *proof.Roster) { r.Members[0].Key = "" }, "same id": func(r *proof.Roster) { r.Members[4].ID = "li" }, "same recipient": func(r *proof.Roster) { r.Members[4].Recipient = recipientOf(21) },
		"same signing key": func(r *proof.Roster) { r.Members[4].Sign = seedKey(21) }, "new one without a key": func(r *proof.Roster) { r.Members[4].Key = "" },
		"two more": func(r *proof.Roster) {
			m := rosterMember("wu", 25, false, "intake")
			m.Recipient, m.Sign = longTexts()[0], seedKey(26)
			r.Members = append(r.Members, m)
		},
	} {
		after("addition: "+name, nextRoster(change), holder, approver)
	}
	return out
}
