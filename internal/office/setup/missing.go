package setup

import (
	"context"
	"crypto/sha256"
	"net"
	"net/url"
	"slices"
	"strings"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// Party is who must do something before the doors open.
type Party string

// The parties.
const (
	ByAdministrator Party = "administrator"
	ByInspector     Party = "inspector"
	ByOperator      Party = "operator"
	ByCustodians    Party = "custodians"
)

// Entry is one line of the list "before the doors open". Code names its sentence in the catalogue, with Args. The form
// opens when every entry that blocks is done, and not otherwise.
type Entry struct {
	Code   string
	Args   map[string]any
	Who    Party
	Blocks bool
	Done   bool
}

// Key is the entry's sentence in the catalogue.
func (e Entry) Key() string { return "setup.need." + e.Code }

// Key is the party's name in the catalogue.
func (p Party) Key() string { return "setup.party." + string(p) }

// Codes of the entries.
const (
	NeedAddress    = "address_" // and the door: address_public, address_desk, address_inspect
	NeedKeys       = "keys"
	NeedInspector  = "inspector"
	NeedOfficeKey  = "office_key"
	NeedStaff      = "staff"
	NeedRecovery   = "recovery"
	NeedCategories = "categories"
	NeedNumbers    = "numbers"
	NeedBackup     = "backup"
	NeedCustodians = "custodians"
	NeedNewKey     = "new_key" // only while it is needed
)

// Missing is the whole list "before the doors open", also what is done. A demonstration holds nobody's report, so its
// address, numbers, recovery kit and backup are as they should be. A real installation has no backup target in this
// version, and no setting changes that.
func (s *Service) Missing(ctx context.Context) ([]Entry, error) {
	set, err := s.o.Keys.Set()
	if err != nil && !errs.Is(err, errs.Unavailable) {
		return nil, err
	}
	f := &facts{}
	err = s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if f.removed, err = removedMembers(tx); err != nil {
			return err
		}
		return s.standing(tx, f)
	})
	if err != nil {
		return nil, err
	}
	approved, err := s.Approved(ctx)
	if err != nil {
		return nil, err
	}
	kit, err := s.kitDone(f, set)
	if err != nil {
		return nil, err
	}
	out := s.addresses()
	add := func(code string, who Party, done bool) {
		out = append(out, Entry{Code: code, Who: who, Blocks: code != NeedCustodians, Done: done})
	}
	add(NeedKeys, ByAdministrator, set != nil)
	add(NeedRecovery, ByAdministrator, kit)
	add(NeedInspector, ByInspector, set != nil && len(set.Inspectors) > 0)
	rosters := f.inForce(set)
	out = append(out, s.offices(f, rosters)...)
	add(NeedCategories, ByInspector, len(approved) > 0)
	add(NeedNumbers, ByOperator, s.o.Demo || s.reachable())
	add(NeedBackup, ByOperator, s.o.Demo)
	add(NeedCustodians, ByCustodians, set != nil && len(set.Custodians) >= 2)
	return append(out, f.newKeys(rosters)...), nil
}

// Open reports whether nothing that blocks is left.
func Open(list []Entry) bool {
	return !slices.ContainsFunc(list, func(e Entry) bool { return e.Blocks && !e.Done })
}

// addresses: people are told addresses that stay, and reach them under TLS or as an onion service.
func (s *Service) addresses() (out []Entry) {
	for _, a := range s.o.Addresses {
		out = append(out, Entry{Code: NeedAddress + a.Door, Args: map[string]any{"URL": a.URL}, Who: ByOperator, Blocks: true, Done: s.o.Demo || final(a.URL)})
	}
	return out
}

// final reports whether an origin can be printed on a poster.
func final(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	host := strings.TrimSuffix(u.Hostname(), ".")
	local := !strings.Contains(host, ".") || strings.HasSuffix(host, ".localhost") || net.ParseIP(u.Hostname()) != nil
	onion := strings.HasSuffix(host, ".onion")
	return !local && (u.Scheme == "https" || u.Scheme == "http" && onion)
}

