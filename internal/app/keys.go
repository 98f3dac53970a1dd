package app

import (
	"context"

	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/packs"
	"clarion.example/clarion/proof"
)

// metaRoot is where the database remembers the root key that was trusted first.
const metaRoot = "root"

// ErrNoRoot says that the first key set came without a fingerprint to trust.
var ErrNoRoot = setup.ErrNoRoot

// newSetup makes the service that puts lists in force. What they change in this process is done here.
func (a *App) newSetup() *setup.Service {
	_, sample := packs.FS(a.Config.Pack)
	return setup.New(setup.Options{
		Pack: a.Pack, Sample: sample, Demo: a.Dir.Demo, Server: ceremony.Server(a.Published()), Store: a.Store, Keys: a.Keys, Now: a.now,
		Addresses: []setup.Address{{Door: "public", URL: a.Config.Public.URL}, {Door: "desk", URL: a.Config.Desk.URL}, {Door: "inspect", URL: a.Config.Desk.Inspect}},
		InForce: func(ctx context.Context) error {
			if err := a.LoadKeys(ctx); err != nil {
				return err
			}
			// Visitors need the proof that the set is in the public log: they should not wait for the next beat.
			return a.checkpoint(ctx, ledger.Public, true)
		},
		Changed: a.open.forget,
	})
}

// InstallKeys is [setup.Service.InstallKeys].
func (a *App) InstallKeys(ctx context.Context, file []byte, root string) (*proof.KeySet, error) {
	return a.Setup.InstallKeys(ctx, file, root)
}

// InstallRoster is [setup.Service.InstallRoster].
func (a *App) InstallRoster(ctx context.Context, file []byte) (*proof.Roster, error) {
	return a.Setup.InstallRoster(ctx, file)
}

// Approve is [setup.Service.Approve].
func (a *App) Approve(ctx context.Context, ap pack.Approval, sig []byte) error {
	return a.Setup.Approve(ctx, ap, sig)
}
