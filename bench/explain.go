package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// autoExplain makes PostgreSQL log the plan of every statement that a server
// sends, as it runs: with its real parameters, and generic where the plan is.
const autoExplain = "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0" +
	" -c auto_explain.log_analyze=on -c auto_explain.log_buffers=on -c auto_explain.log_timing=on"

// explainRepeats is enough for PostgreSQL to settle for generic plans.
const explainRepeats = 12

// explain prints the plans behind the last of some requests of each line.
func (s *site) explain(ctx context.Context, lines []line) error {
	server, err := s.startServer(ctx, []string{"PGOPTIONS=" + autoExplain})
	if err != nil {
		return err
	}
	defer server.stop()
	for _, l := range lines {
		fmt.Printf("== %s\n", l.name)
		before, last := l.bodies[:1], l.bodies[:1]
		if len(l.bodies) > explainRepeats { // a request that writes counts once
			before, last = l.bodies[:explainRepeats], l.bodies[explainRepeats:explainRepeats+1]
		}
		if err := newHTTPSource(server.url+"/graphql", before).repeat(ctx, explainRepeats); err != nil {
			return err
		}
		from, err := s.logSize()
		if err != nil {
			return err
		}
		if err := newHTTPSource(server.url+"/graphql", last).repeat(ctx, 1); err != nil {
			return err
		}
		if err := s.printPlans(from); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) logPath() string { return filepath.Join(s.dataDir, "postgres.log") }

func (s *site) logSize() (int64, error) {
	info, err := os.Stat(s.logPath())
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// printPlans prints what the log holds beyond a position.
func (s *site) printPlans(from int64) error {
	log, err := os.Open(s.logPath())
	if err != nil {
		return err
	}
	defer log.Close()
	if _, err := log.Seek(from, io.SeekStart); err != nil {
		return err
	}
	text, err := io.ReadAll(log)
	if err != nil {
		return err
	}
	for entry := range strings.Lines(string(text)) {
		if _, plan, ok := strings.Cut(entry, "LOG:  duration: "); ok {
			entry = "\n" + plan
		}
		fmt.Print(entry)
	}
	return nil
}

// repeat sends the first requests, one after another.
func (s *httpSource) repeat(ctx context.Context, count int) error {
	var answer bytes.Buffer
	for i := range count {
		if err := s.once(ctx, i, &answer); err != nil {
			return err
		}
	}
	return nil
}
