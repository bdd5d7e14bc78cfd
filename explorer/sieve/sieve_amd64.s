#include "textflag.h"

// Registers, throughout: DI run, SI state to be expanded, R8 where its first successor goes, R9 group, then end of the
// list of blocks, R10 number of groups, then the next block's place in the list, R11 derived word, R12 end of the list,
// R13 transitions enabled, R14 ids, R15 table of permutations. Y0 and Y1, Y7 hold the state's words in every lane, Y8
// the derived one, Y14 its label as a bit, Y13 where blocks lie behind the first one, Y15 zero.

#define AT       0(DI)
#define END      8(DI)
#define OUT      16(DI)
#define FULL     24(DI)
#define GROUPS   32(DI)
#define COUNT    40(DI)
#define DERIVED0 48(DI)
#define BARE     56(DI)
#define SHIFT    64(DI)
#define LABEL    72(DI)
#define TAKEN    80(DI)
#define ODD      88(DI)
#define REST     96(DI)
#define ENABLED  104(DI)
#define STATE    112
#define DERIVED  136(DI)
#define OF       144(DI)
#define LIST     152(DI)
#define TODO     160(DI)
#define SPOT     168(DI)

#define ENTER(SIZE) \
	MOVQ         r+0(FP), DI   \
	MOVQ         AT, SI        \
	MOVQ         OUT, R8       \
	LEAQ         ·left64(SB), R15 \
	VPXOR        Y15, Y15, Y15 \
	MOVQ         $SIZE, AX     \
	VMOVQ        AX, X2        \
	VPBROADCASTQ X2, Y2        \
	VPSLLDQ      $8, Y2, Y13   \
	VPADDQ       Y2, Y2, Y2    \
	VPERM2I128   $8, Y2, Y2, Y3 \
	VPADDQ       Y3, Y13, Y13

// LAST takes the label from the last word of a state, in AX.
#define LAST \
	MOVQ         SHIFT, CX   \
	MOVQ         AX, DX      \
	SHRQ         CX, DX      \
	ANDQ         LABEL, DX   \
	MOVQ         DX, OF      \
	MOVQ         DX, CX      \
	MOVL         $1, BX      \
	SHLQ         CX, BX      \
	VMOVQ        BX, X14     \
	VPBROADCASTQ X14, Y14    \
	ANDQ         BARE, AX

#define GATHER \
	MOVQ GROUPS, R9          \
	MOVQ COUNT, R10          \
	MOVQ DERIVED0, R11       \
	MOVQ TODO, R12           \
	MOVL $1, R13             \
	TESTQ R10, R10           \
	JZ   gathered

// GROUP finds where the threads of a group stand, in DX, and its blocks.
#define GROUP \
	MOVQ    8(R9), CX           \
	MOVQ    16(R9), DX          \
	MOVQ    STATE(DI)(DX*1), DX \
	SHRQ    CX, DX              \
	ANDQ    24(R9), DX          \
	SHLQ    $5, DX              \
	ADDQ    0(R9), DX           \
	ADDQ    0(DX), R11          \
	MOVL    20(DX), AX          \
	ANDQ    AX, R13             \
	MOVLQSX 16(DX), CX          \
	TESTQ   CX, CX              \
	JS      missing             \
	VPBROADCASTQ 8(DX), Y2      \
	VPADDQ  Y13, Y2, Y2         \
	VMOVDQU Y2, (R12)           \
	LEAQ    (R12)(CX*8), R12    \
	CMPQ    CX, $4              \
	JG      more

// MORE writes the addresses of blocks beyond the fourth one.
#define MORE(SIZE) \
	MOVQ 8(DX), AX             \
	SHLQ $3, CX                \
	MOVQ R12, BX               \
	SUBQ CX, BX

#define NEXTGROUP \
	ADDQ $64, R9   \
	DECQ R10       \
	JNZ  group

#define GATHERED \
	MOVQ         R13, REST    \
	MOVQ         R11, DERIVED \
	VMOVQ        R11, X8      \
	VPBROADCASTQ X8, Y8       \
	MOVQ         TODO, R10    \
	XORL         R13, R13     \
	MOVQ         LIST, R14

// GUARD adds to Y2 what a guard finds wrong in a word.
#define FIRST(WORD, AT) \
	VPAND AT(BX), WORD, Y2    \
	VPXOR AT+32(BX), Y2, Y2

