package setup

import (
	"encoding/json"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// Bounds of a recovery kit: a key in one hand, or one that a single lost sheet destroys, is none.
const (
	minKit    = 2
	minSheets = 3
	maxSheets = 9
)

// record checks a kit and words it for the table of facts, typed back today.
func (s *Service) record(kit Kit) (string, error) {
	if kit.K < minKit || kit.N < minSheets || kit.K > kit.N || kit.N > maxSheets {
		return "", errs.New(errs.Invalid, "setup.kit_size", errs.Args{"K": kit.K, "N": kit.N})
	}
	if _, err := seal.ParseRecipient(kit.Recipient); err != nil {
		return "", errs.Wrap(errs.Invalid, "setup.kit_key", nil, err)
	}
	b, err := json.Marshal(Recovery{Kit: kit, Day: s.today()})
	return string(b), err
}

// checkDay refuses a list that is dated otherwise than people sign: yesterday, where their day is not ours, to a week
// ahead, where a key is changed for a day to come.
func (s *Service) checkDay(text string) error {
	day, err := workday.ParseDay(text)
	if ahead := day.Sub(s.today()); err != nil || ahead < -1 || ahead > 7 {
		return errs.New(errs.Invalid, "setup.list_day", errs.Args{"Day": text})
	}
	return nil
}
