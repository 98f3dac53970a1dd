// Package app puts Clarion together: data directory, database, keys, logs, use cases, doors and background tasks. It
// is the program as a value, which a test starts on port 0.
//
// It must never open the form of an installation whose list "before the doors open" is not green, whatever it is
// told.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"clarion.example/clarion/internal/blob"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/keylist"
	"clarion.example/clarion/internal/keyring"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/oversight"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/public/reading"
	"clarion.example/clarion/internal/site"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/packs"
	"clarion.example/clarion/proof"
)

// Version of this build.
const Version = "0.1.0-dev"

// Options of [Open].
type Options struct {
	Config *config.Config
	Log    *slog.Logger
	Now    func() time.Time
	Create bool                                  // make the data directory and the database if they do not exist
	Demo   bool                                  // with Create: mark what is made
	Tour   func(l *i18n.Localizer) site.TourPage // the demo's first page
	// NoCustodians makes a demonstration in which nobody holds shares of identities, so that none is taken.
	NoCustodians bool
}

// App is an opened installation.
type App struct {
	Dir      *DataDir
	Config   *config.Config
	Catalog  *i18n.Catalog
	Pack     *pack.Pack
	Machine  cases.Machine
	Store    *store.Store
	Blobs    *blob.Dir
	Keys     *keyring.Ring
	Intake   *intake.Service
	Casework *casework.Service
	// Oversight is what the inspector may do.
	Oversight *oversight.Service
	Setup     *setup.Service
	Staff     *staff.Service
	Reading   *reading.Service

	log     *slog.Logger
	now     func() time.Time
	tour    func(l *i18n.Localizer) site.TourPage
	keeper  *ledger.Keeper
	dummies ledger.Dummies
	signers signers
	metrics *metrics
	keysVer atomic.Int64
	relVer  atomic.Int64          // of the list of keys that the logged release names, as far as this process knows
	logged  atomic.Pointer[error] // why the last checkpoint could not be signed; nil when it was
	open    openCache
	site    func() (*site.Site, error) // the public door's pages, made once
}

// signers are the server's own keys.
type signers struct {
	ack, public, cases         note.Signer
	ackLine, pubLine, caseLine string
}

// Open opens an installation. Close it when done.
func Open(ctx context.Context, o Options) (*App, error) {
	dir, fresh, err := openDir(o)
	if err != nil {
		return nil, err
	}
	a := &App{Dir: dir, Config: o.Config, log: o.Log, now: o.Now, tour: o.Tour, metrics: newMetrics()}
	a.site = sync.OnceValues(a.newSite)
	for _, step := range []func() error{
		a.openCatalog, a.openPack,
		func() error { return a.openStore(ctx, fresh) },
		a.openLedger, a.openServices,
		func() error { return a.LoadKeys(ctx) },
	} {
		if err := step(); err != nil {
			return nil, errors.Join(err, a.Close())
		}
	}
	return a, nil
}

// openDir opens the data directory, or makes it. fresh says that no start has come to its end in it: only then are
// logs created.
func openDir(o Options) (dir *DataDir, fresh bool, err error) {
	dir, err = OpenDataDir(o.Config.Data)
	if errors.Is(err, fs.ErrNotExist) && o.Create {
		dir, err = CreateDataDir(o.Config.Data, o.Demo, o.Now())
	}
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && dir.First && !o.Create:
		return nil, false, fmt.Errorf("%s %w", o.Config.Data, ErrNoDir)
	case err != nil:
		return nil, false, err
	}
	if dir.Demo && !o.Demo && o.Create {
		return nil, false, fmt.Errorf("%s %w", dir.Path, ErrDemoDir)
	}
	if !dir.Demo && o.Demo {
		return nil, false, fmt.Errorf("%s %w", dir.Path, ErrNotDemo)
	}
	return dir, dir.First, nil
}

func (a *App) openCatalog() (err error) {
	a.Catalog, err = i18n.New(func(err error) { a.log.Error("text", "cause", err) })
	return err
}

func (a *App) openPack() error {
	fsys, ok := packs.FS(a.Config.Pack)
	if !ok {
		if _, err := os.Stat(a.Config.Pack); err != nil {
			return fmt.Errorf("pack %q is neither shipped nor a directory: %w", a.Config.Pack, err)
		}
		fsys = os.DirFS(a.Config.Pack)
	}
	p, err := pack.Load(fsys)
	if err != nil {
		return fmt.Errorf("loading pack %q: %w", a.Config.Pack, err)
	}
	if a.Pack, err = a.withOwnCalendar(p); err != nil {
		return err
	}
	rules, err := cases.NewRules(p.Clocks)
	if err != nil {
		return err
	}
	a.Machine = cases.Machine{Calendar: a.Pack.Calendar, Rules: rules}
	return nil
}

func (a *App) openStore(ctx context.Context, fresh bool) (err error) {
	a.Store, err = store.Open(ctx, store.Options{DSN: a.Config.Database, Create: fresh, Queue: a.Config.Server.Queue})
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	a.Blobs, err = blob.OpenDir(filepath.Join(a.Dir.Path, "blobs"), blob.Options{Reserve: a.Config.Files.Reserve, Now: a.now})
	if err != nil {
		return err
	}
	return a.bindInstance(ctx, fresh)
}

