package seal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxSafeInteger is the largest integer that every JSON library reads exactly, 2^53-1.
const maxSafeInteger = 1<<53 - 1

// checkJSON accepts the subset of JSON that documents use, on which all parsers agree: valid UTF-8, one object
// without white space around it, no null, no key twice in an object, keys of a-z 0-9 and _ only (so that a
// reader that ignores case reads the same), integers only and those within ±(2^53-1), and a bounded depth.
func checkJSON(b []byte, depth int) error {
	if !utf8.Valid(b) || !json.Valid(b) {
		return fmt.Errorf("%w: not valid JSON in UTF-8", ErrDocument)
	}
	if len(b) < 2 || b[0] != '{' || b[len(b)-1] != '}' {
		return fmt.Errorf("%w: not one JSON object", ErrDocument)
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	if err := checkValue(dec, depth); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return fmt.Errorf("%w: something after the object", ErrDocument)
	}
	return nil
}

func checkValue(dec *json.Decoder, depth int) error {
	tok, err := dec.Token()
	if err != nil {
		return fmt.Errorf("%w: not valid JSON", ErrDocument)
	}
	switch t := tok.(type) {
	case nil:
		return fmt.Errorf("%w: null", ErrDocument)
	case json.Number:
		return checkInteger(t.String())
	case json.Delim:
		if depth == 0 {
			return fmt.Errorf("%w: nested too deeply", ErrDocument)
		}
		keys := map[string]bool{}
		for dec.More() {
			if t == '{' {
				if err := checkKey(dec, keys); err != nil {
					return err
				}
			}
			if err := checkValue(dec, depth-1); err != nil {
				return err
			}
		}
		_, err := dec.Token()
		return err
	}
	return nil
}

func checkKey(dec *json.Decoder, seen map[string]bool) error {
	tok, err := dec.Token()
	key, ok := tok.(string)
	if err != nil || !ok {
		return fmt.Errorf("%w: not valid JSON", ErrDocument)
	}
	if key == "" || !every(key, lowerDigits+"_") {
		return fmt.Errorf("%w: key outside a-z 0-9 _", ErrDocument)
	}
	if seen[key] {
		return fmt.Errorf("%w: key twice in one object", ErrDocument)
	}
	seen[key] = true
	return nil
}

func checkInteger(s string) error {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > maxSafeInteger || n < -maxSafeInteger || s == "-0" {
		return fmt.Errorf("%w: number is not an integer within 2^53", ErrDocument)
	}
	return nil
}

// decodeExact decodes an object that [checkJSON] accepted into v and refuses it unless its keys are exactly
// the given ones.
func decodeExact(b []byte, v any, keys ...string) error {
	var have map[string]json.RawMessage
	if err := json.Unmarshal(b, &have); err != nil || len(have) != len(keys) {
		return fmt.Errorf("%w: must have exactly the fields %s", ErrDocument, strings.Join(keys, ", "))
	}
	for _, k := range keys {
		if _, ok := have[k]; !ok {
			return fmt.Errorf("%w: field %s is missing", ErrDocument, k)
		}
	}
	return decodeKnown(b, v)
}

// decodeKnown decodes an object that [checkJSON] accepted and refuses fields that v does not have.
func decodeKnown(b []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("%w: unknown field or wrong type", ErrDocument)
	}
	return nil
}

// encodeJSON writes v without white space and without HTML escapes.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDocument, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
