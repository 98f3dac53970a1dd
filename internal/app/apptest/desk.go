package apptest

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/seal"
)

// dealt are the secrets of the people of the demonstration, by the salt of their account, drawn and derived once in a test
// process: what is tested with them is not the derivation.
var dealt = sync.OnceValue(func() *sync.Map { return new(sync.Map) }) // [16]byte: func() (app.DeskSecret, error)

func deal(salt [16]byte) (app.DeskSecret, error) {
	fn, _ := dealt().LoadOrStore(salt, sync.OnceValues(func() (app.DeskSecret, error) { return app.NewDeskSecret(salt) }))
	return fn.(func() (app.DeskSecret, error))()
}

// handle is the key of the server from which salts follow, the same for every world of a test process.
var handle = sync.OnceValue(func() []byte {
	b := make([]byte, 32)
	rand.Read(b)
	return b
})

// begin makes the marked data directory of a world, with that key.
func begin(dir string, now time.Time) error {
	d, err := app.CreateDataDir(dir, true, now)
	if err != nil {
		return err
	}
	d.Secrets.Handle = handle()
	b, err := json.Marshal(d.Secrets)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "node-secrets.json"), b, 0o600)
}

// OpenDesk gives the people of the demonstration accounts at their doors, with the same passphrases in every world of this
// process. Everything else is each world's own.
func (w *World) OpenDesk(ctx context.Context) error {
	return w.OpenDeskWith(ctx, func(_ string, salt [16]byte) (app.DeskSecret, error) { return deal(salt) })
}

// loginOf is what a page derives from a passphrase and the salt that the door gave: known already where both were dealt.
func loginOf(p app.DeskPlayer, salt [16]byte) (ed25519.PrivateKey, error) {
	if s, err := deal(salt); err == nil && s.Passphrase == p.Passphrase {
		return s.Login, nil
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
