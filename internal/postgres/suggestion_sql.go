package postgres

// Services beside a need, from its point or from the centre of the cell that
// holds it. The need's place is worked out once.
const (
	candidateOf = `select s.id, s.field, s.status, s.capacity, s.catchment_metres, s.minimum_age, s.maximum_age,
  a.service_id is not null, st_distance(s.location::geography, n.place::geography)
from place n cross join service s
left join service_area a on a.service_id = s.id and a.municipality_id = n.municipality_id
where s.status <> 'CLOSED' order by s.id`

	sqlCandidates = `with place as materialized (
  select municipality_id, location as place from need where id = $1
) ` + candidateOf
	sqlCellCandidates = `with place as materialized (
  select municipality_id, grid_cell_centre(location) as place from need where id = $1
) ` + candidateOf
)
