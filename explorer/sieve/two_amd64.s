#include "textflag.h"
#include "lanes_amd64.h"

// func expand2(r *run) (why int)
TEXT ·expand2(SB), NOSPLIT, $0-16
	ENTER(384)

state:
	NEXT
	VPBROADCASTQ 0(SI), Y0
	VMOVQ        X0, STATE+0(DI)
	MOVQ         8(SI), AX
	LAST
	MOVQ         AX, STATE+8(DI)
	VMOVQ        AX, X1
	VPBROADCASTQ X1, Y1
	GATHER

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
	EXPANDED(16, 352, 368)
	ASIDE(384, 368)

// func scan2(r *run) (why int)
TEXT ·scan2(SB), NOSPLIT, $0-16
	ENTER(384)
	LEAQ ·left32(SB), R15
	VPBROADCASTQ STATE+0(DI), Y0
	VPBROADCASTQ STATE+8(DI), Y1
	GATHER

block:
	MOVQ (R10), BX
	FIRST(Y0, 0)
	GUARD(Y1, 64)
	GUARD(Y8, 128)
	ON(368)

fired:
	SCANNED(352)
	ASIDE(384, 368)
