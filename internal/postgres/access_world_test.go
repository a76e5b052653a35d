package postgres_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// scopeWorld is a database of needs of which the model knows every row.
type scopeWorld struct {
	db    *sqlx.DB
	store *postgres.Store
	needs []*scopeNeed
}

// scopeNeed is a need as it was written, with the middle of its cell worked out
// from the definition of the grid.
type scopeNeed struct {
	ID             int64
	MunicipalityID int `db:"municipality_id"`
	Field          needmap.Field
	Status         needmap.NeedStatus
	Severity       int
	People         int
	Answered       int       `db:"people_answered"`
	ReportedAt     time.Time `db:"reported_at"`
	ReportedBy     *int      `db:"reported_by"`
	Answerers      pq.Int64Array
	Responses      pq.Int64Array
	MergedInto     *int64 `db:"merged_into"`
	Lon, Lat       *float64
	CellLon        *float64 `db:"cell_lon"`
	CellLat        *float64 `db:"cell_lat"`
}

// newScopeWorld scatters needs over six municipalities of 0.1 degrees: their
// points lie in and beside cells that the borders of boxes cut.
func newScopeWorld(tb testing.TB) *scopeWorld {
	tb.Helper()
	db := pgtest.New(tb)
	db.SetMaxIdleConns(4)
	insertSquares(tb, db, 6)
	_, err := db.Exec(`
insert into organisation (is_cooperative, slug, name) select true, 'o' || g, 'O ' || g from generate_series(1, 4) g;
insert into need (municipality_id, field, origin, status, severity, people, people_answered, reported_at, location, location_kind, reported_by)
select 1 + g % 6, (enum_range(null::field_of_intervention))[1 + g * 7 % 5], 'KNOWN', (enum_range(null::need_status))[1 + g * 5 % 7],
  1 + g * 3 % 5, 1 + g * 11 % 13, g % 2, timestamptz '2024-01-10 11:00+00' + (g * 17 % 60) * interval '13 hours',
  case when g % 4 > 0 then st_setsrid(st_makepoint(11.001 + (g * 37 % 599) / 1000.0, 41.001 + (g * 53 % 97) / 1000.0), 4326) end,
  case g % 4 when 0 then 'UNDISCLOSED' when 1 then 'AREA' else 'EXACT' end::location_kind, nullif(g * 3 % 7, 0) % 5
from generate_series(1, 150) g where coalesce(nullif(g * 3 % 7, 0) % 5, 1) > 0;
insert into response (need_id, organisation_id, people, status, reason, reason_code, proposed_at, updated_at)
select n.id, 1 + n.id * 5 % 4, 1, case n.id % 3 when 0 then 'DECLINED' else 'PROPOSED' end::response_status, 'x',
  case n.id % 6 when 0 then 'NEED_ENDED' end::decline_reason, now(), now()
from need n where n.id % 5 < 2;
update need set status = 'REJECTED', merged_into = 1 + id % 6 where id % 9 = 8;`)
	if err != nil {
		tb.Fatal(err)
	}
	w := &scopeWorld{db: db, store: postgres.New(db)}
	err = db.Select(&w.needs, `
select n.id, municipality_id, field, status, severity, people, people_answered, reported_at, reported_by, merged_into,
  array(select organisation_id from response r where r.need_id = n.id and (r.status <> 'DECLINED' or n.id % 6 = 0)) as answerers,
  array(select r.id from response r where r.need_id = n.id) as responses,
  st_x(location) as lon, st_y(location) as lat, st_x(middle) as cell_lon, st_y(middle) as cell_lat
from need n left join lateral (select st_transform(location, 3035) as p) t on true
  left join lateral (select st_transform(st_setsrid(st_makepoint(floor(st_x(p) / 1000) * 1000 + 500, floor(st_y(p) / 1000) * 1000 + 500), 3035), 4326) as middle) m on true
order by n.id`)
	if err != nil || len(w.needs) < 100 {
		tb.Fatalf("%d needs, %v", len(w.needs), err)
	}
	return w
}

// scopeCase is a filter by a caller, and what it means.
type scopeCase struct {
	needmap.NeedCriteria
	distances map[int64]float64 // metres to the centre of Near, of each need's place as the caller knows it
}

func drawScope(t *rapid.T) *needmap.Scope {
	municipalities, organisations := rapid.IntRange(1, 6), rapid.IntRange(1, 4)
	switch rapid.IntRange(0, 4).Draw(t, "scope") {
	case 0:
		return nil
	case 1:
		return &needmap.Scope{MunicipalityIDs: rapid.SliceOfN(municipalities, 1, 3).Draw(t, "territory"), OrganisationIDs: []int{}}
	case 2:
		return &needmap.Scope{MunicipalityIDs: []int{}, OrganisationIDs: rapid.SliceOfN(organisations, 1, 2).Draw(t, "organisations")}
	case 3:
		return &needmap.Scope{MunicipalityIDs: []int{}, OrganisationIDs: []int{}}
	}
	return &needmap.Scope{MunicipalityIDs: rapid.SliceOfN(municipalities, 1, 3).Draw(t, "territory"),
		OrganisationIDs: rapid.SliceOfN(organisations, 1, 2).Draw(t, "organisations")}
}

