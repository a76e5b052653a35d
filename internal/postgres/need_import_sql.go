package postgres

// Needs of an import wait here until the merge. A temporary table writes no WAL
// and has no index, so that filling it costs little.
const sqlNeedStaging = `
create temporary table need_staging (
  external_id text, municipality_id int, field field_of_intervention, origin need_origin, status need_status,
  severity smallint, people int, people_answered int, summary text, reported_at timestamptz,
  last_confirmed_at timestamptz, location geometry(Point, 4326), location_kind location_kind,
  reported_by int, suspension_id int, is_synthetic boolean
) on commit drop`

const sqlNeedCopy = `
copy need_staging (external_id, municipality_id, field, origin, status, severity, people, people_answered, summary,
  reported_at, last_confirmed_at, location, location_kind, reported_by, suspension_id, is_synthetic) from stdin`

// Other writers wait from here to the end of the transaction, readers do not:
// an external_id that is new now must still be new when it is inserted.
const sqlNeedLock = `lock table need in share row exclusive mode`

const sqlNeedStagingAnalyze = `analyze need_staging (external_id)`

const sqlNeedKeep = `
update need_staging s set
  status = case when 'status' = any($1) then n.status else s.status end,
  people_answered = case when 'people_answered' = any($1) then least(n.people_answered, s.people) else s.people_answered end,
  summary = case when 'summary' = any($1) then n.summary else s.summary end,
  last_confirmed_at = case when 'last_confirmed_at' = any($1) then n.last_confirmed_at else s.last_confirmed_at end,
  reported_by = case when 'reported_by' = any($1) then n.reported_by else s.reported_by end
from need n
where n.external_id = s.external_id`

// What a known need says differently, beside its key and its status until now.
const sqlNeedChanged = `
create temporary table need_changed on commit drop as
select n.id, n.status as old_status, s.*
from need_staging s join need n on n.external_id = s.external_id
where (n.municipality_id, n.field, n.origin, n.status, n.severity, n.people, n.people_answered, n.summary,
       n.reported_at, n.last_confirmed_at, n.location, n.location_kind, n.reported_by,
       n.suspension_id, n.is_synthetic)
  is distinct from
      (s.municipality_id, s.field, s.origin, s.status, s.severity, s.people, s.people_answered, s.summary,
       s.reported_at, s.last_confirmed_at, s.location, s.location_kind, s.reported_by,
       coalesce(s.suspension_id, n.suspension_id), s.is_synthetic)`

const sqlNeedCounts = `
select
  (select count(*) from need_staging s
   where s.external_id is null or not exists (select from need n where n.external_id = s.external_id)),
  (select count(*) from need_changed)`

const sqlNeedTotal = `select count(*) from need`

const sqlNeedUpdate = `
update need n set
  municipality_id = c.municipality_id, field = c.field, origin = c.origin, status = c.status,
  severity = c.severity, people = c.people, people_answered = c.people_answered, summary = c.summary,
  reported_at = c.reported_at, last_confirmed_at = c.last_confirmed_at, location = c.location,
  location_kind = c.location_kind, reported_by = c.reported_by,
  suspension_id = coalesce(c.suspension_id, n.suspension_id), is_synthetic = c.is_synthetic,
  version = n.version + 1
from need_changed c
where n.id = c.id`

const sqlNeedChangedEvents = `
insert into need_event (need_id, at, kind, from_status, to_status)
select id, now(),
  case when status = old_status then 'UPDATED' else 'STATUS_CHANGED' end::need_event_kind,
  case when status <> old_status then old_status end,
  case when status <> old_status then status end
from need_changed
order by id`

const sqlNeedInsert = `
insert into need (external_id, municipality_id, field, origin, status, severity, people, people_answered,
  summary, reported_at, last_confirmed_at, location, location_kind, reported_by, suspension_id, is_synthetic)
select external_id, municipality_id, field, origin, status, severity, people, people_answered,
  summary, reported_at, last_confirmed_at, location, location_kind, reported_by, suspension_id, is_synthetic
from need_staging s
where s.external_id is null or not exists (select from need n where n.external_id = s.external_id)`

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
