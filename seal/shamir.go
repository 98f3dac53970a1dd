package seal

import (
	"crypto/rand"
	"fmt"
)

// Shamir's scheme over GF(2^8) with the polynomial x^8+x^4+x^3+x+1, as the npm package shamir-secret-sharing and
// Vault write it: a share is a byte for each byte of the secret, then its place, 1 to 255.

// splitSecret splits secret into n shares, any k of which give it back. 2 <= k <= n <= 255.
func splitSecret(secret []byte, k, n int) [][]byte {
	// The polynomial of each byte: the secret, and k-1 random coefficients of its own.
	coefficients := make([][]byte, k-1)
	for i := range coefficients {
		coefficients[i] = make([]byte, len(secret))
		rand.Read(coefficients[i])
	}
	parts := make([][]byte, n)
	for i := range parts {
		x := byte(i + 1)
		part := make([]byte, len(secret)+1)
		for j, s := range secret {
			y := byte(0)
			for _, c := range coefficients {
				y = gfMul(y^c[j], x)
			}
			part[j] = s ^ y
		}
		part[len(secret)] = x
		parts[i] = part
	}
	return parts
}

// combineSecret gives the secret whose shares these are, or something else: it cannot tell. Every share counts. The
// error is [ErrShare] for shares of different lengths or places that are 0 or there twice.
func combineSecret(parts [][]byte) ([]byte, error) {
	if len(parts) < 2 || len(parts[0]) < 2 {
		return nil, fmt.Errorf("%w: too few", ErrShare)
	}
	size := len(parts[0]) - 1
	seen := map[byte]bool{0: true}
	for _, p := range parts {
		if len(p) != size+1 || seen[p[size]] {
			return nil, fmt.Errorf("%w: of different kinds, or one twice", ErrShare)
		}
		seen[p[size]] = true
	}
	secret := make([]byte, size)
	for i, p := range parts {
		// The Lagrange factor of this place at 0: the product of x/(x - own) over the other places, where minus is XOR.
		factor := byte(1)
		for j, q := range parts {
			if i != j {
				factor = gfMul(factor, gfMul(q[size], gfInverse(q[size]^p[size])))
			}
		}
		for k := range secret {
			secret[k] ^= gfMul(p[k], factor)
		}
	}
	return secret, nil
}

// gfMul multiplies without a table or a branch on its operands.
func gfMul(a, b byte) (p byte) {
	for range 8 {
		p ^= a & -(b & 1)
		a = a<<1 ^ 0x1b&-(a>>7)
		b >>= 1
	}
	return p
}

// gfInverse is a^254: the inverse of every a but 0.
func gfInverse(a byte) byte {
	out := byte(1)
	for range 7 {
		a = gfMul(a, a)
		out = gfMul(out, a)
	}
	return out
}
