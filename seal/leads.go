package seal

// Leads follows which unit has a case, along the letters to its reporter: it begins with the unit of the report, and a letter with
// [Reply.Next] passes the case on. Nobody but the unit whose turn it is can do that, so the server's word is not needed for it.
type Leads struct {
	units []string
	open  bool // the last letter could not be read: it may have passed the case on
}

// LeadsFrom begins with the unit of the report.
func LeadsFrom(unit string) *Leads { return &Leads{units: []string{unit}} }

// Unit is who may write the next letter: "" when the one before could not be read, and anybody may.
func (l *Leads) Unit() string {
	if l.open {
		return ""
	}
	return l.units[len(l.units)-1]
}

// Letter goes past a letter that unit wrote, whose turn the caller has checked. next is nil where it does not pass the case on.
func (l *Leads) Letter(unit string, next *Next) {
	l.open = false
	l.pass(unit)
	if next != nil {
		l.pass(next.Unit)
	}
}

func (l *Leads) pass(unit string) {
	if l.units[len(l.units)-1] != unit {
		l.units = append(l.units, unit)
	}
}

// Lost goes past a letter that cannot be read, because it was erased or waits to be sealed anew.
func (l *Leads) Lost() { l.open = true }

// End reports whether the letters lead to the unit that a case is listed under.
func (l *Leads) End(unit string) bool {
	if l.open {
		l.Letter(unit, nil)
	}
	return l.Unit() == unit
}

// Had reports whether the case was ever a unit's.
func (l *Leads) Had(unit string) bool {
	for _, u := range l.units {
		if u == unit {
			return true
		}
	}
	return false
}

// Moved reports whether the case was ever passed on.
func (l *Leads) Moved() bool { return len(l.units) > 1 }

// Side follows another chain of the case, whose documents are of the units in the same order. The function that it gives tells of each
// document in its turn whether it can be.
func (l *Leads) Side() func(unit string) bool {
	at := 0
	return func(unit string) bool {
		for i := at; i < len(l.units); i++ {
			if l.units[i] == unit {
				at = i
				return true
			}
		}
		return false
	}
}
