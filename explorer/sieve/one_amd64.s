#include "textflag.h"
#include "lanes_amd64.h"

// SCAN1 is all of scan1 and scanRuns1: only the latter gathers which classes are barred.
#define SCAN1(BEGIN, ADD, PUT) \
	SCAN(32)                      \
state:                                \
	MOVQ 0(R8), AX                \
	LAST(16)                      \
	MOVQ AX, 0(R15)               \
	STAND(1, 32, BEGIN, ADD, PUT) \
ask:                                  \
	FIRST                         \
	MORE(8, 32, 59)               \
	LOOKUP(20, 32, 8)

// func scan1(r *run) (missing int)
TEXT ·scan1(SB), NOSPLIT, $0-16
	PCALIGN $64
	SCAN1(NOTHING, NOTHING, NOTHING)

// func scanRuns1(r *run) (missing int)
TEXT ·scanRuns1(SB), NOSPLIT, $0-16
	PCALIGN $64
	SCAN1(NONE, ADDBARS, BARS1)

// func make1(r *run)
TEXT ·make1(SB), NOSPLIT, $0-8
	PCALIGN $64
	MAKE

next:
	LANE(5)
	MOVQ 0(SI)(CX*1), DX
	ANDQ 0(R9)(BX*1), DX
	ORQ  8(R9)(BX*1), DX
	MOVQ DX, (R8)
	LEFT(16, 16)
	LEAQ (R8)(AX*8), R8
	MADE
