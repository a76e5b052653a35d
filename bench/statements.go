package main

// The requests of each line, and the statements that a careful hand would write
// for the same work. A number after \set travels as a parameter of the prepared
// statement; words are part of it.

const listQuery = `query($m: String!, $f: Field!, $s: NeedStatus!) {
  needs(filter: {municipalities: [$m], fields: [$f], statuses: [$s]}, first: 50) {
    totalCount
    nodes { id field origin status severity people peopleAnswered summary reportedAt municipality { name } }
  }
}`

const listScript = `\set m %d
select n.id, n.field, n.origin, n.status, n.severity, n.people, n.people_answered, n.summary, n.reported_at, m.name,
  (select count(*) from need c where c.municipality_id = :m and c.field = '%[2]s' and c.status = '%[3]s')
from need n join municipality m on m.id = n.municipality_id
where n.municipality_id = :m and n.field = '%[2]s' and n.status = '%[3]s'
order by n.reported_at desc, n.id desc limit 50;
`

const featureQuery = `query($b: BBox!) { needFeatures(bbox: $b, limit: 500) }`

// The comparison inside CASE hides from the planner, which would otherwise take
// it for a rare one and read every need in the box.
const featureScript = `\set w %f
\set s %f
\set e %f
\set n %f
select id, st_x(location), st_y(location), municipality_id, field, origin, status, severity, people, people_answered,
  location_kind, reported_at
from need
where location && st_makeenvelope(:w, :s, :e, :n, 4326)
  and case when st_x(location) between :w and :e and st_y(location) between :s and :n then true else false end
order by reported_at desc, id desc limit 500;
`

const mapQuery = `query($o: NeedOrigin!, $from: Date, $to: Date) {
  needMap(filter: {origins: [$o], reportedFrom: $from, reportedTo: $to}) {
    totals { needs openNeeds people openPeople peopleAnswered }
    cells { area { code name } byField { field tally { needs people } } }
  }
}`

const rollupScript = `select municipality_id, field, sum(needs), sum(open_needs), sum(people), sum(open_people), sum(answered)
from need_rollup where span = 'MONTH' and origin = '%s' and since >= '%s' and since < '%s'
group by municipality_id, field;
`

const allTimeRollupScript = `select municipality_id, field, sum(needs), sum(open_needs), sum(people), sum(open_people), sum(answered)
from need_rollup where span = 'ALL' and origin = '%s'
group by municipality_id, field;
`

const allTimeBaseScript = `select municipality_id, field, count(*), count(*) filter (where status <= 'IN_PROGRESS'),
  sum(people), sum(people) filter (where status <= 'IN_PROGRESS'), sum(people_answered)
from need where origin = '%s'
group by municipality_id, field;
`

const baseScript = `select municipality_id, field, count(*), count(*) filter (where status <= 'IN_PROGRESS'),
  sum(people), sum(people) filter (where status <= 'IN_PROGRESS'), sum(people_answered)
from need where origin = '%s' and reported_on between '%s' and '%s'
group by municipality_id, field;
`

const municipalityQuery = `query($m: String!) {
  municipality(code: $m) {
    code name provinceName population areaKm2
    needs(first: 10) { nodes { id field origin status severity people summary reportedAt } }
    services(first: 10) { nodes { id name field status provision capacity } }
  }
}`

const municipalityScript = `select m.code, m.name, m.province_name, m.population, m.area_km2,
  (select json_agg(x) from (
    select n.id, n.field, n.origin, n.status, n.severity, n.people, n.summary, n.reported_at
    from need n where n.municipality_id = m.id order by n.reported_at desc, n.id desc limit 10) x),
  (select json_agg(x) from (
    select s.id, s.name, s.field, s.status, s.provision, s.capacity
    from service s where exists (select from service_area a where a.service_id = s.id and a.municipality_id = m.id)
    order by s.sort_name, s.id limit 10) x)
from municipality m where m.code = '%s';
`
