//go:build !race

#include "textflag.h"

// A line's search, for both kinds of insert: AX is the key, BX the line. It goes to old if the key is there, to full if
// it is not and there is no room, and else leaves the first free slot in DX.
#define LINE \
	VMOVQ        AX, X0         \
	VPBROADCASTQ X0, Y0         \
	VMOVDQU      (BX), Y1       \
	VMOVDQU      32(BX), Y2     \
	VPCMPEQQ     Y0, Y1, Y3     \
	VPCMPEQQ     Y0, Y2, Y4     \
	VPOR         Y3, Y4, Y3     \
	VPTEST       Y3, Y3         \
	JNZ          old            \
	VPCMPEQQ     Y15, Y1, Y1    \
	VPCMPEQQ     Y15, Y2, Y2    \
	VMOVMSKPD    Y1, DX         \
	VMOVMSKPD    Y2, R12        \
	SHLL         $4, R12        \
	ORL          R12, DX        \
	JZ           full           \
	BSFL         DX, DX

#define NEXT \
	CMPQ  R10, R8            \
	JGE   stop               \
	MOVQ  (R9)(R10*8), AX    \
	TESTQ AX, AX             \
	JZ    stop               \
	MOVQ  2048(R9)(R10*8), BX \
	LEAQ  (DI)(BX*8), BX

// func insertWords(slots, states *uint64, n int, sc *Scratch, at, added int, out, end *uint64) (stopped, have int)
TEXT ·insertWords(SB), NOSPLIT, $0-80
	MOVQ  slots+0(FP), DI
	MOVQ  states+8(FP), SI
	MOVQ  n+16(FP), R8
	MOVQ  sc+24(FP), R9
	MOVQ  at+32(FP), R10
	MOVQ  added+40(FP), R11
	MOVQ  out+48(FP), R13
	MOVQ  end+56(FP), R15
	VPXOR Y15, Y15, Y15

next:
	NEXT

line:
	LINE
	MOVQ AX, (BX)(DX*8)
	MOVQ (SI)(R10*8), AX
	MOVQ AX, (R13)(R11*8)
	INCQ R11

old:
	INCQ R10
	JMP  next

full:
	ADDQ $64, BX
	CMPQ BX, R15
	JB   line

stop:
	VZEROUPPER
	MOVQ R10, stopped+64(FP)
	MOVQ R11, have+72(FP)
	RET

// func insertWordsShared(slots, states *uint64, n int, sc *Scratch, at, added int, out, end *uint64) (stopped, have int)
TEXT ·insertWordsShared(SB), NOSPLIT, $0-80
	MOVQ  slots+0(FP), DI
	MOVQ  states+8(FP), SI
	MOVQ  n+16(FP), R8
	MOVQ  sc+24(FP), R9
	MOVQ  at+32(FP), R10
	MOVQ  added+40(FP), R11
	MOVQ  out+48(FP), R13
	MOVQ  end+56(FP), R15
	VPXOR Y15, Y15, Y15

next:
	NEXT

line:
	LINE
	MOVQ AX, R12
	XORL AX, AX
	LOCK
	CMPXCHGQ R12, (BX)(DX*8)
	MOVQ R12, AX
	JNE  line
	MOVQ (SI)(R10*8), AX
	MOVQ AX, (R13)(R11*8)
	INCQ R11

old:
	INCQ R10
	JMP  next

full:
	ADDQ $64, BX
	CMPQ BX, R15
	JB   line

stop:
	VZEROUPPER
	MOVQ R10, stopped+64(FP)
	MOVQ R11, have+72(FP)
	RET

// func moveWords(from *uint64, n int, slots *uint64, lines, base, size uint64, used *uint8, aside *uint64) (asides int)
TEXT ·moveWords(SB), NOSPLIT, $0-72
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
	MOVQ  (SI)(CX*8), BX
	TESTQ BX, BX
	JZ    moved
	MOVQ  BX, AX
	MULQ  R9
	SUBQ  R10, DX         // the line, in the window

place:
	CMPQ    DX, R11
	JAE     put
	MOVBLZX (R12)(DX*1), AX
	CMPL    AX, $8
	JEQ     full
	INCB    (R12)(DX*1)
	SHLQ    $6, DX
	ADDQ    DI, DX
	MOVQ    BX, (DX)(AX*8)

next:
	INCQ CX
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
	MOVQ BX, (R13)(R14*8)
	INCQ R14
	JMP  next
