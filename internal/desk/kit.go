package desk

import (
	"maps"
	"slices"

	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/oversight"
	"clarion.example/clarion/internal/office/setup"
)

// copyJSON is a copy of an office's key: sealed is absent when the kit on record does not open it.
type copyJSON struct {
	Unit   id.Unit `json:"unit"`
	Key    string  `json:"key"` // hex SHA-256 of the recipient of the key inside
	Sealed []byte  `json:"sealed,omitempty"`
}

// kitCopies hands out what the sheets of the kit on record open.
func (d *door) kitCopies(v *visit, _ struct{}) (any, error) {
	all, err := d.o.Setup.Copies(v.ctx, v.who())
	if err != nil {
		return nil, err
	}
	out := []copyJSON{}
	for _, c := range all {
		out = append(out, copyJSON{c.Unit, c.Key, c.Sealed})
	}
	return map[string]any{"copies": out}, nil
}

// renewalJSON is what a new recovery kit does. used: enough sheets of the one before were typed.
type renewalJSON struct {
	K       int             `json:"k"`
	N       int             `json:"n"`
	By      id.Member       `json:"by"`
	Used    bool            `json:"used"`
	Offices []recoveredJSON `json:"offices"`
	Left    []leftJSON      `json:"left"`
}

// recoveredJSON is an office whose former keys, so many, its new holders get. Holders are names of people.
type recoveredJSON struct {
	Shown   string   `json:"shown"`
	Former  int      `json:"former"`
	Holders []string `json:"holders"`
}

// leftJSON is a key of an office that the new kit does not open, by its days; to is "" while it is in force.
type leftJSON struct {
	Shown string `json:"shown"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// renewal is nil while the kit stays.
func (d *door) renewal(v *visit, dr *setup.Draft) *renewalJSON {
	r := dr.Renewal
	if r == nil {
		return nil
	}
	out := &renewalJSON{r.Kit.K, r.Kit.N, dr.Proposer, r.Carried, []recoveredJSON{}, []leftJSON{}}
	for _, rec := range r.Offices {
		j := recoveredJSON{d.officeName(v, rec.Unit), rec.Former, []string{}}
		for _, o := range dr.Offices {
			for _, m := range o.Members {
				if o.Unit == rec.Unit && m.Change != setup.Removed && slices.Contains(rec.Holders, m.ID) {
					j.Holders = append(j.Holders, m.Name)
				}
			}
		}
		out.Offices = append(out.Offices, j)
	}
	for _, l := range r.Left {
		out.Left = append(out.Left, leftJSON{d.officeName(v, l.Unit), l.From, l.To})
	}
	return out
}

// kitNotice is nil for a list that brought no kit.
func (d *door) kitNotice(v *visit, k *oversight.NewKit) *renewalJSON {
	if k == nil {
		return nil
	}
	out := &renewalJSON{k.K, k.N, k.By, k.Used, []recoveredJSON{}, []leftJSON{}}
	for _, unit := range slices.Sorted(maps.Keys(k.Offices)) {
		out.Offices = append(out.Offices, recoveredJSON{d.officeName(v, unit), k.Offices[unit], []string{}})
	}
	return out
}
