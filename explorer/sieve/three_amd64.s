#include "textflag.h"
#include "lanes_amd64.h"

// func scan3(r *run) (missing int)
TEXT ·scan3(SB), NOSPLIT, $0-16
	SCAN(64)

state:
	MOVQ 0(R8), AX
	MOVQ AX, 0(R15)
	MOVQ 8(R8), AX
	MOVQ AX, 8(R15)
	MOVQ 16(R8), AX
	LAST(32)
	MOVQ AX, 16(R15)
	STAND(3, 64, NOTHING, NOTHING, NOTHING)

ask:
	FIRST
	MORE(8, 16, 57)
	MORE(16, 24, 58)
	MORE(24, 32, 59)
	LOOKUP(36, 64, 24)

// func scanRuns3(r *run) (missing int)
TEXT ·scanRuns3(SB), NOSPLIT, $0-16
	SCAN(64)

state:
	MOVQ 0(R8), AX
	MOVQ AX, 0(R15)
	MOVQ 8(R8), AX
	MOVQ AX, 8(R15)
	MOVQ 16(R8), AX
	LAST(32)
	MOVQ AX, 16(R15)
	STAND(3, 64, NONE, ADDBARS, BARS3)

ask:
	FIRST
	MORE(8, 16, 57)
	MORE(16, 24, 58)
	MORE(24, 32, 59)
	LOOKUP(36, 64, 24)

// A fourth word is made of what comes next, and written over by the next successor.

// func make3(r *run)
TEXT ·make3(SB), NOSPLIT, $0-8
	MAKE

next:
	LANE(6)
	VMOVDQU 0(SI)(CX*1), Y0
	VPAND   0(R9)(BX*1), Y0, Y0
	VPOR    24(R9)(BX*1), Y0, Y0
	VMOVDQU Y0, (R8)
	LEFT(32, 48)
	LEAL    (AX)(AX*2), AX
	LEAQ    (R8)(AX*8), R8
	MADE
