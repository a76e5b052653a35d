package postgres

// What happened to needs, as JSON by need: for figures as they stood at $1 or later.
// What happened before that does not matter to them.
const pastChanges = `json_agg(json_build_object('at', date_part('epoch', e.at), 'kind', e.kind, 'response', e.response_id,
  'before', e.before, 'after', e.after, 'wasIn', was.id) order by e.at, e.id) filter (where e.before is not null)::text`

// Times in which a need was merged into another: its responses are with that one
// then. And what happened to responses that may have been with several needs.
const pastMerges = `
with stay as materialized (
  select m.need_id as home, (m.after ->> 'mergedInto')::bigint as target, m.at as since,
    (select min(u.at) from need_event u where u.need_id = m.need_id and u.kind = 'UNMERGED' and u.id > m.id) as until
  from need_event m where m.kind = 'MERGED' and m.after ? 'mergedInto'
), own as materialized (
  select e.response_id, ` + pastChanges + ` as changes
  from need_event e left join municipality was on false
  where e.response_id is not null and e.need_id in (select home from stay union select target from stay)
  group by e.response_id
), homed as (
  select r.*, coalesce(r.merged_from, r.need_id) as home from response r
), placed as (
  select r.home as at_need, r.*, (
    select string_agg(date_part('epoch', s.since) || ':' || coalesce(date_part('epoch', s.until)::text, ''), ',' order by s.since)
    from stay s where s.home = r.home) as away, null as only
  from homed r
  union all
  select s.target, r.*, null, date_part('epoch', s.since) || ':' || coalesce(date_part('epoch', s.until)::text, '')
  from homed r join stay s on s.home = r.home
), relevant as (
  select * from placed where updated_at > $1 or status <> 'DELIVERED' and reason_code is distinct from 'NEED_ENDED'
), responses as (
  select p.at_need, p.service_id, concat_ws(e'\x1d', p.id, p.organisation_id, coalesce(p.service_id::text, ''), p.people, p.status,
    p.reason_code is not distinct from 'NEED_ENDED', date_part('epoch', p.proposed_at), date_part('epoch', p.updated_at),
    coalesce(p.away, ''), coalesce(p.only, ''), coalesce(own.changes, '')) as record, p.id
  from relevant p left join own on own.response_id = p.id
)`

// Needs with what happened to them, one text each; see boardNeeds. Behind the steps
// of the status stand the values before other changes, and the responses, a record
// each. Since when a need is known: from its report on, if an import brought it.
const (
	pastNeeds = `
select concat_ws(e'\x1f', n.id, n.municipality_id, n.field, n.origin, n.status, n.severity, n.people, n.people_answered,
  date_part('epoch', n.reported_at), n.reported_on, coalesce(n.minimum_age::text, ''), coalesce(n.maximum_age::text, ''), `
	pastPlace     = `coalesce(st_x(n.location)::text, ''), coalesce(st_y(n.location)::text, '')`
	pastCell      = `coalesce(st_x(grid_cell_3035(n.location))::text, ''), coalesce(st_y(grid_cell_3035(n.location))::text, '')`
	pastHistories = `, coalesce(date_part('epoch', h.known)::text, ''), coalesce(h.steps, ''), coalesce(h.changes, ''), coalesce(r.list, ''))
from need n
left join (
  select e.need_id, min(e.at) filter (where e.kind = 'REPORTED' and e.actor <> 'import') as known,
    string_agg(concat_ws(e'\x1d', date_part('epoch', e.at), e.kind, coalesce(e.from_status::text, ''), e.to_status),
      e'\x1e' order by e.at, e.id) filter (where e.to_status is not null) as steps,
    ` + pastChanges + ` as changes
  from need_event e left join municipality was on was.code = e.before ->> 'municipality'
  where e.at > $1 and (e.to_status is not null or e.before is not null)
  group by e.need_id) h on h.need_id = n.id
left join (
  select at_need, string_agg(record, e'\x1e' order by id) as list from responses group by at_need) r on r.at_need = n.id`

	sqlPastNeeds       = pastMerges + pastNeeds + pastPlace + pastHistories
	sqlPastNeedsInCell = pastMerges + pastNeeds + pastCell + pastHistories
	sqlPastCells       = `
select distinct st_x(c.cell), st_y(c.cell) from need n, lateral (select grid_cell_3035(n.location) as cell) c
where n.location is not null`
	// Responses by need, of needs that had one with a service, for how full the
	// services were.
	sqlPastResponses = pastMerges + `
select coalesce(h.changes, ''), r.list from (
  select at_need, string_agg(record, e'\x1e' order by id) as list from responses group by at_need having bool_or(service_id is not null)) r
left join (
  select e.need_id, ` + pastChanges + ` as changes
  from need_event e left join municipality was on false
  where e.response_id is not null and e.at > $1 group by e.need_id) h on h.need_id = r.at_need`
)

// What happened to services, and what the history names by words.
const (
	sqlPastServices        = `select object_id, at, before from directory_event where object = 'Service' order by at, id`
	sqlPastSuspensions     = `select service_id, from_day::text, to_day::text from suspension order by service_id, from_day, id`
	sqlMunicipalityByCode  = `select code, id from municipality`
	sqlOrganisationBySlugs = `select slug, id from organisation`
)