#define GUARD(WORD, AT) \
	VPAND AT(BX), WORD, Y3    \
	VPXOR AT+32(BX), Y3, Y3   \
	VPOR  Y3, Y2, Y2

// ON leaves the lanes that are enabled in AX, and counts them; META is where the bytes of a block are. It goes to first
// if it is the first time for one of them.
#define ON(META) \
	VPCMPEQQ  Y15, Y2, Y2     \
	VMOVMSKPD Y2, AX          \
	MOVBLZX   META(BX), CX    \
	ANDL      AX, CX          \
	POPCNTL   CX, DX          \
	ADDQ      DX, R13         \
	MOVBLZX   META+2(BX), DX  \
	NOTL      DX              \
	TESTL     CX, DX          \
	JNZ       first

// EMITTED leaves the lanes whose successors are not left out in CX, and their number in DX.
#define EMITTED(SKIP) \
	VPAND     SKIP(BX), Y14, Y3 \
	VPCMPEQQ  Y15, Y3, Y3       \
	VPAND     Y2, Y3, Y3        \
	VMOVMSKPD Y3, CX            \
	POPCNTL   CX, DX

// MAKE makes a word of the successors.
#define MAKE(WORD, AT, TO) \
	VPAND AT(BX), WORD, TO    \
	VPOR  AT+32(BX), TO, TO

// ODDS lists the lanes of AX that have to be looked at; ids are at IDS.
#define ODDS(IDS) \
	BSFL AX, CX               \
	MOVL IDS(BX)(CX*4), DX    \
	MOVL DX, (R14)            \
	ADDQ $4, R14              \
	LEAL -1(AX), CX           \
	ANDL CX, AX

#define FINISH(SIZE) \
	ADDQ  $SIZE, SI   \
	MOVQ  R13, ENABLED \
	ADDQ  R13, TAKEN  \
	SUBQ  LIST, R14   \
	SHRQ  $2, R14     \
	MOVQ  R14, ODD

#define LEAVE \
	VZEROUPPER       \
	MOVQ SI, AT      \
	MOVQ R8, OUT     \
	MOVQ AX, why+8(FP)

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

// func expand2(r *run) (why int)
TEXT ·expand2(SB), NOSPLIT, $0-16
	ENTER(384)

state:
	XORL AX, AX
	CMPQ SI, END
	JAE  leave
	MOVL $1, AX
	CMPQ R8, FULL
	JAE  leave
	VPBROADCASTQ 0(SI), Y0
	VMOVQ        X0, STATE+0(DI)
	MOVQ         8(SI), AX
	LAST
	MOVQ         AX, STATE+8(DI)
	VMOVQ        AX, X1
	VPBROADCASTQ X1, Y1
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
	MOVBLZX 369(BX), R9
	ANDL    R9, AX
	JNZ   odd

looked:
	ADDQ $8, R10
	CMPQ R10, R12
	JB   block

checked:
	FINISH(16)
	MOVL  $2, AX
	TESTQ R14, R14
	JNZ   leave
	TESTQ R13, R13
	JNZ   state

leave:
	LEAVE
	RET

odd:
	ODDS(352)
	JNZ odd
	JMP looked

first:
	ORB CX, 370(BX)
	JMP fired

more:
	MORE(384)

moreblocks:
	MOVQ AX, (BX)
	ADDQ $384, AX
	ADDQ $8, BX
	CMPQ BX, R12
	JB   moreblocks
	JMP  grouped

missing:
	MOVQ DX, SPOT
	MOVQ $3, AX
	JMP  leave

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

// func scan2(r *run) (why int)
TEXT ·scan2(SB), NOSPLIT, $0-16
	ENTER(384)
	LEAQ ·left32(SB), R15
	VPBROADCASTQ STATE+0(DI), Y0
	VPBROADCASTQ STATE+8(DI), Y1
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
	GUARD(Y8, 128)
	ON(368)

fired:
	POPCNTL   AX, CX
	SHLL      $4, AX
	VMOVDQU   (R15)(AX*1), X3
	VMOVDQU   352(BX), X4
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
	ORB CX, 370(BX)
	JMP fired

more:
	MORE(384)

moreblocks:
	MOVQ AX, (BX)
	ADDQ $384, AX
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