// offices: each that takes reports has a key today and the people whom a decision needs.
func (s *Service) offices(f *facts, rosters map[id.Unit]*proof.Roster) (out []Entry) {
	for _, o := range s.o.Pack.Offices {
		if !o.Intake {
			continue
		}
		args := map[string]any{"Unit": string(o.ID)}
		_, err := s.o.Keys.UnitRecipient(o.ID)
		out = append(out, Entry{Code: NeedOfficeKey, Args: args, Who: ByAdministrator, Blocks: true, Done: err == nil},
			Entry{Code: NeedStaff, Args: args, Who: ByAdministrator, Blocks: true, Done: f.staffed(rosters[o.ID])})
	}
	return out
}

// removedMembers are the accounts of the desk that were ended, with the keys that lists may still name.
func removedMembers(tx *store.Tx) (out []Account, err error) {
	rows, err := tx.Accounts(doors[0])
	for _, a := range rows {
		if a.State == store.AccountRemoved {
			out = append(out, Account{a.ID, Role(a.Role), a.Name, a.Recipient, seal.EncodeKey(a.Sign[:])})
		}
	}
	return out, err
}

// inForce are the rosters that hold, by unit. Each is checked once: one of fifty people is a hundred kilobytes.
func (f *facts) inForce(set *proof.KeySet) map[id.Unit]*proof.Roster {
	out := map[id.Unit]*proof.Roster{}
	if set == nil {
		return out
	}
	for _, chain := range f.chains {
		if r := readRoster(chain, set); r != nil {
			out[id.Unit(r.Unit)] = r
		}
	}
	return out
}

// newKeys: an office whose roster lists somebody who was removed needs a new key. It blocks nothing: what they could open
// they could open before.
func (f *facts) newKeys(rosters map[id.Unit]*proof.Roster) (out []Entry) {
	for _, row := range f.Rosters {
		r := rosters[row.Unit]
		if slices.ContainsFunc(f.removed, func(a Account) bool { return memberOf(r, a) != nil }) {
			out = append(out, Entry{Code: NeedNewKey, Args: map[string]any{"Unit": r.Unit}, Who: ByAdministrator})
		}
	}
	return out
}

// staffed: somebody looks at a report, and somebody else can approve what they propose. Who was removed does neither. r is
// nil for an office without a roster that holds.
func (f *facts) staffed(r *proof.Roster) bool {
	if r == nil {
		return false
	}
	there := slices.DeleteFunc(slices.Clone(r.Members), func(m proof.Member) bool {
		return slices.ContainsFunc(f.removed, func(a Account) bool { return memberOf(&proof.Roster{Members: []proof.Member{m}}, a) != nil })
	})
	has := func(m proof.Member, role cases.Role) bool { return slices.Contains(m.Roles, string(role)) }
	for _, a := range there {
		if !has(a, cases.Triage) && !has(a, cases.Handler) {
			continue
		}
		if slices.ContainsFunc(there, func(b proof.Member) bool { return b.ID != a.ID && has(b, cases.Approver) }) {
			return true
		}
	}
	return false
}

// kitDone: a recovery kit is on record, and opens the key of every office.
func (s *Service) kitDone(f *facts, set *proof.KeySet) (bool, error) {
	if s.o.Demo {
		return true, nil
	}
	recovery, err := f.kit()
	if err != nil || recovery == nil {
		return false, err
	}
	with := sha256.Sum256([]byte(recovery.Recipient))
	for _, u := range currentKeys(set) {
		key := sha256.Sum256([]byte(u.Recipient))
		copied := func(c store.UnitRecovery) bool {
			return string(c.Unit) == u.ID && c.Key == key && c.Recovery == with
		}
		if !slices.ContainsFunc(f.Copies, copied) {
			return false, nil
		}
	}
	return true, nil
}

// reachable: the pack has telephone numbers and hours in which somebody reads, and they are not invented ones.
func (s *Service) reachable() bool {
	_, staffed := s.o.Pack.Hours.NextStaffed(s.o.Now())
	numbers := slices.ContainsFunc(s.o.Pack.Numbers, func(n pack.Number) bool { return n.Tel != "" })
	return !s.o.Sample && staffed && numbers && s.o.Pack.Emergency.Tel != ""
}
