package export

import (
	"fmt"
	"strings"
)

// names hands out identifiers that are unique, legal in a language, and like the names they stand for.
type names struct {
	reserved map[string]bool
	taken    map[string]bool
	own      func(string) bool // identifiers of the forms that the export uses itself
}

func newNames(reserved string, own func(string) bool) *names {
	n := &names{reserved: map[string]bool{}, taken: map[string]bool{}, own: own}
	for _, w := range strings.Fields(reserved) {
		n.reserved[w] = true
	}
	return n
}

// get returns an identifier for a name, after a prefix.
func (n *names) get(prefix, name string) string {
	base := identifier(name)
	if c := base[0]; prefix == "" && c >= '0' && c <= '9' {
		base = "v_" + base
	}
	base = prefix + base
	if n.reserved[base] || n.own(base) {
		base += "_"
	}
	id := base
	for i := 2; n.taken[id] || n.reserved[id] || n.own(id); i++ {
		id = fmt.Sprintf("%s_%d", strings.TrimSuffix(base, "_"), i)
	}
	n.taken[id] = true
	return id
}

// identifier keeps the letters and digits of a name, joined by single underscores.
func identifier(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range name {
		if r < '0' || r > '9' && r < 'A' || r > 'Z' && r < 'a' || r > 'z' {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte('_')
		}
		gap = false
		b.WriteRune(r)
	}
	if b.Len() == 0 {
		return "v"
	}
	return b.String()
}

// numbered tells whether s is prefix followed by a number.
func numbered(s, prefix string) bool {
	digits, ok := strings.CutPrefix(s, prefix)
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}
