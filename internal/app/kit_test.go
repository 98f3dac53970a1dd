package app_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/seal"
)

// both runs a test on SQLite and on PostgreSQL, with a function that starts an installation there.
func both(t *testing.T, fn func(t *testing.T, start func(apptest.Options) *apptest.World)) {
	t.Helper()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		fn(t, func(o apptest.Options) *apptest.World {
			o.DSN, o.Clock = fresh(t), apptest.NewClock(noon)
			return apptest.Start(t, o)
		})
	})
}

// noon is when these tests play: a Monday on which somebody reads.
var noon = time.Date(2026, 3, 23, 4, 0, 0, 0, time.UTC)

// one starts an installation on SQLite.
func one(t *testing.T, o apptest.Options) *apptest.World {
	t.Helper()
	o.Clock = apptest.NewClock(noon)
	return apptest.Start(t, o)
}

// testdata reads a file that a person would send.
func testdata(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readKey(t *testing.T, path string) *seal.KeyFile {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	k, err := seal.ParseKeyFile(b, nil)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// steps are the names of the form's steps for the category that these tests use.
const (
	atScreen    = "screen"
	atCategory  = "category"
	atQuestions = "questions"
	atDetails   = "details"
	atMore      = "more"
	atFiles     = "files"
	atReply     = "reply"
	atCheck     = "check"
)

// draft is a report as a test fills it in.
type draft struct {
	lang, what, region string
	files              []apptest.File
	kind, reply        string
}

func chinese(what string) draft {
	return draft{lang: "zh", what: what, region: "donggang", kind: "digits", reply: "zh-Hans"}
}

func english(what string) draft {
	return draft{lang: "en", what: what, region: "donggang", kind: "words", reply: "en"}
}

// walk fills the form up to a step and returns the page that asks it, nothing of that step answered yet.
func (d draft) walk(t *testing.T, b *apptest.Browser, until string) *apptest.Page {
	t.Helper()
	p := b.Get("/" + d.lang + "/report/plain").Want(200).Form("f").Press("next").Want(200)
	for _, step := range []struct {
		name string
		fill func() *apptest.Page
	}{
		{atScreen, func() *apptest.Page { return p.Form("f").Set("screen", "conduct").Press("next") }},
		{atCategory, func() *apptest.Page { return p.Form("f").Set("category", "protected-documents").Press("next") }},
		{atQuestions, func() *apptest.Page {
			return p.Form("f").Set("q-danger", "no").Set("q-what", d.what).Set("q-region", d.region).Set("q-how", "saw", "device").
				Set("q-date-y", "2026").Set("q-date-m", "3").Set("q-when", "下午三点 / at three").Set("q-where", "资料室 / drawing store").Press("next")
		}},
		{atDetails, func() *apptest.Page {
			return p.Form("f").Set("a-means", "pay").Set("a-wanted", "marked").Press("next")
		}},
		{atMore, func() *apptest.Page { return p.Form("f").Set("a-offer", "500 一页 / a page").Press("next") }},
		{atFiles, func() *apptest.Page {
			for _, f := range d.files {
				p = p.Form("f").Choose("file", f).Press("add").Want(200, f.Name)
			}
			return p.Form("f").Press("next")
		}},
		{atReply, func() *apptest.Page {
			return p.Form("f").Set("kind", d.kind).Set("reply", d.reply).Press("next")
		}},
	} {
		if step.name == until {
			return p
		}
		p = step.fill().Want(200)
		p.Faults()
	}
	return p
}

// ready is the filled form, to be sent.
func (d draft) ready(t *testing.T, b *apptest.Browser) *apptest.Form {
	t.Helper()
	return d.walk(t, b, atCheck).Form("f").Set("honest", "yes")
}

// send sends the report and returns its code.
func (d draft) send(t *testing.T, b *apptest.Browser) string {
	t.Helper()
	return d.ready(t, b).Press("send").Want(200).Code()
}

var caseNumber = regexp.MustCompile(`MH-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}`)

// enter opens the mailbox of a code.
func enter(t *testing.T, b *apptest.Browser, lang, code string) *apptest.Page {
	t.Helper()
	return b.Get("/"+lang+"/mailbox/plain").Want(200).Form("f").Set("code", code).Press("open")
}

// numberOf is the case number that a mailbox shows.
func numberOf(t *testing.T, p *apptest.Page) string {
	t.Helper()
	n := caseNumber.FindString(p.Want(200).Text())
	if n == "" {
		t.Fatalf("no case number on the page: %s", p.Text())
	}
	return n
}

// attach seals a file for a letter of staff.
func attach(t *testing.T, s *terminal.Session, number, name string, body []byte) ([]seal.File, []id.Blob) {
	t.Helper()
	f, b, err := s.Attach(t.Context(), number, name, "application/pdf", bytes.NewReader(body), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return []seal.File{f}, []id.Blob{b}
}

// counts are how many rows the installation has of what a report stores.
type counts struct{ Cases, Docs, Leaves int64 }

func count(t *testing.T, w *apptest.World) (n counts) {
	t.Helper()
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		list, err := tx.CasesAfter(0, 10_000)
		if err != nil {
			return err
		}
		n.Cases = int64(len(list))
		for _, c := range list {
			for _, chain := range []cases.Chain{cases.FromReporter, cases.FromUnit, cases.Inside} {
				docs, err := tx.Docs(c.Key, chain)
				if err != nil {
					return err
				}
				n.Docs += int64(len(docs))
			}
		}
		n.Leaves, err = tx.LogSize(ledger.Cases)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// files counts what lies in the blob directory.
func files(t *testing.T, w *apptest.World) (n int) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(w.Data, "blobs"), func(_ string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
