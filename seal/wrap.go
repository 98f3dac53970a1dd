package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// WrapKeyFile seals a holder's key file to the key of a passphrase, in the form in which a server keeps it
// (docs/spec/staff.md): its text, and the line that names the key with the proof of whoever wrapped it. Passkeys come
// later, in the holder's browser.
func WrapKeyFile(k *KeyFile, kek *Identity) ([]byte, error) {
	if err := k.check(); err != nil {
		return nil, err
	}
	seed := kek.Seed()
	mac := hmac.New(sha256.New, staffSeed(seed[:], "wrapped-mac"))
	mac.Write([]byte(k.text()))
	line := "# wrapped-to: " + kek.Recipient().String() + " " + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) + "\n"
	return Seal([]byte(k.text()+line), kek.Recipient())
}
