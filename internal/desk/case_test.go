package desk

import (
	"strings"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/web"
)

const (
	sampleDoc = `{"id":"baaaaaaaaaaaaaaaaaaaaaaaaa","chain":"unit","kind":"reply","seq":2,"prev":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","sealed":"YWdl","files":[{"blob":"baaaaaaaaaaaaaaaaaaaaaaaaa"}]}`
	sampleAct = `{"act":"approve","seen":7,"proposal":5,"no_interest":true,"checks":{"risk_to_reporter":true},"intent":"baaaaaaaaaaaaaaaaaaaaaaaaa","docs":[` + sampleDoc + `],"main":0}`
)

// FuzzAct: whatever a body of an act says, it is refused, or what comes of it keeps the promises that the use case relies on.
func FuzzAct(f *testing.F) {
	f.Add(sampleAct)
	f.Add(`{}`)
	f.Add(`{"main":1,"docs":[` + sampleDoc + `]}`)
	f.Add(`{"main":-1}`)
	f.Add(`{"docs":[{"id":"","prev":"00"}]}`)
	f.Add(`{"intent":"x"}`)
	f.Fuzz(func(t *testing.T, body string) {
		var in actJSON
		if web.ReadJSON(strings.NewReader(body), &in) != nil {
			return
		}
		w, err := in.work("MH-7Q4K-2RD9-3F")
		if err != nil {
			return
		}
		if len(w.Docs) > actDocs || w.Main < 0 || len(w.Docs) > 0 && w.Main >= len(w.Docs) || w.Act.By.Member != "" || len(w.Act.By.Roles) > 0 || !w.Act.Doc.IsZero() {
			t.Fatalf("let through: %+v", w)
		}
		for i, d := range w.Docs {
			if d.ID.IsZero() || d.Visible != (d.Chain == cases.FromUnit) || len(d.Uploads) != len(in.Docs[i].Files) {
				t.Fatalf("let through: %+v", d)
			}
		}
	})
}

// FuzzWrite is the same for a note or title.
func FuzzWrite(f *testing.F) {
	f.Add(sampleDoc)
	f.Add(`{"id":"baaaaaaaaaaaaaaaaaaaaaaaaa","prev":"E3B0"}`)
	f.Fuzz(func(t *testing.T, body string) {
		var in writtenJSON
		if web.ReadJSON(strings.NewReader(body), &in) != nil {
			return
		}
		d, err := in.document()
		if err == nil && (d.ID.IsZero() || in.Prev == "" && d.Prev != [32]byte{}) {
			t.Fatalf("let through: %+v", d)
		}
	})
}

// TestSamplesOfAct: the seeds are what they seem.
func TestSamplesOfAct(t *testing.T) {
	t.Parallel()
	var in actJSON
	if err := web.ReadJSON(strings.NewReader(sampleAct), &in); err != nil {
		t.Fatal(err)
	}
	w, err := in.work("x")
	if err != nil || len(w.Docs) != 1 || len(w.Docs[0].Uploads) != 1 || w.Act.Intent.IsZero() || w.Act.Proposal != 5 || !w.Act.Checks.RiskToReporter {
		t.Errorf("%+v, %v", w, err)
	}
	for _, bad := range []string{`{"main":1,"docs":[` + sampleDoc + `]}`, `{"main":-1}`, `{"intent":"x"}`, `{"docs":[{"kind":"note"}]}`,
		`{"docs":[` + strings.Repeat(sampleDoc+",", 4) + sampleDoc + `]}`, strings.Replace(sampleAct, "e3b0", "E3B0", 1)} {
		var in actJSON
		if err := web.ReadJSON(strings.NewReader(bad), &in); err != nil {
			t.Fatal(err)
		}
		if _, err := in.work("x"); err == nil {
			t.Errorf("let through: %s", bad)
		}
	}
}
