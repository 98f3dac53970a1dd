package ledger

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"time"
)

// Dummies says when dummy leaves are due in the case log. It is a function of a secret seed and the hour alone,
// so it cannot depend on traffic, and every node computes the same schedule.
//
// The number in an hour is drawn uniformly from 0 to twice the mean, never fixed: the sizes of the case log are
// public, and a known number of dummies could be subtracted. One real leaf more or less changes what an
// observer of one hour sees with a probability of 1 in (2·mean + 1).
type Dummies struct {
	seed [32]byte
	mean int
}

// MaxDummies is the largest mean number of dummies an hour.
const MaxDummies = 10_000

// NewDummies returns the schedule of seed with mean dummies an hour, 1 to [MaxDummies].
func NewDummies(seed [32]byte, mean int) (Dummies, error) {
	if mean < 1 || mean > MaxDummies {
		return Dummies{}, errors.New("ledger: mean number of dummy leaves is out of range")
	}
	return Dummies{seed, mean}, nil
}

// Due returns how many dummies are due in (from, to]: 0 when to is not after from. The caller bounds the span.
func (d Dummies) Due(from, to time.Time) int {
	n := 0
	for slot := hourOf(from); slot <= hourOf(to); slot++ {
		for _, at := range d.times(slot) {
			if at.After(from) && !at.After(to) {
				n++
			}
		}
	}
	return n
}

// Next returns the time of the first dummy after t.
func (d Dummies) Next(t time.Time) time.Time {
	for slot := hourOf(t); ; slot++ {
		for _, at := range d.times(slot) {
			if at.After(t) {
				return at
			}
		}
	}
}

// times lists the dummies of an hour in order.
func (d Dummies) times(slot int64) []time.Time {
	n := int(d.draw(slot, 0) % uint64(2*d.mean+1))
	ts := make([]time.Time, n)
	for i := range ts {
		ts[i] = time.Unix(slot*3600, int64(d.draw(slot, uint64(i)+1)%uint64(time.Hour))).UTC()
	}
	slices.SortFunc(ts, time.Time.Compare)
	return ts
}

// draw is a keyed 64-bit value; what reducing it favours is below 2⁻²².
func (d Dummies) draw(slot int64, i uint64) uint64 {
	m := hmac.New(sha256.New, d.seed[:])
	m.Write([]byte("clarion/dummy/v1\n"))
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(slot))
	binary.BigEndian.PutUint64(b[8:], i)
	m.Write(b[:])
	return binary.BigEndian.Uint64(m.Sum(nil))
}

func hourOf(t time.Time) int64 { return t.Unix() / 3600 }
