//go:build !race

#include "textflag.h"

// XXH64, as Hash1 and Hash2 compute it. R9, R10, R12 and R13 are prime2, prime1, prime4 and prime3; R11 is what the hash
// begins with, by the number of words.
#define BEGIN(START) \
	MOVQ states+0(FP), SI           \
	MOVQ n+8(FP), CX                \
	MOVQ bare+16(FP), R8            \
	MOVQ lines+24(FP), R15          \
	MOVQ slots+32(FP), DI           \
	MOVQ sc+40(FP), R14             \
	MOVQ $14029467366897019727, R9  \
	MOVQ $11400714785074694791, R10 \
	MOVQ $START, R11                \
	MOVQ $9650029242287828579, R12  \
	MOVQ $1609587929392839161, R13

// LANE mixes a word, and JOIN puts the hash so far, in AX, through its lane's end.
#define LANE(WORD) \
	IMULQ R9, WORD  \
	ROLQ  $31, WORD \
	IMULQ R10, WORD

#define JOIN \
	ROLQ  $27, AX \
	IMULQ R10, AX \
	ADDQ  R12, AX

// END finishes a hash, notes it and its home, and prefetches that; the next state is SIZE bytes on.
#define END(SIZE) \
	MOVQ       AX, BX        \
	SHRQ       $33, BX       \
	XORQ       BX, AX        \
	IMULQ      R9, AX        \
	MOVQ       AX, BX        \
	SHRQ       $29, BX       \
	XORQ       BX, AX        \
	IMULQ      R13, AX       \
	MOVQ       AX, BX        \
	SHRQ       $32, BX       \
	XORQ       BX, AX        \
	MOVQ       AX, (R14)     \
	MULQ       R15           \
	SHLQ       $3, DX        \
	MOVQ       DX, 2048(R14) \
	PREFETCHT0 (DI)(DX*8)    \
	ADDQ       $SIZE, SI     \
	ADDQ       $8, R14       \
	DECQ       CX            \
	JNZ        hash          \
	RET

// func hashWords(states *uint64, n int, bare, lines uint64, slots *uint64, sc *Scratch)
TEXT ·hashWords(SB), NOSPLIT, $0-48
	BEGIN(2870177450012600269) // prime5 + 8

hash:
	MOVQ (SI), AX
	ANDQ R8, AX
	LANE(AX)
	XORQ R11, AX
	JOIN
	END(8)

// func hashPairs(states *uint64, n int, bare, lines uint64, slots *uint64, sc *Scratch)
TEXT ·hashPairs(SB), NOSPLIT, $0-48
	BEGIN(2870177450012600277) // prime5 + 16

hash:
	MOVQ (SI), AX
	MOVQ 8(SI), BX
	ANDQ R8, BX
	LANE(AX)
	LANE(BX)
	XORQ R11, AX
	JOIN
	XORQ BX, AX
	JOIN
	END(16)
