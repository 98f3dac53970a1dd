package store_test

import (
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

func account(door string, who id.Member, role string) store.Account {
	sign := random32()
	return store.Account{Door: door, ID: who, Role: role, Name: "Somebody", State: store.AccountActive, Recipient: "age1pq1" + string(who) + door,
		Sign: sign, Login: random32(), Salt: [16]byte(sign[:]), TOTP: []byte("encrypted"), Step: 7, Made: day("2026-11-22")}
}

// refused runs fn in a transaction that must end with that kind of error.
func refused(t testing.TB, s *store.Store, name string, kind errs.Kind, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), fn); !errs.Is(err, kind) {
		t.Errorf("%s: %v, want %s", name, err, kind)
	}
}

// TestAccounts keeps people apart by their door, and no key for two of them.
func TestAccounts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		li, wang, qian := account("desk", "li", "member"), account("desk", "wang", "administrator"), account("inspect", "li", "inspector")
		write(t, s, func(tx *store.Tx) error {
			return first(tx.AddAccount(wang, []byte("w")), tx.AddAccount(li, []byte("wrapped")), tx.AddAccount(qian, []byte("q")))
		})
		for name, spoil := range map[string]func(*store.Account){
			"id":        func(a *store.Account) { a.ID = "li" },
			"recipient": func(a *store.Account) { a.Recipient = li.Recipient },
			"sign":      func(a *store.Account) { a.Sign = qian.Sign },
			"login":     func(a *store.Account) { a.Login = qian.Login },
		} {
			a := account("desk", "new", "member")
			spoil(&a)
			refused(t, s, "the same "+name, errs.Conflict, func(tx *store.Tx) error { return tx.AddAccount(a, []byte("w")) })
		}
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Accounts("desk")
			if d := diff([]store.Account{li, wang}, got); d != "" {
				t.Errorf("people of the desk (-want +got):\n%s", d)
			}
			known, err1 := tx.AccountKeyKnown("none", random32(), qian.Login)
			unknown, err2 := tx.AccountKeyKnown("none", random32(), random32())
			if !known || unknown {
				t.Errorf("a key that is known: %v; one that is not: %v", known, unknown)
			}
			return first(err, err1, err2)
		})
		refused(t, s, "nobody", errs.NotFound, func(tx *store.Tx) error { _, err := tx.Account("inspect", "wang"); return err })
		refused(t, s, "an inspector at the desk", errs.Internal, func(tx *store.Tx) error {
			return tx.AddAccount(account("desk", "x", "inspector"), []byte("w"))
		})
	})
}

// TestWrapped replaces a wrapped key file only by who has seen the last one.
func TestWrapped(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		set := func(was, next string) func(tx *store.Tx) error {
			return func(tx *store.Tx) error { return tx.SetWrapped("desk", "li", []byte(was), []byte(next)) }
		}
		write(t, s, func(tx *store.Tx) error { return tx.AddAccount(account("desk", "li", "member"), []byte("one")) })
		write(t, s, set("one", "two"))
		refused(t, s, "over one that was not seen", errs.Conflict, set("one", "three"))
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Wrapped("desk", "li")
			if string(got) != "two" {
				t.Errorf("wrapped is %q", got)
			}
			return err
		})
	})
}

// TestCodes takes a step once, and waits after so many wrong ones in a row.
func TestCodes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		until := noon.Add(15 * time.Minute)
		miss := func() (waits bool) {
			write(t, s, func(tx *store.Tx) (err error) {
				waits, err = tx.MissCode("desk", "li", 3, until)
				return err
			})
			return waits
		}
		take := func(step int64) func(tx *store.Tx) error {
			return func(tx *store.Tx) error { return tx.TakeCode("desk", "li", step) }
		}
		write(t, s, func(tx *store.Tx) error { return tx.AddAccount(account("desk", "li", "member"), []byte("w")) })
		refused(t, s, "the step of the enrolment", errs.Conflict, take(7))
		for range 2 {
			if miss() {
				t.Error("waits after two")
			}
		}
		write(t, s, take(9))
		refused(t, s, "a step twice", errs.Conflict, take(9))
		refused(t, s, "an earlier step", errs.Conflict, take(8))
		for i := range 3 {
			if waits := miss(); waits != (i == 2) {
				t.Errorf("wrong code %d after a right one: waits %v", i+1, waits)
			}
		}
		read(t, s, func(tx *store.Tx) error {
			a, err := tx.Account("desk", "li")
			if a.Failures != 0 || !a.Wait.Equal(until) || a.Step != 9 {
				t.Errorf("after three: %d failures, waits until %v, step %d", a.Failures, a.Wait, a.Step)
			}
			return err
		})
	})
}

