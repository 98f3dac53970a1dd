package year_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/packs"
	"clarion.example/clarion/seal"
)

// fourth reads along in the end, so that a fifth office is one too many.
const fourth = id.Unit("unit-4")

// packWithFive is the shipped pack with one more office: the others are as many as can read a case together.
func packWithFive(t *testing.T) string {
	t.Helper()
	src, _ := packs.FS(packs.NationalSecurity)
	dir := filepath.Join(t.TempDir(), packs.NationalSecurity)
	if err := os.CopyFS(dir, src); err != nil {
		t.Fatal(err)
	}
	b, err := fs.ReadFile(src, "pack.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const end = "\n# \"Rather not say\" is always offered"
	before, after, ok := strings.Cut(string(b), end)
	if !ok {
		t.Fatal("the offices of the pack do not end where they did")
	}
	office := "  - id: unit-4\n    name:\n      zh-Hans: 四处\n      en: Unit 4\n    parent: centre\n    kind: city\n    intake: true\n" +
		"    address:\n      zh-Hans: 明河市样本街22号，四处\n      en: Unit 4, 22 Sample Street, Minghe\n"
	if err := os.WriteFile(filepath.Join(dir, "pack.yaml"), []byte(before+office+end+after), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// offices lets other offices come, write, go, and take the case over, now and then and one step a time.
func (s *story) offices() {
	y := s.y
	if !y.w.Machine.Calendar.IsWorkday(y.day) || s.passingAsked() { // the reporter's days to object are few
		return
	}
	joined := s.was.joined
	shut := s.c.State == cases.Closed
	eager := s.n%5 == 1 && s.handed < 2 && s.passable() == nil // it was never theirs
	if len(joined) == 0 || shut {
		if eager || y.dice.roll(9) == 0 {
			s.triesToShare()
			if !shut {
				s.share(s.who(cases.Approver, anybody), s.newReader())
			}
		}
		return
	}
	s.triesToLead()
	switch full := len(joined) >= casework.MostJoined; {
	case s.n%9 == 5 && !full && s.handed == 0: // everybody reads along
		s.share(s.who(cases.Approver, anybody), s.newReader())
	case full && y.dice.roll(4) == 0:
		s.triesToShare()
	}
	asked := slices.ContainsFunc(joined, func(u store.CaseUnit) bool { return u.Lead != "" })
	for _, u := range joined {
		switch {
		case u.Lead == "" && asked: // it is another one's turn
		case u.Lead == "" && eager && s.staffed(u.Unit):
			s.offer(u.Unit)
			return
		case u.Lead == "" && y.dice.roll(3) == 0:
			s.together(u.Unit)
			return
		case u.Lead == store.LeadOffered:
			s.answers(u.Unit)
			return
		case u.Lead == store.LeadTaken:
			s.takesOver(u.Unit)
			return
		}
	}
}

// together is what happens with an office that reads.
func (s *story) together(unit id.Unit) {
	y := s.y
	sides := []id.Unit{s.unit}
	if s.staffed(unit) {
		sides = append(sides, unit)
	}
	switch y.dice.roll(7) {
	case 0:
		if !s.staffed(unit) {
			return
		}
		there := s.whoOf(unit, oneOf(&y.dice, cases.Triage, cases.Approver), anybody)
		s.readsAlong(there)
		s.notesAlong(there)
	case 1:
		if other := s.newReader(); other != "" {
			s.triesToShare()
			s.share(s.who(cases.Approver, anybody), other)
		}
	case 2: // either side ends it
		by := s.whoOf(oneOf(&y.dice, sides...), cases.Approver, anybody)
		s.between(by, "unshare", func() error { return y.w.Casework.Unshare(y.ctx(), by.Person, s.c.Number, unit) }, cases.EventOfficeLeft)
		y.joint.ended++
		again := func() error { return y.w.Casework.Unshare(y.ctx(), by.Person, s.c.Number, unit) }
		if by.Unit != s.unit {
			s.notFound(by, "unshare", again)
			return
		}
		s.notBetween(by, "unshare", errs.NotFound, "casework.no_office", again)
	default:
		if s.staffed(unit) && s.passable() == nil {
			s.offer(unit)
		}
	}
}

// offer asks an office that reads to take the case over.
func (s *story) offer(unit id.Unit) {
	y := s.y
	by := s.who(cases.Approver, anybody)
	s.between(by, "lead_offered", func() error { return y.w.Casework.OfferLead(y.ctx(), by.Person, s.c.Number, unit) }, cases.EventLeadOffered)
}

// readsAlong: an office reads exactly what it was given, and what it wrote.
func (s *story) readsAlong(by *member) {
	y := s.y
	y.t.Helper()
	var f *casework.SharedFile
	s.between(by, "open_shared", func() (err error) {
		f, err = y.w.Casework.OpenShared(y.ctx(), by.Person, s.c.Number)
		return err
	})
	i := slices.IndexFunc(s.was.joined, func(u store.CaseUnit) bool { return u.Unit == by.Unit })
	own := 0
	for _, d := range f.Docs {
		if !d.Given {
			own++
		} else if _, err := seal.FileKeyOf(d.Body, by.key.Age); err != nil {
			y.t.Errorf("case %d: %s cannot open what it was given: %v", s.n, by.Unit, err)
		}
	}
	if int64(len(f.Docs)-own) != s.was.joined[i].Docs || f.Case.State != s.c.State || f.Lead != s.was.joined[i].Lead {
		y.t.Errorf("case %d: %s reads %d documents, %d of its own, of %+v", s.n, by.Unit, len(f.Docs), own, s.was.joined[i])
	}
	if open := y.w.Machine.Clocks(s.events, y.day); len(open) != len(f.Clocks) {
		y.t.Errorf("case %d: %d clocks for the office that reads, and %d for the case's own", s.n, len(f.Clocks), len(open))
	}
}

// notesAlong: an office that reads writes a note for both.
func (s *story) notesAlong(by *member) {
	y := s.y
	y.t.Helper()
	note := s.jointNote(by, s.unit)
	write := func(by *member, d casework.Document) func() error {
		return func() error { return y.w.Casework.NoteShared(y.ctx(), by.Person, s.c.Number, d) }
	}
	wrong := note
	wrong.Kind = seal.KindTitle
	s.notBetween(by, "note", errs.Invalid, "casework.not_a_note", write(by, wrong))
	alone := note
	alone.Sealed = y.inside
	s.notBetween(by, "note", errs.Invalid, "casework.not_sealed", write(by, alone))
	own := s.who(cases.Triage, anybody)
	s.notBetween(own, "note", errs.NotFound, "casework.no_case", write(own, note))
	s.between(by, "note", write(by, note))
	y.joint.notes++
}

// answers: an approver of the office that was asked says yes or no, or one of the case's own takes the question back.
func (s *story) answers(unit id.Unit) {
	y := s.y
	keep := func(of id.Unit) {
		by := s.whoOf(of, cases.Approver, anybody)
		s.between(by, "lead_kept", func() error { return y.w.Casework.KeepLead(y.ctx(), by.Person, s.c.Number, unit) }, cases.EventLeadKept)
		y.joint.kept++
		s.notBetween(by, "lead_kept", errs.Conflict, "casework.lead_not_asked", func() error { return y.w.Casework.KeepLead(y.ctx(), by.Person, s.c.Number, unit) })
	}
	asker := cases.LeadAskedBy(s.events)
	take := func(by *member) func() error {
		return func() error { return y.w.Casework.TakeLead(y.ctx(), by.Person, s.c.Number) }
	}
	if self := s.inOffice(unit, asker); self != nil && self.Has(cases.Approver) && s.passable() == nil {
		s.notBetween(self, "lead_taken", errs.Denied, "casework.lead_own", take(self))
	}
	if s.refusedRarely("casework.lead_not_taken") {
		by := s.who(cases.Approver, anybody)
		over := s.overTo(by, unit)
		s.notBetween(by, "lead_passed", errs.Conflict, "casework.lead_not_taken", func() error { return y.w.Casework.PassLead(y.ctx(), by.Person, over) })
	}
	switch y.dice.roll(6) {
	case 0:
		keep(unit)
	case 1:
		keep(s.unit)
	default:
		if e := s.passable(); e != nil {
			by := s.whoOf(unit, cases.Approver, func(m id.Member) bool { return m != asker })
			s.notBetween(by, "lead_taken", e.Kind, e.Key, take(by))
			return
		}
		by := s.whoOf(unit, cases.Approver, func(m id.Member) bool { return m != asker })
		s.between(by, "lead_taken", take(by), cases.EventLeadTaken)
	}
}

// takesOver: the case becomes the office's that has said yes, with a last letter and everything that was written with the reporter.
func (s *story) takesOver(unit id.Unit) {
	y := s.y
	by := s.who(cases.Approver, anybody)
	pass := func(h casework.HandOver) func() error {
		return func() error { return y.w.Casework.PassLead(y.ctx(), by.Person, h) }
	}
	over := s.overTo(by, unit)
	if e := s.passable(); e != nil {
		s.notBetween(by, "lead_passed", e.Kind, e.Key, pass(over))
		return
	}
	triage := s.who(cases.Triage, func(m id.Member) bool { return !s.byID(m).Has(cases.Approver) })
	s.notBetween(triage, "lead_passed", errs.Denied, "casework.role", func() error { return y.w.Casework.PassLead(y.ctx(), triage.Person, over) })
	late := over
	late.Seen--
	s.notBetween(by, "lead_passed", errs.Conflict, "cases.moved_on", pass(late))
	untold := over
	untold.Letter = s.seal(by, &seal.Decision{Outcome: string(cases.Accepted), Reasons: "符合标准。"}, nil)
	s.notBetween(by, "lead_passed", errs.Invalid, "casework.reporter_not_told", pass(untold))
	half := over
	if i := slices.IndexFunc(half.Headers, func(h casework.Header) bool { return s.chainOf(h.Doc) != cases.Inside && !s.given(unit, h.Doc) }); i >= 0 {
		half.Headers = slices.Delete(slices.Clone(half.Headers), i, i+1)
		s.notBetween(by, "lead_passed", errs.Conflict, "casework.lead_missing", pass(half))
	}
	s.between(by, "lead_passed", pass(over), cases.EventLeadPassed)
	s.told++
	s.unit = unit
	y.joint.passed++
	if s.handed++; s.handed > 1 {
		y.joint.again++
	}
	if len(s.was.joined) > 0 || cases.AssignedTo(s.events) != "" || s.c.Unit != unit {
		y.t.Errorf("case %d was handed over: %+v, %+v", s.n, s.c, s.was.joined)
	}
	_, err := y.w.Casework.Open(y.ctx(), by.Person, s.c.Number)
	before := s.shot(true)
	if e, ok := errs.Public(err); !ok || e.Key != "casework.no_case" {
		y.t.Errorf("case %d: the office that had it opens it: %v", s.n, err)
	}
	y.wrote(before.audit, line{"open", by.Member, id.Case{}, store.Refused, "casework.no_case"})
	s.sameDates()
}

// overTo is the case on its way: every letter, and every other document of those inside.
func (s *story) overTo(by *member, unit id.Unit) casework.HandOver {
	letter := s.seal(by, &seal.Reply{Text: "从现在起，另一个机关办理。", Template: "moved", Next: &seal.Next{Unit: string(unit)}}, nil)
	out := casework.HandOver{Number: s.c.Number, Unit: unit, Seen: s.c.Version, Letter: letter}
	for chain, docs := range s.was.docs {
		for i, d := range docs {
			if d.Unit != unit && (chain != cases.Inside || i%2 == 0) {
				out.Headers = append(out.Headers, s.header(unit, d))
			}
		}
	}
	out.Headers = append(out.Headers, casework.Header{Doc: letter.ID, Header: s.y.header(unit, letter.Sealed)})
	return out
}

// share lets an office read the report, what passed the case on, and some of the rest.
func (s *story) share(by *member, unit id.Unit) {
	y := s.y
	if unit == "" {
		return
	}
	give := []casework.Header{s.header(unit, s.was.docs[cases.FromReporter][0])}
	letters := s.was.docs[cases.FromUnit]
	for _, letter := range cases.Handovers(s.events) {
		give = append(give, s.header(unit, letters[slices.IndexFunc(letters, func(d store.Doc) bool { return d.ID == letter })]))
	}
	if n := len(letters); n > 0 && y.dice.roll(2) == 0 {
		give = append(give, s.header(unit, letters[n-1]))
	}
	s.between(by, "share", func() error { return y.w.Casework.Share(y.ctx(), by.Person, s.c.Number, unit, give) }, cases.EventOfficeJoined)
	y.joint.shared++
}

// triesToShare are the ways in which an office is not let in.
func (s *story) triesToShare() {
	y := s.y
	boss := s.who(cases.Approver, anybody)
	report := s.was.docs[cases.FromReporter][0]
	try := func(by *member, unit id.Unit, kind errs.Kind, key string, give ...casework.Header) {
		s.notBetween(by, "share", kind, key, func() error { return y.w.Casework.Share(y.ctx(), by.Person, s.c.Number, unit, give) })
	}
	next := s.newReader()
	if s.avoided != "" {
		try(boss, s.avoided, errs.Denied, "casework.office_avoided", s.header(s.avoided, report))
	}
	switch {
	case s.c.State == cases.Closed:
		if to := s.anyOther(); to != "" {
			try(boss, to, errs.Conflict, "cases.not_from_here", s.header(to, report))
		}
		return
	case len(s.was.joined) >= casework.MostJoined:
		if to := s.anyOther(); to != "" {
			try(boss, to, errs.Conflict, "casework.offices_full", s.header(to, report))
		}
		return
	case next == "":
		return
	}
	try(boss, s.unit, errs.Invalid, "casework.no_office", s.header(s.unit, report))
	try(boss, next, errs.Invalid, "casework.nothing_chosen")
	try(boss, next, errs.Invalid, "casework.not_sealed", casework.Header{Doc: report.ID, Header: []byte("age-encryption.org/v1\n")})
	clerk := s.who(cases.Triage, func(m id.Member) bool { return !s.byID(m).Has(cases.Approver) })
	try(clerk, next, errs.Denied, "casework.role", s.header(next, report))
	if own := s.was.docs[cases.FromReporter]; len(own) > 1 && own[1].Unit == s.unit {
		try(boss, next, errs.Invalid, "casework.report_first", s.header(next, own[1]))
	}
	if h := cases.Handovers(s.events); len(h) > 0 && report.Unit != s.unit && report.Unit != next {
		try(boss, next, errs.Invalid, "casework.handover_first", s.header(next, report))
	}
	if s.staffed(next) {
		there := s.whoOf(next, cases.Triage, anybody)
		s.notFound(there, "open_shared", func() error { _, err := y.w.Casework.OpenShared(y.ctx(), there.Person, s.c.Number); return err })
	}
}

// triesToLead are the ways in which an office is not asked, and does not answer.
func (s *story) triesToLead() {
	y := s.y
	for _, u := range s.was.joined {
		if !s.staffed(u.Unit) {
			continue
		}
		boss, there := s.who(cases.Approver, anybody), s.whoOf(u.Unit, cases.Approver, anybody)
		offer := func(by *member, unit id.Unit) func() error {
			return func() error { return y.w.Casework.OfferLead(y.ctx(), by.Person, s.c.Number, unit) }
		}
		clerk := s.who(cases.Triage, func(m id.Member) bool { return !s.byID(m).Has(cases.Approver) })
		s.notBetween(clerk, "lead_offered", errs.Denied, "casework.role", offer(clerk, u.Unit))
		s.notBetween(there, "lead_offered", errs.NotFound, "casework.no_case", offer(there, u.Unit))
		if to := s.anyOther(); to != "" {
			s.notBetween(boss, "lead_offered", errs.NotFound, "casework.no_office", offer(boss, to))
		}
		if u.Lead == "" {
			s.notBetween(there, "lead_taken", errs.Conflict, "casework.lead_not_asked", func() error { return y.w.Casework.TakeLead(y.ctx(), there.Person, s.c.Number) })
		}
		if e := s.passable(); e != nil {
			s.notBetween(boss, "lead_offered", e.Kind, e.Key, offer(boss, u.Unit))
		} else if u.Lead != "" {
			s.notBetween(boss, "lead_offered", errs.Conflict, "casework.lead_asked", offer(boss, u.Unit))
		}
		if aside := s.asideIn(u.Unit); aside != nil {
			s.notBetween(aside, "open_shared", errs.Denied, "casework.aside", func() error { _, err := y.w.Casework.OpenShared(y.ctx(), aside.Person, s.c.Number); return err })
		}
		return
	}
}

// passable is why the case cannot become another office's today, as somebody with the case before them would say it.
func (s *story) passable() *errs.Error {
	if err := cases.Passable(s.c, s.events); err != nil {
		e, _ := errs.Public(err)
		return e
	}
	var children []cases.Case
	err := s.y.w.Store.Read(s.y.ctx(), func(tx *store.Tx) (err error) {
		children, err = tx.ChildrenOf(s.key)
		return err
	})
	if err != nil {
		s.y.t.Fatal(err)
	}
	if len(children) > 0 {
		return errs.New(errs.Conflict, "casework.lead_linked", nil)
	}
	if s.was.samples > 0 {
		return errs.New(errs.Conflict, "casework.lead_sample", nil)
	}
	return nil
}

// between does what is no act of the table: it leaves these events and nothing else, in the state where the case was.
func (s *story) between(by *member, act string, do func() error, kinds ...cases.EventKind) {
	y := s.y
	y.t.Helper()
	y.clock.Move(time.Minute)
	if err := do(); err != nil {
		y.t.Fatalf("case %d (%s) in %s on %s: %s by %s of %s: %v", s.n, s.plan, s.c.State, y.day, act, by.Member, by.Unit, err)
	}
	now := s.shot(false)
	y.wrote(now.audit, line{act: act, who: by.Member, c: s.c.ID, outcome: store.Allowed})
	old := s.events
	if len(now.events) != len(old)+len(kinds) || !slices.Equal(now.events[:len(old)], old) || now.c.State != s.c.State || now.c.Version != int64(len(now.events)) {
		y.t.Fatalf("case %d: %s left %+v in %s", s.n, act, now.events[min(len(old), len(now.events)):], now.c.State)
	}
	for i, kind := range kinds {
		if e := now.events[len(old)+i]; e.Kind != kind || e.Member != by.Member {
			y.t.Fatalf("case %d: %s left %+v", s.n, act, e)
		}
	}
	s.c, s.events, s.was = now.c, now.events, now
	y.acts++
}

// notBetween is refused, unless that was seen often enough.
func (s *story) notBetween(by *member, act string, kind errs.Kind, key string, do func() error) {
	s.y.t.Helper()
	if s.refusedRarely(key) {
		before := s.shot(true)
		s.wasRefused(before, do(), kind, key, line{act, by.Member, s.c.ID, store.Refused, key})
	}
}

// notFound is refused as if there were no such case.
func (s *story) notFound(by *member, act string, do func() error) {
	s.y.t.Helper()
	before := s.shot(true)
	s.wasRefused(before, do(), errs.NotFound, "casework.no_case", line{act, by.Member, id.Case{}, store.Refused, "casework.no_case"})
}

func (s *story) refusedRarely(key string) bool { return s.y.refused[key] < 3*often }

// jointNote is a note of an office that reads, sealed to it and to the case's own.
func (s *story) jointNote(by *member, other id.Unit) casework.Document {
	y := s.y
	y.t.Helper()
	raw, err := seal.EncodeBody(&seal.Note{Text: "我们去年也查过。"})
	if err != nil {
		y.t.Fatal(err)
	}
	out := casework.Document{ID: id.NewDoc(), Chain: cases.Inside, Kind: seal.KindNote, Seq: 1}
	d := seal.Document{Instance: y.w.Dir.Instance, Kind: seal.KindNote, Case: s.c.ID.String(), Chain: seal.ChainInside, ID: out.ID.String(), Unit: string(by.Unit), Day: y.day.String(),
		Author: seal.Author{Role: seal.RoleMember, ID: string(by.Member)}, Body: raw}
	if have := s.was.docs[cases.Inside]; len(have) > 0 {
		last := have[len(have)-1]
		out.Seq, out.Prev, d.Prev = last.Seq+1, last.Hash, hexOf(last.Hash)
	}
	d.Seq = out.Seq
	to := []seal.Recipient{by.key.Age.Recipient(), y.keys[other].Age.Recipient()}
	if out.Sealed, err = seal.SealDocument(d, seal.KindNote.Floor(), to, seal.Signer{Role: seal.RoleMember, Key: by.key.Sign}); err != nil {
		y.t.Fatal(err)
	}
	return out
}

// header is the file key of a kept document, sealed once more for an office.
func (s *story) header(unit id.Unit, d store.Doc) casework.Header {
	y := s.y
	y.t.Helper()
	var body []byte
	err := y.w.Store.Read(y.ctx(), func(tx *store.Tx) (err error) {
		body, err = tx.DocBody(d.Key)
		return err
	})
	if err != nil {
		y.t.Fatal(err)
	}
	return casework.Header{Doc: d.ID, Header: y.header(unit, body)}
}

func (y *year) header(unit id.Unit, sealed []byte) []byte {
	y.t.Helper()
	var all []*seal.Identity
	for _, k := range y.keys {
		all = append(all, k.Age)
	}
	k, err := seal.FileKeyOf(sealed, all...)
	if err != nil {
		y.t.Fatal(err)
	}
	h, err := seal.NewHeader(k, y.keys[unit].Age.Recipient())
	if err != nil {
		y.t.Fatal(err)
	}
	return h
}

// newReader is an office that could read the case and does not, "" for none.
func (s *story) newReader() id.Unit {
	if len(s.was.joined) >= casework.MostJoined {
		return ""
	}
	return s.anyOther()
}

// anyOther is an office that does not read the case and was not passed over by the reporter, one at work if there is one.
func (s *story) anyOther() id.Unit {
	var found []id.Unit
	for _, unit := range []id.Unit{"unit-1", "unit-2", "centre", "unit-3", fourth} {
		if unit != s.unit && unit != s.avoided && !slices.ContainsFunc(s.was.joined, func(u store.CaseUnit) bool { return u.Unit == unit }) {
			found = append(found, unit)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return found[s.y.dice.roll(min(2, len(found)))]
}

func (s *story) staffed(unit id.Unit) bool { return slices.Contains(units[:], unit) }

// inOffice is a member of an office by name, nil for nobody.
func (s *story) inOffice(unit id.Unit, who id.Member) *member {
	for _, m := range s.y.people[unit] {
		if m.Member == who {
			return m
		}
	}
	return nil
}

// asideIn is somebody of an office who takes no part in the case, nil for nobody.
func (s *story) asideIn(unit id.Unit) *member {
	for _, who := range cases.Aside(s.events) {
		if m := s.inOffice(unit, who); m != nil && m.Has(cases.Triage, cases.Approver) {
			return m
		}
	}
	return nil
}

func (s *story) chainOf(doc id.Doc) cases.Chain {
	for chain, docs := range s.was.docs {
		if slices.ContainsFunc(docs, func(d store.Doc) bool { return d.ID == doc }) {
			return chain
		}
	}
	return cases.FromUnit // the letter that is being written
}

// given: an office has a header for a document already.
func (s *story) given(unit id.Unit, doc id.Doc) (yes bool) {
	err := s.y.w.Store.Read(s.y.ctx(), func(tx *store.Tx) error {
		all, err := tx.GivenDocs(s.key, unit)
		yes = slices.Contains(all, doc)
		return err
	})
	if err != nil {
		s.y.t.Fatal(err)
	}
	return yes
}

// readTogether: in each office, the list of other offices' cases is the one that the stories say.
func (y *year) readTogether() {
	y.t.Helper()
	for _, unit := range units {
		by := y.people[unit][0]
		want, got := map[string]bool{}, map[string]bool{}
		for _, s := range y.stories {
			if s.key == 0 || slices.Contains(cases.Aside(s.events), by.Member) {
				continue
			}
			if slices.ContainsFunc(s.was.joined, func(u store.CaseUnit) bool { return u.Unit == unit }) {
				want[s.c.Number] = true
			}
		}
		for after, more := int64(0), true; more; {
			rows, next, err := y.w.Casework.Shared(y.ctx(), by.Person, after)
			if err != nil {
				y.t.Fatal(err)
			}
			y.logged(line{act: "shared", who: by.Member, outcome: store.Allowed})
			for _, r := range rows {
				got[r.Case.Number], after = true, r.Case.Key
			}
			more = next
		}
		if len(want) != len(got) {
			y.t.Errorf("%s reads %d cases of other offices, and its list has %d", unit, len(want), len(got))
		}
		for n := range want {
			if !got[n] {
				y.t.Errorf("%s reads %s, which is not in its list", unit, n)
			}
		}
	}
	j := y.joint
	if j.shared == 0 || j.notes == 0 || j.ended == 0 || j.kept == 0 || j.passed == 0 || j.again == 0 {
		y.t.Errorf("between offices: %+v", j)
	}
	y.t.Logf("between offices: %+v", j)
}

// joint counts what happened between offices; again are cases that were handed over before.
type joint struct{ shared, notes, ended, kept, passed, again int }
