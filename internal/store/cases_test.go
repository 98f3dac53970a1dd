package store_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/internal/workday"
)

var noon = time.Date(2026, 11, 22, 12, 34, 56, 0, time.UTC)

func TestCases(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := add(t, s)
		for name, find := range map[string]func(*store.Tx) (cases.Case, error){
			"id":     func(tx *store.Tx) (cases.Case, error) { return tx.Case(r.Case.ID) },
			"number": func(tx *store.Tx) (cases.Case, error) { return tx.CaseByNumber(r.Case.Number) },
			"key":    func(tx *store.Tx) (cases.Case, error) { return tx.CaseByKey(r.Case.Key) },
		} {
			read(t, s, func(tx *store.Tx) error {
				got, err := find(tx)
				if d := diff(r.Case, got); d != "" {
					t.Errorf("by %s (-want +got):\n%s", name, d)
				}
				return err
			})
		}
		other := storetest.NewReport(10)
		other.Case.ID = r.Case.ID
		if err := s.Write(t.Context(), other.Add); !errs.Is(err, errs.Conflict) {
			t.Errorf("an id that is taken: %v", err)
		}
		other = storetest.NewReport(10)
		other.Case.Number = r.Case.Number
		if err := s.Write(t.Context(), other.Add); !errs.Is(err, errs.Conflict) {
			t.Errorf("a number that is taken: %v", err)
		}
		write(t, s, func(tx *store.Tx) error { return tx.Reroute(r.Case.Key, "province", "sabotage", "") })
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Case(r.Case.ID)
			if got.Unit != "province" || got.Category != "sabotage" || got.Region != "" {
				t.Errorf("rerouted to %+v", got)
			}
			return err
		})
	})
}

// TestEventFields fails when package cases grows a field of an event that the table does not hold.
func TestEventFields(t *testing.T) {
	t.Parallel()
	if n := reflect.TypeFor[cases.Event]().NumField(); n != 12 {
		t.Errorf("an event has %d fields and case_events holds 12: add a column, a migration and this test", n)
	}
	if n := reflect.TypeFor[cases.Case]().NumField(); n != 15 {
		t.Errorf("a case has %d fields and the table holds 15: add a column, a migration and this test", n)
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := add(t, s)
		full := store.Event{Event: cases.Event{Kind: cases.EventTriaged, Day: r.Case.Day.Add(1), At: noon, Member: "li-wei", For: "mei",
			From: cases.Received, To: cases.Triaged, Code: cases.D6, Doc: id.NewDoc(), Clock: cases.ClockTriage, Due: r.Case.Day.Add(9)},
			Leaf: &store.Leaf{Random: [32]byte{7}, JSON: []byte(`{"kind":"triaged"}`)}}
		bare := store.Event{Event: cases.Event{Kind: cases.EventAdded, Day: r.Case.Day.Add(2)}}
		write(t, s, func(tx *store.Tx) (err error) {
			data := storetest.LeafData(full.Kind, full.Leaf.Random, full.Leaf.JSON)
			if full.Leaf.Index, err = tx.AppendLeaf(ledger.Cases, data); err != nil {
				return err
			}
			version, err := tx.AddEvents(r.Case.Key, r.Case.Version, full, bare)
			if version != r.Case.Version+2 {
				t.Errorf("version %d, want %d", version, r.Case.Version+2)
			}
			return err
		})
		for _, version := range []int64{0, r.Case.Version, r.Case.Version + 1, r.Case.Version + 3} {
			err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.AddEvents(r.Case.Key, version, bare); return err })
			if !errs.Is(err, errs.Conflict) || keyOf(err) != "store.case_moved" {
				t.Errorf("an event on version %d: %v", version, err)
			}
		}
		read(t, s, func(tx *store.Tx) error {
			events, err := tx.Events(r.Case.Key)
			if err != nil {
				return err
			}
			full.Seq, bare.Seq = r.Case.Version+1, r.Case.Version+2
			if d := diff([]store.Event{full, bare}, events[r.Case.Version:]); d != "" {
				t.Errorf("events (-want +got):\n%s", d)
			}
			c, err := tx.Case(r.Case.ID)
			if c.State != cases.Triaged || c.Version != r.Case.Version+2 {
				t.Errorf("the case is %s at %d", c.State, c.Version)
			}
			return err
		})
	})
}

