package pack

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"
)

// hashOf is the SHA-256 of a document's canonical form behind a line that names the form.
func hashOf(doc *yaml.Node) (string, error) {
	var b bytes.Buffer
	b.WriteString("clarion/category/v1\n")
	if err := canonical(&b, doc); err != nil {
		return "", err
	}
	sum := sha256.Sum256(b.Bytes())
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// canonical writes a document as JSON: keys sorted by their bytes, no space, strings without HTML escapes,
// whole numbers, true, false and null.
func canonical(b *bytes.Buffer, n *yaml.Node) error {
	switch n.Kind {
	case yaml.DocumentNode:
		return canonical(b, n.Content[0])
	case yaml.MappingNode:
		return canonicalMap(b, n)
	case yaml.SequenceNode:
		b.WriteByte('[')
		for i, item := range n.Content {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := canonical(b, item); err != nil {
				return err
			}
		}
		b.WriteByte(']')
		return nil
	case yaml.ScalarNode:
		return canonicalScalar(b, n)
	default:
		return fmt.Errorf("pack: line %d has no canonical form", n.Line)
	}
}

func canonicalMap(b *bytes.Buffer, n *yaml.Node) error {
	var at []int
	for i := 0; i < len(n.Content); i += 2 {
		at = append(at, i)
	}
	slices.SortFunc(at, func(x, y int) int { return bytes.Compare([]byte(n.Content[x].Value), []byte(n.Content[y].Value)) })
	b.WriteByte('{')
	for i, k := range at {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := writeString(b, n.Content[k].Value); err != nil {
			return err
		}
		b.WriteByte(':')
		if err := canonical(b, n.Content[k+1]); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

func canonicalScalar(b *bytes.Buffer, n *yaml.Node) error {
	switch n.ShortTag() {
	case "!!int", "!!bool":
		var v any
		if err := n.Decode(&v); err != nil {
			return err
		}
		return json.NewEncoder(trimmed{b}).Encode(v)
	case "!!null":
		b.WriteString("null")
		return nil
	default:
		return writeString(b, n.Value)
	}
}

func writeString(b *bytes.Buffer, s string) error {
	e := json.NewEncoder(trimmed{b})
	e.SetEscapeHTML(false)
	return e.Encode(s)
}

// trimmed drops the line feed that the JSON encoder adds.
type trimmed struct{ b *bytes.Buffer }

func (t trimmed) Write(p []byte) (int, error) {
	t.b.Write(bytes.TrimSuffix(p, []byte("\n")))
	return len(p), nil
}
