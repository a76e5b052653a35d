package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

const oneComune = `{"type": "FeatureCollection", "features": [{"type": "Feature",
	"properties": {"id": "58001", "label": "Affile"},
	"geometry": {"type": "Polygon", "coordinates": [[[12,42],[12,42.02],[12.02,42.02],[12.02,42],[12,42]]]}}]}`

func TestImportTerritoryCommand(t *testing.T) {
	dsn, dir := pgtest.NewDSN(t), t.TempDir()
	boundaries, people := filepath.Join(dir, "comuni.geojson"), filepath.Join(dir, "people.csv")
	for path, text := range map[string]string{
		boundaries: oneComune, people: "code,population,population_year\n058001,1500,2011\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	known := []string{boundaries, "--code-property", "id", "--name-property", "label"}
	for _, c := range []struct {
		name string
		args []string
		says string
		code needmap.Code
	}{
		{"nothing to import", nil, "", needmap.CodeInvalid},
		{"properties that are not known", []string{boundaries}, "", needmap.CodeInvalid},
		{"a kind that is none", append(known, "--kind", "VILLAGE"), "", needmap.CodeInvalid},
		{"a dry run", append(known, "--dry-run"), "Dry run: nothing was written", ""},
		{"the import", known, "Municipalities: 1 new, 0 changed, 0 unchanged.", ""},
		{"the same again", known, "Nothing changed", ""},
		{"population alone", []string{"--population", people}, "Populations set: 1.", ""},
		{"as JSON", append(known, "--json"), `"unchanged": 1`, ""},
	} {
		var out bytes.Buffer
		app := root()
		app.Writer = &out
		args := append([]string{"needmap", "--database-url", dsn, "import", "territory"}, c.args...)
		if err := app.Run(t.Context(), args); needmap.ErrorCode(err) != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: %v, code %q wanted; printed %q, %q wanted", c.name, err, c.code, out.String(), c.says)
		}
	}
}

func TestPrintTerritoryReport(t *testing.T) {
	var out bytes.Buffer
	printTerritoryReport(&out, &postgres.TerritoryReport{
		Files:    postgres.TerritoryFiles{Comuni: 1, Municipi: 2, PublishedKm2: 3.14159, MendedKm2: 3.1},
		Changes:  postgres.TerritoryChanges{Added: 3, Reshaped: 3},
		Needs:    postgres.TerritoryNeeds{Located: 20000, Moved: 1234, OnParent: 1, Outside: []int64{7, 8}},
		Overlaps: []postgres.TerritoryOverlap{{Code: "058001", Name: "A", OtherCode: "058002", OtherName: "B", M2: 12.4}},
	})
	want := `Read: 1 comune and 2 municipi. Their areas add up to 3.14 km² as published and 3.10 km² after checking
(a municipio counts beside its comune).
Municipalities: 3 new, 0 changed, 0 unchanged.
Needs with a place: 20,000; moved to another municipality: 1,234.
Warning: 2 needs lie outside every municipality; they stay where they were. Their numbers: 7, 8
Warning: without a place, in a comune that has municipi: 1 need. They count in the comune and in none of its municipi.
Warning: neighbours that overlap, as published: 1.
  058001 A and 058002 B: 12 m²
`
	if out.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
	}
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := grouped(n); got != want {
			t.Errorf("grouped(%d) = %q, want %q", n, got, want)
		}
	}
}
