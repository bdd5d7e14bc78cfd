#include "textflag.h"
#include "lanes_amd64.h"

// SCAN3 is all of scan3 and scanRuns3: only the latter gathers which classes are barred.
#define SCAN3(BEGIN, ADD, PUT) \
	SCAN(64)                      \
state:                                \
	MOVQ 0(R8), AX                \
	MOVQ AX, 0(R15)               \
	MOVQ 8(R8), AX                \
	MOVQ AX, 8(R15)               \
	MOVQ 16(R8), AX               \
	LAST(32)                      \
	MOVQ AX, 16(R15)              \
	STAND(3, 64, BEGIN, ADD, PUT) \
ask:                                  \
	FIRST                         \
	MORE(8, 16, 57)               \
	MORE(16, 24, 58)              \
	MORE(24, 32, 59)              \
	LOOKUP(36, 64, 24)

// func scan3(r *run) (missing int)
TEXT ·scan3(SB), NOSPLIT, $0-16
	PCALIGN $64
	SCAN3(NOTHING, NOTHING, NOTHING)

// func scanRuns3(r *run) (missing int)
TEXT ·scanRuns3(SB), NOSPLIT, $0-16
	PCALIGN $64
	SCAN3(NONE, ADDBARS, BARS3)

// A fourth word is made of what comes next, and written over by the next successor.

// func make3(r *run)
TEXT ·make3(SB), NOSPLIT, $0-8
	PCALIGN $64
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
