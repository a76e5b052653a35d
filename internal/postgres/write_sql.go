package postgres

const (
	sqlClaimKey = `insert into request_key (actor, key, operation, request) values ($1, $2, $3, $4)
on conflict do nothing returning true`
	sqlKnownKey  = `select operation, request, result from request_key where actor = $1 and key = $2`
	sqlAnswerKey = `update request_key set result = $3 where actor = $1 and key = $2`
)

// Rows that only refer to the need do not wait for this lock.
const lockRows = ` for no key update of n`

const sqlNeedEventsSince = needEventRow + ` where need_id = $1 and version > $2 order by id limit 50`

// Needs as a JSON array: one argument however many there are, each value by the
// name of its column.
const needRecords = `jsonb_to_recordset($1::jsonb) as r(id bigint, municipality_id int, field field_of_intervention,
    origin need_origin, status need_status, severity smallint, people int, people_answered int, summary text,
    reported_at timestamptz, last_confirmed_at timestamptz, location geometry(Point, 4326), location_kind location_kind,
    minimum_age smallint, maximum_age smallint, reported_by int, suspension_id int, end_reason end_reason,
    merged_into bigint, kind need_event_kind, reason text, reason_code text, response_id bigint, was jsonb,
    is_now jsonb)`

// A need as it was comes from the statement's snapshot, one as it is from the
// update itself. An event has the time of its statement, which ran after the lock
// was had: that of the transaction may be before another writer's event.
const sqlNeedsSave = `
with change as materialized (
  select * from ` + needRecords + `
), was as materialized (
  select n from change c join need n on n.id = c.id
), is_now as (
  update need n set municipality_id = c.municipality_id, field = c.field, origin = c.origin, status = c.status,
    severity = c.severity, people = c.people, people_answered = c.people_answered, summary = c.summary,
    last_confirmed_at = c.last_confirmed_at, location = c.location, location_kind = c.location_kind,
    minimum_age = c.minimum_age, maximum_age = c.maximum_age, reported_by = c.reported_by,
    suspension_id = c.suspension_id, end_reason = c.end_reason, merged_into = c.merged_into, version = n.version + 1
  from change c
  where n.id = c.id
  returning n
)
insert into need_event (need_id, at, kind, from_status, to_status, reason, reason_code, actor, actor_role, response_id,
  version, before, after)
select c.id, statement_timestamp(), c.kind, nullif((was.n).status, (is_now.n).status),
  nullif((is_now.n).status, (was.n).status), c.reason, c.reason_code, $2, $3::caller_role, c.response_id,
  (is_now.n).version, told.before || coalesce(nullif(c.was, 'null'), '{}'), told.after || coalesce(nullif(c.is_now, 'null'), '{}')
from change c join was on (was.n).id = c.id join is_now on (is_now.n).id = c.id
  cross join lateral need_changes(was.n, is_now.n) told
order by c.id
returning need_id, version`
