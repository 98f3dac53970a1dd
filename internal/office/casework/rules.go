package casework

import (
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/workday"
)

// Term is how long a clock runs at this authority; zero for one that is not counted in days.
func (s *Service) Term(k cases.ClockKind) workday.Term { return s.o.Machine.Rules.Term(k) }
