package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// boardCase is a filter by a caller, and the same as a condition of SQL on need n.
type boardCase struct {
	name      string
	criteria  needmap.NeedCriteria
	condition string
	args      []any
}

func boardCases(db *sqlx.DB, tb testing.TB) []boardCase {
	municipalities := ask[pq.Int64Array](tb, db, `select array_agg(id) from (select municipality_id as id from need group by 1 order by count(*) desc, 1 limit 9) m`)
	organisations := ask[pq.Int64Array](tb, db, `select array_agg(id) from (select reported_by as id from need where reported_by is not null group by 1 order by count(*) desc, 1 limit 3) o`)
	from, to := needmap.Date("2022-05-10"), needmap.Date("2026-02-20")
	box := needmap.BBox{West: 12.3, South: 41.7, East: 12.75, North: 42.05}
	const centre, inBox = `grid_cell_centre(n.location)`, `st_x(%[1]s) between 12.3 and 12.75 and st_y(%[1]s) between 41.7 and 42.05`
	const ofOrganisations = `(n.reported_by = any($1) or exists (select from response r where r.need_id = n.id and r.organisation_id = any($1)
		and (r.status <> 'DECLINED' or r.reason_code = 'NEED_ENDED')))`
	analyst := needmap.Access{Cells: true}
	return []boardCase{
		{"everything", everyNeed, `true`, nil},
		{"analyst", needmap.NeedCriteria{SeverityAtLeast: 1, Access: analyst}, `true`, nil},
		{"severity", needmap.NeedCriteria{SeverityAtLeast: 4}, `n.severity >= 4`, nil},
		{"days", needmap.NeedCriteria{SeverityAtLeast: 1, ReportedFrom: &from, ReportedTo: &to}, `n.reported_on between '2022-05-10' and '2026-02-20'`, nil},
		{"fields, origins and statuses", needmap.NeedCriteria{SeverityAtLeast: 1, Fields: needmap.Fields[1:3], Origins: needmap.NeedOrigins[:2],
			Statuses: []needmap.NeedStatus{needmap.StatusVerified, needmap.StatusMet}},
			`n.field in ('DISABILITY', 'ELDERLY') and n.origin in ('KNOWN', 'SUSPENDED_SERVICE') and n.status = 'VERIFIED'`, nil},
		{"text", needmap.NeedCriteria{SeverityAtLeast: 1, Text: "computer"}, `n.summary ilike '%computer%'`, nil},
		{"box", needmap.NeedCriteria{SeverityAtLeast: 1, BBox: &box}, fmt.Sprintf(inBox, "n.location"), nil},
		{"box of an analyst", needmap.NeedCriteria{SeverityAtLeast: 2, BBox: &box, Access: analyst}, `n.severity >= 2 and ` + fmt.Sprintf(inBox, centre), nil},
		{"municipalities", needmap.NeedCriteria{SeverityAtLeast: 1, MunicipalityIDs: ints(municipalities)}, `n.municipality_id = any($1)`, []any{municipalities}},
		{"nothing", needmap.NeedCriteria{SeverityAtLeast: 1, Fields: []needmap.Field{}}, `false`, nil},
		{"operator of municipalities", scoped(ints(municipalities), []int{}), `n.municipality_id = any($1)`, []any{municipalities}},
		{"operator of organisations", scoped([]int{}, ints(organisations)), ofOrganisations, []any{organisations}},
		{"operator of both", scoped(ints(municipalities[:4]), ints(organisations)), `(n.municipality_id = any($2) or ` + ofOrganisations + `)`,
			[]any{organisations, municipalities[:4]}},
		{"operator of nothing", scoped([]int{}, []int{}), `false`, nil},
	}
}

func scoped(municipalities, organisations []int) needmap.NeedCriteria {
	scope := &needmap.Scope{MunicipalityIDs: municipalities, OrganisationIDs: organisations}
	return needmap.NeedCriteria{SeverityAtLeast: 1, Access: needmap.Access{Scope: scope}}
}

func ints(list []int64) []int {
	short := make([]int, len(list))
	for i, n := range list {
		short[i] = int(n)
	}
	return short
}

// TestBoardTotals compares reports with plain SQL, and with the list and the tally
// of the same filter.
func TestBoardTotals(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	loadDemo(t, db, postgres.DemoOptions{Needs: 1_000, Seed: 1})
	store, atlas := postgres.New(db), atlasOf(t, db)
	for _, c := range boardCases(db, t) {
		var want []struct {
			Code, Field             string
			Needs, People, Answered int
		}
		err := db.Select(&want, `
select m.code, n.field, count(*) as needs, sum(n.people) as people, sum(n.people_answered) as answered
from need n join municipality m on m.id = n.municipality_id
where n.status in ('REPORTED', 'VERIFIED', 'ASSIGNED', 'IN_PROGRESS') and `+c.condition+` group by 1, 2 order by 1, 2`, c.args...)
		if err != nil {
			t.Fatal(err)
		}
		if (len(want) == 0) != (c.condition == "false") {
			t.Errorf("%s: the filter admits needs in %d areas and fields", c.name, len(want))
		}
		var got []string
		var keys []int64
		err = store.ViewNeeds(t.Context(), c.criteria, func(v coverage.View) error {
			keys = v.Needs()
			areas := coverage.NewAreas(atlas, needmap.LevelLocal, nil)
			report, ok := v.Report(areas, atlas)
			if !ok {
				return fmt.Errorf("a need lies outside the territory")
			}
			got = demandOf(report)
			return nil
		})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		lines := make([]string, len(want))
		for i, w := range want {
			lines[i] = fmt.Sprint(w.Code, " ", w.Field, " ", w.Needs, " ", w.People, " ", w.Answered)
		}
		slices.Sort(lines) // words by the alphabet, enums by their order
		if slices.Sort(got); !slices.Equal(got, lines) {
			t.Errorf("%s: %s", c.name, firstDifference(strings.Join(got, "\n"), strings.Join(lines, "\n")))
		}
		checkListed(t, store, c, keys)
	}
}

