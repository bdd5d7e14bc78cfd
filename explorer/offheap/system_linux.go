package offheap

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Available returns the bytes that this process can take without bringing the machine, or the control group it
// is in, to its limit; 0 if that cannot be told.
func Available() int64 {
	n := memAvailable()
	if g := groupAvailable("/proc/self/cgroup", "/sys/fs/cgroup"); g > 0 && (n == 0 || g < n) {
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

// hierarchy is how a version of control groups tells of memory.
type hierarchy struct {
	dir         string // where it is mounted, below the root
	limit, used string // files, in bytes
	cache       string // in memory.stat: pages of files that nobody has used of late, which give way
}

var (
	version1 = hierarchy{"memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"}
	version2 = hierarchy{"", "memory.max", "memory.current", "inactive_file"}
)

// groupAvailable returns what the process's control group and those above it leave; 0 if nothing limits it. self says which group that
// is, and root is where groups are mounted. A container may see its own group there.
func groupAvailable(self, root string) (least int64) {
	b, err := os.ReadFile(self)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, path, ok := strings.Cut(rest, ":")
		h := &version2
		if controllers != "" {
			h = &version1
		}
		if !ok || h == &version1 && !slices.Contains(strings.Split(controllers, ","), "memory") {
			continue
		}
		top := filepath.Join(root, h.dir)
		for dir := filepath.Join(top, filepath.Join("/", path)); strings.HasPrefix(dir, top); dir = filepath.Dir(dir) {
			if n := h.available(dir); n > 0 && (least == 0 || n < least) {
				least = n
			}
		}
	}
	return least
}

// unlimited is what is no limit, from there on.
const unlimited = 1 << 62

// available returns what a group leaves, or 0 if it has no limit.
func (h *hierarchy) available(dir string) int64 {
	limit, ok := number(filepath.Join(dir, h.limit))
	if !ok || limit >= unlimited {
		return 0
	}
	used, ok := number(filepath.Join(dir, h.used))
	if !ok {
		return 0
	}
	return max(limit-max(used-stat(filepath.Join(dir, "memory.stat"), h.cache), 0), 1)
}

func number(file string) (int64, bool) {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	return n, err == nil
}

// stat returns the number behind a name in a file of such lines, or 0.
func stat(file, name string) int64 {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, name+" "); ok {
			n, _ := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
			return n
		}
	}
	return 0
}
