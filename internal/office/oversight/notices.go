package oversight

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// Moved is somebody whom a new version concerns. Role is "custodian", "inspector", "office" for a unit's key, or "member".
type Moved struct {
	Role, ID, Name  string
	How             string   // "came", "went", "key" (other keys), "roles"
	Roles           []string // of a member, now
	Recipient, Sign string   // now, or until then for who went
	Words           string   // the eight words of these keys ([seal.StaffFingerprint]); "" for keys without
}

// Notice is one version of the list of keys, or of an office's roster. Unit is "" for the list. Sound says that it verifies by the
// root and by the version before; a version that is not is shown as the server has it, and nobody works by it.
type Notice struct {
	Unit    id.Unit
	Version int64
	Day     string   // YYYY-MM-DD, as signed
	Signers []string // "root", or the id of whoever signed; a key that nobody listed is written out
	Moved   []Moved
	Sound   bool
	New     bool // since the inspector last said that they had seen all
	Kit     *NewKit
}

// NewKit is a recovery kit that came with a list of keys, any K of N sheets of which open what it holds. Used says that
// enough sheets of the kit before were typed, and Offices whose former keys, so many, their new holders got by that.
type NewKit struct {
	K, N    int
	By      id.Member
	Used    bool
	Offices map[id.Unit]int
}

// seen is what an inspector has seen: the version of the list, and of each roster.
type seen struct {
	List    int64             `json:"list"`
	Rosters map[id.Unit]int64 `json:"rosters"`
}

func metaSeen(who id.Member) string { return "notices:" + string(who) }

// Notices lists every version of the list of keys and of each roster, newest first.
func (s *Service) Notices(ctx context.Context, who Who) (out []Notice, err error) {
	err = s.glance(ctx, who, actNotices, func(tx *store.Tx) error {
		out, err = s.notices(tx)
		if err != nil {
			return err
		}
		was, err := seenBy(tx, who.Account)
		for i, n := range out {
			out[i].New = n.Unit == "" && n.Version > was.List || n.Unit != "" && n.Version > was.Rosters[n.Unit]
		}
		return err
	})
	return out, err
}

// Seen writes down that the inspector has seen all versions up to now.
func (s *Service) Seen(ctx context.Context, who Who) error {
	return s.change(ctx, who, actNotices, nothing, func(tx *store.Tx) error {
		all, err := s.notices(tx)
		if err != nil {
			return err
		}
		now := seen{Rosters: map[id.Unit]int64{}}
		for _, n := range all {
			if n.Unit == "" {
				now.List = max(now.List, n.Version)
			} else {
				now.Rosters[n.Unit] = max(now.Rosters[n.Unit], n.Version)
			}
		}
		b, err := json.Marshal(now)
		if err != nil {
			return err
		}
		return tx.SetMeta(metaSeen(who.Account), string(b))
	})
}

func seenBy(tx *store.Tx, who id.Member) (was seen, err error) {
	text, err := tx.Meta(metaSeen(who))
	if errs.Is(err, errs.NotFound) {
		return was, nil
	}
	if err != nil {
		return was, err
	}
	return was, json.Unmarshal([]byte(text), &was)
}

func (s *Service) notices(tx *store.Tx) (out []Notice, err error) {
	root, err := tx.Meta("root")
	if err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	rows, err := tx.KeySets()
	if err != nil {
		return nil, err
	}
	kits, err := newKits(tx)
	if err != nil {
		return nil, err
	}
	var last *proof.KeySet
	for _, row := range rows {
		n, set := listNotice(row, root, last)
		n.Kit = kits[row.Version]
		out = append(out, n)
		if set != nil {
			last = set
		}
	}
	for _, unit := range s.units() {
		rosters, err := tx.Rosters(unit)
		if err != nil {
			return nil, err
		}
		out = append(out, rosterNotices(rosters, last)...)
	}
	slices.SortStableFunc(out, func(a, b Notice) int {
		return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(a.Unit, b.Unit), cmp.Compare(b.Version, a.Version))
	})
	return out, nil
}

// newKits are the recovery kits that came with lists, by version.
func newKits(tx *store.Tx) (map[int64]*NewKit, error) {
	all, err := tx.KitChanges()
	out := map[int64]*NewKit{}
	for _, c := range all {
		k := &NewKit{K: c.K, N: c.N, By: c.Proposer, Used: c.Carried, Offices: map[id.Unit]int{}}
		for _, u := range c.Uses {
			k.Offices[u.Unit] = u.Former
		}
		out[c.List] = k
	}
	return out, err
}