// demandOf writes the needs, people and answers of each area and field.
func demandOf(r *coverage.Report) (lines []string) {
	for i, area := range r.Areas.List {
		for f, field := range needmap.Fields {
			if c := r.Cell(i, f); c.Needs > 0 {
				lines = append(lines, fmt.Sprint(area.Code, " ", field, " ", c.Needs, " ", c.Demand, " ", c.Answered))
			}
		}
	}
	return lines
}

// checkListed compares the open needs of a view with those that the list and the
// tally of the same filter have.
func checkListed(t *testing.T, store *postgres.Store, c boardCase, keys []int64) {
	t.Helper()
	open := []needmap.NeedStatus{}
	for _, status := range needmap.NeedStatuses[:4] {
		if c.criteria.Statuses == nil || slices.Contains(c.criteria.Statuses, status) {
			open = append(open, status)
		}
	}
	c.criteria.Statuses = open
	page, err := store.FindNeeds(t.Context(), c.criteria, needmap.NeedsNewest, needmap.Page{Limit: 2_000}, false)
	if err != nil {
		t.Fatal(err)
	}
	listed := needIDs(page.Needs)
	if slices.Sort(listed); !slices.Equal(keys, listed) {
		t.Errorf("%s: the board has needs %v, the list %v", c.name, keys, listed)
	}
	rows, err := store.TallyNeeds(t.Context(), c.criteria)
	if err != nil {
		t.Fatal(err)
	}
	needs := 0
	for _, row := range rows {
		needs += row.Needs
	}
	if needs != len(keys) {
		t.Errorf("%s: the board has %d needs, the tally %d", c.name, len(keys), needs)
	}
}

// servedBy adds services up as the report does; $1 are municipalities, null for all.
const servedBy = `
select concat_ws(' ', count(*), coalesce(sum(capacity) filter (where status = 'ACTIVE'), 0),
  coalesce(sum(greatest(0, capacity - held)) filter (where status = 'ACTIVE'), 0),
  count(*) filter (where status = 'SUSPENDED'), coalesce(sum(capacity) filter (where status = 'SUSPENDED'), 0))
from service s, lateral (select coalesce(sum(people), 0) as held from response r
  where r.service_id = s.id and r.status in ('PROPOSED', 'ACCEPTED')) h
where status in ('ACTIVE', 'SUSPENDED') and exists (
  select from service_area a join municipality m on m.id = a.municipality_id
  where a.service_id = s.id and m.is_local and ($1::int[] is null or m.id = any($1)))`

// TestBoardServices compares the supply side with plain SQL, also where a filter
// asks for a municipality that never had a need.
func TestBoardServices(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	loadDemo(t, db, postgres.DemoOptions{Needs: 300, Seed: 1})
	store, atlas := postgres.New(db), atlasOf(t, db)
	const served = `select array_agg(id) from (select id from municipality m where is_local
		and exists (select from service_area a where a.municipality_id = m.id)
		and exists (select from need n where n.municipality_id = m.id) = $1 order by id limit 5) m`
	withNeeds, without := ask[pq.Int64Array](t, db, served, true), ask[pq.Int64Array](t, db, served, false)
	for _, c := range []struct {
		name           string
		municipalities pq.Int64Array
	}{
		{"everywhere", nil}, {"where needs are", withNeeds}, {"where no need is", without}, {"in both", append(without, withNeeds...)},
	} {
		criteria := everyNeed
		if c.municipalities != nil {
			criteria.MunicipalityIDs = ints(c.municipalities)
		}
		err := store.ViewNeeds(t.Context(), criteria, func(v coverage.View) error {
			r, ok := v.Report(coverage.NewAreas(atlas, needmap.LevelLocal, criteria.MunicipalityIDs), atlas)
			if !ok {
				return fmt.Errorf("a need lies outside the territory")
			}
			f := r.Total
			got := fmt.Sprint(f.Services, " ", f.Capacity, " ", f.Free, " ", f.SuspendedServices, " ", f.SuspendedCapacity)
			if want := ask[string](t, db, servedBy, c.municipalities); got != want {
				t.Errorf("%s: services, capacity, free, suspended: %s, want %s", c.name, got, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
