package app

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"clarion.example/clarion/internal/config"
)

// DataDir is an opened data directory: who this installation is, and the node's own secrets.
type DataDir struct {
	Path     string
	Instance string // public constant of the installation, part of every derivation
	Demo     bool   // made by `clarion demo` or a test: everybody's keys were on this machine
	First    bool   // no start has come to its end yet: the database may still be made
	Secrets  Secrets
	lock     *os.File
}

// Secrets are keys that the server itself uses. They stand in a file beside the database, never in it, and are
// the same on every node of one installation.
type Secrets struct {
	Acknowledgement []byte `json:"acknowledgement"` // seed of the key that signs acknowledgements
	PublicLog       []byte `json:"public_log"`      // seed of the public log's checkpoint key
	CaseLog         []byte `json:"case_log"`        // seed of the case log's checkpoint key
	Form            []byte `json:"form"`            // plain form tokens, and codes made from them
	Handle          []byte `json:"handle"`          // 15-minute mailbox handles
	Dummies         []byte `json:"dummies"`         // times of dummy leaves
}

const (
	identityFile = "clarion.json"
	secretsFile  = "node-secrets.json"
	lockFile     = "serve.lock"
	firstFile    = "first-start" // stands until the database was made once
	dataFormat   = 1
)

type identity struct {
	Format   int    `json:"format"`
	Instance string `json:"instance"`
	Made     string `json:"made"`
	Demo     bool   `json:"demo,omitempty"`
}

// Errors of a data directory. They are for the operator, in English, and name the way out.
var (
	ErrNoDir      = errors.New("does not exist, or its first start did not come to its end; clarion serve makes it")
	ErrForeignDir = errors.New("is not empty and is not a Clarion data directory; choose another with --data")
	ErrDamagedDir = errors.New("is damaged; restore it from the backup of this installation")
	ErrDemoDir    = errors.New("is marked as a demonstration: every key of it was on one machine. It can never serve; make a new one")
	ErrNotDemo    = errors.New("is a real data directory; demo makes its own and never touches another")
	ErrNewerDir   = errors.New("was written by a newer release; install that release")
	ErrInUse      = errors.New("is in use by another clarion serve or demo")
)

// CreateDataDir makes a data directory in dir, which must be empty or not exist.
func CreateDataDir(dir string, demo bool, now time.Time) (*DataDir, error) {
	if err := os.MkdirAll(dir, config.DirMode); err != nil {
		return nil, fmt.Errorf("making data directory: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("reading data directory: %w", err)
	}
	if !begun(entries) {
		return nil, fmt.Errorf("%s %w", dir, ErrForeignDir)
	}
	for _, e := range entries {
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return nil, fmt.Errorf("making data directory: %w", err)
		}
	}
	if err := writeNew(filepath.Join(dir, firstFile), nil); err != nil {
		return nil, err
	}
	name := make([]byte, 10)
	rand.Read(name)
	who := identity{dataFormat, "c" + strings.ToLower(base32.StdEncoding.EncodeToString(name)), now.UTC().Format(time.DateOnly), demo}
	var s Secrets
	for _, k := range s.all() {
		*k = make([]byte, 32)
		rand.Read(*k)
	}
	if err := writeJSON(filepath.Join(dir, secretsFile), s); err != nil {
		return nil, err
	}
	if err := writeJSON(filepath.Join(dir, identityFile), who); err != nil {
		return nil, err
	}
	return OpenDataDir(dir)
}

// begun reports whether a directory holds nothing but what CreateDataDir writes before the directory has a name: it
// was cut short, and nothing depends on it.
func begun(entries []os.DirEntry) bool {
	return !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() != firstFile && e.Name() != secretsFile }) &&
		(len(entries) == 0 || slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == firstFile }))
}

// Started notes that the database was made: from now on a missing one is a loss, and never made again.
func (d *DataDir) Started() error {
	d.First = false
	err := os.Remove(filepath.Join(d.Path, firstFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("finishing the first start: %w", err)
	}
	return nil
}

func (s *Secrets) all() []*[]byte {
	return []*[]byte{&s.Acknowledgement, &s.PublicLog, &s.CaseLog, &s.Form, &s.Handle, &s.Dummies}
}

// OpenDataDir reads dir. A directory that does not exist, or whose making was cut short, gives fs.ErrNotExist.
func OpenDataDir(dir string) (*DataDir, error) {
	var who identity
	if err := readJSON(filepath.Join(dir, identityFile), &who); err != nil {
		if entries, derr := os.ReadDir(dir); errors.Is(err, fs.ErrNotExist) && derr == nil && !begun(entries) {
			return nil, fmt.Errorf("%s %w", dir, ErrForeignDir)
		}
		return nil, fmt.Errorf("opening data directory %s: %w", dir, err)
	}
	if who.Format > dataFormat {
		return nil, fmt.Errorf("%s %w", dir, ErrNewerDir)
	}
	if who.Format < 1 || who.Instance == "" {
		return nil, fmt.Errorf("%s %w: it does not say which installation it is", filepath.Join(dir, identityFile), ErrDamagedDir)
	}
	d := &DataDir{Path: dir, Instance: who.Instance, Demo: who.Demo}
	if _, err := os.Lstat(filepath.Join(dir, firstFile)); err == nil {
		d.First = true
	}
	if err := d.readSecrets(); err != nil {
		return nil, err
	}
	return d, nil
}

// readSecrets reads the node's own keys. That they are missing is never fs.ErrNotExist: the directory is there.
func (d *DataDir) readSecrets() error {
	path := filepath.Join(d.Path, secretsFile)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s lacks %s, the server's own keys: restore the file from the backup of this installation, or copy it from another node", d.Path, secretsFile)
	}
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s can be read by others (mode %v); run chmod 600 on it, and replace the keys if others use this machine", path, info.Mode().Perm())
	}
	if err := readJSON(path, &d.Secrets); err != nil {
		return fmt.Errorf("opening data directory %s: %w", d.Path, err)
	}
	for _, k := range d.Secrets.all() {
		if len(*k) != 32 {
			return fmt.Errorf("%s %w: it lacks a key of 32 bytes", path, ErrDamagedDir)
		}
	}
	return nil
}

// Lock keeps a second server out of the directory until Unlock or the end of the process.
func (d *DataDir) Lock() error {
	f, err := os.OpenFile(filepath.Join(d.Path, lockFile), os.O_CREATE|os.O_RDWR, config.FileMode)
	if err != nil {
		return fmt.Errorf("locking data directory: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		return fmt.Errorf("%s %w", d.Path, ErrInUse)
	}
	d.lock = f
	return nil
}

// Unlock lets another server in.
func (d *DataDir) Unlock() error {
	if d.lock == nil {
		return nil
	}
	return d.lock.Close()
}

func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return writeNew(path, append(b, '\n'))
}

func writeNew(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, config.FileMode)
	if err != nil {
		return err
	}
	if _, err := f.Write(b); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

func readJSON(path string, v any) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s %w: %w", path, ErrDamagedDir, err)
	}
	return nil
}
