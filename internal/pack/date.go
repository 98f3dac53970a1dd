package pack

import (
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/workday"
)

// Date checks a date as somebody may know it, a year, a month or a day, and writes it with leading zeros. "" stays "".
func Date(s string, today workday.Day) (string, *errs.Error) { return date(s, today) }
