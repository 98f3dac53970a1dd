package calendar

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"clarion.example/clarion/internal/errs"
)

// The most that a file may hold: bytes, entries, years; and one text, in bytes.
const (
	MaxFile    = 1 << 20
	maxEntries = 2000
	maxYears   = 20
	maxText    = 1000
)

var weekdayNames = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// lined is an entry with the line on which it begins.
type lined[T any] struct {
	line  int
	value T
}

// draft is a table whose entries still know their lines.
type draft struct {
	Table
	holidays []lined[Holiday]
	makeUp   []lined[MakeUp]
	sources  []lined[Source]
	at       map[string]int // line of each key
}

// Parse reads a calendar in JSON and judges it. The table is nil when there is a fault.
func Parse(b []byte) (*Table, Faults) {
	f := &faults{}
	if len(b) > MaxFile {
		f.add(0, "too_large", errs.Args{"Limit": MaxFile >> 10})
		return nil, f.found
	}
	if !utf8.Valid(b) {
		f.add(0, "not_utf8", nil)
		return nil, f.found
	}
	if line, key, ok := repeated(b); ok {
		f.add(line, "key_twice", errs.Args{"Key": key})
		return nil, f.found
	}
	d := readTable(b, f)
	if len(f.found) > 0 {
		return nil, f.found
	}
	d.judge(f)
	if len(f.found) > 0 {
		slices.SortStableFunc(f.found, func(a, b Fault) int { return a.Line - b.Line })
		return nil, f.found
	}
	return &d.Table, nil
}

// tableReader walks the outermost object itself, for the lines.
type tableReader struct {
	text []byte
	dec  *json.Decoder
	f    *faults
}

func readTable(b []byte, f *faults) *draft {
	r := &tableReader{b, json.NewDecoder(bytes.NewReader(b)), f}
	r.dec.DisallowUnknownFields()
	d := &draft{at: map[string]int{}}
	if t, err := r.dec.Token(); err != nil || t != json.Delim('{') {
		r.syntax(err)
		return d
	}
	for r.dec.More() {
		line := r.line()
		t, err := r.dec.Token()
		key, ok := t.(string)
		if err != nil || !ok {
			r.syntax(err)
			return d
		}
		d.at[key] = line
		if !r.field(d, key) {
			return d
		}
	}
	if _, err := r.dec.Token(); err != nil {
		r.syntax(err)
		return d
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		r.syntax(errors.New("more than one value"))
	}
	return d
}

// field reads the value of a key. It returns false when nothing behind it can be read.
func (r *tableReader) field(d *draft, key string) (ok bool) {
	var schema int
	var weekend []string
	var into any
	switch key {
	case "schema":
		into = &schema
	case "id":
		into = &d.ID
	case "name":
		into = &d.Name
	case "zone":
		into = &d.Zone
	case "weekend":
		into = &weekend
	case "years":
		into = &d.Years
	case "sources":
		d.sources, ok = readList[Source](r)
		return ok
	case "holidays":
		d.holidays, ok = readList[Holiday](r)
		return ok
	case "make_up_days":
		d.makeUp, ok = readList[MakeUp](r)
		return ok
	default:
		r.f.add(d.at[key], "unknown_key", errs.Args{"Key": short(key)})
		return false
	}
	if err := r.dec.Decode(into); err != nil {
		r.syntax(err)
		return false
	}
	switch key {
	case "schema":
		if schema != Schema {
			r.f.add(d.at[key], "schema", errs.Args{"Have": schema, "Want": Schema})
			return false
		}
	case "weekend":
		for _, name := range weekend {
			i := slices.Index(weekdayNames[:], name)
			if i < 0 {
				r.f.add(d.at[key], "weekday", errs.Args{"Value": short(name)})
				continue
			}
			d.Weekend = append(d.Weekend, time.Weekday(i))
		}
	}
	return true
}

// readList reads a list and remembers the line of each entry.
func readList[T any](r *tableReader) (out []lined[T], ok bool) {
	if t, err := r.dec.Token(); err != nil || t != json.Delim('[') {
		if err == nil {
			err = errors.New("a list is needed here")
		}
		r.syntax(err)
		return nil, false
	}
	for r.dec.More() {
		one := lined[T]{line: r.line()}
		if err := r.dec.Decode(&one.value); err != nil {
			r.f.add(one.line, "syntax", errs.Args{"What": plain(err)})
			return nil, false
		}
		if out = append(out, one); len(out) > maxEntries {
			r.f.add(one.line, "too_many", errs.Args{"Limit": maxEntries})
			return nil, false
		}
	}
	if _, err := r.dec.Token(); err != nil {
		r.syntax(err)
		return nil, false
	}
	return out, true
}

// line is that of the next value.
func (r *tableReader) line() int {
	at := int(r.dec.InputOffset())
	for at < len(r.text) && strings.IndexByte(" \t\r\n,:", r.text[at]) >= 0 {
		at++
	}
	return 1 + bytes.Count(r.text[:at], []byte("\n"))
}

func (r *tableReader) syntax(err error) {
	if err == nil {
		err = errors.New("an object is needed here")
	}
	r.f.add(r.line(), "syntax", errs.Args{"What": plain(err)})
}

// plain is what a decoder says of a fault, without foreign text of any length.
func plain(err error) string {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "the file ends too early"
	}
	return short(strings.TrimPrefix(strings.TrimPrefix(err.Error(), "json: "), "workday: "))
}

// short keeps foreign text from filling a screen.
func short(s string) string {
	r := []rune(s)
	if len(r) > 120 {
		return string(r[:120]) + "…"
	}
	return s
}

// repeated finds a key that stands twice in one object: readers differ in which of the two they take.
func repeated(b []byte) (line int, key string, found bool) {
	dec := json.NewDecoder(bytes.NewReader(b))
	type level struct {
		keys  map[string]bool // nil for a list
		value bool            // the next string is a value
	}
	var stack []level
	for {
		t, err := dec.Token()
		if err != nil || len(stack) > 100 {
			return 0, "", false // the reader says what is wrong
		}
		if n := len(stack); n > 0 && stack[n-1].keys != nil {
			if end, is := t.(json.Delim); !stack[n-1].value && !(is && end == '}') {
				key = fmt.Sprint(t)
				if stack[n-1].keys[key] {
					return 1 + bytes.Count(b[:dec.InputOffset()], []byte("\n")), short(key), true
				}
				stack[n-1].keys[key], stack[n-1].value = true, true
				continue
			}
			stack[n-1].value = false
		}
		switch t {
		case json.Delim('{'):
			stack = append(stack, level{keys: map[string]bool{}})
		case json.Delim('['):
			stack = append(stack, level{})
		case json.Delim('}'), json.Delim(']'):
			stack = stack[:len(stack)-1]
		}
	}
}
