package sieve

// enabled is enabledGo.
//
//go:noescape
func enabled(s *Sieve, st *State, skip *uint64, ids *uint32) (hits, fired, rest int)
