//go:build !amd64

package sieve

func enabled(s *Sieve, st *State, skip *uint64, ids *uint32) (hits, fired, rest int) {
	return enabledGo(s, st, skip, ids)
}
