package store

import (
	"fmt"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// SampleState is how far a sample is.
type SampleState string

// The states of a sample.
const (
	SampleOpen    SampleState = "open"
	SampleGiven   SampleState = "given"   // the file keys are there
	SampleRefused SampleState = "refused" // the reasons are
)

// Sample is a case of which the inspector asked for the file keys. Sealed is what a member answered, sealed to the inspector: keys
// or reasons; nil while it is open.
type Sample struct {
	Key        int64
	Case       int64
	Unit       id.Unit
	Inspector  id.Member
	Asked, Due workday.Day
	State      SampleState
	AnsweredBy id.Member
	Answered   workday.Day
	Sealed     []byte
	Review     bool // a review waits for it: it cannot be refused
}

const sampleColumns = `s.key, s.case_key, s.unit, s.inspector, s.asked, s.due, s.state, s.answered_by, s.answered, s.review`

func scanSample(scan scanFunc, more ...any) (s Sample, err error) {
	var answered string
	var review int64
	if err = scan(append([]any{&s.Key, &s.Case, &s.Unit, &s.Inspector, &s.Asked, &s.Due, &s.State, &s.AnsweredBy, &answered, &review}, more...)...); err != nil {
		return s, err
	}
	s.Review = review != 0
	if answered != "" {
		err = s.Answered.UnmarshalText([]byte(answered))
	}
	return s, err
}

// AddSample stores an open sample and returns its key. Conflict when the case has an open one.
func (tx *Tx) AddSample(s Sample) (key int64, err error) {
	open, err := tx.OpenSamples(s.Case)
	if err != nil {
		return 0, err
	}
	if len(open) > 0 {
		return 0, errs.New(errs.Conflict, "store.sample_open", nil)
	}
	if key, err = tx.newKey("samples"); err != nil {
		return 0, err
	}
	return key, tx.insert(`INSERT INTO samples (key, case_key, unit, inspector, asked, due, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'open')`,
		key, s.Case, string(s.Unit), string(s.Inspector), s.Asked, s.Due)
}

// AddReviewSample makes an open sample of a case for an inspector that cannot be refused. One of theirs that is open already becomes that;
// those of others stay as they are.
func (tx *Tx) AddReviewSample(s Sample) error {
	n, err := tx.exec(`UPDATE samples SET review = 1 WHERE case_key = ?1 AND inspector = ?2 AND state = 'open'`, s.Case, string(s.Inspector))
	if err != nil || n > 0 {
		return err
	}
	key, err := tx.newKey("samples")
	if err != nil {
		return err
	}
	return tx.insert(`INSERT INTO samples (key, case_key, unit, inspector, asked, due, state, review) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'open', 1)`,
		key, s.Case, string(s.Unit), string(s.Inspector), s.Asked, s.Due)
}

// SamplesOf lists the samples of a case for an inspector, newest first, with what was answered left out.
func (tx *Tx) SamplesOf(caseKey int64, inspector id.Member) ([]Sample, error) {
	return list(tx, `SELECT `+sampleColumns+` FROM samples s WHERE s.case_key = ?1 AND s.inspector = ?2 ORDER BY s.key DESC`, []any{caseKey, string(inspector)},
		func(scan scanFunc) (Sample, error) { return scanSample(scan) })
}

// Sample returns the sample of a key with what was answered, or NotFound.
func (tx *Tx) Sample(key int64) (s Sample, err error) {
	err = tx.each(`SELECT `+sampleColumns+`, s.sealed FROM samples s WHERE s.key = ?1`, []any{key}, func(scan scanFunc) (err error) {
		var sealed []byte
		s, err = scanSample(scan, &sealed)
		s.Sealed = sealed
		return err
	})
	if err == nil && s.Key == 0 {
		err = errs.New(errs.NotFound, "store.sample_absent", nil)
	}
	return s, err
}

// OpenSamples lists the samples of a case that nobody has answered: one at most that an inspector chose, and one of each inspector for a review.
func (tx *Tx) OpenSamples(caseKey int64) ([]Sample, error) {
	return list(tx, `SELECT `+sampleColumns+` FROM samples s WHERE s.case_key = ?1 AND s.state = 'open' ORDER BY s.key`, []any{caseKey},
		func(scan scanFunc) (Sample, error) { return scanSample(scan) })
}

// Samples lists samples before a key, newest first, at most n, without what was answered; 0 is the beginning.
func (tx *Tx) Samples(before int64, n int) ([]Sample, error) {
	return list(tx, `SELECT `+sampleColumns+` FROM samples s WHERE ?1 = 0 OR s.key < ?1 ORDER BY s.key DESC LIMIT ?2`, []any{before, int64(n)},
		func(scan scanFunc) (Sample, error) { return scanSample(scan) })
}

// LateSamples lists the open samples of a unit that were due before a day and of which no alarm was raised.
func (tx *Tx) LateSamples(unit id.Unit, today workday.Day) ([]Sample, error) {
	all, err := list(tx, `SELECT `+sampleColumns+` FROM samples s WHERE s.unit = ?1 AND s.state = 'open' AND s.due < ?2 ORDER BY s.key`,
		[]any{string(unit), today}, func(scan scanFunc) (Sample, error) { return scanSample(scan) })
	if err != nil {
		return nil, err
	}
	var out []Sample
	for _, s := range all {
		var raised int64
		if err := tx.one(`SELECT count(*) FROM alarms a JOIN cases c ON c.id = a.case_id WHERE a.kind = ?1 AND c.key = ?2 AND a.detail = ?3`,
			[]any{string(AlarmSampleLate), s.Case, string(s.Detail())}, &raised); err != nil {
			return nil, err
		}
		if raised == 0 {
			out = append(out, s)
		}
	}
	return out, nil
}

// AnswerSample keeps what a member answered. Conflict when the sample is not open.
func (tx *Tx) AnswerSample(key int64, state SampleState, by id.Member, day workday.Day, sealed []byte) error {
	n, err := tx.exec(`UPDATE samples SET state = ?2, answered_by = ?3, answered = ?4, sealed = ?5 WHERE key = ?1 AND state = 'open'`,
		key, string(state), string(by), day, sealed)
	return changed(n, err, errs.Conflict, "store.sample_answered")
}

// CasesOf counts the cases of a unit.
func (tx *Tx) CasesOf(unit id.Unit) (n int64, err error) {
	err = tx.one(`SELECT count(*) FROM case_due WHERE unit = ?1`, []any{string(unit)}, &n)
	return n, err
}

// CaseAt returns the case of a unit that stands behind n others, for drawing one at random. NotFound when there are fewer.
func (tx *Tx) CaseAt(unit id.Unit, n int64) (key int64, err error) {
	err = tx.one(`SELECT case_key FROM case_due WHERE unit = ?1 ORDER BY level, due, case_key LIMIT 1 OFFSET ?2`, []any{string(unit), n}, &key)
	return key, absent(err, "store.case_absent")
}

// Detail names the sample in alarms.
func (s Sample) Detail() []byte { return fmt.Appendf(nil, `{"sample":%d}`, s.Key) }
