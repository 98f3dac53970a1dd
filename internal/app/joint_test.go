package app_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// docsOf are the ids of a chain's documents.
func docsOf(o *terminal.Opened, chain cases.Chain) (out []id.Doc) {
	for _, it := range o.Items[chain] {
		out = append(out, it.ID)
	}
	return out
}

// TestJointReading: an approver lets the second office read the report and a letter. It reads exactly these, acts on nothing, and gets
// nothing more when it is over.
func TestJointReading(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w, ctx := start(apptest.Options{}), t.Context()
		b := w.NewBrowser(t)
		code := chinese("门卫收钱放人进机房。").send(t, b)
		number := numberOf(t, enter(t, b, "zh", code))
		told := func(want bool) { // the reporter is told who reads
			t.Helper()
			if got := strings.Contains(enter(t, w.NewBrowser(t), "zh", code).Text(), "还有谁在看"); got != want {
				t.Errorf("the mailbox names another office: %v", got)
			}
		}
		told(false)
		sun, zhao := w.Hire(t, "sun", "unit-1", "triage", "handler"), w.Session(t, "zhao", "unit-1")
		do(t, must(sun.Reply(ctx, number, terminal.Letter{})), cases.Acknowledged)
		do(t, must(sun.Decide(ctx, number, terminal.Decision{Act: cases.ActTriage})), cases.Triaged)
		for _, text := range []string{"二处查过同一道门。", "这一条不给二处。"} {
			if err := sun.Keep(ctx, number, &seal.Note{Text: text}); err != nil {
				t.Fatal(err)
			}
		}
		there := w.HireAll(t, "unit-2", apptest.Recruit{Member: "tang", Roles: []string{"approver", "handler", "triage"}}, apptest.Recruit{Member: "yu", Roles: []string{"handler"}})
		tang, yu := there[0], there[1]
		o := reopen(t, zhao, number)
		report, letter, notes := docsOf(o, cases.FromReporter)[0], docsOf(o, cases.FromUnit)[0], docsOf(o, cases.Inside)

		_, err := tang.OpenShared(ctx, number)
		wantError(t, err, errs.NotFound, "casework.no_case")
		wantError(t, sun.Share(ctx, number, "unit-2", report), errs.Denied, "casework.role")
		wantError(t, zhao.Share(ctx, number, "unit-1", report), errs.Invalid, "casework.no_office")
		wantError(t, zhao.Share(ctx, number, "nowhere", report), errs.Invalid, "casework.no_office")
		wantError(t, zhao.Share(ctx, number, "unit-2"), errs.Invalid, "casework.nothing_chosen")
		if err := zhao.Share(ctx, number, "unit-2", report, letter, notes[0]); err != nil {
			t.Fatal(err)
		}

		read := func() *terminal.SharedCase {
			t.Helper()
			c, err := tang.OpenShared(ctx, number)
			if err != nil || len(c.Doubts) > 0 {
				t.Fatalf("%v, %+v", err, c)
			}
			return c
		}
		told(true)
		c := read()
		if len(c.Items) != 3 || c.Items[0].ID != report || c.Items[1].ID != letter || c.Items[2].ID != notes[0] || c.Items[0].Signed == nil {
			t.Errorf("the second office has %+v", c.Items)
		}
		if c.Report == nil || !strings.Contains(string(c.Items[0].Signed.Raw), "门卫收钱") || c.Case.State != cases.Triaged || c.Items[2].Author != "sun" {
			t.Errorf("the second office reads %+v", c.Report)
		}
		if err := zhao.Share(ctx, number, "unit-2", notes[1]); err != nil { // more of it, later
			t.Fatal(err)
		}
		if c := read(); len(c.Items) != 4 {
			t.Errorf("%d documents, want 4", len(c.Items))
		}
		rows, more, err := tang.Casework.Shared(ctx, tang.Who, 0)
		if err != nil || more || len(rows) != 1 || rows[0].Case.Number != number || rows[0].Since != w.Casework.Today() {
			t.Errorf("cases of other offices: %+v, %v", rows, err)
		}
		if f := reopen(t, zhao, number).File; len(f.Joined) != 1 || f.Joined[0].Unit != "unit-2" || f.Joined[0].Docs != 4 {
			t.Errorf("the case says %+v", f.Joined)
		}

		// A note of the second office, for both. The first goes on behind it.
		const answer = "我们去年也查过同一个人。"
		if err := tang.NoteShared(ctx, number, answer); err != nil {
			t.Fatal(err)
		}
		theirs := func(chain cases.Chain, items []terminal.Item, doubts []terminal.Doubt) {
			t.Helper()
			last := items[len(items)-1]
			if last.Chain != chain || last.Author != "tang" || last.Unit != "unit-2" || last.Signed == nil || !strings.Contains(string(last.Signed.Raw), answer) || len(doubts) > 0 {
				t.Errorf("the note of the second office: %+v, %v", last, doubts)
			}
		}
		both := reopen(t, zhao, number)
		theirs(cases.Inside, both.Items[cases.Inside], both.Doubts)
		c = read()
		theirs(cases.Inside, c.Items, c.Doubts)
		if err := sun.Keep(ctx, number, &seal.Note{Text: "谢谢，已记下。"}); err != nil {
			t.Fatal(err)
		}
		if o := reopen(t, sun, number); len(o.Doubts) > 0 || len(o.Items[cases.Inside]) != 4 {
			t.Errorf("after the note: %+v", o.Doubts)
		}
		wantError(t, sun.Casework.NoteShared(ctx, sun.Who, number, casework.Document{Kind: seal.KindNote}), errs.NotFound, "casework.no_case")
		wantError(t, tang.Casework.NoteShared(ctx, tang.Who, number, casework.Document{Kind: seal.KindTitle}), errs.Invalid, "casework.not_a_note")
		wantError(t, yu.Casework.NoteShared(ctx, yu.Who, number, casework.Document{Kind: seal.KindNote}), errs.Denied, "casework.role")
		alone := c.Items[len(c.Items)-1]
		key, err := seal.FileKeyOf(alone.Body, w.Key(t, "unit-2").Age)
		if err != nil {
			t.Fatal(err)
		}
		one, err := seal.NewHeader(key, w.Key(t, "unit-2").Age.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		hidden, err := seal.WithHeader(alone.Body, one, 1)
		if err != nil {
			t.Fatal(err)
		}
		wantError(t, tang.Casework.NoteShared(ctx, tang.Who, number, casework.Document{ID: id.NewDoc(), Chain: cases.Inside, Kind: seal.KindNote, Seq: 5, Sealed: hidden}), errs.Invalid, "casework.not_sealed")

		// Who takes no part in the case does not read it through the other office.
		abroad := w.Session(t, "chen", "unit-2")
		do(t, must(zhao.Decide(ctx, number, terminal.Decision{Act: cases.ActSetAside, Handler: "chen", Reasons: "他是门卫的亲戚。"})), cases.Triaged)
		_, err = abroad.OpenShared(ctx, number)
		wantError(t, err, errs.Denied, "casework.aside")
		wantError(t, abroad.NoteShared(ctx, number, "x"), errs.Denied, "casework.aside")
		if rows, _, err := abroad.Casework.Shared(ctx, abroad.Who, 0); err != nil || len(rows) != 0 {
			t.Errorf("it still stands in the list: %+v, %v", rows, err)
		}

		// It reads, and that is all: to every other call its office has no such case.
		own, _, _, err := tang.Casework.List(ctx, tang.Who, casework.Filter{}, store.Cursor{}, 50)
		if err != nil || slices.ContainsFunc(own, func(r casework.Row) bool { return r.Case.Number == number }) {
			t.Errorf("the case stands in the other office's own list: %v", err)
		}
		for _, kind := range []cases.ActKind{cases.ActMessage, cases.ActProposeDecline, cases.ActAccept, cases.ActApprove, cases.ActRefuse} {
			_, err := tang.Casework.Do(ctx, tang.Who, casework.Work{Number: number, Act: cases.Act{Kind: kind, Seen: c.Case.Version, NoInterest: true}})
			wantError(t, err, errs.NotFound, "casework.no_case")
		}
		_, err = tang.Open(ctx, number)
		wantError(t, err, errs.NotFound, "casework.no_case")
		_, err = tang.Casework.Letter(ctx, tang.Who, number, casework.LetterAsk{Template: "progress"})
		wantError(t, err, errs.NotFound, "casework.no_case")
		wantError(t, tang.Casework.Write(ctx, tang.Who, number, casework.Document{Kind: seal.KindNote}), errs.NotFound, "casework.no_case")
		wantError(t, tang.Casework.Share(ctx, tang.Who, number, "unit-3", nil), errs.NotFound, "casework.no_case")
		_, err = yu.OpenShared(ctx, number)
		wantError(t, err, errs.Denied, "casework.role")
		wantError(t, yu.Casework.Unshare(ctx, yu.Who, number, "unit-2"), errs.NotFound, "casework.no_case")
		wantError(t, sun.Casework.Unshare(ctx, sun.Who, number, "unit-2"), errs.Denied, "casework.role")
		wantError(t, tang.Casework.Unshare(ctx, tang.Who, number, "unit-3"), errs.NotFound, "casework.no_office")

		if err := tang.Casework.Unshare(ctx, tang.Who, number, "unit-2"); err != nil {
			t.Fatal(err)
		}
		_, err = tang.OpenShared(ctx, number)
		wantError(t, err, errs.NotFound, "casework.no_case")
		after := reopen(t, zhao, number) // what they wrote stays, and stays theirs
		theirs(cases.Inside, after.Items[cases.Inside][:3], after.Doubts)
		wantError(t, zhao.Casework.Unshare(ctx, zhao.Who, number, "unit-2"), errs.NotFound, "casework.no_office")
		if err := zhao.Share(ctx, number, "unit-2", letter); err != nil { // again, and from nothing
			t.Fatal(err)
		}
		if c := read(); len(c.Items) != 2 || c.Items[0].ID != letter || c.Items[1].Author != "tang" || c.Report != nil {
			t.Errorf("after coming back: %d documents", len(c.Items))
		}
		if err := zhao.Casework.Unshare(ctx, zhao.Who, number, "unit-2"); err != nil {
			t.Fatal(err)
		}
		told(false)
		var history []cases.EventKind
		for _, e := range reopen(t, zhao, number).Events {
			if e.Kind == cases.EventOfficeJoined || e.Kind == cases.EventOfficeLeft {
				history = append(history, e.Kind)
			}
		}
		if !slices.Equal(history, []cases.EventKind{cases.EventOfficeJoined, cases.EventOfficeLeft, cases.EventOfficeJoined, cases.EventOfficeLeft}) {
			t.Errorf("the history says %v", history)
		}
	})
}

