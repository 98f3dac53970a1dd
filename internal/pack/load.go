package pack

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/workday"
)

// Schema is the version of the file format that this package reads.
const Schema = 1

// The files of a pack beside categories/*.yaml and the mark.
const (
	mainFile     = "pack.yaml"
	screenFile   = "screen.yaml"
	messagesFile = "messages.yaml"
	lettersFile  = "letters.yaml"
)

// packFile is pack.yaml.
type packFile struct {
	Schema     int                     `yaml:"schema"`
	ID         string                  `yaml:"id"`
	Version    string                  `yaml:"version"`
	Name       Text                    `yaml:"name"`
	Languages  []string                `yaml:"languages"`
	Prefix     string                  `yaml:"case_prefix"`
	Authority  Authority               `yaml:"authority"`
	Colours    *Colours                `yaml:"colours"`
	Mark       string                  `yaml:"mark"`
	Leave      string                  `yaml:"leave"`
	Zone       string                  `yaml:"zone"`
	Emergency  Number                  `yaml:"emergency"`
	Numbers    []Number                `yaml:"numbers"`
	Offices    []Office                `yaml:"offices"`
	Regions    []Region                `yaml:"regions"`
	Staffed    staffedFile             `yaml:"staffed"`
	Calendar   calendarFile            `yaml:"calendar"`
	Clocks     map[string]workday.Term `yaml:"clocks"`
	Danger     int                     `yaml:"danger_minutes"`
	Limits     Limits                  `yaml:"limits"`
	Retention  map[string]workday.Term `yaml:"retention"`
	Addresses  []Address               `yaml:"addresses"`
	Bodies     []Body                  `yaml:"bodies"`
	Bases      []Ground                `yaml:"bases"`
	Declines   map[string][]string     `yaml:"declines"`
	Categories []string                `yaml:"categories"`
}

type staffedFile struct {
	Text      Text           `yaml:"text"`
	Monday    []workday.Span `yaml:"monday"`
	Tuesday   []workday.Span `yaml:"tuesday"`
	Wednesday []workday.Span `yaml:"wednesday"`
	Thursday  []workday.Span `yaml:"thursday"`
	Friday    []workday.Span `yaml:"friday"`
	Saturday  []workday.Span `yaml:"saturday"`
	Sunday    []workday.Span `yaml:"sunday"`
	Holidays  []workday.Span `yaml:"holidays"`
	MakeUp    []workday.Span `yaml:"make_up_days"`
}

// calendarFile is a calendar written out, or one of its own: Use names a shipped one, File one inside the pack.
type calendarFile struct {
	Use      string        `yaml:"use"`
	File     string        `yaml:"file"`
	Source   Text          `yaml:"source"`
	Years    []int         `yaml:"years"`
	Weekend  []string      `yaml:"weekend"`
	Holidays []workday.Day `yaml:"holidays"`
	MakeUp   []workday.Day `yaml:"make_up_days"`
}

// Load reads and checks a pack. The error is Invalid with the key pack.faulty, the number of faults and the
// first of them; its cause is [Faults] with all.
func Load(fsys fs.FS) (*Pack, error) {
	p, faults := read(fsys)
	if len(faults) > 0 {
		return nil, errs.Wrap(errs.Invalid, "pack.faulty",
			errs.Args{"Count": len(faults), "First": faults[0].String()}, Faults(faults))
	}
	return p, nil
}

// Check returns every fault of a pack at once, in the order of its files; none means that [Load] takes it.
func Check(fsys fs.FS) []Finding {
	_, faults := read(fsys)
	return faults
}

func read(fsys fs.FS) (*Pack, []Finding) {
	var f packFile
	c := &checker{}
	if c.read(fsys, mainFile, &f) == nil {
		return nil, c.sorted()
	}
	p := f.pack()
	c.langs = p.Languages
	c.calendarTable(fsys, p, &f.Calendar)
	c.pack(p, &f)
	c.mark(fsys, p.Mark)

	screen := c.read(fsys, screenFile, &p.Screen)
	messages := c.read(fsys, messagesFile, &p.Messages)
	letters := c.read(fsys, lettersFile, &p.Letters)
	if screen != nil {
		c.file = screenFile
		c.screen(p)
	}
	if messages != nil {
		c.file = messagesFile
		c.messages(&p.Messages)
	}
	if letters != nil {
		c.file = lettersFile
		c.letters(&p.Letters)
	}
	c.categories(fsys, p, f.Categories)
	return p, c.sorted()
}

// pack copies what needs no checking to be copied.
func (f *packFile) pack() *Pack {
	return &Pack{
		ID: f.ID, Version: f.Version, Name: f.Name, Languages: f.Languages, Prefix: f.Prefix, Authority: f.Authority,
		Colours: f.Colours, Mark: f.Mark, Leave: f.Leave, Emergency: f.Emergency, Numbers: f.Numbers,
		Offices: f.Offices, Regions: f.Regions, Years: f.Calendar.Years, Source: f.Calendar.Source,
		HoursText: f.Staffed.Text, Clocks: f.Clocks, Danger: time.Duration(f.Danger) * time.Minute,
		Limits: f.Limits, Retention: f.Retention, Addresses: f.Addresses, Bodies: f.Bodies, Bases: f.Bases, Declines: f.Declines,
	}
}

// categories reads the files that pack.yaml lists, in that order, and refuses any that it does not.
func (c *checker) categories(fsys fs.FS, p *Pack, listed []string) {
	c.file = mainFile
	if len(listed) == 0 || len(listed) > maxFiles {
		c.between("categories", len(listed), 1, maxFiles)
		return
	}
	seen := map[string]bool{}
	for i, name := range listed {
		c.name(index("categories", i), name, seen)
	}
	files, err := fs.ReadDir(fsys, "categories")
	if err != nil {
		c.file = "categories"
		c.add("", "pack.unreadable", nil)
		return
	}
	for _, f := range files {
		if base, ok := strings.CutSuffix(f.Name(), ".yaml"); !ok || !slices.Contains(listed, base) {
			c.file = "categories/" + f.Name()
			c.add("", "pack.unlisted_file", nil)
		}
	}
	for _, name := range listed {
		if !seen[name] || strings.ContainsAny(name, `/\.`) {
			continue
		}
		var k Category
		doc := c.read(fsys, path.Join("categories", name+".yaml"), &k)
		if doc == nil {
			continue
		}
		if k.hash, err = hashOf(doc); err != nil {
			c.add("", "pack.syntax", errs.Args{"What": err.Error()})
		}
		if string(k.ID) != name {
			c.add("id", "pack.bad_value", errs.Args{"Value": string(k.ID), "Allowed": name})
		}
		c.category(p, &k)
		p.Categories = append(p.Categories, k)
	}
}
