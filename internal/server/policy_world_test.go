package server_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/server"
)

// The world of the policy tests is the small one's territory and directory with
// needs of which everything is recognisable wherever it turns up. The need with
// number k has the key 700000+k, the people 191 × 2^k, the people answered 2^k,
// and the words segretoNNN (its summary, its responses' and events' reasons): a
// sum of people tells which needs are in it.
const (
	secretKey   = 700_000
	secretUnit  = 191 // people are multiples of it, and nothing else in this world is
	secretNeeds = 9
	answerKey   = 800_000 // a response has this and the number of its need
)

// secrets tells, by the number of a need, whom it is shown to. The organisation
// is 3, parrocchia; the territory 058091-01.
var secrets = [secretNeeds]struct {
	what        string
	byTerritory bool
	byOrg       bool
}{
	0: {what: "in the territory, EXACT", byTerritory: true},
	1: {what: "reported by the organisation elsewhere, AREA with a point", byOrg: true},
	2: {what: "the organisation offers to answer it, EXACT, elsewhere", byOrg: true},
	3: {what: "elsewhere, EXACT: hidden; need 6 was merged into it"},
	4: {what: "in the territory, UNDISCLOSED, reported by another", byTerritory: true},
	5: {what: "elsewhere, FICTITIOUS_RESIDENCE: hidden"},
	6: {what: "in the territory, merged into 3 across its border", byTerritory: true},
	7: {what: "elsewhere: hidden; merged into 0, its response went over"},
	8: {what: "in the territory and of the organisation, both at once", byTerritory: true, byOrg: true},
}

