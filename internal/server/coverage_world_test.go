package server_test

import (
	"encoding/json"
	"maps"
	"math"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/postgres"
	"github.com/innovainrete/needmap/internal/server"

	"github.com/innovainrete/needmap/internal/pgtest"
)

// The world of coverage: the small one's territory and directory with needs of
// which every reason of a gap can be told by hand. Beside the services of the
// directory there are 4 Centro (DISABILITY, 3 places) in both municipi, and 5
// Ludoteca (MINORS, 5 places), which names no municipality and is near need 4 only:
// it takes nobody in, and distances are measured to it.
//
//	need  where   field       people          reason
//	 1    056001  ELDERLY      4              NOT_YET_HANDLED: 3 Assistenza has places
//	 2    056001  ELDERLY      3, up to 40    NOT_ELIGIBLE: it begins with 65
//	 3    -01     ELDERLY      2              NO_SERVICE
//	 4    -01     MINORS      10, 3 answered  SUSPENDED: 2 Doposcuola, at the very place
//	 5    -01     MINORS       6              OUT_OF_REACH of 2, which reaches 2 km
//	 6    -01     MINORS       5, 2 promised  SUSPENDED: no place that could be out of reach
//	 7    -01     DISABILITY   7, 3 promised  FULL: the promise holds all places of 4
//	 8    -02     DISABILITY   2              FULL
//	 9    -01     ADULTS       8, 2 answered  NOT_YET_HANDLED: 1 Mensa has 40 places
//	10    -02     ADULTS       6              DECLINED by 1
//	11    056001  CULTURE      5, 5 answered  ended as MET after five days
//
// All were reported as 1 March 2024 began in Rome.
const coverageWorld = smallTerritory + smallDirectory + `
insert into service (organisation_id, name, field, status, provision, capacity, people_reached, location, location_kind) values
 (1, 'Centro', 'DISABILITY', 'ACTIVE', 'PRIVATE', 3, 0, null, 'UNDISCLOSED'),
 (2, 'Ludoteca', 'MINORS', 'ACTIVE', 'PRIVATE', 5, 0, st_setsrid(st_makepoint(12.25, 41.76), 4326), 'EXACT');
insert into service_area (service_id, municipality_id) values (4, 3), (4, 4);
insert into need (municipality_id, field, origin, status, severity, people, people_answered, minimum_age, maximum_age, reported_at,
  location, location_kind, suspension_id)
select place, field::field_of_intervention, origin::need_origin, status::need_status, 3, people, answered, null, oldest, '2024-02-29 23:00+00',
  st_setsrid(st_makepoint(longitude, latitude), 4326), (case when longitude is null then 'UNDISCLOSED' else 'EXACT' end)::location_kind, suspension
from (values
 (1, 1, 'ELDERLY', 'KNOWN', 'REPORTED', 4, 0, null, null, null, null),
 (2, 1, 'ELDERLY', 'KNOWN', 'REPORTED', 3, 0, 40, null, null, null),
 (3, 3, 'ELDERLY', 'EMERGING', 'REPORTED', 2, 0, null, null, null, null),
 (4, 3, 'MINORS', 'SUSPENDED_SERVICE', 'IN_PROGRESS', 10, 3, null, 12.25, 41.75, 2),
 (5, 3, 'MINORS', 'KNOWN', 'REPORTED', 6, 0, null, 12.45, 41.95, null),
 (6, 3, 'MINORS', 'KNOWN', 'ASSIGNED', 5, 0, null, null, null, null),
 (7, 3, 'DISABILITY', 'KNOWN', 'REPORTED', 7, 0, null, null, null, null),
 (8, 4, 'DISABILITY', 'KNOWN', 'REPORTED', 2, 0, null, null, null, null),
 (9, 3, 'ADULTS_AND_FAMILIES', 'KNOWN', 'IN_PROGRESS', 8, 2, null, null, null, null),
 (10, 4, 'ADULTS_AND_FAMILIES', 'KNOWN', 'REPORTED', 6, 0, null, null, null, null),
 (11, 1, 'CULTURE_AND_SOCIAL_AGRICULTURE', 'KNOWN', 'MET', 5, 5, null, null, null, null)
) v(k, place, field, origin, status, people, answered, oldest, longitude, latitude, suspension) order by k;
insert into response (need_id, organisation_id, service_id, people, status, reason_code, proposed_at, updated_at) values
 (4, 3, null, 3, 'DELIVERED', null, '2024-03-02', '2024-03-03'), (6, 1, null, 2, 'ACCEPTED', null, '2024-03-02', '2024-03-03'),
 (7, 1, 4, 3, 'PROPOSED', null, '2024-03-02', '2024-03-02'), (9, 1, 1, 2, 'DELIVERED', null, '2024-03-02', '2024-03-03'),
 (10, 1, 1, 6, 'DECLINED', 'OTHER', '2024-03-02', '2024-03-03');
insert into need_event (need_id, at, kind, from_status, to_status) values (11, '2024-03-05 23:00+00', 'STATUS_CHANGED', 'REPORTED', 'MET');
`

