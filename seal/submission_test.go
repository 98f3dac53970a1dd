package seal

import (
	"errors"
	"testing"
)

func TestFirstSubmission(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to int
		want     int64
	}{{-1, 1, 28_672}, {2, 11, 65_536}, {12, 16, 262_144}, {400, 420, 1_153_434}, {100_000, 100_001, 1_153_434}} {
		for n := c.from; n <= c.to; n++ {
			if got := FirstSubmission(n); got != c.want {
				t.Errorf("%d custodians: %d bytes, want %d", n, got, c.want)
			}
		}
	}
}

func TestSubmissionSize(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n          int64
		custodians int
		want       int64
	}{{1, 0, 28_672}, {28_672, 0, 28_672}, {28_673, 0, 65_536}, {1, 2, 65_536}, {65_537, 2, 262_144}, {1, 16, 262_144}, {1_153_434, 3, 1_153_434}} {
		if got, err := SubmissionSize(c.n, c.custodians); err != nil || got != c.want {
			t.Errorf("%d bytes, %d custodians: %d, %v", c.n, c.custodians, got, err)
		}
	}
	if _, err := SubmissionSize(1_153_435, 0); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too much: %v", err)
	}
}
