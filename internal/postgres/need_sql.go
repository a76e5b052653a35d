package postgres

import "github.com/innovainrete/needmap/internal/needmap"

// A need as one text, its values between unit separators, with the summary last
// because it could hold one. Twenty columns of fifty needs cost the driver more
// than the database takes to find them; one column costs little. Who may know
// cells only is given the cell by the database: the point never leaves it.
const (
	needLine = `concat_ws(e'\x1f', n.id, n.municipality_id, n.field, n.origin, n.status, n.severity, n.people,
  n.people_answered, n.reported_at, coalesce(n.last_confirmed_at::text, ''), coalesce(n.location::text, ''), '',` + needLineEnd
	needLineInCell = `concat_ws(e'\x1f', n.id, n.municipality_id, n.field, n.origin, n.status, n.severity, n.people,
  n.people_answered, n.reported_at, coalesce(n.last_confirmed_at::text, ''), '', coalesce(grid_cell(n.location)::text, ''),` + needLineEnd
	needLineEnd = `
  n.location_kind, coalesce(n.minimum_age::text, ''), coalesce(n.maximum_age::text, ''), coalesce(n.reported_by::text, ''),
  coalesce(n.suspension_id::text, ''), coalesce(n.end_reason::text, ''), coalesce(n.merged_into::text, ''), n.version,
  n.is_synthetic, coalesce(n.summary, ''))`
)

// Where needs are put in order again, they bring the keys of every order along.
const needKeys = `, n.id, n.reported_at, n.severity, n.people`

const (
	sqlNeedCount     = `select count(*) from need n`
	needMergedIn     = `n.merged_into = any(?::bigint[])`
	needOfSuspension = `n.suspension_id = any(?::bigint[])`
	needHasID        = `n.id = any(?::bigint[])`
	responseRow      = `select r.id, r.need_id, r.organisation_id, r.service_id, r.people, r.status, r.reason_code, r.reason,
  r.proposed_at, r.updated_at, r.version, r.merged_from from response r`
	sqlResponses     = responseRow + ` where r.need_id = any($1::bigint[]) order by r.need_id, r.proposed_at, r.id`
	sqlResponsesByID = responseRow + ` join need n on n.id = r.need_id`
	responseHasID    = `r.id = any(?::bigint[])`
	needEventRow     = `select need_id, at, kind, from_status, to_status, reason, reason_code, actor, actor_role, version,
  response_id, coalesce(before, '{}'), coalesce(after, '{}')
from need_event`
	sqlNeedEvents = needEventRow + ` where need_id = any($1::bigint[]) order by need_id, at, id`
)

// What a caller may see: the needs of some municipalities, and those that some
// organisations reported or take up. The inner array is found once a statement,
// so that all three parts can use an index.
const (
	needInScope = `(n.municipality_id = any(?::int[]) or ` + needOfOrganisations + `)`

	needOfOrganisations = `(n.reported_by = any(?::int[]) or ` +
		`n.id = any(array(select r.need_id from response r where r.organisation_id = any(?::int[]) and ` + responseLetsSee + `)))`
	// Who was turned down sees the need no more; who took it up until its end does.
	responseLetsSee = `(r.status <> 'DECLINED' or r.reason_code = 'NEED_ENDED')`
	needElsewhere   = `n.municipality_id <> all(?::int[])`
)

func needsOf(a needmap.Access) string { return lineOf(a) + ` from need n` }

func keyedNeeds(a needmap.Access) string {
	return `select ` + lineOf(a) + ` as line` + needKeys + ` from need n`
}

func lineOf(a needmap.Access) string {
	if a.Cells {
		return needLineInCell
	}
	return needLine
}

// Needs of several municipalities: the first of each, read in the order of an
// index, and of those the first. Asked for with = any, the planner sorts them all.
const (
	sqlNeedsOfLeaves = `n.line from (select distinct unnest(?::int[])) l(id) cross join lateral (`
	needOfLeaf       = `n.municipality_id = l.id`
	endOfLeaves      = `) n`
)

// The same for several groups of municipalities at once, a page for each.
const (
	sqlNeedsPerGroup = `select g.ord, n.line from unnest(?::text[]) with ordinality as g(ids, ord) cross join lateral (` +
		`select n.* from (select distinct unnest(g.ids::int[])) l(id) cross join lateral (`
	sqlNeedsPerGroupEnd = `) n order by g.ord, `
)

