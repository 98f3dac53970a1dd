package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// TestSetupLinks: a link lives on over a restart, is made anew when it ends, and is gone when its role is held.
func TestSetupLinks(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{})
		ctx := t.Context()
		links := func() []string {
			t.Helper()
			list, err := w.SetupLinks(ctx)
			if err != nil {
				t.Fatal(err)
			}
			var urls []string
			for _, l := range list {
				b, err := os.ReadFile(l.Path)
				info, serr := os.Stat(l.Path)
				if err != nil || serr != nil || string(b) != l.URL+"\n" || info.Mode().Perm() != 0o600 || filepath.Dir(l.Path) != w.Data {
					t.Errorf("%s: %v, %v, %v", l.Path, err, serr, info)
				}
				_, token, _ := strings.Cut(l.URL, "/join#")
				i, err := w.Staff.Invitation(ctx, l.Role.Door(), token)
				if err != nil || i.Role != l.Role || !i.Until.Equal(l.Until) {
					t.Errorf("%s opens %+v, %v", l.Role, i, err)
				}
				urls = append(urls, l.URL)
			}
			return urls
		}
		first := links()
		if len(first) != 2 || !strings.HasPrefix(first[0], w.Config.Desk.URL+"/join#") || !strings.HasPrefix(first[1], w.Config.Desk.Inspect+"/join#") {
			t.Fatalf("links %q", first)
		}
		w.Clock.Move(40 * time.Minute)
		if again := links(); again[0] != first[0] || again[1] != first[1] {
			t.Error("a restart took back links that live")
		}
		w.Clock.Move(12 * time.Minute)
		second := links()
		if second[0] == first[0] || second[1] == first[1] {
			t.Error("links that end in minutes are handed out")
		}
		path := filepath.Join(w.Data, "setup-administrator.txt")
		if err := os.WriteFile(path, []byte(second[1]+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if third := links(); third[0] == second[1] || third[1] != second[1] {
			t.Error("the inspector's link stands in for the administrator's")
		}

		join(t, w, "desk", "gu", staff.Administrator)
		if got := links(); len(got) != 0 {
			t.Errorf("somebody has joined, and there are links: %q", got)
		}
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("the link that was used lies about: %v", err)
		}
		if _, err := os.Stat(filepath.Join(w.Data, "setup-inspector.txt")); err != nil {
			t.Errorf("the link that was not used is gone: %v", err)
		}
		if _, err := w.SetupLink(ctx, staff.Administrator); !errs.Is(err, errs.Conflict) {
			t.Errorf("a second administrator: %v", err)
		}
		if l, err := w.SetupLink(ctx, staff.Inspector); err != nil || l.URL == second[1] {
			t.Errorf("the inspector's anew: %v", err)
		}
		if _, err := w.SetupLink(ctx, staff.Custodian); !errs.Is(err, errs.Invalid) {
			t.Errorf("a custodian's by the operator: %v", err)
		}
	})
}

// join stores an account as a finished enrolment does.
func join(t *testing.T, w *apptest.World, door, who string, role staff.Role) {
	t.Helper()
	a := store.Account{Door: door, ID: id.Member(who), Role: string(role), Name: who, Recipient: "age1pq1x", TOTP: []byte("x"), Made: workday.MustDay("2026-03-23")}
	a.Sign, a.Login, a.Salt = [32]byte{1}, [32]byte{2}, [16]byte{3}
	if err := w.Store.Write(t.Context(), func(tx *store.Tx) error { return tx.AddAccount(a, []byte("wrapped")) }); err != nil {
		t.Fatal(err)
	}
}
