package postgres

const organisationColumns = `o.id, coalesce(o.external_id, ''), o.is_cooperative, o.slug, o.name, o.partner_kind,
  o.fiscal_code, o.description, o.municipality_id, o.volunteers, o.version, o.is_synthetic`

const serviceColumns = `s.id, coalesce(s.external_id, ''), s.organisation_id, s.name, s.field, sp.name, s.status,
  s.provision, s.is_pilot, s.capacity, s.people_reached, s.catchment_metres, s.minimum_age, s.maximum_age,
  st_x(s.location), st_y(s.location), s.location_kind, s.version, s.is_synthetic`

const (
	sqlOrganisations      = `select o.sort_name, ` + organisationColumns + ` from organisation o`
	sqlOrganisationCount  = `select count(*) from organisation o`
	sqlOrganisationsByID  = sqlOrganisations + ` where o.id = any($1::int[])`
	sqlOrganisationBySlug = sqlOrganisations + ` where o.slug = $1 and o.is_cooperative`

	sqlServices     = `select s.sort_name, ` + serviceColumns + ` from service s left join specialisation sp on sp.id = s.specialisation_id`
	sqlServiceCount = `select count(*) from service s`
	sqlServicesByID = sqlServices + ` where s.id = any($1::int[])`
)

// A page for each of several groups, in one statement; see sqlNeedsPerGroup.
const (
	sqlPerGroup            = `select g.ord, p.* from unnest(?::text[]) with ordinality as g(ids, ord) cross join lateral (`
	sqlPerGroupEnd         = `) p order by g.ord, p.sort_name, p.id`
	sqlPerGroupEndBackward = `) p order by g.ord, p.sort_name desc, p.id desc`
	// A count a group has no order or limit.
	sqlCountPerGroupEnd = `) p`

	organisationSeatedInGroup  = `o.municipality_id = any(g.ids::int[])`
	organisationOfCoopInGroup  = `exists (select from partnership ps where ps.partner_id = o.id and ps.cooperative_id = any(g.ids::int[]))`
	organisationOfPartnerGroup = `exists (select from partnership ps where ps.cooperative_id = o.id and ps.partner_id = any(g.ids::int[]))`
	organisationPresentInGroup = `(o.municipality_id = any(g.ids::int[]) or exists (select from service s join service_area a on a.service_id = s.id ` +
		`where s.organisation_id = o.id and a.municipality_id = any(g.ids::int[])))`
	serviceInGroupArea         = `s.id = any(array(select a.service_id from unnest(g.ids::int[]) l(id) join service_area a on a.municipality_id = l.id))`
	serviceOfOrganisationGroup = `s.organisation_id = any(g.ids::int[])`
)

// Conditions on an organisation or a service.
const (
	organisationIsCooperative = `o.is_cooperative = ?`
	organisationJoinedTo      = `exists (select from partnership ps join organisation c on c.id = ps.cooperative_id ` +
		`where ps.partner_id = o.id and c.slug = ?)`
	organisationNamed = `strpos(o.sort_name, plain_text(?)) > 0`

	serviceServes    = `exists (select from service_area a where a.service_id = s.id and a.municipality_id = any(?::int[]))`
	serviceOfferedBy = `s.organisation_id = (select id from organisation where slug = ?)`
	servicePilot     = `s.is_pilot = ?`
	serviceNamed     = `strpos(s.sort_name, plain_text(?)) > 0`
)

// Order by name. A key that came in a cursor may be beyond those of the table.
const (
	organisationForward  = ` order by o.sort_name, o.id`
	organisationBackward = ` order by o.sort_name desc, o.id desc`
	organisationAfter    = `(o.sort_name, o.id) > (?, ?::bigint)`
	organisationBefore   = `(o.sort_name, o.id) < (?, ?::bigint)`

	serviceForward  = ` order by s.sort_name, s.id`
	serviceBackward = ` order by s.sort_name desc, s.id desc`
	serviceAfter    = `(s.sort_name, s.id) > (?, ?::bigint)`
	serviceBefore   = `(s.sort_name, s.id) < (?, ?::bigint)`
)

const (
	sqlSpecialists = `select sl.organisation_id, sp.name, sl.operators from specialists sl
join specialisation sp on sp.id = sl.specialisation_id
where sl.organisation_id = any($1::int[]) order by sl.organisation_id, sp.name`
	sqlServiceAreas = `select a.service_id, a.municipality_id from service_area a
join municipality m on m.id = a.municipality_id
where a.service_id = any($1::int[]) order by a.service_id, m.code`
	sqlSuspensions = `select id, service_id, from_day::text, to_day::text, reason from suspension
where service_id = any($1::int[]) order by service_id, from_day desc, id desc`
	sqlSuspensionsByID = `select id, service_id, from_day::text, to_day::text, reason from suspension where id = any($1::int[])`
)

const (
	sqlPublishedFigures = `select network_name, cooperatives, partners, operators, specialisations, volunteers, municipi,
  people_reached, source from published_figures`
	sqlPublishedPeople = `select field, people from published_people order by field`
	sqlComputedFigures = `select
  count(*) filter (where is_cooperative), count(*) filter (where not is_cooperative), coalesce(sum(volunteers), 0),
  (select count(*) from service),
  (select coalesce(sum(operators), 0) from specialists),
  (select count(distinct specialisation_id) from specialists),
  coalesce(bool_or(is_synthetic), false) or exists (select from service where is_synthetic), now()
from organisation`
	sqlComputedPeople = `select f.field, coalesce(sum(s.people_reached), 0)
from unnest(enum_range(null::field_of_intervention)) as f(field)
left join service s on s.field = f.field group by f.field order by f.field`
)
