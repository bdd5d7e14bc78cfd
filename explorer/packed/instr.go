package packed

import (
	"math/bits"

	"hpmc/model"
)

// OpCode tells what an Instr does. The operators of model.Op come first and mean the same here.
type OpCode uint8

// The operations beyond model.Op. w is the state with its derived word behind it, r are registers, out is the
// state that is made.
const (
	opLoad   OpCode = 64 + iota // r[Dst] = w[A] rotated left by B, & K
	opLoadOr                    // r[Dst] |= w[A] rotated left by B, & K
	opMove                      // out[Dst] |= w[A] rotated left by B, & K
	opStore                     // out[Dst] |= r[A] rotated left by B, & K
	opTrue                      // stop, false, if r[A] == 0
	opFalse                     // stop, false, if r[A] != 0
)

// immediate in place of register B stands for K.
const immediate = ^uint16(0)

// Instr is a micro-operation.
type Instr struct {
	Op        OpCode
	Dst, A, B uint16
	K         uint64
}

// MaxRegs is the number of registers that Exec needs; code that wants more is refused when it is made.
const MaxRegs = 1 << 12

// Exec runs code on a state w with its derived word, ORs what it makes into out, and tells whether every test in
// the code passed. It allocates nothing.
func Exec(code []Instr, w, out []uint64, r *[MaxRegs]uint64) bool {
	for i := range code {
		in := &code[i]
		switch in.Op {
		case opLoad:
			r[in.Dst&(MaxRegs-1)] = bits.RotateLeft64(w[in.A], int(in.B)) & in.K
			continue
		case opLoadOr:
			r[in.Dst&(MaxRegs-1)] |= bits.RotateLeft64(w[in.A], int(in.B)) & in.K
			continue
		case opMove:
			out[in.Dst] |= bits.RotateLeft64(w[in.A], int(in.B)) & in.K
			continue
		case opStore:
			out[in.Dst] |= bits.RotateLeft64(r[in.A&(MaxRegs-1)], int(in.B)) & in.K
			continue
		case opTrue:
			if r[in.A&(MaxRegs-1)] == 0 {
				return false
			}
			continue
		case opFalse:
			if r[in.A&(MaxRegs-1)] != 0 {
				return false
			}
			continue
		}
		a, b := int64(r[in.A&(MaxRegs-1)]), int64(in.K)
		if in.B != immediate {
			b = int64(r[in.B&(MaxRegs-1)])
		}
		var v int64
		switch model.Op(in.Op) {
		case model.Const:
			v = b
		case model.And:
			v = a & b
		case model.Or:
			v = a | b
		case model.AndNot:
			v = a &^ b
		case model.Add:
			v = a + b
		case model.Sub:
			v = a - b
		case model.Ite:
			v = int64(r[in.K&(MaxRegs-1)])
			if a != 0 {
				v = b
			}
		default:
			v = model.Apply(model.Op(in.Op), a, b)
		}
		r[in.Dst&(MaxRegs-1)] = uint64(v)
	}
	return true
}

// assembler makes code for one transition or condition.
type assembler struct {
	l     *Layout
	f     *folder
	code  []Instr
	regs  int
	where map[*model.Expr]uint16
}

func (as *assembler) reg() uint16 {
	as.regs++
	return uint16(as.regs - 1)
}

// value makes code that leaves e's value in a register.
func (as *assembler) value(e *model.Expr) uint16 {
	if r, ok := as.where[e]; ok {
		return r
	}
	var in Instr
	switch e.Op {
	case model.Const:
		in = Instr{Op: OpCode(model.Const), B: immediate, K: uint64(e.Val)}
	case model.Ref:
		return as.load(e)
	case model.Ite:
		in = Instr{A: as.value(e.Args[0]), B: as.value(e.Args[1]), K: uint64(as.value(e.Args[2]))}
	case model.Not, model.Count:
		in = Instr{A: as.value(e.Args[0]), B: immediate}
	default:
		in = Instr{A: as.value(e.Args[0]), B: immediate}
		if e.Args[1].Op == model.Const {
			in.K = uint64(e.Args[1].Val)
		} else {
			in.B = as.value(e.Args[1])
		}
	}
	in.Op, in.Dst = OpCode(e.Op), as.reg()
	as.code = append(as.code, in)
	as.where[e] = in.Dst
	return in.Dst
}

// load makes code that leaves a variable's value in a register.
func (as *assembler) load(e *model.Expr) uint16 {
	v, pl := &as.l.Program.Vars[e.Var], &as.l.Places[e.Var]
	dst := as.reg()
	op := opLoad
	for _, rs := range [][]Run{pl.Stored, pl.Derived} {
		for _, r := range rs {
			k := (uint64(1)<<r.N - 1) << r.From
			as.code = append(as.code, Instr{op, dst, uint16(r.Word), uint16((r.From - r.Shift) & 63), k})
			op = opLoadOr
		}
	}
	rest := int64(pl.Fixed) + v.Min
	if op == opLoad {
		as.code = append(as.code, Instr{Op: OpCode(model.Const), Dst: dst, B: immediate, K: uint64(rest)})
	} else if rest != 0 {
		as.code = append(as.code, Instr{OpCode(model.Add), dst, dst, immediate, uint64(rest)})
	}
	as.where[e] = dst
	return dst
}
