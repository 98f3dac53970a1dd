package year_test

import (
	"clarion.example/clarion/seal"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/oversight"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/internal/workday"
)

// The words of a cell in docs/spec/roles.md.
const (
	yes   = "yes"
	own   = "own"   // as a handler with the case, or as the proposer
	later = "later" // the rules know it, and nothing leads to it
	never = "–"
)

// table is one of docs/spec/roles.md: for each row its cells, by the words at the head of the columns. What stands before the
// first role is the row's name.
func table(t *testing.T, name string) (rows []string, cells map[string]map[string]string) {
	t.Helper()
	b, err := os.ReadFile("../../../docs/spec/roles.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), "<!-- "+name+" -->\n")
	text, _, ok2 := strings.Cut(rest, "<!-- end -->")
	if !ok || !ok2 {
		t.Fatalf("there is no table %s", name)
	}
	var head []string
	cells = map[string]map[string]string{}
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		var words []string
		for w := range strings.SplitSeq(strings.Trim(line, "|"), "|") {
			words = append(words, strings.TrimSpace(w))
		}
		switch {
		case i == 0:
			head = words
		case i > 1:
			first := 1
			if head[1] == "from" {
				first = 2
			}
			row := strings.Join(words[:first], " from ")
			rows, cells[row] = append(rows, row), map[string]string{}
			for j := first; j < len(words); j++ {
				if !slices.Contains([]string{yes, own, later, never}, words[j]) {
					t.Errorf("%s, %s: %q is no word of a cell", row, head[j], words[j])
				}
				cells[row][head[j]] = words[j]
			}
		}
	}
	return rows, cells
}

// cast are the people of one office: who brings cases to where an act is tried, and one person for each role who has no other.
type cast struct {
	*year
	chen, lin, zhao, wu *member // triage, handler, approvers
	only                map[cases.Role]*member
}

func newCast(t *testing.T, dsn string) *cast {
	t.Helper()
	clock := apptest.NewClock(at(firstDay))
	y := &year{t: t, clock: clock, w: apptest.Start(t, apptest.Options{DSN: dsn, Clock: clock, Set: map[string]string{"desk.handouts": "1000000", "ledger.dummies": "1"}}),
		dice: dice(14), day: firstDay, people: map[id.Unit][]*member{}, away: absences{refused: map[string]int{}}, taken: map[cell]int{}, refused: map[string]int{}, shown: map[cases.ClockKind]int{}}
	unit := units[0]
	key := y.w.Key(t, string(unit))
	c := &cast{year: y, only: map[cases.Role]*member{}}
	for name, to := range map[string]**member{"chen": &c.chen, "lin": &c.lin, "zhao": &c.zhao, "wu": &c.wu} {
		*to = &member{Person: y.w.Session(t, name, string(unit)).Who, key: key}
	}
	var hired []apptest.Recruit
	for i, r := range cases.Roles() {
		hired = append(hired, apptest.Recruit{Member: fmt.Sprintf("only-%02d", i), Roles: []string{string(r)}})
	}
	for i, s := range y.w.HireAll(t, string(unit), hired...) {
		c.only[cases.Roles()[i]] = &member{Person: s.Who, key: key}
	}
	y.inside = y.sealInside()
	y.seen = y.auditEnd()
	return c
}

// report is a new case, with somebody in danger where danger is set.
func (c *cast) report(danger bool) *story {
	n := 1
	if danger {
		n = 0
	}
	s := &story{y: c.year, n: n, plan: "roles", unit: units[0], slow: 1}
	s.book = newBook(s)
	s.days = func(n int) bool {
		c.n += n
		c.day = firstDay.Add(c.n)
		c.clock.Move(at(c.day).Sub(c.clock.Now()))
		return true
	}
	c.stories = append(c.stories, s)
	s.arrive()
	return s
}

// play brings a case to where an act can be tried. h is who handles it once somebody does, p who proposes what waits.
type play struct {
	*cast
	*story
	h, p *member
}

func (p *play) with(m *member, kind cases.ActKind, more ...with) { p.do(m, kind, more...) }

