package benchmarks

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

// sampleReport is a report with figures that fill its columns.
func sampleReport() *Report {
	rep := &Report{Machine: Machine{CPU: "Some <CPU> & more", Cores: 2, Memory: 24 << 30, Kernel: "Linux 6.1",
		Go: "go1.26.8 linux/amd64", GCC: "gcc (Debian 12.2.0-14+deb12u1) 12.2.0", Spin: "Spin Version 6.5.2 -- 6 December 2019", Rumur: "Rumur version v2022.08.20-1"}, Pairs: 2,
		Tuned: []Tuned{{"-O3", 1234.5, 48}}, TunedOn: "smt-suspend-4-writers"}
	for i, l := range ladder {
		r := RungResult{Name: l.name, States: l.states, Words: 1 + i%2, Bits: 100, Pairs: 2}
		for _, g := range groups(false) {
			for _, c := range g {
				x := Sample{Seconds: float64(l.states) / 1e6, Peak: 1000 * int64(l.states), States: l.states}
				if c.Tool == "hpmc" {
					x.Mapped = x.Peak / 4
				}
				switch {
				case c.Tool == "spin" && !c.Reduced:
					x.Seconds *= 1000
				case c.Tool == "rumur":
					x.Seconds *= 2000
				case c.Reduced:
					x.States, x.Seconds = max(l.states/50, 1), x.Seconds/5000
				}
				r.Series = append(r.Series, Series{Config: c, Samples: []Sample{x, x}})
			}
		}
		rep.Rungs = append(rep.Rungs, r)
	}
	rep.Summary = rep.summarise()
	return rep
}

func TestTextWidth(t *testing.T) {
	var b strings.Builder
	if err := sampleReport().Text(&b); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(line); n > 101 && // with the newline
			!strings.HasPrefix(line, "SPIN on ") {
			t.Errorf("%d columns: %s", n-1, line)
		}
	}
	for _, want := range []string{"1000x", "2000x", "2.00%", "states/s, full, one word, exact, 1 worker, to SPIN's"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestSVG(t *testing.T) {
	for _, rep := range []*Report{sampleReport(), {}} {
		var b strings.Builder
		if err := rep.SVG(&b); err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(strings.NewReader(b.String()))
		for {
			_, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%v in\n%s", err, b.String())
			}
		}
		if strings.Contains(b.String(), "NaN") || strings.Contains(b.String(), "Inf") {
			t.Errorf("not a number in\n%s", b.String())
		}
		if len(rep.Rungs) > 0 && strings.Count(b.String(), "<circle") < 4*len(rep.Rungs) {
			t.Errorf("points are missing in\n%s", b.String())
		}
	}
}

// TestSummary works claims out by hand.
func TestSummary(t *testing.T) {
	rep := sampleReport()
	for i := range rep.Rungs {
		for j := range rep.Rungs[i].Series {
			if s := &rep.Rungs[i].Series[j]; s.Tool == "hpmc" && rep.Rungs[i].Name == "pins-6" {
				s.Samples[0].Seconds, s.Samples[1].Seconds = s.Samples[0].Seconds*2, s.Samples[1].Seconds*2
			}
		}
	}
	found := 0
	for _, c := range rep.summarise() {
		switch {
		case strings.HasPrefix(c.Text, "states kept by reduction"):
			found++
			if c.Rungs != len(ladder)-1 || c.Mean < 1.999 || c.Mean > 2.001 {
				t.Errorf("%+v", c)
			}
		case strings.HasPrefix(c.Text, "states/s at 133 M"):
			found++
			if c.Mean != 50 {
				t.Errorf("%+v", c)
			}
		case strings.HasPrefix(c.Text, "memory a state without the program's file"):
			found++
			if c.Least != 750 || c.Most != 750 {
				t.Errorf("%+v", c)
			}
		case strings.HasPrefix(c.Text, "states/s, full, more words, exact, 1"):
			found++
			if c.Least != 500 || c.Most < 999 || c.Mean <= 500 || c.Mean >= c.Most {
				t.Errorf("%+v", c)
			}
		}
	}
	if found != 6 {
		t.Errorf("%d of 6 claims in %+v", found, rep.summarise())
	}
}

func TestAgree(t *testing.T) {
	for _, tool := range []string{"hpmc", "spin"} {
		for _, second := range []bool{false, true} {
			rep := sampleReport()
			r := &rep.Rungs[3]
			if err := r.agree(); err != nil {
				t.Fatal(err)
			}
			for i := range r.Series {
				s := &r.Series[i]
				if s.Tool == tool && !s.Reduced && !s.Deadlocks {
					s.Samples[1].States++
					if !second {
						s.Samples[0].States++
					}
					break
				}
			}
			if err := r.agree(); !errors.Is(err, ErrDiffer) {
				t.Errorf("one state more of %s's: %v", tool, err)
			}
		}
	}
}

const panOutput = `
State-vector 76 byte, depth reached 80, errors: 0
  2393294 states, stored
 11401792 states, matched
 13795086 transitions (= stored+matched)
        0 atomic steps

pan: elapsed time 3.18 seconds
pan: rate 752608.18 states/second
`

func TestParsePan(t *testing.T) {
	x, err := parsePan(panOutput)
	if err != nil || x.States != 2393294 || x.Transitions != 13795085 || x.Seconds != 3.18 || x.Incomplete != "" {
		t.Errorf("%+v, %v", x, err)
	}
	x, err = parsePan(strings.Replace(panOutput, "  2393294 states", "1.3313321e+08 states", 1))
	if err != nil || !samePan(x.States, 133_133_214) || samePan(x.States, 133_133_220) {
		t.Errorf("%+v, %v", x, err)
	}
	if _, err := parsePan("error: max search depth too small\n" + panOutput); err != errDepth {
		t.Error(err)
	}
	if x, err := parsePan("pan: reached -DMEMLIM bound\n" + panOutput); err != nil || x.Incomplete == "" {
		t.Errorf("%+v, %v", x, err)
	}
	if _, err := parsePan("sh: not found"); err == nil {
		t.Error("no error from output that is not pan's")
	}
}
