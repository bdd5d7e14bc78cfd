// What the functions for one, two and three words have in common.

#define AT        0(DI)
#define STOP      8(DI)
#define GROUPS    16(DI)
#define GROUPSEND 24(DI)
#define DERIVED0  32(DI)
#define BARE      40(DI)
#define SHIFT     48(DI)
#define LABEL     56(DI)
#define RECORDS   64(DI)
#define ASKS      72(DI)
#define LIST      80(DI)
#define ODDS      88(DI)
#define EXTRA     96(DI)
#define LISTEND   104(DI)
#define ODDSEND   112(DI)
#define ASKSEND   120(DI)
#define RESUME    128(DI)
#define LANES     136(DI)
#define OUT       144(DI)
#define FROM      152(DI)
#define TO        160(DI)

// Registers of scan: DI run, SI records. While states are taken up: R8 state, R15 its record, R13 where that is, as in ask, and
// R14 what is added to that for the next; R9 group, R11 derived word, R12 where the next ask goes. While asks are looked up: R10
// ask, R12 end of them, R13 where what is enabled goes, BX part, DX where its record is, AX key, CX entry.

#define SCAN(STRIDE) \
	MOVQ  r+0(FP), DI               \
	MOVQ  RECORDS, SI               \
	MOVQ  RESUME, R10               \
	TESTQ R10, R10                  \
	JNZ   resumed                   \
	MOVQ  AT, R8                    \
	MOVQ  ASKS, R12                 \
	MOVQ  SI, R15                   \
	XORL  R13, R13                  \
	MOVQ  $(STRIDE+STRIDE<<48), R14

// LAST takes the label from the last word of a state, in AX.
#define LAST(AT) \
	MOVQ  SHIFT, CX   \
	SHRXQ CX, AX, CX  \
	ANDQ  LABEL, CX   \
	MOVQ  CX, AT(R15) \
	ANDQ  BARE, AX

// For runs, BX gathers which classes are barred.
#define NONE    XORL BX, BX
#define ADDBARS ORQ  64(DX), BX
#define BARS1   MOVQ BX, 24(R15)
#define BARS2   MOVQ BX, 32(R15)
#define BARS3   MOVQ BX, 40(R15)
#define NOTHING

// STAND finds where the threads of each group stand, and puts the parts that are to be looked up to the asks. One is written
// whether there is one or not. It goes on with the next state.
#define STAND(WORDS, STRIDE, BEGIN, ADD, PUT) \
	MOVQ DERIVED0, R11          \
	BEGIN                       \
	MOVQ GROUPS, R9             \
	CMPQ R9, GROUPSEND          \
	JAE  stood                  \
group:                              \
	MOVQ    16(R9), DX          \
	MOVQ    (R15)(DX*1), DX     \
	PEXTQ   24(R9), DX, DX      \
	SHLQ    $7, DX              \
	ADDQ    0(R9), DX           \
	ADDQ    0(DX), R11          \
	ADD                         \
	MOVQ    DX, 0(R12)          \
	MOVQ    R13, 8(R12)         \
	MOVBLZX 60(DX), CX          \
	CMPL    CX, $1              \
	JHI     more                \
	SHLL    $4, CX              \
	ADDQ    CX, R12             \
grouped:                            \
	ADDQ $32, R9                \
	CMPQ R9, GROUPSEND          \
	JB   group                  \
stood:                              \
	MOVQ R11, (8*WORDS)(R15)    \
	PUT                         \
	ADDQ $STRIDE, R15           \
	ADDQ R14, R13               \
	ADDQ $(8*WORDS), R8         \
	CMPQ R8, STOP               \
	JB   state                  \
	MOVQ R12, ASKSEND           \
	MOVQ ASKS, R10              \
	MOVQ LIST, R13              \
	JMP  begin                  \
more:                               \
	MOVBLZX 60(DX), CX          \
	MOVWLZX 62(DX), DX          \
	SHLQ    $7, DX              \
	ADDQ    EXTRA, DX           \
	ADDQ    $16, R12            \
others:                             \
	MOVQ    DX, 0(R12)          \
	MOVQ    R13, 8(R12)         \
	ADDQ    $128, DX            \
	ADDQ    $16, R12            \
	DECL    CX                  \
	CMPL    CX, $1              \
	JHI     others              \
	JMP     grouped             \