// TestTheOfficeThatWasAvoided: who chose the office above the usual one fears the usual one. No approver can let it read, nor one below it;
// another office can be let in.
func TestTheOfficeThatWasAvoided(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w, ctx := start(apptest.Options{}), t.Context()
		b := w.NewBrowser(t)
		d := chinese("一处的人自己也在里面。")
		code := d.walk(t, b, atReply).Form("f").Set("kind", d.kind).Set("reply", d.reply).Set("office", "centre").Press("next").Want(200).Form("f").Set("honest", "yes").Press("send").Want(200).Code()
		number := numberOf(t, enter(t, b, "zh", code))
		yi := w.Hire(t, "yi", "centre", "approver")
		o := reopen(t, yi, number)
		report := docsOf(o, cases.FromReporter)[0]
		wantError(t, yi.Share(ctx, number, "unit-1", report), errs.Denied, "casework.office_avoided")
		if slices.Contains(o.File.Could, "unit-1") || !slices.Contains(o.File.Could, "unit-2") {
			t.Errorf("offices that could be let in: %v", o.File.Could)
		}
		if err := yi.Share(ctx, number, "unit-2", report); err != nil {
			t.Fatal(err)
		}
		page := enter(t, w.NewBrowser(t), "zh", code).Want(200, "还有谁在看", "二处")
		if strings.Contains(page.Text(), "一处的人") {
			t.Error("the mailbox shows the report")
		}
	})
}

