package postgres

// Needs of an import wait here until the merge. A temporary table writes no WAL
// and has no index, so that filling it costs little.
const sqlNeedStaging = `
create temporary table need_staging (
  external_id text, municipality_id int, field field_of_intervention, origin need_origin, status need_status,
  severity smallint, people int, people_answered int, summary text, reported_at timestamptz,
  last_confirmed_at timestamptz, location geometry(Point, 4326), location_kind location_kind,
  minimum_age smallint, maximum_age smallint, reported_by int, suspension_id int, is_synthetic boolean
) on commit drop`

const sqlNeedCopy = `
copy need_staging (external_id, municipality_id, field, origin, status, severity, people, people_answered, summary,
  reported_at, last_confirmed_at, location, location_kind, minimum_age, maximum_age, reported_by, suspension_id,
  is_synthetic) from stdin`

// Other writers wait from here to the end of the transaction, also those who are
// to lock a need first; readers do not: an external_id that is new now must still
// be new when it is inserted.
const sqlNeedLock = `lock table need in exclusive mode`

const sqlNeedStagingAnalyze = `analyze need_staging (external_id)`

const sqlNeedKeep = `
update need_staging s set
  status = case when 'status' = any($1) then n.status else s.status end,
  people_answered = case when 'people_answered' = any($1) then least(n.people_answered, s.people) else s.people_answered end,
  summary = case when 'summary' = any($1) then n.summary else s.summary end,
  last_confirmed_at = case when 'last_confirmed_at' = any($1) then n.last_confirmed_at else s.last_confirmed_at end,
  minimum_age = case when 'minimum_age' = any($1) then n.minimum_age else s.minimum_age end,
  maximum_age = case when 'maximum_age' = any($1) then n.maximum_age else s.maximum_age end,
  reported_by = case when 'reported_by' = any($1) then n.reported_by else s.reported_by end
from need n
where n.external_id = s.external_id`

// People of responses by the need that they count for: the one that they are to,
// and the one that they were to before it was merged.
const needAnswers = `(
  select id, sum(people) filter (where status = 'DELIVERED') as delivered, sum(people) filter (where ` + responseHolds + `) as promised
  from (select need_id as id, people, status from response
        union all select merged_from, people, status from response where merged_from is not null) r
  group by id)`

// What an import can't change: what is answered stays answered, and a merged need
// stays merged.
const sqlNeedUphold = `
update need_staging s set
  status = case when n.merged_into is null then s.status else n.status end,
  people_answered = case when n.merged_into is null then greatest(s.people_answered, coalesce(a.delivered, 0)) else n.people_answered end
from need n left join ` + needAnswers + ` a using (id)
where n.external_id = s.external_id and (n.merged_into is not null or a.delivered > s.people_answered)`

// Rows that say fewer people than are answered or promised an answer; of a merged
// need those whose answers went over with it count too. A need that ends keeps
// none of its promises.
const sqlNeedTooFew = `
select s.external_id, s.people, s.people_answered + promises.people as held, count(*) over () as rows
from need_staging s join need n on n.external_id = s.external_id join ` + needAnswers + ` a using (id)
  cross join lateral (
    select case when ` + needIsOpen + ` and s.status > 'IN_PROGRESS' then 0 else coalesce(a.promised, 0) end
      + case when n.merged_into is null then 0 else coalesce(a.delivered, 0) end as people
  ) promises
where s.people < s.people_answered + promises.people
order by s.external_id limit 1`

// An origin other than SUSPENDED_SERVICE has no suspension, and one that a file
// does not know stays.
const importedSuspension = `case when s.origin = 'SUSPENDED_SERVICE' then coalesce(s.suspension_id, n.suspension_id) end`

