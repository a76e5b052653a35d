package postgres

const (
	sqlVersions = `select current_setting('server_version'), postgis_lib_version()`

	// Every cell in which the rollup and the needs differ. A cell of zeros is as
	// good as none.
	sqlRollupDrift = `select count(distinct (span, since, municipality_id, field, origin)) from (
  (select * from need_rollup_expected except select * from need_rollup)
  union all
  (select extra.* from (select * from need_rollup except select * from need_rollup_expected) extra
   where to_jsonb(extra) - array['span', 'since', 'municipality_id', 'field', 'origin'] @? '$.* ? (@ <> 0)')
) drift`
	sqlRollupCells    = `select count(*), coalesce(sum(needs) filter (where span = 'ALL'), 0) from need_rollup`
	sqlRollupTriggers = `select count(*) from pg_trigger
where tgrelid = 'need'::regclass and tgname like 'need_rollup_%' and tgenabled = 'O'`
	sqlSupplyTriggers = `select count(*) filter (where tgname = 'supply_changed' and tgenabled = 'O'), (select count(*) from service)
from pg_trigger`

	sqlInvalidIndexes = `select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and not (i.indisvalid and i.indisready) order by 1`
	sqlMissingIndexes = `select name from unnest($1::text[]) as expected(name)
where not exists (select from pg_class c where c.relname = name and c.relkind = 'i') order by 1`
)

// orphans are rows that break a rule which no constraint can hold.
var orphans = []struct{ what, count string }{
	{"needs in a municipality that is not local", `select count(*) from need n join municipality m on m.id = n.municipality_id where not m.is_local`},
	{"needs whose point lies in another municipality than their own", `select count(*) from need n join municipality m on m.id = n.municipality_id
where n.location is not null and not st_covers(m.boundary, n.location)
and exists (select from municipality o where o.is_local and st_covers(o.boundary, n.location))`},
	{"services that serve a municipality that is not local", `select count(*) from service_area a join municipality m on m.id = a.municipality_id where not m.is_local`},
	{"active services that serve no municipality", `select count(*) from service s where s.status = 'ACTIVE'
and not exists (select from service_area a where a.service_id = s.id)`},
	{"partners that are joined to no cooperative", `select count(*) from organisation o where not o.is_cooperative
and not exists (select from partnership p where p.partner_id = o.id)`},
	{"partnerships that do not join a partner to a cooperative", `select count(*) from partnership ps
join organisation p on p.id = ps.partner_id join organisation c on c.id = ps.cooperative_id
where p.is_cooperative or not c.is_cooperative`},
	{"needs with fewer people answered than their delivered responses say", `select count(*) from need n
join (select need_id, sum(people) as people from response where status = 'DELIVERED' group by need_id) r on r.need_id = n.id
where n.people_answered < r.people`},
	{"needs with more people answered and promised than they have", `select count(*) from need n
join (select need_id, sum(people) as people from response where ` + responseHolds + ` group by need_id) r on r.need_id = n.id
where n.people_answered + r.people > n.people`},
	{"services with more places held than they have", `select count(*) from service s
join (select service_id, sum(people) as people from response where ` + responseHolds + ` group by service_id) r on r.service_id = s.id
where r.people > s.capacity`},
	{"municipalities marked local that have others below them, or the reverse", `select count(*) from municipality m
where is_local = exists (select from municipality c where c.parent_id = m.id)`},
}

// sqlOutside counts needs whose point no municipality covers. The import of
// boundaries reports them; they stay where they were, and nothing can place them
// but a person.
const sqlOutside = `select count(*) from need n join municipality m on m.id = n.municipality_id
where n.location is not null and not st_covers(m.boundary, n.location)
and not exists (select from municipality o where o.is_local and st_covers(o.boundary, n.location))`

// expectedIndexes are those that hot statements need.
var expectedIndexes = []string{
	"need_pkey", "need_external_id", "need_newest", "need_newest_in_municipality", "need_in_municipality", "need_most_severe", "need_figures",
	"need_location", "need_summary", "need_reported_by", "need_suspension", "need_rollup_pkey",
	"need_merged_into", "response_held", "response_merged_from", "need_event_tx", "directory_event_object",
	"location_read_at", "event_day", "event_need_need", "request_key_pkey", "token_hash_key",
	"response_need", "response_service", "response_organisation", "need_event_need",
	"municipality_code_key", "municipality_boundary", "organisation_name", "organisation_municipality",
	"partnership_cooperative", "service_name", "service_organisation", "service_area_municipality", "suspension_service",
}
