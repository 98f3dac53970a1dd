package pack_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"gopkg.in/yaml.v3"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/workday"
)

func TestLoadFromADirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, f := range sound(t) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := pack.Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if p.ID != "national-security" || p.Clocks["s4"] != (workday.Term{N: 15, Unit: workday.Days}) || p.Danger != 15*time.Minute ||
		p.Authority.Name.In("zh-Hans") != "明河公众举报中心" || len(p.Categories) != 5 {
		t.Errorf("got %+v", p)
	}
	if !p.Covers(2026) || p.Covers(2027) {
		t.Error("years")
	}
	// 14 February 2026 is a Saturday that is worked, the 16th a Monday that is not.
	if !p.Calendar.IsWorkday(workday.MustDay("2026-02-14")) || p.Calendar.IsWorkday(workday.MustDay("2026-02-16")) {
		t.Error("calendar")
	}
	eve := time.Date(2026, 2, 14, 18, 0, 0, 0, p.Zone)
	if next, ok := p.Hours.NextStaffed(eve); !ok || !next.Equal(time.Date(2026, 2, 24, 8, 30, 0, 0, p.Zone)) {
		t.Errorf("after the last working day comes %v", next)
	}
}

func TestRoute(t *testing.T) {
	t.Parallel()
	p := loaded(t)
	for _, tc := range []struct {
		category id.Category
		region   id.Region
		want     id.Unit
	}{
		{"protected-documents", "hewan", "unit-2"},
		{"protected-documents", "", "unit-1"},
		{"infrastructure", "", "unit-3"},
		{"infrastructure", "elsewhere", "centre"},
		{"infrastructure", "atlantis", ""},
		{"gossip", "hewan", ""},
	} {
		o, ok := p.Route(tc.category, tc.region)
		if ok != (tc.want != "") || ok && o.ID != tc.want {
			t.Errorf("%s in %q goes to %v", tc.category, tc.region, o)
		}
	}
	if up, ok := p.Above("unit-2"); !ok || up.ID != "centre" {
		t.Errorf("above unit-2 is %v", up)
	}
	if up, ok := p.Above("centre"); ok {
		t.Errorf("above the centre is %v", up)
	}
	fsys := sound(t)
	spoil(t, fsys, mainFile, "    intake: true\n    address:\n      zh-Hans: 明河市样本街20号，二处", "    intake: false\n    address:\n      zh-Hans: 明河市样本街20号，二处")
	p, err := pack.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if o, ok := p.Route("sabotage", "hewan"); !ok || o.ID != "centre" {
		t.Errorf("an office that takes nothing in hands up: %v", o)
	}
}

func TestHash(t *testing.T) {
	t.Parallel()
	base := category(t, loaded(t), "protected-documents").Hash()
	if !strings.HasPrefix(base, "sha256:") || len(base) != 71 {
		t.Fatalf("got %q", base)
	}
	for _, tc := range []struct {
		name, old, now string
		same           bool
	}{
		{"a comment", "id: protected-documents", "id: protected-documents # the first", true},
		{"quotes", "office: unit-1", "office: \"unit-1\"", true},
		{"order of keys", "  zh-Hans: 出钱、施压或欺骗，索取受保护的文件\n  en: Obtaining protected documents by payment, pressure or deceit\n",
			"  en: Obtaining protected documents by payment, pressure or deceit\n  zh-Hans: 出钱、施压或欺骗，索取受保护的文件\n", true},
		{"one word", "en: A journalist asks questions, publishes, or requests public records", "en: A journalist asks questions or publishes", false},
		{"not required", "required: true", "required: false", false},
		{"another office", "office: unit-1", "office: unit-2", false},
		{"a bound", "type: text", "type: text\n    max: 100", false},
	} {
		fsys := sound(t)
		spoil(t, fsys, docs, tc.old, tc.now)
		p, err := pack.Load(fsys)
		if err != nil {
			t.Fatal(tc.name, err)
		}
		if got := category(t, p, "protected-documents").Hash(); (got == base) != tc.same {
			t.Errorf("%s: same hash is %t", tc.name, got == base)
		}
	}
}

