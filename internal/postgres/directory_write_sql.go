package postgres

// The values of objects for directory_event: those of their rows, with names in
// place of keys and what belongs to the object alone. Never a point: what becomes
// undisclosed must not stay readable in the past.
const (
	sqlOrganisationValues = `
select to_jsonb(o) - '{id,sort_name,municipality_id}'::text[] || jsonb_build_object(
  'municipality', (select code from municipality where id = o.municipality_id),
  'cooperatives', array(select c.slug from partnership p join organisation c on c.id = p.cooperative_id
    where p.partner_id = o.id order by c.slug),
  'specialists', (select coalesce(jsonb_object_agg(sp.name, s.operators), '{}')
    from specialists s join specialisation sp on sp.id = s.specialisation_id where s.organisation_id = o.id))
from organisation o where o.id = $1`
	sqlServiceValues = `
select to_jsonb(s) - '{id,sort_name,organisation_id,specialisation_id,location}'::text[] || jsonb_build_object(
  'organisation', (select slug from organisation where id = s.organisation_id),
  'specialisation', (select name from specialisation where id = s.specialisation_id),
  'has_point', s.location is not null,
  'municipalities', array(select m.code from service_area a join municipality m on m.id = a.municipality_id
    where a.service_id = s.id order by m.code),
  'suspensions', array(select to_jsonb(u) - '{id,service_id}'::text[] from suspension u
    where u.service_id = s.id order by u.from_day, u.id))
from service s where s.id = $1`
	sqlSpecialisationValues = `select to_jsonb(sp) - 'id' from specialisation sp where sp.id = $1`
	sqlEventValues          = `
select to_jsonb(e) - '{id,municipality_id}'::text[] || jsonb_build_object(
  'municipality', (select code from municipality where id = e.municipality_id),
  'needs', array(select need_id from event_need where event_id = e.id order by need_id))
from event e where e.id = $1`
	sqlDirectoryEvent = `insert into directory_event (object, object_id, actor, actor_role, before, after)
values ($1, $2, $3, nullif($4::text, '')::caller_role, $5, $6)`
)

// A slug that was left out is made of the name ($3): the first of name, name-2,
// name-3 … that is free. When another takes it meanwhile, no row comes back.
const (
	sqlOrganisationInsert = `
insert into organisation (is_cooperative, slug, name, partner_kind, fiscal_code, description, municipality_id, volunteers)
values ($1, coalesce(cast($2 as text), (
    select candidate from (
      select n, case when n = 1 then cast($3 as text) else $3 || '-' || n end as candidate
      from generate_series(1, (select 1 + count(*) from organisation where slug = $3 or slug like $3 || '-%')) n) c
    where not exists (select from organisation where slug = candidate)
    order by n limit 1)),
  $4, $5, $6, $7, $8, $9)
on conflict (slug) do nothing
returning id`
	sqlOrganisationLock   = sqlOrganisations + ` where o.id = $1 for update`
	sqlOrganisationUpdate = `
update organisation set name = $2, partner_kind = $3, fiscal_code = $4, description = $5, municipality_id = $6,
  volunteers = $7, version = version + 1 where id = $1`
	sqlOrganisationTouch      = `update organisation set version = version + 1 where id = $1`
	sqlOrganisationDelete     = `delete from organisation where id = $1`
	sqlOrganisationReferences = `
select 'services', count(*) from service where organisation_id = $1
union all select 'needs that it reported', count(*) from need where reported_by = $1
union all select 'responses', count(*) from response where organisation_id = $1
union all select 'partners without another cooperative', count(*) from partnership p where p.cooperative_id = $1
  and not exists (select from partnership o where o.partner_id = p.partner_id and o.cooperative_id <> $1)`
)

const (
	sqlCooperativesKept = `select id from organisation where id = any($1::int[]) and is_cooperative for key share`
	sqlPartnershipsAdd  = `insert into partnership (partner_id, cooperative_id) select $1, unnest($2::int[])`
	sqlPartnershipCount = `
select count(*), count(*) filter (where cooperative_id = $2) > 0 from partnership where partner_id = $1`
	sqlPartnershipDelete = `delete from partnership where partner_id = $1 and cooperative_id = $2`
	sqlPartnersLock      = `
select id from organisation where id in (select partner_id from partnership where cooperative_id = $1)
order by id for update`
)

const (
	sqlSpecialisationInsert     = `insert into specialisation (name) values ($1) returning id`
	sqlSpecialisationLock       = `select true from specialisation where id = $1 for update`
	sqlSpecialisationKept       = `select true from specialisation where id = $1 for key share`
	sqlSpecialisationUpdate     = `update specialisation set name = $2 where id = $1`
	sqlSpecialisationDelete     = `delete from specialisation where id = $1`
	sqlSpecialisationReferences = `
select 'organisations with such operators', count(*) from specialists where specialisation_id = $1
union all select 'services', count(*) from service where specialisation_id = $1`
	sqlSpecialistsSet = `
insert into specialists (organisation_id, specialisation_id, operators) values ($1, $2, $3)
on conflict (organisation_id, specialisation_id) do update set operators = excluded.operators`
	sqlSpecialistsDelete = `delete from specialists where organisation_id = $1 and specialisation_id = $2`
	sqlSpecialisations   = `
select sp.id, sp.name, (select coalesce(sum(operators), 0) from specialists where specialisation_id = sp.id)
from specialisation sp`
	sqlSpecialisationsAll  = sqlSpecialisations + ` order by plain_text(sp.name), sp.name`
	sqlSpecialisationsByID = sqlSpecialisations + ` where sp.id = any($1::int[])`
)

const (
	sqlServiceDraft = `select s.specialisation_id, s.sort_name, ` + serviceColumns + `
from service s left join specialisation sp on sp.id = s.specialisation_id where s.id = $1 for update of s`
	sqlServiceInsert = `
insert into service (organisation_id, name, field, specialisation_id, status, provision, is_pilot, capacity,
  people_reached, catchment_metres, minimum_age, maximum_age, location, location_kind)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
returning id`
	sqlServiceUpdate = `
update service set organisation_id = $1, name = $2, field = $3, specialisation_id = $4, status = $5, provision = $6,
  is_pilot = $7, capacity = $8, people_reached = $9, catchment_metres = $10, minimum_age = $11, maximum_age = $12,
  location = $13, location_kind = $14, version = version + 1
where id = $15`
	sqlServiceDelete     = `delete from service where id = $1`
	sqlServiceReferences = `
select 'responses', count(*) from response where service_id = $1
union all select 'needs that its suspensions left unmet', count(*) from need
  where suspension_id in (select id from suspension where service_id = $1)`
)
