//go:build !race

#include "textflag.h"

// What both kinds of insert begin with. For each state, AX is its hash, BX the line, R14 its second word
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
	MOVQ        2048(R9)(R10*8), BX \
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

// FREE goes to full if no slot is free, and else leaves the first one in DX, by its second word.
#define FREE \
	ANDL $0xaa, DX \
	JZ   full      \
	BSFL DX, DX

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
	JNE   line
	MOVQ  AX, -8(BX)(DX*8)
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

// func movePairs(from *uint64, n int, slots *uint64, lines, base, size uint64, used *uint8, aside *uint64) (asides int)
TEXT ·movePairs(SB), NOSPLIT, $0-72
	MOVQ  from+0(FP), SI
	MOVQ  n+8(FP), R8
	MOVQ  slots+16(FP), DI
	MOVQ  lines+24(FP), R9
	MOVQ  base+32(FP), R10
	MOVQ  size+40(FP), R11
	MOVQ  used+48(FP), R12
	MOVQ  aside+56(FP), R13
	XORL  R14, R14
	VPXOR Y15, Y15, Y15
	MOVQ  R10, AX
	SHLQ  $6, AX
	ADDQ  AX, DI          // the first line of the window

line:
	XORL CX, CX

key:
	CMPQ    8(SI)(CX*8), $0
	JEQ     moved
	VMOVDQU (SI)(CX*8), X0
	MOVQ    (SI)(CX*8), AX
	MULQ    R9
	SUBQ    R10, DX       // the line, in the window

place:
	CMPQ    DX, R11
	JAE     put
	MOVBLZX (R12)(DX*1), AX
	CMPL    AX, $4
	JEQ     full
	INCB    (R12)(DX*1)
	SHLQ    $6, DX
	ADDQ    DI, DX
	SHLL    $4, AX
	VMOVDQU X0, (DX)(AX*1)

next:
	ADDQ $2, CX
	CMPQ CX, $8
	JNE  key

moved:
	VMOVDQU Y15, (SI)
	VMOVDQU Y15, 32(SI)
	ADDQ    $64, SI
	DECQ    R8
	JNZ     line
	VZEROUPPER
	MOVQ    R14, asides+64(FP)
	RET

full:
	INCQ DX
	JMP  place

put:
	VMOVDQU X0, (R13)(R14*8)
	ADDQ    $2, R14
	JMP     next