func (p *play) acknowledged() { p.with(p.chen, cases.ActAcknowledge) }
func (p *play) triaged()      { p.acknowledged(); p.with(p.chen, cases.ActTriage) }
func (p *play) accepted() {
	p.triaged()
	p.with(p.chen, cases.ActAccept, func(w *casework.Work) { w.Act.Handler = p.h.Member })
}
func (p *play) inquired() { p.accepted(); p.with(p.h, cases.ActOpenInquiry) }
func (p *play) asked()    { p.triaged(); p.with(p.chen, cases.ActAsk) }
func (p *play) proposesDecline() {
	p.triaged()
	p.with(p.p, cases.ActProposeDecline, code(cases.D1))
}
func (p *play) declined()   { p.proposesDecline(); p.with(p.zhao, cases.ActApprove) }
func (p *play) concludes()  { p.inquired(); p.with(p.h, cases.ActProposeConclusion, code(cases.F3)) }
func (p *play) concluded()  { p.concludes(); p.with(p.zhao, cases.ActApprove) }
func (p *play) told()       { p.concluded(); p.with(p.h, cases.ActFeedback) }
func (p *play) suspended()  { p.inquired(); p.with(p.zhao, cases.ActSuspend) }
func (p *play) closes()     { p.told(); p.with(p.h, cases.ActProposeClosing) }
func (p *play) closed()     { p.closes(); p.with(p.zhao, cases.ActApprove) }
func (p *play) asksToPass() { p.triaged(); p.with(p.p, cases.ActProposeTransfer) }
func (p *play) waits()      { p.asksToPass(); p.waitFor(cases.ClockTransfer) }
func (p *play) passed()     { p.waits(); p.with(p.zhao, cases.ActApprove) }
func (p *play) sent()       { p.passed(); p.with(p.chen, cases.ActSendTransfer) }
func (p *play) received()   { p.sent(); p.with(p.chen, cases.ActConfirmTransfer) }
func (p *play) endsPassed() { p.received(); p.with(p.p, cases.ActProposeClosing) }

// twice asks for both levels of review: an approver let the decision stand.
func (p *play) twice() {
	p.ask()
	p.with(p.only[cases.Approver], cases.ActUphold)
	p.ask()
}

func (p *play) reopens() { p.closed(); p.with(p.chen, cases.ActProposeReopening) }

// linked ties the case to one that came before, which is brought further while the tie stands.
func (p *play) linked(further ...func(*play)) {
	before := &play{p.cast, p.cast.report(false), p.lin, p.chen}
	before.inquired()
	p.story = p.cast.report(false)
	p.triaged()
	p.parent = before.story
	p.with(p.chen, cases.ActLink, func(w *casework.Work) { w.Parent = before.c.Number })
	for _, f := range further {
		f(before)
	}
}

// outcome tells the earlier case's reporter.
func outcome(p *play) {
	p.with(p.h, cases.ActProposeConclusion, code(cases.F4))
	p.with(p.zhao, cases.ActApprove)
	p.with(p.h, cases.ActFeedback)
}

func (p *play) linkedTold() { p.linked(outcome); p.with(p.chen, cases.ActFeedback) }

// stage is where a row is tried, and what the act brings.
type stage struct {
	to     func(*play)
	more   []with
	danger bool
}

func to(f func(*play), more ...with) stage { return stage{to: f, more: more} }

