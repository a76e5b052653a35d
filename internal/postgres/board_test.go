package postgres_test

import (
	"fmt"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/postgres"
)

var everyNeed = needmap.NeedCriteria{SeverityAtLeast: 1}

// atlasOf reads the territory as a server does.
func atlasOf(tb testing.TB, db *sqlx.DB) *needmap.Atlas {
	tb.Helper()
	municipalities, _, err := postgres.LoadTerritory(tb.Context(), db)
	if err != nil {
		tb.Fatal(err)
	}
	return needmap.NewAtlas(municipalities)
}

// lastMonth is the period of which the tests ask for need days.
func lastMonth(now time.Time) coverage.Period {
	return coverage.Period{From: now.AddDate(0, -1, 0), Until: now}
}

// toldBy writes everything that a view tells, a line each, so that two can be
// compared: figures that are not zero, need days, distances, services and keys.
func toldBy(v coverage.View, atlas *needmap.Atlas, now time.Time) (string, error) {
	areas := coverage.NewAreas(atlas, needmap.LevelLocal, nil)
	report, ok := v.Report(areas, atlas)
	days, alsoOK := v.NeedDays(areas, atlas, lastMonth(now), now)
	distances, too := v.Distances(areas, atlas)
	if !ok || !alsoOK || !too {
		return "", fmt.Errorf("a need lies outside the territory")
	}
	lines := []string{fmt.Sprintf("needs %v", v.Needs()), fmt.Sprintf("all %+v %.5f days, %s", report.Total, days.Total, told(distances.Total))}
	for i, area := range areas.List {
		for f, field := range needmap.Fields {
			cell, k := *report.Cell(i, f), i*len(needmap.Fields)+f
			if cell != (coverage.Figures{}) || days.Cells[k] != 0 {
				lines = append(lines, fmt.Sprintf("%s %s %+v %.5f days, %s", area.Code, field, cell, days.Cells[k], told(distances.Cells[k])))
			}
		}
	}
	for f, field := range needmap.Fields {
		lines = append(lines, fmt.Sprintf("%s %+v %s", field, report.Fields[f], told(distances.Fields[f])))
	}
	return strings.Join(append(lines, toldServices(v)...), "\n"), nil
}

func told(s coverage.Spread) string {
	return fmt.Sprintf("%d needs at %.1f and %.1f m", s.Needs, s.Median, s.P90)
}

// toldServices leaves out services that are closed: the past keeps those that were
// deleted meanwhile as closed ones.
func toldServices(v coverage.View) []string {
	var lines []string
	for _, s := range v.Services() {
		if s.Status == needmap.ServiceClosed {
			continue
		}
		lines = append(lines, fmt.Sprintf("service %d of %d %q %s %s %d/%d ages %s-%s within %s serves %v", s.ID, s.OrganisationID, s.Name,
			s.Field, s.Status, s.Held, s.Capacity, number(s.MinimumAge), number(s.MaximumAge), number(s.CatchmentMetres), s.MunicipalityIDs))
	}
	sort.Strings(lines)
	return lines
}

func number(n *int) string {
	if n == nil {
		return "?"
	}
	return fmt.Sprint(*n)
}

// viewed is what a store tells now.
func viewed(tb testing.TB, store *postgres.Store, atlas *needmap.Atlas, c needmap.NeedCriteria, now time.Time) (text string) {
	tb.Helper()
	err := store.ViewNeeds(tb.Context(), c, func(v coverage.View) (err error) {
		text, err = toldBy(v, atlas, now)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// firstDifference names the first line in which two texts differ.
func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("\ngot  %s\nwant %s", a[i], b[i])
		}
	}
	return fmt.Sprintf("\ngot %d lines, want %d", len(a), len(b))
}
