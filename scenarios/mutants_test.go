package scenarios

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hpmc/explorer"
	"hpmc/model/compile"
)

// mutable matches a statement on a line of its own whose deletion leaves Go that compiles: a lock, a wait, a
// wake-up, or an assignment to shared state.
var mutable = regexp.MustCompile(`^\t+(k\.[\w.\[\]]+\.(Lock|Unlock|RLock|RUnlock|Flush|Queue|Set|Clear|Wait|Complete|Send)\(.*\)|hp\.Await\(.*\)|k\.[\w.\[\]]+ = .*|k\.[\w.\[\]]+(\+\+|--)|k\.cpusetWaitForHotplug\(\))( *//.*)?$`)

// survivors are the deletions that no scenario notices, and why that is right.
var survivors = map[string]string{
	"cpuset.go: k.Top.CPUsAllowed = newCPUs":                                                "cpuset.cpus of the v1 top cpuset: shown to users, read by no path in the model",
	"cpuset.go: k.ForceRebuild = false":                                                     "a rebuild too many changes nothing",
	"cpu_pm.go: k.FrozenCPUs = 0":                                                           "cleared before each suspend and after each resume: one of the two is enough",
	"cpu_ap.go: k.CPUHP[cpu].Result = hp.OK":                                                "the thread sets the result before each completion; clearing it saves states",
	"cpuset_user.go: k.CpusetHotplugWork.Flush()":                                           "the write computes the masks anew under its locks; the flush only spares userspace a stale mask",
	"sched_core.go: k.DomainsFromCpusets = false // partition_sched_domains(1, NULL, NULL)": "leaves domains better than the kernel does; the rebuild that repairs them is tested",
	"power.go: hp.Await(!k.CpusetHotplugWork.Running()) // freeze_workqueues_busy()":        "a worker that runs on while CPUs go down is what a queue that is not freezable has",
	"power.go: hp.Await(!k.CpusetMigrateWork.Running()) // freeze_workqueues_busy()":        "as on v5.12",
	"user.go: hp.Await(!k.PMFreezing)":                                                      "a listener that runs early makes no system call before enterFromUser stops it",
}

// TestMutants deletes, one at a time, every such statement of the kernel but the initial state: some scenario must
// then end otherwise than on the kernel as it is. Of v6.1 and v6.12 it deletes what their patches add.
func TestMutants(t *testing.T) {
	c, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	mutants(t, c, "v5.12", "", "v5.12", "tglx", "always-wait")
	mutants(t, c, "v6.1", "tglx", "v6.1")
	mutants(t, c, "v6.12", "v6.1", "v6.12")
}

// mutants deletes every such statement of kernel that stands in a file more often than in the same file of old.
// Mutants of the kernels in tried are tried one after the other.
func mutants(t *testing.T, c *Catalogue, kernel, old string, tried ...string) {
	base, err := c.KernelSource(kernel)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	if old != "" {
		pkgs, err := c.KernelSource(old)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range kernelFiles(pkgs) {
			for _, line := range strings.Split(string(f.Text), "\n") {
				seen[f.Name+strings.TrimRight(line, " \t")]++
			}
		}
	}
	for _, f := range kernelFiles(base) {
		if f.Name == "model/linux/kernel.go" {
			continue
		}
		all := strings.Split(string(f.Text), "\n")
		count := map[string]int{}
		for _, line := range all {
			count[strings.TrimRight(line, " \t")]++
		}
		nth := map[string]int{}
		for i, line := range all {
			code := strings.TrimRight(line, " \t")
			if !mutable.MatchString(code) || count[code] <= seen[f.Name+code] {
				continue
			}
			n := nth[code]
			nth[code]++
			id := path.Base(f.Name) + ": " + strings.Join(strings.Fields(code), " ")
			t.Run(kernel+"/"+id, func(t *testing.T) {
				t.Parallel()
				by := ""
				for _, k := range tried {
					if by = killedBy(t, c, k, f.Name, code, n); by != "" {
						break
					}
				}
				switch why := survivors[id]; {
				case by == "" && why == "":
					t.Errorf("line %d: no scenario notices that it is missing", i+1)
				case by != "" && why != "":
					t.Errorf("line %d: %s notices that it is missing; it is listed as a survivor", i+1, by)
				}
			})
		}
	}
}

func kernelFiles(pkgs []compile.Package) []compile.Source {
	for _, p := range pkgs {
		if p.Path == compile.KernelPath {
			return p.Files
		}
	}
	return nil
}

// killedBy deletes the nth line that reads so from a kernel's file, and returns the first scenario that tells the
// kernel from the original, or "".
func killedBy(t *testing.T, c *Catalogue, kernel, file, code string, nth int) string {
	pkgs, err := c.KernelSource(kernel)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pkgs {
		for j, f := range p.Files {
			if f.Name != file {
				continue
			}
			lines := strings.Split(string(f.Text), "\n")
			n := nth
			for i := range lines {
				if strings.TrimRight(lines[i], " \t") == code {
					if n == 0 {
						lines[i] = ""
					}
					n--
				}
			}
			p.Files[j].Text = []byte(strings.Join(lines, "\n"))
		}
	}
	for _, s := range c.Scenarios {
		want, ok := s.Expected(kernel)
		if !ok || !slices.Contains(s.Kernels, kernel) {
			continue
		}
		p, err := compile.Compile(s.config(pkgs, BuildOptions{}))
		if err != nil {
			return "the compiler"
		}
		if r := explorer.Run(p, explorer.Options{MaxStates: 200000}); !want.Matches(NewOutcome(p, r)) {
			return s.Name
		}
	}
	return ""
}
