package server_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// lattice is the step in degrees of the corners that points, boxes and polygons
// have in common, so that many points lie exactly on borders. Its multiples are
// exact in binary and in the seven decimals of GeoJSON.
const lattice = 1.0 / 64

// Western and southern end of the lattice, around the centre of Rome, and its steps.
const (
	latticeWest, latticeSouth = 12.375, 41.75
	latticeSteps              = 12
)

// edgeDays are days on which months, years and summer time begin and end.
var edgeDays = []string{
	"2023-12-31", "2024-01-01", "2024-01-31", "2024-02-01", "2024-02-15", "2024-02-29", "2024-03-01", "2024-03-30",
	"2024-03-31", "2024-04-01", "2024-10-26", "2024-10-27", "2024-10-28", "2024-10-31", "2024-11-01", "2025-01-01",
}

// placesQuery picks the municipi of Rome and a comune of each province.
const placesQuery = `select m.id, m.code, coalesce(p.code, m.code) as comune, m.province_code as province,
  m.province_acronym as acronym, m.region_code as region
from municipality m left join municipality p on p.id = m.parent_id
where m.is_local and (p.code = '058091' or m.code in ('056059', '057059', '058120', '059011', '060038'))
order by m.code`

func placesOf(tb testing.TB, db *sqlx.DB) []place {
	tb.Helper()
	var places []place
	if err := db.Select(&places, placesQuery); err != nil {
		tb.Fatal(err)
	}
	if len(places) != 20 {
		tb.Fatalf("%d places, want Rome's 15 municipi and 5 comuni", len(places))
	}
	return places
}

