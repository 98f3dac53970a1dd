package pack

import (
	"slices"

	"clarion.example/clarion/internal/id"
)

// Category returns the category with an id.
func (p *Pack) Category(want id.Category) (*Category, bool) {
	i := slices.IndexFunc(p.Categories, func(c Category) bool { return c.ID == want })
	if i < 0 {
		return nil, false
	}
	return &p.Categories[i], true
}

// Office returns the office with an id.
func (p *Pack) Office(want id.Unit) (*Office, bool) {
	i := slices.IndexFunc(p.Offices, func(o Office) bool { return o.ID == want })
	if i < 0 {
		return nil, false
	}
	return &p.Offices[i], true
}

// Region returns the region with an id. The empty region, "rather not say", is not one of them.
func (p *Pack) Region(want id.Region) (*Region, bool) {
	i := slices.IndexFunc(p.Regions, func(r Region) bool { return r.ID == want })
	if i < 0 {
		return nil, false
	}
	return &p.Regions[i], true
}

// Address returns the address with an id.
func (p *Pack) Address(want string) (*Address, bool) {
	i := slices.IndexFunc(p.Addresses, func(a Address) bool { return a.ID == want })
	if i < 0 {
		return nil, false
	}
	return &p.Addresses[i], true
}

// Route names the office that reads a report: that of the region, or of the category where the region is not
// said, or the nearest above it that takes reports in. ok is false for a category or region that is not in
// the pack.
func (p *Pack) Route(category id.Category, region id.Region) (office *Office, ok bool) {
	c, ok := p.Category(category)
	if !ok {
		return nil, false
	}
	unit := c.Office
	if region != "" {
		r, ok := p.Region(region)
		if !ok {
			return nil, false
		}
		unit = r.Office
	}
	if o, ok := p.Office(unit); ok && o.Intake {
		return o, true
	}
	return p.Above(unit)
}

// Above returns the nearest office above one that takes reports in: the reporter may choose it instead. ok is
// false at the top.
func (p *Pack) Above(unit id.Unit) (office *Office, ok bool) {
	for range p.Offices {
		o, ok := p.Office(unit)
		if !ok || o.Parent == "" {
			return nil, false
		}
		if parent, ok := p.Office(o.Parent); ok && parent.Intake {
			return parent, true
		}
		unit = o.Parent
	}
	return nil, false
}

// Covers reports whether the calendar lists the holidays of a year. A promise that reaches into another year
// is computed from weekends alone and may come out early.
func (p *Pack) Covers(year int) bool { return len(p.Years) == 0 || slices.Contains(p.Years, year) }
