package app_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/office/staff"
)

// deskRequest asks one of the doors as a browser's page does.
func deskRequest(t *testing.T, h http.Handler, method, url, body string, change func(*http.Request)) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, url, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// TestDeskDoors: the two doors are told apart by host name, a session of one is nothing at the other, whoever changes something
// shows that our page asks, and the cookie goes nowhere else.
func TestDeskDoors(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	if err := w.OpenDesk(t.Context()); err != nil {
		t.Fatal(err)
	}
	h, err := w.DeskHandler()
	if err != nil {
		t.Fatal(err)
	}
	const desk, inspect = "http://desk.localhost:8081", "http://inspect.localhost:8081"
	cookie, token := w.SignsIn(t, h, desk, staff.Administrator)
	if !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" || cookie.Domain != "" || cookie.Name != "__Host-clarion-desk" || cookie.MaxAge != 0 {
		t.Errorf("cookie: %+v", cookie)
	}
	with := func(c *http.Cookie, token string) func(*http.Request) {
		return func(r *http.Request) {
			r.AddCookie(c)
			if token != "" {
				r.Header.Set("Clarion-Token", token)
			}
		}
	}
	renamed := *cookie
	renamed.Name = "__Host-clarion-inspect"
	const invite = `{"account":"mei","name":"梅","role":"member"}`
	for name, tc := range map[string]struct {
		method, url, body string
		change            func(*http.Request)
		status            int
	}{
		"who is here":                {"GET", desk + "/zh/api/me", "", with(cookie, ""), 200},
		"without a cookie":           {"GET", desk + "/zh/api/me", "", nil, 401},
		"at the other door":          {"GET", inspect + "/zh/api/me", "", with(&renamed, ""), 401},
		"at a host that is no door":  {"GET", "http://tips.localhost:8081/zh/", "", nil, 421},
		"a bare address":             {"GET", "http://127.0.0.1:8081/zh/", "", nil, 421},
		"an act without the token":   {"POST", desk + "/zh/api/people/invite", invite, with(cookie, ""), 403},
		"a stranger's act, unread":   {"POST", desk + "/zh/api/draft", strings.Repeat("x", 1<<20), nil, 401},
		"an act with another token":  {"POST", desk + "/zh/api/people/invite", invite, with(cookie, token[1:]+"A"), 403},
		"an act of another site":     {"POST", desk + "/zh/api/people/invite", invite, func(r *http.Request) { with(cookie, token)(r); r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		"an act":                     {"POST", desk + "/zh/api/people/invite", invite, with(cookie, token), 200},
		"a field that is not known":  {"POST", desk + "/zh/api/people/invite", `{"account":"mei","admin":true}`, with(cookie, token), 422},
		"two values":                 {"POST", desk + "/zh/api/people/invite", invite + invite, with(cookie, token), 422},
		"no JSON":                    {"POST", desk + "/zh/api/people/invite", "account=wu", with(cookie, token), 422},
		"too much":                   {"POST", desk + "/zh/api/sign-in/start", `{"account":"` + strings.Repeat("a", 20_000) + `"}`, nil, 413},
		"what only inspectors may":   {"GET", desk + "/zh/api/draft", "", with(cookie, ""), 404},
		"no such question":           {"GET", desk + "/zh/api/cases", "", with(cookie, ""), 404},
		"a place of the desk":        {"GET", desk + "/en/keys", "", nil, 200},
		"a path without a language":  {"GET", desk + "/keys", "", nil, 404},
		"an account that is unknown": {"POST", desk + "/zh/api/sign-in/start", `{"account":"nobody"}`, nil, 200},
	} {
		resp := deskRequest(t, h, tc.method, tc.url, tc.body, tc.change)
		if resp.StatusCode != tc.status {
			t.Errorf("%s: status %d, want %d", name, resp.StatusCode, tc.status)
		}
		if got := resp.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", name, got)
		}
	}
	for _, account := range []string{"chen", "lin", "zhao", "wu"} {
		mine, _ := w.MemberSignsIn(t, h, desk, account)
		var me struct{ Account, Role string }
		resp := deskRequest(t, h, "GET", desk+"/zh/api/me", "", with(mine, ""))
		if err := json.NewDecoder(resp.Body).Decode(&me); err != nil || me.Account != account || me.Role != "member" {
			t.Errorf("%s is %+v, %v", account, me, err)
		}
	}
	shell := func(url string) []byte {
		var b bytes.Buffer
		if _, err := b.ReadFrom(deskRequest(t, h, "GET", url, "", with(cookie, "")).Body); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	if !bytes.Equal(shell(desk+"/zh/keys"), shell(desk+"/zh/")) || bytes.Contains(shell(desk+"/zh/"), []byte(token)) {
		t.Error("a shell is not the same for everybody")
	}
	for url, says := range map[string]string{desk + "/zh/cases": "终端命令", inspect + "/zh/": "终端命令", desk + "/en/join": "clarion case", inspect + "/en/samples": "clarion case"} {
		page := string(shell(url))
		if _, page, _ = strings.Cut(page, "<noscript>"); !strings.Contains(page, says) {
			t.Errorf("%s without scripts does not say what can be done", url)
		}
	}
	out := deskRequest(t, h, "POST", desk+"/zh/api/sign-out", `{"everywhere":true}`, with(cookie, token))
	if out.StatusCode != 200 || len(out.Cookies()) != 1 || out.Cookies()[0].MaxAge >= 0 {
		t.Errorf("signing out: %d, %+v", out.StatusCode, out.Cookies())
	}
	resp := deskRequest(t, h, "GET", desk+"/zh/api/me", "", with(cookie, ""))
	var refused struct{ Error struct{ Key, Text string } }
	if err := json.NewDecoder(resp.Body).Decode(&refused); err != nil || resp.StatusCode != 401 || refused.Error.Key != "staff.signed_out" || refused.Error.Text == "" {
		t.Errorf("after signing out: %d, %+v, %v", resp.StatusCode, refused, err)
	}
}