// stages are for each row a way to it.
func stages() map[string]stage {
	handler := func(w *casework.Work) { w.Act.Handler = "lin" }
	other := func(w *casework.Work) { w.Act.Handler = "wu" }
	earlier := func(p *play) {
		before := &play{p.cast, p.cast.report(false), p.lin, p.chen}
		before.inquired()
		p.story = p.cast.report(false)
		p.triaged()
		p.parent = before.story
	}
	return map[string]stage{
		"receive":                                to(func(*play) {}),
		"acknowledge":                            to(func(*play) {}),
		"triage":                                 to((*play).acknowledged),
		"ask":                                    to((*play).triaged),
		"add needs_info":                         to((*play).asked),
		"lapse":                                  to(func(p *play) { p.asked(); p.waitFor(cases.ClockAnswer) }),
		"accept":                                 to((*play).triaged, handler),
		"open_inquiry":                           to((*play).accepted),
		"feedback concluded":                     to((*play).concluded),
		"add":                                    to((*play).inquired),
		"message":                                to((*play).inquired),
		"settle_danger":                          {to: (*play).acknowledged, danger: true},
		"assign":                                 to((*play).inquired, handler),
		"progress in_inquiry":                    to((*play).inquired),
		"invite":                                 to((*play).inquired),
		"hear":                                   to((*play).inquired, code(cases.H4)),
		"clear":                                  to((*play).told, code(cases.C2)),
		"extend":                                 to((*play).inquired),
		"propose_decline":                        to((*play).triaged, code(cases.D3)),
		"propose_conclusion":                     to((*play).inquired, code(cases.F4)),
		"propose_closing declined":               to((*play).declined),
		"propose_closing feedback_given":         to((*play).told),
		"propose_reopening":                      to((*play).closed),
		"approve (proposed_decline)":             to((*play).proposesDecline),
		"approve (proposed_conclusion)":          to((*play).concludes),
		"approve (proposed_closing)":             to((*play).closes),
		"approve (proposed_reopening)":           to((*play).reopens),
		"refuse":                                 to((*play).proposesDecline),
		"withdraw":                               to((*play).proposesDecline),
		"withdraw, handler":                      to((*play).concludes),
		"request_review":                         to((*play).told),
		"uphold (declined)":                      to(func(p *play) { p.declined(); p.ask() }),
		"uphold (concluded)":                     to(func(p *play) { p.told(); p.ask() }),
		"uphold (feedback_given)":                to(func(p *play) { p.linkedTold(); p.ask() }),
		"send_back (declined)":                   to(func(p *play) { p.declined(); p.ask() }),
		"send_back (concluded)":                  to(func(p *play) { p.told(); p.ask() }),
		"send_back (feedback_given)":             to(func(p *play) { p.linkedTold(); p.ask() }),
		"uphold (declined), inspector":           to(func(p *play) { p.declined(); p.twice() }),
		"uphold (concluded), inspector":          to(func(p *play) { p.told(); p.twice() }),
		"uphold (feedback_given), inspector":     to(func(p *play) { p.linkedTold(); p.twice() }),
		"send_back (declined), inspector":        to(func(p *play) { p.declined(); p.twice() }),
		"send_back (concluded), inspector":       to(func(p *play) { p.told(); p.twice() }),
		"send_back (feedback_given), inspector":  to(func(p *play) { p.linkedTold(); p.twice() }),
		"suspend":                                to((*play).inquired),
		"look":                                   to((*play).suspended),
		"resume":                                 to((*play).suspended),
		"link":                                   to(earlier, func(w *casework.Work) {}),
		"progress linked":                        to(func(p *play) { p.linked() }),
		"feedback linked":                        to(func(p *play) { p.linked(outcome) }),
		"hand_over":                              to((*play).inquired, handler),
		"step_aside":                             to((*play).inquired),
		"set_aside":                              to((*play).inquired, other),
		"readmit":                                to(func(p *play) { p.inquired(); p.with(p.wu, cases.ActStepAside) }, other),
		"unlink":                                 to(func(p *play) { p.linked() }),
		"propose_transfer":                       to((*play).triaged),
		"object (proposed_transfer)":             to((*play).asksToPass),
		"approve (proposed_transfer)":            to((*play).waits),
		"send_transfer":                          to((*play).passed),
		"confirm_transfer":                       to((*play).sent),
		"return_transfer":                        to((*play).sent),
		"call_off_transfer":                      to((*play).passed),
		"propose_closing transferred":            to((*play).received),
		"approve (proposed_closing) transferred": to((*play).endsPassed),
	}
}

// stageOf finds the stage of a row: by its act, or by act and first state where an act has several rows.
func stageOf(t cases.Transition, role cases.Role) (stage, bool) {
	act, from, _ := strings.Cut(name(t), " from ")
	first, _, _ := strings.Cut(from, " ")
	all := stages()
	for _, key := range []string{act + ", " + string(role), act + " " + first, act} {
		if s, ok := all[key]; ok {
			return s, true
		}
	}
	return stage{}, false
}

// rowName is a row as docs/spec/roles.md has it.
func rowName(t cases.Transition) string {
	act, _, _ := strings.Cut(name(t), " from ")
	return act
}

