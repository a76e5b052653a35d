package postgres

// The import of a territory works on temporary tables: territory_staged is what
// the files say, territory_target what the table municipality should then hold;
// the difference is written. Codes sort as bytes, as everywhere.

// sqlTerritoryTables makes the tables; they vanish with the transaction.
var sqlTerritoryTables = []string{
	`lock table municipality, service_area in share row exclusive mode`,
	`lock table need in exclusive mode`, // also against who locks a need before writing it
	`set local jit = off`,               // it costs more than it saves here
	`create temp table territory_staged (
  id int primary key, file text, feature int, code text collate "C", kind municipality_kind, name text,
  parent_code text, province_code text, province_acronym text, province_name text, region_code text,
  region_name text, source text, crs text, shape bytea,
  published geometry, boundary geometry, flaw text, published_m2 float8, boundary_m2 float8
) on commit drop`,
	`create temp table territory_population (
  code text collate "C" primary key, population int, population_year int, population_source text
) on commit drop`,
	// One comune's municipi while they are fitted, lowest rank first; boundary
	// is what they were before.
	`create temp table territory_part (
  rank int primary key, code text, is_schematic boolean, boundary geometry
) on commit drop`,
	// The same in small pieces, longitude shrunk so that distances are true.
	`create temp table territory_piece (rank int, geom geometry) on commit drop`,
	`create index on territory_piece using gist (geom)`,
	`create temp table territory_tile (rank int primary key, geom geometry) on commit drop`,
}

const sqlTerritoryCopy = `
copy territory_staged (id, file, feature, code, kind, name, parent_code, province_code, province_acronym,
  province_name, region_code, region_name, source, crs, shape) from stdin`

const sqlTerritoryPopulationCopy = `
copy territory_population (code, population, population_year, population_source) from stdin`

const sqlTerritoryInWGS84 = `
update territory_staged set published = st_setsrid(st_geomfromwkb(shape), 4326) where crs = ''`

const sqlTerritorySystems = `select crs, min(file) as file from territory_staged where crs <> '' group by crs order by crs`

// A reference system is parsed at each call, so all shapes go through in one.
const sqlTerritoryTransform = `
with numbered as (
  select id, row_number() over (order by id) as place, st_geomfromwkb(shape) as geom
  from territory_staged where crs = $1
), parts as (
  select (st_dump(st_transform(st_forcecollection(st_collect(geom order by place)), $1, 4326))).* from numbered
), moved as (
  select path[1] as place, st_setsrid(st_collect(geom order by path), 4326) as geom from parts group by 1
)
update territory_staged s set published = m.geom
from moved m join numbered n using (place) where s.id = n.id`

// Union with a grid rounds to 1e-7 degree and keeps the result valid. The order
// of points is normalised: the same land from two files is the same boundary.
const sqlTerritoryMend = `
update territory_staged set
  flaw = nullif(st_isvalidreason(published), 'Valid Geometry'),
  published_m2 = st_area(published::geography),
  boundary = st_multi(st_forcepolygonccw(st_normalize(st_unaryunion(st_collectionextract(
    case when st_isvalid(published) then published else st_makevalid(published, 'method=structure') end, 3), 1e-7))))
where published @ st_makeenvelope(-180, -90, 180, 90, 4326)`

const sqlTerritoryMeasure = `update territory_staged set boundary_m2 = st_area(boundary::geography)`

// Names of provinces and regions: the files', else those known already.
const sqlTerritoryPlaces = `
with known (province_code, province_acronym, province_name, region_code, region_name) as (values
  ('056', 'VT', 'Viterbo', '12', 'Lazio'), ('057', 'RI', 'Rieti', '12', 'Lazio'),
  ('058', 'RM', 'Roma', '12', 'Lazio'), ('059', 'LT', 'Latina', '12', 'Lazio'),
  ('060', 'FR', 'Frosinone', '12', 'Lazio')
), stored as (
  select distinct on (province_code) * from municipality order by province_code, code
), brought as (
  select province_code, min(nullif(province_acronym, '')) as province_acronym,
    min(nullif(province_name, '')) as province_name, min(nullif(region_code, '')) as region_code,
    min(nullif(region_name, '')) as region_name
  from territory_staged group by 1
), named as (
  select province_code,
    coalesce(b.province_acronym, nullif(s.province_acronym, ''), k.province_acronym, '') as province_acronym,
    coalesce(b.province_name, s.province_name, k.province_name, province_code) as province_name,
    coalesce(b.region_code, s.region_code, k.region_code, '') as region_code,
    coalesce(b.region_name, s.region_name, k.region_name, b.region_code, '') as region_name
  from brought b left join stored s using (province_code) left join known k using (province_code)
)
update territory_staged t set province_acronym = n.province_acronym, province_name = n.province_name,
  region_code = n.region_code, region_name = n.region_name
from named n where t.province_code = n.province_code`

