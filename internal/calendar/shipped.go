package calendar

import (
	"embed"
	"fmt"
)

//go:embed data/*.json
var data embed.FS

// Names lists the calendars that come with Clarion.
func Names() []string { return []string{"cn", "weekdays"} }

// Shipped reads one of [Names]. ok is false for another name.
func Shipped(name string) (t *Table, ok bool, err error) {
	for _, n := range Names() {
		if n != name {
			continue
		}
		b, err := data.ReadFile("data/" + n + ".json")
		if err != nil {
			return nil, true, fmt.Errorf("reading calendar %s: %w", n, err)
		}
		t, faults := Parse(b)
		if len(faults) > 0 {
			return nil, true, fmt.Errorf("calendar %s: %w", n, faults)
		}
		return t, true, nil
	}
	return nil, false, nil
}
