package ingest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

const placeHeader = "external_id,municipality,longitude,latitude,location_kind,field,origin,severity,people,reported_at\n"

func TestPlaces(t *testing.T) {
	viterbo := &orb.Point{12.1, 42.4}
	for place, want := range map[string]struct {
		municipality int
		point        *orb.Point
		kind         needmap.LocationKind
	}{
		"056018,,,":                                {2, nil, needmap.LocationArea},
		"056018,,,UNDISCLOSED":                     {2, nil, needmap.LocationUndisclosed},
		",12.1,42.4,":                              {1, viterbo, needmap.LocationExact},
		",12.1,42.4,EXACT":                         {1, viterbo, needmap.LocationExact},
		"056059,12.1,42.4,AREA":                    {1, viterbo, needmap.LocationArea},
		",1.21e1,+42.40,":                          {1, viterbo, needmap.LocationExact},
		",12.1,42.4,UNDISCLOSED":                   {1, nil, needmap.LocationUndisclosed},
		",12.5,41.9,FICTITIOUS_RESIDENCE":          {4, nil, needmap.LocationFictitious},
		"058091-01,12.5,41.9,FICTITIOUS_RESIDENCE": {4, nil, needmap.LocationFictitious},
	} {
		needs, report, err := readNeeds(t, placeHeader+"a,"+place+",MINORS,KNOWN,3,2,2026-03-01\n")
		if err != nil || len(needs) != 1 {
			t.Errorf("%s: %v, %v", place, report.Problems, err)
			continue
		}
		n := needs[0]
		if n.MunicipalityID != want.municipality || n.LocationKind != want.kind {
			t.Errorf("%s: municipality %d, %s", place, n.MunicipalityID, n.LocationKind)
		}
		if (n.Location == nil) != (want.point == nil) || n.Location != nil && *n.Location != *want.point {
			t.Errorf("%s: point %v", place, n.Location)
		}
	}
}

func TestPlacesAreRefused(t *testing.T) {
	longitude := "longitude: a number of degrees from -180 to 180 is needed, its decimals after a dot"
	latitude := "latitude: a number of degrees from -90 to 90 is needed, its decimals after a dot"
	for place, want := range map[string]string{
		"056018,,,EXACT":       "location_kind: EXACT needs a longitude and a latitude",
		"056018,,,HERE":        "location_kind: one of these words is needed: EXACT, AREA, UNDISCLOSED, FICTITIOUS_RESIDENCE",
		"056018,12.1,42.4,":    "municipality: the point lies in another municipality",
		"058091,12.5,41.9,":    "municipality: 058091 has municipi: give the code of one of them, such as 058091-01, 058091-02",
		",15,42.4,":            "longitude: the point lies in no municipality of the territory",
		",15,42.4,UNDISCLOSED": "longitude: the point lies in no municipality of the territory",
		",12.1,,":              latitude,
		",,42.4,":              longitude,
		",NaN,42.4,":           longitude,
		",12.1,Inf,":           latitude,
		",0x1p3,42.4,":         longitude,
		",181,42.4,":           longitude,
		",12.1,-90.01,":        latitude,
		",\"12,1\",42.4,":      longitude,
		",1_2.1,42.4,":         longitude,
	} {
		needs, report, err := readNeeds(t, placeHeader+"a,"+place+",MINORS,KNOWN,3,2,2026-03-01\n")
		if err != nil || len(needs) > 0 {
			t.Errorf("%s: accepted, %v", place, err)
			continue
		}
		checkProblems(t, report, "needs.csv", []string{"line 2, column " + want})
	}
}

func TestNeedCells(t *testing.T) {
	header := "external_id,municipality,field,origin,status,severity,people,people_answered,summary,reported_at,last_confirmed_at,reported_by\n"
	needs, report, err := readNeeds(t, header+
		"a,056059,ELDERLY,EMERGING,MET,5,10,10,\"Due righe,\nuna \"\"virgola\"\"\",2026-07-01,2026-07-02T01:30:00+02:00,scuola\n")
	if err != nil || len(needs) != 1 {
		t.Fatalf("%v, %v", report.Problems, err)
	}
	n := needs[0]
	if n.Status != needmap.StatusMet || n.PeopleAnswered != 10 || *n.Summary != "Due righe,\nuna \"virgola\"" || *n.ReportedByID != 8 {
		t.Errorf("got %+v", n)
	}
	if want := time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC); !n.ReportedAt.Equal(want) {
		t.Errorf("reported at %v, want noon of summer time", n.ReportedAt)
	}
	if want := time.Date(2026, 7, 1, 23, 30, 0, 0, time.UTC); !n.LastConfirmedAt.Equal(want) {
		t.Errorf("confirmed at %v", n.LastConfirmedAt)
	}
	_, report, err = readNeeds(t, header+
		"a,056059,ELDERLY,EMERGING,,5,10,11,Per RSSMRA80A01H501U,2026-07-01,,scuola\n"+
		"\n"+
		"b,056059,ELDERLY,EMERGING,OPEN,5,10,11,"+strings.Repeat("è", 2001)+",2026-07-01,yesterday,nobody\n"+
		"c,056059,ELDERLY,EMERGING,,5,10,11,,2026-07-01,,\n")
	if err != nil {
		t.Fatal(err)
	}
	checkProblems(t, report, "needs.csv", []string{
		"line 2, column summary: this holds what looks like the fiscal code of a person, which must not be stored: characters 5 to 20",
		"line 4, column status: one of these words is needed: REPORTED, VERIFIED, ASSIGNED, IN_PROGRESS, MET, CLOSED, REJECTED",
		"line 4, column summary: the text has 2001 characters, the most is 2000",
		"line 4, column last_confirmed_at: a day such as 2026-11-22 or a moment such as 2026-11-22T09:30:00+01:00 is needed, from 1900 to 2199",
		"line 4, column reported_by: no organisation has this external_id or slug",
		"line 5, column people_answered: more people are answered than are concerned",
	})
}

