package year_test

// transferPlans are the ways of a case that goes to another body, which this version does not reach.
func transferPlans() []plan { return nil }
