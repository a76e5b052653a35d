// Command bench measures needmap against the least that its work can cost: the
// same work as hand-written SQL through pgbench, or the same bytes from a static
// file. Server and floor take turns in one run, so that each line is a ratio.
// docs/benchmarks.md says what every line is.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/innovainrete/needmap/internal/localpg"
)

// options are what the caller may choose.
type options struct {
	dataDir string
	needs   int
	span    time.Duration // of one turn of one side
	rounds  int
	only    string // part of the names of the lines to run
	explain bool
}

func main() {
	localpg.RunSupervisorIfAsked()
	serveFileIfAsked()
	var o options
	flag.StringVar(&o.dataDir, "data-dir", defaultDataDir(), "directory of the private cluster (NEEDMAP_BENCH_DIR); kept between runs")
	flag.IntVar(&o.needs, "needs", 1_000_000, "how many synthetic needs")
	flag.DurationVar(&o.span, "span", 2*time.Second, "how long server and floor each run in a round")
	flag.IntVar(&o.rounds, "rounds", 3, "how often server and floor take turns")
	flag.StringVar(&o.only, "only", "", "run only the lines whose name holds this text")
	flag.BoolVar(&o.explain, "explain", false, "print the plans of the server's own statements instead of timings")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func defaultDataDir() string {
	if dir := os.Getenv("NEEDMAP_BENCH_DIR"); dir != "" {
		return dir
	}
	return filepath.Join(os.TempDir(), "needmap-bench")
}

func run(ctx context.Context, o options) error {
	s, err := newSite(ctx, o)
	if err != nil {
		return err
	}
	defer s.close()
	lines, err := s.lines(ctx)
	if err != nil {
		return err
	}
	lines = slices.DeleteFunc(lines, func(l line) bool { return !strings.Contains(l.name, o.only) })
	if o.explain {
		return s.explain(ctx, lines)
	}
	r := newReport(o)
	if len(lines) > 0 {
		if err := s.measureServer(ctx, o, lines, r); err != nil {
			return err
		}
	}
	if strings.Contains(scaleLine, o.only) {
		if err := s.measureScales(ctx, o, r); err != nil {
			return err
		}
	}
	if strings.Contains(importLine, o.only) {
		if err := s.measureImport(ctx, o, r); err != nil {
			return err
		}
	}
	return r.save()
}

// awaitNeeds waits until the server has read the needs into memory, which it begins
// when it starts, and has given back what that took.
func (r *server) awaitNeeds(ctx context.Context) error {
	if err := newHTTPSource(r.url+"/graphql", [][]byte{body(`{ coverage { asOf } }`, nil)}).repeat(ctx, 1); err != nil {
		return err
	}
	time.Sleep(2 * time.Second)
	return nil
}

// measureServer runs the lines that need the server, and its memory.
func (s *site) measureServer(ctx context.Context, o options, lines []line, r *report) error {
	server, err := s.startServer(ctx, nil)
	if err != nil {
		return err
	}
	defer server.stop()
	if err := server.awaitNeeds(ctx); err != nil {
		return err
	}
	if err := r.memory("memory at rest", server); err != nil {
		return err
	}
	for _, l := range lines {
		if err := l.measure(ctx, o, server, r); err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
	}
	for _, l := range lines {
		if !l.atEight {
			continue
		}
		if err := l.measureEight(ctx, o, server, r); err != nil {
			return fmt.Errorf("%s, eight clients: %w", l.name, err)
		}
	}
	return r.memory("memory after the load", server)
}
