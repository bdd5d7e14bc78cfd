package compile

import (
	"go/ast"
	"go/parser"
	"go/token"
	"sync"
)

// Parsed is sources that have been parsed. Several compilations, at the same time too, can share them: most scenarios
// have most of their files in common.
type Parsed struct {
	fset  *token.FileSet
	mu    sync.Mutex
	files map[string]*ast.File // by name and text
}

// NewParsed returns an empty one.
func NewParsed() *Parsed { return &Parsed{fset: token.NewFileSet(), files: map[string]*ast.File{}} }

// file parses a source unless that has been done. What has faults is not kept.
func (p *Parsed) file(src Source) (*ast.File, error) {
	key := src.Name + "\x00" + string(src.Text)
	p.mu.Lock()
	defer p.mu.Unlock()
	if f := p.files[key]; f != nil {
		return f, nil
	}
	f, err := parser.ParseFile(p.fset, src.Name, src.Text, parser.ParseComments|parser.SkipObjectResolution)
	if err == nil {
		p.files[key] = f
	}
	return f, err
}
