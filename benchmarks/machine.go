package benchmarks

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
)

// Machine describes where the measurements were taken. What cannot be found out is empty or 0.
type Machine struct {
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"`
	Memory int64  `json:"memory"` // bytes
	Kernel string `json:"kernel"`
	Go     string `json:"go"`
	GCC    string `json:"gcc,omitempty"`
	Spin   string `json:"spin,omitempty"`
	Rumur  string `json:"rumur,omitempty"`
}

func thisMachine() Machine {
	m := Machine{CPU: field("/proc/cpuinfo", "model name"), Cores: runtime.GOMAXPROCS(0), Memory: kilobytes(field("/proc/meminfo", "MemTotal")),
		Kernel: firstLine(exec.Command("uname", "-sr")), Go: runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH}
	if _, err := exec.LookPath("gcc"); err == nil {
		m.GCC = firstLine(exec.Command("gcc", "--version"))
	}
	if _, err := exec.LookPath("spin"); err == nil {
		m.Spin = firstLine(exec.Command("spin", "-V"))
	}
	if _, err := exec.LookPath("rumur"); err == nil {
		m.Rumur = firstLine(exec.Command("rumur", "--version"))
	}
	return m
}

// availableMemory is the bytes that can be had without swapping, or 0.
func availableMemory() int64 { return kilobytes(field("/proc/meminfo", "MemAvailable")) }

// field returns the value of the first line "name: value" of a file.
func field(file, name string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == name {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

func kilobytes(s string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSuffix(s, " kB"), 10, 64)
	return n * 1024
}

func firstLine(cmd *exec.Cmd) string {
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSpace(line)
}
