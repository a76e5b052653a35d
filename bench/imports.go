package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/postgres"
)

// importLine is how the lines of imports are named.
const importLine = "import of needs from CSV"

// minImport is the aim for an import in needs a second.
const minImport = 50_000

// scratchDatabase is a copy of the needs that imports may change.
const scratchDatabase = "needmap_bench_import"

// sqlImportRows gives needs that differ from those in the table by their key,
// as "needmap import needs" reads them: a location, where there is one, is
// looked up again.
const sqlImportRows = `
select $1::text || n.id, case when n.location is null then m.code else '' end,
  coalesce(st_x(n.location)::text, ''), coalesce(st_y(n.location)::text, ''), n.location_kind::text,
  n.field::text, n.origin::text, n.status::text, n.severity::text, n.people::text, n.people_answered::text,
  coalesce(n.summary, ''), to_char(n.reported_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
from need n join municipality m on m.id = n.municipality_id
order by md5(n.id::text) limit $2`

var importHeader = []string{"external_id", "municipality", "longitude", "latitude", "location_kind",
	"field", "origin", "status", "severity", "people", "people_answered", "summary", "reported_at"}

// measureImport imports a tenth and then half as many needs again, through the
// program as a user runs it, into a copy of the table with all its indexes, and
// the half once more into the table emptied. It goes last: a database is copied
// only while nobody else uses it.
func (s *site) measureImport(ctx context.Context, o options, r *report) error {
	files := map[int]string{}
	sizes := []int{o.needs / 10, o.needs / 2}
	for _, size := range sizes {
		files[size] = filepath.Join(s.work, fmt.Sprintf("needs-%d.csv", size))
		if err := s.writeNeeds(ctx, files[size], size); err != nil {
			return err
		}
	}
	s.db.Close()
	drop, err := s.copyDatabase(ctx)
	if err != nil {
		return err
	}
	defer drop()
	held := o.needs
	for _, size := range append(sizes, sizes[1]) {
		if held > o.needs { // both are in; the half goes in again
			if err := s.emptyScratch(ctx); err != nil {
				return err
			}
			held = 0
		}
		start := time.Now()
		err := command(ctx, s.program, "--database-url", s.cluster.DSN(scratchDatabase), "import", "needs", files[size])
		if err != nil {
			return err
		}
		r.imported(size, held, time.Since(start))
		if size == sizes[1] {
			held += size
		}
	}
	return nil
}

// emptyScratch leaves the scratch database without needs.
func (s *site) emptyScratch(ctx context.Context) error {
	db, err := postgres.Open(ctx, s.cluster.DSN(scratchDatabase))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, `truncate need cascade`)
	return err
}

// copyDatabase makes the scratch database; drop removes it.
func (s *site) copyDatabase(ctx context.Context) (drop func(), err error) {
	db, err := postgres.Open(ctx, s.cluster.DSN("postgres"))
	if err != nil {
		return nil, err
	}
	name := pq.QuoteIdentifier(scratchDatabase)
	drop = func() {
		_, _ = db.Exec(`drop database if exists ` + name + ` with (force)`) // the next run tries again
		db.Close()
	}
	if _, err := db.ExecContext(ctx, `drop database if exists `+name+` with (force)`); err != nil {
		db.Close()
		return nil, err
	}
	if _, err := db.ExecContext(ctx, `create database `+name+` template needmap strategy file_copy`); err != nil {
		drop()
		return nil, err
	}
	return drop, nil
}

// writeNeeds writes a CSV file of new needs.
func (s *site) writeNeeds(ctx context.Context, path string, count int) error {
	rows, err := s.db.QueryContext(ctx, sqlImportRows, fmt.Sprintf("bench-%d-", count), count)
	if err != nil {
		return err
	}
	defer rows.Close()
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	out := csv.NewWriter(file)
	if err := out.Write(importHeader); err != nil {
		return err
	}
	record := make([]string, len(importHeader))
	fields := make([]any, len(record))
	for i := range record {
		fields[i] = &record[i]
	}
	for rows.Next() {
		if err := rows.Scan(fields...); err != nil {
			return err
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return rows.Err()
}
