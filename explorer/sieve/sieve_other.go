//go:build !amd64

package sieve

var assembly = false

var (
	scanners [MaxWords + 1]func(*run) int
	runners  [MaxWords + 1]func(*run) int
	makers   [MaxWords + 1]func(*run)
)
