package year_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// often is how many times a refusal is produced before others are preferred.
const often = 4

// unmet are the refusals of the machine that no use case of this version can meet, and why.
var unmet = map[string]string{
	"cases.aside":           "the use case refuses them before the machine is asked, with casework.aside",
	"cases.broken_history":  "only a database that was changed behind the program's back has one",
	"cases.review_approver": "only somebody with the inspector's role alone meets it, whose door is asked for the second level and no other",
}

// unmetBetween are those of what happens between offices.
var unmetBetween = map[string]string{}

// tries lets people try what the machine refuses: it is asked first about some acts by chance, and of those that it refuses the rarest
// is then tried at the use case.
func (s *story) tries() {
	y := s.y
	n := 4
	if len(y.rare) > 0 {
		n = 16
	}
	var best *try
	for range n {
		t := s.someTry()
		if t.key != "" && y.refused[t.key] < often && (best == nil || y.refused[t.key] < y.refused[best.key]) {
			best = &t
		}
	}
	if best != nil {
		s.refused(*best)
	}
}

// try is an act that is refused, and how.
type try struct {
	by   *member
	work casework.Work
	kind errs.Kind
	key  string
}

// someTry is an act by chance, most often one that fits the state, with something missing.
func (s *story) someTry() try {
	y := s.y
	by := oneOf(&y.dice, y.people[s.unit]...)
	kinds := cases.ActKinds()
	if y.dice.roll(10) > 1 {
		kinds = []cases.ActKind{"dance"}
		for _, t := range cases.Transitions() {
			if slices.Contains(t.From, s.c.State) && (by.Has(t.By...) || y.dice.roll(8) == 0) {
				kinds = append(kinds, t.Act)
			}
		}
	}
	kind := oneOf(&y.dice, kinds...)
	if slices.Contains(cases.Aside(s.events), by.Member) {
		return try{}
	}
	open := by.Has(cases.Triage, cases.Approver) || by.Has(cases.Handler) && (cases.AssignedTo(s.events) == by.Member || by.InPlaceOf(cases.AssignedTo(s.events)))
	if !open {
		return try{}
	}
	w := s.mutated(by, kind)
	e := s.verdict(by, w)
	if e == nil {
		return try{}
	}
	return try{by, w, e.Kind, e.Key}
}

// verdict is how the machine refuses an act; nil when it does not.
func (s *story) verdict(by *member, w casework.Work) *errs.Error { return s.verdictOf(by.actor(), w) }

func (s *story) verdictOf(by cases.Actor, w casework.Work) *errs.Error {
	c, act := s.c, w.Act
	c.Danger = s.danger()
	act.By, act.Day, act.At = by, workday.DayOf(s.y.clock.Now(), s.y.w.Pack.Zone), s.y.clock.Now()
	if len(w.Docs) > 0 {
		act.Doc = w.Docs[w.Main].ID
	}
	act.Parent = s.parentFor(w)
	_, err := s.y.w.Machine.Apply(c, s.events, act)
	e, _ := errs.Public(err)
	return e
}

// refusedAs tries an act that the machine refuses.
func (s *story) refusedAs(by *member, w casework.Work) {
	s.y.t.Helper()
	e := s.verdict(by, w)
	if e == nil {
		s.y.t.Fatalf("case %d (%s) in %s: the machine lets %s do %s", s.n, s.plan, s.c.State, by.Member, w.Act.Kind)
	}
	s.refused(try{by, w, e.Kind, e.Key})
}

