package staff_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// TestWords goes the whole way with a passphrase: the words give the key that signs in and the key that opens the file.
func TestWords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		words := seal.GeneratePassphrase()
		p := newSomebody(t, "li-wei")
		before, err := w.Start(t.Context(), staff.Desk, p.id)
		w.must("asking for the salt", err)
		p.login, p.kek, err = seal.StaffKeys(words, before.Salt)
		w.must("deriving", err)
		p.wrapped = p.wrap(t)
		link, err := w.InviteFirst(t.Context(), staff.Administrator)
		w.must("the link", err)
		if !strings.HasPrefix(link.URL, "https://"+deskHost+"/join#") || link.URL[strings.Index(link.URL, "#")+1:] != link.Token {
			t.Errorf("link %s", link.URL)
		}
		w.join(p, link, staff.Administrator)
		w.pass(codeSteps)
		start, err := w.Start(t.Context(), staff.Desk, "li-wei")
		w.must("starting", err)
		login, kek, err := seal.StaffKeys(words, start.Salt)
		w.must("deriving", err)
		in, err := w.Finish(t.Context(), staff.Desk, "li-wei", start.Challenge, w.answer(p, login, start.Challenge), p.code(t, w))
		w.must("signing in", err)
		plain, err := seal.Open(in.Wrapped, kek)
		w.must("opening the key file", err)
		if file, err := seal.ParseKeyFile(plain, nil); err != nil || !file.Sign.Equal(p.sign) {
			t.Errorf("the key file: %v", err)
		}
		if in.Session.Account != "li-wei" || in.Session.Role != staff.Administrator || in.Session.Name != p.name || in.Session.Door != staff.Desk {
			t.Errorf("session %+v", in.Session)
		}
		want := []string{" staff-invited", "li-wei staff-enrolled", "li-wei signed-in"}
		if got := w.acts(); !slices.Equal(got, want) {
			t.Errorf("audit log %q, want %q", got, want)
		}
	})
}

// TestUnknownAccount is not told from a wrong passphrase.
func TestUnknownAccount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		known := w.first("li-wei", staff.Administrator)
		gone := w.invited(known, "gone", staff.Member)
		w.must("removing", w.Remove(t.Context(), known.session, "gone"))
		nobody := newSomebody(t, "nobody")
		nobody.door = staff.Desk
		elsewhere := *known
		elsewhere.door = staff.Inspect
		salts := map[[16]byte]bool{}
		for _, p := range []*somebody{known, gone, nobody, &elsewhere} {
			before := len(w.acts())
			one, err1 := w.Start(t.Context(), p.door, p.id)
			two, err2 := w.Start(t.Context(), p.door, p.id)
			if err1 != nil || err2 != nil || one.Salt != two.Salt || one.Salt == [16]byte{} || one.Challenge == two.Challenge {
				t.Errorf("%s: salts %x %x (%v, %v)", p.id, one.Salt, two.Salt, err1, err2)
			}
			salts[one.Salt] = true
			in, err := w.attempt(p, nobody.login, "000000")
			refused(t, string(p.id)+" with wrong words", err, errs.Denied, "staff.refused")
			if in.Token != "" || in.Session != nil || in.Wrapped != nil || len(w.acts()) != before {
				t.Errorf("%s: something was given or written down", p.id)
			}
		}
		if len(salts) != 4 {
			t.Errorf("%d salts of 4 accounts differ", len(salts))
		}
		if _, err := w.attempt(gone, gone.login, "000000"); errs.KindOf(err) != errs.Denied {
			t.Errorf("a removed account with its right words: %v", err)
		}
	})
}

// TestSaltTellsNothing: who asks for a name every day gets the same bytes before somebody joins under it, meanwhile and after they
// were removed; the rest of the answer is time, chance and a MAC over them. A browser that sends another salt is refused.
func TestSaltTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		answers := map[string][16]byte{}
		ask := func(when string) {
			t.Helper()
			for _, at := range []staff.Door{staff.Desk, staff.Inspect} {
				for _, who := range []id.Member{"admin", "qian", "li-wei", "nobody"} {
					start, err := w.Start(t.Context(), at, who)
					w.must("asking", err)
					key := string(at) + " " + string(who)
					if was, ok := answers[key]; ok && was != start.Salt {
						t.Errorf("%s, %s: %x was %x", key, when, start.Salt, was)
					}
					answers[key] = start.Salt
				}
			}
		}
		ask("before anybody is there")
		admin, inspector := w.first("admin", staff.Administrator), w.first("qian", staff.Inspector)
		ask("with the first two")
		li := newSomebody(t, "li-wei")
		link, err := w.Invite(t.Context(), admin.session, staff.Invitation{Role: staff.Member, ID: li.id, Name: li.name})
		w.must("inviting", err)
		ask("invited")
		e := li.enrolment(t, w, link, staff.Member)
		e.Salt = bytes.Repeat([]byte{9}, 16)
		_, err = w.Enrol(t.Context(), link.Door, link.Token, e)
		refused(t, "a salt of their own", err, errs.Invalid, "staff.bad_keys")
		other, err := w.Start(t.Context(), staff.Inspect, li.id)
		w.must("asking at the other door", err)
		e.Salt = other.Salt[:]
		_, err = w.Enrol(t.Context(), link.Door, link.Token, e)
		refused(t, "that of the other door", err, errs.Invalid, "staff.bad_keys")
		w.join(li, link, staff.Member)
		ask("joined")
		w.must("removing", w.Remove(t.Context(), admin.session, li.id))
		w.must("removing the inspector", w.RemoveAsOperator(t.Context(), staff.Inspect, inspector.id))
		ask("removed")
		if len(answers) != 8 {
			t.Errorf("%d answers", len(answers))
		}
		seen := map[[16]byte]string{}
		for who, a := range answers {
			if seen[a] != "" {
				t.Errorf("%s and %s have one salt", who, seen[a])
			}
			seen[a] = who
		}
	})
}