func TestDocs(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := add(t, s)
		next := func(chain cases.Chain, seq int64, prev [32]byte, body string) store.Doc {
			return store.Doc{Case: r.Case.Key, Chain: chain, Seq: seq, ID: id.NewDoc(), Kind: "message", Unit: "city",
				Day: r.Case.Day, Hash: sha256.Sum256([]byte(body)), Prev: prev, Size: int64(len(body))}
		}
		put := func(d *store.Doc, body string) error {
			return s.Write(t.Context(), func(tx *store.Tx) (err error) { d.Key, err = tx.AddDoc(*d, []byte(body)); return err })
		}
		second := next(cases.FromReporter, 2, r.Doc.Hash, "second")
		if err := put(&second, "second"); err != nil {
			t.Fatal(err)
		}
		third := next(cases.FromReporter, 3, second.Hash, "third")
		for name, d := range map[string]store.Doc{
			"first again":        next(cases.FromReporter, 1, [32]byte{}, "x"),
			"first with prev":    next(cases.FromUnit, 1, r.Doc.Hash, "x"),
			"no first":           next(cases.FromUnit, 2, r.Doc.Hash, "x"),
			"second again":       next(cases.FromReporter, 2, r.Doc.Hash, "x"),
			"gap":                next(cases.FromReporter, 4, second.Hash, "x"),
			"another one before": next(cases.FromReporter, 3, r.Doc.Hash, "x"),
			"no prev":            next(cases.FromReporter, 3, [32]byte{}, "x"),
		} {
			if err := put(&d, "x"); !errs.Is(err, errs.Conflict) {
				t.Errorf("%s: %v, want Conflict", name, err)
			}
		}
		same := third
		same.ID = second.ID
		if err := put(&same, "third"); !errs.Is(err, errs.Conflict) {
			t.Errorf("an id that is taken in this case: %v", err)
		}
		if err := put(&third, "third"); err != nil {
			t.Fatal(err)
		}
		read(t, s, func(tx *store.Tx) error {
			docs, err := tx.Docs(r.Case.Key, cases.FromReporter)
			if err != nil {
				return err
			}
			r.Doc.Size = int64(len(r.Body))
			if d := diff([]store.Doc{r.Doc, second, third}, docs); d != "" {
				t.Errorf("chain (-want +got):\n%s", d)
			}
			got, err := tx.Doc(r.Case.Key, second.ID)
			if err != nil || got.Key != second.Key {
				t.Errorf("by id: %+v, %v", got, err)
			}
			if _, err := tx.Doc(r.Case.Key+1, second.ID); !errs.Is(err, errs.NotFound) {
				t.Errorf("the document in another case: %v", err)
			}
			body, err := tx.DocBody(third.Key)
			if string(body) != "third" {
				t.Errorf("body %q", body)
			}
			return err
		})
	})
}