// Municipalities: 1 = 056001, 3 = 058091-01, 4 = 058091-02. The service 4 could
// answer need 0, the service 1 need 3.
const policyNeeds = `
insert into service (organisation_id, name, field, status, provision, capacity, people_reached, location, location_kind) values
 (1, 'Ludoteca', 'MINORS', 'ACTIVE', 'PRIVATE', 9, 0, st_setsrid(st_makepoint(12.25, 41.7), 4326), 'EXACT');
insert into service_area (service_id, municipality_id) values (4, 3);
insert into need (id, municipality_id, field, origin, status, severity, people, people_answered, summary, reported_at,
  last_confirmed_at, location, location_kind, reported_by, suspension_id, end_reason, merged_into, version)
overriding system value
select 700000 + k, municipality, (enum_range(null::field_of_intervention))[1 + k % 5], origin::need_origin, status::need_status,
  1 + k % 5, 191 * 2 ^ k, 2 ^ k, 'segreto' || 700000 + k, timestamptz '2024-01-01 08:00+00' + k * interval '9 days',
  '2024-05-01 10:00+00', st_setsrid(st_makepoint(longitude, latitude), 4326), kind::location_kind, reported_by, suspension,
  end_reason::end_reason, merged_into, 2
from (values
  (0, 3, 'KNOWN', 'VERIFIED', 12.3141592, 41.7182818, 'EXACT', 1, null, null, null),
  (1, 4, 'SUSPENDED_SERVICE', 'REPORTED', 12.7171067, 41.7360679, 'AREA', 3, 2, null, null),
  (2, 1, 'KNOWN', 'ASSIGNED', 12.2236067, 42.1449489, 'EXACT', null, null, null, null),
  (3, 4, 'EMERGING', 'IN_PROGRESS', 12.6931471, 41.9098612, 'EXACT', 5, null, null, null),
  (4, 3, 'KNOWN', 'REPORTED', null, null, 'UNDISCLOSED', 4, null, null, null),
  (5, 1, 'SUSPENDED_SERVICE', 'MET', null, null, 'FICTITIOUS_RESIDENCE', null, 1, null, null),
  (6, 3, 'EMERGING', 'REJECTED', 12.1732050, 41.6457513, 'EXACT', null, null, 'DUPLICATE', 700003),
  (7, 4, 'KNOWN', 'REJECTED', 12.8284271, 41.6162277, 'EXACT', null, null, 'DUPLICATE', 700000),
  (8, 3, 'KNOWN', 'CLOSED', 12.4494897, 41.8605551, 'EXACT', 3, null, 'WITHDRAWN', null)
) v(k, municipality, origin, status, longitude, latitude, kind, reported_by, suspension, end_reason, merged_into);

insert into response (id, need_id, organisation_id, service_id, people, status, reason_code, reason, proposed_at, updated_at, merged_from)
overriding system value
select 800000 + k, 700000 + k, organisation, service, 1, status::response_status,
  case status when 'DECLINED' then 'OTHER'::decline_reason end, 'segreto' || 700000 + k, '2024-02-01 08:00+00', '2024-02-02 08:00+00', merged_from
from (values (0, 1, 1, 'PROPOSED', 700007), (2, 3, 3, 'PROPOSED', null), (3, 5, null, 'ACCEPTED', null), (7, 3, 3, 'DECLINED', null), (8, 3, 3, 'DELIVERED', null))
  v(k, organisation, service, status, merged_from);

insert into need_event (need_id, at, kind, from_status, to_status, reason, actor, actor_role, version, response_id, before, after)
select 700000 + k, '2024-04-01 08:00+00', kind::need_event_kind, null, null, 'segreto' || 700000 + k, 'segreto' || 700000 + k,
  'COORDINATOR', 2, response, before::jsonb, after::jsonb
from (values
  (0, 'MERGED', null, '{}', '{}'),
  (3, 'UPDATED', null, '{"summary": "segreto700003 prima"}', '{"summary": "segreto700003"}'),
  (3, 'MERGED', null, '{}', '{}'),
  (5, 'UPDATED', null, '{"locationKind": "EXACT", "location": "a point"}', '{"locationKind": "FICTITIOUS_RESIDENCE"}'),
  (6, 'RESPONSE_ACCEPTED', 800003, '{}', '{}'),
  (6, 'MERGED', null, '{"status": "REPORTED"}', '{"status": "REJECTED", "mergedInto": "700003", "endReason": "DUPLICATE"}'),
  (7, 'MERGED', null, '{}', '{"mergedInto": "700000"}'),
  (8, 'RESPONSE_DELIVERED', 800008, '{}', '{}')
) v(k, kind, response, before, after);

insert into event (title, kind, on_day, municipality_id, fields) values
  ('Tavolo', 'TECHNICAL_TABLE', '2024-06-01', 4, '{MINORS}'), ('Seminario', 'SEMINAR', '2024-07-01', null, '{}');
insert into event_need (event_id, need_id) values
  (1, 700000), (1, 700001), (1, 700003), (1, 700004), (1, 700005), (1, 700008), (2, 700003), (2, 700007);
`

// policyRole is a caller, and the needs that are shown to it.
type policyRole struct {
	name  string
	needs func(k int) bool
	cells bool
}

var policyRoles = []policyRole{
	{name: "PUBLIC", needs: func(int) bool { return false }},
	{name: "OPERATOR of nothing", needs: func(int) bool { return false }},
	{name: "OPERATOR of a territory", needs: func(k int) bool { return secrets[k].byTerritory }},
	{name: "OPERATOR of an organisation", needs: func(k int) bool { return secrets[k].byOrg }},
	{name: "OPERATOR of both", needs: func(k int) bool { return secrets[k].byTerritory || secrets[k].byOrg }},
	{name: "ANALYST", needs: func(int) bool { return true }, cells: true},
	{name: "COORDINATOR", needs: func(int) bool { return true }},
	{name: "ADMIN", needs: func(int) bool { return true }},
}

