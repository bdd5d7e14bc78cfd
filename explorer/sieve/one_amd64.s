#include "textflag.h"
#include "lanes_amd64.h"

// func expand1(r *run) (why int)
TEXT ·expand1(SB), NOSPLIT, $0-16
	ENTER(256)

state:
	NEXT
	MOVQ         0(SI), AX
	LAST
	MOVQ         AX, STATE+0(DI)
	VMOVQ        AX, X0
	VPBROADCASTQ X0, Y0
	GATHER

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
	EXPANDED(8, 160, 224, 240)
	RECALL(16)
	PUT(0, 128)
	LATE(8, 224)
	ASIDE(256, 240)

// func scan1(r *run) (why int)
TEXT ·scan1(SB), NOSPLIT, $0-16
	ENTER(256)
	LEAQ ·left32(SB), R15
	VPBROADCASTQ STATE+0(DI), Y0
	GATHER

block:
	MOVQ (R10), BX
	FIRST(Y0, 0)
	GUARD(Y8, 64)
	ON(240)

fired:
	SCANNED(224)
	ASIDE(256, 240)
