package apptest

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/seal"
)

// dealt are the secrets of the people of the demonstration, by account, drawn and derived once in a test process: what is
// tested with them is not the derivation.
var dealt = sync.OnceValue(func() map[string]func() (app.DeskSecret, error) {
	m := map[string]func() (app.DeskSecret, error){}
	for _, account := range []string{"gu", "inspector", "chen", "lin", "zhao", "wu"} {
		m[account] = sync.OnceValues(app.NewDeskSecret)
	}
	return m
})

// OpenDesk gives the people of the demonstration accounts at their doors, with the same passphrases in every world of this
// process. Everything else is each world's own.
func (w *World) OpenDesk(ctx context.Context) error {
	return w.OpenDeskWith(ctx, func(account string) (app.DeskSecret, error) {
		deal, ok := dealt()[account]
		if !ok {
			return app.NewDeskSecret()
		}
		return deal()
	})
}

// loginOf is what a page derives from a passphrase and the salt that the door gave: known already where both were dealt.
func loginOf(p app.DeskPlayer, salt [16]byte) (ed25519.PrivateKey, error) {
	if deal, ok := dealt()[p.Account]; ok {
		if s, err := deal(); err == nil && s.Passphrase == p.Passphrase && s.Salt == salt {
			return s.Login, nil
		}
	}
	login, _, err := seal.StaffKeys(p.Passphrase, salt)
	return login, err
}

// SignsIn signs somebody of the demonstration in at a door, as their page does, and gives cookie and token of the session.
// OpenDesk has made the accounts.
func (w *World) SignsIn(tb testing.TB, h http.Handler, origin string, role staff.Role) (cookie *http.Cookie, token string) {
	tb.Helper()
	p, ok := w.DeskPlayer(role)
	if !ok {
		tb.Fatal("no account of this role: OpenDesk makes it")
	}
	return w.signsIn(tb, h, origin, role.Door(), p)
}

// MemberSignsIn is [World.SignsIn] at the desk for a member by account: chen, lin, zhao or wu.
func (w *World) MemberSignsIn(tb testing.TB, h http.Handler, origin, account string) (cookie *http.Cookie, token string) {
	tb.Helper()
	p, ok := w.DeskMember(account)
	if !ok {
		tb.Fatalf("no account %q: OpenDesk makes it", account)
	}
	return w.signsIn(tb, h, origin, staff.Desk, p)
}

func (w *World) signsIn(tb testing.TB, h http.Handler, origin string, door staff.Door, p app.DeskPlayer) (cookie *http.Cookie, token string) {
	tb.Helper()
	ask := func(path string, in, out any) *http.Response {
		body, err := json.Marshal(in)
		if err != nil {
			tb.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, origin+"/zh/api/"+path, strings.NewReader(string(body)))
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != http.StatusOK {
			tb.Fatalf("%s: %d %s", path, rec.Code, rec.Body)
		}
		if err := json.Unmarshal(rec.Body.Bytes(), out); err != nil {
			tb.Fatal(err)
		}
		return rec.Result()
	}
	var start struct{ Salt, Challenge []byte }
	ask("sign-in/start", map[string]any{"account": p.Account}, &start)
	login, err := loginOf(p, [16]byte(start.Salt))
	if err != nil {
		tb.Fatal(err)
	}
	msg, err := seal.StaffSignIn{Instance: w.Dir.Instance, Door: string(door), Account: p.Account, Challenge: [32]byte(start.Challenge)}.Message()
	if err != nil {
		tb.Fatal(err)
	}
	code, err := staff.CodeOf(p.Factor, w.Now())
	if err != nil {
		tb.Fatal(err)
	}
	var me struct{ Token string }
	resp := ask("sign-in/finish", map[string]any{"account": p.Account, "challenge": start.Challenge, "signature": ed25519.Sign(login, msg), "code": code}, &me)
	if len(resp.Cookies()) != 1 {
		tb.Fatalf("cookies: %v", resp.Cookies())
	}
	return resp.Cookies()[0], me.Token
}
