package setup_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/keyring"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/packs"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

const instance = "caaaaaaaaaaaaaaaa"

// noon is when these tests play, today its day where the authority is.
var (
	noon  = time.Date(2026, 3, 23, 4, 0, 0, 0, time.UTC)
	today = workday.MustDay("2026-03-23")
)

var (
	admin     = setup.Who{Account: "gu", Role: setup.Administrator}
	inspector = setup.Who{Account: "song", Role: setup.Inspector}
)

// world is an installation in which the test plays everybody, each with a key of their own.
type world struct {
	*setup.Service
	t      *testing.T
	dsn    string
	store  *store.Store
	pack   *pack.Pack
	ring   *keyring.Ring
	now    time.Time
	server ceremony.Server
	keys   map[string]*seal.KeyFile
	kit    setup.Kit
	opened *seal.Identity // what the sheets of the kit give together
	taken  atomic.Int64   // how often lists were taken up
	fault  error          // of taking them up
	next   int64          // salts of accounts
}

// each plays on both databases.
func each(t *testing.T, play func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		dsn := fresh(t)
		s := storetest.Open(t, dsn)
		w := newWorld(t, dsn, s)
		play(t, w)
		storetest.Check(t, s)
	})
}

func newWorld(t *testing.T, dsn string, s *store.Store) *world {
	t.Helper()
	fsys, _ := packs.FS("national-security")
	p, err := pack.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, dsn: dsn, store: s, pack: p, now: noon, keys: map[string]*seal.KeyFile{}}
	w.ring = keyring.New(w.clock, p.Zone)
	line := func(name string) string {
		k, err := proof.NewLogKey(name)
		w.must(err)
		return k.Verifier()
	}
	w.server = ceremony.Server{Instance: instance, Ack: line(proof.AckKeyName(instance)), Public: line(proof.PublicOrigin(instance)), Cases: line(proof.CaseOrigin(instance))}
	w.restart(func(*setup.Options) {})
	w.key(seal.KeyRoot, "root")
	w.kit = w.newKit(2, 3)
	w.join(setup.Administrator, "gu")
	return w
}

func (w *world) clock() time.Time { return w.now }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// restart makes the service anew, as after a change of the configuration: of a real installation with a pack of its own.
func (w *world) restart(change func(*setup.Options)) {
	o := setup.Options{
		Pack: w.pack, Server: w.server, Store: w.store, Keys: w.ring, Now: w.clock, Changed: func() {},
		Addresses: []setup.Address{{Door: "public", URL: "https://tips.example"}, {Door: "desk", URL: "https://desk.tips.example"}, {Door: "inspect", URL: "https://inspect.tips.example"}},
		InForce:   w.takeUp,
	}
	change(&o)
	w.Service = setup.New(o)
}

// takeUp is what the program does when lists were put in force.
func (w *world) takeUp(ctx context.Context) error {
	w.taken.Add(1)
	if w.fault != nil {
		return w.fault
	}
	return w.store.Read(ctx, func(tx *store.Tx) error {
		root, err := tx.Meta("root")
		if err != nil {
			return err
		}
		row, err := tx.LatestKeySet()
		if err != nil {
			return err
		}
		signed, err := proof.ParseKeySet(row.Body)
		if err != nil {
			return err
		}
		set, err := signed.Verify(proof.Trust{Root: root})
		if err == nil {
			w.ring.Use(set)
		}
		return err
	})
}

func (w *world) key(role seal.KeyRole, name string) *seal.KeyFile {
	w.t.Helper()
	k, err := ceremony.NewKey(role, name, name, instance, today)
	w.must(err)
	w.keys[name] = k
	return k
}

// newKit makes a recovery key, whose sheets are typed back at once, and signs it.
func (w *world) newKit(k, n int) setup.Kit {
	w.t.Helper()
	w.opened = seal.NewIdentity()
	return w.signKit(w.opened.Recipient(), k, n)
}

