package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// municipalityRow is a row of sqlMunicipalities.
type municipalityRow struct {
	ID               int
	Code             string
	Kind             needmap.MunicipalityKind
	Name             string
	ParentCode       string  `db:"parent_code"`
	ProvinceCode     string  `db:"province_code"`
	ProvinceAcronym  string  `db:"province_acronym"`
	ProvinceName     string  `db:"province_name"`
	RegionCode       string  `db:"region_code"`
	RegionName       string  `db:"region_name"`
	Population       *int    `db:"population"`
	PopulationYear   *int    `db:"population_year"`
	PopulationSource *string `db:"population_source"`
	AreaKm2          float64 `db:"area_km2"`
	Lon, Lat         float64
	BoundarySource   string `db:"boundary_source"`
	IsSchematic      bool   `db:"is_schematic"`
	IsLocal          bool   `db:"is_local"`
	Boundary         []byte
}

// LoadTerritory reads every municipality, ordered by code, and beside each its
// exact boundary, EPSG:4326.
func LoadTerritory(ctx context.Context, q sqlx.QueryerContext) ([]*needmap.Municipality, []orb.MultiPolygon, error) {
	var rows []municipalityRow
	if err := sqlx.SelectContext(ctx, q, &rows, sqlMunicipalities); err != nil {
		return nil, nil, failed(err)
	}
	municipalities := make([]*needmap.Municipality, len(rows))
	boundaries := make([]orb.MultiPolygon, len(rows))
	for i := range rows {
		municipalities[i] = rows[i].municipality()
		if err := wkb.Scanner(&boundaries[i]).Scan(rows[i].Boundary); err != nil {
			return nil, nil, failed(err)
		}
	}
	return municipalities, boundaries, nil
}

// LoadAtlas reads the municipalities without their boundaries' geometry.
func LoadAtlas(ctx context.Context, q sqlx.QueryerContext) (*needmap.Atlas, error) {
	municipalities, _, err := LoadTerritory(ctx, q)
	if err != nil {
		return nil, err
	}
	return needmap.NewAtlas(municipalities), nil
}

// TerritoryVersion gives the number that grows with every change of the territory.
func TerritoryVersion(ctx context.Context, q sqlx.QueryerContext) (int64, error) {
	var version int64
	err := sqlx.GetContext(ctx, q, &version, sqlTerritoryVersion)
	return version, failed(err)
}

func (r *municipalityRow) municipality() *needmap.Municipality {
	return &needmap.Municipality{
		ID: r.ID, Code: r.Code, Kind: r.Kind, Name: r.Name, ParentCode: r.ParentCode,
		ProvinceCode: r.ProvinceCode, ProvinceAcronym: r.ProvinceAcronym, ProvinceName: r.ProvinceName,
		RegionCode: r.RegionCode, RegionName: r.RegionName,
		Population: r.Population, PopulationYear: r.PopulationYear, PopulationSource: r.PopulationSource,
		AreaKm2: r.AreaKm2, Centroid: orb.Point{r.Lon, r.Lat},
		BoundarySource: r.BoundarySource, IsSchematic: r.IsSchematic, IsLocal: r.IsLocal,
	}
}
