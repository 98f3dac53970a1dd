package app_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/blob"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

var base64Text = regexp.MustCompile(`[A-Za-z0-9+/]{60,}={0,2}`)

// agesIn finds the age files in bytes: as they are, or in base64 at any depth.
func agesIn(b []byte) (out [][]byte) {
	if bytes.HasPrefix(b, []byte("age-encryption.org/v1\n")) {
		return [][]byte{b}
	}
	for _, text := range base64Text.FindAll(b, -1) {
		if inner, err := base64.StdEncoding.DecodeString(string(text)); err == nil {
			out = append(out, agesIn(inner)...)
		}
	}
	return out
}

// ciphertexts are all age files in the tables and on the disk, each with the column of the table that it belongs to.
func (p *play) ciphertexts() (all []cipher) {
	p.t.Helper()
	kinds := map[string]string{}
	var shares []cipher
	var box string
	for _, table := range tables(p.t, p.dsn) {
		for _, row := range table.rows {
			if table.name == "docs" {
				kinds[row.text("key")] = row.text("kind")
			}
		}
	}
	directions := map[string]string{"in": "file-in", "out": "file-out", "inside": "file-inside"}
	p.blobs = nil
	for _, table := range tables(p.t, p.dsn) {
		for _, row := range table.rows {
			if table.name == "blobs" {
				all = append(all, p.blob(row.text("id"), directions[row.text("direction")]))
			}
			for column, value := range row {
				for _, sealed := range agesIn(value) {
					c := cipher{class: table.name + "." + column, sealed: sealed}
					switch c.class {
					case "doc_bodies.body":
						c.class = kinds[row.text("doc_key")]
						if c.class == "report" && p.later != "" {
							_, err := seal.Open(sealed, p.w.Key(p.t, "unit-1").Age)
							if err != nil {
								c.class = "new-report"
							}
						}
					case "identities.box":
						c.class, box = "identity", seal.SealedHash(sealed)
					case "identity_shares.share":
						c.class = "share"
						shares = append(shares, c)
						continue
					case "accounts.wrapped":
						c.class = "key-file"
					case "unit_handed.sealed":
						c.class = "handed"
					case "samples.sealed":
						c.class = "sample"
					case "unit_recovery.sealed":
						c.class = "recovery"
					case "rosters.body":
						if row.text("unit") != "unit-1" {
							continue // keys of other units open nothing of this one: every cell would fail otherwise
						}
						c.class = "unit-key"
						if row.text("version") >= "3" {
							c.class = "new-unit-key"
						}
					}
					all = append(all, c)
				}
			}
		}
	}
	for _, c := range shares {
		c.of = seal.ShareOf{Instance: p.w.Dir.Instance, Case: p.cid.String(), Box: box}
		all = append(all, c)
	}
	return all
}

// blob reads the ciphertext of an attachment from the disk.
func (p *play) blob(name, class string) cipher {
	p.t.Helper()
	b, err := id.ParseBlob(name)
	if err != nil {
		p.t.Fatal(err)
	}
	var row store.Blob
	if err := p.w.Store.Read(p.t.Context(), func(tx *store.Tx) (err error) { row, err = tx.Blob(b); return err }); err != nil {
		p.t.Fatal(err)
	}
	r, err := p.w.Blobs.Open(p.t.Context(), b, blob.Info{Size: row.Size, SHA256: row.SHA256, Chunks: row.Chunks})
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Close()
	p.blobs = append(p.blobs, b)
	return cipher{class: class, sealed: readAll(p.t, r), blob: name}
}

// joinDesk does what somebody does in their browser who opens a link that the administrator made.
func joinDesk(t *testing.T, w *apptest.World, gu *colleague, key *seal.KeyFile) (staff.SignedIn, *seal.Identity) {
	t.Helper()
	var made struct{ Link string }
	gu.post("people/invite", string(jsonOf(t, map[string]string{"account": key.ID, "name": key.Name, "role": "member"})), 200, &made)
	_, link, _ := strings.Cut(made.Link, "#")
	_, factor, err := w.Staff.BeginEnrolment(t.Context(), staff.Desk, link, id.Member(key.ID))
	if err != nil {
		t.Fatal(err)
	}
	start, err := w.Staff.Start(t.Context(), staff.Desk, id.Member(key.ID))
	if err != nil {
		t.Fatal(err)
	}
	login, kek, err := seal.StaffKeys(seal.GeneratePassphrase(), start.Salt)
	if err != nil {
		t.Fatal(err)
	}
	token := must2(base64.RawURLEncoding.DecodeString(link))
	public := login.Public().(ed25519.PublicKey)
	msg := must2(seal.Enrolment{Instance: w.Dir.Instance, Door: string(staff.Desk), Account: key.ID, Role: string(staff.Member), Recipient: key.Age.Recipient(),
		Login: public, Invitation: sha256.Sum256(token)}.Message())
	code, err := staff.CodeOf(strings.ReplaceAll(factor.Secret, " ", ""), w.Now())
	if err != nil {
		t.Fatal(err)
	}
	in, err := w.Staff.Enrol(t.Context(), staff.Desk, link, staff.Enrolment{ID: id.Member(key.ID), Name: key.Name, Recipient: key.Age.Recipient().String(),
		Sign: seal.EncodeKey(key.Sign.Public().(ed25519.PublicKey)), Login: seal.EncodeKey(public), Salt: start.Salt[:],
		Wrapped: must2(seal.WrapKeyFile(key, kek)), Proof: ed25519.Sign(key.Sign, msg), Code: code})
	if err != nil {
		t.Fatal(err)
	}
	return in, kek
}
