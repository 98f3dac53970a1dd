package store

import (
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// CountScreen adds n to how often a screen of the pack ("this is not for us, call …") was shown on a day. The
// caller gathers counts in memory and writes now and then, so that no row follows a visit.
func (tx *Tx) CountScreen(day workday.Day, screen string, n int64) error {
	_, err := tx.exec(`INSERT INTO screen_counts (day, screen, n) VALUES (?1, ?2, ?3)
		ON CONFLICT (day, screen) DO UPDATE SET n = screen_counts.n + excluded.n`, day, screen, n)
	return err
}

// ScreenCount is how often a screen was shown on a day.
type ScreenCount struct {
	Day    workday.Day
	Screen string
	N      int64
}

// ScreenCounts lists the counts from one day to another, both included.
func (tx *Tx) ScreenCounts(from, to workday.Day) ([]ScreenCount, error) {
	return list(tx, `SELECT day, screen, n FROM screen_counts WHERE day >= ?1 AND day <= ?2 ORDER BY day, screen`,
		[]any{from, to}, func(scan scanFunc) (c ScreenCount, err error) { return c, scan(&c.Day, &c.Screen, &c.N) })
}

// TallyTens adds to the count of a reporter's act in an hour, in tens. What does not fill a ten stays in the
// caller's memory.
func (tx *Tx) TallyTens(at time.Time, act string, tens int64) error {
	_, err := tx.exec(`INSERT INTO tallies (hour, act, tens) VALUES (?1, ?2, ?3)
		ON CONFLICT (hour, act) DO UPDATE SET tens = tallies.tens + excluded.tens`, hour(at), act, tens)
	return err
}

// Tally is how often a reporter's act happened in an hour, in tens.
type Tally struct {
	Hour time.Time
	Act  string
	Tens int64
}

// Tallies lists the tallies from one hour to before another.
func (tx *Tx) Tallies(from, to time.Time) ([]Tally, error) {
	return list(tx, `SELECT hour, act, tens FROM tallies WHERE hour >= ?1 AND hour < ?2 ORDER BY hour, act`,
		[]any{from.Unix(), to.Unix()}, func(scan scanFunc) (t Tally, err error) {
			return t, scan(seconds{&t.Hour}, &t.Act, &t.Tens)
		})
}

// CategoryApproval is the inspector's signature under a category as a pack words it.
type CategoryApproval struct {
	Category  id.Category
	PackHash  [32]byte
	Inspector id.Member
	Day       workday.Day
	Signature []byte
}

// ApproveCategory stores an approval; Conflict when that category of that pack has one.
func (tx *Tx) ApproveCategory(a CategoryApproval) error {
	return tx.insert(`INSERT INTO category_approvals (category, pack_hash, inspector, day, signature)
		VALUES (?1, ?2, ?3, ?4, ?5)`, string(a.Category), a.PackHash[:], string(a.Inspector), a.Day, a.Signature)
}

// RevokeCategory takes an approval back; NotFound when there is none.
func (tx *Tx) RevokeCategory(category id.Category, packHash [32]byte) error {
	n, err := tx.exec(`DELETE FROM category_approvals WHERE category = ?1 AND pack_hash = ?2`, string(category), packHash[:])
	return changed(n, err, errs.NotFound, "store.approval_absent")
}

// CategoryApprovals lists the approvals under a pack.
func (tx *Tx) CategoryApprovals(packHash [32]byte) ([]CategoryApproval, error) {
	return list(tx, `SELECT category, pack_hash, inspector, day, signature FROM category_approvals
		WHERE pack_hash = ?1 ORDER BY category`, []any{packHash[:]}, func(scan scanFunc) (a CategoryApproval, err error) {
		return a, scan(&a.Category, (*hash)(&a.PackHash), &a.Inspector, &a.Day, &a.Signature)
	})
}

// DayCount is how many there are on a day.
type DayCount struct {
	Day workday.Day
	N   int
}

// ArrivedByDay counts the cases of a unit that are kept by the day of their report, between two days, both included.
func (tx *Tx) ArrivedByDay(unit id.Unit, from, to workday.Day) ([]DayCount, error) {
	return list(tx, `SELECT day, count(*) FROM case_due WHERE unit = ?1 AND day >= ?2 AND day <= ?3 GROUP BY day ORDER BY day`,
		[]any{string(unit), from, to}, func(scan scanFunc) (c DayCount, err error) {
			var n int64
			err = scan(&c.Day, &n)
			c.N = int(n)
			return c, err
		})
}
