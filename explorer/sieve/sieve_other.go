//go:build !amd64

package sieve

const assembly, memos = false, false

var expand, scan [MaxWords + 1]func(*run) int
