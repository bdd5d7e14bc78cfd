//go:build unix

package benchmarks

import (
	"os"
	"runtime"
	"syscall"
)

// maxResident returns the most bytes that a process had resident.
func maxResident(p *os.ProcessState) int64 {
	u, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(u.Maxrss)
	}
	return int64(u.Maxrss) * 1024
}
