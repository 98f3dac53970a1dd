package casework

import "clarion.example/clarion/internal/workday"

func (s *Service) today() workday.Day { return workday.DayOf(s.o.Now(), s.o.Pack.Zone) }

// Today is the authority's civil day: what documents written now must carry.
func (s *Service) Today() workday.Day { return s.today() }