// TestSummariesHoldNoPersonalData has one of each kind; what is fine in the
// directory, an organisation's phone, is not in a need.
func TestSummariesHoldNoPersonalData(t *testing.T) {
	header := "external_id,municipality,field,origin,severity,people,summary,reported_at\n"
	row := "a,056059,ELDERLY,EMERGING,5,10,%s,2026-07-01\n"
	for summary, want := range map[string]string{
		"Al 333 1234567":                    "a phone number, which must not be stored: characters 4 to 14",
		"Al 333\u200b1234567":               "a phone number, which must not be stored: characters 4 to 14",
		"A mario@example.org":               "an e-mail address, which must not be stored: characters 3 to 19",
		"È IT60X0542811101000000123456":     "an IBAN, which must not be stored: characters 3 to 29",
		"\"Per Mario Rossi, via Appia 12\"": "a full name with an address, which must not be stored: characters 5 to 29",
		" RSS MRA 80A01 H501U":              "the fiscal code of a person, which must not be stored: characters 2 to 20",
	} {
		needs, report, err := readNeeds(t, header+fmt.Sprintf(row, summary))
		if err != nil || len(needs) > 0 {
			t.Errorf("%s: accepted, %v", summary, err)
			continue
		}
		checkProblems(t, report, "needs.csv", []string{"line 2, column summary: this holds what looks like " + want})
	}
	_, report, err := readNeeds(t, header+fmt.Sprintf(row, "\x1b[2J")+fmt.Sprintf(row, "\"Mensa di via Marsala 12, tel. 112\""))
	if err != nil {
		t.Fatal(err)
	}
	checkProblems(t, report, "needs.csv", []string{"line 2, column summary: the text is not valid UTF-8 or holds control characters",
		"line 3, column external_id: line 2 has the same"})
}

func manyNeeds(rows int) string {
	var text strings.Builder
	text.WriteString(shortHeader)
	for i := range rows {
		fmt.Fprintf(&text, "key-%d,056059,MINORS,KNOWN,3,2,2026-03-01\n", i)
	}
	return text.String()
}

func TestNeedsComeInOrderAndWhole(t *testing.T) {
	const rows = 2*needBatchRows + 17
	needs, report, err := readNeeds(t, manyNeeds(rows))
	if err != nil || report.Rows != rows || len(needs) != rows {
		t.Fatalf("%d needs of %d rows, %v", len(needs), report.Rows, err)
	}
	for i, n := range needs {
		if n.ExternalID != fmt.Sprintf("key-%d", i) {
			t.Fatalf("need %d is %s", i, n.ExternalID)
		}
	}
}

func TestWriteErrorEndsReading(t *testing.T) {
	full := errors.New("full")
	calls := 0
	_, err := ReadNeeds(strings.NewReader(manyNeeds(20*needBatchRows)), "needs.csv", testLookups(), func([]needmap.Need) error {
		calls++
		return full
	})
	if !errors.Is(err, full) || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

func BenchmarkReadNeeds(b *testing.B) {
	const rows = 20_000
	text := manyNeeds(rows)
	for b.Loop() {
		if _, report, err := readNeeds(b, text); err != nil || report.Rows != rows {
			b.Fatal(report, err)
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "needs/s")
}

func FuzzReadNeeds(f *testing.F) {
	f.Add(NeedsTemplate)
	f.Add(placeHeader + "a,,12.5,41.9,UNDISCLOSED,MINORS,KNOWN,3,2,2026-03-01\n")
	f.Add("\ufeff" + strings.ReplaceAll(shortHeader, ",", ";") + "a;056018;MINORS;KNOWN;3;2;2026-03-01\r\n")
	f.Add(shortHeader + "\"a\nb\",056018,MINORS,KNOWN,3,2,2026-03-01T00:00:00.999999999Z\n")
	f.Fuzz(func(t *testing.T, text string) {
		needs, report, err := readNeeds(t, text)
		if err != nil || report.ProblemCount > 0 {
			if len(report.Problems) > maxProblems || report.ProblemCount < len(report.Problems) {
				t.Errorf("%d problems, %d named", report.ProblemCount, len(report.Problems))
			}
			return
		}
		seen := map[string]bool{}
		for _, n := range needs {
			if fault := needFault(n); fault != "" || seen[n.ExternalID] {
				t.Errorf("%s: %+v", fault, n)
			}
			seen[n.ExternalID] = true
		}
	})
}

// needFault holds an accepted need against the checks of the table.
func needFault(n needmap.Need) string {
	hasPoint := n.Location != nil
	switch {
	case n.ExternalID == "" || strings.ContainsRune(n.ExternalID, 0):
		return "external_id"
	case n.MunicipalityID < 1 || n.MunicipalityID > 5 || n.MunicipalityID == 3:
		return "municipality"
	case n.Field == "" || n.Origin == "" || n.Status == "" || n.LocationKind == "":
		return "word"
	case n.Severity < 1 || n.Severity > 5 || n.People < 1 || n.People > 100_000:
		return "number"
	case n.PeopleAnswered < 0 || n.PeopleAnswered > n.People:
		return "people_answered"
	case n.Summary != nil && len([]rune(*n.Summary)) > 2000:
		return "summary"
	case n.ReportedAt.Year() < 1900 || n.ReportedAt.Year() > 2199:
		return "reported_at"
	case hasPoint && !mayHavePoint(n.LocationKind), !hasPoint && n.LocationKind == needmap.LocationExact:
		return "location"
	}
	return ""
}
