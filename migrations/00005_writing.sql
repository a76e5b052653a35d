-- +goose Up
-- Needs are written while others read them: who changed what, who may, and what
-- was asked already.
create type caller_role as enum ('PUBLIC', 'OPERATOR', 'ANALYST', 'COORDINATOR', 'ADMIN');
create type end_reason as enum
  ('WITHDRAWN', 'MOVED_AWAY', 'ANSWERED_ELSEWHERE', 'NO_LONGER_NEEDED', 'UNREACHABLE',
   'DUPLICATE', 'OUT_OF_SCOPE', 'INSUFFICIENT_INFORMATION', 'NOT_A_NEED', 'OTHER');
create type decline_reason as enum
  ('FULL', 'NO_STAFF', 'NOT_ELIGIBLE', 'OUT_OF_AREA', 'SUSPENDED', 'REFUSED', 'NEED_ENDED', 'OTHER');

alter type need_event_kind add value 'REOPENED';
alter type need_event_kind add value 'MERGED';
alter type need_event_kind add value 'UNMERGED';
alter type need_event_kind add value 'RESPONSE_PROPOSED';
alter type need_event_kind add value 'RESPONSE_ACCEPTED';
alter type need_event_kind add value 'RESPONSE_DECLINED';
alter type need_event_kind add value 'RESPONSE_DELIVERED';

alter table need
  add minimum_age smallint check (minimum_age between 0 and 120),
  add maximum_age smallint check (maximum_age between 0 and 120),
  add end_reason end_reason,
  add merged_into bigint references need,
  add constraint need_ages check (maximum_age >= minimum_age),
  add constraint need_suspension_origin check (suspension_id is null or origin = 'SUSPENDED_SERVICE'),
  add constraint need_end_reason check (end_reason is null or status in ('CLOSED', 'REJECTED')),
  add constraint need_merged check (merged_into is null or (merged_into <> id and status = 'REJECTED'));
create index need_merged_into on need (merged_into) where merged_into is not null;

alter table response
  add version int not null default 1,
  add reason_code decline_reason,
  add merged_from bigint references need;
comment on column response.merged_from is 'the need that it answered before that one was merged into need_id';
create index response_merged_from on response (merged_from) where merged_from is not null;
-- How many places of a service are held.
create index response_held on response (service_id) include (people) where status in ('PROPOSED', 'ACCEPTED');
-- A reason is a word of the set, or words of one's own, or both.
alter table response drop constraint response_check,
  add constraint response_declined check (status <> 'DECLINED' or reason_code is not null or coalesce(reason, '') <> '');

alter table organisation add version int not null default 1;
alter table service add version int not null default 1;

-- The history says who, and what was there before. It never holds a point: what
-- became undisclosed later must not stay readable in the past.
alter table need_event
  add actor text not null default 'needmap',
  add actor_role caller_role,
  add version int,
  add reason_code text,
  add response_id bigint references response,
  add before jsonb,
  add after jsonb,
  -- Events commit in another order than they are numbered; a reader knows which
  -- ones it has seen by the snapshot that it read them in.
  add tx xid8 not null default pg_current_xact_id(),
  drop constraint need_event_need_id_fkey,
  add constraint need_event_need_id_fkey foreign key (need_id) references need;
create index need_event_tx on need_event (tx);

-- +goose StatementBegin
create function need_event_written() returns trigger language plpgsql as $$
begin
  perform pg_notify('needmap_event', '');
  return null;
end $$;
-- +goose StatementEnd
create trigger need_event_written after insert on need_event
  for each statement execute function need_event_written();