func (w *world) signKit(to seal.Recipient, k, n int) setup.Kit {
	w.t.Helper()
	msg, err := seal.RecoveryStatement{Instance: instance, Recipient: to, Threshold: k, Count: n}.Message()
	w.must(err)
	return setup.Kit{Recipient: to.String(), K: k, N: n, Signature: base64.RawURLEncoding.EncodeToString(ed25519.Sign(w.keys["root"].Sign, msg))}
}

// keyRoles are the roles in which the holders of accounts make their key files.
var keyRoles = map[setup.Role]seal.KeyRole{
	setup.Administrator: seal.KeyMember, setup.Member: seal.KeyMember, setup.Custodian: seal.KeyCustodian, setup.Inspector: seal.KeyInspector,
}

// join makes a person's key and stores the account, as a finished enrolment does.
func (w *world) join(role setup.Role, name string) {
	w.t.Helper()
	k := w.key(keyRoles[role], name)
	a := store.Account{Door: "desk", ID: id.Member(name), Role: string(role), Name: name, Recipient: k.Age.Recipient().String(),
		Sign: [32]byte(k.Sign.Public().(ed25519.PublicKey)), TOTP: []byte("x"), Made: today}
	if role == setup.Inspector {
		a.Door = "inspect"
	}
	w.next++
	a.Login, a.Salt = [32]byte{byte(w.next)}, [16]byte{byte(w.next)}
	w.must(w.store.Write(w.t.Context(), func(tx *store.Tx) error { return tx.AddAccount(a, []byte("wrapped")) }))
}

func (w *world) leave(door string, who id.Member) {
	w.t.Helper()
	w.must(w.store.Write(w.t.Context(), func(tx *store.Tx) error { return tx.RemoveAccount(door, who) }))
}

// firstList is the list that the administrator's page signs when all sheets are typed back.
func (w *world) firstList(change func(*ceremony.Lists)) []byte {
	w.t.Helper()
	l := ceremony.Lists{Server: w.server, Authority: w.pack.Authority.Name, Version: 1, Day: today, Root: ceremony.PublicOf(w.keys["root"])}
	change(&l)
	return w.sign(l)
}

func (w *world) sign(l ceremony.Lists) []byte {
	w.t.Helper()
	set, err := ceremony.Assemble(l)
	w.must(err)
	return w.signSet(set)
}

func (w *world) signSet(set proof.KeySet, inspectors ...string) []byte {
	w.t.Helper()
	signed, err := proof.SignKeySet(set, proof.SignerRoot, w.keys["root"].Sign)
	w.must(err)
	for _, name := range inspectors {
		w.must(signed.AddSignature(proof.SignerInspector, w.keys[name].Sign))
	}
	file, err := signed.Marshal()
	w.must(err)
	return file
}

func (w *world) begin() {
	w.t.Helper()
	_, err := w.First(w.t.Context(), admin, w.firstList(func(*ceremony.Lists) {}), w.kit)
	w.must(err)
}

// proposal is what the administrator's page makes a bundle from.
type proposal struct {
	offices    []string
	inspectors []string
	custodians []string
	staff      map[string][]string // roles by member, the same for every office
	day        workday.Day
	set        func(*proof.KeySet)
	roster     func(*proof.Roster)
	bundle     func(*setup.Bundle)
}

// usual is the first proposal of an installation.
func (w *world) usual() proposal {
	p := proposal{inspectors: []string{"song"}, custodians: []string{"he", "qian"}, day: today,
		staff: map[string][]string{"chen": {"triage"}, "lin": {"handler"}, "zhao": {"approver"}, "liu": {"intake"}}}
	for _, o := range w.pack.Offices {
		p.offices = append(p.offices, string(o.ID))
	}
	return p
}

