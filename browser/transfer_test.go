package browser

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/seal"
)

// TestTransferOpensWithAge: what the browser makes for another body opens with age as everybody has it, with a key and with ten words,
// and holds what was approved and nothing else.
func TestTransferOpensWithAge(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	var reference string
	if err := p.call(t, "newReference", map[string]any{}, &reference); err != nil || !seal.ValidReference(reference) {
		t.Fatalf("%q, %v", reference, err)
	}
	picture := bytes.Repeat([]byte("pixels "), 20_000)
	h := sha256.Sum256(picture)
	c := seal.Copy{Body: "市场监督管理局", Basis: seal.Basis{Code: "law-9", Text: "第九条"}, Reference: reference, Lang: "zh-Hans", Text: "███说：\n门开着。", Blacked: []string{seal.BlackThird},
		Files: []seal.File{{Name: "file-1.jpg", Size: int64(len(picture)), SHA256: hex.EncodeToString(h[:])}}}
	from := map[string]string{"authority": "海河市", "unit": "第一处", "day": "2026-11-23"}
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{id.Recipient().String(), ""} {
		var made struct {
			Sealed []byte
			Words  []string
		}
		args := map[string]any{"copy": c, "files": [][]byte{picture}, "from": from, "seed": strings.Repeat("03", 32), "to": to}
		if err := p.call(t, "sealTransfer", args, &made); err != nil {
			t.Fatal(err)
		}
		var reads age.Identity = id
		if to == "" {
			if len(made.Words) != 10 {
				t.Fatalf("%d words", len(made.Words))
			}
			if reads, err = age.NewScryptIdentity(strings.Join(made.Words, "-")); err != nil {
				t.Fatal(err)
			}
		}
		r, err := age.Decrypt(bytes.NewReader(made.Sealed), reads)
		if err != nil {
			t.Fatalf("to %q: %v", to, err)
		}
		plain, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		checkTransfer(t, plain, c, picture)
	}
	args := map[string]any{"copy": c, "files": [][]byte{picture[1:]}, "from": from, "seed": strings.Repeat("03", 32), "to": ""}
	if err := p.call(t, "sealTransfer", args, new(any)); err == nil || err.Error() != "file" {
		t.Errorf("another file than was approved: %v", err)
	}
	args["files"], args["to"] = [][]byte{picture}, "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
	if err := p.call(t, "sealTransfer", args, new(any)); err == nil || err.Error() != "recipient" {
		t.Errorf("a key of X25519 alone: %v", err)
	}
}

func checkTransfer(t *testing.T, plain []byte, c seal.Copy, picture []byte) {
	t.Helper()
	const limit = 1 << 20
	got, files, key, err := seal.ReadTransfer(bytes.NewReader(plain), limit)
	if err != nil {
		t.Fatal(err)
	}
	text := sha256.Sum256([]byte(c.Text))
	want := seal.Transfer{V: 1, Authority: "海河市", Unit: "第一处", Reference: c.Reference, Day: "2026-11-23", Body: c.Body, Basis: c.Basis, Blacked: c.Blacked,
		Files: []seal.TransferFile{{Name: "copy.txt", Size: int64(len(c.Text)), SHA256: hex.EncodeToString(text[:])}, {Name: "file-1.jpg", Size: int64(len(picture)), SHA256: c.Files[0].SHA256}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if !key.Equal(publicKey(3)) || string(files["copy.txt"]) != c.Text || !bytes.Equal(files["file-1.jpg"], picture) || len(files) != 2 {
		t.Errorf("signed by %x, with %d files", key, len(files))
	}
	for what, f := range map[string]func([]byte) []byte{
		"another text":      func(b []byte) []byte { return bytes.Replace(b, []byte("门开着"), []byte("门关着"), 1) },
		"another body":      func(b []byte) []byte { return bytes.Replace(b, []byte("市场"), []byte("商场"), 1) },
		"without the files": func(b []byte) []byte { return append(bytes.Clone(b[:2048]), make([]byte, 1024)...) },
		"cut":               func(b []byte) []byte { return b[:len(b)/2] },
		"nothing":           func([]byte) []byte { return nil },
	} {
		if _, _, _, err := seal.ReadTransfer(bytes.NewReader(f(bytes.Clone(plain))), limit); !errors.Is(err, seal.ErrTransfer) && !errors.Is(err, seal.ErrSignature) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, _, _, err := seal.ReadTransfer(bytes.NewReader(plain), 1000); err == nil {
		t.Error("read beyond its limit")
	}
}
