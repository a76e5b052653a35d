package postgres

const sqlDemoHeld = `
select exists (select from organisation where not is_synthetic)
    or exists (select from service where not is_synthetic)
    or exists (select from need where not is_synthetic)
    or exists (select from event where not is_synthetic) as real,
       exists (select from organisation where is_synthetic)
    or exists (select from service where is_synthetic)
    or exists (select from need where is_synthetic)
    or exists (select from event where is_synthetic) as synthetic`

// Whoever writes waits, so that what was looked at is still so when it is cleared.
const sqlDemoLock = `lock table organisation, service, need, event in share row exclusive mode`

// Keys start again, so that the same demo has the same ones.
const sqlDemoClear = `
truncate location_read, request_key, directory_event, event_need, event, need_event, response, need, suspension,
  service_area, service, specialists, specialisation,
  partnership, organisation restart identity;
-- Keys of organisations begin anew: who worked for one must not find itself with another.
update token set revoked_at = now() where organisations <> '{}' and revoked_at is null`

const sqlDemoHasTerritory = `select exists (select from municipality)`

const sqlDemoUnits = `
create temporary table demo_unit (
  code text, kind municipality_kind, name text, parent_code text, province_code text, province_acronym text,
  province_name text, region_code text, region_name text, population int, population_year int,
  population_source text, is_local boolean, boundary_source text, point geometry(Point, 4326),
  boundary geometry(MultiPolygon, 4326)
) on commit drop`

const sqlDemoUnitCopy = `
copy demo_unit (code, kind, name, parent_code, province_code, province_acronym, province_name, region_code,
  region_name, population, population_year, population_source, is_local, boundary_source, point) from stdin`

// Thiessen cells of the points, in metres of UTM zone 33 north, inside a sketch of
// the region: a concave hull of the points, 6 km wider all around. A point with no
// other within 25 km is an island, with a disc of its own. Edges of cells and
// outline are noded together on a grid of 1 cm before they are joined to faces, so
// that neighbours share every vertex, and still do on the grid of 1e-7 degrees.
const sqlDemoCells = `
with site as materialized (
  select code, st_transform(point, 32633) as point from demo_unit where is_local
), mainland as (
  select point from site a
  where exists (select from site b where b.code <> a.code and st_dwithin(a.point, b.point, 25000))
), outline as materialized (
  select st_union(
    (select st_buffer(st_concavehull(st_collect(point), 0.12), 6000, 4) from mainland),
    (select st_union(st_buffer(point, 6000, 4)) from site)) as area
), edge as (
  select st_boundary(cell.geom) as line
  from st_dump(st_voronoipolygons(
    (select st_collect(point order by code) from site), 0, (select st_envelope(area) from outline))) cell
  union all
  select st_boundary(area) from outline
), face as materialized (
  select cut.geom as area
  from st_dump((select st_polygonize(noded.lines)
                from (select st_unaryunion(st_collect(line), 0.01) as lines from edge) noded)) cut, outline
  where st_intersects(outline.area, st_pointonsurface(cut.geom))
), cell as (
  select nearest.code, st_union(st_snaptogrid(st_transform(face.area, 4326), 1e-7)) as area
  from face cross join lateral (
    select code from site order by site.point <-> st_pointonsurface(face.area), code limit 1) nearest
  group by nearest.code
)
update demo_unit set boundary = st_multi(st_forcepolygonccw(cell.area))
from cell where cell.code = demo_unit.code`

const sqlDemoParents = `
update demo_unit parent set boundary = whole.area
from (select parent_code, st_multi(st_forcepolygonccw(st_union(boundary))) as area
      from demo_unit where parent_code <> '' group by parent_code) whole
where whole.parent_code = parent.code`

const demoMunicipality = `
insert into municipality (code, kind, name, parent_id, province_code, province_acronym, province_name,
  region_code, region_name, population, population_year, population_source, boundary, area_km2, centroid,
  boundary_source, is_schematic, is_local)
select u.code, u.kind, u.name, parent.id, u.province_code, u.province_acronym, u.province_name,
  u.region_code, u.region_name, u.population, u.population_year, u.population_source, u.boundary,
  st_area(u.boundary::geography) / 1e6, u.point, u.boundary_source, true, u.is_local
from demo_unit u left join municipality parent on parent.code = u.parent_code `

const (
	sqlDemoMunicipalities = demoMunicipality + `where u.parent_code = '' order by u.code`
	sqlDemoMunicipi       = demoMunicipality + `where u.parent_code <> '' order by u.code`
)

// The directory comes with its keys.
const (
	sqlDemoOrganisationCopy = `
copy organisation (id, external_id, is_cooperative, slug, name, partner_kind, description, municipality_id,
  volunteers, is_synthetic) from stdin`
	sqlDemoPartnershipCopy    = `copy partnership (partner_id, cooperative_id) from stdin`
	sqlDemoSpecialisationCopy = `copy specialisation (id, name) from stdin`
	sqlDemoSpecialistsCopy    = `copy specialists (organisation_id, specialisation_id, operators) from stdin`
	sqlDemoServiceCopy        = `
copy service (id, external_id, organisation_id, name, field, specialisation_id, status, provision, is_pilot,
  capacity, people_reached, catchment_metres, minimum_age, maximum_age, location, location_kind,
  is_synthetic) from stdin`
	sqlDemoServiceAreaCopy = `copy service_area (service_id, municipality_id) from stdin`
	sqlDemoSuspensionCopy  = `copy suspension (id, service_id, from_day, to_day, reason) from stdin`
)

const sqlDemoSequences = `
select setval(pg_get_serial_sequence('organisation', 'id'), (select max(id) from organisation)),
  setval(pg_get_serial_sequence('specialisation', 'id'), (select max(id) from specialisation)),
  setval(pg_get_serial_sequence('service', 'id'), (select max(id) from service)),
  setval(pg_get_serial_sequence('suspension', 'id'), (select max(id) from suspension))`

const sqlDemoNeedIDs = `select id, substring(external_id from '^demo-([0-9]+)$')::bigint from need`

const (
	sqlDemoEventCopy    = `copy need_event (need_id, at, kind, from_status, to_status, reason) from stdin`
	sqlDemoResponseCopy = `copy response (need_id, organisation_id, service_id, people, status, reason, proposed_at, updated_at) from stdin`
)

const sqlDemoEvent = `
with added as (
  insert into event (title, kind, on_day, municipality_id, fields, is_synthetic) values ($1, $2, $3, $4, $5, $6)
  returning id
)
insert into event_need (event_id, need_id)
select added.id, need.id from added, need where need.external_id = any($7)`

// Fresh statistics, and pages known to be visible, which index-only scans want.
const sqlDemoVacuum = `
vacuum (analyze) municipality, organisation, partnership, specialisation, specialists, service, service_area,
  suspension, need, need_event, response, need_rollup, event, event_need`