// everybody joins who stands in the usual proposal.
func (w *world) everybody() {
	w.t.Helper()
	w.join(setup.Inspector, "song")
	for _, name := range []string{"he", "qian"} {
		w.join(setup.Custodian, name)
	}
	for _, name := range []string{"chen", "lin", "zhao", "liu"} {
		w.join(setup.Member, name)
	}
}

func (w *world) inForce() *proof.KeySet {
	w.t.Helper()
	set, err := w.ring.Set()
	w.must(err)
	return set
}

// make makes the bundle: keys of offices that have none, the next list, rosters, and copies for the kit.
func (w *world) make(p proposal) setup.Bundle {
	w.t.Helper()
	before := w.inForce()
	l := ceremony.Lists{Previous: before, Server: w.server, Authority: w.pack.Authority.Name, Version: before.Version + 1, Day: p.day, Root: ceremony.PublicOf(w.keys["root"])}
	var b setup.Bundle
	for _, o := range p.offices {
		if w.keys[o] == nil {
			w.key(seal.KeyUnit, o)
		}
		parent := ""
		if o != "centre" {
			parent = "centre"
		}
		l.Units = append(l.Units, ceremony.Unit{Key: ceremony.PublicOf(w.keys[o]), Name: map[string]string{"en": o}, Parent: parent})
		b.Rosters = append(b.Rosters, w.roster(o, p))
		b.Recovery = append(b.Recovery, w.copyOf(o))
	}
	for _, name := range p.inspectors {
		l.Inspectors = append(l.Inspectors, ceremony.PublicOf(w.keys[name]))
	}
	for _, name := range p.custodians {
		l.Custodians = append(l.Custodians, ceremony.PublicOf(w.keys[name]))
	}
	set, err := ceremony.Assemble(l)
	w.must(err)
	if p.set != nil {
		p.set(&set)
	}
	b.KeySet = w.signSet(set)
	if p.bundle != nil {
		p.bundle(&b)
	}
	return b
}

func (w *world) roster(office string, p proposal) []byte {
	w.t.Helper()
	var holders []ceremony.Holder
	for name, roles := range p.staff {
		holders = append(holders, ceremony.Holder{Key: ceremony.PublicOf(w.keys[name]), Roles: roles})
	}
	slices.SortFunc(holders, func(a, b ceremony.Holder) int { return strings.Compare(a.Key.ID, b.Key.ID) })
	r, err := ceremony.Roster(w.keys[office], w.rosterVersion(office)+1, p.day, holders)
	w.must(err)
	if p.roster != nil {
		p.roster(&r)
	}
	return w.signRoster(r)
}

func (w *world) signRoster(r proof.Roster) []byte {
	w.t.Helper()
	signed, err := proof.SignRoster(r, proof.SignerRoot, w.keys["root"].Sign)
	w.must(err)
	file, err := signed.Marshal()
	w.must(err)
	return file
}

func (w *world) rosterVersion(office string) (v int64) {
	w.t.Helper()
	err := w.store.Read(w.t.Context(), func(tx *store.Tx) error {
		row, err := tx.LatestRoster(id.Unit(office))
		v = row.Version
		return err
	})
	if !errs.Is(err, errs.NotFound) {
		w.must(err)
	}
	return v
}

// copyOf seals an office's key file to the recovery key.
func (w *world) copyOf(office string) setup.UnitRecovery {
	w.t.Helper()
	var text strings.Builder
	_, err := w.keys[office].WriteTo(&text)
	w.must(err)
	to, err := seal.ParseRecipient(w.kit.Recipient)
	w.must(err)
	sealed, err := seal.Seal([]byte(text.String()), to)
	w.must(err)
	return setup.UnitRecovery{Unit: id.Unit(office), Key: w.keys[office].Age.Recipient().String(), Sealed: sealed}
}

// propose proposes a bundle that must be taken, and returns the draft's id.
func (w *world) propose(b setup.Bundle) string {
	w.t.Helper()
	name, err := w.Propose(w.t.Context(), admin, b)
	w.must(err)
	return name
}

