package server_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/server"
)

// squares is a territory of 10 × 10 comuni of 1,000 residents, column by column, with
// a need of ELDERLY people in each: 50 people in the nine of the lower left corner,
// and 1 elsewhere.
const squares = `
insert into municipality (code, kind, name, province_code, province_acronym, province_name, region_code, region_name, population,
  population_year, population_source, boundary, area_km2, centroid, boundary_source, is_schematic, is_local)
select '058' || to_char(x * 10 + y + 1, 'fm000'), 'COMUNE', 'Comune ' || x || ' ' || y, '058', 'RM', 'Roma', '12', 'Lazio', 1000, 2020, 'by hand',
  st_multi(st_makeenvelope(12 + x * 0.125, 41 + y * 0.125, 12.125 + x * 0.125, 41.125 + y * 0.125, 4326)), 140,
  st_setsrid(st_makepoint(12.0625 + x * 0.125, 41.0625 + y * 0.125), 4326), 'by hand', true, true
from generate_series(0, 9) x, generate_series(0, 9) y order by x, y;
insert into need (municipality_id, field, origin, status, severity, people, reported_at, location, location_kind)
select m.id, 'ELDERLY', 'KNOWN', 'REPORTED', 3, case when st_x(m.centroid) < 12.375 and st_y(m.centroid) < 41.375 then 50 else 1 end,
  '2024-03-01', m.centroid, 'EXACT' from municipality m;
`

func newSquares(tb testing.TB) *site {
	tb.Helper()
	db := pgtest.New(tb)
	mustExec(tb, db, squares)
	return serveWith(tb, db, server.Options{Callers: policyTokens})
}

type hotspotAnswer struct {
	Areas []struct {
		Area          struct{ Code string }
		Neighbours    int
		Rate, Z, P, Q float64
		Kind          string
	}
	Significant, Permutations int
	FalseDiscoveryRate        float64
	IsPartial                 bool
}

const hotspotFields = ` {areas {area {code} neighbours rate z p q kind} significant permutations falseDiscoveryRate isPartial}}`

func (s *site) hotspots(t *testing.T, arguments string) hotspotAnswer {
	t.Helper()
	var got struct{ Hotspots hotspotAnswer }
	s.as("COORDINATOR").get(t, `{hotspots`+arguments+hotspotFields, nil, &got)
	return got.Hotspots
}

// spread is the mean and the variance of the rates.
func (h hotspotAnswer) spread() (mean, squared float64) {
	for _, a := range h.Areas {
		mean += a.Rate / float64(len(h.Areas))
	}
	for _, a := range h.Areas {
		squared += (a.Rate - mean) * (a.Rate - mean) / float64(len(h.Areas))
	}
	return mean, squared
}