// TestEveryCell tries every act with every role, through the use cases: who may do it does it, everybody else is refused, and nothing
// but the refusal is left.
func TestEveryCell(t *testing.T) {
	t.Parallel()
	rows, cells := table(t, "acts")
	if n := len(cases.Transitions()); len(rows) != n {
		t.Fatalf("docs/spec/roles.md has %d acts, and the machine %d", len(rows), n)
	}
	columns := append(slices.Clone(cases.Roles()), cases.Reporter, cases.System)
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		c := newCast(t, fresh(t))
		done, refused := 0, 0
		for i, row := range cases.Transitions() {
			act, _, _ := strings.Cut(rows[i], " from ")
			if act != rowName(row) {
				t.Fatalf("row %d of docs/spec/roles.md is %s, and the machine's %s", i+1, rows[i], name(row))
			}
			if len(cells[rows[i]]) != len(columns) {
				t.Fatalf("%s has %d cells, want %d", rows[i], len(cells[rows[i]]), len(columns))
			}
			var tried *play // the case on which everybody is refused
			for _, role := range columns {
				switch cell := cells[rows[i]][string(role)]; cell {
				case yes, own:
					c.may(row, role)
					done++
					if cell == own {
						c.mayNot(row, role, c.bring(row, role, c.lin, c.chen), later)
						refused++
					}
				default:
					if tried == nil {
						tried = c.bring(row, "", c.lin, c.chen)
					}
					c.mayNot(row, role, tried, cell)
					refused++
				}
			}
		}
		t.Logf("%d cells let through, %d refused", done, refused)
	})
}

// bring plays a new case to where the row can be tried.
func (c *cast) bring(row cases.Transition, role cases.Role, h, proposer *member) *play {
	c.t.Helper()
	st, ok := stageOf(row, role)
	if !ok {
		c.t.Fatalf("no stage for the row %s", name(row))
	}
	p := &play{c, c.report(st.danger), h, proposer}
	st.to(p)
	return p
}

// may lets a person with this role alone do it.
func (c *cast) may(row cases.Transition, role cases.Role) {
	c.t.Helper()
	me := c.only[role]
	h, proposer := c.lin, c.chen
	if role == cases.Handler {
		h = me
	}
	if row.Act == cases.ActWithdraw && role == cases.Triage {
		proposer = me
	}
	p := c.bring(row, role, h, proposer)
	st, _ := stageOf(row, role)
	switch {
	case role == cases.System: // the report came
		if p.c.State != cases.Received {
			c.t.Errorf("a report that came is %s", p.c.State)
		}
	case role == cases.Reporter && row.Act == cases.ActRequestReview:
		p.ask()
	case role == cases.Reporter && row.Act == cases.ActObject:
		p.object()
	case role == cases.Reporter:
		p.write("还有一句。")
	case role == cases.Inspector && row.Act == cases.ActLook:
		p.look()
	case role == cases.Inspector:
		p.inspects(row.Act)
	default:
		p.with(me, row.Act, c.brings(p, row, st)...)
	}
}

// brings adds what depends on the case.
func (c *cast) brings(p *play, row cases.Transition, st stage) []with {
	if row.Act != cases.ActLink {
		return st.more
	}
	return []with{func(w *casework.Work) { w.Parent = p.parent.c.Number }}
}

// mayNot lets a person with this role alone try it. later: the rules would let them.
func (c *cast) mayNot(row cases.Transition, role cases.Role, p *play, cell string) {
	c.t.Helper()
	st, _ := stageOf(row, role)
	if role == cases.Reporter || role == cases.System {
		e := p.verdictOf(cases.Actor{Roles: []cases.Role{role}}, p.work(c.chen, row.Act, c.brings(p, row, st)...))
		if denied := e != nil && e.Kind == errs.Denied; denied != (cell == never) && row.From != nil {
			c.t.Errorf("%s: the rules tell the %s %v, and the table says %q", name(row), role, e, cell)
		}
		return
	}
	me := c.only[role]
	w := p.work(me, row.Act, c.brings(p, row, st)...)
	e := p.verdict(me, w)
	if role == cases.Inspector { // who is of no unit, whatever a roster says
		if len(me.Roles) > 0 {
			c.t.Errorf("a roster makes somebody %v of a unit", me.Roles)
		}
		e = p.verdictOf(cases.Actor{Member: me.Member, Roles: []cases.Role{role}}, w)
	}
	if cell == never && row.From != nil && (e == nil || e.Kind != errs.Denied) {
		c.t.Errorf("%s: the rules tell %s %v", name(row), role, e)
	}
	opens := me.Has(cases.Triage, cases.Approver) || me.Has(cases.Handler) && cases.AssignedTo(p.events) == me.Member
	switch {
	case !opens:
		p.refused(try{me, w, errs.Denied, "casework.not_assigned"})
	case e == nil:
		c.t.Errorf("%s: nothing refuses %s", name(row), role)
	default:
		p.refused(try{me, w, e.Kind, e.Key})
	}
}

