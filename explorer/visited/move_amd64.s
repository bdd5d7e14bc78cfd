//go:build !race

#include "textflag.h"
#include "forms_amd64.h"

// The keys of some lines are put together four at a time, as in shape.join, and taken apart for the other shape; then each is
// put where it belongs. In between they are in moveRoom, one behind the other. LOAD makes Y1 the contents of slots 4 * G and on; of slots
// that are not taken, or beyond the line, whatever.
#define LOAD15(G) \
	VPMOVZXDQ (4+16*G)(SI), Y1

#define LOAD12(G) \
	VPMOVZXDQ (4+16*G)(SI), Y1 \
	VPMOVZXBQ (52+4*G)(SI), Y2 \
	VPSLLQ    $32, Y2, Y2      \
	VPOR      Y1, Y2, Y1

#define LOAD10(G) \
	VPMOVZXDQ (4+16*G)(SI), Y1 \
	VPMOVZXWQ (44+8*G)(SI), Y2 \
	VPSLLQ    $32, Y2, Y2      \
	VPOR      Y1, Y2, Y1

#define LOAD8(G) \
	VPMOVZXDQ (4+16*G)(SI), Y1 \
	VPMOVZXWQ (36+8*G)(SI), Y2 \
	VPSLLQ    $32, Y2, Y2      \
	VPOR      Y1, Y2, Y1       \
	VPMOVZXBQ (52+4*G)(SI), Y2 \
	VPSLLQ    $48, Y2, Y2      \
	VPOR      Y1, Y2, Y1

// SPLIT takes what LOAD made, and leaves what slots of the other shape have of the keys in moveRoom, from R8 on, how many bytes
// behind the window's beginning they belong 2048 bytes on, and the keys 4096 bytes on. Of the one shape, Y7 is width, Y12 that
// shifted by 32, Y8 the line times it, X9 shift and Y14 low; of the other, Y13 is lines, X15 drop and X6 lift. Y10 holds 7, Y11 1,
// and Y0 the number of the window's first line.
#define SPLIT(G) \
	VPAND    Y1, Y10, Y2         \
	VPSRLQ   $3, Y1, Y3          \
	VPAND    Y3, Y10, Y4         \
	VPADDQ   Y4, Y11, Y4         \
	VPMULUDQ Y2, Y4, Y2          \ // lines from home
	VPSLLQ   X9, Y3, Y3          \
	VPMULUDQ Y2, Y7, Y4          \
	VPMULUDQ Y2, Y12, Y2         \
	VPSLLQ   $32, Y2, Y2         \
	VPSUBQ   Y4, Y8, Y4          \
	VPSUBQ   Y2, Y4, Y4          \ // home * width
	VPSUBQ   Y4, Y3, Y3          \
	VPAND    Y3, Y14, Y3         \
	VPADDQ   Y4, Y3, Y3          \ // the key
	VPMULUDQ Y3, Y13, Y4         \
	VPSRLQ   $32, Y4, Y4         \
	VPSRLQ   $32, Y3, Y5         \
	VPMULUDQ Y5, Y13, Y5         \
	VPADDQ   Y4, Y5, Y5          \
	VPSRLQ   $32, Y5, Y5         \ // its home
	VPSUBQ   Y0, Y5, Y5          \
	VPSLLQ   $6, Y5, Y5          \
	VMOVDQU  Y3, (4096+32*G)(R9)(R8*8) \
	VPSLLQ   X15, Y3, Y3         \
	VPSRLQ   X6, Y3, Y3          \
	VMOVDQU  Y3, (32*G)(R9)(R8*8) \
	VMOVDQU  Y5, (2048+32*G)(R9)(R8*8)

#define LINE15 \
	LOAD15(0) \
	SPLIT(0)  \
	LOAD15(1) \
	SPLIT(1)  \
	LOAD15(2) \
	SPLIT(2)  \
	LOAD15(3) \
	SPLIT(3)

#define LINE12 \
	LOAD12(0) \
	SPLIT(0)  \
	LOAD12(1) \
	SPLIT(1)  \
	LOAD12(2) \
	SPLIT(2)

#define LINE10 \
	LOAD10(0) \
	SPLIT(0)  \
	LOAD10(1) \
	SPLIT(1)  \
	LOAD10(2) \
	SPLIT(2)

#define LINE8 \
	LOAD8(0)  \
	SPLIT(0)  \
	LOAD8(1)  \
	SPLIT(1)

#define BROADCAST(R, X, Y) \
	VMOVQ R, X \
	VPBROADCASTQ X, Y

