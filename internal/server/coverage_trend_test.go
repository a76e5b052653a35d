package server_test

import (
	"fmt"
	"testing"
	"time"
)

// trendWorld has needs that came and went: 12 was open from 10 to 20 January 2024, 13
// opened again on 10 February, and 14 ended on a day that nobody knows. Need 15 lost 4
// of 10 people on 15 March. The service 2 did not run from 9 March to 30 June 2020.
const trendWorld = coverageWorld + `
insert into need (municipality_id, field, origin, status, severity, people, people_answered, reported_at, location_kind)
select place, field::field_of_intervention, 'KNOWN', status::need_status, 3, people, 0, reported::timestamptz, 'UNDISCLOSED'
from (values (1, 3, 'ELDERLY', 'MET', 20, '2024-01-09 23:00+00'), (2, 1, 'MINORS', 'REPORTED', 30, '2024-01-09 23:00+00'),
 (3, 3, 'ELDERLY', 'MET', 40, '2024-01-09 23:00+00'), (4, 4, 'ELDERLY', 'REPORTED', 6, '2024-03-01 12:00+00'), (5, 3, 'MINORS', 'REPORTED', 7, '2020-02-01 12:00+00'))
 v(k, place, field, status, people, reported) order by k;
insert into need_event (need_id, at, kind, from_status, to_status, before, after) values
 (12, '2024-01-19 23:00+00', 'STATUS_CHANGED', 'REPORTED', 'MET', '{}', '{}'),
 (13, '2024-01-19 23:00+00', 'STATUS_CHANGED', 'REPORTED', 'CLOSED', '{}', '{}'), (13, '2024-02-09 23:00+00', 'REOPENED', 'CLOSED', 'REPORTED', '{}', '{}'),
 (15, '2024-03-15 12:00+00', 'UPDATED', null, null, '{"people": "10"}', '{"people": "6"}');
`

type trendAnswer struct {
	Points []struct {
		From, To string
		AsOf     time.Time
		Totals   covered
		Fields   []covered
	}
	IsPartial bool
	PlacesAs  string
}

func (s *site) trend(t *testing.T, who, arguments string) trendAnswer {
	t.Helper()
	var got struct{ CoverageTrend trendAnswer }
	s.as(who).get(t, `{coverageTrend`+arguments+` {points {from to asOf totals {`+rowFields+`} fields {`+rowFields+`}} isPartial placesAs}}`, nil, &got)
	return got.CoverageTrend
}

// TestTrendByHand looks at the first months of 2024.
func TestTrendByHand(t *testing.T) {
	s := newCovered(t, trendWorld)
	got := s.trend(t, "COORDINATOR", `(from: "2024-01-15", to: "2024-03-20")`)
	for i, want := range []struct {
		from, to, asOf  string
		needs, demand   int
		elderly, minors int
		days            float64
	}{ // at the ends of months in Rome; need 16 is always open
		{"2024-01-01", "2024-01-31", "2024-01-31T22:59:59.999999Z", 1, 7, 0, 7, 10 + 10 + 31},
		{"2024-02-01", "2024-02-29", "2024-02-29T22:59:59.999999Z", 2, 7 + 30, 0, 7 + 30, 20 + 29}, // need 13 is open again; the others come with the first moment of March
		{"2024-03-01", "2024-03-31", "2024-03-31T21:59:59.999999Z", 13, 96, 15, 58, 0},
	} {
		p := got.Points[i]
		at, _ := time.Parse(time.RFC3339, want.asOf)
		if p.From != want.from || p.To != want.to || !p.AsOf.Equal(at) || p.Totals.Needs != want.needs || p.Totals.Demand != want.demand ||
			p.Fields[2].Demand != want.elderly || p.Fields[0].Demand != want.minors || want.days != 0 && p.Totals.NeedDays != want.days {
			t.Errorf("%d: %s, want %+v", i, mustJSON(p), want)
		}
	}
	if len(got.Points) != 3 {
		t.Errorf("%d points", len(got.Points))
	}
	for day, people := range map[string]int{"2024-03-10T12:00:00Z": 10, "2024-03-15T12:00:00Z": 6} {
		was := s.coverage(t, "COORDINATOR", `(asOf: "`+day+`", filter: {municipalities: ["058091-02"], fields: [ELDERLY]})`, ` {totals {demand}}`)
		if was.Totals.Demand != people {
			t.Errorf("%s: %d people, want %d", day, was.Totals.Demand, people)
		}
	}
	// Doposcuola did not run in the spring of 2020, and does not since January 2021.
	years := s.trend(t, "COORDINATOR", `(interval: QUARTER, from: "2020-01-01", to: "2021-01-01", filter: {fields: [MINORS]})`)
	for i, suspended := range []int{1, 1, 0, 0, 1} { // at the ends of March, June, September and December, and of March
		if p := years.Points[i]; p.Totals.SuspendedServices != suspended || p.Totals.Services != 1 || len(p.Fields) != 1 || p.Totals.Demand != 7 {
			t.Errorf("%s: %+v", p.To, p.Totals)
		}
	}
}