const sqlTerritoryProblems = `
select s.file, s.feature, s.code, s.name, f.reason
from territory_staged s cross join lateral (
  select 'its coordinates lie outside the world' where s.boundary is null
  union all
  select format('nothing with an area is left of its boundary when it is mended (%s)', s.flaw)
  where st_isempty(s.boundary)
  union all
  select format('its boundary is crossed or doubled (%s); mending it would change its area from %s to %s m²',
    s.flaw, round(s.published_m2), round(s.boundary_m2))
  where s.flaw is not null and not st_isempty(s.boundary)
    and abs(s.boundary_m2 - s.published_m2) > 0.01 * s.boundary_m2
  union all
  (select format('the code stands already at feature %s of %s', o.feature, o.file)
  from territory_staged o where o.code = s.code and o.id < s.id order by o.id limit 1)
  union all
  (select format('it has the same boundary as %s, feature %s of %s', o.code, o.feature, o.file)
  from territory_staged o
  where o.boundary = s.boundary and o.kind = s.kind and not st_isempty(o.boundary) and o.code <> s.code and o.id < s.id
  order by o.id limit 1)
  union all
  select format('its comune %s is neither in the files nor in the database', s.parent_code)
  where s.kind = 'MUNICIPIO'
    and not exists (select from territory_staged p where p.code = s.parent_code)
    and not exists (select from municipality p where p.code = s.parent_code)
  union all
  select format('the boundary of its comune %s is still schematic: import it first, or together', s.parent_code)
  where not exists (select from territory_staged p where p.code = s.parent_code)
    and exists (select from municipality p where p.code = s.parent_code and p.is_schematic)
  union all
  select 'its region is not known: the file needs COD_REG or reg_istat_code' where s.region_code !~ '^[0-9]{2}$'
) f (reason)
order by s.id, f.reason`

// Overlaps are looked for among what the files bring, and with what stays.
const sqlTerritoryOverlaps = `
select * from (
  select a.code, b.code as other_code, a.name, b.name as other_name, a.is_schematic or b.is_schematic as schematic,
    st_area(st_intersection(a.boundary, b.boundary)::geography) as m2
  from territory_target a join territory_target b
    on a.code < b.code and a.kind = b.kind and a.boundary && b.boundary
      and st_relate(a.boundary, b.boundary, '2********')
  where a.in_file or b.in_file
) pair where m2 > 1 order by m2 desc, code, other_code`

const sqlTerritoryTarget = `
create temp table territory_target on commit drop as
select coalesce(s.code, m.code) collate "C" as code, coalesce(s.kind, m.kind) as kind,
  coalesce(s.name, m.name) as name, coalesce(s.parent_code, p.code, '') as parent_code,
  coalesce(s.province_code, m.province_code) as province_code,
  coalesce(s.province_acronym, m.province_acronym) as province_acronym,
  coalesce(s.province_name, m.province_name) as province_name,
  coalesce(s.region_code, m.region_code) as region_code, coalesce(s.region_name, m.region_name) as region_name,
  coalesce(n.population, m.population) as population,
  case when n.code is null then m.population_year else n.population_year end as population_year,
  case when n.code is null then m.population_source else n.population_source end as population_source,
  coalesce(s.boundary, m.boundary) as boundary, coalesce(s.source, m.boundary_source) as boundary_source,
  s.code is null and m.is_schematic as is_schematic, true as is_local, s.code is not null as in_file
from municipality m
full join territory_staged s on s.code = m.code
left join municipality p on p.id = m.parent_id
left join territory_population n on n.code = coalesce(s.code, m.code)`

