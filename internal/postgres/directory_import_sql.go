package postgres

const sqlImportLock = `
lock table municipality, organisation, partnership, specialisation, specialists, service, service_area in share row exclusive mode`

const sqlOrganisationKeys = `
select id, coalesce(external_id, '') as external_id, slug, coalesce(fiscal_code, '') as fiscal_code, is_cooperative
from organisation`

// The row as it is to be: as given, but in the columns $10, which the file does
// not have, as it was. Only a row that differs is written.
const sqlOrganisationPut = `
with old as (
  select * from organisation where external_id = $1
), wanted as (
  select cast($1 as text) as external_id, cast($2 as boolean) as is_cooperative, cast($3 as text) as slug,
    cast($4 as text) as name, cast($5 as partner_kind) as partner_kind,
    case when 'fiscal_code' = any($10) then old.fiscal_code else $6 end as fiscal_code,
    case when 'description' = any($10) then old.description else $7 end as description,
    case when 'municipality' = any($10) then old.municipality_id else cast($8 as int) end as municipality_id,
    case when 'volunteers' = any($10) then coalesce(old.volunteers, 0) else cast($9 as int) end as volunteers
  from (values (1)) one left join old on true
), put as (
  insert into organisation (external_id, is_cooperative, slug, name, partner_kind, fiscal_code, description,
    municipality_id, volunteers)
  select * from wanted
  on conflict (external_id) do update set
    (slug, name, partner_kind, fiscal_code, description, municipality_id, volunteers, is_synthetic) =
    (excluded.slug, excluded.name, excluded.partner_kind, excluded.fiscal_code, excluded.description,
     excluded.municipality_id, excluded.volunteers, false)
  where (organisation.slug, organisation.name, organisation.partner_kind, organisation.fiscal_code,
         organisation.description, organisation.municipality_id, organisation.volunteers, organisation.is_synthetic)
    is distinct from
        (excluded.slug, excluded.name, excluded.partner_kind, excluded.fiscal_code, excluded.description,
         excluded.municipality_id, excluded.volunteers, false)
  returning id
)
select coalesce((select id from put), (select id from old)), not exists (select from old), exists (select from put)`

const sqlSpecialisationsAdd = `
with added as (
  insert into specialisation (name) select name from unnest(cast($1 as text[])) name order by name
  on conflict (name) do nothing
  returning 1
)
select count(*) from added`

const sqlSpecialistsPut = `
with wanted as (
  select s.id, w.operators
  from unnest(cast($2 as text[]), cast($3 as int[])) w (name, operators) join specialisation s using (name)
), gone as (
  delete from specialists
  where organisation_id = $1 and specialisation_id not in (select id from wanted)
  returning 1
), put as (
  insert into specialists (organisation_id, specialisation_id, operators)
  select $1, id, operators from wanted
  on conflict (organisation_id, specialisation_id) do update set operators = excluded.operators
  where specialists.operators <> excluded.operators
  returning 1
)
select (select count(*) from gone) + (select count(*) from put)`

const sqlPartnershipsPut = `
with gone as (
  delete from partnership
  where partner_id = $1 and cooperative_id <> all(coalesce(cast($2 as int[]), '{}'))
  returning 1
), put as (
  insert into partnership (partner_id, cooperative_id)
  select $1, id from unnest(cast($2 as int[])) id
  on conflict do nothing
  returning 1
)
select (select count(*) from gone) + (select count(*) from put)`

const sqlServicePut = `
with old as (
  select * from service where external_id = $1
), wanted as (
  select cast($1 as text) as external_id, cast($2 as int) as organisation_id, cast($3 as text) as name,
    cast($4 as field_of_intervention) as field,
    case when 'specialisation' = any($16) then old.specialisation_id
      else (select id from specialisation where name = $5) end as specialisation_id,
    cast($6 as service_status) as status, cast($7 as provision) as provision,
    case when 'is_pilot' = any($16) then coalesce(old.is_pilot, false) else cast($8 as boolean) end as is_pilot,
    cast($9 as int) as capacity,
    case when 'people_reached' = any($16) then coalesce(old.people_reached, 0) else cast($10 as int) end as people_reached,
    case when 'catchment_metres' = any($16) then old.catchment_metres else cast($11 as int) end as catchment_metres,
    case when 'minimum_age' = any($16) then old.minimum_age else cast($12 as int) end as minimum_age,
    case when 'maximum_age' = any($16) then old.maximum_age else cast($13 as int) end as maximum_age,
    st_geomfromewkb(decode($14, 'hex')) as location, cast($15 as location_kind) as location_kind
  from (values (1)) one left join old on true
), put as (
  insert into service (external_id, organisation_id, name, field, specialisation_id, status, provision, is_pilot,
    capacity, people_reached, catchment_metres, minimum_age, maximum_age, location, location_kind)
  select * from wanted
  on conflict (external_id) do update set
    (organisation_id, name, field, specialisation_id, status, provision, is_pilot, capacity, people_reached,
     catchment_metres, minimum_age, maximum_age, location, location_kind, is_synthetic) =
    (excluded.organisation_id, excluded.name, excluded.field, excluded.specialisation_id, excluded.status,
     excluded.provision, excluded.is_pilot, excluded.capacity, excluded.people_reached, excluded.catchment_metres,
     excluded.minimum_age, excluded.maximum_age, excluded.location, excluded.location_kind, false)
  where (service.organisation_id, service.name, service.field, service.specialisation_id, service.status,
         service.provision, service.is_pilot, service.capacity, service.people_reached, service.catchment_metres,
         service.minimum_age, service.maximum_age, service.location, service.location_kind, service.is_synthetic)
    is distinct from
        (excluded.organisation_id, excluded.name, excluded.field, excluded.specialisation_id, excluded.status,
         excluded.provision, excluded.is_pilot, excluded.capacity, excluded.people_reached, excluded.catchment_metres,
         excluded.minimum_age, excluded.maximum_age, excluded.location, excluded.location_kind, false)
  returning id
)
select coalesce((select id from put), (select id from old)), not exists (select from old), exists (select from put)`

const sqlServiceAreasPut = `
with gone as (
  delete from service_area
  where service_id = $1 and municipality_id <> all(coalesce(cast($2 as int[]), '{}'))
  returning 1
), put as (
  insert into service_area (service_id, municipality_id)
  select $1, id from unnest(cast($2 as int[])) id
  on conflict do nothing
  returning 1
)
select (select count(*) from gone) + (select count(*) from put)`
