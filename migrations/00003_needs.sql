-- +goose Up
-- What is lacking, and who takes it up.
create type need_origin as enum ('KNOWN', 'SUSPENDED_SERVICE', 'EMERGING');
create type need_status as enum
  ('REPORTED', 'VERIFIED', 'ASSIGNED', 'IN_PROGRESS', 'MET', 'CLOSED', 'REJECTED');
create type response_status as enum ('PROPOSED', 'ACCEPTED', 'DELIVERED', 'DECLINED');
create type need_event_kind as enum ('REPORTED', 'CONFIRMED', 'STATUS_CHANGED', 'UPDATED');

-- Italian word stems; accents go first, so that anzianita finds anzianità.
create text search configuration italian_plain (copy = italian);
alter text search configuration italian_plain
  alter mapping for hword, hword_part, word with unaccent, italian_stem;

create table need (
  id                bigint generated always as identity primary key,
  external_id       text check (external_id <> ''),
  municipality_id   int not null references municipality,
  field             field_of_intervention not null,
  origin            need_origin not null,
  status            need_status not null,
  severity          smallint not null check (severity between 1 and 5),
  people            int not null check (people between 1 and 100000),
  people_answered   int not null default 0 check (people_answered between 0 and people),
  summary           text check (char_length(summary) between 1 and 2000),
  reported_at       timestamptz not null,
  -- The day in Rome: what a filter by day means.
  reported_on       date not null generated always as ((reported_at at time zone 'Europe/Rome')::date) stored,
  last_confirmed_at timestamptz,
  location          geometry(Point, 4326),
  location_kind     location_kind not null,
  reported_by       int references organisation,
  suspension_id     int references suspension,
  version           int not null default 1,
  is_synthetic      boolean not null default false,
  -- What is not stored can't leak.
  check (location is null or location_kind in ('EXACT', 'AREA')),
  check (location is not null or location_kind <> 'EXACT')
);
create unique index need_external_id on need (external_id) where external_id is not null;
-- Newest first: of all, in one municipality, and there in one field and status.
create index need_newest on need (reported_at desc, id desc);
create index need_newest_in_municipality on need (municipality_id, reported_at desc, id desc);
create index need_in_municipality on need (municipality_id, field, status, reported_at desc, id desc);
create index need_most_severe on need (severity desc, reported_at desc, id desc);
-- Figures that the rollup can't answer: by single day, or by status and severity at once.
create index need_figures on need (reported_on, municipality_id)
  include (field, origin, status, severity, people, people_answered);
create index need_location on need using gist (location) where location is not null;
create index need_summary on need using gin (to_tsvector('italian_plain', summary)) where summary is not null;
create index need_reported_by on need (reported_by) where reported_by is not null;
create index need_suspension on need (suspension_id) where suspension_id is not null;

create table response (
  id              bigint generated always as identity primary key,
  need_id         bigint not null references need on delete cascade,
  organisation_id int not null references organisation,
  service_id      int references service,
  people          int not null check (people > 0),
  status          response_status not null,
  reason          text,
  proposed_at     timestamptz not null,
  updated_at      timestamptz not null,
  check (status <> 'DECLINED' or coalesce(reason, '') <> '')
);
create index response_need on response (need_id, proposed_at, id);
create index response_service on response (service_id) where service_id is not null;
create index response_organisation on response (organisation_id);

create table need_event (
  id          bigint generated always as identity primary key,
  need_id     bigint not null references need on delete cascade,
  at          timestamptz not null,
  kind        need_event_kind not null,
  from_status need_status,
  to_status   need_status,
  reason      text
);
create index need_event_need on need_event (need_id, at, id);

-- +goose Down
drop table need_event, response, need;
drop text search configuration italian_plain;
drop type need_event_kind, response_status, need_status, need_origin;
