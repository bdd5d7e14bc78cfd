//go:build amd64 || arm64

package visited

import "unsafe"

// Prefetch asks the processor to fetch the cache line at p.
//
//go:noescape
func Prefetch(p unsafe.Pointer)
