package ingest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// testAtlas is Viterbo (056059, key 1), Bolsena (056018, key 2) and Rome with
// two municipi (keys 4 and 5).
func testAtlas() *needmap.Atlas {
	comune := func(id int, code, name, province string) *needmap.Municipality {
		return &needmap.Municipality{ID: id, Code: code, Kind: needmap.KindComune, Name: name, ProvinceCode: code[:3],
			ProvinceAcronym: province, RegionCode: "12", IsLocal: true}
	}
	municipio := func(id int, code string) *needmap.Municipality {
		m := comune(id, code, "Municipio", "RM")
		m.Kind, m.ParentCode = needmap.KindMunicipio, "058091"
		return m
	}
	rome := comune(3, "058091", "Roma", "RM")
	rome.IsLocal = false
	return needmap.NewAtlas([]*needmap.Municipality{
		comune(2, "056018", "Bolsena", "VT"), comune(1, "056059", "Viterbo", "VT"), rome,
		municipio(4, "058091-01"), municipio(5, "058091-02"),
	})
}

// testLocator puts the north in Viterbo, the rest in the first municipio, and
// nothing east of 14 degrees.
type testLocator struct{}

func (testLocator) Locate(p orb.Point) (string, bool) {
	switch {
	case p[0] > 14:
		return "", false
	case p[1] > 42:
		return "056059", true
	}
	return "058091-01", true
}

func testLookups() NeedLookups {
	return NeedLookups{Atlas: testAtlas(), Locator: testLocator{}, Organisations: testOrganisations()}
}

func testOrganisations() *Organisations {
	return NewOrganisations([]Organisation{
		{ID: 7, ExternalID: "meta", Slug: "cooperativa-meta", FiscalCode: "01234567897", IsCooperative: true},
		{ID: 8, ExternalID: "school", Slug: "scuola"},
	})
}

func readNeeds(t testing.TB, text string) ([]needmap.Need, Report, error) {
	t.Helper()
	var needs []needmap.Need
	report, err := ReadNeeds(strings.NewReader(text), "needs.csv", testLookups(), func(batch []needmap.Need) error {
		needs = append(needs, batch...)
		return nil
	})
	return needs, report, err
}

const shortHeader = "external_id,municipality,field,origin,severity,people,reported_at\n"

