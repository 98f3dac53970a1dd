package casework

import (
	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
)

// Linked is a case that another one is tied to: its number and where it stands, nothing of what it says.
type Linked struct {
	Number  string
	State   cases.State
	Finding cases.Code // of the earlier case, once its reporter was told
}

// parentOf is the earlier case that an act is about: that which a link names, or that which the case is linked to; nil for none, and
// for one of another unit, which to this person does not exist.
func (s *Service) parentOf(tx *store.Tx, c cases.Case, kind cases.ActKind, number string) (*cases.Parent, error) {
	var earlier cases.Case
	var err error
	switch {
	case kind == cases.ActLink:
		clean, bad := cases.ParseNumber(s.o.Pack.Prefix, number)
		if bad != nil {
			return nil, errs.Wrap(errs.Invalid, "casework.bad_number", nil, bad)
		}
		earlier, err = tx.CaseByNumber(clean)
	case c.State == cases.Linked:
		earlier, err = tx.ParentOf(c.Key)
	default:
		return nil, nil
	}
	if errs.Is(err, errs.NotFound) || err == nil && earlier.Unit != c.Unit {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows, err := tx.Events(earlier.Key)
	return cases.ParentOf(earlier, caselog.Bare(rows)), err
}

// keepLink keeps the tie in step with the events.
func keepLink(tx *store.Tx, c cases.Case, parent *cases.Parent, added []cases.Event) error {
	for _, e := range added {
		switch e.Kind {
		case cases.EventLinked:
			return tx.LinkCase(c.Key, parent.Key)
		case cases.EventUnlinked:
			if err := tx.UnlinkCase(c.Key); !errs.Is(err, errs.NotFound) { // the earlier case may be erased
				return err
			}
		default:
		}
	}
	return nil
}

// readLinks fills in what the case is linked to, and what is linked to it.
func (f *File) readLinks(tx *store.Tx) error {
	if f.parent != nil {
		earlier, err := tx.CaseByKey(f.parent.Key)
		if err != nil {
			return err
		}
		f.Parent = &Linked{Number: earlier.Number, State: earlier.State}
		if outcomeTold(earlier.State) {
			f.Parent.Finding = f.parent.Finding
		}
	}
	children, err := tx.ChildrenOf(f.Case.Key)
	for _, c := range children {
		f.Children = append(f.Children, Linked{Number: c.Number, State: c.State})
	}
	return err
}

// outcomeTold reports whether the reporter of a case in this state has its outcome.
func outcomeTold(s cases.State) bool { return s == cases.FeedbackGiven || s == cases.Closed }
