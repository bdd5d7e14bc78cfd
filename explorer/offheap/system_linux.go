package offheap

import (
	"bufio"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Available returns the bytes that this process can take without bringing the machine, or the control group it
// is in, to its limit; 0 if that cannot be told.
func Available() int64 {
	n := memAvailable()
	if g := cgroupAvailable(); g > 0 && (n == 0 || g < n) {
		n = g
	}
	return n
}

func memAvailable() int64 {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if f := strings.Fields(sc.Text()); len(f) >= 2 && f[0] == "MemAvailable:" {
			kib, _ := strconv.ParseInt(f[1], 10, 64)
			return kib << 10
		}
	}
	return 0
}

// cgroupAvailable returns what the process's control group and those above it leave; 0 if nothing limits it.
func cgroupAvailable() int64 {
	b, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return 0
	}
	least := int64(math.MaxInt64)
	for line := range strings.Lines(string(b)) {
		_, path, ok := strings.Cut(strings.TrimSpace(line), "::")
		if !ok {
			continue
		}
		for dir := filepath.Join("/sys/fs/cgroup", path); strings.HasPrefix(dir, "/sys/fs/cgroup"); dir = filepath.Dir(dir) {
			limit, ok := number(filepath.Join(dir, "memory.max"))
			used, ok2 := number(filepath.Join(dir, "memory.current"))
			if ok && ok2 {
				least = min(least, max(limit-used, 1))
			}
		}
	}
	if least == math.MaxInt64 {
		return 0
	}
	return least
}

func number(file string) (int64, bool) {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	return n, err == nil
}
