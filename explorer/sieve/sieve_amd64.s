#include "textflag.h"

// PICK adds part k of the index of the table of gate BX to R12, by way of TO.
#define PICK(k, TO) \
	MOVBQZX (100+k)(BX), TO \
	MOVQ    (R15)(TO*1), TO \
	MOVBQZX (96+k)(BX), CX  \
	ROLQ    CX, TO          \
	ANDQ    (64+8*k)(BX), TO

// func enabled(s *Sieve, st *State, skip *uint64, ids *uint32) (hits, fired, rest int)
TEXT ·enabled(SB), NOSPLIT, $0-56
	MOVQ s+0(FP), AX
	MOVQ st+8(FP), R15
	MOVQ ids+24(FP), SI
	MOVQ 0(AX), BX        // groups
	MOVQ 8(AX), R8        // their number
	MOVQ 16(AX), R9       // list
	MOVQ 24(AX), DI       // gates
	MOVQ 32(AX), R10      // derived word
	XORL R13, R13         // number of ids
	MOVL $1, R11          // rest
	TESTQ R8, R8
	JZ    joined

group:
	MOVQ    8(BX), CX
	MOVQ    16(BX), DX
	MOVQ    (R15)(DX*1), DX
	SHRQ    CX, DX
	ANDQ    24(BX), DX
	SHLQ    $4, DX
	ADDQ    0(BX), DX     // spot
	ADDQ    0(DX), R10
	MOVL    8(DX), AX
	MOVWQZX 12(DX), CX
	MOVWQZX 14(DX), R12
	ANDQ    R12, R11
	LEAQ    (R9)(AX*4), AX
	LEAQ    (SI)(R13*4), DX
	ADDQ    CX, R13

copy:
	MOVOU (AX), X0
	MOVOU X0, (DX)
	ADDQ  $16, AX
	ADDQ  $16, DX
	SUBQ  $4, CX
	JG    copy
	ADDQ  $32, BX
	DECQ  R8
	JNZ   group

joined:
	MOVQ R11, rest+48(FP)
	MOVQ R10, 16(R15)
	MOVQ R13, R9          // number of ids
	XORL R11, R11         // fired
	XORL R13, R13         // at
	XORL R8, R8           // hits
	TESTQ R9, R9
	JZ   done
	MOVQ skip+16(FP), R14

next:
	MOVL    (SI)(R13*4), DX
	INCQ    R13
	MOVQ    DX, BX
	SHLQ    $7, BX
	ADDQ    DI, BX
	MOVQ    0(BX), AX
	ANDQ    0(R15), AX
	XORQ    8(BX), AX
	MOVQ    16(BX), CX
	ANDQ    8(R15), CX
	XORQ    24(BX), CX
	ORQ     CX, AX
	MOVQ    32(BX), CX
	ANDQ    R10, CX
	XORQ    40(BX), CX
	ORQ     CX, AX
	SETEQ   AX
	MOVBQZX AX, AX        // 1 if masks allow it
	TESTB   $1, 56(BX)
	JZ      plain
	PICK(0, R12)
	PICK(1, DX)
	ORQ     DX, R12
	PICK(2, DX)
	ORQ     DX, R12
	PICK(3, DX)
	ORQ     DX, R12
	MOVQ    R12, CX
	SHRQ    $6, R12
	MOVQ    48(BX), DX
	MOVQ    (DX)(R12*8), DX
	SHRQ    CX, DX
	ANDQ    DX, AX
	MOVL    -4(SI)(R13*4), DX

plain:
	MOVL    DX, (SI)(R8*4)
	MOVBQZX 56(BX), CX
	SHRQ    $2, CX
	NOTQ    CX
	ANDQ    AX, CX        // 1 if it is enabled and not slow
	ORB     CX, 57(BX)
	ADDQ    CX, R11
	MOVQ    CX, R12
	MOVL    DX, BX
	SHRQ    $6, BX
	MOVQ    (R14)(BX*8), BX
	MOVL    DX, CX
	SHRQ    CX, BX
	ANDQ    R12, BX
	NOTQ    BX
	ANDQ    AX, BX        // and not skipped
	ADDQ    BX, R8
	CMPQ    R13, R9
	JNE     next

done:
	MOVQ R8, hits+32(FP)
	MOVQ R11, fired+40(FP)
	RET
