package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
)

// SetupLink is a link by which the first person of a role joins. Path is the file that holds it, for the operator to
// hand over; nobody else may see URL.
type SetupLink struct {
	Role      staff.Role
	URL, Path string
	Until     time.Time
}

// longEnough is how much of its life a link must have left to be handed over.
const longEnough = 10 * time.Minute

// SetupLinks gives the links of administrator and inspector while nobody at all has joined: those of an earlier start
// while they live, else new ones. Afterwards it gives none, and removes the files of roles that somebody has.
func (a *App) SetupLinks(ctx context.Context) (out []SetupLink, err error) {
	people := 0
	held := map[staff.Role]bool{}
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		for _, door := range []staff.Door{staff.Desk, staff.Inspect} {
			list, err := tx.Accounts(string(door))
			if err != nil {
				return err
			}
			people += len(list)
			for _, p := range list {
				held[staff.Role(p.Role)] = held[staff.Role(p.Role)] || p.State == store.AccountActive
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, role := range []staff.Role{staff.Administrator, staff.Inspector} {
		l, err := SetupLink{}, error(nil)
		switch {
		case held[role]:
			err = os.Remove(a.linkPath(role))
		case people == 0:
			if l, err = a.standingLink(ctx, role); err != nil {
				l, err = a.SetupLink(ctx, role)
			}
			out = append(out, l)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return out, nil
}

// standingLink reads a link that was made before: it may have been handed over. It fails when there is none, it is of
// another address, or it does not live long enough.
func (a *App) standingLink(ctx context.Context, role staff.Role) (SetupLink, error) {
	l := SetupLink{Role: role, Path: a.linkPath(role)}
	b, err := os.ReadFile(l.Path)
	if err != nil {
		return l, err
	}
	l.URL = strings.TrimSpace(string(b))
	origin := map[staff.Role]string{staff.Administrator: a.Config.Desk.URL, staff.Inspector: a.Config.Desk.Inspect}[role]
	token, ours := strings.CutPrefix(l.URL, origin+"/join#")
	i, err := a.Staff.Invitation(ctx, role.Door(), token)
	if err != nil {
		return l, err
	}
	if l.Until = i.Until; !ours || i.Role != role || l.Until.Sub(a.now()) < longEnough {
		return l, fmt.Errorf("the link in %s is of another address or role, or ends soon", l.Path)
	}
	return l, nil
}

// SetupLink makes the link of a role anew and writes it into the data directory, for its owner only. Conflict while
// somebody has the role.
func (a *App) SetupLink(ctx context.Context, role staff.Role) (SetupLink, error) {
	link, err := a.Staff.InviteFirst(ctx, role)
	if err != nil {
		return SetupLink{}, err
	}
	l := SetupLink{Role: role, URL: link.URL, Path: a.linkPath(role), Until: link.Until}
	if err := a.writeLink(l); err != nil {
		return l, fmt.Errorf("writing the link: %w", err)
	}
	return l, nil
}

func (a *App) linkPath(role staff.Role) string {
	return filepath.Join(a.Dir.Path, "setup-"+string(role)+".txt")
}

// writeLink puts the file in its place whole: the mode of one that was there before is not kept.
func (a *App) writeLink(l SetupLink) error {
	f, err := os.CreateTemp(a.Dir.Path, "setup-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(l.URL + "\n")
	if err := errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), l.Path)
}