var policyTokens = tokens{
	"OPERATOR of nothing":         {Role: needmap.RoleOperator, Actor: "operator 0"},
	"OPERATOR of a territory":     {Role: needmap.RoleOperator, Actor: "operator 1", Municipalities: []string{"058091-01"}},
	"OPERATOR of an organisation": {Role: needmap.RoleOperator, Actor: "operator 2", OrganisationIDs: []int{3}},
	"OPERATOR of both":            {Role: needmap.RoleOperator, Actor: "operator 3", Municipalities: []string{"058091-01"}, OrganisationIDs: []int{3}},
	"ANALYST":                     {Role: needmap.RoleAnalyst, Actor: "analyst"},
	"COORDINATOR":                 {Role: needmap.RoleCoordinator, Actor: "coordinator"},
	"ADMIN":                       {Role: needmap.RoleAdmin, Actor: "admin"},
}

// newPolicyWorld serves the world; the site's token is the name of a role.
func newPolicyWorld(tb testing.TB) *site {
	tb.Helper()
	db := pgtest.New(tb)
	db.SetMaxIdleConns(16)
	mustExec(tb, db, smallTerritory+smallDirectory+policyNeeds)
	return serveWith(tb, db, server.Options{Callers: policyTokens})
}

// callerAs gives the site as a role reaches it.
func (r policyRole) callerAs(s *site) *site {
	if r.name == "PUBLIC" {
		return s
	}
	return s.as(r.name)
}

// mask is a set of needs by their numbers.
type mask int

func (r policyRole) mask() (m mask) {
	for k := range secretNeeds {
		if r.needs(k) {
			m |= 1 << k
		}
	}
	return m
}

const everyNeed mask = 1<<secretNeeds - 1

func (m mask) count() (n int) {
	for ; m != 0; m &= m - 1 {
		n++
	}
	return n
}

// told gives the needs of which some text or number tells.
func told(value any) (m mask) {
	switch v := value.(type) {
	case map[string]any:
		for _, part := range v {
			m |= told(part)
		}
	case []any:
		for _, part := range v {
			m |= told(part)
		}
	case string:
		m = toldByText(v)
	case json.Number:
		if n, err := strconv.Atoi(v.String()); err == nil && n > 0 && n%secretUnit == 0 && n/secretUnit < 1<<secretNeeds {
			m = mask(n / secretUnit)
		}
	}
	return m
}

var (
	secretText = regexp.MustCompile(`(?:segreto|\b)(?:70000|80000)([0-9])`)
	secretIDs  = func() map[string]mask {
		ids := map[string]mask{}
		for k := range secretNeeds {
			ids[globalID("Need", secretKey+k)], ids[globalID("Response", answerKey+k)] = 1<<k, 1<<k
		}
		return ids
	}()
)

func toldByText(text string) mask {
	m := secretIDs[text]
	if !strings.Contains(text, "0000") {
		return m
	}
	for _, found := range secretText.FindAllStringSubmatch(text, -1) {
		if k := int(found[1][0] - '0'); k < secretNeeds {
			m |= 1 << k
		}
	}
	return m
}

// secretPoint is a stored point; wantCell the polygon of its cell, worked out
// from the definition of the grid and not by the functions under test.
type secretPoint struct {
	ID       int64
	Lon, Lat float64
	WantCell string `db:"want_cell"`
}

func secretPoints(tb testing.TB, s *site) []secretPoint {
	tb.Helper()
	var points []secretPoint
	err := s.db.Select(&points, `select id, st_x(location) as lon, st_y(location) as lat, st_asgeojson(st_forcepolygonccw(st_transform(
		st_makeenvelope(x, y, x + 1000, y + 1000, 3035), 4326)), 7) as want_cell
		from need, lateral (select st_transform(location, 3035) as p) t,
		lateral (select floor(st_x(p) / 1000) * 1000 as x, floor(st_y(p) / 1000) * 1000 as y) corner
		where location is not null`)
	if err != nil || len(points) == 0 {
		tb.Fatal(points, err)
	}
	return points
}

func (m mask) String() string {
	text := ""
	for k := range secretNeeds {
		if m&(1<<k) != 0 {
			text += fmt.Sprintf("%d (%s) ", secretKey+k, secrets[k].what)
		}
	}
	return text
}