func TestFileIsRefused(t *testing.T) {
	known := "the columns are external_id, municipality, longitude, latitude, location_kind, field, origin, status, " +
		"severity, people, people_answered, summary, reported_at, last_confirmed_at, minimum_age, maximum_age, reported_by"
	for name, test := range map[string]struct{ text, want string }{
		"empty":          {"", "needs.csv: the file is empty"},
		"blank":          {"\ufeff \r\n\n", "needs.csv: the file is empty"},
		"xlsx":           {"PK\x03\x04\x14\x00", "needs.csv: this is a spreadsheet or an archive, not a CSV file: save it as CSV (UTF-8)"},
		"utf-16":         {"\xff\xfee\x00x\x00", "needs.csv: the file is in UTF-16: save it as CSV (UTF-8)"},
		"latin-1 header": {"external_id,citt\xe0\n", "needs.csv: line 1 is not text in UTF-8: save the file as CSV (UTF-8)"},
		"NUL in header":  {"external_id,\x00\n", "needs.csv: line 1 is not text in UTF-8: save the file as CSV (UTF-8)"},
		"open quote":     {"\"external_id,field\n", "needs.csv: line 1 is not the header of a CSV file"},
		"JSON":           {"{\"needs\": []}\n", "needs.csv: line 1 is not the header of a CSV file"},
		"unknown column": {"external_id,colour\n", "needs.csv: line 1: column 2 \"colour\" is unknown; " + known},
		"long header":    {strings.Repeat("x", 70_000), "needs.csv: line 1: column 1 is unknown; " + known},
		"personal code":  {"RSSMRA80A01H501U,field\n", "needs.csv: line 1: column 1 is unknown; " + known},
		"no header":      {"mario@example.org,field\n", "needs.csv: line 1: column 1 is unknown; " + known},
		"twice":          {"field,Field\n", "needs.csv: line 1: column field stands there twice"},
		"missing":        {"external_id,field,origin\n", "needs.csv: line 1: column severity is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := readNeeds(t, test.text); err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestRowsAreRefused(t *testing.T) {
	good := "a,056059,MINORS,KNOWN,3,2,2026-03-01\n"
	for name, test := range map[string]struct {
		rows string
		want []string
	}{
		"too few fields":  {good + "b,056059\n", []string{"line 3: the row has 2 fields, the header 7"}},
		"too many fields": {"a,056059,MINORS,KNOWN,3,2,2026-03-01,x\n", []string{"line 2: the row has 8 fields, the header 7"}},
		"bare quote": {good + "b,0560\"59,MINORS,KNOWN,3,2,2026-03-01\n" + good,
			[]string{"line 3: a quotation mark is out of place or never closed; the rows from here on were not read"}},
		"open quote": {good + "\"b,056059\n\n",
			[]string{"line 3: a quotation mark is out of place or never closed; the rows from here on were not read"}},
		"NUL":          {"a\x00,056059,MINORS,KNOWN,3,2,2026-03-01\n", []string{"line 2, column external_id: the text holds a NUL character"}},
		"not UTF-8":    {"\xe8,056059,MINORS,KNOWN,3,2,2026-03-01\n", []string{"line 2, column external_id: the text is not UTF-8"}},
		"1 MB":         {strings.Repeat("x", 1<<20) + ",056059,MINORS,KNOWN,3,2,2026-03-01\n", []string{"line 2, column external_id: the cell holds 1048576 bytes; at most 65536 are read"}},
		"long key":     {strings.Repeat("è", 101) + ",056059,MINORS,KNOWN,3,2,2026-03-01\n", []string{"line 2, column external_id: the text has 101 characters; at most 100 can be stored"}},
		"personal key": {"rssmra80a01h501u,056059,MINORS,KNOWN,3,2,2026-03-01\n", []string{"line 2, column external_id: this holds what looks like the fiscal code of a person, which must not be stored: characters 1 to 16"}},
		"twice":        {good + "b,056018,MINORS,KNOWN,3,2,2026-03-01\n" + good, []string{"line 4, column external_id: line 2 has the same"}},
		"all at once": {",999999,minors,,6,0,1/3/2026\n", []string{
			"line 2, column external_id: a value is needed",
			"line 2, column field: one of these words is needed: MINORS, DISABILITY, ELDERLY, ADULTS_AND_FAMILIES, CULTURE_AND_SOCIAL_AGRICULTURE",
			"line 2, column origin: one of these words is needed: KNOWN, SUSPENDED_SERVICE, EMERGING",
			"line 2, column severity: a whole number from 1 to 5 is needed",
			"line 2, column people: a whole number from 1 to 100000 is needed",
			"line 2, column reported_at: a day such as 2026-11-22 or a moment such as 2026-11-22T09:30:00+01:00 is needed, from 1900 to 2199",
			"line 2, column municipality: no municipality has this code",
		}},
		"parent": {"a,058091,MINORS,KNOWN,3,2,2026-03-01\n", []string{
			"line 2, column municipality: 058091 has municipi: give the code of one of them, such as 058091-01, 058091-02"}},
		"nowhere":  {"a,,MINORS,KNOWN,3,2,2026-03-01\n", []string{"line 2, column municipality: a code is needed where there is no point"}},
		"year 900": {"a,056059,MINORS,KNOWN,3,2,0900-03-01\n", []string{"line 2, column reported_at: a day such as 2026-11-22 or a moment such as 2026-11-22T09:30:00+01:00 is needed, from 1900 to 2199"}},
	} {
		t.Run(name, func(t *testing.T) {
			needs, report, err := readNeeds(t, shortHeader+test.rows)
			if err != nil || len(needs) > 0 {
				t.Fatalf("%d needs, error %v", len(needs), err)
			}
			checkProblems(t, report, "needs.csv", test.want)
		})
	}
}

func checkProblems(t *testing.T, report Report, file string, want []string) {
	t.Helper()
	got := make([]string, len(report.Problems))
	for i, p := range report.Problems {
		got[i] = strings.TrimPrefix(p.String(), file+", ")
	}
	if !slices.Equal(got, want) || report.ProblemCount != len(want) {
		t.Errorf("%d problems\n got %s\nwant %s", report.ProblemCount, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

func TestProblemsAreCappedAndCounted(t *testing.T) {
	var text strings.Builder
	text.WriteString(shortHeader)
	for i := range 250 {
		fmt.Fprintf(&text, "k%d,056059,MINORS,KNOWN,9,2,2026-03-01\n", i)
	}
	_, report, err := readNeeds(t, text.String())
	if err != nil || report.Rows != 250 || report.ProblemCount != 250 || len(report.Problems) != 100 {
		t.Errorf("%d rows, %d problems, %d named, error %v", report.Rows, report.ProblemCount, len(report.Problems), err)
	}
	if last := report.Problems[99].Line; last != 101 {
		t.Errorf("the last named problem is in line %d, want 101", last)
	}
}

func TestDialects(t *testing.T) {
	want := needmap.Need{ExternalID: "a", MunicipalityID: 1, Field: needmap.FieldMinors, Origin: needmap.OriginKnown,
		Status: needmap.StatusReported, Severity: 3, People: 2, LocationKind: needmap.LocationArea}
	for name, text := range map[string]string{
		"comma":     shortHeader + "a,056059,MINORS,KNOWN,3,2,2026-03-01\n",
		"semicolon": strings.ReplaceAll(shortHeader+"a,056059,MINORS,KNOWN,3,2,2026-03-01\n", ",", ";"),
		"CRLF, mark, blank rows, no last newline": "\ufeff" + strings.ReplaceAll(shortHeader, "\n", "\r\n") +
			"\r\n,,,,,,\r\na,056059,MINORS,KNOWN,3,2,2026-03-01",
		"quotes, blanks, capitals, order": "Reported_At, people ,severity,origin,field,municipality,external_id\n" +
			"\"2026-03-01\",2 , 3,KNOWN,MINORS,056059,\"a\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			needs, report, err := readNeeds(t, text)
			if err != nil || report.ProblemCount > 0 || report.Rows != 1 || len(needs) != 1 {
				t.Fatalf("%d needs, %+v, error %v", len(needs), report, err)
			}
			got := needs[0]
			if at := got.ReportedAt.UTC().Format("2006-01-02T15:04"); at != "2026-03-01T11:00" {
				t.Errorf("reported at %s, want noon in Rome", at)
			}
			got.ReportedAt = want.ReportedAt
			if got != want {
				t.Errorf("got %+v", got)
			}
		})
	}
}
