package server_test

import (
	"strings"
	"testing"
)

// secretMeasures are ways to ask for what is measured of needs.
var secretMeasures = []string{
	`{coverage {asOf}}`, `{coverage(asOf: "2024-05-15T00:00:00Z") {asOf}}`, `{coverage(asOf: "1999-01-01T00:00:00Z") {asOf}}`,
	`{coverage(whatIf: {close: ["«Service:99»"]}) {asOf}}`, `{coverageTrend {isPartial}}`, `{coverageTrend(from: "2090-01-01") {isPartial}}`,
	`{accessibility(field: MINORS) {supply}}`, `{accessibility(field: MINORS, demand: PEOPLE_IN_NEED, catchmentMetres: -1) {supply}}`,
	`{hotspots {significant}}`, `{hotspots(permutations: 1) {significant}}`, `{siting(field: MINORS, count: 1, radiusMetres: 5) {covered}}`,
	`{siting(field: MINORS, count: 0, radiusMetres: 0) {covered}}`, `{criticality(field: MINORS) {isPartial}}`, `{criticality(field: MINORS, first: 0) {isPartial}}`,
	`{suspensionImpact(suspension: "«Suspension:2»") {people}}`, `{suspensionImpact(suspension: "«Suspension:99»") {people}}`,
	`{suspensionImpact(suspension: "x") {people}}`, `{needMap(asOf: "2024-05-15T00:00:00Z") {asOf}}`,
	`{municipality(code: "058091") {tally(asOf: "2024-05-15T00:00:00Z") {needs}}}`,
}

// TestMeasuresAreNotPublic refuses whoever shows no token, before anything else.
func TestMeasuresAreNotPublic(t *testing.T) {
	s := newPolicyWorld(t)
	for _, query := range secretMeasures {
		answer := s.ask(t, withIDs(query), nil)
		if code, _ := answer.first(); code != "UNAUTHENTICATED" || strings.Contains(string(answer.Data), `:{"`) && !strings.Contains(query, "municipality(") {
			t.Errorf("%s: %s %s", query, code, answer.Data)
		}
	}
	prices := `{coverage {rows {demand}}}`
	if code, _ := s.as("ANALYST").ask(t, prices, nil).first(); code != "" {
		t.Errorf("ANALYST is refused: %s", code)
	}
}

// TestMeasuresOfEachRole compares figures with those worked out by hand from the
// table of needs: of the open ones, k has 191 × 2^k people, 2^k of them answered.
func TestMeasuresOfEachRole(t *testing.T) {
	s := newPolicyWorld(t)
	for _, c := range []struct {
		role, areas   string
		open          mask // needs
		partial, rate bool
		basis         string
	}{
		{"OPERATOR of nothing", "", 0, true, false, "POINT"},
		{"OPERATOR of a territory", "058091-01", 1<<0 | 1<<4, true, true, "POINT"},
		{"OPERATOR of an organisation", "056001 058091-02", 1<<1 | 1<<2, true, false, "POINT"},
		{"OPERATOR of both", "056001 058091-01 058091-02", 1<<0 | 1<<1 | 1<<2 | 1<<4, true, false, "POINT"},
		{"ANALYST", "056001 058091-01 058091-02", openNeeds, false, true, "CELL_CENTRE"},
		{"COORDINATOR", "056001 058091-01 058091-02", openNeeds, false, true, "POINT"},
	} {
		t.Run(c.role, func(t *testing.T) {
			for _, arguments := range []string{``, `(asOf: "2024-05-15T00:00:00Z")`} {
				got, codes := s.coverage(t, c.role, arguments, coverageFieldsOfMargins), []string{}
				for _, area := range got.Areas {
					codes = append(codes, area.Area.Code)
				}
				total := got.Totals
				if total.Needs != c.open.count() || total.Demand != secretUnit*int(c.open) || total.Answered != int(c.open) || total.Gap != (secretUnit-1)*int(c.open) {
					t.Errorf("%s: %+v, want %s", arguments, total, c.open)
				}
				if strings.Join(codes, " ") != c.areas || got.IsPartial != c.partial || got.PlacesAs != c.basis || (total.UnmetRate != nil) != c.rate && c.areas != "" {
					t.Errorf("%s: areas %v, partial %v, places as %s, rate %+v", arguments, codes, got.IsPartial, got.PlacesAs, total.UnmetRate)
				}
				if partial := total.RateMissing != nil && *total.RateMissing == "PARTIAL_VIEW"; partial == c.rate && c.areas != "" {
					t.Errorf("%s: why there is no rate: %v", arguments, total.RateMissing)
				}
			}
			checkMeasures(t, s.as(c.role), c.open, c.partial)
		})
	}
}