func TestVerifyFindsDamage(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		for name, harm := range map[string]string{
			"body":       "UPDATE doc_bodies SET body = hash FROM docs WHERE docs.key = doc_key AND doc_key = 3",
			"prev":       "UPDATE docs SET prev = hash WHERE seq = 2",
			"gap":        "DELETE FROM docs WHERE seq = 2 AND case_key = 2",
			"event gone": "DELETE FROM case_events WHERE case_key = 2 AND seq = 2",
			"leaf gone":  "UPDATE case_events SET leaf = NULL, random = NULL, witness = NULL WHERE case_key = 2",
			"leaf ahead": "UPDATE case_events SET leaf = 99 WHERE case_key = 2 AND seq = 1",
			"size":       "UPDATE docs SET size = 1 WHERE case_key = 2",
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				dsn := fresh(t)
				s := storetest.Open(t, dsn)
				for range 3 {
					r := add(t, s)
					prev := r.Doc.Hash
					for seq := int64(2); seq < 4; seq++ {
						d := store.Doc{Case: r.Case.Key, Chain: cases.FromReporter, Seq: seq, ID: id.NewDoc(), Kind: "message",
							Unit: "city", Day: r.Case.Day, Hash: sha256.Sum256([]byte{byte(seq)}), Prev: prev}
						write(t, s, func(tx *store.Tx) error { _, err := tx.AddDoc(d, []byte{byte(seq)}); return err })
						prev = d.Hash
					}
				}
				storetest.Check(t, s)
				if _, err := raw(t, dsn).Exec(harm); err != nil {
					t.Fatal(err)
				}
				if err := s.Verify(t.Context()); !errors.Is(err, store.ErrDamaged) {
					t.Errorf("Verify: %v, want ErrDamaged", err)
				}
			})
		}
	})
}

// TestEraseCase erases a case and looks for what it held in every row, and on SQLite in every byte of the files.
func TestEraseCase(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		dsn := fresh(t)
		s := storetest.Open(t, dsn)
		kept, gone := add(t, s), storetest.NewReport(20_000)
		marker := bytes.Repeat([]byte("EraseThisMarker!"), 4)
		copy(gone.Body[9000:], marker)
		gone.Doc.Hash = sha256.Sum256(gone.Body)
		gone.Mailbox.Recipient = "age1pq1-recipient-" + string(marker)
		blob := id.NewBlob()
		write(t, s, func(tx *store.Tx) error {
			if err := gone.Add(tx); err != nil {
				return err
			}
			item, err := tx.AddItem(gone.Mailbox.Key, gone.Doc.Key, append([]byte("copy "), marker...))
			if err != nil || item == 0 {
				return err
			}
			if err := tx.RaiseDanger(gone.Case.Key, noon); err != nil {
				return err
			}
			if _, err := tx.AddProposal(store.Proposal{Case: gone.Case.Key, Doc: id.NewDoc(), Proposer: "li"}); err != nil {
				return err
			}
			i := store.Identity{Box: append([]byte("box "), marker...), Shares: []store.IdentityShare{{Custodian: "sun", Share: append([]byte("share "), marker...)}}}
			if err := tx.AddIdentity(gone.Case.Key, i); err != nil {
				return err
			}
			if err := tx.AddClaimKey(gone.Mailbox.Key, [32]byte(marker)); err != nil {
				return err
			}
			return tx.AddBlob(store.Blob{ID: blob, Doc: gone.Doc.Key, Direction: store.Inward})
		})
		write(t, s, func(tx *store.Tx) error {
			blobs, err := tx.EraseCase(gone.Case.Key)
			if d := diff([]id.Blob{blob}, blobs); d != "" {
				t.Errorf("blobs to erase (-want +got):\n%s", d)
			}
			return err
		})
		if err := s.Scrub(t.Context()); err != nil {
			t.Fatal(err)
		}
		storetest.Check(t, s)
		if got := size(t, s, ledger.Cases); got != 2 {
			t.Errorf("%d leaves, want 2: leaves stay", got)
		}
		db := raw(t, dsn)
		for table, want := range map[string]int{"cases": 1, "case_due": 1, "case_events": 3, "docs": 1, "doc_bodies": 1,
			"mailboxes": 1, "mailbox_items": 0, "mailbox_copies": 0, "blobs": 0, "danger": 0, "proposals": 0, "identities": 0, "identity_shares": 0, "claims": 0, "first_codes": 0} {
			var n int
			if err := db.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil || n != want {
				t.Errorf("%s has %d rows (%v), want %d", table, n, err, want)
			}
		}
		if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
			for _, needle := range [][]byte{marker, gone.Doc.Hash[:], gone.Mailbox.Auth[:], gone.Body[200:400]} {
				searchFiles(t, filepath.Dir(path), needle)
			}
		}
		// The last case takes the mark of having cases with it; the database then opens as one without.
		write(t, s, func(tx *store.Tx) error { _, err := tx.EraseCase(kept.Case.Key); return err })
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		again := storetest.Open(t, dsn)
		add(t, again)
		storetest.Check(t, again)
	})
}