-- The values of a need as the history tells them, each as a text. A place is told
-- by its municipality and kind, never by its point.
-- +goose StatementBegin
create function need_values(n need) returns jsonb language sql stable parallel safe
return jsonb_strip_nulls(jsonb_build_object(
  'municipality', (select code from municipality where id = n.municipality_id),
  'field', n.field, 'origin', n.origin, 'status', n.status, 'severity', n.severity::text, 'people', n.people::text,
  'peopleAnswered', n.people_answered::text, 'summary', n.summary,
  'reportedAt', to_char(n.reported_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'lastConfirmedAt', to_char(n.last_confirmed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'locationKind', n.location_kind, 'minimumAge', n.minimum_age::text, 'maximumAge', n.maximum_age::text,
  'reportedBy', (select slug from organisation where id = n.reported_by), 'suspension', n.suspension_id::text,
  'endReason', n.end_reason, 'mergedInto', n.merged_into::text));
-- +goose StatementEnd

-- What differs between two states of a need, on both sides. That a point came,
-- went or moved is told, not where. It is a table so that the planner takes it
-- into the statement: called for each row it would cost ten times as much.
-- +goose StatementBegin
create function need_changes(was need, is_now need) returns table (before jsonb, after jsonb)
  language sql stable parallel safe
as $$
  select
    coalesce((select jsonb_object_agg(key, value) from jsonb_each(v.w) where v.i -> key is distinct from value), '{}') ||
      case when was.location is distinct from is_now.location and was.location is not null
        then '{"location": "a point"}'::jsonb else '{}'::jsonb end,
    coalesce((select jsonb_object_agg(key, value) from jsonb_each(v.i) where v.w -> key is distinct from value), '{}') ||
      case when was.location is distinct from is_now.location and is_now.location is not null
        then case when was.location is null then '{"location": "a point"}'::jsonb else '{"location": "another point"}'::jsonb end
        else '{}'::jsonb end
  from (select need_values(was) as w, need_values(is_now) as i offset 0) v
$$;
-- +goose StatementEnd

-- The same for organisations, services, suspensions, specialisations and events.
create table directory_event (
  id         bigint generated always as identity primary key,
  object     text not null,
  object_id  bigint not null,
  at         timestamptz not null default now(),
  actor      text not null,
  actor_role caller_role,
  before     jsonb,
  after      jsonb,
  tx         xid8 not null default pg_current_xact_id()
);
create index directory_event_object on directory_event (object, object_id, id);

-- A request that was answered is answered the same when it is sent again.
create table request_key (
  actor     text not null,
  key       text not null check (char_length(key) between 1 and 200),
  operation text not null,
  request   bytea not null check (octet_length(request) = 32),
  result    bigint[] not null default '{}',
  at        timestamptz not null default now(),
  primary key (actor, key)
);
create index request_key_at on request_key (at);

-- Only a hash of a token is kept: whoever reads this table can't use it.
create table token (
  id             int generated always as identity primary key,
  name           text not null check (char_length(name) between 1 and 100),
  hash           bytea not null unique check (octet_length(hash) = 32),
  role           caller_role not null check (role <> 'PUBLIC'),
  municipalities text[] not null default '{}',
  organisations  int[] not null default '{}',
  created_at     timestamptz not null default now(),
  expires_at     timestamptz not null,
  revoked_at     timestamptz
);

-- Who was shown the exact place of which needs.
create table location_read (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default now(),
  actor      text not null,
  actor_role caller_role not null,
  needs      bigint[] not null check (cardinality(needs) > 0)
);
create index location_read_at on location_read (at);

-- Waiting for the disk at every read would double its time. What is lost when
-- the machine itself goes down is the last half second.
-- +goose StatementBegin
create function log_location_read(actor text, actor_role caller_role, needs bigint[]) returns void
  language plpgsql as $$
begin
  perform set_config('synchronous_commit', 'off', true);
  insert into location_read (actor, actor_role, needs) values (actor, actor_role, needs);
end $$;
-- +goose StatementEnd

-- Technical tables and seminars.
create type event_kind as enum ('TECHNICAL_TABLE', 'SEMINAR');
create table event (
  id              int generated always as identity primary key,
  title           text not null check (char_length(title) between 1 and 200),
  kind            event_kind not null,
  on_day          date not null,
  municipality_id int references municipality,
  fields          field_of_intervention[] not null default '{}',
  version         int not null default 1,
  is_synthetic    boolean not null default false
);
create index event_day on event (on_day, id);
create table event_need (
  event_id int not null references event on delete cascade,
  need_id  bigint not null references need,
  primary key (event_id, need_id)
);
create index event_need_need on event_need (need_id);

-- The cell of the European 1 km grid (EPSG:3035) that holds a point: what those
-- may know of a place who may not know the place.
create function grid_cell_3035(point geometry) returns geometry
  language sql immutable strict parallel safe
  return st_snaptogrid(st_transform(point, 3035), 500, 500, 1000, 1000);
create function grid_cell_centre(point geometry) returns geometry
  language sql immutable strict parallel safe
  return st_transform(grid_cell_3035(point), 4326);
create function grid_cell(point geometry) returns geometry
  language sql immutable strict parallel safe
  return st_snaptogrid(st_forcepolygonccw(st_transform(st_expand(grid_cell_3035(point), 500), 4326)), 1e-7);

-- The server works as this role, which can add to the history and never change
-- it. The program makes the role before it migrates.
grant usage on schema public to needmap_server;
grant select, insert, update, delete on all tables in schema public to needmap_server;
revoke insert, update, delete on municipality, territory_version, published_figures, published_people, token,
  goose_db_version from needmap_server;
revoke insert, update, delete on spatial_ref_sys from needmap_server;
revoke update, delete on need_event, directory_event, location_read from needmap_server;
revoke delete on need from needmap_server;

-- +goose Down
drop function need_changes, need_values;
drop function grid_cell, grid_cell_centre, grid_cell_3035;
drop table event_need, event, location_read, token, request_key, directory_event;
drop function log_location_read;
drop trigger need_event_written on need_event;
drop function need_event_written;
delete from need_event where kind not in ('REPORTED', 'CONFIRMED', 'STATUS_CHANGED', 'UPDATED');
alter table need_event
  drop actor, drop actor_role, drop version, drop reason_code, drop response_id, drop before, drop after, drop tx,
  drop constraint need_event_need_id_fkey,
  add constraint need_event_need_id_fkey foreign key (need_id) references need on delete cascade,
  alter kind type text;
drop type need_event_kind;
create type need_event_kind as enum ('REPORTED', 'CONFIRMED', 'STATUS_CHANGED', 'UPDATED');
alter table need_event alter kind type need_event_kind using kind::need_event_kind;
alter table service drop version;
alter table organisation drop version;
update response set reason = coalesce(reason, reason_code::text) where status = 'DECLINED';
alter table response drop constraint response_declined,
  add constraint response_check check (status <> 'DECLINED' or coalesce(reason, '') <> '');
drop index response_held;
alter table response drop version, drop reason_code, drop merged_from;
alter table need drop constraint need_suspension_origin, drop minimum_age, drop maximum_age, drop end_reason, drop merged_into;
drop type event_kind, decline_reason, end_reason, caller_role;
revoke all on all tables in schema public from needmap_server;
revoke usage on schema public from needmap_server;