// A province or region has one name in all its rows.
const sqlTerritoryTargetPlaces = `
update territory_target t set province_acronym = s.province_acronym, province_name = s.province_name,
  region_code = s.region_code, region_name = s.region_name
from (select distinct province_code, province_acronym, province_name, region_code, region_name
  from territory_staged) s
where s.province_code = t.province_code and not t.in_file`

const sqlTerritoryTargetLeaves = `
update territory_target t set is_local = false
where exists (select from territory_target c where c.parent_code = t.code)`

const sqlTerritoryPopulationUnknown = `
select code from territory_population p
where not exists (select from territory_target t where t.code = p.code) order by code`

const sqlTerritoryStillSchematic = `
select code from territory_target
where is_schematic and region_code in (select region_code from territory_staged) order by code`

const sqlTerritoryRepairs = `
select file, feature, code, name, flaw, published_m2, boundary_m2 from territory_staged
where flaw is not null order by id`

// What changed by more than a ten-thousandth against the official boundary
// stored before.
const sqlTerritoryAreaChanges = `
select t.code, t.name, m.area_km2 as before_km2, st_area(t.boundary::geography) / 1e6 as after_km2
from territory_target t join municipality m using (code)
where t.in_file and not m.is_schematic
  and abs(st_area(t.boundary::geography) / 1e6 - m.area_km2) > 1e-4 * m.area_km2
order by t.code`

const sqlTerritoryTotals = `
select count(*) filter (where kind = 'COMUNE') as comuni, count(*) filter (where kind = 'MUNICIPIO') as municipi,
  coalesce(sum(published_m2), 0) / 1e6 as published_km2, coalesce(sum(boundary_m2), 0) / 1e6 as mended_km2
from territory_staged`

const sqlTerritoryChange = `
create temp table territory_change on commit drop as
select t.code, m.id is null as is_new, m.boundary is distinct from t.boundary as reshaped,
  m.is_local is distinct from t.is_local as leaf_changed,
  coalesce(m.is_schematic, false) and not t.is_schematic as replaced,
  (m.population, m.population_year, m.population_source)
    is distinct from (t.population, t.population_year, t.population_source) as populated
from territory_target t left join municipality m on m.code = t.code
where m.id is null
  or (m.name, m.province_acronym, m.province_name, m.region_code, m.region_name, m.population, m.population_year,
    m.population_source, m.boundary_source, m.is_schematic, m.is_local)
  is distinct from (t.name, t.province_acronym, t.province_name, t.region_code, t.region_name, t.population,
    t.population_year, t.population_source, t.boundary_source, t.is_schematic, t.is_local)
  or m.boundary is distinct from t.boundary`

const sqlTerritoryChangeCounts = `
select count(*) filter (where is_new) as added, count(*) filter (where not is_new) as changed,
  count(*) filter (where replaced) as replaced, count(*) filter (where populated) as populated,
  count(*) filter (where reshaped or leaf_changed) as reshaped,
  (select count(*) from territory_target t where in_file
    and not exists (select from territory_change c where c.code = t.code)) as unchanged
from territory_change`

// Comuni first, since municipi name them.
const sqlTerritoryWrite = `
insert into municipality as m (code, kind, name, parent_id, province_code, province_acronym, province_name, region_code,
  region_name, population, population_year, population_source, boundary, area_km2, centroid, boundary_source,
  is_schematic, is_local)
select t.code, t.kind, t.name, p.id, t.province_code, t.province_acronym, t.province_name, t.region_code,
  t.region_name, t.population, t.population_year, t.population_source, t.boundary,
  case when c.reshaped then st_area(t.boundary::geography) / 1e6 else s.area_km2 end,
  case when c.reshaped then st_pointonsurface(t.boundary) else s.centroid end,
  t.boundary_source, t.is_schematic, t.is_local
from territory_change c join territory_target t using (code)
left join municipality s on s.code = t.code
left join municipality p on p.code = t.parent_code
where t.kind = $1
order by t.code
on conflict (code) do update set name = excluded.name, province_acronym = excluded.province_acronym,
  province_name = excluded.province_name, region_code = excluded.region_code, region_name = excluded.region_name,
  population = excluded.population, population_year = excluded.population_year,
  population_source = excluded.population_source, boundary = excluded.boundary, area_km2 = excluded.area_km2,
  centroid = excluded.centroid, boundary_source = excluded.boundary_source, is_schematic = excluded.is_schematic,
  is_local = excluded.is_local`