func searchFiles(t *testing.T, dir string, needle []byte) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if at := bytes.Index(b, needle); at >= 0 {
			t.Errorf("%s still holds erased bytes at %d of %d", f.Name(), at, len(b))
		}
	}
}

func TestDanger(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := add(t, s)
		raise := func(tx *store.Tx) error { return tx.RaiseDanger(r.Case.Key, noon) }
		write(t, s, raise)
		write(t, s, func(tx *store.Tx) error { return tx.RaiseDanger(r.Case.Key, noon.Add(time.Hour)) })
		open := func(want ...store.Danger) {
			t.Helper()
			read(t, s, func(tx *store.Tx) error {
				got, err := tx.OpenDangers("city")
				if d := diff(want, got); d != "" {
					t.Errorf("open dangers (-want +got):\n%s", d)
				}
				return err
			})
		}
		open(store.Danger{Case: r.Case.Key, At: noon.Truncate(time.Minute)})
		write(t, s, func(tx *store.Tx) error { return tx.SettleDanger(r.Case.Key) })
		open()
		err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.SettleDanger(r.Case.Key) })
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("settled twice: %v", err)
		}
	})
}

func TestProposals(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := add(t, s)
		p := store.Proposal{Case: r.Case.Key, Kind: cases.EventProposedDecline, Code: cases.D6, Doc: id.NewDoc(),
			Proposer: "li-wei", Version: 3, State: store.ProposalOpen}
		write(t, s, func(tx *store.Tx) (err error) { p.Key, err = tx.AddProposal(p); return err })
		refuse := func(name string, fn func(*store.Tx) error) {
			t.Helper()
			if err := s.Write(t.Context(), fn); !errs.Is(err, errs.Conflict) {
				t.Errorf("%s: %v, want Conflict", name, err)
			}
		}
		vote := func(m id.Member, yes bool) func(*store.Tx) error {
			return func(tx *store.Tx) error { return tx.Vote(p.Key, store.Vote{Member: m, Approves: yes}) }
		}
		decide := func(m id.Member, state store.ProposalState) func(*store.Tx) error {
			return func(tx *store.Tx) error { return tx.DecideProposal(p.Key, state, m) }
		}
		refuse("own vote", vote("li-wei", true))
		refuse("own approval", decide("li-wei", store.ProposalApproved))
		refuse("own refusal", decide("li-wei", store.ProposalRefused))
		refuse("withdrawn by another", decide("zhao-min", store.ProposalWithdrawn))
		refuse("the document again", func(tx *store.Tx) error { _, err := tx.AddProposal(p); return err })
		write(t, s, vote("zhao-min", true))
		refuse("second vote", vote("zhao-min", false))
		write(t, s, vote("chen-jie", false))
		write(t, s, decide("zhao-min", store.ProposalApproved))
		refuse("vote afterwards", vote("wu-lan", true))
		refuse("decided twice", decide("chen-jie", store.ProposalRefused))
		p.State, p.DecidedBy, p.Votes = store.ProposalApproved, "zhao-min", []store.Vote{{Member: "chen-jie"}, {Member: "zhao-min", Approves: true}}
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Proposals(r.Case.Key)
			if d := diff([]store.Proposal{p}, got); d != "" {
				t.Errorf("proposals (-want +got):\n%s", d)
			}
			return err
		})
	})
}

func day(s string) workday.Day { return workday.MustDay(s) }
