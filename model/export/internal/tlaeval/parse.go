package tlaeval

import (
	"slices"
	"strings"
)

// parser reads a module. Names must be defined before they are used, so that it resolves them as it goes.
type parser struct {
	scan    scanner
	tok     token // the next one
	bullets []int // the columns of the junction lists around the next token
	extends []string
	params  []string // of the definition that is being read
	module  *module
}

func newParser(text string) *parser {
	p := &parser{scan: scanner{text, Pos{1, 1}}, module: &module{defs: map[string]*definition{}}}
	p.advance()
	return p
}

// advance goes to the next token.
func (p *parser) advance() { p.tok = p.scan.next() }

// outside tells whether the next token is not to the right of the junction list that it would be in. Such a token
// ends an item of the list, whatever it is.
func (p *parser) outside() bool {
	return len(p.bullets) > 0 && p.tok.Col <= p.bullets[len(p.bullets)-1]
}

// at tells whether the next token is a symbol or a word.
func (p *parser) at(text string) bool {
	return (p.tok.kind == symbol || p.tok.kind == word) && p.tok.text == text && !p.outside()
}

// expect takes a symbol or a word.
func (p *parser) expect(text string) {
	if !p.at(text) {
		p.unexpected("where " + text + " must be")
	}
	p.advance()
}

func (p *parser) unexpected(where string) {
	if p.outside() {
		fail(p.tok.Pos, "%v is not to the right of the junction list's bullet in column %d, %s", p.tok, p.bullets[len(p.bullets)-1], where)
	}
	fail(p.tok.Pos, "%v, %s", p.tok, where)
}

// name takes an identifier.
func (p *parser) name(of string) token {
	t := p.tok
	if t.kind != identifier {
		p.unexpected("where the name of " + of + " must be")
	}
	p.advance()
	return t
}

// names takes identifiers with commas between them.
func (p *parser) names(of string) []token {
	list := []token{p.name(of)}
	for p.at(",") {
		p.advance()
		list = append(list, p.name(of))
	}
	return list
}

// parseModule reads a module, and nothing after it.
func parseModule(text string) *module {
	p := newParser(text)
	p.dashes()
	p.expect("MODULE")
	p.module.name = p.name("the module").text
	p.dashes()
	if p.at("EXTENDS") {
		p.advance()
		for _, t := range p.names("a module") {
			if t.text != "Naturals" && t.text != "Integers" {
				fail(t.Pos, "the module %s is not known: only Naturals and Integers are", t.text)
			}
			p.extends = append(p.extends, t.text)
		}
	}
	for p.tok.kind != equals {
		p.unit()
	}
	for name, d := range p.module.defs {
		if d.body == nil {
			fail(d.Pos, "%s is declared, and never defined", name)
		}
	}
	p.advance()
	if p.tok.kind != endOfFile {
		p.unexpected("after the end of the module")
	}
	return p.module
}

func (p *parser) dashes() {
	if p.tok.kind != dashes {
		p.unexpected("where ---- must be")
	}
	p.advance()
}

// unit reads a declaration or a definition.
func (p *parser) unit() {
	switch {
	case p.tok.kind == dashes:
		p.advance()
	case p.at("VARIABLE") || p.at("VARIABLES"):
		p.advance()
		for _, t := range p.names("a variable") {
			p.fresh(t)
			p.module.variables = append(p.module.variables, t.text)
		}
	case p.at("RECURSIVE"):
		p.advance()
		for {
			t := p.name("an operator")
			p.fresh(t)
			d := &definition{Pos: t.Pos, name: t.text, again: true}
			d.params = p.parameters(func() string { p.expect("_"); return "_" })
			p.module.defs[t.text] = d
			if !p.at(",") {
				return
			}
			p.advance()
		}
	case p.tok.kind == identifier:
		p.definition()
	default:
		p.unexpected("where a definition or a declaration must be, of the kinds that are known here")
	}
}

// parameters reads what stands in parentheses after the name of an operator, if anything.
func (p *parser) parameters(one func() string) []string {
	if !p.at("(") {
		return nil
	}
	var list []string
	for more := true; more; more = p.at(",") {
		p.advance()
		list = append(list, one())
	}
	p.expect(")")
	return list
}

func (p *parser) definition() {
	t := p.name("an operator")
	d := p.module.defs[t.text]
	declared := d != nil && d.body == nil
	if !declared {
		p.fresh(t)
		d = &definition{Pos: t.Pos, name: t.text}
	}
	var params []string
	p.parameters(func() string {
		t := p.name("a parameter")
		p.fresh(t)
		if slices.Contains(params, t.text) {
			fail(t.Pos, "%s is a parameter twice", t.text)
		}
		params = append(params, t.text)
		return t.text
	})
	if declared && len(params) != len(d.params) {
		fail(t.Pos, "%s is defined with %d parameters, and was declared with %d", t.text, len(params), len(d.params))
	}
	d.params, p.params = params, params
	p.expect("==")
	body := p.expr()
	d.body, d.level, p.params = body, body.level, nil
	p.module.defs[t.text] = d
}

// fresh checks that a name means nothing yet.
func (p *parser) fresh(t token) {
	if d := p.module.defs[t.text]; d != nil && d.Pos != t.Pos {
		fail(t.Pos, "%s is already defined in line %d", t.text, d.Line)
	}
	if slices.Contains(p.module.variables, t.text) {
		fail(t.Pos, "%s is already a variable", t.text)
	}
	if p.provided(naturals) && t.text == "Nat" || p.provided(integers) && t.text == "Int" {
		fail(t.Pos, "%s is already defined by %s", t.text, strings.Join(p.extends, " and "))
	}
}

// provided tells whether one of some modules is extended; no modules are those of what is built in.
func (p *parser) provided(modules string) bool {
	return modules == "" || slices.ContainsFunc(p.extends, func(m string) bool { return slices.Contains(strings.Fields(modules), m) })
}
