package stubborn

import "unsafe"

// Grower makes words longer where they are, with zeroes, or maps n words if there are none yet. It returns nil if there is no
// room. The collector does not look at what is in them.
type Grower func(words []uint64, n int) []uint64

// array is items without pointers, which can be read while more are added, because they stay where they are.
type array[T any] struct {
	words []uint64
	base  unsafe.Pointer // of words
	len   int            // items that there is room for
}

// at returns item i.
func (a *array[T]) at(i uint32) *T {
	return (*T)(unsafe.Add(a.base, uintptr(i)*unsafe.Sizeof(*new(T))))
}

// grow makes room for n items, and tells whether there is.
func (a *array[T]) grow(n int, more Grower) bool {
	bytes := n * int(unsafe.Sizeof(*new(T)))
	w := more(a.words, (bytes+7)/8)
	if w == nil {
		return false
	}
	a.words, a.len = w, n
	if a.base == nil { // once, as others read it
		a.base = unsafe.Pointer(unsafe.SliceData(w))
	}
	return true
}
