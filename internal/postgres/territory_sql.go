package postgres

const sqlMunicipalities = `
select m.id, m.code, m.kind, m.name, coalesce(p.code, '') as parent_code,
  m.province_code, m.province_acronym, m.province_name, m.region_code, m.region_name,
  m.population, m.population_year, m.population_source, m.area_km2,
  st_x(m.centroid) as lon, st_y(m.centroid) as lat,
  m.boundary_source, m.is_schematic, m.is_local, st_asbinary(m.boundary) as boundary
from municipality m
left join municipality p on p.id = m.parent_id
order by m.code`

const sqlTerritoryVersion = `select version from territory_version`
