package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/seal"
)

// maxPassphrases bounds how many lines of a passphrase file are tried: each costs a second.
const maxPassphrases = 8

// readKeyFile reads a key file; a protected one asks for its passphrase, at the terminal or in a file, never as an
// argument or in the environment. A passphrase file has one passphrase a line and may serve several key files.
func readKeyFile(e *env, path, passphraseFile string) (*seal.KeyFile, error) {
	if err := app.NoCoreDumps(); err != nil {
		return nil, err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	k, err := seal.ParseKeyFile(b, nil)
	switch {
	case err == nil:
		warnReadable(e, path)
	case errors.Is(err, seal.ErrPassphrase):
		k, err = openProtected(e, path, b, passphraseFile)
	}
	switch {
	case errors.Is(err, seal.ErrKeyFile):
		return nil, fmt.Errorf("%s is not a key file of clarion keys new, or it is damaged; take the holder's copy (%w)", path, err)
	case errors.Is(err, seal.ErrTooLarge):
		return nil, fmt.Errorf("%s is too large for a key file (%w)", path, err)
	}
	return k, err
}

// openProtected tries the passphrases of a file, or the one that is typed.
func openProtected(e *env, path string, b []byte, passphraseFile string) (*seal.KeyFile, error) {
	words, err := passphrases(e, path, passphraseFile)
	if err != nil {
		return nil, err
	}
	for _, w := range words {
		k, err := seal.ParseKeyFile(b, func() (string, error) { return w, nil })
		if !errors.Is(err, seal.ErrPassphrase) {
			return k, err
		}
	}
	if passphraseFile != "" {
		return nil, fmt.Errorf("no line of %s is the passphrase of %s (%w)", passphraseFile, path, seal.ErrPassphrase)
	}
	return nil, fmt.Errorf("that is not the passphrase of %s; type the words as they were shown, with a space between them (%w)", path, seal.ErrPassphrase)
}

func passphrases(e *env, path, file string) ([]string, error) {
	if file == "" {
		word, err := typed(e, "Passphrase of "+path+": ")
		if errors.Is(err, errNoTerminal) {
			return nil, badUsage("%s is protected by a passphrase: run this in a terminal, which asks for it, or give --passphrase FILE", path)
		}
		return []string{word}, err
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	warnReadable(e, file)
	var out []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	if len(out) == 0 || len(out) > maxPassphrases {
		return nil, badUsage("%s has %d lines; a passphrase file has one passphrase a line, %d at most", file, len(out), maxPassphrases)
	}
	return out, nil
}

var errNoTerminal = errors.New("no terminal to ask at")

// typed asks for a secret at the terminal and does not show what is typed.
func typed(e *env, prompt string) (string, error) {
	in, ok := e.in.(*os.File)
	if !ok || !isTerminal(e.in) {
		return "", errNoTerminal
	}
	fmt.Fprint(e.errOut, prompt)
	b, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(e.errOut)
	return strings.TrimSpace(string(b)), err
}

// isTerminal reports whether a person types what is read.
func isTerminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// warnReadable tells the holder of a secret file that others on this machine can read it.
func warnReadable(e *env, path string) {
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		fmt.Fprintf(e.errOut, "clarion: warning: others on this machine can read %s: chmod 600 %s\n", inLine(path), inLine(path))
	}
}

// writeKeyFile makes a key file that must not exist, protected unless passphrase is "".
func writeKeyFile(path string, k *seal.KeyFile, passphrase string) error {
	var b bytes.Buffer
	err := error(nil)
	if passphrase == "" {
		_, err = k.WriteTo(&b)
	} else {
		err = k.WriteProtected(&b, passphrase)
	}
	if err != nil {
		return err
	}
	return writeSecret(path, b.Bytes())
}

// toTerminal reports whether w shows what is written to a person, and nowhere else.
func toTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
