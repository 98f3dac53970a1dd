package cases

import (
	"time"

	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Office writes that another office reads the case from now on ([EventOfficeJoined]) or no more ([EventOfficeLeft]), by member. It is no
// act of the table: it moves nothing, takes nothing that waits, and an approver of the office that leaves does it as well. The error is
// that of [Machine.Apply] for a day before the last event.
func (m Machine) Office(c Case, events []Event, kind EventKind, by id.Member, day workday.Day, at time.Time) (Event, error) {
	h := history{m: m, c: c, events: events}
	act := Act{By: Actor{Member: by}, Day: day, At: at, Seen: c.Version}
	if err := h.fresh(act, Approver); err != nil {
		return Event{}, err
	}
	return h.number([]Event{{Kind: kind}}, act, Approver, "")[0], nil
}
