package postgres

// Rows are inserted in their order, so that their keys grow with it.
const sqlNeedsReport = `
with report as materialized (
  select * from ` + needRecords + `
), written as (
  insert into need (municipality_id, field, origin, status, severity, people, summary, reported_at, location,
    location_kind, minimum_age, maximum_age, reported_by, suspension_id)
  select municipality_id, field, origin, status, severity, people, summary, reported_at, location,
    location_kind, minimum_age, maximum_age, reported_by, suspension_id
  from report order by id
  returning need as n
), told as (
  insert into need_event (need_id, at, kind, to_status, actor, actor_role, version, before, after)
  select (n).id, statement_timestamp(), 'REPORTED', (n).status, $2, $3::caller_role, (n).version, '{}', need_values(n)
  from written order by (n).id
)
select (n).id from written order by 1`

const (
	sqlMergedOf = `select distinct merged_into from need where merged_into = any($1::bigint[])`
	needIDs     = `select n.id from need n`

	// Responses go over with their need's key, and come back by it.
	sqlResponsesMerge = `
with moved as (
  update response set need_id = $1, merged_from = need_id, version = version + 1
  where need_id = any($2::bigint[])
  returning merged_from as id, people, status
)` + responsePeople
	sqlResponsesUnmerge = `
with moved as (
  update response set need_id = merged_from, merged_from = null, version = version + 1
  where need_id = $1 and merged_from = any($2::bigint[])
  returning need_id as id, people, status
)` + responsePeople
	responsePeople = `
select id, coalesce(sum(people) filter (where status = 'DELIVERED'), 0),
  coalesce(sum(people) filter (where ` + responseHolds + `), 0)
from moved group by id`

	// What a merge changed stands in its event; an end reason that it did not
	// change was the one that a merge gives.
	sqlFormer = `
select distinct on (need_id) need_id, coalesce(from_status, 'REJECTED'),
  case when before ? 'endReason' then before ->> 'endReason' when not after ? 'endReason' then 'DUPLICATE' end
from need_event
where need_id = any($1::bigint[]) and kind = 'MERGED' and after ? 'mergedInto'
order by need_id, id desc`
)