// listNotice says what a version of the list of keys changed. Set is nil for one that does not verify.
func listNotice(row store.KeySet, root string, last *proof.KeySet) (Notice, *proof.KeySet) {
	n := Notice{Version: row.Version}
	signed, err := proof.ParseKeySet(row.Body)
	if err != nil {
		return n, nil
	}
	set, err := signed.Verify(proof.Trust{Root: root, Previous: last})
	if n.Sound = err == nil; !n.Sound {
		return n, nil
	}
	n.Day = set.Day
	names := map[string]string{set.Root: "root"}
	var was, now []Moved
	if last != nil {
		was = peopleOf(last)
		for _, p := range last.Inspectors {
			names[p.Sign] = p.ID
		}
	}
	for _, p := range set.Inspectors {
		names[p.Sign] = p.ID
	}
	now = peopleOf(set)
	n.Moved = moved(set.Instance, was, now)
	for _, sig := range signed.Signatures() {
		n.Signers = append(n.Signers, cmp.Or(names[sig.Key], sig.Key))
	}
	return n, set
}

func peopleOf(set *proof.KeySet) (out []Moved) {
	for _, u := range set.Intake {
		if u.To == "" {
			out = append(out, Moved{Role: "office", ID: u.ID, Recipient: u.Recipient, Sign: u.Sign})
		}
	}
	for _, p := range set.Custodians {
		out = append(out, Moved{Role: "custodian", ID: p.ID, Recipient: p.Recipient, Sign: p.Sign})
	}
	for _, p := range set.Inspectors {
		out = append(out, Moved{Role: "inspector", ID: p.ID, Recipient: p.Recipient, Sign: p.Sign})
	}
	return out
}

// rosterNotices says what each version of a unit's roster changed. Verified is the longest chain that holds.
func rosterNotices(rows []store.Roster, set *proof.KeySet) (out []Notice) {
	var was []Moved
	names := map[string]string{}
	if set != nil {
		names[set.Root] = "root"
	}
	for i, row := range rows {
		n := Notice{Unit: row.Unit, Version: row.Version}
		var r *proof.Roster
		if set != nil {
			var files [][]byte
			for _, f := range rows[:i+1] {
				files = append(files, f.Body)
			}
			if all, err := proof.VerifyRosters(set, files...); err == nil && len(all) > 0 && all[len(all)-1].Version == row.Version {
				r = all[len(all)-1]
			}
		}
		if n.Sound = r != nil; n.Sound {
			n.Day = r.Day
			var now []Moved
			for _, m := range r.Members {
				names[m.Sign] = m.ID
				now = append(now, Moved{Role: "member", ID: m.ID, Name: m.Name, Roles: m.Roles, Recipient: m.Recipient, Sign: m.Sign})
			}
			n.Moved, was = moved(r.Instance, was, now), now
			n.Signers = rosterSigners(row.Body, names)
		}
		out = append(out, n)
	}
	return out
}

// rosterSigners reads who signed a roster that has been verified.
func rosterSigners(body []byte, names map[string]string) (out []string) {
	var envelope struct {
		Signatures []struct {
			Key string `json:"key"`
		} `json:"signatures"`
	}
	if json.Unmarshal(body, &envelope) != nil {
		return nil
	}
	for _, sig := range envelope.Signatures {
		out = append(out, cmp.Or(names[sig.Key], sig.Key))
	}
	return out
}

// moved compares two versions.
func moved(instance string, was, now []Moved) (out []Moved) {
	find := func(in []Moved, m Moved) *Moved {
		i := slices.IndexFunc(in, func(o Moved) bool { return o.Role == m.Role && o.ID == m.ID })
		if i < 0 {
			return nil
		}
		return &in[i]
	}
	for _, m := range now {
		before := find(was, m)
		switch {
		case before == nil:
			m.How = "came"
		case before.Recipient != m.Recipient || before.Sign != m.Sign:
			m.How = "key"
		case !slices.Equal(before.Roles, m.Roles):
			m.How = "roles"
		default:
			continue
		}
		out = append(out, worded(instance, m))
	}
	for _, m := range was {
		if find(now, m) == nil {
			m.How = "went"
			out = append(out, worded(instance, m))
		}
	}
	return out
}

func worded(instance string, m Moved) Moved {
	role := m.Role
	if role == "office" {
		role = "unit"
	}
	if words, err := seal.StaffFingerprint(instance, role, m.ID, m.Recipient, m.Sign); err == nil {
		m.Words = words
	}
	return m
}