// TestRemoveAccount leaves the public keys and nothing that signs in.
func TestRemoveAccount(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		li, mark := account("desk", "li", "member"), random32()
		key := store.Passkey{ID: []byte("k"), Door: "desk", Account: "li", Name: "n", Made: li.Made, Recipient: "r", Credential: []byte("c")}
		write(t, s, func(tx *store.Tx) error {
			return first(tx.AddAccount(li, []byte("w")), tx.AddPasskey(key),
				tx.AddSession(store.Session{Mark: mark, Door: "desk", Account: "li", Ends: noon.Add(time.Hour), Used: noon}))
		})
		link := store.Invitation{Mark: random32(), Door: "desk", Role: "member", Account: "new", Name: "New", By: "li", Until: noon.Add(time.Hour)}
		write(t, s, func(tx *store.Tx) error { return tx.AddInvitation(link) })
		write(t, s, func(tx *store.Tx) error { return tx.RemoveAccount("desk", "li") })
		gone := li
		gone.State, gone.Login, gone.Salt, gone.TOTP = store.AccountRemoved, [32]byte{}, [16]byte{}, nil
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Account("desk", "li")
			if d := diff(gone, got); d != "" {
				t.Errorf("what stays (-want +got):\n%s", d)
			}
			return err
		})
		for name, fn := range map[string]func(*store.Tx) error{
			"its wrapped keys": func(tx *store.Tx) error { _, err := tx.Wrapped("desk", "li"); return err },
			"its passkey":      func(tx *store.Tx) error { _, err := tx.Passkey("desk", key.ID); return err },
			"its link":         func(tx *store.Tx) error { _, err := tx.Invitation("desk", link.Mark, noon); return err },
			"its session":      func(tx *store.Tx) error { _, _, err := tx.Session("desk", mark); return err },
			"again":            func(tx *store.Tx) error { return tx.RemoveAccount("desk", "li") },
			"a wrong code":     func(tx *store.Tx) error { _, err := tx.MissCode("desk", "li", 5, noon); return err },
		} {
			refused(t, s, name, errs.NotFound, fn)
		}
		refused(t, s, "the id again", errs.Conflict, func(tx *store.Tx) error { return tx.AddAccount(account("desk", "li", "member"), []byte("w")) })
	})
}

// TestPasskeys keeps at most three for a person, each for one door.
func TestPasskeys(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		key := func(n string) store.Passkey {
			return store.Passkey{ID: []byte(n), Door: "desk", Account: "li", Name: "phone", Made: day("2026-11-22"), Recipient: "age1pq1" + n, Credential: []byte("{}")}
		}
		write(t, s, func(tx *store.Tx) error {
			return first(tx.AddAccount(account("desk", "li", "member"), []byte("w")), tx.AddPasskey(key("b")), tx.AddPasskey(key("a")))
		})
		refused(t, s, "a credential twice", errs.Conflict, func(tx *store.Tx) error { return tx.AddPasskey(key("a")) })
		write(t, s, func(tx *store.Tx) error {
			return first(tx.AddPasskey(key("c")), tx.UsePasskey([]byte("a"), []byte(`{"n":1}`)))
		})
		refused(t, s, "a fourth", errs.TooMany, func(tx *store.Tx) error { return tx.AddPasskey(key("d")) })
		refused(t, s, "another's", errs.NotFound, func(tx *store.Tx) error { return tx.RemovePasskey("desk", "wang", []byte("a")) })
		write(t, s, func(tx *store.Tx) error { return tx.RemovePasskey("desk", "li", []byte("b")) })
		refused(t, s, "one of another door", errs.NotFound, func(tx *store.Tx) error { _, err := tx.Passkey("inspect", []byte("a")); return err })
		used := key("a")
		used.Credential = []byte(`{"n":1}`)
		read(t, s, func(tx *store.Tx) error {
			one, err1 := tx.Passkey("desk", []byte("a"))
			all, err2 := tx.Passkeys("desk", "li")
			if d := diff([]store.Passkey{used, used, key("c")}, append([]store.Passkey{one}, all...)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			return first(err1, err2)
		})
	})
}

