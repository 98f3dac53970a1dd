package cases_test

import (
	"slices"
	"testing"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

// TestEveryTransition does each row of the table from each of its states, as each of its roles.
func TestEveryTransition(t *testing.T) {
	t.Parallel()
	for _, row := range cases.Transitions() {
		from := row.From
		if from == nil {
			from = []cases.State{""}
		}
		for _, state := range from {
			for _, role := range row.By {
				t.Run(string(row.Act)+"/"+string(row.Proposal)+"/"+string(state)+"/"+string(role), func(t *testing.T) {
					t.Parallel()
					s, act := ready(t, row, state, role)
					if err := s.try(act); err != nil {
						t.Fatal(err)
					}
					want := row.To
					if want == "" {
						want = state
					}
					if s.c.State != want {
						t.Errorf("now %s, want %s", s.c.State, want)
					}
					if row.Event != "" && !slices.ContainsFunc(s.events, func(e cases.Event) bool { return e.Kind == row.Event }) {
						t.Errorf("no %s among the events", row.Event)
					}
					if got, err := cases.Replay(s.events); err != nil || got != want {
						t.Errorf("replay gives %s, %v", got, err)
					}
				})
			}
		}
	}
}

// ready brings a case to a state in which the row can be done, and the act that does it.
func ready(t *testing.T, row cases.Transition, state cases.State, role cases.Role) (*story, cases.Act) {
	t.Helper()
	s := begin(t)
	switch {
	case row.Act == cases.ActClear:
		s = concluded(t, cases.H1, cases.F3)
	case row.Of != "":
		s = underReview(t, row.Of)
		if role == cases.Inspector {
			s.do(qian, cases.ActUphold)
			s.do(sender, cases.ActRequestReview)
		}
	case state != "":
		s = to(t, state)
	}
	by := staff("per", role)
	switch {
	case role == cases.System:
		by = system
	case role == cases.Reporter:
		by = sender
	case role == cases.Handler && cases.AssignedTo(s.events) == "":
		t.Skip("nobody is assigned in this state")
	case role == cases.Handler:
		by = lin
	}
	if row.Act == cases.ActSettleDanger {
		s.c.Danger = true
	}
	if row.Act == cases.ActLapse || (row.Act == cases.ActProposeDecline && state == cases.NeedsInfo) {
		s.later(31)
	}
	if row.Act == cases.ActConfirmTransfer || row.Act == cases.ActReturnTransfer {
		s.do(tan, cases.ActSendTransfer)
	}
	if row.Act == cases.ActProposeClosing && state == cases.Transferred {
		passOn(s)
	}
	if row.Act == cases.ActReadmit {
		s.do(chen, cases.ActSetAside)
	}
	switch kind := row.Proposal; {
	case kind != "":
		propose(s, kind)
		if kind == cases.EventProposedTransfer && row.Act == cases.ActApprove {
			s.later(8)
		}
	case row.Act == cases.ActRefuse:
		propose(s, anyProposal(state))
	case row.Act == cases.ActWithdraw:
		proposeAs(s, anyProposal(state), by)
	}
	act := s.full(by, row.Act)
	switch row.Act {
	case cases.ActProposeDecline:
		act.Code = cases.D2
	case cases.ActProposeConclusion:
		act.Code = cases.F4
	case cases.ActHear:
		act.Code = cases.H1
	case cases.ActClear:
		act.Code = cases.C1
	case cases.ActExtend:
		act.Clock = cases.ClockOutcome
	default:
	}
	return s, act
}

// underReview is a case whose reporter asked for a review of such a decision.
func underReview(t *testing.T, of cases.EventKind) *story {
	t.Helper()
	var s *story
	switch of {
	case cases.EventDeclined:
		s = to(t, cases.Declined)
	case cases.EventConcluded:
		s = to(t, cases.FeedbackGiven)
	default:
		s = to(t, cases.Linked)
		s.do(tan, cases.ActFeedback)
	}
	s.do(sender, cases.ActRequestReview)
	return s
}

// passOn sends a transfer and has its receipt confirmed.
func passOn(s *story) {
	s.t.Helper()
	s.do(tan, cases.ActSendTransfer)
	s.do(tan, cases.ActConfirmTransfer)
}

func anyProposal(state cases.State) cases.EventKind {
	switch state {
	case cases.InInquiry:
		return cases.EventProposedConclusion
	case cases.Declined, cases.FeedbackGiven, cases.Transferred:
		return cases.EventProposedClosing
	case cases.Closed:
		return cases.EventProposedReopening
	default:
		return cases.EventProposedDecline
	}
}

func propose(s *story, kind cases.EventKind) {
	s.t.Helper()
	by := tan
	if kind == cases.EventProposedConclusion || s.c.State == cases.FeedbackGiven {
		by = lin
	}
	proposeAs(s, kind, by)
}

func proposeAs(s *story, kind cases.EventKind, by cases.Actor) {
	s.t.Helper()
	if s.c.State == cases.NeedsInfo {
		s.later(31)
	}
	if s.c.State == cases.Transferred {
		passOn(s)
	}
	by.Roles = []cases.Role{cases.Triage, cases.Handler}
	if (kind == cases.EventProposedConclusion || s.c.State == cases.FeedbackGiven) && by.Member != "lin" {
		s.do(tan, cases.ActAssign, func(a *cases.Act) { a.Handler = by.Member })
	}
	act := map[cases.EventKind]cases.ActKind{
		cases.EventProposedDecline: cases.ActProposeDecline, cases.EventProposedConclusion: cases.ActProposeConclusion,
		cases.EventProposedClosing: cases.ActProposeClosing, cases.EventProposedReopening: cases.ActProposeReopening,
		cases.EventProposedTransfer: cases.ActProposeTransfer,
	}[kind]
	c := cases.D1
	if kind == cases.EventProposedConclusion {
		c = cases.F3
	}
	s.do(by, act, code(c))
}

// TestNothingElse tries every act in every state in which the table has no row for it.
func TestNothingElse(t *testing.T) {
	t.Parallel()
	omnipotent := staff("lin", cases.Roles()...)
	for _, state := range reachable {
		s := to(t, state)
		for _, kind := range cases.ActKinds() {
			listed := slices.ContainsFunc(cases.Transitions(), func(r cases.Transition) bool {
				return r.Act == kind && slices.Contains(r.From, state)
			})
			if listed {
				continue
			}
			s.refused(errs.Conflict, "cases.not_from_here", s.full(omnipotent, kind))
		}
	}
	s := begin(t)
	s.refused(errs.Invalid, "cases.unknown_act", s.full(omnipotent, "burn"))
	s.refused(errs.Conflict, "cases.not_from_here", s.full(tan, cases.ActTriage))
}

// TestRoles tries each row with every role that it does not name.
func TestRoles(t *testing.T) {
	t.Parallel()
	for _, row := range cases.Transitions() {
		if row.From == nil || row.Proposal != "" || row.Act == cases.ActRefuse || row.Act == cases.ActWithdraw {
			continue
		}
		s := to(t, row.From[0])
		s.c.Danger = true
		for _, role := range append(cases.Roles(), cases.System, cases.Reporter) {
			if slices.Contains(row.By, role) {
				continue
			}
			by := staff("lin", role)
			if role == cases.System || role == cases.Reporter {
				by.Member = ""
			}
			s.refused(errs.Denied, "cases.role", s.full(by, row.Act))
		}
	}
}

func TestStaffRolesNeedAMemberAndTheOthersHaveNone(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Acknowledged)
	s.refused(errs.Denied, "cases.role", s.full(staff("", cases.Triage), cases.ActTriage))
	s.refused(errs.Denied, "cases.role", s.full(staff("tan", cases.Reporter), cases.ActAdd))
	s = to(t, cases.Accepted)
	s.refused(errs.Denied, "cases.not_your_case", s.full(wu, cases.ActOpenInquiry))
}

