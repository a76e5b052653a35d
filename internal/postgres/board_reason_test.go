package postgres_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// reasonWorld makes a demo in which every reason occurs: ages, services without a
// free place, with small catchments and suspended ones, and needs that were turned
// down by all who serve their municipality.
const reasonWorld = `
update need set minimum_age = id * 7 % 80, maximum_age = id * 7 % 80 + id % 25 where id % 3 > 0;
update need set maximum_age = null where id % 7 = 0;
update need set minimum_age = null where id % 11 = 0;
update service set capacity = 0 where id % 2 = 1;
update service set catchment_metres = 300 + id * 37 % 4000 where id % 3 = 0 and location is not null;
update service set catchment_metres = 70000 where id % 41 = 0 and location is not null;
update service set status = 'SUSPENDED' where id % 4 = 0 and status = 'ACTIVE';
insert into response (need_id, organisation_id, service_id, people, status, reason_code, reason, proposed_at, updated_at)
select n.id, s.organisation_id, s.id, 1, 'DECLINED', case when n.id % 10 = 0 then 'NEED_ENDED' else 'NO_STAFF' end::decline_reason, 'x', now(), now()
from need n join service s on s.field = n.field where n.id % 5 = 0`

// withPlaces begins a statement with what it judges: open needs with the place
// that the caller knows, and services with what is held of them. %s is the place.
const withPlaces = `
with needs as materialized (
  select n.id, n.municipality_id, n.field, coalesce(n.minimum_age, 0) as youngest, coalesce(n.maximum_age, 200) as oldest,
    (%s)::geography as place, n.people - n.people_answered as gap,
    coalesce((select sum(people) from response r where r.need_id = n.id and r.status in ('PROPOSED', 'ACCEPTED')), 0) as promised
  from need n where n.status in ('REPORTED', 'VERIFIED', 'ASSIGNED', 'IN_PROGRESS')
), services as materialized (
  select s.*, s.location::geography as place, s.capacity > coalesce((select sum(people) from response r
    where r.service_id = s.id and r.status in ('PROPOSED', 'ACCEPTED')), 0) as has_room
  from service s where s.status in ('ACTIVE', 'SUSPENDED')
)`

// sqlReasons says of each field how many people have which reason, 0 to 6 in the
// order of coverage.Reasons.
const sqlReasons = withPlaces + `, pairs as (
  select n.id, s.id as service, s.status, s.has_room, a.service_id is not null as named,
    st_distance(n.place, s.place) <= s.catchment_metres as within,
    n.place is null or s.place is null or s.catchment_metres is null as anywhere,
    n.youngest <= coalesce(s.maximum_age, 200) and n.oldest >= coalesce(s.minimum_age, 0) as fits,
    exists (select from response r where r.need_id = n.id and r.service_id = s.id and r.status = 'DECLINED'
      and r.reason_code is distinct from 'NEED_ENDED') as refused
  from needs n join services s using (field)
    left join service_area a on a.service_id = s.id and a.municipality_id = n.municipality_id
), judged as (
  select id, max(case when not (coalesce(within, false) or anywhere) then 1 when not fits then 2 when not has_room then 3
    when status = 'SUSPENDED' then 4 when refused then 5 else 6 end) as reason
  from pairs where named or within group by id
), people as (
  select field, coalesce(reason, 0) as reason, greatest(0, gap - promised) as people from needs left join judged using (id)
  union all
  select field, 6, gap - greatest(0, gap - promised) from needs
)
select field::text, reason, sum(people) as people from people group by 1, 2 having sum(people) > 0`

// sqlSpreads says of each field how far its needs are from the nearest service.
const sqlSpreads = withPlaces + `, nearest as (
  select n.field, (select min(st_distance(n.place, s.place)) from services s
    where s.field = n.field and s.status = 'ACTIVE' and s.has_room
      and n.youngest <= coalesce(s.maximum_age, 200) and n.oldest >= coalesce(s.minimum_age, 0)) as metres
  from needs n where n.place is not null
)
select coalesce(field::text, '') as field, count(metres) as needs, percentile_cont(0.5) within group (order by metres) as median,
  percentile_cont(0.9) within group (order by metres) as p90
from nearest where metres is not null group by grouping sets ((field), ())`

// TestBoardReasons compares reasons and distances with those that PostGIS finds
// without any index, by exact places and by cells.
func TestBoardReasons(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	loadDemo(t, db, postgres.DemoOptions{Needs: 1_000, Seed: 1})
	execute(t, db, reasonWorld)
	store, atlas := postgres.New(db), atlasOf(t, db)
	areas := coverage.NewAreas(atlas, needmap.LevelLocal, nil)
	for _, c := range []struct {
		place string
		cells bool
	}{{"n.location", false}, {"grid_cell_centre(n.location)", true}} {
		criteria := needmap.NeedCriteria{SeverityAtLeast: 1, Access: needmap.Access{Cells: c.cells}}
		err := store.ViewNeeds(t.Context(), criteria, func(v coverage.View) error {
			report, ok := v.Report(areas, atlas)
			distances, alsoOK := v.Distances(areas, atlas)
			if !ok || !alsoOK {
				return fmt.Errorf("a need lies outside the territory")
			}
			checkReasons(t, db, c.place, report)
			checkSpreads(t, db, c.place, distances)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func checkReasons(t *testing.T, db *sqlx.DB, place string, report *coverage.Report) {
	t.Helper()
	var rows []struct {
		Field          string
		Reason, People int
	}
	if err := db.Select(&rows, fmt.Sprintf(sqlReasons, place)); err != nil {
		t.Fatal(err)
	}
	want, total := map[string][7]int{}, [7]int{}
	for _, row := range rows {
		people := want[row.Field]
		people[row.Reason] = row.People
		want[row.Field] = people
		total[row.Reason] += row.People
	}
	for f, field := range needmap.Fields {
		if got := report.Fields[f].Reasons; got != want[string(field)] {
			t.Errorf("by %s, %s: reasons %v, want %v", place, field, got, want[string(field)])
		}
	}
	if report.Total.Reasons != total {
		t.Errorf("by %s: reasons %v, want %v", place, report.Total.Reasons, total)
	}
	for reason, people := range total {
		if people == 0 {
			t.Errorf("by %s: nobody of the demo has the reason %s", place, coverage.Reasons[reason])
		}
	}
}

func checkSpreads(t *testing.T, db *sqlx.DB, place string, got coverage.Distances) {
	t.Helper()
	var rows []struct {
		Field       string
		Needs       int
		Median, P90 float64
	}
	if err := db.Select(&rows, fmt.Sprintf(sqlSpreads, place)); err != nil || len(rows) != 6 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	spreads := map[string]coverage.Spread{"": got.Total}
	for f, field := range needmap.Fields {
		spreads[string(field)] = got.Fields[f]
	}
	for _, want := range rows {
		is := spreads[want.Field]
		if is.Needs != want.Needs || math.Abs(is.Median-want.Median) > 0.02 || math.Abs(is.P90-want.P90) > 0.02 {
			t.Errorf("by %s, %q: %+v, want %+v", place, want.Field, is, want)
		}
	}
}
