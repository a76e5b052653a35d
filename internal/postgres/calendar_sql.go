package postgres

const (
	sqlEvents = `select e.id, e.title, e.kind, e.on_day::text, e.municipality_id, e.fields, e.version, e.is_synthetic
from event e`
	sqlEventCount = `select count(*) from event e`
	sqlEventsByID = sqlEvents + ` where e.id = any($1::int[])`
	sqlEventNeeds = `select event_id, need_id from event_need where event_id = any($1::int[]) order by event_id, need_id`

	eventFields = `e.fields && ?::field_of_intervention[]`
	eventFrom   = `e.on_day >= ?::date`
	eventTo     = `e.on_day <= ?::date`

	eventForward  = ` order by e.on_day, e.id`
	eventBackward = ` order by e.on_day desc, e.id desc`
	eventAfter    = `(e.on_day, e.id) > (?::date, ?::bigint)`
	eventBefore   = `(e.on_day, e.id) < (?::date, ?::bigint)`
)

const (
	sqlEventLock   = sqlEvents + ` where e.id = $1 for update`
	sqlEventInsert = `
insert into event (title, kind, on_day, municipality_id, fields) values ($1, $2, $3, $4, $5) returning id`
	sqlEventUpdate = `
update event set title = $1, kind = $2, on_day = $3, municipality_id = $4, fields = $5, version = version + 1 where id = $6`
	sqlEventDelete   = `delete from event where id = $1`
	sqlEventNeedsPut = `
with gone as (
  delete from event_need where event_id = $1 and need_id <> all($2::bigint[])
)
insert into event_need (event_id, need_id) select $1, unnest($2::bigint[]) on conflict do nothing`
	sqlNeedKeys = `select n.id from need n`
)
