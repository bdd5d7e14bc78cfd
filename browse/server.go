package browse

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"

	"hpmc/traces"
)

//go:embed assets
var assets embed.FS

// Format is a format in which the path can be saved.
type Format struct {
	Name, Suffix, Type string
	Write              func(io.Writer, *traces.Trace) error
}

// Handler serves the page and what it asks for, to a browser on the same machine: it answers only requests that name a
// loopback address, lest another site's page reaches it by a name of its own.
func (s *Session) Handler(formats []Format) http.Handler {
	mux := http.NewServeMux()
	files, err := fs.Sub(assets, "assets")
	if err != nil {
		panic(err) // the assets are part of the program
	}
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /api/program", func(w http.ResponseWriter, r *http.Request) { reply(w, s.about(formats)) })
	mux.HandleFunc("POST /api/at", func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Path []int }
		if ask(w, r, &q) {
			s.position(w, q.Path, nil)
		}
	})
	mux.HandleFunc("POST /api/jump", func(w http.ResponseWriter, r *http.Request) {
		var q struct {
			Path []int
			Expr string
		}
		if ask(w, r, &q) {
			path, err := s.Jump(r.Context(), q.Path, q.Expr)
			s.position(w, path, err)
		}
	})
	mux.HandleFunc("POST /api/violation", func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Path []int }
		if ask(w, r, &q) {
			path, err := s.Violation(r.Context(), q.Path)
			s.position(w, path, err)
		}
	})
	mux.HandleFunc("GET /export/{format}", func(w http.ResponseWriter, r *http.Request) { s.export(w, r, formats) })
	return local(mux)
}

type about struct {
	Scenario string   `json:"scenario"`
	Kernel   string   `json:"kernel"`
	Hash     string   `json:"hash"`
	Formats  []string `json:"formats"`
}

func (s *Session) about(formats []Format) about {
	a := about{Scenario: s.Program.Name, Kernel: s.Kernel, Hash: s.hash}
	for _, f := range formats {
		a.Formats = append(a.Formats, f.Name)
	}
	return a
}

// position replies with the position at the end of a path, or with an error.
func (s *Session) position(w http.ResponseWriter, path []int, err error) {
	if err != nil {
		fail(w, err)
		return
	}
	if path == nil {
		path = []int{}
	}
	pos, err := s.At(path)
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, pos)
}

// export sends the path in a format. The path stands in the query, its steps joined by dots.
func (s *Session) export(w http.ResponseWriter, r *http.Request, formats []Format) {
	var path []int
	for _, word := range strings.FieldsFunc(r.URL.Query().Get("path"), func(c rune) bool { return c == '.' }) {
		id, err := strconv.Atoi(word)
		if err != nil {
			http.Error(w, "a path is numbers joined by dots", http.StatusBadRequest)
			return
		}
		path = append(path, id)
	}
	for _, f := range formats {
		if f.Name != r.PathValue("format") {
			continue
		}
		t, err := s.Trace(path)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var b bytes.Buffer
		if err := f.Write(&b, t); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", f.Type)
		w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", s.Program.Name+f.Suffix))
		_, _ = w.Write(b.Bytes())
		return
	}
	http.NotFound(w, r)
}

// mostRequest is how long a request may be.
const mostRequest = 1 << 20

// ask reads a request; it tells whether that went well.
func ask(w http.ResponseWriter, r *http.Request, into any) bool {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		http.Error(w, "a request is JSON", http.StatusUnsupportedMediaType)
		return false
	}
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostRequest))
	if err := dec.Decode(into); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(v)
}

// fail replies that what was asked for cannot be had.
func fail(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "application/json")
	code := http.StatusUnprocessableEntity
	if errors.Is(err, ErrNowhere) {
		code = http.StatusNotFound
	}
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": err.Error()})
}

// local refuses requests to other names than those of this machine, and lets pages load nothing from elsewhere.
func local(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if ip := net.ParseIP(strings.Trim(host, "[]")); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "hpmc explore answers to this machine only", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		h.ServeHTTP(w, r)
	})
}
