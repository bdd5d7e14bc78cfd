//go:build !amd64 && !arm64

package visited

import "unsafe"

// Prefetch does nothing on this architecture.
func Prefetch(unsafe.Pointer) {}