// bindInstance ties the database to the data directory: neither serves with a foreign other half.
func (a *App) bindInstance(ctx context.Context, fresh bool) error {
	same := func(tx *store.Tx) error {
		have, err := tx.Meta("instance")
		if err == nil && have != a.Dir.Instance {
			return fmt.Errorf("the database is of installation %s and the data directory of %s; give the two that belong together", have, a.Dir.Instance)
		}
		return err
	}
	if !fresh {
		return a.Store.Read(ctx, same)
	}
	err := a.Store.Write(ctx, func(tx *store.Tx) error {
		if err := same(tx); !errs.Is(err, errs.NotFound) {
			return err // a first start that was cut short had come this far
		}
		if err := tx.AddMeta("instance", a.Dir.Instance); err != nil {
			return err
		}
		if a.Dir.Demo {
			return tx.AddMeta("demo", "yes")
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.Dir.Started()
}

func (a *App) openLedger() (err error) {
	if a.keeper, err = ledger.OpenKeeper(a.Config.Ledger.Keep); err != nil {
		return err
	}
	s := a.Dir.Secrets
	if a.dummies, err = ledger.NewDummies([32]byte(s.Dummies), a.Config.Ledger.Dummies); err != nil {
		return err
	}
	for _, k := range []struct {
		name   string
		seed   []byte
		signer *note.Signer
		line   *string
	}{
		{proof.AckKeyName(a.Dir.Instance), s.Acknowledgement, &a.signers.ack, &a.signers.ackLine},
		{proof.PublicOrigin(a.Dir.Instance), s.PublicLog, &a.signers.public, &a.signers.pubLine},
		{proof.CaseOrigin(a.Dir.Instance), s.CaseLog, &a.signers.cases, &a.signers.caseLine},
	} {
		key, err := proof.LogKeyFromSeed(k.name, [32]byte(k.seed))
		if err != nil {
			return err
		}
		*k.signer, *k.line = key.Signer(), key.Verifier()
	}
	return nil
}

func (a *App) openServices() error {
	c := a.Config
	a.Keys = keyring.New(a.now, a.Pack.Zone)
	a.Intake = intake.New(intake.Options{
		Instance: a.Dir.Instance, Pack: a.Pack, Machine: a.Machine, Store: a.Store, Blobs: a.Blobs, Keys: a.Keys, Ack: a.signers.ack,
		FormKey: a.Dir.Secrets.Form, HandleKey: a.Dir.Secrets.Handle, Queue: c.Server.Queue, Now: a.now, MinAge: c.Plain.MinAge, Life: c.Plain.Life, Slot: c.Plain.Slot,
		Sealing: c.Plain.Sealing, HandleLife: c.Plain.HandleLife, First: intake.FirstLimits{Guesses: c.Codes.Guesses, PickUp: c.Codes.PickUp, Link: c.Codes.Link}, FileShare: c.Files.Share,
		Files:   intake.FileLimits{Count: a.Pack.Limits.Files, Size: int64(a.Pack.Limits.PlainFile) << 20},
		Uploads: intake.UploadLimits{Size: int64(a.Pack.Limits.File) << 20, Unclaimed: c.Files.Unclaimed, Requests: c.Files.Requests, Rate: c.Files.Rate},
		Open:    a.DoorsOpen, Approved: a.Approved,
	})
	list := &keylist.File{}
	a.Oversight = oversight.New(oversight.Options{Pack: a.Pack, Machine: a.Machine, Store: a.Store, Keys: a.Keys, Now: a.now})
	a.Casework = casework.New(casework.Options{
		Instance: a.Dir.Instance, Pack: a.Pack, Machine: a.Machine, Store: a.Store, Blobs: a.Blobs, Keys: a.Keys, List: list, Catalog: a.Catalog, Now: a.now, HandOuts: c.Desk.HandOuts, MostSketches: c.Desk.Sketches,
		Entry: casework.EntryOptions{Mark: a.Intake.FirstMark, PickUp: c.Codes.PickUp, Category: a.Intake.CheckCategory, Days: c.Desk.Entries},
	})
	a.Setup = a.newSetup()
	a.Reading = reading.New(a.Store, list)
	var err error
	a.Staff, err = a.newStaff()
	return err
}

// Published is what the server publishes of itself, for the body of /keys.json.
type Published struct {
	Instance string `json:"instance"`
	Ack      string `json:"ack"`
	Public   string `json:"public_log"`
	Cases    string `json:"case_log"`
}

// Published returns the server's own public keys.
func (a *App) Published() Published {
	return Published{a.Dir.Instance, a.signers.ackLine, a.signers.pubLine, a.signers.caseLine}
}

// LoadKeys puts the newest installed key set in force. An installation without keys is not an error: it serves its
// pages and says "not open yet".
func (a *App) LoadKeys(ctx context.Context) error {
	var root string
	var row store.KeySet
	err := a.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if root, err = tx.Meta(metaRoot); err != nil {
			return err
		}
		row, err = tx.LatestKeySet()
		return err
	})
	if errs.Is(err, errs.NotFound) || err == nil && row.Version == a.keysVer.Load() {
		return nil
	}
	if err != nil {
		return err
	}
	signed, err := proof.ParseKeySet(row.Body)
	if err != nil {
		return fmt.Errorf("installed key set: %w", err)
	}
	set, err := signed.Verify(proof.Trust{Root: root})
	if err != nil {
		return fmt.Errorf("installed key set: %w", err)
	}
	a.Keys.Use(set)
	a.keysVer.Store(row.Version)
	return nil
}

// Close lets go of the database.
func (a *App) Close() error {
	if a.Store == nil {
		return nil
	}
	return a.Store.Close()
}