// around gives the squares that share a side with one, and itself.
func around(i int) []int {
	x, y, list := i/10, i%10, []int{i}
	for _, step := range [][2]int{{-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
		if a, b := x+step[0], y+step[1]; a >= 0 && a < 10 && b >= 0 && b < 10 {
			list = append(list, a*10+b)
		}
	}
	return list
}

// TestHotspots finds the one hot corner that there is, with Gi* as it is defined.
func TestHotspots(t *testing.T) {
	t.Parallel()
	s := newSquares(t)
	got := s.hotspots(t, `(field: ELDERLY, permutations: 30000)`)
	if len(got.Areas) != 100 || got.Permutations != 30_000 || got.FalseDiscoveryRate != 0.05 || got.IsPartial {
		t.Fatalf("%d areas, %+v", len(got.Areas), got)
	}
	mean, squared := got.spread()
	significant := 0
	for i, a := range got.Areas {
		sum, side := 0.0, around(i)
		for _, j := range side {
			sum += got.Areas[j].Rate
		}
		w := float64(len(side))
		z := (sum - w*mean) / math.Sqrt(squared*(100*w-w*w)/99)
		if a.Area.Code != fmt.Sprintf("058%03d", i+1) || a.Neighbours != len(side)-1 || math.Abs(a.Z-z) > 1e-6 || a.Q < a.P || a.P < 2.0/30_001 || a.Q > 1 {
			t.Errorf("%d: %+v, z should be %v", i, a, z)
		}
		corner := i/10 < 3 && i%10 < 3
		if a.Kind == "HOT" && a.Z <= 0 || a.Kind == "COLD" && a.Z >= 0 || (a.Kind != "NOT_SIGNIFICANT") != (a.Q <= 0.05) {
			t.Errorf("%d: %+v", i, a)
		}
		if a.Kind != "NOT_SIGNIFICANT" {
			significant++
		}
		// Of 99 squares 8 others are hot: 4 neighbours are all hot in one of 53,000 maps, 3 in
		// one of 2,800, and 2, those of the very corner, in one of 173.
		if surely := i == 1 || i == 10 || i == 11; surely && a.Kind != "HOT" || a.Kind == "HOT" && !corner || corner && a.Rate < 400 || !corner && a.Rate > 100 {
			t.Errorf("square %d: %+v", i, a)
		}
	}
	if got.Significant != significant || significant < 3 {
		t.Errorf("%d stand out, it says %d", significant, got.Significant)
	}
}

// TestHotspotsOfOthers asks for a field without needs, and for less than the map.
func TestHotspotsOfOthers(t *testing.T) {
	s := newSquares(t)
	flat := s.hotspots(t, `(field: MINORS, permutations: 99)`)
	for _, a := range flat.Areas {
		if a.Rate != 0 || a.Z != 0 || a.P != 1 || a.Q != 1 || a.Kind != "NOT_SIGNIFICANT" {
			t.Fatalf("without needs: %+v", a)
		}
	}
	if all, of := s.hotspots(t, `(permutations: 99)`), s.hotspots(t, `(field: ELDERLY, permutations: 99)`); len(flat.Areas) != 100 || flat.Significant != 0 || string(mustJSON(all)) != string(mustJSON(of)) {
		t.Errorf("%d areas; all fields together, which are ELDERLY: %s", len(flat.Areas), mustJSON(all))
	}
	codes := make([]string, 30)
	for i := range codes {
		codes[i] = fmt.Sprintf(`"058%03d"`, i+1)
	}
	list := func(n int) string { return `(filter: {municipalities: [` + strings.Join(codes[:n], ",") + `]})` }
	if some := s.hotspots(t, list(30)); len(some.Areas) != 30 || some.Areas[29].Neighbours != 2 {
		t.Errorf("of 30: %+v", some)
	}
	checkRefused(t, s.as("COORDINATOR").ask(t, `{hotspots`+list(29)+hotspotFields, nil), "INVALID", "by")
	checkRefused(t, s.as("COORDINATOR").ask(t, `{hotspots(by: PROVINCE)`+hotspotFields, nil), "INVALID", "by")
}

// TestHotspotsKeepThePolicy walks the part of the schema that the world of the policy
// has too few areas for. An operator is shown no rates, and so no map of them.
func TestHotspotsKeepThePolicy(t *testing.T) {
	t.Parallel()
	s := newSquares(t)
	for _, role := range policyRoles {
		t.Run(role.name, func(t *testing.T) {
			w := newWalker(t, s, role)
			for i, path := range w.schema.paths(w.schema.types["Query"], walkLength+1) {
				if path[0].field.Name == "hotspots" {
					w.ask(path, i)
				}
			}
			for _, f := range slices.Concat(w.schema.types["Hotspots"].Fields, w.schema.types["HotspotArea"].Fields) {
				if key := f.of.Name + "." + f.Name; w.seen[key] != (role.mask() == everyNeed) {
					t.Errorf("%s is shown: %v; %v", key, w.seen[key], slices.Sorted(maps.Keys(w.seen)))
				}
			}
			if role.name == "PUBLIC" && !w.refused["Query.hotspots"] {
				t.Error("PUBLIC is not refused")
			}
		})
	}
}
