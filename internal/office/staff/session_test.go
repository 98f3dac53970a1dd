package staff_test

import (
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/office/staff"
)

// TestSessions end by time, by idleness and by hand, and belong to one door.
func TestSessions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		li, qian := w.first("li-wei", staff.Administrator), w.first("qian", staff.Inspector)
		ask := func(at staff.Door, token string) error { _, err := w.Session(t.Context(), at, token); return err }
		over := func(what string, at staff.Door, token string) {
			t.Helper()
			refused(t, what, ask(at, token), errs.Denied, "staff.signed_out")
		}
		w.must("at once", ask(staff.Desk, li.token))
		over("at the other door", staff.Inspect, li.token)
		over("the inspector's at the desk", staff.Desk, qian.token)
		over("none", staff.Desk, "")
		over("a made-up one", staff.Desk, qian.token[1:]+"A")
		w.pass(idle - time.Minute)
		w.must("in time", ask(staff.Desk, li.token))
		w.pass(idle - time.Minute)
		w.must("in time again", ask(staff.Desk, li.token))
		over("one that nobody used", staff.Inspect, qian.token)
		w.pass(idle + time.Second)
		over("after the idle time", staff.Desk, li.token)
		w.signIn(li)
		began := w.now()
		for w.pass(idle - time.Minute); w.now().Before(began.Add(sessions)); w.pass(idle - time.Minute) {
			w.must("used all day", ask(staff.Desk, li.token))
		}
		over("after its end", staff.Desk, li.token)
		w.must("sweeping", w.Sweep(t.Context()))
		over("after a sweep", staff.Desk, li.token)
	})
}

// TestSignOut ends one session or all of a person, and no other's.
func TestSignOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		li := w.first("li-wei", staff.Administrator)
		wang := w.invited(li, "wang", staff.Member)
		open := func() (out [4]bool) {
			for i, token := range []string{li.token, wang.token} {
				_, err := w.Session(t.Context(), staff.Desk, token)
				out[i] = err == nil
			}
			return out
		}
		first := *li
		w.signIn(li)
		w.must("signing out", w.SignOut(t.Context(), first.session, false))
		w.must("signing out twice", w.SignOut(t.Context(), first.session, true))
		if _, err := w.Session(t.Context(), staff.Desk, first.token); err == nil || open() != [4]bool{true, true} {
			t.Errorf("after one was ended: %v, %v", err, open())
		}
		second := *li
		w.signIn(li)
		w.must("signing out everywhere", w.SignOut(t.Context(), li.session, true))
		if _, err := w.Session(t.Context(), staff.Desk, second.token); err == nil || open() != [4]bool{false, true} {
			t.Errorf("after all were ended: %v, %v", err, open())
		}
		if n := count(w.acts(), "li-wei signed-out"); n != 2 {
			t.Errorf("%d lines of signing out", n)
		}
	})
}

// TestFormToken is the same for a session on every request, and another's is refused.
func TestFormToken(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		li := w.first("li-wei", staff.Administrator)
		again, err := w.Session(t.Context(), staff.Desk, li.token)
		w.must("asking", err)
		old := li.session
		w.signIn(li)
		if !again.CheckFormToken(old.FormToken()) || again.CheckFormToken(li.session.FormToken()) || again.CheckFormToken("") ||
			(*staff.Session)(nil).CheckFormToken("") || (&staff.Session{}).CheckFormToken("") || old.FormToken() == li.token {
			t.Error("form tokens do not tell sessions apart")
		}
	})
}
