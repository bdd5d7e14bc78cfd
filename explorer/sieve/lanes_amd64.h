// What the functions for one, two and three words have in common.
//
// Registers: DI run, SI state to be expanded, R8 where its first successor goes, R9 group, R10 number of groups left,
// then the next block's place in the list, R11 derived word, R12 end of the list, R13 transitions
// enabled, R14 ids, R15 table of permutations, BX block. Y0, Y1 and Y7 hold the state's words in every
// lane, Y8 the derived one, Y14 its label as a bit, Y13 how far blocks lie behind the first one, Y15 zero.

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
#define ENABLED  96(DI)
#define STATE    104
#define DERIVED  128(DI)
#define OF       136(DI)
#define LIST     144(DI)
#define TODO     152(DI)
#define SPOT     160(DI)
#define LATER    168(DI)

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

// GATHER finds where the threads of each group stand, and makes the list of their blocks. The first four addresses of a
// group are written whether there are as many or not; a spot whose blocks have not been made has a very large number of
// them. It goes to checked if there are none at all.
#define GATHER \
	MOVQ  GROUPS, R9            \
	MOVQ  COUNT, R10            \
	MOVQ  DERIVED0, R11         \
	MOVQ  TODO, R12             \
	TESTQ R10, R10              \
	JZ    gathered              \
group:                              \
	MOVQ    8(R9), CX           \
	MOVQ    16(R9), DX          \
	MOVQ    STATE(DI)(DX*1), DX \
	RORQ    CX, DX              \
	ANDQ    24(R9), DX          \
	ADDQ    0(R9), DX           \
	ADDQ    0(DX), R11          \
	VPBROADCASTQ 8(DX), Y2      \
	VPADDQ  Y13, Y2, Y2         \
	VMOVDQU Y2, (R12)           \
	MOVL    16(DX), CX          \
	CMPL    CX, $4              \
	JHI     more                \
	LEAQ    (R12)(CX*8), R12    \
grouped:                            \
	ADDQ $64, R9                \
	DECQ R10                    \
	JNZ  group                  \
gathered:                           \
	MOVQ         R11, DERIVED   \
	VMOVQ        R11, X8        \
	VPBROADCASTQ X8, Y8         \
	MOVQ         TODO, R10      \
	XORL         R13, R13       \
	MOVQ         LIST, R14      \
	CMPQ         R10, R12       \
	JAE          checked

// ASIDE is what GATHER and ON rarely come to: lanes that are enabled for the first time, blocks beyond the fourth one,
// and a spot whose blocks have not been made.
#define ASIDE(SIZE, META) \
first:                       \
	NOTL CX              \
	ANDB CX, META+2(BX)  \
	JMP  fired           \
more:                        \
	TESTL CX, CX         \
	JS   missing         \
	MOVQ 8(DX), AX       \
	MOVQ R12, BX         \
	LEAQ (R12)(CX*8), R12 \
moreblocks:                  \
	MOVQ AX, (BX)        \
	ADDQ $SIZE, AX       \
	ADDQ $8, BX          \
	CMPQ BX, R12         \
	JB   moreblocks      \
	JMP  grouped         \
missing:                     \
	MOVQ DX, SPOT        \
	MOVQ $3, AX          \
	JMP  leave

// SCANNED puts the ids, at IDS, of the lanes that are enabled to the list, goes on to the next block, and returns.
#define SCANNED(IDS) \
	POPCNTL   AX, CX          \
	SHLL      $4, AX          \
	VMOVDQU   (R15)(AX*1), X3 \
	VMOVDQU   IDS(BX), X4     \
	VPERMILPS X3, X4, X4      \
	VMOVDQU   X4, (R14)       \
	LEAQ      (R14)(CX*4), R14 \
	ADDQ      $8, R10         \
	CMPQ      R10, R12        \
	JB        block           \
checked:                          \
	SUBQ LIST, R14            \
	SHRQ $2, R14              \
	MOVQ R14, ODD             \
	XORL AX, AX               \
leave:                            \
	VZEROUPPER                \
	MOVQ AX, why+8(FP)        \
	RET

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
	TESTB     CX, META+2(BX)  \
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