// TestJointHeaders: what is not exactly one header for one office is refused, a header with a changed byte opens nothing and is said to
// the reader, and letters do not go without the report.
func TestJointHeaders(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w, ctx := start(apptest.Options{}), t.Context()
		b := w.NewBrowser(t)
		code := chinese("三楼机房的门卫收了钱。").send(t, b)
		number := numberOf(t, enter(t, b, "zh", code))
		other := numberOf(t, enter(t, b, "zh", chinese("另一件事。").send(t, b)))
		zhao, tang := w.Session(t, "zhao", "unit-1"), w.Hire(t, "tang", "unit-2", "triage")
		note := apptest.File{Name: "b.txt", Type: "text/plain", Body: []byte("b")}
		enter(t, b, "zh", code).Form("f").Set("answer", "补充一句。").Choose("file", note).Press("send").Want(200)
		o, far := reopen(t, zhao, number), reopen(t, zhao, other)
		report := o.Items[cases.FromReporter][0]
		key, err := seal.FileKeyOf(report.Body, w.Key(t, "unit-1").Age)
		if err != nil {
			t.Fatal(err)
		}
		head := func(k seal.FileKey, to ...seal.Recipient) []byte {
			h, err := seal.NewHeader(k, to...)
			if err != nil {
				t.Fatal(err)
			}
			return h
		}
		theirs, ours := w.Key(t, "unit-2").Age.Recipient(), w.Key(t, "unit-1").Age.Recipient()
		good := head(key, theirs)
		share := func(doc id.Doc, header []byte) error {
			return zhao.Casework.Share(ctx, zhao.Who, number, "unit-2", []casework.Header{{Doc: doc, Header: header}})
		}
		for _, h := range [][]byte{nil, good[:len(good)-1], append(bytes.Clone(good), 0), head(key, theirs, ours), report.Body} {
			wantError(t, share(report.ID, h), errs.Invalid, "casework.not_sealed")
		}
		wantError(t, share(far.Items[cases.FromReporter][0].ID, good), errs.NotFound, "store.doc_absent")
		_, err = tang.OpenShared(ctx, number) // a refusal leaves nothing
		wantError(t, err, errs.NotFound, "casework.no_case")

		letter := o.Items[cases.FromReporter][1]
		wantError(t, zhao.Share(ctx, number, "unit-2", letter.ID), errs.Invalid, "casework.report_first")

		flipped := bytes.Clone(good)
		flipped[len("age-encryption.org/v1\n-> mlkem768x25519 ")+100] ^= 1
		for name, h := range map[string][]byte{"a changed byte": flipped, "another file's key": head(seal.FileKey{9}, theirs), "another office's key": head(key, ours)} {
			if err := share(report.ID, h); errs.Is(err, errs.Invalid) {
				continue // no base64 any more: the server sees it itself
			} else if err != nil {
				t.Fatal(err)
			}
			c, err := tang.OpenShared(ctx, number)
			if err != nil || len(c.Doubts) != 1 || c.Items[0].Signed != nil || c.Report != nil {
				t.Errorf("%s: %v, %+v", name, err, c)
			}
		}
		if err := share(report.ID, good); err != nil { // sealed anew, it replaces the bad one
			t.Fatal(err)
		}
		if c, err := tang.OpenShared(ctx, number); err != nil || len(c.Doubts) != 0 || c.Report == nil {
			t.Errorf("%v, %+v", err, c)
		}
		// A file goes with the document that holds its key.
		blob := letter.Blobs[0].ID
		_, _, err = tang.Casework.Blob(ctx, tang.Who, number, blob)
		wantError(t, err, errs.NotFound, "casework.no_file")
		if err := zhao.Share(ctx, number, "unit-2", letter.ID); err != nil {
			t.Fatal(err)
		}
		_, r, err := tang.Casework.Blob(ctx, tang.Who, number, blob)
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		if c, err := tang.OpenShared(ctx, number); err != nil || len(c.Doubts) != 0 || len(c.Items) != 2 || c.Items[1].Author != "reporter" {
			t.Errorf("%v, %+v", err, c)
		}
	})
}
