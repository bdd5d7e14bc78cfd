package hp

// CPUMask is a set of CPUs, as struct cpumask: bit c stands for CPU c. Its width is the topology's.
type CPUMask uint64

// MaskOf returns the set of one CPU.
func MaskOf(c CPU) CPUMask { return 1 << c }

// Has tells whether c is in m.
func (m CPUMask) Has(c CPU) bool { return m>>c&1 != 0 }

// With returns m and c.
func (m CPUMask) With(c CPU) CPUMask { return m | 1<<c }

// Without returns m less c.
func (m CPUMask) Without(c CPU) CPUMask { return m &^ (1 << c) }

// Empty tells whether no CPU is in m.
func (m CPUMask) Empty() bool { return m == 0 }

// Subset tells whether every CPU of m is in of.
func (m CPUMask) Subset(of CPUMask) bool { return m&^of == 0 }

// Intersects tells whether a CPU is in both m and o.
func (m CPUMask) Intersects(o CPUMask) bool { return m&o != 0 }

// Count returns the number of CPUs in m.
func (m CPUMask) Count() int {
	n := 0
	for ; m != 0; m &= m - 1 {
		n++
	}
	return n
}

// Set adds c to the mask.
func (m *CPUMask) Set(c CPU) { *m |= 1 << c }

// Clear takes c out of the mask.
func (m *CPUMask) Clear(c CPU) { *m &^= 1 << c }

// Each visits the CPUs of the mask in ascending order. Over a mask in shared state the membership of each
// CPU is looked up when its turn comes, as for_each_cpu does, and each look is a step of its own.
func (m CPUMask) Each() func(yield func(CPU) bool) {
	return func(yield func(CPU) bool) {
		for c := CPU(0); c < MaxCPUs; c++ {
			if m.Has(c) && !yield(c) {
				return
			}
		}
	}
}

// TaskMask is a set of threads: bit t stands for thread t.
type TaskMask uint64

// Has tells whether t is in m.
func (m TaskMask) Has(t Task) bool { return m>>t&1 != 0 }

// Empty tells whether no thread is in m.
func (m TaskMask) Empty() bool { return m == 0 }

// Set adds t to the mask.
func (m *TaskMask) Set(t Task) { *m |= 1 << t }

// Clear takes t out of the mask.
func (m *TaskMask) Clear(t Task) { *m &^= 1 << t }
