#include "textflag.h"
#include "lanes_amd64.h"

// func expand2(r *run) (why int)
TEXT ·expand2(SB), NOSPLIT, $0-16
	ENTER(384)

state:
	XORL AX, AX
	CMPQ SI, END
	JAE  leave
	MOVL $1, AX
	CMPQ R8, FULL
	JAE  leave
	VPBROADCASTQ 0(SI), Y0
	VMOVQ        X0, STATE+0(DI)
	MOVQ         8(SI), AX
	LAST
	MOVQ         AX, STATE+8(DI)
	VMOVQ        AX, X1
	VPBROADCASTQ X1, Y1
	GATHER

group:
	GROUP

grouped:
	NEXTGROUP

gathered:
	GATHERED
	CMPQ R10, R12
	JAE  checked

block:
	MOVQ (R10), BX
	FIRST(Y0, 0)
	GUARD(Y1, 64)
	GUARD(Y8, 128)
	ON(368)

fired:
	EMITTED(320)
	MAKE(Y0, 192, Y4)
	MAKE(Y1, 256, Y6)
	SHLL        $5, CX
	SHLL        $4, DX
	VMOVDQU     (R15)(CX*1), Y5
	VPERMD      Y4, Y5, Y4
	VPERMD      Y6, Y5, Y6
	VPUNPCKLQDQ Y6, Y4, Y5
	VPUNPCKHQDQ Y6, Y4, Y6
	VPERM2I128  $0x20, Y6, Y5, Y4
	VPERM2I128  $0x31, Y6, Y5, Y6
	VMOVDQU     Y4, (R8)
	VMOVDQU     Y6, 32(R8)
	ADDQ        DX, R8
	MOVBLZX 369(BX), R9
	ANDL    R9, AX
	JNZ   odd

looked:
	ADDQ $8, R10
	CMPQ R10, R12
	JB   block

checked:
	FINISH(16)
	MOVL  $2, AX
	TESTQ R14, R14
	JNZ   leave
	TESTQ R13, R13
	JNZ   state

leave:
	LEAVE
	RET

odd:
	ODDS(352)
	JNZ odd
	JMP looked

first:
	ORB CX, 370(BX)
	JMP fired

more:
	MORE(384)

moreblocks:
	MOVQ AX, (BX)
	ADDQ $384, AX
	ADDQ $8, BX
	CMPQ BX, R12
	JB   moreblocks
	JMP  grouped

missing:
	MOVQ DX, SPOT
	MOVQ $3, AX
	JMP  leave

// func scan2(r *run) (why int)
TEXT ·scan2(SB), NOSPLIT, $0-16
	ENTER(384)
	LEAQ ·left32(SB), R15
	VPBROADCASTQ STATE+0(DI), Y0
	VPBROADCASTQ STATE+8(DI), Y1
	GATHER

group:
	GROUP

grouped:
	NEXTGROUP

gathered:
	GATHERED
	CMPQ R10, R12
	JAE  checked

block:
	MOVQ (R10), BX
	FIRST(Y0, 0)
	GUARD(Y1, 64)
	GUARD(Y8, 128)
	ON(368)

fired:
	POPCNTL   AX, CX
	SHLL      $4, AX
	VMOVDQU   (R15)(AX*1), X3
	VMOVDQU   352(BX), X4
	VPERMILPS X3, X4, X4
	VMOVDQU   X4, (R14)
	LEAQ      (R14)(CX*4), R14
	ADDQ      $8, R10
	CMPQ      R10, R12
	JB        block

checked:
	SUBQ LIST, R14
	SHRQ $2, R14
	MOVQ R14, ODD
	XORL AX, AX

leave:
	VZEROUPPER
	MOVQ AX, why+8(FP)
	RET

first:
	ORB CX, 370(BX)
	JMP fired

more:
	MORE(384)

moreblocks:
	MOVQ AX, (BX)
	ADDQ $384, AX
	ADDQ $8, BX
	CMPQ BX, R12
	JB   moreblocks
	JMP  grouped

missing:
	MOVQ DX, SPOT
	MOVQ $3, AX
	JMP  leave
