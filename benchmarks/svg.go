package benchmarks

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// curve is one line of a plot.
type curve struct {
	name   string
	class  string
	config Config
}

// point is a measured value. One that packs into a word is drawn filled.
type point struct {
	x, y float64
	one  bool
	name string
}

// panel is one plot, with logarithmic axes.
type panel struct {
	title      string
	value      func(*Series) float64
	top        float64 // of the panel
	xlo, xhi   float64 // powers of ten
	ylo, yhi   float64
	axis       func(float64) string
	curves     []curve
	labelTaken []float64
}

// The plot's measures in pixels.
const (
	svgWidth, svgHeight   = 820, 760
	plotLeft, plotRight   = 80, 640
	panelHeight, panelTop = 260, 70
)

const svgStyle = `<style>
  svg { background: #ffffff; font: 13px system-ui, "Helvetica Neue", Arial, sans-serif; }
  text { fill: #24292f; } .dim { fill: #57606a; } .title { font-weight: 600; font-size: 14px; }
  .grid { stroke: #d8dee4; stroke-width: 1; } .minor { stroke: #eef1f4; stroke-width: 1; }
  .line { fill: none; stroke-width: 1.5; stroke-opacity: .55; } .dot { stroke-width: 1.75; } .open { fill: #ffffff; }
  .c0 { stroke: #0550ae; } .f0 { fill: #0550ae; } .c1 { stroke: #1a7f37; } .f1 { fill: #1a7f37; }
  .c2 { stroke: #8250df; } .f2 { fill: #8250df; } .c3 { stroke: #bc4c00; } .f3 { fill: #bc4c00; }
  .c4 { stroke: #9a6700; } .f4 { fill: #9a6700; }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; } text { fill: #e6edf3; } .dim { fill: #9198a1; }
    .grid { stroke: #30363d; } .minor { stroke: #1c2128; } .open { fill: #0d1117; }
    .c0 { stroke: #79c0ff; } .f0 { fill: #79c0ff; } .c1 { stroke: #56d364; } .f1 { fill: #56d364; }
    .c2 { stroke: #d2a8ff; } .f2 { fill: #d2a8ff; } .c3 { stroke: #ffa657; } .f3 { fill: #ffa657; }
    .c4 { stroke: #e3b341; } .f4 { fill: #e3b341; }
  }
</style>
`

