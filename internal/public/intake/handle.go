package intake

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/seal"
)

// A handle keeps a mailbox open for a few minutes without scripts. It holds what the code gives, sealed under the
// node's handle key, and travels in a POST field only.
const handleLabel = "clarion/mailbox-handle/v1"

func (s *Service) handleCipher() (cipher.AEAD, []byte) {
	block, err := aes.NewCipher(s.o.HandleKey)
	if err != nil {
		panic(err) // the data directory gives 32 bytes
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has the block size of GCM
	}
	return aead, []byte(handleLabel + "\x00" + s.o.Instance)
}

// sealHandle makes a handle that opens keys' mailbox until now plus the life of handles.
func (s *Service) sealHandle(keys *seal.MailboxKeys) string {
	aead, label := s.handleCipher()
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce)
	plain := binary.BigEndian.AppendUint64(nil, uint64(s.o.Now().Add(s.o.HandleLife).Unix()))
	plain = append(plain, keys.PRK[:]...)
	return base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, plain, label))
}

// openHandle gives back the keys, or "intake.handle_over" for anything that is not a live handle.
func (s *Service) openHandle(handle string) (*seal.MailboxKeys, error) {
	over := errs.New(errs.Denied, "intake.handle_over", nil)
	aead, label := s.handleCipher()
	b, err := base64.RawURLEncoding.Strict().DecodeString(handle)
	if err != nil || len(b) < aead.NonceSize() {
		return nil, over
	}
	plain, err := aead.Open(nil, b[:aead.NonceSize()], b[aead.NonceSize():], label)
	if err != nil || len(plain) != 8+32 {
		return nil, over
	}
	until := time.Unix(int64(binary.BigEndian.Uint64(plain)), 0)
	// A clock that jumped back must not lengthen a handle's life without end.
	if now := s.o.Now(); now.After(until) || until.Sub(now) > 2*s.o.HandleLife {
		return nil, over
	}
	return seal.MailboxFromPRK([32]byte(plain[8:])), nil
}
