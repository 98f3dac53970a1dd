package oversight

import (
	"context"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
)

// Alarm is one that is stored, with the number of the case that it is about, "" without one.
type Alarm struct {
	store.Alarm
	Number string
}

// LateUnit is how many cases of an office are past their time: most is [MostLate], which means that many or more. It is counted
// when somebody looks, and goes when the cases are decided.
type LateUnit struct {
	Unit  id.Unit
	Count int64
}

// MostLate is the highest number that a [LateUnit] counts to.
const MostLate = 1000

// Alarms are those that nobody has settled, oldest first, with the offices whose clocks ran out; then a page of the settled ones.
type Alarms struct {
	Open    []Alarm
	Late    []LateUnit
	Settled []Alarm // newest first
	Next    int64   // where the next page of settled ones begins, 0 at the end
}

const alarmPage = 50

// Alarms lists what the inspector must look at. Samples that became late since somebody looked last raise their alarm now.
func (s *Service) Alarms(ctx context.Context, who Who, before int64) (out Alarms, err error) {
	err = s.change(ctx, who, actAlarms, nothing, func(tx *store.Tx) error {
		out = Alarms{}
		if err := s.raiseLate(tx); err != nil {
			return err
		}
		return s.readAlarms(tx, before, &out)
	})
	return out, err
}

func (s *Service) readAlarms(tx *store.Tx, before int64, out *Alarms) error {
	open, err := tx.OpenAlarms(0, MostLate)
	if err != nil {
		return err
	}
	if out.Open, err = numbered(tx, open); err != nil {
		return err
	}
	for _, unit := range s.units() {
		n, err := tx.CountLate(unit, s.today(), MostLate)
		if err != nil {
			return err
		}
		if n > 0 {
			out.Late = append(out.Late, LateUnit{unit, n})
		}
	}
	for len(out.Settled) < alarmPage {
		page, err := tx.Alarms(before, alarmPage)
		if err != nil {
			return err
		}
		for _, a := range page {
			before = a.Key
			if a.SettledBy == "" || len(out.Settled) == alarmPage {
				continue
			}
			one, err := numbered(tx, []store.Alarm{a})
			if err != nil {
				return err
			}
			out.Settled, out.Next = append(out.Settled, one...), a.Key
		}
		if len(page) < alarmPage {
			if len(out.Settled) < alarmPage {
				out.Next = 0
			}
			return nil
		}
	}
	return nil
}

// raiseLate raises an alarm for each open sample past its day, once.
func (s *Service) raiseLate(tx *store.Tx) error {
	for _, unit := range s.units() {
		late, err := tx.LateSamples(unit, s.today())
		if err != nil {
			return err
		}
		for _, sample := range late {
			c, err := tx.CaseByKey(sample.Case)
			if err != nil {
				return err
			}
			if _, err := tx.AddAlarm(store.Alarm{At: s.o.Now(), Kind: store.AlarmSampleLate, Unit: unit, Case: c.ID, Detail: sample.Detail()}); err != nil {
				return err
			}
		}
	}
	return nil
}

func numbered(tx *store.Tx, rows []store.Alarm) (out []Alarm, err error) {
	for _, row := range rows {
		a := Alarm{Alarm: row}
		if !row.Case.IsZero() {
			c, err := tx.Case(row.Case)
			if err != nil && !errs.Is(err, errs.NotFound) { // an erased case has no number any more
				return nil, err
			}
			a.Number = c.Number
		}
		out = append(out, a)
	}
	return out, nil
}

// Settle writes down that the inspector has looked at an alarm, and the day. The alarm stays in the list.
func (s *Service) Settle(ctx context.Context, who Who, alarm int64) error {
	detail := func() about { return about{Detail: map[string]any{"alarm": alarm}} }
	return s.change(ctx, who, actSettle, detail, func(tx *store.Tx) error { return tx.SettleAlarm(alarm, who.Account, s.today()) })
}
