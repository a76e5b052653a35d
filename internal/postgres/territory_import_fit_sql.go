package postgres

// Municipi are fitted to their comune: docs/adr/0004. $1 is the comune's code
// unless stated otherwise.

// Comuni whose municipi must be fitted again.
const sqlFitParents = `
select distinct c.parent_code
from territory_target c
join territory_target p on p.code = c.parent_code
left join municipality m on m.code = p.code
where c.in_file or m.boundary is distinct from p.boundary
order by 1`

var sqlFitClear = []string{
	`delete from territory_part`, `delete from territory_piece`, `delete from territory_tile`,
}

// Official boundaries go before schematic ones, then the lowest code.
const sqlFitParts = `
insert into territory_part
select row_number() over (order by is_schematic, code), code, is_schematic, boundary
from territory_target where parent_code = $1`

const sqlFitPieces = `
insert into territory_piece
select p.rank, st_subdivide(st_scale(p.boundary, cos(radians(st_ymax(o.boundary) / 2 + st_ymin(o.boundary) / 2)), 1), 64)
from territory_part p, territory_target o where o.code = $1`

const sqlFitAnalyze = `analyze territory_part, territory_piece`

// Share of the comune that none of its municipi covers.
const sqlFitUncovered = `
select st_area(st_difference(o.boundary, (select st_union(boundary, 1e-7) from territory_part), 1e-7)::geography)
  / st_area(o.boundary::geography)
from territory_target o where o.code = $1`

const sqlFitSchematic = `select count(*) from territory_part where is_schematic`

// Every line at once, the gaps cut by a fine grid (0.0005 degree, about 50 m,
// and coarser where gaps are vast, to keep below some 20,000 cells): each face
// between the lines goes to the first municipio that covers it, else to the
// nearest.
const sqlFitTiles = `
with outline as (
  select boundary as geom, cos(radians(st_ymax(boundary) / 2 + st_ymin(boundary) / 2)) as shrink
  from territory_target where code = $1
), uncovered as materialized (
  select geom, greatest(0.0005, sqrt(st_area(geom) / 20000)) as step from (
    select st_difference(geom, (select st_union(boundary, 1e-7) from territory_part), 1e-7) as geom from outline
  ) gaps
), gap as materialized (
  select st_subdivide(geom, 32) as geom, step from uncovered
), cut as (
  select st_intersection(line, gap.geom) as geom
  from gap cross join lateral (
    select st_makeline(st_point(x * step, st_ymin(gap.geom), 4326), st_point(x * step, st_ymax(gap.geom), 4326))
    from generate_series(ceil(st_xmin(gap.geom) / step)::int, floor(st_xmax(gap.geom) / step)::int) x
    union all
    select st_makeline(st_point(st_xmin(gap.geom), y * step, 4326), st_point(st_xmax(gap.geom), y * step, 4326))
    from generate_series(ceil(st_ymin(gap.geom) / step)::int, floor(st_ymax(gap.geom) / step)::int) y
  ) grid (line)
), lines as (
  select st_unaryunion(st_collect(array[(select st_boundary(geom) from outline),
    (select st_collect(st_boundary(boundary)) from territory_part), (select st_collect(geom) from cut)]), 1e-7) as geom
), face as (
  select f.geom, st_pointonsurface(f.geom) as point
  from (select (st_dump(st_polygonize(geom))).geom from lines) f
)
insert into territory_tile
select nearest.rank, st_union(face.geom)
from face
join outline on st_intersects(outline.geom, face.point)
cross join lateral (
  -- The index gives pieces by distance; several may cover the point.
  select rank from (
    select rank, p.geom <-> st_scale(face.point, outline.shrink, 1) as distance
    from territory_piece p order by distance limit 16
  ) close order by distance, rank limit 1
) nearest
group by 1`

// The tiles' inner borders alone, drawn into the comune's outline, give the
// municipi: so its outline stays as it is but for where inner borders end.
const sqlFitResult = `
with outline as (
  select boundary as geom from territory_target where code = $1
), border as (
  select st_collectionextract(st_intersection(a.geom, b.geom), 2) as geom
  from territory_tile a join territory_tile b on a.rank < b.rank and a.geom && b.geom
), lines as (
  select st_unaryunion(st_collect((select st_boundary(geom) from outline), (select st_collect(geom) from border)), 1e-7)
    as geom
), face as (
  select f.geom, st_pointonsurface(f.geom) as point
  from (select (st_dump(st_polygonize(geom))).geom from lines) f
), fitted as (
  select nearest.rank, st_multi(st_forcepolygonccw(st_normalize(st_union(face.geom)))) as geom
  from face
  join outline on st_intersects(outline.geom, face.point)
  cross join lateral (select rank from territory_tile t order by t.geom <-> face.point, rank limit 1) nearest
  group by 1
)
update territory_target t set boundary = f.geom
from fitted f join territory_part p using (rank) where t.code = p.code`

const sqlFitLost = `
select p.code, coalesce(s.file, '') as file, coalesce(s.feature, 0) as feature, t.name
from territory_part p
join territory_target t on t.code = p.code
left join territory_staged s on s.code = p.code
where p.rank not in (select rank from territory_tile)
order by p.code`

const sqlFitReport = `
select p.code, t.name, t.is_schematic,
  st_area(p.boundary::geography) / 1e6 as before_km2, st_area(t.boundary::geography) / 1e6 as after_km2,
  st_area(st_difference(p.boundary, t.boundary)::geography) / 1e6 as cut_km2,
  st_area(st_difference(t.boundary, p.boundary)::geography) / 1e6 as added_km2
from territory_part p join territory_target t on t.code = p.code order by p.code`
