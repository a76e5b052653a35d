package postgres

// Open needs that wait for a service, or for the end of a suspension.
const (
	needIsOpen       = `n.status <= 'IN_PROGRESS'`
	needDependsOn    = needIsOpen + ` and n.id = any(array(select need_id from response where service_id = ? and ` + responseHolds + `))`
	needLeftBehindBy = needIsOpen + ` and n.suspension_id = ?`
)

const sqlToday = `select (now() at time zone 'Europe/Rome')::date::text`

const (
	sqlSuspensionBegin = `
with is_now as (
  update service set status = 'SUSPENDED', version = version + 1 where id = $1
)
insert into suspension (service_id, from_day, to_day, reason) values ($1, $2::date, $3::date, $4) returning id`
	sqlSuspensionEnd = `
with ended as (
  update suspension set to_day = $3::date where id = $2
)
update service set status = 'ACTIVE', version = version + 1 where id = $1`

	// Services whose last suspension has passed its last day: nobody has to end it.
	sqlSuspensionsOver = `
select s.id from service s
where s.status = 'SUSPENDED' and exists (select from suspension u where u.service_id = s.id)
and not exists (select from suspension u where u.service_id = s.id
  and (u.to_day is null or u.to_day >= (now() at time zone 'Europe/Rome')::date))
order by s.id for no key update of s`
)

// These two alone change needs without asking for the caller's scope. That a need
// lost its service follows from the suspension, whoever may see it: to leave some
// out would tell the others less than the truth. The caller, who answers for the
// service's organisation, has the needs that it takes up in scope anyway; those
// that came with a service from another organisation are marked and not shown.
const (
	sqlDependentsLock = `select n.id from need n where n.status <= 'IN_PROGRESS'
and n.id = any(array(select need_id from response where service_id = $1 and ` + responseHolds + `))
order by n.id for no key update of n`

	// The needs are locked, so what they were is what the statement sees; and an
	// event has the time of the statement, as in sqlNeedsSave.
	sqlDependentsMark = `
with was as (
  select n from need n where n.status <= 'IN_PROGRESS' and n.origin <> 'SUSPENDED_SERVICE'
  and n.id = any(array(select need_id from response where service_id = $1 and ` + responseHolds + `))
), marked as (
  update need set origin = 'SUSPENDED_SERVICE', suspension_id = $2, version = version + 1
  where id in (select (n).id from was)
  returning need
)
insert into need_event (need_id, at, kind, actor, actor_role, version, before, after)
select (need).id, statement_timestamp(), 'UPDATED', $3, $4, (need).version, changes.before, changes.after
from marked join was on (was.n).id = (need).id, need_changes(was.n, need) changes`
)
