package territory_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/innovainrete/needmap/internal/territory"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// drawBoard paints a board of cells with units, 0 for sea: enclaves, islands,
// lakes and corners where areas touch all come up.
func drawBoard(t *rapid.T) [][]int {
	n := rapid.IntRange(1, 7).Draw(t, "size")
	row := rapid.SliceOfN(rapid.IntRange(0, 4), n, n)
	return rapid.SliceOfN(row, n, n).Draw(t, "board")
}

// boardUnits makes one unit of each colour; every cell is a polygon of its own,
// some with more vertices on their sides than their neighbours, up to a step off.
func boardUnits(t *rapid.T, board [][]int, cell float64, crooked bool) []territory.Unit {
	boundaries := map[int]orb.MultiPolygon{}
	for y, row := range board {
		for x, colour := range row {
			if colour == 0 {
				continue
			}
			corners := square(float64(x)*cell, float64(y)*cell, float64(x+1)*cell, float64(y+1)*cell)
			boundaries[colour] = append(boundaries[colour], orb.Polygon{crook(t, corners, cell, crooked)})
		}
	}
	var units []territory.Unit
	for colour, boundary := range boundaries {
		u := leaf(fmt.Sprintf("%c%d", 'A'+colour%2, colour), "")
		u.Boundary = boundary
		units = append(units, u)
	}
	return units
}

func crook(t *rapid.T, corners orb.Ring, cell float64, crooked bool) orb.Ring {
	if !crooked {
		return corners
	}
	ring := orb.Ring{corners[0]}
	for i := 1; i < len(corners); i++ {
		a, b := corners[i-1], corners[i]
		if f := rapid.IntRange(0, 9).Draw(t, "at"); f > 0 {
			off := func(name string) float64 { return float64(rapid.IntRange(-1, 1).Draw(t, name)) * 1e-7 }
			share := float64(f) / 10
			ring = append(ring, orb.Point{a[0] + share*(b[0]-a[0]) + off("dx"), a[1] + share*(b[1]-a[1]) + off("dy")})
		}
		ring = append(ring, b)
	}
	return ring
}

func TestAnyBoard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		board := drawBoard(t)
		cell := rapid.SampledFrom([]float64{1e-5, 1e-3, 0.01, 0.3}).Draw(t, "cell")
		r, err := territory.NewRegistry(boardUnits(t, board, cell, false))
		if err != nil {
			t.Fatal(err)
		}
		for zoom := range 16 {
			checkTerritory(t, r, zoom)
		}
		checkBoard(t, r, board, cell)
	})
}

// checkBoard compares areas with counted cells, and Locate with the colours.
func checkBoard(t *rapid.T, r *territory.Registry, board [][]int, cell float64) {
	count := map[string]int{}
	at := func(x, y int) string {
		if y < 0 || x < 0 || y >= len(board) || x >= len(board) || board[y][x] == 0 {
			return ""
		}
		return fmt.Sprintf("%c%d", 'A'+board[y][x]%2, board[y][x])
	}
	for y := range len(board) + 1 {
		for x := range len(board) + 1 {
			count[at(x, y)]++
			middle := orb.Point{(float64(x) + 0.5) * cell, (float64(y) + 0.5) * cell}
			if got, _ := r.Locate(middle); got != at(x, y) {
				t.Fatalf("%v lies in %q, want %q", middle, got, at(x, y))
			}
			around := []string{at(x, y), at(x-1, y), at(x, y-1), at(x-1, y-1)}
			around = slices.DeleteFunc(around, func(code string) bool { return code == "" })
			want := ""
			if len(around) > 0 {
				want = slices.Min(around)
			}
			corner := orb.Point{float64(x) * cell, float64(y) * cell}
			if got, _ := r.Locate(corner); got != want {
				t.Fatalf("the corner %v lies in %q, want %q", corner, got, want)
			}
		}
	}
	for _, f := range serve(t, r, territory.LevelLocal, "", zoomAt(15)).Features {
		if got, want := ringsArea(f.Geometry.Coordinates), float64(count[f.ID])*cell*cell; math.Abs(got-want) > 1e-9*want {
			t.Fatalf("%s has %v, want %v", f.ID, got, want)
		}
	}
}

func TestAnyCrookedBoard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		board := drawBoard(t)
		cell := rapid.SampledFrom([]float64{1e-4, 0.01}).Draw(t, "cell")
		r, err := territory.NewRegistry(boardUnits(t, board, cell, true))
		if err != nil {
			t.Fatal(err)
		}
		for zoom := range 16 {
			checkTerritory(t, r, zoom)
		}
	})
}
