package server_test

import (
	"testing"

	"github.com/innovainrete/needmap/internal/pgtest"
)

// The small world, drawn by hand. Degrees:
//
//	42.5 ┌───────────────┐
//	     │ 056001   ┌─┐  │   a comune of Viterbo with a hole, 12.4–12.6 × 42.2–42.3
//	     │          └─┘  │
//	42.0 ├───────┬───────┤
//	     │ -01   │   -02 │   Roma, 058091, of two municipi
//	41.5 └───────┴───────┘
//	     12     12.5     13
const smallTerritory = `
insert into municipality (code, kind, name, parent_id, province_code, province_acronym, province_name, region_code,
  region_name, population, population_year, population_source, boundary, area_km2, centroid, boundary_source, is_schematic, is_local)
values
 ('056001', 'COMUNE', 'Acqua Àlta', null, '056', 'VT', 'Viterbo', '12', 'Lazio', 1200, 2011, 'Census',
  'srid=4326;multipolygon(((12 42, 13 42, 13 42.5, 12 42.5, 12 42), (12.4 42.2, 12.4 42.3, 12.6 42.3, 12.6 42.2, 12.4 42.2)))',
  4500, st_setsrid(st_makepoint(12.25, 42.25), 4326), 'by hand', false, true),
 ('058091', 'COMUNE', 'Roma', null, '058', 'RM', 'Roma', '12', 'Lazio', null, null, null,
  st_multi(st_makeenvelope(12, 41.5, 13, 42, 4326)), 4600, st_setsrid(st_makepoint(12.25, 41.75), 4326), 'by hand', true, false);
insert into municipality (code, kind, name, parent_id, province_code, province_acronym, province_name, region_code,
  region_name, population, population_year, boundary, area_km2, centroid, boundary_source, is_schematic)
select v.code, 'MUNICIPIO', v.name, m.id, '058', 'RM', 'Roma', '12', 'Lazio', 100, 2010,
  st_multi(st_makeenvelope(v.west, 41.5, v.west + 0.5, 42, 4326)), 2300, st_setsrid(st_makepoint(v.west + 0.25, 41.75), 4326), 'by hand', true
from (values ('058091-01', 'Municipio I', 12.0), ('058091-02', 'Municipio II', 12.5)) v(code, name, west),
  municipality m where m.code = '058091';
`

// Keys: municipalities 1 = 056001, 2 = 058091, 3 = -01, 4 = -02; organisations
// 1 alfa, 2 beta (cooperatives), 3 parrocchia, 4 scuola, 5 zeta (partners);
// services 1 Mensa, 2 Doposcuola, 3 Assistenza.
const smallDirectory = `
insert into organisation (is_cooperative, slug, name, partner_kind, fiscal_code, description, municipality_id, volunteers, is_synthetic) values
 (true, 'alfa', 'Alfa', null, '00743110157', 'Prima', 3, 5, false),
 (true, 'beta', 'Beta', null, null, null, 1, 0, false),
 (false, 'parrocchia', 'Parrocchia', 'PARISH', null, null, null, 2, true),
 (false, 'scuola', 'Scuola', 'SCHOOL', null, null, 2, 0, false),
 (false, 'zeta', 'Zéta', 'ASSOCIATION', null, null, 4, 0, false);
insert into partnership (partner_id, cooperative_id) values (3, 2), (4, 1), (4, 2), (5, 1);
insert into specialisation (name) values ('Educatore'), ('Autista');
insert into specialists (organisation_id, specialisation_id, operators) values (1, 1, 10), (1, 2, 2), (3, 1, 1);
insert into service (organisation_id, name, field, specialisation_id, status, provision, is_pilot, capacity, people_reached,
  catchment_metres, minimum_age, maximum_age, location, location_kind) values
 (1, 'Mensa', 'ADULTS_AND_FAMILIES', null, 'ACTIVE', 'PUBLICLY_FUNDED', false, 40, 100, null, null, null, null, 'AREA'),
 (1, 'Doposcuola', 'MINORS', 1, 'SUSPENDED', 'PRIVATE', true, 20, 15, 2000, 6, 14, st_setsrid(st_makepoint(12.25, 41.75), 4326), 'EXACT'),
 (3, 'Assistenza', 'ELDERLY', 2, 'ACTIVE', 'MUTUAL_AID', false, 5, 7, null, 65, null, null, 'UNDISCLOSED');
insert into service_area (service_id, municipality_id) values (1, 3), (1, 4), (2, 3), (3, 1);
insert into suspension (service_id, from_day, to_day, reason) values
 (2, '2020-03-09', '2020-06-30', 'Pandemia'), (2, '2021-01-10', null, 'Sede inagibile');
`

// Keys 1 to 5, in this order. By reported_at, newest first: 4, 2, 3, 5, 1.
const smallNeeds = `
insert into need (municipality_id, field, origin, status, severity, people, people_answered, summary, reported_at,
  last_confirmed_at, location, location_kind, reported_by, suspension_id, version) values
 (3, 'MINORS', 'SUSPENDED_SERVICE', 'VERIFIED', 4, 10, 3, 'Doposcuola chiuso', '2024-01-31 23:30+00', '2024-05-01 10:00+00',
  st_setsrid(st_makepoint(12.25, 41.75), 4326), 'EXACT', 1, 2, 3),
 (3, 'ELDERLY', 'KNOWN', 'MET', 2, 1, 1, null, '2024-06-01 08:00+00', null, null, 'UNDISCLOSED', null, null, 1),
 (4, 'ELDERLY', 'EMERGING', 'REPORTED', 5, 2, 0, 'Anziana sola', '2024-03-01 08:00+00', null,
  st_setsrid(st_makepoint(12.75, 41.75), 4326), 'AREA', 4, null, 1),
 (1, 'ADULTS_AND_FAMILIES', 'KNOWN', 'REJECTED', 1, 4, 0, null, '2024-07-01 08:00+00', null, null, 'FICTITIOUS_RESIDENCE', null, null, 2),
 (1, 'MINORS', 'KNOWN', 'IN_PROGRESS', 3, 7, 5, 'Due bambini', '2024-02-15 08:00:00.000001+00', null, null, 'AREA', null, null, 1);
insert into response (need_id, organisation_id, service_id, people, status, reason, proposed_at, updated_at) values
 (1, 3, null, 3, 'DELIVERED', null, '2024-02-02 08:00+00', '2024-02-20 08:00+00'),
 (1, 1, 2, 7, 'DECLINED', 'Nessun posto', '2024-02-01 08:00+00', '2024-02-03 08:00+00');
insert into need_event (need_id, at, kind, from_status, to_status, reason) values
 (1, '2024-05-01 10:00+00', 'CONFIRMED', null, null, null),
 (1, '2024-02-01 09:00+00', 'STATUS_CHANGED', 'REPORTED', 'VERIFIED', 'Visitato');
`

// newSmall serves the small world.
func newSmall(tb testing.TB, isDemo bool) *site {
	tb.Helper()
	db := pgtest.New(tb)
	mustExec(tb, db, smallTerritory+smallDirectory+smallNeeds)
	return serveSite(tb, db, isDemo)
}