resumed:                            \
	MOVQ ASKSEND, R12           \
	MOVQ LISTEND, R13           \
begin:                              \
	CMPQ R10, R12               \
	JAE  checks

// FIRST begins a key with the bits of the first word of a state, and MORE adds those of another one.
#define FIRST \
	MOVQ  0(R10), BX         \
	MOVL  8(R10), DX         \
	MOVQ  0(SI)(DX*1), AX    \
	PEXTQ 8(BX), AX, AX

#define MORE(AT, MASK, LEFT) \
	MOVQ    AT(SI)(DX*1), CX \
	PEXTQ   MASK(BX), CX, CX \
	MOVBLZX LEFT(BX), R9     \
	SHLXQ   R9, CX, CX       \
	ORQ     CX, AX

// LOOKUP looks a key up, adds what is enabled to the list, and goes on with the next ask; then it lists the states that are
// odd.
#define LOOKUP(COUNT, STRIDE, WIDTH) \
	MOVQ    48(BX), CX          \
	IMULQ   AX, CX              \
	MOVBLZX 56(BX), R9          \
	SHRXQ   R9, CX, CX          \
	SHLQ    $5, CX              \
	ADDQ    40(BX), CX          \
	CMPQ    AX, 0(CX)           \
	JNE     probe               \
found:                              \
	MOVL    8(CX), R9           \
	TESTL   R9, R9              \
	JS      ring                \
rung:                               \
	VPMOVZXWD    16(CX), Y4     \
	VPBROADCASTD 12(R10), Y5    \
	VPOR         Y5, Y4, Y4     \
	VMOVDQU      Y4, (R13)      \
	LEAQ    (R13)(R9*4), R13    \
	ADDL    R9, COUNT(SI)(DX*1) \
	ADDQ    $16, R10            \
	CMPQ    R10, R12            \
	JB      ask                 \
checks:                             \
	MOVQ R13, LISTEND           \
	MOVQ ODDS, R9               \
	MOVQ AT, R8                 \
	MOVQ SI, R15                \
	XORL DX, DX                 \
check:                              \
	CMPL COUNT(R15), $0         \
	JGT  plain                  \
	MOVL DX, (R9)               \
	ADDQ $4, R9                 \
plain:                              \
	ADDQ $STRIDE, R15           \
	ADDQ $STRIDE, DX            \
	ADDQ $WIDTH, R8             \
	CMPQ R8, STOP               \
	JB   check                  \
	MOVQ R9, ODDSEND            \
	XORL AX, AX                 \
	JMP  leave                  \
probe:                              \
	CMPQ 0(CX), $-1             \
	JEQ  missing                \
	ADDQ $32, CX                \
	CMPQ AX, 0(CX)              \
	JEQ  found                  \
	JMP  probe                  \
ring:                               \
	ORL  $0x80000000, COUNT(SI)(DX*1) \
	ANDL $0x7fffffff, R9        \
	JMP  rung                   \
missing:                            \
	MOVQ R10, RESUME            \
	MOVQ R13, LISTEND           \
	MOVL $1, AX                 \
leave:                              \
	VZEROUPPER                  \
	MOVQ AX, missing+8(FP)      \
	RET

// Registers of make: R10 what is enabled, R12 end of it, R8 where its successor goes, SI records, R9 lanes, CX where its record
// is, BX where its lane is.

#define MAKE \
	MOVQ r+0(FP), DI  \
	MOVQ FROM, R10    \
	MOVQ TO, R12      \
	MOVQ OUT, R8      \
	MOVQ RECORDS, SI  \
	MOVQ LANES, R9

#define LANE(SHIFT) \
	MOVL    (R10), BX  \
	MOVL    BX, CX     \
	SHRL    $16, CX    \
	MOVWLZX BX, BX     \
	SHLL    $SHIFT, BX

// LEFT leaves 0 in AX if the successor is to be left out, and 1 if not.
#define LEFT(LABEL, WITH) \
	MOVL  LABEL(SI)(CX*1), DX \
	MOVQ  WITH(R9)(BX*1), AX  \
	SHRXQ DX, AX, AX          \
	ANDL  $1, AX

#define MADE \
	ADDQ $4, R10  \
	CMPQ R10, R12 \
	JB   next     \
	VZEROUPPER    \
	MOVQ R8, OUT  \
	RET
