package setup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
)

// Bundle is what an administrator's page proposes: the next list of keys with the root's signature alone, rosters
// signed by the root, and copies of units' keys sealed to the recovery key. Kit replaces the recovery kit; then every
// unit's key in force needs a new copy. With the sheets of the kit on record all that it opens has one too, Left names what does
// not, and Handed are the former keys of offices that get a new one.
type Bundle struct {
	KeySet   []byte         `json:"key_set"`
	Rosters  [][]byte       `json:"rosters"`
	Recovery []UnitRecovery `json:"recovery"`
	Kit      *Kit           `json:"kit,omitempty"`
	Handed   []OfficeHanded `json:"handed,omitempty"`
	Left     []OfficeKey    `json:"left,omitempty"`
}

// UnitRecovery is the key file of a unit, sealed to the recovery key and to nothing else. Key is the recipient of the
// unit's key that is inside, as the list names it.
type UnitRecovery struct {
	Unit   id.Unit `json:"unit"`
	Key    string  `json:"key"`
	Sealed []byte  `json:"sealed"`
}

// maxBundle bounds what is kept, in bytes.
const maxBundle = 16 << 20

// id names what a bundle would put in force, whoever has signed it: SHA-256 in hex.
func (b Bundle) id(body []byte) (string, error) {
	b.KeySet = body
	text, err := json.Marshal(b)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// Propose checks a bundle in everything but the inspector's word and keeps it as the draft, in place of the one
// before. It returns the id that the inspector's answer must name.
func (s *Service) Propose(ctx context.Context, who Who, b Bundle) (draft string, err error) {
	if draft, err = s.propose(ctx, who, b); err != nil {
		return "", s.refused(ctx, who, actPropose, err)
	}
	return draft, nil
}

func (s *Service) propose(ctx context.Context, who Who, b Bundle) (string, error) {
	st, _, err := s.enter(ctx, who, Administrator)
	if err != nil {
		return "", err
	}
	p, err := s.check(st, b)
	if err != nil {
		return "", err
	}
	if err := s.checkDay(p.set.Day); err != nil {
		return "", err
	}
	if len(p.signed.Signatures()) != 1 {
		return "", errs.New(errs.Invalid, "setup.list_signature", nil)
	}
	body, err := json.Marshal(b)
	if err != nil {
		return "", err
	}
	if len(body) > maxBundle {
		return "", errs.New(errs.Invalid, "setup.too_large", nil)
	}
	name, err := b.id(p.signed.Body())
	if err != nil {
		return "", err
	}
	detail := p.renewal.detail(map[string]any{"draft": name, "version": p.set.Version})
	return name, s.change(ctx, who, actPropose, st.facts, detail, func(tx *store.Tx) error {
		return tx.PutDraft(store.Draft{Body: body, Proposer: who.Account, Day: s.today()})
	})
}

// Withdraw takes the draft back. Any administrator may.
func (s *Service) Withdraw(ctx context.Context, who Who) error {
	return s.refused(ctx, who, actWithdraw, s.withdraw(ctx, who))
}

func (s *Service) withdraw(ctx context.Context, who Who) error {
	st, _, err := s.enter(ctx, who, Administrator)
	if err != nil {
		return err
	}
	_, name, err := st.draft()
	if err != nil {
		return err
	}
	return s.change(ctx, who, actWithdraw, st.facts, map[string]any{"draft": name}, (*store.Tx).DropDraft)
}

// draft reads the draft and its id; NotFound when there is none.
func (st *state) draft() (b Bundle, name string, err error) {
	if st.Draft == nil {
		return b, "", errs.New(errs.NotFound, "setup.no_draft", nil)
	}
	if err := json.Unmarshal(st.Draft.Body, &b); err != nil {
		return b, "", err
	}
	signed, err := proof.ParseKeySet(b.KeySet)
	if err != nil {
		return b, "", err
	}
	name, err = b.id(signed.Body())
	return b, name, err
}
