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
), told as (
  select h.id, h.need_id, h.kind, h.before, h.after, was.id as was_in, reporter.id as was_by,
    n.municipality_id, n.field, n.origin, n.status, n.severity, n.people, n.people_answered, n.reported_on,
    coalesce(n.reported_by, 0) as reported_by,
    array(select r.organisation_id from response r where r.need_id = n.id or r.merged_from = n.id) as organisations
  from happened h cross join lateral (select * from need where id = h.need_id limit 1) n
    left join municipality was on was.code = h.before ->> 'municipality'
    left join organisation reporter on reporter.slug = h.before ->> 'reportedBy'
  where (select count(*) from happened) <= 1000
)
select ` + databaseName + `, s.upto::text,
  pg_snapshot_xmax(s.since) > pg_snapshot_xmax(pg_current_snapshot()) or (select count(*) from happened) > 1000,
  coalesce((select json_agg(t order by t.id) from told t), '[]')
from span s`
