package setup

import (
	"context"
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
)

// Tongues are the languages in which somebody can say that they handle cases, and those that they said.
type Tongues struct{ Site, Mine []string }

// Tongues answers to members: languages are for who handles cases.
func (s *Service) Tongues(ctx context.Context, who Who) (*Tongues, error) {
	_, a, err := s.enter(ctx, who, Member)
	if err != nil {
		return nil, err
	}
	t := &Tongues{Site: s.o.Pack.Languages}
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		all, err := tx.Tongues(doors[0])
		t.Mine = all[a.ID]
		return err
	})
	return t, err
}

// SayTongues writes down in which of the pack's languages the one who asks can handle cases. It is what they say, of themself alone;
// nobody enters it for them, and nothing follows from where somebody comes from.
func (s *Service) SayTongues(ctx context.Context, who Who, langs []string) error {
	err := s.sayTongues(ctx, who, langs)
	return s.refused(ctx, who, actTongues, err)
}

func (s *Service) sayTongues(ctx context.Context, who Who, langs []string) error {
	st, a, err := s.enter(ctx, who, Member)
	if err != nil {
		return err
	}
	var said []string // in the pack's order, each once
	for _, lang := range s.o.Pack.Languages {
		if slices.Contains(langs, lang) {
			said = append(said, lang)
		}
	}
	if slices.ContainsFunc(langs, func(l string) bool { return !slices.Contains(s.o.Pack.Languages, l) }) {
		return errs.New(errs.Invalid, "tongues.unknown", nil)
	}
	return s.change(ctx, who, actTongues, st.facts, map[string]any{"languages": said}, func(tx *store.Tx) error {
		return tx.SetTongues(doors[0], a.ID, said)
	})
}

// silent are the languages of the site in which nobody of an office says that they handle cases.
func silent(site []string, people []Named, said map[id.Member][]string) (out []string) {
	for _, lang := range site {
		if !slices.ContainsFunc(people, func(p Named) bool {
			return (p.Handles() || slices.Contains(p.Roles, cases.Triage)) && slices.Contains(said[p.ID], lang)
		}) {
			out = append(out, lang)
		}
	}
	return out
}
