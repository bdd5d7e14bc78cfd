//go:build !race

#include "textflag.h"

// func hashPairs(states *uint64, n int, bare, lines uint64, slots *uint64, sc *Scratch)
TEXT ·hashPairs(SB), NOSPLIT, $0-48
	MOVQ states+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ bare+16(FP), R8
	MOVQ lines+24(FP), R15
	MOVQ slots+32(FP), DI
	MOVQ sc+40(FP), R14
	MOVQ $14029467366897019727, R9  // prime2
	MOVQ $11400714785074694791, R10 // prime1
	MOVQ $2870177450012600277, R11  // prime5 + 16
	MOVQ $9650029242287828579, R12  // prime4
	MOVQ $1609587929392839161, R13  // prime3

hash:
	MOVQ       (SI), AX
	MOVQ       8(SI), BX
	ANDQ       R8, BX
	IMULQ      R9, AX
	IMULQ      R9, BX
	ROLQ       $31, AX
	ROLQ       $31, BX
	IMULQ      R10, AX
	IMULQ      R10, BX
	XORQ       R11, AX
	ROLQ       $27, AX
	IMULQ      R10, AX
	ADDQ       R12, AX
	XORQ       BX, AX
	ROLQ       $27, AX
	IMULQ      R10, AX
	ADDQ       R12, AX
	MOVQ       AX, BX
	SHRQ       $33, BX
	XORQ       BX, AX
	IMULQ      R9, AX
	MOVQ       AX, BX
	SHRQ       $29, BX
	XORQ       BX, AX
	IMULQ      R13, AX
	MOVQ       AX, BX
	SHRQ       $32, BX
	XORQ       BX, AX
	MOVQ       AX, (R14)
	MULQ       R15
	SHLQ       $3, DX
	MOVQ       DX, 2048(R14)
	PREFETCHT0 (DI)(DX*8)
	ADDQ       $16, SI
	ADDQ       $8, R14
	DECQ       CX
	JNZ        hash
	RET
