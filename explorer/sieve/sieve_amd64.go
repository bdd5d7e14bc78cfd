package sieve

import "golang.org/x/sys/cpu"

// assembly tells whether the assembly can be used.
var assembly = cpu.X86.HasAVX2 && cpu.X86.HasPOPCNT

// memos tells whether it can use memos.
var memos = assembly && cpu.X86.HasBMI2

var (
	expand = [MaxWords + 1]func(*run) int{nil, expand1, expand2, expand3}
	scan   = [MaxWords + 1]func(*run) int{nil, scan1, scan2, scan3}
)

// expand1 expands states of one word from at on, and tells why it came back.
//
//go:noescape
func expand1(r *run) (why int)

// expand2 is expand1 for states of two words.
//
//go:noescape
func expand2(r *run) (why int)

// expand3 is expand1 for states of three words.
//
//go:noescape
func expand3(r *run) (why int)

// scan1 lists what is enabled in a state of one word.
//
//go:noescape
func scan1(r *run) (why int)

// scan2 is scan1 for a state of two words.
//
//go:noescape
func scan2(r *run) (why int)

// scan3 is scan1 for a state of three words.
//
//go:noescape
func scan3(r *run) (why int)

// left is, for the lanes in a set, where VPERMD and VPERMILPS take the 32-bit parts from that move them to the front.
var (
	left64 [1 << lanes][8]uint32
	left32 [1 << lanes][4]uint32
)

func init() {
	for set := range left64 {
		n := uint32(0)
		for i := range uint32(lanes) {
			if set>>i&1 != 0 {
				left64[set][2*n], left64[set][2*n+1] = 2*i, 2*i+1
				left32[set][n] = i
				n++
			}
		}
	}
}
