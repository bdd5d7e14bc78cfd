package scenarios

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

const miniSeries = `kernels:
  - {name: v5.12, title: The release, origin: v5.12, kind: kernel}
  - {name: tglx, title: The fix, origin: b22afcdf04c9, kind: fix, patches: [tglx.patch]}
  - {name: late, title: Too late, origin: mutant of tglx, kind: mutant, patches: [tglx.patch, late.patch]}
`

const miniKernel = `package linux

import "hpmc/model/hp"

// Kernel is the shared state.
type Kernel struct {
	Online hp.CPUMask
	V2     bool ` + "`param:\"cgroup-v2\"`" + `
}

// Init sets the initial state.
func (k *Kernel) Init() {
	k.Online = hp.AllCPUs() &^ hp.OfflineAtBoot()
}

// OnlineStore stands for a write to the file online.
//
//linux:online_store drivers/base/core.c
func (k *Kernel) OnlineStore(cpu hp.CPU, on bool) hp.Errno {
	if hp.Fault("enomem") {
		return hp.ENOMEM
	}
	if on {
		k.Online.Set(cpu)
	} else {
		k.Online.Clear(cpu)
	}
	return hp.OK
}
`

const miniUser = `package linux

// Udevd listens.
func (k *Kernel) Udevd() {
	k.OnlineStore(0, true)
}
`

const miniInvariants = `package invariants

import "hpmc/model/linux"

// Ghost is what properties remember.
type Ghost struct{}

// BootCPUOnline: CPU 0 is online.
//
//hp:property boot-cpu-online
//hp:always
func (g *Ghost) BootCPUOnline(k *linux.Kernel) bool { return k.Online.Has(0) }
`

const tglxPatch = `From b22afcdf04c9 Mon Sep 17 00:00:00 2001
From: A Developer <dev@example.org>
Subject: [PATCH] cpu/hotplug: Wait
 for cpusets

A mail has text before its diff.
---
 model/linux/kernel.go | 1 +
 1 file changed, 1 insertion(+)

diff --git a/model/linux/kernel.go b/model/linux/kernel.go
index 1111111..2222222 100644
--- a/model/linux/kernel.go
+++ b/model/linux/kernel.go
@@ -5,2 +5,4 @@
 // Kernel is the shared state.
 type Kernel struct {
+	// Waiters count.
+	Waiters int ` + "`range:\"0..3\"`" + `
--
2.30.2

`

const latePatch = `--- model/linux/user.go
+++ model/linux/user.go
@@ -4,3 +4,3 @@
 func (k *Kernel) Udevd() {
-	k.OnlineStore(0, true)
+	k.OnlineStore(0, false)
 }
`

// mini returns a small repository with the real vocabulary.
func mini(t testing.TB, extra map[string]string) fs.FS {
	t.Helper()
	m := fstest.MapFS{}
	add := func(name, text string) { m[name] = &fstest.MapFile{Data: []byte(text)} }
	hp, err := fs.Glob(os.DirFS(".."), "model/hp/*.go")
	if err != nil || len(hp) == 0 {
		t.Fatal("no model/hp", err)
	}
	for _, name := range hp {
		text, err := os.ReadFile("../" + name)
		if err != nil {
			t.Fatal(err)
		}
		add(name, string(text))
	}
	add("model/linux/kernel.go", miniKernel)
	add("model/linux/user.go", miniUser)
	add("model/linux/kernel_test.go", "package linux // not a source of the model")
	add("invariants/boot.go", miniInvariants)
	add(seriesFile, miniSeries)
	add(patchDir+"/tglx.patch", tglxPatch)
	add(patchDir+"/late.patch", latePatch)
	add("scenarios/good.yaml", goodScenario)
	for name, text := range extra {
		if text == "" {
			delete(m, name)
		} else {
			add(name, text)
		}
	}
	return m
}

func miniCatalogue(t testing.TB) *Catalogue {
	t.Helper()
	c, err := Load(mini(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const goodScenario = `# A comment.
name: online
summary: >
  Two writers,
  one CPU.
topology: {cpus: 4, threads-per-core: 2, offline: [3, 1]}
threads:
  writer: OnlineStore(1, true)   # the body
  other:
    - "OnlineStore(2, false)"
    -   OnlineStore(2, true)  
params: {cgroup-v2: true}
faults:
  enomem: 2
queue: 3
check: [boot-cpu-online, deadlock, 'k.Online.Has(0)', "!k.Online.Empty()"]
reach:
  - k.Online.Has(1) && !k.V2
  - "k.Online.Has(3)"
expect:
  v5.12: {violated: ["reach: k.Online.Has(3)", boot-cpu-online]}
  late: inconclusive
  others: holds
`

// at returns the text of a file from a position on.
func at(text string, line, col int) string {
	lines := strings.Split(text, "\n")
	if line < 1 || line > len(lines) || col < 1 || col > len(lines[line-1])+1 {
		return ""
	}
	return lines[line-1][col-1:]
}
