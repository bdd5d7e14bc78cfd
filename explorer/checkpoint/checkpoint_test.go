package checkpoint

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

var meta = Meta{Name: "two writers", Program: 0xfedcba9876543210, Options: "store=exact", State: []byte(`{"depth":3}`)}

type section struct {
	name  string
	words []uint64
}

func openDir(t testing.TB, path string) *Dir {
	t.Helper()
	d, err := OpenDir(path, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// write makes a checkpoint of sections, in pieces of odd lengths.
func write(t testing.TB, d *Dir, m Meta, sections []section) {
	t.Helper()
	w, err := d.Create(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sections {
		if err := w.Section(s.name); err != nil {
			t.Fatal(err)
		}
		for rest := s.words; len(rest) > 0; {
			n := min(1+len(rest)/3, len(rest))
			if err := w.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
}

// read returns the words of the sections, read in pieces of n words.
func read(d *Dir, want Meta, sections []section, n int) ([]section, error) {
	r, err := d.Open(want)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out []section
	buf := make([]uint64, n)
	for _, s := range sections {
		if err := r.Section(s.name); err != nil {
			return nil, err
		}
		got := section{name: s.name}
		for {
			n, err := r.Read(buf)
			got.words = append(got.words, buf[:n]...)
			if err == io.EOF {
				break
			}
			if err != nil {
				return nil, err
			}
		}
		out = append(out, got)
	}
	return out, r.Finish()
}

func same(a, b []section) bool {
	return slices.EqualFunc(a, b, func(x, y section) bool { return x.name == y.name && slices.Equal(x.words, y.words) })
}

// table returns n words of which about one in k is not zero.
func table(r *rand.Rand, n, k int) []uint64 {
	w := make([]uint64, n)
	for i := range w {
		if r.IntN(k) == 0 {
			w[i] = r.Uint64()
		}
	}
	return w
}

func TestRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	sections := []section{
		{"none", nil},
		{"one", []uint64{42}},
		{"zero", make([]uint64, 1000)},
		{"dense", table(r, blockWords, 1)},
		{"sparse", table(r, 3*blockWords+77, 5)},
		{"last", table(r, 64, 2)},
	}
	path := filepath.Join(t.TempDir(), "c")
	d := openDir(t, path)
	if d.Exists() || d.Refuse() != nil {
		t.Error("a new directory holds a checkpoint")
	}
	for range 2 { // the second takes the first one's place
		write(t, d, meta, sections)
		for _, n := range []int{1, 64, 1000, 1 << 18} {
			got, err := read(d, meta, sections, n)
			if err != nil || !same(got, sections) {
				t.Fatalf("in pieces of %d: %v", n, err)
			}
		}
	}
	rd, err := d.Open(meta)
	if err != nil || string(rd.Meta().State) != string(meta.State) || rd.Meta().Program != meta.Program {
		t.Errorf("meta %+v, %v", rd.Meta(), err)
	}
	defer rd.Close()
	if err := rd.Finish(); err == nil {
		t.Error("Finish accepts sections that nobody read")
	}
	if err := rd.Section("other"); !errors.Is(err, ErrTorn) {
		t.Errorf("a section that is not there: %v", err)
	}
	for _, name := range []string{"none", "last"} { // skip what lies between, one by one
		err = rd.Section(name)
	}
	if !errors.Is(err, ErrTorn) {
		t.Errorf("a section out of turn: %v", err)
	}
	if !d.Exists() || !errors.Is(d.Refuse(), ErrExists) {
		t.Error("the checkpoint is not seen")
	}
	if err := d.Remove(); err != nil || d.Exists() {
		t.Errorf("removed: %v", err)
	}
	if left, err := os.ReadDir(path); err != nil || len(left) != 1 || left[0].Name() != lockName {
		t.Errorf("%v in the directory, %v", left, err)
	}
}

// TestSize checks that zero words cost little.
func TestSize(t *testing.T) {
	d := openDir(t, filepath.Join(t.TempDir(), "c"))
	w, err := d.Create(meta)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Section("table"), w.Write(make([]uint64, 1<<20)), w.Commit()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(d.file(fileName))
	if err != nil || info.Size() != w.Bytes() || info.Size() > 8<<20/50 {
		t.Errorf("%d bytes in the file, %d written, for 8 MiB of zeroes: %v", info.Size(), w.Bytes(), err)
	}
}

func TestRefusals(t *testing.T) {
	tmp := t.TempDir()
	path := filepath.Join(tmp, "c")
	for _, c := range []struct {
		path string
		make func(path string) error
		want error
	}{
		{"absent", func(string) error { return nil }, ErrAbsent},
		{"file", func(p string) error { return os.WriteFile(p, nil, 0o666) }, ErrNotCheckpoint},
		{"full", func(p string) error {
			return errors.Join(os.Mkdir(p, 0o777), os.WriteFile(filepath.Join(p, "mine"), nil, 0o666))
		}, ErrNotCheckpoint},
	} {
		p := filepath.Join(tmp, c.path)
		if err := c.make(p); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenDir(p, false); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.path, err, c.want)
		}
		if _, err := OpenDir(p, true); c.want == ErrNotCheckpoint && !errors.Is(err, c.want) {
			t.Errorf("%s, to write: %v, want %v", c.path, err, c.want)
		}
	}
	if left, err := os.ReadDir(filepath.Join(tmp, "full")); err != nil || len(left) != 1 {
		t.Errorf("%v in a directory that was refused, %v", left, err)
	}

	d := openDir(t, path)
	if _, err := OpenDir(path, false); !errors.Is(err, ErrInUse) {
		t.Errorf("locked: %v", err)
	}
	if _, err := d.Open(meta); !errors.Is(err, ErrAbsent) {
		t.Errorf("empty: %v", err)
	}
	write(t, d, meta, nil)
	program, name, options := meta, meta, meta
	program.Program++
	name.Program, name.Name = 1, "another"
	options.Options = "store=fingerprint"
	for _, m := range []Meta{program, name, options} {
		if _, err := d.Open(m); !errors.Is(err, ErrForeign) {
			t.Errorf("foreign: %v", err)
		}
	}
	good, err := os.ReadFile(d.file(fileName))
	if err != nil {
		t.Fatal(err)
	}
	older := slices.Clone(good)
	older[len(headMagic)]++
	for _, c := range []struct {
		name string
		file []byte
		want error
	}{
		{"nothing", nil, ErrTorn},
		{"other", []byte("%PDF-1.7 and so on, for more than sixteen bytes"), ErrNotCheckpoint},
		{"older", older, ErrOlder},
		{"longer", append(slices.Clone(good), 0), ErrTorn},
		{"twice", append(slices.Clone(good), good...), ErrTorn},
	} {
		if err := os.WriteFile(d.file(fileName), c.file, 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Open(meta); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// TestDamage cuts a checkpoint at every length and flips a bit of every byte.
func TestDamage(t *testing.T) {
	sections := []section{{"a", []uint64{1, 0, 2}}, {"b", table(rand.New(rand.NewPCG(1, 2)), 100, 2)}}
	d := openDir(t, filepath.Join(t.TempDir(), "c"))
	write(t, d, meta, sections)
	good, err := os.ReadFile(d.file(fileName))
	if err != nil {
		t.Fatal(err)
	}
	try := func(file []byte) error {
		if err := os.WriteFile(d.file(fileName), file, 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := read(d, meta, sections, 1000)
		return err
	}
	if err := try(good); err != nil {
		t.Fatal(err)
	}
	for n := range good {
		if err := try(good[:n]); !errors.Is(err, ErrTorn) {
			t.Errorf("cut to %d of %d bytes: %v", n, len(good), err)
		}
		file := slices.Clone(good)
		file[n] ^= 1 << (n % 8)
		want := ErrTorn
		switch {
		case n < len(headMagic):
			want = ErrNotCheckpoint
		case n < len(headMagic)+4:
			want = ErrOlder
		}
		if err := try(file); !errors.Is(err, want) {
			t.Errorf("byte %d of %d: %v, want %v", n, len(good), err, want)
		}
	}
}

// TestDiskFull checks that a checkpoint that cannot be written leaves the one before.
func TestDiskFull(t *testing.T) {
	d := openDir(t, filepath.Join(t.TempDir(), "c"))
	sections := []section{{"a", []uint64{1, 2, 3}}}
	write(t, d, meta, sections)
	if err := os.Symlink("/dev/full", d.file(tempName)); err != nil {
		t.Fatal(err)
	}
	w, err := d.Create(meta)
	if err != nil {
		t.Skip(err)
	}
	if err := w.Section("a"); err != nil {
		t.Fatal(err)
	}
	_ = w.Write(table(rand.New(rand.NewPCG(1, 3)), 4*blockWords, 1))
	if err := w.Commit(); err == nil {
		t.Error("a full disk is no error")
	}
	if got, err := read(d, meta, sections, 10); err != nil || !same(got, sections) {
		t.Errorf("the checkpoint before: %v", err)
	}
}

// TestAbort checks the same of a checkpoint that is given up.
func TestAbort(t *testing.T) {
	d := openDir(t, filepath.Join(t.TempDir(), "c"))
	sections := []section{{"a", []uint64{1, 2, 3}}}
	write(t, d, meta, sections)
	w, err := d.Create(meta)
	if err != nil {
		t.Fatal(err)
	}
	w.Abort()
	if err := w.Commit(); err == nil {
		t.Error("a checkpoint given up is committed")
	}
	if got, err := read(d, meta, sections, 10); err != nil || !same(got, sections) {
		t.Errorf("the checkpoint before: %v", err)
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, k := range []int{1, 2} {
		b.Run(fmt.Sprintf("1in%d", k), func(b *testing.B) {
			words := table(rand.New(rand.NewPCG(1, 4)), 1<<22, k)
			d := openDir(b, filepath.Join(b.TempDir(), "c"))
			b.SetBytes(int64(8 * len(words)))
			for b.Loop() {
				write(b, d, meta, []section{{"table", words}})
			}
		})
	}
}