// TestTrendAgreesWithTheReports asks for every point of trends by itself.
func TestTrendAgreesWithTheReports(t *testing.T) {
	s := newCovered(t, trendWorld)
	for _, c := range []struct{ who, trend, filter string }{
		{"COORDINATOR", `from: "2024-01-01", to: "2024-06-30"`, ``},
		{"ANALYST", `interval: YEAR, from: "2019-06-01"`, `filter: {municipalities: ["058"], fields: [ELDERLY, MINORS], severityAtLeast: 2}`},
		{"COORDINATOR", `interval: QUARTER, from: "2023-11-11", to: "2024-05-01"`, `filter: {statuses: [REPORTED], origins: [KNOWN], reportedTo: "2024-02-10"}`},
		{"OPERATOR of a territory", `from: "2024-02-01", to: "2024-04-30"`, `filter: {municipalities: ["12"]}`},
		{"OPERATOR of an organisation", `from: "2024-02-01", to: "2024-04-30"`, ``},
		{"COORDINATOR", ``, `filter: {near: {longitude: 12.25, latitude: 41.75, radiusMetres: 5000}}`},
	} {
		trend := s.trend(t, c.who, `(`+c.trend+` `+c.filter+`)`)
		if len(trend.Points) < 3 {
			t.Fatalf("%s: %d points", c.trend, len(trend.Points))
		}
		for _, p := range trend.Points {
			want := s.coverage(t, c.who, fmt.Sprintf(`(period: {from: %q, to: %q} %s %s)`, p.From, p.To, asOf(p.AsOf), c.filter),
				` {totals {`+rowFields+`} fields {`+rowFields+`} isPartial placesAs}`)
			if is, was := mustJSON(p.Totals), mustJSON(want.Totals); string(is) != string(was) {
				t.Errorf("%s as %s: until %s it was %s\nthe report says %s", c.trend, c.who, p.To, is, was)
			}
			if is, was := mustJSON(p.Fields), mustJSON(want.Fields); string(is) != string(was) {
				t.Errorf("%s as %s: until %s fields were %s\nthe report says %s", c.trend, c.who, p.To, is, was)
			}
			if trend.IsPartial != want.IsPartial || trend.PlacesAs != want.PlacesAs {
				t.Errorf("%s: %v %s, the report says %v %s", c.who, trend.IsPartial, trend.PlacesAs, want.IsPartial, want.PlacesAs)
			}
		}
	}
}

// TestTrendOfNoDays ends today, with the last of 12 months.
func TestTrendOfNoDays(t *testing.T) {
	got := newCovered(t, coverageWorld).trend(t, "COORDINATOR", ``)
	last := got.Points[len(got.Points)-1]
	if len(got.Points) != 12 || time.Since(last.AsOf) > time.Minute || last.Totals.Needs != 10 || last.To <= last.From || got.Points[0].To >= got.Points[1].From {
		t.Errorf("%d points, the last %s", len(got.Points), mustJSON(last))
	}
}