// MOVE is moveFast.
#define MOVE(LINE, PUT, N) \
	MOVQ  lines+0(FP), SI    \
	MOVQ  from+24(FP), BX    \
	MOVQ  8(BX), AX          \
	BROADCAST(AX, X7, Y7)    \
	VPSRLQ $32, Y7, Y12      \
	MOVQ  number+16(FP), DX  \
	IMULQ AX, DX             \
	BROADCAST(DX, X8, Y8)    \
	VMOVQ 16(BX), X9         \
	MOVQ  24(BX), AX         \
	BROADCAST(AX, X14, Y14)  \
	MOVQ  to+32(FP), BX      \
	MOVQ  0(BX), AX          \
	BROADCAST(AX, X13, Y13)  \
	VMOVQ 32(BX), X15        \
	VMOVQ 40(BX), X6         \
	MOVL  $7, AX             \
	BROADCAST(AX, X10, Y10)  \
	VPSRLQ $2, Y10, Y11      \
	MOVQ  window+40(FP), DI  \
	MOVQ  base+48(FP), R14   \
	BROADCAST(R14, X0, Y0)   \
	MOVQ  size+56(FP), R15   \
	SHLQ  $6, R15            \
	MOVQ  room+64(FP), R9    \
	MOVQ  n+8(FP), R10       \
	XORL  R8, R8             \
line:                        \
	LINE                     \
	MOVL  (SI), AX           \
	ADDQ  AX, R8             \
	VPXOR Y1, Y1, Y1         \
	VMOVDQU Y1, (SI)         \
	VMOVDQU Y1, 32(SI)       \
	VPADDQ Y7, Y8, Y8        \
	ADDQ  $64, SI            \
	DECQ  R10                \
	JNZ   line               \
	VZEROUPPER               \
	MOVQ  R8, R10            \
	XORL  R8, R8             \
	XORL  R11, R11           \
	CMPQ  R8, R10            \
	JEQ   moved              \
key:                         \
	MOVQ  (R9)(R8*8), AX     \
	MOVQ  2048(R9)(R8*8), DX \
place:                       \
	CMPQ  DX, R15            \
	JAE   put                \
	LEAQ  (DI)(DX*1), BX     \
	PREFETCHT0 1024(BX)      \
	MOVL  (BX), R12          \
	CMPL  R12, N             \
	JEQ   full               \
	PUT                      \
	INCL  R12                \
	MOVL  R12, (BX)          \
next:                        \
	INCQ  R8                 \
	CMPQ  R8, R10            \
	JCS   key                \
moved:                       \
	MOVQ  R11, asides+72(FP) \
	RET                      \
full:                        \
	MOVL  AX, BX             \
	ANDL  $7, BX             \
	CMPL  BX, $7             \ // maxHops
	JEQ   put                \
	MOVL  AX, BX             \
	ANDL  $(7<<3), BX        \
	LEAQ  64(DX)(BX*8), DX   \ // hop lines on
	INCQ  AX                 \
	JMP   place              \
put:                         \
	MOVQ  4096(R9)(R8*8), AX \
	MOVQ  AX, 6144(R9)(R11*8) \
	INCQ  R11                \
	JMP   next

// func move8to8(lines *uint64, n int, number uint64, from, to *shape, window *uint64, base, size uint64, room *moveRoom) (asides int)
TEXT ·move8to8(SB), NOSPLIT, $0-80
	PCALIGN $64
	MOVE(LINE8, PUT8, $8)

// func move8to10(lines *uint64, n int, number uint64, from, to *shape, window *uint64, base, size uint64, room *moveRoom) (asides int)
TEXT ·move8to10(SB), NOSPLIT, $0-80
	PCALIGN $64
	MOVE(LINE8, PUT10, $10)

// func move10to10(lines *uint64, n int, number uint64, from, to *shape, window *uint64, base, size uint64, room *moveRoom) (asides int)
TEXT ·move10to10(SB), NOSPLIT, $0-80
	PCALIGN $64
	MOVE(LINE10, PUT10, $10)

// func move10to12(lines *uint64, n int, number uint64, from, to *shape, window *uint64, base, size uint64, room *moveRoom) (asides int)
TEXT ·move10to12(SB), NOSPLIT, $0-80
	PCALIGN $64
	MOVE(LINE10, PUT12, $12)

// func move12to12(lines *uint64, n int, number uint64, from, to *shape, window *uint64, base, size uint64, room *moveRoom) (asides int)
TEXT ·move12to12(SB), NOSPLIT, $0-80
	PCALIGN $64
	MOVE(LINE12, PUT12, $12)

// func move12to15(lines *uint64, n int, number uint64, from, to *shape, window *uint64, base, size uint64, room *moveRoom) (asides int)
TEXT ·move12to15(SB), NOSPLIT, $0-80
	PCALIGN $64
	MOVE(LINE12, PUT15, $15)

// func move15to15(lines *uint64, n int, number uint64, from, to *shape, window *uint64, base, size uint64, room *moveRoom) (asides int)
TEXT ·move15to15(SB), NOSPLIT, $0-80
	PCALIGN $64
	MOVE(LINE15, PUT15, $15)
