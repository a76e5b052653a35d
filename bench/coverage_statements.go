package main

// The requests on coverage, and the statements that fetch the inputs of a report:
// demand from the rollup, and the services with where they serve and what is held.

const coverageRow = `area { code name } field needs demand answered gap promised stuck reasons { reason people }
  services capacity freeCapacity suspendedServices suspendedCapacity supplyDemand
  coverage { value low high } unmetRate { value low high smoothed reliability } rateMissing
  denominator { people yearFrom yearTo source }`

const (
	coverageQuery       = `{ coverage { rows { ` + coverageRow + ` } } }`
	coverageWholeQuery  = `{ coverage { rows { ` + coverageRow + ` needDays distance { medianMetres p90Metres measured located unlocated } } } }`
	coverageRankedQuery = `{ coverage(orderBy: GAP_DESC) { rows { area { code } field gap rank { position probability low high } } } }`

	accessibilityQuery     = `{ accessibility(field: ELDERLY, catchmentMetres: 20000) { areas { area { code } people placesPerThousand } peopleTimesAccess } }`
	accessibilityNeedQuery = `{ accessibility(field: ELDERLY, catchmentMetres: 20000, demand: PEOPLE_IN_NEED) { areas { area { code } people placesPerThousand } peopleTimesAccess } }`
	sitingQuery            = `{ siting(field: ELDERLY, count: 10, radiusMetres: 5000) { covered total upperBound certificate sites { candidate gain needCount } } }`
	criticalityQuery       = `{ criticality(field: ELDERLY) { services { held opened service { id name } } } }`
)

const coverageScript = `select municipality_id, field, sum(open_needs), sum(open_people),
  sum(answered_reported + answered_verified + answered_assigned + answered_in_progress)
from need_rollup where span = 'ALL' group by municipality_id, field;
select id, field, status, capacity, minimum_age, maximum_age, catchment_metres, st_x(location), st_y(location)
from service where status in ('ACTIVE', 'SUSPENDED');
select service_id, municipality_id from service_area;
select service_id, sum(people) from response where service_id is not null and status in ('PROPOSED', 'ACCEPTED') group by service_id;
`

// Copies of the demo's services within some kilometres of them, with what they serve.
const addServicesScript = `
with wanted as (
  select greatest(0, :most - (select count(*) from service)) as n, (select count(*) from service where external_id not like 'bench-%') as have
), copy as (
  insert into service (external_id, organisation_id, name, field, status, provision, capacity, catchment_metres, minimum_age, maximum_age,
    location, location_kind)
  select 'bench-' || s.id || '-' || k, s.organisation_id, 'bench', s.field, s.status, s.provision, s.capacity, s.catchment_metres,
    s.minimum_age, s.maximum_age, st_translate(s.location, 0.01 * cos(k + s.id), 0.01 * sin(k + s.id)), s.location_kind
  from wanted, generate_series(1, 100) k, lateral (select * from service where external_id not like 'bench-%' order by id) s
  order by k, s.id limit (select n from wanted)
  returning id, external_id
)
insert into service_area (service_id, municipality_id)
select copy.id, a.municipality_id from copy join service_area a on a.service_id = split_part(copy.external_id, '-', 2)::int;
`
