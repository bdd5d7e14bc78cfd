// Package hpmc holds the sources of the built-in models, properties and scenarios.
package hpmc

import "embed"

// Sources is the repository's kernel models, patches, properties and scenarios.
//
//go:embed model/hp/*.go model/linux/*.go model/linux/patches/* invariants/*.go scenarios/*.yaml
var Sources embed.FS
