package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v3"
	"golang.org/x/term"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/export"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/postgres"
)

func exportCommand() *cli.Command {
	return &cli.Command{
		Name:  "export",
		Usage: "write figures to a file, for a spreadsheet",
		Commands: []*cli.Command{{
			Name:  "coverage",
			Usage: "write where help is missing, why, and how sure the figures are",
			Description: "One row for each area and field, then the margins; every column is explained in Italian and English.\n" +
				"The file holds exact figures of all needs, for internal use only: do not publish it.\n" +
				"See docs/export.md.",
			Flags: []cli.Flag{
				&cli.StringFlag{Name: "format", Value: string(export.CSV), Usage: "csv, xlsx or json"},
				&cli.StringFlag{Name: "out", Usage: "file to write; standard output, if left out. A CSV file gets one beside it that explains the columns"},
				&cli.StringFlag{Name: "level", Value: string(needmap.LevelLocal), Usage: "LOCAL, COMUNE, PROVINCE or REGION"},
				&cli.StringSliceFlag{Name: "municipality", Usage: "code of a municipality, province or region; may be repeated"},
				&cli.StringSliceFlag{Name: "field", Usage: "field of intervention; may be repeated"},
				&cli.StringSliceFlag{Name: "origin", Usage: "KNOWN, SUSPENDED_SERVICE or EMERGING; may be repeated"},
				&cli.IntFlag{Name: "severity-at-least", Usage: "severity from 1 to 5", HideDefault: true},
				&cli.StringFlag{Name: "reported-from", Usage: "first day of report"},
				&cli.StringFlag{Name: "reported-to", Usage: "last day of report"},
				&cli.StringFlag{Name: "order-by", Value: string(coverage.ByArea), Usage: "AREA, GAP_DESC, DEMAND_DESC, COVERAGE_ASC, UNMET_RATE_DESC or SMOOTHED_RATE_DESC; all but AREA bring ranks"},
				&cli.StringFlag{Name: "period-from", Usage: "first day of the period of need-days; the 365 days up to now, if left out"},
				&cli.StringFlag{Name: "period-to", Usage: "last day of the period of need-days"},
				&cli.StringFlag{Name: "as-of", Usage: "moment that the figures are of, such as 2026-11-22T09:30:00Z; now, if left out"},
			},
			Action: exportCoverage,
		}},
	}
}

// coverageExport is one run of "needmap export coverage".
type coverageExport struct {
	format   export.Format
	out      string // "" for standard output
	about    export.About
	asOf     *time.Time // nil for now
	question coverage.Question
}

// exportCoverage checks everything that can be checked before it opens the database.
func exportCoverage(ctx context.Context, cmd *cli.Command) error {
	e, err := readCoverageExport(cmd, time.Now().Truncate(time.Second))
	if err != nil {
		return flagged(err)
	}
	db, release, err := openDatabase(ctx, cmd)
	if err != nil {
		return err
	}
	defer release()
	report, err := e.report(ctx, postgres.New(db))
	if err != nil {
		return flagged(err)
	}
	if err := e.write(cmd.Root().Writer, report); err != nil {
		return flagged(err)
	}
	note := ""
	if report.About.Synthetic {
		note = "; the data are synthetic"
	}
	_, err = fmt.Fprintf(cmd.Root().ErrWriter, "%s of coverage as of %s%s\n", counted(len(report.Rows), "row", "rows"),
		report.About.AsOf.UTC().Format(time.RFC3339), note)
	return err
}

// report asks for the figures as the owner of the database: all needs, exact points.
func (e *coverageExport) report(ctx context.Context, store *postgres.Store) (*export.Report, error) {
	q := e.question
	var err error
	if q.Atlas, err = postgres.LoadAtlas(ctx, store.DB()); err != nil {
		return nil, err
	}
	if q.Criteria, err = e.about.Filter.Criteria(q.Atlas); err != nil {
		return nil, err
	}
	if e.about.Synthetic, err = postgres.HoldsSynthetic(ctx, store.DB()); err != nil {
		return nil, err
	}
	var answer *coverage.Answer
	read := func(v coverage.View) (err error) {
		answer, err = q.Answer(v)
		return err
	}
	if e.asOf != nil {
		err = store.PastView(ctx, q.Criteria, *e.asOf, q.Since(), read)
	} else {
		err = store.ViewNeeds(ctx, q.Criteria, read)
	}
	if err != nil {
		return nil, err
	}
	q.Finish(answer)
	return export.NewReport(e.about, answer), nil
}

// write writes to the file that was asked for, or to out.
func (e *coverageExport) write(out io.Writer, report *export.Report) error {
	write := func(w io.Writer) error { return report.Write(w, e.format) }
	if e.out == "" {
		return write(out)
	}
	files := []export.File{{Path: e.out, Write: write}}
	if e.format == export.CSV {
		files = append(files, export.File{Path: columnsFile(e.out), Write: export.WriteColumnsCSV})
	}
	return export.WriteFiles(files...)
}

// columnsFile names the file that explains the columns: report-columns.csv beside
// report.csv.
func columnsFile(path string) string {
	const ending = ".csv"
	if stem := len(path) - len(ending); stem >= 0 && strings.EqualFold(path[stem:], ending) {
		path = path[:stem]
	}
	return path + "-columns" + ending
}

