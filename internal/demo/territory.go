package demo

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

//go:embed territories.csv
var territories []byte

// BoundarySource says on every schematic polygon what it is.
const BoundarySource = "schematic: Thiessen cell of a representative point"

const (
	regionCode = "12"
	regionName = "Lazio"
)

// columns of territories.csv.
const (
	colCode = iota
	colKind
	colName
	colParent
	colProvinceAcronym
	colProvinceName
	colPopulation
	colPopulationYear
	colPopulationSource
	colLon
	colLat
	colArea
	columnCount
)

// Territory gives the 378 comuni of Lazio and Rome's 15 municipi, ordered by
// code, without ID or boundary: the Centroid is a point inside the real unit
// (EPSG:4326) and AreaKm2 the real area. Each is marked schematic.
func Territory() ([]*needmap.Municipality, error) {
	reader := csv.NewReader(bytes.NewReader(territories))
	reader.FieldsPerRecord = columnCount
	rows, err := reader.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("demo territory: %w", err)
	}
	rows = rows[1:] // the header
	parents := map[string]bool{}
	for _, row := range rows {
		parents[row[colParent]] = true
	}
	units := make([]*needmap.Municipality, len(rows))
	for i, row := range rows {
		if units[i], err = unit(row); err != nil {
			return nil, fmt.Errorf("demo territory, %s: %w", row[colCode], err)
		}
		units[i].IsLocal = !parents[units[i].Code]
	}
	return units, nil
}

func unit(row []string) (*needmap.Municipality, error) {
	numbers := make([]float64, columnCount)
	for _, col := range []int{colPopulation, colPopulationYear, colLon, colLat, colArea} {
		number, err := strconv.ParseFloat(row[col], 64)
		if err != nil {
			return nil, err
		}
		numbers[col] = number
	}
	population, year := int(numbers[colPopulation]), int(numbers[colPopulationYear])
	return &needmap.Municipality{
		Code: row[colCode], Kind: needmap.MunicipalityKind(row[colKind]), Name: row[colName],
		ParentCode:   row[colParent],
		ProvinceCode: row[colCode][:3], ProvinceAcronym: row[colProvinceAcronym], ProvinceName: row[colProvinceName],
		RegionCode: regionCode, RegionName: regionName,
		Population: &population, PopulationYear: &year, PopulationSource: &row[colPopulationSource],
		AreaKm2: numbers[colArea], Centroid: orb.Point{numbers[colLon], numbers[colLat]},
		BoundarySource: BoundarySource, IsSchematic: true,
	}, nil
}
