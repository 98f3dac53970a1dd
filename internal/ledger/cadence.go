package ledger

import "time"

// Cadence is the fixed rhythm of checkpoints: hourly in service, seconds in the demo. Checkpoints stand at whole
// multiples of it since the Unix epoch, so their times say nothing about traffic or about when a server started.
type Cadence time.Duration

// Next returns the first checkpoint time after t.
func (c Cadence) Next(t time.Time) time.Time {
	every := int64(c)
	n := t.UnixNano() / every
	return time.Unix(0, (n+1)*every).UTC()
}

// Due reports whether a checkpoint time lies in (last, now]. A clock that was set back makes none due.
func (c Cadence) Due(last, now time.Time) bool { return !c.Next(last).After(now) }
