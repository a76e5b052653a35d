package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/urfave/cli/v3"

	"github.com/innovainrete/needmap/internal/ingest"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/postgres"
)

func importCommand() *cli.Command {
	return &cli.Command{
		Name:  "import",
		Usage: "bring in boundaries, organisations, services and needs from files",
		Commands: []*cli.Command{
			importTerritoryCommand(),
			importTableCommand("cooperatives", ingest.CooperativesTemplate, importCooperatives),
			importTableCommand("partners", ingest.PartnersTemplate, importPartners),
			importTableCommand("services", ingest.ServicesTemplate, importServices),
			importTableCommand("needs", ingest.NeedsTemplate, importNeeds),
		},
	}
}

// tableImport reads a file into an open transaction. With problems in the
// report nothing of it is kept, and the counts mean nothing.
type tableImport func(context.Context, *importRun) (ingest.Report, postgres.ImportCounts, error)

// importRun is one run of "needmap import" over a CSV file.
type importRun struct {
	db   *sqlx.DB
	tx   *sqlx.Tx
	in   io.Reader
	file string // base name
	dry  bool
}

// importTableCommand is "needmap import <name> FILE".
func importTableCommand(name, template string, run tableImport) *cli.Command {
	return &cli.Command{
		Name:      name,
		Usage:     "add and update " + name + " from a CSV file",
		ArgsUsage: "FILE.csv",
		Description: "Rows are recognised by external_id: a known one is updated, any other is new. All rows go in, or none.\n" +
			"See docs/import.md for the columns.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "template", Usage: "print a file to start from and stop"},
			&cli.BoolFlag{Name: "dry-run", Usage: "check the file, say what would change and write nothing"},
		},
		Action: func(ctx context.Context, cmd *cli.Command) error {
			if cmd.Bool("template") {
				_, err := io.WriteString(cmd.Root().Writer, template)
				return err
			}
			return importTable(ctx, cmd, name, run)
		},
	}
}

// errDryRun undoes the transaction of a dry run.
var errDryRun = errors.New("dry run")

func importTable(ctx context.Context, cmd *cli.Command, name string, run tableImport) error {
	if cmd.Args().Len() != 1 {
		return needmap.Invalid("file", "name one CSV file, or see a template with --template")
	}
	path := cmd.Args().First()
	f, err := os.Open(path)
	if err != nil {
		return needmap.Invalid("file", "%s can't be opened", filepath.Base(path))
	}
	defer f.Close()
	db, release, err := openDatabase(ctx, cmd)
	if err != nil {
		return err
	}
	defer release()
	bar := newProgress(os.Stderr)
	defer bar.Done()
	r := &importRun{db: db, in: progressReader{f, bar}, file: filepath.Base(path), dry: cmd.Bool("dry-run")}
	bar.Step("reading "+r.file, fileSize(f))
	start := time.Now()
	report, counts, err := r.inTx(ctx, run)
	took := time.Since(start)
	if err != nil {
		return err
	}
	bar.Done()
	if report.ProblemCount > 0 {
		return refuseRows(cmd.Root().ErrWriter, report)
	}
	if err := printImport(cmd.Root().Writer, name, r.dry, report, counts, took); err != nil || r.dry || name != "needs" {
		return err
	}
	bar.Step("bringing the text index and statistics up to date", 0)
	return postgres.Tidy(ctx, db)
}

// inTx runs the import in a transaction, which only a whole file that is not a
// dry run commits.
func (r *importRun) inTx(ctx context.Context, run tableImport) (report ingest.Report, counts postgres.ImportCounts, err error) {
	err = postgres.InTx(ctx, r.db, func(tx *sqlx.Tx) error {
		if err := postgres.LockForImport(ctx, tx); err != nil {
			return err
		}
		r.tx = tx
		if report, counts, err = run(ctx, r); err == nil && (r.dry || report.ProblemCount > 0) {
			err = errDryRun
		}
		return err
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return report, counts, err
}

// refuseRows names the problems, each on a line.
func refuseRows(out io.Writer, report ingest.Report) error {
	for _, p := range report.Problems {
		fmt.Fprintln(out, p)
	}
	if more := report.ProblemCount - len(report.Problems); more > 0 {
		fmt.Fprintf(out, "… and %d more\n", more)
	}
	return needmap.Invalid("file", "nothing was changed: the file has %s in %s",
		counted(report.ProblemCount, "problem", "problems"), counted(report.Rows, "row", "rows"))
}

func printImport(out io.Writer, name string, dry bool, report ingest.Report, counts postgres.ImportCounts, took time.Duration) error {
	would := ""
	if dry {
		would = "dry run, nothing was changed; it would be: "
	}
	rate := ""
	if seconds := took.Seconds(); !dry && report.Rows >= 1000 { // of a few rows it would tell nothing
		rate = fmt.Sprintf(", %.0f %s/s", float64(report.Rows)/seconds, name)
	}
	_, err := fmt.Fprintf(out, "%s%d %s read: %d new, %d changed, %d unchanged; %.2f s%s\n",
		would, report.Rows, name, counts.New, counts.Changed, counts.Unchanged, took.Seconds(), rate)
	if err == nil && len(report.Absent) > 0 && counts.New < report.Rows {
		_, err = fmt.Fprintf(out, "known %s keep what the file has no column for: %s\n", name, strings.Join(report.Absent, ", "))
	}
	return err
}

// progressReader shows how much of a file is read.
type progressReader struct {
	io.Reader
	bar *progress
}

func (p progressReader) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	p.bar.Add(int64(n))
	return n, err
}

func fileSize(f *os.File) int64 {
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		return info.Size()
	}
	return 0
}
