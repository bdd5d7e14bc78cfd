//go:build !race

#include "textflag.h"

// What hash_amd64.s does, with AVX-512: eight states at a time, which has a multiplication of words.

DATA evens<>+0(SB)/8, $0
DATA evens<>+8(SB)/8, $2
DATA evens<>+16(SB)/8, $4
DATA evens<>+24(SB)/8, $6
DATA evens<>+32(SB)/8, $8
DATA evens<>+40(SB)/8, $10
DATA evens<>+48(SB)/8, $12
DATA evens<>+56(SB)/8, $14
GLOBL evens<>(SB), RODATA|NOPTR, $64

#define PRIME1 $11400714785074694791
#define PRIME2 $14029467366897019727
#define PRIME3 $1609587929392839161
#define PRIME4 $9650029242287828579
#define START2 $2870177450012600277 // prime5 + 16

#define CONST(VALUE, Z) \
	MOVQ         VALUE, AX \
	VPBROADCASTQ AX, Z

// Z20 is shape.lines, X21 .drop and X22 .lift, SI the states and CX how many there are, DI the table, and R14 the scratch.
#define BEGIN \
	MOVQ         states+0(FP), SI \
	MOVQ         n+8(FP), CX      \
	MOVQ         s+24(FP), BX     \
	VPBROADCASTQ 0(BX), Z20       \
	VMOVQ        32(BX), X21      \
	VMOVQ        40(BX), X22      \
	MOVQ         slots+32(FP), DI \
	MOVQ         sc+40(FP), R14

// TAKE takes keys in Z0 apart, notes what slots have of them and the indices of their homes' first words, and prefetches
// those lines.
#define TAKE \
	VPMULUDQ   Z0, Z20, Z1     \
	VPSRLQ     $32, Z1, Z1     \
	VPSRLQ     $32, Z0, Z2     \
	VPMULUDQ   Z2, Z20, Z2     \
	VPADDQ     Z1, Z2, Z1      \
	VPSRLQ     $32, Z1, Z1     \ // homes
	VPSLLQ     $3, Z1, Z1      \
	VPSLLQ     X21, Z0, Z0     \
	VPSRLQ     X22, Z0, Z0     \
	VMOVDQU64  Z0, (R14)       \
	VMOVDQU64  Z1, 2048(R14)   \
	MOVQ       2048(R14), AX   \
	MOVQ       2056(R14), BX   \
	MOVQ       2064(R14), DX   \
	MOVQ       2072(R14), R12  \
	PREFETCHT0 (DI)(AX*8)      \
	PREFETCHT0 (DI)(BX*8)      \
	PREFETCHT0 (DI)(DX*8)      \
	PREFETCHT0 (DI)(R12*8)     \
	MOVQ       2080(R14), AX   \
	MOVQ       2088(R14), BX   \
	MOVQ       2096(R14), DX   \
	MOVQ       2104(R14), R12  \
	PREFETCHT0 (DI)(AX*8)      \
	PREFETCHT0 (DI)(BX*8)      \
	PREFETCHT0 (DI)(DX*8)      \
	PREFETCHT0 (DI)(R12*8)     \
	ADDQ       $64, R14

// func hashWordsWide(states *uint64, n int, m *mixer, s *shape, slots *uint64, sc *Scratch)
TEXT ·hashWordsWide(SB), NOSPLIT, $0-48
	PCALIGN $64
	BEGIN
	MOVQ         m+16(FP), BX
	VMOVQ        0(BX), X23
	VMOVQ        8(BX), X24
	VPBROADCASTQ 16(BX), Z25
	CONST(PRIME1, Z16)
	CONST(PRIME2, Z17)
	MOVL         $0xff, AX
	KMOVW        AX, K1

eight:
	CMPQ        CX, $8
	JCC         load
	MOVL        $1, AX
	SHLXL       CX, AX, AX
	DECL        AX
	KMOVW       AX, K1          // there are only CX left

load:
	VMOVDQU64.Z (SI), K1, Z0
	VPSLLQ      X23, Z0, Z0
	VPSRLQ      X24, Z0, Z1
	VPANDQ      Z25, Z1, Z1
	VPXORQ      Z1, Z0, Z0
	VPMULLQ     Z16, Z0, Z0
	VPSRLQ      X24, Z0, Z1
	VPANDQ      Z25, Z1, Z1
	VPXORQ      Z1, Z0, Z0
	VPMULLQ     Z17, Z0, Z0
	TAKE
	ADDQ        $64, SI
	SUBQ        $8, CX
	JHI         eight
	VZEROUPPER
	RET

// LANE mixes words, and JOIN puts the hashes so far, in Z0, through their lanes' ends.
#define LANE(Z) \
	VPMULLQ Z17, Z, Z \
	VPROLQ  $31, Z, Z \
	VPMULLQ Z16, Z, Z

#define JOIN \
	VPROLQ  $27, Z0, Z0  \
	VPMULLQ Z16, Z0, Z0  \
	VPADDQ  Z19, Z0, Z0

#define XORSHIFT(N) \
	VPSRLQ N, Z0, Z2    \
	VPXORQ Z2, Z0, Z0

// func hashPairsWide(states *uint64, n int, bare uint64, s *shape, slots *uint64, sc *Scratch)
TEXT ·hashPairsWide(SB), NOSPLIT, $0-48
	PCALIGN $64
	BEGIN
	VPBROADCASTQ bare+16(FP), Z25
	CONST(PRIME1, Z16)
	CONST(PRIME2, Z17)
	CONST(PRIME3, Z18)
	CONST(PRIME4, Z19)
	CONST(START2, Z23)
	VMOVDQU64    evens<>(SB), Z26
	CONST($1, Z27)
	VPADDQ       Z26, Z27, Z27 // odds
	MOVL         $0xff, AX
	KMOVW        AX, K1
	KMOVW        AX, K2

eight:
	CMPQ        CX, $8
	JCC         load
	MOVL        $1, AX
	SHLXL       CX, AX, AX
	SHLXL       CX, AX, AX
	DECL        AX
	MOVBLZX     AX, BX
	KMOVW       BX, K1
	SHRL        $8, AX
	KMOVW       AX, K2

load:
	VMOVDQU64.Z (SI), K1, Z2
	VMOVDQU64.Z 64(SI), K2, Z3
	VMOVDQA64   Z26, Z0
	VMOVDQA64   Z27, Z1
	VPERMI2Q    Z3, Z2, Z0
	VPERMI2Q    Z3, Z2, Z1
	VPANDQ      Z25, Z1, Z1
	LANE(Z0)
	LANE(Z1)
	VPXORQ      Z23, Z0, Z0
	JOIN
	VPXORQ      Z1, Z0, Z0
	JOIN
	XORSHIFT($33)
	VPMULLQ     Z17, Z0, Z0
	XORSHIFT($29)
	VPMULLQ     Z18, Z0, Z0
	XORSHIFT($32)
	TAKE
	ADDQ        $128, SI
	SUBQ        $8, CX
	JHI         eight
	VZEROUPPER
	RET
