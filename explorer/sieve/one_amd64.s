#include "textflag.h"
#include "lanes_amd64.h"

// func expand1(r *run) (why int)
TEXT ·expand1(SB), NOSPLIT, $0-16
	ENTER(256)

state:
	XORL AX, AX
	CMPQ SI, END
	JAE  leave
	MOVL $1, AX
	CMPQ R8, FULL
	JAE  leave
	MOVQ         0(SI), AX
	LAST
	MOVQ         AX, STATE+0(DI)
	VMOVQ        AX, X0
	VPBROADCASTQ X0, Y0
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
	GUARD(Y8, 64)
	ON(240)

fired:
	EMITTED(192)
	MAKE(Y0, 128, Y4)
	SHLL    $5, CX
	VMOVDQU (R15)(CX*1), Y5
	VPERMD  Y4, Y5, Y4
	VMOVDQU Y4, (R8)
	LEAQ    (R8)(DX*8), R8
	MOVBLZX 241(BX), R9
	ANDL    R9, AX
	JNZ   odd

looked:
	ADDQ $8, R10
	CMPQ R10, R12
	JB   block

checked:
	FINISH(8)
	MOVL  $2, AX
	TESTQ R14, R14
	JNZ   leave
	TESTQ R13, R13
	JNZ   state

leave:
	LEAVE
	RET

odd:
	ODDS(224)
	JNZ odd
	JMP looked

first:
	ORB CX, 242(BX)
	JMP fired

more:
	MORE(256)

moreblocks:
	MOVQ AX, (BX)
	ADDQ $256, AX
	ADDQ $8, BX
	CMPQ BX, R12
	JB   moreblocks
	JMP  grouped

missing:
	MOVQ DX, SPOT
	MOVQ $3, AX
	JMP  leave

// func scan1(r *run) (why int)
TEXT ·scan1(SB), NOSPLIT, $0-16
	ENTER(256)
	LEAQ ·left32(SB), R15
	VPBROADCASTQ STATE+0(DI), Y0
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
	GUARD(Y8, 64)
	ON(240)

fired:
	POPCNTL   AX, CX
	SHLL      $4, AX
	VMOVDQU   (R15)(AX*1), X3
	VMOVDQU   224(BX), X4
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
	ORB CX, 242(BX)
	JMP fired

more:
	MORE(256)

moreblocks:
	MOVQ AX, (BX)
	ADDQ $256, AX
	ADDQ $8, BX
	CMPQ BX, R12
	JB   moreblocks
	JMP  grouped

missing:
	MOVQ DX, SPOT
	MOVQ $3, AX
	JMP  leave
