package ingest

import (
	"fmt"
	"strings"
	"testing"
)

func TestReadPopulation(t *testing.T) {
	const header = "name,code,population,population_year,population_source\n"
	for _, tt := range []struct {
		name, text, rows, problems, err string
	}{
		{"as published", header + "Roma,058091,2617175,2011,census\nI,058091-01,201496,2010,register\n",
			"[{2 058091 2617175 2011 census} {3 058091-01 201496 2010 register}]", "[]", ""},
		{"a code that lost its zero", header + "Roma,58091,5,2011,\n", "[{2 058091 5 2011 }]", "[]", ""},
		{"without a source, in another order", "population_year,population,code\n2011,5,058091\n", "[{2 058091 5 2011 }]", "[]", ""},
		{"a byte order mark, an unknown population", "\xef\xbb\xbfcode,population,population_year\n058091,,\n", "[]", "[]", ""},
		{"semicolons, as spreadsheets in Italy write them", "code;population;population_year;population_source\r\n058091;2617175;2011;census, 2011\r\n",
			"[{2 058091 2617175 2011 census, 2011}]", "[]", ""},
		{"every bad row", header + "a,x,1,2011,\nb,058091,-1,2011,\nc,058092,1,11,\nd,058093,1,2011,\ne,058093,1,2011,\nf,058094\n",
			"[{5 058093 1 2011 }]", "2 code, 3 population, 4 population_year, 6 code", ""},
		{"no such column", "code,people\n", "", "", "no column population"},
		{"quotes that do not match", header + "a,\"058091,1,2011,\n", "", "", "the quotes in line"},
		{"nothing", "", "", "", "not a CSV file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, problems, err := readPopulation(strings.NewReader(tt.text))
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v, want one that says %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var places []string
			for _, p := range problems {
				places = append(places, fmt.Sprintf("%d %s", p.Line, p.Column))
			}
			if got := strings.Join(places, ", "); got != strings.Trim(tt.problems, "[]") {
				t.Errorf("problems at %q, want %q", got, tt.problems)
			}
			if fmt.Sprint(rows) != tt.rows {
				t.Errorf("rows %v, want %v", rows, tt.rows)
			}
		})
	}
}

func FuzzReadPopulation(f *testing.F) {
	f.Add("code,population,population_year,population_source\n058091,1,2011,census\n")
	f.Add("code,population,population_year\n\"058091\",1,2011\n\n,,\n")
	f.Fuzz(func(t *testing.T, text string) {
		rows, _, err := readPopulation(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, r := range rows {
			if r.People < 0 || r.Year < firstCensus || r.Line < 2 {
				t.Fatalf("a row that should not pass: %+v", r)
			}
		}
	})
}
