package ingest

import (
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

func TestReadCooperatives(t *testing.T) {
	rows, report, err := ReadCooperatives(strings.NewReader(
		"external_id,name,slug,fiscal_code,municipality,specialists\n"+
			"meta,Nuovo Nome,,01234567897,058091,psychologist:3| educator : 12\n"+
			"noe,L'Arca di Noè!,,,,\n"), "c.csv", testAtlas(), testOrganisations())
	if err != nil || report.ProblemCount > 0 {
		t.Fatalf("%v, %v", report.Problems, err)
	}
	known, fresh := rows[0], rows[1]
	if known.Slug != "cooperativa-meta" || *known.FiscalCode != "01234567897" || *known.MunicipalityID != 3 || !known.IsCooperative {
		t.Errorf("the known one: %+v", known)
	}
	if !maps.Equal(known.Specialists, map[string]int{"psychologist": 3, "educator": 12}) {
		t.Errorf("specialists %v", known.Specialists)
	}
	if fresh.Slug != "l-arca-di-noe" || fresh.FiscalCode != nil || fresh.MunicipalityID != nil || len(fresh.Specialists) > 0 {
		t.Errorf("the new one: %+v", fresh)
	}
	if want := []string{"description", "volunteers"}; !slices.Equal(report.Absent, want) {
		t.Errorf("absent %v, want %v", report.Absent, want)
	}
}

func TestPartnersAreRefused(t *testing.T) {
	header := "external_id,name,slug,kind,fiscal_code,municipality,volunteers,specialists,cooperatives\n"
	for row, want := range map[string]string{
		"a,A,,SCHOOL,RSSMRA80A01H501U,,,,":      "fiscal_code: this holds what looks like the fiscal code of a person, which must not be stored: characters 1 to 16",
		"a,A di RSSMRA80A01H501U,,SCHOOL,,,,,":  "name: this holds what looks like the fiscal code of a person, which must not be stored: characters 6 to 21",
		"a,A,,SCHOOL,RSSMRAULALMHRLMV,,,,":      "fiscal_code: this is the fiscal code of a person; only an organisation's 11-digit code may be stored",
		"a,A,,SCHOOL,01234567898,,,,":           "fiscal_code: the check digit of the fiscal code 01234567898 is wrong",
		"a,A,,SCHOOL,0123,,,,":                  "fiscal_code: an organisation's fiscal code has 11 digits, not 4 characters",
		"a,A,,SCHOOL,01234567897,,,,":           "fiscal_code: another organisation has it already",
		"a,,,SCHOOL,,,,,":                       "name: a value is needed|slug: lower-case letters a to z, digits and single hyphens are needed",
		"a,!!!,,SCHOOL,,,,,":                    "slug: lower-case letters a to z, digits and single hyphens are needed",
		"a,A,Aa,SCHOOL,,,,,":                    "slug: lower-case letters a to z, digits and single hyphens are needed",
		"a,A,scuola,SCHOOL,,,,,":                "slug: another organisation has it already",
		"meta,A,,SCHOOL,,,,,":                   "external_id: a cooperative can't become a partner, nor a partner a cooperative",
		"a,A,,CLUB,,,,,":                        "kind: one of these words is needed: " + joinWords(needmap.PartnerKinds),
		"a,A,,SCHOOL,,123456,,,":                "municipality: no municipality has this code",
		"a,A,,SCHOOL,,,-1,,":                    "volunteers: a whole number from 0 to 1000000 is needed",
		"a,A,,SCHOOL,,,,educator,":              "specialists: a list such as psychologist:3|educator:12 is needed, each specialisation once",
		"a,A,,SCHOOL,,,,educator:1|educator:2,": "specialists: a list such as psychologist:3|educator:12 is needed, each specialisation once",
		"a,A,,SCHOOL,,,,educator:0,":            "specialists: a list such as psychologist:3|educator:12 is needed, each specialisation once",
		"a,A,,SCHOOL,,,,,meta|scuola":           "cooperatives: no cooperative has this external_id or slug: entry 2 of the list",
	} {
		_, report, err := ReadPartners(strings.NewReader(header+row+"\n"), "p.csv", testAtlas(), testOrganisations())
		if err != nil {
			t.Errorf("%s: %v", row, err)
			continue
		}
		wanted := strings.Split(strings.ReplaceAll(want, "psychologist:3|", "psychologist:3¦"), "|")
		for i, w := range wanted {
			wanted[i] = "line 2, column " + strings.ReplaceAll(w, "¦", "|")
		}
		checkProblems(t, report, "p.csv", wanted)
	}
}

func TestReadServices(t *testing.T) {
	header := "external_id,organisation,name,field,specialisation,status,provision,is_pilot,capacity,people_reached," +
		"catchment_metres,minimum_age,maximum_age,longitude,latitude,location_kind,municipalities\n"
	rows, report, err := ReadServices(strings.NewReader(header+
		"s,meta,Doposcuola,MINORS,educator,ACTIVE,PRIVATE,True,40,,500,6,14,12.5,41.9,,058091|VT|056059\n"+
		"t,scuola,Spesa,ELDERLY,,PLANNED,MUTUAL_AID,,0,,,,,12.5,41.9,UNDISCLOSED,\n"), "s.csv", testAtlas(), testOrganisations())
	if err != nil || report.ProblemCount > 0 {
		t.Fatalf("%v, %v", report.Problems, err)
	}
	s := rows[0]
	if s.OrganisationID != 7 || *s.Specialisation != "educator" || !s.IsPilot || *s.CatchmentMetres != 500 || *s.MinimumAge != 6 || *s.MaximumAge != 14 {
		t.Errorf("got %+v", s)
	}
	if want := []int{1, 2, 4, 5}; !slices.Equal(s.MunicipalityIDs, want) {
		t.Errorf("municipalities %v, want %v", s.MunicipalityIDs, want)
	}
	if rows[1].Location != nil || rows[1].LocationKind != needmap.LocationUndisclosed || rows[1].OrganisationID != 8 {
		t.Errorf("got %+v", rows[1])
	}
	_, report, err = ReadServices(strings.NewReader(header+
		"s,nobody,,MINORS,,OPEN,PRIVATE,maybe,-1,,0,14,6,,,EXACT,056059|999\n"), "s.csv", testAtlas(), testOrganisations())
	if err != nil {
		t.Fatal(err)
	}
	checkProblems(t, report, "s.csv", []string{
		"line 2, column name: a value is needed",
		"line 2, column status: one of these words is needed: ACTIVE, SUSPENDED, PLANNED, CLOSED",
		"line 2, column is_pilot: true or false is needed",
		"line 2, column capacity: a whole number from 0 to 1000000 is needed",
		"line 2, column catchment_metres: a whole number from 1 to 1000000 is needed",
		"line 2, column location_kind: EXACT needs a longitude and a latitude",
		"line 2, column organisation: no organisation has this external_id or slug",
		"line 2, column municipalities: no municipality, province or region has this code: entry 2 of the list",
	})
}

func FuzzReadDirectory(f *testing.F) {
	f.Add(CooperativesTemplate)
	f.Add(PartnersTemplate)
	f.Add(ServicesTemplate)
	f.Add("external_id,name,kind,specialists\na,A,SCHOOL,x:1|y:2\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, read := range []directoryFuzz{ReadCooperatives, ReadPartners} {
			rows, report, err := read(strings.NewReader(text), "d.csv", testAtlas(), testOrganisations())
			if err != nil || report.ProblemCount > 0 {
				continue
			}
			for _, o := range rows {
				code := o.FiscalCode
				if o.ExternalID == "" || o.Name == "" || !slugShape.MatchString(o.Slug) || o.Volunteers < 0 ||
					o.IsCooperative != (o.PartnerKind == nil) || code != nil && needmap.CheckFiscalCode("", *code) != nil {
					t.Errorf("accepted %+v", o)
				}
			}
		}
		rows, report, err := ReadServices(strings.NewReader(text), "d.csv", testAtlas(), testOrganisations())
		if err != nil || report.ProblemCount > 0 {
			return
		}
		for _, s := range rows {
			if s.OrganisationID == 0 || s.Capacity < 0 || s.Name == "" || s.Location == nil && s.LocationKind == needmap.LocationExact ||
				s.Location != nil && !mayHavePoint(s.LocationKind) || s.MinimumAge != nil && s.MaximumAge != nil && *s.MinimumAge > *s.MaximumAge {
				t.Errorf("accepted %+v", s)
			}
		}
	})
}

type directoryFuzz = func(r io.Reader, file string, atlas *needmap.Atlas, known *Organisations) ([]OrganisationRow, Report, error)
