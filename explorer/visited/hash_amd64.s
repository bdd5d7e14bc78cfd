//go:build !race

#include "textflag.h"

// prime1, four times
DATA prime1<>+0(SB)/8, $0x9e3779b185ebca87
DATA prime1<>+8(SB)/8, $0x9e3779b185ebca87
DATA prime1<>+16(SB)/8, $0x9e3779b185ebca87
DATA prime1<>+24(SB)/8, $0x9e3779b185ebca87
GLOBL prime1<>(SB), RODATA|NOPTR, $32

// prime1 >> 32, four times
DATA prime1h<>+0(SB)/8, $0x000000009e3779b1
DATA prime1h<>+8(SB)/8, $0x000000009e3779b1
DATA prime1h<>+16(SB)/8, $0x000000009e3779b1
DATA prime1h<>+24(SB)/8, $0x000000009e3779b1
GLOBL prime1h<>(SB), RODATA|NOPTR, $32

// prime2, four times
DATA prime2<>+0(SB)/8, $0xc2b2ae3d27d4eb4f
DATA prime2<>+8(SB)/8, $0xc2b2ae3d27d4eb4f
DATA prime2<>+16(SB)/8, $0xc2b2ae3d27d4eb4f
DATA prime2<>+24(SB)/8, $0xc2b2ae3d27d4eb4f
GLOBL prime2<>(SB), RODATA|NOPTR, $32

// prime2 >> 32, four times
DATA prime2h<>+0(SB)/8, $0x00000000c2b2ae3d
DATA prime2h<>+8(SB)/8, $0x00000000c2b2ae3d
DATA prime2h<>+16(SB)/8, $0x00000000c2b2ae3d
DATA prime2h<>+24(SB)/8, $0x00000000c2b2ae3d
GLOBL prime2h<>(SB), RODATA|NOPTR, $32

// R15 is shape.lines, R13 .drop, R11 .lift, SI the states and CX how many there are, DI the table, and R14 the scratch.
#define BEGIN \
	MOVQ states+0(FP), SI  \
	MOVQ n+8(FP), CX       \
	MOVQ s+24(FP), BX      \
	MOVQ 0(BX), R15        \
	MOVQ 32(BX), R13       \
	MOVQ 40(BX), R11       \
	MOVQ slots+32(FP), DI  \
	MOVQ sc+40(FP), R14

// TAKE takes a key in AX apart, notes what a slot has of it and the index of its home's first word, and prefetches that
// line; the next state is SIZE bytes on.
#define TAKE(SIZE) \
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
	JNZ        one

// ROUND is one of the two of mixer.mix. R9 is .half and R10 .keep.
#define ROUND(C) \
	SHRXQ R9, AX, BX   \
	ANDQ  R10, BX      \
	XORQ  BX, AX       \
	IMULQ C<>(SB), AX

// ROUND4 does that four times, in Y0. X11 is .half and Y12 .keep. H is the high half of C.
#define ROUND4(C, H) \
	VPSRLQ   X11, Y0, Y1     \
	VPAND    Y1, Y12, Y1     \
	VPXOR    Y1, Y0, Y0      \
	VPSRLQ   $32, Y0, Y1     \
	VPMULUDQ C<>(SB), Y1, Y1 \
	VPMULUDQ H<>(SB), Y0, Y2 \
	VPADDQ   Y1, Y2, Y1      \
	VPSLLQ   $32, Y1, Y1     \
	VPMULUDQ C<>(SB), Y0, Y0 \
	VPADDQ   Y1, Y0, Y0

// func hashWords(states *uint64, n int, m *mixer, s *shape, slots *uint64, sc *Scratch)
TEXT ·hashWords(SB), NOSPLIT, $0-48
	PCALIGN $64
	BEGIN
	MOVQ         m+16(FP), BX
	MOVQ         0(BX), R8
	MOVQ         8(BX), R9
	MOVQ         16(BX), R10
	VMOVQ        R8, X10
	VMOVQ        R9, X11
	VMOVQ        R10, X12
	VPBROADCASTQ X12, Y12
	VMOVQ        R15, X13
	VPBROADCASTQ X13, Y13
	VMOVQ        R13, X14
	VMOVQ        R11, X15
	SUBQ         $4, CX
	JCS          left

four:
	VMOVDQU    (SI), Y0
	VPSLLQ     X10, Y0, Y0
	ROUND4(prime1, prime1h)
	ROUND4(prime2, prime2h)
	VPMULUDQ   Y0, Y13, Y1
	VPSRLQ     $32, Y1, Y1
	VPSRLQ     $32, Y0, Y2
	VPMULUDQ   Y2, Y13, Y2
	VPADDQ     Y1, Y2, Y1
	VPSRLQ     $32, Y1, Y1   // homes
	VPSLLQ     $3, Y1, Y1
	VPSLLQ     X14, Y0, Y0
	VPSRLQ     X15, Y0, Y0
	VMOVDQU    Y0, (R14)
	VMOVDQU    Y1, 2048(R14)
	MOVQ       2048(R14), AX
	MOVQ       2056(R14), BX
	MOVQ       2064(R14), DX
	MOVQ       2072(R14), R12
	PREFETCHT0 (DI)(AX*8)
	PREFETCHT0 (DI)(BX*8)
	PREFETCHT0 (DI)(DX*8)
	PREFETCHT0 (DI)(R12*8)
	ADDQ       $32, SI
	ADDQ       $32, R14
	SUBQ       $4, CX
	JCC        four

left:
	VZEROUPPER
	ADDQ $4, CX
	JEQ  done

one:
	MOVQ  (SI), AX
	SHLXQ R8, AX, AX
	ROUND(prime1)
	ROUND(prime2)
	TAKE(8)

done:
	RET

// XXH64, as Hash2 computes it. LANE mixes a word, and JOIN puts the hash so far, in AX, through its lane's end. Four at a time
// would not be faster.
#define LANE(WORD) \
	IMULQ R9, WORD  \
	ROLQ  $31, WORD \
	IMULQ R10, WORD

#define JOIN \
	ROLQ  $27, AX \
	IMULQ R10, AX \
	ADDQ  R12, AX

#define XORSHIFT(N) \
	MOVQ AX, BX  \
	SHRQ N, BX   \
	XORQ BX, AX

// func hashPairs(states *uint64, n int, bare uint64, s *shape, slots *uint64, sc *Scratch)
TEXT ·hashPairs(SB), NOSPLIT, $0-48
	PCALIGN $64
	BEGIN
	MOVQ $2870177450012600277, R8 // prime5 + 16
	MOVQ prime2<>(SB), R9
	MOVQ prime1<>(SB), R10
	MOVQ $9650029242287828579, R12 // prime4
	MOVQ $1609587929392839161, DX  // prime3
	VMOVQ DX, X0

one:
	MOVQ  (SI), AX
	MOVQ  8(SI), BX
	ANDQ  bare+16(FP), BX
	LANE(AX)
	LANE(BX)
	XORQ  R8, AX
	JOIN
	XORQ  BX, AX
	JOIN
	XORSHIFT($33)
	IMULQ R9, AX
	XORSHIFT($29)
	VMOVQ X0, DX
	IMULQ DX, AX
	XORSHIFT($32)
	TAKE(16)
	RET