// TestNoRateOfAPart has an operator of a municipio see the rate of that, and none of
// the comune.
func TestNoRateOfAPart(t *testing.T) {
	s := newPolicyWorld(t)
	for _, c := range []struct {
		role, level string
		rate        bool
	}{
		{"OPERATOR of a territory", "LOCAL", true}, {"OPERATOR of a territory", "COMUNE", false},
		{"OPERATOR of a territory", "REGION", false}, {"COORDINATOR", "COMUNE", true}, {"COORDINATOR", "REGION", true},
	} {
		got := s.coverage(t, c.role, `(level: `+c.level+`)`, coverageFields)
		for _, row := range append(got.Areas, got.Rows...) {
			missing := row.RateMissing != nil && *row.RateMissing == "PARTIAL_VIEW"
			if (row.UnmetRate != nil) != c.rate || missing == c.rate {
				t.Errorf("%s, %s: %+v", c.role, c.level, row)
			}
		}
		if len(got.Areas) == 0 || got.Totals.UnmetRate == nil {
			t.Errorf("%s, %s: %d areas, and the rate of all is %+v", c.role, c.level, len(got.Areas), got.Totals.UnmetRate)
		}
	}
}

const coverageFieldsOfMargins = ` {areas {area {code}} totals {` + rowFields + `} isPartial placesAs}`

// checkMeasures looks for the gap of need 3, ADULTS in 058091-02, and of need 0,
// MINORS in 058091-01, in the other measures.
func checkMeasures(t *testing.T, s *site, open mask, partial bool) {
	t.Helper()
	type reach struct{ People, PeopleWithoutPlace int }
	type sites struct {
		Total, PeopleWithoutPlace int
		IsPartial                 bool
		Sites                     []struct{ Needs []struct{ ID string } }
	}
	var got struct {
		Adults, Minors, Culture reach
		SA, SM                  sites
		Critical                struct{ IsPartial bool }
		Impact                  struct{ NeedCount, People int }
		Whole                   struct{ Tally tally }
	}
	const near = `(count: 1, radiusMetres: 200000, field: `
	s.get(t, withIDs(`{adults: accessibility(field: ADULTS_AND_FAMILIES, demand: PEOPLE_IN_NEED) {people peopleWithoutPlace}
		minors: accessibility(field: MINORS, demand: PEOPLE_IN_NEED) {people peopleWithoutPlace}
		culture: accessibility(field: CULTURE_AND_SOCIAL_AGRICULTURE, demand: PEOPLE_IN_NEED) {people peopleWithoutPlace}
		sA: siting`+near+`ADULTS_AND_FAMILIES) {total peopleWithoutPlace isPartial sites {needs {id}}} sM: siting`+near+`MINORS) {total peopleWithoutPlace isPartial sites {needs {id}}}}`), nil, &got)
	s.get(t, withIDs(`{critical: criticality(field: MINORS) {isPartial} impact: suspensionImpact(suspension: "«Suspension:2»") {needCount people}
		whole: municipality(code: "058091") {tally(asOf: "2024-05-15T00:00:00Z", filter: {openOnly: true}) `+tallyFields+`}}`), nil, &got)
	gap := func(k int) int { return (secretUnit - 1) * int(open&(1<<k)) }
	if got.Adults != (reach{gap(3), 0}) || got.Minors != (reach{gap(0), 0}) || got.Culture != (reach{0, gap(4)}) {
		t.Errorf("accessibility %+v", got)
	}
	if got.SA.Total != gap(3) || got.SM.Total != gap(0) || len(got.SA.Sites) != int(open>>3&1) || got.SA.IsPartial != partial || got.Critical.IsPartial != partial {
		t.Errorf("siting %+v", got)
	}
	if hit := int(open >> 1 & 1); got.Impact.NeedCount != hit || got.Impact.People != hit*secretUnit*2 {
		t.Errorf("impact %+v", got.Impact)
	}
	in := open &^ (1 << 2) // need 2 is elsewhere
	if want := (tally{in.count(), in.count(), secretUnit * int(in), secretUnit * int(in), int(in)}); got.Whole.Tally != want {
		t.Errorf("the tally of then %+v, want %+v", got.Whole.Tally, want)
	}
}

// TestResidentsAreNoSecret has accessibility of residents be the same to everybody:
// those from elsewhere who reach a service share it, whoever asks.
func TestResidentsAreNoSecret(t *testing.T) {
	s := newCovered(t, coverageWorld)
	const arguments = `field: MINORS, method: TWO_STEP, catchmentMetres: 200000`
	for _, who := range []string{"COORDINATOR", "ANALYST", "OPERATOR of both", "OPERATOR of a territory"} {
		for _, area := range s.access(t, who, arguments).Areas {
			if area.Area.Code == "058091-01" && !nearly(*area.PlacesPerThousand, 5.0/1400*1000) {
				t.Errorf("%s is told of %v places, 5 are shared by 1,400", who, *area.PlacesPerThousand)
			}
		}
	}
}
