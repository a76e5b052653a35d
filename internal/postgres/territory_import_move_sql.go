package postgres

// A service that served a comune which has municipi now serves each of them.
const (
	sqlServiceAreasExpand = `
insert into service_area (service_id, municipality_id)
select a.service_id, c.id
from service_area a
join municipality p on p.id = a.municipality_id and not p.is_local
join municipality c on c.parent_id = p.id
on conflict do nothing`
	sqlServiceAreasOfParents = `
delete from service_area a using municipality p where p.id = a.municipality_id and not p.is_local`
)

// Each located need with the leaf that covers its point, lowest code first.
const sqlTerritoryNeedCover = `
create temp table territory_cover on commit drop as
select distinct on (n.id) n.id, n.municipality_id as was, m.id as now
from municipality m join need n on st_covers(m.boundary, n.location)
where m.is_local
order by n.id, m.code collate "C"`

const sqlTerritoryNeedCoverIndex = `create index on territory_cover (id)`

const sqlTerritoryNeedCoverAnalyze = `analyze territory_cover`

// Needs as they were come from the statement's snapshot.
const sqlTerritoryNeedMove = `
with moved as (
  update need n set municipality_id = c.now, version = n.version + 1
  from territory_cover c where c.id = n.id and c.now <> c.was
  returning n
)
insert into need_event (need_id, at, kind, actor, version, before, after)
select (m.n).id, statement_timestamp(), 'UPDATED', 'new boundaries', (m.n).version, told.before, told.after
from moved m join need was on was.id = (m.n).id cross join lateral need_changes(was, m.n) told
order by 1`

const sqlTerritoryNeedCounts = `
select (select count(*) from need where location is not null) as located,
  (select count(*) from territory_cover where was <> now) as moved,
  (select count(*) from need n join municipality m on m.id = n.municipality_id where not m.is_local) as on_parent`

const sqlTerritoryNeedOutside = `
select n.id from need n
where n.location is not null and not exists (select from territory_cover c where c.id = n.id)
order by n.id`
