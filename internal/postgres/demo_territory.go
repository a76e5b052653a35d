package postgres

import (
	"context"
	"iter"

	"github.com/jmoiron/sqlx"
	"github.com/paulmach/orb/encoding/ewkb"

	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/needmap"
)

// drawTerritory draws the schematic territory where there is none at all, and
// gives the number of municipalities drawn.
func drawTerritory(ctx context.Context, tx *sqlx.Tx) (int, error) {
	var known bool
	if err := tx.GetContext(ctx, &known, sqlDemoHasTerritory); err != nil || known {
		return 0, failed(err)
	}
	units, err := demo.Territory()
	if err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, sqlDemoUnits); err != nil {
		return 0, failed(err)
	}
	if err := copyRows(ctx, tx, sqlDemoUnitCopy, unitRows(units)); err != nil {
		return 0, err
	}
	for _, statement := range []string{sqlDemoCells, sqlDemoParents, sqlDemoMunicipalities, sqlDemoMunicipi} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return 0, failed(err)
		}
	}
	return len(units), nil
}

func unitRows(units []*needmap.Municipality) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, m := range units {
			point, err := ewkb.MarshalToHex(m.Centroid, srid)
			row := []any{
				m.Code, string(m.Kind), m.Name, m.ParentCode, m.ProvinceCode, m.ProvinceAcronym, m.ProvinceName,
				m.RegionCode, m.RegionName, optional(m.Population), optional(m.PopulationYear),
				optional(m.PopulationSource), m.IsLocal, m.BoundarySource, point,
			}
			if !yield(row, err) {
				return
			}
		}
	}
}
