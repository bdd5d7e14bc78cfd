//go:build !race

#include "textflag.h"

// A form's lines, as in lines.go: N is its slots, and GAP what of a slot lies above 32 bits. DIFFERS goes to next if
// that of slot R8 - 1 of the line BX is not what SI has; PUT puts what AX has into slot R12, and uses AX.
#define N15 $15
#define N12 $12
#define N10 $10
#define N8 $8

#define DIFFERS15

#define DIFFERS12 \
	MOVQ AX, SI            \
	SHRQ $32, SI           \
	CMPB 51(BX)(R8*1), SI  \
	JNE  another

#define DIFFERS10 \
	MOVQ AX, SI            \
	SHRQ $32, SI           \
	CMPW 42(BX)(R8*2), SI  \
	JNE  another

#define DIFFERS8 \
	MOVQ AX, SI            \
	SHRQ $32, SI           \
	CMPW 34(BX)(R8*2), SI  \
	JNE  another           \
	SHRL $16, SI           \
	CMPB 51(BX)(R8*1), SI  \
	JNE  another

#define PUT15 \
	MOVL AX, 4(BX)(R12*4)

#define PUT12 \
	MOVL AX, 4(BX)(R12*4)   \
	SHRQ $32, AX            \
	MOVB AX, 52(BX)(R12*1)

#define PUT10 \
	MOVL AX, 4(BX)(R12*4)   \
	SHRQ $32, AX            \
	MOVW AX, 44(BX)(R12*2)

#define PUT8 \
	MOVL AX, 4(BX)(R12*4)   \
	SHRQ $32, AX            \
	MOVW AX, 36(BX)(R12*2)  \
	SHRL $16, AX            \
	MOVB AX, 52(BX)(R12*1)

#define BEGIN \
	MOVQ slots+0(FP), DI   \
	MOVQ list+16(FP), R15  \
	MOVQ sc+32(FP), R9     \
	MOVQ at+40(FP), CX     \
	MOVQ added+48(FP), R11 \
	MOVQ late+56(FP), R14  \
	MOVQ out+64(FP), R13

// LINE makes R10 the number of the next key, AX what a slot has of it, and BX its line, whose first word goes to R12.
// It goes to another if a slot has the same low 32 bits, with such slots in DX, numbered from 1 on.
#define LINE \
	CMPQ         CX, n+24(FP)       \
	JGE          stop               \
	MOVQ         (R15)(CX*8), R10   \
	MOVQ         (R9)(R10*8), AX    \
	MOVQ         2048(R9)(R10*8), BX \
	LEAQ         (DI)(BX*8), BX     \
	INCQ         CX                  \
	VPBROADCASTD (R9)(R10*8), Y0

#define COMPARE \
	MOVL      (BX), R12       \
	VPCMPEQD  (BX), Y0, Y1    \
	VPCMPEQD  32(BX), Y0, Y2  \
	VMOVMSKPS Y1, DX          \
	VMOVMSKPS Y2, R8          \
	SHLL      $8, R8          \
	ORL       R8, DX          \
	LEAL      1(R12), R8      \
	BZHIL     R8, DX, DX      \
	ANDL      $~1, DX

// NEW notes that a state is new.
#define NEW \
	MOVQ states+8(FP), SI      \
	MOVQ (SI)(R10*8), SI       \
	MOVQ SI, (R13)(R11*8)      \
	INCQ R11

// LATE leaves a key whose line is full for later, and asks for its next line. It stops if there is none.
#define LATE \
	MOVL AX, DX                         \
	ANDL $7, DX                         \
	CMPL DX, $7                         \ // maxHops
	JEQ  last                           \
	MOVL AX, DX                         \
	SHRL $3, DX                         \
	ANDL $7, DX                         \
	INCL DX                             \ // hop
	SHLL $3, DX                         \
	PREFETCHT0 (BX)(DX*8)               \
	ADDQ DX, 2048(R9)(R10*8)            \
	INCQ (R9)(R10*8)                    \
	MOVQ R10, 8192(R9)(R14*8)           \
	INCQ R14

#define END \
	VZEROUPPER              \
	MOVQ CX, stopped+72(FP) \
	MOVQ R11, have+80(FP)   \
	MOVQ R14, later+88(FP)  \
	RET

// INSERT is the inserts of one goroutine. INSERTSHARED is those of several: while a slot is filled, the line is locked, and
// counted is what lies before. As lines are only filled, what was compared is all there is if the count is still the same.
#define INSERT(N, DIFFERS, PUT) \
	BEGIN           \
	JMP  old        \
another:            \
	BLSRL DX, DX    \
	JZ   absent     \
found:              \
	TZCNTL DX, R8    \
	DIFFERS         \
old:                \
	LINE            \
	COMPARE         \
	JNZ  found      \
absent:             \
	CMPL R12, N     \
	JEQ  full       \
	PUT             \
	INCL R12        \
	MOVL R12, (BX)  \
	NEW             \
	JMP  old        \
full:               \
	LATE            \
	JMP  old        \
last:               \
	DECQ CX         \
stop:               \
	END

#define INSERTSHARED(N, DIFFERS, PUT) \
	BEGIN           \
	JMP  old        \
another:            \
	BLSRL DX, DX    \
	JZ   absent     \
found:              \
	TZCNTL DX, R8    \
	DIFFERS         \
old:                \
	LINE            \
line:               \
	COMPARE         \
	JNZ  found      \
absent:             \
	CMPL R12, N     \
	JEQ  full       \
	BTSL $31, R12   \
	JCS  wait       \
	MOVQ AX, SI     \
	MOVL R12, AX    \
	BTRL $31, AX    \
	LOCK            \
	CMPXCHGL R12, (BX) \
	MOVQ SI, AX     \
	JNE  line       \
	BTRL $31, R12   \
	PUT             \
	INCL R12        \
	MOVL R12, (BX)  \
	NEW             \
	JMP  old        \
wait:               \
	PAUSE           \
	JMP  line       \
full:               \
	LATE            \
	JMP  old        \
last:               \
	DECQ CX         \
stop:               \
	END

// func insert15(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insert15(SB), NOSPLIT, $0-96
	INSERT(N15, DIFFERS15, PUT15)

// func insert12(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insert12(SB), NOSPLIT, $0-96
	INSERT(N12, DIFFERS12, PUT12)

// func insert10(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insert10(SB), NOSPLIT, $0-96
	INSERT(N10, DIFFERS10, PUT10)

// func insert8(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insert8(SB), NOSPLIT, $0-96
	INSERT(N8, DIFFERS8, PUT8)

// func insertShared15(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insertShared15(SB), NOSPLIT, $0-96
	INSERTSHARED(N15, DIFFERS15, PUT15)

// func insertShared12(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insertShared12(SB), NOSPLIT, $0-96
	INSERTSHARED(N12, DIFFERS12, PUT12)

// func insertShared10(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insertShared10(SB), NOSPLIT, $0-96
	INSERTSHARED(N10, DIFFERS10, PUT10)

// func insertShared8(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insertShared8(SB), NOSPLIT, $0-96
	INSERTSHARED(N8, DIFFERS8, PUT8)