// countersigned is the draft's list with the signatures of inspectors, as their pages make it.
func (w *world) countersigned(file []byte, names ...string) []byte {
	w.t.Helper()
	signed, err := proof.ParseKeySet(file)
	w.must(err)
	for _, name := range names {
		w.must(signed.AddSignature(proof.SignerInspector, w.keys[name].Sign))
	}
	out, err := signed.Marshal()
	w.must(err)
	return out
}

// install proposes and countersigns.
func (w *world) install(b setup.Bundle) {
	w.t.Helper()
	done, err := w.Countersign(w.t.Context(), inspector, w.propose(b), w.countersigned(b.KeySet, "song"))
	if err != nil || !done {
		w.t.Fatalf("installed %v, %v", done, err)
	}
}

// want checks the kind and key of an error.
func want(t *testing.T, what string, err error, kind errs.Kind, key string) {
	t.Helper()
	e, ok := errs.Public(err)
	if !ok || e.Kind != kind || e.Key != key {
		t.Errorf("%s: %v, want %s (%s)", what, err, key, kind)
	}
}

// rows is everything that set-up changes, to see that nothing did.
func (w *world) rows() string {
	w.t.Helper()
	var out string
	w.must(w.store.Read(w.t.Context(), func(tx *store.Tx) error {
		keys, err := tx.LatestKeySet()
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		copies, err := tx.UnitRecoveries()
		if err != nil {
			return err
		}
		recovery, err := tx.Meta("recovery")
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		leaves, err := tx.LogSize(ledger.Public)
		if err != nil {
			return err
		}
		draft, err := tx.Draft()
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		out = fmt.Sprintf("list %d, %d copies, kit of %d bytes, %d leaves, draft %x of %q", keys.Version, len(copies), len(recovery), leaves, sha256.Sum256(draft.Body), draft.Proposer)
		for _, o := range w.pack.Offices {
			r, err := tx.Rosters(o.ID)
			if err != nil {
				return err
			}
			out += fmt.Sprintf(", %s %d", o.ID, len(r))
		}
		return nil
	}))
	return out
}

// audited is the audit log: act, outcome, and why an act was refused.
func (w *world) audited() (out []string) {
	w.t.Helper()
	w.must(w.store.Read(w.t.Context(), func(tx *store.Tx) error {
		entries, err := tx.AuditAfter(0, 1000)
		for _, e := range entries {
			var d struct{ Why string }
			if err := json.Unmarshal(e.Detail, &d); len(e.Detail) > 0 && err != nil {
				return err
			}
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", e.Who, e.Act, e.Outcome, d.Why)))
		}
		return err
	}))
	return out
}

func base64Of(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// spoilt changes the last signature of a list.
func spoilt(file []byte) []byte {
	at := bytes.LastIndex(file, []byte(`"sig":"`)) + len(`"sig":"`)
	out := bytes.Clone(file)
	out[at+10] ^= 1
	return out
}

// harm makes the database refuse new rosters until the returned function is called.
func (w *world) harm(t *testing.T) (repair func()) {
	t.Helper()
	driver, source := "pgx", w.dsn
	make, drop := `CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stop'; END $$;
		CREATE TRIGGER stop BEFORE INSERT ON rosters EXECUTE FUNCTION stop()`, `DROP TRIGGER stop ON rosters`
	if path, ok := strings.CutPrefix(w.dsn, "sqlite:"); ok {
		driver, source = "sqlite", "file:"+path+"?_busy_timeout=5000"
		make, drop = `CREATE TRIGGER stop BEFORE INSERT ON rosters BEGIN SELECT RAISE(ABORT, 'stop'); END`, `DROP TRIGGER stop`
	}
	db, err := sql.Open(driver, source)
	w.must(err)
	t.Cleanup(func() { db.Close() })
	_, err = db.Exec(make)
	w.must(err)
	return func() {
		t.Helper()
		_, err := db.Exec(drop)
		w.must(err)
	}
}
