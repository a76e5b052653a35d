package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/innovainrete/needmap/graph"
	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/export"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

func exportedDatabase(t *testing.T) string {
	t.Helper()
	dsn := pgtest.NewDSN(t)
	if _, _, err := runCommand(t, dsn, "demo", "--needs", "300"); err != nil {
		t.Fatal(err)
	}
	return dsn
}

// exported gives the rows of a JSON export.
func exported(t *testing.T, dsn string, args ...string) []map[string]any {
	t.Helper()
	out, said, err := runCommand(t, dsn, append([]string{"export", "coverage", "--format", "json"}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	var object struct{ Rows []map[string]any }
	if err := json.Unmarshal([]byte(out), &object); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(said, "; the data are synthetic\n") {
		t.Errorf("says %q", said)
	}
	return object.Rows
}

func TestExportCoverage(t *testing.T) {
	dsn := exportedDatabase(t)
	rows := exported(t, dsn, "--level", "PROVINCE", "--order-by", "GAP_DESC")
	if len(rows) != 5*5+5+5+1 { // 5 provinces of Lazio, 5 fields
		t.Fatalf("%d rows", len(rows))
	}
	sums := map[string]float64{}
	for _, row := range rows {
		reasons := 0.0
		for _, reason := range coverage.Reasons {
			reasons += row["reason_"+strings.ToLower(string(reason))].(float64)
		}
		if reasons != row["gap"] || (row["demand"] == 0.0) != (row["coverage"] == nil) || (row["rank"] == nil) != (row["area_code"] == nil) {
			t.Errorf("%v", row)
		}
		sums[row["row_kind"].(string)] += row["demand"].(float64)
	}
	total := sums["TOTAL"]
	if total == 0 || sums["AREA_FIELD"] != total || sums["AREA"] != total || sums["FIELD"] != total {
		t.Errorf("the demand adds up to %v", sums)
	}
	rome := exported(t, dsn, "--municipality", "058091-01", "--municipality", "058091-02", "--field", "ELDERLY,MINORS", "--severity-at-least", "3",
		"--origin", "KNOWN", "--reported-from", "2020-01-01", "--reported-to", "2030-01-01")
	if len(rome) != 2*2+2+2+1 || rome[0]["area_code"] != "058091-01" || rome[0]["field"] != "MINORS" {
		t.Errorf("%d rows of two municipi and two fields, first %v", len(rome), rome[0])
	}
	long := exported(t, dsn, "--level", "REGION", "--period-from", "2000-01-01", "--period-to", "2199-12-31")
	short := exported(t, dsn, "--level", "REGION", "--period-from", "2000-01-01", "--period-to", "2000-01-02")
	if last := len(long) - 1; long[last]["need_days"].(float64) <= 0 || short[last]["need_days"] != 0.0 {
		t.Errorf("need-days %v and %v", long[last]["need_days"], short[last]["need_days"])
	}
}

// TestExportShowsWhatGraphQLShows as the data stood at a moment.
func TestExportShowsWhatGraphQLShows(t *testing.T) {
	dsn := exportedDatabase(t)
	at := time.Now().UTC().AddDate(0, -1, 0).Truncate(time.Second)
	rows := exported(t, dsn, "--level", "COMUNE", "--order-by", "COVERAGE_ASC", "--as-of", at.Format(time.RFC3339))
	db, err := postgres.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	atlas, err := postgres.LoadAtlas(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	q := coverage.Question{
		Atlas: atlas, Level: needmap.LevelComune, Order: coverage.ByCoverage, Now: at, Criteria: needmap.NeedCriteria{SeverityAtLeast: 1},
		Period: coverage.Period{From: at.AddDate(0, 0, -365), Until: at}, Want: coverage.Want{Distances: true, NeedDays: true, Ranks: true},
	}
	var answer *coverage.Answer
	err = postgres.New(db).PastView(t.Context(), q.Criteria, at, time.Time{}, func(v coverage.View) error { answer, err = q.Answer(v); return err })
	if err != nil {
		t.Fatal(err)
	}
	q.Finish(answer)
	want := export.NewReport(export.About{}, answer).Rows
	if len(rows) != len(want) {
		t.Fatalf("%d rows, want %d", len(rows), len(want))
	}
	for i, row := range want {
		checkAsGraphQL(t, rows[i], &graph.CoverageRow{Row: row})
	}
}

// checkAsGraphQL compares the figures that graph works on before it shows them.
func checkAsGraphQL(t *testing.T, got map[string]any, want *graph.CoverageRow) {
	t.Helper()
	d := want.Distance()
	figures := map[string]any{
		"needs": want.Needs, "demand": want.Demand, "answered": want.Answered, "gap": want.Gap(), "promised": want.Promised,
		"stuck": want.Stuck(), "services": want.Services, "capacity": want.Capacity, "free_capacity": want.FreeCapacity(),
		"suspended_services": want.SuspendedServices, "suspended_capacity": want.SuspendedCapacity, "need_days": want.NeedDays(),
		"needs_measured": d.Measured, "needs_located": d.Located, "needs_unlocated": d.Unlocated,
		"distance_median_m": d.MedianMetres, "distance_p90_m": d.P90Metres, "supply_demand": want.SupplyDemand, "residents": want.Denominator.People,
	}
	for _, part := range want.Reasons() {
		figures["reason_"+strings.ToLower(string(part.Reason))] = part.People
	}
	if c := want.Coverage; c != nil {
		figures["coverage"], figures["coverage_low"], figures["coverage_high"] = c.Value, c.Low, c.High
	}
	if u := want.UnmetRate; u != nil {
		figures["unmet_rate"], figures["unmet_rate_smoothed"], figures["unmet_rate_reliability"] = u.Value, u.Smoothed, u.Reliability
	}
	if k := want.Rank; k != nil {
		figures["rank"], figures["rank_probability"], figures["rank_low"], figures["rank_high"] = k.Position, k.Probability, k.Low, k.High
	}
	text, err := json.Marshal(figures)
	if err != nil {
		t.Fatal(err)
	}
	var shown map[string]any
	if err := json.Unmarshal(text, &shown); err != nil {
		t.Fatal(err)
	}
	for name, figure := range shown {
		if got[name] != figure {
			t.Errorf("%v %v %s: %v, GraphQL shows %v", got["area_code"], got["field"], name, got[name], figure)
		}
	}
}

func TestExportFiles(t *testing.T) {
	dsn, dir := exportedDatabase(t), t.TempDir()
	args := []string{"export", "coverage", "--level", "PROVINCE", "--as-of", time.Now().UTC().Add(-time.Hour).Format(time.RFC3339), "--format"}
	shown, _, err := runCommand(t, dsn, append(args, "csv")...)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"csv:report.csv", "xlsx:report.xlsx", "json:report.json", "csv:report"} {
		format, name, _ := strings.Cut(file, ":")
		out, _, err := runCommand(t, dsn, append(args, format, "--out", filepath.Join(dir, name))...)
		if err != nil || out != "" {
			t.Errorf("%s: %v, printed %q", name, err, out)
		}
	}
	if kept, err := os.ReadFile(filepath.Join(dir, "report.csv")); err != nil || string(kept) != shown {
		t.Errorf("the file differs from standard output, %v", err)
	}
	lines, err := csv.NewReader(strings.NewReader(shown)).ReadAll()
	if err != nil || len(lines) != 37 {
		t.Errorf("%d lines, %v", len(lines), err)
	}
	explained, err := os.ReadFile(filepath.Join(dir, "report-columns.csv"))
	if err != nil || bytes.Count(explained, []byte("\r\n")) != len(export.Columns)+1 {
		t.Errorf("%s, %v", explained, err)
	}
	book, err := excelize.OpenFile(filepath.Join(dir, "report.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if rows, err := book.GetRows("Coverage"); err != nil || len(rows) != len(lines) {
		t.Errorf("%d lines in the workbook, %v", len(rows), err)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	hidden, _ := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(names) != 5 || len(hidden) != 0 { // one explains the columns of both tables
		t.Errorf("there are %v %v, %v", names, hidden, err)
	}
}

// TestExportRefuses wants the flag at fault in the error and in its words.
func TestExportRefuses(t *testing.T) {
	dsn, db := demoDatabase(t)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	soon := time.Now().UTC().Add(48 * time.Hour).Format(time.RFC3339)
	for _, c := range []struct{ args, field string }{
		{"--format pdf", "format"}, {"--format CSV", "format"}, {"--level local", "level"}, {"--level=", "level"}, {"--municipality 999999", "municipality"},
		{"--municipality=", "municipality"}, {"--field OLD", "field"}, {"--field=", "field"}, {"--field MINORS,OLD", "field"}, {"--origin UNKNOWN", "origin"},
		{"--field" + strings.Repeat(" MINORS --field", 11) + " MINORS", "field"},
		{"--severity-at-least 0", "severity-at-least"}, {"--severity-at-least 6", "severity-at-least"},
		{"--reported-from 2026-02-30", "reported-from"}, {"--reported-from=", "reported-from"}, {"--reported-to 1.1.2026", "reported-to"},
		{"--reported-from 2026-01-02 --reported-to 2026-01-01", "reported-to"}, {"--order-by GAP", "order-by"},
		{"--period-from 2026-01-01", "period-to"}, {"--period-to 2026-01-01", "period-from"}, {"--period-from x --period-to 2026-01-01", "period-from"},
		{"--period-from 2026-01-02 --period-to 2026-01-01", "period-to"},
		{"--as-of 2026-01-01", "as-of"}, {"--as-of 1999-12-31T23:59:59Z", "as-of"}, {"--as-of " + soon, "as-of"}, {"--as-of=", "as-of"},
		{"--out /nowhere/at/all.csv", "out"}, {"--out /dev/null", "out"}, {"report.csv", "export"},
	} {
		out, _, err := runCommand(t, dsn, append([]string{"export", "coverage"}, strings.Fields(c.args)...)...)
		var known *needmap.Error
		if !errors.As(err, &known) || known.Code != needmap.CodeInvalid || known.Field != c.field || out != "" {
			t.Errorf("%s: %v, printed %d bytes; want INVALID of %s", c.args, err, len(out), c.field)
			continue
		}
		if c.field != "export" && !strings.HasPrefix(known.Message, "--"+c.field+": ") {
			t.Errorf("%s: says %q", c.args, known.Message)
		}
	}
}

// TestNoWorkbookOnATerminal asks for one on a pseudo-terminal.
func TestNoWorkbookOnATerminal(t *testing.T) {
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("there are no pseudo-terminals here")
	}
	defer terminal.Close()
	app := root()
	app.Writer = terminal
	err = app.Run(t.Context(), []string{"needmap", "--database-url", "host=/nowhere", "export", "coverage", "--format", "xlsx"})
	var known *needmap.Error
	if !errors.As(err, &known) || known.Field != "out" {
		t.Errorf("%v", err)
	}
}

// TestExportOfNothing has rows without needs, and no number where there is none.
func TestExportOfNothing(t *testing.T) {
	dsn, _ := demoDatabase(t)
	for _, row := range exported(t, dsn, "--level", "REGION", "--as-of", "2000-01-01T00:00:00Z") {
		if row["needs"] != 0.0 || row["coverage"] != nil || row["distance_median_m"] != nil || math.Signbit(row["need_days"].(float64)) {
			t.Errorf("%v", row)
		}
	}
}
