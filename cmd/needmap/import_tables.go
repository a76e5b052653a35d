package main

import (
	"context"
	"io"

	"github.com/innovainrete/needmap/internal/ingest"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/postgres"
)

// organisations lists what rows can refer to.
func (r *importRun) organisations(ctx context.Context) (*ingest.Organisations, error) {
	keys, err := postgres.OrganisationKeys(ctx, r.tx)
	if err != nil {
		return nil, err
	}
	all := make([]ingest.Organisation, len(keys))
	for i, key := range keys {
		all[i] = ingest.Organisation(key)
	}
	return ingest.NewOrganisations(all), nil
}

func importNeeds(ctx context.Context, r *importRun) (report ingest.Report, counts postgres.ImportCounts, err error) {
	organisations, err := r.organisations(ctx)
	if err != nil {
		return report, counts, err
	}
	territory, err := postgres.NewTerritory(ctx, r.db)
	if err != nil {
		return report, counts, err
	}
	atlas, registry := territory.Snapshot()
	writer, err := postgres.NewNeedWriter(ctx, r.tx)
	if err != nil {
		return report, counts, err
	}
	lookups := ingest.NeedLookups{Atlas: atlas, Locator: registry, Organisations: organisations}
	report, err = ingest.ReadNeeds(r.in, r.file, lookups, func(needs []needmap.Need) error { return writer.Write(ctx, needs) })
	if err != nil || report.ProblemCount > 0 {
		return report, counts, err
	}
	writer.Keep(report.Absent...)
	writer.LeaveTextIndex()
	if r.dry {
		counts, err = writer.Compare(ctx)
	} else {
		counts, err = writer.Close(ctx)
	}
	return report, counts, err
}

func importCooperatives(ctx context.Context, r *importRun) (ingest.Report, postgres.ImportCounts, error) {
	return r.importOrganisations(ctx, ingest.ReadCooperatives)
}

func importPartners(ctx context.Context, r *importRun) (ingest.Report, postgres.ImportCounts, error) {
	return r.importOrganisations(ctx, ingest.ReadPartners)
}

// directoryReader is one of ingest's readers of the directory.
type directoryReader[Row any] func(in io.Reader, file string, atlas *needmap.Atlas, known *ingest.Organisations) ([]Row, ingest.Report, error)

func (r *importRun) importOrganisations(ctx context.Context, read directoryReader[ingest.OrganisationRow]) (ingest.Report, postgres.ImportCounts, error) {
	rows, report, err := readDirectory(ctx, r, read)
	if err != nil || report.ProblemCount > 0 {
		return report, postgres.ImportCounts{}, err
	}
	converted := make([]postgres.OrganisationImport, len(rows))
	for i, row := range rows {
		converted[i] = postgres.OrganisationImport(row)
	}
	counts, err := postgres.ImportOrganisations(ctx, r.tx, converted, report.Absent)
	return report, counts, err
}

func importServices(ctx context.Context, r *importRun) (ingest.Report, postgres.ImportCounts, error) {
	rows, report, err := readDirectory(ctx, r, ingest.ReadServices)
	if err != nil || report.ProblemCount > 0 {
		return report, postgres.ImportCounts{}, err
	}
	converted := make([]postgres.ServiceImport, len(rows))
	for i, row := range rows {
		converted[i] = postgres.ServiceImport(row)
	}
	counts, err := postgres.ImportServices(ctx, r.tx, converted, report.Absent)
	return report, counts, err
}

func readDirectory[Row any](ctx context.Context, r *importRun, read directoryReader[Row]) ([]Row, ingest.Report, error) {
	organisations, err := r.organisations(ctx)
	if err != nil {
		return nil, ingest.Report{}, err
	}
	atlas, err := postgres.LoadAtlas(ctx, r.tx)
	if err != nil {
		return nil, ingest.Report{}, err
	}
	return read(r.in, r.file, atlas, organisations)
}