// TestEveryLook is the same for what members see of cases.
func TestEveryLook(t *testing.T) {
	t.Parallel()
	_, cells := table(t, "desk")
	complete(t, "desk", cells, &casework.Service{}, (*casework.Person)(nil), "Do")
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		c := newCast(t, fresh(t))
		p := &play{c, c.report(false), c.only[cases.Handler], c.chen}
		p.inquired()
		theirs := &play{c, c.report(false), c.lin, c.chen}
		theirs.inquired()
		var sample oversight.Sample
		look := func(who *casework.Person, use, number string) error {
			w, ctx := c.w.Casework, t.Context()
			var err error
			switch use {
			case "List":
				_, _, _, err = w.List(ctx, who, casework.Filter{}, store.Cursor{}, 10)
			case "Page":
				_, _, _, err = w.Page(ctx, who, casework.Filter{}, "", 10)
			case "Board":
				_, err = w.Board(ctx, who)
			case "Days":
				_, err = w.Days(ctx, who, c.day, 7)
			case "Handlers":
				_, err = w.Handlers(ctx, who)
			case "Counts":
				_, err = w.Counts(ctx, who)
			case "Known":
				var found []string
				if found, err = w.Known(ctx, who, []string{number}); err == nil && len(found) == 0 {
					err = errs.New(errs.Denied, "none", nil)
				}
			case "Listen":
				ear, lerr := w.Listen(ctx, who)
				if err = lerr; err == nil {
					w.Close(ear)
				}
			case "Open":
				_, err = w.Open(ctx, who, number)
			case "Blob":
				_, _, err = w.Blob(ctx, who, number, id.NewBlob())
			case "Titles":
				_, err = w.Titles(ctx, who, []string{number})
			case "Texts":
				_, _, _, err = w.Texts(ctx, who, "")
			case "Letter":
				_, err = w.Letter(ctx, who, number, casework.LetterAsk{Template: "progress"})
			case "Person":
				_, err = w.Person(ctx, who, number, false)
			case "Upload":
				_, err = w.Upload(ctx, who, number, strings.NewReader("not sealed"))
			case "Write":
				err = w.Write(ctx, who, number, casework.Document{})
			case "Reseal":
				err = w.Reseal(ctx, who, number, "age1pq1other", nil)
			case "AnswerSample":
				if sample.Key == 0 {
					return errs.New(errs.Denied, "no sample", nil)
				}
				err = w.AnswerSample(ctx, who, sample.Key, nil, false)
			case "Waiting":
				_, _, _, err = w.Waiting(ctx, who, "")
			case "Reports":
				_, err = w.Reports(ctx, who, []string{number})
			case "Sketches":
				_, err = w.Sketches(ctx, who)
			case "KeepSketches":
				_, err = w.KeepSketches(ctx, who, 0, workday.Day{}, c.inside)
			case "Share":
				err = w.Share(ctx, who, number, "unit-2", nil)
			case "Unshare":
				err = w.Unshare(ctx, who, number, "unit-2")
			case "OfferLead":
				err = w.OfferLead(ctx, who, number, "unit-2")
			case "TakeLead":
				err = w.TakeLead(ctx, who, number)
			case "KeepLead":
				err = w.KeepLead(ctx, who, number, "unit-2")
			case "PassLead":
				err = w.PassLead(ctx, who, casework.HandOver{Number: number, Unit: "unit-2"})
			case "Shared":
				_, _, err = w.Shared(ctx, who, 0)
			case "OpenShared":
				_, err = w.OpenShared(ctx, who, number)
			case "NoteShared":
				err = w.NoteShared(ctx, who, number, casework.Document{Kind: seal.KindNote})
			case "OpenEntry":
				_, err = w.OpenEntry(ctx, who, id.NewCase(), cases.ViaWeb)
			case "KeepDraft":
				err = w.KeepDraft(ctx, who, casework.Draft{})
			case "Entries":
				_, err = w.Entries(ctx, who)
			case "HandIn":
				_, err = w.HandIn(ctx, who, casework.Taken{})
			case "DropEntry":
				err = w.DropEntry(ctx, who, id.NewCase(), "")
			case "CountCall":
				err = w.CountCall(ctx, who, "")
			default:
				_, err = w.Load(ctx, who)
			}
			return err
		}
		for _, on := range []*play{p, theirs} {
			var err error
			if sample, err = c.w.Oversight.Ask(t.Context(), oversight.Who{Account: "inspector", Role: staff.Inspector}, on.c.Number); err != nil {
				t.Fatal(err)
			}
			for use, row := range cells {
				for _, role := range cases.Roles() {
					lists := slices.Contains([]string{"List", "Page", "Board", "Days", "Counts", "Listen", "Titles", "Texts"}, use)
					want := row[string(role)] == yes || row[string(role)] == own && (on == p || lists)
					err := look(c.only[role].Person, use, on.c.Number)
					if got := !errs.Is(err, errs.Denied); got != want {
						t.Errorf("%s by %s, on a case of %s: %v", use, role, on.h.Member, err)
					}
				}
			}
		}
		c.theirs(t, p, theirs)
	})
}

