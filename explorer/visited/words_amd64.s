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

#define BEGIN \
	MOVQ  slots+0(FP), DI   \
	MOVQ  states+8(FP), SI  \
	MOVQ  list+16(FP), R15  \
	MOVQ  n+24(FP), R8      \
	MOVQ  sc+32(FP), R9     \
	MOVQ  at+40(FP), CX     \
	MOVQ  added+48(FP), R11 \
	MOVQ  late+56(FP), R14  \
	MOVQ  out+64(FP), R13   \
	VPXOR Y15, Y15, Y15

// NEXT makes R10 the number of the next key, AX the key and BX its line.
#define NEXT \
	CMPQ  CX, R8              \
	JGE   stop                \
	MOVQ  (R15)(CX*8), R10    \
	MOVQ  (R9)(R10*8), AX     \
	TESTQ AX, AX              \
	JZ    stop                \
	MOVQ  2048(R9)(R10*8), BX \
	LEAQ  (DI)(BX*8), BX      \
	INCQ  CX

// LATE leaves a key whose line is full for later, and asks for its next line.
#define LATE \
	ANDL       $7, AX               \
	INCL       AX                   \
	SHLL       $3, AX               \
	PREFETCHT0 (BX)(AX*8)           \
	ADDQ       AX, 2048(R9)(R10*8)  \
	MOVQ       R10, 8192(R9)(R14*8) \
	INCQ       R14

#define END \
	VZEROUPPER               \
	MOVQ CX, stopped+72(FP) \
	MOVQ R11, have+80(FP)    \
	MOVQ R14, later+88(FP)   \
	RET

// func insertWords(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insertWords(SB), NOSPLIT, $0-96
	BEGIN

old:
	NEXT
	LINE
	MOVQ AX, (BX)(DX*8)
	MOVQ (SI)(R10*8), AX
	MOVQ AX, (R13)(R11*8)
	INCQ R11
	JMP  old

full:
	LATE
	JMP old

stop:
	END

// func insertWordsShared(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insertWordsShared(SB), NOSPLIT, $0-96
	BEGIN

old:
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
	JMP  old

full:
	LATE
	JMP old

stop:
	END

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
	MOVL BX, AX
	ANDL $7, AX
	LEAQ 1(DX)(AX*1), DX
	JMP  place

put:
	MOVQ BX, (R13)(R14*8)
	INCQ R14
	JMP  next