// mutated is an act with one or two things wrong or left out. Its documents stand for sealed ones: a refusal comes first.
func (s *story) mutated(by *member, kind cases.ActKind) casework.Work {
	d := &s.y.dice
	w := casework.Work{Number: s.c.Number, Act: cases.Act{Kind: kind, Seen: s.c.Version, NoInterest: true, Clock: oneOf(d, cases.ClockInquiry, cases.ClockOutcome),
		Checks: cases.Checks{Category: true, Conduct: true, Danger: true, Remit: true, Interest: true, Duplicate: true, RiskToReporter: true, RiskToReported: true},
		Code:   oneOf(d, codesOf(kind)...), Intent: id.NewDoc()},
		Docs: []casework.Document{{ID: id.NewDoc(), Chain: cases.Inside, Kind: "note", Seq: 1, Sealed: s.y.inside}}}
	if p, ok := cases.OpenProposal(s.events); ok {
		w.Act.Proposal = p.Seq
	}
	if kind == cases.ActAccept || kind == cases.ActAssign || kind == cases.ActHandOver {
		w.Act.Handler = "lin"
	}
	if kind == cases.ActSetAside || kind == cases.ActReadmit {
		w.Act.Handler = oneOf(d, by.Member, "lin", "chen", "mei-"+id.Member(s.unit))
	}
	if kind == cases.ActLink {
		w.Parent = s.someNumber()
	}
	if kind == cases.ActProposeTransfer {
		w.Docs[0].Kind = "copy"
	}
	if kind == cases.ActSendTransfer && d.roll(3) > 0 {
		w.Act.Copy = cases.ApprovedCopy(s.events)
	}
	for range d.roll(3) {
		switch d.roll(10) {
		case 0:
			w.Docs = nil
		case 1:
			w.Act.NoInterest = false
		case 2:
			w.Act.Checks = cases.Checks{Category: true, Conduct: true, Remit: true}
		case 3:
			w.Act.Handler = ""
		case 4:
			w.Act.Code = ""
		case 5:
			w.Act.Clock = cases.ClockReview
		case 6:
			w.Act.Proposal++
		case 7:
			w.Act.Seen--
		case 8:
			w.Act.Intent = id.Doc{}
		}
	}
	return w
}

// codesOf are the codes that an act can bring, and one that it cannot.
func codesOf(kind cases.ActKind) []cases.Code {
	switch kind {
	case cases.ActProposeDecline:
		return append(cases.DeclineCodes(), cases.F1)
	case cases.ActHear:
		return append(cases.Hearings(), cases.C1)
	case cases.ActClear:
		return append(cases.Clearings(), cases.H1)
	default:
		return append(cases.Findings(), cases.D1)
	}
}

// someNumber is the number of some case, or of none.
func (s *story) someNumber() string {
	other := oneOf(&s.y.dice, s.y.stories...)
	if other.key == 0 || s.y.dice.roll(4) == 0 {
		return cases.NewNumber(s.y.w.Pack.Prefix)
	}
	return other.c.Number
}

// parentFor is the earlier case of an act, as the office sees it.
func (s *story) parentFor(w casework.Work) *cases.Parent {
	p := s.parent
	if w.Act.Kind == cases.ActLink {
		i := slices.IndexFunc(s.y.stories, func(o *story) bool { return o.key != 0 && o.c.Number == w.Parent })
		if i < 0 {
			return nil
		}
		p = s.y.stories[i]
	} else if s.c.State != cases.Linked {
		return nil
	}
	if p == nil || p.unit != s.unit {
		return nil
	}
	return cases.ParentOf(p.c, p.events)
}

// refused tries an act that is refused: it leaves an entry of the audit log and nothing else. What is refused because the server is
// not fit to decide leaves not even that.
func (s *story) refused(t try) {
	y := s.y
	y.t.Helper()
	before := s.shot(true)
	y.clock.Move(time.Second)
	_, err := y.w.Casework.Do(y.ctx(), t.by.Person, t.work)
	if t.kind == errs.Unavailable {
		s.wasRefused(before, err, t.kind, t.key)
		return
	}
	s.wasRefused(before, err, t.kind, t.key, line{string(t.work.Act.Kind), t.by.Member, s.c.ID, store.Refused, t.key})
}