// SVG plots states a second, and bytes a state, against the size of the full state space.
func (rep *Report) SVG(w io.Writer) error {
	n := rep.Machine.Cores
	curves := []curve{{"hpmc, 1 worker", "0", Config{"hpmc", 1, false, "exact", false}}}
	if n > 1 {
		curves = append(curves, curve{fmt.Sprintf("hpmc, %d workers", n), "1", Config{"hpmc", n, false, "exact", false}},
			curve{fmt.Sprintf("hpmc, %d, fingerprints", n), "2", Config{"hpmc", n, false, "fingerprint", false}})
	}
	curves = append(curves, curve{"SPIN", "3", fullSpin}, curve{"Rumur", "4", fullRumur(1)})
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="States a second and bytes a state against the number of states">`+"\n",
		svgWidth, svgHeight)
	b.WriteString(svgStyle)
	text(&b, plotLeft-56, 26, "title", "start", "Full state space, no reduction")
	text(&b, plotLeft-56, 46, "dim", "start", escape(fmt.Sprintf("%s, %s. Filled: the state packs into 64 bits.", rep.Machine.CPU, plural(n, "core"))))
	panels := []panel{
		{title: "states a second", value: (*Series).rate, top: panelTop, axis: si},
		{title: "bytes resident a state", value: (*Series).perState, top: panelTop + panelHeight + 80, axis: si},
	}
	for i := range panels {
		panels[i].curves = curves
		panels[i].draw(&b, rep)
	}
	text(&b, (plotLeft+plotRight)/2, svgHeight-12, "dim", "middle", "states")
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// points are a curve's values, by size.
func (p *panel) points(rep *Report, c curve) []point {
	var out []point
	for i := range rep.Rungs {
		r := &rep.Rungs[i]
		if s := r.find(c.config); s.complete() && r.States > 0 {
			if v := p.value(s); v > 0 {
				out = append(out, point{math.Log10(float64(r.States)), math.Log10(v), r.Words == 1, r.Name})
			}
		}
	}
	return out
}

func (p *panel) draw(b *strings.Builder, rep *Report) {
	p.xlo, p.xhi, p.ylo, p.yhi = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, c := range p.curves {
		for _, pt := range p.points(rep, c) {
			p.xlo, p.xhi = min(p.xlo, math.Floor(pt.x)), max(p.xhi, math.Floor(pt.x)+1)
			p.ylo, p.yhi = min(p.ylo, math.Floor(pt.y)), max(p.yhi, math.Floor(pt.y)+1)
		}
	}
	text(b, plotLeft-56, p.top+10, "title", "start", p.title)
	if math.IsInf(p.xlo, 1) {
		text(b, plotLeft, p.top+60, "dim", "start", "nothing measured")
		return
	}
	p.axes(b)
	for _, c := range p.curves {
		pts := p.points(rep, c)
		if len(pts) == 0 {
			continue
		}
		var path strings.Builder
		for i, pt := range pts {
			fmt.Fprintf(&path, "%s%.1f %.1f", map[bool]string{true: "M", false: " L"}[i == 0], p.x(pt.x), p.y(pt.y))
		}
		fmt.Fprintf(b, `<path class="line c%s" d="%s"/>`+"\n", c.class, path.String())
		for _, pt := range pts {
			fill := "open"
			if pt.one {
				fill = "f" + c.class
			}
			fmt.Fprintf(b, `<circle class="dot c%s %s" cx="%.1f" cy="%.1f" r="4"><title>%s, %s: %s</title></circle>`+"\n", c.class, fill, p.x(pt.x), p.y(pt.y),
				escape(c.name), escape(pt.name), si(math.Pow(10, pt.y)))
		}
		last := pts[len(pts)-1]
		y := p.place(p.y(last.y))
		fmt.Fprintf(b, `<text class="f%s" x="%.1f" y="%.1f">%s</text>`+"\n", c.class, p.x(last.x)+10, y+4, escape(c.name))
	}
}

// place moves a label at y clear of those placed before, and keeps it above the horizontal axis.
func (p *panel) place(y float64) float64 {
	const apart = 16
	bottom := p.y(p.ylo)
	for step := 0.0; ; step++ {
		for _, at := range []float64{y - step*4, y + step*4} {
			free := at <= bottom
			for _, t := range p.labelTaken {
				free = free && math.Abs(t-at) >= apart
			}
			if free {
				p.labelTaken = append(p.labelTaken, at)
				return at
			}
		}
	}
}

func (p *panel) axes(b *strings.Builder) {
	bottom := p.top + 26 + panelHeight - 30
	for e := p.xlo; e <= p.xhi; e++ {
		p.minor(b, e, p.xhi, func(v float64) string {
			return fmt.Sprintf(`x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"`, p.x(v), p.x(v), p.top+26, bottom)
		})
		fmt.Fprintf(b, `<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`+"\n", p.x(e), p.x(e), p.top+26, bottom)
		text(b, p.x(e), bottom+20, "dim", "middle", si(math.Pow(10, e)))
	}
	for e := p.ylo; e <= p.yhi; e++ {
		p.minor(b, e, p.yhi, func(v float64) string {
			return fmt.Sprintf(`x1="%d" x2="%d" y1="%.1f" y2="%.1f"`, plotLeft, plotRight, p.y(v), p.y(v))
		})
		fmt.Fprintf(b, `<line class="grid" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/>`+"\n", plotLeft, plotRight, p.y(e), p.y(e))
		text(b, plotLeft-10, p.y(e)+4, "dim", "end", p.axis(math.Pow(10, e)))
	}
}

// minor draws the lines for 2 to 9 times a power of ten below hi.
func (p *panel) minor(b *strings.Builder, e, hi float64, at func(float64) string) {
	if e >= hi {
		return
	}
	for k := 2; k <= 9; k++ {
		fmt.Fprintf(b, `<line class="minor" %s/>`+"\n", at(e+math.Log10(float64(k))))
	}
}

func (p *panel) x(v float64) float64 {
	return plotLeft + (v-p.xlo)/(p.xhi-p.xlo)*(plotRight-plotLeft)
}

func (p *panel) y(v float64) float64 {
	const height = panelHeight - 30
	return p.top + 26 + (p.yhi-v)/(p.yhi-p.ylo)*height
}

// si writes a number with a suffix.
func si(v float64) string {
	switch {
	case v >= 0.9995e9:
		return digits0(v/1e9) + " G"
	case v >= 0.9995e6:
		return digits0(v/1e6) + " M"
	case v >= 0.9995e3:
		return digits0(v/1e3) + " k"
	}
	return digits0(v)
}

// digits0 writes a number with at most three digits, and none that are zero behind the point.
func digits0(v float64) string { return fmt.Sprintf("%.3g", v) }

func text(b *strings.Builder, x, y float64, class, anchor, s string) {
	fmt.Fprintf(b, `<text class="%s" x="%.1f" y="%.1f" text-anchor="%s">%s</text>`+"\n", class, x, y, anchor, s)
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}
