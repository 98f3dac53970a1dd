package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// cosigned adds a witness's signature to a checkpoint.
func cosigned(t *testing.T, checkpoint []byte, log note.Verifier, w *LogKey) []byte {
	t.Helper()
	n, err := note.Open(checkpoint, note.VerifierList(log))
	if err != nil {
		t.Fatal(err)
	}
	b, err := note.Sign(n, w.Signer())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWitnesses(t *testing.T) {
	t.Parallel()
	m := newLog(t, PublicOrigin(instance), 1)
	m.add(t, []byte("x"))
	w, err := LogKeyFromSeed("witness.example", [32]byte{9})
	if err != nil {
		t.Fatal(err)
	}
	bare, v := m.checkpoint(t, 1), m.verifier(t)
	both := cosigned(t, bare, v, w)
	origin := PublicOrigin(instance)
	if _, err := ParseCheckpoint(both, origin, v); !errors.Is(err, ErrSignature) {
		t.Errorf("an unknown witness: %v", err)
	}
	if _, err := ParseCheckpoint(both, origin, v, verifierOf(t, w)); err != nil {
		t.Errorf("a known witness: %v", err)
	}
	if trimmed, err := TrimCheckpoint(both, v); err != nil || !bytes.Equal(trimmed, bare) {
		t.Errorf("trimmed: %q %v", trimmed, err)
	}
	if _, err := ParseCheckpoint(cosigned(t, bare, v, w), origin, verifierOf(t, w), v); !errors.Is(err, ErrOrigin) {
		t.Errorf("a witness in place of the log: %v", err)
	}
}

func TestLogKeys(t *testing.T) {
	t.Parallel()
	k, err := NewLogKey(CaseOrigin(instance))
	if err != nil {
		t.Fatal(err)
	}
	again, err := LogKeyFromSeed(k.Name(), k.Seed())
	if err != nil || again.Verifier() != k.Verifier() {
		t.Errorf("the seed gives another key: %v", err)
	}
	if v := verifierOf(t, k); v.KeyHash() != k.Signer().KeyHash() || v.Name() != k.Name() {
		t.Error("signer and verifier differ")
	}
	for _, name := range []string{"", "a b", "a+b", "a\nb", strings.Repeat("a", 101), "名"} {
		if _, err := NewLogKey(name); !errors.Is(err, ErrKey) {
			t.Errorf("name %q: %v", name, err)
		}
	}
	good := k.Verifier()
	for name, line := range map[string]string{
		"empty": "", "space": good + " ", "upper hash": strings.ToUpper(good[:len(k.Name())+9]) + good[len(k.Name())+9:], "cut": good[:len(good)-4],
		"small order": mustVerifierLine(t, make([]byte, 32)),
	} {
		if _, err := ParseVerifier(line); !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	seed := k.Seed()
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		fmt.Fprintf(&out, verb, k)
		fmt.Fprintf(&out, verb, *k)
		fmt.Fprintf(&out, verb, struct{ k LogKey }{*k})
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("k", "k", k)
	if s := out.String(); strings.Contains(s, fmt.Sprintf("%x", seed[:4])) || strings.Contains(s, strings.Trim(fmt.Sprint(seed[:4]), "[]")) {
		t.Error("the seed was printed")
	}
	if _, err := json.Marshal(k); !errors.Is(err, ErrSecret) {
		t.Errorf("JSON: %v", err)
	}
}

func mustVerifierLine(t *testing.T, key []byte) string {
	t.Helper()
	line, err := note.NewEd25519VerifierKey("a", key)
	if err != nil {
		t.Fatal(err)
	}
	return line
}