// Conditions on a need.
const (
	needSeverity = `n.severity >= ?`
	// The day in Rome decides. The moment, two days wider, says the same to the
	// indexes that keep needs in the order of their reports.
	needFrom = `n.reported_on >= ?::date and n.reported_at >= ?::date - 2`
	needTo   = `n.reported_on <= ?::date and n.reported_at <= ?::date + 2`
	// The index on location knows boxes in single precision, so it finds a few
	// points too many; the comparisons behind it are exact. They stand in a CASE
	// because the planner would take them for rare ones and read every need of
	// the box, where walking from the newest need finds enough at once.
	needInBox = `n.location && st_makeenvelope(?, ?, ?, ?, 4326) and case when ` +
		`st_x(n.location) between ? and ? and st_y(n.location) between ? and ? then true else false end`
	needNear = `n.location && st_makeenvelope(?, ?, ?, ?, 4326) and ` +
		`st_dwithin(n.location::geography, st_setsrid(st_makepoint(?, ?), 4326)::geography, ?)`
	needWithin = `st_covers(st_setsrid(st_geomfromwkb(?), 4326), n.location)`
	// The same for who knows a place by its cell: the cell's centre stands for it,
	// so that no box, disc or polygon tells more than the cell. The wider box in
	// front finds candidates by the index. Of a point that lies deep in a box the
	// cell's centre lies in it too; only along the edges it has to be worked out.
	needCellInBox = `n.location && st_makeenvelope(?, ?, ?, ?, 4326) and case when ` +
		`st_x(n.location) between ? and ? and st_y(n.location) between ? and ? then true else ` +
		`st_intersects(grid_cell_centre(n.location), st_makeenvelope(?, ?, ?, ?, 4326)) end`
	needCellNear = `n.location && st_makeenvelope(?, ?, ?, ?, 4326) and ` +
		`st_dwithin(grid_cell_centre(n.location)::geography, st_setsrid(st_makepoint(?, ?), 4326)::geography, ?)`
	needCellWithin = `n.location && st_makeenvelope(?, ?, ?, ?, 4326) and ` +
		`st_covers(st_setsrid(st_geomfromwkb(?), 4326), grid_cell_centre(n.location))`
	needText = `n.summary is not null and to_tsvector('italian_plain', n.summary) @@ to_tsquery('italian_plain', ?)`
)

// needSort is how an order is written: forwards, backwards, and the conditions
// behind and before a position.
type needSort struct {
	forward, backward string
	after, before     string
	args              func(needmap.Position) []any
	inLeaves          bool // an index has the needs of each municipality in this order
}

func byMoment(p needmap.Position) []any { return []any{p.Moment, p.ID} }
func byNumber(p needmap.Position) []any { return []any{p.Number, p.Moment, p.ID} }

const (
	orderBy     = ` order by `
	needKey     = `n.id`
	newestFirst = `n.reported_at desc, n.id desc`
	oldestFirst = `n.reported_at, n.id`
	olderThan   = `(n.reported_at, n.id) < (?, ?)`
	newerThan   = `(n.reported_at, n.id) > (?, ?)`
)

var needSorts = map[needmap.NeedOrder]needSort{
	needmap.NeedsNewest: {newestFirst, oldestFirst, olderThan, newerThan, byMoment, true},
	needmap.NeedsOldest: {oldestFirst, newestFirst, newerThan, olderThan, byMoment, true},
	needmap.NeedsMostSevere: {
		`n.severity desc, n.reported_at desc, n.id desc`,
		`n.severity, n.reported_at, n.id`,
		`(n.severity, n.reported_at, n.id) < (?::int, ?, ?)`,
		`(n.severity, n.reported_at, n.id) > (?::int, ?, ?)`, byNumber, false,
	},
	needmap.NeedsMostPeople: {
		`n.people desc, n.reported_at desc, n.id desc`,
		`n.people, n.reported_at, n.id`,
		`(n.people, n.reported_at, n.id) < (?, ?, ?)`,
		`(n.people, n.reported_at, n.id) > (?, ?, ?)`, byNumber, false,
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
	sqlNeedFeatures     = `select n.id, st_x(n.location), st_y(n.location), null::text, ` + featureValues
	sqlNeedCellFeatures = `select n.id, 0, 0, grid_cell(n.location)::text, ` + featureValues
	featureValues       = `n.municipality_id, n.field, n.origin,
  n.status, n.severity, n.people, n.people_answered, n.location_kind, n.reported_at
from need n`
	needHasPoint = `n.location is not null`
)
