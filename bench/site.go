package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/localpg"
	"github.com/innovainrete/needmap/internal/postgres"
)

// sharedBoundaries are the official boundaries, where the shared folder is there.
var sharedBoundaries = []string{
	"../shared/data/lazio-comuni.geojson",
	"../shared/data/roma-municipi.geojson",
}

// site is the private cluster with its needs, and the program to measure.
type site struct {
	cluster *localpg.Cluster
	db      *sqlx.DB
	dsn     string
	dataDir string
	work    string // temporary directory
	program string // needmap, built for this run
	pgbench string
}

// newSite builds needmap and makes sure of the needs.
func newSite(ctx context.Context, o options) (_ *site, err error) {
	s := &site{dataDir: o.dataDir}
	if s.work, err = os.MkdirTemp("", "needmap-bench-run-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	s.program = filepath.Join(s.work, "needmap")
	if err = command(ctx, "go", "build", "-o", s.program, "./cmd/needmap"); err != nil {
		return nil, err
	}
	if s.cluster, err = localpg.Open(ctx, localpg.Options{DataDir: o.dataDir}); err != nil {
		return nil, err
	}
	s.dsn = s.cluster.DSN("needmap")
	if s.db, err = postgres.Open(ctx, s.dsn); err != nil {
		return nil, err
	}
	if err = postgres.Migrate(ctx, s.db.DB); err != nil {
		return nil, err
	}
	if err = s.fill(ctx, o.needs); err != nil {
		return nil, err
	}
	s.pgbench, err = s.findPgbench(ctx)
	return s, err
}

func (s *site) close() {
	if s.db != nil {
		s.db.Close()
	}
	if s.cluster != nil {
		s.cluster.Close()
	}
	os.RemoveAll(s.work)
}

// fill loads the boundaries and the needs, unless they are there already.
func (s *site) fill(ctx context.Context, needs int) error {
	if err := s.forgetReports(ctx); err != nil { // of a run that did not end
		return err
	}
	var have, official int
	err := s.db.QueryRowContext(ctx, `select (select count(*) from need), (select count(*) from municipality where not is_schematic)`).
		Scan(&have, &official)
	if err != nil {
		return err
	}
	if official == 0 && exists(sharedBoundaries...) {
		if err := s.needmap(ctx, append([]string{"import", "territory"}, sharedBoundaries...)...); err != nil {
			return err
		}
	}
	if have != needs {
		if err := s.needmap(ctx, "demo", "--replace", "--needs", strconv.Itoa(needs)); err != nil {
			return err
		}
	}
	_, err = s.db.ExecContext(ctx, `vacuum (analyze)`)
	return err
}

// needmap runs one of needmap's commands on the site's database.
func (s *site) needmap(ctx context.Context, args ...string) error {
	return command(ctx, s.program, append([]string{"--database-url", s.dsn}, args...)...)
}

// findPgbench looks beside the server's own programs.
func (s *site) findPgbench(ctx context.Context) (string, error) {
	var dir string
	if err := s.db.GetContext(ctx, &dir, `select setting from pg_config where name = 'BINDIR'`); err != nil {
		return "", err
	}
	path, err := exec.LookPath(filepath.Join(dir, "pgbench"))
	if err != nil {
		return "", fmt.Errorf("pgbench is not beside PostgreSQL's programs (Debian: apt install postgresql): %w", err)
	}
	return path, nil
}

// command runs a program; what it prints is shown only when it fails.
func command(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), args[0], err, out)
	}
	return nil
}

func exists(paths ...string) bool {
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			return false
		}
	}
	return true
}
