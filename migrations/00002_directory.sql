-- +goose Up
-- Who can answer: organisations, what they offer, and when they did not.
create type field_of_intervention as enum
  ('MINORS', 'DISABILITY', 'ELDERLY', 'ADULTS_AND_FAMILIES', 'CULTURE_AND_SOCIAL_AGRICULTURE');
create type partner_kind as enum
  ('SOCIAL_ENTERPRISE', 'ASSOCIATION', 'THIRD_SECTOR_BODY', 'SCHOOL', 'UNIVERSITY', 'HOSPITAL',
   'PARISH', 'PRIVATE_COMPANY', 'PUBLIC_BODY', 'CITIZENS_GROUP');
create type service_status as enum ('ACTIVE', 'SUSPENDED', 'PLANNED', 'CLOSED');
create type provision as enum ('PUBLICLY_FUNDED', 'PRIVATE', 'MUTUAL_AID');
create type location_kind as enum ('EXACT', 'AREA', 'UNDISCLOSED', 'FICTITIOUS_RESIDENCE');

create table organisation (
  id              int generated always as identity primary key,
  external_id     text unique check (external_id <> ''),
  is_cooperative  boolean not null,
  slug            text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name            text not null check (name <> ''),
  sort_name       text not null generated always as (plain_text(name)) stored,
  partner_kind    partner_kind,
  fiscal_code     text unique check (fiscal_code ~ '^[0-9]{11}$'),
  description     text,
  municipality_id int references municipality,
  volunteers      int not null default 0 check (volunteers >= 0),
  is_synthetic    boolean not null default false,
  check (is_cooperative = (partner_kind is null))
);
create index organisation_name on organisation (is_cooperative, sort_name, id);
create index organisation_municipality on organisation (municipality_id);

create table partnership (
  partner_id     int not null references organisation on delete cascade,
  cooperative_id int not null references organisation on delete cascade,
  primary key (partner_id, cooperative_id)
);
create index partnership_cooperative on partnership (cooperative_id, partner_id);

create table specialisation (
  id   int generated always as identity primary key,
  name text not null unique check (name <> '')
);

create table specialists (
  organisation_id   int not null references organisation on delete cascade,
  specialisation_id int not null references specialisation,
  operators         int not null check (operators > 0),
  primary key (organisation_id, specialisation_id)
);

create table service (
  id                int generated always as identity primary key,
  external_id       text unique check (external_id <> ''),
  organisation_id   int not null references organisation on delete cascade,
  name              text not null check (name <> ''),
  sort_name         text not null generated always as (plain_text(name)) stored,
  field             field_of_intervention not null,
  specialisation_id int references specialisation,
  status            service_status not null,
  provision         provision not null,
  is_pilot          boolean not null default false,
  capacity          int not null check (capacity >= 0),
  people_reached    int not null default 0 check (people_reached >= 0),
  catchment_metres  int check (catchment_metres > 0),
  minimum_age       int check (minimum_age between 0 and 120),
  maximum_age       int check (maximum_age between coalesce(minimum_age, 0) and 120),
  location          geometry(Point, 4326),
  location_kind     location_kind not null default 'AREA',
  is_synthetic      boolean not null default false,
  -- What is not stored can't leak.
  check (location is null or location_kind in ('EXACT', 'AREA')),
  check (location is not null or location_kind <> 'EXACT')
);
create index service_name on service (sort_name, id);
create index service_organisation on service (organisation_id, sort_name, id);

create table service_area (
  service_id      int not null references service on delete cascade,
  municipality_id int not null references municipality,
  primary key (service_id, municipality_id)
);
create index service_area_municipality on service_area (municipality_id, service_id);

create table suspension (
  id         int generated always as identity primary key,
  service_id int not null references service on delete cascade,
  from_day   date not null,
  to_day     date check (to_day >= from_day),
  reason     text not null check (reason <> '')
);
create index suspension_service on suspension (service_id, from_day desc);

-- What the network says of itself on its public page: stored as published.
create table published_figures (
  only_row        boolean primary key default true check (only_row),
  network_name    text not null,
  cooperatives    int not null,
  partners        int not null,
  operators       int not null,
  specialisations int not null,
  volunteers      int not null,
  municipi        int not null,
  people_reached  int not null,
  source          text not null
);
create table published_people (
  field  field_of_intervention primary key,
  people int not null
);
insert into published_figures
  (network_name, cooperatives, partners, operators, specialisations, volunteers, municipi, people_reached, source)
values
  ('Innovainrete', 10, 676, 2300, 48, 500, 10, 21462, 'Public page of the network Innovainrete');
insert into published_people (field, people) values
  ('MINORS', 3464), ('DISABILITY', 2142), ('ELDERLY', 1139),
  ('ADULTS_AND_FAMILIES', 13570), ('CULTURE_AND_SOCIAL_AGRICULTURE', 147);

-- +goose Down
drop table published_people, published_figures, suspension, service_area, service, specialists,
  specialisation, partnership, organisation;
drop type location_kind, provision, service_status, partner_kind, field_of_intervention;
