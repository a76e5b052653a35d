package postgres

import "github.com/innovainrete/needmap/internal/needmap"

// needLine is a need as one text, its values between unit separators, with the
// summary last because it could hold one. Seventeen columns of fifty needs cost
// the driver more than the database takes to find them; one column costs little.
const needLine = `concat_ws(e'\x1f', n.id, n.municipality_id, n.field, n.origin, n.status, n.severity, n.people,
  n.people_answered, n.reported_at, coalesce(n.last_confirmed_at::text, ''), coalesce(n.location::text, ''),
  n.location_kind, coalesce(n.reported_by::text, ''), coalesce(n.suspension_id::text, ''), n.version, n.is_synthetic,
  coalesce(n.summary, ''))`

// Where needs are put in order again, they bring the keys of every order along.
const needKeys = `, n.id, n.reported_at, n.severity, n.people`

const (
	needRows      = needLine + ` from need n`
	sqlNeeds      = `select ` + needRows
	sqlKeyedNeeds = `select ` + needLine + ` as line` + needKeys + ` from need n`
	sqlNeedCount  = `select count(*) from need n`
	sqlNeedsByID  = sqlNeeds + ` where n.id = any($1::bigint[])`
	sqlResponses  = `select id, need_id, organisation_id, service_id, people, status, reason, proposed_at, updated_at
from response where need_id = any($1::bigint[]) order by need_id, proposed_at, id`
	sqlResponsesByID = `select id, need_id, organisation_id, service_id, people, status, reason, proposed_at, updated_at
from response where id = any($1::bigint[])`
	sqlNeedEvents = `select need_id, at, kind, from_status, to_status, reason
from need_event where need_id = any($1::bigint[]) order by need_id, at, id`
)

// Needs of several municipalities: the first of each, read in the order of an
// index, and of those the first. Asked for with = any, the planner sorts them all.
const (
	sqlNeedsOfLeaves = `n.line from (select distinct unnest(?::int[])) l(id) cross join lateral (` + sqlKeyedNeeds
	needOfLeaf       = `n.municipality_id = l.id`
	endOfLeaves      = `) n`
)

// The same for several groups of municipalities at once, a page for each.
const (
	sqlNeedsPerGroup = `select g.ord, n.line from unnest(?::text[]) with ordinality as g(ids, ord) cross join lateral (` +
		`select n.* from (select distinct unnest(g.ids::int[])) l(id) cross join lateral (` + sqlKeyedNeeds
	sqlNeedsPerGroupEnd = `) n order by g.ord, `
)

// Conditions on a need.
const (
	needSeverity = `n.severity >= ?`
	needFrom     = `n.reported_on >= ?::date`
	needTo       = `n.reported_on <= ?::date`
	// The index on location knows boxes in single precision, so it finds a few
	// points too many; the comparisons behind it are exact. They stand in a CASE
	// because the planner would take them for rare ones and read every need of
	// the box, where walking from the newest need finds enough at once.
	needInBox = `n.location && st_makeenvelope(?, ?, ?, ?, 4326) and case when ` +
		`st_x(n.location) between ? and ? and st_y(n.location) between ? and ? then true else false end`
	needNear = `n.location && st_makeenvelope(?, ?, ?, ?, 4326) and ` +
		`st_dwithin(n.location::geography, st_setsrid(st_makepoint(?, ?), 4326)::geography, ?)`
	needWithin = `st_covers(st_setsrid(st_geomfromwkb(?), 4326), n.location)`
	needText   = `n.summary is not null and to_tsvector('italian_plain', n.summary) @@ to_tsquery('italian_plain', ?)`
)

// needSort is how an order is written: forwards, backwards, and the conditions
// behind and before a position.
type needSort struct {
	forward, backward string
	after, before     string
	args              func(needmap.Position) []any
}

func byMoment(p needmap.Position) []any { return []any{p.Moment, p.ID} }
func byNumber(p needmap.Position) []any { return []any{p.Number, p.Moment, p.ID} }

const (
	orderBy     = ` order by `
	newestFirst = `n.reported_at desc, n.id desc`
	oldestFirst = `n.reported_at, n.id`
	olderThan   = `(n.reported_at, n.id) < (?, ?)`
	newerThan   = `(n.reported_at, n.id) > (?, ?)`
)

var needSorts = map[needmap.NeedOrder]needSort{
	needmap.NeedsNewest: {newestFirst, oldestFirst, olderThan, newerThan, byMoment},
	needmap.NeedsOldest: {oldestFirst, newestFirst, newerThan, olderThan, byMoment},
	needmap.NeedsMostSevere: {
		`n.severity desc, n.reported_at desc, n.id desc`,
		`n.severity, n.reported_at, n.id`,
		`(n.severity, n.reported_at, n.id) < (?::int, ?, ?)`,
		`(n.severity, n.reported_at, n.id) > (?::int, ?, ?)`, byNumber,
	},
	needmap.NeedsMostPeople: {
		`n.people desc, n.reported_at desc, n.id desc`,
		`n.people, n.reported_at, n.id`,
		`(n.people, n.reported_at, n.id) < (?, ?, ?)`,
		`(n.people, n.reported_at, n.id) > (?, ?, ?)`, byNumber,
	},
}

// Figures from the needs themselves.
const sqlTallyNeeds = `select n.municipality_id, n.field, count(*), count(*) filter (where n.status <= 'IN_PROGRESS'),
  sum(n.people), coalesce(sum(n.people) filter (where n.status <= 'IN_PROGRESS'), 0), sum(n.people_answered)
from need n`

// Figures from the rollup: all needs, those of at least a severity, or those of
// some statuses. rollupSums names the columns, between the first two parts.
const (
	sqlTallyRollup = `select r.municipality_id, r.field, `
	rollupTable    = ` from need_rollup r`
	tallyGroup     = ` group by 1, 2`
	rollupKind     = `r.span = ?::rollup_span`
	rollupFromDay  = `r.since >= ?::date`
	rollupBefore   = `r.since < ?::date`
	// A count is the sum of a tally.
	sqlCountOfTally    = `select coalesce(sum(t.needs), 0) from (`
	sqlCountOfTallyEnd = `) t(municipality_id, field, needs, open_needs, people, open_people, answered)`
)

// Points for a map, with what a popup needs.
const (
	sqlNeedFeatures = `select n.id, st_x(n.location), st_y(n.location), n.municipality_id, n.field, n.origin,
  n.status, n.severity, n.people, n.people_answered, n.location_kind, n.reported_at
from need n`
	needHasPoint = `n.location is not null`
)
