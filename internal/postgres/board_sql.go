package postgres

// What a board in memory is compared with, in one reading: the snapshot, the
// version of the services, the totals of the rollup, and the needs that had an
// event since another snapshot. More than 5,000 events are too many. The snapshot
// of the last reading may be of a database that was put back: then it is yet to
// come. The order and limit leave the planner nothing but the index, as in
// sqlNeedChanges.
const sqlBoardState = `
with span as materialized (
  select nullif($1, '')::pg_snapshot as since
), happened as materialized (
  select * from (
    select e.need_id from need_event e
    where e.tx >= (select pg_snapshot_xmax(since) from span)
    order by e.tx limit 5001) after
  union all select need_id from (
    select e.need_id from span cross join lateral pg_snapshot_xip(since) as running cross join lateral (
      select * from need_event e where e.tx >= running and e.tx <= running order by e.tx limit 5001) e
    limit 5001) during
)
select pg_current_snapshot()::text, (select version from supply_version),
  coalesce((select pg_snapshot_xmax(since) > pg_snapshot_xmax(pg_current_snapshot()) from span), true),
  coalesce(sum(r.needs), 0), coalesce(sum(r.open_needs), 0), coalesce(sum(r.open_people), 0),
  coalesce(sum(r.answered_reported + r.answered_verified + r.answered_assigned + r.answered_in_progress), 0),
  array(select distinct need_id from happened), (select count(*) > 5000 from happened)
from need_rollup r where r.span = 'ALL'`

// A need for the board as one text: its values between unit separators, and last
// what happened to its status, a record a step. See needLine for why.
const (
	boardNeeds = `
select concat_ws(e'\x1f', n.id, n.municipality_id, n.field, n.origin, n.status, n.severity, n.people, n.people_answered,
  date_part('epoch', n.reported_at), n.reported_on, coalesce(h.steps, ''))
from need n left join (
  select e.need_id, string_agg(concat_ws(e'\x1d', date_part('epoch', e.at), e.kind, coalesce(e.from_status::text, ''), e.to_status),
    e'\x1e' order by e.at, e.id) as steps
  from need_event e where e.to_status is not null`
	boardHistories = ` group by e.need_id) h on h.need_id = n.id`
	boardOpen      = `
select n.id, n.minimum_age, n.maximum_age, st_x(n.location), st_y(n.location),
  st_x(grid_cell_3035(n.location)), st_y(grid_cell_3035(n.location))
from need n where n.status <= 'IN_PROGRESS'`
	boardResponses = `
select r.need_id, r.service_id, r.people, r.status
from response r join need n on n.id = r.need_id
where n.status <= 'IN_PROGRESS' and (r.` + responseHolds + ` or r.status = 'DECLINED' and r.reason_code is distinct from 'NEED_ENDED')`
	boardOfSome = ` and n.id = any($1::bigint[])`

	sqlBoardNeeds       = boardNeeds + boardHistories + ` order by n.id`
	sqlBoardNeedsOf     = boardNeeds + ` and e.need_id = any($1::bigint[])` + boardHistories + ` where n.id = any($1::bigint[]) order by n.id`
	sqlBoardOpen        = boardOpen
	sqlBoardOpenOf      = boardOpen + boardOfSome
	sqlBoardResponses   = boardResponses
	sqlBoardResponsesOf = boardResponses + boardOfSome
	sqlBoardKeys        = `select n.id from need n`
	// Centres of cells, from EPSG:3035 to degrees, as grid_cell_centre gives them.
	sqlCellCentres = `
select c.x, c.y, st_x(p.centre), st_y(p.centre)
from unnest($1::float8[], $2::float8[]) as c(x, y),
  lateral (select st_transform(st_setsrid(st_makepoint(c.x, c.y), 3035), 4326) as centre) p`
)

// The services as the measures see them. Those that are closed are read too: they
// were there in the past.
const sqlBoardServices = `
select s.id, s.organisation_id, s.name, s.field, s.status, s.capacity, s.minimum_age, s.maximum_age, s.catchment_metres,
  st_x(s.location), st_y(s.location),
  array(select a.municipality_id from service_area a where a.service_id = s.id order by a.municipality_id)
from service s order by s.id`
