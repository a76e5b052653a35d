package main

import (
	"context"
	"fmt"
	"math/rand/v2"
)

// reports is how many different needs a run reports: more than it has time for,
// because a key that comes twice is answered without writing.
const reports = 30_000

const reportQuery = `mutation($i: ReportNeedInput!) {
  reportNeed(input: $i) {
    need { id version status municipality { code } }
    errors { code field message }
  }
}`

// The same with the search for needs that may be the same, which reads after the
// transaction.
const reportAndSearchQuery = `mutation($i: ReportNeedInput!) {
  reportNeed(input: $i) {
    need { id version status municipality { code } }
    duplicates { score need { id } }
    errors { code field message }
  }
}`

// The transaction that a report needs: its key, the need, its event, and the
// answer to the key.
const reportScript = `\set a random(1, 1000000000)
\set b random(1, 1000000000)
begin;
insert into request_key (actor, key, operation, request)
  values ('bench', concat(cast(:a as int), '-', cast(:b as int)), 'reportNeed', sha256('bench')) on conflict do nothing;
insert into need (municipality_id, field, origin, status, severity, people, summary, reported_at, location, location_kind)
  values (%d, 'ELDERLY', 'KNOWN', 'REPORTED', 3, 2, '%s', now(), st_setsrid(st_makepoint(%f, %f), 4326), 'EXACT')
  returning id \gset need_
insert into need_event (need_id, at, kind, to_status, actor, actor_role, version, after)
  values (:need_id, now(), 'REPORTED', 'REPORTED', 'bench', 'COORDINATOR', 1, '{"field": "ELDERLY", "people": "2", "severity": "3"}');
update request_key set result = array[cast(:need_id as bigint)]
  where actor = 'bench' and key = concat(cast(:a as int), '-', cast(:b as int));
commit;
`

// reportSummary is what both sides write.
const reportSummary = "Anziano solo: serve compagnia e aiuto per la spesa due volte a settimana"

// reportLine reports needs with a point in Rome. What it wrote is taken away
// again, so that the next run finds the needs that it expects.
func (s *site) reportLine(ctx context.Context) ([]line, error) {
	random := rand.New(rand.NewPCG(3, rand.Uint64())) // keys must be new in every run
	point := func() (float64, float64) { return 12.46 + random.Float64()*0.10, 41.83 + random.Float64()*0.12 }
	bodies := func(query string) [][]byte {
		list := make([][]byte, reports)
		for i := range list {
			longitude, latitude := point()
			list[i] = body(query, map[string]any{"i": map[string]any{
				"idempotencyKey": fmt.Sprintf("bench-%x-%d", random.Uint64(), i),
				"point":          map[string]float64{"longitude": longitude, "latitude": latitude},
				"field":          "ELDERLY", "origin": "KNOWN", "severity": 3, "people": 2, "summary": reportSummary,
			}})
		}
		return list
	}
	var scripts []string
	for range draws {
		longitude, latitude := point()
		var municipality int
		err := s.db.GetContext(ctx, &municipality, `
			select id from municipality where is_local and st_covers(boundary, st_setsrid(st_makepoint($1, $2), 4326)) order by code limit 1`,
			longitude, latitude)
		if err != nil {
			return nil, err
		}
		scripts = append(scripts, fmt.Sprintf(reportScript, municipality, reportSummary, longitude, latitude))
	}
	floor, err := s.newPgbenchSource("report", scripts, false)
	return []line{
		{name: "report a need; floor: its SQL transaction", aim: 2,
			bodies: bodies(reportQuery), floor: floor, checks: 20, clean: s.forgetReports},
		{name: "report a need and find its candidates for duplicates; same floor",
			bodies: bodies(reportAndSearchQuery), floor: floor, checks: 20, clean: s.forgetReports},
	}, err
}

// forgetReports takes away what no demo wrote.
func (s *site) forgetReports(ctx context.Context) error {
	for _, statement := range []string{
		`delete from need_event where need_id in (select id from need where not is_synthetic)`,
		`delete from need where not is_synthetic`,
		`delete from request_key where key like 'bench-%' or actor = 'bench'`,
		`vacuum (analyze) need, need_event, need_rollup, request_key`,
	} {
		if _, err := s.db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
