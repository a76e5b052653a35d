package needmap_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// reportingAs judges reports over the small territory, whose municipality 3 has
// all points west of 12.5 and 4 the others up to 13. Suspension 2 and
// organisations 1 and 2 exist.
func reportingAs(t *testing.T, v needmap.Viewer) needmap.Reporting {
	t.Helper()
	atlas := romanAtlas()
	return needmap.Reporting{
		Access: rightsOf(t, v), Atlas: atlas, Now: noon,
		Suspensions: map[int]bool{2: true}, Reporters: map[int]bool{1: true, 2: true},
		Place: func(p orb.Point) (*needmap.Municipality, bool) {
			switch {
			case p.Lon() < 12.5:
				return atlas.ByID(3)
			case p.Lon() < 13:
				return atlas.ByID(4)
			}
			return nil, false
		},
	}
}

func goodReport() needmap.NeedReport {
	return needmap.NeedReport{Municipality: new("058091-01"), Field: needmap.FieldElderly, Origin: needmap.OriginKnown, Severity: 3, People: 2}
}

// TestReportDefaults holds what is filled in where a report says nothing.
func TestReportDefaults(t *testing.T) {
	coordinator := needmap.Viewer{Role: needmap.RoleCoordinator}
	own := needmap.Viewer{Role: needmap.RoleOperator, OrganisationIDs: []int{2}}
	for _, c := range []struct {
		name   string
		viewer needmap.Viewer
		change func(*needmap.NeedReport)
		want   string // municipality, kind, reporter, age in minutes, summary
	}{
		{"plain", coordinator, func(*needmap.NeedReport) {}, "3 AREA - 0 -"},
		{"a point", coordinator, func(r *needmap.NeedReport) { r.Municipality, r.Point = nil, &orb.Point{12.75, 41} }, "4 EXACT - 0 -"},
		{"an area with a point", coordinator, func(r *needmap.NeedReport) {
			r.Point, r.LocationKind = &orb.Point{12.25, 41}, new(needmap.LocationArea)
		}, "3 AREA - 0 -"},
		{"a secret place", coordinator, func(r *needmap.NeedReport) { r.LocationKind = new(needmap.LocationUndisclosed) }, "3 UNDISCLOSED - 0 -"},
		{"blank words", coordinator, func(r *needmap.NeedReport) { r.Summary = new(" \n ") }, "3 AREA - 0 -"},
		{"words", coordinator, func(r *needmap.NeedReport) { r.Summary = new(" Aiuto\n") }, "3 AREA - 0 Aiuto"},
		{"a clock that is ahead", coordinator, func(r *needmap.NeedReport) { r.ReportedAt = new(noon.Add(5 * time.Minute)) }, "3 AREA - -5 -"},
		{"an operator's organisation", own, func(*needmap.NeedReport) {}, "3 AREA 2 0 -"},
		{"a COORDINATOR's choice", coordinator, func(r *needmap.NeedReport) { r.ReportedByID = new(1) }, "3 AREA 1 0 -"},
	} {
		report := goodReport()
		c.change(&report)
		n, err := reportingAs(t, c.viewer).Need(report)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		reporter, summary := "-", "-"
		if n.ReportedByID != nil {
			reporter = fmt.Sprint(*n.ReportedByID)
		}
		if n.Summary != nil {
			summary = *n.Summary
		}
		got := fmt.Sprint(n.MunicipalityID, " ", n.LocationKind, " ", reporter, " ", noon.Sub(n.ReportedAt).Minutes(), " ", summary)
		if got != c.want || n.Status != needmap.StatusReported || n.Version != 1 {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestReportsInRows holds errors to their rows, all at once, with what a row may
// not do among them.
func TestReportsInRows(t *testing.T) {
	good, bad := goodReport(), goodReport()
	bad.Severity, bad.People = 0, -1
	unknown := goodReport()
	unknown.ReportedByID = new(9)
	_, err := reportingAs(t, needmap.Viewer{Role: needmap.RoleCoordinator}).Needs([]needmap.NeedReport{good, bad, unknown})
	got := []string{}
	for _, e := range needmap.Mistakes(err) {
		got = append(got, fmt.Sprint(*e.Detail.Row, " ", e.Field))
	}
	if want := "1 needs.1.severity, 1 needs.1.people, 2 needs.2.reportedBy"; strings.Join(got, ", ") != want {
		t.Errorf("%v, want %s", got, want)
	}
	elsewhere := goodReport()
	elsewhere.Municipality = new("058091-02")
	municipio := needmap.Viewer{Role: needmap.RoleOperator, Municipalities: []string{"058091-01"}}
	_, err = reportingAs(t, municipio).Needs([]needmap.NeedReport{bad, elsewhere})
	got = got[:0]
	for _, e := range needmap.Mistakes(err) {
		got = append(got, fmt.Sprint(e.Code, " ", e.Field))
	}
	if want := "INVALID needs.0.severity, INVALID needs.0.people, INVALID needs.1.municipality"; strings.Join(got, ", ") != want {
		t.Errorf("%v, want %s", got, want)
	}
	for count, fine := range map[int]bool{0: false, 1: true, 1000: true, 1001: false} {
		if err := needmap.CheckReports(count); (err == nil) != fine {
			t.Errorf("%d rows: %v", count, err)
		}
	}
}

// TestUpdateLeavesTheRest: an update judges what it changes, so that what was
// imported by older rules can still be mended piece by piece.
func TestUpdateLeavesTheRest(t *testing.T) {
	imported := needmap.Need{
		MunicipalityID: 3, Field: needmap.FieldElderly, Origin: needmap.OriginSuspendedService, Status: needmap.StatusVerified,
		Severity: 3, People: 2, LocationKind: needmap.LocationExact, Location: &orb.Point{20, 41},
		Summary: new("RSSMRA85T10A562S"), ReportedByID: new(1),
	}
	reporting := reportingAs(t, needmap.Viewer{Role: needmap.RoleOperator, Municipalities: []string{"058091-01"}})
	for _, c := range []struct {
		name   string
		update needmap.NeedUpdate
		wrong  string
	}{
		{"severity", needmap.NeedUpdate{Severity: new(4)}, ""},
		{"the same origin", needmap.NeedUpdate{Origin: new(needmap.OriginSuspendedService)}, ""},
		{"its suspension", needmap.NeedUpdate{SuspensionID: new(2)}, ""},
		{"an unknown suspension", needmap.NeedUpdate{SuspensionID: new(3)}, "suspension"},
		{"another origin", needmap.NeedUpdate{Origin: new(needmap.OriginKnown)}, ""},
		{"another origin with a suspension", needmap.NeedUpdate{Origin: new(needmap.OriginKnown), SuspensionID: new(2)}, "suspension"},
		{"an exact point for an area", needmap.NeedUpdate{LocationKind: new(needmap.LocationArea)}, "locationKind"},
		{"an exact point that becomes hidden", needmap.NeedUpdate{LocationKind: new(needmap.LocationUndisclosed)}, ""},
		{"no point", needmap.NeedUpdate{Clear: []needmap.NeedPart{"LOCATION"}}, ""},
		{"an exact place without a point", needmap.NeedUpdate{Clear: []needmap.NeedPart{"LOCATION"}, LocationKind: new(needmap.LocationExact)}, "locationKind"},
		{"its municipality with a point outside", needmap.NeedUpdate{Municipality: new("058091-01")}, "point"},
		{"other words", needmap.NeedUpdate{Summary: new("Aiuto")}, ""},
		{"the same words", needmap.NeedUpdate{Summary: new("RSSMRA85T10A562S")}, "summary"},
		{"what is no part", needmap.NeedUpdate{Clear: []needmap.NeedPart{"PEOPLE"}}, "clear"},
	} {
		n := imported
		_, err := reporting.Update(c.update)(&n)
		got := ""
		for _, e := range needmap.Mistakes(err) {
			got += e.Field
		}
		if got != c.wrong || err != nil && got == "" {
			t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
		}
	}
}
