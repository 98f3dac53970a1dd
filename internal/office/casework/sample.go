package casework

import (
	"context"

	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// SampleAsked is an open request of the inspector for the file keys of a case. The keys are those of the signed list.
type SampleAsked struct {
	Sample          int64
	Inspector       id.Member
	Recipient, Sign string
	Due             workday.Day
	Review          bool // asked for by a review: it cannot be refused
}

// samplesOf lists the open samples of a case whose inspector stands in the signed list now.
func (s *Service) samplesOf(tx *store.Tx, caseKey int64) ([]SampleAsked, error) {
	rows, err := tx.OpenSamples(caseKey)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	set, err := s.o.Keys.Set()
	if err != nil {
		return nil, err
	}
	var out []SampleAsked
	for _, row := range rows {
		for _, p := range set.Inspectors {
			if p.ID == string(row.Inspector) {
				out = append(out, SampleAsked{row.Key, row.Inspector, p.Recipient, p.Sign, row.Due, row.Review})
			}
		}
	}
	return out, nil
}

// MaxSampleAnswer bounds what a member seals to the inspector: some bytes for each document, or reasons.
const MaxSampleAnswer = 1 << 20

// AnswerSample gives the inspector the file keys of a sampled case, or with refused the reasons why not, sealed to the inspector. Only
// somebody who may open the case can answer. A refusal is an alarm; of a sample that a review asked
// for it is Denied: those who decided cannot close the eyes that the reporter asked for. Conflict when it was answered already.
func (s *Service) AnswerSample(ctx context.Context, who *Person, sample int64, sealed []byte, refused bool) error {
	var c cases.Case
	state := store.SampleGiven
	if refused {
		state = store.SampleRefused
	}
	detail := map[string]any{"sample": sample, "state": state}
	return s.guarded(ctx, who, "sample-answered", func() cases.Case { return c }, detail, func(tx *store.Tx) error {
		row, err := tx.Sample(sample)
		if err != nil {
			return err
		}
		found, err := tx.CaseByKey(row.Case)
		if err != nil {
			return err
		}
		if found.Unit != who.Unit {
			return errs.New(errs.NotFound, "store.sample_absent", nil) // other units' cases do not exist for this person
		}
		c = found
		events, err := tx.Events(c.Key)
		if err != nil {
			return err
		}
		if err := mayOpen(who, c, caselog.Bare(events)); err != nil {
			return err
		}
		if refused && row.Review {
			return errs.New(errs.Denied, "casework.sample_review", nil)
		}
		if len(sealed) == 0 || len(sealed) > MaxSampleAnswer {
			return errs.New(errs.Invalid, "casework.bad_sample_answer", nil)
		}
		if err := tx.AnswerSample(sample, state, who.Member, s.today(), sealed); err != nil || !refused {
			return err
		}
		_, err = tx.AddAlarm(store.Alarm{At: s.o.Now(), Kind: store.AlarmSampleRefused, Who: who.Member, Unit: who.Unit, Case: c.ID, Detail: row.Detail()})
		return err
	})
}
