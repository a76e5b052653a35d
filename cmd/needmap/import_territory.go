package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/urfave/cli/v3"

	"github.com/innovainrete/needmap/internal/ingest"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/postgres"
)

// importTerritoryCommand is "needmap import territory".
func importTerritoryCommand() *cli.Command {
	return &cli.Command{
		Name:      "territory",
		Usage:     "make boundaries official: GeoJSON files or ISTAT's zipped shapefile",
		ArgsUsage: "FILE…",
		Description: "Known property names (PRO_COM_T, COMUNE, com_istat_code, name, municipio, …) are found by themselves.\n" +
			"All files go in together or not at all. Located needs move to the municipality that covers them.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "code-property", Usage: "property that holds the ISTAT code (or a municipio's number)"},
			&cli.StringFlag{Name: "name-property", Usage: "property that holds the name"},
			&cli.StringFlag{Name: "kind", Usage: "COMUNE or MUNICIPIO, when the file does not tell"},
			&cli.StringFlag{Name: "region", Usage: "take one region only, by its two-digit code (12 is Lazio)"},
			&cli.StringFlag{Name: "crs", Usage: "reference system of files that name none, such as EPSG:32632"},
			&cli.StringFlag{Name: "source", Usage: "who publishes the boundaries (default: the file's name)"},
			&cli.StringFlag{Name: "population", Usage: "CSV `FILE` with code, population, population_year, population_source"},
			&cli.BoolFlag{Name: "dry-run", Usage: "report what would change and write nothing"},
			&cli.BoolFlag{Name: "json", Usage: "report as JSON"},
		},
		Action: importTerritory,
	}
}

func importTerritory(ctx context.Context, cmd *cli.Command) error {
	bar := newProgress(os.Stderr)
	defer bar.Done()
	in, problems, err := readTerritory(cmd, bar)
	if err != nil {
		return err
	}
	var report *postgres.TerritoryReport
	if len(in.Boundaries)+len(in.Population) > 0 {
		db, release, err := openDatabase(ctx, cmd)
		if err != nil {
			return err
		}
		defer release()
		// With bad features nothing is written; the rehearsal finds what else is wrong.
		in.DryRun = in.DryRun || len(problems) > 0
		if report, err = postgres.ImportTerritory(ctx, db, in); report == nil {
			return err
		}
		problems = append(problems, problemsOf(report)...)
	}
	bar.Done()
	if len(problems) > 0 {
		for _, p := range problems {
			fmt.Fprintln(os.Stderr, p)
		}
		return needmap.Invalid("file", "nothing was changed: the files have %s", counted(len(problems), "problem", "problems"))
	}
	return writeTerritoryReport(cmd, report)
}

func readTerritory(cmd *cli.Command, bar *progress) (in postgres.TerritoryImport, problems []ingest.Problem, err error) {
	paths, population := cmd.Args().Slice(), cmd.String("population")
	if len(paths) == 0 && population == "" {
		return in, nil, needmap.Invalid("file", "name a boundary file, or a population file with --population")
	}
	options := ingest.TerritoryOptions{
		CodeProperty: cmd.String("code-property"), NameProperty: cmd.String("name-property"),
		CRS: cmd.String("crs"), Region: cmd.String("region"), Source: cmd.String("source"),
	}
	if kind := cmd.String("kind"); kind != "" {
		if options.Kind, err = needmap.ParseEnum("kind", kind, needmap.MunicipalityKinds); err != nil {
			return in, nil, err
		}
	}
	found, problems, err := ingest.ReadTerritory(paths, options, func(file string) { bar.Step("reading "+file, 0) })
	if err != nil {
		return in, nil, err
	}
	for _, b := range found {
		in.Boundaries = append(in.Boundaries, postgres.TerritoryBoundary(b))
	}
	if population != "" {
		rows, bad, err := ingest.ReadPopulation(population)
		if err != nil {
			return in, nil, err
		}
		for _, row := range rows {
			in.Population = append(in.Population, postgres.TerritoryPopulation(row))
		}
		problems = append(problems, bad...)
	}
	in.DryRun = cmd.Bool("dry-run")
	in.Step = func(what string) { bar.Step(what, 0) }
	return in, problems, nil
}

func problemsOf(report *postgres.TerritoryReport) []ingest.Problem {
	var problems []ingest.Problem
	for _, p := range report.Problems {
		problems = append(problems, ingest.Problem{File: p.File, Feature: p.Feature, Code: p.Code, Name: p.Name, Reason: p.Reason})
	}
	return problems
}

func writeTerritoryReport(cmd *cli.Command, report *postgres.TerritoryReport) error {
	out := cmd.Root().Writer
	if !cmd.Bool("json") {
		printTerritoryReport(out, report)
		return nil
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(report)
}
