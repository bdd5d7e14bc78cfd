package tlaeval

import (
	"fmt"
	"slices"
	"strings"
)

// Pos is a place in a file. Lines and columns count from 1.
type Pos struct{ Line, Col int }

// Error is what is wrong with a module or a configuration, or with a value in a state.
type Error struct {
	File string
	Pos
	Msg string
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Msg) }

// fail stops the work with an error, which Check returns.
func fail(at Pos, format string, args ...any) {
	panic(&Error{Pos: at, Msg: fmt.Sprintf(format, args...)})
}

type tokenKind uint8

const (
	endOfFile tokenKind = iota
	identifier
	numeral
	word   // a reserved word
	symbol // an operator or a bracket
	dashes // four or more -
	equals // four or more =
)

type token struct {
	Pos
	kind tokenKind
	text string
}

func (t token) String() string {
	if t.kind == endOfFile {
		return "the end of the file"
	}
	return t.text
}

// words are the reserved words of TLA+, those of proofs included.
var words = strings.Fields(`ACTION ASSUME ASSUMPTION AXIOM BOOLEAN BY CASE CHOOSE CONSTANT CONSTANTS COROLLARY DEF DEFINE DEFS
	DOMAIN ELSE ENABLED EXCEPT EXTENDS FALSE HAVE HIDE IF IN INSTANCE LAMBDA LEMMA LET LOCAL MODULE NEW OBVIOUS OMITTED ONLY
	OTHER PICK PROOF PROPOSITION PROVE QED RECURSIVE STATE STRING SUBSET SUFFICES TAKE TEMPORAL THEN THEOREM TRUE UNCHANGED
	UNION USE VARIABLE VARIABLES WITH WITNESS`)

// symbols are those of TLA+ that no letters are in, the longest first: the longest that fits is the one that is meant.
var symbols = func() []string {
	list := strings.Fields(`-+-> ::= <=> (\X) (+) (-) (.) (/) ... >>_ |-> ]_ == => =< =| <= >= /= /\ \/ ~> <> [] << >> .. ++ --
		** // ^^ ^+ ^* ^# %% ## $$ ?? && || |- |= -| @@ !! :> <: := -> <- :: ! # $ % & ( ) * + , - . / : < = > @ [ \ ] ^ ' { | } ~ _ ; "`)
	slices.SortStableFunc(list, func(a, b string) int { return len(b) - len(a) })
	return list
}()

// scanner splits a text into tokens.
type scanner struct {
	text string
	Pos
}

func (s *scanner) advance(n int) {
	for _, c := range []byte(s.text[:n]) {
		if c == '\n' {
			s.Line, s.Col = s.Line+1, 0
		}
		s.Col++
	}
	s.text = s.text[n:]
}

// blanks skips white space and comments.
func (s *scanner) blanks() {
	for {
		s.advance(len(s.text) - len(strings.TrimLeft(s.text, " \n")))
		switch {
		case strings.HasPrefix(s.text, `\*`):
			n := strings.IndexByte(s.text, '\n')
			if n < 0 {
				n = len(s.text)
			}
			s.advance(n)
		case strings.HasPrefix(s.text, "(*"):
			s.comment()
		default:
			return
		}
	}
}

// comment skips a comment and the comments in it.
func (s *scanner) comment() {
	at, depth := s.Pos, 0
	for {
		switch {
		case strings.HasPrefix(s.text, "(*"):
			depth++
			s.advance(2)
		case strings.HasPrefix(s.text, "*)"):
			depth--
			s.advance(2)
			if depth == 0 {
				return
			}
		case s.text == "":
			fail(at, "the comment does not end")
		default:
			s.advance(1)
		}
	}
}

func (s *scanner) next() token {
	s.blanks()
	t := token{Pos: s.Pos}
	if s.text == "" {
		return t
	}
	switch c := s.text[0]; {
	case c < ' ' || c > '~':
		fail(s.Pos, "the character %q, where only ASCII, blanks and ends of lines are read", c)
	case isLetter(c) || isDigit(c) || c == '_':
		t.text = s.text[:span(s.text, func(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' })]
		t.kind = nameKind(t)
	case strings.HasPrefix(s.text, "----"):
		t.kind, t.text = dashes, s.text[:span(s.text, func(c byte) bool { return c == '-' })]
	case strings.HasPrefix(s.text, "===="):
		t.kind, t.text = equals, s.text[:span(s.text, func(c byte) bool { return c == '=' })]
	case c == '\\' && len(s.text) > 1 && isLetter(s.text[1]):
		t.kind, t.text = symbol, s.text[:1+span(s.text[1:], isLetter)]
	default:
		i := slices.IndexFunc(symbols, func(sym string) bool { return strings.HasPrefix(s.text, sym) })
		if i < 0 {
			fail(s.Pos, "the character %q begins nothing", c)
		}
		t.kind, t.text = symbol, symbols[i]
	}
	s.advance(len(t.text))
	return t
}

// nameKind tells what letters, digits and underscores are: a name has a letter in it, a number digits only.
func nameKind(t token) tokenKind {
	switch {
	case span(t.text, isDigit) == len(t.text):
		return numeral
	case t.text == "_":
		return symbol
	case !strings.ContainsFunc(t.text, func(r rune) bool { return isLetter(byte(r)) }):
		fail(t.Pos, "%s is no name: it has no letter", t.text)
	case strings.HasPrefix(t.text, "WF_") || strings.HasPrefix(t.text, "SF_"):
		fail(t.Pos, "%s begins as fairness does", t.text)
	case slices.Contains(words, t.text):
		return word
	}
	return identifier
}

func span(s string, in func(byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
