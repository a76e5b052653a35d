package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/innovainrete/needmap/internal/postgres"
)

// benchServices is how many services the lines on coverage have.
const benchServices = 2_000

// coverageLines are the full report beside the SQL that fetches its inputs, and the
// measures that are held to a time of their own.
func (s *site) coverageLines(context.Context) ([]line, error) {
	floor, err := s.newPgbenchSource("coverage", []string{coverageScript}, false)
	if err != nil {
		return nil, err
	}
	figure := func(name, query string, most time.Duration) line {
		return line{name: name, most: most, bodies: [][]byte{body(query, nil)}, prepare: s.addServices, clean: s.removeServices}
	}
	report := figure("coverage of all areas × 5 fields; floor: SQL for its inputs", coverageQuery, 0)
	report.floor, report.aim = floor, 3
	whole := figure("the same with distances and need-days; same floor", coverageWholeQuery, 0)
	whole.floor, whole.aim = floor, 3
	ranked := figure("the same with ranks; same floor", coverageRankedQuery, 0)
	ranked.floor = floor
	return []line{
		report, whole, ranked,
		figure("accessibility over Lazio, residents, E2SFCA 20 km", accessibilityQuery, 300*time.Millisecond),
		figure("accessibility over Lazio, people in need, E2SFCA 20 km", accessibilityNeedQuery, 300*time.Millisecond),
		figure("siting of 10 among all municipalities, 5 km", sitingQuery, time.Second),
		figure("criticality of a field's services", criticalityQuery, 0),
	}, nil
}

// addServices copies the demo's services around themselves until there are enough.
func (s *site) addServices(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, strings.ReplaceAll(addServicesScript, ":most", fmt.Sprint(benchServices)))
	return err
}

func (s *site) removeServices(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, `delete from service where external_id like 'bench-%'`)
	return err
}

// scales are numbers of needs that show how cost grows.
var scales = []int{10_000, 100_000}

// scaleLine names the lines on growth.
const scaleLine = "needs in memory"

// measureScales tells how long it takes to read needs into memory, and to report on
// them, at several numbers of needs.
func (s *site) measureScales(ctx context.Context, o options, r *report) error {
	for _, needs := range append(append([]int{}, scales...), o.needs) {
		at := s
		if needs != o.needs {
			other, err := s.scaled(ctx, needs)
			if err != nil {
				return err
			}
			at = other
		}
		if err := at.measureScale(ctx, o, r, needs); err != nil {
			return err
		}
	}
	return nil
}

// scaled gives the same site over a database with another number of needs, which is
// kept between runs.
func (s *site) scaled(ctx context.Context, needs int) (*site, error) {
	name := fmt.Sprintf("needmap_%d", needs)
	var there bool
	if err := s.db.GetContext(ctx, &there, `select exists (select from pg_database where datname = $1)`, name); err != nil {
		return nil, err
	}
	if !there {
		if _, err := s.db.ExecContext(ctx, `create database `+name); err != nil {
			return nil, err
		}
	}
	other := *s
	other.dsn = s.cluster.DSN(name)
	var err error
	if other.db, err = postgres.Open(ctx, other.dsn); err != nil {
		return nil, err
	}
	defer other.db.Close()
	if err := postgres.Migrate(ctx, other.db.DB); err != nil {
		return nil, err
	}
	return &other, other.fill(ctx, needs)
}

func (s *site) measureScale(ctx context.Context, o options, r *report, needs int) error {
	server, err := s.startServer(ctx, nil)
	if err != nil {
		return err
	}
	defer server.stop()
	source := newHTTPSource(server.url+"/graphql", [][]byte{body(coverageQuery, nil)})
	first, err := source.run(ctx, time.Nanosecond, 1)
	if err != nil {
		return err
	}
	times, err := source.run(ctx, o.span, 1)
	if err != nil {
		return err
	}
	r.add(result{Work: fmt.Sprintf("%s, %d: first report after the start", scaleLine, needs), Unit: "ms", Needmap: milliseconds(median(first))})
	r.add(result{Work: fmt.Sprintf("%s, %d: report", scaleLine, needs), Unit: "ms", Needmap: milliseconds(median(times))})
	return nil
}
