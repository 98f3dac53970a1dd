package browser

import (
	"crypto/sha512"
	"encoding/hex"
	"math/big"
	"slices"
)

// Just enough arithmetic on the curve of Ed25519 to make signatures that only careful verifiers judge alike. It is slow
// and not constant-time, and exists in tests only.

var (
	fieldP, _ = new(big.Int).SetString("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed", 16)
	orderL, _ = new(big.Int).SetString("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed", 16)
	curveD, _ = new(big.Int).SetString("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3", 16)
)

type point struct{ x, y *big.Int }

func decodePoint(enc []byte) point {
	b := slices.Clone(enc)
	sign := b[31] >> 7
	b[31] &= 0x7f
	slices.Reverse(b)
	y := new(big.Int).SetBytes(b)
	y2 := new(big.Int).Mul(y, y)
	num := new(big.Int).Sub(y2, big.NewInt(1))
	den := new(big.Int).Add(new(big.Int).Mul(curveD, y2), big.NewInt(1))
	x2 := num.Mul(num, den.ModInverse(den.Mod(den, fieldP), fieldP))
	x := new(big.Int).ModSqrt(x2.Mod(x2, fieldP), fieldP)
	if x.Bit(0) != uint(sign) {
		x.Sub(fieldP, x)
	}
	return point{x.Mod(x, fieldP), y.Mod(y, fieldP)}
}

func (p point) encode() []byte {
	b := p.y.FillBytes(make([]byte, 32))
	slices.Reverse(b)
	b[31] |= byte(p.x.Bit(0)) << 7
	return b
}

func (p point) add(q point) point {
	mul := func(a, b *big.Int) *big.Int { return new(big.Int).Mod(new(big.Int).Mul(a, b), fieldP) }
	k := mul(curveD, mul(mul(p.x, q.x), mul(p.y, q.y)))
	one := big.NewInt(1)
	inv := func(a *big.Int) *big.Int { return new(big.Int).ModInverse(new(big.Int).Mod(a, fieldP), fieldP) }
	x := mul(new(big.Int).Add(mul(p.x, q.y), mul(p.y, q.x)), inv(new(big.Int).Add(one, k)))
	y := mul(new(big.Int).Add(mul(p.y, q.y), mul(p.x, q.x)), inv(new(big.Int).Sub(one, k)))
	return point{x, y}
}

func (p point) times(n *big.Int) point {
	r := point{big.NewInt(0), big.NewInt(1)}
	for i := n.BitLen() - 1; i >= 0; i-- {
		if r = r.add(r); n.Bit(i) == 1 {
			r = r.add(p)
		}
	}
	return r
}

// torsion returns a point of order 8.
func torsion() point {
	b, _ := hex.DecodeString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
	return decodePoint(b)
}

func littleInt(b []byte) *big.Int {
	r := slices.Clone(b)
	slices.Reverse(r)
	return new(big.Int).SetBytes(r)
}

func littleBytes(n *big.Int) []byte {
	b := n.FillBytes(make([]byte, 32))
	slices.Reverse(b)
	return b
}

// signWith signs with scalar a and nonce r, but shows the public key and R that are given: with points of small order
// in them, only a verifier that multiplies by the cofactor may accept.
func signWith(a, r *big.Int, key, nonce, message []byte) []byte {
	h := sha512.Sum512(slices.Concat(nonce, key, message))
	k := new(big.Int).Mod(littleInt(h[:]), orderL)
	s := new(big.Int).Mod(new(big.Int).Add(r, new(big.Int).Mul(k, a)), orderL)
	return slices.Concat(nonce, littleBytes(s))
}
