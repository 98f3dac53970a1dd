package year_test

import (
	"fmt"
	"iter"
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// story is one case and what is planned for it: a script that is played on from day to day.
type story struct {
	y    *year
	n    int
	plan string
	slow int         // everything takes so many times as long
	at   workday.Day // not played on before
	next func() (int, bool)
	stop func()
	days func(int) bool
	over bool

	avoided id.Unit // which the reporter passed over
	handed  int     // to another office

	code   string // the reporter's
	key    int64
	unit   id.Unit
	c      cases.Case
	events []cases.Event
	was    *shot
	parent *story
	told   int // letters to the reporter
	wrote  int // documents of the reporter that their mailbox lists
	rounds int
	book   book
}

// newStory plans the n-th report.
func (y *year) newStory(n int) *story {
	p := plans()[n%len(plans())]
	s := &story{y: y, n: n, plan: p.name, slow: 1, unit: units[n/len(plans())%2], at: firstDay.Add(n / 6 * 6 * arrive / reports)}
	s.book = newBook(s)
	if y.dice.roll(5) == 0 {
		s.slow = 3
	}
	s.next, s.stop = iter.Pull(func(yield func(int) bool) {
		defer func() {
			if r := recover(); r != nil && r != (endOfYear{}) {
				panic(r)
			}
		}()
		s.days = yield
		s.arrive()
		p.play(s)
		s.sameDates()
		s.mailbox()
	})
	return s
}

// endOfYear stops a script that is not at its end.
type endOfYear struct{}

// live plays the story on, if it is time.
func (s *story) live() {
	for !s.over && !s.y.day.Before(s.at) {
		n, ok := s.next()
		if !ok {
			s.over = true
			return
		}
		s.at = s.y.day.Add(n)
		if n == 0 {
			s.at = s.y.day.Add(1)
		}
	}
}

// wait lets days go by, at least one.
func (s *story) wait(n int) {
	if !s.days(n) {
		panic(endOfYear{})
	}
}

// pause lets some days go by. Now and then something happens on the way that moves nothing, somebody tries what they may not, and both
// sides compare their dates.
func (s *story) pause(least, most int) {
	s.onTheWay()
	s.offices()
	s.tries()
	if s.y.dice.roll(20) == 0 {
		s.sameDates()
	}
	if n := (least + s.y.dice.roll(most-least+1)) * s.slow; n > 0 {
		s.wait(n)
	}
}

// arrive sends the report, on the path without scripts.
func (s *story) arrive() {
	y := s.y
	region := map[id.Unit]string{"unit-1": "donggang", "unit-2": "hewan"}[s.unit]
	danger := "no"
	if (s.n+s.n/len(plans()))%3 == 0 {
		danger = "yes"
	}
	office := ""
	if s.n%7 == 3 {
		office, s.avoided = "centre", s.unit
	}
	draft, faults := y.w.Intake.Check(intake.Sent{Category: "covert-devices", Danger: danger, Region: region, Office: office, Lang: oneOf(&y.dice, "zh-Hans", "en"), CodeKind: "digits",
		How: []string{"saw"}, What: fmt.Sprintf("会议室桌下有一个小盒子。第%d份。", s.n), When: "昨天", Where: "会议室",
		Answers: map[id.Question][]string{"device": {"sound"}, "place": {"meeting"}, "still": {"yes"}, "installing": {"no"}}})
	if len(faults) > 0 {
		y.t.Fatal(faults)
	}
	r, err := y.w.Intake.Submit(y.ctx(), y.w.Intake.NewToken(), draft)
	if err != nil {
		y.t.Fatal(err)
	}
	s.code, s.unit = r.Code, draft.Unit
	err = y.w.Store.Read(y.ctx(), func(tx *store.Tx) (err error) {
		s.key, err = tx.NewestCase()
		return err
	})
	if err != nil {
		y.t.Fatal(err)
	}
	s.wrote = 1
	s.happened(cell{rowOf(cases.ActReceive, "", nil), ""}, nil)
}

// open opens the reporter's mailbox with their code.
func (s *story) open() *intake.Mailbox {
	s.y.t.Helper()
	m, err := s.y.w.Intake.OpenMailbox(s.y.ctx(), s.code)
	if err != nil {
		s.y.t.Fatal(err)
	}
	return m
}

// write adds words of the reporter, who can do so on any day.
func (s *story) write(text string) {
	where := s.cell(cases.ActAdd)
	if err := s.y.w.Intake.Answer(s.y.ctx(), s.open(), s.y.w.Intake.NewToken(), text); err != nil {
		s.y.t.Fatalf("case %d (%s) in %s: %v", s.n, s.plan, s.c.State, err)
	}
	s.wrote++
	s.happened(where, nil)
}

// ask asks for a review.
func (s *story) ask() {
	where := s.cell(cases.ActRequestReview)
	if err := s.y.w.Intake.RequestReview(s.y.ctx(), s.open(), s.y.w.Intake.NewToken(), "请再看一次。"); err != nil {
		s.y.t.Fatalf("case %d (%s) in %s: %v", s.n, s.plan, s.c.State, err)
	}
	s.wrote++
	s.happened(where, nil)
}

// cell is the row that an act would take now.
func (s *story) cell(kind cases.ActKind) cell {
	return cell{rowOf(kind, s.c.State, s.events), s.c.State}
}

// rowOf finds the row of an act by reading the table as a person would; -1 for none.
func rowOf(kind cases.ActKind, state cases.State, events []cases.Event) int {
	open, waits := cases.OpenProposal(events)
	d, decided := cases.Standing(events)
	return slices.IndexFunc(cases.Transitions(), func(t cases.Transition) bool {
		return t.Act == kind && (state == "" && t.From == nil || slices.Contains(t.From, state)) &&
			(t.Proposal == "" || waits && open.Kind == t.Proposal) && (t.Of == "" || decided && d.Kind == t.Of)
	})
}

// happened reads the case after an act that was let through, and checks that it did what its row says and nothing to what was before.
// by is nil for the reporter, whose acts stand in no audit log.
func (s *story) happened(where cell, by *line) {
	y := s.y
	y.t.Helper()
	before := s.events
	now := s.shot(false)
	if by == nil {
		y.wrote(now.audit)
	} else {
		y.wrote(now.audit, *by)
	}
	state, err := cases.Replay(now.events)
	if err != nil || state != now.c.State || now.c.Version != int64(len(now.events)) {
		y.t.Fatalf("case %d: the events lead to %s at %d (%v), and the row says %s at %d", s.n, state, len(now.events), err, now.c.State, now.c.Version)
	}
	if len(now.events) <= len(before) || !slices.Equal(now.events[:len(before)], before) {
		y.t.Fatalf("case %d: events that were there have changed", s.n)
	}
	added := now.events[len(before):]
	if where.row < 0 {
		y.t.Fatalf("case %d: done, and no row has it: %+v", s.n, added)
	}
	row := cases.Transitions()[where.row]
	if row.Event == "" || slices.ContainsFunc(added, func(e cases.Event) bool { return e.Kind == row.Event }) {
		y.taken[where]++
		if row.To != "" && now.c.State != row.To {
			y.t.Fatalf("case %d: %s led to %s", s.n, name(row), now.c.State)
		}
	}
	y.acts++
	s.c, s.events, s.was = now.c, now.events, now
	s.book.take(added)
}
