package compile

import "testing"

// TestDiffCases compares the compiler with the interpreter on programs written for one thing each.
func TestDiffCases(t *testing.T) {
	cases := map[string]string{
		"a trylock that fails": `
func (k *Kernel) T0() {
	k.L1.Lock()
	ok := k.L1.TryLock()
	if ok {
		k.N = 1
		k.L1.Unlock()
	}
}
func (k *Kernel) T1() {
	ok := k.L1.TryLock()
	k.A = ok
	if ok {
		k.I = 2
		k.L1.Unlock()
	}
}`,
		"a trylock whose result is dropped": `
func (k *Kernel) T0() { k.L1.TryLock(); k.N = 1 }
func (k *Kernel) T1() { k.L1.TryLock(); k.I = 1 }`,
		"two dynamic targets in one array": `
func (k *Kernel) T0() { k.Arr[1], k.Arr[k.I%2] = 2, 1 }
func (k *Kernel) T1() { k.I = 1; k.Two[k.I%2], k.Two[k.N%2] = 3, 2 }`,
		"a dynamic swap": `
func (k *Kernel) T0() { k.Arr[0] = 1; k.Arr[1] = 2; k.Arr[k.I%2], k.Arr[k.N%2] = k.Arr[k.N%2], k.Arr[k.I%2] }
func (k *Kernel) T1() { k.I = 1; k.N = 1 }`,
		"an index into an array that never changes": `
func (k *Kernel) T0() { k.A = true; k.N = k.Arr[k.I] }
func (k *Kernel) T1() { k.I = 3 }`,
		"an index whose element nobody uses": `
func (k *Kernel) T0() { k.A = true; _ = k.Arr[k.I]; k.B = true }
func (k *Kernel) T1() { k.Arr[1] = 1; k.I = 3; k.I = 0 }`,
		"a case that reads shared state": `
func (k *Kernel) T0() {
	x := k.I
	k.A = true
	y := (x + 1) % 4
	switch y {
	case k.N:
		k.B = true
	default:
		k.I = 2
	}
}
func (k *Kernel) T1() { hp.Await(k.A); k.N = 1 }`,
		"a value receiver": `
func (p Pair) grow() int {
	x := p.X
	y := p.X
	if p.Y {
		return x
	}
	return (x + y) % 4
}
func (k *Kernel) T0() { v := k.P.grow(); k.N = v }
func (k *Kernel) T1() { k.P.X = 1; k.P.Y = true; k.P.X = 3 }`,
		"a struct parameter that is changed": `
func (k *Kernel) set(p Pair) Pair {
	p.X = (p.X + k.N) % 4
	return p
}
func (k *Kernel) T0() { k.P = k.set(Pair{X: 2}); v := k.set(k.P); k.Ps[1] = v }
func (k *Kernel) T1() { k.N = 3 }`,
		"a local mask that its loop changes": `
func (k *Kernel) T0() {
	m := k.M
	for c := range m.Each() {
		m.Clear(1)
		k.O.Set(c)
	}
	k.M = m
}
func (k *Kernel) T1() { k.M.Set(0); k.M.Set(1) }`,
		"a wait behind an if in an atomic block": `
func (k *Kernel) T0() {
	hp.Atomic(func() {
		if k.A {
			hp.Await(k.B)
		}
		k.N = 1
	})
}
func (k *Kernel) T1() { k.A = true; k.B = true; k.B = false }`,
		"a parameter that its function changes": `
func (k *Kernel) down(n int) int {
	for n > 0 {
		k.N = n
		n--
	}
	return n
}
func (k *Kernel) T0() { v := k.down(3); k.I = v; w := k.down(2); k.I = w + 1 }
func (k *Kernel) T1() { k.A = k.N == 2 }`,
		"numbers below zero": `
func (k *Kernel) T0() {
	d := k.N - k.I
	k.A = d < 0
	e := d - k.N
	k.B = e < -2
	k.R = max(e, -2) % 2
}
func (k *Kernel) T1() { k.N = 3; k.I = 2; k.N = 1; k.R = 1 }`,
		"return from a loop in a loop": `
func (k *Kernel) find(n int) (at int) {
	for i := range 2 {
		for c := range k.M.Each() {
			if k.Arr[i] == n {
				return int(c) + i
			}
			at = 3
		}
	}
	return
}
func (k *Kernel) T0() { k.I = k.find(1) }
func (k *Kernel) T1() { k.M.Set(1); k.Arr[1] = 1; k.Arr[0] = 1; k.M.Set(0) }`,
		"two flushers and work that is queued again": `
func (k *Kernel) T0() { k.W.Queue(); k.W.Flush(); k.A = true }
func (k *Kernel) T1() { k.W.Queue(); k.W.Flush(); k.B = true }
//hp:thread kworker
func (k *Kernel) Worker() {
	for {
		k.W.Begin(true)
		if k.A {
			k.W.Queue()
		}
		k.W.End()
	}
}`,
		"readers and a writer": `
func (k *Kernel) T0() { k.S.RLock(); k.A = true; k.S.RLock(); k.S.RUnlock(); k.S.RUnlock() }
func (k *Kernel) T1() { k.S.Lock(); k.B = true; k.S.Unlock() }`,
		"locks in opposite order": `
func (k *Kernel) T0() { k.L1.Lock(); k.L2.Lock(); k.L2.Unlock(); k.L1.Unlock() }
func (k *Kernel) T1() { k.L2.Lock(); k.L1.Lock(); k.L1.Unlock(); k.L2.Unlock() }`,
		"a queue that runs over": `
func (k *Kernel) T0() { k.Q.Send(Pair{X: 1}); k.Q.Send(Pair{X: 2}); k.Q.Send(k.P) }
func (k *Kernel) T1() { v := k.Q.Receive(); k.P = v; v = k.Q.Receive(); k.N = v.X }`,
		"a fault with a budget": `
func (k *Kernel) T0() { for i := range 3 { if !k.A && !hp.Fault("boom") || k.B { k.N = i } } }
func (k *Kernel) T1() { v := hp.Fault("boom"); k.A = v; k.A = false }`,
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			for _, readers := range []bool{false, true} {
				p := &diffProgram{text: diffKernel + text, calls: []string{"T0()", "T1()"}, cpus: 2, queue: 2, budget: 2, readers: readers}
				d, n, err := compareDiff(p, "")
				if err != nil {
					t.Fatal(err)
				}
				if d != "" || n == 0 {
					t.Fatalf("%d states\n%s", n, d)
				}
			}
		})
	}
}