// TestSessions belong to a door, are touched by the minute, and end one by one or together.
func TestSessions(t *testing.T) {
	t.Parallel()
	at := noon.Truncate(time.Hour)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		session := func(who id.Member, ends time.Time) store.Session {
			return store.Session{Mark: random32(), Door: "desk", Account: who, Ends: ends, Used: at.Add(20 * time.Second)}
		}
		li, also, wang, over := session("li", at.Add(time.Hour)), session("li", at.Add(time.Hour)), session("wang", at.Add(time.Hour)), session("wang", at)
		write(t, s, func(tx *store.Tx) error {
			return first(tx.AddAccount(account("desk", "li", "member"), []byte("w")), tx.AddAccount(account("desk", "wang", "member"), []byte("w")),
				tx.AddSession(li), tx.AddSession(also), tx.AddSession(wang), tx.AddSession(over),
				tx.TouchSession(li.Mark, at.Add(150*time.Second)), tx.TouchSession(li.Mark, at))
		})
		used := func(x store.Session) (last time.Time) {
			read(t, s, func(tx *store.Tx) error {
				got, a, err := tx.Session("desk", x.Mark)
				if last = got.Used; a.ID != x.Account || !got.Ends.Equal(x.Ends) {
					t.Errorf("session of %s ends %v, want %s %v", a.ID, got.Ends, x.Account, x.Ends)
				}
				return err
			})
			return last
		}
		if got := used(li); !got.Equal(at.Add(2 * time.Minute)) {
			t.Errorf("touched: last use %v", got)
		}
		if got := used(wang); !got.Equal(at) {
			t.Errorf("not touched: last use %v", got)
		}
		gone := func(name string, x store.Session) {
			refused(t, s, name, errs.NotFound, func(tx *store.Tx) error { _, _, err := tx.Session("desk", x.Mark); return err })
		}
		refused(t, s, "at the other door", errs.NotFound, func(tx *store.Tx) error { _, _, err := tx.Session("inspect", li.Mark); return err })
		write(t, s, func(tx *store.Tx) error { return tx.SweepStaff(at.Add(90*time.Second), time.Minute) })
		gone("one that is over", over)
		gone("an idle one", wang)
		used(li)
		write(t, s, func(tx *store.Tx) error {
			return first(tx.AddSession(wang), tx.AddSession(also), tx.EndSession(wang.Mark))
		})
		gone("one that was ended", wang)
		write(t, s, func(tx *store.Tx) error { return tx.EndSessions("desk", "li") })
		gone("all of a person", li)
		gone("all of a person", also)
	})
}

// TestInvitations are used once, until they are over, and a new one takes the place of the last.
func TestInvitations(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		invitation := func(who id.Member, role string) store.Invitation {
			i := store.Invitation{Mark: random32(), Door: "desk", Role: role, Account: who, By: "wang", Until: noon.Add(time.Hour)}
			if who != "" {
				i.Name = "Somebody"
			}
			return i
		}
		li, again, chosen, other := invitation("li", "member"), invitation("li", "custodian"), invitation("", "administrator"), invitation("", "member")
		for _, i := range []store.Invitation{li, chosen, other, again} {
			write(t, s, func(tx *store.Tx) error { return tx.AddInvitation(i) })
		}
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Invitations("desk", noon)
			marks := map[[32]byte]bool{}
			for _, i := range got {
				marks[i.Mark] = true
			}
			if len(got) != 3 || !marks[again.Mark] || !marks[chosen.Mark] || !marks[other.Mark] {
				t.Errorf("open invitations: %+v", got)
			}
			one, err1 := tx.Invitation("desk", again.Mark, noon)
			if d := diff(again, one); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			return first(err, err1)
		})
		find := func(door string, mark [32]byte, at time.Time) func(tx *store.Tx) error {
			return func(tx *store.Tx) error { _, err := tx.Invitation(door, mark, at); return err }
		}
		use := func(mark [32]byte, at time.Time) func(tx *store.Tx) error {
			return func(tx *store.Tx) error { return tx.UseInvitation(mark, at) }
		}
		refused(t, s, "one that was replaced", errs.NotFound, find("desk", li.Mark, noon))
		refused(t, s, "one of another door", errs.NotFound, find("inspect", again.Mark, noon))
		refused(t, s, "one that is over", errs.NotFound, find("desk", again.Mark, noon.Add(time.Hour)))
		refused(t, s, "using one that is over", errs.NotFound, use(again.Mark, noon.Add(time.Hour)))
		write(t, s, use(again.Mark, noon))
		refused(t, s, "using it twice", errs.NotFound, use(again.Mark, noon))
		write(t, s, func(tx *store.Tx) error { return tx.AddInvitation(li) })
		write(t, s, func(tx *store.Tx) error { return tx.WithdrawInvitation("desk", "li") })
		refused(t, s, "one that was withdrawn", errs.NotFound, use(li.Mark, noon))
		write(t, s, func(tx *store.Tx) error { return tx.SweepStaff(noon.Add(time.Hour), time.Hour) })
		refused(t, s, "one that was swept", errs.NotFound, find("desk", chosen.Mark, noon))
	})
}

func first(list ...error) error {
	for _, err := range list {
		if err != nil {
			return err
		}
	}
	return nil
}
