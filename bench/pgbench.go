package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// pgbenchSource runs scripts, drawn at random, as prepared statements over the
// cluster's socket.
type pgbenchSource struct {
	program, dsn string
	dir          string   // holds the scripts and takes the logs
	scripts      []string // files
	customPlans  bool     // plan each statement for its values
}

// newPgbenchSource writes the scripts to files in a directory of its own.
func (s *site) newPgbenchSource(name string, scripts []string, customPlans bool) (*pgbenchSource, error) {
	p := &pgbenchSource{program: s.pgbench, dsn: s.dsn, dir: filepath.Join(s.work, name), customPlans: customPlans}
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return nil, err
	}
	for i, script := range scripts {
		file := filepath.Join(p.dir, fmt.Sprintf("%d.sql", i))
		if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
			return nil, err
		}
		p.scripts = append(p.scripts, file)
	}
	return p, nil
}

func (p *pgbenchSource) run(ctx context.Context, span time.Duration, clients int) ([]time.Duration, error) {
	prefix := filepath.Join(p.dir, "log")
	args := []string{"--no-vacuum", "--protocol=prepared", "--log", "--log-prefix=" + prefix,
		"--client=" + strconv.Itoa(clients), "--jobs=" + strconv.Itoa(min(clients, 2)),
		"--time=" + strconv.Itoa(int(math.Ceil(span.Seconds())))}
	for _, script := range p.scripts {
		args = append(args, "--file="+script)
	}
	run := exec.CommandContext(ctx, p.program, append(args, p.dsn)...)
	run.Env = os.Environ()
	if p.customPlans {
		run.Env = append(run.Env, "PGOPTIONS=-c plan_cache_mode=force_custom_plan")
	}
	if out, err := run.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("pgbench: %w\n%s", err, out)
	}
	return readLogs(prefix)
}

// readLogs reads and removes the logs that pgbench's threads left.
func readLogs(prefix string) ([]time.Duration, error) {
	files, err := filepath.Glob(prefix + ".*")
	if err != nil {
		return nil, err
	}
	var times []time.Duration
	for _, file := range files {
		log, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		part, err := readLog(log)
		log.Close()
		if err != nil {
			return nil, err
		}
		times = append(times, part...)
		if err := os.Remove(file); err != nil {
			return nil, err
		}
	}
	return times, nil
}

// readLog reads a log of single transactions: the third column of each line is
// the time taken in microseconds.
func readLog(log io.Reader) ([]time.Duration, error) {
	var times []time.Duration
	scanner := bufio.NewScanner(log)
	for scanner.Scan() {
		columns := strings.Fields(scanner.Text())
		if len(columns) < 6 {
			return nil, fmt.Errorf("pgbench logged %q", scanner.Text())
		}
		micros, err := strconv.ParseInt(columns[2], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("pgbench logged %q", scanner.Text())
		}
		times = append(times, time.Duration(micros)*time.Microsecond)
	}
	return times, scanner.Err()
}
