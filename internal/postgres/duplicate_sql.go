package postgres

// For each need its neighbours: by the index on places where both have a point,
// by that on municipality, field and status elsewhere. A degree of latitude has at
// least 110,500 m, one of longitude that times the cosine, so that the box holds
// the disc. With the box the time stands as a range, which no index answers: the
// planner would read two months of all needs beside the few that are near. Words
// are read of the nearest in time only, and of each need once.
const sqlLikelyNeeds = `
with asked as materialized (
  select ?::bigint[] as ids, make_interval(days => ?) as span, ?::float8 as metres
), own as materialized (
  select o.id, o.municipality_id, o.field, o.reported_at, o.location, a.metres,
    tstzrange(o.reported_at - a.span, o.reported_at + a.span, '[]') as around,
    st_expand(o.location, a.metres / 110500 / cos(radians(least(abs(st_y(o.location)), 89))), a.metres / 110500) as box
  from asked a join need o on o.id = any(a.ids)
), pair as materialized (
  select own.id as own_id, near.id, near.metres, near.seconds
  from own cross join lateral (
    select n.id, n.metres, n.seconds
    from (
      select n.id, n.municipality_id, n.reported_by,
        st_distance(n.location::geography, own.location::geography) as metres,
        extract(epoch from n.reported_at - own.reported_at) as seconds
      from need n
      where n.location && own.box and st_dwithin(n.location::geography, own.location::geography, own.metres)
        and n.field = own.field and n.status = any('{REPORTED,VERIFIED,ASSIGNED,IN_PROGRESS}')
        and n.reported_at <@ own.around and n.id <> own.id
      union all
      select n.id, n.municipality_id, n.reported_by, null, extract(epoch from n.reported_at - own.reported_at)
      from need n
      where n.municipality_id = own.municipality_id and n.field = own.field
        and n.status = any('{REPORTED,VERIFIED,ASSIGNED,IN_PROGRESS}')
        and n.reported_at between lower(own.around) and upper(own.around) and n.id <> own.id
        and (n.location is null or own.location is null)
    ) n`

const sqlLikelyNeedsEnd = `
    order by abs(n.seconds), n.id limit 50
  ) near
), words as materialized (
  select n.id, tsvector_to_array(to_tsvector('italian_plain', n.summary)) as stems
  from need n
  where n.id in (select own_id from pair union select id from pair) and n.summary is not null
)
select p.own_id, p.id, p.metres, p.seconds,
  case when cardinality(a.stems) > 0 and cardinality(b.stems) > 0 then
    2.0 * (select count(*) from unnest(a.stems) stem where stem = any(b.stems)) / (cardinality(a.stems) + cardinality(b.stems)) end
from pair p left join words a on a.id = p.own_id left join words b on b.id = p.id`
