//go:build !race

#include "textflag.h"

// What both kinds of insert begin with. For each state, AX is its hash, CX its home, BX the line, R14 its second word
// as it is stored, and Y0 its slot, twice.
#define BEGIN \
	MOVQ  slots+0(FP), DI   \
	MOVQ  states+8(FP), SI  \
	MOVQ  n+16(FP), R8      \
	MOVQ  sc+32(FP), R9     \
	MOVQ  at+40(FP), R10    \
	MOVQ  added+48(FP), R11 \
	MOVQ  out+56(FP), R13   \
	MOVQ  end+64(FP), R15   \
	VPXOR Y15, Y15, Y15

#define NEXT \
	CMPQ        R10, R8             \
	JGE         stop                \
	MOVQ        (R9)(R10*8), AX     \
	TESTQ       AX, AX              \
	JZ          stop                \
	MOVQ        2048(R9)(R10*8), CX \
	MOVQ        CX, BX              \
	ANDQ        $~7, BX             \
	LEAQ        (DI)(BX*8), BX      \
	LEAQ        (R10)(R10*1), R14   \
	MOVQ        8(SI)(R14*8), R14   \
	ANDQ        bare+24(FP), R14    \
	BTSQ        $63, R14            \
	VMOVQ       AX, X0              \
	VMOVQ       R14, X1             \
	VPUNPCKLQDQ X1, X0, X0          \
	VINSERTI128 $1, X0, Y0, Y0

// SEEK goes to old if the slot is in the line, and else leaves which words of the line are 0 in DX.
#define SEEK \
	VMOVDQU   (BX), Y1   \
	VMOVDQU   32(BX), Y2 \
	VPCMPEQQ  Y0, Y1, Y3 \
	VPCMPEQQ  Y0, Y2, Y4 \
	VMOVMSKPD Y3, DX     \
	VMOVMSKPD Y4, R12    \
	SHLL      $4, R12    \
	ORL       R12, DX    \
	MOVL      DX, R12    \
	SHRL      $1, R12    \
	ANDL      R12, DX    \
	TESTL     $0x55, DX  \
	JNZ       old        \
	VPCMPEQQ  Y15, Y1, Y1 \
	VPCMPEQQ  Y15, Y2, Y2 \
	VMOVMSKPD Y1, DX     \
	VMOVMSKPD Y2, R12    \
	SHLL      $4, R12    \
	ORL       R12, DX

// FREE goes to full if no slot is free, and else leaves the first one at or after the home in DX, by its second word.
#define FREE \
	ANDL $0xaa, DX \
	JZ   full      \
	MOVL DX, R12   \
	SHLL $8, R12   \
	ORL  R12, DX   \
	ANDL $7, CX    \
	SHRL CX, DX    \
	BSFL DX, DX    \
	ADDL CX, DX    \
	ANDL $7, DX

#define COPY \
	LEAQ    (R10)(R10*1), DX  \
	VMOVDQU (SI)(DX*8), X1    \
	LEAQ    (R11)(R11*1), DX  \
	VMOVDQU X1, (R13)(DX*8)   \
	INCQ    R11

#define END \
	VZEROUPPER                 \
	MOVQ       R10, stopped+72(FP) \
	MOVQ       R11, have+80(FP)

// func hashPairs(states *uint64, n int, bare, lines uint64, slots *uint64, sc *Scratch, within uint64)
TEXT ·hashPairs(SB), NOSPLIT, $0-56
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
	SHRQ       $61, AX
	ANDQ       within+48(FP), AX
	ORQ        AX, DX
	MOVQ       DX, 2048(R14)
	PREFETCHT0 (DI)(DX*8)
	ADDQ       $16, SI
	ADDQ       $8, R14
	DECQ       CX
	JNZ        hash
	RET

// func insertPairs(slots, states *uint64, n int, bare uint64, sc *Scratch, at, added int, out, end *uint64) (stopped, have int)
TEXT ·insertPairs(SB), NOSPLIT, $0-88
	BEGIN

next:
	NEXT

line:
	SEEK
	FREE
	MOVQ AX, -8(BX)(DX*8)
	MOVQ R14, (BX)(DX*8)
	COPY

old:
	INCQ R10
	JMP  next

full:
	ADDQ $64, BX
	CMPQ BX, R15
	JB   line

stop:
	END
	RET

// func insertPairsShared(slots, states *uint64, n int, bare uint64, sc *Scratch, at, added int, out, end *uint64) (stopped, have int)
TEXT ·insertPairsShared(SB), NOSPLIT, $0-88
	BEGIN

next:
	NEXT

line:
	SEEK

	// A slot that is taken without a hash is being filled.
	MOVL  DX, R12
	SHRL  $1, R12
	NOTL  R12
	ANDL  DX, R12
	TESTL $0x55, R12
	JNZ   stop
	FREE
	MOVQ  AX, R12
	XORL  AX, AX
	LOCK
	CMPXCHGQ R14, (BX)(DX*8)
	MOVQ  R12, AX
	JNE   lost
	MOVQ  AX, -8(BX)(DX*8)
	COPY

old:
	INCQ R10
	JMP  next

lost:
	MOVQ 2048(R9)(R10*8), CX
	JMP  line

full:
	ADDQ $64, BX
	CMPQ BX, R15
	JB   line

stop:
	END
	RET