// TestChallenge serves one account at one door, for two minutes.
func TestChallenge(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		li := w.first("li-wei", staff.Administrator)
		wang := w.invited(li, "wang", staff.Member)
		other, err := w.Start(t.Context(), staff.Desk, "wang")
		w.must("starting", err)
		finish := func(challenge [32]byte, p *somebody) error {
			_, err := w.Finish(t.Context(), p.door, p.id, challenge, w.answer(p, p.login, challenge), p.code(t, w))
			return err
		}
		w.pass(codeSteps)
		refused(t, "another's challenge", finish(other.Challenge, li), errs.Invalid, "staff.challenge_over")
		refused(t, "a made-up challenge", finish([32]byte{1}, li), errs.Invalid, "staff.challenge_over")
		w.pass(90 * time.Second)
		w.must("at two minutes", finish(other.Challenge, wang))
		w.pass(time.Second)
		refused(t, "after two minutes", finish(other.Challenge, wang), errs.Invalid, "staff.challenge_over")
		_, err = w.Start(t.Context(), staff.Desk, "Not A Name")
		refused(t, "a name that is none", err, errs.Invalid, "staff.bad_id")
		_, err = w.Start(t.Context(), "cellar", "li-wei")
		refused(t, "a door that is none", err, errs.NotFound, "staff.no_door")
	})
}

// TestSecondFactor takes a code once and one step around now, and waits a quarter of an hour after five wrong ones.
func TestSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		li := w.first("li-wei", staff.Administrator)
		try := func(code string) error { _, err := w.attempt(li, li.login, code); return err }
		refused(t, "the code of the enrolment", try(li.code(t, w)), errs.Conflict, "store.code_taken")
		w.pass(codeSteps)
		code := li.code(t, w)
		w.must("a step later", try(code[:3]+" "+code[3:]))
		refused(t, "the same code", try(code), errs.Conflict, "store.code_taken")
		w.pass(codeSteps)
		late := li.code(t, w)
		w.pass(2 * codeSteps)
		refused(t, "two steps late", try(late), errs.Invalid, "staff.code_wrong")
		late = li.code(t, w)
		w.pass(codeSteps)
		w.must("one step late", try(late))
		w.pass(codeSteps)
		for i := range 4 {
			refused(t, "wrong", try("x"), errs.Invalid, "staff.code_wrong")
			if _, err := w.attempt(li, newKey(t), "x"); i == 0 {
				refused(t, "wrong words are not counted", err, errs.Denied, "staff.refused")
			}
		}
		refused(t, "the fifth", try("x"), errs.TooMany, "staff.code_wait")
		refused(t, "a right one while waiting", try(li.code(t, w)), errs.TooMany, "staff.code_wait")
		waits, err := w.Accounts(t.Context(), li.session, staff.Desk)
		if err != nil || len(waits) != 1 || !waits[0].Waits {
			t.Errorf("the list does not say who waits: %+v (%v)", waits, err)
		}
		if _, err := w.attempt(li, newKey(t), "x"); errs.KindOf(err) != errs.Denied {
			t.Errorf("wrong words while waiting: %v", err)
		}
		w.pass(15*time.Minute - time.Second)
		refused(t, "a second too early", try(li.code(t, w)), errs.TooMany, "staff.code_wait")
		w.pass(time.Second)
		w.must("after fifteen minutes", try(li.code(t, w)))
		got := w.acts()
		err = w.store.Read(t.Context(), func(tx *store.Tx) error {
			open, err := tx.OpenAlarms(0, 10)
			if len(open) != 1 || open[0].Kind != store.AlarmSecondFactor || open[0].Who != "li-wei" {
				t.Errorf("alarms: %+v", open)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		if n := count(got, "li-wei second-factor-alarm"); n != 1 {
			t.Errorf("%d alarms in %q", n, got)
		}
		if n := count(got, "li-wei second-factor-wrong denied"); n != 6 {
			t.Errorf("%d wrong codes in the log, want 6: %q", n, got)
		}
	})
}

func count(list []string, s string) (n int) {
	for _, l := range list {
		if l == s {
			n++
		}
	}
	return n
}

// TestSecondFactorIsSealed: what stands in the database opens only with the server's key and only for its account.
func TestSecondFactorIsSealed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		li := w.first("li-wei", staff.Administrator)
		wang := w.invited(li, "wang", staff.Member)
		var rows []store.Account
		w.must("reading", w.store.Read(t.Context(), func(tx *store.Tx) (err error) {
			rows, err = tx.Accounts("desk")
			return err
		}))
		if len(rows) != 2 || strings.Contains(string(rows[0].TOTP), string(li.factor)) || strings.Contains(string(rows[1].TOTP), string(wang.factor)) {
			t.Error("a second factor stands in the database in clear")
		}
	})
}
