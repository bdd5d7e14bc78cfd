package scenarios

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"hpmc/model"
)

// maxFile bounds a YAML file, in bytes: it keeps the parser's recursion within its stack.
const maxFile = 64 << 10

// A node is a YAML value with its position.
type node struct {
	kind    nodeKind
	pos     model.Pos // of a scalar: of the first character of its text, past a quote
	text    string    // of a scalar
	plain   bool      // a scalar without quotes
	lines   bool      // a scalar that spans several lines
	items   []*node   // of a list
	entries []entry   // of a map, in the order of the file, without duplicates
}

type entry struct {
	key string
	pos model.Pos // of key
	val *node
}

type nodeKind uint8

const (
	nullNode nodeKind = iota
	scalarNode
	listNode
	mapNode
	badNode // a mistake that has been reported
)

var nodeKindNames = [...]string{"nothing", "a single value", "a list", "a map", "a mistake"}

// yamlReader turns a file into nodes.
type yamlReader struct {
	file  string
	lines []string
	errs  *Errors
}

// readYAML parses a file. Mistakes go to errs, and the node is nil when nothing can be made of the text.
func readYAML(file string, text []byte, errs *Errors) (n *node) {
	if len(text) > maxFile {
		errs.addf(model.Pos{File: file}, "the file has %d bytes; at most %d are read", len(text), maxFile)
		return nil
	}
	src := strings.ReplaceAll(string(text), "\r\n", "\n")
	r := &yamlReader{file: file, lines: strings.Split(src, "\n"), errs: errs}
	defer func() { // the parser has been seen to panic on malformed input
		if e := recover(); e != nil {
			errs.addf(model.Pos{File: file, Line: 1, Col: 1}, "malformed YAML (%v)", e)
			n = nil
		}
	}()
	for i, l := range r.lines {
		if k := strings.IndexByte(l, '\t'); k >= 0 && strings.TrimLeft(l[:k], " ") == "" && strings.TrimSpace(l) != "" {
			errs.addf(model.Pos{File: file, Line: i + 1, Col: k + 1}, "indent with spaces; YAML does not allow tabs")
			return nil
		}
	}
	if line := tooDeep(r.lines); line > 0 {
		errs.addf(model.Pos{File: file, Line: line, Col: 1}, "nested too deeply")
		return nil
	}
	f, err := parser.ParseBytes([]byte(src), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		var ye yaml.Error
		if errors.As(err, &ye) && ye.GetToken() != nil {
			errs.addf(r.pos(ye.GetToken()), "%s%s", ye.GetMessage(), r.quoteHint(ye.GetToken()))
		} else {
			errs.addf(model.Pos{File: file, Line: 1, Col: 1}, "malformed YAML: %v", err)
		}
		return nil
	}
	var body ast.Node
	for _, d := range f.Docs {
		if d.Body == nil {
			continue
		}
		if body != nil {
			errs.addf(r.pos(firstToken(d.Body)), "a second document; write one document a file")
			break
		}
		body = d.Body
	}
	if body == nil {
		errs.addf(model.Pos{File: file, Line: 1, Col: 1}, "the file is empty")
		return nil
	}
	return r.convert(body)
}

// maxIndent and maxNesting bound what the parser, which is recursive, is given.
const (
	maxIndent  = 100
	maxNesting = 30
)

// tooDeep returns the number of a line that is nested too deeply, or 0. It takes brackets in texts for
// nesting, which does no harm as long as they are balanced.
func tooDeep(lines []string) int {
	depth := 0
	for i, l := range lines {
		if len(l)-len(strings.TrimLeft(l, " -?")) > maxIndent {
			return i + 1
		}
		if l != "" && l[0] != ' ' {
			depth = 0
		}
		for _, c := range l {
			switch c {
			case '[', '{':
				depth++
			case ']', '}':
				depth--
			}
			if depth > maxNesting {
				return i + 1
			}
		}
	}
	return 0
}

// firstToken returns the token that a value begins with; a map in block style names its first colon.
func firstToken(n ast.Node) *token.Token {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return m.Values[0].Key.GetToken()
	}
	return n.GetToken()
}

// quoteHint explains syntax errors that a Go expression without quotes causes.
func (r *yamlReader) quoteHint(tk *token.Token) string {
	if tk.Position == nil || tk.Position.Line < 1 || tk.Position.Line > len(r.lines) {
		return ""
	}
	if l := r.lines[tk.Position.Line-1]; strings.Contains(l, "k.") || strings.ContainsAny(l, "(&|") {
		return "; put a Go expression in quotes"
	}
	return ""
}

func (r *yamlReader) errorf(pos model.Pos, format string, args ...any) *node {
	r.errs.addf(pos, format, args...)
	return &node{kind: badNode, pos: pos}
}

const tagMessage = "tags are not supported; put the value in quotes if ! belongs to it"

// at returns the line of a position from there on.
func (r *yamlReader) at(pos model.Pos) string {
	if pos.Line > len(r.lines) || pos.Col > len(r.lines[pos.Line-1]) {
		return ""
	}
	return r.lines[pos.Line-1][pos.Col-1:]
}

