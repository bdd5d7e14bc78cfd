package offheap

import (
	"os"
	"path/filepath"
	"testing"
)

// TestGroups asks for what control groups leave, in trees of files like those of the kernel.
func TestGroups(t *testing.T) {
	const mib = 1 << 20
	for _, x := range []struct {
		name, self string
		files      map[string]string
		want       int64
	}{
		{"nothing is mounted", "0::/user/session\n", nil, 0},
		{"version 2 without a limit", "0::/job\n", map[string]string{"job/memory.max": "max\n", "job/memory.current": "1048576\n"}, 0},
		{"version 2", "0::/job\n", map[string]string{"job/memory.max": "10485760\n", "job/memory.current": "2097152\n"}, 8 * mib},
		{"pages of files give way", "0::/job\n", map[string]string{"job/memory.max": "10485760\n", "job/memory.current": "10485760\n",
			"job/memory.stat": "anon 2097152\nfile 8388608\ninactive_anon 7\ninactive_file 6291456\nactive_file 2097152\n"}, 6 * mib},
		{"the least of those above", "0::/a/b/c\n", map[string]string{"a/memory.max": "5242880\n", "a/memory.current": "1048576\n",
			"a/b/memory.max": "max\n", "a/b/c/memory.max": "10485760\n", "a/b/c/memory.current": "1048576\n"}, 4 * mib},
		{"nothing is left", "0::/job\n", map[string]string{"job/memory.max": "1048576\n", "job/memory.current": "1048577\n"}, 1},
		{"version 1", "9:name=systemd:/\n4:memory:/job\n1:cpu,cpuacct:/\n0::/\n", map[string]string{"memory/job/memory.limit_in_bytes": "10485760\n",
			"memory/job/memory.usage_in_bytes": "8388608\n", "memory/job/memory.stat": "inactive_file 1\ntotal_inactive_file 1048576\n",
			"memory/memory.limit_in_bytes": "9223372036854771712\n"}, 3 * mib},
		{"version 1 in a container", "4:memory:/docker/0123\n", map[string]string{"memory/memory.limit_in_bytes": "10485760\n",
			"memory/memory.usage_in_bytes": "1048576\n"}, 9 * mib},
		{"a group outside of what the container sees", "0::/../job\n", map[string]string{"memory.max": "10485760\n", "memory.current": "1048576\n"}, 9 * mib},
		{"controllers together", "4:hugetlb,memory:/job\n", map[string]string{"memory/job/memory.limit_in_bytes": "4194304\n",
			"memory/job/memory.usage_in_bytes": "1048576\n"}, 3 * mib},
		{"another controller", "4:cpu:/job\n", map[string]string{"memory/job/memory.limit_in_bytes": "4194304\n", "memory/job/memory.usage_in_bytes": "1\n"}, 0},
		{"what is no such file", "\n:\n4\nx:y\n0::/job\n", map[string]string{"job/memory.max": "lots\n"}, 0},
	} {
		root := t.TempDir()
		self := filepath.Join(root, "self")
		write(t, self, x.self)
		for name, text := range x.files {
			write(t, filepath.Join(root, "cgroup", name), text)
		}
		if got := groupAvailable(self, filepath.Join(root, "cgroup")); got != x.want {
			t.Errorf("%s: %d, not %d", x.name, got, x.want)
		}
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