func (w *scopeWorld) draw(t *rapid.T) scopeCase {
	c := scopeCase{NeedCriteria: needmap.NeedCriteria{SeverityAtLeast: rapid.IntRange(1, 3).Draw(t, "severity")}}
	c.Access = needmap.Access{Scope: drawScope(t), Cells: rapid.IntRange(0, 2).Draw(t, "cells") == 0}
	part := func(name string) bool { return rapid.IntRange(0, 3).Draw(t, name) == 0 }
	if part("municipalities?") {
		c.MunicipalityIDs = rapid.SliceOfN(rapid.IntRange(1, 7), 0, 4).Draw(t, "municipalities")
	}
	if part("fields?") {
		c.Fields = rapid.SliceOfN(rapid.SampledFrom(needmap.Fields), 0, 3).Draw(t, "fields")
	}
	if part("statuses?") {
		c.Statuses = rapid.SliceOfN(rapid.SampledFrom(needmap.NeedStatuses), 0, 4).Draw(t, "statuses")
	}
	days := rapid.SampledFrom([]needmap.Date{"2024-01-10", "2024-01-20", "2024-01-31", "2024-02-01", "2024-02-07"})
	if part("from?") {
		c.ReportedFrom = new(days.Draw(t, "from"))
	}
	if part("to?") {
		c.ReportedTo = new(days.Draw(t, "to"))
	}
	w.drawSpace(t, &c)
	return c
}

func (w *scopeWorld) drawSpace(t *rapid.T, c *scopeCase) {
	box := func() needmap.BBox {
		x, y := rapid.Float64Range(11, 11.6), rapid.Float64Range(41, 41.1)
		x1, x2, y1, y2 := x.Draw(t, "x1"), x.Draw(t, "x2"), y.Draw(t, "y1"), y.Draw(t, "y2")
		return needmap.BBox{West: min(x1, x2), South: min(y1, y2), East: max(x1, x2), North: max(y1, y2)}
	}
	switch rapid.IntRange(0, 7).Draw(t, "space") {
	case 0:
		c.BBox = new(box())
	case 1:
		b := box()
		c.Within = orb.Polygon{{{b.West, b.South}, {b.East, b.South}, {b.East, b.North}, {b.West, b.North}, {b.West, b.South}}}
	case 2:
		c.Near = &needmap.Near{Longitude: rapid.Float64Range(11, 11.6).Draw(t, "lon"), Latitude: 41.05,
			RadiusMetres: rapid.Float64Range(100, 20_000).Draw(t, "radius")}
		c.distances = w.distances(t, *c.Near, c.Cells)
	}
}

// distances asks PostGIS how far each need is from a point.
func (w *scopeWorld) distances(t *rapid.T, from needmap.Near, cells bool) map[int64]float64 {
	metres := map[int64]float64{}
	for _, n := range w.needs {
		lon, lat := n.place(cells)
		if lon == nil {
			continue
		}
		var d float64
		err := w.db.Get(&d, `select st_distance(st_setsrid(st_makepoint($1, $2), 4326)::geography, st_setsrid(st_makepoint($3, $4), 4326)::geography)`,
			*lon, *lat, from.Longitude, from.Latitude)
		if err != nil {
			t.Fatal(err)
		}
		metres[n.ID] = d
	}
	return metres
}

// place is where the caller may know the need to be.
func (n *scopeNeed) place(cells bool) (lon, lat *float64) {
	if cells {
		return n.CellLon, n.CellLat
	}
	return n.Lon, n.Lat
}

var rome = mustLoad("Europe/Rome")

func mustLoad(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// seen is the policy as a person would say it.
func (c scopeCase) seen(n *scopeNeed) bool {
	s := c.Scope
	return s == nil || slices.Contains(s.MunicipalityIDs, n.MunicipalityID) ||
		n.ReportedBy != nil && slices.Contains(s.OrganisationIDs, *n.ReportedBy) ||
		slices.ContainsFunc(n.Answerers, func(id int64) bool { return slices.Contains(s.OrganisationIDs, int(id)) })
}

func (c scopeCase) admits(n *scopeNeed) bool {
	day := needmap.Date(n.ReportedAt.In(rome).Format(time.DateOnly))
	return c.seen(n) && in(c.MunicipalityIDs, n.MunicipalityID) && in(c.Fields, n.Field) && in(c.Statuses, n.Status) &&
		n.Severity >= c.SeverityAtLeast && (c.ReportedFrom == nil || day >= *c.ReportedFrom) &&
		(c.ReportedTo == nil || day <= *c.ReportedTo) && c.admitsPlace(n)
}

func in[T comparable](set []T, v T) bool { return set == nil || slices.Contains(set, v) }

func (c scopeCase) admitsPlace(n *scopeNeed) bool {
	lon, lat := n.place(c.Cells)
	inside := func(b orb.Bound) bool { return lon != nil && b.Contains(orb.Point{*lon, *lat}) }
	return (c.BBox == nil || inside(orb.Bound{Min: orb.Point{c.BBox.West, c.BBox.South}, Max: orb.Point{c.BBox.East, c.BBox.North}})) &&
		(c.Within == nil || inside(c.Within.Bound())) &&
		(c.Near == nil || lon != nil && c.distances[n.ID] <= c.Near.RadiusMetres)
}

var scopeOrders = map[needmap.NeedOrder]func(a, b *scopeNeed) int{
	needmap.NeedsNewest:     newestOf,
	needmap.NeedsOldest:     func(a, b *scopeNeed) int { return newestOf(b, a) },
	needmap.NeedsMostSevere: func(a, b *scopeNeed) int { return cmp.Or(b.Severity-a.Severity, newestOf(a, b)) },
	needmap.NeedsMostPeople: func(a, b *scopeNeed) int { return cmp.Or(b.People-a.People, newestOf(a, b)) },
}

func newestOf(a, b *scopeNeed) int {
	return cmp.Or(b.ReportedAt.Compare(a.ReportedAt), cmp.Compare(b.ID, a.ID))
}
