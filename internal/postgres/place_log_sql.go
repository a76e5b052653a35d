package postgres

const (
	sqlLogLocationRead = `select log_location_read($1, $2, $3)`
	sqlExactPlaces     = `select id from need where id = any($1) and location_kind = 'EXACT'`
	sqlLocationReads   = `select at, actor, actor_role, needs from location_read
where at >= $1::date at time zone 'Europe/Rome' and ($2::bigint = 0 or $2 = any(needs)) order by at, id`
)
