package seal

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
)

// smallOrder holds the y coordinates (sign bit cleared) of the points whose order divides 8. For such a public
// key a signature says nothing, because one signature can fit many messages.
var smallOrder = [5][32]byte{
	{},
	{1},
	{0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
	{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
		0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
	{0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
		0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
}

// fieldPrime is 2^255-19, little-endian.
var fieldPrime = [32]byte{0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}

// goodKey refuses public keys on which implementations disagree: non-canonical and small-order ones.
func goodKey(key ed25519.PublicKey) bool {
	if len(key) != ed25519.PublicKeySize {
		return false
	}
	y := [32]byte(key)
	y[31] &= 0x7f
	for _, p := range smallOrder {
		if y == p {
			return false
		}
	}
	for i := 31; i >= 0; i-- {
		if y[i] != fieldPrime[i] {
			return y[i] < fieldPrime[i]
		}
	}
	return false
}

// verify is Ed25519 without cofactor (RFC 8032, as in crypto/ed25519) with [goodKey].
func verify(key ed25519.PublicKey, prefix string, msg, sig []byte) bool {
	return goodKey(key) && len(sig) == ed25519.SignatureSize && ed25519.Verify(key, prefixed(prefix, msg), sig)
}

func prefixed(prefix string, msg []byte) []byte {
	return bytes.Join([][]byte{[]byte(prefix), msg}, nil)
}

// EncodeKey writes an Ed25519 public key as unpadded base64url, 43 characters.
func EncodeKey(key ed25519.PublicKey) string { return base64.RawURLEncoding.EncodeToString(key) }

// ParseKey reads what [EncodeKey] wrote, in its only encoding. Keys of small order are refused: [ErrSignature].
func ParseKey(s string) (ed25519.PublicKey, error) {
	b, ok := decodeURL(s, ed25519.PublicKeySize)
	if !ok || !goodKey(b) {
		return nil, ErrSignature
	}
	return b, nil
}

// decodeURL reads unpadded base64url of exactly size bytes in its only encoding.
func decodeURL(s string, size int) ([]byte, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return b, err == nil && len(b) == size && base64.RawURLEncoding.EncodeToString(b) == s
}