// readCoverageExport reads the flags.
func readCoverageExport(cmd *cli.Command, now time.Time) (*coverageExport, error) {
	if cmd.Args().Present() {
		return nil, needmap.Invalid("export", "%q belongs to no flag: name a file with --out", cmd.Args().First())
	}
	e := &coverageExport{out: cmd.String("out")}
	q := &e.question
	var err error
	if e.format, err = needmap.ParseEnum("format", cmd.String("format"), export.Formats); err != nil {
		return nil, err
	}
	if err := e.checkOut(cmd.Root().Writer); err != nil {
		return nil, err
	}
	if q.Level, err = needmap.ParseEnum("level", cmd.String("level"), needmap.TerritoryLevels); err != nil {
		return nil, err
	}
	if q.Order, err = needmap.ParseEnum("order-by", cmd.String("order-by"), coverage.Orders); err != nil {
		return nil, err
	}
	if e.asOf, err = readAsOf(cmd, now); err != nil {
		return nil, err
	}
	if q.Now = now; e.asOf != nil {
		q.Now = *e.asOf
	}
	if q.Period, err = readPeriod(cmd, q.Now); err != nil {
		return nil, err
	}
	q.Want = coverage.Want{Distances: true, NeedDays: true, Ranks: true}
	e.about = export.About{MadeAt: now, AsOf: q.Now, Level: q.Level, Order: q.Order, Period: q.Period}
	e.about.Filter, err = readNeedFilter(cmd)
	return e, err
}

// checkOut refuses places where a file can't go.
func (e *coverageExport) checkOut(out io.Writer) error {
	if e.out != "" {
		return export.CheckFile(e.out)
	}
	if f, ok := out.(*os.File); ok && e.format == export.XLSX && term.IsTerminal(int(f.Fd())) {
		return needmap.Invalid("out", "a workbook can't be shown on a terminal: name a file")
	}
	return nil
}

// readAsOf reads a moment that has been, nil for now.
func readAsOf(cmd *cli.Command, now time.Time) (*time.Time, error) {
	if !cmd.IsSet("as-of") {
		return nil, nil
	}
	at, err := time.Parse(time.RFC3339Nano, cmd.String("as-of"))
	if err != nil {
		return nil, needmap.Invalid("as-of", "this is not a moment such as 2026-11-22T09:30:00Z")
	}
	at = at.UTC()
	return &at, coverage.CheckMoment("as-of", at, now)
}

// readPeriod reads both days or neither; days to come count nothing.
func readPeriod(cmd *cli.Command, now time.Time) (coverage.Period, error) {
	from, err := readDate(cmd, "period-from")
	if err != nil {
		return coverage.Period{}, err
	}
	to, err := readDate(cmd, "period-to")
	switch {
	case err != nil:
		return coverage.Period{}, err
	case from == nil && to == nil:
		return coverage.LastYear(now), nil
	case from == nil:
		return coverage.Period{}, needmap.Invalid("period-from", "a period has a first and a last day: name both")
	case to == nil:
		return coverage.Period{}, needmap.Invalid("period-to", "a period has a first and a last day: name both")
	}
	return coverage.PeriodOf("period-to", *from, *to, now)
}

func readNeedFilter(cmd *cli.Command) (f needmap.NeedFilter, err error) {
	f.Municipalities = append(f.Municipalities, cmd.StringSlice("municipality")...)
	if f.Fields, err = readWords(cmd, "field", needmap.Fields); err != nil {
		return f, err
	}
	if f.Origins, err = readWords(cmd, "origin", needmap.NeedOrigins); err != nil {
		return f, err
	}
	if cmd.IsSet("severity-at-least") {
		f.SeverityAtLeast = new(cmd.Int("severity-at-least"))
	}
	if f.ReportedFrom, err = readDate(cmd, "reported-from"); err != nil {
		return f, err
	}
	f.ReportedTo, err = readDate(cmd, "reported-to")
	return f, err
}

// readWords reads words of a closed set; nil when the flag was left out.
func readWords[E needmap.Enum](cmd *cli.Command, flag string, set []E) (words []E, err error) {
	for _, word := range cmd.StringSlice(flag) {
		known, err := needmap.ParseEnum(flag, word, set)
		if err != nil {
			return nil, err
		}
		words = append(words, known)
	}
	return words, nil
}

// readDate reads a day; nil when the flag was left out.
func readDate(cmd *cli.Command, flag string) (*needmap.Date, error) {
	if !cmd.IsSet(flag) {
		return nil, nil
	}
	day, err := needmap.ParseDate(flag, cmd.String(flag))
	return &day, err
}

// flagOf are the flags of the parts of a filter.
var flagOf = map[string]string{
	"municipalities": "municipality", "fields": "field", "origins": "origin", "severityAtLeast": "severity-at-least",
	"reportedFrom": "reported-from", "reportedTo": "reported-to",
}

// flagged says at which flag an error is, in its words too.
func flagged(err error) error {
	var known *needmap.Error
	if !errors.As(err, &known) || known.Field == "" {
		return err
	}
	at := *known
	if flag, ok := flagOf[at.Field]; ok {
		at.Field = flag
	}
	if at.Field != "export" {
		at.Message = "--" + at.Field + ": " + at.Message
	}
	return &at
}
