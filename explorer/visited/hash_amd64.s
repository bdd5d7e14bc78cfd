//go:build !race

#include "textflag.h"

#define PRIME1 $11400714785074694791
#define PRIME2 $14029467366897019727
#define PRIME3 $1609587929392839161
#define PRIME4 $9650029242287828579

// KEEP takes a key in AX apart, notes what a slot has of it and the index of its home's first word, and prefetches that
// line; the next state is SIZE bytes on. R15, R13 and R11 are shape.lines, .drop and .lift, DI the table, and R14 the scratch.
#define KEEP(SIZE) \
	SHLXQ      R13, AX, BX   \
	MULQ       R15           \
	SHRXQ      R11, BX, BX   \
	MOVQ       BX, (R14)     \
	SHLQ       $3, DX        \
	MOVQ       DX, 2048(R14) \
	PREFETCHT0 (DI)(DX*8)    \
	ADDQ       $SIZE, SI     \
	ADDQ       $8, R14       \
	DECQ       CX            \
	JNZ        hash          \
	RET

#define BEGIN \
	MOVQ states+0(FP), SI  \
	MOVQ n+8(FP), CX       \
	MOVQ s+24(FP), BX      \
	MOVQ 0(BX), R15        \
	MOVQ 32(BX), R13       \
	MOVQ 40(BX), R11       \
	MOVQ slots+32(FP), DI  \
	MOVQ sc+40(FP), R14

// ROUND is one of the two of mixer.mix. R9 is .half and R10 .keep.
#define ROUND(PRIME) \
	SHRXQ R9, AX, BX  \
	ANDQ  R10, BX     \
	XORQ  BX, AX      \
	IMULQ PRIME, AX

// func hashWords(states *uint64, n int, m *mixer, s *shape, slots *uint64, sc *Scratch)
TEXT ·hashWords(SB), NOSPLIT, $0-48
	BEGIN
	MOVQ m+16(FP), BX
	MOVQ 0(BX), R8
	MOVQ 8(BX), R9
	MOVQ 16(BX), R10
	MOVQ PRIME1, R12
	MOVQ PRIME2, DX
	MOVQ DX, X0

hash:
	MOVQ  (SI), AX
	SHLXQ R8, AX, AX
	ROUND(R12)
	MOVQ  X0, DX
	ROUND(DX)
	KEEP(8)

// XXH64, as Hash2 computes it. LANE mixes a word, and JOIN puts the hash so far, in AX, through its lane's end. R9, R10
// and R12 are prime2, prime1 and prime4.
#define LANE(WORD) \
	IMULQ R9, WORD  \
	ROLQ  $31, WORD \
	IMULQ R10, WORD

#define JOIN \
	ROLQ  $27, AX \
	IMULQ R10, AX \
	ADDQ  R12, AX

// func hashPairs(states *uint64, n int, bare uint64, s *shape, slots *uint64, sc *Scratch)
TEXT ·hashPairs(SB), NOSPLIT, $0-48
	BEGIN
	MOVQ $2870177450012600277, R8 // prime5 + 16
	MOVQ PRIME2, R9
	MOVQ PRIME1, R10
	MOVQ PRIME4, R12
	MOVQ PRIME3, DX
	MOVQ DX, X0

hash:
	MOVQ  (SI), AX
	MOVQ  8(SI), BX
	ANDQ  bare+16(FP), BX
	LANE(AX)
	LANE(BX)
	XORQ  R8, AX
	JOIN
	XORQ  BX, AX
	JOIN
	MOVQ  AX, BX
	SHRQ  $33, BX
	XORQ  BX, AX
	IMULQ R9, AX
	MOVQ  AX, BX
	SHRQ  $29, BX
	XORQ  BX, AX
	MOVQ  X0, DX
	IMULQ DX, AX
	MOVQ  AX, BX
	SHRQ  $32, BX
	XORQ  BX, AX
	KEEP(16)
