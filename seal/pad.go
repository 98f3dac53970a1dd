package seal

import "math/bits"

// The least padded sizes in bytes: most things of one kind then have one size.
const (
	FloorReport     = 16 << 10
	FloorMessage    = 4 << 10
	FloorAttachment = 64 << 10
)

// Padme returns the size to which n bytes are padded by the Padmé rule: at most 12 % more, and only
// O(log log n) bits of the true size stay visible. n below 2 is unchanged; n must be at most 2^62.
func Padme(n int64) int64 {
	if n < 2 {
		return n
	}
	e := bits.Len64(uint64(n)) - 1
	s := bits.Len(uint(e))
	mask := int64(1)<<(e-s) - 1
	return (n + mask) &^ mask
}

// PaddedLen is [Padme] with a least size.
func PaddedLen(n, floor int64) int64 {
	if n <= floor {
		return floor
	}
	return Padme(n)
}
