// By the slots of a form (lines.go), PUT puts AX into slot R12 of the line BX, and uses AX.
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
