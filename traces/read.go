package traces

import (
	"bytes"
	_ "embed" // the schema
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// Schema is the JSON schema of saved traces, draft 2020-12.
//
//go:embed schema.json
var Schema []byte

// ReadError is the refusal of a file that is no saved trace. Line and Col count from 1; Line is 0 if the place is not
// known.
type ReadError struct {
	File      string
	Line, Col int
	Text      string
}

func (e *ReadError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Text
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Text)
}

// Read reads a saved trace; name is the file's, for errors. The error is a *ReadError if the content is wrong.
func Read(name string, content []byte) (*Saved, error) {
	fail := func(offset int64, format string, args ...any) error {
		e := &ReadError{File: name, Text: fmt.Sprintf(format, args...)}
		if offset >= 0 {
			before := content[:min(offset, int64(len(content)))]
			e.Line = bytes.Count(before, []byte("\n")) + 1
			e.Col = len(before) - bytes.LastIndexByte(before, '\n')
		}
		return e
	}
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	dec := json.NewDecoder(bytes.NewReader(content))
	if err := dec.Decode(&head); err != nil {
		return nil, fail(offset(err, dec), "no saved trace: %s", reason(err))
	}
	switch {
	case head.Format != Format:
		return nil, fail(0, "no saved trace: its \"format\" is %q, not %q; hpmc trace --format json writes one", head.Format, Format)
	case head.Version != Version:
		return nil, fail(0, "a trace of version %d; this hpmc reads version %d", head.Version, Version)
	}
	var s Saved
	dec = json.NewDecoder(bytes.NewReader(content))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return nil, fail(offset(err, dec), "%s", reason(err))
	}
	if rest := bytes.TrimSpace(content[dec.InputOffset():]); len(rest) > 0 {
		return nil, fail(int64(len(content)-len(rest)), "something follows the trace")
	}
	if s.Scenario == "" || s.Property.Name == "" {
		return nil, fail(0, "a trace needs a \"scenario\" and a \"property\" with a \"name\"")
	}
	for i, st := range s.Steps {
		if st.Thread == "" || st.Text == "" {
			return nil, fail(-1, "step %d needs a \"thread\" and a \"text\"", i+1)
		}
	}
	return &s, nil
}

// offset returns where in the input an error arose.
func offset(err error, dec *json.Decoder) int64 {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return max(syntax.Offset-1, 0)
	case errors.As(err, &kind):
		return max(kind.Offset-1, 0)
	}
	return dec.InputOffset()
}

// kinds names the kinds of value that a saved trace has.
var kinds = map[reflect.Kind]string{reflect.String: "a string", reflect.Int: "an integer", reflect.Slice: "a list", reflect.Struct: "an object"}

func reason(err error) string {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "the file ends early"
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Sprintf("%q is a %s, and should be %s", kind.Field, kind.Value, kinds[kind.Type.Kind()])
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}
