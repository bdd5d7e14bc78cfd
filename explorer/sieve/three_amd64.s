#include "textflag.h"
#include "lanes_amd64.h"

// func expand3(r *run) (why int)
TEXT ·expand3(SB), NOSPLIT, $0-16
	ENTER(512)

state:
	XORL AX, AX
	CMPQ SI, END
	JAE  leave
	MOVL $1, AX
	CMPQ R8, FULL
	JAE  leave
	VPBROADCASTQ 0(SI), Y0
	VMOVQ        X0, STATE+0(DI)
	VPBROADCASTQ 8(SI), Y1
	VMOVQ        X1, STATE+8(DI)
	MOVQ         16(SI), AX
	LAST
	MOVQ         AX, STATE+16(DI)
	VMOVQ        AX, X7
	VPBROADCASTQ X7, Y7
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
	GUARD(Y7, 128)
	GUARD(Y8, 192)
	ON(496)

fired:
	EMITTED(448)
	TESTL CX, CX
	JZ    made

next:
	BSFL CX, DX
	LEAQ (BX)(DX*8), DX
	MOVQ STATE(DI), R9
	ANDQ 256(DX), R9
	ORQ  288(DX), R9
	MOVQ R9, (R8)
	MOVQ STATE+8(DI), R9
	ANDQ 320(DX), R9
	ORQ  352(DX), R9
	MOVQ R9, 8(R8)
	MOVQ STATE+16(DI), R9
	ANDQ 384(DX), R9
	ORQ  416(DX), R9
	MOVQ R9, 16(R8)
	ADDQ $24, R8
	LEAL -1(CX), DX
	ANDL DX, CX
	JNZ  next

made:
	MOVBLZX 497(BX), R9
	ANDL    R9, AX
	JNZ   odd

looked:
	ADDQ $8, R10
	CMPQ R10, R12
	JB   block

checked:
	FINISH(24)
	MOVL  $2, AX
	TESTQ R14, R14
	JNZ   leave
	TESTQ R13, R13
	JNZ   state

leave:
	LEAVE
	RET

odd:
	ODDS(480)
	JNZ odd
	JMP looked

first:
	ORB CX, 498(BX)
	JMP fired

more:
	MORE(512)

moreblocks:
	MOVQ AX, (BX)
	ADDQ $512, AX
	ADDQ $8, BX
	CMPQ BX, R12
	JB   moreblocks
	JMP  grouped

missing:
	MOVQ DX, SPOT
	MOVQ $3, AX
	JMP  leave

// func scan3(r *run) (why int)
TEXT ·scan3(SB), NOSPLIT, $0-16
	ENTER(512)
	LEAQ ·left32(SB), R15
	VPBROADCASTQ STATE+0(DI), Y0
	VPBROADCASTQ STATE+8(DI), Y1
	VPBROADCASTQ STATE+16(DI), Y7
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
	GUARD(Y7, 128)
	GUARD(Y8, 192)
	ON(496)

fired:
	POPCNTL   AX, CX
	SHLL      $4, AX
	VMOVDQU   (R15)(AX*1), X3
	VMOVDQU   480(BX), X4
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
	ORB CX, 498(BX)
	JMP fired

more:
	MORE(512)

moreblocks:
	MOVQ AX, (BX)
	ADDQ $512, AX
	ADDQ $8, BX
	CMPQ BX, R12
	JB   moreblocks
	JMP  grouped

missing:
	MOVQ DX, SPOT
	MOVQ $3, AX
	JMP  leave