// newCovered serves that world and some more to callers by their roles, and to the
// operators of the other tests, working as a server does: with the rights of its role.
func newCovered(tb testing.TB, statements string) *site {
	tb.Helper()
	dsn := pgtest.NewDSN(tb)
	all := openPlain(tb, dsn)
	mustExec(tb, all, statements)
	callers := maps.Clone(policyTokens)
	maps.Copy(callers, answeringTeam)
	s := serveWith(tb, openPlain(tb, dsn+" options='-c role="+postgres.ServerRole+"'"), server.Options{Callers: callers})
	s.db = all
	return s
}

// covered is a row of a report, but for what has tests of its own.
type covered struct {
	Area                                 *struct{ Code string }
	Field                                *string
	Needs, Demand, Answered, Gap         int
	Promised, Stuck                      int
	Reasons                              reasons
	Services, Capacity, FreeCapacity     int
	SuspendedServices, SuspendedCapacity int
	SupplyDemand                         *float64
	Coverage                             *estimate
	UnmetRate                            *estimate
	RateMissing                          *string
	Denominator                          denominator
	NeedDays                             float64
	Distance                             *spread
	Rank                                 *struct{ Position, Low, High int }
	Before                               *covered
	Difference                           *coverageChange
}

type estimate struct {
	Value, Low, High, Smoothed float64
	Reliability                string
}

type denominator struct {
	People, YearFrom, YearTo *int
	Source                   string
}

type spread struct {
	MedianMetres, P90Metres      *float64
	Measured, Located, Unlocated int
}

type coverageChange struct {
	Stuck, Services, Capacity, FreeCapacity, SuspendedCapacity int
	Reasons                                                    reasons
	MedianMetres                                               *float64
}

// reasons are people by reason, those without people left out.
type reasons map[string]int

// gapReasons is the order in which an answer names them.
var gapReasons = []string{"NO_SERVICE", "OUT_OF_REACH", "NOT_ELIGIBLE", "FULL", "SUSPENDED", "DECLINED", "NOT_YET_HANDLED"}

// UnmarshalJSON refuses a list that does not name every reason once, in its order.
func (r *reasons) UnmarshalJSON(data []byte) error {
	var parts []struct {
		Reason string
		People int
	}
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	*r = reasons{}
	for i, part := range parts {
		if len(parts) != len(gapReasons) || part.Reason != gapReasons[i] {
			return &json.UnsupportedValueError{Str: string(data)}
		}
		if part.People != 0 {
			(*r)[part.Reason] = part.People
		}
	}
	return nil
}

// coverageReport is a report as a client reads it.
type coverageReport struct {
	Rows, Areas, Fields []covered
	Totals              covered
	Placing             []placing
	AsOf                time.Time
	PeriodFrom          time.Time
	PeriodUntil         time.Time
	IsPartial           bool
	PlacesAs            string
	Compare             comparison
}

type placing struct {
	Field             string
	Asking, Placeable int
	PlaceableBefore   *int
}

const rowFields = `area {code} field needs demand answered gap promised stuck reasons {reason people} services capacity freeCapacity
	suspendedServices suspendedCapacity supplyDemand coverage {value low high} unmetRate {value low high smoothed reliability} rateMissing
	denominator {people yearFrom yearTo source} needDays `

const coverageFields = ` {rows {` + rowFields + `} areas {` + rowFields + `} fields {` + rowFields + `} totals {` + rowFields + `}
	placing {field asking placeable placeableBefore} asOf periodFrom periodUntil isPartial placesAs}`

// coverage asks for a report as somebody; arguments come with their parentheses.
func (s *site) coverage(t reporter, who, arguments, selection string) coverageReport {
	t.Helper()
	var got struct{ Coverage coverageReport }
	s.as(who).get(t, withIDs(`{coverage`+arguments+selection+`}`), nil, &got)
	return got.Coverage
}

// find gives the row of an area and a field; "" is a margin.
func (c coverageReport) find(t reporter, area, field string) covered {
	t.Helper()
	for _, list := range [][]covered{c.Rows, c.Areas, c.Fields, {c.Totals}} {
		for _, row := range list {
			if (row.Area == nil) == (area == "") && (row.Field == nil) == (field == "") &&
				(row.Area == nil || row.Area.Code == area) && (row.Field == nil || *row.Field == field) {
				return row
			}
		}
	}
	t.Fatalf("there is no row of %q and %q", area, field)
	return covered{}
}

// nearly compares numbers to a ten-thousandth part.
func nearly(a, b float64) bool { return math.Abs(a-b) <= 1e-4*math.Max(1, math.Abs(b)) }
