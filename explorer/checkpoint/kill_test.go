package checkpoint

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"
)

// childDir names the directory in which TestMain writes checkpoints until it is killed.
const childDir = "HPMC_CHECKPOINT_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		fmt.Fprintln(os.Stderr, child(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// content is what checkpoint number n holds.
func content(n int) []section {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	return []section{{"frontier", table(r, r.IntN(2*blockWords), 1)}, {"table", table(r, r.IntN(3*blockWords), 3)}}
}

func numbered(n int) Meta {
	m := meta
	m.State = json.RawMessage(strconv.Itoa(n))
	return m
}

// child writes checkpoints, each one's number behind the one before, and prints the numbers committed.
func child(path string) error {
	d, err := OpenDir(path, true)
	if err != nil {
		return err
	}
	n := 0
	if d.Exists() {
		if n, err = check(d); err != nil {
			return err
		}
	}
	for {
		n++
		w, err := d.Create(numbered(n))
		if err != nil {
			return err
		}
		for _, s := range content(n) {
			if err := w.Section(s.name); err != nil {
				return err
			}
			if err := w.Write(s.words); err != nil {
				return err
			}
		}
		if err := w.Commit(); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// check reads the checkpoint, compares it with what its number stands for, and returns the number.
func check(d *Dir) (int, error) {
	r, err := d.Open(meta)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(string(r.Meta().State))
	r.Close()
	if err != nil {
		return 0, err
	}
	want := content(n)
	got, err := read(d, meta, want, 5000)
	if err != nil {
		return 0, err
	}
	if !slices.EqualFunc(got, want, func(a, b section) bool { return slices.Equal(a.words, b.words) }) {
		return 0, fmt.Errorf("checkpoint %d holds other words", n)
	}
	return n, nil
}

// TestKill kills a process that writes checkpoints: what it committed last, or the next, is there.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c")
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	torn := 0 // kills in the middle of a checkpoint
	committed := 0
	for round := range 25 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childDir+"="+path)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		if round > 0 && r.IntN(2) == 0 || lines.Scan() { // sometimes before its first
			if s := lines.Text(); s != "" {
				committed, _ = strconv.Atoi(s)
			}
		}
		time.Sleep(time.Duration(r.IntN(30_000)) * time.Microsecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			committed, _ = strconv.Atoi(lines.Text())
		}
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()

		d, err := OpenDir(path, false)
		if err != nil {
			t.Fatal(err)
		}
		n, err := check(d)
		if err != nil {
			t.Fatalf("round %d, after checkpoint %d: %v", round, committed, err)
		}
		if n != committed && n != committed+1 {
			t.Errorf("round %d: checkpoint %d, and %d was committed last", round, n, committed)
		}
		committed = n
		if _, err := os.Stat(d.file(tempName)); err == nil {
			torn++
		}
		d.Close()
	}
	t.Logf("%d checkpoints, 25 kills, %d of them in the middle of one", committed, torn)
	if torn == 0 {
		t.Error("no kill hit a checkpoint in the making: the test tests nothing")
	}
}