func (r *yamlReader) convert(n ast.Node) *node {
	switch n := n.(type) {
	case nil:
		return &node{pos: model.Pos{File: r.file, Line: 1, Col: 1}}
	case *ast.NullNode:
		pos := r.pos(n.Token)
		if n.Token.Type == token.ImplicitNullType {
			if strings.HasPrefix(r.at(pos), "!") { // a tag without a value
				return r.errorf(pos, tagMessage)
			}
			return &node{pos: pos}
		}
		return &node{pos: pos, text: n.Token.Value}
	case *ast.MappingNode:
		return r.convertMap(n.Start, n.Values)
	case *ast.MappingValueNode:
		return r.convertMap(n.Start, []*ast.MappingValueNode{n})
	case *ast.SequenceNode:
		m := &node{kind: listNode, pos: r.pos(n.Start)}
		for _, v := range n.Values {
			m.items = append(m.items, r.convert(v))
		}
		return m
	case *ast.LiteralNode:
		return &node{kind: scalarNode, pos: r.pos(n.Start), text: n.Value.Value, lines: true}
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return r.scalar(n.GetToken())
	case *ast.AnchorNode:
		return r.errorf(r.pos(n.Start), "anchors are not supported; write the value out, or put it in quotes if & belongs to it")
	case *ast.AliasNode:
		return r.errorf(r.pos(n.Start), "aliases are not supported; write the value out, or put it in quotes if * belongs to it")
	case *ast.TagNode:
		return r.errorf(r.pos(n.Start), tagMessage)
	}
	return r.errorf(r.pos(n.GetToken()), "%s is not supported here", strings.ToLower(n.Type().String()))
}

func (r *yamlReader) convertMap(start *token.Token, values []*ast.MappingValueNode) *node {
	m := &node{kind: mapNode, pos: r.pos(start)}
	for i, v := range values {
		key, ok := v.Key.(ast.Node)
		if !ok || key == nil {
			continue
		}
		var k *node
		switch key.(type) {
		case *ast.MappingKeyNode, *ast.MergeKeyNode:
			k = r.errorf(r.pos(key.GetToken()), "a key must be a plain name")
		default:
			k = r.convert(key)
		}
		if k.kind == nullNode && k.text == "" || k.kind != scalarNode && k.kind != nullNode {
			if k.kind != badNode {
				r.errorf(k.pos, "a key must be a plain name")
			}
			continue
		}
		if i == 0 && start.Value == ":" { // in block style the map starts at its first key
			m.pos = k.pos
		}
		val := r.convert(v.Value)
		if first := m.find(k.text); first != nil {
			r.errorf(k.pos, "%s is given twice; the first is at line %d", k.text, first.pos.Line)
			continue
		}
		m.entries = append(m.entries, entry{key: k.text, pos: k.pos, val: val})
	}
	return m
}

// find returns the entry of a map with a key, or nil.
func (n *node) find(key string) *entry {
	for i := range n.entries {
		if n.entries[i].key == key {
			return &n.entries[i]
		}
	}
	return nil
}

func (r *yamlReader) scalar(tk *token.Token) *node {
	return &node{
		kind:  scalarNode,
		pos:   r.pos(tk),
		text:  tk.Value,
		plain: tk.Type != token.SingleQuoteType && tk.Type != token.DoubleQuoteType,
		lines: strings.Contains(strings.TrimSpace(tk.Origin), "\n"),
	}
}

// pos returns where a token stands, past its quote. The scanner counts columns in characters, and places a
// plain text that blanks follow too far to the right; so the line is searched for what the token says.
func (r *yamlReader) pos(tk *token.Token) model.Pos {
	if tk == nil || tk.Position == nil {
		return model.Pos{File: r.file, Line: 1, Col: 1}
	}
	p := model.Pos{File: r.file, Line: max(tk.Position.Line, 1), Col: max(tk.Position.Column, 1)}
	text, quote := strings.TrimSpace(tk.Origin), 0
	switch tk.Type {
	case token.SingleQuoteType, token.DoubleQuoteType:
		quote = 1
	}
	first, rest, _ := strings.Cut(text, "\n")
	first = strings.TrimRight(first, " ")
	for l := p.Line; l >= 1 && l >= p.Line-strings.Count(rest, "\n")-1 && l <= len(r.lines); l-- {
		want := p.Col
		if l != p.Line {
			want = 1
		}
		if col := find(r.lines[l-1], first, byteCol(r.lines[l-1], want)); col > 0 {
			return model.Pos{File: r.file, Line: l, Col: col + quote}
		}
	}
	if p.Line <= len(r.lines) {
		p.Col = byteCol(r.lines[p.Line-1], p.Col)
	}
	p.Col += quote
	return p
}

// byteCol turns a column in characters into one in bytes, both from 1.
func byteCol(line string, col int) int {
	n := 0
	for i := range line {
		if n++; n == col {
			return i + 1
		}
	}
	return len(line) + 1
}

// find returns the column of text in line that is closest to col, or 0.
func find(line, text string, col int) int {
	if text == "" {
		return 0
	}
	best := 0
	for from := 0; ; {
		i := strings.Index(line[from:], text)
		if i < 0 {
			return best
		}
		at := from + i + 1
		if best == 0 || abs(at-col) < abs(best-col) {
			best = at
		}
		from = at
	}
}

func abs(n int) int { return max(n, -n) }

// describe says what a node is, for messages.
func (n *node) describe() string {
	if n.kind == scalarNode || n.kind == nullNode && n.text != "" {
		return fmt.Sprintf("%q", n.text)
	}
	return nodeKindNames[n.kind]
}
