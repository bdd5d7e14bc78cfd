//go:build !race

#include "textflag.h"

// What both begin with. R14 is 64 - low, and Y0 gets a word of a component four times.
#define BEGIN \
	MOVQ states+0(FP), SI           \
	MOVQ n+8(FP), R8                \
	MOVQ bare+16(FP), R11           \
	MOVQ low+24(FP), CX             \
	MOVQ slots+32(FP), DI           \
	MOVQ shift+40(FP), R12          \
	MOVQ codes+48(FP), R10          \
	MOVQ at+56(FP), R9              \
	MOVQ $11400714785074694791, R15 \ // prime1
	MOVL $64, R14                   \
	SUBQ CX, R14

// FOUND takes the slots whose components are equal from Y1, and goes to stop if there are none; numbers lie so many
// bytes behind the bucket's beginning. BX is the state's first word.
#define FOUND(numbers) \
	VMOVMSKPD Y1, DX               \
	TZCNTL    DX, DX               \
	JCS       stop                 \
	MOVQ      numbers(AX)(DX*8), DX \
	SHLXQ     CX, DX, DX           \
	BZHIQ     CX, BX, BX           \
	ORQ       DX, BX               \
	MOVQ      BX, (R10)(R9*8)      \
	INCQ      R9

// func encodePairs(states *uint64, n int, bare uint64, low uint, slots *uint64, shift uint, codes *[Batch]uint64, at int) (stopped int)
TEXT ·encodePairs(SB), NOSPLIT, $0-72
	PCALIGN $64
	BEGIN
	MOVQ R9, AX
	SHLQ $4, AX
	ADDQ AX, SI

next:
	CMPQ         R9, R8
	JGE          stop
	MOVQ         (SI), BX
	MOVQ         8(SI), DX
	ANDQ         R11, DX
	SHRXQ        CX, BX, R13
	SHLXQ        R14, DX, DX
	ORQ          DX, R13
	BTSQ         $63, R13       // the component
	MOVQ         R13, AX
	IMULQ        R15, AX
	SHRXQ        R12, AX, AX
	SHLQ         $6, AX
	ADDQ         DI, AX
	VMOVQ        R13, X0
	VPBROADCASTQ X0, Y0
	VPCMPEQQ     (AX), Y0, Y1
	FOUND(32)
	ADDQ         $16, SI
	JMP          next

stop:
	VZEROUPPER
	MOVQ R9, stopped+64(FP)
	RET

// func encodeTriples(states *uint64, n int, bare uint64, low uint, slots *uint64, shift uint, codes *[Batch]uint64, at int) (stopped int)
TEXT ·encodeTriples(SB), NOSPLIT, $0-72
	PCALIGN $64
	BEGIN
	LEAQ (R9)(R9*2), AX
	LEAQ (SI)(AX*8), SI

next:
	CMPQ         R9, R8
	JGE          stop
	MOVQ         (SI), BX
	MOVQ         8(SI), DX
	SHRXQ        CX, BX, R13
	SHLXQ        R14, DX, AX
	ORQ          AX, R13        // the component's first word
	VMOVQ        R13, X0
	VPBROADCASTQ X0, Y0
	SHRXQ        CX, DX, DX
	MOVQ         16(SI), AX
	ANDQ         R11, AX
	SHLXQ        R14, AX, AX
	ORQ          AX, DX
	BTSQ         $63, DX        // its second one
	VMOVQ        DX, X2
	VPBROADCASTQ X2, Y2
	IMULQ        R15, R13
	ROLQ         $31, R13
	XORQ         DX, R13
	IMULQ        R15, R13
	SHRXQ        R12, R13, AX
	SHLQ         $7, AX
	ADDQ         DI, AX
	VPCMPEQQ     (AX), Y0, Y1
	VPCMPEQQ     32(AX), Y2, Y2
	VPAND        Y1, Y2, Y1
	FOUND(64)
	ADDQ         $24, SI
	JMP          next

stop:
	VZEROUPPER
	MOVQ R9, stopped+64(FP)
	RET
