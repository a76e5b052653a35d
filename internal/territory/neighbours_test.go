package territory_test

import (
	"reflect"
	"testing"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/territory"
)

// TestNeighbours looks at the board of squares that the other tests use too: who
// shares a side is a neighbour, who shares a corner is not.
func TestNeighbours(t *testing.T) {
	unit := func(code, parent, province string, x, y float64) territory.Unit {
		return territory.Unit{Code: code, Kind: "COMUNE", Name: code, ParentCode: parent, ProvinceCode: province, ProvinceName: province,
			RegionCode: "12", RegionName: "Lazio", Local: true, Boundary: orb.MultiPolygon{{square(x, y, x+1, y+1)}}}
	}
	// d
	// a b    f, an island
	// c e
	units := []territory.Unit{
		unit("a", "", "1", 10, 41), unit("b", "", "1", 11, 41), unit("c", "", "1", 10, 40), unit("d", "", "2", 10, 42),
		unit("e", "", "2", 11, 40), unit("f", "", "2", 14, 41),
	}
	registry, err := territory.NewRegistry(units)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		level territory.Level
		codes []string
		want  [][]int
	}{
		{territory.LevelLocal, []string{"a", "b", "c", "d", "e", "f"}, [][]int{{1, 2, 3}, {0, 4}, {0, 4}, {0}, {1, 2}, nil}},
		{territory.LevelProvince, []string{"1", "2"}, [][]int{{1}, {0}}},
		{territory.LevelRegion, []string{"12"}, [][]int{nil}},
	} {
		codes, neighbours, err := registry.Neighbours(c.level)
		if err != nil || !reflect.DeepEqual(codes, c.codes) || !reflect.DeepEqual(neighbours, c.want) {
			t.Errorf("%s: %v %v %v, want %v %v", c.level, codes, neighbours, err, c.codes, c.want)
		}
	}
	if _, _, err := registry.Neighbours("PARISH"); err == nil {
		t.Error("a level that there is not was answered")
	}
}
