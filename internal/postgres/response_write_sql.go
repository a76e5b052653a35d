package postgres

// Responses that keep people of their need, and places of their service, for
// themselves: as needmap.Response.Holds says.
const responseHolds = `status in ('PROPOSED', 'ACCEPTED')`

const (
	sqlPeoplePromised = `select coalesce(sum(people), 0) from response where need_id = $1 and ` + responseHolds
	sqlPlacesHeldBy   = `select coalesce(sum(people), 0) from response where service_id = $1 and ` + responseHolds
	sqlPlacesHeld     = `select service_id, sum(people) from response where service_id = any($1::int[]) and ` + responseHolds + `
group by service_id`

	sqlServiceRead = sqlServices + ` where s.id = $1`
	// A row that only refers to the service does not wait for this lock.
	sqlServiceLock = sqlServiceRead + ` for no key update of s`

	sqlNeedOfResponse = `select need_id from response where id = $1`
	sqlResponseToNeed = responseRow + ` where r.id = $1 and r.need_id = $2`
	sqlResponseInsert = `insert into response (need_id, organisation_id, service_id, people, status, proposed_at, updated_at, merged_from)
values ($1, $2, $3, $4, $5, coalesce($6, now()), now(), $7) returning id`
	sqlResponseSave = `update response set people = $2, status = $3, reason_code = $4, reason = $5, updated_at = now(),
  version = version + 1 where id = $1 returning version`

	// A need that ends frees what it held: one event for each response, in the
	// need's new version, behind that of its end.
	sqlResponsesEnd = `
with ended as (
  update response set status = 'DECLINED', reason_code = 'NEED_ENDED', reason = null,
    updated_at = statement_timestamp(), version = version + 1
  where need_id = any($1::bigint[]) and ` + responseHolds + `
  returning id, need_id
)
insert into need_event (need_id, at, kind, reason_code, actor, actor_role, response_id, version, before, after)
select n.id, statement_timestamp(), 'RESPONSE_DECLINED', 'NEED_ENDED', $2, $3::caller_role, ended.id, n.version,
  jsonb_build_object('response.status', was.status), '{"response.status": "DECLINED"}'
from ended join need n on n.id = ended.need_id join response was on was.id = ended.id
order by n.id, ended.id`
)
