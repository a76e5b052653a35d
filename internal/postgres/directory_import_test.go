package postgres_test

import (
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

func importOrganisations(t *testing.T, db *sqlx.DB, row postgres.OrganisationImport, absent ...string) (counts postgres.ImportCounts) {
	t.Helper()
	err := postgres.InTx(t.Context(), db, func(tx *sqlx.Tx) (err error) {
		if err = postgres.LockForImport(t.Context(), tx); err != nil {
			return err
		}
		counts, err = postgres.ImportOrganisations(t.Context(), tx, []postgres.OrganisationImport{row}, absent)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

const organisationAsText = `
select format('%s %s %s %s %s %s', slug, name, partner_kind, fiscal_code, municipality_id, volunteers) ||
  coalesce((select string_agg(format(' %s:%s', s.name, operators), '' order by s.name)
            from specialists join specialisation s on s.id = specialisation_id where organisation_id = o.id), '') ||
  coalesce((select string_agg(format(' >%s', cooperative_id), '' order by cooperative_id)
            from partnership where partner_id = o.id), '')
from organisation o where external_id = $1`

func TestImportOrganisations(t *testing.T) {
	db := pgtest.New(t)
	insertSquares(t, db, 2)
	code, kind, home := "01234567897", needmap.PartnerSchool, 2
	coop := postgres.OrganisationImport{Organisation: needmap.Organisation{
		ExternalID: "c", IsCooperative: true, Slug: "c", Name: "C", FiscalCode: &code, MunicipalityID: &home, Volunteers: 5,
	}, Specialists: map[string]int{"educator": 3, "nurse": 1}}
	partner := postgres.OrganisationImport{Organisation: needmap.Organisation{
		ExternalID: "p", Slug: "p", Name: "P", PartnerKind: &kind,
	}, Cooperatives: []int{1}}
	added, changed, same := postgres.ImportCounts{New: 1}, postgres.ImportCounts{Changed: 1}, postgres.ImportCounts{Unchanged: 1}
	for _, step := range []struct {
		what   string
		row    *postgres.OrganisationImport
		change func()
		absent []string
		counts postgres.ImportCounts
		want   string
	}{
		{"new", &coop, func() {}, nil, added, "c C  01234567897 2 5 educator:3 nurse:1"},
		{"same", &coop, func() {}, nil, same, "c C  01234567897 2 5 educator:3 nurse:1"},
		{"operators", &coop, func() { coop.Specialists = map[string]int{"educator": 4} }, nil, changed, "c C  01234567897 2 5 educator:4"},
		{"kept", &coop, func() {
			coop.Organisation = needmap.Organisation{ExternalID: "c", IsCooperative: true, Slug: "c", Name: "CC"}
		},
			[]string{"fiscal_code", "municipality", "specialists", "volunteers"}, changed, "c CC  01234567897 2 5 educator:4"},
		{"emptied", &coop, func() { coop.Specialists = nil }, nil, changed, "c CC    0"},
		{"partner", &partner, func() {}, []string{"volunteers"}, added, "p P SCHOOL   0 >1"},
		{"same partner", &partner, func() {}, nil, same, "p P SCHOOL   0 >1"},
		{"kept partnership", &partner, func() { partner.Cooperatives = nil }, []string{"cooperatives"}, same, "p P SCHOOL   0 >1"},
		{"ended partnership", &partner, func() {}, nil, changed, "p P SCHOOL   0"},
	} {
		step.change()
		if got := importOrganisations(t, db, *step.row, step.absent...); got != step.counts {
			t.Errorf("%s: %+v, want %+v", step.what, got, step.counts)
		}
		if got := ask[string](t, db, organisationAsText, step.row.ExternalID); got != step.want {
			t.Errorf("%s: %q, want %q", step.what, got, step.want)
		}
	}
}

func TestImportServices(t *testing.T) {
	db := pgtest.New(t)
	insertSquares(t, db, 4)
	importOrganisations(t, db, postgres.OrganisationImport{Organisation: needmap.Organisation{
		ExternalID: "c", IsCooperative: true, Slug: "c", Name: "C"}})
	educator, age := "educator", 6
	service := postgres.ServiceImport{Service: needmap.Service{
		ExternalID: "s", OrganisationID: 1, Name: "S", Field: needmap.FieldMinors, Specialisation: &educator,
		Status: needmap.ServiceActive, Provision: needmap.ProvisionPrivate, Capacity: 9, MinimumAge: &age,
		Location: &orb.Point{12, 42}, LocationKind: needmap.LocationExact,
	}, MunicipalityIDs: []int{1, 3}}
	for _, step := range []struct {
		what   string
		change func()
		absent []string
		counts postgres.ImportCounts
		want   string
	}{
		{"new", func() {}, nil, postgres.ImportCounts{New: 1}, "S educator 9 6 POINT(12 42) EXACT {1,3}"},
		{"same", func() {}, nil, postgres.ImportCounts{Unchanged: 1}, "S educator 9 6 POINT(12 42) EXACT {1,3}"},
		{"area", func() { service.MunicipalityIDs = []int{3, 4} }, nil, postgres.ImportCounts{Changed: 1}, "S educator 9 6 POINT(12 42) EXACT {3,4}"},
		{"kept", func() { service.Specialisation, service.MinimumAge, service.MunicipalityIDs = nil, nil, nil },
			[]string{"specialisation", "minimum_age", "municipalities"}, postgres.ImportCounts{Unchanged: 1}, "S educator 9 6 POINT(12 42) EXACT {3,4}"},
		{"emptied", func() { service.Location, service.LocationKind = nil, needmap.LocationUndisclosed },
			nil, postgres.ImportCounts{Changed: 1}, "S  9   UNDISCLOSED "},
	} {
		step.change()
		var counts postgres.ImportCounts
		err := postgres.InTx(t.Context(), db, func(tx *sqlx.Tx) (err error) {
			counts, err = postgres.ImportServices(t.Context(), tx, []postgres.ServiceImport{service}, step.absent)
			return err
		})
		if err != nil || counts != step.counts {
			t.Errorf("%s: %+v, %v", step.what, counts, err)
		}
		got := ask[string](t, db, `
select format('%s %s %s %s %s %s %s', s.name, p.name, capacity, minimum_age, st_astext(location), location_kind,
  (select array_agg(municipality_id order by municipality_id) from service_area where service_id = s.id))
from service s left join specialisation p on p.id = specialisation_id`)
		if got != step.want {
			t.Errorf("%s: %q, want %q", step.what, got, step.want)
		}
	}
}
