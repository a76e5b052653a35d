package postgres

// A name for the database that no other one has: a position in one says nothing
// in another.
const databaseName = `(select md5(c.system_identifier || '/' || d.oid) from pg_control_system() c, pg_database d ` +
	`where d.datname = current_database())`

const sqlNeedPosition = `select ` + databaseName + `, pg_current_snapshot()::text`

// What one snapshot sees and an earlier one did not: the events of transactions
// that began after the earlier one, and of those that were under way in it. A
// statement is its own snapshot, so that what it reads up to and what it sees
// are one. More than 1,000 events are too many to be told. The orders and limits
// inside leave the planner nothing but the indexes: it would take the history for
// short, or the events for many.
//
// Who took a need up before is who does now, and whose response went away since:
// declined; with a merge, and then it names the need that it came from; or back to
// a duplicate, whose event names the need that it was merged into. An offer to the
// duplicate after that never was with that need.
const sqlNeedChanges = `
with span as materialized (
  select $1::pg_snapshot as since, coalesce(nullif($2, '')::pg_snapshot, pg_current_snapshot()) as upto
), happened as materialized (
  select * from (
    select e.* from need_event e
    where e.tx >= (select pg_snapshot_xmax(since) from span) and e.tx < (select pg_snapshot_xmax(upto) from span)
      and pg_visible_in_snapshot(e.tx, (select upto from span))
    order by e.tx limit 1001) after
  union all select * from (
    select e.* from span cross join lateral pg_snapshot_xip(since) as running cross join lateral (
      select * from need_event e where e.tx >= running and e.tx <= running order by e.tx limit 1001) e
    where pg_visible_in_snapshot(e.tx, upto)
    limit 1001) during
), unmerged as (
  select id, need_id, before ->> 'mergedInto' as was_in from happened where kind = 'UNMERGED'
), told as (
  select h.id, h.need_id, h.kind, h.before, h.after, was.id as was_in, reporter.id as was_by,
    n.municipality_id, n.field, n.origin, n.status, n.severity, n.people, n.people_answered, n.reported_on,
    coalesce(n.reported_by, 0) as reported_by,
    array(select r.organisation_id from response r where r.need_id = n.id and ` + responseLetsSee + `) as takers,
    array(select r.organisation_id from (
      select * from response where need_id = n.id
      union all select * from response where merged_from = n.id and n.id = any(array(select need_id from happened where kind = 'MERGED'))
      union all select back.* from unmerged u join response back on back.need_id = u.need_id where u.was_in = n.id::text
        and not exists (select from happened o where o.response_id = back.id and o.kind = 'RESPONSE_PROPOSED' and o.id > u.id)) r
      where ` + responseLetsSee + ` or r.id = any(array(select response_id from happened where kind = 'RESPONSE_DECLINED'))) as former
  from happened h cross join lateral (select * from need where id = h.need_id limit 1) n
    left join municipality was on was.code = h.before ->> 'municipality'
    left join organisation reporter on reporter.slug = h.before ->> 'reportedBy'
  where (select count(*) from happened) <= 1000
    -- Offers that end with their need are told by its own event, in the same transaction.
    and h.reason_code is distinct from 'NEED_ENDED'
)
select ` + databaseName + `, s.upto::text,
  pg_snapshot_xmax(s.since) > pg_snapshot_xmax(pg_current_snapshot()) or (select count(*) from happened) > 1000,
  coalesce((select json_agg(t order by t.id) from told t), '[]')
from span s`