// What a known need says differently, beside what it was.
const sqlNeedChanged = `
create temporary table need_changed on commit drop as
select n as was, s.*, ` + importedSuspension + ` as suspension
from need_staging s join need n on n.external_id = s.external_id
where (n.municipality_id, n.field, n.origin, n.status, n.severity, n.people, n.people_answered, n.summary,
       n.reported_at, n.last_confirmed_at, n.location, n.location_kind, n.minimum_age, n.maximum_age, n.reported_by,
       n.suspension_id, n.is_synthetic)
  is distinct from
      (s.municipality_id, s.field, s.origin, s.status, s.severity, s.people, s.people_answered, s.summary,
       s.reported_at, s.last_confirmed_at, s.location, s.location_kind, s.minimum_age, s.maximum_age, s.reported_by,
       ` + importedSuspension + `, s.is_synthetic)`

const sqlNeedsEnded = `
select array(select (was).id from need_changed where (was).status <= 'IN_PROGRESS' and status > 'IN_PROGRESS')`

const sqlNeedCounts = `
select
  (select count(*) from need_staging s
   where s.external_id is null or not exists (select from need n where n.external_id = s.external_id)),
  (select count(*) from need_changed)`

const sqlNeedTotal = `select count(*) from need`

// A need that is open again, or ended in another way, has no end reason.
const sqlNeedUpdate = `
with is_now as (
  update need n set
    municipality_id = c.municipality_id, field = c.field, origin = c.origin, status = c.status,
    severity = c.severity, people = c.people, people_answered = c.people_answered, summary = c.summary,
    reported_at = c.reported_at, last_confirmed_at = c.last_confirmed_at, location = c.location,
    location_kind = c.location_kind, minimum_age = c.minimum_age, maximum_age = c.maximum_age,
    reported_by = c.reported_by, suspension_id = c.suspension,
    is_synthetic = c.is_synthetic, end_reason = case when n.status = c.status then n.end_reason end,
    version = n.version + 1
  from need_changed c
  where n.id = (c.was).id
  returning n
)
insert into need_event (need_id, at, kind, from_status, to_status, actor, version, before, after)
select (n).id, statement_timestamp(),
  case when (n).status = (was).status then 'UPDATED' else 'STATUS_CHANGED' end::need_event_kind,
  nullif((was).status, (n).status), nullif((n).status, (was).status), 'import', (n).version, told.before, told.after
from is_now join need_changed on (was).id = (n).id cross join lateral need_changes(was, n) told
order by 1`

const needImport = `
insert into need (external_id, municipality_id, field, origin, status, severity, people, people_answered,
  summary, reported_at, last_confirmed_at, location, location_kind, minimum_age, maximum_age, reported_by,
  suspension_id, is_synthetic)
select external_id, municipality_id, field, origin, status, severity, people, people_answered,
  summary, reported_at, last_confirmed_at, location, location_kind, minimum_age, maximum_age, reported_by,
  suspension_id, is_synthetic
from need_staging s
where s.external_id is null or not exists (select from need n where n.external_id = s.external_id)`

const (
	sqlNeedInsert       = needImport
	sqlNeedInsertEvents = `
with written as (` + needImport + `
  returning need as n
)
insert into need_event (need_id, at, kind, to_status, actor, version, before, after)
select (n).id, statement_timestamp(), 'REPORTED', (n).status, 'import', (n).version, '{}', need_values(n)
from written order by 1`
)

const sqlNeedStagingDrop = `drop table need_staging, need_changed`

// The statements come from the catalogue, so that a migration may change an
// index without a word here. The primary key stays.
const sqlNeedParts = `
select conname as name, format('alter table need drop constraint %I', conname) as off,
  format('alter table need add constraint %I %s', conname, pg_get_constraintdef(oid)) as on
from pg_constraint
where conrelid = cast('need' as regclass) and contype = 'f'
union all
select cast(cast(indexrelid as regclass) as text), format('drop index %s', cast(indexrelid as regclass)), pg_get_indexdef(indexrelid)
from pg_index
where indrelid = cast('need' as regclass) and not indisprimary
union all
values ('need_rollup_insert', 'alter table need disable trigger need_rollup_insert', 'alter table need enable trigger need_rollup_insert')`

const sqlNeedRollup = `select need_rollup_rebuild()`

// Word for word as in the migrations.
const sqlNeedTextIndex = `
create index if not exists need_summary on need using gin (to_tsvector('italian_plain', summary))
where summary is not null`

const sqlNeedTidy = `vacuum (analyze) need, need_rollup`
