-- +goose Up
-- Servers hold the services in memory for the measures of coverage; they read them
-- again when this number changes. Services change rarely, so that nobody waits long
-- for the row.
create table supply_version (
  only_row boolean primary key default true check (only_row),
  version  bigint not null
);
insert into supply_version (version) values (1);

-- +goose StatementBegin
create function supply_changed() returns trigger language plpgsql as $$
begin
  update supply_version set version = version + 1;
  return null;
end $$;
-- +goose StatementEnd
create trigger supply_changed after insert or update or delete or truncate on service
  for each statement execute function supply_changed();
create trigger supply_changed after insert or update or delete or truncate on service_area
  for each statement execute function supply_changed();
create trigger supply_changed after insert or update or delete or truncate on suspension
  for each statement execute function supply_changed();

grant select, update on supply_version to needmap_server;

-- +goose Down
drop trigger supply_changed on suspension;
drop trigger supply_changed on service_area;
drop trigger supply_changed on service;
drop function supply_changed;
drop table supply_version;
