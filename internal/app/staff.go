package app

import (
	"crypto/hkdf"
	"crypto/sha256"

	"clarion.example/clarion/internal/office/staff"
)

// newStaff makes the service of accounts. Its secret follows from the node's own, which stand in a file beside the
// database: whoever has the database alone gets no second factor and no session out of it.
func (a *App) newStaff() (*staff.Service, error) {
	secret, err := hkdf.Key(sha256.New, a.Dir.Secrets.Handle, []byte("clarion/node/v1"), "staff", 32)
	if err != nil {
		return nil, err
	}
	return staff.New(staff.Options{
		Instance: a.Dir.Instance, Store: a.Store, Now: a.now, Zone: a.Pack.Zone, Secret: secret, Session: a.Config.Desk.Session, Idle: a.Config.Desk.Idle,
		Doors: map[staff.Door]staff.DoorOptions{staff.Desk: {Origin: a.Config.Desk.URL}, staff.Inspect: {Origin: a.Config.Desk.Inspect}},
	})
}
