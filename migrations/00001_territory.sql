-- +goose Up
-- The unit of territory that everything else refers to.
create extension if not exists postgis;
create extension if not exists unaccent;

create type municipality_kind as enum ('COMUNE', 'MUNICIPIO');

-- Lower case without accents, for names and sorting. unaccent() itself is only
-- stable, because its dictionary could be replaced; naming it pins the meaning.
-- +goose StatementBegin
create function plain_text(value text) returns text
  language sql immutable strict parallel safe
  return lower(public.unaccent('public.unaccent'::regdictionary, value));
-- +goose StatementEnd

create table municipality (
  id                int generated always as identity primary key,
  code              text not null unique check (code ~ '^[0-9]{6}(-[0-9]{2})?$'),
  kind              municipality_kind not null,
  name              text not null check (name <> ''),
  parent_id         int references municipality,
  province_code     text not null check (province_code ~ '^[0-9]{3}$'),
  province_acronym  text not null default '',
  province_name     text not null,
  region_code       text not null check (region_code ~ '^[0-9]{2}$'),
  region_name       text not null,
  population        int check (population >= 0),
  population_year   int,
  population_source text,
  boundary          geometry(MultiPolygon, 4326) not null check (st_isvalid(boundary)),
  area_km2          double precision not null check (area_km2 > 0),
  centroid          geometry(Point, 4326) not null,
  boundary_source   text not null,
  is_schematic      boolean not null,
  is_local          boolean not null default true,
  check ((kind = 'MUNICIPIO') = (parent_id is not null)),
  check ((population is null) = (population_year is null))
);
comment on column municipality.is_local is 'a leaf: needs are counted here';
create index municipality_parent on municipality (parent_id);
create index municipality_boundary on municipality using gist (boundary);

-- Servers hold the territory in memory; they reload when this number changes.
create table territory_version (
  only_row   boolean primary key default true check (only_row),
  version    bigint not null,
  changed_at timestamptz not null
);
insert into territory_version (version, changed_at) values (1, now());

-- +goose StatementBegin
create function territory_changed() returns trigger language plpgsql as $$
begin
  update territory_version set version = version + 1, changed_at = now();
  perform pg_notify('needmap_territory', '');
  return null;
end $$;
-- +goose StatementEnd
create trigger territory_changed after insert or update or delete or truncate on municipality
  for each statement execute function territory_changed();

-- +goose Down
drop table territory_version, municipality;
drop function territory_changed, plain_text;
drop type municipality_kind;
