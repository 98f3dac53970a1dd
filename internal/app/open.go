package app

import (
	"context"
	"sync"
	"time"

	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/public/intake"
)

// openCache remembers for a moment whether the doors are open: the question is asked with every page.
type openCache struct {
	mu       sync.Mutex
	until    time.Time
	open     bool
	approved []intake.Approval
}

const openCacheFor = 5 * time.Second

// DoorsOpen reports whether the form takes reports.
func (a *App) DoorsOpen(ctx context.Context) (bool, error) {
	open, _, err := a.doors(ctx)
	return open, err
}

// Approved lists the categories that the inspector approved as the pack words them now.
func (a *App) Approved(ctx context.Context) ([]intake.Approval, error) {
	_, approved, err := a.doors(ctx)
	return approved, err
}

func (a *App) doors(ctx context.Context) (bool, []intake.Approval, error) {
	a.open.mu.Lock()
	defer a.open.mu.Unlock()
	if a.now().Before(a.open.until) {
		return a.open.open, a.open.approved, nil
	}
	approved, err := a.approvals(ctx)
	if err != nil {
		return false, nil, err
	}
	missing, err := a.Missing(ctx)
	if err != nil {
		return false, nil, err
	}
	a.open.open, a.open.approved, a.open.until = setup.Open(missing), approved, a.now().Add(openCacheFor)
	return a.open.open, approved, nil
}

// forget makes the next question look again.
func (c *openCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = time.Time{}
}

// Missing is the whole list "before the doors open", also what is done.
func (a *App) Missing(ctx context.Context) ([]setup.Entry, error) { return a.Setup.Missing(ctx) }

// Worded is an entry of the list as the terminal prints it.
func (a *App) Worded(e setup.Entry) string {
	l := a.Catalog.For("en")
	return l.T(e.Key(), e.Args) + " (" + l.T(e.Who.Key(), nil) + ")"
}

// approvals are the categories that count as approved, for the form.
func (a *App) approvals(ctx context.Context) ([]intake.Approval, error) {
	list, err := a.Setup.Approved(ctx)
	out := make([]intake.Approval, len(list))
	for i, ap := range list {
		out[i] = intake.Approval{Category: ap.Category, Day: ap.Day}
	}
	return out, err
}
