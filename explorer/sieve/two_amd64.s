#include "textflag.h"
#include "lanes_amd64.h"

// SCAN2 is all of scan2 and scanRuns2: only the latter gathers which classes are barred.
#define SCAN2(BEGIN, ADD, PUT) \
	SCAN(64)                      \
state:                                \
	MOVQ 0(R8), AX                \
	MOVQ AX, 0(R15)               \
	MOVQ 8(R8), AX                \
	LAST(24)                      \
	MOVQ AX, 8(R15)               \
	STAND(2, 64, BEGIN, ADD, PUT) \
ask:                                  \
	FIRST                         \
	MORE(8, 16, 57)               \
	MORE(16, 32, 59)              \
	LOOKUP(28, 64, 16)

// func scan2(r *run) (missing int)
TEXT ·scan2(SB), NOSPLIT, $0-16
	PCALIGN $64
	SCAN2(NOTHING, NOTHING, NOTHING)

// func scanRuns2(r *run) (missing int)
TEXT ·scanRuns2(SB), NOSPLIT, $0-16
	PCALIGN $64
	SCAN2(NONE, ADDBARS, BARS2)

// func make2(r *run)
TEXT ·make2(SB), NOSPLIT, $0-8
	PCALIGN $64
	MAKE

next:
	LANE(6)
	VMOVDQU 0(SI)(CX*1), X0
	VPAND   0(R9)(BX*1), X0, X0
	VPOR    16(R9)(BX*1), X0, X0
	VMOVDQU X0, (R8)
	LEFT(24, 32)
	SHLL    $4, AX
	ADDQ    AX, R8
	MADE