func TestWhatAnEventKeeps(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Acknowledged)
	s.do(sender, cases.ActAdd)
	s.do(tan, cases.ActTriage)
	for _, e := range s.events {
		if e.Kind == cases.EventAdded && (e.Member != "" || !e.At.IsZero()) {
			t.Errorf("a reporter's event holds more than the day: %+v", e)
		}
		if e.Kind == cases.EventTriaged && (e.Member != "tan" || e.At.Minute() != 0 || e.At.Hour() != 10) {
			t.Errorf("an act on the day of arrival must keep the hour: %+v", e)
		}
	}
	s.later(1)
	s.do(tan, cases.ActMessage)
	if e := s.events[len(s.events)-1]; e.At.Minute() != 0 {
		t.Errorf("the day after arrival: %v", e.At)
	}
	s.later(1)
	s.do(tan, cases.ActMessage)
	if e := s.events[len(s.events)-1]; e.At != time.Date(2026, 3, 14, 10, 7, 9, 0, time.UTC) {
		t.Errorf("later: %v", e.At)
	}
	s.do(clerk, cases.ActAdd)
	if e := s.events[len(s.events)-1]; e.At.Minute() != 0 || e.Member != "clerk" {
		t.Errorf("a caller's answer keeps the hour: %+v", e)
	}
}

func TestDanger(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Received)
	s.refused(errs.Conflict, "cases.no_danger", s.full(tan, cases.ActSettleDanger))
	s.c.Danger = true
	s.do(tan, cases.ActSettleDanger)
	if s.c.Danger {
		t.Error("still flagged")
	}
}

func TestFreshness(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Acknowledged)
	old := s.full(tan, cases.ActTriage)
	s.do(sender, cases.ActAdd)
	s.refused(errs.Conflict, "cases.moved_on", old)
	back := s.full(tan, cases.ActTriage)
	back.Day = start.Add(-1)
	s.refused(errs.Unavailable, "cases.day_back", back)
	s.c.State = cases.InInquiry
	s.refused(errs.Internal, "cases.broken_history", s.full(tan, cases.ActMessage))
	s.c.State = cases.Acknowledged
	s.events[1].From = cases.Closed
	s.refused(errs.Internal, "cases.broken_history", s.full(tan, cases.ActTriage))
}

func TestNumber(t *testing.T) {
	t.Parallel()
	n := cases.NewNumber("MH")
	for _, typed := range []string{n, "  " + n + " ", n[3:]} {
		if got, err := cases.ParseNumber("MH", typed); err != nil || got != n {
			t.Errorf("%q gives %q, %v", typed, got, err)
		}
	}
	if got, _ := cases.ParseNumber("MH", "mh oq4k 2rd9 il"); got != "MH-0Q4K-2RD9-11" {
		t.Errorf("got %q", got)
	}
	for _, bad := range []string{"", "MH", "MH-7Q4K-2RD9-3", "XX-7Q4K-2RD9-3F", "MH-7Q4K-2RD9-3U", "MH-7Q4K-2RD9-3Ｆ"} {
		if got, err := cases.ParseNumber("MH", bad); err == nil {
			t.Errorf("%q gives %q", bad, got)
		}
	}
	if id.NewDoc().IsZero() || cases.NewNumber("MH") == n {
		t.Error("not random")
	}
}
