//go:build !race

#include "textflag.h"
#include "forms_amd64.h"

// A form's lines, as in lines.go, by their slots. DIFFERS goes to another if what slot R8 - 1 of the line BX has above 32 bits is
// not what AX has there; it uses SI.
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

#define BEGIN \
	MOVQ slots+0(FP), DI   \
	MOVQ list+16(FP), R15  \
	MOVQ sc+32(FP), R9     \
	MOVQ at+40(FP), CX     \
	MOVQ added+48(FP), R11 \
	MOVQ late+56(FP), R14  \
	MOVQ out+64(FP), R13

// LINE makes R10 the number of the next key, AX what a slot has of it, and BX its line.
#define LINE \
	CMPQ         CX, n+24(FP)        \
	JGE          stop                \
	MOVQ         (R15)(CX*8), R10    \
	MOVQ         (R9)(R10*8), AX     \
	MOVQ         2048(R9)(R10*8), BX \
	LEAQ         (DI)(BX*8), BX      \
	INCQ         CX                  \
	VPBROADCASTD (R9)(R10*8), Y0

// COMPARE makes R12 the line's count, and sets bits of DX for slots with the same low 32 bits, from bit 1 on. The count is read
// first: what it counts is there.
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

// LATE leaves a key whose line is full for later, and asks for its next line. It stops if there is none.
#define LATE \
	MOVL AX, DX                         \
	ANDL $7, DX                         \
	CMPL DX, $7                         \ // maxHops
	JEQ  last                           \
	MOVL AX, DX                         \
	ANDL $(7<<3), DX                    \
	ADDL $8, DX                         \ // hop * lineWords
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

// CLAIM locks the line for slot R12, as several goroutines must: the count as it was before COMPARE gets the lock, or it goes to
// line again. As lines are only filled, what was compared is all there is if the count is still the same. UNSHARED is for one goroutine.
#define CLAIM \
	BTSL $31, R12      \
	JCS  line          \
	MOVQ AX, SI        \
	MOVL R12, AX       \
	BTRL $31, AX       \
	LOCK               \
	CMPXCHGL R12, (BX) \
	MOVQ SI, AX        \
	JNE  line          \
	BTRL $31, R12

#define UNSHARED

// INSERT is the inserts of all kinds. The new count takes the lock away.
#define INSERT(N, DIFFERS, CLAIM, PUT) \
	BEGIN           \
	JMP  old        \
another:            \
	BLSRL DX, DX    \
	JZ   absent     \
found:              \
	TZCNTL DX, R8   \
	DIFFERS         \
old:                \
	LINE            \
line:               \
	COMPARE         \
	JNZ  found      \
absent:             \
	CMPL R12, N     \
	JEQ  full       \
	CLAIM           \
	PUT             \
	INCL R12        \
	MOVL R12, (BX)  \
	MOVQ states+8(FP), SI \
	MOVQ (SI)(R10*8), SI  \
	MOVQ SI, (R13)(R11*8) \
	INCQ R11        \
	JMP  old        \
full:               \
	LATE            \
	JMP  old        \
last:               \
	DECQ CX         \
stop:               \
	END

// func insert15(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insert15(SB), NOSPLIT, $0-96
	PCALIGN $64
	INSERT($15, DIFFERS15, UNSHARED, PUT15)

// func insert12(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insert12(SB), NOSPLIT, $0-96
	PCALIGN $64
	INSERT($12, DIFFERS12, UNSHARED, PUT12)

// func insert10(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insert10(SB), NOSPLIT, $0-96
	PCALIGN $64
	INSERT($10, DIFFERS10, UNSHARED, PUT10)

// func insert8(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insert8(SB), NOSPLIT, $0-96
	PCALIGN $64
	INSERT($8, DIFFERS8, UNSHARED, PUT8)

// func insertShared15(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insertShared15(SB), NOSPLIT, $0-96
	PCALIGN $64
	INSERT($15, DIFFERS15, CLAIM, PUT15)

// func insertShared12(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insertShared12(SB), NOSPLIT, $0-96
	PCALIGN $64
	INSERT($12, DIFFERS12, CLAIM, PUT12)

// func insertShared10(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insertShared10(SB), NOSPLIT, $0-96
	PCALIGN $64
	INSERT($10, DIFFERS10, CLAIM, PUT10)

// func insertShared8(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)
TEXT ·insertShared8(SB), NOSPLIT, $0-96
	PCALIGN $64
	INSERT($8, DIFFERS8, CLAIM, PUT8)