// drawNeeds makes needs by chance, the same ones each time.
func drawNeeds(places []place, count int) []*modelNeed {
	r := rand.New(rand.NewPCG(7, 11))
	needs := make([]*modelNeed, count)
	for i := range needs {
		n := &modelNeed{
			leaf: pick(r, places), field: pick(r, wordsOf("Field")), origin: pick(r, wordsOf("NeedOrigin")),
			status: pick(r, wordsOf("NeedStatus")), severity: 1 + r.IntN(5), people: 1 + r.IntN(6), reported: drawMoment(r),
		}
		n.answered = r.IntN(n.people + 1)
		n.reporter, n.answerer = max(0, r.IntN(7)-2), max(0, r.IntN(9)-4)
		if r.IntN(4) > 0 {
			n.point = drawPoint(r)
		}
		for range r.IntN(5) {
			n.words = append(n.words, pick(r, pick(r, stems)))
		}
		needs[i] = n
	}
	return needs
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// drawMoment falls on an edge day: often within a microsecond of midnight in
// Rome, or in the night when the clocks change.
func drawMoment(r *rand.Rand) time.Time {
	day, err := time.ParseInLocation(time.DateOnly, pick(r, edgeDays), rome)
	if err != nil {
		panic(err)
	}
	switch r.IntN(4) {
	case 0:
		return day.Add(time.Duration(r.IntN(3)-1) * time.Microsecond)
	case 1:
		return day.Add(time.Duration(r.IntN(8)) * 30 * time.Minute)
	case 2:
		return day.Add(12 * time.Hour) // the same moment as others: the key decides
	}
	return day.Add(time.Duration(r.Int64N(int64(24 * time.Hour)))).Truncate(time.Microsecond)
}

func drawPoint(r *rand.Rand) *[2]float64 {
	if r.IntN(3) == 0 {
		return &[2]float64{latticeWest + r.Float64()*latticeSteps*lattice, latticeSouth + r.Float64()*latticeSteps*lattice}
	}
	corner := latticeCorner(r.IntN(latticeSteps+1), r.IntN(latticeSteps+1))
	return &corner
}

func latticeCorner(x, y int) [2]float64 {
	return [2]float64{latticeWest + float64(x)*lattice, latticeSouth + float64(y)*lattice}
}

const insertNeed = `insert into need (municipality_id, field, origin, status, severity, people, people_answered,
  summary, reported_at, location, location_kind, reported_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9,
  case when $10::float8 is not null then st_setsrid(st_makepoint($10, $11), 4326) end,
  case when $10::float8 is not null then 'EXACT' else 'UNDISCLOSED' end::location_kind, nullif($12, 0))
returning id`

const insertAnswer = `insert into response (need_id, organisation_id, people, status, proposed_at, updated_at)
values ($1, $2, 1, 'PROPOSED', now(), now())`

// middleOfCell follows the definition of the European grid: EPSG:3035 in whole
// kilometres from its corner.
const middleOfCell = `select st_x(m), st_y(m) from st_transform(st_setsrid(st_makepoint($1, $2), 4326), 3035) p,
  st_transform(st_setsrid(st_makepoint(floor(st_x(p) / 1000) * 1000 + 500, floor(st_y(p) / 1000) * 1000 + 500), 3035), 4326) m`

// writeNeeds inserts needs straight into the tables.
func writeNeeds(tb testing.TB, db *sqlx.DB, needs []*modelNeed) {
	tb.Helper()
	tx, err := db.Beginx()
	if err != nil {
		tb.Fatal(err)
	}
	insert, err := tx.Preparex(insertNeed)
	if err != nil {
		tb.Fatal(err)
	}
	for _, n := range needs {
		var longitude, latitude *float64
		if n.point != nil {
			longitude, latitude = &n.point[0], &n.point[1]
		}
		var summary *string
		if n.words != nil {
			text := strings.Join(n.words, ", ") + "."
			summary = &text
		}
		err := insert.Get(&n.id, n.leaf.ID, n.field, n.origin, n.status, n.severity, n.people, n.answered,
			summary, n.reported, longitude, latitude, n.reporter)
		if err == nil && n.answerer > 0 {
			_, err = tx.Exec(insertAnswer, n.id, n.answerer)
		}
		if err == nil && n.point != nil {
			n.middle = new([2]float64)
			err = tx.QueryRow(middleOfCell, *longitude, *latitude).Scan(&n.middle[0], &n.middle[1])
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		tb.Fatal(err)
	}
}

// wordsOf lists the words of an enum as design section 5 gives them.
func wordsOf(enum string) []string {
	return map[string][]string{
		"Field":      {"MINORS", "DISABILITY", "ELDERLY", "ADULTS_AND_FAMILIES", "CULTURE_AND_SOCIAL_AGRICULTURE"},
		"NeedOrigin": {"KNOWN", "SUSPENDED_SERVICE", "EMERGING"},
		"NeedStatus": {"REPORTED", "VERIFIED", "ASSIGNED", "IN_PROGRESS", "MET", "CLOSED", "REJECTED"},
	}[enum]
}

// TestModelAgreesWithPostGIS holds the model's own geometry and calendar, which
// the property test relies on, against PostgreSQL.
func TestModelAgreesWithPostGIS(t *testing.T) {
	db := newDemo(t, 0)
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		p, q := drawPoint(r), drawPoint(r)
		var metres float64
		err := db.Get(&metres, `select st_distance(st_setsrid(st_makepoint($1, $2), 4326)::geography,
			st_setsrid(st_makepoint($3, $4), 4326)::geography)`, p[0], p[1], q[0], q[1])
		if err != nil {
			t.Fatal(err)
		}
		if got := geodesic(*p, *q); got-metres > 1e-3 || metres-got > 1e-3 {
			t.Errorf("from %v to %v: %v m, PostGIS says %v m", p, q, got, metres)
		}
		n := modelNeed{reported: drawMoment(r)}
		var day string
		if err := db.Get(&day, `select ($1::timestamptz at time zone 'Europe/Rome')::date::text`, n.reported); err != nil || day != n.day() {
			t.Errorf("%v is the day %s, PostgreSQL says %s, %v", n.reported, n.day(), day, err)
		}
	}
	for i, words := range stems {
		var classes []string
		err := db.Select(&classes, `select distinct to_tsvector('italian_plain', word)::text from unnest($1::text[]) word`, pq.Array(words))
		if err != nil || len(classes) != 1 {
			t.Errorf("the words %v have the stems %v, %v", words, classes, err)
		}
		if slices.ContainsFunc(stems[:i], func(other []string) bool {
			var same bool
			err := db.Get(&same, `select to_tsvector('italian_plain', $1) = to_tsvector('italian_plain', $2)`, other[0], words[0])
			return same || err != nil
		}) {
			t.Errorf("%v share their stem with a class before", words)
		}
	}
}

func (f *modelFilter) String() string { return string(mustJSON(f)) }
