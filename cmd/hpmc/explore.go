package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"hpmc/browse"
	"hpmc/model"
	"hpmc/traces"
)

func exploreCommand() *cobra.Command {
	var c choice
	var listen string
	cmd := &cobra.Command{
		Use:   "explore SCENARIO",
		Short: "walk the interleavings by hand, in a browser",
		Args:  oneName("a scenario", "scenarios"),
		RunE: func(cmd *cobra.Command, args []string) error {
			src, err := c.open()
			if err != nil {
				return err
			}
			if len(c.kernels) > 1 {
				return fmt.Errorf("explore takes one --kernel, not %d", len(c.kernels))
			}
			sc, err := src.scenario(args[0])
			if err != nil {
				return err
			}
			j := src.job(sc, src.traceKernel(sc))
			if j.program, err = src.build(j); err != nil {
				return err
			}
			return explorePage(cmd.Context(), src, j, listen, cmd.OutOrStdout())
		},
	}
	c.sourceFlags(cmd)
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "")
	return cmd
}

// explorePage serves the page until the context is done.
func explorePage(ctx context.Context, src *source, j *job, listen string, stdout io.Writer) error {
	host, _, err := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("--listen is an address of this machine alone, such as 127.0.0.1:8080, not %q", listen)
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", listen, err)
	}
	s := browse.NewSession(j.program, j.kernel, func(expr string) (*model.Program, error) {
		with := *src
		o := *src.o
		o.until, with.o = expr, &o
		return with.build(j)
	})
	server := &http.Server{Handler: s.Handler(pageFormats()), ReadHeaderTimeout: 10 * time.Second}
	fmt.Fprintf(stdout, "%s on %s: http://%s/\nCtrl-C ends it.\n", j.scenario.Name, j.kernel, l.Addr())
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// pageFormats are the formats of traces, as files.
func pageFormats() []browse.Format {
	files := map[string][2]string{
		"text":    {".txt", "text/plain; charset=utf-8"},
		"json":    {".json", "application/json"},
		"itf":     {".itf.json", "application/json"},
		"chrome":  {".chrome.json", "application/json"},
		"ftrace":  {".ftrace.txt", "text/plain; charset=utf-8"},
		"mermaid": {".mmd", "text/plain; charset=utf-8"},
		"html":    {".html", "text/html; charset=utf-8"},
	}
	var out []browse.Format
	for _, f := range traceFormats {
		x := browse.Format{Name: f.name, Suffix: files[f.name][0], Type: files[f.name][1], Write: f.write}
		if x.Write == nil {
			x.Write = func(w io.Writer, t *traces.Trace) error {
				_, err := io.WriteString(w, t.Table(traces.Options{All: true}))
				return err
			}
		}
		out = append(out, x)
	}
	return out
}
