package setup

import (
	"encoding/base64"
	"encoding/json"
	"errors"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// Bounds of a recovery kit: a key in one hand is none, nor is one that a single lost sheet destroys.
const (
	minKit    = 2
	minSheets = 3
	maxSheets = 9
)

// record checks a kit that root, a key as lists write it, must have signed, and words it for the table of facts, typed
// back today.
func (s *Service) record(kit Kit, root string) (string, error) {
	if kit.K < minKit || kit.N < minSheets || kit.K >= kit.N || kit.N > maxSheets {
		return "", errs.New(errs.Invalid, "setup.kit_size", errs.Args{"K": kit.K, "N": kit.N})
	}
	to, err := seal.ParseRecipient(kit.Recipient)
	if err != nil {
		return "", errs.Wrap(errs.Invalid, "setup.kit_key", nil, err)
	}
	signed := seal.RecoveryStatement{Instance: s.o.Server.Instance, Recipient: to, Threshold: kit.K, Count: kit.N}
	key, badKey := seal.ParseKey(root)
	sig, badText := base64.RawURLEncoding.Strict().DecodeString(kit.Signature)
	if err := errors.Join(badKey, badText); err != nil {
		return "", errs.Wrap(errs.Denied, "setup.kit_signature", nil, err)
	}
	if err := signed.Verify(key, sig); err != nil {
		return "", errs.Wrap(errs.Denied, "setup.kit_signature", nil, err)
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
