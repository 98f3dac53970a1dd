package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"clarion.example/clarion/internal/config"
)

// publicMode is that of files which anyone may read, such as keys.json.
const publicMode fs.FileMode = 0o644

// writeSecret writes a file that must not exist yet, readable by its owner only.
func writeSecret(path string, b []byte) error { return writeNew(path, b, config.FileMode) }

// writePublic writes a file that must not exist yet and that anyone may read.
func writePublic(path string, b []byte) error { return writeNew(path, b, publicMode) }

func writeNew(path string, b []byte, mode fs.FileMode) error {
	return writeBy(path, mode, func(w io.Writer) error { _, err := w.Write(b); return err })
}

// writeFrom is writeSecret for what comes as a stream.
func writeFrom(path string, write func(io.Writer) error) error {
	return writeBy(path, config.FileMode, write)
}

// writeBy leaves nothing behind when not all was written.
func writeBy(path string, mode fs.FileMode, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = os.Remove(path) // the first error is the one to tell
	}
	return err
}

// replacePublic puts b in the place of a file: at no instant is there half of it.
func replacePublic(path string, b []byte) error { return replace(path, b, publicMode) }

// replaceSecret is replacePublic for a file that only its owner may read.
func replaceSecret(path string, b []byte) error { return replace(path, b, config.FileMode) }

func replace(path string, b []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the first error is the one to tell
	}
	return err
}