// TestHashFromTheSpec computes the hash as docs/spec/pack.md says, with other means.
func TestHashFromTheSpec(t *testing.T) {
	t.Parallel()
	fsys, p := sound(t), loaded(t)
	for _, c := range p.Categories {
		var content any
		if err := yaml.Unmarshal(fsys["categories/"+string(c.ID)+".yaml"].Data, &content); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		b.WriteString("clarion/category/v1\n")
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(content); err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("sha256:%x", sha256.Sum256(bytes.TrimSuffix(b.Bytes(), []byte("\n")))); c.Hash() != want {
			t.Errorf("%s: got %s, want %s", c.ID, c.Hash(), want)
		}
	}
}

func TestApproval(t *testing.T) {
	t.Parallel()
	p := loaded(t)
	c := category(t, p, "sabotage")
	good := pack.Approval{Category: c.ID, Hash: c.Hash(), By: "he", Day: today}
	if err := c.MayOpen(&good); err != nil {
		t.Error(err)
	}
	want := "clarion/category-approval/v1\nsabotage\n" + c.Hash() + "\nhe\n2026-11-22\n"
	if got := string(good.Statement()); got != want {
		t.Errorf("signs %q", got)
	}
	other := category(t, p, "recruiting")
	for _, tc := range []struct {
		change func(*pack.Approval)
		kind   errs.Kind
	}{
		{func(a *pack.Approval) { a.Hash = other.Hash() }, errs.Conflict},
		{func(a *pack.Approval) { a.Category = other.ID }, errs.Conflict},
		{func(a *pack.Approval) { a.By = "" }, errs.Denied},
		{func(a *pack.Approval) { a.Day = workday.Day{} }, errs.Denied},
	} {
		a := good
		tc.change(&a)
		if err := c.MayOpen(&a); !errs.Is(err, tc.kind) {
			t.Errorf("%+v: %v", a, err)
		}
	}
	if err := c.MayOpen(nil); !errs.Is(err, errs.Denied) {
		t.Error(err)
	}
	unloaded := pack.Category{ID: "sabotage"}
	if err := unloaded.MayOpen(&pack.Approval{Category: "sabotage", By: "he", Day: today}); err == nil {
		t.Error("a category without content is open")
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	text := pack.Text{"en": "By {day}: {reasons}.", "zh-Hans": "{day}前：{reasons}。"}
	got, err := text.Fill("en", map[string]string{"day": "{reasons}", "reasons": "<b>{day}</b>"})
	if err != nil || got != "By {reasons}: <b>{day}</b>." {
		t.Errorf("values are read again: %q, %v", got, err)
	}
	if _, err := text.Fill("zh-Hans", map[string]string{"day": "x"}); err == nil {
		t.Error("a value is missing")
	}
	if got := text.In("fr"); got != text["en"] {
		t.Errorf("an unknown language gives %q", got)
	}
}

// FuzzCheck (run it with -fuzzminimizetime 5x: the seeds are long): whatever a pack holds, reading it ends, and in findings that read as sentences. The other files
// are small or missing, so that each run is short.
func FuzzCheck(f *testing.F) {
	names := []string{mainFile, "screen.yaml", "messages.yaml", docs}
	frame := fstest.MapFS{mainFile: &fstest.MapFile{Data: []byte("languages: [zh-Hans, en]\ncategories: [protected-documents]\n")}}
	for i, name := range names {
		f.Add(uint8(i), sound(f)[name].Data)
	}
	f.Add(uint8(0), []byte("id: &x [*x]"))
	f.Add(uint8(3), []byte("<<: {id: x}"))
	f.Add(uint8(3), []byte("questions: [{id: a, type: one, options: [{id: b}], when: {question: a, any: [c]}}]"))
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		name := names[int(which)%len(names)]
		fsys := fstest.MapFS{mainFile: frame[mainFile], name: &fstest.MapFile{Data: data}}
		found := pack.Check(fsys)
		if len(found) == 0 {
			t.Fatal("a pack without most of its files is sound")
		}
		for _, x := range found {
			if x.File == "" || x.English() == x.Key || (strings.Contains(x.English(), "{{.") && !strings.Contains(string(data), "{{")) {
				t.Fatalf("finding %+v reads %q", x, x.English())
			}
		}
	})
}
