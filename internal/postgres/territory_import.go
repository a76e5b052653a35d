package postgres

import (
	"context"
	"errors"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// TerritoryBoundary is one municipality of a boundary file. Shape has closed
// rings in the reference system CRS, x before y; "" stands for EPSG:4326.
// Province and region texts are "" where the file does not tell.
type TerritoryBoundary struct {
	File            string
	Feature         int
	Code            string
	Kind            needmap.MunicipalityKind
	Name            string
	ParentCode      string
	ProvinceCode    string
	ProvinceAcronym string
	ProvinceName    string
	RegionCode      string
	RegionName      string
	Source          string
	CRS             string
	Shape           orb.MultiPolygon
}

// TerritoryPopulation is how many people live in a municipality.
type TerritoryPopulation struct {
	Line   int
	Code   string
	People int
	Year   int
	Source string
}

// TerritoryImport is what ImportTerritory is to do. Step, when not nil, is told
// what is being done.
type TerritoryImport struct {
	Boundaries []TerritoryBoundary
	Population []TerritoryPopulation
	DryRun     bool // find out and report, write nothing
	Step       func(what string)
}

// maxUncovered is the share of a comune that its official municipi may leave
// uncovered; more means that some of them are missing.
const maxUncovered = 0.05

// errUndo ends a transaction that must leave no trace; errRefused one whose
// report holds problems.
var (
	errUndo    = errors.New("undo")
	errRefused = errors.New("refused")
)

// ImportTerritory makes the boundaries official, fits municipi to their comune,
// moves located needs to the municipality that now covers them, and sets
// populations, all in one transaction that writes only what differs. When
// something can't be imported, nothing is written: the error is INVALID and the
// report lists every problem. Writers of needs wait until it is done.
func ImportTerritory(ctx context.Context, db *sqlx.DB, in TerritoryImport) (*TerritoryReport, error) {
	report := &TerritoryReport{DryRun: in.DryRun}
	err := InTx(ctx, db, func(tx *sqlx.Tx) error {
		w := &territoryImport{ctx: ctx, tx: tx, in: in, report: report}
		if err := w.run(); err != nil {
			return err
		}
		if in.DryRun {
			return errUndo
		}
		return nil
	})
	switch {
	case errors.Is(err, errRefused):
		return report, needmap.Invalid("file", "nothing was changed: %d problems must be mended first", len(report.Problems))
	case errors.Is(err, errUndo):
		return report, nil
	case err != nil:
		return nil, failed(err)
	}
	return report, nil
}

// territoryImport is one import at work in its transaction.
type territoryImport struct {
	ctx    context.Context
	tx     *sqlx.Tx
	in     TerritoryImport
	report *TerritoryReport
}

func (w *territoryImport) run() error {
	if err := w.stage(); err != nil {
		return err
	}
	if err := w.judge(); err != nil {
		return err
	}
	w.step("working out the new territory")
	if err := w.exec(sqlTerritoryTarget, sqlTerritoryTargetPlaces, sqlTerritoryTargetLeaves); err != nil {
		return err
	}
	if err := w.compare(); err != nil {
		return err
	}
	if err := w.fit(); err != nil {
		return err
	}
	return w.write()
}

func (w *territoryImport) step(what string) {
	if w.in.Step != nil {
		w.in.Step(what)
	}
}

func (w *territoryImport) exec(statements ...string) error {
	for _, statement := range statements {
		if _, err := w.tx.ExecContext(w.ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// stage brings the files' content into temporary tables, in EPSG:4326.
func (w *territoryImport) stage() error {
	w.step("reading the boundaries into the database")
	if err := w.exec(sqlTerritoryTables...); err != nil {
		return err
	}
	if err := w.copyBoundaries(); err != nil {
		return err
	}
	if err := w.copyPopulation(); err != nil {
		return err
	}
	if err := w.exec(sqlTerritoryInWGS84); err != nil {
		return err
	}
	var systems []struct{ CRS, File string }
	if err := w.tx.SelectContext(w.ctx, &systems, sqlTerritorySystems); err != nil {
		return err
	}
	for _, s := range systems {
		if _, err := w.tx.ExecContext(w.ctx, sqlTerritoryTransform, s.CRS); err != nil {
			if isStatement(err) {
				return needmap.Invalid("file", "%s: its coordinates can't be brought to WGS 84: "+
					"the reference system is not known, or they do not fit it", s.File)
			}
			return err
		}
	}
	return nil
}

// isStatement tells an error that PostGIS raised from a broken connection.
func isStatement(err error) bool {
	var pqErr *pq.Error
	return errors.As(err, &pqErr) && !unreachable(err) && pqErr.Code != "57014" // cancelled
}

func (w *territoryImport) copyBoundaries() error {
	rows := make([][]any, len(w.in.Boundaries))
	for i, b := range w.in.Boundaries {
		shape, err := wkb.Marshal(b.Shape)
		if err != nil {
			return needmap.Invalid("file", "%s, feature %d: its shape can't be stored", b.File, b.Feature)
		}
		rows[i] = []any{i, b.File, b.Feature, b.Code, string(b.Kind), b.Name, b.ParentCode, b.ProvinceCode,
			b.ProvinceAcronym, b.ProvinceName, b.RegionCode, b.RegionName, b.Source, b.CRS, shape}
	}
	return w.copy(rows, sqlTerritoryCopy)
}

func (w *territoryImport) copyPopulation() error {
	rows := make([][]any, len(w.in.Population))
	for i, p := range w.in.Population {
		var source any
		if p.Source != "" {
			source = p.Source
		}
		rows[i] = []any{p.Code, p.People, p.Year, source}
	}
	return w.copy(rows, sqlTerritoryPopulationCopy)
}

func (w *territoryImport) copy(rows [][]any, statement string) error {
	stmt, err := w.tx.PrepareContext(w.ctx, statement)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, row := range rows {
		if _, err := stmt.ExecContext(w.ctx, row...); err != nil {
			return err
		}
	}
	_, err = stmt.ExecContext(w.ctx)
	return err
}

// judge mends the shapes and collects what is wrong with the files.
func (w *territoryImport) judge() error {
	w.step("checking the boundaries")
	err := w.exec(sqlTerritoryMend, sqlTerritoryMeasure, sqlTerritoryPlaces, `analyze territory_staged`)
	if err != nil {
		return err
	}
	r := w.report
	if err := w.tx.GetContext(w.ctx, &r.Files, sqlTerritoryTotals); err != nil {
		return err
	}
	if err := w.tx.SelectContext(w.ctx, &r.Repairs, sqlTerritoryRepairs); err != nil {
		return err
	}
	if err := w.tx.SelectContext(w.ctx, &r.Problems, sqlTerritoryProblems); err != nil {
		return err
	}
	if len(r.Problems) > 0 {
		return errRefused
	}
	return nil
}

// compare looks at the new territory beside itself and the stored one.
func (w *territoryImport) compare() error {
	w.step("comparing neighbours")
	r := w.report
	for _, q := range []struct {
		dest  any
		query string
	}{
		{&r.Overlaps, sqlTerritoryOverlaps},
		{&r.UnknownCodes, sqlTerritoryPopulationUnknown},
		{&r.StillSchematic, sqlTerritoryStillSchematic},
	} {
		if err := w.tx.SelectContext(w.ctx, q.dest, q.query); err != nil {
			return err
		}
	}
	return nil
}
