package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// count writes a number with its digits in groups of three.
func count(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// seconds writes a duration shortly.
func seconds(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "under 1ms"
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%dms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// perSecond writes a rate shortly.
func perSecond(rate float64) string {
	switch {
	case rate >= 1e6:
		return fmt.Sprintf("%.1fM/s", rate/1e6)
	case rate >= 1e3:
		return fmt.Sprintf("%.0fk/s", rate/1e3)
	}
	return fmt.Sprintf("%.0f/s", rate)
}

// units are the powers of 1024 that sizes are written in.
const units = "KMGT"

// parseSize reads a number of bytes with an optional unit, such as 512M, 4G, 4GiB or 1.5g.
func parseSize(s string) (int64, error) {
	fail := func() (int64, error) { return 0, fmt.Errorf("%q is no size, such as 512M or 4G", s) }
	t := strings.ToUpper(s)
	digits := strings.TrimRight(t, "KMGTIB")
	unit := t[len(digits):]
	shift := 0
	if unit != "" && unit != "B" {
		i := strings.IndexByte(units, unit[0])
		if i < 0 || unit[1:] != "" && unit[1:] != "B" && unit[1:] != "IB" {
			return fail()
		}
		shift = 10 * (i + 1)
	}
	if digits == "" || strings.Trim(digits, "0123456789.") != "" {
		return fail()
	}
	x, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return fail()
	}
	if x = math.Ldexp(x, shift); x >= 1<<62 {
		return 0, fmt.Errorf("%s is more than any machine has", s)
	}
	return int64(x), nil
}

// size writes a number of bytes shortly.
func size(n int64) string {
	if n < 1<<10 {
		return fmt.Sprintf("%d B", n)
	}
	x, unit := float64(n), -1
	for x >= 1000 && unit < len(units)-1 {
		x /= 1024
		unit++
	}
	if x < 10 {
		return fmt.Sprintf("%.1f %ciB", x, units[unit])
	}
	return fmt.Sprintf("%.0f %ciB", x, units[unit])
}