// NEXT leaves unless there is a state, and room for its successors.
#define NEXT \
	XORL AX, AX   \
	CMPQ SI, END  \
	JAE  leave    \
	MOVL $1, AX   \
	CMPQ R8, FULL \
	JAE  leave

// EXPANDED goes on to the next block, then to the next state unless this one has to be looked at now. It lists alarms that
// ring by their ids at IDS. For a slow transition it goes on behind itself, with its lane in CX and its memo, from where
// OR of the first word is, in R9.
#define EXPANDED(SIZE, OR, IDS, META) \
	TESTB   AX, META+1(BX)      \
	JNZ     odd                 \
looked:                             \
	ADDQ $8, R10                \
	CMPQ R10, R12               \
	JB   block                  \
checked:                            \
	ADDQ  $SIZE, SI             \
	MOVQ  R13, ENABLED          \
	ADDQ  R13, TAKEN            \
	SUBQ  LIST, R14             \
	SHRQ  $2, R14               \
	MOVQ  R14, ODD              \
	MOVL  $2, AX                \
	TESTQ R14, R14              \
	JNZ   leave                 \
	TESTQ R13, R13              \
	JNZ   state                 \
leave:                              \
	VZEROUPPER                  \
	MOVQ SI, AT                 \
	MOVQ R8, OUT                \
	MOVQ AX, why+8(FP)          \
	RET                         \
odd:                                \
	MOVBLZX META+1(BX), CX      \
	ANDL  CX, AX                \
lane:                               \
	BSFL  AX, CX                \
	MOVL  IDS(BX)(CX*4), DX     \
	TESTL DX, DX                \
	JS    slow                  \
	MOVL  DX, (R14)             \
	ADDQ  $4, R14               \
listed:                             \
	LEAL -1(AX), CX             \
	ANDL CX, AX                 \
	JNZ  lane                   \
	LEAQ ·left64(SB), R15       \
	JMP  looked                 \
slow:                               \
	LEAQ  (BX)(CX*8), CX        \
	MOVQ  OR(CX), R9            \
	TESTQ R9, R9                \
	JZ    later                 \
	MOVQ  STATE(DI), DX         \
	PEXTQ 8(R9), DX, DX

// INDEX adds to DX the bits of another word that a memo is indexed by.
#define INDEX(WORD, MASK, TIMES) \
	MOVQ  STATE+WORD(DI), R15 \
	PEXTQ MASK(R9), R15, R15  \
	IMULQ TIMES(R9), R15      \
	ADDQ  R15, DX

// RECALL leaves the memo's entry, of so many bytes, in DX if the transition is enabled and its successor not left out.
#define RECALL(ENTRY) \
	PEXTQ  32(R9), R11, R15 \
	IMULQ  56(R9), R15      \
	ADDQ   R15, DX          \
	IMUL3Q $ENTRY, DX, DX   \
	ADDQ   0(R9), DX        \
	MOVQ   0(DX), R15       \
	CMPQ   R15, $1          \
	JCS    later            \
	JHI    listed           \
	INCQ   R13              \
	MOVQ   64(R9), R15      \
	MOVQ   OF, R9           \
	BTQ    R9, R15          \
	JCS    listed

// PUT makes a word of the successor that an entry tells of.
#define PUT(WORD, KEEP) \
	MOVQ STATE+WORD(DI), R15 \
	ANDQ KEEP(CX), R15       \
	ORQ  WORD+8(DX), R15     \
	MOVQ R15, WORD(R8)

// LATE puts the successor to the batch, or what no memo tells to the list of what is to be looked at later: it takes as
// much room in the batch.
#define LATE(SIZE, IDS) \
	ADDQ $SIZE, R8          \
	JMP  listed             \
later:                          \
	BSFL AX, CX             \
	MOVL IDS(BX)(CX*4), DX  \
	MOVQ LATER, CX          \
	MOVQ DX, 0(CX)          \
	MOVQ SI, 8(CX)          \
	MOVQ R11, 16(CX)        \
	MOVQ OF, DX             \
	MOVQ DX, 24(CX)         \
	ADDQ $32, CX            \
	MOVQ CX, LATER          \
	SUBQ $SIZE, FULL        \
	JMP  listed