func (s *story) wasRefused(before *shot, err error, kind errs.Kind, key string, logged ...line) {
	y := s.y
	y.t.Helper()
	e, ok := errs.Public(err)
	if !ok || e.Key != key || e.Kind != kind {
		y.t.Fatalf("case %d (%s) in %s: %v, want %s", s.n, s.plan, s.c.State, err, key)
	}
	after := s.shot(true)
	y.wrote(after.audit, logged...)
	if after.audit = nil; !reflect.DeepEqual(before, after) {
		y.t.Fatalf("case %d: the refusal %s left something behind: %+v after %+v", s.n, key, after, before)
	}
	if y.refused[key]++; y.refused[key] == often {
		y.rare = slices.DeleteFunc(y.rare, func(k string) bool { return k == key })
	}
}

// tooLate: the reporter asks for a review too early, when the time is over, and on a day that the clock puts back.
func (s *story) tooLate() {
	y := s.y
	if y.refused["cases.review_over"] < often {
		d, _ := cases.Standing(s.events)
		s.wait(max(1, d.Told.Add(31).Sub(y.day)))
		before := s.shot(true)
		s.wasRefused(before, s.tryReview(), errs.Conflict, "cases.review_over")
	}
	if y.refused["cases.day_back"] < often {
		s.write("还有一点。")
		y.clock.Move(-48 * time.Hour)
		by := y.people[s.unit][slices.IndexFunc(y.people[s.unit], func(m *member) bool { return m.Has(cases.Triage) })]
		s.refusedAs(by, s.work(by, cases.ActMessage))
		y.clock.Move(48 * time.Hour)
	}
}

// againReviewed: the reporter asks once more than anybody could answer.
func (s *story) againReviewed() {
	if s.y.refused["cases.reviewed_twice"] < often {
		before := s.shot(true)
		s.wasRefused(before, s.tryReview(), errs.Conflict, "cases.reviewed_twice")
	}
}

func (s *story) tryReview() error {
	return s.y.w.Intake.RequestReview(s.y.ctx(), s.open(), s.y.w.Intake.NewToken(), "请再看一次。")
}

// everyRow: each row of the machine was taken, from each state that the version reaches.
func (y *year) everyRow() {
	y.t.Helper()
	reached := map[cases.State]bool{"": true}
	for _, t := range cases.Transitions() {
		if t.To != "" {
			reached[t.To] = true
		}
	}
	for i, t := range cases.Transitions() {
		from := t.From
		if from == nil {
			from = []cases.State{""}
		}
		for _, state := range from {
			if reached[state] && y.taken[cell{i, state}] == 0 {
				y.t.Errorf("nobody took the row %s, in %q", name(t), state)
			}
		}
	}
}

// everyRefusal: each key that the source of the machine can refuse with was met, apart from those that cannot be.
func (y *year) everyRefusal() {
	y.t.Helper()
	every := func(all []string, unmet map[string]string) {
		for _, key := range all {
			if _, not := unmet[key]; not == (y.refused[key] > 0) {
				y.t.Errorf("refusal %s: met %d times; the list of those that nobody can meet says %q", key, y.refused[key], unmet[key])
			}
		}
		for key := range maps.Keys(unmet) {
			if !slices.Contains(all, key) {
				y.t.Errorf("%s is no refusal any more", key)
			}
		}
	}
	every(refusals(y.t), unmet)
	every(keysIn(y.t, "casework.", "../../office/casework/", "joint.go", "lead.go"), unmetBetween)
}

// refusals are the keys in the source of the machine that an error carries.
func refusals(t *testing.T) []string {
	t.Helper()
	return keysIn(t, "cases.", "../../cases/", "apply.go", "guard.go", "hearing.go", "joint.go", "parent.go", "review.go", "proposal.go", "aside.go")
}

// keysIn are the texts in calls of some files that begin as the keys of errors do.
func keysIn(t *testing.T, prefix, dir string, files ...string) (keys []string) {
	t.Helper()
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), dir+name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			for _, arg := range call.Args {
				if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING && strings.HasPrefix(lit.Value, `"`+prefix) {
					key, _ := strconv.Unquote(lit.Value)
					keys = append(keys, key)
				}
			}
			return true
		})
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
