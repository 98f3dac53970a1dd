package pack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"clarion.example/clarion/internal/errs"
)

// maxFile is the most that one file of a pack may hold, in bytes; a pack is for people to read.
const (
	maxFile  = 256 << 10
	maxDepth = 12
	maxFiles = 64
)

var lineOf = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)

// read decodes one file strictly into out and returns its document. Each fault of the syntax is a finding;
// the document is nil when there was one.
func (c *checker) read(fsys fs.FS, name string, out any) *yaml.Node {
	c.file = name
	b, err := readFile(fsys, name)
	if err != nil {
		key := "pack.unreadable"
		if errors.Is(err, fs.ErrNotExist) {
			key = "pack.no_file"
		}
		c.add("", key, nil)
		return nil
	}
	if b == nil {
		c.add("", "pack.too_large", errs.Args{"Limit": maxFile >> 10})
		return nil
	}
	var doc, more yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(&doc); err != nil {
		c.syntax(err)
		return nil
	}
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		c.add("", "pack.syntax", errs.Args{"What": "more than one document"})
		return nil
	}
	if what := foreign(&doc, 0); what != "" {
		c.add("", "pack.syntax", errs.Args{"What": what})
		return nil
	}
	strict := yaml.NewDecoder(bytes.NewReader(b))
	strict.KnownFields(true)
	if err := strict.Decode(out); err != nil {
		c.syntax(err)
		return nil
	}
	return &doc
}

// readFile returns nil without an error for a file that is too large.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxFile {
		return nil, nil
	}
	if b == nil {
		b = []byte{}
	}
	return b, nil
}

func (c *checker) syntax(err error) {
	messages := []string{err.Error()}
	var many *yaml.TypeError
	if errors.As(err, &many) {
		messages = many.Errors
	}
	for _, m := range messages {
		path := ""
		if at := lineOf.FindStringSubmatch(m); at != nil {
			path, m = "line "+at[1], at[2]
		}
		c.add(path, "pack.syntax", errs.Args{"What": strings.TrimPrefix(m, "yaml: ")})
	}
}

// foreign names what a pack does not need and a reader might miss: aliases, merges, tags of other types.
func foreign(n *yaml.Node, depth int) string {
	switch {
	case depth > maxDepth:
		return fmt.Sprintf("line %d is nested too deeply", n.Line)
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return fmt.Sprintf("line %d uses an anchor or an alias", n.Line)
	case n.Kind == yaml.MappingNode && n.ShortTag() != "!!map", n.Kind == yaml.SequenceNode && n.ShortTag() != "!!seq":
		return fmt.Sprintf("line %d uses the tag %s", n.Line, n.ShortTag())
	case n.Kind == yaml.ScalarNode:
		switch n.ShortTag() {
		case "!!str", "!!int", "!!bool", "!!null", "!!timestamp":
		default:
			return fmt.Sprintf("line %d uses the tag %s", n.Line, n.ShortTag())
		}
	}
	for _, child := range n.Content {
		if what := foreign(child, depth+1); what != "" {
			return what
		}
	}
	return ""
}