// theirs: a handler's lists hold no case of another handler.
func (c *cast) theirs(t *testing.T, mine, others *play) {
	t.Helper()
	me := c.only[cases.Handler].Person
	rows, _, _, err := c.w.Casework.List(t.Context(), me, casework.Filter{}, store.Cursor{}, 50)
	if err != nil || len(rows) != 1 || rows[0].Case.Number != mine.c.Number {
		t.Errorf("the handler's list has %d cases: %v", len(rows), err)
	}
	found, err := c.w.Casework.Titles(t.Context(), me, []string{others.c.Number})
	if err != nil || len(found) != 0 {
		t.Errorf("titles of another's case: %v, %v", found, err)
	}
}

// complete fails unless the rows are the exported methods of a service that are told who asks.
func complete(t *testing.T, name string, cells map[string]map[string]string, service, who any, but ...string) {
	t.Helper()
	st, person := reflect.TypeOf(service), reflect.TypeOf(who)
	for i := range st.NumMethod() {
		m := st.Method(i)
		if m.Type.NumIn() < 3 || m.Type.In(2) != person || slices.Contains(but, m.Name) {
			continue
		}
		if cells[m.Name] == nil {
			t.Errorf("%s: %s stands in no row of docs/spec/roles.md", name, m.Name)
		}
		but = append(but, m.Name)
	}
	for row := range cells {
		if !slices.Contains(but, row) {
			t.Errorf("%s: there is no use case %s", name, row)
		}
	}
}

// TestEveryDoor calls each use case of the inspector's door and of keys, functions and people with each role of an account: whoever may
// not is refused for the role, before anything else is looked at, and nobody else is.
func TestEveryDoor(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Clock: apptest.NewClock(time.Date(2026, 3, 9, 2, 0, 0, 0, time.UTC))})
	for name, at := range map[string]struct {
		service any
		who     func(staff.Role) any
		key     string
	}{
		"oversight": {w.Oversight, func(r staff.Role) any { return oversight.Who{Account: "somebody", Role: r} }, "oversight.role"},
		"setup":     {w.Setup, func(r staff.Role) any { return setup.Who{Account: "somebody", Role: setup.Role(r)} }, "setup.role"},
	} {
		_, cells := table(t, name)
		complete(t, name, cells, at.service, at.who(staff.Inspector))
		for use, row := range cells {
			m := reflect.ValueOf(at.service).MethodByName(use)
			if !m.IsValid() {
				continue
			}
			for role, cell := range row {
				in := []reflect.Value{reflect.ValueOf(t.Context()), reflect.ValueOf(at.who(staff.Role(role)))}
				for i := 2; i < m.Type().NumIn(); i++ {
					in = append(in, reflect.Zero(m.Type().In(i)))
				}
				out := m.Call(in)
				err, _ := out[len(out)-1].Interface().(error)
				e, _ := errs.Public(err)
				if refused := e != nil && e.Key == at.key && e.Kind == errs.Denied; refused != (cell == never) {
					t.Errorf("%s.%s by %s: %v, and the table says %q", name, use, role, err, cell)
				}
			}
		}
	}
}
